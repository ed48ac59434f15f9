//! Grown: what grew, by how much, and who owns it.
//!
//! The rows that may be leaks come first; what V8 made for itself is dimmed, at the end, counted.

use std::{cmp::Ordering, sync::Arc};

use super::{Canvas, changes::delta, emptiness, sheet::Sheet};
use crate::{
    analysis::{
        growth::{Growth, GrowthRow, Kind, Verdict},
        order::{Sort, compare_text},
    },
    format, text,
    tui::{
        filter::Filter,
        growing::Growing,
        theme::Role,
        widget::{
            piece::{self, Piece},
            spark,
            table::{Column, Key},
        },
    },
    words,
};

/// So many moves from class to class are told.
const MOVED: usize = 2;

/// What the rows can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The name of what grew.
    Name,
    /// What it is.
    Kind,
    /// Entries gained.
    Entries,
    /// Bytes charged to it alone.
    Exclusive,
    /// Growth of what it retains.
    Retained,
    /// New objects.
    New,
    /// What the figures say.
    Verdict,
}

impl Key for By {
    fn is_descending(self) -> bool {
        !matches!(self, Self::Name | Self::Kind | Self::Verdict)
    }
}

/// The columns, the least needed with the lowest rank.
pub type Columns = [Column<By>; 7];

/// The columns for rows whose entries take so many cells. Which row may be a leak, and by how much it
/// grew, comes before all else.
pub const fn columns(entries: usize) -> Columns {
    [
        column("What grew", By::Name, 0, 99, 0),
        column("Entries", By::Entries, entries, 7, 20),
        column("Charged", By::Exclusive, 9, 9, 14),
        column("Δ retained", By::Retained, 10, 4, 28),
        column("New", By::New, 8, 3, 28),
        column("Kind", By::Kind, 11, 2, 28),
        column("Verdict", By::Verdict, 12, 10, 14),
    ]
}

const fn column(title: &'static str, by: By, cells: usize, rank: u8, leaves: usize) -> Column<By> {
    Column { title, by: Some(by), cells, rank, leaves }
}

/// How many cells the column of entries needs; the names have the rest.
pub fn entries_width(growth: &Growth) -> usize {
    /// Rows farther below drop their bars where they would need more.
    const LOOKED_AT: usize = 1_000;
    let wide = |row: &GrowthRow| text::width(&counts(&row.counts, WIDEST));
    growth.rows.iter().take(LOOKED_AT).map(wide).max().unwrap_or(0).clamp(NARROWEST, WIDEST)
}

/// The column of entries takes no more cells, …
const WIDEST: usize = 22;

/// … and no fewer than its head and the mark of the order.
const NARROWEST: usize = 8;

/// What the column says, where the title has room for it.
const CHARGED: &str = "charged: each byte to one row, none twice";

/// So many cells have room for it.
const WIDE: usize = 70;

/// Which rows are listed, and in which order.
#[derive(Clone, PartialEq, Debug)]
pub struct Spec {
    /// The order.
    pub sort: Sort<By>,
    /// The query.
    pub filter: String,
    /// Whether only what grew in every step is listed.
    pub every: bool,
}

/// The rows wanted, what V8 made for itself last.
pub fn rows(growth: &Growth, spec: &Spec) -> Arc<[u32]> {
    let filter = Filter::new(&spec.filter);
    let wanted = |row: &GrowthRow| {
        (!spec.every || grew_in_every_step(row))
            && (filter.is_empty() || filter.fit(&search_text(row)).is_some())
    };
    let mut rows: Vec<u32> =
        (0..growth.rows.len() as u32).filter(|&at| wanted(&growth.rows[at as usize])).collect();
    rows.sort_by(|&a, &b| compare(&growth.rows[a as usize], &growth.rows[b as usize], spec.sort));
    rows.into()
}

fn compare(a: &GrowthRow, b: &GrowthRow, sort: Sort<By>) -> Ordering {
    let order = match sort.by {
        By::Name => compare_text(&a.what, &b.what),
        By::Kind => a.kind.name().cmp(b.kind.name()),
        By::Entries => a.entries_gained().cmp(&b.entries_gained()),
        By::Exclusive => a.exclusive.cmp(&b.exclusive),
        By::Retained => a.retained_growth().cmp(&b.retained_growth()),
        By::New => a.new.cmp(&b.new),
        By::Verdict => a.verdict.name().cmp(b.verdict.name()),
    };
    is_of_engine(a).cmp(&is_of_engine(b)).then_with(|| sort.apply(order))
}

/// Whether the row is V8's own, or garbage.
pub fn is_of_engine(row: &GrowthRow) -> bool {
    matches!(row.kind, Kind::Engine | Kind::Unreachable)
}

/// Whether each snapshot has more of it than the one before.
pub fn grew_in_every_step(row: &GrowthRow) -> bool {
    let counts: Option<Vec<u64>> = row.counts.iter().copied().collect();
    // What has no entries is measured in bytes.
    let figures = counts.unwrap_or_else(|| row.retained.clone());
    figures.windows(2).all(|pair| pair[0] < pair[1])
}

fn search_text(row: &GrowthRow) -> String {
    let parts = [row.holder_class.as_deref(), row.module.as_deref(), row.class.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    format!("{} {} {} {}", row.what, row.kind.name(), parts.join(" "), row.chain)
}

/// What is said above the rows, as it fits: how much the heap grew, and what only moved.
pub fn lines(growth: &Growth, width: usize, height: usize) -> Vec<Piece> {
    let cells = width.saturating_sub(2).max(1);
    let wrapped = |text: &str, lines| -> Vec<String> {
        text::wrap_words(&text::clean(text), cells, lines).into_iter().map(str::to_owned).collect()
    };
    let said = words::growth_total(growth);
    let mut total = wrapped(&said, 3);
    // Where there is no room for all of it, the first sentence is what counts.
    if total.len() > height / 3 {
        total = wrapped(said.split_inclusive(". ").next().unwrap_or_default(), 3);
    }
    let total = total.into_iter().map(|line| Piece::new(line, Role::Title));
    let moved = growth.moved.iter().take(MOVED).flat_map(|moved| wrapped(&words::moved(moved), 1));
    let moved = moved.map(|line| Piece::new(line, Role::Dim));
    // Rows must stay: what only moved gives way.
    total.chain(moved).take(height / 3).collect()
}

/// Draws what is seen of the list.
pub fn draw(view: &Growing, growth: &Growth, canvas: &mut Canvas<'_>) {
    let (sheet, every) = (&view.sheet, view.every);
    let rows = canvas.place.rows();
    canvas.frame("What grew", &facts(sheet, growth, every, rows.width as usize));
    canvas.notes(&lines(growth, rows.width as usize, rows.height as usize));
    if sheet.rows.is_empty() {
        let nothing = if every { "nothing grew in every step" } else { "nothing grew" };
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, nothing));
    }
    let cell =
        |at: usize, column: usize, cells: usize| cell(&growth.rows[sheet.rows[at] as usize], column, cells);
    let filter = Filter::new(&sheet.filter);
    canvas.table(&view.columns, sheet.sort, (0, sheet.rows.len(), sheet.cursor), &filter, &cell);
}

fn facts(sheet: &Sheet<u32, By>, growth: &Growth, every: bool, cells: usize) -> Vec<String> {
    let rows = sheet.rows.iter().map(|&at| &growth.rows[at as usize]);
    let own: Vec<i64> = rows.filter(|row| is_of_engine(row)).map(|row| row.exclusive).collect();
    let mut facts = vec![format::count(sheet.rows.len() as u64)];
    if !own.is_empty() {
        let (count, bytes) = (format::count(own.len() as u64), format::signed_bytes(own.iter().sum()));
        facts.push(format!("{count} of V8 itself at the end, {bytes}"));
    }
    facts.extend((cells >= WIDE).then(|| CHARGED.to_owned()));
    facts.extend(every.then(|| "grew in every step".to_owned()));
    if !sheet.filter.is_empty() {
        facts.insert(0, format!("/{}", text::clean(&sheet.filter)));
    }
    facts
}

fn cell(row: &GrowthRow, column: usize, cells: usize) -> Vec<Piece> {
    let role = if row.verdict.is_suspicious() { Role::Plain } else { Role::Dim };
    let text = match column {
        0 => return name(row, cells),
        1 => counts(&row.counts, cells),
        2 => return vec![delta(row.exclusive, format::signed_bytes, role)],
        3 => return vec![delta(row.retained_growth(), format::signed_bytes, Role::Dim)],
        4 if row.new == 0 => "·".to_owned(),
        4 => format::count(row.new as u64),
        5 => row.kind.name().to_owned(),
        _ => words::verdict(row.verdict),
    };
    vec![Piece::new(text, role)]
}

/// `requestCachesByEnvironment · relay-runtime/index.js`
fn name(row: &GrowthRow, cells: usize) -> Vec<Piece> {
    let role = if row.verdict.is_suspicious() { Role::Title } else { Role::Dim };
    let mut pieces = vec![Piece::new(text::snippet_once(&row.what, cells), role)];
    if let Some(module) = &row.module {
        pieces.push(Piece::foreign(&format!(" in {module}"), cells, Role::Dim));
    } else if let Some(class) = row.holder_class.as_ref().filter(|class| !row.what.contains(class.as_str())) {
        pieces.push(Piece::foreign(&format!(": {class}"), cells, Role::Dim));
    }
    piece::fit(&mut pieces, 1, cells);
    pieces
}

/// `0 → 39`; of three and more a line of bars, then the ends.
fn counts(counts: &[Option<u64>], cells: usize) -> String {
    let known: Vec<u64> = counts.iter().copied().flatten().collect();
    if known.len() < counts.len() {
        return String::new();
    }
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return String::new() };
    let ends = format!("{} → {}", format::count(*first), format::count(*last));
    let bars = if known.len() > 2 { format!("{} ", spark::bars(&known)) } else { String::new() };
    if text::width(&bars) + text::width(&ends) > cells { ends } else { bars + &ends }
}

/// Whether anything is said of a series only: two snapshots show no trend.
pub fn is_series(growth: &Growth) -> bool {
    growth.rows.iter().any(|row| row.counts.len() > 2 && row.verdict != Verdict::Steady)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_a_line_of_bars_between_its_ends() {
        assert_eq!(counts(&[Some(0), Some(39)], 17), "0 → 39");
        assert_eq!(counts(&[Some(10), Some(20), Some(30)], 17), "▁▄█ 10 → 30");
        assert_eq!(counts(&[Some(10), Some(20), Some(30)], 9), "10 → 30", "no room for bars");
        assert_eq!(counts(&[None, Some(1)], 17), "");
    }
}
