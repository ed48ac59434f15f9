//! How long is it from a key press to its frame? 1,000 keys over a large heap, then again while
//! its largest class is sorted: `cargo bench --bench frames`, or with `-- FILE` over a snapshot of
//! yours. Fails where more than one in a hundred takes over 5 ms.

mod explorer;
#[path = "explorer/replay.rs"]
mod replay;
#[path = "explorer/subject.rs"]
mod subject;
#[path = "../examples/synth/mod.rs"]
mod synth;

use std::process::ExitCode;

use leaktui::{
    analysis::order::{By, Sort},
    tui::{behind, task::Task},
};

use replay::{replay, replay_beside, tell};

fn main() -> ExitCode {
    behind::prepare();
    let known = subject::subject();
    behind::keep_to_oneself();
    let classes = &known.classes;
    let class = classes.with_members().max_by_key(|&class| classes.count(class)).expect("it has classes");
    println!("{} nodes; the largest class has {} members", known.heap.node_count(), classes.count(class));
    let task = Task::Objects { class, sort: Sort::ascending(By::Name), filter: String::new() };
    let alone = tell("alone", &replay(&known));
    let beside = tell("while the largest class is sorted", &replay_beside(&task, &known));
    if alone && beside { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
