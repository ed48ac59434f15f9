//! From a depth-first search to immediate dominators: semi-NCA.
//!
//! Numbers are taken backwards. A node's semidominator is the least number among its sources
//! that come before it and, of those after it, the least semidominator on their way up the
//! search tree to what is not linked yet; ways are compressed as they are asked for. Links lie by
//! number, where those of one way are near each other. What numbers to come will read is fetched
//! meanwhile. Then, forwards, a node's dominator is the nearest of those above its way in that
//! does not come after its semidominator. 16 bytes a node, 4 of them the search's.

use super::{ahead::Ahead, search::InPages};
use crate::{
    heap::{Heap, InEdges, NodeIx, fetch},
    job::{Cancelled, Job},
};

/// Nodes taken between two looks at whether to go on.
const PIECE: usize = 1 << 16;
/// In-edges looked at in one go.
const BATCH: usize = 64;

/// The number of a node that has none.
pub(super) const UNREACHED: u32 = u32::MAX;

/// The immediate dominator of each node; the root's of what was not reached.
pub(super) fn dominators(
    search: Numbered<'_>,
    in_edges: &InEdges,
    job: &Job,
) -> Result<Vec<NodeIx>, Cancelled> {
    let Numbered { heap, preorder, number, from, in_pages: InPages { pages, end } } = search;
    let mut semi = vec![0; preorder.len()];
    let mut forest = Forest::new(preorder, number, &from, in_edges);
    let outside = *end..preorder.len();
    forest.backwards(outside.clone(), &mut semi, |from, to| pages.admit(heap, from, to), job)?;
    // Within pages nothing from outside counts any more.
    for &node in preorder[outside].iter().filter(|&&node| !pages.own(node)) {
        forest.number[node.ix()] = UNREACHED;
    }
    forest.backwards(1..*end, &mut semi, |_, _| true, job)?;
    let number = forest.number;
    drop(forest.links);
    let mut idom = from;
    for number in 1..idom.len() {
        let mut dominator = idom[number];
        while dominator > semi[number] {
            dominator = idom[dominator as usize];
        }
        idom[number] = dominator;
    }
    Ok(by_node(heap.root(), preorder, &idom, number))
}

/// What a search has found.
pub(super) struct Numbered<'a> {
    pub(super) heap: &'a Heap,
    /// Nodes by number.
    pub(super) preorder: &'a [NodeIx],
    /// Numbers by node.
    pub(super) number: Vec<u32>,
    /// Each number's way in.
    pub(super) from: Vec<u32>,
    pub(super) in_pages: &'a InPages,
}

/// Numbers become nodes, in a table that is already there.
fn by_node(root: NodeIx, preorder: &[NodeIx], idom: &[u32], mut table: Vec<u32>) -> Vec<NodeIx> {
    table.fill(root.0);
    for (node, &idom) in preorder.iter().zip(idom) {
        table[node.ix()] = preorder[idom as usize].0;
    }
    table.into_iter().map(NodeIx).collect()
}

/// A number's way up the search tree, compressed as it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Link {
    /// The number up to which the way is compressed, at first that of the way in.
    pub(super) ancestor: u32,
    /// The number itself; once it is linked, the least semidominator on the way.
    label: u32,
}

/// The search's tree, linked from its end.
struct Forest<'a> {
    preorder: &'a [NodeIx],
    number: Vec<u32>,
    in_edges: &'a InEdges,
    links: Vec<Link>,
    path: Vec<u32>,
}

impl<'a> Forest<'a> {
    fn new(preorder: &'a [NodeIx], number: Vec<u32>, from: &[u32], in_edges: &'a InEdges) -> Self {
        let mut links = Vec::with_capacity(from.len());
        links.extend(from.iter().zip(0..).map(|(&ancestor, label)| Link { ancestor, label }));
        Self { preorder, number, in_edges, links, path: Vec::new() }
    }

    /// Takes numbers backwards and links each with its semidominator, the least that those of its
    /// in-edges lead back to that are essential and that `admits` passes.
    fn backwards(
        &mut self,
        numbers: std::ops::Range<usize>,
        semi: &mut [u32],
        admits: impl Fn(NodeIx, NodeIx) -> bool,
        job: &Job,
    ) -> Result<(), Cancelled> {
        let (mut ahead, mut passed) = (Ahead::new(), 0);
        for number in numbers.rev() {
            ahead.fetch(number, self.preorder, self.in_edges, &self.number, &self.links);
            let node = self.preorder[number];
            let least = self.least_of_sources(number as u32, node, |from| admits(from, node));
            let link = &mut self.links[number];
            link.label = least.min(link.ancestor);
            semi[number] = link.label;
            passed += 1;
            if passed >= PIECE {
                job.tick(std::mem::take(&mut passed))?;
            }
        }
        Ok(())
    }

    /// The least number that the in-edges of `number` lead back to; past all where none does.
    #[inline]
    fn least_of_sources(&mut self, number: u32, node: NodeIx, admits: impl Fn(NodeIx) -> bool) -> u32 {
        let mut least = UNREACHED;
        let mut sources = self.in_edges.sources(node);
        while sources.len() > 0 && least > 0 {
            // First those numbers that answer for themselves; the rest is asked about together.
            let (mut later, mut waiting) = ([0; BATCH], 0);
            for (from, essential) in sources.by_ref().take(BATCH) {
                let from = if essential && admits(from) { self.number[from.ix()] } else { UNREACHED };
                least = least.min(if from <= number { from } else { UNREACHED });
                later[waiting % BATCH] = from;
                waiting += usize::from(from > number && from != UNREACHED);
            }
            if least > 0 {
                least = least.min(self.least_of(&later[..waiting], number));
            }
        }
        least
    }

    /// The least semidominator on the ways from any of these numbers, which are past `linked`, up
    /// to, and without, what is not.
    #[inline]
    fn least_of(&mut self, numbers: &[u32], linked: u32) -> u32 {
        for &number in numbers {
            fetch(&self.links, number as usize);
        }
        for &number in numbers {
            fetch(&self.links, self.links[number as usize].ancestor as usize);
        }
        numbers.iter().fold(UNREACHED, |least, &number| least.min(self.least(number, linked)))
    }

    #[inline]
    fn least(&mut self, number: u32, linked: u32) -> u32 {
        if self.links[number as usize].ancestor > linked {
            self.compress(number, linked);
        }
        self.links[number as usize].label
    }

    fn compress(&mut self, number: u32, linked: u32) {
        let Self { links, path, .. } = self;
        let mut at = number;
        while links[at as usize].ancestor > linked {
            path.push(at);
            at = links[at as usize].ancestor;
        }
        // From the top down: each takes over what its ancestor has found.
        let mut above = links[at as usize];
        while let Some(below) = path.pop() {
            let link = &mut links[below as usize];
            link.label = link.label.min(above.label);
            link.ancestor = above.ancestor;
            above = *link;
        }
    }
}
