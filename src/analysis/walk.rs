//! What can be reached over chosen edges.
//!
//! Breadth first, a level at a time; linear in the edges of what is reached, two bits a node. Large
//! levels of large heaps are taken in the order of the file: what is known of their nodes then comes
//! from memory in a stream.

use fixedbitset::FixedBitSet;

use crate::{
    heap::{Edge, EdgeKind, Heap, NodeIx},
    job::{Cancelled, Job},
};

/// Nodes of a heap that the processor's cache holds, more or less, with their edges.
const CACHED: usize = 1 << 18;
/// Levels of fewer nodes than one in so many are left in the order they were met in.
const SPARSE: usize = 256;

/// Puts the levels of a breadth-first walk in the order of the file, where that is worth it. A bit a node.
pub(super) struct FileOrder {
    /// Nodes of a level that is worth it.
    least: usize,
    seen: FixedBitSet,
}

impl FileOrder {
    /// For levels of a heap.
    pub(super) fn of(heap: &Heap) -> Self {
        let nodes = heap.node_count();
        Self::from(if nodes < CACHED { usize::MAX } else { nodes / SPARSE })
    }

    /// For levels of so many nodes and more.
    pub(super) fn from(least: usize) -> Self {
        Self { least, seen: FixedBitSet::new() }
    }

    /// Sorts a level of different nodes.
    pub(super) fn sort(&mut self, level: &mut Vec<NodeIx>, heap: &Heap) {
        if level.len() < self.least {
            return;
        }
        self.seen.grow(heap.node_count());
        level.drain(..).for_each(|node| self.seen.insert(node.ix()));
        level.extend(self.seen.ones().map(|node| NodeIx(node as u32)));
        self.seen.clear();
    }
}

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
    let (mut level, mut next, mut order) = (starts, Vec::new(), FileOrder::of(heap));
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
        order.sort(&mut level, heap);
    }
    Ok(reached)
}
