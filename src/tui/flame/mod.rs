//! The screen of a sampling profile: where memory was allocated, and how two profiles differ.
//!
//! ```text
//! header    what is shown, and the views by number
//! chips     by what calls are told apart, on which functions it is focused, without which
//! view      1 flame  2 functions  3 tree (top down)  4 heavy (bottom up)
//! details   the frame under the cursor in words, with its place
//! footer    keys
//! ```
//!
//! All views show one `Shown`: the profile as the user wants it. A worker reads the files, makes it, first and
//! whenever that changes, and does all else that is longer than the screen ([`look`]); what was there stays to be
//! seen and walked through meanwhile.

mod draw;
mod icicle;
mod list;
pub mod look;
pub mod run;
mod search;
mod shown;
mod update;

use ratatui::{Frame as Paper, layout::Rect};
use std::sync::Arc;

use self::{
    icicle::Icicle,
    list::Lists,
    look::{Ask, News},
    search::Search,
    shown::Shown,
};
use super::{
    apart::{Effect, Event, Front, Scene},
    keymap::{Action, Scope},
    theme::Theme,
};
use crate::{
    job::Progress,
    profile::{By, FrameIx, Group, Profile},
};

/// Profiles to show.
#[derive(Debug)]
pub struct Profiles {
    /// The one that is shown, or the newer of two.
    pub newer: Profile,
    /// What it is compared with.
    pub older: Option<Profile>,
}

impl Profiles {
    /// One, or two with the older first.
    pub fn of(mut profiles: Vec<Profile>) -> Option<Self> {
        let newer = profiles.pop()?;
        Some(Self { newer, older: profiles.pop() })
    }
}

/// How a profile is looked at first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lens {
    /// By what calls are told apart.
    pub by: By,
    /// What it is focused on and what is left out, in the order the user chose.
    pub steps: Vec<Step>,
}

/// A focus, or something left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Whether only this is shown, or all but this.
    pub only: bool,
    /// Which functions are meant.
    pub what: Meant,
}

/// Which functions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Meant {
    /// Those of a function's name and place, a script or a package.
    Group(By, Group),
    /// Those whose name or script contains this text.
    Text(String),
}

/// A view of a profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    /// Calls as wide as their bytes, the outermost on top.
    Flame,
    /// Sums by function.
    Functions,
    /// Calls top down.
    Tree,
    /// Callers bottom up.
    Heavy,
}

impl View {
    /// All of them, by number.
    pub const ALL: [Self; 4] = [Self::Flame, Self::Functions, Self::Tree, Self::Heavy];

    fn name(self) -> &'static str {
        match self {
            Self::Flame => "Flame",
            Self::Functions => "Functions",
            Self::Tree => "Tree",
            Self::Heavy => "Heavy",
        }
    }
}

/// The whole of it.
#[derive(Debug)]
pub struct State {
    /// Size, windows, messages.
    pub front: Front,
    /// What the files are called, the older first.
    names: Vec<String>,
    /// Which of them is being read.
    reading: usize,
    /// All of them, once they are read.
    profiles: Option<Arc<Profiles>>,
    /// How it shall be looked at.
    lens: Lens,
    /// How it is looked at, until a worker has done what was asked for.
    seen: Lens,
    shown: Arc<Shown>,
    /// Whether there is nothing to be seen yet.
    is_first: bool,
    /// The number of what was asked for last, and how far that is until it is there.
    request: u64,
    pending: Option<Pending>,
    view: View,
    icicle: Icicle,
    lists: Lists,
    search: Search,
}

/// What a worker does.
#[derive(Debug, Default)]
struct Pending {
    /// How far it is, once that is told.
    progress: Option<Progress>,
}

impl Pending {
    /// `looking through all calls, 43%`
    fn text(&self) -> String {
        let Some(progress) = &self.progress else { return "working".to_owned() };
        let share = (progress.done * 100).checked_div(progress.total);
        let share = share.map(|share| format!(", {}%", share.min(99))).unwrap_or_default();
        format!("{}{share}", progress.phase)
    }
}

impl State {
    /// The screen of profiles that are being read, the older first.
    pub fn new(width: u16, height: u16, theme: Theme, names: Vec<String>, lens: Lens) -> Self {
        let mut state = Self {
            front: Front::new(width, height, theme),
            names,
            reading: 0,
            profiles: None,
            seen: lens.clone(),
            lens,
            shown: Arc::new(Shown::nothing()),
            is_first: true,
            request: 0,
            pending: Some(Pending::default()),
            view: View::Flame,
            icicle: Icicle::default(),
            lists: Lists::nothing(),
            search: Search::default(),
        };
        state.settle();
        state
    }

    /// The frame under the cursor.
    fn frame(&self) -> Option<FrameIx> {
        match self.view {
            View::Flame => Some(self.shown.newer.function(self.icicle.at)),
            _ => self.lists.frame(self.view, &self.shown),
        }
    }

    fn scopes(&self) -> &'static [Scope] {
        match self.view {
            View::Flame => &[Scope::Flame, Scope::Profile, Scope::Apart, Scope::Everywhere],
            View::Functions => &[Scope::Profile, Scope::Apart, Scope::Everywhere],
            View::Tree | View::Heavy => &[Scope::Tree, Scope::Profile, Scope::Apart, Scope::Everywhere],
        }
    }

    /// What would do nothing now: it is neither offered nor listed.
    fn idle(&self) -> Vec<Action> {
        let is_frame = self.frame().is_some_and(|frame| frame != self.shown.newer.function(Profile::ROOT));
        let is_zoomed = self.icicle.is_zoomed();
        let (is_flame, is_sorted) = (self.view == View::Flame, self.view == View::Functions);
        let has_found = self.search.count > 0;
        // Until there is anything to be seen, Esc leaves.
        let gives_up = self.pending.is_some() || self.is_first;
        let applies = [
            (Action::Drill, !self.is_first),
            (Action::Copy, !self.is_first),
            (Action::Focus, is_frame),
            (Action::Exclude, is_frame),
            (Action::Unsieve, !self.lens.steps.is_empty()),
            (Action::Back, is_flame && is_zoomed),
            (Action::Clear, gives_up || has_found || is_zoomed),
            (Action::NextHit, has_found),
            (Action::PreviousHit, has_found),
            (Action::Other, is_flame && self.shown.older.is_some()),
            (Action::Sort, is_sorted),
            (Action::Reverse, is_sorted),
            (Action::View(self.view as u8), false),
        ];
        applies.into_iter().filter(|(_, applies)| !applies).map(|(action, _)| action).collect()
    }

    /// Where the view stands, and the details.
    fn areas(&self, body: Rect) -> Areas {
        let chips = u16::from(!self.chips().is_empty() && body.height > 5);
        let details = if body.height >= 30 { 4 } else { (body.height / 4).min(3) };
        let view = Rect { y: body.y + chips, height: body.height.saturating_sub(chips + details), ..body };
        Areas {
            chips: Rect { height: chips, ..body },
            view,
            details: Rect { y: view.bottom(), height: body.bottom() - view.bottom(), ..body },
        }
    }

    /// Brings everything into range and into sight.
    fn settle(&mut self) {
        let view = self.areas(self.front.parts().body).view;
        self.icicle.settle(&self.shown, view);
        self.lists.settle(view.height.saturating_sub(1) as usize);
    }

    /// What is shown, if it is not all by function.
    fn chips(&self) -> String {
        let by = match self.lens.by {
            By::Function => None,
            By::Script => Some("by script".to_owned()),
            By::Package => Some("by package".to_owned()),
        };
        let step = |step: &Step| {
            let what = match &step.what {
                Meant::Group(_, group) => group.name.as_str(),
                Meant::Text(text) => text,
            };
            format!("{} {what}", if step.only { "only" } else { "without" })
        };
        let search = (!self.search.text.is_empty()).then(|| format!("/{}", self.search.text));
        let pending = self.pending.as_ref().filter(|_| !self.is_first);
        let working = pending.map(|pending| format!("{}… (Esc gives up)", pending.text()));
        let parts = by.into_iter().chain(self.lens.steps.iter().map(step)).chain(search).chain(working);
        parts.collect::<Vec<_>>().join(" · ")
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Areas {
    chips: Rect,
    view: Rect,
    details: Rect,
}

impl Scene for State {
    type News = News;
    type Ask = Ask;

    fn update(&mut self, event: Event<News>) -> Vec<Effect<Ask>> {
        update::update(self, event)
    }

    fn draw(&self, frame: &mut Paper<'_>) {
        draw::draw(self, frame);
    }

    fn is_busy(&self) -> bool {
        self.pending.is_some()
    }
}
