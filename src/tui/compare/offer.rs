//! What can be done in Compare now: before there is a comparison, little.

use super::Compare;
use crate::{
    heap::NodeIx,
    tui::{keymap::Action, pair::Pair, pane::Kind, work::Work},
};

impl Compare {
    /// Whether an action would do anything now.
    pub fn applies(&self, action: Action) -> bool {
        let Some(pair) = self.pair() else {
            return match action {
                Action::Clear => self.zoomed || self.work.is_running(),
                Action::Drill => matches!(self.work, Work::GivenUp),
                Action::Copy
                | Action::Filter
                | Action::Goto
                | Action::Sort
                | Action::Reverse
                | Action::Weak
                | Action::Ignore
                | Action::Ignored
                | Action::Quiet
                | Action::Every
                | Action::Figure
                | Action::Group(_) => false,
                _ => true,
            };
        };
        match action {
            Action::Clear => self.zoomed || !self.filter_text().is_empty(),
            Action::Quiet => pair.noise > 0,
            Action::Every => self.changes.every || pair.snapshots() > 2,
            Action::Figure => pair.snapshots() > 2,
            Action::Group(group) => self.fates.has_group(group),
            Action::Drill => match self.focus {
                Kind::Classes | Kind::Objects => !self.is_empty(),
                Kind::Retainers | Kind::Inside => self.visited(pair).is_some(),
            },
            Action::Ignore => self.focus == Kind::Retainers && self.retainers.is_on_reference(),
            Action::Ignored => !self.ignored().nodes().is_empty(),
            Action::Copy => self.object().is_some() || self.focus == Kind::Classes,
            _ => true,
        }
    }

    /// What Enter would lead to in one of the lower panes.
    fn visited(&self, pair: &Pair) -> Option<NodeIx> {
        self.pointed().map(|pointed| pointed.node).filter(|_| {
            self.focus == Kind::Retainers
                || self.focus == Kind::Inside && self.known(pair).retainers.is_some()
        })
    }
}
