//! Objects: the members of the selected class.

use super::{
    Canvas,
    classes::{by_what_is_known, value},
    emptiness, outline,
    sheet::Sheet,
};
use crate::{
    analysis::{
        Analysis,
        order::{By, Sort},
    },
    format,
    heap::{ClassIx, NodeIx},
    text,
    tui::{
        event::{Asked, Context, Reply, Slot},
        filter::Filter,
        keymap::Action,
        marks::Marked,
        task::{Outcome, Task},
        theme::Role,
        widget::{
            piece::{self, Piece},
            table::Column,
        },
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 6] = [
    Column { title: "Object ← held as", by: Some(By::Name), cells: 18, rank: 9, leaves: 18 },
    Column { title: "@id", by: Some(By::Id), cells: 11, rank: 4, leaves: 18 },
    Column { title: "Dist", by: Some(By::Distance), cells: 5, rank: 2, leaves: 18 },
    Column { title: "Shallow", by: Some(By::Shallow), cells: 8, rank: 3, leaves: 18 },
    Column { title: "Retained", by: Some(By::Retained), cells: 9, rank: 5, leaves: 18 },
    Column { title: "Share", by: None, cells: 5, rank: 1, leaves: 34 },
];

/// The members of one class.
#[derive(Clone, Debug)]
pub struct State {
    /// The class.
    pub class: Option<ClassIx>,
    /// The rows.
    pub sheet: Sheet<NodeIx>,
    /// An object somebody jumped to that is no row: it has no size, so its class does not count it.
    pub guest: Option<NodeIx>,
}

impl Default for State {
    fn default() -> Self {
        Self { class: None, sheet: Sheet::new(Sort::descending(By::Retained)), guest: None }
    }
}

impl State {
    /// The object the lower panes are about.
    pub fn selected(&self) -> Option<NodeIx> {
        self.guest.or(self.sheet.want).or_else(|| self.sheet.selected())
    }

    /// Shows another class.
    pub fn show(&mut self, class: Option<ClassIx>, cx: &mut Context<'_>) {
        self.sheet.clear();
        self.guest = None;
        self.class = class;
        self.list(cx);
    }

    /// Lists anew: other facts, another order, another filter.
    pub fn list(&mut self, cx: &mut Context<'_>) {
        let Some(class) = self.class else { return };
        let sort = by_what_is_known(&mut self.sheet, cx.known);
        let task = Task::Objects { class, sort, filter: self.sheet.filter.clone() };
        match cx.desk.ask(cx.known, Slot::Objects, task) {
            Asked::Now(Outcome::Objects(rows)) => self.sheet.accept(rows),
            Asked::Now(_) => {}
            Asked::Later(request) => self.sheet.pending = Some(request),
        }
    }

    /// Asks anew whether the guest is a row: filters come and go.
    pub fn receive_guest(&mut self, known: &Analysis) {
        if let Some(guest) = self.guest {
            self.select(guest, known);
        }
    }

    /// Goes back to the rows after a jump to what is none.
    pub fn leave_guest(&mut self) {
        self.guest = None;
        self.sheet.want = None;
    }

    /// Selects a member, or keeps it as a guest where the class does not count it.
    pub fn select(&mut self, node: NodeIx, known: &Analysis) {
        self.guest = (!known.classes.is_member(node)).then_some(node);
        if self.guest.is_none() {
            self.sheet.select(node);
        }
    }
}

/// Does what a key asks for.
pub fn update(state: &mut State, action: Action, cx: &mut Context<'_>) -> Reply {
    if action == Action::Drill {
        return if state.selected().is_some() { Reply::Deeper } else { Reply::Quiet };
    }
    let mut relist = false;
    let reply = state.sheet.act(action, &COLUMNS, &mut relist);
    // A guest stays while there is no row to go to.
    if reply == Reply::Moved && !relist && !state.sheet.rows.is_empty() {
        state.leave_guest();
    }
    if relist {
        state.list(cx);
    }
    reply
}

/// Draws what is seen of it.
pub fn draw(state: &State, canvas: &mut Canvas<'_>) {
    let sheet = &state.sheet;
    let Some((known, class)) = canvas.known.zip(state.class) else { return canvas.frame("Objects", &[]) };
    let name = format!("Objects of {}", text::snippet(known.classes.name(class), 40));
    canvas.frame(&name, &facts(state, class, known));
    if sheet.rows.is_empty() {
        let nothing = match state.guest {
            Some(_) => "the object that is shown below does not pass the filters (F or Esc takes them off)",
            None => "none",
        };
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, nothing));
    }
    table(sheet, known, canvas);
}

/// Draws rows of objects.
pub fn table(sheet: &Sheet<NodeIx>, known: &Analysis, canvas: &mut Canvas<'_>) {
    let (total, marked) = (canvas.total, canvas.marked);
    let cell = |row: usize, column: usize, cells: usize| match column {
        0 => name_cell(known, sheet.rows[row], marked, cells),
        _ => vec![figure(known, total, sheet.rows[row], column)],
    };
    let filter = Filter::new(&sheet.filter);
    canvas.table(&COLUMNS, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(state: &State, class: ClassIx, known: &Analysis) -> Vec<String> {
    let all = known.classes.count(class) as u64;
    // A title is cut at its end: what is odd comes first.
    let mut facts: Vec<String> = state.guest.map(|guest| oddity(guest, known)).into_iter().collect();
    facts.extend(match state.sheet.filter.as_str() {
        "" => vec![format::count(all), format::bytes(known.classes.shallow(class))],
        filter => vec![
            format!("{} of {}", format::count(state.sheet.rows.len() as u64), format::count(all)),
            format!("/{}", text::clean(filter)),
        ],
    });
    if state.sheet.pending.is_some() {
        facts.push("working…".to_owned());
    }
    facts
}

/// Why an object that is shown below is no row.
fn oddity(guest: NodeIx, known: &Analysis) -> String {
    let why = if known.shallow(guest) == 0 { "no size, no row" } else { "filtered out" };
    format!("{}: {why}", known.heap.id(guest))
}

/// One figure of a row of objects.
fn figure(known: &Analysis, total: u64, node: NodeIx, column: usize) -> Piece {
    let text = match column {
        1 => return Piece::new(known.heap.id(node).to_string(), Role::Dim),
        2 => known.distance(node).map(|distance| distance.to_string()),
        3 => Some(format::bytes(known.shallow(node))),
        4 => known.retained(node).map(format::bytes),
        _ => known.retained(node).map(|bytes| format::percent(bytes, total)),
    };
    value(text)
}

/// The object, and by what name its nearest retainer holds it: what tells one `Array` of
/// thousands from another.
fn name_cell(known: &Analysis, node: NodeIx, marked: Marked<'_>, cells: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = marked.sign(known.heap.id(node)).into_iter().collect();
    let soft = pieces.len();
    pieces.push(label(known, node, cells));
    if let Some(edge) = outline::nearest_retainer(known, node) {
        pieces.push(Piece::new(" ← ", Role::Dim));
        pieces.push(outline::edge_piece(known, &known.heap.edge(edge), cells));
        piece::fit(&mut pieces, soft, cells);
    }
    pieces
}

/// A node's label in at most `cells` cells; strings look like strings.
pub fn label(known: &Analysis, node: NodeIx, cells: usize) -> Piece {
    let role = if known.heap.kind(node).is_string() { Role::Text } else { Role::Plain };
    let label = known.names.label(&known.heap, node);
    let label = if label.is_empty() { known.classes.name(known.classes.of(node)) } else { &label };
    Piece::foreign(label, cells, role)
}
