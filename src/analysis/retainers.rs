//! The rows of the Retainers pane: who refers to a node.

use super::{Analysis, fields, order::Sort, path};
use crate::{
    heap::{Edge, EdgeKind, InEdge, NodeIx},
    job::{Cancelled, Job},
};

pub use super::fields::RETAINERS as DEFAULT;

/// The edges into a node as DevTools lists them: none from the root, none invisible, weak ones
/// only if asked for; the last in the file first. Empty until in-edges are known.
pub fn list(known: &Analysis, node: NodeIx, weak: bool) -> Vec<InEdge> {
    let Some(in_edges) = &known.retainers else { return Vec::new() };
    let of_program = |found: &InEdge| found.from != known.heap.root() && is_shown(&found.edge, weak);
    let mut rows: Vec<InEdge> = in_edges.of(&known.heap, node).filter(of_program).collect();
    rows.reverse();
    rows
}

fn is_shown(edge: &Edge, weak: bool) -> bool {
    edge.kind != EdgeKind::INVISIBLE && (weak || edge.kind != EdgeKind::WEAK)
}

/// The first rows in the usual order, as [`sort`] would have them: those of the `most` sources that
/// come first. Only their edges are looked at, so that millions of others cost a pass over a column.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for them.
pub fn first(
    known: &Analysis,
    node: NodeIx,
    weak: bool,
    most: usize,
    job: &Job,
) -> Result<Vec<InEdge>, Cancelled> {
    let Some(in_edges) = &known.retainers else { return Ok(Vec::new()) };
    let mut last = known.heap.root();
    let is_new = move |from: &NodeIx| std::mem::replace(&mut last, *from) != *from;
    let sources = in_edges.sources(node).rev().map(|(from, _)| from).filter(is_new);
    let of_program = sources.filter(|&from| from != known.heap.root());
    let first = fields::first_by_distance(known, of_program, most, job)?;
    let edges = |from: NodeIx| {
        let edges: Vec<Edge> =
            known.heap.edges(from).filter(|it| it.to == node && is_shown(it, weak)).collect();
        edges.into_iter().rev().map(move |edge| InEdge { from, edge })
    };
    Ok(first.into_iter().flat_map(edges).collect())
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
