//! Which nodes the user's program starts from, and which belong to a page.
//!
//! A child of the root is a *user root* when V8 did not make it up: the global objects, and the
//! documents of a page. Everything reachable from the root's shortcuts to the globals is *page
//! owned*; edges into it from outside do not count for dominators. One walk over the edges of
//! page-owned nodes, a bit a node.

use fixedbitset::FixedBitSet;

use super::Names;
use crate::heap::{Edge, EdgeKind, Heap, NodeIx, NodeKind};

/// The user roots and what belongs to pages.
#[derive(Debug)]
pub struct Roots {
    user: Vec<NodeIx>,
    page_owned: FixedBitSet,
}

impl Roots {
    pub(super) fn find(heap: &Heap, names: &Names) -> Self {
        let user = heap
            .edges(heap.root())
            .map(|edge| edge.to)
            .filter(|&to| heap.kind(to) != NodeKind::SYNTHETIC || is_document_root(heap, names, to))
            .collect();
        Self { user, page_owned: page_owned(heap, names) }
    }

    /// The user roots in the order of the root's edges, as often as it refers to them.
    pub fn user(&self) -> &[NodeIx] {
        &self.user
    }

    /// Whether the node is reachable from a page's globals or documents.
    #[inline]
    pub fn is_page_owned(&self, node: NodeIx) -> bool {
        self.page_owned.contains(node.ix())
    }
}

fn is_document_root(heap: &Heap, names: &Names, node: NodeIx) -> bool {
    heap.kind(node) == NodeKind::SYNTHETIC && names.raw_is(heap, node, "(Document DOM trees)")
}

fn page_owned(heap: &Heap, names: &Names) -> FixedBitSet {
    let starts = |edge: &Edge| match edge.kind {
        EdgeKind::SHORTCUT => true,
        EdgeKind::ELEMENT => is_document_root(heap, names, edge.to),
        _ => false,
    };
    let mut owned = FixedBitSet::with_capacity(heap.node_count());
    let mut open: Vec<NodeIx> = Vec::new();
    for edge in heap.edges(heap.root()).filter(starts) {
        if !owned.put(edge.to.ix()) {
            open.push(edge.to);
        }
    }
    while let Some(node) = open.pop() {
        for edge in heap.edges(node).filter(|edge| edge.kind != EdgeKind::WEAK) {
            if !owned.put(edge.to.ix()) {
                open.push(edge.to);
            }
        }
    }
    owned
}
