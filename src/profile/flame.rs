//! Which call is drawn where? An icicle: the outermost call on top, each call as wide as its total.
//!
//! Blocks begin and end where the sums of bytes before and after them fall on the line, so
//! rounding never adds up; foreign sizes may be of any height, so sums stop at the highest number. What has no cell
//! of its own is not drawn, nor is anything below it: the next call that has one is found by bisection in sums made
//! once, so the work is that of the cells, not of the calls. Holds 16 bytes a call.

use super::{CallIx, Profile, Siblings};
use crate::job::{Cancelled, Job};

/// A call on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Which call.
    pub call: CallIx,
    /// Rows below that of the call looked at.
    pub row: usize,
    /// Its first cell.
    pub from: u16,
    /// One past its last cell.
    pub to: u16,
}

/// The calls of a profile as they are drawn.
#[derive(Clone, Debug, Default)]
pub struct Flame {
    siblings: Siblings,
    /// The bytes of each of them and of the heavier ones that the same call made.
    ends: Vec<u64>,
}

impl Flame {
    /// Brings the calls into the order in which they are drawn.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants it any more.
    pub fn of(profile: &Profile, job: &Job) -> Result<Self, Cancelled> {
        let siblings = Siblings::heaviest_first(profile, job)?;
        let mut ends = Vec::with_capacity(profile.calls().len());
        for call in profile.calls() {
            let sums = siblings.of(call).iter().scan(0, |sum: &mut u64, &call| {
                *sum = sum.saturating_add(profile.total(call));
                Some(*sum)
            });
            ends.extend(sums);
        }
        Ok(Self { siblings, ends })
    }

    /// The calls that a call made, most bytes first.
    pub fn siblings(&self) -> &Siblings {
        &self.siblings
    }

    /// The blocks of a call and of what lies below it, on a screen of so many cells and rows; those
    /// of a row from left to right, heaviest first below each call.
    pub fn layout(&self, profile: &Profile, top: CallIx, cells: u16, rows: usize) -> Vec<Block> {
        let line = Line { whole: profile.total(top).max(1), cells };
        let first = Block { call: top, row: 0, from: 0, to: line.cell(profile.total(top)) };
        let mut blocks = Vec::new();
        // Each with the bytes that are drawn before it.
        let mut row = vec![(first, 0)];
        row.retain(|(block, _)| block.from < block.to);
        for _ in 0..rows {
            if row.is_empty() {
                break;
            }
            let below = row.iter().flat_map(|&(block, before)| self.below(block, before, line)).collect();
            blocks.extend(std::mem::replace(&mut row, below).into_iter().map(|(block, _)| block));
        }
        blocks
    }

    /// The blocks right below a block before which so many bytes are drawn.
    fn below(&self, block: Block, before: u64, line: Line) -> impl Iterator<Item = (Block, u64)> {
        let run = self.siblings.run(block.call);
        let (calls, ends) = (self.siblings.of(block.call), &self.ends[run]);
        let (mut at, mut from) = (0, block.from);
        std::iter::from_fn(move || {
            at += ends[at..].partition_point(|&end| !line.is_beyond(before.saturating_add(end), from));
            let (&call, &end) = calls.get(at).zip(ends.get(at))?;
            let start = at.checked_sub(1).map_or(0, |last| ends[last]);
            let to = line.cell(before.saturating_add(end));
            let next = Block { call, row: block.row + 1, from, to };
            (at, from) = (at + 1, to);
            Some((next, before.saturating_add(start)))
        })
    }
}

/// The width of the screen, and how many bytes it is.
#[derive(Clone, Copy)]
struct Line {
    whole: u64,
    cells: u16,
}

impl Line {
    /// The cell in which something ends that ends after so many bytes. What is called may be more than the whole,
    /// which stops at the highest number.
    fn cell(self, bytes: u64) -> u16 {
        (self.halves(bytes) / (2 * u128::from(self.whole))) as u16
    }

    /// Whether that is beyond a cell.
    fn is_beyond(self, bytes: u64, cell: u16) -> bool {
        self.halves(bytes) >= (u128::from(cell) + 1) * 2 * u128::from(self.whole)
    }

    /// So many bytes in halves of a cell's share, half a cell more: what is cut off then is rounded.
    fn halves(self, bytes: u64) -> u128 {
        2 * u128::from(bytes.min(self.whole)) * u128::from(self.cells) + u128::from(self.whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tree::{
        Builder,
        tests::{frame, profile},
    };

    fn drawn(profile: &Profile, top: CallIx, cells: u16) -> Vec<Block> {
        Flame::of(profile, &Job::default()).expect("nobody cancels").layout(profile, top, cells, 9)
    }

    fn told(top: u32, cells: u16) -> Vec<(u32, usize, u16, u16)> {
        drawn(&profile(), CallIx(top), cells)
            .into_iter()
            .map(|block| (block.call.0, block.row, block.from, block.to))
            .collect()
    }

    #[test]
    fn each_call_is_as_wide_as_its_total_below_its_caller() {
        let all = [(0, 0, 0, 71), (1, 1, 0, 71), (2, 2, 0, 70), (5, 2, 70, 71), (3, 3, 0, 60), (4, 4, 0, 40)];
        assert_eq!(told(0, 71), all);
        assert_eq!(told(3, 6), [(3, 0, 0, 6), (4, 1, 0, 4)], "zoomed in on a call");
    }

    #[test]
    fn sizes_beyond_all_memory_share_the_line_still() {
        let mut builder = Builder::new(frame("(root)", ""));
        builder.call(0, frame("a", ""), u64::MAX);
        builder.call(0, frame("b", ""), u64::MAX);
        let blocks = drawn(&builder.finish(), CallIx(0), 10);
        let ends: Vec<_> = blocks.iter().map(|block| (block.call.0, block.from, block.to)).collect();
        assert_eq!(ends, [(0, 0, 10), (1, 0, 10)], "the second begins where the line ends");
    }

    #[test]
    fn what_has_no_cell_is_not_drawn() {
        assert!(told(0, 10).iter().all(|&(call, ..)| call != 5));
        assert!(drawn(&profile(), CallIx(0), 0).is_empty());
    }

    /// The blocks below a call by walking all of what it called.
    fn walked(profile: &Profile, cells: u16) -> Vec<(CallIx, u16, u16)> {
        let whole = u128::from(profile.total(CallIx(0)).max(1));
        let cell = |bytes: u128| ((bytes * u128::from(cells) + whole / 2) / whole) as u16;
        let mut calls: Vec<_> = profile.children(CallIx(0)).collect();
        calls.sort_by_key(|&call| std::cmp::Reverse(profile.total(call)));
        let starts = calls.iter().scan(0, |sum, &call| {
            *sum += u128::from(profile.total(call));
            Some(*sum - u128::from(profile.total(call)))
        });
        let blocks = starts
            .zip(&calls)
            .map(|(start, &call)| (call, cell(start), cell(start + u128::from(profile.total(call)))));
        blocks.filter(|(_, from, to)| from < to).collect()
    }

    #[test]
    fn those_that_have_a_cell_are_found_among_many_that_have_none() {
        for cells in [1, 2, 7, 80, 300] {
            for sizes in [[0, 1, 1], [3, 3, 3], [1000, 1, 0], [7, 50_000, 2]] {
                let mut builder = Builder::new(frame("(root)", ""));
                for at in 0..3000 {
                    builder.call(0, frame(&at.to_string(), ""), sizes[at % 3] * (1 + at as u64 % 11));
                }
                let profile = builder.finish();
                let blocks = drawn(&profile, CallIx(0), cells).into_iter().skip(1);
                let found: Vec<_> = blocks.map(|block| (block.call, block.from, block.to)).collect();
                assert_eq!(found, walked(&profile, cells), "{cells} {sizes:?}");
            }
        }
    }
}
