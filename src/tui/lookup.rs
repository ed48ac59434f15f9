//! An object of one snapshot in another: by its id, which V8 keeps as long as the process lives.
//!
//! Snapshots are asked one after the other, each by a worker; the first that has it is shown, and those
//! that do not have it are named.

use super::{
    event::{Asked, Desk, Slot},
    series::label,
    state::{Pointed, State},
    task::{Outcome, Task},
    theme::Role,
    travel::{traced, visit},
    view::View,
};
use crate::{
    analysis::Analysis,
    heap::{NodeId, NodeIx},
};

/// A search for an object by its id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    /// The number its answer carries.
    pub request: u64,
    /// The snapshot that is searched.
    at: usize,
    /// The snapshots to be searched after it.
    turn: Vec<usize>,
    /// Those it was not found in.
    missing: Vec<usize>,
}

/// Looks for the object under the cursor in the other snapshots, the next one first.
pub fn other(state: &mut State) {
    if let Some(Pointed { at, node, .. }) = state.pointed() {
        elsewhere(state, at, node);
    }
}

/// Looks for an object of one snapshot in the others, the next one first.
pub fn elsewhere(state: &mut State, from: usize, node: NodeIx) {
    let Some(known) = &state.files[from].known else { return };
    let id = known.heap.id(node);
    let count = state.files.len();
    let mut turn: Vec<usize> = match state.view {
        // The view is about two snapshots: the other one comes first.
        View::Compare => {
            let (older, newer) = state.compare.between;
            let first = if from == older { newer } else { older };
            let rest = (0..count).filter(|&at| at != first && at != from);
            std::iter::once(first).chain(rest).collect()
        }
        _ => (1..count).map(|places| (from + places) % count).collect(),
    };
    turn.retain(|&at| state.files[at].known.is_some());
    look(state, id, turn, Vec::new());
}

/// Looks for an id in the snapshot the view is about.
pub fn find(state: &mut State, id: NodeId) {
    let at = shown(state);
    look(state, id, vec![at], Vec::new());
}

/// The snapshot the view is about.
pub fn shown(state: &State) -> usize {
    match state.view {
        View::Compare => state.compare.at(state.compare.age()),
        View::Growth => state.files.len() - 1,
        View::Explore | View::Aspect(_) => state.at,
    }
}

fn look(state: &mut State, id: NodeId, mut turn: Vec<usize>, missing: Vec<usize>) {
    if turn.is_empty() {
        return not_found(state, id, &missing);
    }
    let at = turn.remove(0);
    let Some(known) = &state.files[at].known else { return };
    match ask(known, &mut state.desk, id) {
        Ok(node) => decide(state, id, node, Search { request: 0, at, turn, missing }),
        Err(request) => state.finding = Some(Search { request, at, turn, missing }),
    }
}

fn ask(known: &Analysis, desk: &mut Desk, id: NodeId) -> Result<Option<NodeIx>, u64> {
    match desk.ask(known, Slot::Find, Task::Find(id)) {
        Asked::Now(Outcome::Found(_, node)) => Ok(node),
        Asked::Now(_) => Ok(None),
        Asked::Later(request) => Err(request),
    }
}

/// Takes the answer of a search.
pub fn found(state: &mut State, request: u64, id: NodeId, node: Option<NodeIx>) {
    if let Some(search) = state.finding.take_if(|search| search.request == request) {
        traced(state, |state| decide(state, id, node, search));
    }
}

fn decide(state: &mut State, id: NodeId, node: Option<NodeIx>, mut search: Search) {
    let Some(node) = node else {
        search.missing.push(search.at);
        return look(state, id, search.turn, search.missing);
    };
    visit(state, search.at, node);
    if state.files.len() > 1 {
        let here = label(state, search.at);
        let text = match search.missing.as_slice() {
            [] => format!("{id} in {here}"),
            missing => format!("{id} in {here}; it is not in {}", labels(state, missing)),
        };
        state.say(Role::Good, text);
    }
}

fn not_found(state: &mut State, id: NodeId, missing: &[usize]) {
    let text = if state.files.len() == 1 {
        format!("no object {id} in this snapshot")
    } else {
        format!("no object {id} in {}", labels(state, missing))
    };
    state.say(Role::Bad, text);
}

fn labels(state: &State, files: &[usize]) -> String {
    files.iter().map(|&at| label(state, at)).collect::<Vec<_>>().join(", ")
}
