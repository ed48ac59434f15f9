//! Which calls did a call make, in an order? Sorted once, so that looking them up costs nothing.
//!
//! The calls of one caller are a run of one table. Near linear in the calls; holds 8 bytes a call.

use std::cmp::Ordering;

use super::{CallIx, Profile};
use crate::{
    analysis::order::sort_by,
    job::{Cancelled, Job},
};

/// The calls that each call made, in an order.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    /// Where those of each call begin, and where the last end.
    starts: Vec<u32>,
    calls: Vec<CallIx>,
}

impl Siblings {
    /// Most bytes first; those of one size in the order of the profile.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants them any more; so here and below.
    pub fn heaviest_first(profile: &Profile, job: &Job) -> Result<Self, Cancelled> {
        Self::sorted(profile, |a, b| profile.total(b).cmp(&profile.total(a)), job)
    }

    /// In any order. Tells `job` of each call.
    ///
    /// # Errors
    ///
    /// [`Cancelled`].
    pub fn sorted(
        profile: &Profile,
        order: impl Fn(CallIx, CallIx) -> Ordering,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        let mut siblings = Self::of_profile(profile, job)?;
        for pair in siblings.starts.windows(2) {
            let calls = &mut siblings.calls[pair[0] as usize..pair[1] as usize];
            if calls.len() > 1 {
                sort_by(calls, job, |&a, &b| order(a, b))?;
            }
        }
        Ok(siblings)
    }

    /// In the order of the profile.
    fn of_profile(profile: &Profile, job: &Job) -> Result<Self, Cancelled> {
        let mut starts = Vec::with_capacity(profile.calls().len() + 1);
        let mut calls = Vec::with_capacity(profile.calls().len());
        for call in profile.calls() {
            Profile::tick(call, job)?;
            starts.push(calls.len() as u32);
            calls.extend(profile.children(call));
        }
        starts.push(calls.len() as u32);
        Ok(Self { starts, calls })
    }

    /// The calls that a call made.
    pub fn of(&self, call: CallIx) -> &[CallIx] {
        &self.calls[self.run(call)]
    }

    /// Where they stand.
    pub(super) fn run(&self, call: CallIx) -> std::ops::Range<usize> {
        let start = |at: usize| self.starts.get(at).map_or(self.calls.len(), |&start| start as usize);
        start(call.0 as usize)..start(call.0 as usize + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tree::tests::{names, profile};

    #[test]
    fn calls_are_sorted_below_each_caller() {
        let (profile, job) = (profile(), Job::default());
        let heaviest = Siblings::heaviest_first(&profile, &job).expect("nobody cancels");
        assert_eq!(names(&profile, heaviest.of(CallIx(1)).to_vec()), ["a", "b"]);
        let lightest = Siblings::sorted(&profile, |a, b| profile.total(a).cmp(&profile.total(b)), &job);
        let lightest = lightest.expect("nobody cancels");
        assert_eq!(names(&profile, lightest.of(CallIx(1)).to_vec()), ["b", "a"]);
        assert!(heaviest.of(CallIx(5)).is_empty() && Siblings::default().of(CallIx(0)).is_empty());
        job.cancel();
        assert!(Siblings::heaviest_first(&profile, &job).is_err());
    }
}
