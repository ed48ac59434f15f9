//! Which nodes the user's program starts from, and which belong to a page.
//!
//! A child of the root is a *user root* when V8 did not make it up: the global objects, and the
//! documents of a page. Everything reachable from the root's shortcuts to the globals is *page
//! owned*; edges into it from outside do not count for dominators. One walk over the edges of
//! page-owned nodes, a bit a node.

use fixedbitset::FixedBitSet;

use super::walk;
use crate::{
    heap::{Edge, EdgeKind, Heap, NodeIx, NodeKind},
    job::{Cancelled, Job},
};

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
        let starts = heap.edges(heap.root()).filter(starts).map(|edge| edge.to).collect();
        Ok(Self(walk::reached(heap, starts, |_, _| true, job)?))
    }

    /// Whether the node is reachable from a page's globals or documents.
    #[inline]
    pub(super) fn own(&self, node: NodeIx) -> bool {
        self.0.contains(node.ix())
    }
}

/// Only native nodes are renamed when they are detached: a synthetic one's name is the file's.
fn is_document_root(heap: &Heap, node: NodeIx) -> bool {
    heap.kind(node) == NodeKind::SYNTHETIC && heap.strings().is(heap.name(node), "(Document DOM trees)")
}
