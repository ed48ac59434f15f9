//! The heap a bench runs over: the file that is named, or one made up.

use std::sync::Arc;

use leaktui::{
    analysis::Analysis,
    job::Job,
    snapshot::{Input, load},
};

use crate::synth::{shape, write};

/// Nodes of the heap that is made up where no file is named.
const NODES: u32 = 2_000_000;

/// All that is known of it.
pub(crate) fn subject() -> Analysis {
    let heap = Arc::new(load(&input(), &Job::default()).expect("a sound snapshot").heap);
    let known = Analysis::run(heap, &Job::default(), |_| ()).expect("nobody cancels");
    // As the explorer's loader does before it tells anything.
    known.names.measure_ropes(&known.heap);
    known
}

fn input() -> Input {
    if let Some(path) = std::env::args().skip(1).find(|arg| !arg.starts_with("--")) {
        return Input::Path(path.into());
    }
    let mut bytes = Vec::new();
    write::snapshot(&mut bytes, shape::Shape::Realistic, NODES, 1).expect("memory takes all");
    Input::Bytes { label: "made up".to_owned(), bytes: Arc::new(bytes) }
}
