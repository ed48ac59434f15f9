//! Runs each phase once, on one thread, for a counter of instructions to watch:
//! `cargo run --release --example count -- FILE` (see `tests/instructions/check`).

use std::{error::Error, hint::black_box, path::PathBuf, sync::Arc};

use leaktui::{
    analysis::phase,
    heap::Heap,
    job::Job,
    snapshot::{Input, load},
};

fn main() -> Result<(), Box<dyn Error>> {
    let path = PathBuf::from(std::env::args().nth(1).ok_or("usage: count FILE")?);
    // Inside a pool of one thread every task runs below the phase that waits for it.
    rayon::ThreadPoolBuilder::new().num_threads(1).build()?.install(|| {
        let heap = Arc::new(loaded(path));
        let known = phase::classes(&heap);
        black_box(phase::distances(&known));
        let held = phase::dominators(&known);
        black_box(phase::retained(&known, &held));
    });
    Ok(())
}

#[inline(never)]
fn loaded(path: PathBuf) -> Heap {
    load(&Input::Path(path), &Job::default()).expect("a sound snapshot").heap
}
