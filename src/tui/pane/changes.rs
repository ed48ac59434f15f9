//! Changes: every class then and now, what came and went, and by how much it grew.

use std::sync::Arc;

use super::{Canvas, emptiness, next_sort, sheet::Sheet};
use crate::{
    analysis::{
        compare::{self, Column as By, Figures, Row},
        order::By as Figure,
    },
    format, text,
    tui::{
        compare::later,
        event::{Desk, Reply, Slot},
        filter::Filter,
        keymap::Action,
        pair::{self, Pair},
        task::{Outcome, Task},
        theme::Role,
        widget::{
            piece::Piece,
            table::{self, Column, Key},
        },
    },
};

/// The columns, the least needed with the lowest rank. The two columns after `Before` and after
/// `After` are of the same snapshot.
pub const COLUMNS: [Column<By>; 13] = [
    column("Constructor", Some(By::Name), 20, 99),
    column("Before", Some(By::Before(Figure::Count)), 7, 6),
    column("shallow", Some(By::Before(Figure::Shallow)), 8, 2),
    column("retained", Some(By::Before(Figure::Retained)), 8, 3),
    column("After", Some(By::After(Figure::Count)), 7, 7),
    column("shallow", Some(By::After(Figure::Shallow)), 8, 4),
    column("retained", Some(By::After(Figure::Retained)), 8, 5),
    column("New", Some(By::New), 7, 9),
    column("Deleted", Some(By::Deleted), 8, 8),
    column("Δ count", Some(By::CountDelta), 8, 12),
    column("Δ shallow", Some(By::ShallowDelta), 10, 13),
    column("", None, 5, 10),
    column("Δ retained", Some(By::RetainedDelta), 11, 11),
];

/// What is left where objects cannot be matched: figures of classes.
const CLASS_COLUMNS: [Column<By>; 11] = [
    COLUMNS[0],
    COLUMNS[1],
    COLUMNS[2],
    COLUMNS[3],
    COLUMNS[4],
    COLUMNS[5],
    COLUMNS[6],
    COLUMNS[9],
    COLUMNS[10],
    COLUMNS[11],
    COLUMNS[12],
];

/// The column of a class's bar.
const BAR: usize = 11;

const fn column(title: &'static str, by: Option<By>, cells: usize, rank: u8) -> Column<By> {
    Column { title, by, cells, rank, leaves: 18 }
}

impl Key for By {
    fn is_descending(self) -> bool {
        self != Self::Name
    }
}

/// The list.
#[derive(Clone, Debug)]
pub struct State {
    /// The rows, as places among the comparison's.
    pub sheet: Sheet<u32, By>,
    /// Whether classes of noise are left out.
    pub quiet: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { sheet: Sheet::new(compare::GROWTH), quiet: false }
    }
}

impl State {
    /// Lists anew: another order, another filter.
    pub fn list(&mut self, pair: &Arc<Pair>, desk: &mut Desk) {
        let (sort, filter) = (self.sheet.sort, self.sheet.filter.clone());
        let task = Task::Changes(Arc::clone(pair), pair::Classes { sort, filter, quiet: self.quiet });
        let asked = desk.ask(pair.found.newer(), Slot::Classes, task);
        if let Some(Outcome::Rows(rows)) = later(asked, &mut self.sheet.pending) {
            self.sheet.accept(rows);
        }
    }

    /// Does what a key asks for.
    pub fn update(&mut self, action: Action, pair: &Arc<Pair>, desk: &mut Desk) -> Reply {
        let mut relist = false;
        let columns = columns(pair);
        let reply = self.sheet.act(action, columns, &mut relist);
        // Two columns may be called alike, and are told apart by what they order by.
        debug_assert!(columns.iter().any(|column| column.by == Some(next_sort(columns, self.sheet.sort).by)));
        if relist {
            self.list(pair, desk);
        }
        reply
    }

    /// Takes the order a click on a head asks for.
    pub fn click_head(&mut self, cells: usize, x: usize, pair: &Arc<Pair>, desk: &mut Desk) {
        if let Some(by) = table::column_at(columns(pair), cells, x) {
            self.sheet.click_head(by);
            self.list(pair, desk);
        }
    }
}

fn columns(pair: &Pair) -> &'static [Column<By>] {
    if pair.found.is_by_object() { &COLUMNS } else { &CLASS_COLUMNS }
}

/// Draws what is seen of it.
pub fn draw(state: &State, pair: &Pair, canvas: &mut Canvas<'_>) {
    let sheet = &state.sheet;
    canvas.frame("Constructors", &facts(state, pair));
    if sheet.rows.is_empty() {
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, "nothing changed"));
    }
    let columns = columns(pair);
    let cell = |row: usize, column: usize, cells: usize| {
        let column = if columns.len() == COLUMNS.len() || column < 7 { column } else { column + 2 };
        cell(pair, sheet.rows[row], column, cells)
    };
    let filter = Filter::new(&sheet.filter);
    canvas.table(columns, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(state: &State, pair: &Pair) -> Vec<String> {
    let mut facts = vec![if state.sheet.filter.is_empty() {
        format!("{} changed", format::count(state.sheet.rows.len() as u64))
    } else {
        format!("/{}", text::clean(&state.sheet.filter))
    }];
    let noise = format::count(pair.noise as u64);
    match (pair.noise, state.quiet) {
        (0, _) => {}
        (_, true) => facts.push(format!("{noise} of native addresses hidden (n)")),
        (_, false) => facts.push(format!("{noise} dimmed ones are native addresses (n hides)")),
    }
    facts
}

fn cell(pair: &Pair, at: u32, column: usize, cells: usize) -> Vec<Piece> {
    let row = pair.row(at);
    let role = if pair.is_noise(row) { Role::Dim } else { Role::Plain };
    if column == 0 {
        return vec![Piece::foreign(pair.found.name(row), cells, role)];
    }
    if column == BAR {
        return vec![bar(row.shallow_delta(), pair.largest)];
    }
    let text = match column {
        1..=3 => figure(&row.before, column - 1),
        4..=6 => figure(&row.after, column - 4),
        7 => some(row.new),
        8 => some(row.deleted),
        9 => return vec![delta(count_delta(row), format::signed_count, role)],
        10 => return vec![delta(row.shallow_delta(), format::signed_bytes, role)],
        _ => return vec![delta(row.retained_delta(), format::signed_bytes, role)],
    };
    vec![Piece::new(text, role)]
}

/// New less deleted; of classes whose objects cannot be matched, how many more there are.
fn count_delta(row: &Row) -> i64 {
    row.after.count as i64 - row.before.count as i64
}

fn figure(figures: &Figures, which: usize) -> String {
    match which {
        0 => some(figures.count),
        1 => format::bytes(figures.shallow),
        _ => format::bytes(figures.retained),
    }
}

/// A count; what is none is a dot, so that what is some stands out.
fn some(count: usize) -> String {
    if count == 0 { "·".to_owned() } else { format::count(count as u64) }
}

/// A change with its sign, in the colour of growth or shrinkage.
pub fn delta(change: i64, write: fn(i64) -> String, plain: Role) -> Piece {
    match change {
        0 => Piece::new("·", Role::Dim),
        _ if plain == Role::Dim => Piece::new(write(change), Role::Dim),
        1.. => Piece::new(write(change), Role::Bad),
        _ => Piece::new(write(change), Role::Good),
    }
}

/// A bar to the right for growth, to the left for shrinkage, of two cells at most.
fn bar(change: i64, largest: u64) -> Piece {
    let share = change.unsigned_abs() as f64 / largest.max(1) as f64;
    // Half cells: what changed at all has one.
    let halves = if change == 0 { 0 } else { ((share * 4.0).ceil() as usize).clamp(1, 4) };
    let (full, half) = (halves / 2, halves % 2);
    match change {
        0 => Piece::new("  │  ", Role::Dim),
        1.. => Piece::new(format!("  │{:<2}", "█".repeat(full) + &"▌".repeat(half)), Role::Bad),
        _ => Piece::new(format!("{:>2}│  ", "▐".repeat(half) + &"█".repeat(full)), Role::Good),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_tells_its_direction_by_its_side() {
        assert_eq!(bar(100, 100).text, "  │██");
        assert_eq!(bar(1, 100).text, "  │▌ ");
        assert_eq!(bar(-60, 100).text, "▐█│  ");
        assert_eq!(bar(0, 0).text, "  │  ");
    }

    #[test]
    fn narrow_tables_keep_the_name_and_the_growth() {
        let titles = |cells| -> Vec<&str> {
            table::places(&COLUMNS, cells).iter().map(|place| COLUMNS[place.column].title).collect()
        };
        assert_eq!(titles(38), ["Constructor", "Δ shallow"]);
        assert_eq!(titles(60), ["Constructor", "Δ count", "Δ shallow", "", "Δ retained"]);
        assert_eq!(titles(124).len(), 12);
        assert_eq!(titles(10), ["Constructor"]);
    }
}
