//! What will the numbers to come read?
//!
//! Semi-NCA reads of each in-edge its source, the source's number, its link and the links above:
//! each says where the next lies, and in a large heap each is a wait. Some numbers ahead each
//! step is asked for, so that it has come when the next one is taken: a ring keeps how far the
//! first in-edges of each number are, as long as their way goes on. What it reads may change
//! meanwhile; then a wait is not saved, nothing else. 40 bytes or so for each of the numbers ahead.

use super::semi::Link;
use crate::heap::{InEdges, NodeIx, fetch};

/// In-edges of each number that are looked at ahead.
const SOURCES: usize = 8;
/// Numbers between a step and the next: longer than memory takes to answer.
const STEP: usize = 8;
/// Links that are followed up a way.
const ABOVE: usize = 6;
/// Numbers in the ring: as many as the first step that it keeps is ahead.
const RING: usize = STEP * (2 + ABOVE);

/// The places where the first in-edges of the next numbers have led to so far.
pub(super) struct Ahead([Places; RING]);

#[derive(Clone, Copy, Default)]
struct Places {
    at: [u32; SOURCES],
    count: usize,
}

impl Ahead {
    pub(super) fn new() -> Self {
        Self([Places::default(); RING])
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
        let before = |steps: usize| number.checked_sub(steps * STEP);
        before(4 + ABOVE).inspect(|&number| in_edges.fetch_place(preorder[number]));
        before(3 + ABOVE).inspect(|&number| in_edges.fetch_sources(preorder[number]));
        if let Some(number) = before(2 + ABOVE) {
            let places = &mut self.0[number % RING];
            places.count = 0;
            for (from, _) in in_edges.sources(preorder[number]).take(SOURCES) {
                fetch(numbers, from.ix());
                places.push(from.0);
            }
        }
        if let Some(number) = before(1 + ABOVE) {
            self.0[number % RING].step(number, links, |node| numbers[node as usize]);
        }
        for number in (1..=ABOVE).rev().filter_map(before) {
            self.0[number % RING].step(number, links, |number| links[number as usize].ancestor);
        }
    }
}

impl Places {
    #[inline]
    fn push(&mut self, place: u32) {
        self.at[self.count] = place;
        self.count += 1;
    }

    /// One step from each place, to a link; what leads to before `number` has been answered.
    #[inline]
    fn step(&mut self, number: usize, links: &[Link], next: impl Fn(u32) -> u32) {
        for place in 0..std::mem::take(&mut self.count) {
            let place = next(self.at[place]);
            if place as usize > number && (place as usize) < links.len() {
                fetch(links, place as usize);
                self.push(place);
            }
        }
    }
}
