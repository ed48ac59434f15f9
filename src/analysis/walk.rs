//! What can be reached over chosen edges.
//!
//! Breadth first, a level at a time; linear in the edges of what is reached, a bit a node.

use fixedbitset::FixedBitSet;

use crate::{
    heap::{Edge, EdgeKind, Heap, NodeIx},
    job::{Cancelled, Job},
};

/// Everything that hangs from `starts` over edges that are not weak and that `follows` passes,
/// the starts included. `follows` is asked only of edges to nodes not reached yet.
pub(super) fn reached(
    heap: &Heap,
    starts: Vec<NodeIx>,
    follows: impl FnMut(NodeIx, &Edge) -> bool,
    job: &Job,
) -> Result<FixedBitSet, Cancelled> {
    reached_beside(heap, FixedBitSet::with_capacity(heap.node_count()), starts, follows, job)
}

/// The same where some nodes are reached already: they are not walked again.
pub(super) fn reached_beside(
    heap: &Heap,
    mut reached: FixedBitSet,
    starts: Vec<NodeIx>,
    mut follows: impl FnMut(NodeIx, &Edge) -> bool,
    job: &Job,
) -> Result<FixedBitSet, Cancelled> {
    let (mut level, mut next) = (starts, Vec::new());
    level.retain(|node| !reached.put(node.ix()));
    while !level.is_empty() {
        for (at, &node) in level.iter().enumerate() {
            heap.fetch_ahead(&level, at);
            for (ix, to) in heap.targets(node) {
                if reached.contains(to.ix()) {
                    continue;
                }
                let edge = heap.edge(ix);
                if edge.kind != EdgeKind::WEAK && follows(node, &edge) {
                    reached.insert(to.ix());
                    next.push(to);
                }
            }
        }
        job.tick(level.len())?;
        std::mem::swap(&mut level, &mut next);
        next.clear();
    }
    Ok(reached)
}
