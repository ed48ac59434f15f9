//! `leaktui nodes FILE --json`: every node in file order, one JSON object a line.
//!
//! Written as it is made: memory does not grow with the number of nodes.

use super::{CommandError, Opened, Output, json};
use crate::{cli::NodesArgs, heap::ClassIx};

pub(super) fn run(args: &NodesArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    opened.warn();
    let classes = &opened.known.classes;
    let keys: Vec<String> = (0..classes.len() as u32).map(|class| classes.key(ClassIx(class))).collect();
    for node in opened.known.heap.nodes().take(args.limit.unwrap_or(usize::MAX)) {
        json::write_line(to.out, &opened.record(node, &keys[classes.of(node).ix()]))?;
    }
    Ok(())
}
