//! What flat lists have in common: rows, an order, a filter, a cursor that stays on its row.

use std::sync::Arc;

use super::{Pointing, clicked_sort, motion, next_sort, reversed};
use crate::{
    analysis::order::{By, Sort},
    tui::{
        event::Reply,
        keymap::Action,
        widget::{
            list::{Cursor, place_of},
            table::{Column, Key},
        },
    },
};

/// A flat list of any length.
#[derive(Clone, Debug)]
pub struct Sheet<T, B = By> {
    /// The rows, sorted and filtered.
    pub rows: Arc<[T]>,
    /// Which is the current one.
    pub cursor: Cursor,
    /// Their order, or that which is being made.
    pub sort: Sort<B>,
    /// Whether the user chose the order.
    pub chosen: bool,
    /// What they are filtered by.
    pub filter: String,
    /// The request whose answer is awaited.
    pub pending: Option<u64>,
    /// The row to go to once it is listed.
    pub want: Option<T>,
    /// Whether the user moved: only then does the cursor follow its row into a new order.
    touched: bool,
    width: usize,
    height: usize,
}

impl<T: Copy + PartialEq, B: Key> Sheet<T, B> {
    /// An empty list to be ordered so.
    pub fn new(sort: Sort<B>) -> Self {
        Self {
            rows: Arc::new([]),
            cursor: Cursor::default(),
            sort,
            chosen: false,
            filter: String::new(),
            pending: None,
            want: None,
            touched: false,
            width: 0,
            height: 0,
        }
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<T> {
        self.rows.get(self.cursor.at).copied()
    }

    /// Takes new rows; the cursor stays on its row if that is still there.
    pub fn accept(&mut self, rows: Arc<[T]>) {
        let keep = self.want.take().or_else(|| self.selected().filter(|_| self.touched));
        let found = keep.and_then(|keep| place_of(&rows, keep));
        self.rows = rows;
        self.pending = None;
        if let Some(at) = found {
            self.put(at);
        }
        self.settle();
    }

    /// Puts the cursor on a row, at the height where the eye last saw it, but with some of the
    /// rows above in sight: all, if one screen shows them.
    fn put(&mut self, at: usize) {
        let offset = self.cursor.at.saturating_sub(self.cursor.top).max(self.height / 3);
        let top = if at < self.height { 0 } else { at - offset };
        self.cursor = Cursor { at, top };
    }

    /// Forgets rows and place, for another list.
    pub fn clear(&mut self) {
        self.rows = Arc::new([]);
        self.cursor = Cursor::default();
        self.filter.clear();
        self.pending = None;
        self.want = None;
        self.touched = false;
    }

    /// Puts the cursor on this row, now or once it is listed.
    pub fn select(&mut self, row: T) {
        self.touched = true;
        match place_of(&self.rows, row) {
            Some(at) if self.pending.is_none() => self.put(at),
            _ => self.want = Some(row),
        }
        self.settle();
    }

    /// Puts the cursor on the row at that place.
    pub fn go_to(&mut self, at: usize) {
        self.touched = true;
        self.put(at);
        self.settle();
    }

    /// Moves or sorts; answers whether the list must be made anew, in `relist`.
    pub fn act(&mut self, action: Action, columns: &[Column<B>], relist: &mut bool) -> Reply {
        if let Some(motion) = motion(action) {
            self.touched = true;
            self.cursor.go(motion, self.rows.len(), self.height);
            return Reply::Moved;
        }
        let sort = match action {
            Action::Sort => next_sort(columns, self.width, self.sort),
            Action::Reverse => reversed(self.sort),
            _ => return Reply::Quiet,
        };
        self.order(sort);
        *relist = true;
        Reply::Moved
    }

    /// Takes the order a click on a head asks for.
    pub fn click_head(&mut self, by: B) {
        self.order(clicked_sort(self.sort, by));
    }

    fn order(&mut self, sort: Sort<B>) {
        self.sort = sort;
        self.chosen = true;
    }

    /// Follows the mouse.
    pub fn point(&mut self, to: Pointing) -> Reply {
        self.touched = true;
        match to {
            Pointing::Row(below) if self.cursor.top + below < self.rows.len() => {
                self.cursor.at = self.cursor.top + below;
            }
            Pointing::Row(_) => return Reply::Quiet,
            Pointing::Scroll(rows) => self.cursor.scroll(rows, self.rows.len(), self.height),
        }
        Reply::Moved
    }

    /// Learns how many cells and rows are seen.
    pub fn resize(&mut self, width: usize, height: usize) {
        self.width = width;
        let is_first = std::mem::replace(&mut self.height, height) == 0;
        if is_first {
            // Nobody has seen the list yet: a row that was selected meanwhile may stand anywhere.
            self.put(self.cursor.at);
        }
        self.settle();
    }

    fn settle(&mut self) {
        self.cursor.settle(self.rows.len(), self.height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[u32]) -> Sheet<u32> {
        let mut sheet = Sheet::new(Sort::ascending(By::Name));
        sheet.resize(80, 2);
        sheet.accept(rows.into());
        sheet
    }

    #[test]
    fn a_cursor_nobody_moved_stays_at_the_top_of_a_new_order() {
        let mut sheet = sheet(&[1, 2, 3]);
        sheet.accept([3, 2, 1].into());
        assert_eq!(sheet.selected(), Some(3));
    }

    #[test]
    fn a_cursor_somebody_moved_follows_its_row() {
        let mut sheet = sheet(&[1, 2, 3]);
        assert_eq!(sheet.act(Action::Down, &[], &mut false), Reply::Moved);
        sheet.accept([4, 5, 3, 2].into());
        assert_eq!((sheet.selected(), sheet.cursor), (Some(2), Cursor { at: 3, top: 2 }));
        sheet.accept([9].into());
        assert_eq!(sheet.selected(), Some(9), "its row is gone");
    }

    #[test]
    fn a_row_selected_before_anything_was_seen_leaves_rows_above_it_in_sight() {
        let mut sheet = Sheet::new(Sort::ascending(By::Name));
        sheet.accept((0..100).collect());
        sheet.select(50);
        sheet.resize(80, 9);
        assert_eq!(sheet.cursor, Cursor { at: 50, top: 47 });
        sheet.select(5);
        assert_eq!(sheet.cursor, Cursor { at: 5, top: 0 });
    }

    #[test]
    fn a_row_asked_for_is_selected_once_it_comes() {
        let mut sheet = sheet(&[]);
        sheet.select(7);
        sheet.accept([5, 6, 7].into());
        assert_eq!(sheet.selected(), Some(7));
    }
}
