//! Event → new state and effects. No file, thread, clock or chance in here.

use crossterm::event::{Event as Input, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use tui_input::{InputRequest, backend::crossterm::to_input_request};

use super::{
    dialog::{Dialog, Topic},
    event::{Asked, Context, Effect, Event, Slot},
    explore::Explore,
    keymap::{self, Action},
    pane::Kind,
    state::{Prompt, PromptKind, State},
    task::{Outcome, Task},
    theme::Role,
};
use crate::{
    analysis::{Analysis, path},
    heap::{NodeId, NodeIx},
    text,
};

/// How many rows a notch of the wheel is.
const NOTCH: isize = 3;

/// Takes one event in; answers what shall be done about it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Input(input) => input_event(state, &input),
        Event::Progress(progress) => state.file.progress = Some(progress),
        Event::Loaded(facts) => {
            if !facts.warnings.is_empty() {
                state.dialogs.push(Dialog::message("This file is not quite sound", &facts.warnings));
            }
            state.file.facts = facts;
        }
        Event::Known { known, total, complete } => learn(state, *known, total, complete),
        Event::Done { slot, request, outcome } => answer(state, slot, request, outcome),
        Event::Idle => {}
        Event::Panicked(what) => {
            let lines = [what, "The rest goes on working; please report this.".to_owned()];
            state.dialogs.push(Dialog::message("A bug in leaktui", &lines));
        }
        Event::Copied(Ok(what)) => state.say(Role::Good, format!("copied {what}")),
        Event::Copied(Err(why)) => state.say(Role::Bad, format!("not copied: {}", text::clean(&why))),
    }
    state.relayout();
    state.desk.take()
}

/// Runs `f` on the view with the heap, if there is one.
fn with_heap(state: &mut State, f: impl FnOnce(&mut Explore, &mut Context<'_>)) {
    if let Some(known) = &state.file.known {
        f(&mut state.explore, &mut Context { known, desk: &mut state.desk });
    }
}

fn learn(state: &mut State, known: Analysis, total: u64, complete: bool) {
    state.file.known = Some(known);
    state.file.total = total;
    state.file.complete = complete;
    with_heap(state, Explore::refresh);
}

fn input_event(state: &mut State, input: &Input) {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => press(state, key),
        Input::Mouse(mouse) => point(state, *mouse),
        Input::Paste(pasted) => paste(state, pasted),
        Input::Resize(width, height) => (state.width, state.height) = (*width, *height),
        _ => {}
    }
}

fn press(state: &mut State, key: &KeyEvent) {
    state.status = None;
    match keymap::action(state.scopes(), key) {
        Some(action) => act(state, action),
        None if state.dialogs.is_empty() => edit(state, to_input_request(&Input::Key(*key))),
        None => {}
    }
}

fn act(state: &mut State, action: Action) {
    match action {
        Action::Quit => state.desk.push(Effect::Quit),
        Action::Suspend => state.desk.push(Effect::Suspend),
        Action::Redraw => state.desk.push(Effect::Redraw),
        _ if !state.dialogs.is_empty() => dialog(state, action),
        _ if state.prompt.is_some() => prompt(state, action),
        _ if !state.applies(action) => {}
        Action::Help => state.dialogs.push(help(state)),
        Action::Filter => open_prompt(state, PromptKind::Filter),
        Action::Goto => open_prompt(state, PromptKind::Goto),
        Action::Path => show_path(state),
        Action::Copy => copy(state),
        _ => with_heap(state, |explore, cx| explore.act(action, cx)),
    }
    // Panes can be walked and zoomed before there is a heap.
    if state.file.known.is_none() {
        walk(&mut state.explore, action);
    }
}

fn walk(explore: &mut Explore, action: Action) {
    match action {
        Action::NextPane => explore.focus = explore.focus.step(1),
        Action::PreviousPane => explore.focus = explore.focus.step(3),
        Action::Zoom => explore.zoomed = !explore.zoomed,
        _ => {}
    }
}

fn dialog(state: &mut State, action: Action) {
    let body = state.layout().body;
    match (action, state.dialogs.last_mut()) {
        (Action::Close, _) => drop(state.dialogs.pop()),
        (Action::Copy, Some(dialog)) => {
            let lines = dialog.lines.len();
            let what = format!("the chain, {lines} {}", if lines == 1 { "line" } else { "lines" });
            state.desk.push(Effect::Copy(dialog.plain(), what));
        }
        (_, Some(dialog)) => dialog.scroll(action, body),
        _ => {}
    }
}

/// The keys that work where one is, now.
fn help(state: &State) -> Dialog {
    let rows = keymap::active(state.scopes()).filter(|binding| state.applies(binding.action));
    let lines = rows.map(|binding| (format!("{}  ", binding.keys_text()), binding.help.to_owned())).collect();
    Dialog::new(Topic::Help, "Keys that work here, now", lines)
}

fn open_prompt(state: &mut State, kind: PromptKind) {
    let before = match kind {
        PromptKind::Filter => state.explore.panes.filter(state.explore.focus).to_owned(),
        PromptKind::Goto => "@".to_owned(),
    };
    state.prompt = Some(Prompt { kind, input: before.into() });
}

fn prompt(state: &mut State, action: Action) {
    match action {
        Action::Accept => accept(state),
        Action::Cancel => {
            let closed = state.prompt.take();
            if closed.is_some_and(|prompt| prompt.kind == PromptKind::Filter) {
                with_heap(state, |explore, cx| explore.filter("", cx));
            }
        }
        _ => with_heap(state, |explore, cx| explore.act(action, cx)),
    }
}

/// Enter in a prompt: an id is jumped to, a filter stays.
fn accept(state: &mut State) {
    let Some(prompt) = state.prompt.take() else { return };
    match parse_id(prompt.input.value(), prompt.kind) {
        Some(id) => find(state, id),
        None if prompt.kind == PromptKind::Goto => state.say(Role::Bad, "an id is a number, as in @12345"),
        None => {}
    }
}

/// `@123` anywhere, `123` where an id is asked for.
fn parse_id(text: &str, kind: PromptKind) -> Option<NodeId> {
    let text = text.trim();
    let digits = match (text.strip_prefix('@'), kind) {
        (Some(digits), _) => digits,
        (None, PromptKind::Goto) => text,
        (None, PromptKind::Filter) => return None,
    };
    digits.trim().parse().ok().map(NodeId)
}

fn edit(state: &mut State, request: Option<InputRequest>) {
    let (Some(prompt), Some(request)) = (&mut state.prompt, request) else { return };
    prompt.input.handle(request);
    refilter(state);
}

fn paste(state: &mut State, pasted: &str) {
    let Some(prompt) = &mut state.prompt else { return };
    for c in pasted.chars().filter(|c| !c.is_control()).take(4096) {
        prompt.input.handle(InputRequest::InsertChar(c));
    }
    refilter(state);
}

/// Filters by what is typed so far; an id that is being typed filters nothing.
fn refilter(state: &mut State) {
    let Some(prompt) = &state.prompt else { return };
    if prompt.kind == PromptKind::Goto {
        return;
    }
    let typed = prompt.input.value();
    let query = if typed.starts_with('@') { String::new() } else { typed.to_owned() };
    with_heap(state, |explore, cx| explore.filter(&query, cx));
}

fn find(state: &mut State, id: NodeId) {
    let Some(known) = &state.file.known else { return };
    match state.desk.ask(known, Slot::Find, Task::Find(id)) {
        Asked::Now(Outcome::Found(id, node)) => found(state, id, node),
        Asked::Now(_) => {}
        Asked::Later(request) => state.finding = Some(request),
    }
}

fn found(state: &mut State, id: NodeId, node: Option<NodeIx>) {
    state.finding = None;
    match node {
        Some(node) => with_heap(state, |explore, cx| explore.jump(node, cx)),
        None => state.say(Role::Bad, format!("no object {id} in this snapshot")),
    }
}

fn show_path(state: &mut State) {
    let focus = state.explore.focus;
    let Some(known) = &state.file.known else { return };
    let Some((object, trail)) = state.explore.panes.chain_start(focus, known) else { return };
    let title = format!("What holds {}", mention(known, object));
    if known.retainers.is_none() || known.distances.is_none() {
        return state.say(Role::Bad, "chains are known once the graph is linked: a moment");
    }
    let asked = state.desk.ask(known, Slot::Path, Task::Path(object, trail));
    let pending = if let Asked::Later(request) = asked { Some(request) } else { None };
    let wait = vec![(String::new(), "looking for the shortest chain…".to_owned())];
    state.dialogs.push(Dialog::new(Topic::Path { object, pending }, title, wait));
    if let Asked::Now(Outcome::Path(lines)) = asked {
        path_found(state, &lines);
    }
}

fn path_found(state: &mut State, lines: &[String]) {
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

fn copy(state: &mut State) {
    let (explore, focus) = (&state.explore, state.explore.focus);
    let Some(known) = &state.file.known else { return };
    let text = match (focus, explore.panes.classes.sheet.selected()) {
        (Kind::Classes, Some(class)) => text::clean(known.classes.name(class)).into_owned(),
        (Kind::Classes, None) => return,
        _ => match explore.panes.object(focus, known) {
            Some(node) => mention(known, node),
            None => return,
        },
    };
    let what = text::snippet(&text, 60);
    state.desk.push(Effect::Copy(text, what));
}

/// A node by name and id, made safe.
pub(super) fn mention(known: &Analysis, node: NodeIx) -> String {
    text::clean(&path::mention(known, node)).into_owned()
}

fn answer(state: &mut State, slot: Slot, request: u64, outcome: Outcome) {
    let awaited = |dialog: &Dialog| matches!(dialog.topic, Topic::Path { pending: Some(number), .. } if number == request);
    match outcome {
        Outcome::Path(lines) if state.dialogs.iter().any(awaited) => path_found(state, &lines),
        Outcome::Found(id, node) if state.finding == Some(request) => found(state, id, node),
        Outcome::Path(_) | Outcome::Found(..) => {}
        outcome => with_heap(state, |explore, cx| explore.answer(slot, request, outcome, cx)),
    }
}

fn point(state: &mut State, mouse: MouseEvent) {
    let layout = state.layout();
    let (x, y) = (mouse.column, mouse.row);
    if let Some(dialog) = state.dialogs.last_mut() {
        match mouse.kind {
            MouseEventKind::ScrollUp => dialog.scroll(Action::Up, layout.body),
            MouseEventKind::ScrollDown => dialog.scroll(Action::Down, layout.body),
            _ => {}
        }
        return;
    }
    let wheel = |state: &mut State, rows| with_heap(state, |view, cx| view.scroll(&layout, (x, y), rows, cx));
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            state.status = None;
            with_heap(state, |explore, cx| explore.click(&layout, x, y, cx));
        }
        MouseEventKind::ScrollUp => wheel(state, -NOTCH),
        MouseEventKind::ScrollDown => wheel(state, NOTCH),
        _ => {}
    }
}
