//! Search everywhere: what was found in one snapshot, and the walk from hit to hit.
//!
//! The hits belong to the snapshot that was on the screen when they were asked for. They come while
//! the search goes on; each answer takes the place of the one before. Enter on a hit, and `n` and
//! `N` from anywhere, lead to it in Explore, and the usual way back leads away again.

use std::{borrow::Cow, sync::Arc};

use super::{
    chooser::{Chooser, Menu},
    event::{Asked, Effect, Slot},
    filter::Filter,
    header::progress_text,
    keymap::Action,
    lookup,
    pane::{Canvas, objects::label},
    source::query,
    state::State,
    task::{Outcome, Task},
    theme::Role,
    travel, update,
    view::View,
    widget::{list::Cursor, piece::Piece, table::Column},
    work::Work,
};
use crate::{
    analysis::{
        Analysis,
        everywhere::{Hit, Thing},
        order::{By, Sort},
        strings::search::Query,
    },
    format,
    heap::NodeId,
    text,
};

/// How much of a title tells how far a search is.
const PROGRESS_CELLS: usize = 44;

/// A field is shown by a filter, which stays until it is taken off.
const UNDO: &str = " · F or Esc takes this filter off";

/// The same where others are in force as well.
const UNDO_ONE: &str = " · within the other filters; F takes this one off";

/// What was looked for, and what was found.
#[derive(Debug)]
pub struct Hits {
    /// What was typed.
    pub text: String,
    /// The snapshot that is searched.
    pub at: usize,
    /// What was found, so far or in all.
    pub rows: Arc<[Hit]>,
    /// How far the search is.
    pub work: Work<()>,
    /// The hit that was gone to last.
    pub current: Option<usize>,
}

impl Default for Hits {
    fn default() -> Self {
        Self { text: String::new(), at: 0, rows: Arc::new([]), work: Work::Waiting, current: None }
    }
}

pub(super) const COLUMNS: [Column; 3] = [
    Column { title: "Found", by: None, cells: 0, rank: 9, leaves: 0 },
    Column { title: "What", by: None, cells: 11, rank: 5, leaves: 20 },
    Column { title: "How many", by: None, cells: 17, rank: 3, leaves: 24 },
];

/// Looks for a text everywhere in the snapshot that is shown; the same once more, or none, only
/// lists what was found.
///
/// # Errors
///
/// What is wrong with the expression.
pub(super) fn look(state: &mut State, text: &str) -> Result<(), String> {
    let at = lookup::shown(state);
    if text.is_empty() {
        list_again(state);
        return Ok(());
    }
    query(text)?;
    let is_known = state.hits.text == text && state.hits.at == at;
    if !is_known || matches!(state.hits.work, Work::Waiting | Work::GivenUp) {
        state.hits = Hits { text: text.to_owned(), at, ..Hits::default() };
        ask(state);
    }
    show(state);
    Ok(())
}

/// Lists what was found last, if anything was looked for.
fn list_again(state: &mut State) {
    if !state.hits.text.is_empty() {
        show(state);
    }
}

fn ask(state: &mut State) {
    let hits = &mut state.hits;
    let Some(known) = &state.files[hits.at].known else { return };
    let task = Task::Everywhere(hits.text.clone());
    match state.desk.ask(known, Slot::Everywhere, task) {
        Asked::Now(Outcome::Hits(rows)) => (hits.rows, hits.work) = (rows, Work::Done(())),
        Asked::Now(_) => {}
        Asked::Later(request) => hits.work = Work::Running { request, progress: None },
    }
}

/// Opens the list at the hit that was gone to last.
fn show(state: &mut State) {
    let mut chooser = Chooser::new(Menu::Hits);
    chooser.cursor.at = state.hits.current.unwrap_or(0);
    state.chooser = Some(chooser);
}

/// Takes hits, if they are awaited; `more` says that others may follow.
pub(super) fn arrive(state: &mut State, request: u64, rows: Arc<[Hit]>, more: bool) {
    let hits = &mut state.hits;
    if hits.work.awaits(request) {
        hits.rows = rows;
        if !more {
            hits.work = Work::Done(());
        }
    }
}

/// Ends a search that goes on; answers whether one did.
pub(super) fn give_up(state: &mut State) -> bool {
    let was_running = state.hits.work.is_running();
    if was_running {
        state.desk.push(Effect::GiveUp(Slot::Everywhere));
        state.hits.work = Work::GivenUp;
    }
    was_running
}

/// Goes to the next hit, or to the one before, round and round.
pub(super) fn step(state: &mut State, action: Action) {
    let count = state.hits.rows.len();
    if count == 0 {
        let text = text::snippet(&state.hits.text, 40);
        return state.say(Role::Bad, format!("nothing was found for {text}"));
    }
    let at = match (state.hits.current, action) {
        (None, Action::NextHit) => 0,
        (None, _) => count - 1,
        (Some(at), Action::NextHit) => (at + 1) % count,
        (Some(at), _) => (at + count - 1) % count,
    };
    go(state, at);
}

/// Goes to a hit in Explore.
pub(super) fn go(state: &mut State, at: usize) {
    let Some(&hit) = state.hits.rows.get(at) else { return };
    state.hits.current = Some(at);
    let place = place(state, &hit);
    travel::traced(state, |state| jump(state, hit));
    let undo = match hit.thing {
        Thing::Field(_) if state.file().sieve.count() > 1 => UNDO_ONE,
        Thing::Field(_) => UNDO,
        _ => "",
    };
    state.say(Role::Good, place + undo);
}

/// `hit 3 of 17: constructor Request, 39 objects`
fn place(state: &State, hit: &Hit) -> String {
    let hits = &state.hits;
    let (at, count) = (hits.current.map_or(0, |at| at + 1), hits.rows.len());
    let so_far = if hits.work.is_running() { " so far" } else { "" };
    let what = state.files[hits.at].known.as_ref().map_or_else(String::new, |known| {
        format!("{} {}, {}", hit.thing.kind(), name(known, hit, None, 40).text, how_many(hit))
    });
    let (at, count) = (format::count(at as u64), format::count(count as u64));
    format!("hit {at} of {count}{so_far}: {what}")
}

fn jump(state: &mut State, hit: Hit) {
    let at = state.hits.at;
    let Some(known) = state.files[at].known.clone() else { return };
    let field = match hit.thing {
        Thing::Field(name) => Some(known.heap.strings().text(name).into_owned()),
        _ => None,
    };
    (state.view, state.at) = (View::Explore, at);
    if state.files[at].sieve.ask_for_field(field.as_deref()) {
        update::select(state);
    }
    match hit.thing {
        Thing::Object(node) | Thing::Text(node) => travel::visit(state, at, node),
        Thing::Class(class) => update::with_heap(state, |explore, cx| explore.go_to_class(Some(class), cx)),
        Thing::Field(_) => update::with_heap(state, |explore, cx| explore.go_to_class(None, cx)),
    }
}

/// The id that was typed, if it is one.
pub(super) fn id(text: &str) -> Option<NodeId> {
    let text = text.trim();
    text.strip_prefix('@').unwrap_or(text).parse().ok().map(NodeId)
}

/// Draws the list.
pub(super) fn draw(state: &State, cursor: Cursor, canvas: &mut Canvas<'_>) {
    let hits = &state.hits;
    canvas.frame(&format!("Found {}", text::snippet(&hits.text, 30)), &facts(hits));
    let Some(known) = &state.files[hits.at].known else { return };
    if hits.rows.is_empty() {
        canvas.say(if hits.work.is_running() { "searching…" } else { "nothing has that name or text" });
    }
    let query = query(&hits.text).ok();
    let cell = |row: usize, column: usize, cells: usize| match column {
        0 => vec![name(known, &hits.rows[row], query.as_ref(), cells)],
        1 => vec![Piece::new(hits.rows[row].thing.kind(), Role::Dim)],
        _ => vec![Piece::new(how_many(&hits.rows[row]), Role::Plain)],
    };
    let sort = Sort::ascending(By::Name);
    let filter = Filter::new(mark(&hits.text));
    canvas.table(&COLUMNS, sort, (0, hits.rows.len(), cursor), &filter, &cell);
}

/// What stands out in the rows: an expression would have to be matched again.
fn mark(text: &str) -> &str {
    if text.starts_with('/') { "" } else { text }
}

fn facts(hits: &Hits) -> Vec<String> {
    let mut facts = vec![format::count(hits.rows.len() as u64)];
    facts.extend(search_facts(&hits.work));
    facts
}

/// How far a search is, beside the title of what it has found.
pub(super) fn search_facts(search: &Work<()>) -> Vec<String> {
    match search {
        Work::Running { progress, .. } => {
            let progress = progress.as_ref().map(|progress| progress_text(progress, PROGRESS_CELLS));
            let progress = progress.map(|text| text.trim_start_matches(" · ").to_owned());
            progress.into_iter().chain(["Esc ends the search".to_owned()]).collect()
        }
        Work::GivenUp => vec!["ended early".to_owned()],
        Work::Waiting | Work::Done(()) => Vec::new(),
    }
}

/// What was found, by its name; of a long text what stands around the match.
fn name(known: &Analysis, hit: &Hit, query: Option<&Query>, cells: usize) -> Piece {
    match hit.thing {
        Thing::Object(node) => {
            let mut piece = label(known, node, cells.saturating_sub(12));
            piece.text = format!("{} {}", piece.text, known.heap.id(node));
            piece
        }
        Thing::Text(node) => {
            let label = known.names.label(&known.heap, node);
            let at = query.and_then(|query| query.find(&label)).map_or(0, |found| found.start);
            Piece::foreign(&around(&label, at, cells / 2), cells, Role::Text)
        }
        Thing::Class(class) => Piece::foreign(known.classes.name(class), cells, Role::Plain),
        Thing::Field(name) => Piece::foreign(&known.heap.strings().text(name), cells, Role::Property),
    }
}

/// A text without its beginning, where what is looked for would not be seen otherwise.
fn around(text: &str, at: usize, cells: usize) -> Cow<'_, str> {
    if at <= cells {
        return Cow::Borrowed(text);
    }
    let lead = text[..at].char_indices().rev().nth(cells / 3).map_or(0, |(from, _)| from);
    Cow::Owned(format!("…{}", &text[lead..]))
}

fn how_many(hit: &Hit) -> String {
    let (one, many) = match hit.thing {
        Thing::Object(_) | Thing::Class(_) => ("object", "objects"),
        Thing::Field(_) => ("edge", "edges"),
        Thing::Text(_) => ("time", "times"),
    };
    format::counted(hit.count, one, many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_far_into_a_text_is_seen() {
        assert_eq!(around("short text", 6, 20), "short text");
        let long = "ä".repeat(100) + "needle";
        let shown = around(&long, 200, 12);
        assert_eq!(shown, format!("…{}needle", "ä".repeat(5)));
    }

    #[test]
    fn an_id_is_typed_with_or_without_its_sign() {
        assert_eq!(id(" @12 "), Some(NodeId(12)));
        assert_eq!(id("12"), Some(NodeId(12)));
        assert_eq!(id("12px"), None);
    }
}
