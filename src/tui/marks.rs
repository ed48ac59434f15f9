//! Marks: objects to come back to, from any view and any filter.
//!
//! A mark is an object of one snapshot. Snapshots of one process share ids, so it shows on the same
//! object in all of them, and the list leads there too.

use super::{
    chooser::{Chooser, Menu},
    lookup,
    pair::Age,
    pane::{Canvas, objects::label},
    series,
    state::State,
    theme::Role,
    travel,
    widget::{list::Cursor, piece::Piece, table::Column},
};
use crate::{
    analysis::order::{By, Sort},
    format,
    heap::{NodeId, NodeIx},
    text,
    tui::{about::mention, filter::Filter},
};

/// What stands before the name of a marked object.
const SIGN: &str = "◆ ";

const COLUMNS: [Column; 5] = [
    Column { title: "Object", by: None, cells: 0, rank: 9, leaves: 0 },
    Column { title: "@id", by: None, cells: 11, rank: 4, leaves: 18 },
    Column { title: "Constructor", by: None, cells: 20, rank: 2, leaves: 30 },
    Column { title: "Retained", by: None, cells: 9, rank: 5, leaves: 18 },
    Column { title: "Snapshot", by: None, cells: 14, rank: 1, leaves: 24 },
];

/// A marked object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The snapshot it was marked in.
    pub at: usize,
    /// Its node there.
    pub node: NodeIx,
    /// Its id.
    pub id: NodeId,
}

/// The marks as the rows of one snapshot ask for them.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    marks: &'a [Mark],
    /// The snapshot.
    at: usize,
    /// Whether ids mean nothing in other snapshots.
    apart: bool,
}

impl<'a> Marked<'a> {
    /// The marks as a snapshot sees them.
    pub fn of(state: &'a State, at: usize) -> Self {
        Self { marks: &state.marks, at, apart: state.growth.unrelated }
    }

    /// The same as one of two snapshots that are compared sees them.
    #[must_use]
    pub fn of_age(self, between: (usize, usize), age: Age) -> Self {
        let at = match age {
            Age::Older => between.0,
            Age::Newer => between.1,
        };
        Self { at, ..self }
    }

    /// The sign of a marked object; nothing for others.
    pub fn sign(&self, id: NodeId) -> Option<Piece> {
        self.place(id).map(|_| Piece::new(SIGN, Role::Match))
    }

    fn place(&self, id: NodeId) -> Option<usize> {
        self.marks.iter().position(|mark| mark.id == id && (mark.at == self.at || !self.apart))
    }
}

/// Marks the object under the cursor, or no longer.
pub(super) fn toggle(state: &mut State) {
    let Some((at, node)) = state.pointed().map(|pointed| (pointed.at, pointed.node)) else { return };
    let Some(known) = &state.files[at].known else { return };
    let (id, name) = (known.heap.id(node), mention(known, node));
    let name = text::snippet(&name, 50);
    if let Some(place) = Marked::of(state, at).place(id) {
        state.marks.remove(place);
        state.say(Role::Good, format!("{name} is no longer marked"));
    } else {
        state.marks.push(Mark { at, node, id });
        state.say(Role::Good, format!("marked {name} · M lists marks"));
    }
}

/// Opens the list of marks.
pub(super) fn list(state: &mut State) {
    state.chooser = Some(Chooser::new(Menu::Marks));
}

/// Forgets a mark of the list; the last one takes the list with it.
pub(super) fn forget(state: &mut State, row: usize) {
    if row < state.marks.len() {
        state.marks.remove(row);
    }
    if state.marks.is_empty() {
        state.chooser = None;
    }
}

/// Goes to a mark of the list, in the snapshot it was made in.
pub(super) fn go(state: &mut State, row: usize) {
    let Some(&Mark { at, node, .. }) = state.marks.get(row) else { return };
    travel::traced(state, |state| travel::visit(state, at, node));
}

/// Goes to the same object in another snapshot.
pub(super) fn go_elsewhere(state: &mut State, row: usize) {
    let Some(&Mark { at, node, .. }) = state.marks.get(row) else { return };
    travel::traced(state, |state| lookup::elsewhere(state, at, node));
}

/// Draws the list.
pub(super) fn draw(state: &State, cursor: Cursor, canvas: &mut Canvas<'_>) {
    canvas.frame("Marks", &[format::count(state.marks.len() as u64)]);
    let several = usize::from(state.files.len() > 1);
    let columns = &COLUMNS[..COLUMNS.len() - 1 + several];
    let cell = |row: usize, column: usize, cells: usize| cell(state, &state.marks[row], column, cells);
    let rows = (0, state.marks.len(), cursor);
    canvas.table(columns, Sort::ascending(By::Name), rows, &Filter::new(""), &cell);
}

fn cell(state: &State, mark: &Mark, column: usize, cells: usize) -> Vec<Piece> {
    let Some(known) = &state.files[mark.at].known else { return Vec::new() };
    let piece = match column {
        0 => label(known, mark.node, cells),
        1 => Piece::new(mark.id.to_string(), Role::Dim),
        2 => Piece::foreign(known.classes.name(known.classes.of(mark.node)), cells, Role::Plain),
        3 => Piece::new(known.retained(mark.node).map_or_else(|| "…".to_owned(), format::bytes), Role::Plain),
        _ => Piece::new(text::snippet(&series::label(state, mark.at), cells), Role::Plain),
    };
    vec![piece]
}
