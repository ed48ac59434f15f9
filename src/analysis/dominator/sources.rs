//! Which numbers refer to a number?
//!
//! In-edges name nodes; semi-NCA takes numbers. Translating one into the other jumps about in
//! three columns, but nothing that it reads changes while numbers are linked: so it is done a
//! block of numbers ahead, on another core. Of the sources that come before the number only the
//! least counts, and is all that is kept of them. Of what very many refer to the others are not kept
//! either but translated when its turn comes, so that a block stays small; mostly a few of them tell.

use super::semi::UNREACHED;
use crate::heap::{InEdges, NodeIx, fetch};

/// Numbers between a step of the look ahead and the next: longer than memory takes to answer.
const STEP: usize = 8;
/// In-edges of each number that are looked at ahead.
const SOON: usize = 16;
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
    numbers: std::ops::Range<usize>,
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
    Kept(u32, std::ops::Range<usize>),
    /// The least of those before it; the others, very many, are to be asked for with [`Sources::of`].
    Many(u32),
}

impl Sources<'_> {
    /// Fills `block` with the sources of `numbers` whose in-edges are essential and pass `admits`.
    pub(super) fn gather(
        &self,
        numbers: std::ops::Range<usize>,
        admits: impl Fn(NodeIx, NodeIx) -> bool,
        block: &mut Block,
    ) {
        let Block { of, after, .. } = block;
        of.clear();
        after.clear();
        for number in numbers.clone().rev() {
            self.fetch(number);
            if self.in_edges.count(self.preorder[number]) > MANY {
                let before = self.of(number as u32, &admits).filter(|&from| from < number as u32).min();
                of.push(Kept { before: before.unwrap_or(UNREACHED), end: None });
                continue;
            }
            let (mut before, own) = (UNREACHED, after.len());
            for from in self.of(number as u32, &admits) {
                if from > number as u32 {
                    after.push(from);
                } else {
                    before = before.min(from);
                    if before == 0 {
                        after.truncate(own);
                        break;
                    }
                }
            }
            of.push(Kept { before, end: Some(after.len() as u32) });
        }
        block.numbers = numbers;
    }

    /// The numbers of its sources whose edges are essential and pass `admits`.
    #[inline]
    pub(super) fn of(
        &self,
        number: u32,
        admits: impl Fn(NodeIx, NodeIx) -> bool,
    ) -> impl Iterator<Item = u32> {
        let node = self.preorder[number as usize];
        let essential =
            self.in_edges.sources(node).filter(move |&(from, essential)| essential && admits(from, node));
        essential.map(|(from, _)| self.number[from.ix()]).filter(|&from| from != UNREACHED)
    }

    /// Asks for what the numbers before this one will read.
    #[inline]
    fn fetch(&self, number: usize) {
        let node = |steps: usize| number.checked_sub(steps * STEP).map(|number| self.preorder[number]);
        node(3).inspect(|&node| self.in_edges.fetch_place(node));
        node(2).inspect(|&node| self.in_edges.fetch_sources(node));
        let sources = node(1).into_iter().flat_map(|node| self.in_edges.sources(node).take(SOON));
        sources.for_each(|(from, _)| fetch(&self.number, from.ix()));
    }
}

impl Block {
    /// Each number, the highest first, with its sources.
    pub(super) fn numbers(&self) -> impl Iterator<Item = (u32, Of)> {
        let mut start = 0;
        self.numbers.clone().rev().zip(&self.of).map(move |(number, kept)| {
            let of = kept.end.map_or(Of::Many(kept.before), |end| {
                Of::Kept(kept.before, std::mem::replace(&mut start, end as usize)..end as usize)
            });
            (number as u32, of)
        })
    }
}
