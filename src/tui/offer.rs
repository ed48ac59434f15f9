//! What can be done now: a key that would do nothing is neither offered nor listed.

use super::{
    chooser,
    keymap::Action,
    lookup,
    pane::Kind,
    state::{State, Top},
    view::View,
};

impl State {
    /// Whether an action would do anything now: what would not is neither offered nor listed.
    pub fn applies(&self, action: Action) -> bool {
        match self.top() {
            Top::Prompt | Top::Dialog => true,
            Top::Chooser => chooser::applies(self, action),
            Top::Panes => {
                let anywhere = self.applies_anywhere(action).or_else(|| self.applies_to_series(action));
                anywhere.unwrap_or_else(|| self.applies_in_view(action))
            }
        }
    }

    /// What does not depend on the view; `None` for everything else.
    fn applies_anywhere(&self, action: Action) -> Option<bool> {
        Some(match action {
            Action::Back => self.history.can_go_back() || self.is_entered(),
            Action::Forward => self.history.can_go_forward(),
            Action::View(number) => self.views().get(number as usize).is_some_and(|&view| view != self.view),
            Action::Path | Action::Stack | Action::Owners | Action::Explain | Action::Mark => {
                self.pointed().is_some()
            }
            Action::Marks => !self.marks.is_empty(),
            Action::Export => self.rows() > 0,
            Action::Find => self.files[lookup::shown(self)].known.is_some(),
            Action::NextHit | Action::PreviousHit => !self.hits.rows.is_empty(),
            Action::Sieve => self.file().known.is_some(),
            Action::Unsieve => !self.file().sieve.is_empty(),
            _ => return None,
        })
    }

    /// What needs several snapshots, of one process mostly; `None` for everything else.
    fn applies_to_series(&self, action: Action) -> Option<bool> {
        let are_known = || self.files.iter().all(|file| file.known.is_some());
        Some(match action {
            Action::Other => !self.growth.unrelated && self.pointed().is_some(),
            Action::Base | Action::Newest => self.files.len() > 2,
            Action::Span | Action::Widen => self.files.len() > 1 && !self.growth.unrelated && are_known(),
            _ => return None,
        })
    }

    fn applies_in_view(&self, action: Action) -> bool {
        match (self.view, action) {
            (View::Explore, _) => self.explore_applies(action),
            (_, Action::Kinds) => false,
            (View::Compare, _) => self.compare.applies(action),
            (_, Action::Ignore | Action::Ignored) => false,
            (View::Growth, _) => self.growth.applies(action),
            (View::Aspect(aspect), _) => self.file().aspects.applies(aspect, action),
        }
    }

    /// Whether the footer offers an action: most files have no stacks to be shown.
    pub fn offers(&self, action: Action) -> bool {
        let is_there = action != Action::Stack
            || self.pointed().is_some_and(|pointed| self.files[pointed.at].recording.has_stacks());
        is_there && self.applies(action)
    }

    /// Whether Enter led to the lower pane of this view: the way back is to the upper one.
    fn is_entered(&self) -> bool {
        match self.view {
            View::Growth => self.growth.back.is_some() && self.growth.focus == Kind::Objects,
            View::Aspect(aspect) => self.file().aspects.is_entered(aspect),
            View::Compare | View::Explore => false,
        }
    }

    fn explore_applies(&self, action: Action) -> bool {
        let (explore, focus) = (self.explore(), self.explore().focus);
        match action {
            Action::Ignore => focus == Kind::Retainers && explore.panes.retainers.is_on_reference(),
            Action::Kinds => explore.class().is_some(),
            Action::Ignored => !self.ignored().nodes().is_empty(),
            Action::Clear => {
                explore.zoomed || !explore.panes.filter(focus).is_empty() || !self.file().sieve.is_empty()
            }
            Action::Drill => match focus {
                Kind::Classes | Kind::Objects => explore.panes.len(focus) > 0,
                Kind::Retainers if explore.panes.retainers.is_on_fold() => true,
                Kind::Retainers | Kind::Inside => {
                    let object = self.pointed().map(|pointed| pointed.node);
                    object.is_some() && object != explore.panes.retainers.subject
                }
            },
            Action::Copy => self.pointed().is_some(),
            Action::Filter | Action::Goto | Action::Sort | Action::Reverse | Action::Weak => {
                self.file().known.is_some()
            }
            _ => true,
        }
    }
}
