//! What can be exported: lists of rows, each with its fields. Where a command prints the same rows
//! with `--json`, names and values are the same; a test compares them.

use std::sync::Arc;

use super::value::{Field, Value};
use crate::{
    analysis::{
        Analysis, Distance,
        compare::{Figures, Row as Difference},
        edge_name,
        everywhere::{Hit, Thing},
        growth::{Growth, GrowthRow},
        scope, strings,
    },
    heap::{ClassIx, EdgeKind, NodeIx},
    tui::{
        pair::{self, Age, Change, Fate, Field as Both, Pair},
        pane::outline::{self, Side, Spec},
        source::{Part, Source},
        widget::tree::Branch,
    },
    words,
};

/// Rows of one kind.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Constructors.
    Classes(Analysis, Arc<[ClassIx]>),
    /// Objects.
    Objects(Analysis, Arc<[NodeIx]>),
    /// References that are shown, open ones followed by what they open into.
    References {
        /// Of which heap.
        known: Analysis,
        /// Which way they lead, and around what.
        spec: Spec,
        /// What they are about.
        subject: NodeIx,
        /// The open rows.
        tree: Branch,
    },
    /// Constructors of a comparison.
    Changes(Arc<Pair>, Arc<[u32]>),
    /// Objects of a comparison.
    Fates(Arc<Pair>, Arc<[Fate]>),
    /// Fields before and after.
    Fields(Arc<Pair>, Arc<[Both]>),
    /// What grew.
    Grown(Analysis, Arc<Growth>, Arc<[u32]>),
    /// Parts of the heap with their levels, from 1.
    Parts(Analysis, Source, Arc<[(usize, Part)]>),
    /// Marked objects, each with what is known of its snapshot and the snapshot's name.
    Marks(Arc<[(Analysis, NodeIx, String)]>),
    /// What was found everywhere.
    Hits(Analysis, Arc<[Hit]>),
    /// Lines of a window.
    Lines {
        /// What programs call them.
        table: &'static str,
        /// The lines.
        lines: Arc<[String]>,
        /// How many more there are, which the window leaves out.
        left_out: usize,
    },
}

const fn shown(name: &'static str, head: &'static str) -> Field {
    Field { name, head: Some(head) }
}

const fn silent(name: &'static str) -> Field {
    Field { name, head: None }
}

const CLASS: &[Field] = &[
    shown("class", "Constructor"),
    silent("class_key"),
    shown("count", "Count"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("distance", "Distance"),
];

const OBJECT: &[Field] = &[
    shown("id", "Id"),
    silent("type"),
    shown("class", "Constructor"),
    silent("class_key"),
    shown("name", "Object"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("distance", "Distance"),
    silent("detachedness"),
    silent("dominator"),
    silent("edges"),
    silent("retainers"),
];

const REFERENCE: &[Field] = &[
    shown("level", "Level"),
    silent("edge_type"),
    shown("edge_name", "Reference"),
    silent("variable"),
    shown("id", "Id"),
    silent("class"),
    shown("name", "Object"),
    shown("distance", "Distance"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    silent("weak"),
    silent("repeats"),
];

/// The field that says what a row of several references stands for.
const FOLD: usize = 2;

const CHANGE: &[Field] = &[
    shown("class", "Constructor"),
    silent("class_key"),
    shown("new", "New"),
    shown("deleted", "Deleted"),
    shown("delta", "Delta"),
    silent("allocated"),
    silent("freed"),
    shown("size_delta", "Size delta"),
    silent("noise"),
    shown("before.count", "Before"),
    silent("before.shallow"),
    shown("before.retained", "Retained before"),
    shown("after.count", "After"),
    silent("after.shallow"),
    shown("after.retained", "Retained after"),
];

const FATE: &[Field] = &[
    shown("fate", "Fate"),
    shown("id", "Id"),
    shown("class", "Constructor"),
    shown("name", "Object"),
    silent("before.shallow"),
    shown("before.retained", "Retained before"),
    silent("after.shallow"),
    shown("after.retained", "Retained after"),
];

const BOTH: &[Field] = &[
    shown("edge_name", "Field"),
    shown("change", "Change"),
    shown("before.id", "Id before"),
    shown("before.name", "Object before"),
    shown("before.retained", "Retained before"),
    shown("after.id", "Id after"),
    shown("after.name", "Object after"),
    shown("after.retained", "Retained after"),
];

const GROWN: &[Field] = &[
    shown("what", "What grew"),
    shown("kind", "Kind"),
    shown("counts", "Entries"),
    shown("retained_growth", "Retained growth"),
    shown("shallow_growth", "Charged"),
    shown("chain", "Held by"),
    shown("example", "Example"),
    shown("verdict", "Verdict"),
    silent("fit"),
    silent("class"),
    silent("module"),
    silent("new"),
    silent("deleted"),
    silent("holders"),
    silent("text"),
];

const DOMINATED: &[Field] = &[
    shown("level", "Level"),
    shown("class", "Constructor"),
    silent("class_key"),
    shown("count", "Count"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("id", "The largest"),
    silent("name"),
];

const PART: &[Field] = &[
    shown("level", "Level"),
    shown("name", "Part"),
    shown("count", "Count"),
    shown("bytes", "Bytes"),
    silent("note"),
];

const ALLOCATED: &[Field] = &[
    shown("level", "Level"),
    shown("function", "Function"),
    shown("live_count", "Live"),
    shown("count", "Allocated"),
    shown("live_size", "Live bytes"),
    shown("size", "Allocated bytes"),
    silent("size_before"),
    silent("note"),
];

const TEXT: &[Field] = &[
    shown("level", "Level"),
    shown("text", "Text"),
    shown("count", "Count"),
    shown("shallow", "Bytes"),
    shown("wasted", "Wasted"),
    silent("note"),
];

const MARK: &[Field] = &[
    shown("id", "Id"),
    shown("class", "Constructor"),
    shown("name", "Object"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("snapshot", "Snapshot"),
];

const HIT: &[Field] =
    &[shown("kind", "What"), shown("name", "Found"), shown("count", "How many"), shown("id", "Id")];

const LINE: &[Field] = &[shown("text", "Chain")];

impl Rows {
    /// What programs call the list: as the command that prints it, where there is one.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Classes(..) => "classes",
            Self::Objects(..) => "objects",
            Self::References { spec: Spec { side: Side::Retainers, .. }, .. } => "retainers",
            Self::References { spec: Spec { side: Side::Fields, .. }, .. } => "object",
            Self::References { spec: Spec { side: Side::Contents, .. }, .. } => "containment",
            Self::Changes(..) => "diff",
            Self::Fates(..) => "fates",
            Self::Fields(..) => "fields",
            Self::Grown(..) => "growth",
            Self::Parts(_, Source::Dominators, _) => "dominators",
            Self::Parts(_, Source::Statistics, _) => "statistics",
            Self::Parts(_, Source::Strings(_), _) => "strings",
            Self::Parts(_, Source::Native(_), _) => "native",
            Self::Parts(_, Source::Allocation(..), _) => "allocations",
            Self::Marks(_) => "marks",
            Self::Hits(..) => "found",
            Self::Lines { table, .. } => table,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(_, rows) => rows.len(),
            Self::Objects(_, rows) => rows.len(),
            Self::References { tree, .. } => tree.rows(),
            Self::Changes(_, rows) | Self::Grown(_, _, rows) => rows.len(),
            Self::Fates(_, rows) => rows.len(),
            Self::Fields(_, rows) => rows.len(),
            Self::Parts(_, _, rows) => rows.len(),
            Self::Marks(rows) => rows.len(),
            Self::Hits(_, rows) => rows.len(),
            Self::Lines { lines, .. } => lines.len(),
        }
    }

    /// How many there are with those that a window leaves out.
    pub fn total(&self) -> usize {
        let left_out = if let Self::Lines { left_out, .. } = self { *left_out } else { 0 };
        self.len() + left_out
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields of each.
    pub fn fields(&self) -> &'static [Field] {
        match self {
            Self::Classes(..) => CLASS,
            Self::Objects(..) => OBJECT,
            Self::References { .. } => REFERENCE,
            Self::Changes(..) => CHANGE,
            Self::Fates(..) => FATE,
            Self::Fields(..) => BOTH,
            Self::Grown(..) => GROWN,
            Self::Parts(_, Source::Dominators, _) => DOMINATED,
            Self::Parts(_, Source::Statistics | Source::Native(_), _) => PART,
            Self::Parts(_, Source::Allocation(..), _) => ALLOCATED,
            Self::Parts(_, Source::Strings(_), _) => TEXT,
            Self::Marks(_) => MARK,
            Self::Hits(..) => HIT,
            Self::Lines { .. } => LINE,
        }
    }

    /// What stands in the fields of a row.
    pub fn values(&self, at: usize) -> Vec<Value<'_>> {
        match self {
            Self::Classes(known, rows) => class(known, rows[at]),
            Self::Objects(known, rows) => object(known, rows[at]),
            Self::References { known, spec, subject, tree } => reference(known, spec, *subject, tree, at),
            Self::Changes(pair, rows) => change(pair, pair.row(rows[at])),
            Self::Fates(pair, rows) => fate(pair, rows[at]),
            Self::Fields(pair, rows) => both(pair, &rows[at]),
            Self::Grown(known, growth, rows) => grown(known, &growth.rows[rows[at] as usize]),
            Self::Parts(known, source, rows) => part(known, source, &rows[at]),
            Self::Marks(rows) => mark(&rows[at]),
            Self::Hits(known, rows) => hit(known, &rows[at]),
            Self::Lines { lines, .. } => vec![Value::text(lines[at].as_str())],
        }
    }
}

fn distance(distance: Option<Distance>) -> Value<'static> {
    Value::maybe(distance, Value::Distance)
}

fn retained(known: &Analysis, node: NodeIx) -> Value<'static> {
    Value::maybe(known.retained(node), Value::Bytes)
}

fn id(known: &Analysis, node: NodeIx) -> Value<'static> {
    Value::Id(known.heap.id(node).0)
}

fn class_name(known: &Analysis, node: NodeIx) -> Value<'_> {
    Value::text(known.classes.name(known.classes.of(node)))
}

fn name(known: &Analysis, node: NodeIx) -> Value<'_> {
    Value::text(known.names.text(&known.heap, node))
}

fn class(known: &Analysis, class: ClassIx) -> Vec<Value<'_>> {
    vec![
        Value::text(known.classes.name(class)),
        Value::text(known.classes.key(class)),
        Value::Count(known.classes.count(class) as u64),
        Value::Bytes(known.classes.shallow(class)),
        Value::maybe(known.retained.as_ref(), |retained| Value::Bytes(retained.class(class))),
        distance(known.distances.as_ref().map(|distances| distances.class(class))),
    ]
}

fn object(known: &Analysis, node: NodeIx) -> Vec<Value<'_>> {
    let heap = &known.heap;
    let dominator = known.dominators.as_ref().map(|tree| tree.of(node)).filter(|&owner| owner != node);
    vec![
        id(known, node),
        Value::text(heap.kind_names().node(heap.kind(node))),
        class_name(known, node),
        Value::text(known.classes.key(known.classes.of(node))),
        name(known, node),
        Value::Bytes(known.shallow(node)),
        retained(known, node),
        distance(known.distance(node)),
        Value::Count(u64::from(known.names.detachedness(node).code())),
        Value::maybe(dominator, |owner| id(known, owner)),
        Value::Count(heap.edge_range(node).len() as u64),
        Value::maybe(known.retainers.as_ref(), |in_edges| Value::Count(in_edges.count(node) as u64)),
    ]
}

fn reference<'a>(
    known: &'a Analysis,
    spec: &Spec,
    subject: NodeIx,
    tree: &Branch,
    at: usize,
) -> Vec<Value<'a>> {
    let mut nothing = vec![Value::Null; REFERENCE.len()];
    let Some(row) = tree.row(at) else { return nothing };
    nothing[0] = Value::Count(row.level() as u64 + 1);
    let Some(edge) = row.edge() else {
        // A row that stands for several says which.
        let words = row.fold.map(|fold| outline::told(&fold));
        nothing[FOLD] = Value::maybe(words, Value::text);
        return nothing;
    };
    let (heap, side) = (&known.heap, spec.side);
    let edge = heap.edge(edge);
    let node = outline::end(known, side, edge.ix);
    let variable = scope::variable(heap, heap.edge_source(edge.ix), &edge);
    vec![
        Value::Count(row.level() as u64 + 1),
        Value::text(heap.kind_names().edge(edge.kind)),
        Value::text(edge_name(heap, &edge).into_owned()),
        Value::maybe(variable, |name| Value::text(heap.strings().text(name))),
        id(known, node),
        class_name(known, node),
        name(known, node),
        distance(spec.distance(known, edge.ix)),
        Value::Bytes(known.shallow(node)),
        retained(known, node),
        Value::Flag(edge.kind == EdgeKind::WEAK),
        Value::Flag(outline::is_cycle(known, side, Some(subject), &row.trail)),
    ]
}

fn change<'a>(pair: &'a Pair, row: &'a Difference) -> Vec<Value<'a>> {
    let found = &pair.found;
    let by_object = found.is_by_object();
    let only = |value: Value<'a>| if by_object { value } else { Value::Null };
    let (delta, size_delta) = if by_object {
        (row.count_delta(), row.size_delta())
    } else {
        (row.after.count as i64 - row.before.count as i64, row.shallow_delta())
    };
    let mut values = vec![
        Value::text(found.name(row)),
        Value::text(row.key.as_str()),
        only(Value::Count(row.new as u64)),
        only(Value::Count(row.deleted as u64)),
        Value::Change(delta),
        only(Value::Bytes(row.allocated)),
        only(Value::Bytes(row.freed)),
        Value::BytesChange(size_delta),
        Value::Flag(row.is_noise),
    ];
    values.extend(figures(&row.before).into_iter().chain(figures(&row.after)));
    values
}

fn figures(figures: &Figures) -> [Value<'static>; 3] {
    [Value::Count(figures.count as u64), Value::Bytes(figures.shallow), Value::Bytes(figures.retained)]
}

fn fate(pair: &Pair, fate: Fate) -> Vec<Value<'_>> {
    let (age, node) = fate.home();
    let known = pair.known(age);
    let (called, then, now) = match fate {
        Fate::New(node) => ("new", None, Some(node)),
        Fate::Deleted(node) => ("deleted", Some(node), None),
        Fate::Kept(then, now) => ("kept", Some(then), Some(now)),
    };
    let sizes = |age, node: Option<NodeIx>| {
        let known = pair.known(age);
        let shallow = Value::maybe(node, |node| Value::Bytes(known.shallow(node)));
        [shallow, Value::maybe(node, |node| retained(known, node))]
    };
    let mut values = vec![Value::text(called), id(known, node), class_name(known, node), name(known, node)];
    values.extend(sizes(Age::Older, then).into_iter().chain(sizes(Age::Newer, now)));
    values
}

fn both<'a>(pair: &'a Pair, field: &Both) -> Vec<Value<'a>> {
    let change = match field.change {
        Change::Came => "came",
        Change::Went => "went",
        Change::Elsewhere => "elsewhere",
        Change::Same => "same",
    };
    let side = |age| -> [Value<'a>; 3] {
        let known = pair.known(age);
        match pair::target(pair, age, field) {
            Some(node) => [id(known, node), name(known, node), retained(known, node)],
            None => [Value::Null, Value::Null, Value::Null],
        }
    };
    let mut values = vec![Value::text(pair::field_name(pair, field)), Value::text(change)];
    values.extend(side(Age::Older).into_iter().chain(side(Age::Newer)));
    values
}

fn grown<'a>(known: &Analysis, row: &'a GrowthRow) -> Vec<Value<'a>> {
    let text = |text: &'a Option<String>| Value::maybe(text.as_deref(), Value::text);
    vec![
        Value::text(row.what.as_str()),
        Value::text(row.kind.name()),
        Value::Counts(row.counts.as_slice().into()),
        Value::BytesChange(row.retained_growth()),
        Value::BytesChange(row.exclusive),
        Value::text(row.chain.as_str()),
        Value::maybe(row.example, |node| id(known, node)),
        Value::text(row.verdict.name()),
        Value::maybe(row.verdict.fit(), Value::Fraction),
        text(&row.class),
        text(&row.module),
        Value::Count(row.new as u64),
        Value::Count(row.deleted as u64),
        Value::Count(row.holders as u64),
        Value::text(words::growth(row)),
    ]
}

fn part<'a>(known: &'a Analysis, source: &Source, (level, part): &'a (usize, Part)) -> Vec<Value<'a>> {
    let level = Value::Count(*level as u64);
    let (count, bytes, weight) =
        (Value::Count(part.count), Value::Bytes(part.bytes), Value::Bytes(part.weight));
    let (called, note) = (Value::text(part.name.as_str()), Value::text(part.note.as_ref()));
    match source {
        Source::Dominators => {
            let largest = part.members.largest(known);
            let of =
                |make: fn(&'a Analysis, NodeIx) -> Value<'a>| Value::maybe(largest, |node| make(known, node));
            let key = Value::maybe(largest, |node| Value::text(known.classes.key(known.classes.of(node))));
            vec![level, of(class_name), key, count, bytes, weight, of(id), of(name)]
        }
        Source::Statistics | Source::Native(_) => vec![level, called, count, bytes, note],
        Source::Allocation(..) => {
            let before = Value::Bytes(part.before);
            vec![level, called, count, Value::Count(part.all), bytes, weight, before, note]
        }
        Source::Strings(_) => vec![level, called, count, bytes, weight, note],
    }
}

fn mark((known, node, snapshot): &(Analysis, NodeIx, String)) -> Vec<Value<'_>> {
    vec![
        id(known, *node),
        class_name(known, *node),
        name(known, *node),
        Value::Bytes(known.shallow(*node)),
        retained(known, *node),
        Value::text(snapshot.as_str()),
    ]
}

fn hit<'a>(known: &'a Analysis, hit: &Hit) -> Vec<Value<'a>> {
    let called = match hit.thing {
        Thing::Object(node) => name(known, node),
        Thing::Class(class) => Value::text(known.classes.name(class)),
        Thing::Field(name) => Value::text(known.heap.strings().text(name)),
        Thing::Text(node) => Value::text(strings::text(known, node)),
    };
    let node = match hit.thing {
        Thing::Object(node) | Thing::Text(node) => id(known, node),
        Thing::Class(_) | Thing::Field(_) => Value::Null,
    };
    vec![Value::text(hit.thing.kind()), called, Value::Count(hit.count), node]
}
