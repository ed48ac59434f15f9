//! Where the panes of Compare stand, and what clicks and the wheel do in them.

use super::Compare;
use crate::tui::{
    event::{Context, Desk, Reply},
    layout::Layout,
    pair::Fate,
    pane::{Kind, Pointing, fates, inside, retainers},
    widget::table,
};

impl Compare {
    /// Tells the panes how much of them is seen.
    pub fn resize(&mut self, layout: &Layout) {
        for (kind, place) in &layout.panes {
            let rows = place.rows();
            let (width, height) = (rows.width as usize, rows.height as usize);
            match kind {
                Kind::Classes => self.changes.sheet.resize(width, height),
                Kind::Objects => self.fates.sheet.resize(width, height),
                Kind::Retainers => self.retainers.resize(width, height),
                Kind::Inside => {
                    self.inside.resize(width, height);
                    self.both.resize(width, height);
                }
            }
        }
    }

    /// Follows the mouse.
    pub fn click(&mut self, layout: &Layout, x: u16, y: u16, desk: &mut Desk) -> Reply {
        let Some((pane, place)) = layout.pane_at(x, y) else { return Reply::Quiet };
        self.focus = pane;
        let (inner, rows) = (place.inner(), place.rows());
        if rows.contains((x, y).into()) {
            return self.point(pane, Pointing::Row((y - rows.y) as usize), desk);
        }
        if place.head && y == inner.y && x >= inner.x {
            self.order(inner.width as usize, (x - inner.x) as usize, desk);
        }
        Reply::Quiet
    }

    fn order(&mut self, cells: usize, x: usize, desk: &mut Desk) {
        let Some(pair) = self.pair().cloned() else { return };
        let side_by_side = self.is_side_by_side();
        let mut cx = Context { known: pair.known(self.age()), desk };
        match self.focus {
            Kind::Classes => self.changes.click_head(cells, x, &pair, cx.desk),
            Kind::Objects => {
                if let Some(by) = table::column_at(&fates::COLUMNS, cells, x) {
                    self.fates.sheet.click_head(by);
                    self.fates.list(&pair, cx.desk);
                }
            }
            Kind::Retainers => {
                if let Some(by) = table::column_at(&retainers::COLUMNS, cells, x) {
                    self.retainers.click_head(by, &mut cx);
                }
            }
            Kind::Inside if side_by_side => {}
            Kind::Inside => {
                if let Some(by) = table::column_at(&inside::COLUMNS, cells, x) {
                    self.inside.click_head(by, &mut cx);
                }
            }
        }
    }

    fn point(&mut self, pane: Kind, to: Pointing, desk: &mut Desk) -> Reply {
        let Some(pair) = self.pair().cloned() else { return Reply::Quiet };
        let is_kept = matches!(self.object(), Some(Fate::Kept(..)));
        let mut cx = Context { known: pair.known(self.age()), desk };
        let reply = match pane {
            Kind::Classes => self.changes.sheet.point(to),
            Kind::Objects => self.fates.sheet.point(to),
            Kind::Inside if is_kept => self.both.point(to),
            Kind::Retainers => {
                self.retainers.point(to, &mut cx);
                Reply::Quiet
            }
            Kind::Inside => {
                self.inside.point(to, &mut cx);
                Reply::Quiet
            }
        };
        self.reply(reply, desk)
    }

    /// Scrolls the pane under the pointer.
    pub fn scroll(&mut self, layout: &Layout, (x, y): (u16, u16), rows: isize, desk: &mut Desk) {
        if let Some((pane, _)) = layout.pane_at(x, y) {
            self.point(pane, Pointing::Scroll(rows), desk);
        }
    }
}
