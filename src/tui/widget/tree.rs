//! The tree table over a graph that may be cyclic and has no end.
//!
//! A branch is the sorted list of a node's edges (4 bytes each, shared) and, by position, those
//! of its children that are open. Nothing exists of what is closed, so a cycle is merely a tree
//! that never ends. Row `i` is found by descent: each branch knows how many rows it shows,
//! children and open branches together. Cost: the open branches on the way, never the children;
//! opening a node of two million edges holds 8 MB and draws what 50 draw.

use std::{collections::BTreeMap, sync::Arc};

use super::list::place_of;
use crate::heap::EdgeIx;

/// Deeper than this nothing opens: by then it is time to start from the node itself.
pub const DEEPEST: usize = 1000;

/// The edges of one node and the open ones among them.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    edges: Arc<[EdgeIx]>,
    /// The positions a filter let through, ascending; all without a filter.
    shown: Option<Arc<[u32]>>,
    open: BTreeMap<u32, Branch>,
    /// Rows shown: own edges and those of open branches.
    rows: usize,
}

/// One row of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The positions that lead to it, from the top.
    pub path: Vec<u32>,
    /// The edges at these positions; the last is the row's own.
    pub trail: Vec<EdgeIx>,
    /// Whether its branch is open.
    pub open: bool,
}

impl Row {
    /// The edge the row shows.
    pub fn edge(&self) -> EdgeIx {
        self.trail[self.trail.len() - 1]
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

    /// How many rows it shows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// All its edges, filtered or not.
    pub fn edges(&self) -> &[EdgeIx] {
        &self.edges
    }

    /// Its open edges and their branches.
    pub fn open_branches(&self) -> impl Iterator<Item = (EdgeIx, &Self)> {
        self.open.iter().map(|(&at, branch)| (self.edges[at as usize], branch))
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
            trail.push(branch.edges[position as usize]);
            let opened = branch.open.get(&position);
            match (inside, opened) {
                (Some(inner), Some(opened)) => (branch, at) = (opened, inner),
                _ => return Some(Row { path, trail, open: opened.is_some() }),
            }
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

    /// The row these edges lead to, wherever they stand now. Cost: the edges of each branch on
    /// the way.
    pub fn row_of_trail(&self, trail: &[EdgeIx]) -> Option<usize> {
        let mut branch = self;
        let mut path = Vec::new();
        for edge in trail {
            if let Some(last) = path.last() {
                branch = branch.open.get(last)?;
            }
            path.push(place_of(&branch.edges, *edge)? as u32);
        }
        self.row_of(&path)
    }

    /// Opens the row at `path`. A path that leads nowhere changes nothing.
    pub fn open(&mut self, path: &[u32], branch: Self) {
        let Some((&first, rest)) = path.split_first() else { return };
        if rest.is_empty() {
            if (first as usize) < self.edges.len() {
                self.open.insert(first, branch);
            }
        } else if let Some(inner) = self.open.get_mut(&first) {
            inner.open(rest, branch);
        }
        self.recount();
    }

    /// Opens the child that an edge makes, wherever it stands now.
    pub fn open_edge(&mut self, edge: EdgeIx, branch: Self) {
        if let Some(at) = place_of(&self.edges, edge) {
            self.open(&[at as u32], branch);
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

    /// Shows only rows that `keep` lets through and those an open row of which it lets through.
    pub fn prune(&mut self, keep: &impl Fn(EdgeIx) -> bool) {
        self.open.values_mut().for_each(|branch| branch.prune(keep));
        let leads = |at: &u32| self.open.get(at).is_some_and(|branch| branch.rows > 0);
        let shown = (0..self.edges.len() as u32).filter(|at| leads(at) || keep(self.edges[*at as usize]));
        self.shown = Some(shown.collect());
        self.recount();
    }

    fn recount(&mut self) {
        let own = self.shown.as_ref().map_or(self.edges.len(), |shown| shown.len());
        let visible = self.open.iter().filter(|(at, _)| self.rank(**at).is_some());
        self.rows = own + visible.map(|(_, branch)| branch.rows).sum::<usize>();
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
            .map(|at| tree.row(at).map(|row| (row.level(), row.edge().0)).expect("a row"))
            .collect()
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
            let mut tree = branch(0..4);
            for path in opens {
                tree.open(&path, branch(0..4));
            }
            if keep < 3 {
                tree.prune(&|edge| edge.0.is_multiple_of(keep + 1));
            }
            for at in 0..tree.rows() {
                let row = tree.row(at).expect("a row");
                prop_assert_eq!(tree.row_of(&row.path), Some(at));
            }
            prop_assert_eq!(tree.row(tree.rows()), None);
        }
    }
}
