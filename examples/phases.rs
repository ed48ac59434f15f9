//! When each fact about a snapshot is known: `cargo run --release --example phases -- FILE`.
//!
//! Prints milliseconds since the start for the heap, classes, distances and retained sizes, then
//! the sizes that say whether two runs agree.

use std::{error::Error, sync::Arc, time::Instant};

use leaktui::{analysis::Analysis, job::Job, snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: phases FILE")?;
    let since = Instant::now();
    let job = Job::default();
    let heap = Arc::new(snapshot::load(&snapshot::Input::Path(path.into()), &job)?.heap);
    let tell = |what: &str| println!("{:>8.1} ms  {what}", since.elapsed().as_secs_f64() * 1e3);
    tell("heap");
    let known = Analysis::run(heap, &job, |known| {
        tell(match (&known.distances, &known.retained) {
            (None, _) => "classes",
            (_, None) => "distances",
            _ => "retained sizes",
        });
    })?;
    println!("{} nodes, {} edges", known.heap.node_count(), known.heap.edge_count());
    println!("{} classes, {} bytes", known.classes.len(), known.total_size());
    Ok(())
}
