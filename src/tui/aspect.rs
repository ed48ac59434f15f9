//! The views of one snapshot beside Explore, and which of them a key, a click or an answer is for.
//!
//! A view is listed when it is first shown, never before.

use super::{
    event::{Context, Reply, Slot},
    export::Rows,
    facet::{Facet, contents::Contents, timeline::Timeline, tree::Tree},
    keymap::{Action, Scope},
    layout::{Arrangement, Layout},
    pane::{Canvas, Kind},
    recording::Recording,
    source::{Older, Parts, Source},
    task::Outcome,
};
use crate::{analysis::Analysis, heap::NodeIx, job::Progress};

/// Which view.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Aspect {
    /// What retains most, top down.
    Dominators,
    /// What refers to what, from the root.
    Containment,
    /// What the heap is made of.
    Statistics,
    /// Strings: searched, repeated, by pattern.
    Strings,
    /// Memory outside V8's heap.
    Native,
    /// Functions by what they allocated.
    Allocation,
    /// When what lives was allocated.
    Timeline,
}

/// The state of all of them.
#[derive(Debug)]
pub struct Aspects {
    dominators: Tree,
    contents: Contents,
    statistics: Tree,
    strings: Tree,
    native: Tree,
    allocation: Tree,
    timeline: Timeline,
}

impl Default for Aspects {
    fn default() -> Self {
        Self {
            dominators: Tree::new(Source::Dominators),
            contents: Contents::default(),
            statistics: Tree::new(Source::Statistics),
            strings: Tree::new(Source::Strings(None)),
            native: Tree::new(Source::Native(None)),
            allocation: Tree::new(Source::Allocation(Recording::default().trace, None)),
            timeline: Timeline::default(),
        }
    }
}

impl Aspects {
    fn facet(&self, aspect: Aspect) -> &dyn Facet {
        match aspect {
            Aspect::Dominators => &self.dominators,
            Aspect::Containment => &self.contents,
            Aspect::Statistics => &self.statistics,
            Aspect::Strings => &self.strings,
            Aspect::Native => &self.native,
            Aspect::Allocation => &self.allocation,
            Aspect::Timeline => &self.timeline,
        }
    }

    fn facet_mut(&mut self, aspect: Aspect) -> &mut dyn Facet {
        match aspect {
            Aspect::Dominators => &mut self.dominators,
            Aspect::Containment => &mut self.contents,
            Aspect::Statistics => &mut self.statistics,
            Aspect::Strings => &mut self.strings,
            Aspect::Native => &mut self.native,
            Aspect::Allocation => &mut self.allocation,
            Aspect::Timeline => &mut self.timeline,
        }
    }

    /// Takes what the file has beside its heap.
    pub fn record(&mut self, recording: &Recording) {
        self.native.about(Source::Native(recording.process.clone().map(Box::new)));
        self.allocation.about(Source::Allocation(recording.trace.clone(), None));
        self.timeline.about(recording.trace.clone());
    }

    /// Compares functions with those of an older recording from now on.
    pub fn compare(&mut self, recording: &Recording, older: Older) {
        self.allocation.about(Source::Allocation(recording.trace.clone(), Some(Box::new(older))));
    }

    /// Has the view listed if it can be and is not, or asks again for what it waits for.
    pub fn wake(&mut self, aspect: Aspect, cx: &mut Context<'_>) {
        self.facet_mut(aspect).wake(cx);
    }

    /// The pane that has the keys, and whether it has the screen for itself.
    pub fn focus(&self, aspect: Aspect) -> (Kind, bool) {
        self.facet(aspect).focus()
    }

    /// The keys that only the pane that has them knows.
    pub fn scope(&self, aspect: Aspect) -> Scope {
        self.facet(aspect).scope()
    }

    /// Whether Enter led to where one is, so that there is a way back.
    pub fn is_entered(&self, aspect: Aspect) -> bool {
        self.facet(aspect).is_entered()
    }

    /// Goes back to the part whose objects Enter led to; answers whether there was one.
    pub fn leave_members(&mut self, aspect: Aspect) -> bool {
        self.facet_mut(aspect).leave_members()
    }

    /// Does what a key asks for.
    pub fn act(&mut self, aspect: Aspect, action: Action, cx: &mut Context<'_>) -> Reply {
        self.facet_mut(aspect).act(action, cx)
    }

    /// Whether an action would do anything now.
    pub fn applies(&self, aspect: Aspect, action: Action) -> bool {
        self.facet(aspect).applies(action)
    }

    /// Looks for a text in all strings.
    pub fn search(&mut self, text: &str, cx: &mut Context<'_>) {
        self.strings.list(Source::Strings((!text.is_empty()).then(|| text.into())), cx);
    }

    /// Whether strings are being searched.
    pub fn is_searching(&self) -> bool {
        self.strings.is_searching()
    }

    /// Takes note of how far the search of strings is; answers whether that was news.
    pub fn advance(&mut self, progress: Progress) -> bool {
        self.strings.advance(progress)
    }

    /// Ends the search of strings that goes on, if one does: what was found stays.
    pub fn give_up(&mut self) {
        self.strings.give_up();
    }

    /// Takes what a search of strings has found, if it was asked for here; `more` says that it goes
    /// on. Without a context the view is not shown, and lists its objects once it is.
    pub fn found(&mut self, request: u64, parts: &Parts, more: bool, cx: Option<&mut Context<'_>>) {
        self.strings.found(request, parts, more, cx);
    }

    /// Filters the pane that has the keys.
    pub fn filter(&mut self, aspect: Aspect, query: &str, cx: &mut Context<'_>) {
        self.facet_mut(aspect).filter(query, cx);
    }

    /// What the pane that has the keys is filtered by.
    pub fn filter_text(&self, aspect: Aspect) -> &str {
        self.facet(aspect).filter_text()
    }

    /// How many rows the pane that has the keys shows.
    pub fn rows(&self, aspect: Aspect) -> usize {
        self.facet(aspect).rows()
    }

    /// The object under the cursor; of a part the one that is listed first.
    pub fn object(&self, aspect: Aspect, known: &Analysis) -> Option<NodeIx> {
        self.facet(aspect).object(known)
    }

    /// The name of the part under the cursor.
    pub fn part(&self, aspect: Aspect) -> Option<&str> {
        self.facet(aspect).part()
    }

    /// What the pane that has the keys lists, and its title.
    pub fn export(&self, aspect: Aspect, known: &Analysis) -> Option<(String, Rows)> {
        self.facet(aspect).export(aspect.title(), known)
    }

    /// Takes an answer, unless it waits for a later one.
    pub fn answer(
        &mut self,
        aspect: Aspect,
        slot: Slot,
        request: u64,
        outcome: Outcome,
        cx: &mut Context<'_>,
    ) {
        self.facet_mut(aspect).answer(slot, request, outcome, cx);
    }

    /// Tells the panes how much of them is seen.
    pub fn resize(&mut self, aspect: Aspect, layout: &Layout) {
        self.facet_mut(aspect).resize(layout);
    }

    /// Follows the mouse.
    pub fn click(&mut self, aspect: Aspect, layout: &Layout, at: (u16, u16), cx: &mut Context<'_>) {
        self.facet_mut(aspect).click(layout, at, cx);
    }

    /// Scrolls the pane under the pointer.
    pub fn scroll(
        &mut self,
        aspect: Aspect,
        layout: &Layout,
        at: (u16, u16),
        rows: isize,
        cx: &mut Context<'_>,
    ) {
        self.facet_mut(aspect).scroll(layout, at, rows, cx);
    }

    /// Draws one of the panes.
    pub fn draw(&self, aspect: Aspect, kind: Kind, canvas: &mut Canvas<'_>) {
        self.facet(aspect).draw(aspect.title(), kind, canvas);
    }
}

impl Aspect {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dominators => "Dominators",
            Self::Containment => "Containment",
            Self::Statistics => "Statistics",
            Self::Strings => "Strings",
            Self::Native => "Native",
            Self::Allocation => "Allocation",
            Self::Timeline => "Timeline",
        }
    }

    /// What it shows, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Dominators => "what retains most, and what each keeps alive alone",
            Self::Containment => "what refers to what, from the root",
            Self::Statistics => "what the heap is made of: code, strings, arrays …",
            Self::Strings => "texts: repeated, longest, by pattern, or searched",
            Self::Native => "memory outside V8's heap: array buffers, native objects",
            Self::Allocation => "functions by what they allocated, where it was recorded",
            Self::Timeline => "when what still lives was allocated, as bars over time",
        }
    }

    /// How its panes stand.
    pub fn arrangement(self) -> Arrangement {
        if self == Self::Containment { Arrangement::Single } else { Arrangement::Pair }
    }

    /// What stands above its upper pane.
    fn title(self) -> &'static str {
        match self {
            Self::Dominators => "What retains most",
            Self::Containment => "Containment",
            Self::Statistics => "What the heap is made of",
            Self::Strings => "Strings",
            Self::Native => "Outside V8's heap",
            Self::Allocation => "Functions by what they allocated",
            Self::Timeline => "When what lives was allocated",
        }
    }
}
