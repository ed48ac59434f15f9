//! From a depth-first search to immediate dominators: semi-NCA.
//!
//! Numbers are taken backwards. A node's semidominator is the least number among its sources
//! that come before it and, of those after it, the least semidominator on their way up the
//! search tree to what is not linked yet; ways are compressed as they are asked for, and only as far
//! as the least semidominator of all: most of a heap that is one knot leads there within a step or
//! two. Links lie by number, where those of one way are near each other. Meanwhile what numbers to
//! come will read is gathered by whoever has time. Then, forwards, a node's dominator is the nearest of
//! those above its way in that does not come after its semidominator. 16 bytes a node, 4 of them
//! the search's.

use std::ops::Range;

use rayon::prelude::*;

use super::{
    search::{InPages, Open},
    sources::{Block, Of, Sources},
};
use crate::{
    heap::{Heap, InEdges, NodeIx, fetch},
    job::{Cancelled, Job},
};

/// Numbers of a block, whose sources are gathered in one go.
const BLOCK: usize = 1 << 11;
/// Blocks that are gathered while as many are linked: what is kept of them stays in the cache.
const ROUND: usize = 8;
/// Sources taken in one go of a number that has very many.
const SOME: usize = 1 << 10;

/// Sources between a step of the look ahead and the next: longer than memory takes to answer.
const STEP: usize = 8;

/// The number of a node that has none.
pub(super) const UNREACHED: u32 = u32::MAX;

/// The immediate dominator of each node; the root's of what was not reached.
pub(super) fn dominators(
    search: Numbered<'_>,
    in_edges: &InEdges,
    job: &Job,
) -> Result<Vec<NodeIx>, Cancelled> {
    let Numbered { heap, preorder, number, from, in_pages: InPages { pages, end }, room } = search;
    let mut sources = Sources { preorder, number, in_edges };
    let mut forest = Forest::new(&from, room);
    let outside = *end..preorder.len();
    forest.backwards(outside.clone(), &sources, |from, to| pages.admit(heap, from, to), job)?;
    // Within pages nothing from outside counts any more, but for what the search did not meet in them
    // although it is theirs: its way leads back to the root past all of them.
    for &node in &preorder[outside] {
        sources.number[node.ix()] = if pages.own(node) { 0 } else { UNREACHED };
    }
    forest.backwards(1..*end, &sources, |_, _| true, job)?;
    let (semi, number) = (forest.semi, sources.number);
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
    /// The search's stack, empty: its memory becomes the links'.
    pub(super) room: Vec<Open>,
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
struct Link {
    /// The number up to which the way is compressed, at first that of the way in.
    ancestor: u32,
    /// The number itself; once it is linked, the least semidominator on the way.
    label: u32,
}

/// The search's tree, linked from its end.
struct Forest {
    links: Vec<Link>,
    semi: Vec<u32>,
    path: Vec<u32>,
    /// The least semidominator of all that this pass has linked. No way leads further back, so that none has to
    /// be followed past where it was met.
    floor: u32,
}

impl Forest {
    fn new(from: &[u32], room: Vec<Open>) -> Self {
        // Of the same size, these are collected in place: what has been touched of this memory need not be
        // fetched from the system anew. Were they not, it would be freed.
        let mut links: Vec<Link> = room.into_iter().map(|_| Link { ancestor: 0, label: 0 }).collect();
        links.extend(from.iter().zip(0..).map(|(&ancestor, label)| Link { ancestor, label }));
        Self { links, semi: vec![0; from.len()], path: Vec::new(), floor: UNREACHED }
    }

    /// Takes numbers backwards and links each with its semidominator, the least that those of its
    /// in-edges lead back to that are essential and that `admits` passes. While one round of blocks
    /// is linked, the sources of the next are gathered, by who has linked its own as well.
    fn backwards(
        &mut self,
        numbers: Range<usize>,
        sources: &Sources<'_>,
        admits: impl Fn(NodeIx, NodeIx) -> bool + Sync,
        job: &Job,
    ) -> Result<(), Cancelled> {
        let below = |end: usize, most: usize| end.saturating_sub(most).max(numbers.start)..end;
        let gather = |round: &Range<usize>, blocks: &mut [Block]| {
            blocks.par_iter_mut().enumerate().for_each(|(at, block)| {
                let end = round.end.saturating_sub(at * BLOCK).max(round.start);
                sources.gather(below(end, BLOCK), &admits, block);
            });
        };
        let blocks = || (0..ROUND).map(|_| Block::default()).collect::<Vec<_>>();
        let (mut linked, mut gathered) = (blocks(), blocks());
        let mut round = below(numbers.end, ROUND * BLOCK);
        self.floor = UNREACHED;
        gather(&round, &mut linked);
        while !round.is_empty() {
            job.tick(round.len())?;
            round = below(round.start, ROUND * BLOCK);
            rayon::join(
                || linked.iter().for_each(|block| self.link(block, sources, &admits)),
                || gather(&round, &mut gathered),
            );
            std::mem::swap(&mut linked, &mut gathered);
        }
        Ok(())
    }

    fn link(&mut self, block: &Block, sources: &Sources<'_>, admits: impl Fn(NodeIx, NodeIx) -> bool) {
        let mut some = Vec::new();
        for (number, of) in block.numbers() {
            let least = match of {
                Of::Kept(before, _) | Of::Many(before) if before <= self.floor => before,
                Of::Kept(before, after) => before.min(self.least_of(&block.after, after, number)),
                Of::Many(before) => {
                    let mut all = sources.of(number, &admits).filter(|&from| from > number);
                    let mut least = before;
                    while least > self.floor {
                        some.clear();
                        some.extend(all.by_ref().take(SOME));
                        if some.is_empty() {
                            break;
                        }
                        least = least.min(self.least_of(&some, 0..some.len(), number));
                    }
                    least
                }
            };
            let link = &mut self.links[number as usize];
            link.label = least.min(link.ancestor);
            self.semi[number as usize] = link.label;
            self.floor = self.floor.min(link.label);
        }
    }

    /// The least that some of `sources`, which come after `number`, lead back to.
    #[inline]
    fn least_of(&mut self, sources: &[u32], some: Range<usize>, number: u32) -> u32 {
        let mut least = UNREACHED;
        for at in some {
            self.fetch(at, sources);
            least = least.min(self.least(sources[at], number));
            if least <= self.floor {
                break;
            }
        }
        least
    }

    /// Asks for what the sources after the one at `at` will read.
    #[inline]
    fn fetch(&self, at: usize, sources: &[u32]) {
        let ahead = |steps: usize| sources.get(at + steps * STEP).map(|&source| source as usize);
        ahead(2).inspect(|&source| fetch(&self.links, source));
        ahead(1).inspect(|&source| fetch(&self.links, self.links[source].ancestor as usize));
    }

    /// The least semidominator on the way from a number, which is past `linked`, up to, and
    /// without, what is not.
    #[inline]
    fn least(&mut self, number: u32, linked: u32) -> u32 {
        let link = self.links[number as usize];
        if link.label > self.floor && link.ancestor > linked {
            self.compress(number, linked);
        }
        self.links[number as usize].label
    }

    fn compress(&mut self, number: u32, linked: u32) {
        let Self { links, path, floor, .. } = self;
        let mut at = number;
        loop {
            let Link { ancestor, label } = links[at as usize];
            if ancestor <= linked || label <= *floor {
                break;
            }
            path.push(at);
            at = ancestor;
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
