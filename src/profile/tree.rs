//! The calls of a profile, with self and total sizes.
//!
//! Calls stand in the order of a walk from the outermost inwards, each before those it made, so
//! everything below a call is a run of the table and totals are sums over it.

use std::{ops::Range, sync::Arc};

use rustc_hash::FxHashMap;

use crate::job::{Cancelled, Job};

/// A function as the profile names it. All texts are foreign.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Frame {
    /// Its name; empty for anonymous ones.
    pub name: String,
    /// The script's URL; empty for V8's own.
    pub url: String,
    /// V8's number of the script.
    pub script_id: u32,
    /// Counted from 1, 0 where unknown.
    pub line: u32,
    /// Counted from 1, 0 where unknown.
    pub column: u32,
}

/// The position of a function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FrameIx(pub u32);

/// The position of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallIx(pub u32);

impl FrameIx {
    fn ix(self) -> usize {
        self.0 as usize
    }
}

impl CallIx {
    fn ix(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Call {
    frame: FrameIx,
    caller: CallIx,
    /// One past the last call below.
    end: CallIx,
    own: u64,
    total: u64,
}

/// A sampling profile. The first call is the root, which nothing called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Shared with the profiles made of this one.
    frames: Vec<Arc<Frame>>,
    calls: Vec<Call>,
}

/// Calls, or functions, between two looks at whether the work is wanted still.
const PACE: u32 = 1 << 12;

fn tick(at: u32, job: &Job) -> Result<(), Cancelled> {
    if at.is_multiple_of(PACE) { job.tick(PACE as usize) } else { Ok(()) }
}

impl Profile {
    /// The root.
    pub const ROOT: CallIx = CallIx(0);

    /// Every call, outermost first.
    pub fn calls(&self) -> impl ExactSizeIterator<Item = CallIx> + use<> {
        (0..self.calls.len() as u32).map(CallIx)
    }

    /// Every function.
    pub fn frames(&self) -> impl ExactSizeIterator<Item = (FrameIx, &Frame)> {
        self.frames.iter().enumerate().map(|(at, frame)| (FrameIx(at as u32), &**frame))
    }

    /// Tells `job` of the calls up to this one, once for many.
    pub(crate) fn tick(call: CallIx, job: &Job) -> Result<(), Cancelled> {
        tick(call.0, job)
    }

    pub(super) fn shared_frame(&self, frame: FrameIx) -> &Arc<Frame> {
        &self.frames[frame.ix()]
    }

    /// A function.
    pub fn frame(&self, frame: FrameIx) -> &Frame {
        &self.frames[frame.ix()]
    }

    /// The function that was called.
    pub fn function(&self, call: CallIx) -> FrameIx {
        self.calls[call.ix()].frame
    }

    /// The call it was called from; `None` for the root.
    pub fn caller(&self, call: CallIx) -> Option<CallIx> {
        (call != Self::ROOT).then(|| self.calls[call.ix()].caller)
    }

    /// Bytes the call allocated itself.
    pub fn own(&self, call: CallIx) -> u64 {
        self.calls[call.ix()].own
    }

    /// Bytes the call and all below allocated.
    pub fn total(&self, call: CallIx) -> u64 {
        self.calls[call.ix()].total
    }

    /// Bytes of the whole profile.
    pub fn size(&self) -> u64 {
        self.total(Self::ROOT)
    }

    /// The calls it made itself, in the order of the profile.
    pub fn children(&self, call: CallIx) -> impl Iterator<Item = CallIx> + '_ {
        let mut below = self.below(call);
        std::iter::from_fn(move || {
            let next = CallIx(below.next()?);
            below.start = self.calls[next.ix()].end.0;
            Some(next)
        })
    }

    /// The positions of all calls below it.
    pub fn below(&self, call: CallIx) -> Range<u32> {
        call.0 + 1..self.calls[call.ix()].end.0
    }

    /// The functions whose name or URL contains the text, in upper or lower case. Tells `job` of each function.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants them any more.
    pub fn find(&self, text: &str, job: &Job) -> Result<Vec<FrameIx>, Cancelled> {
        let wanted = text.to_lowercase();
        let fits = |text: &str| text.to_lowercase().contains(&wanted);
        self.select(|frame| fits(&frame.name) || fits(&frame.url), job)
    }

    /// The functions that are so.
    pub(super) fn select(
        &self,
        is_so: impl Fn(&Frame) -> bool,
        job: &Job,
    ) -> Result<Vec<FrameIx>, Cancelled> {
        let mut found = Vec::new();
        for (at, frame) in self.frames() {
            tick(at.0, job)?;
            if is_so(frame) {
                found.push(at);
            }
        }
        Ok(found)
    }
}

/// Makes a profile of calls in any order in which callers come first. Calls of one function from one call
/// become one.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    frames: Vec<Arc<Frame>>,
    known: FxHashMap<Arc<Frame>, FrameIx>,
    /// Function, caller and own bytes.
    calls: Vec<(FrameIx, u32, u64)>,
    merged: FxHashMap<(u32, FrameIx), u32>,
}

impl Builder {
    /// A profile that begins at this root.
    pub fn new(root: impl Into<Arc<Frame>>) -> Self {
        let mut new = Self::default();
        let frame = new.frame(root.into());
        new.calls.push((frame, 0, 0));
        new
    }

    /// The position of a function, which is new or known.
    pub(super) fn frame(&mut self, frame: Arc<Frame>) -> FrameIx {
        let next = FrameIx(self.frames.len() as u32);
        *self.known.entry(frame).or_insert_with_key(|frame| {
            self.frames.push(Arc::clone(frame));
            next
        })
    }

    /// Adds bytes to the root or to a call that was added.
    pub fn add_own(&mut self, call: u32, own: u64) {
        let sum = &mut self.calls[call as usize].2;
        *sum = sum.saturating_add(own);
    }

    /// Adds a call and answers its number; 0 is the root's.
    pub fn call(&mut self, caller: u32, frame: impl Into<Arc<Frame>>, own: u64) -> u32 {
        let frame = self.frame(frame.into());
        self.call_of(caller, frame, own)
    }

    /// The same of a function whose position is known.
    pub(super) fn call_of(&mut self, caller: u32, frame: FrameIx, own: u64) -> u32 {
        let next = self.calls.len() as u32;
        let call = *self.merged.entry((caller, frame)).or_insert(next);
        if call == next {
            self.calls.push((frame, caller, 0));
        }
        self.add_own(call, own);
        call
    }

    /// The profile, in the order of a walk.
    pub fn finish(self) -> Profile {
        let count = self.calls.len();
        // The last call each one made, and before each the one its caller made before; 0 is none, as nobody
        // calls the root.
        let (mut last, mut before) = (vec![0; count], vec![0; count]);
        for (at, &(_, caller, _)) in self.calls.iter().enumerate().skip(1) {
            before[at] = std::mem::replace(&mut last[caller as usize], at as u32);
        }
        let is_call = |&at: &u32| at != 0;
        let mut calls: Vec<Call> = Vec::with_capacity(count);
        let mut open = vec![(0, CallIx(0))];
        while let Some((at, caller)) = open.pop() {
            let here = CallIx(calls.len() as u32);
            let (frame, _, own) = self.calls[at as usize];
            calls.push(Call { frame, caller, end: CallIx(here.0 + 1), own, total: own });
            let made = std::iter::successors(Some(last[at as usize]).filter(is_call), |&at| {
                Some(before[at as usize]).filter(is_call)
            });
            open.extend(made.map(|child| (child, here)));
        }
        // Inwards come after outwards, so sums run backwards.
        for at in (1..count).rev() {
            let Call { caller, end, total, .. } = calls[at];
            let caller = &mut calls[caller.ix()];
            caller.total = caller.total.saturating_add(total);
            caller.end = caller.end.max(end);
        }
        Profile { frames: self.frames, calls }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn frame(name: &str, url: &str) -> Frame {
        Frame { name: name.to_owned(), url: url.to_owned(), ..Frame::default() }
    }

    /// `main` calls `a` (10) and `b` (1); `a` calls `b` (20), which calls `a` again (40).
    pub(crate) fn profile() -> Profile {
        let mut builder = Builder::new(frame("(root)", ""));
        let main = builder.call(0, frame("main", "/app/main.js"), 0);
        let a = builder.call(main, frame("a", "/app/node_modules/left-pad/index.js"), 10);
        let b = builder.call(a, frame("b", "/app/main.js"), 20);
        builder.call(b, frame("a", "/app/node_modules/left-pad/index.js"), 40);
        builder.call(main, frame("b", "/app/main.js"), 1);
        builder.finish()
    }

    pub(crate) fn names(profile: &Profile, calls: impl IntoIterator<Item = CallIx>) -> Vec<String> {
        calls.into_iter().map(|call| profile.frame(profile.function(call)).name.clone()).collect()
    }

    #[test]
    fn totals_are_sums_over_all_calls_below() {
        let profile = profile();
        assert_eq!(names(&profile, profile.calls()), ["(root)", "main", "a", "b", "a", "b"]);
        let totals: Vec<_> = profile.calls().map(|call| (profile.own(call), profile.total(call))).collect();
        assert_eq!(totals, [(0, 71), (0, 71), (10, 70), (20, 60), (40, 40), (1, 1)]);
        assert_eq!(names(&profile, profile.children(CallIx(1))), ["a", "b"]);
        assert_eq!(profile.below(CallIx(2)), 3..5);
        assert_eq!(profile.caller(CallIx(5)), Some(CallIx(1)));
    }

    #[test]
    fn calls_of_one_function_from_one_call_are_one() {
        let mut builder = Builder::new(frame("(root)", ""));
        let first = builder.call(0, frame("a", ""), 1);
        assert_eq!(builder.call(0, frame("a", ""), 2), first);
        let profile = builder.finish();
        assert_eq!((profile.calls().len(), profile.size()), (2, 3));
    }

    #[test]
    fn functions_are_found_by_name_or_url() {
        let found = |text| profile().find(text, &Job::default()).map(|found| found.len());
        assert_eq!(found("LEFT-pad"), Ok(1));
        assert_eq!(found("main"), Ok(2), "its name, and the script of `b`");
    }
}
