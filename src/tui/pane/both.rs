//! Before and after: the fields of a kept object side by side, those that changed first.

use std::sync::Arc;

use super::{Canvas, Pointing, emptiness, fates::then_now, objects::label, sheet::Sheet};
use crate::{
    analysis::{
        collection::{self, Shape},
        order::{By, Sort},
    },
    format,
    heap::{NodeId, NodeIx},
    text,
    tui::{
        compare::later,
        event::{Desk, Reply, Slot},
        filter::Filter,
        keymap::Action,
        pair::{self, Age, Change, Fate, Field, Pair},
        task::{Outcome, Task},
        theme::Role,
        widget::{
            piece::{self, Piece},
            table::Column,
        },
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 3] = [
    Column { title: "Field then → now", by: Some(By::Name), cells: 20, rank: 9, leaves: 20 },
    Column { title: "Shallow", by: Some(By::Shallow), cells: 16, rank: 1, leaves: 40 },
    Column { title: "Retained", by: Some(By::Retained), cells: 18, rank: 2, leaves: 20 },
];

/// An object that gained or lost so many properties is used as a dictionary; of fewer the fields tell.
const MANY: u64 = 8;

/// The fields of an object before and after.
#[derive(Clone, Debug)]
pub struct State {
    /// The object, whatever became of it; only a kept one is shown here.
    pub subject: Option<Fate>,
    /// The fields.
    pub sheet: Sheet<Field>,
    /// What is said of the object itself.
    notes: Vec<String>,
    width: usize,
    height: usize,
}

impl Default for State {
    fn default() -> Self {
        let sheet = Sheet::new(Sort::descending(By::Retained));
        Self { subject: None, sheet, notes: Vec::new(), width: 0, height: 0 }
    }
}

impl State {
    /// Shows another object.
    pub fn show(&mut self, subject: Option<Fate>, pair: &Arc<Pair>, desk: &mut Desk) {
        self.subject = subject;
        self.sheet.clear();
        self.notes = match subject {
            Some(Fate::Kept(then, now)) => notes(pair, then, now),
            _ => Vec::new(),
        };
        self.resize(self.width, self.height);
        self.list(pair, desk);
    }

    /// Lists anew: another order, another filter.
    pub fn list(&mut self, pair: &Arc<Pair>, desk: &mut Desk) {
        let Some(Fate::Kept(then, now)) = self.subject else { return };
        let (sort, filter) = (self.sheet.sort, self.sheet.filter.clone());
        let task = Task::Fields { pair: Arc::clone(pair), kept: (then, now), sort, filter };
        let asked = desk.ask(pair.found.newer(), Slot::Inside, task);
        if let Some(Outcome::Fields(rows)) = later(asked, &mut self.sheet.pending) {
            self.sheet.accept(rows);
        }
    }

    /// Does what a key asks for.
    pub fn update(&mut self, action: Action, pair: &Arc<Pair>, desk: &mut Desk) -> Reply {
        if action == Action::Drill {
            return self.pointed(pair).map_or(Reply::Quiet, |(_, node)| Reply::Visit(node));
        }
        let mut relist = false;
        self.sheet.act(action, &COLUMNS, &mut relist);
        if relist {
            self.list(pair, desk);
        }
        Reply::Quiet
    }

    /// What the field under the cursor refers to, now or, if it went, then.
    pub fn pointed(&self, pair: &Pair) -> Option<(Age, NodeIx)> {
        let field = self.sheet.selected()?;
        let of = |age| pair::target(pair, age, &field).map(|node| (age, node));
        of(Age::Newer).or_else(|| of(Age::Older))
    }

    /// Learns how many cells and rows are seen.
    pub fn resize(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.sheet.resize(width, height.saturating_sub(self.noted()));
    }

    /// How many notes there is room for: a row or two must be left.
    fn noted(&self) -> usize {
        self.notes.len().min(self.height / 2)
    }

    /// Follows the mouse.
    pub fn point(&mut self, to: Pointing) -> Reply {
        let to = match to {
            Pointing::Row(row) => match row.checked_sub(self.noted()) {
                Some(row) => Pointing::Row(row),
                None => return Reply::Quiet,
            },
            scroll @ Pointing::Scroll(_) => scroll,
        };
        self.sheet.point(to);
        Reply::Quiet
    }
}

/// What became of the object itself.
fn notes(pair: &Pair, then: NodeIx, now: NodeIx) -> Vec<String> {
    let (older, newer) = (pair.known(Age::Older), pair.known(Age::Newer));
    let mut notes = Vec::new();
    let sizes = (collection::measure(older, then), collection::measure(newer, now));
    if let (Some((_, before)), Some((shape, after))) = sizes
        && (before != after && shape != Shape::Object || before.abs_diff(after) >= MANY)
    {
        let (before, after) = (format::count(before), format::count(after));
        let unit = if shape == Shape::Object { "properties" } else { "entries" };
        notes.push(format!("{before} → {after} {unit}"));
    }
    let retained = older.retained(then).zip(newer.retained(now));
    let retained = retained.map_or_else(|| "…".to_owned(), |(then, now)| then_now(then, now));
    notes
        .push(format!("shallow {} · retained {retained}", then_now(older.shallow(then), newer.shallow(now))));
    notes
}

/// Draws what is seen of it.
pub fn draw(state: &State, pair: &Pair, between: (usize, usize), canvas: &mut Canvas<'_>) {
    let Some(Fate::Kept(_, now)) = state.subject else { return };
    let known = pair.known(Age::Newer);
    let who = label(known, now, 36).text;
    canvas.frame(&format!("Inside {who} {}", known.heap.id(now)), &facts(state));
    let strong = |at| if at == 0 && state.notes.len() > 1 { Role::Bad } else { Role::Plain };
    let notes = state.notes.iter().take(state.noted()).enumerate();
    let notes: Vec<Piece> = notes.map(|(at, note)| Piece::new(note.clone(), strong(at))).collect();
    canvas.notes(&notes);
    if state.sheet.rows.is_empty() {
        canvas.say(&emptiness(state.sheet.pending.is_some(), &state.sheet.filter, "it refers to nothing"));
    }
    let sheet = &state.sheet;
    let marked = canvas.marked;
    let cell = |row: usize, column: usize, cells: usize| match column {
        0 => {
            let sign = |age, id| marked.of_age(between, age).sign(id);
            name(pair, &sheet.rows[row], &sign, cells)
        }
        _ => size(pair, &sheet.rows[row], column),
    };
    let filter = Filter::new(&sheet.filter);
    canvas.table(&COLUMNS, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(state: &State) -> Vec<String> {
    let count = |change| state.sheet.rows.iter().filter(|field| field.change == change).count() as u64;
    let counts = [(Change::Came, "came"), (Change::Went, "went"), (Change::Elsewhere, "elsewhere")];
    let mut facts = vec!["before and after".to_owned()];
    let counts = counts.map(|(change, what)| (count(change), what));
    facts.extend(
        counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(n, what)| format!("{} {what}", format::count(*n))),
    );
    if !state.sheet.filter.is_empty() {
        facts.push(format!("/{}", text::clean(&state.sheet.filter)));
    }
    facts
}

fn size(pair: &Pair, field: &Field, column: usize) -> Vec<Piece> {
    let size = |age| {
        pair::target(pair, age, field).map(|node| match column {
            1 => pair.known(age).shallow(node),
            _ => pair.known(age).retained(node).unwrap_or(0),
        })
    };
    let text = match (size(Age::Older), size(Age::Newer)) {
        (Some(then), Some(now)) => then_now(then, now),
        (None, Some(now)) => format!("+{}", format::bytes(now)),
        (Some(then), None) => format!("\u{2212}{}", format::bytes(then)),
        (None, None) => String::new(),
    };
    vec![Piece::new(text, Role::Plain)]
}

/// `≠ next: Request @5 → Request @9`
fn name(
    pair: &Pair,
    field: &Field,
    marked: &dyn Fn(Age, NodeId) -> Option<Piece>,
    cells: usize,
) -> Vec<Piece> {
    let (sign, role) = match field.change {
        Change::Came => ("+ ", Role::Bad),
        Change::Went => ("\u{2212} ", Role::Good),
        Change::Elsewhere => ("≠ ", Role::Match),
        Change::Same => ("= ", Role::Dim),
    };
    let mut pieces = vec![
        Piece::new(sign, role),
        Piece::foreign(&pair::field_name(pair, field), cells / 2, Role::Property),
        Piece::new(": ", Role::Dim),
    ];
    let mention = |age| {
        let target = pair::target(pair, age, field).into_iter();
        target.flat_map(move |node| {
            let sign = marked(age, pair.known(age).heap.id(node));
            sign.into_iter().chain([mention(pair, age, node, cells)])
        })
    };
    match field.change {
        Change::Elsewhere => {
            pieces.extend(mention(Age::Older));
            pieces.push(Piece::new(" → ", Role::Dim));
            pieces.extend(mention(Age::Newer));
        }
        Change::Went => pieces.extend(mention(Age::Older)),
        Change::Came | Change::Same => pieces.extend(mention(Age::Newer)),
    }
    piece::fit(&mut pieces, 3, cells);
    pieces
}

fn mention(pair: &Pair, age: Age, node: NodeIx, cells: usize) -> Piece {
    let known = pair.known(age);
    let mut piece = label(known, node, cells);
    piece.text = format!("{} {}", piece.text, known.heap.id(node));
    piece
}
