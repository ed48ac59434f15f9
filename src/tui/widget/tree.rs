//! The tree table over a graph that may be cyclic and has no end.
//!
//! A branch is the sorted list of a node's edges (4 bytes each, shared) and, by position, those
//! of its children that are open. Nothing exists of what is closed, so a cycle is merely a tree
//! that never ends. Row `i` is found by descent: each branch knows how many rows it shows,
//! children and open branches together. Cost: the open branches on the way, never the children;
//! opening a node of two million edges holds 8 MB and draws what 50 draw. Some edges may stand
//! behind one more row at the end, which opens like any other: its place is one after the last edge.

use std::{collections::BTreeMap, sync::Arc};

use super::list::place_of;
use crate::heap::EdgeIx;

/// Deeper than this nothing opens: by then it is time to start from the node itself.
pub const DEEPEST: usize = 1000;

/// The edges of one node and the open ones among them.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    edges: Arc<[EdgeIx]>,
    /// More of them, behind one row after the others.
    fold: Option<Arc<Fold>>,
    /// The positions a filter let through, ascending; all without a filter.
    shown: Option<Arc<[u32]>>,
    open: BTreeMap<u32, Branch>,
    /// Rows shown: own edges and those of open branches.
    rows: usize,
}

/// Edges that stand behind one row until it is opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// The edges, in order.
    pub edges: Arc<[EdgeIx]>,
    /// What they are (not yet safe for a terminal).
    pub words: String,
}

/// One row of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The positions that lead to it, from the top.
    pub path: Vec<u32>,
    /// The edges at these positions; the last is the row's own, unless it is a fold.
    pub trail: Vec<EdgeIx>,
    /// Whether its branch is open.
    pub open: bool,
    /// What it stands for, if it is no edge.
    pub fold: Option<Arc<Fold>>,
}

impl Row {
    /// The edge the row shows; none where it stands for several.
    pub fn edge(&self) -> Option<EdgeIx> {
        if self.fold.is_some() { None } else { self.trail.last().copied() }
    }

    /// How many rows it hangs from.
    pub fn level(&self) -> usize {
        self.path.len() - 1
    }
}

impl Branch {
    /// A branch of these edges, none of them open.
    pub fn new(edges: Arc<[EdgeIx]>) -> Self {
        Self { rows: edges.len(), edges, ..Self::default() }
    }

    /// The same, with more edges behind one row.
    pub fn folded(edges: Arc<[EdgeIx]>, fold: Fold) -> Self {
        Self { rows: edges.len() + 1, edges, fold: Some(Arc::new(fold)), ..Self::default() }
    }

    /// How many rows it shows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many edges it has, filtered and folded ones too.
    pub fn len(&self) -> usize {
        self.edges.len() + self.fold.as_ref().map_or(0, |fold| fold.edges.len())
    }

    /// Whether it has no edges.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its open edges and their branches, those of its opened fold too.
    pub fn open_branches(&self) -> impl Iterator<Item = (EdgeIx, &Self)> {
        let own = |branch: &Self| {
            let edges = Arc::clone(&branch.edges);
            move |(&at, below)| Some((*edges.get(at as usize)?, below))
        };
        let folded = self.opened_fold().into_iter();
        self.open
            .iter()
            .filter_map(own(self))
            .chain(folded.flat_map(move |fold| fold.open.iter().filter_map(own(fold))))
    }

    /// Where the row of the fold stands among the edges.
    fn fold_place(&self) -> u32 {
        self.edges.len() as u32
    }

    fn opened_fold(&self) -> Option<&Self> {
        self.open.get(&self.fold_place())
    }

    /// Whether there is a fold, and it is open.
    pub fn is_unfolded(&self) -> bool {
        self.opened_fold().is_some()
    }

    /// Opens the fold, if there is one.
    pub fn unfold(&mut self) {
        if let (Some(fold), false) = (&self.fold, self.is_unfolded()) {
            let branch = Self::new(Arc::clone(&fold.edges));
            self.open.insert(self.fold_place(), branch);
            self.recount();
        }
    }

    /// The row at `at`.
    pub fn row(&self, mut at: usize) -> Option<Row> {
        if at >= self.rows {
            return None;
        }
        let mut branch = self;
        let (mut path, mut trail) = (Vec::new(), Vec::new());
        loop {
            let (position, inside) = branch.locate(at);
            path.push(position);
            let edge = branch.edges.get(position as usize);
            trail.extend(edge);
            let opened = branch.open.get(&position);
            if let (Some(inner), Some(opened)) = (inside, opened) {
                (branch, at) = (opened, inner);
                continue;
            }
            let fold = branch.fold.as_ref().filter(|_| edge.is_none()).map(Arc::clone);
            return Some(Row { path, trail, open: opened.is_some(), fold });
        }
    }

    /// The child row `at` falls on, or the child it falls inside of and the row there.
    fn locate(&self, at: usize) -> (u32, Option<usize>) {
        let mut before = 0;
        for (&position, branch) in &self.open {
            let Some(rank) = self.rank(position) else { continue };
            let row = rank + before;
            if at <= row {
                break;
            }
            if at <= row + branch.rows {
                return (position, Some(at - row - 1));
            }
            before += branch.rows;
        }
        (self.nth(at - before), None)
    }

    /// The row where the path ends, if nothing on the way is closed or filtered out.
    pub fn row_of(&self, path: &[u32]) -> Option<usize> {
        let (&first, rest) = path.split_first()?;
        let above = self.open.range(..first).filter(|(at, _)| self.rank(**at).is_some());
        let row = self.rank(first)? + above.map(|(_, branch)| branch.rows).sum::<usize>();
        if rest.is_empty() { Some(row) } else { Some(row + 1 + self.open.get(&first)?.row_of(rest)?) }
    }

    /// Where a row stands that stood elsewhere before, or in another tree. Cost: the edges of each
    /// branch on the way.
    pub fn place(&self, row: &Row) -> Option<usize> {
        let mut branch = self;
        let mut path = Vec::new();
        for (at, edge) in row.trail.iter().enumerate() {
            if at > 0 {
                branch = branch.open.get(path.last()?)?;
            }
            if let Some(place) = place_of(&branch.edges, *edge) {
                path.push(place as u32);
            } else {
                path.push(branch.fold_place());
                branch = branch.opened_fold()?;
                path.push(place_of(&branch.edges, *edge)? as u32);
            }
        }
        if row.fold.is_some() {
            branch = path.last().map_or(Some(branch), |last| branch.open.get(last))?;
            path.push(branch.fold.as_ref().map(|_| branch.fold_place())?);
        }
        self.row_of(&path)
    }

    /// Opens the row at `path`. A path that leads nowhere changes nothing.
    pub fn open(&mut self, path: &[u32], branch: Self) {
        let Some((&first, rest)) = path.split_first() else { return };
        if rest.is_empty() {
            if (first as usize) < self.places() {
                self.open.insert(first, branch);
            }
        } else if let Some(inner) = self.open.get_mut(&first) {
            inner.open(rest, branch);
        }
        self.recount();
    }

    /// Opens a row that stands for several.
    pub fn unfold_at(&mut self, row: &Row) {
        if let Some(fold) = &row.fold {
            self.open(&row.path, Self::new(Arc::clone(&fold.edges)));
        }
    }

    /// Opens the child that an edge makes, wherever it stands now.
    pub fn open_edge(&mut self, edge: EdgeIx, branch: Self) {
        if let Some(at) = place_of(&self.edges, edge) {
            self.open(&[at as u32], branch);
        } else if let Some(at) = self.fold.as_ref().and_then(|fold| place_of(&fold.edges, edge)) {
            self.unfold();
            self.open(&[self.fold_place(), at as u32], branch);
        }
    }

    /// Closes the row at `path`, forgetting what was open below it.
    pub fn close(&mut self, path: &[u32]) {
        let Some((&first, rest)) = path.split_first() else { return };
        if rest.is_empty() {
            self.open.remove(&first);
        } else if let Some(inner) = self.open.get_mut(&first) {
            inner.close(rest);
        }
        self.recount();
    }

    /// Shows only rows that `keep` lets through and those an open row of which it lets through; a
    /// fold opens for them.
    pub fn prune(&mut self, keep: &impl Fn(EdgeIx) -> bool) {
        if self.fold.as_ref().is_some_and(|fold| fold.edges.iter().any(|&edge| keep(edge))) {
            self.unfold();
        }
        self.open.values_mut().for_each(|branch| branch.prune(keep));
        let leads = |at: &u32| self.open.get(at).is_some_and(|branch| branch.rows > 0);
        let is_kept = |at: &u32| self.edges.get(*at as usize).is_some_and(|&edge| keep(edge));
        let shown = (0..self.places() as u32).filter(|at| leads(at) || is_kept(at));
        self.shown = Some(shown.collect());
        self.recount();
    }

    fn recount(&mut self) {
        let own = self.shown.as_ref().map_or(self.places(), |shown| shown.len());
        let visible = self.open.iter().filter(|(at, _)| self.rank(**at).is_some());
        self.rows = own + visible.map(|(_, branch)| branch.rows).sum::<usize>();
    }

    /// How many rows its own edges and its fold take, unfiltered.
    fn places(&self) -> usize {
        self.edges.len() + usize::from(self.fold.is_some())
    }

    /// How many shown edges stand before the position; `None` if it is filtered out.
    fn rank(&self, position: u32) -> Option<usize> {
        match &self.shown {
            None => Some(position as usize),
            Some(shown) => shown.binary_search(&position).ok(),
        }
    }

    fn nth(&self, rank: usize) -> u32 {
        self.shown.as_ref().map_or(rank as u32, |shown| shown[rank])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn branch(edges: std::ops::Range<u32>) -> Branch {
        Branch::new(edges.map(EdgeIx).collect())
    }

    fn shown(tree: &Branch) -> Vec<(usize, u32)> {
        (0..tree.rows())
            .map(|at| {
                tree.row(at).map(|row| (row.level(), row.edge().map_or(FOLD, |edge| edge.0))).expect("a row")
            })
            .collect()
    }

    /// How [`shown`] tells a fold.
    const FOLD: u32 = 999;

    /// A branch some of whose edges are folded.
    fn folded(own: std::ops::Range<u32>, behind: std::ops::Range<u32>) -> Branch {
        let fold = Fold { edges: behind.map(EdgeIx).collect(), words: "maps".to_owned() };
        Branch::folded(own.map(EdgeIx).collect(), fold)
    }

    #[test]
    fn a_fold_is_one_row_until_it_is_opened() {
        let mut tree = folded(0..2, 10..13);
        assert_eq!(shown(&tree), [(0, 0), (0, 1), (0, FOLD)]);
        assert_eq!(tree.len(), 5);
        tree.unfold();
        assert_eq!(shown(&tree), [(0, 0), (0, 1), (0, FOLD), (1, 10), (1, 11), (1, 12)]);
        tree.open(&[2, 1], branch(20..21));
        let inner = tree.row(5).expect("a row");
        assert_eq!(
            (inner.path.as_slice(), inner.trail.as_slice()),
            (&[2, 1, 0][..], &[EdgeIx(11), EdgeIx(20)][..])
        );
        assert_eq!(tree.open_branches().map(|(edge, _)| edge.0).collect::<Vec<_>>(), [11]);
        tree.close(&[2]);
        assert_eq!(shown(&tree), [(0, 0), (0, 1), (0, FOLD)]);
    }

    #[test]
    fn a_row_is_found_again_inside_a_fold_and_so_is_the_fold() {
        let mut tree = branch(0..2);
        tree.open(&[1], folded(5..6, 10..13));
        let fold = tree.row(3).expect("a row");
        assert_eq!((fold.edge(), fold.trail.as_slice()), (None, &[EdgeIx(1)][..]));
        assert_eq!(tree.place(&fold), Some(3));
        tree.open_edge(EdgeIx(1), {
            let mut below = folded(5..6, 10..13);
            below.unfold();
            below
        });
        let inner = tree.row(5).expect("a row");
        assert_eq!((inner.edge(), tree.place(&inner)), (Some(EdgeIx(11)), Some(5)));
        tree.close(&[1]);
        assert_eq!((tree.place(&fold), tree.place(&inner)), (None, None));
    }

    #[test]
    fn a_filter_opens_a_fold_for_what_it_finds_there() {
        let mut tree = folded(0..2, 10..13);
        tree.prune(&|edge| edge == EdgeIx(12));
        assert_eq!(shown(&tree), [(0, FOLD), (1, 12)]);
        let mut tree = folded(0..2, 10..13);
        tree.prune(&|edge| edge == EdgeIx(1));
        assert_eq!(shown(&tree), [(0, 1)], "a fold without a match goes");
    }

    #[test]
    fn open_rows_lie_below_the_one_they_hang_from() {
        let mut tree = branch(0..3);
        tree.open(&[1], branch(10..12));
        tree.open(&[1, 0], branch(20..21));
        assert_eq!(shown(&tree), [(0, 0), (0, 1), (1, 10), (2, 20), (1, 11), (0, 2)]);
        assert_eq!(tree.row(3).map(|row| row.path), Some(vec![1, 0, 0]));
        tree.close(&[1]);
        assert_eq!(shown(&tree), [(0, 0), (0, 1), (0, 2)]);
        assert_eq!(tree.row(3), None);
    }

    #[test]
    fn a_filter_keeps_what_leads_to_a_match() {
        let mut tree = branch(0..3);
        tree.open(&[1], branch(10..12));
        tree.prune(&|edge| edge == EdgeIx(11));
        assert_eq!(shown(&tree), [(0, 1), (1, 11)]);
        tree.open(&[1, 1], branch(30..31));
        assert_eq!(shown(&tree), [(0, 1), (1, 11), (2, 30)]);
    }

    #[test]
    fn two_million_rows_are_found_by_descent() {
        let mut tree = branch(0..2_000_000);
        tree.open(&[1_000_000], branch(0..5));
        assert_eq!(tree.rows(), 2_000_005);
        assert_eq!(tree.row(1_000_003).map(|row| row.path), Some(vec![1_000_000, 2]));
        assert_eq!(tree.row(2_000_004).map(|row| row.path), Some(vec![1_999_999]));
    }

    proptest! {
        #[test]
        fn every_row_is_where_its_path_says(opens in prop::collection::vec(prop::collection::vec(0u32..4, 1..4), 0..12), keep in 1u32..4) {
            let mut tree = folded(0..3, 100..102);
            for path in opens {
                tree.open(&path, folded(0..3, 100..102));
            }
            if keep < 3 {
                tree.prune(&|edge| edge.0.is_multiple_of(keep + 1));
            }
            for at in 0..tree.rows() {
                let row = tree.row(at).expect("a row");
                prop_assert_eq!(tree.row_of(&row.path), Some(at));
                prop_assert_eq!(row.fold.is_none(), row.edge().is_some());
            }
            prop_assert_eq!(tree.row(tree.rows()), None);
        }
    }
}
