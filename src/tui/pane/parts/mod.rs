//! Parts: a tree of what the heap is made of, heaviest first, with a bar for each share.

mod draw;
mod twig;

use std::sync::Arc;

use draw::columns;
pub use draw::draw;
use twig::{Twig, order, twig, twig_mut, visit};

use super::{Pointing, clicked_sort, motion, next_sort, reversed};
use crate::{
    analysis::order::Sort,
    text,
    tui::{
        filter::Filter,
        keymap::Action,
        source::{Inside, Part, Parts, Source},
        theme::Role,
        widget::{
            list::Cursor,
            piece::Piece,
            table::{self, Key},
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
    /// Their bytes, and those of all that was called.
    Reach,
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

/// What is said above the rows takes no more lines.
const LINES: usize = 4;

/// A chain of callers opens so far at once.
const AT_ONCE: usize = 20;

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

/// What the rows go by until somebody asks for another order.
fn first_order(source: &Source) -> By {
    match source {
        Source::Dominators => By::Weight,
        Source::Allocation(_, Some(_)) => By::Delta,
        _ => By::Bytes,
    }
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
}
