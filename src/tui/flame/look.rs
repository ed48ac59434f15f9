//! A profile made anew through a lens: what a worker does, and what it tells.
//!
//! Linear in the calls, and in what functions are called: a recording of 100 MB takes seconds. What is
//! seen meanwhile stays, and keeps its keys.

use std::sync::Arc;

use super::{Lens, Profiles, list::Lists, shown::Shown};
use crate::{
    job::{Cancelled, Job, Progress},
    profile::{By, CallIx, FrameIx, Group},
};

/// What is asked of a worker.
#[derive(Debug)]
pub enum Ask {
    /// The profile through a lens.
    Look(Look),
    /// What is asked for is not wanted any more.
    GiveUp,
}

/// A profile through a lens, to be worked out.
#[derive(Debug)]
pub struct Look {
    pub(super) request: u64,
    pub(super) profiles: Arc<Profiles>,
    pub(super) lens: Lens,
    /// What is looked for in it.
    pub(super) search: String,
    /// The function to stay on.
    pub(super) on: Option<Group>,
}

/// What a worker tells.
#[derive(Debug)]
pub enum News {
    /// The profile as it was asked for.
    Seen(Box<Seen>),
    /// How far that is.
    Progress(Progress),
    /// A bug kept it from being worked out: what it said.
    Failed(String),
}

/// A profile through a lens.
#[derive(Debug)]
pub struct Seen {
    pub(super) request: u64,
    pub(super) lens: Lens,
    pub(super) shown: Shown,
    pub(super) lists: Lists,
    /// The text that is looked for.
    pub(super) search: String,
    /// What contains it.
    pub(super) found: Vec<FrameIx>,
    /// The heaviest call of the function to stay on, if it is still there.
    pub(super) kept: Option<CallIx>,
}

impl Look {
    /// Works it out.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants it any more; looked at between its steps.
    pub fn run(self, job: &Job) -> Result<News, Cancelled> {
        let Self { request, profiles, lens, search, on } = self;
        let shown = Shown::of(&profiles, &lens, job)?;
        let lists = Lists::of(&shown);
        job.tick(1)?;
        let found = shown.found(&search);
        let first = on.and_then(|group| shown.newer.members(By::Function, &group).first().copied());
        let kept = first.and_then(|frame| shown.heaviest_call(frame));
        job.tick(1)?;
        Ok(News::Seen(Box::new(Seen { request, lens, shown, lists, search, found, kept })))
    }
}
