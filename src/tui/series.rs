//! What several snapshots add to `update`: comparing them, looking for growth, asking for what was
//! allocated between two of them, and telling them apart by name.

use super::{
    aspect::Aspect,
    event::{Asked, Context, Effect, Slot},
    keymap::Action,
    sieve::Span,
    source::Older,
    state::State,
    task::{Outcome, Task},
    theme::Role,
    travel::wake,
    view::View,
    work::Work,
};
use crate::{job::Progress, text};

/// Has functions compared with those of the next older recording, once that is known.
pub fn compare_recordings(state: &mut State) {
    for at in 1..state.files.len() {
        let (older, newer) = state.files.split_at_mut(at);
        let file = &mut newer[0];
        let recorded = older.iter().rev().find(|file| file.recording.has_stacks());
        let Some(older) = recorded.filter(|older| older.complete && file.complete) else { continue };
        if let (true, Some(known)) = (file.recording.has_stacks(), &older.known) {
            let older = Older { trace: older.recording.trace.clone(), known: known.clone() };
            file.aspects.compare(&file.recording, older);
        }
    }
}

/// Begins to compare once both ends are known whole, and to look for growth once all are.
pub fn begin(state: &mut State) {
    if state.files.len() < 2 {
        return;
    }
    let (older, newer) = state.compare.between;
    let are_complete = state.files[older..=newer].iter().all(|file| file.complete);
    if matches!(state.compare.work, Work::Waiting) && are_complete {
        begin_comparison(state);
    }
    if matches!(state.growth.work, Work::Waiting) && state.files.iter().all(|file| file.complete) {
        begin_growth(state);
    }
}

fn begin_comparison(state: &mut State) {
    let (older, newer) = state.compare.between;
    let (Some(older), Some(newer)) = (&state.files[older].known, &state.files[newer].known) else { return };
    let between = state.files[state.compare.between.0 + 1..state.compare.between.1].iter();
    let between: Option<Vec<_>> = between.map(|file| file.known.clone()).collect();
    let Some(between) = between else { return };
    let task = Task::Compare(Box::new(older.clone()), between);
    if let Asked::Later(request) = state.desk.ask(newer, Slot::Comparison, task) {
        state.compare.work = Work::Running { request, progress: None };
    }
}

fn begin_growth(state: &mut State) {
    let series: Vec<_> = state.files.iter().filter_map(|file| file.known.clone()).collect();
    let Some(newest) = series.last().cloned() else { return };
    if let Asked::Later(request) = state.desk.ask(&newest, Slot::Growth, Task::Grow(series)) {
        state.growth.work = Work::Running { request, progress: None };
    }
}

/// Compares other snapshots of the series: the base one later, or the newer one earlier, round
/// and round.
pub fn compare_others(state: &mut State, action: Action) {
    let (older, newer) = state.compare.between;
    let last = state.files.len() - 1;
    let between = match action {
        Action::Base => (if older + 1 < newer { older + 1 } else { 0 }, newer),
        _ => (older, if newer - 1 > older { newer - 1 } else { last }),
    };
    if between == state.compare.between {
        return state.say(Role::Bad, "there is no snapshot between these two");
    }
    state.compare.restart(between);
    begin(state);
}

/// Says what the columns of the snapshots show now.
pub fn tell_figure(state: &mut State) {
    if state.compare.pair().is_some() {
        let figure = state.compare.changes.figure_name();
        state.say(Role::Good, format!("the columns of the snapshots show {figure}"));
    }
}

/// Shows only objects that were allocated between two snapshots: before the one that is shown,
/// then a step earlier each time, in the end all again.
pub fn next_span(state: &mut State) {
    let last = state.at;
    let at = match state.file().sieve.span() {
        None => Some(last),
        Some(span) => span.at.checked_sub(1),
    };
    let span = at.and_then(|at| span(state, at.checked_sub(1), at));
    state.files[last].sieve.ask_for_span(span);
    super::update::select(state);
}

/// Has the span begin a snapshot earlier, so that it lies between any two; before the first one it
/// is as short as it can be again.
pub fn widen_span(state: &mut State) {
    let Some(now) = state.file().sieve.span() else { return next_span(state) };
    let (from, at) = (now.from, now.at);
    let from = from.map_or(at.checked_sub(1), |from| from.checked_sub(1));
    let span = span(state, from, at);
    state.files[state.at].sieve.ask_for_span(span);
    super::update::select(state);
}

/// A span after one snapshot and up to another, or from the beginning.
fn span(state: &State, from: Option<usize>, at: usize) -> Option<Span> {
    let known = |at: usize| state.files[at].known.clone();
    let (after, text) = match from {
        Some(from) => {
            (Some(known(from)?), format!("between {} and {}", label(state, from), label(state, at)))
        }
        None => (None, format!("before {}", label(state, at))),
    };
    Some(Span { at, from, after, until: known(at)?, text })
}

/// Takes note of how far the comparison or the growth is.
pub fn advance(state: &mut State, slot: Slot, progress: Progress) {
    match slot {
        Slot::Comparison => state.compare.work.advance(progress),
        Slot::Growth => state.growth.work.advance(progress),
        Slot::Everywhere => state.hits.work.advance(progress),
        Slot::Strings => state.files[state.at].aspects.advance(progress),
        _ => false,
    };
}

/// Stops what the view that is shown waits for, if it does.
pub fn give_up(state: &mut State) -> bool {
    let (slot, running) = match state.view {
        View::Growth => (Slot::Growth, state.growth.work.is_running()),
        View::Compare => (Slot::Comparison, state.compare.work.is_running()),
        View::Aspect(Aspect::Strings) => (Slot::Strings, state.file().aspects.is_searching()),
        View::Explore | View::Aspect(_) => return false,
    };
    if running {
        state.desk.push(Effect::GiveUp(slot));
        match state.view {
            View::Growth => state.growth.work = Work::GivenUp,
            View::Aspect(_) => state.files[state.at].aspects.give_up(),
            _ => state.compare.work = Work::GivenUp,
        }
    }
    running
}

/// Takes note that the work a slot waited for will never be done.
pub fn failed(state: &mut State, slot: Slot) {
    match slot {
        Slot::Comparison => state.compare.work = Work::GivenUp,
        Slot::Growth => state.growth.work = Work::GivenUp,
        Slot::Everywhere => state.hits.work = Work::GivenUp,
        Slot::Strings => state.files.iter_mut().for_each(|file| file.aspects.give_up()),
        _ => {}
    }
}

/// Begins again what was given up in the view that is shown.
pub fn again(state: &mut State) -> bool {
    match state.view {
        View::Growth if matches!(state.growth.work, Work::GivenUp) => begin_growth(state),
        View::Compare if matches!(state.compare.work, Work::GivenUp) => begin_comparison(state),
        _ => return false,
    }
    true
}

/// Takes the comparison or the growth; answers whether it was one.
pub fn arrive(state: &mut State, request: u64, outcome: Outcome) -> Option<Outcome> {
    match outcome {
        Outcome::Compared(pair) => {
            if state.compare.work.awaits(request) {
                state.compare.accept(pair, &mut state.desk);
            }
        }
        Outcome::Grew(kinship, found) => {
            if state.growth.work.awaits(request) {
                with_growth(state, |growth, cx| growth.accept(kinship, found, cx));
            }
        }
        outcome => return Some(outcome),
    }
    // Two views ask through the same slots: the one that is seen must not miss its answers.
    wake(state);
    None
}

/// Runs `f` on the Growth view with the newest heap, if there is one.
pub fn with_growth<T>(
    state: &mut State,
    f: impl FnOnce(&mut super::growing::Growing, &mut Context<'_>) -> T,
) -> Option<T> {
    let known = state.files.last()?.known.as_ref()?;
    Some(f(&mut state.growth, &mut Context { known, desk: &mut state.desk }))
}

/// A snapshot's name as screens say it: without what all names end in, and without its folder
/// unless another has the same name.
pub fn label(state: &State, at: usize) -> String {
    let label = |at: usize| state.files[at].facts.label.as_str();
    let short = short_label(label(at));
    let others = || (0..state.files.len()).filter(|&other| other != at).map(label);
    if others().all(|other| short_label(other) != short) {
        return text::snippet(short, 40);
    }
    let folder = |label: &str| label.rsplit(['/', '\\']).nth(1).unwrap_or_default().to_owned();
    let own = folder(label(at));
    if others().all(|other| folder(other) != own) {
        return text::snippet(&format!("{own}/{short}"), 40);
    }
    format!("#{} {}", at + 1, text::snippet(short, 40))
}

fn short_label(label: &str) -> &str {
    let name = label.rsplit(['/', '\\']).next().unwrap_or(label);
    let endings = [".gz", ".zst", ".heapsnapshot", ".heaptimeline"];
    let short = endings.iter().fold(name, |name, ending| name.strip_suffix(ending).unwrap_or(name));
    if short.is_empty() { name } else { short }
}
