//! What keys and clicks do to a profile.

use std::sync::Arc;

use super::{
    Event, Meant, Pending, Profiles, State, Step, View,
    look::{Ask, Found, Look, News, Seen, Through, What},
    search::Search,
    shown::Shown,
};
use crate::{
    format,
    profile::{By, CallIx, Heavy, Profile},
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
        Event::News(news) => learn(state, news),
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
        Action::Clear if state.is_first => return vec![Effect::Quit],
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
        (view, Action::Expand) => {
            let closed = lists.expand(view, shown);
            return callers(state, closed);
        }
        (view, Action::Collapse) => lists.collapse(view, shown),
        (view, Action::Toggle) => {
            let closed = lists.toggle(view, shown);
            return callers(state, closed);
        }
        (View::Functions, Action::Sort) => return order(state, false),
        (View::Functions, Action::Reverse) => return order(state, true),
        (view, action) => match motion(action) {
            Some(motion) => lists.go(view, motion),
            None => return apart::general(action).into_iter().collect(),
        },
    }
    Vec::new()
}

/// Has the callers of a row found.
fn callers(state: &mut State, row: Option<Heavy>) -> Vec<Effect<Ask>> {
    let Some(heavy) = row else { return Vec::new() };
    ask_of_shown(state, |shown| What::Callers(shown, heavy))
}

/// Has the functions ordered by the next column, or the other way round.
fn order(state: &mut State, turn: bool) -> Vec<Effect<Ask>> {
    let functions = state.lists.to_order(state.shown.older.is_some(), turn);
    ask_of_shown(state, |shown| What::Order(shown, functions))
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

/// Has everything made anew through the lens, once the profiles are read; the cursor stays on its function if
/// that is still there.
fn look(state: &mut State) -> Vec<Effect<Ask>> {
    let Some(profiles) = state.profiles.clone() else { return Vec::new() };
    let what = through(state, profiles);
    vec![Effect::Ask(ask(state, what))]
}

fn through(state: &State, profiles: Arc<Profiles>) -> What {
    What::Lens(Through {
        profiles,
        lens: state.lens.clone(),
        search: state.search.text.clone(),
        on: state
            .frame()
            .filter(|_| !state.is_first)
            .map(|frame| By::Function.group(state.shown.newer.frame(frame))),
    })
}

fn ask(state: &mut State, what: What) -> Ask {
    state.request += 1;
    state.pending = Some(Pending::default());
    // Whatever else was asked for before is not wanted any more.
    state.lists.coming = match &what {
        What::Order(_, functions) => Some(functions.sort),
        _ => None,
    };
    Ask::Look(Look { request: state.request, what })
}

/// Has something worked out of what is shown, unless that itself is being made anew.
fn ask_of_shown(state: &mut State, what: impl FnOnce(Arc<Shown>) -> What) -> Vec<Effect<Ask>> {
    if state.is_first || state.lens != state.seen {
        state.front.say(Role::Bad, "wait until the profile is there".to_owned());
        return Vec::new();
    }
    let what = what(Arc::clone(&state.shown));
    vec![Effect::Ask(ask(state, what))]
}

/// All stays as it is seen.
fn give_up(state: &mut State) -> Vec<Effect<Ask>> {
    state.request += 1;
    (state.pending, state.lists.coming) = (None, None);
    state.lens = state.seen.clone();
    if state.search.count == 0 {
        state.search = Search::default();
    }
    vec![Effect::Ask(Ask::GiveUp)]
}

fn learn(state: &mut State, news: News) -> Vec<Effect<Ask>> {
    match news {
        News::Reading(at) => state.reading = at,
        News::Read(profiles) => {
            state.profiles = Some(Arc::new(profiles));
            return look(state);
        }
        News::Done(done) if done.request == state.request => {
            state.pending = None;
            return take_in(state, done.found);
        }
        News::Done(_) => {}
        News::Progress(progress) => {
            if let Some(pending) = &mut state.pending {
                pending.progress = Some(progress);
            }
        }
        News::Failed(why) => {
            give_up(state);
            state.front.say(Role::Bad, text::clean(&why));
        }
    }
    Vec::new()
}

fn take_in(state: &mut State, found: Found) -> Vec<Effect<Ask>> {
    match found {
        Found::Seen(seen) => return see(state, *seen),
        Found::Hits(search) => hits(state, search),
        Found::Ordered(functions) => state.lists.ordered(functions),
        Found::Callers(row, callers) => state.lists.opened(&row, callers),
    }
    Vec::new()
}

fn see(state: &mut State, seen: Seen) -> Vec<Effect<Ask>> {
    let Seen { lens, shown, lists, search, kept } = seen;
    state.is_first = false;
    (state.seen, state.shown, state.lists) = (lens, shown, lists);
    state.icicle.begin_anew();
    state.settle();
    if let Some(call) = kept {
        go_to(state, call);
    }
    // What is looked for may have changed meanwhile.
    if state.search.text == search.text {
        state.search = search;
        return Vec::new();
    }
    let text = state.search.text.clone();
    ask_of_shown(state, |shown| What::Search(shown, text))
}

fn prompt(state: &mut State, action: Action) -> Vec<Effect<Ask>> {
    match (action, state.front.prompt.take()) {
        (Action::Accept, Some(prompt)) => return search(state, prompt.value().trim().to_owned()),
        (Action::Cancel, _) => state.search = Search::default(),
        (action, prompt) => {
            state.front.prompt = prompt;
            return apart::general(action).into_iter().collect();
        }
    }
    Vec::new()
}

/// Has functions looked for; in a profile that is being made anew once that is there.
fn search(state: &mut State, text: String) -> Vec<Effect<Ask>> {
    state.search = Search::begun(text.clone());
    let is_coming = state.is_first || state.lens != state.seen;
    if text.is_empty() || is_coming {
        return Vec::new();
    }
    ask_of_shown(state, |shown| What::Search(shown, text))
}

/// Goes to the first function that was found, and says how much all of them allocated.
fn hits(state: &mut State, search: Search) {
    if search.count == 0 {
        let clean = text::snippet(&search.text, 40);
        state.search = Search::default();
        return state.front.say(Role::Bad, format!("no function or script contains `{clean}`"));
    }
    let (count, first) = (search.count as u64, search.first);
    let (bytes, share) = (format::bytes(search.size), format::percent(search.size, state.shown.whole().1));
    state.search = search;
    if let Some(call) = first {
        go_to(state, call);
    }
    let functions = format::counted(count, "function", "functions");
    let said = format!("{functions}, {bytes} ({share}) · n next, N previous");
    state.front.say(Role::Good, said);
}

/// To the next or previous place that contains what was looked for, round and round.
fn hit(state: &mut State, forward: bool) {
    let at = match state.view {
        View::Flame => Some(state.icicle.at),
        View::Tree => state.lists.call(View::Tree, &state.shown),
        view => return hit_row(state, view, forward),
    };
    if let Some(call) = state.search.next_call(at, forward) {
        go_to(state, call);
    }
}

fn hit_row(state: &mut State, view: View, forward: bool) {
    let (lists, shown, search) = (&state.lists, &state.shown, &state.search);
    let (at, len) = (lists.cursor(view).at, lists.len(view));
    let is_hit = |row: &usize| lists.frame_at(view, *row, shown).is_some_and(|frame| search.has(frame));
    let found = if forward {
        (at + 1..len).chain(0..len.min(at + 1)).find(is_hit)
    } else {
        (0..len.min(at)).rev().chain((at..len).rev()).find(is_hit)
    };
    if let Some(row) = found {
        state.lists.put(view, row);
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
