//! The screen of `leaktui watch`: what grows in a running process, while it grows.
//!
//! ```text
//! header    what is watched, and for how long
//! verdict   the answer in a sentence, and what became of memory since the last marks
//! charts    a row a figure: now, a minute, and its course
//! axis      times and marks
//! footer    keys
//! ```
//!
//! Everything follows from the samples; the time is theirs. [`run`] holds the thread that asks the
//! process, so keys are answered whatever the process does.

mod chart;
mod draw;
pub mod figure;
pub mod run;
mod update;

use std::{path::PathBuf, time::Duration};

use ratatui::Frame;

use self::figure::Course;
use super::{
    apart::{Effect, Event, Front, Scene},
    dialog::Topic,
    keymap::{Action, Scope},
    theme::{Role, Theme},
};
use crate::{
    format,
    job::Progress,
    live::{Sample, Verdict},
    words,
};

/// The keys that hold here.
const SCOPES: &[Scope] = &[Scope::Watch, Scope::Apart, Scope::Everywhere];

/// What is watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct About {
    /// What it is called: foreign text.
    pub label: String,
    /// Why only the system can be asked, and not the runtime: foreign text. `None` where it can.
    pub pages_only: Option<String>,
    /// Time between samples.
    pub every: Duration,
}

/// What the thread tells that asks the process.
#[derive(Clone, Debug)]
pub enum News {
    /// Memory at a time.
    Sampled(Sample),
    /// It did not answer for so long.
    Silent(Duration),
    /// What a snapshot would cost, in a sentence.
    Cost(String),
    /// Garbage was collected.
    Collected,
    /// A snapshot has come this far.
    Progress(Progress),
    /// A snapshot was taken, of so many bytes, or why not.
    Taken(Result<(PathBuf, u64), String>),
    /// What was asked for cannot be had; why.
    Failed(String),
    /// There will be no more samples.
    Ended {
        /// Why.
        why: String,
        /// Whether that is what was asked for.
        good: bool,
    },
}

/// What is asked of that thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ask {
    /// What would a snapshot cost?
    Cost,
    /// Take one.
    Snapshot,
    /// Take none after all.
    GiveUp,
    /// Collect garbage.
    Collect,
}

/// A time that is shown on the charts.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// Its sign on the axis.
    pub sign: char,
    /// What happened then.
    pub what: String,
    /// Memory just before.
    pub sample: Sample,
}

/// What the process is busy with for us.
#[derive(Clone, PartialEq, Debug)]
pub enum Work {
    /// It is asked what a snapshot would cost, or the user is.
    Asking,
    /// Garbage is being collected.
    Collecting,
    /// A snapshot is being taken.
    Taking(Option<Progress>),
}

/// How a watch ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// Why: clean text.
    pub why: String,
    /// Whether that is what was asked for.
    pub good: bool,
}

/// The whole of it.
#[derive(Debug)]
pub struct State {
    /// Size, windows, messages.
    pub front: Front,
    about: About,
    course: Course,
    marks: Vec<Mark>,
    numbers: u32,
    work: Option<Work>,
    silent: Option<Duration>,
    taken: Vec<(PathBuf, u64)>,
    ending: Option<Ending>,
    /// Whether what was taken shall be explored next.
    pub opens: bool,
}

impl State {
    /// A watch that has seen nothing yet.
    pub fn new(width: u16, height: u16, theme: Theme, about: About) -> Self {
        Self {
            front: Front::new(width, height, theme),
            about,
            course: Course::default(),
            marks: Vec::new(),
            numbers: 0,
            work: None,
            silent: None,
            taken: Vec::new(),
            ending: None,
            opens: false,
        }
    }

    /// The snapshots that were taken, oldest first.
    pub fn taken(&self) -> impl Iterator<Item = &PathBuf> {
        self.taken.iter().map(|(path, _)| path)
    }

    /// The verdict, and what became of memory since each mark, newest first: what `y` copies.
    pub fn verdict(&self) -> Vec<String> {
        let verdict = if self.course.is_empty() {
            "waiting for the first sample".to_owned()
        } else {
            words::watched(self.course.trends())
        };
        let marks = self.marks.iter().rev().filter_map(|mark| self.since(mark));
        [verdict].into_iter().chain(marks).collect()
    }

    /// `since mark 2, 1 min 20 s ago: heap +3.1 MB, rss +4.2 MB`
    fn since(&self, mark: &Mark) -> Option<String> {
        let now = self.course.last()?;
        let ago = now.at.checked_sub(mark.sample.at).filter(|ago| !ago.is_zero())?;
        let changes = words::since(&mark.sample.figures, &now.figures);
        Some(format!("since {}, {} ago: {changes}", mark.what, format::duration(ago)))
    }

    fn verdict_role(&self) -> Role {
        match self.course.trends().verdict() {
            Verdict::TooEarly => Role::Dim,
            Verdict::Steady => Role::Good,
            Verdict::Grows { .. } | Verdict::Somewhere { .. } => Role::Bad,
        }
    }

    /// Whether the user is asked something.
    fn is_asked(&self) -> bool {
        self.front.dialogs.iter().any(|dialog| dialog.topic == Topic::Question)
    }

    /// Whether the process can be asked for something now.
    fn can_ask(&self) -> bool {
        let is_free = self.ending.is_none() && self.work.is_none();
        self.about.pages_only.is_none() && is_free && !self.course.is_empty()
    }

    /// What would do nothing now: it is neither offered nor listed.
    fn idle(&self) -> Vec<Action> {
        let has_samples = !self.course.is_empty();
        let applies = [
            (Action::Snapshot, self.can_ask()),
            (Action::Collect, self.can_ask()),
            (Action::MarkTime, has_samples && self.ending.is_none()),
            (Action::Copy, has_samples),
            (Action::OpenTaken, !self.taken.is_empty() && self.work.is_none()),
            (Action::Clear, self.work.is_some() || !self.marks.is_empty()),
        ];
        applies.into_iter().filter(|(_, applies)| !applies).map(|(action, _)| action).collect()
    }
}

impl Scene for State {
    type News = News;
    type Ask = Ask;

    fn update(&mut self, event: Event<News>) -> Vec<Effect<Ask>> {
        update::update(self, event)
    }

    fn draw(&self, frame: &mut Frame<'_>) {
        draw::draw(self, frame);
    }

    /// It may answer nothing at any time.
    fn is_busy(&self) -> bool {
        self.about.pages_only.is_none() && self.ending.is_none()
    }
}
