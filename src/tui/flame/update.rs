//! What keys and clicks do to a profile.

use std::sync::Arc;

use super::{
    Event, Meant, Search, State, Step, View,
    look::{Ask, Look, News, Seen},
};
use crate::{
    format,
    profile::{By, CallIx, FrameIx, Profile},
    text,
    tui::{
        apart::{self, Effect, Meaning},
        keymap::Action,
        pane::motion,
        theme::Role,
        widget::list::Motion,
    },
};

/// Takes one event in; answers what shall be done about it.
pub(super) fn update(state: &mut State, event: Event<News>) -> Vec<Effect<Ask>> {
    let effects = match event {
        Event::Copied(copied) => {
            state.front.copied(&copied);
            Vec::new()
        }
        Event::News(news) => {
            learn(state, news);
            Vec::new()
        }
        Event::Input(input) => {
            let (idle, scopes) = (state.idle(), state.scopes());
            match state.front.meaning(&input, scopes, &idle) {
                Meaning::Act(action) => act(state, action),
                Meaning::Click(x, y) => {
                    click(state, x, y);
                    Vec::new()
                }
                Meaning::Wheel(rows, ..) => {
                    wheel(state, rows);
                    Vec::new()
                }
                Meaning::Typed | Meaning::Nothing => Vec::new(),
            }
        }
    };
    state.settle();
    effects
}

fn act(state: &mut State, action: Action) -> Vec<Effect<Ask>> {
    if state.front.prompt.is_some() {
        return prompt(state, action);
    }
    match action {
        Action::Copy => return copy(state).into_iter().collect(),
        Action::View(number) => show(state, number),
        Action::Focus => return step(state, true),
        Action::Exclude => return step(state, false),
        Action::Unsieve => {
            state.lens.steps.pop();
            return look(state);
        }
        Action::By => {
            state.lens.by = match state.lens.by {
                By::Function => By::Script,
                By::Script => By::Package,
                By::Package => By::Function,
            };
            return look(state);
        }
        Action::Search => state.front.prompt = Some(tui_input::Input::default()),
        Action::NextHit => hit(state, true),
        Action::PreviousHit => hit(state, false),
        Action::Clear if state.pending.is_some() => return give_up(state),
        Action::Clear if !state.search.text.is_empty() => state.search = Search::default(),
        _ => return in_view(state, action),
    }
    Vec::new()
}

fn in_view(state: &mut State, action: Action) -> Vec<Effect<Ask>> {
    let State { icicle, lists, shown, view, .. } = state;
    match (*view, action) {
        (View::Flame, Action::Drill) => icicle.zoom_in(),
        (View::Flame, Action::Back) => icicle.zoom_out(),
        (_, Action::Clear) => icicle.reset(),
        (View::Flame, Action::Left) => icicle.aside(shown, false),
        (View::Flame, Action::Right) => icicle.aside(shown, true),
        (View::Flame, Action::Other) => icicle.by_older = !icicle.by_older,
        (View::Flame, action) if motion(action).is_some() => walk(state, action),
        (view, Action::Drill) => {
            if let Some(call) = lists.call(view, shown) {
                state.view = View::Flame;
                state.settle();
                state.icicle.go_to(&state.shown, call);
            }
        }
        (view, Action::Expand) => lists.expand(view, shown),
        (view, Action::Collapse) => lists.collapse(view, shown),
        (view, Action::Toggle) => lists.toggle(view, shown),
        (View::Functions, Action::Sort) => lists.sort_next(shown, false),
        (View::Functions, Action::Reverse) => lists.sort_next(shown, true),
        (view, action) => match motion(action) {
            Some(motion) => lists.go(view, motion),
            None => return apart::general(action).into_iter().collect(),
        },
    }
    Vec::new()
}

/// Moves in the flame. A page is as many rows as are seen.
fn walk(state: &mut State, action: Action) {
    let page = state.areas(state.front.parts().body).view.height.max(1);
    let (icicle, shown) = (&mut state.icicle, &state.shown);
    match motion(action) {
        Some(Motion::Up) => icicle.up(shown),
        Some(Motion::Down) => icicle.down(shown),
        Some(Motion::PageUp) => (0..page).for_each(|_| icicle.up(shown)),
        Some(Motion::PageDown) => (0..page).for_each(|_| icicle.down(shown)),
        Some(Motion::First) => icicle.at = icicle.top,
        Some(Motion::Last) => loop {
            let before = icicle.at;
            icicle.down(shown);
            if icicle.at == before {
                break;
            }
        },
        None => {}
    }
}

/// Shows another view, on the same call or function.
fn show(state: &mut State, number: u8) {
    let Some(&view) = View::ALL.get(number as usize) else { return };
    let call = match state.view {
        View::Flame => Some(state.icicle.at),
        before => state.lists.call(before, &state.shown),
    };
    state.view = view;
    if let Some(call) = call.filter(|&call| call != Profile::ROOT) {
        go_to(state, call);
    }
}

/// Puts the cursor of the view on a call, or on its function.
fn go_to(state: &mut State, call: CallIx) {
    let frame = state.shown.newer.function(call);
    match state.view {
        View::Flame => state.icicle.go_to(&state.shown, call),
        View::Tree => state.lists.reveal(call, &state.shown),
        View::Functions | View::Heavy => state.lists.find(state.view, frame),
    }
}

/// Focuses on what is under the cursor, or leaves it out.
fn step(state: &mut State, only: bool) -> Vec<Effect<Ask>> {
    let Some(frame) = state.frame() else { return Vec::new() };
    let by = state.seen.by;
    let group = By::Function.group(state.shown.newer.frame(frame));
    state.lens.steps.push(Step { only, what: Meant::Group(by, group) });
    look(state)
}

/// Has everything made anew through the lens; the cursor stays on its function if that is still there.
fn look(state: &mut State) -> Vec<Effect<Ask>> {
    state.request += 1;
    state.pending = Some("working".to_owned());
    let look = Look {
        request: state.request,
        profiles: Arc::clone(&state.profiles),
        lens: state.lens.clone(),
        search: state.search.text.clone(),
        on: state.frame().map(|frame| By::Function.group(state.shown.newer.frame(frame))),
    };
    vec![Effect::Ask(Ask::Look(look))]
}

/// All stays as it is seen.
fn give_up(state: &mut State) -> Vec<Effect<Ask>> {
    state.request += 1;
    state.pending = None;
    state.lens = state.seen.clone();
    vec![Effect::Ask(Ask::GiveUp)]
}

fn learn(state: &mut State, news: News) {
    match news {
        News::Seen(seen) if seen.request == state.request => see(state, *seen),
        News::Seen(_) => {}
        News::Progress(progress) => {
            if let Some(known) = &mut state.pending {
                let share = progress.done * 100 / progress.total.max(1);
                *known = format!("{}, {}%", progress.phase, share.min(99));
            }
        }
        News::Failed(why) => {
            give_up(state);
            state.front.say(Role::Bad, text::clean(&why));
        }
    }
}

fn see(state: &mut State, seen: Seen) {
    let Seen { lens, shown, lists, search, found, kept, .. } = seen;
    state.pending = None;
    (state.seen, state.shown, state.lists) = (lens, shown, lists);
    state.icicle.begin_anew();
    // What is looked for may have changed meanwhile.
    let is_same = state.search.text == search;
    state.search.found = if is_same { found } else { state.shown.found(&state.search.text) };
    state.settle();
    if let Some(call) = kept {
        go_to(state, call);
    }
}

fn prompt(state: &mut State, action: Action) -> Vec<Effect<Ask>> {
    match (action, state.front.prompt.take()) {
        (Action::Accept, Some(prompt)) => search(state, prompt.value().trim().to_owned()),
        (Action::Cancel, _) => state.search = Search::default(),
        (action, prompt) => {
            state.front.prompt = prompt;
            return apart::general(action).into_iter().collect();
        }
    }
    Vec::new()
}

/// Looks for functions, goes to the first, and says how much they allocated.
fn search(state: &mut State, text: String) {
    let found = state.shown.found(&text);
    let clean = text::snippet(&text, 40);
    if text.is_empty() {
        state.search = Search::default();
        return;
    }
    if found.is_empty() {
        state.search = Search::default();
        return state.front.say(Role::Bad, format!("no function or script contains `{clean}`"));
    }
    let (count, size) = (found.len() as u64, state.shown.size_of(&found));
    let share = format::percent(size, state.shown.whole().1);
    state.search = Search { text, found };
    let heaviest = state.search.found.iter().max_by_key(|&&frame| state.shown.of_frame(frame).total.1);
    if let Some(call) = heaviest.and_then(|&frame| state.shown.heaviest_call(frame)) {
        go_to(state, call);
    }
    let functions = if count == 1 { "function" } else { "functions" };
    let bytes = format::bytes(size);
    let said = format!("{} {functions}, {bytes} ({share}) · n next, N previous", format::count(count));
    state.front.say(Role::Good, said);
}

/// To the next or previous place that contains what was looked for, round and round.
fn hit(state: &mut State, forward: bool) {
    let is_found = |frame: FrameIx| state.search.has(frame);
    match state.view {
        View::Flame | View::Tree => {
            let shown = &state.shown;
            let at = match state.view {
                View::Flame => Some(state.icicle.at),
                view => state.lists.call(view, shown),
            };
            let hits = shown
                .newer
                .calls()
                .filter(|&call| is_found(shown.newer.function(call)) && shown.of_call(call).total != (0, 0));
            let hits: Vec<CallIx> = hits.collect();
            if let Some(call) = next(&hits, |call| Some(*call).cmp(&at), forward) {
                go_to(state, call);
            }
        }
        view => {
            let at = state.lists.cursor(view).at;
            let line = |at| state.lists.line(view, at, &state.shown);
            let hits: Vec<usize> = (0..state.lists.len(view))
                .filter(|&at| line(at).is_some_and(|line| is_found(line.frame)))
                .collect();
            if let Some(row) = next(&hits, |row| row.cmp(&at), forward) {
                state.lists.put(view, row);
            }
        }
    }
}

/// The first of the rising that is beyond here, or the last before; else the one at the other end.
fn next<T: Copy>(hits: &[T], here: impl Fn(&T) -> std::cmp::Ordering, forward: bool) -> Option<T> {
    if forward {
        hits.iter().find(|hit| here(hit).is_gt()).or(hits.first()).copied()
    } else {
        hits.iter().rfind(|hit| here(hit).is_lt()).or(hits.last()).copied()
    }
}

fn copy(state: &State) -> Option<Effect<Ask>> {
    let frame = state.frame()?;
    let lines: Vec<String> = super::draw::details(state).into_iter().map(|piece| piece.text).collect();
    let what = text::snippet(&By::Function.group(state.shown.newer.frame(frame)).text(), 60);
    Some(Effect::Copy(lines.join("\n"), what))
}

/// A click selects; in the flame a second one zooms.
fn click(state: &mut State, x: u16, y: u16) {
    let view = state.areas(state.front.parts().body).view;
    if !view.contains((x, y).into()) {
        return;
    }
    if state.view == View::Flame {
        match state.icicle.call_at(&state.shown, x, y) {
            Some(call) if call == state.icicle.at => state.icicle.zoom_in(),
            Some(call) => state.icicle.at = call,
            None => {}
        }
    } else if let Some(below) = (y - view.y).checked_sub(1) {
        let row = state.lists.cursor(state.view).top + below as usize;
        if row < state.lists.len(state.view) {
            state.lists.put(state.view, row);
        }
    }
}

fn wheel(state: &mut State, rows: isize) {
    match state.view {
        View::Flame if rows < 0 => (0..rows.unsigned_abs()).for_each(|_| state.icicle.up(&state.shown)),
        View::Flame => (0..rows.unsigned_abs()).for_each(|_| state.icicle.down(&state.shown)),
        view => state.lists.scroll(view, rows),
    }
}
