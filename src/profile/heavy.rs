//! Who called what allocates most, bottom up.
//!
//! A row is a set of allocating calls and how far outwards from each one has come; the row's
//! callers are the same calls one step further, by function. Levels are made when they are
//! asked for: all of them together would be quadratic in the depth.

use rustc_hash::FxHashMap;

use super::{CallIx, FrameIx, Profile};

/// A function, as the end of stacks or as a caller on the way outwards from them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heavy {
    /// The function.
    pub function: FrameIx,
    /// Bytes allocated by the stacks through it.
    pub size: u64,
    /// Each allocating call, and the call of this function outwards from it.
    stacks: Vec<(CallIx, CallIx)>,
}

impl Heavy {
    /// The functions that allocate themselves, most bytes first.
    pub fn all(profile: &Profile) -> Vec<Self> {
        let ends = profile.calls().filter(|&call| profile.own(call) > 0);
        Self::grouped(profile, ends.map(|call| (call, call)))
    }

    /// The functions that allocate themselves in either of two profiles with the same calls; sizes are those in
    /// the first.
    pub fn all_of(profile: &Profile, other: &Profile) -> Vec<Self> {
        let ends = profile.calls().filter(|&call| profile.own(call) > 0 || other.own(call) > 0);
        Self::grouped(profile, ends.map(|call| (call, call)))
    }

    /// What these stacks allocated in another profile with the same calls.
    pub fn size_in(&self, other: &Profile) -> u64 {
        self.stacks.iter().fold(0, |sum, &(end, _)| sum.saturating_add(other.own(end)))
    }

    /// Who called it, most bytes first; the root calls nobody and is left out.
    pub fn callers(&self, profile: &Profile) -> Vec<Self> {
        let outwards = |&(end, call): &(CallIx, CallIx)| {
            let caller = profile.caller(call).filter(|&caller| caller != Profile::ROOT);
            caller.map(|caller| (end, caller))
        };
        Self::grouped(profile, self.stacks.iter().filter_map(outwards))
    }

    fn grouped(profile: &Profile, stacks: impl Iterator<Item = (CallIx, CallIx)>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        let mut places = FxHashMap::default();
        for (end, call) in stacks {
            let function = profile.function(call);
            let place = *places.entry(function).or_insert_with(|| {
                rows.push(Self { function, size: 0, stacks: Vec::new() });
                rows.len() - 1
            });
            rows[place].size = rows[place].size.saturating_add(profile.own(end));
            rows[place].stacks.push((end, call));
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.size));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tree::tests::profile;

    fn told(profile: &Profile, rows: &[Heavy]) -> Vec<(String, u64)> {
        rows.iter().map(|row| (profile.frame(row.function).name.clone(), row.size)).collect()
    }

    #[test]
    fn callers_share_what_their_callees_allocated() {
        let profile = profile();
        let rows = Heavy::all(&profile);
        assert_eq!(told(&profile, &rows), [("a".to_owned(), 50), ("b".to_owned(), 21)]);
        let callers = rows[0].callers(&profile);
        assert_eq!(told(&profile, &callers), [("b".to_owned(), 40), ("main".to_owned(), 10)]);
        assert!(callers[1].callers(&profile).is_empty(), "only the root called it");
    }
}
