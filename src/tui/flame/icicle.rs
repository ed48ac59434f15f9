//! The flame: which call is on top, under the cursor, and in sight.

use ratatui::layout::Rect;

use super::shown::Shown;
use crate::profile::{CallIx, Profile, flame::Block};

/// Where one is in the flame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Icicle {
    /// The call that has the whole width.
    pub(super) top: CallIx,
    /// The call under the cursor, at or below that.
    pub(super) at: CallIx,
    /// Whether the older profile decides how wide calls are.
    pub(super) by_older: bool,
    /// The first row seen.
    pub(super) skip: usize,
    /// The way back.
    way: Vec<CallIx>,
    area: Rect,
}

impl Default for Icicle {
    fn default() -> Self {
        let root = Profile::ROOT;
        Self { top: root, at: root, by_older: false, skip: 0, way: Vec::new(), area: Rect::ZERO }
    }
}

impl Icicle {
    /// Back to the root, for other calls.
    pub(super) fn begin_anew(&mut self) {
        self.reset();
        self.at = Profile::ROOT;
    }

    /// Whether there is anything to zoom out to.
    pub(super) fn is_zoomed(&self) -> bool {
        self.top != Profile::ROOT
    }

    /// The blocks in sight and above, on an area of that size.
    pub(super) fn blocks(&self, shown: &Shown, area: Rect) -> Vec<Block> {
        self.layout(shown, area.width, self.skip + usize::from(area.height))
    }

    fn layout(&self, shown: &Shown, cells: u16, rows: usize) -> Vec<Block> {
        let (profile, flame) = shown.flame(self.by_older);
        flame.layout(profile, self.top, cells, rows)
    }

    /// How many rows below the top a call stands, if it is there at all.
    fn row(&self, shown: &Shown, call: CallIx) -> Option<usize> {
        let outwards = std::iter::successors(Some(call), |&call| shown.newer.caller(call));
        outwards.take_while(|&call| call >= self.top).position(|call| call == self.top)
    }

    /// Brings the cursor below the top and into sight.
    pub(super) fn settle(&mut self, shown: &Shown, area: Rect) {
        self.area = area;
        let Some(row) = self.row(shown, self.at) else {
            self.at = self.top;
            self.skip = 0;
            return;
        };
        let height = usize::from(area.height.max(1));
        self.skip = self.skip.clamp((row + 1).saturating_sub(height), row);
    }

    /// To the caller.
    pub(super) fn up(&mut self, shown: &Shown) {
        if self.at != self.top {
            self.at = shown.newer.caller(self.at).unwrap_or(self.top);
        }
    }

    /// To the widest call below.
    pub(super) fn down(&mut self, shown: &Shown) {
        let (profile, flame) = shown.flame(self.by_older);
        let widest = flame.siblings().of(self.at).first();
        if let Some(&widest) = widest.filter(|&&call| profile.total(call) > 0) {
            self.at = widest;
        }
    }

    /// To the next block of the same row.
    pub(super) fn aside(&mut self, shown: &Shown, right: bool) {
        let Some(row) = self.row(shown, self.at) else { return };
        let blocks = self.layout(shown, self.area.width, row + 1);
        let mut beside = blocks.iter().filter(|block| block.row == row);
        let at = beside.clone().position(|block| block.call == self.at).unwrap_or(0);
        let next = if right { Some(at + 1) } else { at.checked_sub(1) };
        if let Some(block) = next.and_then(|next| beside.nth(next)) {
            self.at = block.call;
        }
    }

    /// The call under the cursor gets the whole width.
    pub(super) fn zoom_in(&mut self) {
        self.zoom_to(self.at);
    }

    fn zoom_to(&mut self, call: CallIx) {
        if call != self.top {
            self.way.push(self.top);
            (self.top, self.skip) = (call, 0);
        }
    }

    /// Back to what had the whole width before.
    pub(super) fn zoom_out(&mut self) {
        (self.top, self.skip) = (self.way.pop().unwrap_or(Profile::ROOT), 0);
    }

    /// All of it again.
    pub(super) fn reset(&mut self) {
        (self.top, self.skip) = (Profile::ROOT, 0);
        self.way.clear();
    }

    /// Puts the cursor on a call, zooming as far as it takes to see it.
    pub(super) fn go_to(&mut self, shown: &Shown, call: CallIx) {
        self.at = call;
        if self.row(shown, call).is_none() {
            self.zoom_to(Profile::ROOT);
        }
        if !self.has_block(shown, call) {
            self.zoom_to(shown.newer.caller(call).unwrap_or(Profile::ROOT));
        }
        if !self.has_block(shown, call) {
            self.zoom_to(call);
        }
    }

    fn has_block(&self, shown: &Shown, call: CallIx) -> bool {
        let Some(row) = self.row(shown, call) else { return false };
        let blocks = self.layout(shown, self.area.width, row + 1);
        // A cell or two show no name: that is not seen.
        blocks.iter().any(|block| block.call == call && block.to - block.from > 2)
    }

    /// The call at a cell of the screen.
    pub(super) fn call_at(&self, shown: &Shown, x: u16, y: u16) -> Option<CallIx> {
        let (x, y) = (x.checked_sub(self.area.x)?, y.checked_sub(self.area.y)?);
        let row = (y < self.area.height).then(|| self.skip + usize::from(y))?;
        let is_there = |block: &&Block| block.row == row && (block.from..block.to).contains(&x);
        self.blocks(shown, self.area).iter().find(is_there).map(|block| block.call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        job::Job,
        profile::{Builder, Frame},
        tui::flame::{Lens, Profiles},
    };

    fn shown(builder: Builder) -> Shown {
        let profiles = Profiles { newer: builder.finish(), older: None };
        Shown::of(&profiles, &Lens::default(), &Job::default()).expect("nobody cancels")
    }

    fn frame(name: &str) -> Frame {
        Frame { name: name.to_owned(), ..Frame::default() }
    }

    #[test]
    fn a_stack_deeper_than_a_screen_can_count_is_gone_to() {
        let mut builder = Builder::new(frame("(root)"));
        let last = (0..66_000).fold(0, |caller, _| builder.call(caller, frame("f"), 1));
        let (shown, area) = (shown(builder), Rect::new(0, 0, 9, 4));
        let mut icicle = Icicle { at: CallIx(last), ..Icicle::default() };
        icicle.settle(&shown, area);
        assert_eq!(icicle.skip, 66_000 - 3, "it is the lowest in sight");
        assert_eq!(icicle.row(&shown, icicle.at), Some(66_000));
    }
}
