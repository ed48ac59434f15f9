//! The panes of the view that is shown, or why there is nothing in them yet.

use ratatui::buffer::Buffer;

use super::{
    header::progress_text,
    layout::{Layout, Place},
    marks::Marked,
    pair::{Age, Fate, Pair},
    pane::{Canvas, Kind, both, changes, fates, grown, held, inside, outline, retainers},
    series,
    state::State,
    theme::Role,
    view::View,
    widget::piece::Piece,
};
use crate::{job::Progress, text};

/// Draws the panes.
pub(super) fn draw(state: &State, layout: &Layout, buffer: &mut Buffer) {
    for &(kind, place) in &layout.panes {
        match state.view {
            View::Explore => {
                let mut canvas = canvas(state, state.at, kind, place, buffer);
                canvas.known = state.file().shown();
                canvas.narrowed = !state.file().sieve.is_empty();
                state.explore().panes.draw(kind, &mut canvas);
            }
            View::Aspect(aspect) => {
                let mut canvas = canvas(state, state.at, kind, place, buffer);
                state.file().aspects.draw(aspect, kind, &mut canvas);
            }
            View::Growth => growth(state, kind, place, buffer),
            View::Compare => compare(state, kind, place, buffer),
        }
    }
}

fn canvas<'a>(state: &'a State, at: usize, kind: Kind, place: Place, buffer: &'a mut Buffer) -> Canvas<'a> {
    let file = &state.files[at];
    Canvas {
        known: file.known.as_ref(),
        marked: Marked::of(state, at),
        narrowed: false,
        total: file.total,
        place,
        focused: kind == state.focus().0,
        theme: state.theme,
        skip: 0,
        buffer,
    }
}

fn growth(state: &State, kind: Kind, place: Place, buffer: &mut Buffer) {
    let view = &state.growth;
    let newest = &state.files[state.files.len() - 1];
    let mut canvas = canvas(state, state.files.len() - 1, kind, place, buffer);
    match (view.found().zip(newest.known.as_ref()), kind) {
        (None, Kind::Classes) => {
            waiting(state, "What grew", view.work.excuse(), progress(&view.work), &mut canvas);
        }
        (None, _) => canvas.frame("Who holds it", &[]),
        (Some(_), _) if view.warning.is_some() => impossible(kind, &mut canvas),
        (Some((growth, _)), Kind::Classes) => grown::draw(view, growth, &mut canvas),
        (Some((growth, known)), _) => held::draw(&view.held, growth, known, &mut canvas),
    }
}

/// Growth of two processes would mean nothing; the banner says why.
fn impossible(kind: Kind, canvas: &mut Canvas<'_>) {
    if kind == Kind::Classes {
        canvas.frame("What grew", &[]);
        canvas.say("nothing can be said of objects; 2 compares classes");
    } else {
        canvas.frame("Who holds it", &[]);
    }
}

fn compare(state: &State, kind: Kind, place: Place, buffer: &mut Buffer) {
    let view = &state.compare;
    let mut canvas = canvas(state, view.at(view.age()), kind, place, buffer);
    let Some(pair) = view.pair() else {
        return match kind {
            Kind::Classes => {
                waiting(state, "Constructors", view.work.excuse(), progress(&view.work), &mut canvas);
            }
            Kind::Objects => canvas.frame("Objects", &[]),
            Kind::Retainers => canvas.frame("Retainers", &[]),
            Kind::Inside => canvas.frame("Inside", &[]),
        };
    };
    canvas.known = Some(pair.known(view.age()));
    match kind {
        Kind::Classes => changes::draw(&view.changes, pair, &mut canvas),
        Kind::Objects => fates::draw(&view.fates, pair, view.between, &mut canvas),
        Kind::Retainers => retainers::draw(&view.retainers, home(state, pair), &mut canvas),
        Kind::Inside if matches!(view.object(), Some(Fate::Kept(..))) => {
            both::draw(&view.both, pair, view.between, &mut canvas);
        }
        Kind::Inside => {
            outline::draw(&view.inside, "Inside", home(state, pair), &inside::COLUMNS, &mut canvas);
        }
    }
}

/// Which snapshot the lower panes are about.
fn home(state: &State, pair: &Pair) -> Vec<String> {
    let view = &state.compare;
    let age = match view.age() {
        Age::Older => "before",
        Age::Newer => "after",
    };
    let is_known = pair.known(view.age()).retainers.is_some();
    let name = format!("{age}: {}", series::label(state, view.at(view.age())));
    if is_known { vec![name] } else { vec![name, "not linked yet".to_owned()] }
}

fn progress<T>(work: &super::work::Work<T>) -> Option<&Progress> {
    match work {
        super::work::Work::Running { progress, .. } => progress.as_ref(),
        _ => None,
    }
}

/// How far everything is that the view waits for.
fn waiting(state: &State, name: &str, excuse: Option<&str>, own: Option<&Progress>, canvas: &mut Canvas<'_>) {
    canvas.frame(name, &[]);
    let cells = (canvas.place.inner().width as usize).saturating_sub(2);
    let mut lines = vec![Piece::new(excuse.unwrap_or_default(), Role::Plain)];
    for (at, file) in state.files.iter().enumerate().filter(|(_, file)| !file.complete) {
        let label = text::pad(&series::label(state, at), (cells / 3).min(30));
        let progress = file.progress.as_ref();
        let how_far = progress.map_or_else(
            || " · waiting".to_owned(),
            |progress| progress_text(progress, cells.saturating_sub(text::width(&label))),
        );
        lines.push(Piece::new(label + &how_far, Role::Dim));
    }
    lines.extend(own.map(|own| Piece::new(progress_text(own, cells), Role::Dim)));
    if state.files.last().is_some_and(|file| file.known.is_some()) {
        let explore = state.views().iter().position(|&view| view == View::Explore).map_or(0, |at| at + 1);
        lines.push(Piece::new(format!("{explore} explores the newest snapshot meanwhile"), Role::Plain));
    }
    canvas.notes(&lines);
}
