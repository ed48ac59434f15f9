//! A profile as the user wants it: focused, without, by function, script or package; with what it is compared.

use super::{Lens, Meant, Profiles, Step};
use crate::{
    analysis::order::sort_by,
    job::{Cancelled, Job},
    profile::{self, Builder, CallIx, Frame, FrameIx, Heavy, Profile, Siblings, flame::Flame},
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
    /// Where the calls of either are drawn.
    flames: [Flame; 2],
    /// Of two profiles: the calls that each call made, most growth first.
    by_growth: Option<Siblings>,
    /// Sums by frame.
    sums: Vec<Bytes>,
    /// The call with most bytes of each frame.
    heaviest: Vec<CallIx>,
    /// The frames with most own bytes, or whose own bytes grew most.
    most: Vec<FrameIx>,
}

/// Functions that are named as those that allocated most.
const MOST: usize = 5;

impl Shown {
    /// The profiles through a lens. Linear in the calls, of which it tells `job`.
    pub(super) fn of(profiles: &Profiles, lens: &Lens, job: &Job) -> Result<Self, Cancelled> {
        let newer = through(&profiles.newer, lens, job)?;
        let Some(older) = &profiles.older else { return Self::summed(newer, None, job) };
        let (older, newer) = Profile::aligned(&through(older, lens, job)?, &newer, job)?;
        Self::summed(newer, Some(older), job)
    }

    /// No call at all.
    pub(super) fn nothing() -> Self {
        let newer = Builder::new(Frame::default()).finish();
        Self::unsorted(newer, None, Vec::new())
    }

    fn unsorted(newer: Profile, older: Option<Profile>, sums: Vec<Bytes>) -> Self {
        let most = most(&sums, older.is_some());
        let (flames, heaviest) = (<[Flame; 2]>::default(), vec![Profile::ROOT]);
        Self { newer, older, flames, by_growth: None, sums, heaviest, most }
    }

    fn summed(newer: Profile, older: Option<Profile>, job: &Job) -> Result<Self, Cancelled> {
        let now = profile::by_frame(&newer, job)?;
        // Both have the same functions, in the same order.
        let before = match &older {
            Some(older) => profile::by_frame(older, job)?,
            None => vec![(0, 0); now.len()],
        };
        let bytes = |(before, now): ((u64, u64), (u64, u64))| Bytes {
            own: (before.0, now.0),
            total: (before.1, now.1),
        };
        let sums: Vec<Bytes> = before.into_iter().zip(now).map(bytes).collect();
        let mut shown = Self::unsorted(newer, older, sums);
        shown.heaviest = shown.heaviest_calls(job)?;
        shown.flames[0] = Flame::of(&shown.newer, job)?;
        if let Some(older) = &shown.older {
            shown.flames[1] = Flame::of(older, job)?;
            // Of those that grew as much the heaviest come first.
            let key = |call| (delta(shown.of_call(call).total), shown.newer.total(call));
            let by_growth = Siblings::sorted(&shown.newer, |a, b| key(b).cmp(&key(a)), job)?;
            shown.by_growth = Some(by_growth);
        }
        Ok(shown)
    }

    fn heaviest_calls(&self, job: &Job) -> Result<Vec<CallIx>, Cancelled> {
        let size = |call| {
            let (before, now) = self.of_call(call).total;
            now.max(before)
        };
        let mut heaviest: Vec<Option<CallIx>> = vec![None; self.sums.len()];
        for call in self.newer.calls() {
            Profile::tick(call, job)?;
            let known = &mut heaviest[self.newer.function(call).0 as usize];
            // Of calls of one size the outermost is meant.
            if known.is_none_or(|known| size(known) < size(call)) {
                *known = Some(call);
            }
        }
        Ok(heaviest.into_iter().map(|call| call.unwrap_or(Profile::ROOT)).collect())
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

    /// A few frames with most own bytes, or whose own bytes grew most, that first.
    pub(super) fn most(&self) -> &[FrameIx] {
        &self.most
    }

    /// The calls a call made, most growth first where two are compared, else most bytes first.
    pub(super) fn children(&self, call: CallIx) -> &[CallIx] {
        self.by_growth.as_ref().unwrap_or(self.flames[0].siblings()).of(call)
    }

    /// The profile that decides how wide calls are, and where they are drawn then.
    pub(super) fn flame(&self, by_older: bool) -> (&Profile, &Flame) {
        match &self.older {
            Some(older) if by_older => (older, &self.flames[1]),
            _ => (&self.newer, &self.flames[0]),
        }
    }

    /// The functions that allocate, in the same order.
    pub(super) fn heavy(&self, job: &Job) -> Result<Vec<Heavy>, Cancelled> {
        self.by_growth(Heavy::all(&self.newer, self.older.as_ref(), job)?, job)
    }

    /// Who called it, in the same order.
    pub(super) fn callers(&self, heavy: &Heavy, job: &Job) -> Result<Vec<Heavy>, Cancelled> {
        self.by_growth(heavy.callers(&self.newer, self.older.as_ref(), job)?, job)
    }

    fn by_growth(&self, mut rows: Vec<Heavy>, job: &Job) -> Result<Vec<Heavy>, Cancelled> {
        if self.older.is_some() {
            let growth = |row: &Heavy| delta((row.before, row.size));
            sort_by(&mut rows, job, |a, b| growth(b).cmp(&growth(a)))?;
        }
        Ok(rows)
    }

    /// The call of a frame that has most bytes.
    pub(super) fn heaviest_call(&self, frame: FrameIx) -> Option<CallIx> {
        self.heaviest.get(frame.0 as usize).copied()
    }
}

/// The frames that are named first.
fn most(sums: &[Bytes], is_compared: bool) -> Vec<FrameIx> {
    let weight = |&at: &u32| {
        let own = sums[at as usize].own;
        if is_compared { delta(own) } else { i64::try_from(own.1).unwrap_or(i64::MAX) }
    };
    let mut frames: Vec<u32> = (0..sums.len() as u32).filter(|at| weight(at) > 0).collect();
    let order = |at: &u32| (std::cmp::Reverse(weight(at)), *at);
    if frames.len() > MOST {
        frames.select_nth_unstable_by_key(MOST, order);
        frames.truncate(MOST);
    }
    frames.sort_unstable_by_key(order);
    frames.into_iter().map(FrameIx).collect()
}

/// By how much something grew, as far as that is a number.
pub(super) fn delta((before, now): (u64, u64)) -> i64 {
    let most = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    if now < before { -most(before - now) } else { most(now - before) }
}

fn through(profile: &Profile, lens: &Lens, job: &Job) -> Result<Profile, Cancelled> {
    let stepped = |profile: &Profile, step: &Step| {
        let meant = match &step.what {
            Meant::Group(by, group) => profile.members(*by, group, job)?,
            Meant::Text(text) => profile.find(text, job)?,
        };
        if step.only { profile.focused(&meant, job) } else { profile.without(&meant, job) }
    };
    let mut last = None;
    for step in &lens.steps {
        last = Some(stepped(last.as_ref().unwrap_or(profile), step)?);
    }
    last.as_ref().unwrap_or(profile).grouped(lens.by, job)
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
