//! The lists: functions, calls top down, callers bottom up.

use super::{
    View,
    shown::{Bytes, Shown, delta},
};
use crate::{
    analysis::order::{Sort, sort_by},
    job::{Cancelled, Job},
    profile::{CallIx, FrameIx, Heavy, Profile},
    tui::{
        pane::{next_sort, reversed},
        widget::{
            flat::Flat,
            list::{Cursor, Motion},
            table::{Column, Key},
        },
    },
};

/// By what functions are ordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    Name,
    Own,
    Total,
    OwnGrowth,
    TotalGrowth,
}

impl Key for Order {
    fn is_descending(self) -> bool {
        self != Self::Name
    }
}

const fn column(title: &'static str, by: Option<Order>, cells: usize, rank: u8) -> Column<Order> {
    Column { title, by, cells, rank, leaves: 16 }
}

const NAME: Column<Order> = column("Function", Some(Order::Name), 16, 9);
const SHARES: [Column<Order>; 5] = [
    NAME,
    column("Self", Some(Order::Own), 9, 3),
    column("", None, 4, 1),
    column("Total", Some(Order::Total), 9, 2),
    column("", None, 4, 0),
];
const CHANGES: [Column<Order>; 5] = [
    NAME,
    column("Self before", Some(Order::Own), 11, 1),
    column("Self now", None, 10, 2),
    column("Self Δ", Some(Order::OwnGrowth), 11, 4),
    column("Total Δ", Some(Order::TotalGrowth), 11, 3),
];
const SIZES: [Column<Order>; 3] = [NAME, column("Size", None, 9, 3), column("", None, 4, 1)];
const SIZE_CHANGES: [Column<Order>; 4] =
    [NAME, column("Before", None, 10, 1), column("Now", None, 10, 2), column("Δ", None, 11, 3)];

/// All three of them.
#[derive(Debug)]
pub(super) struct Lists {
    functions: Ordered,
    /// The order they are being brought into.
    pub(super) coming: Option<Sort<Order>>,
    tree: Flat<CallIx>,
    heavy: Flat<Heavy>,
    cursors: [Cursor; 3],
    height: usize,
}

/// Functions in an order.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    frames: Vec<FrameIx>,
    pub(super) sort: Sort<Order>,
}

/// A row as it is drawn.
pub(super) struct Line {
    pub(super) frame: FrameIx,
    pub(super) level: usize,
    /// Whether it is open; nothing where it never opens.
    pub(super) open: Option<bool>,
    pub(super) bytes: Bytes,
}

impl Lists {
    /// The lists of a profile.
    pub(super) fn of(shown: &Shown, job: &Job) -> Result<Self, Cancelled> {
        let by = if shown.older.is_some() { Order::OwnGrowth } else { Order::Own };
        let mut functions = Ordered { frames: shown.frames(), sort: Sort { by, descending: true } };
        functions.order(shown, job)?;
        let mut tree = Flat::new([Profile::ROOT]);
        tree.open(0, shown.children(Profile::ROOT).iter().copied());
        let heavy = Flat::new(shown.heavy(job)?);
        Ok(Self { functions, coming: None, tree, heavy, cursors: [Cursor::default(); 3], height: 0 })
    }

    /// The lists of no profile.
    pub(super) fn nothing() -> Self {
        let functions = Ordered { frames: Vec::new(), sort: Sort { by: Order::Own, descending: true } };
        let (tree, heavy) = (Flat::new([]), Flat::new([]));
        Self { functions, coming: None, tree, heavy, cursors: [Cursor::default(); 3], height: 0 }
    }

    fn place(view: View) -> usize {
        match view {
            View::Flame | View::Functions => 0,
            View::Tree => 1,
            View::Heavy => 2,
        }
    }

    /// The columns of a view.
    pub(super) fn columns(view: View, two: bool) -> &'static [Column<Order>] {
        match (view, two) {
            (View::Heavy, false) => &SIZES,
            (View::Heavy, true) => &SIZE_CHANGES,
            (_, false) => &SHARES,
            (_, true) => &CHANGES,
        }
    }

    /// The order the rows of a view have, if it can be chosen.
    pub(super) fn sort(&self) -> Sort<Order> {
        self.functions.sort
    }

    pub(super) fn len(&self, view: View) -> usize {
        match view {
            View::Flame | View::Functions => self.functions.frames.len(),
            View::Tree => self.tree.len(),
            View::Heavy => self.heavy.len(),
        }
    }

    pub(super) fn cursor(&self, view: View) -> Cursor {
        self.cursors[Self::place(view)]
    }

    /// A row of a view.
    pub(super) fn line(&self, view: View, at: usize, shown: &Shown) -> Option<Line> {
        match view {
            View::Flame | View::Functions => {
                let &frame = self.functions.frames.get(at)?;
                Some(Line { frame, level: 0, open: None, bytes: shown.of_frame(frame) })
            }
            View::Tree => {
                let row = self.tree.get(at)?;
                let has_more = !shown.newer.below(row.item).is_empty();
                let frame = shown.newer.function(row.item);
                let bytes = shown.of_call(row.item);
                Some(Line { frame, level: row.level, open: has_more.then_some(row.open), bytes })
            }
            View::Heavy => {
                let row = self.heavy.get(at)?;
                let total = (row.item.before, row.item.size);
                let bytes = Bytes { own: total, total };
                Some(Line { frame: row.item.function, level: row.level, open: Some(row.open), bytes })
            }
        }
    }

    /// The frame of a row.
    pub(super) fn frame_at(&self, view: View, at: usize, shown: &Shown) -> Option<FrameIx> {
        match view {
            View::Flame | View::Functions => self.functions.frames.get(at).copied(),
            View::Tree => self.tree.get(at).map(|row| shown.newer.function(row.item)),
            View::Heavy => self.heavy.get(at).map(|row| row.item.function),
        }
    }

    /// The frame under the cursor.
    pub(super) fn frame(&self, view: View, shown: &Shown) -> Option<FrameIx> {
        self.frame_at(view, self.cursor(view).at, shown)
    }

    /// The call under the cursor, or the heaviest of the function under it.
    pub(super) fn call(&self, view: View, shown: &Shown) -> Option<CallIx> {
        match view {
            View::Tree => self.tree.get(self.cursor(view).at).map(|row| row.item),
            _ => shown.heaviest_call(self.frame(view, shown)?),
        }
    }

    pub(super) fn go(&mut self, view: View, motion: Motion) {
        let (len, height) = (self.len(view), self.height);
        self.cursors[Self::place(view)].go(motion, len, height);
    }

    pub(super) fn put(&mut self, view: View, at: usize) {
        self.cursors[Self::place(view)].at = at;
        self.settle(self.height);
    }

    pub(super) fn scroll(&mut self, view: View, rows: isize) {
        let (len, height) = (self.len(view), self.height);
        self.cursors[Self::place(view)].scroll(rows, len, height);
    }

    /// Learns how many rows are seen.
    pub(super) fn settle(&mut self, height: usize) {
        self.height = height;
        for view in [View::Functions, View::Tree, View::Heavy] {
            let len = self.len(view);
            self.cursors[Self::place(view)].settle(len, height);
        }
    }

    /// The functions, to be ordered by the column next to that of the order they have or will have, or the other way
    /// round.
    pub(super) fn to_order(&self, is_compared: bool, turn: bool) -> Ordered {
        let (columns, sort) =
            (Self::columns(View::Functions, is_compared), self.coming.unwrap_or(self.functions.sort));
        let sort = if turn { reversed(sort) } else { next_sort(columns, u16::MAX.into(), sort) };
        Ordered { frames: self.functions.frames.clone(), sort }
    }

    /// Takes the functions as they were ordered; the cursor stays on its own.
    pub(super) fn ordered(&mut self, functions: Ordered) {
        let keep = self.functions.frames.get(self.cursors[0].at).copied();
        (self.functions, self.coming) = (functions, None);
        if let Some(at) = self.functions.frames.iter().position(|&frame| Some(frame) == keep) {
            self.put(View::Functions, at);
        }
    }

    /// Opens the row under the cursor, or goes to its first. Answers the row whose callers must be found for that.
    pub(super) fn expand(&mut self, view: View, shown: &Shown) -> Option<Heavy> {
        let at = self.cursor(view).at;
        match self.line(view, at, shown).and_then(|line| line.open) {
            Some(true) => self.go(view, Motion::Down),
            Some(false) if view == View::Heavy => return Some(self.heavy.get(at)?.item.clone()),
            Some(false) => self.open(at, shown),
            None => {}
        }
        None
    }

    fn open(&mut self, at: usize, shown: &Shown) {
        let children = self.tree.get(at).map(|row| shown.children(row.item)).unwrap_or_default();
        self.tree.open(at, children.iter().copied());
    }

    /// Opens the row of a function, wherever it is by now, with its callers.
    pub(super) fn opened(&mut self, row: &Heavy, callers: Vec<Heavy>) {
        let is_it = |&at: &usize| self.heavy.get(at).is_some_and(|known| known.item.is(row));
        if let Some(at) = (0..self.heavy.len()).find(is_it) {
            self.heavy.open(at, callers);
        }
    }

    /// Closes the row under the cursor, or goes to the one it hangs from.
    pub(super) fn collapse(&mut self, view: View, shown: &Shown) {
        let at = self.cursor(view).at;
        let is_open = self.line(view, at, shown).and_then(|line| line.open) == Some(true);
        match (view, is_open) {
            (View::Tree, true) => self.tree.close(at),
            (View::Heavy, true) => self.heavy.close(at),
            (View::Tree, false) => self.put(view, self.tree.holder(at).unwrap_or(at)),
            (View::Heavy, false) => self.put(view, self.heavy.holder(at).unwrap_or(at)),
            _ => {}
        }
        self.settle(self.height);
    }

    /// Opens or closes the row under the cursor; answers as [`Self::expand`] does.
    pub(super) fn toggle(&mut self, view: View, shown: &Shown) -> Option<Heavy> {
        let is_open = self.line(view, self.cursor(view).at, shown).and_then(|line| line.open);
        if is_open == Some(false) {
            return self.expand(view, shown);
        }
        if is_open == Some(true) {
            self.collapse(view, shown);
        }
        None
    }

    /// Opens the tree down to a call, and goes there.
    pub(super) fn reveal(&mut self, call: CallIx, shown: &Shown) {
        let mut way: Vec<CallIx> =
            std::iter::successors(Some(call), |&call| shown.newer.caller(call)).collect();
        let mut at = 0;
        while let Some(next) = way.pop() {
            let found =
                (at..self.tree.len()).find(|&at| self.tree.get(at).is_some_and(|row| row.item == next));
            at = found.unwrap_or(at);
            if !way.is_empty() && self.tree.get(at).is_some_and(|row| !row.open) {
                self.open(at, shown);
            }
        }
        self.put(View::Tree, at);
    }

    /// Goes to a function, where functions are listed.
    pub(super) fn find(&mut self, view: View, frame: FrameIx) {
        let found = match view {
            View::Heavy => (0..self.heavy.len()).find(|&at| {
                self.heavy.get(at).is_some_and(|row| row.level == 0 && row.item.function == frame)
            }),
            _ => self.functions.frames.iter().position(|&other| other == frame),
        };
        if let Some(at) = found {
            self.put(view, at);
        }
    }
}

impl Ordered {
    /// Brings them into their order, unless nobody wants that any more.
    pub(super) fn order(&mut self, shown: &Shown, job: &Job) -> Result<(), Cancelled> {
        let name = |frame: FrameIx| shown.newer.frame(frame).name.as_str();
        let Sort { by, descending } = self.sort;
        sort_by(&mut self.frames, job, |&a, &b| {
            let (one, other) = (shown.of_frame(a), shown.of_frame(b));
            let order = match by {
                Order::Name => name(a).cmp(name(b)),
                Order::Own => one.own.1.cmp(&other.own.1),
                Order::Total => one.total.1.cmp(&other.total.1),
                Order::OwnGrowth => delta(one.own).cmp(&delta(other.own)),
                Order::TotalGrowth => delta(one.total).cmp(&delta(other.total)),
            };
            let order = if descending { order.reverse() } else { order };
            order.then(other.total.1.cmp(&one.total.1)).then(a.cmp(&b))
        })
    }
}
