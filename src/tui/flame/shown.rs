//! A profile as the user wants it: focused, without, by function, script or package; with what it is compared.

use rustc_hash::FxHashMap;

use super::{Lens, Meant, Profiles};
use crate::{
    job::{Cancelled, Job},
    profile::{self, Builder, By, CallIx, Change, Frame, FrameIx, Group, Heavy, Profile, Row},
};

/// Bytes of a frame, itself and with what it called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Bytes {
    /// Before and now; before is 0 where nothing is compared.
    pub(super) own: (u64, u64),
    /// The same with what was called.
    pub(super) total: (u64, u64),
}

/// What all views show.
#[derive(Debug)]
pub(super) struct Shown {
    /// The profile, or the newer of two.
    pub(super) newer: Profile,
    /// The older of two, with the same calls at the same places.
    pub(super) older: Option<Profile>,
    /// Sums by frame.
    sums: Vec<Bytes>,
}

impl Shown {
    /// The profiles through a lens. Linear in the calls. Tells `job` of each step.
    pub(super) fn of(profiles: &Profiles, lens: &Lens, job: &Job) -> Result<Self, Cancelled> {
        let newer = through(&profiles.newer.1, lens, job)?;
        let Some((_, older)) = &profiles.older else {
            let sums = sums(&newer, profile::rows(&newer, By::Function).into_iter().map(alone));
            return Ok(Self { newer, older: None, sums });
        };
        let (older, newer) = Profile::aligned(&through(older, lens, job)?, &newer);
        job.tick(1)?;
        let changes = profile::compare(&older, &newer, By::Function);
        let sums = sums(&newer, changes.into_iter().map(changed));
        Ok(Self { newer, older: Some(older), sums })
    }

    /// No call at all.
    pub(super) fn nothing() -> Self {
        Self { newer: Builder::new(Frame::default()).finish(), older: None, sums: Vec::new() }
    }

    /// Bytes of a frame over all its calls.
    pub(super) fn of_frame(&self, frame: FrameIx) -> Bytes {
        self.sums.get(frame.0 as usize).copied().unwrap_or_default()
    }

    /// Bytes of one call.
    pub(super) fn of_call(&self, call: CallIx) -> Bytes {
        let before = |f: fn(&Profile, CallIx) -> u64| self.older.as_ref().map_or(0, |older| f(older, call));
        Bytes {
            own: (before(Profile::own), self.newer.own(call)),
            total: (before(Profile::total), self.newer.total(call)),
        }
    }

    /// The bytes of everything, before and now.
    pub(super) fn whole(&self) -> (u64, u64) {
        (self.older.as_ref().map_or(0, Profile::size), self.newer.size())
    }

    /// The frames that have any bytes.
    pub(super) fn frames(&self) -> Vec<FrameIx> {
        let has_bytes = |&frame: &FrameIx| self.of_frame(frame).total != (0, 0);
        self.newer.frames().map(|(frame, _)| frame).filter(has_bytes).collect()
    }

    /// The calls a call made, most growth first where two are compared, else most bytes first.
    pub(super) fn children(&self, call: CallIx) -> Vec<CallIx> {
        let mut children = self.newer.heaviest(call);
        if self.older.is_some() {
            children.sort_by_key(|&child| std::cmp::Reverse(delta(self.of_call(child).total)));
        }
        children
    }

    /// The functions that allocate, in the same order.
    pub(super) fn heavy(&self) -> Vec<Heavy> {
        match &self.older {
            None => Heavy::all(&self.newer),
            Some(older) => self.by_growth(Heavy::all_of(&self.newer, older)),
        }
    }

    /// Who called it, in the same order.
    pub(super) fn callers(&self, heavy: &Heavy) -> Vec<Heavy> {
        let callers = heavy.callers(&self.newer);
        if self.older.is_some() { self.by_growth(callers) } else { callers }
    }

    fn by_growth(&self, mut rows: Vec<Heavy>) -> Vec<Heavy> {
        rows.sort_by_cached_key(|row| std::cmp::Reverse(delta(self.of_heavy(row))));
        rows
    }

    /// Bytes of the stacks that end in a function, before and now.
    pub(super) fn of_heavy(&self, heavy: &Heavy) -> (u64, u64) {
        (self.older.as_ref().map_or(0, |older| heavy.size_in(older)), heavy.size)
    }

    /// The call of a frame that has most bytes.
    pub(super) fn heaviest_call(&self, frame: FrameIx) -> Option<CallIx> {
        let calls = self.newer.calls().filter(|&call| self.newer.function(call) == frame);
        calls.max_by_key(|&call| {
            let (before, now) = self.of_call(call).total;
            (now.max(before), std::cmp::Reverse(call))
        })
    }

    /// The frames that contain a text; none for no text.
    pub(super) fn found(&self, text: &str) -> Vec<FrameIx> {
        if text.is_empty() { Vec::new() } else { self.newer.find(text) }
    }

    /// Bytes of the outermost calls of these frames, in their order, now.
    pub(super) fn size_of(&self, frames: &[FrameIx]) -> u64 {
        let mut reach = 0;
        let outermost = self.newer.calls().filter(|&call| {
            let is_one = call.0 >= reach && frames.binary_search(&self.newer.function(call)).is_ok();
            if is_one {
                reach = self.newer.below(call).end;
            }
            is_one
        });
        outermost.map(|call| self.newer.total(call)).fold(0, u64::saturating_add)
    }
}

/// By how much something grew, as far as that is a number.
pub(super) fn delta((before, now): (u64, u64)) -> i64 {
    let most = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    if now < before { -most(before - now) } else { most(now - before) }
}

fn through(profile: &Profile, lens: &Lens, job: &Job) -> Result<Profile, Cancelled> {
    job.phase("looking through all calls", "steps", lens.steps.len() + 1);
    let mut profile = profile.clone();
    for step in &lens.steps {
        let meant = match &step.what {
            Meant::Group(by, group) => profile.members(*by, group),
            Meant::Text(text) => profile.find(text),
        };
        profile = if step.only { profile.focused(&meant) } else { profile.without(&meant) };
        job.tick(1)?;
    }
    let grouped = profile.grouped(lens.by);
    job.tick(1)?;
    Ok(grouped)
}

fn alone(row: Row) -> (Group, Bytes) {
    (row.group, Bytes { own: (0, row.own), total: (0, row.total) })
}

fn changed(change: Change) -> (Group, Bytes) {
    let Change { group, before, after } = change;
    (group, Bytes { own: (before.0, after.0), total: (before.1, after.1) })
}

/// The sums at the places of their frames.
fn sums(profile: &Profile, rows: impl Iterator<Item = (Group, Bytes)>) -> Vec<Bytes> {
    let rows: FxHashMap<Group, Bytes> = rows.collect();
    let of = |frame: &profile::Frame| rows.get(&By::Function.group(frame)).copied().unwrap_or_default();
    profile.frames().map(|(_, frame)| of(frame)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_any_size_keeps_its_sign() {
        assert_eq!([delta((5, 3)), delta((3, 5))], [-2, 2]);
        assert_eq!([delta((0, u64::MAX)), delta((u64::MAX, 0))], [i64::MAX, -i64::MAX]);
    }
}
