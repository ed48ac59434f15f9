//! Which rows a tree has: the edges of a node, listed, sorted and filtered.

use std::sync::Arc;

use super::ignored::Ignored;
use crate::{
    analysis::{Analysis, Distance, containment, edge_name, fields, holders, order::Sort, retainers},
    heap::{EdgeIx, InEdge, NodeIx},
    job::{Cancelled, Job},
    tui::{
        filter::Filter,
        widget::tree::{Branch, DEEPEST, Fold},
    },
};

/// How far the Retainers pane opens by itself, as in Chrome DevTools.
const UNFOLDED: usize = 20;

/// Which way the edges are walked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// To the nodes that refer.
    Retainers,
    /// To the nodes referred to.
    Fields,
    /// The same, weak references too, as the tree from the root has them.
    Contents,
}

/// What decides the rows of a tree.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Which way.
    pub side: Side,
    /// In which order.
    pub sort: Sort,
    /// Whether weak retainers are listed.
    pub weak: bool,
    /// Which retainers are ignored.
    pub ignored: Ignored,
    /// The query.
    pub filter: String,
}

impl Spec {
    /// The distance of the node at the edge's other end, around what is ignored.
    pub fn distance(&self, known: &Analysis, edge: EdgeIx) -> Option<Distance> {
        match self.ignored.around() {
            Some(around) => around.distance(&retainer(known, edge)),
            None => known.distance(end(known, self.side, edge)),
        }
    }

    /// Whether ignored nodes have cut the way to the retainer.
    pub fn is_cut(&self, known: &Analysis, edge: EdgeIx) -> bool {
        self.ignored.around().is_some_and(|around| !around.holds(&retainer(known, edge)))
    }

    /// Whether the pane goes on opening this retainer by itself: there is a way on, and not a root yet.
    fn opens_by_itself(&self, known: &Analysis, edge: EdgeIx) -> bool {
        let steps = self.distance(known, edge).filter(|distance| !distance.is_lost());
        steps.and_then(Distance::raw).is_some_and(|distance| distance > 1)
    }
}

fn retainer(known: &Analysis, edge: EdgeIx) -> InEdge {
    InEdge { from: known.heap.edge_source(edge), edge: known.heap.edge(edge) }
}

/// The node at the edge's other end.
pub fn end(known: &Analysis, side: Side, edge: EdgeIx) -> NodeIx {
    match side {
        Side::Retainers => known.heap.edge_source(edge),
        Side::Fields | Side::Contents => known.heap.edge(edge).to,
    }
}

/// Whether the last edge of the trail leads to a node the row hangs from.
pub fn is_cycle(known: &Analysis, side: Side, subject: Option<NodeIx>, trail: &[EdgeIx]) -> bool {
    let Some((&last, above)) = trail.split_last() else { return false };
    let node = end(known, side, last);
    subject == Some(node) || above.iter().any(|&edge| end(known, side, edge) == node)
}

/// The edges of a node in the tree's order. Cost: that of listing and sorting them.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for it.
pub fn branch(known: &Analysis, spec: &Spec, node: NodeIx, job: &Job) -> Result<Branch, Cancelled> {
    let edges: Arc<[EdgeIx]> = match spec.side {
        Side::Retainers => {
            let mut rows = retainers::list(known, node, spec.weak);
            match spec.ignored.around() {
                Some(around) => around.try_sort(&mut rows, spec.sort, job)?,
                None => retainers::try_sort(known, &mut rows, spec.sort, job)?,
            }
            return Ok(folded(known, spec, node, rows));
        }
        Side::Fields => {
            let mut rows = fields::list(known, node);
            fields::try_sort(known, &mut rows, spec.sort, job)?;
            rows.iter().map(|edge| edge.ix).collect()
        }
        Side::Contents => {
            let mut rows = containment::list(known, node);
            fields::try_sort(known, &mut rows, spec.sort, job)?;
            if node == known.heap.root() {
                containment::user_roots_first(known, &mut rows);
            }
            rows.iter().map(|edge| edge.ix).collect()
        }
    };
    Ok(Branch::new(edges))
}

/// Retainers, those that V8 keeps for itself behind one row. What the shortest chain leads through
/// and what is ignored stays in sight; so does everything where there is nothing else, or too
/// little to be worth a row.
fn folded(known: &Analysis, spec: &Spec, node: NodeIx, rows: Vec<InEdge>) -> Branch {
    const FEWEST: usize = 2;
    let edges = |rows: &[InEdge]| rows.iter().map(|row| row.edge.ix).collect();
    if rows.iter().filter(|row| holders::noise(known, row).is_some()).count() < FEWEST {
        return Branch::new(edges(&rows));
    }
    let way_out = match spec.ignored.around() {
        Some(around) => around.way_out(node, &rows),
        None => retainers::way_out(known, node, &rows),
    };
    let is_folded = |row: &InEdge| {
        way_out != Some(row.from) && !spec.ignored.has(row.from) && holders::noise(known, row).is_some()
    };
    let count = rows.iter().filter(|row| is_folded(row)).count();
    if count < FEWEST || count == rows.len() {
        return Branch::new(edges(&rows));
    }
    let (noise, own): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_folded);
    Branch::folded(edges(&own), Fold { edges: edges(&noise), words: holders::noise_words(known, &noise) })
}

/// Whether a node has so many edges that the first rows are worth being seen before all are sorted.
/// They are only those of the usual order, of all rows.
pub fn has_page(known: &Analysis, spec: &Spec, node: NodeIx) -> bool {
    const MANY: usize = 50_000;
    let (usual, edges) = match (spec.side, &known.retainers) {
        (Side::Retainers, Some(in_edges)) => (retainers::DEFAULT, in_edges.count(node)),
        (Side::Fields, _) => (fields::DEFAULT, known.heap.edge_range(node).len()),
        _ => return false,
    };
    edges > MANY && spec.sort == usual && spec.filter.is_empty() && spec.ignored.nodes().is_empty()
}

/// The first rows of a node that [`has_page`], unfolded. Cost: a pass over its edges.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for them.
pub fn page(known: &Analysis, spec: &Spec, node: NodeIx, job: &Job) -> Result<Branch, Cancelled> {
    const PAGE: usize = 500;
    let edges = if spec.side == Side::Retainers {
        let rows = retainers::first(known, node, spec.weak, PAGE, job)?;
        let of_program = |row: &&InEdge| holders::noise(known, row).is_none();
        rows.iter().filter(of_program).map(|row| row.edge.ix).collect()
    } else {
        fields::first(known, node, PAGE, job)?.iter().map(|edge| edge.ix).collect()
    };
    Ok(Branch::new(edges))
}

/// Whether listing the node's edges, and unfolding from there, looks at no more than `budget`.
pub fn is_cheap(known: &Analysis, spec: &Spec, node: NodeIx, unfold: bool, budget: usize) -> bool {
    let mut left = budget;
    let mut at = node;
    for _ in 0..if unfold { UNFOLDED } else { 1 } {
        let Some(cost) = cost(known, spec.side, at, left) else { return false };
        left -= cost;
        // Where the chain goes is known only once sorted; the source of the first in-edge is as
        // good a guess as any, and a wrong one costs a few milliseconds at worst.
        let first = known.retainers.as_ref().and_then(|in_edges| in_edges.sources(at).next());
        let Some((next, _)) = first else { return true };
        at = next;
    }
    true
}

/// The edge that stands first in the Retainers pane of a node, if few edges have to be looked at
/// to tell: this is asked for each row on screen.
pub fn nearest_retainer(known: &Analysis, node: NodeIx) -> Option<EdgeIx> {
    const FEW: usize = 512;
    retainers::nearest(known, node, FEW).map(|row| row.edge.ix)
}

/// How many edges are looked at to list those of a node, if no more than `budget`.
fn cost(known: &Analysis, side: Side, node: NodeIx, budget: usize) -> Option<usize> {
    let edges_of = |node| known.heap.edge_range(node).len();
    if side != Side::Retainers {
        return Some(edges_of(node)).filter(|&cost| cost <= budget);
    }
    let Some(in_edges) = &known.retainers else { return Some(0) };
    in_edges.sources(node).try_fold(0, |sum, (from, _)| {
        // Two edges from one source are found in one look at it, but rarely so many.
        Some(sum + edges_of(from)).filter(|&cost| cost <= budget)
    })
}

/// The tree from `subject` on, with open what was open in `old`, or along the chain to a root.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for it.
pub fn plant(
    known: &Analysis,
    spec: &Spec,
    subject: NodeIx,
    old: &Branch,
    unfold: bool,
    job: &Job,
) -> Result<Branch, Cancelled> {
    let mut tree = regrow(known, spec, subject, old, 0, job)?;
    if unfold {
        unfold_chain(known, spec, subject, &mut tree, job)?;
    }
    let filter = Filter::new(&spec.filter);
    if !filter.is_empty() {
        tree.prune(&|edge| filter.fit(&row_text(known, spec.side, edge)).is_some());
    }
    Ok(tree)
}

fn regrow(
    known: &Analysis,
    spec: &Spec,
    node: NodeIx,
    old: &Branch,
    level: usize,
    job: &Job,
) -> Result<Branch, Cancelled> {
    job.tick(1)?;
    let mut branch = branch(known, spec, node, job)?;
    if old.is_unfolded() {
        branch.unfold();
    }
    if level < DEEPEST {
        for (edge, below) in old.open_branches() {
            let node = end(known, spec.side, edge);
            branch.open_edge(edge, regrow(known, spec, node, below, level + 1, job)?);
        }
    }
    Ok(branch)
}

/// Opens the first row, its first row, and so on: in the default order the way to a root.
fn unfold_chain(
    known: &Analysis,
    spec: &Spec,
    subject: NodeIx,
    tree: &mut Branch,
    job: &Job,
) -> Result<(), Cancelled> {
    let mut path = vec![0];
    while path.len() <= UNFOLDED {
        job.tick(1)?;
        let Some(row) = tree.row_of(&path).and_then(|at| tree.row(at)) else { break };
        let Some(edge) = row.edge() else { break };
        if is_cycle(known, spec.side, Some(subject), &row.trail) || !spec.opens_by_itself(known, edge) {
            break;
        }
        tree.open(&path, branch(known, spec, end(known, spec.side, edge), job)?);
        path.push(0);
    }
    Ok(())
}

/// What a row says, for filtering.
fn row_text(known: &Analysis, side: Side, edge: EdgeIx) -> String {
    let node = end(known, side, edge);
    let name = edge_name(&known.heap, &known.heap.edge(edge));
    format!("{name} {}", known.names.label(&known.heap, node))
}
