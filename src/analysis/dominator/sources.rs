//! Which numbers refer to a number?
//!
//! In-edges name nodes; semi-NCA takes numbers. Translating one into the other jumps about in
//! three columns, but nothing that it reads changes while numbers are linked: so it is done a
//! round of blocks ahead, on all cores but for the one that links. Of the sources that come before the number only the
//! least counts, and is all that is kept of them. Of what very many refer to the others are not kept
//! either but translated when its turn comes, so that a block stays small; mostly a few of them tell.

use std::{mem, ops::Range};

use super::semi::UNREACHED;
use crate::heap::{InEdges, NodeIx};

/// Numbers between a step of the look ahead and the next: longer than memory takes to answer.
const STEP: usize = 8;
/// In-edges of a number whose sources are not kept in a block if there are more.
const MANY: usize = 1 << 8;

/// Nodes by number, numbers by node, and what refers to them.
pub(super) struct Sources<'a> {
    pub(super) preorder: &'a [NodeIx],
    pub(super) number: Vec<u32>,
    pub(super) in_edges: &'a InEdges,
}

/// What refers to a block of numbers, the highest first.
#[derive(Default)]
pub(super) struct Block {
    numbers: Range<usize>,
    of: Vec<Kept>,
    /// Sources after the numbers.
    pub(super) after: Vec<u32>,
}

/// What is kept of a number's sources.
struct Kept {
    /// The least of those before it, [`UNREACHED`] where there is none.
    before: u32,
    /// Where its part of those after it ends; `None` where there may be too many.
    end: Option<u32>,
}

/// The sources of one number.
pub(super) enum Of {
    /// The least of those before it, and where those after it are.
    Kept(u32, Range<usize>),
    /// The least of those before it; the others, very many, are to be asked for with [`Sources::of`].
    Many(u32),
}

impl Sources<'_> {
    /// Fills `block` with the sources of `numbers` whose in-edges are essential and pass `admits`. A
    /// step for all numbers at a time: the processor waits for many reads at once.
    pub(super) fn gather(
        &self,
        numbers: Range<usize>,
        admits: impl Fn(NodeIx, NodeIx) -> bool,
        block: &mut Block,
    ) {
        let Block { of, after, .. } = block;
        of.clear();
        after.clear();
        for number in numbers.clone().rev() {
            self.fetch(number);
            let node = self.preorder[number];
            let is_kept = self.in_edges.count(node) <= MANY;
            if is_kept {
                after.extend(self.essential(node, &admits).map(|from| from.0));
            }
            of.push(Kept { before: UNREACHED, end: is_kept.then_some(after.len() as u32) });
        }
        for source in &mut *after {
            *source = self.number[*source as usize];
        }
        let (mut start, mut end) = (0, 0);
        for (number, of) in numbers.clone().rev().zip(of) {
            let number = number as u32;
            let Some(own_end) = &mut of.end else {
                let before = self.of(number, &admits).filter(|&from| from < number);
                of.before = before.min().unwrap_or(UNREACHED);
                continue;
            };
            for at in mem::replace(&mut start, *own_end as usize)..*own_end as usize {
                let source = after[at];
                of.before = of.before.min(if source < number { source } else { UNREACHED });
                after[end] = source;
                end += usize::from(source > number && source != UNREACHED);
            }
            *own_end = end as u32;
        }
        after.truncate(end);
        block.numbers = numbers;
    }

    /// The numbers of its sources whose edges are essential and pass `admits`.
    #[inline]
    pub(super) fn of(
        &self,
        number: u32,
        admits: impl Fn(NodeIx, NodeIx) -> bool,
    ) -> impl Iterator<Item = u32> {
        let essential = self.essential(self.preorder[number as usize], admits);
        essential.map(|from| self.number[from.ix()]).filter(|&from| from != UNREACHED)
    }

    /// The node's sources whose edges are essential and pass `admits`.
    #[inline]
    fn essential(
        &self,
        node: NodeIx,
        admits: impl Fn(NodeIx, NodeIx) -> bool,
    ) -> impl Iterator<Item = NodeIx> {
        let passes = move |&(from, essential): &(NodeIx, bool)| essential && admits(from, node);
        self.in_edges.sources(node).filter(passes).map(|(from, _)| from)
    }

    /// Asks for what the numbers before this one will read.
    #[inline]
    fn fetch(&self, number: usize) {
        let node = |steps: usize| number.checked_sub(steps * STEP).map(|number| self.preorder[number]);
        node(2).inspect(|&node| self.in_edges.fetch_place(node));
        node(1).inspect(|&node| self.in_edges.fetch_sources(node));
    }
}

impl Block {
    /// Each number, the highest first, with its sources.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (u32, Of)> {
        let mut start = 0;
        self.numbers.clone().rev().zip(&self.of).map(move |(number, kept)| {
            let of = kept.end.map_or(Of::Many(kept.before), |end| {
                Of::Kept(kept.before, mem::replace(&mut start, end as usize)..end as usize)
            });
            (number as u32, of)
        })
    }
}
