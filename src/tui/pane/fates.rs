//! Fates: the objects of the selected class, the new ones first, then deleted, then kept.

use std::{ops::Range, sync::Arc};

use super::{Canvas, classes::value, emptiness, objects::label, sheet::Sheet};
use crate::{
    analysis::{
        Analysis,
        order::{By, Sort},
    },
    format, text,
    tui::{
        compare::later,
        event::{Desk, Reply, Slot},
        filter::Filter,
        keymap::Action,
        marks::Marked,
        pair::{Age, Fate, Pair},
        task::{Outcome, Task},
        theme::Role,
        widget::{
            piece::{self, Piece},
            table::Column,
        },
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 4] = [
    Column { title: "Object", by: Some(By::Name), cells: 12, rank: 9, leaves: 12 },
    Column { title: "@id", by: Some(By::Id), cells: 11, rank: 2, leaves: 14 },
    Column { title: "Shallow", by: Some(By::Shallow), cells: 17, rank: 1, leaves: 16 },
    Column { title: "Retained", by: Some(By::Retained), cells: 17, rank: 3, leaves: 12 },
];

/// The objects of one class.
#[derive(Clone, Debug)]
pub struct State {
    /// The row of the class.
    pub row: Option<u32>,
    /// The objects.
    pub sheet: Sheet<Fate>,
    /// Which rows are new, deleted, kept.
    groups: [Range<usize>; 3],
}

impl Default for State {
    fn default() -> Self {
        Self { row: None, sheet: Sheet::new(Sort::descending(By::Retained)), groups: Default::default() }
    }
}

impl State {
    /// Shows another class.
    pub fn show(&mut self, row: Option<u32>, pair: &Arc<Pair>, desk: &mut Desk) {
        self.sheet.clear();
        self.groups = Default::default();
        self.row = row;
        self.list(pair, desk);
    }

    /// Lists anew: another order, another filter.
    pub fn list(&mut self, pair: &Arc<Pair>, desk: &mut Desk) {
        let Some(row) = self.row else { return };
        let (sort, filter) = (self.sheet.sort, self.sheet.filter.clone());
        let task = Task::Fates { pair: Arc::clone(pair), row, sort, filter };
        let asked = desk.ask(pair.found.newer(), Slot::Objects, task);
        if let Some(Outcome::Fates(rows)) = later(asked, &mut self.sheet.pending) {
            self.accept(rows);
        }
    }

    /// Takes new rows.
    pub fn accept(&mut self, rows: Arc<[Fate]>) {
        self.groups = groups(&rows);
        self.sheet.accept(rows);
    }

    /// Whether any object of that group is listed.
    pub fn has_group(&self, group: u8) -> bool {
        !self.groups[group as usize].is_empty()
    }

    /// Goes to the first object of a group.
    pub fn go_to_group(&mut self, group: u8) {
        self.sheet.go_to(self.groups[group as usize].start);
    }

    /// Does what a key asks for.
    pub fn update(&mut self, action: Action, pair: &Arc<Pair>, desk: &mut Desk) -> Reply {
        let mut relist = false;
        let reply = self.sheet.act(action, &COLUMNS, &mut relist);
        if relist {
            self.list(pair, desk);
        }
        reply
    }
}

/// Where each group stands. They do not mix, so each end is found by halving.
fn groups(rows: &[Fate]) -> [Range<usize>; 3] {
    let mut found: [Range<usize>; 3] = Default::default();
    let mut start = 0;
    while let Some(first) = rows.get(start) {
        let group = first.group();
        let len = rows[start..].partition_point(|fate| fate.group() == group);
        found[group as usize] = start..start + len;
        start += len;
    }
    found
}

/// What a group is called; where objects cannot be matched, only by its snapshot.
fn group_name(by_object: bool, group: usize) -> &'static str {
    match (by_object, group) {
        (true, 0) => "new",
        (true, 1) => "deleted",
        (true, _) => "kept",
        (false, 0) => "after",
        (false, _) => "before",
    }
}

/// Draws what is seen of it.
pub fn draw(state: &State, pair: &Pair, between: (usize, usize), canvas: &mut Canvas<'_>) {
    let sheet = &state.sheet;
    let Some(row) = state.row else { return canvas.frame("Objects", &[]) };
    canvas.frame(&format!("Objects of {}", text::snippet(pair.name(row), 30)), &facts(state, pair));
    if sheet.rows.is_empty() {
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, "none"));
    }
    let marked = canvas.marked;
    let cell = |row: usize, column: usize, cells: usize| match (sheet.rows[row], column) {
        (fate, 0) => name(pair, fate, marked.of_age(between, fate.home().0), cells),
        (fate, _) => size(pair, fate, column),
    };
    let filter = Filter::new(&sheet.filter);
    canvas.table(&COLUMNS, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(state: &State, pair: &Pair) -> Vec<String> {
    let by_object = pair.found.is_by_object();
    let count =
        |at: usize| format!("{} {}", format::count(state.groups[at].len() as u64), group_name(by_object, at));
    let mut facts: Vec<String> = (0..if by_object { 3 } else { 2 }).map(count).collect();
    if !state.sheet.filter.is_empty() {
        facts.push(format!("/{}", text::clean(&state.sheet.filter)));
    }
    facts
}

fn size(pair: &Pair, fate: Fate, column: usize) -> Vec<Piece> {
    let (age, node) = fate.home();
    let known = pair.known(age);
    let figure = |figure: &dyn Fn(&Analysis, crate::heap::NodeIx) -> Option<u64>| match fate {
        Fate::Kept(then, now) => {
            let sizes = figure(pair.known(Age::Older), then).zip(figure(pair.known(Age::Newer), now));
            vec![value(sizes.map(|(then, now)| then_now(then, now)))]
        }
        _ => vec![value(figure(known, node).map(format::bytes))],
    };
    match column {
        1 => vec![Piece::new(known.heap.id(node).to_string(), Role::Dim)],
        2 => figure(&|known, node| Some(known.shallow(node))),
        _ => figure(&Analysis::retained),
    }
}

/// `40 B → 96 B`, or one size where nothing changed.
pub fn then_now(then: u64, now: u64) -> String {
    let (then, now) = (format::bytes(then), format::bytes(now));
    if then == now { now } else { format!("{then} → {now}") }
}

fn name(pair: &Pair, fate: Fate, marked: Marked<'_>, cells: usize) -> Vec<Piece> {
    let (age, node) = fate.home();
    let (sign, role) = match fate {
        // Ids of two processes say nothing of what came and went.
        _ if !pair.found.is_by_object() => ("", Role::Plain),
        Fate::New(_) => ("+ ", Role::Bad),
        Fate::Deleted(_) => ("\u{2212} ", Role::Good),
        Fate::Kept(..) => ("= ", Role::Dim),
    };
    let known = pair.known(age);
    let mut pieces = vec![Piece::new(sign, role)];
    pieces.extend(marked.sign(known.heap.id(node)));
    pieces.push(label(known, node, cells.saturating_sub(piece::width(&pieces))));
    pieces
}
