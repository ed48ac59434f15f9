//! What can be reached over chosen edges.
//!
//! Breadth first, a level at a time; linear in the edges of what is reached, a bit a node.

use fixedbitset::FixedBitSet;

use crate::{
    heap::{Edge, EdgeKind, Heap, NodeIx},
    job::{Cancelled, Job},
};

/// Nodes whose edges are fetched at once.
const WARM: usize = 32;

/// Everything that hangs from `starts` over edges that are not weak and that `follows` passes,
/// the starts included. `follows` is asked only of edges to nodes not reached yet.
pub(super) fn reached(
    heap: &Heap,
    starts: Vec<NodeIx>,
    mut follows: impl FnMut(NodeIx, &Edge) -> bool,
    job: &Job,
) -> Result<FixedBitSet, Cancelled> {
    let mut reached = FixedBitSet::with_capacity(heap.node_count());
    reached.extend(starts.iter().map(|node| node.ix()));
    let (mut level, mut next) = (starts, Vec::new());
    while !level.is_empty() {
        for nodes in level.chunks(WARM) {
            heap.warm(nodes);
            for &node in nodes {
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
        }
        job.tick(level.len())?;
        std::mem::swap(&mut level, &mut next);
        next.clear();
    }
    Ok(reached)
}
