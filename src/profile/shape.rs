//! A profile focused on a function, or without one, as DevTools' "Focus" and "Exclude" make it; by script or
//! package in place of functions; and two with the same calls at the same places.

use rustc_hash::FxHashSet;

use super::{Builder, By, Frame, FrameIx, Group, Profile};

impl Profile {
    /// Only what the functions allocated and what was allocated below their calls: each outermost call
    /// of one of them hangs from the root, those of one function merged.
    #[must_use]
    pub fn focused(&self, on: &[FrameIx]) -> Self {
        let on: FxHashSet<FrameIx> = on.iter().copied().collect();
        let stays = |is_inside, frame| is_inside || on.contains(&frame);
        self.rebuilt(|is_inside, frame| if stays(is_inside, frame) { Fate::Stays } else { Fate::Goes })
    }

    /// Without calls of the functions: what they allocated counts for their callers, and what they
    /// called is called from there. The sum stays.
    #[must_use]
    pub fn without(&self, functions: &[FrameIx]) -> Self {
        let functions: FxHashSet<FrameIx> = functions.iter().copied().collect();
        self.rebuilt(|_, frame| if functions.contains(&frame) { Fate::Merges } else { Fate::Stays })
    }

    /// The functions that belong to a group.
    pub fn members(&self, by: By, group: &Group) -> Vec<FrameIx> {
        self.frames().filter(|(_, frame)| by.group(frame) == *group).map(|(at, _)| at).collect()
    }

    /// The profile with scripts or packages in place of functions: calls within one of them are one.
    #[must_use]
    pub fn grouped(&self, by: By) -> Self {
        let groups: Vec<Frame> = self.frames().map(|(_, frame)| Frame::of(by.group(frame))).collect();
        let mut builder = Builder::new(self.frame(self.function(Self::ROOT)).clone());
        builder.add_own(0, self.own(Self::ROOT));
        let mut places = vec![(0, None); self.calls().len()];
        for call in self.calls().skip(1) {
            let (place, around) = places[self.caller(call).unwrap_or(Self::ROOT).0 as usize];
            let group = &groups[self.function(call).0 as usize];
            places[call.0 as usize] = if by != By::Function && around == Some(group) {
                builder.add_own(place, self.own(call));
                (place, around)
            } else {
                (builder.call(place, group.clone(), self.own(call)), Some(group))
            };
        }
        builder.finish()
    }

    /// Two profiles with all calls of both, each at the same place in both: what one of them never called
    /// has no bytes there.
    pub fn aligned(older: &Self, newer: &Self) -> (Self, Self) {
        let root = || newer.frame(newer.function(Self::ROOT)).clone();
        let mut both = [Builder::new(root()), Builder::new(root())];
        // The newer one's calls come first in both, so that both are built alike.
        for (side, from) in [(1, newer), (0, older)] {
            let mut places = vec![0; from.calls().len()];
            both[side].add_own(0, from.own(Self::ROOT));
            for call in from.calls().skip(1) {
                let place = places[from.caller(call).unwrap_or(Self::ROOT).0 as usize];
                let frame = Frame { script_id: 0, ..from.frame(from.function(call)).clone() };
                let own = from.own(call);
                places[call.0 as usize] = both[side].call(place, frame.clone(), own);
                both[1 - side].call(place, frame, 0);
            }
        }
        let [older, newer] = both.map(Builder::finish);
        (older, newer)
    }

    /// Takes each call, knowing whether a call outwards of it stayed, over into a new profile.
    fn rebuilt(&self, fate: impl Fn(bool, FrameIx) -> Fate) -> Self {
        let mut builder = Builder::new(self.frame(self.function(Self::ROOT)).clone());
        // Where what each call made goes, and whether that is below a call that stayed.
        let mut places = vec![(0, false); self.calls().len()];
        if !matches!(fate(false, self.function(Self::ROOT)), Fate::Goes) {
            builder.add_own(0, self.own(Self::ROOT));
        }
        for call in self.calls().skip(1) {
            let caller = self.caller(call).unwrap_or(Self::ROOT);
            let (place, is_inside) = places[caller.0 as usize];
            let frame = self.function(call);
            places[call.0 as usize] = match fate(is_inside, frame) {
                Fate::Goes => (place, is_inside),
                Fate::Merges => {
                    builder.add_own(place, self.own(call));
                    (place, is_inside)
                }
                Fate::Stays => (builder.call(place, self.frame(frame).clone(), self.own(call)), true),
            };
        }
        builder.finish()
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
        let focused = profile.focused(&b);
        assert_eq!(names(&focused, focused.calls()), ["(root)", "b", "a"]);
        assert_eq!((focused.size(), focused.own(crate::profile::CallIx(1))), (61, 21));
    }

    #[test]
    fn packages_take_the_place_of_functions() {
        let grouped = profile().grouped(By::Package);
        assert_eq!(
            names(&grouped, grouped.calls()),
            ["(root)", "(own code)", "left-pad", "(own code)", "left-pad"]
        );
        assert_eq!((grouped.size(), grouped.own(CallIx(1)), grouped.total(CallIx(2))), (71, 1, 70));
        let same = profile().grouped(By::Function);
        assert_eq!(names(&same, same.calls()), names(&profile(), profile().calls()));
        let pad = By::Function.group(grouped.frame(grouped.function(CallIx(2))));
        assert_eq!(profile().members(By::Package, &pad).len(), 1, "the function that makes up the package");
    }

    #[test]
    fn aligned_profiles_have_the_same_calls_and_their_own_bytes() {
        let newer = profile();
        let mut builder = Builder::new(frame("(root)", ""));
        let main = builder.call(0, frame("main", "/app/main.js"), 7);
        builder.call(main, frame("c", "/app/main.js"), 5);
        let older = builder.finish();
        let (before, after) = Profile::aligned(&older, &newer);
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
        let without = profile.without(&a);
        assert_eq!(names(&without, without.calls()), ["(root)", "main", "b"]);
        assert_eq!(without.size(), profile.size());
        assert_eq!(without.own(crate::profile::CallIx(1)), 10, "what `a` allocated for `main`");
        assert_eq!(without.own(crate::profile::CallIx(2)), 61, "the inner `a` counts for `b`");
    }
}
