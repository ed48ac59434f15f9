//! Retainers: who refers to the object, opened along the shortest chain to a root.

use super::{Canvas, outline};
use crate::{
    analysis::{order::By, retainers},
    tui::{
        event::{Context, Reply},
        keymap::Action,
        widget::table::Column,
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 5] = [
    Column { title: "Retainer", by: Some(By::Name), cells: 0, rank: 9, leaves: 0 },
    Column { title: "@id", by: Some(By::Id), cells: 11, rank: 2, leaves: 34 },
    Column { title: "Dist", by: Some(By::Distance), cells: 5, rank: 3, leaves: 24 },
    Column { title: "Shallow", by: Some(By::Shallow), cells: 8, rank: 1, leaves: 40 },
    Column { title: "Retained", by: Some(By::Retained), cells: 9, rank: 4, leaves: 24 },
];

/// The state of the pane before anything is selected.
pub fn state() -> outline::State {
    outline::State::new(outline::Side::Retainers, retainers::DEFAULT)
}

/// Does what a key asks for.
pub fn update(state: &mut outline::State, action: Action, cx: &mut Context<'_>) -> Reply {
    if action == Action::Weak {
        state.spec.weak = !state.spec.weak;
        state.list(cx);
        return Reply::Quiet;
    }
    state.act(action, &COLUMNS, cx)
}

/// Draws what is seen of it.
pub fn draw(state: &outline::State, canvas: &mut Canvas<'_>) {
    let facts = if state.spec.weak { vec!["with weak ones".to_owned()] } else { Vec::new() };
    outline::draw(state, "Retainers of", facts, &COLUMNS, canvas);
}
