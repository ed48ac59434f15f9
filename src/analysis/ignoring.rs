//! Who holds what once some holders are ignored.
//!
//! Distances are measured again as if the ignored nodes could not be entered; of a WeakMap entry
//! with one side out of reach the other side holds nothing either. What is no longer reached sorts
//! to the end by its usual distance. Costs the distance walk, and 4 bytes a node while kept.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{
    Analysis, Distance, Distances, fields,
    order::{By, Sort},
    path::{self, End, Path},
    retainers,
};
use crate::{
    heap::{EdgeIx, EdgeKind, InEdge, NodeIx},
    job::{Cancelled, Job},
};

/// A heap some of whose nodes are ignored as retainers.
#[derive(Clone, Debug)]
pub struct Ignoring {
    ignored: Vec<NodeIx>,
    /// All that was known, and distances around the ignored nodes.
    around: Analysis,
    usual: Option<Arc<Distances>>,
    /// Halves of WeakMap entries whose other half is out of reach.
    halves: FxHashSet<EdgeIx>,
}

impl Ignoring {
    /// Measures the heap around these nodes; with none of them it is as before.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn new(known: &Analysis, ignored: &[NodeIx], job: &Job) -> Result<Self, Cancelled> {
        let mut found = Self {
            ignored: ignored.to_vec(),
            around: known.clone(),
            usual: known.distances.clone(),
            halves: FxHashSet::default(),
        };
        if !ignored.is_empty() {
            found.around.distances = Some(Arc::new(Distances::around(known, ignored, job)?));
            found.halves = found.lone_halves();
        }
        Ok(found)
    }

    /// The ignored nodes, in the order they were given.
    pub fn ignored(&self) -> &[NodeIx] {
        &self.ignored
    }

    /// Whether the node is ignored.
    pub fn ignores(&self, node: NodeIx) -> bool {
        self.ignored.contains(&node)
    }

    /// The retainer's distance: the usual one and 200,000,000 where it is no longer reached.
    /// `None` until distances are known.
    pub fn distance(&self, retainer: &InEdge) -> Option<Distance> {
        if self.halves.contains(&retainer.edge.ix) {
            return Some(Distance::lost(None));
        }
        let around = self.around.distance(retainer.from)?;
        if self.ignored.is_empty() || around != Distance::NEVER {
            return Some(around);
        }
        Some(Distance::lost(self.usual.as_ref()?.node(retainer.from).raw()))
    }

    /// Whether the reference still holds what it refers to: from within reach, and no lone half.
    pub fn holds(&self, retainer: &InEdge) -> bool {
        self.distance(retainer).is_some_and(|distance| !distance.is_lost() && distance != Distance::NEVER)
    }

    /// Sorts retainers as DevTools does while nodes are ignored.
    ///
    /// # Panics
    ///
    /// Never: nobody can cancel.
    pub fn sort(&self, rows: &mut [InEdge], sort: Sort) {
        self.try_sort(rows, sort, &Job::default()).expect("nobody cancels");
    }

    /// The same for somebody who may give up waiting.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once they do.
    pub fn try_sort(&self, rows: &mut [InEdge], sort: Sort, job: &Job) -> Result<(), Cancelled> {
        let known = &self.around;
        match sort.by {
            By::Distance => {
                fields::by_distance(known, rows, sort, job, |row| row.from, |row| self.distance(row))
            }
            _ => retainers::try_sort(known, rows, sort, job),
        }
    }

    /// The shortest chain that holds the node around the ignored ones.
    ///
    /// # Panics
    ///
    /// Never: nobody can cancel.
    pub fn path(&self, node: NodeIx) -> Path {
        self.try_path(node, &Job::default()).expect("nobody cancels")
    }

    /// The same for somebody who may give up waiting.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once they do.
    pub fn try_path(&self, node: NodeIx, job: &Job) -> Result<Path, Cancelled> {
        let holds = |found: &InEdge| self.holds(found);
        let mut path = path::shortest_by(&self.around, node, job, holds)?;
        let last = path.nodes().last().unwrap_or(node);
        if path.end == End::Unreachable && self.usual.as_ref().is_some_and(|it| it.node(last).raw().is_some())
        {
            path.end = End::Ignored;
        }
        Ok(path)
    }

    /// The node through which the shortest chain leads, among these retainers of a node.
    pub fn way_out(&self, node: NodeIx, rows: &[InEdge]) -> Option<NodeIx> {
        path::nearest_of(&self.around, node, rows.iter().copied(), &|row| self.holds(row)).map(|row| row.from)
    }

    /// The halves of WeakMap entries of which another half starts out of reach.
    fn lone_halves(&self) -> FxHashSet<EdgeIx> {
        let known = &self.around;
        let Some(in_edges) = &known.retainers else { return FxHashSet::default() };
        let is_lost = |node: &NodeIx| known.distance(*node) == Some(Distance::NEVER);
        let mut open = FxHashSet::default();
        for node in known.heap.nodes().filter(is_lost) {
            let pairs = known.heap.edges(node).filter(|edge| edge.kind == EdgeKind::INTERNAL);
            open.extend(pairs.filter_map(|edge| Some((edge.to, known.ephemerons.of(&edge)?.pair))));
        }
        let halves = |&(value, pair): &(NodeIx, u32)| {
            let edges = in_edges.of(&known.heap, value).map(|found| found.edge);
            edges.filter(move |edge| known.ephemerons.of(edge).is_some_and(|found| found.pair == pair))
        };
        open.iter().flat_map(halves).map(|edge| edge.ix).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn known(text: &str) -> Analysis {
        Analysis::complete(heap(text))
    }

    fn rows(found: &Ignoring, known: &Analysis, node: u32) -> Vec<(u32, Option<u32>)> {
        let mut rows = retainers::list(known, NodeIx(node), false);
        found.sort(&mut rows, retainers::DEFAULT);
        rows.iter().map(|row| (row.from.0, found.distance(row).and_then(Distance::raw))).collect()
    }

    #[test]
    fn the_way_leads_around_what_is_ignored() {
        let known = known("0!synthetic>1 1=global>2,3 2=Cache>5 3=List>4 4=Node>5 5=Leak");
        let found = Ignoring::new(&known, &[NodeIx(2)], &Job::default()).expect("nobody cancels");
        assert_eq!(rows(&found, &known, 5), [(4, Some(3)), (2, Some(200_000_002))]);
        let path = found.path(NodeIx(5));
        assert_eq!(path.nodes().map(|node| node.0).collect::<Vec<_>>(), [5, 4, 3, 1]);
        let both = Ignoring::new(&known, &[NodeIx(2), NodeIx(3)], &Job::default()).expect("nobody cancels");
        assert_eq!(rows(&both, &known, 5), [(2, Some(200_000_002)), (4, Some(200_000_003))]);
        assert_eq!(both.path(NodeIx(5)).end, End::Ignored);
        let none = Ignoring::new(&known, &[], &Job::default()).expect("nobody cancels");
        assert_eq!(rows(&none, &known, 5), [(2, Some(2)), (4, Some(3))]);
    }

    #[test]
    fn half_a_weakmap_entry_holds_nothing() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@9)~pair~in~WeakMap~(table~@7)";
        let known = known(&format!("0!synthetic>1,2 1=K>{entry}.4 2=M>table.3 3!array=t>{entry}.4 4=V"));
        let found = Ignoring::new(&known, &[NodeIx(3)], &Job::default()).expect("nobody cancels");
        assert_eq!(rows(&found, &known, 4), [(1, Some(200_000_000)), (3, Some(200_000_000))]);
    }
}
