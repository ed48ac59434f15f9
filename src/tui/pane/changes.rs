//! Changes: every class then and now, what came and went, and by how much it grew.

use std::sync::Arc;

use super::{Canvas, emptiness, sheet::Sheet};
use crate::{
    analysis::{
        compare::{self, Column as By, Figures, Row},
        growth::Verdict,
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
            spark,
            table::{self, Column, Key},
        },
    },
    words,
};

/// The columns of two snapshots, the least needed with the lowest rank; each says which it is of.
const PAIR: [Column<By>; 7] = [
    NAME,
    column("# before", Some(By::Before(Figure::Count)), 8, 6),
    column("sh. before", Some(By::Before(Figure::Shallow)), 10, 2),
    column("ret. before", Some(By::Before(Figure::Retained)), 11, 3),
    column("# after", Some(By::After(Figure::Count)), 7, 7),
    column("sh. after", Some(By::After(Figure::Shallow)), 9, 2),
    column("ret. after", Some(By::After(Figure::Retained)), 10, 5),
];

const NAME: Column<By> = column("Constructor", Some(By::Name), 20, 99);

/// What only objects that can be matched tell.
const FATES: [Column<By>; 2] =
    [column("New", Some(By::New), 7, 9), column("Deleted", Some(By::Deleted), 8, 8)];

const CHANGES: [Column<By>; 4] = [
    column("Δ count", Some(By::CountDelta), 8, 12),
    column("Δ shallow", Some(By::ShallowDelta), 10, 14),
    column(BAR, None, 5, 10),
    column("Δ retained", Some(By::RetainedDelta), 11, 11),
];

/// The column of a class's bar.
const BAR: &str = "";

/// The column of a series' line and what it says.
const TREND: &str = "Trend";

/// The heads of a series' snapshots.
const ORDINALS: [&str; 16] =
    ["#1", "#2", "#3", "#4", "#5", "#6", "#7", "#8", "#9", "#10", "#11", "#12", "#13", "#14", "#15", "#16"];

/// More snapshots than this have no columns of their own.
const MOST: usize = 8;

/// What each snapshot's column of a series can show.
const FIGURES: [Figure; 3] = [Figure::Shallow, Figure::Retained, Figure::Count];

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
    /// Whether only classes that grew in every step are listed.
    pub every: bool,
    /// What the columns of a series' snapshots show.
    pub figure: Figure,
}

impl Default for State {
    fn default() -> Self {
        let sheet = Sheet::new(compare::GROWTH);
        Self { sheet, quiet: false, every: false, figure: FIGURES[0] }
    }
}

impl State {
    /// The same without rows, in the same order.
    #[must_use]
    pub fn emptied(&self) -> Self {
        // A column of one snapshot may be gone.
        let sort = match self.sheet.sort.by {
            By::Of(..) | By::Before(_) | By::After(_) => compare::GROWTH,
            _ => self.sheet.sort,
        };
        Self { sheet: Sheet::new(sort), every: false, ..self.clone() }
    }

    /// Has the columns of a series' snapshots show the next figure.
    pub fn next_figure(&mut self) {
        let at = FIGURES.iter().position(|&figure| figure == self.figure).unwrap_or(0);
        self.figure = FIGURES[(at + 1) % FIGURES.len()];
        if let By::Of(at, _) = self.sheet.sort.by {
            self.sheet.sort.by = By::Of(at, self.figure);
        }
    }

    /// What the columns of a series' snapshots show, in words.
    pub fn figure_name(&self) -> &'static str {
        match self.figure {
            Figure::Count => "counts",
            Figure::Retained => "retained sizes",
            _ => "shallow sizes",
        }
    }

    /// Lists anew: another order, another filter.
    pub fn list(&mut self, pair: &Arc<Pair>, desk: &mut Desk) {
        let (sort, filter) = (self.sheet.sort, self.sheet.filter.clone());
        let spec = pair::Classes { sort, filter, quiet: self.quiet, every: self.every };
        let task = Task::Changes(Arc::clone(pair), spec);
        let asked = desk.ask(pair.found.newer(), Slot::Classes, task);
        if let Some(Outcome::Rows(rows)) = later(asked, &mut self.sheet.pending) {
            self.sheet.accept(rows);
        }
    }

    /// Does what a key asks for.
    pub fn update(&mut self, action: Action, pair: &Arc<Pair>, desk: &mut Desk) -> Reply {
        let mut relist = false;
        let columns = columns(pair, self.figure);
        let reply = self.sheet.act(action, &columns, &mut relist);
        if relist {
            self.list(pair, desk);
        }
        reply
    }

    /// Takes the order a click on a head asks for.
    pub fn click_head(&mut self, cells: usize, x: usize, pair: &Arc<Pair>, desk: &mut Desk) {
        if let Some(by) = table::column_at(&columns(pair, self.figure), cells, x) {
            self.sheet.click_head(by);
            self.list(pair, desk);
        }
    }
}

/// The columns for as many snapshots as there are, of those objects that can be matched or not.
fn columns(pair: &Pair, figure: Figure) -> Vec<Column<By>> {
    let snapshots = pair.snapshots();
    let mut columns = if snapshots > 2 { series(snapshots, figure) } else { PAIR.to_vec() };
    columns.extend_from_slice(if pair.found.is_by_object() { &FATES } else { &[] });
    columns.extend_from_slice(&CHANGES);
    columns
}

/// A column a snapshot, and what they say together. Of long series the last snapshots have
/// columns; the line shows all.
fn series(snapshots: usize, figure: Figure) -> Vec<Column<By>> {
    let of = |at: usize| {
        let title = ORDINALS.get(at).copied().unwrap_or("later");
        // Snapshots between the ends go first, the ends last.
        let rank = if at == 0 || at + 1 == snapshots { 7 } else { 5 };
        column(title, Some(By::Of(at as u16, figure)), 8, rank)
    };
    let trend = column(TREND, None, snapshots.min(spark::MOST) + 13, 13);
    // The first one is what all others are compared with.
    let shown = std::iter::once(0).chain(snapshots.saturating_sub(MOST - 1).max(1)..snapshots);
    [NAME].into_iter().chain(shown.map(of)).chain([trend]).collect()
}

/// Draws what is seen of it.
pub fn draw(state: &State, pair: &Pair, canvas: &mut Canvas<'_>) {
    let sheet = &state.sheet;
    canvas.frame("Constructors", &facts(state, pair));
    if sheet.rows.is_empty() {
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, "nothing changed"));
    }
    let columns = columns(pair, state.figure);
    let cell = |row: usize, column: usize, cells: usize| cell(pair, sheet.rows[row], &columns[column], cells);
    let filter = Filter::new(&sheet.filter);
    canvas.table(&columns, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(state: &State, pair: &Pair) -> Vec<String> {
    let mut facts = vec![if state.sheet.filter.is_empty() {
        format!("{} changed", format::count(state.sheet.rows.len() as u64))
    } else {
        format!("/{}", text::clean(&state.sheet.filter))
    }];
    if pair.snapshots() > 2 {
        facts.push(state.figure_name().to_owned());
    }
    facts.extend(state.every.then(|| "grew in every step".to_owned()));
    let noise = format::count(pair.noise as u64);
    match (pair.noise, state.quiet) {
        _ if state.every || !state.sheet.filter.is_empty() => {}
        (0, _) => {}
        (_, true) => facts.push(format!("{noise} of native addresses hidden (a)")),
        (_, false) => facts.push(format!("{noise} dimmed ones are native addresses (a hides)")),
    }
    facts
}

fn cell(pair: &Pair, at: u32, column: &Column<By>, cells: usize) -> Vec<Piece> {
    let row = pair.row(at);
    let role = if row.is_noise { Role::Dim } else { Role::Plain };
    let Some(by) = column.by else {
        let piece = if column.title == BAR { bar(row.shallow_delta(), pair.largest) } else { trend(row) };
        return vec![piece];
    };
    match by {
        By::Name => vec![Piece::foreign(pair.found.name(row), cells, role)],
        By::Before(by) => vec![Piece::new(figure(&row.before, by), role)],
        By::After(by) => vec![Piece::new(figure(&row.after, by), role)],
        By::Of(at, by) => {
            let figures = row.series().nth(at as usize);
            vec![Piece::new(figures.map_or_else(String::new, |figures| figure(figures, by)), role)]
        }
        By::New => vec![Piece::new(some(row.new), role)],
        By::Deleted => vec![Piece::new(some(row.deleted), role)],
        By::CountDelta => vec![delta(count_delta(row), format::signed_count, role)],
        By::ShallowDelta => vec![delta(row.shallow_delta(), format::signed_bytes, role)],
        By::RetainedDelta => vec![delta(row.retained_delta(), format::signed_bytes, role)],
        By::Allocated | By::Freed | By::SizeDelta => Vec::new(),
    }
}

/// `▁▄█ linear 0.98`: how the shallow size went, and what that is called.
fn trend(row: &Row) -> Piece {
    let sizes: Vec<u64> = row.series().map(|figures| figures.shallow).collect();
    let verdict = Verdict::of(&sizes.iter().map(|&size| size as i64).collect::<Vec<_>>());
    let bars = spark::bars(&sizes);
    let role = if verdict.is_suspicious() { Role::Plain } else { Role::Dim };
    Piece::new(format!("{bars} {:>12}", words::verdict(verdict)), role)
}

/// New less deleted; of classes whose objects cannot be matched, how many more there are.
fn count_delta(row: &Row) -> i64 {
    row.after.count as i64 - row.before.count as i64
}

fn figure(figures: &Figures, by: Figure) -> String {
    match by {
        Figure::Count => some(figures.count),
        _ => format::bytes(figures.of(by)),
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
        let columns: Vec<_> = PAIR.into_iter().chain(FATES).chain(CHANGES).collect();
        let titles = |cells| -> Vec<&str> {
            table::places(&columns, cells).iter().map(|place| columns[place.column].title).collect()
        };
        assert_eq!(titles(38), ["Constructor", "Δ shallow"]);
        assert_eq!(titles(60), ["Constructor", "Δ count", "Δ shallow", "", "Δ retained"]);
        assert_eq!(titles(124).len(), 12);
        assert_eq!(titles(10), ["Constructor"]);
    }
}
