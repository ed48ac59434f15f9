//! Constructors: every class, how many objects it has and what they hold.

use super::{Canvas, emptiness, sheet::Sheet};
use crate::{
    analysis::{
        Analysis,
        order::{By, Sort},
    },
    format,
    heap::ClassIx,
    tui::{
        event::{Asked, Context, Reply, Slot},
        filter::Filter,
        keymap::Action,
        task::{Outcome, Task},
        theme::Role,
        widget::{piece::Piece, table::Column},
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 6] = [
    Column { title: "Constructor", by: Some(By::Name), cells: 18, rank: 9, leaves: 18 },
    Column { title: "Dist", by: Some(By::Distance), cells: 5, rank: 2, leaves: 18 },
    Column { title: "Count", by: Some(By::Count), cells: 9, rank: 4, leaves: 18 },
    Column { title: "Shallow", by: Some(By::Shallow), cells: 8, rank: 3, leaves: 18 },
    Column { title: "Retained", by: Some(By::Retained), cells: 9, rank: 5, leaves: 18 },
    Column { title: "Share", by: None, cells: 5, rank: 1, leaves: 30 },
];

/// The list and its totals.
#[derive(Clone, Debug)]
pub struct State {
    /// The rows.
    pub sheet: Sheet<ClassIx>,
}

impl Default for State {
    fn default() -> Self {
        Self { sheet: Sheet::new(Sort::descending(By::Retained)) }
    }
}

impl State {
    /// Lists anew: other facts, another order, another filter.
    pub fn list(&mut self, cx: &mut Context<'_>) {
        let sort = by_what_is_known(&mut self.sheet, cx.known);
        let task = Task::Classes { sort, filter: self.sheet.filter.clone() };
        match cx.desk.ask(cx.known, Slot::Classes, task) {
            Asked::Now(Outcome::Classes(rows)) => self.sheet.accept(rows),
            Asked::Now(_) => {}
            Asked::Later(request) => self.sheet.pending = Some(request),
        }
    }
}

/// Until retained sizes are known, rows nobody ordered otherwise go by shallow size.
pub fn by_what_is_known<T>(sheet: &mut Sheet<T>, known: &Analysis) -> Sort {
    if !sheet.chosen {
        let by = if known.retained.is_some() { By::Retained } else { By::Shallow };
        sheet.sort = Sort::descending(by);
    }
    sheet.sort
}

/// Does what a key asks for.
pub fn update(state: &mut State, action: Action, cx: &mut Context<'_>) -> Reply {
    if action == Action::Drill {
        return if state.sheet.selected().is_some() { Reply::Deeper } else { Reply::Quiet };
    }
    let mut relist = false;
    let reply = state.sheet.act(action, &COLUMNS, &mut relist);
    if relist {
        state.list(cx);
    }
    reply
}

/// Draws what is seen of it.
pub fn draw(state: &State, canvas: &mut Canvas<'_>) {
    let sheet = &state.sheet;
    canvas.frame("Constructors", &facts(state, canvas));
    let Some(known) = canvas.known else { return canvas.say("reading the file…") };
    if sheet.rows.is_empty() {
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, "no objects at all"));
    }
    let total = canvas.total;
    let cell = |row: usize, column: usize, cells: usize| cell(known, total, sheet.rows[row], column, cells);
    let filter = Filter::new(&sheet.filter);
    canvas.table(&COLUMNS, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(state: &State, canvas: &Canvas<'_>) -> Vec<String> {
    let Some(known) = canvas.known else { return Vec::new() };
    let classes = state.sheet.rows.len() as u64;
    let mut facts = vec![format::count(classes)];
    if state.sheet.filter.is_empty() {
        facts.push(format::objects(known.classes.member_count() as u64));
        // What the filters of the view hide is told above; these bytes are the whole heap's.
        facts.extend((!canvas.narrowed).then(|| format::bytes(canvas.total)));
    } else {
        facts.push(format!("/{}", crate::text::clean(&state.sheet.filter)));
    }
    facts
}

fn cell(known: &Analysis, total: u64, class: ClassIx, column: usize, cells: usize) -> Vec<Piece> {
    let retained = known.retained.as_ref().map(|retained| retained.class(class));
    let text = match column {
        0 => return vec![Piece::foreign(known.classes.name(class), cells, Role::Plain)],
        1 => known.distances.as_ref().map(|distances| distances.class(class).to_string()),
        2 => Some(format::count(known.classes.count(class) as u64)),
        3 => Some(format::bytes(known.classes.shallow(class))),
        4 => retained.map(format::bytes),
        _ => retained.map(|bytes| format::percent(bytes, total)),
    };
    vec![value(text)]
}

/// A number, or the sign that it is still being worked out.
pub fn value(text: Option<String>) -> Piece {
    text.map_or_else(|| Piece::new("…", Role::Dim), |text| Piece::new(text, Role::Plain))
}
