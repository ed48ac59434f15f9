//! Rows about one heap: constructors, objects, references, marks, hits.

use super::{fields, value::Value};
use crate::{
    analysis::{
        Analysis, Distance, edge_name,
        everywhere::{Hit, Thing},
        holders, scope, strings,
    },
    heap::{ClassIx, EdgeIx, EdgeKind, InEdge, NodeIx},
    tui::{
        pane::outline::{self, Side, Spec},
        widget::tree::Branch,
    },
};

fn distance(distance: Option<Distance>) -> Value<'static> {
    Value::maybe(distance, Value::Distance)
}

pub(super) fn retained(known: &Analysis, node: NodeIx) -> Value<'static> {
    Value::maybe(known.retained(node), Value::Bytes)
}

pub(super) fn id(known: &Analysis, node: NodeIx) -> Value<'static> {
    Value::Id(known.heap.id(node).0)
}

pub(super) fn class_name(known: &Analysis, node: NodeIx) -> Value<'_> {
    Value::text(known.classes.name(known.classes.of(node)))
}

pub(super) fn name(known: &Analysis, node: NodeIx) -> Value<'_> {
    Value::text(known.names.text(&known.heap, node))
}

pub(super) fn class(known: &Analysis, class: ClassIx) -> Vec<Value<'_>> {
    vec![
        Value::text(known.classes.name(class)),
        Value::text(known.classes.key(class)),
        Value::Count(known.classes.count(class) as u64),
        Value::Bytes(known.classes.shallow(class)),
        Value::maybe(known.retained.as_ref(), |retained| Value::Bytes(retained.class(class))),
        distance(known.distances.as_ref().map(|distances| distances.class(class))),
    ]
}

pub(super) fn object(known: &Analysis, node: NodeIx) -> Vec<Value<'_>> {
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

pub(super) fn reference<'a>(
    known: &'a Analysis,
    spec: &Spec,
    subject: NodeIx,
    tree: &Branch,
    at: usize,
) -> Vec<Value<'a>> {
    let fields = if spec.side == Side::Retainers { fields::RETAINER } else { fields::REFERENCE };
    let mut nothing = vec![Value::Null; fields.len()];
    let Some(row) = tree.row(at) else { return nothing };
    nothing[0] = Value::Count(row.level() as u64 + 1);
    let Some(edge) = row.edge() else {
        // A row that stands for several says which.
        let words = row.fold.map(|fold| outline::told(&fold));
        nothing[fields::FOLD] = Value::maybe(words, Value::text);
        return nothing;
    };
    let mut values = end(known, spec, edge);
    values[0] = Value::Count(row.level() as u64 + 1);
    let repeats = outline::is_cycle(known, spec.side, Some(subject), &row.trail);
    values.push(Value::Flag(repeats));
    if spec.side == Side::Retainers {
        values.extend(held(known, spec, edge));
    }
    values
}

/// A reference and the node at its end, the level left out.
fn end<'a>(known: &'a Analysis, spec: &Spec, edge: EdgeIx) -> Vec<Value<'a>> {
    let heap = &known.heap;
    let node = outline::end(known, spec.side, edge);
    let edge = heap.edge(edge);
    let variable = scope::variable(heap, heap.edge_source(edge.ix), &edge);
    vec![
        Value::Null,
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
    ]
}

/// What only retainers have: whether they are ignored, why V8 keeps them, which WeakMap entry they are.
fn held(known: &Analysis, spec: &Spec, edge: EdgeIx) -> [Value<'static>; 4] {
    let edge = known.heap.edge(edge);
    let retainer = InEdge { from: known.heap.edge_source(edge.ix), edge };
    let entry = holders::entry(known, &retainer.edge);
    [
        Value::Flag(spec.ignored.has(retainer.from)),
        Value::maybe(holders::noise(known, &retainer), |noise| Value::text(noise.name())),
        Value::maybe(entry.as_ref().and_then(|entry| entry.key), |key| id(known, key)),
        Value::maybe(entry.as_ref().and_then(|entry| entry.table), |table| id(known, table)),
    ]
}

pub(super) fn mark((known, node, snapshot): &(Analysis, NodeIx, String)) -> Vec<Value<'_>> {
    vec![
        id(known, *node),
        class_name(known, *node),
        name(known, *node),
        Value::Bytes(known.shallow(*node)),
        retained(known, *node),
        Value::text(snapshot.as_str()),
    ]
}

pub(super) fn hit<'a>(known: &'a Analysis, hit: &Hit) -> Vec<Value<'a>> {
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
