//! Which edges keep their target alive, for the purpose of dominators.
//!
//! Weak edges and self references keep nothing. A WeakMap entry is charged to its key, not to
//! the table. Shortcuts stand for a longer way round. And what belongs to a page is held by the
//! page: debugger, handles and other V8 machinery outside do not count as its owners.

use super::{Analysis, Ephemerons, Roots};
use crate::heap::{Edge, EdgeKind, Heap, NodeIx};

/// Tells essential edges from the others.
pub(super) struct Essential<'a> {
    heap: &'a Heap,
    roots: &'a Roots,
    ephemerons: &'a Ephemerons,
}

impl<'a> Essential<'a> {
    pub(super) fn new(known: &'a Analysis) -> Self {
        Self { heap: &known.heap, roots: &known.roots, ephemerons: &known.ephemerons }
    }

    /// Whether the edge counts as holding its target.
    #[inline]
    pub(super) fn keeps(&self, from: NodeIx, edge: Edge) -> bool {
        if edge.kind == EdgeKind::WEAK || edge.to == from || self.is_table_half(from, &edge) {
            return false;
        }
        from == self.heap.root()
            || (edge.kind != EdgeKind::SHORTCUT
                && (!self.roots.is_page_owned(edge.to) || self.roots.is_page_owned(from)))
    }

    #[inline]
    fn is_table_half(&self, from: NodeIx, edge: &Edge) -> bool {
        self.ephemerons.of(edge).is_some_and(|pair| pair.table == self.heap.id(from))
    }
}
