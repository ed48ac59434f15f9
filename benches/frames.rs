//! How long is it from a key press to its frame? 1,000 keys over a large heap, then again while
//! its largest class is sorted: `cargo bench --bench frames`, or with `-- FILE` over a snapshot of
//! yours. Fails where more than one in a hundred takes over 5 ms.

#[path = "explorer/mod.rs"]
mod explorer;
#[path = "../examples/synth/record.rs"]
mod record;
#[allow(dead_code, reason = "not every shape is measured")]
#[path = "../examples/synth/shape.rs"]
mod shape;
#[path = "../examples/synth/write.rs"]
mod write;

use std::{
    process::ExitCode,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crossterm::event::KeyCode;
use leaktui::{
    analysis::{
        Analysis,
        order::{By, Sort},
    },
    job::Job,
    snapshot::{Input, load},
    tui::task::Task,
};

use explorer::Explorer;

/// Nodes of the heap that is made up where no file is named.
const NODES: u32 = 2_000_000;
/// How many keys are pressed.
const KEYS: usize = 1000;
/// The time between two keys: faster than a keyboard repeats.
const PACE: Duration = Duration::from_millis(5);
/// What 99 of 100 frames may take.
const LIMIT: Duration = Duration::from_millis(5);

/// Every way of moving, sorting, filtering, opening and going elsewhere; `↵` is Enter, `⇥` Tab,
/// `⌫` Backspace, `⎋` Escape, `→` `←` the arrows, `▼` `▲` a page.
const SCRIPT: &str = "jjjjjjjj▼▼▲jjkk⇥jjjjGkkk▼gjjsjjSjj⇥jjjj→jjkj←jj↵jj⌫⇥jjjj→jjj←jGkkg↵jjp⎋jj⌫⌫⇥jj/user⎋jj";

fn key(c: char) -> KeyCode {
    match c {
        '↵' => KeyCode::Enter,
        '⇥' => KeyCode::Tab,
        '⌫' => KeyCode::Backspace,
        '⎋' => KeyCode::Esc,
        '→' => KeyCode::Right,
        '←' => KeyCode::Left,
        '▼' => KeyCode::PageDown,
        '▲' => KeyCode::PageUp,
        c => KeyCode::Char(c),
    }
}

fn input() -> Input {
    if let Some(path) = std::env::args().skip(1).find(|arg| !arg.starts_with("--")) {
        return Input::Path(path.into());
    }
    let mut bytes = Vec::new();
    write::snapshot(&mut bytes, shape::Shape::Realistic, NODES, 1).expect("memory takes all");
    Input::Bytes { label: "made up".to_owned(), bytes: Arc::new(bytes) }
}

/// The time of each key, sorted.
fn replay(known: &Analysis) -> Vec<Duration> {
    let mut explorer = Explorer::of(known);
    let press = |c: char| {
        thread::sleep(PACE);
        let since = Instant::now();
        explorer.press(key(c));
        since.elapsed()
    };
    let mut times: Vec<Duration> = SCRIPT.chars().cycle().take(KEYS).map(press).collect();
    times.sort();
    times
}

/// The same while another thread sorts the largest class over and over.
fn replay_while_sorting(known: &Analysis, task: &Task) -> Vec<Duration> {
    let job = Job::default();
    thread::scope(|scope| {
        scope.spawn(|| while task.run(known, &job).is_ok() {});
        let times = replay(known);
        job.cancel();
        times
    })
}

/// Prints what the keys took; answers whether it was little enough.
fn tell(what: &str, times: &[Duration]) -> bool {
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    let (middle, nearly_all, worst) = (at(50), at(99), at(100));
    println!("{what}: median {middle:.1?}, 99 % within {nearly_all:.1?}, worst {worst:.1?}");
    nearly_all <= LIMIT
}

fn main() -> ExitCode {
    let heap = Arc::new(load(&input(), &Job::default()).expect("a sound snapshot").heap);
    let known = Analysis::run(heap, &Job::default(), |_| ()).expect("nobody cancels");
    let classes = &known.classes;
    let class = classes.with_members().max_by_key(|&class| classes.count(class)).expect("it has classes");
    println!("{} nodes; the largest class has {} members", known.heap.node_count(), classes.count(class));
    let task = Task::Objects { class, sort: Sort::ascending(By::Name), filter: String::new() };
    let alone = tell("alone", &replay(&known));
    let beside = tell("while the largest class is sorted", &replay_while_sorting(&known, &task));
    if alone && beside { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
