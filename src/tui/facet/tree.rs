//! A tree of parts over the objects of the current one. Enter leads to an object in Explore.

use std::sync::Arc;

use super::Facet;
use crate::{
    analysis::Analysis,
    heap::NodeIx,
    job::Progress,
    tui::{
        event::{Asked, Context, Effect, Reply, Slot},
        export::Rows,
        hits::search_facts,
        keymap::{Action, Scope},
        layout::Layout,
        pane::{Canvas, Kind, Pointing, below, members, objects, parts},
        source::{Parts, Source},
        task::{Outcome, Task},
        widget::{list::Cursor, table},
        work::Work,
    },
};

/// The view.
#[derive(Debug)]
pub struct Tree {
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

impl Tree {
    /// A tree that nobody has seen yet.
    pub fn new(source: Source) -> Self {
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

    /// Lists something else, once it is shown.
    pub fn about(&mut self, source: Source) {
        self.parts = parts::State::new(source);
        (self.shown, self.focus, self.entered) = (None, Kind::Classes, false);
    }

    /// Lists something else at once.
    pub fn list(&mut self, source: Source, cx: &mut Context<'_>) {
        self.parts.source = source;
        self.focus = Kind::Classes;
        self.shown = None;
        self.search = Work::Waiting;
        cx.desk.push(Effect::GiveUp(Slot::Strings));
        self.parts.cursor = Cursor::default();
        self.ask(Vec::new(), cx);
    }

    /// Asks for the first rows, or for what the part at `path` opens into.
    fn ask(&mut self, path: Vec<u32>, cx: &mut Context<'_>) {
        let part = self.parts.part(&path).cloned();
        let task = Task::Parts(self.parts.source.clone(), part.map(Box::new));
        let is_search = path.is_empty() && matches!(self.parts.source, Source::Strings(Some(_)));
        let slot = if is_search { Slot::Strings } else { Slot::Classes };
        match cx.desk.ask(cx.known, slot, task) {
            Asked::Now(Outcome::Parts(found)) => self.accept(&path, &found, cx),
            Asked::Now(_) => {}
            Asked::Later(request) if is_search => self.search = Work::Running { request, progress: None },
            Asked::Later(request) => self.parts.pending = Some((request, path)),
        }
    }

    fn accept(&mut self, path: &[u32], found: &Parts, cx: &mut Context<'_>) {
        let next = self.parts.accept(path, found);
        self.follow(cx);
        if let Some(path) = next {
            self.ask(path, cx);
        }
    }

    /// Whether strings are being searched.
    pub fn is_searching(&self) -> bool {
        self.search.is_running()
    }

    /// Takes note of how far the search is; answers whether that was news.
    pub fn advance(&mut self, progress: Progress) -> bool {
        self.search.advance(progress)
    }

    /// Ends the search that goes on, if one does: what was found stays.
    pub fn give_up(&mut self) {
        if self.is_searching() {
            self.search = Work::GivenUp;
        }
    }

    /// Takes what a search has found, if it was asked for here; `more` says that it goes on. Without
    /// a context the view is not shown, and lists its objects once it is.
    pub fn found(&mut self, request: u64, parts: &Parts, more: bool, cx: Option<&mut Context<'_>>) {
        if !self.search.awaits(request) {
            return;
        }
        if !more {
            self.search = Work::Done(());
        }
        self.parts.accept(&[], parts);
        match cx {
            Some(cx) => self.grow(cx),
            None => self.shown = None,
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

    fn other_pane(&mut self) {
        self.focus = if self.focus == Kind::Classes { Kind::Objects } else { Kind::Classes };
    }

    /// One object is visited at once; of many one is chosen first.
    fn drill(&mut self) -> Reply {
        match self.members.sheet.rows.as_ref() {
            [] => {}
            [only] => return Reply::Visit(*only),
            _ => (self.focus, self.entered) = (Kind::Objects, true),
        }
        Reply::Quiet
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

impl Facet for Tree {
    fn focus(&self) -> (Kind, bool) {
        (self.focus, self.zoomed)
    }

    fn scope(&self) -> Scope {
        if self.focus == Kind::Objects { Scope::Table } else { Scope::Tree }
    }

    fn wake(&mut self, cx: &mut Context<'_>) {
        if !self.parts.source.is_ready(cx.known) {
            return;
        }
        match self.parts.pending.take() {
            Some((_, path)) => self.ask(path, cx),
            None if !self.parts.listed && !self.is_searching() => self.ask(Vec::new(), cx),
            None => self.follow(cx),
        }
        if self.members.is_old(cx.known) {
            self.members.list(cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Context<'_>) -> Reply {
        match action {
            Action::NextPane | Action::PreviousPane => self.other_pane(),
            Action::PaneLeft => self.focus = Kind::Classes,
            Action::PaneRight => self.focus = Kind::Objects,
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Clear if self.filter_text().is_empty() => self.zoomed = false,
            Action::Clear => self.filter("", cx),
            _ if self.focus == Kind::Objects => return self.members.update(action, cx),
            Action::Drill if self.parts.selected().is_some_and(|(_, part)| part.only_opens()) => {
                return self.act(Action::Expand, cx);
            }
            Action::Drill => return self.drill(),
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

    fn applies(&self, action: Action) -> bool {
        match action {
            Action::Clear => self.zoomed || !self.filter_text().is_empty(),
            Action::Drill | Action::Copy => self.rows() > 0,
            Action::PaneLeft | Action::PaneRight => self.focus == Kind::Objects,
            _ => true,
        }
    }

    fn filter(&mut self, query: &str, cx: &mut Context<'_>) {
        if self.filter_text() == query {
            return;
        }
        if self.focus == Kind::Objects {
            query.clone_into(&mut self.members.sheet.filter);
            self.members.list(cx);
        } else {
            self.parts.filter(query);
            self.follow(cx);
        }
    }

    fn filter_text(&self) -> &str {
        if self.focus == Kind::Objects { &self.members.sheet.filter } else { &self.parts.filter }
    }

    fn rows(&self) -> usize {
        if self.focus == Kind::Objects { self.members.sheet.rows.len() } else { self.parts.len() }
    }

    fn object(&self, _: &Analysis) -> Option<NodeIx> {
        self.members.sheet.selected()
    }

    fn export(&self, title: &str, known: &Analysis) -> Option<(String, Rows)> {
        let known = known.clone();
        if self.focus == Kind::Objects {
            let name = self.part().unwrap_or("the heap");
            return Some((
                format!("Objects of {name}"),
                Rows::Objects(known, Arc::clone(&self.members.sheet.rows)),
            ));
        }
        let rows = Rows::Parts(known, self.parts.source.clone(), self.parts.open_rows());
        Some((title.to_owned(), rows))
    }

    fn part(&self) -> Option<&str> {
        self.parts.selected().map(|(_, part)| part.name.as_str())
    }

    fn is_entered(&self) -> bool {
        self.entered && self.focus == Kind::Objects
    }

    fn leave_members(&mut self) -> bool {
        let was_entered = self.is_entered();
        if was_entered {
            (self.focus, self.entered) = (Kind::Classes, false);
        }
        was_entered
    }

    fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, cx: &mut Context<'_>) {
        match (slot, outcome) {
            (Slot::Classes, Outcome::Parts(found)) => {
                if let Some((_, path)) = self.parts.pending.take_if(|(pending, _)| *pending == request) {
                    self.accept(&path, &found, cx);
                }
            }
            (Slot::Objects, Outcome::Objects(rows)) if self.members.sheet.pending == Some(request) => {
                self.members.sheet.accept(rows);
            }
            _ => {}
        }
    }

    fn resize(&mut self, layout: &Layout) {
        for (kind, place) in &layout.panes {
            let rows = place.rows();
            match kind {
                Kind::Classes => self.parts.resize(rows.width as usize, rows.height as usize),
                _ => self.members.sheet.resize(rows.width as usize, rows.height as usize),
            }
        }
    }

    fn click(&mut self, layout: &Layout, (x, y): (u16, u16), cx: &mut Context<'_>) {
        let Some((pane, place)) = layout.pane_at(x, y) else { return };
        let above = if pane == Kind::Classes { self.parts.noted() as u16 } else { 0 };
        let (inner, rows) = (below(place.inner(), above), below(place.rows(), above));
        if rows.contains((x, y).into()) {
            self.point(pane, Pointing::Row((y - rows.y) as usize), cx);
        } else if place.head && y == inner.y && x >= inner.x {
            self.order(pane, (inner.width as usize, (x - inner.x) as usize), cx);
        } else {
            self.focus = pane;
        }
    }

    fn scroll(&mut self, layout: &Layout, (x, y): (u16, u16), rows: isize, cx: &mut Context<'_>) {
        let Some((pane, _)) = layout.pane_at(x, y) else { return };
        let focus = self.focus;
        self.point(pane, Pointing::Scroll(rows), cx);
        self.focus = focus;
    }

    fn draw(&self, title: &str, kind: Kind, canvas: &mut Canvas<'_>) {
        match kind {
            Kind::Classes => parts::draw(&self.parts, title, search_facts(&self.search), canvas),
            _ => members::draw(&self.members, canvas),
        }
    }
}
