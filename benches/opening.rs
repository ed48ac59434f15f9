//! How long until the first rows of a node that two million others hold, or that refers to two
//! million, and until all are in order: `cargo bench --bench opening`. Fails where the first take
//! over 50 ms or all over a second.

#[path = "../examples/synth/mod.rs"]
mod synth;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use leaktui::{
    analysis::{Analysis, fields, retainers},
    heap::{NodeId, NodeIx},
    job::Job,
    snapshot::{Input, load},
    tui::{
        pane::outline::{Side, State},
        task::Task,
        widget::tree::Branch,
    },
};
use synth::{shape, write};

/// So many edges the node has.
const EDGES: u32 = 2_000_000;
/// Each is done so often; the middle one counts.
const RUNS: usize = 5;
/// What the first rows may take, …
const FIRST: Duration = Duration::from_millis(50);
/// … and all of them.
const ALL: Duration = Duration::from_secs(1);

fn known(shape: shape::Shape) -> Analysis {
    let mut bytes = Vec::new();
    write::snapshot(&mut bytes, shape, EDGES + 4, 1).expect("memory takes all");
    let input = Input::Bytes { label: "made up".to_owned(), bytes: Arc::new(bytes) };
    Analysis::complete(load(&input, &Job::default()).expect("a sound snapshot").heap)
}

/// The middle of a few runs.
fn time(task: &Task, known: &Analysis) -> Duration {
    let run = |_| {
        let since = Instant::now();
        task.run(known, &Job::default()).expect("nobody cancels");
        since.elapsed()
    };
    let mut times: Vec<Duration> = (0..RUNS).map(run).collect();
    times.sort();
    times[RUNS / 2]
}

/// Tells of one node; answers whether it keeps its limits.
fn measure(what: &str, known: &Analysis, node: NodeIx, state: State) -> bool {
    let spec = state.spec;
    let page = Task::Page { spec: spec.clone(), node, path: Vec::new() };
    let unfold = spec.side == Side::Retainers;
    let tree = Task::Tree { spec, subject: node, old: Branch::default(), unfold };
    let (first, all) = (time(&page, known), time(&tree, known));
    println!("{what}: the first rows after {first:.1?} of {FIRST:.0?}, all after {all:.1?} of {ALL:.0?}");
    first <= FIRST && all <= ALL
}

fn main() -> ExitCode {
    let node = |known: &Analysis, id| known.heap.find(NodeId(id)).expect("a node of that id");
    let held = known(shape::Shape::Retainers);
    let retainers = State::new(Side::Retainers, retainers::DEFAULT);
    let held = measure("2,000,000 retainers", &held, node(&held, 9), retainers);
    let wide = known(shape::Shape::Fan);
    let fields = State::new(Side::Fields, fields::DEFAULT);
    let wide = measure("2,000,000 fields", &wide, node(&wide, 7), fields);
    if held && wide { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
