//! How a tree looks: `▾ table in Map   @4411   5   1.3 MB`.

use super::{Side, Spec, State, end, is_cycle};
use crate::{
    analysis::{
        Analysis,
        holders::{self, Entry},
        scope,
    },
    format,
    heap::{Edge, EdgeIx, EdgeKind, InEdge, NodeIx},
    tui::{
        filter::Filter,
        marks::Marked,
        pane::{Canvas, classes::value, emptiness, objects::label},
        theme::Role,
        widget::{
            piece::{self, Piece},
            table::Column,
            tree::{Fold, Row},
        },
    },
};

/// On fewer cells a title does not name the subject.
const NARROW: u16 = 48;

/// Draws notes and rows that are seen. `facts` go into the title, after what is counted.
pub fn draw(state: &State, name: &str, mut facts: Vec<String>, columns: &[Column], canvas: &mut Canvas<'_>) {
    let Some((known, subject)) = canvas.known.zip(state.subject) else {
        return canvas.frame(name.trim_end_matches(" of"), &[]);
    };
    facts.insert(0, counted(state));
    // A screen that narrow says above its one pane what it is about.
    if canvas.place.area.width < NARROW {
        canvas.frame(name.trim_end_matches(" of"), &facts);
    } else {
        let who = label(known, subject, 36).text;
        canvas.frame(&format!("{name} {who} {}", known.heap.id(subject)), &facts);
    }
    if state.is_empty() {
        canvas.say(&nothing(state, known));
    }
    let marked = canvas.marked;
    let cell = |row: usize, column: usize, cells: usize| match row.checked_sub(state.note_lines.len()) {
        None if column == 0 => vec![Piece::new(state.note_lines[row].clone(), Role::Text)],
        None => Vec::new(),
        Some(at) => state.tree.row(at).map_or_else(Vec::new, |row| match (&row.fold, row.edge()) {
            (Some(fold), _) if column == 0 => vec![fold_cell(&row, fold, cells)],
            (_, Some(edge)) if column == 0 => name_cell(state, known, subject, (&row, edge), marked, cells),
            (_, Some(edge)) => number_cell(known, &state.spec, edge, column),
            _ => Vec::new(),
        }),
    };
    let filter = Filter::new(&state.spec.filter);
    let rows = (state.note_lines.len(), state.len(), state.cursor);
    canvas.table(columns, state.spec.sort, rows, &filter, &cell);
}

fn counted(state: &State) -> String {
    let all = state.tree.len() as u64;
    match (state.pending.is_some(), state.spec.filter.as_str()) {
        (true, _) => "working…".to_owned(),
        (false, "") => format::count(all),
        (false, filter) => format!("/{}", crate::text::clean(filter)),
    }
}

fn nothing(state: &State, known: &Analysis) -> String {
    let nothing = match state.spec.side {
        Side::Fields | Side::Contents => "it refers to nothing",
        Side::Retainers if known.retainers.is_none() => "known once the graph is linked…",
        Side::Retainers if state.spec.weak => "nothing refers to it but the root",
        Side::Retainers => "nothing but the root, or weak references (w shows them)",
    };
    emptiness(state.pending.is_some(), &state.spec.filter, nothing)
}

fn number_cell(known: &Analysis, spec: &Spec, edge: EdgeIx, column: usize) -> Vec<Piece> {
    let node = end(known, spec.side, edge);
    let text = match column {
        1 => return vec![Piece::new(known.heap.id(node).to_string(), Role::Dim)],
        2 => spec.distance(known, edge).map(|distance| distance.to_string()),
        3 => Some(format::bytes(known.shallow(node))),
        _ => known.retained(node).map(format::bytes),
    };
    vec![value(text)]
}

/// Indent, mark, words before it, what refers to what. The node's name gives way first.
fn name_cell(
    state: &State,
    known: &Analysis,
    subject: NodeIx,
    (row, edge): (&Row, EdgeIx),
    marked: Marked<'_>,
    cells: usize,
) -> Vec<Piece> {
    let (spec, side) = (&state.spec, state.spec.side);
    let edge = known.heap.edge(edge);
    let node = end(known, side, edge.ix);
    let cyclic = is_cycle(known, side, Some(subject), &row.trail);
    let half = InEdge { from: known.heap.edge_source(edge.ix), edge };
    let (told, soft) = match holders::entry_at_a_glance(known, &half) {
        Some(entry) => entry_pieces(known, side, &entry, node, cells),
        None => reference_pieces(known, side, &edge, node, cells),
    };
    let mut pieces = vec![Piece::new(lead(known, side, row, node, cyclic, cells), Role::Dim)];
    let is_ignored = side == Side::Retainers && spec.ignored.has(node);
    pieces.extend(is_ignored.then(|| Piece::new("ignored ", Role::Dim)));
    let is_weak = edge.kind == EdgeKind::WEAK;
    pieces.extend(is_weak.then(|| Piece::new("weak ", Role::Dim)));
    let mut soft = pieces.len() + soft;
    pieces.extend(told);
    if cyclic || is_weak || is_ignored || spec.is_cut(known, edge.ix) {
        for piece in &mut pieces {
            piece.role = Role::Dim;
        }
    }
    if let Some(sign) = marked.sign(known.heap.id(node)) {
        pieces.insert(1, sign);
        soft += 1;
    }
    piece::fit(&mut pieces, soft, cells);
    pieces
}

/// `cache in Server`, `cache: Map`; and which piece gives way.
fn reference_pieces(
    known: &Analysis,
    side: Side,
    edge: &Edge,
    node: NodeIx,
    cells: usize,
) -> (Vec<Piece>, usize) {
    let between = match side {
        Side::Retainers => " in ",
        Side::Fields | Side::Contents => ": ",
    };
    let between = Piece::new(between, Role::Dim);
    (vec![edge_piece(known, edge, cells), between, label(known, node, cells)], 2)
}

/// `Key → Value (in WeakMap @7)`; of the table's half in Retainers `table of WeakMap @7: Key → Value`.
fn entry_pieces(
    known: &Analysis,
    side: Side,
    entry: &Entry,
    node: NodeIx,
    cells: usize,
) -> (Vec<Piece>, usize) {
    let dim = |text: &str| Piece::new(text, Role::Dim);
    let key = entry.key.map_or_else(|| dim("a key"), |key| label(known, key, cells));
    let map = match entry.table.and_then(|table| holders::map_of(known, table)) {
        Some(map) => format!("{} {}", label(known, map, cells).text, known.heap.id(map)),
        None => "a WeakMap".to_owned(),
    };
    let value = label(known, entry.value, cells);
    if side == Side::Retainers && entry.table == Some(node) {
        return (vec![dim(&format!("table of {map}: ")), key, dim(" → "), value], 3);
    }
    // The object the pane is about is known by its title.
    let soft = if side == Side::Retainers { 2 } else { 0 };
    (vec![key, dim(" → "), value, dim(&format!(" (in {map})"))], soft)
}

/// What a row of several references stands for: `12 of V8's own (handle scopes, maps)`.
pub fn told(fold: &Fold) -> String {
    format!("{} of V8's own ({})", format::count(fold.edges.len() as u64), fold.words)
}

/// `▹ 12 of V8's own (handle scopes, maps)`
fn fold_cell(row: &Row, fold: &Fold, cells: usize) -> Piece {
    let (indent, mark) = (row.level().min(cells / 2), if row.open { '▾' } else { '▹' });
    Piece::foreign(&format!("{:indent$}{mark} {}", "", told(fold)), cells, Role::Dim)
}

/// A cell a level, while that leaves half of the width; then the mark of what the row does.
fn lead(known: &Analysis, side: Side, row: &Row, node: NodeIx, cyclic: bool, cells: usize) -> String {
    let indent = row.level().min(cells / 2);
    let mark = match (row.open, cyclic, has_edges(known, side, node)) {
        (true, ..) => '▾',
        (_, true, _) => '↻',
        (_, _, true) => '▹',
        _ => ' ',
    };
    format!("{:indent$}{mark} ", "")
}

/// Whether there may be something to open: exact enough for a mark.
fn has_edges(known: &Analysis, side: Side, node: NodeIx) -> bool {
    match side {
        Side::Fields | Side::Contents => !known.heap.edge_range(node).is_empty(),
        Side::Retainers => known
            .retainers
            .as_ref()
            .is_some_and(|in_edges| in_edges.sources(node).any(|(from, _)| from != known.heap.root())),
    }
}

/// An edge's name in the colour of its kind: properties, variables, internals.
pub fn edge_piece(known: &Analysis, edge: &Edge, cells: usize) -> Piece {
    let role = match edge.kind {
        EdgeKind::PROPERTY | EdgeKind::ELEMENT => Role::Property,
        EdgeKind::CONTEXT => Role::Variable,
        _ => Role::Dim,
    };
    let from = known.heap.edge_source(edge.ix);
    let role = if scope::variable(&known.heap, from, edge).is_some() { Role::Variable } else { role };
    match scope::edge_label(&known.heap, from, edge).as_ref() {
        "" => Piece::new("(empty)", Role::Dim),
        name if edge.kind == EdgeKind::ELEMENT => Piece::foreign(&format!("[{name}]"), cells, role),
        name => Piece::foreign(name, cells, role),
    }
}
