//! Which nodes the user's program starts from, and which belong to a page.
//!
//! A child of the root is a *user root* when V8 did not make it up: the global objects, and the
//! documents of a page. Everything reachable from the root's shortcuts to the globals is *page
//! owned*; edges into it from outside do not count for dominators. One walk over the edges of
//! page-owned nodes, a bit a node.

use fixedbitset::FixedBitSet;

use crate::{
    heap::{Edge, EdgeKind, Heap, NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// Nodes whose edges are fetched at once.
const WARM: usize = 32;

/// The user roots.
#[derive(Debug)]
pub struct Roots(Vec<NodeIx>);

impl Roots {
    pub(super) fn find(heap: &Heap) -> Self {
        let is_user = |&to: &NodeIx| heap.kind(to) != NodeKind::SYNTHETIC || is_document_root(heap, to);
        Self(heap.edges(heap.root()).map(|edge| edge.to).filter(is_user).collect())
    }

    /// The user roots in the order of the root's edges, as often as it refers to them.
    pub fn user(&self) -> &[NodeIx] {
        &self.0
    }
}

/// What belongs to pages.
pub(super) struct Pages(FixedBitSet);

impl Pages {
    pub(super) fn find(heap: &Heap, job: &Job) -> Result<Self, Cancelled> {
        let starts = |edge: &Edge| match edge.kind {
            EdgeKind::SHORTCUT => true,
            EdgeKind::ELEMENT => is_document_root(heap, edge.to),
            _ => false,
        };
        let mut owned = FixedBitSet::with_capacity(heap.node_count());
        let mut level: Vec<NodeIx> = heap.edges(heap.root()).filter(starts).map(|edge| edge.to).collect();
        owned.extend(level.iter().map(|node| node.ix()));
        let mut next = Vec::new();
        while !level.is_empty() {
            for nodes in level.chunks(WARM) {
                heap.warm(nodes);
                for &node in nodes {
                    own_targets(heap, node, &mut owned, &mut next);
                }
            }
            job.tick(level.len())?;
            std::mem::swap(&mut level, &mut next);
            next.clear();
        }
        Ok(Self(owned))
    }

    /// Whether the node is reachable from a page's globals or documents.
    #[inline]
    pub(super) fn own(&self, node: NodeIx) -> bool {
        self.0.contains(node.ix())
    }
}

/// Adds what `node` refers to, and to `next` what is new.
#[inline]
fn own_targets(heap: &Heap, node: NodeIx, owned: &mut FixedBitSet, next: &mut Vec<NodeIx>) {
    for (ix, to) in heap.targets(node) {
        if !owned.contains(to.ix()) && heap.edge_kind(ix) != EdgeKind::WEAK {
            owned.insert(to.ix());
            next.push(to);
        }
    }
}

/// Only native nodes are renamed when they are detached: a synthetic one's name is the file's.
fn is_document_root(heap: &Heap, node: NodeIx) -> bool {
    heap.kind(node) == NodeKind::SYNTHETIC && heap.strings().is(heap.name(node), "(Document DOM trees)")
}
