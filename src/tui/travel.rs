//! The way through views and snapshots: to another view, to an object, back and forward again.
//!
//! Whatever may lead elsewhere runs within [`traced`], which remembers the step. A view that is shown
//! again asks anew for what it missed.

use super::{
    event::{Context, Reply},
    explore::Explore,
    growing::Growing,
    keymap::Action,
    series::with_growth,
    sieve::Window,
    state::State,
    update,
    view::{Spot, Step, View},
};
use crate::heap::{ClassIx, NodeIx};

/// Does something that may lead elsewhere, and remembers the way back.
pub(super) fn traced(state: &mut State, f: impl FnOnce(&mut State)) {
    let (from, left) = (state.spot(), places_left(state));
    f(state);
    let inside = places_left(state) != left;
    state.history.record(Step { from, to: state.spot(), inside });
}

/// How often views were left at places they can go back to.
fn places_left(state: &State) -> u64 {
    state.compare.left + state.files.iter().map(|file| file.explore.left).sum::<u64>()
}

/// Shows another view, or another snapshot.
pub(super) fn go_to(state: &mut State, spot: Spot) {
    (state.view, state.at) = (spot.view, spot.at);
    wake(state);
}

/// A view that is shown again asks anew for what it missed.
pub(super) fn wake(state: &mut State) {
    match state.view {
        View::Growth if state.growth.is_waiting() => {
            with_growth(state, Growing::refresh);
        }
        View::Compare if state.compare.is_waiting() => state.compare.refresh(&mut state.desk),
        View::Explore if state.file().sieve.pending.is_some() => update::select(state),
        View::Aspect(aspect) => {
            update::with_aspects(state, |aspects, cx| aspects.wake(aspect, cx));
        }
        View::Explore if state.explore().panes.is_waiting() => {
            update::with_heap(state, Explore::refresh);
        }
        _ => {}
    }
}

/// Shows the view of that number.
pub(super) fn show(state: &mut State, number: u8) {
    if let Some(&view) = state.views().get(number as usize) {
        let at = state.at;
        go_to(state, Spot { view, at });
    }
}

/// Goes back a step, or forward again.
pub(super) fn walk(state: &mut State, action: Action) {
    let is_back = action == Action::Back;
    if is_back && leave_members(state) {
        return;
    }
    let step = if is_back { state.history.back() } else { state.history.forward() };
    let Some(step) = step else { return };
    if step.inside {
        let to = step.to;
        match to.view {
            View::Compare if is_back => state.compare.go_back(),
            View::Compare => state.compare.go_forward(),
            _ => with_file(state, to.at, |explore, cx| explore.act(action, cx)),
        }
    }
    go_to(state, if is_back { step.from } else { step.to });
}

fn leave_members(state: &mut State) -> bool {
    match state.view {
        View::Growth => state.growth.leave_members(),
        View::Aspect(aspect) => state.files[state.at].aspects.leave_members(aspect),
        View::Compare | View::Explore => false,
    }
}

/// Runs `f` on the Explore view of one file with its heap, if there is one.
fn with_file(state: &mut State, at: usize, f: impl FnOnce(&mut Explore, &mut Context<'_>)) {
    let file = &mut state.files[at];
    if let Some(known) = file.sieve.known().or(file.known.as_ref()) {
        f(&mut file.explore, &mut Context { known, desk: &mut state.desk });
    }
}

/// Follows a view's wish to visit an object.
pub(super) fn reply(state: &mut State, reply: Reply) {
    match (reply, state.pointed()) {
        (Reply::Visit(node), Some(pointed)) => {
            let at = if pointed.node == node { pointed.at } else { state.at };
            visit(state, at, node);
        }
        (Reply::Narrow(window, class), _) => narrow(state, window, class),
        _ => {}
    }
}

/// Explores what was allocated in a stretch of the recording.
fn narrow(state: &mut State, window: Window, class: Option<ClassIx>) {
    state.files[state.at].sieve.look_at(window);
    state.view = View::Explore;
    update::select(state);
    if let Some(class) = class {
        update::with_heap(state, |explore, cx| explore.show(class, cx));
    }
}

/// Explores an object of one of the snapshots.
pub(super) fn visit(state: &mut State, at: usize, node: NodeIx) {
    (state.view, state.at) = (View::Explore, at);
    with_file(state, at, |explore, cx| explore.jump(node, cx));
}
