//! Which edges keep their target alive, for the purpose of dominators.
//!
//! Weak edges and self references keep nothing. A WeakMap entry is charged to its key, not to
//! the table. Shortcuts stand for a longer way round. That what belongs to a page is held by the
//! page alone is [`Pages`](super::roots::Pages)' to say.

use super::Ephemerons;
use crate::heap::{EdgeIx, EdgeKind, Heap, NodeIx};

/// Tells essential edges from the others.
pub(super) struct Essential<'a> {
    pub(super) heap: &'a Heap,
    pub(super) ephemerons: &'a Ephemerons,
}

impl<'a> Essential<'a> {
    /// Tells the edges of `from` apart. What is the same for all of them is looked up once.
    #[inline]
    pub(super) fn of(&self, from: NodeIx) -> EssentialOf<'a, '_> {
        EssentialOf {
            all: self,
            from,
            is_plain: from != self.heap.root() && !self.ephemerons.has_halves(from),
        }
    }
}

/// The essential edges of one node.
pub(super) struct EssentialOf<'a, 'e> {
    all: &'e Essential<'a>,
    from: NodeIx,
    /// Whether only the edges' types matter, as of nearly all nodes.
    is_plain: bool,
}

impl EssentialOf<'_, '_> {
    /// Whether the edge counts as holding its target. Its name is only fetched where it matters.
    #[inline]
    pub(super) fn keeps(&self, edge: EdgeIx, to: NodeIx) -> bool {
        let kind = self.all.heap.edge_kind(edge);
        if self.is_plain {
            return kind != EdgeKind::WEAK && kind != EdgeKind::SHORTCUT && to != self.from;
        }
        self.keeps_by_all_rules(kind, edge, to)
    }

    #[inline(never)]
    fn keeps_by_all_rules(&self, kind: EdgeKind, edge: EdgeIx, to: NodeIx) -> bool {
        if kind == EdgeKind::WEAK || to == self.from || self.is_table_half(edge) {
            return false;
        }
        kind != EdgeKind::SHORTCUT || self.from == self.all.heap.root()
    }

    fn is_table_half(&self, edge: EdgeIx) -> bool {
        let Essential { heap, ephemerons, .. } = self.all;
        ephemerons.has_halves(self.from)
            && ephemerons.of(&heap.edge(edge)).is_some_and(|pair| pair.table == heap.id(self.from))
    }
}
