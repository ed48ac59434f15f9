//! When what lives was allocated: bars over time, and in a window of them what that is.
//!
//! The window is moved a step at a time, which is a cell of the screen, or a bar where bars are wider; widening
//! doubles it and narrowing halves it, so that a moment of a long recording is few keys away. The pane below lists the constructors of what was allocated in the window and
//! lives; Enter shows only that in Explore. What was there before the recording began is told in
//! words: no bar could show both.

use std::sync::Arc;

use super::Facet;
use crate::{
    analysis::{
        Analysis,
        filter::{Filter, Selection},
        timeline::Bar,
    },
    heap::{ClassIx, NodeIx, Trace},
    tui::{
        event::{Asked, Context, Reply, Slot},
        export::Rows,
        keymap::{Action, Scope},
        layout::Layout,
        pane::{Canvas, Kind, Pointing, bars, classes},
        sieve::Window,
        task::{Outcome, Task},
        widget::table,
    },
};

/// The view.
#[derive(Debug, Default)]
pub struct Timeline {
    focus: Kind,
    zoomed: bool,
    trace: Arc<Trace>,
    /// The bars, the first being what was there before; empty until they are known.
    bars: Arc<[Bar]>,
    /// The window: of the bars after the first those from one up to, not with, another; all without.
    window: Option<(usize, usize)>,
    /// What was allocated in it and lives.
    found: Option<Box<Selection>>,
    /// The request for bars or for what lives, whose answer is awaited.
    pending: Option<u64>,
    /// Whether retained sizes were known when that was asked.
    retained: bool,
    classes: classes::State,
    width: usize,
}

impl Timeline {
    /// Takes what was recorded.
    pub fn about(&mut self, trace: Arc<Trace>) {
        *self = Self { trace, ..Self::default() };
    }

    /// The bars after the recording began.
    fn recorded(&self) -> &[Bar] {
        self.bars.get(1..).unwrap_or_default()
    }

    /// The bars of the window.
    fn range(&self) -> (usize, usize) {
        self.window.unwrap_or((0, self.recorded().len()))
    }

    /// The window in time and ids; `None` until bars are known.
    fn shown(&self) -> Option<Window> {
        let (from, until) = self.range();
        let before = self.bars.get(from)?;
        let last = self.bars[from..=until].last()?;
        Some(Window {
            from_us: before.time_us,
            until_us: last.time_us,
            above: before.up_to,
            up_to: last.up_to,
        })
    }

    /// What the pane above says and draws.
    fn chart(&self) -> bars::Chart<'_> {
        bars::Chart { bars: &self.bars, window: self.window, shown: self.shown() }
    }

    fn ask(&mut self, task: Task, cx: &mut Context<'_>) {
        self.retained = cx.known.retained.is_some();
        match cx.desk.ask(cx.known, Slot::Window, task) {
            Asked::Now(outcome) => self.accept(outcome, cx),
            Asked::Later(request) => self.pending = Some(request),
        }
    }

    fn accept(&mut self, outcome: Outcome, cx: &mut Context<'_>) {
        self.pending = None;
        match outcome {
            Outcome::Bars(bars) => {
                self.bars = bars;
                self.select(cx);
            }
            Outcome::Selected(found) => {
                self.found = Some(found);
                self.list(cx);
            }
            _ => {}
        }
    }

    /// Has it found out what was allocated in the window and lives.
    fn select(&mut self, cx: &mut Context<'_>) {
        let Some(window) = self.shown() else { return };
        let mut filter = Filter::default();
        filter.add(window.wanted());
        self.ask(Task::Select(filter, None), cx);
    }

    /// Lists its constructors anew.
    fn list(&mut self, cx: &mut Context<'_>) {
        if let Some(found) = &self.found {
            self.classes.list(&mut Context { known: &found.known, desk: cx.desk });
        }
    }

    /// How many bars a step is: what one cell shows, one at least.
    fn step(&self) -> usize {
        self.recorded().len().div_ceil(self.width.max(1)).max(1)
    }

    /// Takes another window, if it is one; one of everything is none, so that it can always be moved.
    fn look_at(&mut self, window: Option<(usize, usize)>, cx: &mut Context<'_>) {
        let all = (0, self.recorded().len());
        let window = window.filter(|&window| window != all || window.1 == 1);
        if !self.recorded().is_empty() && window != self.window {
            self.window = window;
            self.select(cx);
        }
    }

    fn slide(&mut self, action: Action, cx: &mut Context<'_>) {
        let (all, step) = (self.recorded().len(), self.step());
        let Some((from, until)) = self.window else {
            return self.look_at(Some(first(action, all, step)), cx);
        };
        let wide = until - from;
        let at = |from: usize| (from.min(all - wide), from.min(all - wide) + wide);
        let window = match action {
            Action::Earlier => at(from.saturating_sub(step)),
            Action::Later => at(from + step),
            Action::PageUp => at(from.saturating_sub(wide)),
            Action::PageDown => at(until),
            Action::First => at(0),
            Action::Last => at(all),
            Action::Wider => zoomed((from, until), wide * 2, all),
            Action::Narrower => zoomed((from, until), wide / 2, all),
            _ => return,
        };
        self.look_at(Some(window), cx);
    }

    /// Puts the window where the pointer is.
    fn point_at(&mut self, cell: usize, cx: &mut Context<'_>) {
        if let Some(bar) = bars::bar_at(self.recorded(), &self.bars, cell, self.width) {
            let until = (bar + self.step()).min(self.recorded().len());
            self.look_at(Some((bar, until)), cx);
        }
    }

    fn act_in_list(&mut self, action: Action, cx: &mut Context<'_>) {
        let mut relist = false;
        self.classes.sheet.act(action, &classes::COLUMNS, &mut relist);
        if relist {
            self.list(cx);
        }
    }

    fn clear(&mut self, cx: &mut Context<'_>) {
        if !self.filter_text().is_empty() {
            self.filter("", cx);
        } else if self.zoomed {
            self.zoomed = false;
        } else {
            self.look_at(None, cx);
        }
    }

    fn class(&self) -> Option<ClassIx> {
        self.classes.sheet.selected().filter(|_| self.focus == Kind::Objects)
    }
}

/// The first window, as nothing can be moved without one: a tenth at either end, or the half in the middle.
fn first(action: Action, all: usize, step: usize) -> (usize, usize) {
    let tenth = (all / 10).max(step).min(all);
    match action {
        Action::Wider | Action::Narrower => zoomed((0, all), all / 2, all),
        Action::Earlier | Action::Last | Action::PageUp => (all - tenth, all),
        _ => (0, tenth),
    }
}

/// A window of so many bars about the middle of another, one at least, within all there are.
fn zoomed((from, until): (usize, usize), wide: usize, all: usize) -> (usize, usize) {
    let wide = wide.clamp(1, all.max(1));
    let from = ((from + until).saturating_sub(wide) / 2).min(all.saturating_sub(wide));
    (from, from + wide)
}

impl Facet for Timeline {
    fn focus(&self) -> (Kind, bool) {
        (self.focus, self.zoomed)
    }

    fn scope(&self) -> Scope {
        if self.focus == Kind::Objects { Scope::Table } else { Scope::Chart }
    }

    fn wake(&mut self, cx: &mut Context<'_>) {
        let is_old = self.retained != cx.known.retained.is_some();
        if self.trace.samples().is_empty() {
            return;
        }
        if self.bars.is_empty() {
            self.ask(Task::Bars(Arc::clone(&self.trace)), cx);
        } else if self.pending.is_some() || is_old {
            self.select(cx);
        } else if self.classes.sheet.pending.is_some() {
            self.list(cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Context<'_>) -> Reply {
        match action {
            Action::NextPane | Action::PreviousPane if self.focus == Kind::Classes => {
                self.focus = Kind::Objects;
            }
            Action::NextPane | Action::PreviousPane | Action::PaneLeft => self.focus = Kind::Classes,
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Clear => self.clear(cx),
            Action::Drill => {
                return self.shown().map_or(Reply::Quiet, |window| Reply::Narrow(window, self.class()));
            }
            Action::Sort | Action::Reverse => self.act_in_list(action, cx),
            _ if self.focus == Kind::Objects => self.act_in_list(action, cx),
            _ => self.slide(action, cx),
        }
        Reply::Quiet
    }

    fn applies(&self, action: Action) -> bool {
        let is_listed = !self.recorded().is_empty();
        match action {
            Action::Clear => self.zoomed || self.window.is_some() || !self.filter_text().is_empty(),
            Action::Copy => self.class().is_some(),
            Action::PaneRight => false,
            Action::NextPane | Action::PreviousPane | Action::PaneLeft | Action::Zoom => true,
            _ => is_listed,
        }
    }

    fn filter(&mut self, query: &str, cx: &mut Context<'_>) {
        if self.filter_text() != query {
            query.clone_into(&mut self.classes.sheet.filter);
            self.list(cx);
        }
    }

    fn filter_text(&self) -> &str {
        &self.classes.sheet.filter
    }

    fn rows(&self) -> usize {
        self.classes.sheet.rows.len()
    }

    fn object(&self, _: &Analysis) -> Option<NodeIx> {
        None
    }

    fn export(&self, title: &str, _: &Analysis) -> Option<(String, Rows)> {
        let known = &self.found.as_ref()?.known;
        Some((title.to_owned(), Rows::Classes(known.clone(), Arc::clone(&self.classes.sheet.rows))))
    }

    fn part(&self) -> Option<&str> {
        let (found, class) = self.found.as_ref().zip(self.class())?;
        Some(found.known.classes.name(class))
    }

    fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, cx: &mut Context<'_>) {
        match (slot, outcome) {
            (Slot::Window, outcome) if self.pending == Some(request) => self.accept(outcome, cx),
            (Slot::Classes, Outcome::Classes(rows)) if self.classes.sheet.pending == Some(request) => {
                self.classes.sheet.accept(rows);
            }
            _ => {}
        }
    }

    fn resize(&mut self, layout: &Layout) {
        for (kind, place) in &layout.panes {
            let rows = place.rows();
            if *kind == Kind::Classes {
                self.width = place.inner().width as usize;
            } else {
                self.classes.sheet.resize(rows.width as usize, rows.height as usize);
            }
        }
    }

    fn click(&mut self, layout: &Layout, (x, y): (u16, u16), cx: &mut Context<'_>) {
        let Some((pane, place)) = layout.pane_at(x, y) else { return };
        self.focus = pane;
        let (inner, rows) = (place.inner(), place.rows());
        if !inner.contains((x, y).into()) {
            return;
        }
        let (cells, x) = (inner.width as usize, (x - inner.x) as usize);
        if pane == Kind::Classes {
            self.point_at(x, cx);
        } else if y >= rows.y {
            self.classes.sheet.point(Pointing::Row((y - rows.y) as usize));
        } else if let Some(by) = table::column_at(&classes::COLUMNS, cells, x) {
            self.classes.sheet.click_head(by);
            self.list(cx);
        }
    }

    fn scroll(&mut self, layout: &Layout, (x, y): (u16, u16), rows: isize, cx: &mut Context<'_>) {
        match layout.pane_at(x, y) {
            Some((Kind::Classes, _)) => {
                self.slide(if rows < 0 { Action::Earlier } else { Action::Later }, cx);
            }
            Some(_) => {
                self.classes.sheet.point(Pointing::Scroll(rows));
            }
            None => {}
        }
    }

    fn draw(&self, title: &str, kind: Kind, canvas: &mut Canvas<'_>) {
        if kind == Kind::Classes {
            return bars::draw(&self.chart(), title, canvas);
        }
        let known = self.found.as_ref().map(|found| &found.known);
        let mut below = Canvas { known, narrowed: true, buffer: &mut *canvas.buffer, ..*canvas };
        classes::draw(&self.classes, &mut below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_halves_to_one_bar_and_doubles_to_all() {
        let mut widths = Vec::new();
        let mut window = (0, 1200);
        while window.1 - window.0 > 1 {
            window = zoomed(window, (window.1 - window.0) / 2, 1200);
            widths.push(window.1 - window.0);
        }
        assert_eq!(widths, [600, 300, 150, 75, 37, 18, 9, 4, 2, 1], "a minute is ten keys deep");
        assert_eq!(zoomed((3, 4), 0, 9), (3, 4), "one at least");
        assert_eq!(
            [zoomed((3, 4), 2, 9), zoomed((8, 9), 2, 9), zoomed((0, 1), 2, 9)],
            [(2, 4), (7, 9), (0, 2)]
        );
        assert_eq!(zoomed((2, 8), 12, 9), (0, 9), "no more than there is");
    }

    #[test]
    fn the_first_key_shows_a_part_of_all() {
        assert_eq!(first(Action::Later, 100, 1), (0, 10));
        assert_eq!(first(Action::Earlier, 100, 1), (90, 100));
        assert_eq!([Action::Wider, Action::Narrower].map(|key| first(key, 100, 1)), [(25, 75); 2]);
        assert_eq!(first(Action::Narrower, 1, 1), (0, 1));
    }
}
