//! How the tree looks: the columns of each source, a name with its note, figures, a bar for each share.

use super::{
    By, State,
    twig::{Twig, twig},
};
use crate::{
    format,
    text::{self, Cut},
    tui::{
        filter::Filter,
        pane::{Canvas, changes::delta, emptiness},
        source::{Inside, Members, Part, Source},
        theme::Role,
        widget::{
            piece::{self, Piece},
            table::Column,
        },
    },
};

/// How many cells a bar has.
const BAR: usize = 10;

/// A note is never cut to fewer cells.
const LEAST: usize = 8;

/// The heads of the two columns that only repeat another.
const SHARE: &str = "Share";
const BAR_HEAD: &str = "";

/// The figures of a source, from left to right: their heads, cells and ranks.
fn figures(source: &Source) -> &'static [(By, &'static str, usize, u8)] {
    match source {
        Source::Dominators => {
            &[(By::Count, "Count", 10, 3), (By::Bytes, "Shallow", 9, 2), (By::Weight, "Retained", 9, 5)]
        }
        Source::Statistics | Source::Native(_) => &[(By::Count, "Count", 10, 3), (By::Bytes, "Bytes", 9, 5)],
        Source::Strings(_) => {
            &[(By::Count, "Count", 10, 3), (By::Bytes, "Bytes", 9, 2), (By::Weight, "Wasted", 9, 5)]
        }
        Source::Allocation(_, None) => &[
            (By::Count, "Live", 9, 4),
            (By::All, "Allocated", 10, 2),
            (By::Bytes, "Live size", 10, 6),
            (By::Weight, "Alloc. size", 11, 5),
            (By::Reach, "With calls", 10, 1),
        ],
        Source::Allocation(_, Some(_)) => &[
            (By::Count, "Live", 9, 2),
            (By::Before, "Size before", 12, 3),
            (By::Bytes, "Live size", 10, 5),
            (By::Delta, "Δ live", 10, 6),
            (By::Weight, "Alloc. size", 11, 1),
        ],
    }
}

/// The columns of a source, from left to right.
pub(super) fn columns(source: &Source) -> Vec<Column<By>> {
    let (name, leaves) = match source {
        Source::Allocation(..) => ("Function", 32),
        Source::Native(_) => ("What and who keeps it", 22),
        _ => ("Part of the heap", 22),
    };
    // The figure that the rows are there for stays on the narrowest screen, too.
    let leaves_of = |rank| if rank >= 6 { leaves.min(22) } else { leaves };
    let column = |title, by, cells, rank| Column { title, by, cells, rank, leaves: leaves_of(rank) };
    let mut columns = vec![column(name, Some(By::Name), 20, 9)];
    columns
        .extend(figures(source).iter().map(|&(by, title, cells, rank)| column(title, Some(by), cells, rank)));
    columns.extend([column(SHARE, None, 6, if leaves > 22 { 3 } else { 4 }), column(BAR_HEAD, None, BAR, 0)]);
    columns
}

/// Draws what is seen of it; `more` is said beside the title.
pub fn draw(state: &State, title: &str, more: Vec<String>, canvas: &mut Canvas<'_>) {
    let mut facts = vec![format::count(state.twigs.len() as u64)];
    if !state.filter.is_empty() {
        facts.push(format!("/{}", text::clean(&state.filter)));
    }
    if state.pending.is_some() && state.listed {
        facts.push("opening…".to_owned());
    }
    facts.extend(more);
    canvas.frame(title, &facts);
    canvas.notes(&state.notes());
    if state.rows.is_empty() {
        let nothing = if state.listed { "nothing" } else { state.source.excuse() };
        canvas.say(&emptiness(state.pending.is_some(), &state.filter, nothing));
    }
    let (total, columns) = (canvas.total, columns(&state.source));
    let cell = |row: usize, column: usize, cells: usize| {
        let path = &state.rows[row];
        let Some(twig) = twig(&state.twigs, path) else { return Vec::new() };
        let column = &columns[column];
        if column.by == Some(By::Name) {
            return name(twig, path.len() - 1, cells);
        }
        vec![figure(&twig.part, state.source.share(&twig.part), total, column)]
    };
    let filter = Filter::new(&state.filter);
    canvas.table(&columns, state.sort, (0, state.rows.len(), state.cursor), &filter, &cell);
}

fn figure(part: &Part, share: u64, total: u64, column: &Column<By>) -> Piece {
    // What nobody counted, and sections that only open, have no figures.
    let shown = |figure: u64, text: String| {
        if figure == 0 { Piece::new("·", Role::Dim) } else { Piece::new(text, Role::Plain) }
    };
    let total = if part.whole == 0 { total } else { part.whole };
    match (column.by, column.title) {
        (Some(By::Count), _) => shown(part.count, format::count(part.count)),
        (Some(By::All), _) => shown(part.all, format::count(part.all)),
        (Some(By::Bytes), _) => shown(part.bytes, format::bytes(part.bytes)),
        (Some(By::Reach), _) => shown(part.reach, format::bytes(part.reach)),
        (Some(By::Before), _) => shown(part.before, format::bytes(part.before)),
        (Some(By::Delta), _) => delta(part.delta(), format::signed_bytes, Role::Plain),
        (Some(By::Name | By::Weight), _) => shown(part.weight, format::bytes(part.weight)),
        (None, SHARE) => shown(share, format::percent(share, total)),
        (None, _) => Piece::new(bar(share, total), Role::Key),
    }
}

fn name(twig: &Twig, level: usize, cells: usize) -> Vec<Piece> {
    let mark = match (&twig.inside, twig.part.opens()) {
        (Some(_), _) => '▾',
        (None, true) => '▹',
        (None, false) => ' ',
    };
    let indent = (level * 2).min(cells / 2);
    let called = if level > 0 && matches!(twig.part.members, Members::Allocated(_)) { "← " } else { "" };
    let mut pieces = vec![
        Piece::new(format!("{:indent$}{mark} {called}", ""), Role::Dim),
        Piece::foreign(&twig.part.name, cells, Role::Plain),
    ];
    if twig.part.count > 1 && matches!(twig.part.inside, Inside::Dominated) {
        pieces.push(Piece::new(format!(" × {}", format::count(twig.part.count)), Role::Dim));
    }
    if !twig.part.note.is_empty() {
        // The end of a note tells more than its beginning: a file, a line.
        let room = cells.saturating_sub(piece::width(&pieces)).max(LEAST);
        let note = text::clean(&twig.part.note);
        pieces.push(Piece::new(format!(" {}", text::cut(&note, room - 1, Cut::Start)), Role::Dim));
    }
    piece::fit(&mut pieces, 1, cells);
    pieces
}

/// A share as a bar; what there is at all has an eighth of a cell.
fn bar(bytes: u64, total: u64) -> String {
    let eighths = (u128::from(bytes) * (BAR as u128 * 8)).div_ceil(u128::from(total.max(1)));
    let eighths = (eighths as usize).min(BAR * 8);
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    let bar = "█".repeat(eighths / 8) + rest;
    text::pad(&bar, BAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_any_share_at_all() {
        assert_eq!(bar(0, 100), " ".repeat(BAR));
        assert_eq!(bar(1, 1_000_000), format!("▏{}", " ".repeat(BAR - 1)));
        assert_eq!(bar(100, 100), "█".repeat(BAR));
    }
}
