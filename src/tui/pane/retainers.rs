//! Retainers: who refers to the object, opened along the shortest chain to a root.

use std::sync::Arc;

use super::{Canvas, outline};
use crate::{
    analysis::{ignoring::Ignoring, order::By, retainers},
    heap::NodeIx,
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
    match action {
        Action::Weak => {
            state.spec.weak = !state.spec.weak;
            state.list(cx);
        }
        Action::Ignore => {
            if let Some(edge) = state.row().and_then(|row| row.edge()) {
                let node = outline::end(cx.known, state.spec.side, edge);
                ignore(state, state.spec.ignored.toggled(node), cx);
            }
        }
        _ => return state.act(action, &COLUMNS, cx),
    }
    Reply::Quiet
}

/// Ignores these nodes as retainers, and no others, from now on.
pub fn ignore(state: &mut outline::State, nodes: Vec<NodeIx>, cx: &mut Context<'_>) {
    if state.spec.ignored.set(nodes, cx) {
        state.replant(cx);
    }
}

/// Takes the heap as it is around what is ignored.
pub fn measured(state: &mut outline::State, request: u64, around: Arc<Ignoring>, cx: &mut Context<'_>) {
    if state.spec.ignored.accept(request, around) {
        state.replant(cx);
    }
}

/// Ignores what another state of the pane does; answers whether that is something else.
pub fn adopt(state: &mut outline::State, ignored: outline::Ignored) -> bool {
    let is_other = !state.spec.ignored.is_same(&ignored);
    state.spec.ignored = ignored;
    is_other
}

/// Draws what is seen of it; `facts` are said beside the title too.
pub fn draw(state: &outline::State, mut facts: Vec<String>, canvas: &mut Canvas<'_>) {
    if state.spec.weak {
        facts.push("with weak ones".to_owned());
    }
    match (state.spec.ignored.nodes().len(), state.spec.ignored.is_measuring()) {
        (0, _) => {}
        (count, false) => facts.push(format!("{count} ignored")),
        (count, true) => facts.push(format!("{count} ignored: measuring…")),
    }
    outline::draw(state, "Retainers of", facts, &COLUMNS, canvas);
}
