//! Members: the objects of the part under the cursor, largest first.

use std::sync::Arc;

use super::{Canvas, emptiness, objects, sheet::Sheet};
use crate::{
    analysis::{
        Analysis,
        order::{By, Sort},
    },
    format,
    heap::NodeIx,
    text,
    tui::{
        event::{Asked, Context, Reply, Slot},
        keymap::Action,
        source::Members,
        task::{Outcome, Task},
    },
};

/// The list.
#[derive(Clone, Debug)]
pub struct State {
    /// Its rows.
    pub sheet: Sheet<NodeIx>,
    members: Members,
    name: String,
    /// Whether retained sizes were known when it was listed.
    retained: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            sheet: Sheet::new(Sort::descending(By::Retained)),
            members: Members::List(Arc::new([])),
            name: String::new(),
            retained: false,
        }
    }
}

impl State {
    /// Shows other objects.
    pub fn show(&mut self, name: &str, members: Members, cx: &mut Context<'_>) {
        self.sheet.clear();
        name.clone_into(&mut self.name);
        self.members = members;
        self.list(cx);
    }

    /// Shows more of the same objects; the cursor stays on its row.
    pub fn grow(&mut self, members: Members, cx: &mut Context<'_>) {
        self.members = members;
        self.list(cx);
    }

    /// Lists anew: another order, another filter.
    pub fn list(&mut self, cx: &mut Context<'_>) {
        self.retained = cx.known.retained.is_some();
        let (sort, filter) = (self.sheet.sort, self.sheet.filter.clone());
        let task = Task::Members { members: self.members.clone(), sort, filter };
        match cx.desk.ask(cx.known, Slot::Objects, task) {
            Asked::Now(Outcome::Objects(rows)) => self.sheet.accept(rows),
            Asked::Now(_) => {}
            Asked::Later(request) => self.sheet.pending = Some(request),
        }
    }

    /// Whether it waits for its rows, or has them in an order from before retained sizes were known.
    pub fn is_old(&self, known: &Analysis) -> bool {
        let is_old = !self.retained && known.retained.is_some() && !self.sheet.rows.is_empty();
        self.sheet.pending.is_some() || is_old
    }

    /// Does what a key asks for.
    pub fn update(&mut self, action: Action, cx: &mut Context<'_>) -> Reply {
        if action == Action::Drill {
            return self.sheet.selected().map_or(Reply::Quiet, Reply::Visit);
        }
        let mut relist = false;
        self.sheet.act(action, &objects::COLUMNS, &mut relist);
        if relist {
            self.list(cx);
        }
        Reply::Quiet
    }
}

/// Draws what is seen of it.
pub fn draw(state: &State, canvas: &mut Canvas<'_>) {
    let Some(known) = canvas.known else { return canvas.frame("Objects", &[]) };
    let sheet = &state.sheet;
    let mut facts = vec![format::count(sheet.rows.len() as u64)];
    if !sheet.filter.is_empty() {
        facts.push(format!("/{}", text::clean(&sheet.filter)));
    }
    let name =
        if state.name.is_empty() { String::new() } else { format!(" of {}", text::snippet(&state.name, 50)) };
    canvas.frame(&format!("Objects{name}"), &facts);
    if sheet.rows.is_empty() {
        canvas.say(&emptiness(sheet.pending.is_some(), &sheet.filter, "none"));
    }
    objects::table(sheet, known, canvas);
}
