//! Event → new state and effects. No file, thread, clock or chance in here.

use crossterm::event::{Event as Input, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use tui_input::{InputRequest, backend::crossterm::to_input_request};

use super::{
    aspect::Aspects,
    dialog::{Dialog, Topic},
    event::{Context, Effect, Event, Reply, Slot},
    explore::Explore,
    keymap::{self, Action},
    layout::Layout,
    pane::Kind,
    series,
    source::query,
    state::{Prompt, PromptKind, State},
    task::Outcome,
    theme::Role,
    view::View,
    widget::choices::Choices,
    window,
};
use crate::{
    analysis::{Analysis, filter::Selection, path},
    explain, format,
    heap::{NodeId, NodeIx},
    text,
};

/// How many rows a notch of the wheel is.
const NOTCH: isize = 3;

/// Takes one event in; answers what shall be done about it.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Input(input) => input_event(state, &input),
        Event::Progress(at, progress) => state.files[at].progress = Some(progress),
        Event::Working(slot, progress) => series::advance(state, slot, progress),
        Event::Loaded(at, facts) => {
            if !facts.warnings.is_empty() {
                state.dialogs.push(Dialog::message("This file is not quite sound", &facts.warnings));
            }
            state.files[at].facts = facts;
        }
        Event::Known { at, known, total, complete } => learn(state, at, *known, total, complete),
        Event::Done { slot, request, outcome } => answer(state, slot, request, outcome),
        Event::Idle => {}
        Event::Panicked { slot, what } => {
            series::failed(state, slot);
            let lines = [what, "The rest goes on working; please report this.".to_owned()];
            state.dialogs.push(Dialog::message("A bug in leaktui", &lines));
        }
        Event::Copied(Ok(what)) => state.say(Role::Good, format!("copied {what}")),
        Event::Copied(Err(why)) => state.say(Role::Bad, format!("not copied: {}", text::clean(&why))),
    }
    state.relayout();
    state.desk.take()
}

/// Runs `f` on the Explore view with its heap, if there is one.
pub(super) fn with_heap(state: &mut State, f: impl FnOnce(&mut Explore, &mut Context<'_>)) {
    let file = &mut state.files[state.at];
    if let Some(known) = file.sieve.known().or(file.known.as_ref()) {
        f(&mut file.explore, &mut Context { known, desk: &mut state.desk });
    }
}

/// Runs `f` on the other views of the snapshot with its heap, if there is one.
pub(super) fn with_aspects<T>(
    state: &mut State,
    f: impl FnOnce(&mut Aspects, &mut Context<'_>) -> T,
) -> Option<T> {
    let file = &mut state.files[state.at];
    let known = file.known.as_ref()?;
    Some(f(&mut file.aspects, &mut Context { known, desk: &mut state.desk }))
}

/// Has the filters of Explore applied anew.
pub(super) fn select(state: &mut State) {
    let file = &mut state.files[state.at];
    let Some(known) = &file.known else { return };
    if file.sieve.select(&mut Context { known, desk: &mut state.desk }) {
        sifted(state, state.at);
    }
}

/// Lists anew what the filters of a file let through.
fn sifted(state: &mut State, at: usize) {
    let file = &mut state.files[at];
    file.explore.generation = file.sieve.generation;
    if let Some(known) = file.sieve.known().or(file.known.as_ref()) {
        file.explore.refresh(&mut Context { known, desk: &mut state.desk });
    }
}

fn learn(state: &mut State, at: usize, known: Analysis, total: u64, complete: bool) {
    let file = &mut state.files[at];
    (file.total, file.complete) = (total, complete);
    let known = file.known.insert(known);
    if !file.sieve.is_empty() {
        file.sieve.select(&mut Context { known, desk: &mut state.desk });
    }
    sifted(state, at);
    if let (View::Aspect(aspect), true) = (state.view, at == state.at) {
        with_aspects(state, |aspects, cx| aspects.wake(aspect, cx));
    }
    series::begin(state);
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
    match keymap::action(&state.scopes(), key) {
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
        Action::Back | Action::Forward => series::walk(state, action),
        Action::Clear if series::give_up(state) => {}
        Action::Drill if series::again(state) || window::show_entry(state) => {}
        Action::Help => {
            let help = Dialog::help(&state.scopes(), &|action| state.applies(action));
            state.dialogs.push(help);
        }
        Action::Filter => open_prompt(state, PromptKind::Filter),
        Action::Goto => open_prompt(state, PromptKind::Goto),
        Action::Sieve => open_prompt(state, PromptKind::Sieve),
        Action::Search => open_prompt(state, PromptKind::Search),
        Action::Path => window::show_path(state),
        Action::Owners => window::show_owners(state),
        Action::Kinds => window::show_kinds(state),
        Action::Ignored => window::show_ignored(state),
        Action::Explain => explain(state),
        Action::Copy => copy(state),
        _ => series::traced(state, |state| walk_or_act(state, action)),
    }
    // Panes can be walked and zoomed before there is a heap.
    if state.view == View::Explore && state.file().known.is_none() {
        walk(&mut state.files[state.at].explore, action);
    }
}

fn walk_or_act(state: &mut State, action: Action) {
    match action {
        Action::View(number) => series::show(state, number),
        Action::Other => series::other(state),
        Action::Span => series::next_span(state),
        Action::Widen => series::widen_span(state),
        Action::Unsieve => {
            state.files[state.at].sieve.remove_last();
            select(state);
        }
        Action::Clear if clears_sieve(state) => {
            state.files[state.at].sieve.clear();
            select(state);
        }
        Action::Base | Action::Newest => series::compare_others(state, action),
        _ => act_in_view(state, action),
    }
}

/// Whether Escape has nothing nearer to clear than the filters of Explore.
fn clears_sieve(state: &State) -> bool {
    let explore = state.explore();
    let is_nearest = !explore.zoomed && explore.panes.filter(explore.focus).is_empty();
    state.view == View::Explore && is_nearest && !state.file().sieve.is_empty()
}

fn act_in_view(state: &mut State, action: Action) {
    match state.view {
        View::Growth => {
            let reply = series::with_growth(state, |growth, cx| growth.act(action, cx));
            series::reply(state, reply.unwrap_or(Reply::Quiet));
        }
        View::Compare => {
            let reply = state.compare.act(action, &mut state.desk);
            series::reply(state, reply);
        }
        View::Explore => with_heap(state, |explore, cx| explore.act(action, cx)),
        View::Aspect(aspect) => {
            let reply = with_aspects(state, |aspects, cx| aspects.act(aspect, action, cx));
            series::reply(state, reply.unwrap_or(Reply::Quiet));
        }
    }
}

fn filter(state: &mut State, query: &str) {
    match state.view {
        View::Growth => drop(series::with_growth(state, |growth, cx| growth.filter(query, cx))),
        View::Compare => state.compare.filter(query, &mut state.desk),
        View::Explore => with_heap(state, |explore, cx| explore.filter(query, cx)),
        View::Aspect(aspect) => {
            with_aspects(state, |aspects, cx| aspects.filter(aspect, query, cx));
        }
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
        (Action::RestoreAll, _) => window::restore(state, None),
        (Action::Choose | Action::Restore, _) => series::traced(state, window::choose),
        (Action::Copy, Some(dialog)) => {
            let text = dialog.plain();
            let what = match (&dialog.rows, text.lines().count()) {
                (Some(_), _) => text::snippet(&text, 60),
                (None, 1) => "the chain, 1 line".to_owned(),
                (None, lines) => format!("the chain, {lines} lines"),
            };
            state.desk.push(Effect::Copy(text, what));
        }
        (Action::CopyAll, Some(dialog)) => {
            let what =
                format!("all {} rows", format::count(dialog.rows.as_ref().map_or(0, Choices::len) as u64));
            state.desk.push(Effect::Copy(dialog.all(), what));
        }
        (_, Some(dialog)) => dialog.scroll(action, body),
        _ => {}
    }
}

fn open_prompt(state: &mut State, kind: PromptKind) {
    let before = match kind {
        PromptKind::Filter => state.filter().to_owned(),
        PromptKind::Goto => "@".to_owned(),
        PromptKind::Sieve | PromptKind::Search => String::new(),
    };
    state.prompt = Some(Prompt { kind, input: before.into() });
}

fn prompt(state: &mut State, action: Action) {
    match action {
        Action::Accept => accept(state),
        Action::Cancel => {
            let closed = state.prompt.take();
            if closed.is_some_and(|prompt| prompt.kind == PromptKind::Filter) {
                filter(state, "");
            }
        }
        _ => act_in_view(state, action),
    }
}

/// Enter in a prompt: an id is jumped to, a filter stays.
fn accept(state: &mut State) {
    let Some(prompt) = state.prompt.take() else { return };
    match prompt.kind {
        PromptKind::Sieve => return add_filter(state, prompt),
        PromptKind::Search => return search(state, prompt),
        PromptKind::Filter | PromptKind::Goto => {}
    }
    match parse_id(prompt.input.value(), prompt.kind) {
        Some(id) => series::traced(state, |state| series::find(state, id)),
        None if prompt.kind == PromptKind::Goto => state.say(Role::Bad, "an id is a number, as in @12345"),
        None => {}
    }
}

/// Takes one filter more; one that cannot be read stays to be mended.
fn add_filter(state: &mut State, prompt: Prompt) {
    let word = prompt.input.value().trim();
    if word.is_empty() {
        return;
    }
    match state.files[state.at].sieve.add(word) {
        Ok(()) => select(state),
        Err(why) => {
            state.say(Role::Bad, text::clean(&why));
            state.prompt = Some(prompt);
        }
    }
}

/// Looks for a text; an expression that cannot be read stays to be mended.
fn search(state: &mut State, prompt: Prompt) {
    let text = prompt.input.value().to_owned();
    match query(&text) {
        Ok(_) => {
            with_aspects(state, |aspects, cx| aspects.search(&text, cx));
        }
        Err(why) => {
            state.say(Role::Bad, text::clean(&why));
            state.prompt = Some(prompt);
        }
    }
}

/// `@123` anywhere, `123` where an id is asked for.
fn parse_id(text: &str, kind: PromptKind) -> Option<NodeId> {
    let text = text.trim();
    let digits = match (text.strip_prefix('@'), kind) {
        (Some(digits), _) => digits,
        (None, PromptKind::Goto) => text,
        (None, PromptKind::Filter | PromptKind::Sieve | PromptKind::Search) => return None,
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
    if prompt.kind != PromptKind::Filter {
        return;
    }
    let typed = prompt.input.value();
    let query = if typed.starts_with('@') { String::new() } else { typed.to_owned() };
    filter(state, &query);
}

/// What the row under the cursor is: of a class by its name, of an object by what it is.
fn explain(state: &mut State) {
    let found = match (state.view, state.focus().0) {
        (View::Explore, Kind::Classes) => class_name(state).map(|name| (explain::of_name(&name), name)),
        _ => state.pointed().and_then(|pointed| {
            let known = state.files[pointed.at].known.as_ref()?;
            Some((explain::of_node(known, pointed.node), mention(known, pointed.node)))
        }),
    };
    match found {
        Some((Some(found), _)) => {
            let lines = [found.what.to_owned(), found.advice.to_owned()];
            state.dialogs.push(Dialog::message(found.name.trim_end(), &lines));
        }
        Some((None, name)) => {
            let name = text::snippet(&name, 60);
            state.say(Role::Good, format!("{name} is the program's own: its code tells what it is for"));
        }
        None => {}
    }
}

fn class_name(state: &State) -> Option<String> {
    let known = state.file().shown()?;
    Some(known.classes.name(state.explore().panes.classes.sheet.selected()?).to_owned())
}

fn copy(state: &mut State) {
    let Some(text) = copied(state) else { return };
    let what = text::snippet(&text, 60);
    state.desk.push(Effect::Copy(text, what));
}

/// What `y` copies: a growth in a sentence, a class by name, an object by name and id.
fn copied(state: &State) -> Option<String> {
    let focus = state.focus().0;
    let class = match (state.view, focus) {
        (View::Growth, Kind::Classes) => return Some(state.growth.held.plain()),
        (View::Compare, Kind::Classes) => {
            let pair = state.compare.pair()?;
            Some(pair.name(state.compare.changes.sheet.selected()?))
        }
        (View::Explore, Kind::Classes) => {
            let known = state.file().shown()?;
            Some(known.classes.name(state.explore().panes.classes.sheet.selected()?))
        }
        (View::Aspect(aspect), Kind::Classes) => state.file().aspects.part(aspect),
        _ => None,
    };
    if let Some(class) = class {
        return Some(text::clean(class).into_owned());
    }
    let pointed = state.pointed()?;
    Some(mention(state.files[pointed.at].known.as_ref()?, pointed.node))
}

/// A node by name and id, made safe.
pub(super) fn mention(known: &Analysis, node: NodeIx) -> String {
    text::clean(&path::mention(known, node)).into_owned()
}

fn answer(state: &mut State, slot: Slot, request: u64, outcome: Outcome) {
    let awaited = |dialog: &Dialog| matches!(dialog.topic, Topic::Path { pending: Some(number), .. } if number == request);
    match outcome {
        Outcome::Path(lines) if state.dialogs.iter().any(awaited) => window::path_found(state, &lines),
        Outcome::Listed(rows) => window::listed(state, request, rows),
        Outcome::Found(id, node) => series::found(state, request, id, node),
        Outcome::Path(_) => {}
        Outcome::Selected(found) => selected(state, request, found),
        outcome => {
            if let Some(outcome) = series::arrive(state, request, outcome) {
                answer_view(state, slot, request, outcome);
            }
        }
    }
}

/// Takes what passes the filters, for whichever snapshot asked.
fn selected(state: &mut State, request: u64, mut found: Box<Selection>) {
    for at in 0..state.files.len() {
        match state.files[at].sieve.accept(request, found) {
            Ok(()) => return sifted(state, at),
            Err(back) => found = back,
        }
    }
}

/// Only the view that is shown gets answers: others ask anew when they are shown again.
fn answer_view(state: &mut State, slot: Slot, request: u64, outcome: Outcome) {
    match state.view {
        View::Growth => {
            series::with_growth(state, |growth, cx| growth.answer(slot, request, outcome, cx));
        }
        View::Compare => state.compare.answer(slot, request, outcome, &mut state.desk),
        View::Explore => with_heap(state, |explore, cx| explore.answer(slot, request, outcome, cx)),
        View::Aspect(aspect) => {
            with_aspects(state, |aspects, cx| aspects.answer(aspect, slot, request, outcome, cx));
        }
    }
}

fn point(state: &mut State, mouse: MouseEvent) {
    let layout = state.layout();
    let (x, y) = (mouse.column, mouse.row);
    if let Some(dialog) = state.dialogs.last_mut() {
        match mouse.kind {
            MouseEventKind::ScrollUp => dialog.wheel(-1, layout.body),
            MouseEventKind::ScrollDown => dialog.wheel(1, layout.body),
            MouseEventKind::Down(MouseButton::Left) if dialog.click((x, y), layout.body) => {
                series::traced(state, window::choose);
            }
            _ => {}
        }
        return;
    }
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            state.status = None;
            series::traced(state, |state| click(state, &layout, (x, y)));
        }
        MouseEventKind::ScrollUp => wheel(state, &layout, (x, y), -NOTCH),
        MouseEventKind::ScrollDown => wheel(state, &layout, (x, y), NOTCH),
        _ => {}
    }
}

fn click(state: &mut State, layout: &Layout, (x, y): (u16, u16)) {
    match state.view {
        View::Growth => {
            series::with_growth(state, |growth, cx| growth.click(layout, x, y, cx));
        }
        View::Compare => {
            let reply = state.compare.click(layout, x, y, &mut state.desk);
            series::reply(state, reply);
        }
        View::Explore => with_heap(state, |explore, cx| explore.click(layout, x, y, cx)),
        View::Aspect(aspect) => {
            with_aspects(state, |aspects, cx| aspects.click(aspect, layout, (x, y), cx));
        }
    }
}

fn wheel(state: &mut State, layout: &Layout, at: (u16, u16), rows: isize) {
    match state.view {
        View::Growth => {
            series::with_growth(state, |growth, cx| growth.scroll(layout, at, rows, cx));
        }
        View::Compare => state.compare.scroll(layout, at, rows, &mut state.desk),
        View::Explore => with_heap(state, |explore, cx| explore.scroll(layout, at, rows, cx)),
        View::Aspect(aspect) => {
            with_aspects(state, |aspects, cx| aspects.scroll(aspect, layout, at, rows, cx));
        }
    }
}
