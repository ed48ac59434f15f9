//! Containment: one pane, a tree of references from the root.

use super::Facet;
use crate::{
    analysis::Analysis,
    heap::NodeIx,
    tui::{
        event::{Context, Reply, Slot},
        export::{self, Rows},
        keymap::{Action, Scope},
        layout::Layout,
        pane::{Canvas, Kind, Pointing, contents, outline},
        task::Outcome,
        widget::table,
    },
};

/// The view.
#[derive(Debug)]
pub struct Contents(outline::State);

impl Default for Contents {
    fn default() -> Self {
        Self(contents::state())
    }
}

impl Facet for Contents {
    fn focus(&self) -> (Kind, bool) {
        (Kind::Inside, false)
    }

    fn scope(&self) -> Scope {
        Scope::Tree
    }

    fn wake(&mut self, cx: &mut Context<'_>) {
        if self.0.pending.is_some() {
            self.0.list(cx);
        } else if self.0.subject.is_none() && cx.known.retained.is_some() {
            self.0.show(Some(cx.known.heap.root()), cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Context<'_>) -> Reply {
        if action == Action::Clear {
            self.filter("", cx);
            return Reply::Quiet;
        }
        contents::update(&mut self.0, action, cx)
    }

    fn applies(&self, action: Action) -> bool {
        match action {
            Action::Clear => !self.filter_text().is_empty(),
            Action::NextPane | Action::PreviousPane | Action::PaneLeft | Action::PaneRight | Action::Zoom => {
                false
            }
            Action::Drill | Action::Copy => self.rows() > 0,
            _ => true,
        }
    }

    fn filter(&mut self, query: &str, cx: &mut Context<'_>) {
        if self.filter_text() != query {
            query.clone_into(&mut self.0.spec.filter);
            self.0.list(cx);
        }
    }

    fn filter_text(&self) -> &str {
        &self.0.spec.filter
    }

    fn rows(&self) -> usize {
        self.0.len()
    }

    fn object(&self, known: &Analysis) -> Option<NodeIx> {
        self.0.object(known)
    }

    fn export(&self, _: &str, known: &Analysis) -> Option<(String, Rows)> {
        export::tree(known, &self.0)
    }

    fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, _: &mut Context<'_>) {
        if slot == Slot::Inside && self.0.pending == Some(request) {
            self.0.accept(outcome);
        }
    }

    fn resize(&mut self, layout: &Layout) {
        for (_, place) in &layout.panes {
            let rows = place.rows();
            self.0.resize(rows.width as usize, rows.height as usize);
        }
    }

    fn click(&mut self, layout: &Layout, (x, y): (u16, u16), cx: &mut Context<'_>) {
        let Some((_, place)) = layout.pane_at(x, y) else { return };
        let (inner, rows) = (place.inner(), place.rows());
        if rows.contains((x, y).into()) {
            self.0.point(Pointing::Row((y - rows.y) as usize), cx);
        } else if place.head && y == inner.y && x >= inner.x {
            let (cells, x) = (inner.width as usize, (x - inner.x) as usize);
            if let Some(by) = table::column_at(&contents::COLUMNS, cells, x) {
                self.0.click_head(by, cx);
            }
        }
    }

    fn scroll(&mut self, _: &Layout, _: (u16, u16), rows: isize, cx: &mut Context<'_>) {
        self.0.point(Pointing::Scroll(rows), cx);
    }

    fn draw(&self, _: &str, _: Kind, canvas: &mut Canvas<'_>) {
        contents::draw(&self.0, canvas);
    }
}
