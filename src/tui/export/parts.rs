//! Rows of the tree views: what the heap is made of, opened as far as the screen shows it.
//!
//! A row tells what the command's row of the same kind tells; sections, which only group others, have a
//! name and figures. Costs the objects of a text, where a row is one.

use super::{
    heap::{class_name, id, name},
    value::Value,
};
use crate::{
    analysis::{
        Analysis,
        allocation::Sums,
        native_context::Owner,
        strings::duplicates::{self, Extent},
    },
    heap::NodeIx,
    tui::source::{Called, Members, Part, Source},
};

/// A row, and how deep it stands, from 1.
pub(super) fn part<'a>(
    known: &'a Analysis,
    source: &Source,
    (level, part): &'a (usize, Part),
) -> Vec<Value<'a>> {
    let mut values = vec![Value::Count(*level as u64)];
    match source {
        Source::Dominators => values.extend(dominated(known, part)),
        Source::Statistics => values.extend(made(known, part)),
        Source::Native(_) => values.extend(native(known, part)),
        Source::Strings(_) => values.extend(text(known, part, *level)),
        Source::Allocation(_, older) => {
            values.extend(allocated(part));
            match older {
                Some(_) => values.extend(before(part, *level)),
                None => values.extend(with_calls(part)),
            }
        }
    }
    values
}

fn dominated<'a>(known: &'a Analysis, part: &'a Part) -> [Value<'a>; 7] {
    let largest = part.members.largest(known);
    let of = |make: fn(&'a Analysis, NodeIx) -> Value<'a>| Value::maybe(largest, |node| make(known, node));
    let key = Value::maybe(largest, |node| Value::text(known.classes.key(known.classes.of(node))));
    let (bytes, weight) = (Value::Bytes(part.bytes), Value::Bytes(part.weight));
    [of(class_name), key, Value::Count(part.count), bytes, weight, of(id), of(name)]
}

fn made<'a>(known: &'a Analysis, part: &'a Part) -> [Value<'a>; 6] {
    let (mut kind, mut realm, mut called) = (Value::Null, Value::Null, Value::text(part.name.as_str()));
    match part.members {
        Members::Type(of) => kind = Value::text(known.heap.kind_names().node(of)),
        Members::Realm(Owner::One(context)) => {
            (realm, called) = (id(known, context), name(known, context));
        }
        _ => {}
    }
    let is_sum = matches!(part.members, Members::Type(_) | Members::Realm(_));
    let shallow = if is_sum { Value::Bytes(part.bytes) } else { Value::Null };
    [called, Value::Count(part.count), Value::Bytes(part.bytes), kind, realm, shallow]
}

fn native<'a>(known: &'a Analysis, part: &'a Part) -> [Value<'a>; 6] {
    let (class, holder, objects) = match &part.members {
        Members::NativeClass(class) => (Value::text(known.classes.name(*class)), Value::Null, Value::Null),
        Members::SharedBuffers(holders) => holder(known, known.heap.root(), *holders),
        Members::List(objects) if !objects.is_empty() => holder(known, objects[0], objects.len()),
        _ => (Value::Null, Value::Null, Value::Null),
    };
    let (count, size) = (Value::Count(part.count), Value::Bytes(part.bytes));
    [Value::text(part.name.as_str()), count, size, class, holder, objects]
}

/// The class of those who keep array buffers, the id of the one that keeps most, and how many they are.
fn holder(known: &Analysis, node: NodeIx, objects: usize) -> (Value<'_>, Value<'_>, Value<'_>) {
    (class_name(known, node), id(known, node), Value::Count(objects as u64))
}

/// A text, or a pattern, of which only the first string's length is told; or a section.
fn text<'a>(known: &'a Analysis, part: &'a Part, level: usize) -> [Value<'a>; 8] {
    let (nodes, is_pattern) = match &part.members {
        Members::List(nodes) if level > 1 => (&nodes[..], false),
        Members::Alike(nodes) => (&nodes[..], true),
        _ => (&[][..], false),
    };
    let first = nodes.first().copied();
    let kept = || nodes.iter().filter_map(|&node| known.retained(node)).fold(0, u64::saturating_add);
    let is_cut = |node| !is_pattern && duplicates::extent(known, node) != Extent::Whole;
    [
        Value::text(part.name.as_str()),
        Value::Count(part.count),
        Value::Bytes(part.bytes),
        Value::maybe(first, |_| Value::Bytes(kept())),
        Value::Bytes(part.weight),
        Value::maybe(first, |node| Value::Flag(is_cut(node))),
        Value::maybe(first, |node| Value::Count(known.names.length(&known.heap, node).units)),
        Value::maybe(first, |node| id(known, node)),
    ]
}

fn allocated(part: &Part) -> [Value<'_>; 8] {
    let called = part.called.as_deref();
    let place =
        |number: fn(&Called) -> u32| Value::maybe(called, |called| Value::Count(number(called).into()));
    [
        Value::maybe(called, |called| Value::text(called.name.as_str())),
        Value::maybe(called, |called| Value::text(called.script.as_str())),
        place(|called| called.line),
        place(|called| called.column),
        Value::Count(part.count),
        Value::Count(part.all),
        Value::Bytes(part.bytes),
        Value::Bytes(part.weight),
    ]
}

/// With all that was called; of functions themselves, not of their callers.
fn with_calls(part: &Part) -> [Value<'static>; 4] {
    let sums = part.called.as_deref().and_then(|called| called.inclusive);
    let of = |make: fn(Sums) -> Value<'static>| Value::maybe(sums, make);
    [
        of(|sums| Value::Count(sums.live_count)),
        of(|sums| Value::Count(sums.count)),
        of(|sums| Value::Bytes(sums.live_size)),
        of(|sums| Value::Bytes(sums.size)),
    ]
}

/// In the older recording, which is compared function by function, not caller by caller.
fn before(part: &Part, level: usize) -> [Value<'static>; 4] {
    let Some(called) = part.called.as_ref().filter(|_| level == 1) else {
        return [Value::Null, Value::Null, Value::Null, Value::Null];
    };
    let Sums { count, size, live_count, live_size } = called.before;
    [Value::Count(live_count), Value::Count(count), Value::Bytes(live_size), Value::Bytes(size)]
}
