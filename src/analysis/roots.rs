//! Which nodes the user's program starts from, and which belong to a page.
//!
//! A child of the root is a *user root* when V8 did not make it up: the global objects, and the
//! documents of a page. Everything reachable from the root's shortcuts to the globals is *page
//! owned*; edges into it from outside do not count for dominators. A bit a node, told by the search
//! for dominators.

use fixedbitset::FixedBitSet;

use crate::heap::{Edge, EdgeKind, Heap, NodeIx, NodeKind};

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

/// Where the root's ways to pages lead.
pub(super) fn page_starts(heap: &Heap) -> impl Iterator<Item = NodeIx> + '_ {
    let starts = |edge: &Edge| match edge.kind {
        EdgeKind::SHORTCUT => true,
        EdgeKind::ELEMENT => is_document_root(heap, edge.to),
        _ => false,
    };
    heap.edges(heap.root()).filter(starts).map(|edge| edge.to)
}

/// What belongs to pages: everything reachable from [`page_starts`] over edges that are not weak.
#[derive(Default)]
pub(super) struct Pages(FixedBitSet);

impl Pages {
    pub(super) fn new(owned: FixedBitSet) -> Self {
        Self(owned)
    }

    /// Whether the node is reachable from a page's globals or documents.
    #[inline]
    pub(super) fn own(&self, node: NodeIx) -> bool {
        self.0.contains(node.ix())
    }

    /// Whether an edge between these counts as holding: what belongs to a page is held by the page
    /// and the root. Debugger, handles and other V8 machinery outside do not count as its owners.
    #[inline]
    pub(super) fn admit(&self, heap: &Heap, from: NodeIx, to: NodeIx) -> bool {
        !self.own(to) || self.own(from) || from == heap.root()
    }
}

/// Only native nodes are renamed when they are detached: a synthetic one's name is the file's.
fn is_document_root(heap: &Heap, node: NodeIx) -> bool {
    heap.kind(node) == NodeKind::SYNTHETIC && heap.strings().is(heap.name(node), "(Document DOM trees)")
}
