//! Event → new state and effects. No file, thread, clock or chance in here.

use crossterm::event::{Event as Input, KeyEvent, KeyEventKind};
use tui_input::backend::crossterm::to_input_request;

use super::{
    about,
    aspect::{Aspect, Aspects},
    chooser::{self, Chooser},
    dialog::{Dialog, Topic},
    elsewhere,
    event::{Context, Effect, Event, Reply, Slot},
    explore::Explore,
    export, hits,
    keymap::{self, Action, Binding},
    lookup, marks, mouse,
    prompt::{self, PromptKind},
    recording::Recording,
    series,
    source::Parts,
    state::{State, Top},
    task::Outcome,
    theme::Role,
    travel,
    view::View,
    window,
};
use crate::{
    analysis::{Analysis, filter::Selection},
    format, text,
};

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
        Event::Recorded(at, recording) => record(state, at, *recording),
        Event::Known { at, known, total, complete } => learn(state, at, *known, total, complete),
        Event::Partly { slot, request, outcome } => partly(state, slot, request, outcome),
        Event::Done { slot, request, outcome } => answer(state, slot, request, outcome),
        Event::Idle => {}
        Event::Panicked { slot, what } => {
            series::failed(state, slot);
            let lines = [what, "The rest goes on working; please report this.".to_owned()];
            state.dialogs.push(Dialog::message("A bug in leaktui", &lines));
        }
        Event::Writing(progress) => state.writing.advance(progress),
        Event::Saved { name, export, saved } => export::saved(state, name, export, saved),
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

/// Takes what a file has beside its heap. The only file opens in the view that it was recorded for, if nobody
/// has done anything yet.
fn record(state: &mut State, at: usize, recording: Recording) {
    if let (Some(aspect), [_], true) = (recording.view(), state.files.as_slice(), state.is_untouched) {
        state.view = View::Aspect(aspect);
    }
    let file = &mut state.files[at];
    file.aspects.record(&recording);
    file.recording = recording;
}

fn learn(state: &mut State, at: usize, known: Analysis, total: u64, complete: bool) {
    let file = &mut state.files[at];
    (file.total, file.complete) = (total, complete);
    let known = file.known.insert(known);
    if !file.sieve.is_empty() {
        file.sieve.select(&mut Context { known, desk: &mut state.desk });
    }
    file.explore.panes.retainers.spec.ignored.expire();
    sifted(state, at);
    if complete {
        series::compare_recordings(state);
    }
    if let (View::Aspect(aspect), true) = (state.view, at == state.at) {
        with_aspects(state, |aspects, cx| aspects.wake(aspect, cx));
    }
    series::begin(state);
}

fn input_event(state: &mut State, input: &Input) {
    state.is_untouched &= matches!(input, Input::Resize(..) | Input::FocusGained | Input::FocusLost);
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => press(state, key),
        Input::Mouse(mouse) => mouse::point(state, *mouse),
        Input::Paste(pasted) => paste(state, pasted),
        Input::Resize(width, height) => (state.width, state.height) = (*width, *height),
        _ => {}
    }
}

fn press(state: &mut State, key: &KeyEvent) {
    state.status = None;
    let found = keymap::action(&state.scopes(), key);
    if state.top() == Top::Panes && found.is_none_or(|action| !state.applies(action)) {
        elsewhere::tell(state, key);
    }
    match found {
        Some(action) => act(state, action),
        None => edit(state, key),
    }
}

/// Takes a key that only means something where one types.
fn edit(state: &mut State, key: &KeyEvent) {
    let request = to_input_request(&Input::Key(*key));
    match state.top() {
        Top::Prompt => prompt::edit(state, request),
        Top::Chooser => chooser::edit(state, request),
        Top::Dialog | Top::Panes => {}
    }
}

fn paste(state: &mut State, pasted: &str) {
    match state.top() {
        Top::Prompt => prompt::paste(state, pasted),
        Top::Chooser => chooser::paste(state, pasted),
        Top::Dialog | Top::Panes => {}
    }
}

/// Does what a key asks for, or what was chosen by name.
pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Quit => state.desk.push(Effect::Quit),
        Action::Return => state.desk.push(Effect::Return),
        Action::Suspend => state.desk.push(Effect::Suspend),
        Action::Redraw => state.desk.push(Effect::Redraw),
        _ if state.top() == Top::Dialog => dialog(state, action),
        _ if state.top() == Top::Prompt => prompt::act(state, action),
        _ if !state.applies(action) => {}
        _ if state.top() == Top::Chooser => chooser::act(state, action),
        Action::Back | Action::Forward => travel::walk(state, action),
        Action::Clear if series::give_up(state) => {}
        Action::Drill if series::again(state) || window::show_entry(state) => {}
        Action::Help => help(state),
        Action::Palette => state.chooser = Some(Chooser::commands(state)),
        Action::Filter => prompt::open(state, PromptKind::Filter),
        Action::Goto => prompt::open(state, PromptKind::Goto),
        Action::Sieve => prompt::open(state, PromptKind::Sieve),
        Action::Search => prompt::open(state, PromptKind::Search),
        Action::Find => prompt::open(state, PromptKind::Everywhere),
        Action::Export => export::ask(state),
        Action::Mark => marks::toggle(state),
        Action::Marks => marks::list(state),
        Action::NextHit | Action::PreviousHit => hits::step(state, action),
        Action::Path => window::show_path(state),
        Action::Owners => window::show_owners(state),
        Action::Kinds => window::show_kinds(state),
        Action::Ignored => window::show_ignored(state),
        Action::Explain => about::explain(state),
        Action::Stack => window::show_stack(state),
        Action::Copy => about::copy(state),
        _ => travel::traced(state, |state| walk_or_act(state, action)),
    }
    // Panes can be walked and zoomed before there is a heap.
    if state.view == View::Explore && state.file().known.is_none() {
        walk(&mut state.files[state.at].explore, action);
    }
}

/// The keys that work where one is, now.
pub(super) fn help(state: &mut State) {
    let told = |binding: &'static Binding| match state.view_of(binding) {
        Some(view) => format!("{}: {}", view.name(), view.about()),
        None => binding.help.to_owned(),
    };
    let help = Dialog::help(&state.scopes(), &|action| state.applies(action), &told);
    state.dialogs.push(help);
}

fn walk_or_act(state: &mut State, action: Action) {
    match action {
        Action::View(number) => travel::show(state, number),
        Action::Other => lookup::other(state),
        Action::Span => series::next_span(state),
        Action::Widen => series::widen_span(state),
        Action::Unsieve => {
            if let Some(last) = state.files[state.at].sieve.remove_last() {
                state.say(Role::Good, format!("taken off: [{last}]"));
            }
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

pub(super) fn act_in_view(state: &mut State, action: Action) {
    match state.view {
        View::Growth => {
            let reply = series::with_growth(state, |growth, cx| growth.act(action, cx));
            travel::reply(state, reply.unwrap_or(Reply::Quiet));
        }
        View::Compare => {
            let reply = state.compare.act(action, &mut state.desk);
            travel::reply(state, reply);
            if action == Action::Figure {
                series::tell_figure(state);
            }
        }
        View::Explore => with_heap(state, |explore, cx| explore.act(action, cx)),
        View::Aspect(aspect) => {
            let reply = with_aspects(state, |aspects, cx| aspects.act(aspect, action, cx));
            travel::reply(state, reply.unwrap_or(Reply::Quiet));
        }
    }
}

/// Filters the pane that has the keys.
pub(super) fn filter(state: &mut State, query: &str) {
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
        (Action::Export, _) => export::ask(state),
        (Action::RestoreAll, _) => window::restore(state, None),
        (Action::Choose | Action::Restore, _) => travel::traced(state, window::choose),
        (Action::Copy, Some(dialog)) => {
            let text = dialog.plain();
            let what = match (&dialog.rows, text.lines().count()) {
                (Some(_), _) => text::snippet(&text, 60),
                (None, 1) => format!("{}, 1 line", dialog.what()),
                (None, lines) => format!("{}, {lines} lines", dialog.what()),
            };
            state.desk.push(Effect::Copy(text, what));
        }
        (Action::CopyAll, Some(dialog)) => {
            let Some(rows) = &dialog.rows else { return };
            let all = format::counted((rows.len() + rows.left_out) as u64, "row", "rows");
            let what = match rows.left_out {
                0 => format!("all {all}"),
                _ => format!("{} of {all}", format::count(rows.len() as u64)),
            };
            state.desk.push(Effect::Copy(rows.copied(), what));
        }
        (_, Some(dialog)) => dialog.scroll(action, body),
        _ => {}
    }
}

/// Takes a part of an answer: only searches are told in parts.
fn partly(state: &mut State, slot: Slot, request: u64, outcome: Outcome) {
    match (slot, outcome) {
        (_, Outcome::Hits(rows)) => hits::arrive(state, request, rows, true),
        (Slot::Strings, Outcome::Parts(parts)) => strings_found(state, request, &parts, true),
        _ => {}
    }
}

/// Takes strings that were found, for whichever snapshot asked.
fn strings_found(state: &mut State, request: u64, parts: &Parts, more: bool) {
    let is_shown = state.view == View::Aspect(Aspect::Strings);
    for at in 0..state.files.len() {
        let is_shown = is_shown && at == state.at;
        let file = &mut state.files[at];
        let Some(known) = &file.known else { continue };
        let cx = &mut Context { known, desk: &mut state.desk };
        file.aspects.found(request, parts, more, is_shown.then_some(cx));
    }
}

fn answer(state: &mut State, slot: Slot, request: u64, outcome: Outcome) {
    let awaited = |dialog: &Dialog| matches!(dialog.topic, Topic::Path { pending: Some(number), .. } if number == request);
    match outcome {
        Outcome::Path(lines) if state.dialogs.iter().any(awaited) => window::path_found(state, &lines),
        Outcome::Listed(rows) => window::listed(state, request, rows),
        Outcome::Found(id, node) => lookup::found(state, request, id, node),
        Outcome::Path(_) => {}
        Outcome::Guessed(guess) => window::guess_found(state, request, guess),
        Outcome::Selected(found) if slot == Slot::Selection => selected(state, request, found),
        Outcome::Hits(rows) => hits::arrive(state, request, rows, false),
        Outcome::Parts(parts) if slot == Slot::Strings => strings_found(state, request, &parts, false),
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
