//! The rows of the Retainers pane: who refers to a node.

use super::{Analysis, fields, order::Sort, path};
use crate::{
    heap::{EdgeKind, InEdge, NodeIx},
    job::{Cancelled, Job},
};

pub use super::fields::RETAINERS as DEFAULT;

/// The edges into a node as DevTools lists them: none from the root, none invisible, weak ones
/// only if asked for; the last in the file first. Empty until in-edges are known.
pub fn list(known: &Analysis, node: NodeIx, weak: bool) -> Vec<InEdge> {
    let Some(in_edges) = &known.retainers else { return Vec::new() };
    let shown = |found: &InEdge| {
        found.from != known.heap.root()
            && found.edge.kind != EdgeKind::INVISIBLE
            && (weak || found.edge.kind != EdgeKind::WEAK)
    };
    let mut rows: Vec<InEdge> = in_edges.of(&known.heap, node).filter(shown).collect();
    rows.reverse();
    rows
}

/// Sorts retainers as DevTools does; rows that compare equal keep their order in the table.
///
/// # Panics
///
/// Never: nobody can cancel.
pub fn sort(known: &Analysis, rows: &mut [InEdge], sort: Sort) {
    try_sort(known, rows, sort, &Job::default()).expect("nobody cancels");
}

/// The same for somebody who may give up waiting.
///
/// # Errors
///
/// [`Cancelled`] once they do.
pub fn try_sort(known: &Analysis, rows: &mut [InEdge], sort: Sort, job: &Job) -> Result<(), Cancelled> {
    fields::sort_by(known, rows, sort, job, |row| (row.edge, row.from))
}

/// Whether finding a node's retainers looks at no more than `budget` edges. Costs no more itself.
pub fn is_cheap(known: &Analysis, node: NodeIx, budget: usize) -> bool {
    let Some(in_edges) = &known.retainers else { return true };
    let edges_of = |from| known.heap.edge_range(from).len().max(1);
    let add = |sum, (from, _)| Some(sum + edges_of(from)).filter(|&looked_at| looked_at <= budget);
    in_edges.sources(node).try_fold(0, add).is_some()
}

/// The node through which the shortest chain that holds `node` leads, among these of its retainers.
pub fn way_out(known: &Analysis, node: NodeIx, rows: &[InEdge]) -> Option<NodeIx> {
    path::nearest_of(known, node, rows.iter().copied(), &|_| true).map(|row| row.from)
}

/// The retainer that says best how a node is held: the first of the pane, by its best-named edge.
/// `None` where more than `budget` edges would have to be looked at.
pub fn nearest(known: &Analysis, node: NodeIx, budget: usize) -> Option<InEdge> {
    if !is_cheap(known, node, budget) {
        return None;
    }
    let mut rows = list(known, node, false);
    sort(known, &mut rows, DEFAULT);
    rows.first().map(|&row| path::best_named(known, row))
}
