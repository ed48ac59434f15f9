//! What happens to the screen, and what the screen asks for.
//!
//! [`Event`]s go into `update`, [`Effect`]s come out. Work has a request number: an answer that
//! carries an older number than the pane waits for is dropped, so a slow answer never
//! overwrites a newer one.

use std::sync::Arc;

use crate::{
    analysis::Analysis,
    heap::{ClassIx, NodeIx},
    job::{Job, Progress},
    tui::{
        export::{Export, Format, Saved},
        recording::Recording,
        sieve::Window,
        task::{Outcome, Task},
    },
};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A key, a click, a paste, a new size.
    Input(crossterm::event::Event),
    /// The load of the file at that place has come this far.
    Progress(usize, Progress),
    /// The file at that place has been read.
    Loaded(usize, FileFacts),
    /// The file at that place has something beside its heap.
    Recorded(usize, Box<Recording>),
    /// More is known of a heap: all of it, or only the first phases.
    Known {
        /// Which file's.
        at: usize,
        /// What is known.
        known: Box<Analysis>,
        /// The heap's bytes.
        total: u64,
        /// Whether this was the last phase.
        complete: bool,
    },
    /// The work a slot waits for has come this far.
    Working(Slot, Progress),
    /// A task has ended.
    Done {
        /// Who asked.
        slot: Slot,
        /// Its number.
        request: u64,
        /// What came out.
        outcome: Outcome,
    },
    /// A task has found something and goes on.
    Partly {
        /// Who asked.
        slot: Slot,
        /// Its number.
        request: u64,
        /// What came out so far.
        outcome: Outcome,
    },
    /// A task was given up: nothing to do.
    Idle,
    /// A task ended in a bug.
    Panicked {
        /// Who asked.
        slot: Slot,
        /// What went wrong.
        what: String,
    },
    /// What is being exported has come this far.
    Writing(Progress),
    /// An export has ended.
    Saved {
        /// The name of the file.
        name: String,
        /// The list that was to be written.
        export: Arc<Export>,
        /// What became of it.
        saved: Saved,
    },
    /// The clipboard got a text, or why it did not.
    Copied(Result<String, String>),
}

/// What the header says of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileFacts {
    /// Its name, as it is.
    pub label: String,
    /// Its size, once known.
    pub bytes: Option<u64>,
    /// What wrote it, where that can be told.
    pub producer: String,
    /// What is wrong with it though it could be read.
    pub warnings: Vec<String>,
    /// What there was no memory for, and why.
    pub short: Option<String>,
}

/// Something to be done outside of `update`.
#[derive(Debug)]
pub enum Effect {
    /// Leave all screens.
    Quit,
    /// Leave for the screen that this one was opened from.
    Return,
    /// Go to the background, as Ctrl-Z asks for.
    Suspend,
    /// Draw every cell again.
    Redraw,
    /// Put a text into the clipboard; the second says what it is.
    Copy(String, String),
    /// Write a list to a file.
    Save {
        /// The list.
        export: Arc<Export>,
        /// How it is written.
        format: Format,
        /// The name of the file.
        name: String,
        /// Whether a file of that name gives way.
        replace: bool,
    },
    /// Run a task; what the slot ran before is given up.
    Run {
        /// Who asks.
        slot: Slot,
        /// The number its answer carries.
        request: u64,
        /// What to do.
        task: Task,
        /// About which heap.
        known: Box<Analysis>,
    },
    /// Give up what the slot runs.
    GiveUp(Slot),
}

/// Who waits for an answer. Each slot waits for one at a time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(usize)]
pub enum Slot {
    /// The Constructors pane.
    Classes,
    /// The Objects pane.
    Objects,
    /// The Retainers pane.
    Retainers,
    /// The Inside pane.
    Inside,
    /// A dialog that waits for what it shows: the path to a root, the stack of an object.
    Path,
    /// A jump to an id.
    Find,
    /// The comparison of two snapshots.
    Comparison,
    /// The growth over all snapshots.
    Growth,
    /// What passes the filters of Explore.
    Selection,
    /// The rows of a window.
    Rows,
    /// The heap around ignored retainers.
    Around,
    /// The search everywhere.
    Everywhere,
    /// The search of strings.
    Strings,
    /// The first rows of the Retainers pane.
    RetainersPage,
    /// The first rows of the Inside pane.
    InsidePage,
    /// What was allocated in the window of the Timeline.
    Window,
}

impl Slot {
    /// Those whose work is long enough to tell how far it is.
    pub const LONG: [Self; 4] = [Self::Comparison, Self::Growth, Self::Everywhere, Self::Strings];

    /// How many there are.
    pub const COUNT: usize = 16;
}

/// Where effects are collected and requests get their numbers.
#[derive(Debug, Default)]
pub struct Desk {
    last_request: u64,
    effects: Vec<Effect>,
}

/// The answer to a request for work.
#[derive(Debug)]
pub enum Asked {
    /// It was little: here it is.
    Now(Outcome),
    /// It is being worked on under this number.
    Later(u64),
}

impl Desk {
    /// Has the task done: at once if it is small, else by a worker.
    pub fn ask(&mut self, known: &Analysis, slot: Slot, task: Task) -> Asked {
        self.last_request += 1;
        let request = self.last_request;
        if task.is_small(known)
            && let Ok(outcome) = task.run(known, &Job::default())
        {
            return Asked::Now(outcome);
        }
        self.effects.push(Effect::Run { slot, request, task, known: Box::new(known.clone()) });
        Asked::Later(request)
    }

    /// Adds an effect.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Takes what has been collected.
    pub fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}

/// What a pane may use while it updates.
pub struct Context<'a> {
    /// What is known of the heap.
    pub known: &'a Analysis,
    /// Where work is asked for.
    pub desk: &'a mut Desk,
}

/// What a pane says after a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Nothing others need to know.
    Quiet,
    /// Another row is selected: what depends on it must follow.
    Moved,
    /// Go into the objects of the selected class, or what holds the selected object.
    Deeper,
    /// Make this node what the lower panes are about.
    Visit(NodeIx),
    /// Explore only what was allocated in a stretch of the recording, this class first if any.
    Narrow(Window, Option<ClassIx>),
}
