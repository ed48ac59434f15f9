//! Parts: a tree of what the heap is made of, heaviest first, with a bar for each share.

use std::sync::Arc;

use super::{Canvas, Pointing, changes::delta, clicked_sort, emptiness, motion, next_sort, reversed};
use crate::{
    analysis::order::{Sort, compare_text},
    format,
    text::{self, Cut},
    tui::{
        filter::Filter,
        keymap::Action,
        source::{Inside, Members, Part, Parts, Source},
        theme::Role,
        widget::{
            list::Cursor,
            piece::{self, Piece},
            table::{self, Column, Key},
        },
    },
};

/// What the rows can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The name.
    Name,
    /// How many there are.
    Count,
    /// Their own bytes.
    Bytes,
    /// What the source is about.
    Weight,
    /// How many there ever were.
    All,
    /// Their bytes in an older snapshot.
    Before,
    /// What their bytes have grown by since.
    Delta,
}

impl Key for By {
    fn is_descending(self) -> bool {
        self != Self::Name
    }
}

/// How many cells a bar has.
const BAR: usize = 10;

/// What is said above the rows takes no more lines.
const LINES: usize = 4;

/// A note is never cut to fewer cells.
const LEAST: usize = 8;

/// A chain of callers opens so far at once.
const AT_ONCE: usize = 20;

/// The heads of the two columns that only repeat another.
const SHARE: &str = "Share";
const BAR_HEAD: &str = "";

/// A part, and what it opened into.
#[derive(Clone, Debug)]
struct Twig {
    part: Part,
    inside: Option<Vec<Twig>>,
}

/// The tree.
#[derive(Clone, Debug)]
pub struct State {
    /// What it lists.
    pub source: Source,
    /// The order of siblings.
    pub sort: Sort<By>,
    /// What names must fit.
    pub filter: String,
    /// The request whose answer is awaited, and the row it will open; none for the first rows.
    pub pending: Option<(u64, Vec<u32>)>,
    /// Whether the first rows have been listed.
    pub listed: bool,
    /// The row with the cursor.
    pub cursor: Cursor,
    twigs: Vec<Twig>,
    /// Where the rows that are seen stand in the tree.
    rows: Vec<Vec<u32>>,
    /// What is said above them, clean.
    said: Vec<String>,
    width: usize,
    height: usize,
}

impl State {
    /// An empty tree.
    pub fn new(source: Source) -> Self {
        Self {
            sort: Sort::descending(first_order(&source)),
            source,
            filter: String::new(),
            pending: None,
            listed: false,
            cursor: Cursor::default(),
            twigs: Vec::new(),
            rows: Vec::new(),
            said: Vec::new(),
            width: 0,
            height: 0,
        }
    }

    /// Takes parts: the first rows, or what the row at `path` opened into. Answers the path of a row
    /// in them that shall be opened too.
    pub fn accept(&mut self, path: &[u32], found: &Parts) -> Option<Vec<u32>> {
        let sort = self.sort;
        let mut twigs: Vec<Twig> =
            found.parts.iter().map(|part| Twig { part: part.clone(), inside: None }).collect();
        order(&mut twigs, sort);
        let next = opened_too(path, &twigs);
        if path.is_empty() {
            self.said = found.said.iter().map(|said| text::clean(said).into_owned()).collect();
            self.replace(twigs);
        } else {
            twig_mut(&mut self.twigs, path)?.inside = Some(twigs);
        }
        self.listed = true;
        self.flatten();
        next.map(|at| [path, &[at as u32]].concat())
    }

    /// The lines above the rows, as they fit: rows must stay.
    fn notes(&self) -> Vec<Piece> {
        let cells = self.width.saturating_sub(2).max(1);
        let lines = self.said.iter().flat_map(|said| text::wrap_words(said, cells, LINES));
        lines.take((self.height / 3).min(LINES)).map(|line| Piece::new(line, Role::Title)).collect()
    }

    /// How many lines stand above the rows.
    pub fn noted(&self) -> usize {
        self.notes().len()
    }

    /// How many rows are seen.
    fn seen(&self) -> usize {
        self.height.saturating_sub(self.noted())
    }

    /// Takes other first rows; what is open stays open.
    fn replace(&mut self, twigs: Vec<Twig>) {
        let mut old = std::mem::replace(&mut self.twigs, twigs);
        // What waits to be opened may stand elsewhere now: it is no longer waited for.
        self.pending.take_if(|(_, path)| {
            let name = |twigs: &[Twig]| Some(twigs.get(*path.first()? as usize)?.part.name.clone());
            name(&old) != name(&self.twigs)
        });
        for twig in &mut self.twigs {
            let same = old.iter_mut().find(|old| old.part.name == twig.part.name);
            twig.inside = same.and_then(|old| old.inside.take());
        }
    }

    /// The part under the cursor, and where it stands.
    pub fn selected(&self) -> Option<(&[u32], &Part)> {
        let path = self.rows.get(self.cursor.at)?;
        Some((path, &twig(&self.twigs, path)?.part))
    }

    /// The part at that place.
    pub fn part(&self, path: &[u32]) -> Option<&Part> {
        twig(&self.twigs, path).map(|twig| &twig.part)
    }

    /// The rows that are open: how deep each stands, from 1, and its part.
    pub fn open_rows(&self) -> Arc<[(usize, Part)]> {
        let row = |path: &Vec<u32>| Some((path.len(), self.part(path)?.clone()));
        self.rows.iter().filter_map(row).collect()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Moves, closes, sorts; answers the path of a row that shall be opened.
    pub fn act(&mut self, action: Action) -> Option<Vec<u32>> {
        if let Some(motion) = motion(action) {
            self.cursor.go(motion, self.rows.len(), self.seen());
            return None;
        }
        let columns = columns(&self.source);
        match action {
            Action::Expand | Action::Toggle => return self.open(action),
            Action::Collapse => self.close(),
            Action::Sort => self.order(next_sort(&columns, self.width, self.sort)),
            Action::Reverse => self.order(reversed(self.sort)),
            _ => {}
        }
        None
    }

    fn open(&mut self, action: Action) -> Option<Vec<u32>> {
        let path = self.rows.get(self.cursor.at)?.clone();
        let twig = twig(&self.twigs, &path)?;
        match (&twig.inside, action) {
            (Some(_), Action::Toggle) => self.close(),
            (Some(_), _) => self.cursor.at += 1,
            (None, _) if twig.part.opens() => return Some(path),
            (None, _) => {}
        }
        self.settle();
        None
    }

    fn close(&mut self) {
        let Some(mut path) = self.rows.get(self.cursor.at).cloned() else { return };
        if let Some(twig) = twig_mut(&mut self.twigs, &path).filter(|twig| twig.inside.is_some()) {
            twig.inside = None;
            return self.flatten();
        }
        path.pop();
        self.go_to(&path);
    }

    fn go_to(&mut self, path: &[u32]) {
        if let Some(at) = self.rows.iter().position(|row| row == path) {
            self.cursor.at = at;
        }
        self.settle();
    }

    fn order(&mut self, sort: Sort<By>) {
        self.sort = sort;
        order(&mut self.twigs, sort);
        self.flatten();
    }

    /// Takes the order a click on a head asks for.
    pub fn click_head(&mut self, cells: usize, x: usize) {
        if let Some(by) = table::column_at(&columns(&self.source), cells, x) {
            self.order(clicked_sort(self.sort, by));
        }
    }

    /// Keeps rows whose names fit, and those that lead to one.
    pub fn filter(&mut self, query: &str) {
        query.clone_into(&mut self.filter);
        self.flatten();
    }

    /// Follows the mouse; answers the path of a row that shall be opened.
    pub fn point(&mut self, to: Pointing) -> Option<Vec<u32>> {
        match to {
            Pointing::Row(below) if self.cursor.top + below == self.cursor.at => {
                return self.act(Action::Toggle);
            }
            Pointing::Row(below) if self.cursor.top + below < self.rows.len() => {
                self.cursor.at = self.cursor.top + below;
            }
            Pointing::Row(_) => {}
            Pointing::Scroll(rows) => self.cursor.scroll(rows, self.rows.len(), self.seen()),
        }
        None
    }

    /// Learns how many cells and lines are seen.
    pub fn resize(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.settle();
    }

    fn flatten(&mut self) {
        let filter = Filter::new(&self.filter);
        self.rows.clear();
        visit(&self.twigs, &filter, &mut Vec::new(), &mut self.rows);
        self.settle();
    }

    fn settle(&mut self) {
        self.cursor.settle(self.rows.len(), self.seen());
    }
}

/// Which of the parts that a row opened into is opened too: the only caller of a function; of the first
/// rows who keeps array buffers, which is what people look for.
fn opened_too(path: &[u32], twigs: &[Twig]) -> Option<usize> {
    match twigs {
        [only] if only.part.opens_at_once() => (1..AT_ONCE).contains(&path.len()).then_some(0),
        _ if path.is_empty() => twigs.iter().position(|twig| matches!(twig.part.inside, Inside::Holders)),
        _ => None,
    }
}

fn twig<'a>(twigs: &'a [Twig], path: &[u32]) -> Option<&'a Twig> {
    let (&first, rest) = path.split_first()?;
    let found = twigs.get(first as usize)?;
    if rest.is_empty() { Some(found) } else { twig(found.inside.as_ref()?, rest) }
}

fn twig_mut<'a>(twigs: &'a mut [Twig], path: &[u32]) -> Option<&'a mut Twig> {
    let (&first, rest) = path.split_first()?;
    let found = twigs.get_mut(first as usize)?;
    if rest.is_empty() { Some(found) } else { twig_mut(found.inside.as_mut()?, rest) }
}

fn order(twigs: &mut [Twig], sort: Sort<By>) {
    twigs.sort_by(|a, b| {
        let (a, b) = (&a.part, &b.part);
        let order = match sort.by {
            By::Name => compare_text(&a.name, &b.name),
            By::Count => a.count.cmp(&b.count),
            By::Bytes => a.bytes.cmp(&b.bytes),
            By::Weight => a.weight.cmp(&b.weight),
            By::All => a.all.cmp(&b.all),
            By::Before => a.before.cmp(&b.before),
            By::Delta => a.delta().cmp(&b.delta()),
        };
        a.rank.cmp(&b.rank).then_with(|| sort.apply(order))
    });
    for inside in twigs.iter_mut().filter_map(|twig| twig.inside.as_mut()) {
        order(inside, sort);
    }
}

/// Collects the rows that fit or lead to one that does; answers whether there were any.
fn visit(twigs: &[Twig], filter: &Filter, path: &mut Vec<u32>, rows: &mut Vec<Vec<u32>>) -> bool {
    let before = rows.len();
    for (at, twig) in twigs.iter().enumerate() {
        path.push(at as u32);
        let own = rows.len();
        rows.push(path.clone());
        let inside = twig.inside.as_ref().is_some_and(|inside| visit(inside, filter, path, rows));
        if !inside && !filter.is_empty() && !fits(filter, &twig.part) {
            rows.truncate(own);
        }
        path.pop();
    }
    rows.len() > before
}

fn fits(filter: &Filter, part: &Part) -> bool {
    filter.fit(&part.name).or_else(|| filter.fit(&part.note)).is_some()
}

/// What the rows go by until somebody asks for another order.
fn first_order(source: &Source) -> By {
    match source {
        Source::Dominators => By::Weight,
        Source::Allocation(_, Some(_)) => By::Delta,
        _ => By::Bytes,
    }
}

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

fn columns(source: &Source) -> Vec<Column<By>> {
    let (name, leaves) = match source {
        Source::Allocation(..) => ("Function", 32),
        Source::Native(_) => ("What and who keeps it", 22),
        _ => ("Part of the heap", 22),
    };
    let column = |title, by, cells, rank| Column { title, by, cells, rank, leaves };
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

    fn part(name: &str, weight: u64) -> Part {
        Part { count: 1, bytes: 1, weight, ..Part::section(name, 0, Inside::Dominated) }
    }

    fn listing(parts: &[Part]) -> Parts {
        Arc::<[Part]>::from(parts).into()
    }

    fn names(state: &State) -> Vec<(usize, &str)> {
        let name = |path: &Vec<u32>| Some((path.len(), twig(&state.twigs, path)?.part.name.as_str()));
        state.rows.iter().filter_map(name).collect()
    }

    fn tree() -> State {
        let mut state = State::new(Source::Dominators);
        state.resize(80, 10);
        state.accept(&[], &listing(&[part("light", 1), part("heavy", 9)]));
        state
    }

    #[test]
    fn parts_open_below_themselves_heaviest_first() {
        let mut state = tree();
        let path = state.act(Action::Expand).expect("it opens");
        state.accept(&path, &listing(&[part("inner", 3), part("more", 5)]));
        assert_eq!(names(&state), [(1, "heavy"), (2, "more"), (2, "inner"), (1, "light")]);
        state.act(Action::Reverse);
        assert_eq!(names(&state), [(1, "light"), (1, "heavy"), (2, "inner"), (2, "more")]);
        state.act(Action::First);
        state.act(Action::Down);
        state.act(Action::Collapse);
        assert_eq!(names(&state), [(1, "light"), (1, "heavy")]);
    }

    #[test]
    fn a_filter_keeps_what_leads_to_a_match() {
        let mut state = tree();
        let path = state.act(Action::Expand).expect("it opens");
        state.accept(&path, &listing(&[part("inner", 3)]));
        state.filter("inn");
        assert_eq!(names(&state), [(1, "heavy"), (2, "inner")]);
        state.filter("nowhere");
        assert!(state.is_empty());
    }

    #[test]
    fn a_bar_shows_any_share_at_all() {
        assert_eq!(bar(0, 100), " ".repeat(BAR));
        assert_eq!(bar(1, 1_000_000), format!("▏{}", " ".repeat(BAR - 1)));
        assert_eq!(bar(100, 100), "█".repeat(BAR));
    }
}
