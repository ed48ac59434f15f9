//! What will the numbers to come read?
//!
//! Semi-NCA reads of each in-edge its source, the source's number, its link and the links above:
//! each says where the next lies, and in a large heap each is a wait. A few numbers ahead each
//! step is asked for, so that it has come when the next one is taken: a ring keeps how far the
//! first in-edges of each number are. What it reads may change meanwhile; then a wait is not
//! saved, nothing else. 16 bytes for each of the numbers ahead.

use super::semi::{Link, UNREACHED};
use crate::heap::{AHEAD, InEdges, NodeIx, fetch};

/// In-edges of each number that are looked at ahead.
const SOURCES: usize = 4;
/// Numbers in the ring: as many as the first step is ahead of the last.
const RING: usize = 2 * AHEAD;

/// The places where the first in-edges of the next numbers have led to so far.
pub(super) struct Ahead([[u32; SOURCES]; RING]);

impl Ahead {
    pub(super) fn new() -> Self {
        Self([[UNREACHED; SOURCES]; RING])
    }

    /// Takes each step for the numbers that are as far before `number` as it has to be ahead.
    #[inline]
    pub(super) fn fetch(
        &mut self,
        number: usize,
        preorder: &[NodeIx],
        in_edges: &InEdges,
        numbers: &[u32],
        links: &[Link],
    ) {
        let before = |ahead: usize| number.checked_sub(ahead);
        before(4 * AHEAD).inspect(|&number| in_edges.fetch_place(preorder[number]));
        before(3 * AHEAD).inspect(|&number| in_edges.fetch_sources(preorder[number]));
        if let Some(number) = before(2 * AHEAD) {
            let places = &mut self.0[number % RING];
            *places = [UNREACHED; SOURCES];
            for (place, (from, _)) in places.iter_mut().zip(in_edges.sources(preorder[number])) {
                *place = from.0;
                fetch(numbers, from.ix());
            }
        }
        let number_of = |node: u32| numbers.get(node as usize).copied();
        self.step(before(AHEAD), number_of, links);
        let above = |number: u32| links.get(number as usize).map(|link| link.ancestor);
        self.step(before(AHEAD / 2), above, links);
        self.step(before(AHEAD / 4), above, links);
    }

    /// One step from each place of `number`, to a link.
    #[inline]
    fn step(&mut self, number: Option<usize>, next: impl Fn(u32) -> Option<u32>, links: &[Link]) {
        let Some(number) = number else { return };
        for place in &mut self.0[number % RING] {
            *place = next(*place).unwrap_or(UNREACHED);
            fetch(links, *place as usize);
        }
    }
}
