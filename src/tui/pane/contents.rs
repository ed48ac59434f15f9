//! Contents: what refers to what from the root on, as DevTools' Containment view shows it.

use super::{Canvas, outline};
use crate::{
    analysis::containment,
    tui::{
        event::{Context, Reply},
        keymap::Action,
        pane::inside,
        widget::table::Column,
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 5] = inside::COLUMNS;

/// The state of the pane before anything is known.
pub fn state() -> outline::State {
    outline::State::new(outline::Side::Contents, containment::DEFAULT)
}

/// Does what a key asks for.
pub fn update(state: &mut outline::State, action: Action, cx: &mut Context<'_>) -> Reply {
    state.act(action, &COLUMNS, cx)
}

/// Draws what is seen of it.
pub fn draw(state: &outline::State, canvas: &mut Canvas<'_>) {
    if state.subject.is_none() {
        canvas.frame("Containment", &[]);
        return canvas.say("once the heap is read and retained sizes are known");
    }
    outline::draw(state, "Containment of", Vec::new(), &COLUMNS, canvas);
}
