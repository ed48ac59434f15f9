//! What is looked for in a profile: a worker finds it, in one pass over functions and one over calls; the next
//! and the last hit are then found by bisection in the trees, and by walking a bit set in the lists.

use fixedbitset::FixedBitSet;

use super::shown::Shown;
use crate::{
    job::{Cancelled, Job},
    profile::{CallIx, FrameIx, Profile},
};

/// What was looked for, and what contains it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Search {
    pub(super) text: String,
    /// The functions.
    found: FixedBitSet,
    /// How many they are.
    pub(super) count: usize,
    /// Their calls that have bytes, in their order.
    pub(super) calls: Vec<CallIx>,
    /// Bytes of the outermost of these calls, now.
    pub(super) size: u64,
    /// The heaviest call of the function that has most bytes with all it called.
    pub(super) first: Option<CallIx>,
}

impl Search {
    /// A text that is looked for, with nothing found yet.
    pub(super) fn begun(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Looks for a text in names and scripts.
    pub(super) fn of(text: String, shown: &Shown, job: &Job) -> Result<Self, Cancelled> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let frames = shown.newer.find(&text, job)?;
        let heaviest = frames.iter().max_by_key(|&&frame| shown.of_frame(frame).total.1);
        let first = heaviest.and_then(|&frame| shown.heaviest_call(frame));
        let mut found = FixedBitSet::with_capacity(shown.newer.frames().len());
        found.extend(frames.iter().map(|frame| frame.0 as usize));
        let mut search = Self { text, found, count: frames.len(), calls: Vec::new(), size: 0, first };
        search.count_calls(shown, job)?;
        Ok(search)
    }

    fn count_calls(&mut self, shown: &Shown, job: &Job) -> Result<(), Cancelled> {
        let mut reach = 0;
        for call in shown.newer.calls() {
            Profile::tick(call, job)?;
            if !self.has(shown.newer.function(call)) {
                continue;
            }
            if shown.of_call(call).total != (0, 0) {
                self.calls.push(call);
            }
            if call.0 >= reach {
                reach = shown.newer.below(call).end;
                self.size = self.size.saturating_add(shown.newer.total(call));
            }
        }
        Ok(())
    }

    /// Whether a function contains it.
    pub(super) fn has(&self, frame: FrameIx) -> bool {
        self.found.contains(frame.0 as usize)
    }

    /// The call beyond this one, or before it; else the one at the other end.
    pub(super) fn next_call(&self, at: Option<CallIx>, forward: bool) -> Option<CallIx> {
        let calls = &self.calls;
        if forward {
            let beyond = calls.partition_point(|&call| Some(call) <= at);
            calls.get(beyond).or(calls.first()).copied()
        } else {
            let before = calls.partition_point(|&call| Some(call) < at).checked_sub(1);
            before.and_then(|before| calls.get(before)).or(calls.last()).copied()
        }
    }
}
