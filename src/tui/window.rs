//! Windows that ask for something: the chain to a root, who dominates an object. What they show is
//! worked out elsewhere; here is how they open, get their answers, and where their rows lead.

use std::sync::Arc;

use super::{
    about::mention,
    dialog::{Dialog, Goal, Topic},
    event::{Asked, Slot},
    listing::Listing,
    lookup,
    pane::{Kind, outline::Ignored, retainers},
    state::{Pointed, State},
    task::{Outcome, Task},
    theme::Role,
    travel,
    update::with_heap,
    view::View,
    widget::choices::{Choice, Choices},
};
use crate::{
    analysis::{
        Analysis,
        allocation::{
            self,
            by_class::{self, Guess},
        },
        holders,
    },
    format,
    heap::{NodeIx, Trace, TraceFunction},
    text, words,
};

/// Of a stack so many calls are listed.
const CALLS: usize = 200;

/// Opens the window of the chain that holds the object under the cursor.
pub(super) fn show_path(state: &mut State) {
    let Some(Pointed { at, start: object, trail, .. }) = state.pointed() else { return };
    let Some(known) = &state.files[at].known else { return };
    let title = format!("What holds {}", mention(known, object));
    if known.retainers.is_none() || known.distances.is_none() {
        return state.say(Role::Bad, "chains are known once the graph is linked: a moment");
    }
    let has_ignored = matches!(state.view, View::Explore | View::Compare) && at == lookup::shown(state);
    let ignored = if has_ignored { state.ignored().clone() } else { Ignored::default() };
    let asked = state.desk.ask(known, Slot::Path, Task::Path(object, trail, ignored));
    let pending = if let Asked::Later(request) = asked { Some(request) } else { None };
    let wait = vec![(String::new(), "looking for the shortest chain…".to_owned())];
    state.dialogs.push(Dialog::new(Topic::Path { object, pending }, title, wait));
    if let Asked::Now(Outcome::Path(lines)) = asked {
        path_found(state, &lines);
    }
}

/// Opens the window of where the object under the cursor was allocated, or says why that is not known.
pub(super) fn show_stack(state: &mut State) {
    let Some(Pointed { at, node, .. }) = state.pointed() else { return };
    let (Some(known), trace) = (&state.files[at].known, &state.files[at].recording.trace) else { return };
    if trace.nodes().is_empty() {
        return state.say(Role::Bad, words::NO_STACKS);
    }
    let lines = calls(known, allocation::stack(trace, &known.heap, node));
    let title = format!("Where {} was allocated", mention(known, node));
    if !lines.is_empty() {
        return state.dialogs.push(Dialog::new(Topic::Stack { pending: None }, title, lines));
    }
    if !by_class::is_young(trace, known.heap.id(node)) {
        return no_stack(state, at, node);
    }
    match state.desk.ask(known, Slot::Path, Task::Guess(Arc::clone(trace), node)) {
        Asked::Now(Outcome::Guessed(Some(guess))) => {
            let dialog = guessed(known, trace, node, guess);
            state.dialogs.push(dialog);
        }
        Asked::Now(_) => no_stack(state, at, node),
        Asked::Later(request) => {
            let wait = vec![(String::new(), "its stack was lost: looking for its constructor…".to_owned())];
            let pending = Some((request, at, node));
            state.dialogs.push(Dialog::new(Topic::Stack { pending }, title, wait));
        }
    }
}

/// Takes the stack that was looked for, if its window is still open.
pub(super) fn guess_found(state: &mut State, request: u64, guess: Option<Guess>) {
    let awaited = |dialog: &Dialog| match dialog.topic {
        Topic::Stack { pending: Some((number, at, node)) } if number == request => Some((at, node)),
        _ => None,
    };
    let found = state.dialogs.iter().enumerate().find_map(|(place, dialog)| Some((place, awaited(dialog)?)));
    let Some((place, (at, node))) = found else { return };
    if let (Some(known), Some(guess)) = (&state.files[at].known, guess) {
        state.dialogs[place] = guessed(known, &state.files[at].recording.trace, node, guess);
    } else {
        state.dialogs.remove(place);
        no_stack(state, at, node);
    }
}

/// Where an object without a stack was probably allocated.
fn guessed(known: &Analysis, trace: &Trace, node: NodeIx, guess: Guess) -> Dialog {
    let title = format!("Probably where {} was allocated", mention(known, node));
    let mut lines = calls(known, allocation::functions(trace, guess.stack));
    lines.insert(0, (String::new(), text::clean(&words::guess(known, node, guess)).into_owned()));
    Dialog::new(Topic::Stack { pending: None }, title, lines)
}

/// Says why nobody knows where an object was allocated.
fn no_stack(state: &mut State, at: usize, node: NodeIx) {
    let file = &state.files[at];
    if let Some(known) = &file.known {
        let why = words::no_stack(&file.recording.trace, known.heap.id(node));
        state.say(Role::Bad, format!("{}: {why}", mention(known, node)));
    }
}

/// The calls of a stack, innermost first.
fn calls<'a>(known: &Analysis, mut stack: impl Iterator<Item = &'a TraceFunction>) -> Vec<(String, String)> {
    let line = |function: &TraceFunction| {
        ("← ".to_owned(), text::clean(&words::function(known.heap.strings(), function)).into_owned())
    };
    let mut lines: Vec<_> = stack.by_ref().take(CALLS).map(line).collect();
    let more = stack.count();
    if more > 0 {
        lines.push((String::new(), format!("and {} more", format::count(more as u64))));
    }
    lines
}

/// Takes the chain, in lines.
pub(super) fn path_found(state: &mut State, lines: &[String]) {
    let Some(dialog) = state.dialogs.iter_mut().rev().find(|d| matches!(d.topic, Topic::Path { .. })) else {
        return;
    };
    if let Topic::Path { pending, .. } = &mut dialog.topic {
        *pending = None;
    }
    dialog.lines = lines.iter().map(|line| numbered(&text::clean(line))).collect();
}

/// Splits `12. text` so that wrapped lines hang below the text.
fn numbered(line: &str) -> (String, String) {
    match line.split_once(". ") {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => {
            (format!("{number}. "), rest.to_owned())
        }
        _ => (String::new(), line.to_owned()),
    }
}

/// Opens the window of who dominates the object under the cursor.
pub(super) fn show_owners(state: &mut State) {
    let Some(Pointed { at, node, .. }) = state.pointed() else { return };
    let Some(known) = &state.files[at].known else { return };
    if known.dominators.is_none() {
        return state.say(Role::Bad, "who dominates whom is known once the graph is linked: a moment");
    }
    let title = format!("Who dominates {}", mention(known, node));
    show_rows(state, at, title, Listing::Owners(node));
}

/// Opens the window of what refers to the objects of the constructor under the cursor, by kind.
pub(super) fn show_kinds(state: &mut State) {
    let (Some(known), Some(class)) = (state.file().shown(), state.explore().class()) else { return };
    if known.retainers.is_none() {
        return state.say(Role::Bad, "retainers are known once the graph is linked: a moment");
    }
    let count = known.classes.count(class);
    let objects = if count == 1 { "the object" } else { "the objects" };
    let name = text::snippet(known.classes.name(class), 40);
    let title = format!("What refers to {objects} of {name}");
    let weak = state.explore().panes.retainers.spec.weak;
    show_rows(state, state.at, title, Listing::Kinds(class, weak));
}

/// Opens the window of a WeakMap entry if the cursor is on half of one: there are several places to
/// go to. Answers whether it is.
pub(super) fn show_entry(state: &mut State) -> bool {
    let Some((known, half)) = state.file().known.as_ref().zip(state.reference()) else { return false };
    let Some(entry) = holders::entry_at_a_glance(known, &half) else { return false };
    let map = entry.table.and_then(|table| holders::map_of(known, table));
    let parts = [("key", entry.key), ("value", Some(entry.value)), ("table", entry.table), ("of", map)];
    let row = |(part, node): (&str, NodeIx)| {
        let name = mention(known, node);
        Choice { figures: vec![part.to_owned()], words: name.clone(), told: name, goal: Goal::Visit(node) }
    };
    let found = parts.into_iter().filter_map(|(part, node)| Some((part, node?)));
    let mut rows = Choices::new(&["Part"], found.map(row).collect());
    let here = if state.explore().focus == Kind::Inside { entry.value } else { half.from };
    rows.cursor.at = rows.rows.iter().position(|row| row.goal == Goal::Visit(here)).unwrap_or(0);
    let topic = Topic::Rows { at: state.at, table: "entry", pending: None };
    let mut dialog = Dialog::new(topic, "Entry of a WeakMap", Vec::new());
    dialog.choose_from(rows);
    state.dialogs.push(dialog);
    true
}

/// Opens a window of rows about a snapshot.
fn show_rows(state: &mut State, at: usize, title: String, listing: Listing) {
    let Some(known) = state.files[at].shown() else { return };
    let table = listing.name();
    let asked = state.desk.ask(known, Slot::Rows, Task::Rows(listing));
    let pending = if let Asked::Later(request) = asked { Some(request) } else { None };
    let wait = vec![(String::new(), "a moment…".to_owned())];
    let dialog = Dialog::new(Topic::Rows { at, table, pending }, title, wait);
    state.dialogs.push(dialog);
    if let Asked::Now(Outcome::Listed(rows)) = asked {
        fill(state, None, rows);
    }
}

/// Takes the rows of a window, if it is still open.
pub(super) fn listed(state: &mut State, request: u64, rows: Choices<Goal>) {
    fill(state, Some(request), rows);
}

fn fill(state: &mut State, request: Option<u64>, rows: Choices<Goal>) {
    for dialog in state.dialogs.iter_mut().rev() {
        if let Topic::Rows { pending, .. } = &mut dialog.topic
            && *pending == request
        {
            *pending = None;
            return dialog.choose_from(rows);
        }
    }
}

/// Follows the row under the cursor of the top window.
pub(super) fn choose(state: &mut State) {
    let Some(dialog) = state.dialogs.last() else { return };
    let at = if let Topic::Rows { at, .. } = dialog.topic { at } else { state.at };
    match dialog.goal() {
        Some(Goal::Visit(node)) => {
            state.dialogs.clear();
            travel::visit(state, at, node);
        }
        Some(Goal::Holders(holders)) => show_holders(state, at, holders),
        Some(Goal::Restore(node)) => restore(state, Some(node)),
        None => {}
    }
}

/// Lists who holds objects in the way of the row under the cursor; if it is one, goes there.
fn show_holders(state: &mut State, at: usize, holders: Arc<[(NodeIx, u32)]>) {
    if let [(only, _)] = holders.as_ref() {
        state.dialogs.clear();
        return travel::visit(state, at, *only);
    }
    let row = state.dialogs.last().and_then(|dialog| dialog.rows.as_ref()).and_then(Choices::selected);
    let title = row.map(|row| row.told.clone()).unwrap_or_default();
    show_rows(state, at, title, Listing::Holders(holders));
}

/// Opens the window of the retainers that are ignored.
pub(super) fn show_ignored(state: &mut State) {
    let Some(known) = &state.files[lookup::shown(state)].known else { return };
    let row = |&node: &NodeIx| {
        let name = mention(known, node);
        let kept = known.retained(node).map_or_else(|| "…".to_owned(), format::bytes);
        Choice { figures: vec![kept], words: name.clone(), told: name, goal: Goal::Restore(node) }
    };
    let rows = Choices::new(&["Retained"], state.ignored().nodes().iter().map(row).collect());
    let mut dialog = Dialog::new(Topic::Ignored, "Ignored as retainers", Vec::new());
    dialog.choose_from(rows);
    state.dialogs.push(dialog);
}

/// Ignores a retainer no longer, or none at all; the window stays while there are others.
pub(super) fn restore(state: &mut State, node: Option<NodeIx>) {
    let nodes = node.map_or_else(Vec::new, |node| state.ignored().toggled(node));
    let is_last = nodes.is_empty();
    match state.view {
        View::Compare => state.compare.ignore(nodes, &mut state.desk),
        _ => with_heap(state, |explore, cx| retainers::ignore(&mut explore.panes.retainers, nodes, cx)),
    }
    let was = state.dialogs.pop().and_then(|dialog| dialog.rows).map(|rows| rows.cursor.at);
    if !is_last {
        show_ignored(state);
        if let Some(rows) = state.dialogs.last_mut().and_then(|dialog| dialog.rows.as_mut()) {
            rows.cursor.at = was.unwrap_or(0).min(rows.rows.len() - 1);
        }
    }
}
