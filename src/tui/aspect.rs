//! The views of one snapshot beside Explore: trees of what it is made of.
//!
//! Above the tree, below the objects of the part under the cursor; Enter leads to an object in
//! Explore. Containment has one pane, a tree of references from the root. A view is listed when
//! it is first shown, never before.

use super::{
    event::{Asked, Context, Effect, Reply, Slot},
    hits::search_facts,
    keymap::Action,
    layout::{Arrangement, Layout},
    pane::{Kind, Pointing, contents, members, objects, outline, parts},
    source::{Part, Source},
    task::{Outcome, Task},
    widget::{list::Cursor, table},
    work::Work,
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
}

/// The state of all of them.
#[derive(Debug)]
pub struct Aspects {
    dominators: Tree,
    statistics: Tree,
    strings: Tree,
    contents: outline::State,
}

/// A tree of parts over the objects of the current one.
#[derive(Debug)]
struct Tree {
    focus: Kind,
    /// Whether Enter led to the objects, so that there is a way back.
    entered: bool,
    zoomed: bool,
    parts: parts::State,
    members: members::State,
    /// The part whose objects are listed.
    shown: Option<Vec<u32>>,
    /// The search of strings that goes on.
    search: Work<()>,
}

impl Default for Aspects {
    fn default() -> Self {
        Self {
            dominators: Tree::new(Source::Dominators),
            statistics: Tree::new(Source::Statistics),
            strings: Tree::new(Source::Strings(None)),
            contents: contents::state(),
        }
    }
}

impl Aspects {
    fn tree(&self, aspect: Aspect) -> Option<&Tree> {
        match aspect {
            Aspect::Dominators => Some(&self.dominators),
            Aspect::Statistics => Some(&self.statistics),
            Aspect::Strings => Some(&self.strings),
            Aspect::Containment => None,
        }
    }

    fn tree_mut(&mut self, aspect: Aspect) -> Option<&mut Tree> {
        match aspect {
            Aspect::Dominators => Some(&mut self.dominators),
            Aspect::Statistics => Some(&mut self.statistics),
            Aspect::Strings => Some(&mut self.strings),
            Aspect::Containment => None,
        }
    }

    /// Has the view listed if it can be and is not, or asks again for what it waits for.
    pub fn wake(&mut self, aspect: Aspect, cx: &mut Context<'_>) {
        match self.tree_mut(aspect) {
            Some(tree) => tree.wake(cx),
            None => self.wake_contents(cx),
        }
    }

    fn wake_contents(&mut self, cx: &mut Context<'_>) {
        if self.contents.pending.is_some() {
            self.contents.list(cx);
        } else if self.contents.subject.is_none() && cx.known.retained.is_some() {
            self.contents.show(Some(cx.known.heap.root()), cx);
        }
    }

    /// How its panes stand.
    pub fn arrangement(aspect: Aspect) -> Arrangement {
        if aspect == Aspect::Containment { Arrangement::Single } else { Arrangement::Pair }
    }

    /// The pane that has the keys, and whether it has the screen for itself.
    pub fn focus(&self, aspect: Aspect) -> (Kind, bool) {
        self.tree(aspect).map_or((Kind::Inside, false), |tree| (tree.focus, tree.zoomed))
    }

    /// Whether the keys of trees hold.
    pub fn is_in_tree(&self, aspect: Aspect) -> bool {
        self.focus(aspect).0 != Kind::Objects
    }

    /// Whether Enter led to where one is, so that there is a way back.
    pub fn is_entered(&self, aspect: Aspect) -> bool {
        self.tree(aspect).is_some_and(|tree| tree.entered && tree.focus == Kind::Objects)
    }

    /// Goes back to the part whose objects Enter led to; answers whether there was one.
    pub fn leave_members(&mut self, aspect: Aspect) -> bool {
        let was_entered = self.is_entered(aspect);
        if let Some(tree) = self.tree_mut(aspect).filter(|_| was_entered) {
            (tree.focus, tree.entered) = (Kind::Classes, false);
        }
        was_entered
    }

    /// Does what a key asks for.
    pub fn act(&mut self, aspect: Aspect, action: Action, cx: &mut Context<'_>) -> Reply {
        match self.tree_mut(aspect) {
            Some(tree) => tree.act(action, cx),
            None if action == Action::Clear => {
                self.filter(aspect, "", cx);
                Reply::Quiet
            }
            None => contents::update(&mut self.contents, action, cx),
        }
    }

    /// Whether an action would do anything now.
    pub fn applies(&self, aspect: Aspect, action: Action) -> bool {
        let (focus, zoomed) = self.focus(aspect);
        match action {
            Action::Clear => zoomed || !self.filter_text(aspect).is_empty(),
            Action::NextPane | Action::PreviousPane | Action::Zoom => aspect != Aspect::Containment,
            Action::Drill | Action::Copy => self.len(aspect) > 0,
            Action::PaneLeft | Action::PaneRight => focus == Kind::Objects,
            _ => true,
        }
    }

    /// Looks for a text in all strings.
    pub fn search(&mut self, text: &str, cx: &mut Context<'_>) {
        let tree = &mut self.strings;
        tree.parts.source = Source::Strings((!text.is_empty()).then(|| text.into()));
        tree.focus = Kind::Classes;
        tree.shown = None;
        tree.search = Work::Waiting;
        cx.desk.push(Effect::GiveUp(Slot::Strings));
        tree.parts.cursor = Cursor::default();
        tree.ask(Vec::new(), cx);
    }

    /// Whether strings are being searched.
    pub fn is_searching(&self) -> bool {
        self.strings.search.is_running()
    }

    /// Takes note of how far the search of strings is; answers whether that was news.
    pub fn advance(&mut self, progress: Progress) -> bool {
        self.strings.search.advance(progress)
    }

    /// Ends the search of strings that goes on, if one does: what was found stays.
    pub fn give_up(&mut self) {
        if self.is_searching() {
            self.strings.search = Work::GivenUp;
        }
    }

    /// Takes what a search of strings has found, if it was asked for here; `more` says that it goes
    /// on. Without a context the view is not shown, and lists its objects once it is.
    pub fn found(&mut self, request: u64, parts: &[Part], more: bool, cx: Option<&mut Context<'_>>) {
        let tree = &mut self.strings;
        if !tree.search.awaits(request) {
            return;
        }
        if !more {
            tree.search = Work::Done(());
        }
        tree.parts.accept(&[], parts);
        match cx {
            Some(cx) => tree.grow(cx),
            None => tree.shown = None,
        }
    }

    /// Filters the pane that has the keys.
    pub fn filter(&mut self, aspect: Aspect, query: &str, cx: &mut Context<'_>) {
        if self.filter_text(aspect) == query {
            return;
        }
        if let Some(tree) = self.tree_mut(aspect) {
            return tree.filter(query, cx);
        }
        query.clone_into(&mut self.contents.spec.filter);
        self.contents.list(cx);
    }

    /// What the pane that has the keys is filtered by.
    pub fn filter_text(&self, aspect: Aspect) -> &str {
        match self.tree(aspect) {
            Some(tree) if tree.focus == Kind::Objects => &tree.members.sheet.filter,
            Some(tree) => &tree.parts.filter,
            None => &self.contents.spec.filter,
        }
    }

    /// How many rows the pane that has the keys shows.
    pub fn len(&self, aspect: Aspect) -> usize {
        match self.tree(aspect) {
            Some(tree) if tree.focus == Kind::Objects => tree.members.sheet.rows.len(),
            Some(tree) => tree.parts.len(),
            None => self.contents.len(),
        }
    }

    /// The object under the cursor; of a part the one that is listed first.
    pub fn object(&self, aspect: Aspect, known: &Analysis) -> Option<NodeIx> {
        match self.tree(aspect) {
            Some(tree) => tree.members.sheet.selected(),
            None => self.contents.object(known),
        }
    }

    /// The name of the part under the cursor.
    pub fn part(&self, aspect: Aspect) -> Option<&str> {
        self.tree(aspect)?.parts.selected().map(|(_, part)| part.name.as_str())
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
        match self.tree_mut(aspect) {
            Some(tree) => tree.answer(slot, request, outcome, cx),
            None => {
                if slot == Slot::Inside && self.contents.pending == Some(request) {
                    self.contents.accept(outcome);
                }
            }
        }
    }

    /// Tells the panes how much of them is seen.
    pub fn resize(&mut self, aspect: Aspect, layout: &Layout) {
        for (kind, place) in &layout.panes {
            let rows = place.rows();
            let (width, height) = (rows.width as usize, rows.height as usize);
            match (self.tree_mut(aspect), kind) {
                (Some(tree), Kind::Classes) => tree.parts.resize(height),
                (Some(tree), _) => tree.members.sheet.resize(height),
                (None, _) => self.contents.resize(width, height),
            }
        }
    }

    /// Follows the mouse.
    pub fn click(&mut self, aspect: Aspect, layout: &Layout, (x, y): (u16, u16), cx: &mut Context<'_>) {
        let Some((pane, place)) = layout.pane_at(x, y) else { return };
        let (inner, rows) = (place.inner(), place.rows());
        let to = Pointing::Row(y.saturating_sub(rows.y) as usize);
        let head = (place.head && y == inner.y && x >= inner.x)
            .then(|| (inner.width as usize, (x - inner.x) as usize));
        let is_row = rows.contains((x, y).into());
        match (self.tree_mut(aspect), head) {
            (Some(tree), Some(head)) => tree.order(pane, head, cx),
            (Some(tree), None) if is_row => tree.point(pane, to, cx),
            (Some(tree), None) => tree.focus = pane,
            (None, Some((cells, x))) => {
                if let Some(by) = table::column_at(&contents::COLUMNS, cells, x) {
                    self.contents.click_head(by, cx);
                }
            }
            (None, None) if is_row => self.contents.point(to, cx),
            (None, None) => {}
        }
    }

    /// Scrolls the pane under the pointer.
    pub fn scroll(
        &mut self,
        aspect: Aspect,
        layout: &Layout,
        (x, y): (u16, u16),
        rows: isize,
        cx: &mut Context<'_>,
    ) {
        let Some((pane, _)) = layout.pane_at(x, y) else { return };
        match self.tree_mut(aspect) {
            Some(tree) => {
                let focus = tree.focus;
                tree.point(pane, Pointing::Scroll(rows), cx);
                tree.focus = focus;
            }
            None => self.contents.point(Pointing::Scroll(rows), cx),
        }
    }

    /// Draws one of the panes.
    pub fn draw(&self, aspect: Aspect, kind: Kind, canvas: &mut super::pane::Canvas<'_>) {
        match (self.tree(aspect), kind) {
            (Some(tree), Kind::Classes) => parts::draw(&tree.parts, aspect.title(), tree.facts(), canvas),
            (Some(tree), _) => members::draw(&tree.members, canvas),
            (None, _) => contents::draw(&self.contents, canvas),
        }
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
        }
    }

    /// What stands above its tree.
    fn title(self) -> &'static str {
        match self {
            Self::Dominators => "What retains most",
            Self::Containment => "Containment",
            Self::Statistics => "What the heap is made of",
            Self::Strings => "Strings",
        }
    }
}

impl Tree {
    fn new(source: Source) -> Self {
        Self {
            focus: Kind::Classes,
            entered: false,
            zoomed: false,
            parts: parts::State::new(source),
            members: members::State::default(),
            shown: None,
            search: Work::Waiting,
        }
    }

    /// What is said of a search.
    fn facts(&self) -> Vec<String> {
        search_facts(&self.search)
    }

    fn wake(&mut self, cx: &mut Context<'_>) {
        if !self.parts.source.is_ready(cx.known) {
            return;
        }
        match self.parts.pending.take() {
            Some((_, path)) => self.ask(path, cx),
            None if !self.parts.listed && !self.search.is_running() => self.ask(Vec::new(), cx),
            None => self.follow(cx),
        }
        if self.members.sheet.pending.is_some() {
            self.members.list(cx);
        }
    }

    /// Asks for the first rows, or for what the part at `path` opens into.
    fn ask(&mut self, path: Vec<u32>, cx: &mut Context<'_>) {
        let part = self.parts.part(&path).cloned();
        let task = Task::Parts(self.parts.source.clone(), part.map(Box::new));
        let is_search = path.is_empty() && matches!(self.parts.source, Source::Strings(Some(_)));
        let slot = if is_search { Slot::Strings } else { Slot::Classes };
        match cx.desk.ask(cx.known, slot, task) {
            Asked::Now(Outcome::Parts(found)) => {
                self.parts.accept(&path, &found);
                self.follow(cx);
            }
            Asked::Now(_) => {}
            Asked::Later(request) if is_search => self.search = Work::Running { request, progress: None },
            Asked::Later(request) => self.parts.pending = Some((request, path)),
        }
    }

    /// Lists more objects of the part under the cursor, if it has got more.
    fn grow(&mut self, cx: &mut Context<'_>) {
        match self.parts.selected() {
            Some((path, part)) if self.shown.as_deref() == Some(path) => {
                let members = part.members.clone();
                self.members.grow(members, cx);
            }
            _ => self.follow(cx),
        }
    }

    fn act(&mut self, action: Action, cx: &mut Context<'_>) -> Reply {
        match action {
            Action::NextPane | Action::PreviousPane => self.other_pane(),
            Action::PaneLeft => self.focus = Kind::Classes,
            Action::PaneRight => self.focus = Kind::Objects,
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Clear if self.filter_is_empty() => self.zoomed = false,
            Action::Clear => self.filter("", cx),
            _ if self.focus == Kind::Objects => return self.members.update(action, cx),
            Action::Drill if self.parts.selected().is_some_and(|(_, part)| part.only_opens()) => {
                return self.act(Action::Expand, cx);
            }
            // One object is visited at once; of many one is chosen first.
            Action::Drill => match self.members.sheet.rows.as_ref() {
                [] => {}
                [only] => return Reply::Visit(*only),
                _ => {
                    self.focus = Kind::Objects;
                    self.entered = true;
                }
            },
            _ => {
                let open = self.parts.act(action);
                if let Some(path) = open {
                    self.ask(path, cx);
                }
                self.follow(cx);
            }
        }
        Reply::Quiet
    }

    fn other_pane(&mut self) {
        self.focus = if self.focus == Kind::Classes { Kind::Objects } else { Kind::Classes };
    }

    fn filter_is_empty(&self) -> bool {
        match self.focus {
            Kind::Objects => self.members.sheet.filter.is_empty(),
            _ => self.parts.filter.is_empty(),
        }
    }

    fn filter(&mut self, query: &str, cx: &mut Context<'_>) {
        if self.focus == Kind::Objects {
            query.clone_into(&mut self.members.sheet.filter);
            self.members.list(cx);
        } else {
            self.parts.filter(query);
            self.follow(cx);
        }
    }

    /// Has the lower pane list the objects of the part under the cursor.
    fn follow(&mut self, cx: &mut Context<'_>) {
        let Some((path, part)) = self.parts.selected() else { return };
        if self.shown.as_deref() == Some(path) {
            return;
        }
        let (path, part) = (path.to_vec(), part.clone());
        self.shown = Some(path);
        self.members.show(&part.name, part.members, cx);
    }

    fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, cx: &mut Context<'_>) {
        match (slot, outcome) {
            (Slot::Classes, Outcome::Parts(found)) => {
                if let Some((_, path)) = self.parts.pending.take_if(|(pending, _)| *pending == request) {
                    self.parts.accept(&path, &found);
                    self.follow(cx);
                }
            }
            (Slot::Objects, Outcome::Objects(rows)) if self.members.sheet.pending == Some(request) => {
                self.members.sheet.accept(rows);
            }
            _ => {}
        }
    }

    fn order(&mut self, pane: Kind, (cells, x): (usize, usize), cx: &mut Context<'_>) {
        self.focus = pane;
        if pane == Kind::Classes {
            self.parts.click_head(cells, x);
            self.follow(cx);
        } else if let Some(by) = table::column_at(&objects::COLUMNS, cells, x) {
            self.members.sheet.click_head(by);
            self.members.list(cx);
        }
    }

    fn point(&mut self, pane: Kind, to: Pointing, cx: &mut Context<'_>) {
        self.focus = pane;
        if pane == Kind::Classes {
            if let Some(path) = self.parts.point(to) {
                self.ask(path, cx);
            }
            self.follow(cx);
        } else {
            self.members.sheet.point(to);
        }
    }
}
