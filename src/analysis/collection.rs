//! Collections: what holds many things, and how many.
//!
//! Counted as the program counts: entries of a Map or Set (not keys plus values), elements of an
//! array, properties of an object. Numbers V8 stores in place have no edge and are not seen. Cost:
//! the edges of the node and of its table.

use rustc_hash::FxHashSet;

use super::{Analysis, names::edge_name};
use crate::heap::{Edge, EdgeKind, NodeIx, NodeKind, StrIx};

/// What kind of collection a node is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// Map, Set, WeakMap, WeakSet, or a class made from one.
    Table,
    /// An array, or something indexed like one.
    Array,
    /// An object by its properties.
    Object,
}

/// The kind and the number of entries of a node that may hold many; `None` for anything else.
pub fn measure(known: &Analysis, node: NodeIx) -> Option<(Shape, u64)> {
    let heap = &known.heap;
    if heap.kind(node) != NodeKind::OBJECT || is_system(known, node) {
        return None;
    }
    if let Some(table) = table(known, node) {
        return Some((Shape::Table, table_entries(known, table)));
    }
    let count = |kind| heap.edges(node).filter(|edge| edge.kind == kind).count() as u64;
    let elements = count(EdgeKind::ELEMENT);
    if elements > 0 || known.names.raw_is(heap, node, "Array") {
        return Some((Shape::Array, elements));
    }
    let properties = count(EdgeKind::PROPERTY);
    Some((Shape::Object, properties.saturating_sub(1)))
}

/// Whether V8 made the object for itself (`system / Context` and the like).
pub fn is_system(known: &Analysis, node: NodeIx) -> bool {
    known.heap.strings().raw(known.heap.name(node)).starts_with(b"system / ")
}

/// Whether the node is a WeakMap or WeakSet, which holds none of its keys.
pub fn is_weak(known: &Analysis, node: NodeIx) -> bool {
    let heap = &known.heap;
    heap.kind(node) == NodeKind::OBJECT
        && (known.names.raw_is(heap, node, "WeakMap") || known.names.raw_is(heap, node, "WeakSet"))
}

/// How many nodes of one class hang one from another by the same field, `node` included: the
/// length of a linked list. Stops at a million, and where the list bites its tail.
pub fn list_length(known: &Analysis, node: NodeIx) -> u64 {
    const LONGEST: u64 = 1_000_000;
    let Some(field) = list_field(known, node) else { return 1 };
    let (mut at, mut length) = (node, 1);
    while length < LONGEST
        && let Some(next) = next_in_list(known, at, field)
        && next != node
    {
        (at, length) = (next, length + 1);
    }
    length
}

/// The field by which a node refers to another of its class, if just one does.
fn list_field(known: &Analysis, node: NodeIx) -> Option<u32> {
    let class = known.classes.of(node);
    let alike = |edge: &Edge| {
        edge.kind == EdgeKind::PROPERTY && edge.to != node && known.classes.of(edge.to) == class
    };
    let mut fields = known.heap.edges(node).filter(alike).map(|edge| edge.name_or_index);
    let field = fields.find(|&field| !known.heap.strings().is(StrIx(field), "__proto__"))?;
    Some(field)
}

fn next_in_list(known: &Analysis, node: NodeIx, field: u32) -> Option<NodeIx> {
    let is_next = |edge: &Edge| edge.kind == EdgeKind::PROPERTY && edge.name_or_index == field;
    let next = known.heap.edges(node).find(is_next)?.to;
    (known.classes.of(next) == known.classes.of(node)).then_some(next)
}

/// The hash table behind a Map or Set.
fn table(known: &Analysis, node: NodeIx) -> Option<NodeIx> {
    let is_table = |edge: &Edge| {
        edge.kind == EdgeKind::INTERNAL && known.heap.strings().is(StrIx(edge.name_or_index), "table")
    };
    let table = known.heap.edges(node).find(is_table)?.to;
    (known.heap.kind(table) == NodeKind::ARRAY).then_some(table)
}

/// The entries of a hash table, whose edges are named by the word they lie in.
fn table_entries(known: &Analysis, table: NodeIx) -> u64 {
    let words: Vec<u64> = known
        .heap
        .edges(table)
        .filter(|edge| matches!(edge.kind, EdgeKind::INTERNAL | EdgeKind::ELEMENT | EdgeKind::HIDDEN))
        .filter_map(|edge| edge_name(&known.heap, &edge).parse().ok())
        .collect();
    let Some(&first) = words.iter().min() else { return weak_entries(known, table) };
    let (start, step) = layout(known.heap.self_size(table)).unwrap_or((first, 3));
    let entries: FxHashSet<u64> = words.iter().map(|word| word.saturating_sub(start) / step).collect();
    entries.len() as u64
}

/// Where entries begin in a table of so many bytes, and how many words each takes.
///
/// V8's ordered tables (`src/objects/ordered-hash-table.h`) are three words of bookkeeping, a word
/// a bucket, and room for two entries a bucket: key, value and link, or for sets key and link.
/// Buckets are a power of two, so the size tells which it is; words are 8 bytes, or 4 with
/// compressed pointers.
fn layout(bytes: u64) -> Option<(u64, u64)> {
    [(16, 8), (8, 4)].into_iter().find_map(|(header, word)| {
        let room = (bytes.checked_sub(header)? / word).checked_sub(3)?;
        [(7, 3), (5, 2)].into_iter().find_map(|(a_bucket, step)| {
            let buckets = room / a_bucket;
            (room % a_bucket == 0 && buckets.is_power_of_two()).then_some((3 + buckets, step))
        })
    })
}

/// A weak table's entries: its values carry V8's ephemeron names.
fn weak_entries(known: &Analysis, table: NodeIx) -> u64 {
    known.heap.edges(table).filter(|edge| known.ephemerons.of(edge).is_some()).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn entries(text: &str) -> Option<(Shape, u64)> {
        measure(&Analysis::complete(heap(text)), NodeIx(1))
    }

    #[test]
    fn a_maps_entries_are_counted_not_its_keys_and_values() {
        let map = "0>1 1=Map>internal.table.2 2!array=>internal.5.3,internal.6.3,internal.8.3,internal.9.3,internal.11.3 3=X";
        assert_eq!(entries(map), Some((Shape::Table, 3)));
    }

    #[test]
    fn the_size_of_a_table_tells_its_layout() {
        assert_eq!(layout(1832), Some((35, 3)), "32 buckets of a map");
        assert_eq!(layout(16 + 8 * (3 + 5 * 4)), Some((7, 2)), "4 buckets of a set");
        assert_eq!(layout(8 + 4 * (3 + 7 * 2)), Some((5, 3)), "2 buckets, pointers compressed");
        assert_eq!(layout(5), None);
    }

    #[test]
    fn a_map_whose_first_key_is_a_number_is_counted_right() {
        let map = "0>1 1=Map>internal.table.2 2:152!array=>internal.6.3,internal.8.3,internal.9.3 3=X";
        assert_eq!(entries(map), Some((Shape::Table, 2)), "only the value of the first has an edge");
    }

    #[test]
    fn arrays_count_elements_and_objects_their_properties() {
        let array = "0>1 1=Array>element.0.2,element.7.2,__proto__.2,internal.elements.2 2";
        assert_eq!(entries(array), Some((Shape::Array, 2)));
        assert_eq!(entries("0>1 1>a.0,b.0,__proto__.0"), Some((Shape::Object, 2)));
        assert_eq!(entries("0>1 1!string=x"), None);
    }
}
