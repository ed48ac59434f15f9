//! Work on a profile that is not of the rows on the screen: what a worker does, and what it tells.
//!
//! All is linear in the calls, or in the functions that are ordered: a recording of 100 MB takes a second or two.
//! What is seen meanwhile stays, and keeps its keys. One thing is asked for at a time, the newest.

use std::sync::Arc;

use super::{
    Lens, Profiles,
    list::{Lists, Ordered},
    search::Search,
    shown::Shown,
};
use crate::{
    job::{Cancelled, Job, Progress},
    profile::{By, CallIx, Group, Heavy},
};

/// What is asked of a worker.
#[derive(Debug)]
pub enum Ask {
    /// Something is to be worked out.
    Look(Look),
    /// What is asked for is not wanted any more.
    GiveUp,
}

/// Something to be worked out.
#[derive(Debug)]
pub struct Look {
    pub(super) request: u64,
    pub(super) what: What,
}

/// What is to be worked out.
#[derive(Debug)]
pub(super) enum What {
    /// The profiles through a lens.
    Lens(Through),
    /// What contains a text.
    Search(Arc<Shown>, String),
    /// The functions in an order.
    Order(Arc<Shown>, Ordered),
    /// Who called the function of a row.
    Callers(Arc<Shown>, Heavy),
}

/// The profiles through a lens.
#[derive(Debug)]
pub(super) struct Through {
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
    /// The profile of that number is being read.
    Reading(usize),
    /// All are read.
    Read(Profiles),
    /// What was asked for.
    Done(Done),
    /// How far that is.
    Progress(Progress),
    /// A bug kept it from being worked out: what it said.
    Failed(String),
}

/// What was asked for.
#[derive(Debug)]
pub struct Done {
    pub(super) request: u64,
    pub(super) found: Found,
}

/// What was worked out.
#[derive(Debug)]
pub(super) enum Found {
    Seen(Box<Seen>),
    Hits(Search),
    Ordered(Ordered),
    Callers(Heavy, Vec<Heavy>),
}

/// A profile through a lens.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) lens: Lens,
    pub(super) shown: Arc<Shown>,
    pub(super) lists: Lists,
    pub(super) search: Search,
    /// The heaviest call of the function to stay on, if it is still there.
    pub(super) kept: Option<CallIx>,
}

impl Look {
    /// Works it out.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody wants it any more.
    pub fn run(self, job: &Job) -> Result<News, Cancelled> {
        let found = match self.what {
            What::Lens(through) => Found::Seen(Box::new(through.run(job)?)),
            What::Search(shown, text) => {
                let calls = shown.newer.calls().len();
                job.phase("looking for it", "calls", calls + shown.newer.frames().len());
                Found::Hits(Search::of(text, &shown, job)?)
            }
            What::Order(shown, mut ordered) => {
                job.phase("sorting", "functions", 0);
                ordered.order(&shown, job)?;
                Found::Ordered(ordered)
            }
            What::Callers(shown, heavy) => {
                job.phase("finding callers", "calls", shown.newer.calls().len());
                let callers = shown.callers(&heavy, job)?;
                Found::Callers(heavy, callers)
            }
        };
        Ok(News::Done(Done { request: self.request, found }))
    }
}

impl Through {
    fn run(self, job: &Job) -> Result<Seen, Cancelled> {
        let Self { profiles, lens, search, on } = self;
        let olds = profiles.older.as_ref().map_or(0, |older| older.calls().len());
        let calls = profiles.newer.calls().len() + olds;
        // Once for each step, for the lens, for the sums, for the heaviest calls, for their order and for the stacks.
        job.phase("looking through all calls", "calls", calls * (lens.steps.len() + 5));
        let shown = Arc::new(Shown::of(&profiles, &lens, job)?);
        let lists = Lists::of(&shown, job)?;
        let search = Search::of(search, &shown, job)?;
        let of_group = on.map(|group| shown.newer.members(By::Function, &group, job)).transpose()?;
        let first = of_group.and_then(|frames| frames.first().copied());
        let kept = first.and_then(|frame| shown.heaviest_call(frame));
        Ok(Seen { lens, shown, lists, search, kept })
    }
}
