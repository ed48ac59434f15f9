//! Who called what allocates most, bottom up.
//!
//! A row is a set of allocating calls and how far outwards from each one has come; the row's
//! callers are the same calls one step further, by function. Levels are made when they are
//! asked for: all of them together would be quadratic in the depth.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{CallIx, FrameIx, Profile};
use crate::{
    analysis::order::sort_by,
    job::{Cancelled, Job},
};

/// A function, as the end of stacks or as a caller on the way outwards from them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heavy {
    /// The function.
    pub function: FrameIx,
    /// Bytes allocated by the stacks through it.
    pub size: u64,
    /// The same in an older profile with the same calls; 0 where there is none.
    pub before: u64,
    /// Each allocating call, and the call of this function outwards from it.
    stacks: Arc<[(CallIx, CallIx)]>,
}

/// A profile, and an older one with the same calls.
type Pair<'a> = (&'a Profile, Option<&'a Profile>);

impl Heavy {
    /// The functions that allocate themselves, in the profile or in the older one with the same calls; most
    /// bytes in the profile first.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants them any more.
    pub fn all(profile: &Profile, older: Option<&Profile>, job: &Job) -> Result<Vec<Self>, Cancelled> {
        let allocates =
            |&call: &CallIx| profile.own(call) > 0 || older.is_some_and(|older| older.own(call) > 0);
        let ends = profile.calls().filter(allocates);
        Self::grouped((profile, older), ends.map(|call| (call, call)), job)
    }

    /// Who called it, most bytes first; the root calls nobody and is left out.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants them any more.
    pub fn callers(
        &self,
        profile: &Profile,
        older: Option<&Profile>,
        job: &Job,
    ) -> Result<Vec<Self>, Cancelled> {
        let outwards = |&(end, call): &(CallIx, CallIx)| {
            let caller = profile.caller(call).filter(|&caller| caller != Profile::ROOT);
            caller.map(|caller| (end, caller))
        };
        Self::grouped((profile, older), self.stacks.iter().filter_map(outwards), job)
    }

    /// Whether both are the same row, not only rows that say the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stacks, &other.stacks)
    }

    fn grouped(
        (profile, older): Pair<'_>,
        stacks: impl Iterator<Item = (CallIx, CallIx)>,
        job: &Job,
    ) -> Result<Vec<Self>, Cancelled> {
        let mut groups: Vec<(FrameIx, Vec<(CallIx, CallIx)>)> = Vec::new();
        let mut places = FxHashMap::default();
        for (end, call) in stacks {
            Profile::tick(end, job)?;
            let function = profile.function(call);
            let place = *places.entry(function).or_insert_with(|| {
                groups.push((function, Vec::new()));
                groups.len() - 1
            });
            groups[place].1.push((end, call));
        }
        let row = |(function, stacks): (FrameIx, Vec<(CallIx, CallIx)>)| {
            let sum =
                |of: &Profile| stacks.iter().fold(0, |sum: u64, &(end, _)| sum.saturating_add(of.own(end)));
            Self { function, size: sum(profile), before: older.map_or(0, sum), stacks: stacks.into() }
        };
        let mut rows: Vec<Self> = groups.into_iter().map(row).collect();
        sort_by(&mut rows, job, |a, b| b.size.cmp(&a.size))?;
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{
        Builder,
        tree::tests::{frame, profile},
    };

    fn told(profile: &Profile, rows: &[Heavy]) -> Vec<(String, u64)> {
        rows.iter().map(|row| (profile.frame(row.function).name.clone(), row.size)).collect()
    }

    #[test]
    fn callers_share_what_their_callees_allocated() {
        let profile = profile();
        let job = Job::default();
        let all = || Heavy::all(&profile, None, &job).expect("nobody cancels");
        let callers = |row: &Heavy| row.callers(&profile, None, &job).expect("nobody cancels");
        let rows = all();
        assert_eq!(told(&profile, &rows), [("a".to_owned(), 50), ("b".to_owned(), 21)]);
        let of_first = callers(&rows[0]);
        assert_eq!(told(&profile, &of_first), [("b".to_owned(), 40), ("main".to_owned(), 10)]);
        assert!(callers(&of_first[1]).is_empty(), "only the root called it");
    }

    #[test]
    fn what_nobody_wants_any_more_stops() {
        let job = Job::default();
        job.cancel();
        let mut builder = Builder::new(frame("(root)", ""));
        let last = (0..5000).fold(0, |caller, _| builder.call(caller, frame("f", ""), 1));
        assert_eq!(last, 5000);
        assert!(Heavy::all(&builder.finish(), None, &job).is_err());
    }
}
