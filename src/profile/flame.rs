//! Which call is drawn where? An icicle: the outermost call on top, each call as wide as its total.
//!
//! Blocks begin and end where the sums of bytes before and after them fall on the line, so
//! rounding never adds up; foreign sizes may be of any height, so the sums are wider than a size. What has no cell of its own is not drawn, nor is anything below it;
//! so the work is that of the cells, not of the calls.

use super::{CallIx, Profile};

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

/// The blocks of a call and of what lies below it, on a screen of so many cells and rows; those
/// of a row from left to right, heaviest first below each call.
pub fn layout(profile: &Profile, top: CallIx, cells: u16, rows: usize) -> Vec<Block> {
    let whole = u128::from(profile.total(top).max(1));
    // What is called may be more than the whole, which stops at the highest number.
    let cell = |bytes: u128| ((bytes.min(whole) * u128::from(cells) + whole / 2) / whole) as u16;
    let mut blocks = Vec::new();
    let mut row = vec![(top, 0u128)];
    for at in 0..rows {
        let mut next = Vec::new();
        for (call, before) in row {
            let (from, to) = (cell(before), cell(before + u128::from(profile.total(call))));
            if from == to {
                continue;
            }
            blocks.push(Block { call, row: at, from, to });
            let mut before = before;
            for child in profile.heaviest(call) {
                next.push((child, before));
                before += u128::from(profile.total(child));
            }
        }
        row = next;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tree::{
        Builder,
        tests::{frame, profile},
    };

    fn told(top: u32, cells: u16) -> Vec<(u32, usize, u16, u16)> {
        layout(&profile(), CallIx(top), cells, 9)
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
        let blocks = layout(&builder.finish(), CallIx(0), 10, 9);
        let ends: Vec<_> = blocks.iter().map(|block| (block.call.0, block.from, block.to)).collect();
        assert_eq!(ends, [(0, 0, 10), (1, 0, 10)], "the second begins where the line ends");
    }

    #[test]
    fn what_has_no_cell_is_not_drawn() {
        assert!(told(0, 10).iter().all(|&(call, ..)| call != 5));
        assert!(layout(&profile(), CallIx(0), 0, 9).is_empty());
    }
}
