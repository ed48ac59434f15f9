//! How long does the long work of the views take, and do keys answer meanwhile? A search of all
//! strings, copies, patterns, filters, a heap's categories: `cargo bench --bench views`, or with
//! `-- FILE` over a snapshot of yours. Fails where one is over its limit, which are those of a heap
//! of four million nodes, or where more than one key in a hundred takes over 5 ms.

mod explorer;
#[path = "explorer/replay.rs"]
mod replay;
#[path = "explorer/subject.rs"]
mod subject;
#[path = "../examples/synth/mod.rs"]
mod synth;

use std::{
    mem::discriminant,
    process::ExitCode,
    time::{Duration, Instant},
};

use leaktui::{
    analysis::{Analysis, filter::Filter},
    job::Job,
    tui::{
        behind,
        source::{Inside, Part, Source},
        task::{Outcome, Task},
    },
};

/// Each is done so often; the middle one counts.
const RUNS: usize = 5;

/// What is done, and how long it may take.
type Case = (String, Task, Duration);

fn cases(known: &Analysis) -> Vec<Case> {
    let search = |text: &str| Task::Parts(Source::Strings(Some(text.into())), None);
    let within = Duration::from_millis;
    let mut cases = vec![
        ("search \"create\"".to_owned(), search("create"), within(2000)),
        ("search \"no such text\"".to_owned(), search("no such text"), within(2000)),
        ("search /create[A-Z][a-z]+/".to_owned(), search("/create[A-Z][a-z]+/"), within(2000)),
        ("statistics".to_owned(), Task::Parts(Source::Statistics, None), within(1000)),
    ];
    let opened = [("copies", Inside::Duplicates), ("patterns", Inside::Patterns)];
    cases.extend(opened.map(|(name, inside)| (name.to_owned(), opening(known, &inside), within(3000))));
    let words =
        ["retained>1MB", "detached", "unreachable", "/^(Node|Symbol)/", "has:parent", "retained-by:contexts"];
    cases.extend(words.map(|word| {
        let filter = Filter::of([word]).expect("a word of the grammar");
        (format!("filter {word}"), Task::Select(filter, None), within(1000))
    }));
    cases
}

/// Opening the part of the Strings view that opens so.
fn opening(known: &Analysis, inside: &Inside) -> Task {
    let listed = Task::Parts(Source::Strings(None), None).run(known, &Job::default());
    let Ok(Outcome::Parts(found)) = listed else { panic!("the view lists parts") };
    let opens_so = |part: &&Part| discriminant(&part.inside) == discriminant(inside);
    let part = found.parts.iter().find(opens_so).expect("one of its parts");
    Task::Parts(Source::Strings(None), Some(Box::new(part.clone())))
}

/// The middle of a few runs.
fn time(task: &Task, known: &Analysis) -> Duration {
    let (task, known) = (task.clone(), known.clone());
    let run = move |_| {
        let since = Instant::now();
        task.run(&known, &Job::default()).expect("nobody cancels");
        since.elapsed()
    };
    let runs = behind::spawn(|| (0..RUNS).map(run).collect());
    let mut times: Vec<Duration> = runs.join().expect("no task panics");
    times.sort();
    times[RUNS / 2]
}

/// Tells of one case; answers whether it keeps its limits.
fn measure((name, task, limit): &Case, known: &Analysis) -> bool {
    let took = time(task, known);
    let keys = replay::tell(
        &format!("{name}: {took:.1?} of {limit:.0?}; keys meanwhile"),
        &replay::replay_beside(task, known),
    );
    took <= *limit && keys
}

fn main() -> ExitCode {
    behind::prepare();
    let known = subject::subject();
    behind::keep_to_oneself();
    println!("{} nodes, {} edges", known.heap.node_count(), known.heap.edge_count());
    let over = cases(&known).iter().filter(|case| !measure(case, &known)).count();
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
