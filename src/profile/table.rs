//! Sums by function, script or package, and how those of two profiles differ.
//!
//! A group's total counts what lies below its calls once, however often it calls itself: only
//! the outermost of its calls on a stack counts.

use rustc_hash::FxHashMap;

use super::{By, Group, Profile};
use crate::{
    analysis::order::sort_by,
    job::{Cancelled, Job},
};

/// A group with its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What it is.
    pub group: Group,
    /// Bytes its calls allocated themselves.
    pub own: u64,
    /// Bytes allocated in or below its calls.
    pub total: u64,
}

/// A group in two profiles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What it is.
    pub group: Group,
    /// Own and total bytes in the older profile.
    pub before: (u64, u64),
    /// Own and total bytes in the newer profile.
    pub after: (u64, u64),
}

/// Sums by group, most own bytes first. Tells `job` of each call.
///
/// # Errors
///
/// [`Cancelled`] once nobody wants them any more; so here and below.
pub fn rows(profile: &Profile, by: By, job: &Job) -> Result<Vec<Row>, Cancelled> {
    let mut places: FxHashMap<Group, usize> = FxHashMap::default();
    let mut rows: Vec<Row> = Vec::new();
    let of_frame: Vec<usize> = profile
        .frames()
        .map(|(_, frame)| {
            *places.entry(by.group(frame)).or_insert_with_key(|group| {
                rows.push(Row { group: group.clone(), own: 0, total: 0 });
                rows.len() - 1
            })
        })
        .collect();
    let sums = sums(profile, places.len(), |frame| of_frame[frame], job)?;
    for (row, (own, total)) in rows.iter_mut().zip(sums) {
        (row.own, row.total) = (own, total);
    }
    sort_by(&mut rows, job, |a, b| (b.own, b.total, &a.group).cmp(&(a.own, a.total, &b.group)))?;
    Ok(rows)
}

/// Own and total bytes of each function, in the order of the functions.
///
/// # Errors
///
/// [`Cancelled`].
pub fn by_frame(profile: &Profile, job: &Job) -> Result<Vec<(u64, u64)>, Cancelled> {
    sums(profile, profile.frames().len(), |frame| frame, job)
}

/// Own and total bytes of so many groups, to which functions belong.
fn sums(
    profile: &Profile,
    groups: usize,
    of_frame: impl Fn(usize) -> usize,
    job: &Job,
) -> Result<Vec<(u64, u64)>, Cancelled> {
    let mut sums = vec![(0u64, 0u64); groups];
    // Up to which call each group's present outermost call reaches.
    let mut reach = vec![0; groups];
    for call in profile.calls() {
        Profile::tick(call, job)?;
        let place = of_frame(profile.function(call).0 as usize);
        let (own, total) = &mut sums[place];
        *own = own.saturating_add(profile.own(call));
        if call.0 >= reach[place] {
            *total = total.saturating_add(profile.total(call));
            reach[place] = profile.below(call).end;
        }
    }
    Ok(sums)
}

/// How each group changed, most growth of own bytes first.
///
/// # Errors
///
/// [`Cancelled`].
pub fn compare(before: &Profile, after: &Profile, by: By, job: &Job) -> Result<Vec<Change>, Cancelled> {
    let mut changes: FxHashMap<Group, [(u64, u64); 2]> = FxHashMap::default();
    for (side, profile) in [before, after].into_iter().enumerate() {
        for Row { group, own, total } in rows(profile, by, job)? {
            changes.entry(group).or_default()[side] = (own, total);
        }
    }
    let mut changes: Vec<Change> =
        changes.into_iter().map(|(group, [before, after])| Change { group, before, after }).collect();
    sort_by(&mut changes, job, |a, b| (b.growth(), &a.group).cmp(&(a.growth(), &b.group)))?;
    Ok(changes)
}

impl Change {
    /// By how much own and total bytes grew.
    pub fn growth(&self) -> (i64, i64) {
        let delta = |after: u64, before: u64| after.wrapping_sub(before) as i64;
        (delta(self.after.0, self.before.0), delta(self.after.1, self.before.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{
        Builder,
        tree::tests::{frame, profile},
    };

    fn told(by: By) -> Vec<(String, u64, u64)> {
        let rows = rows(&profile(), by, &Job::default()).expect("nobody cancels");
        rows.into_iter().map(|row| (row.group.name, row.own, row.total)).collect()
    }

    #[test]
    fn a_function_that_calls_itself_is_counted_once() {
        let wanted = [("a", 50, 70), ("b", 21, 61), ("(root)", 0, 71), ("main", 0, 71)];
        assert_eq!(told(By::Function), wanted.map(|(name, own, total)| (name.to_owned(), own, total)));
    }

    #[test]
    fn sums_that_nobody_wants_any_more_stop() {
        let job = Job::default();
        job.cancel();
        assert!(rows(&profile(), By::Package, &job).is_err() && by_frame(&profile(), &job).is_err());
        assert!(compare(&profile(), &profile(), By::Function, &job).is_err());
    }

    #[test]
    fn packages_sum_their_scripts() {
        let wanted = [("left-pad", 50, 70), ("(own code)", 21, 71), ("(V8)", 0, 71)];
        assert_eq!(told(By::Package), wanted.map(|(name, own, total)| (name.to_owned(), own, total)));
    }

    #[test]
    fn what_only_one_profile_has_is_a_change_too() {
        let mut builder = Builder::new(frame("(root)", ""));
        builder.call(0, frame("c", "/app/main.js"), 5);
        let found = compare(&builder.finish(), &profile(), By::Function, &Job::default());
        let found = found.expect("nobody cancels");
        let told: Vec<_> =
            found.iter().map(|change| (change.group.name.as_str(), change.growth().0)).collect();
        assert_eq!(told, [("a", 50), ("b", 21), ("main", 0), ("(root)", 0), ("c", -5)]);
    }
}
