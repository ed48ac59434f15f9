//! The tree from the root: what each node refers to, as DevTools' Containment view lists it.
//!
//! All edges but invisible ones, weak ones included, most retained first. At the root the
//! program's own roots come before the engine's. Cost: the node's edges, and a sort.

use super::{
    Analysis, fields,
    order::{By, Sort},
};
use crate::heap::{Edge, EdgeKind, NodeIx};

/// DevTools' order of the tree: most retained first.
pub const DEFAULT: Sort = Sort::descending(By::Retained);

/// What the node refers to, in file order.
pub fn list(known: &Analysis, node: NodeIx) -> Vec<Edge> {
    known.heap.edges(node).filter(|edge| edge.kind != EdgeKind::INVISIBLE).collect()
}

/// Sorts what one node refers to, as DevTools does.
pub fn sort(known: &Analysis, rows: &mut [Edge], sort: Sort) {
    fields::sort(known, rows, sort);
}

/// Puts the program's roots (globals, documents) before the engine's, each in the order they were.
pub fn user_roots_first(known: &Analysis, rows: &mut [Edge]) {
    rows.sort_by_key(|edge| !known.roots.user().contains(&edge.to));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn globals_come_first_and_weak_edges_too_are_listed() {
        let text = "0!synthetic>element.1.1,shortcut.x.2,weak.w.3,invisible.i.3 1!synthetic=(GC~roots)>4 \
                    2:1=global 3:90=A 4:50=B";
        let known = Analysis::complete(heap(text));
        let mut rows = list(&known, known.heap.root());
        sort(&known, &mut rows, DEFAULT);
        let order = |rows: &[Edge]| rows.iter().map(|edge| edge.to.0).collect::<Vec<_>>();
        assert_eq!(order(&rows), [3, 1, 2]);
        user_roots_first(&known, &mut rows);
        assert_eq!(order(&rows), [3, 2, 1], "a child of the root that V8 did not make up is a root");
    }
}
