//! A profile focused on a function, or without one, as DevTools' "Focus" and "Exclude" make it; by script or
//! package in place of functions; and two with the same calls at the same places.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::{Builder, By, Frame, FrameIx, Group, Profile};
use crate::job::{Cancelled, Job};

impl Profile {
    /// Only what the functions allocated and what was allocated below their calls: each outermost call
    /// of one of them hangs from the root, those of one function merged.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants it any more; so here and below.
    pub fn focused(&self, on: &[FrameIx], job: &Job) -> Result<Self, Cancelled> {
        let on = self.set(on);
        let stays = |is_inside, frame: FrameIx| is_inside || on.contains(frame.0 as usize);
        let fate = |is_inside, frame| if stays(is_inside, frame) { Fate::Stays } else { Fate::Goes };
        self.rebuilt(fate, job)
    }

    /// Without calls of the functions: what they allocated counts for their callers, and what they
    /// called is called from there. The sum stays.
    ///
    /// # Errors
    ///
    /// [`Cancelled`].
    pub fn without(&self, functions: &[FrameIx], job: &Job) -> Result<Self, Cancelled> {
        let functions = self.set(functions);
        let goes = |frame: FrameIx| functions.contains(frame.0 as usize);
        self.rebuilt(|_, frame| if goes(frame) { Fate::Merges } else { Fate::Stays }, job)
    }

    fn set(&self, functions: &[FrameIx]) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.frames().len());
        set.extend(functions.iter().map(|frame| frame.0 as usize));
        set
    }

    /// The functions that belong to a group.
    ///
    /// # Errors
    ///
    /// [`Cancelled`].
    pub fn members(&self, by: By, group: &Group, job: &Job) -> Result<Vec<FrameIx>, Cancelled> {
        self.select(|frame| by.group(frame) == *group, job)
    }

    /// The profile with scripts or packages in place of functions: calls within one of them are one.
    ///
    /// # Errors
    ///
    /// [`Cancelled`].
    pub fn grouped(&self, by: By, job: &Job) -> Result<Self, Cancelled> {
        let mut builder = Builder::new(Arc::clone(self.shared_frame(self.function(Self::ROOT))));
        builder.add_own(0, self.own(Self::ROOT));
        let mut names = Names::of(self);
        let mut places = vec![(0, None); self.calls().len()];
        for call in self.calls().skip(1) {
            Self::tick(call, job)?;
            let (place, around) = places[self.caller(call).unwrap_or(Self::ROOT).0 as usize];
            let group = names.name(self.function(call), &mut builder, |frame| grouped(frame, by));
            places[call.0 as usize] = if by != By::Function && around == Some(group) {
                builder.add_own(place, self.own(call));
                (place, around)
            } else {
                (builder.call_of(place, group, self.own(call)), Some(group))
            };
        }
        Ok(builder.finish())
    }

    /// Two profiles with all calls and functions of both, each at the same place in both: what one of them
    /// never called has no bytes there.
    ///
    /// # Errors
    ///
    /// [`Cancelled`].
    pub fn aligned(older: &Self, newer: &Self, job: &Job) -> Result<(Self, Self), Cancelled> {
        let root = || Arc::clone(newer.shared_frame(newer.function(Self::ROOT)));
        let mut both = [Builder::new(root()), Builder::new(root())];
        // The newer one's calls come first in both, so that both are built alike.
        for (side, from) in [(1, newer), (0, older)] {
            let mut places = vec![0; from.calls().len()];
            let mut names = [Names::of(from), Names::of(from)];
            both[side].add_own(0, from.own(Self::ROOT));
            for call in from.calls().skip(1) {
                Self::tick(call, job)?;
                let caller = places[from.caller(call).unwrap_or(Self::ROOT).0 as usize];
                for at in [1 - side, side] {
                    let frame = names[at].name(from.function(call), &mut both[at], unnumbered);
                    let own = if at == side { from.own(call) } else { 0 };
                    places[call.0 as usize] = both[at].call_of(caller, frame, own);
                }
            }
        }
        let [older, newer] = both.map(Builder::finish);
        Ok((older, newer))
    }

    /// Takes each call, knowing whether a call outwards of it stayed, over into a new profile.
    fn rebuilt(&self, fate: impl Fn(bool, FrameIx) -> Fate, job: &Job) -> Result<Self, Cancelled> {
        let mut builder = Builder::new(Arc::clone(self.shared_frame(self.function(Self::ROOT))));
        let mut names = Names::of(self);
        // Where what each call made goes, and whether that is below a call that stayed.
        let mut places = vec![(0, false); self.calls().len()];
        if !matches!(fate(false, self.function(Self::ROOT)), Fate::Goes) {
            builder.add_own(0, self.own(Self::ROOT));
        }
        for call in self.calls().skip(1) {
            Self::tick(call, job)?;
            let caller = self.caller(call).unwrap_or(Self::ROOT);
            let (place, is_inside) = places[caller.0 as usize];
            let function = self.function(call);
            places[call.0 as usize] = match fate(is_inside, function) {
                Fate::Goes => (place, is_inside),
                Fate::Merges => {
                    builder.add_own(place, self.own(call));
                    (place, is_inside)
                }
                Fate::Stays => {
                    let frame = names.name(function, &mut builder, Arc::clone);
                    (builder.call_of(place, frame, self.own(call)), true)
                }
            };
        }
        Ok(builder.finish())
    }
}

/// What the functions of a profile are in a new one, each asked for once.
struct Names<'a> {
    from: &'a Profile,
    known: Vec<Option<FrameIx>>,
}

impl<'a> Names<'a> {
    fn of(from: &'a Profile) -> Self {
        Self { from, known: vec![None; from.frames().len()] }
    }

    fn name(
        &mut self,
        frame: FrameIx,
        builder: &mut Builder,
        new: impl FnOnce(&Arc<Frame>) -> Arc<Frame>,
    ) -> FrameIx {
        let from = self.from;
        *self.known[frame.0 as usize].get_or_insert_with(|| builder.frame(new(from.shared_frame(frame))))
    }
}

/// What stands for a function where calls are told apart so; itself where that says the same.
fn grouped(frame: &Arc<Frame>, by: By) -> Arc<Frame> {
    let says_the_same = by == By::Function && frame.script_id == 0 && !frame.name.is_empty();
    if says_the_same { Arc::clone(frame) } else { Arc::new(Frame::of(by.group(frame))) }
}

/// V8's number of a script is another in each process.
fn unnumbered(frame: &Arc<Frame>) -> Arc<Frame> {
    if frame.script_id == 0 {
        Arc::clone(frame)
    } else {
        Arc::new(Frame { script_id: 0, ..(**frame).clone() })
    }
}

/// What becomes of a call.
enum Fate {
    /// It is there, below the nearest call that stayed.
    Stays,
    /// Its bytes are its caller's.
    Merges,
    /// Its bytes are nobody's.
    Goes,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{
        CallIx,
        tree::tests::{frame, names, profile},
    };

    #[test]
    fn a_focus_keeps_what_lies_below_the_outermost_calls() {
        let profile = profile();
        let b: Vec<_> = profile.frames().filter(|(_, frame)| frame.name == "b").map(|(at, _)| at).collect();
        let focused = profile.focused(&b, &Job::default()).expect("nobody cancels");
        assert_eq!(names(&focused, focused.calls()), ["(root)", "b", "a"]);
        assert_eq!((focused.size(), focused.own(crate::profile::CallIx(1))), (61, 21));
    }

    #[test]
    fn packages_take_the_place_of_functions() {
        let grouped = profile().grouped(By::Package, &Job::default()).expect("nobody cancels");
        assert_eq!(
            names(&grouped, grouped.calls()),
            ["(root)", "(own code)", "left-pad", "(own code)", "left-pad"]
        );
        assert_eq!((grouped.size(), grouped.own(CallIx(1)), grouped.total(CallIx(2))), (71, 1, 70));
        let same = profile().grouped(By::Function, &Job::default()).expect("nobody cancels");
        assert_eq!(names(&same, same.calls()), names(&profile(), profile().calls()));
        let pad = By::Function.group(grouped.frame(grouped.function(CallIx(2))));
        let members = profile().members(By::Package, &pad, &Job::default()).expect("nobody cancels");
        assert_eq!(members.len(), 1, "the function that makes up the package");
    }

    #[test]
    fn aligned_profiles_have_the_same_calls_and_their_own_bytes() {
        let newer = profile();
        let mut builder = Builder::new(frame("(root)", ""));
        let main = builder.call(0, frame("main", "/app/main.js"), 7);
        builder.call(main, frame("c", "/app/main.js"), 5);
        let older = builder.finish();
        let (before, after) = Profile::aligned(&older, &newer, &Job::default()).expect("nobody cancels");
        assert_eq!(names(&before, before.calls()), names(&after, after.calls()));
        assert_eq!(names(&after, after.calls()), ["(root)", "main", "a", "b", "a", "b", "c"]);
        assert_eq!((before.size(), after.size()), (12, 71));
        assert_eq!((before.own(CallIx(6)), after.own(CallIx(6))), (5, 0));
        assert_eq!((before.own(CallIx(1)), after.own(CallIx(1))), (7, 0));
    }

    #[test]
    fn what_is_left_out_counts_for_its_callers() {
        let profile = profile();
        let a: Vec<_> = profile.frames().filter(|(_, frame)| frame.name == "a").map(|(at, _)| at).collect();
        let without = profile.without(&a, &Job::default()).expect("nobody cancels");
        assert_eq!(names(&without, without.calls()), ["(root)", "main", "b"]);
        assert_eq!(without.size(), profile.size());
        assert_eq!(without.own(crate::profile::CallIx(1)), 10, "what `a` allocated for `main`");
        assert_eq!(without.own(crate::profile::CallIx(2)), 61, "the inner `a` counts for `b`");
    }

    #[test]
    fn each_shape_and_search_stops_when_nobody_wants_it() {
        let mut builder = Builder::new(frame("(root)", ""));
        (0..5000).fold(0, |caller, _| builder.call(caller, frame("f", ""), 1));
        let (profile, job) = (builder.finish(), Job::default());
        job.cancel();
        assert!(profile.focused(&[], &job).is_err() && profile.without(&[], &job).is_err());
        assert!(profile.grouped(By::Script, &job).is_err());
        assert!(Profile::aligned(&profile, &profile, &job).is_err());
        let group = By::Function.group(profile.frame(FrameIx(0)));
        assert!(profile.find("f", &job).is_err() && profile.members(By::Function, &group, &job).is_err());
    }
}
