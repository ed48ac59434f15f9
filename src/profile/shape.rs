//! A profile focused on a function, or without one, as DevTools' "Focus" and "Exclude" make it.

use super::{Builder, FrameIx, Profile};

impl Profile {
    /// Only what the functions allocated and what was allocated below their calls: each outermost call
    /// of one of them hangs from the root, those of one function merged.
    #[must_use]
    pub fn focused(&self, on: &[FrameIx]) -> Self {
        self.rebuilt(
            |is_inside, frame| if is_inside || on.contains(&frame) { Fate::Stays } else { Fate::Goes },
        )
    }

    /// Without calls of the functions: what they allocated counts for their callers, and what they
    /// called is called from there. The sum stays.
    #[must_use]
    pub fn without(&self, functions: &[FrameIx]) -> Self {
        self.rebuilt(|_, frame| if functions.contains(&frame) { Fate::Merges } else { Fate::Stays })
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
    use crate::profile::tree::tests::{names, profile};

    #[test]
    fn a_focus_keeps_what_lies_below_the_outermost_calls() {
        let profile = profile();
        let b: Vec<_> = profile.frames().filter(|(_, frame)| frame.name == "b").map(|(at, _)| at).collect();
        let focused = profile.focused(&b);
        assert_eq!(names(&focused, focused.calls()), ["(root)", "b", "a"]);
        assert_eq!((focused.size(), focused.own(crate::profile::CallIx(1))), (61, 21));
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
