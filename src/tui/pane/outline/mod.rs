//! What the two trees have in common: edges of a subject, opened without end.
//!
//! Retainers walk edges against their direction, fields along it; all else is the same. A node
//! that stands among those it hangs from is a cycle: marked, and closed for good. Above the
//! tree may stand notes about the subject, which scroll with it.

mod draw;
mod ignored;
mod rows;

pub use draw::{draw, edge_piece, told};
pub use ignored::Ignored;
pub use rows::{Side, Spec, branch, end, has_page, is_cheap, is_cycle, nearest_retainer, page, plant};

use super::{Pointing, clicked_sort, inside, motion, next_sort, reversed};
use crate::{
    analysis::{
        Analysis,
        order::{By, Sort},
    },
    heap::{EdgeIx, NodeIx},
    text,
    tui::{
        event::{Asked, Context, Reply, Slot},
        keymap::Action,
        task::{Outcome, Task},
        widget::{
            list::Cursor,
            table::Column,
            tree::{Branch, DEEPEST, Row},
        },
    },
};

/// No note is wrapped into more lines than this.
const NOTE_LINES: usize = 400;

/// A tree on the screen.
#[derive(Clone, Debug)]
pub struct State {
    /// The object it is about.
    pub subject: Option<NodeIx>,
    /// The rows.
    pub tree: Branch,
    /// The current one; the notes count as rows.
    pub cursor: Cursor,
    /// Which tree, in which order, filtered how.
    pub spec: Spec,
    /// The request whose answer is awaited.
    pub pending: Option<u64>,
    /// The request for the first rows of very many.
    page: Option<u64>,
    /// Whether only the first rows are shown so far.
    is_page: bool,
    /// Lines about the subject.
    notes: Vec<String>,
    /// The same, wrapped to the pane.
    note_lines: Vec<String>,
    width: usize,
    height: usize,
}

impl State {
    /// An empty tree.
    pub fn new(side: Side, sort: Sort) -> Self {
        Self {
            subject: None,
            tree: Branch::default(),
            cursor: Cursor::default(),
            spec: Spec { side, sort, weak: false, ignored: Ignored::default(), filter: String::new() },
            pending: None,
            page: None,
            is_page: false,
            notes: Vec::new(),
            note_lines: Vec::new(),
            width: 0,
            height: 0,
        }
    }

    /// Shows another object.
    pub fn show(&mut self, subject: Option<NodeIx>, cx: &mut Context<'_>) {
        self.subject = subject;
        self.tree = Branch::default();
        self.cursor = Cursor::default();
        self.spec.filter.clear();
        (self.pending, self.page, self.is_page) = (None, None, false);
        self.notes = match (self.spec.side, subject) {
            (Side::Fields, Some(node)) => inside::notes(cx.known, node),
            _ => Vec::new(),
        };
        self.wrap();
        self.list(cx);
        self.cursor = Cursor { at: self.note_lines.len().min(self.len().saturating_sub(1)), top: 0 };
        self.settle();
    }

    /// Lists anew what is open: other facts, another order, another filter. What was never
    /// listed opens along the shortest chain.
    pub fn list(&mut self, cx: &mut Context<'_>) {
        let Some(subject) = self.subject else { return };
        let is_new = self.tree.is_empty() || self.is_page;
        let unfold = self.spec.side == Side::Retainers && is_new;
        let task = Task::Tree { spec: self.spec.clone(), subject, old: self.tree.clone(), unfold };
        self.ask(task, cx);
        if self.tree.is_empty() {
            self.ask_page(subject, Vec::new(), cx);
        }
    }

    /// Has the first rows of a node looked for, if all are being sorted and that takes a while.
    fn ask_page(&mut self, node: NodeIx, path: Vec<u32>, cx: &mut Context<'_>) {
        let slot = match self.spec.side {
            Side::Retainers => Slot::RetainersPage,
            Side::Fields | Side::Contents => Slot::InsidePage,
        };
        self.page = None;
        if self.pending.is_some() && has_page(cx.known, &self.spec, node) {
            let task = Task::Page { spec: self.spec.clone(), node, path };
            if let Asked::Later(request) = cx.desk.ask(cx.known, slot, task) {
                self.page = Some(request);
            }
        }
    }

    /// Takes the first rows, unless all have come before them.
    pub fn accept_page(&mut self, request: u64, outcome: Outcome) {
        if self.page != Some(request) || self.pending.is_none() {
            return;
        }
        self.is_page = matches!(&outcome, Outcome::Opened(path, _) if path.is_empty());
        self.take(outcome);
    }

    /// Lists anew, opened along the shortest chain and nowhere else.
    pub fn replant(&mut self, cx: &mut Context<'_>) {
        self.tree = Branch::default();
        self.cursor = Cursor::default();
        self.list(cx);
    }

    fn ask(&mut self, task: Task, cx: &mut Context<'_>) {
        let slot = match self.spec.side {
            Side::Retainers => Slot::Retainers,
            Side::Fields | Side::Contents => Slot::Inside,
        };
        match cx.desk.ask(cx.known, slot, task) {
            Asked::Now(outcome) => self.accept(outcome),
            Asked::Later(request) => self.pending = Some(request),
        }
    }

    /// Takes what a task made.
    pub fn accept(&mut self, outcome: Outcome) {
        (self.pending, self.page, self.is_page) = (None, None, false);
        self.take(outcome);
    }

    /// Shows other rows. The cursor stays on its row, wherever that is now.
    fn take(&mut self, outcome: Outcome) {
        let here = self.row();
        match outcome {
            Outcome::Tree(tree) => self.tree = tree,
            Outcome::Opened(path, branch) if path.is_empty() => self.tree = branch,
            Outcome::Opened(path, branch) => self.tree.open(&path, branch),
            _ => return,
        }
        if let Some(at) = here.and_then(|row| self.tree.place(&row)) {
            self.cursor.at = at + self.note_lines.len();
        }
        self.settle();
    }

    /// How many rows there are, notes included.
    pub fn len(&self) -> usize {
        self.note_lines.len() + self.tree.rows()
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of the tree under the cursor; none on a note.
    pub fn row(&self) -> Option<Row> {
        self.tree.row(self.cursor.at.checked_sub(self.note_lines.len())?)
    }

    /// The object under the cursor; on a note, the subject itself; on a fold, what it hangs from.
    pub fn object(&self, known: &Analysis) -> Option<NodeIx> {
        let last = self.row().and_then(|row| row.trail.last().copied());
        last.map_or(self.subject, |edge| Some(end(known, self.spec.side, edge)))
    }

    /// Whether the cursor is on a row that stands for several.
    pub fn is_on_fold(&self) -> bool {
        self.row().is_some_and(|row| row.fold.is_some())
    }

    /// Whether it is on a row that stands for one.
    pub fn is_on_reference(&self) -> bool {
        self.row().is_some_and(|row| row.fold.is_none())
    }

    /// Moves, opens, closes, sorts.
    pub fn act(&mut self, action: Action, columns: &[Column], cx: &mut Context<'_>) -> Reply {
        match action {
            Action::Drill if self.is_on_fold() => self.toggle(cx),
            Action::Drill => return self.drill(cx.known),
            Action::Expand => self.expand(cx),
            Action::Collapse => self.collapse(),
            Action::Toggle => self.toggle(cx),
            Action::Sort => self.order(next_sort(columns, self.width, self.spec.sort), cx),
            Action::Reverse => self.order(reversed(self.spec.sort), cx),
            _ => {
                let Some(motion) = motion(action) else { return Reply::Quiet };
                self.cursor.go(motion, self.len(), self.height);
            }
        }
        Reply::Quiet
    }

    fn drill(&self, known: &Analysis) -> Reply {
        match self.object(known) {
            Some(node) if Some(node) != self.subject => Reply::Visit(node),
            _ => Reply::Quiet,
        }
    }

    fn order(&mut self, sort: Sort, cx: &mut Context<'_>) {
        self.spec.sort = sort;
        self.list(cx);
    }

    /// Takes the order a click on a head asks for.
    pub fn click_head(&mut self, by: By, cx: &mut Context<'_>) {
        self.order(clicked_sort(self.spec.sort, by), cx);
    }

    /// Opens the row; on an open one, goes to its first.
    fn expand(&mut self, cx: &mut Context<'_>) {
        let Some(row) = self.row() else { return };
        if row.open {
            let mut first = row.path;
            first.push(0);
            if self.tree.row_of(&first).is_some() {
                self.cursor.at += 1;
            }
            return self.settle();
        }
        let Some(edge) = row.edge() else {
            self.tree.unfold_at(&row);
            return self.settle();
        };
        if row.level() >= DEEPEST || is_cycle(cx.known, self.spec.side, self.subject, &row.trail) {
            return;
        }
        let node = end(cx.known, self.spec.side, edge);
        self.ask(Task::Open { spec: self.spec.clone(), node, path: row.path.clone() }, cx);
        self.ask_page(node, row.path, cx);
    }

    /// Closes the row; on a closed one, goes to the row it hangs from.
    fn collapse(&mut self) {
        let Some(mut row) = self.row() else { return };
        if row.open {
            self.tree.close(&row.path);
        } else {
            row.path.pop();
            let above = self.tree.row_of(&row.path);
            self.cursor.at = above.map_or(self.cursor.at, |at| at + self.note_lines.len());
        }
        self.settle();
    }

    fn toggle(&mut self, cx: &mut Context<'_>) {
        match self.row() {
            Some(row) if row.open => self.collapse(),
            _ => self.expand(cx),
        }
    }

    /// Follows the mouse: a click on the row that is current already opens or closes it.
    pub fn point(&mut self, to: Pointing, cx: &mut Context<'_>) {
        match to {
            Pointing::Row(below) if self.cursor.top + below == self.cursor.at => self.toggle(cx),
            Pointing::Row(below) if self.cursor.top + below < self.len() => {
                self.cursor.at = self.cursor.top + below;
            }
            Pointing::Row(_) => {}
            Pointing::Scroll(rows) => self.cursor.scroll(rows, self.len(), self.height),
        }
    }

    /// Learns how many cells and rows are seen.
    pub fn resize(&mut self, width: usize, height: usize) {
        self.height = height;
        if width != self.width {
            self.width = width;
            let on_tree = self.cursor.at.checked_sub(self.note_lines.len());
            self.wrap();
            self.cursor.at = on_tree.map_or(self.cursor.at, |at| at + self.note_lines.len());
        }
        self.settle();
    }

    fn wrap(&mut self) {
        let cells = self.width.saturating_sub(2).max(1);
        let lines = self.notes.iter().flat_map(|note| text::wrap_words(note, cells, NOTE_LINES));
        self.note_lines = lines.map(str::to_owned).collect();
    }

    fn settle(&mut self) {
        self.cursor.settle(self.len(), self.height);
    }

    /// The edges from the top to a row, for who keeps a place in the tree.
    pub fn trail(&self) -> Option<Vec<EdgeIx>> {
        self.row().map(|row| row.trail)
    }
}
