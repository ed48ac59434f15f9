//! Which edges keep their target alive, for the purpose of dominators.
//!
//! Weak edges and self references keep nothing. A WeakMap entry is charged to its key, not to
//! the table. Shortcuts stand for a longer way round. And what belongs to a page is held by the
//! page: debugger, handles and other V8 machinery outside do not count as its owners.

use super::{Ephemerons, roots::Pages};
use crate::heap::{Edge, EdgeKind, Heap, NodeIx};

/// Tells essential edges from the others.
pub(super) struct Essential<'a> {
    pub(super) heap: &'a Heap,
    pub(super) pages: Pages,
    pub(super) ephemerons: &'a Ephemerons,
}

impl Essential<'_> {
    /// Whether the edge counts as holding its target.
    #[inline]
    pub(super) fn keeps(&self, from: NodeIx, edge: Edge) -> bool {
        if edge.kind == EdgeKind::WEAK || edge.to == from || self.is_table_half(from, &edge) {
            return false;
        }
        from == self.heap.root()
            || (edge.kind != EdgeKind::SHORTCUT && (self.pages.own(from) || !self.pages.own(edge.to)))
    }

    #[inline]
    fn is_table_half(&self, from: NodeIx, edge: &Edge) -> bool {
        self.ephemerons.of(edge).is_some_and(|pair| pair.table == self.heap.id(from))
    }
}
