//! Held: the selected growth in a sentence, the chain that holds it, and its new members.

use std::sync::Arc;

use super::{Canvas, Pointing, emptiness, objects, sheet::Sheet};
use crate::{
    analysis::{
        Analysis,
        growth::Growth,
        order::{By, Sort},
    },
    format,
    heap::NodeIx,
    text,
    tui::{
        event::{Asked, Context, Reply, Slot},
        keymap::Action,
        task::{Outcome, Task},
        theme::Role,
        widget::piece::Piece,
    },
    words,
};

/// Neither the sentence nor the chain takes more lines.
const LINES: usize = 6;

/// What one row of the growth holds.
#[derive(Clone, Debug)]
pub struct State {
    /// The row.
    pub row: Option<u32>,
    /// Its new members.
    pub members: Sheet<NodeIx>,
    /// The sentence and the chain, clean.
    texts: [String; 2],
    width: usize,
    height: usize,
}

impl Default for State {
    fn default() -> Self {
        let members = Sheet::new(Sort::descending(By::Retained));
        Self { row: None, members, texts: [String::new(), String::new()], width: 0, height: 0 }
    }
}

impl State {
    /// Shows another row.
    pub fn show(&mut self, row: Option<u32>, growth: &Arc<Growth>, cx: &mut Context<'_>) {
        self.row = row;
        self.members.clear();
        self.texts = row.map_or_else(Default::default, |at| {
            let row = &growth.rows[at as usize];
            [text::clean(&words::growth(row)).into_owned(), text::clean(&row.chain).into_owned()]
        });
        self.resize(self.width, self.height);
        self.list(growth, cx);
    }

    /// Lists anew: another order, another filter.
    pub fn list(&mut self, growth: &Arc<Growth>, cx: &mut Context<'_>) {
        let Some(row) = self.row else { return };
        let (sort, filter) = (self.members.sort, self.members.filter.clone());
        let task = Task::Held { growth: Arc::clone(growth), row, sort, filter };
        match cx.desk.ask(cx.known, Slot::Objects, task) {
            Asked::Now(Outcome::Objects(rows)) => self.members.accept(rows),
            Asked::Now(_) => {}
            Asked::Later(request) => self.members.pending = Some(request),
        }
    }

    /// Does what a key asks for.
    pub fn update(&mut self, action: Action, growth: &Arc<Growth>, cx: &mut Context<'_>) -> Reply {
        if action == Action::Drill {
            return self.members.selected().map_or(Reply::Quiet, Reply::Visit);
        }
        let mut relist = false;
        self.members.act(action, &objects::COLUMNS, &mut relist);
        if relist {
            self.list(growth, cx);
        }
        Reply::Quiet
    }

    /// The sentence and the chain, for a ticket.
    pub fn plain(&self) -> String {
        self.texts.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n")
    }

    /// The lines above the members, as they fit.
    fn lines(&self) -> Vec<Piece> {
        let cells = self.width.saturating_sub(2).max(1);
        let [sentence, chain] = self.texts.each_ref().map(|text| text::wrap_words(text, cells, LINES));
        let sentence = sentence.into_iter().map(|line| Piece::new(line, Role::Title));
        let chain = chain.into_iter().map(|line| Piece::new(line, Role::Property));
        // Rows must stay: of long texts the end gives way.
        sentence.chain(chain).filter(|line| !line.text.is_empty()).take(self.height * 2 / 3).collect()
    }

    /// Learns how many cells and rows are seen.
    pub fn resize(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        let lines = self.lines().len();
        self.members.resize(width, height.saturating_sub(lines));
    }

    /// Follows the mouse.
    pub fn point(&mut self, to: Pointing) -> Reply {
        match to {
            Pointing::Row(row) => match row.checked_sub(self.lines().len()) {
                Some(row) => self.members.point(Pointing::Row(row)),
                None => Reply::Quiet,
            },
            Pointing::Scroll(_) => self.members.point(to),
        }
    }
}

/// Draws what is seen of it.
pub fn draw(state: &State, growth: &Growth, known: &Analysis, canvas: &mut Canvas<'_>) {
    let Some(row) = state.row.map(|at| &growth.rows[at as usize]) else {
        return canvas.frame("New members", &[]);
    };
    let mut facts = vec![format!("{} new objects directly in it", format::count(row.members.len() as u64))];
    if !state.members.filter.is_empty() {
        facts.push(format!("/{}", text::clean(&state.members.filter)));
    }
    canvas.frame(&text::snippet_once(&row.what, 50), &facts);
    canvas.notes(&state.lines());
    let sheet = &state.members;
    if sheet.rows.is_empty() {
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, "no new object is held directly"));
    }
    objects::table(sheet, known, canvas);
}
