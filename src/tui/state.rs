//! Everything the screen shows follows from this.

use tui_input::Input;

use super::{
    dialog::Dialog,
    event::{Desk, FileFacts},
    explore::Explore,
    keymap::{Action, Scope},
    layout::Layout,
    pane::Kind,
    theme::{Role, Theme},
};
use crate::{analysis::Analysis, job::Progress};

/// The whole of it.
#[derive(Debug, Default)]
pub struct State {
    /// Cells from left to right.
    pub width: u16,
    /// Cells from top to bottom.
    pub height: u16,
    /// How things look.
    pub theme: Theme,
    /// The file that is explored.
    pub file: File,
    /// The Explore view.
    pub explore: Explore,
    /// What is being typed.
    pub prompt: Option<Prompt>,
    /// Windows, the top one last.
    pub dialogs: Vec<Dialog>,
    /// What happened last, until the next key.
    pub status: Option<Status>,
    /// The request of a jump that is under way.
    pub finding: Option<u64>,
    /// Where effects are collected.
    pub desk: Desk,
}

/// The file and what is known of it.
#[derive(Debug, Default)]
pub struct File {
    /// Name, size, warnings.
    pub facts: FileFacts,
    /// How far the load is; `None` before it begins.
    pub progress: Option<Progress>,
    /// What is known of its heap so far.
    pub known: Option<Analysis>,
    /// The heap's bytes.
    pub total: u64,
    /// Whether everything is known.
    pub complete: bool,
}

/// A line that is being typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The text and its cursor.
    pub input: Input,
}

/// What is being typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PromptKind {
    /// A filter for the pane that has the keys; `@…` jumps.
    Filter,
    /// An id.
    Goto,
}

/// One line about what happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The text, clean.
    pub text: String,
    /// Good or bad.
    pub role: Role,
}

impl State {
    /// A screen of that size before anything happened.
    pub fn new(width: u16, height: u16, theme: Theme, label: String) -> Self {
        let facts = FileFacts { label, ..FileFacts::default() };
        let mut state =
            Self { width, height, theme, file: File { facts, ..File::default() }, ..Self::default() };
        state.relayout();
        state
    }

    /// Where things stand.
    pub fn layout(&self) -> Layout {
        Layout::new(self.width, self.height, self.explore.focus, self.explore.zoomed)
    }

    /// Tells the panes where they stand; to be called after everything that moves them.
    pub fn relayout(&mut self) {
        let layout = self.layout();
        self.explore.resize(&layout);
    }

    /// The scopes of keys that hold now, the most special first.
    pub fn scopes(&self) -> &'static [Scope] {
        match (&self.dialogs.last(), &self.prompt) {
            (Some(dialog), _) => dialog.scopes(),
            (None, Some(_)) => &[Scope::Prompt, Scope::Everywhere],
            (None, None) => self.explore.focus.scopes(),
        }
    }

    /// Whether an action would do anything now: what would not is neither offered nor listed.
    pub fn applies(&self, action: Action) -> bool {
        let (explore, focus) = (&self.explore, self.explore.focus);
        if !self.dialogs.is_empty() || self.prompt.is_some() {
            return true;
        }
        let object = self.file.known.as_ref().and_then(|known| explore.panes.object(focus, known));
        match action {
            Action::Back => explore.can_go_back(),
            Action::Forward => explore.can_go_forward(),
            Action::Clear => explore.zoomed || !explore.panes.filter(focus).is_empty(),
            Action::Drill => match focus {
                Kind::Classes | Kind::Objects => explore.panes.len(focus) > 0,
                Kind::Retainers | Kind::Inside => {
                    object.is_some() && object != explore.panes.retainers.subject
                }
            },
            Action::Path | Action::Copy => object.is_some(),
            Action::Filter | Action::Goto | Action::Sort | Action::Reverse | Action::Weak => {
                self.file.known.is_some()
            }
            _ => true,
        }
    }

    /// Says what happened.
    pub fn say(&mut self, role: Role, text: impl Into<String>) {
        self.status = Some(Status { text: text.into(), role });
    }
}
