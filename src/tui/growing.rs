//! The Growth view: what grew over all snapshots, and who owns it. The first row is the answer.
//!
//! Above the rows, below the selected one in a sentence, the chain that holds it and its new
//! members. Enter leads to the object in Explore of the newest snapshot.

use std::sync::Arc;

use super::{
    event::{Asked, Context, Reply, Slot},
    keymap::Action,
    layout::Layout,
    pane::{
        Kind, Pointing,
        grown::{self, By, Spec},
        held,
        sheet::Sheet,
    },
    task::{Outcome, Task},
    widget::table,
    work::Work,
};
use crate::{
    analysis::{Analysis, growth::Growth, matching::SeriesKinship, order::Sort},
    heap::{EdgeIx, NodeIx},
    words,
};

/// The view.
#[derive(Debug)]
pub struct Growing {
    /// The pane that has the keys: what grew, or the members of one growth.
    pub focus: Kind,
    /// The pane that Enter led away from, to which there is a way back.
    pub back: Option<Kind>,
    /// Whether it has the screen for itself.
    pub zoomed: bool,
    /// What was found.
    pub work: Work<Arc<Growth>>,
    /// Whether ids mean nothing from one snapshot to the next.
    pub unrelated: bool,
    /// Why nothing can be found, if so.
    pub warning: Option<String>,
    /// What grew.
    pub sheet: Sheet<u32, By>,
    /// The columns, as wide as what was found needs them.
    pub columns: grown::Columns,
    /// Whether only what grew in every step is listed.
    pub every: bool,
    /// The members of the selected growth.
    pub held: held::State,
    width: usize,
    height: usize,
}

impl Default for Growing {
    fn default() -> Self {
        Self {
            focus: Kind::Classes,
            back: None,
            zoomed: false,
            work: Work::Waiting,
            unrelated: false,
            warning: None,
            sheet: Sheet::new(Sort::descending(By::Exclusive)),
            columns: grown::columns(0),
            every: false,
            held: held::State::default(),
            width: 0,
            height: 0,
        }
    }
}

impl Growing {
    /// What was found, once it is.
    pub fn found(&self) -> Option<&Arc<Growth>> {
        self.work.done()
    }

    /// Takes what was found, if it means anything, and what is doubtful in the series.
    pub fn accept(&mut self, kinship: SeriesKinship, found: Option<Arc<Growth>>, cx: &mut Context<'_>) {
        self.warning = words::series_kinship(kinship);
        self.unrelated = found.is_none();
        let nothing = || Arc::new(Growth { rows: Vec::new(), total: 0, moved: Vec::new() });
        let found = found.unwrap_or_else(nothing);
        self.columns = grown::columns(grown::entries_width(&found));
        self.work = Work::Done(found);
        self.refresh(cx);
    }

    /// Lists everything again.
    pub fn refresh(&mut self, cx: &mut Context<'_>) {
        let Some(growth) = self.found().cloned() else { return };
        self.list(&growth, cx);
        self.held.list(&growth, cx);
        self.follow(cx);
    }

    fn list(&mut self, growth: &Arc<Growth>, cx: &mut Context<'_>) {
        let spec = Spec { sort: self.sheet.sort, filter: self.sheet.filter.clone(), every: self.every };
        match cx.desk.ask(cx.known, Slot::Classes, Task::Grown(Arc::clone(growth), spec)) {
            Asked::Now(Outcome::Rows(rows)) => self.sheet.accept(rows),
            Asked::Now(_) => {}
            Asked::Later(request) => self.sheet.pending = Some(request),
        }
    }

    fn follow(&mut self, cx: &mut Context<'_>) {
        let Some(growth) = self.found().cloned() else { return };
        let row = self.sheet.selected();
        if row != self.held.row {
            self.held.show(row, &growth, cx);
        }
    }

    /// How many lines stand above the rows.
    fn noted(&self) -> usize {
        self.found().map_or(0, |growth| grown::lines(growth, self.width, self.height).len())
    }

    /// The object of the newest snapshot that the cursor is about.
    pub fn object(&self) -> Option<NodeIx> {
        let growth = self.found()?;
        match self.focus {
            Kind::Classes => {
                let row = &growth.rows[self.sheet.selected()? as usize];
                row.example.or_else(|| row.members.first().copied())
            }
            _ => self.held.members.selected(),
        }
    }

    /// By which references the object is held, as the chain of the row under the cursor names them.
    pub fn way_from(&self, known: &Analysis, node: NodeIx) -> Vec<EdgeIx> {
        let row = self.found().and_then(|growth| growth.rows.get(self.sheet.selected()? as usize));
        row.map_or_else(Vec::new, |row| row.way_from(known, node))
    }

    /// Does what a key asks for.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) -> Reply {
        let Some(growth) = self.found().cloned() else { return Reply::Quiet };
        match action {
            Action::NextPane | Action::PreviousPane => self.other_pane(),
            Action::PaneLeft => self.focus = Kind::Classes,
            Action::PaneRight => self.focus = Kind::Objects,
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Clear => self.clear(cx),
            Action::Every => self.toggle_every(&growth, cx),
            // One object is visited at once; of many one is chosen first.
            Action::Drill if self.focus == Kind::Classes && self.held.members.rows.len() > 1 => {
                self.back = Some(std::mem::replace(&mut self.focus, Kind::Objects));
            }
            Action::Drill => return self.object().map_or(Reply::Quiet, Reply::Visit),
            _ if self.focus == Kind::Classes => self.act_in_list(action, &growth, cx),
            _ => return self.held.update(action, &growth, cx),
        }
        Reply::Quiet
    }

    fn act_in_list(&mut self, action: Action, growth: &Arc<Growth>, cx: &mut Context<'_>) {
        let mut relist = false;
        self.sheet.act(action, &self.columns, &mut relist);
        if relist {
            self.list(growth, cx);
        }
        self.follow(cx);
    }

    /// Goes back to the row whose members Enter led to; answers whether there was one.
    pub fn leave_members(&mut self) -> bool {
        let from = self.back.take().filter(|_| self.focus == Kind::Objects);
        self.focus = from.unwrap_or(self.focus);
        from.is_some()
    }

    /// The one of the two panes that has not the keys gets them.
    pub fn other_pane(&mut self) {
        self.focus = if self.focus == Kind::Classes { Kind::Objects } else { Kind::Classes };
    }

    fn toggle_every(&mut self, growth: &Arc<Growth>, cx: &mut Context<'_>) {
        self.every = !self.every;
        self.list(growth, cx);
        self.follow(cx);
    }

    fn clear(&mut self, cx: &mut Context<'_>) {
        if self.filter_text().is_empty() {
            self.zoomed = false;
        } else {
            self.filter("", cx);
        }
    }

    /// Filters the pane that has the keys.
    pub fn filter(&mut self, query: &str, cx: &mut Context<'_>) {
        let Some(growth) = self.found().cloned().filter(|_| self.filter_text() != query) else { return };
        if self.focus == Kind::Classes {
            query.clone_into(&mut self.sheet.filter);
            self.list(&growth, cx);
            self.follow(cx);
        } else {
            query.clone_into(&mut self.held.members.filter);
            self.held.list(&growth, cx);
        }
    }

    /// What the pane that has the keys is filtered by.
    pub fn filter_text(&self) -> &str {
        if self.focus == Kind::Classes { &self.sheet.filter } else { &self.held.members.filter }
    }

    /// How many rows the pane that has the keys shows.
    pub fn len(&self) -> usize {
        if self.focus == Kind::Classes { self.sheet.rows.len() } else { self.held.members.rows.len() }
    }

    /// Whether it shows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any pane waits for an answer.
    pub fn is_waiting(&self) -> bool {
        self.sheet.pending.is_some() || self.held.members.pending.is_some()
    }

    /// Whether an action would do anything now.
    pub fn applies(&self, action: Action) -> bool {
        let Some(growth) = self.found() else {
            return match action {
                Action::Clear => self.zoomed || self.work.is_running(),
                Action::Drill => matches!(self.work, Work::GivenUp),
                Action::Copy | Action::Filter | Action::Sort | Action::Reverse | Action::Every => false,
                _ => true,
            };
        };
        match action {
            Action::Clear => self.zoomed || !self.filter_text().is_empty(),
            Action::Every => self.every || grown::is_series(growth),
            Action::Drill => self.object().is_some(),
            Action::Copy => self.sheet.selected().is_some(),
            _ => true,
        }
    }

    /// Takes an answer, unless the pane waits for a later one.
    pub fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, cx: &mut Context<'_>) {
        match (slot, outcome) {
            (Slot::Classes, Outcome::Rows(rows)) if self.sheet.pending == Some(request) => {
                self.sheet.accept(rows);
                self.follow(cx);
            }
            (Slot::Objects, Outcome::Objects(rows)) if self.held.members.pending == Some(request) => {
                self.held.members.accept(rows);
            }
            _ => {}
        }
    }

    /// Tells the panes how much of them is seen.
    pub fn resize(&mut self, layout: &Layout) {
        for (kind, place) in &layout.panes {
            let rows = place.rows();
            match kind {
                Kind::Classes => {
                    self.width = rows.width as usize;
                    self.height = rows.height as usize;
                    self.sheet.resize(self.width, self.height.saturating_sub(self.noted()));
                }
                _ => self.held.resize(rows.width as usize, rows.height as usize),
            }
        }
    }

    /// Follows the mouse.
    pub fn click(&mut self, layout: &Layout, x: u16, y: u16, cx: &mut Context<'_>) {
        let Some((pane, place)) = layout.pane_at(x, y) else { return };
        self.focus = pane;
        let (inner, rows) = (place.inner(), place.rows());
        if rows.contains((x, y).into()) {
            self.point(pane, Pointing::Row((y - rows.y) as usize), cx);
        } else if place.head && y == inner.y && x >= inner.x {
            self.order(inner.width as usize, (x - inner.x) as usize, cx);
        }
    }

    fn order(&mut self, cells: usize, x: usize, cx: &mut Context<'_>) {
        let Some(growth) = self.found().cloned() else { return };
        if self.focus != Kind::Classes {
            return;
        }
        if let Some(by) = table::column_at(&self.columns, cells, x) {
            self.sheet.click_head(by);
            self.list(&growth, cx);
        }
    }

    fn point(&mut self, pane: Kind, to: Pointing, cx: &mut Context<'_>) {
        if pane == Kind::Classes {
            let above = self.noted();
            let to = match to {
                Pointing::Row(row) if row < above => return,
                Pointing::Row(row) => Pointing::Row(row - above),
                scroll @ Pointing::Scroll(_) => scroll,
            };
            self.sheet.point(to);
            self.follow(cx);
        } else {
            self.held.point(to);
        }
    }

    /// Scrolls the pane under the pointer.
    pub fn scroll(&mut self, layout: &Layout, (x, y): (u16, u16), rows: isize, cx: &mut Context<'_>) {
        if let Some((pane, _)) = layout.pane_at(x, y) {
            self.point(pane, Pointing::Scroll(rows), cx);
        }
    }
}
