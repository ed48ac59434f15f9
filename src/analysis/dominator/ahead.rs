//! What will the sources to come read?
//!
//! Semi-NCA reads the link of each source that comes after its number, and the links above: each
//! says where the next lies, and in a large heap each is a wait. Some sources ahead each step is
//! asked for, so that it has come when the next one is taken: a ring keeps how far their ways have
//! led, as long as they go on. What it reads may change meanwhile; then a wait is not saved,
//! nothing else.

use super::semi::Link;
use crate::heap::fetch;

/// Sources between a step and the next: longer than memory takes to answer.
const STEP: usize = 8;
/// Links that are followed up a way: where the processor's cache holds them all, the first is
/// enough, and the others cost more than they save.
const ABOVE: [usize; 2] = [1, 6];
/// Links that such a cache holds.
const NEAR: usize = 6 << 20;
/// Sources in the ring: as many as the first step may be ahead.
const RING: usize = (STEP * (1 + ABOVE[1])).next_power_of_two();

/// The places where the ways of the next sources have led to so far; 0 where one has ended.
pub(super) struct Ahead {
    places: [u32; RING],
    above: usize,
}

impl Ahead {
    pub(super) fn of(links: &[Link]) -> Self {
        Self { places: [0; RING], above: ABOVE[usize::from(links.len() > NEAR)] }
    }

    /// Takes each step for the sources that are as far after the one at `at` as it has to be ahead,
    /// while `number` is linked.
    #[inline]
    pub(super) fn fetch(&mut self, at: usize, sources: &[u32], number: u32, links: &[Link]) {
        let first = at + STEP * (1 + self.above);
        if let Some(&source) = sources.get(first) {
            fetch(links, source as usize);
            self.places[first % RING] = source;
        }
        for above in 1..=self.above {
            let place = &mut self.places[(at + STEP * above) % RING];
            if *place > number {
                *place = links[*place as usize].ancestor;
                if *place > number {
                    fetch(links, *place as usize);
                }
            }
        }
    }
}
