//! Inside: what the object refers to; for a string its text, for a function where it was written.

use super::{Canvas, outline};
use crate::{
    analysis::{Analysis, fields, order::By, script},
    format,
    heap::{NodeIx, NodeKind},
    text,
    tui::{
        event::{Context, Reply},
        keymap::Action,
        widget::table::Column,
    },
};

/// The columns, the least needed with the lowest rank.
pub const COLUMNS: [Column; 5] = [
    Column { title: "Field", by: Some(By::Name), cells: 0, rank: 9, leaves: 0 },
    Column { title: "@id", by: Some(By::Id), cells: 11, rank: 3, leaves: 28 },
    Column { title: "Dist", by: Some(By::Distance), cells: 5, rank: 1, leaves: 40 },
    Column { title: "Shallow", by: Some(By::Shallow), cells: 8, rank: 2, leaves: 36 },
    Column { title: "Retained", by: Some(By::Retained), cells: 9, rank: 4, leaves: 24 },
];

/// Where V8 cuts the text of a string, in UTF-16 units.
const CUT_UNITS: usize = 1024;

/// No more of a string is shown, in characters; only foreign producers write longer ones.
const TEXT_CHARS: usize = 16 * 1024;

/// The state of the pane before anything is selected.
pub fn state() -> outline::State {
    outline::State::new(outline::Side::Fields, fields::DEFAULT)
}

/// Does what a key asks for.
pub fn update(state: &mut outline::State, action: Action, cx: &mut Context<'_>) -> Reply {
    state.act(action, &COLUMNS, cx)
}

/// Draws what is seen of it.
pub fn draw(state: &outline::State, canvas: &mut Canvas<'_>) {
    outline::draw(state, "Inside", Vec::new(), &COLUMNS, canvas);
}

/// Lines about the object itself, above its fields: clean, not yet wrapped.
pub fn notes(known: &Analysis, node: NodeIx) -> Vec<String> {
    let mut notes = Vec::new();
    match known.heap.kind(node) {
        NodeKind::STRING | NodeKind::CONCATENATED | NodeKind::SLICED => string_notes(known, node, &mut notes),
        NodeKind::CLOSURE => {
            let name = known.names.text(&known.heap, node);
            let shown = if name.is_empty() { "(anonymous)".into() } else { text::snippet(&name, 200) };
            notes.push(format!("function {shown}"));
        }
        _ => {}
    }
    if let Some(place) = known.heap.locations().of(node) {
        let made = if known.heap.kind(node) == NodeKind::CLOSURE { "written" } else { "constructor written" };
        let file = script::of(known, node).or_else(|| script::of_constructor(known, node));
        let file =
            file.map_or_else(|| format!("script {}", place.script_id), |file| text::snippet(&file, 400));
        notes.push(format!(
            "{made} in {file}, line {}, column {}",
            format::count(u64::from(place.line) + 1),
            format::count(u64::from(place.column) + 1)
        ));
    }
    notes
}

fn string_notes(known: &Analysis, node: NodeIx, notes: &mut Vec<String>) {
    let whole = known.names.text(&known.heap, node);
    let units: usize = whole.chars().map(char::len_utf16).sum();
    let end = whole.char_indices().nth(TEXT_CHARS).map_or(whole.len(), |(at, _)| at);
    notes.push(format!("\"{}\"", text::clean(&whole[..end])));
    let is_rope = known.heap.kind(node) == NodeKind::CONCATENATED;
    if is_rope && units >= CUT_UNITS {
        notes.push(format!("the first {} characters of a longer rope", format::count(units as u64)));
    } else if units == CUT_UNITS {
        notes.push("exactly 1,024 characters: V8 cuts longer texts there, so there may be more".to_owned());
    } else {
        notes.push(format!("{} characters", format::count(units as u64)));
    }
    if known.heap.kind(node) == NodeKind::SLICED {
        notes.push("a slice: it keeps the whole string it was cut from alive".to_owned());
    }
}
