//! Which nodes refer to which, by one counting sort on one core.
//!
//! Two passes over the edges that jump about in 4 bytes a node; nothing but the answer is stored.

use super::{MARK, Sorted};
use crate::heap::{AHEAD, EdgeIx, Heap, NodeIx, fetch};

/// Where each node's in-edges begin, and the sources of all.
pub(super) fn sort<E, M: Fn(EdgeIx, NodeIx) -> bool>(
    heap: &Heap,
    marked: impl Fn(NodeIx) -> M,
    tick: impl Fn(usize) -> Result<(), E>,
) -> Result<Sorted, E> {
    let mut first = vec![0u32; heap.node_count() + 1];
    let targets = heap.edge_targets();
    for (at, to) in targets.iter().enumerate() {
        targets.get(at + 2 * AHEAD).inspect(|later| fetch(&first, later.ix()));
        first[to.ix()] += 1;
    }
    let mut sum = 0;
    for start in &mut first {
        sum += *start;
        *start = sum;
    }
    // Each node's place is filled from its end, walking the edges backwards: file order results.
    let mut sources = vec![0u32; heap.edge_count()];
    for node in heap.nodes().rev() {
        if node.0 & 0xFFFF == 0 {
            tick(0x1_0000)?;
        }
        let marked = marked(node);
        for (edge, to) in heap.targets(node).rev() {
            let later = edge.ix().checked_sub(2 * AHEAD).and_then(|at| targets.get(at));
            later.inspect(|later| fetch(&first, later.ix()));
            let slot = &mut first[to.ix()];
            *slot -= 1;
            sources[*slot as usize] = node.0 | if marked(edge, to) { MARK } else { 0 };
        }
    }
    Ok(Sorted { first, sources })
}
