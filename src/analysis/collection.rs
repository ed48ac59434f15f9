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

/// Longer lists are not counted.
const LONGEST_LIST: usize = 1_000_000;

/// How many nodes of one class hang one from another by the same field, `node` included: the
/// length of a linked list, wherever in it one begins if it is linked both ways. A node that is
/// its own next is the mark of the end and not counted. 1 where nothing of the class hangs from
/// the node; `None` where more does than a list has (a tree, say), where the field leads back to
/// what holds the node (a `parent`), and above a million.
///
/// Costs the edges of the list's nodes, and some bytes for each of them.
pub fn list_length(known: &Analysis, node: NodeIx) -> Option<u64> {
    let mut seen = FxHashSet::default();
    seen.insert(node);
    let starts = match Links::of(known, node) {
        Links::None => return Some(u64::from(!is_end_mark(known, node))),
        Links::One(next) => [Some(next), None],
        Links::Two(one, other) => is_way_back(known, node, one, other).then_some([Some(one), Some(other)])?,
        Links::Many => return None,
    };
    if !starts.iter().flatten().any(|link| leads_away(known, node, link.to)) {
        return None;
    }
    for link in starts.into_iter().flatten() {
        walk_list(known, node, link, &mut seen)?;
    }
    Some(seen.len() as u64)
}

/// Whether the node belongs to the list that begins at `start` (or goes through it).
pub fn is_in_list(known: &Analysis, start: NodeIx, node: NodeIx) -> bool {
    let mut seen = FxHashSet::default();
    seen.insert(start);
    let (Links::One(one) | Links::Two(one, _)) = Links::of(known, start) else { return start == node };
    let other = if let Links::Two(_, other) = Links::of(known, start) { Some(other) } else { None };
    [Some(one), other].into_iter().flatten().all(|link| walk_list(known, start, link, &mut seen).is_some())
        && seen.contains(&node)
}

/// The other field by which `holder` is part of the ring that it is in by `field`, which leads to
/// `first`: `prev` for `next` and the other way round.
pub fn ring_partner(known: &Analysis, holder: NodeIx, field: u32, first: NodeIx) -> Option<u32> {
    let leads =
        |from: NodeIx, field: u32| links(known, from).any(|link| link.field == field && link.to == holder);
    let mut others = links(known, holder).filter(|link| link.field != field && link.to != holder);
    let is_partner = |other: &Link| {
        leads(first, other.field)
            && leads(other.to, field)
            && leads_away(known, holder, first)
            && leads_away(known, holder, other.to)
    };
    others.find(is_partner).map(|other| other.field)
}

/// Goes from `from` by one field, as far as the nodes are those of a list.
fn walk_list(known: &Analysis, mut from: NodeIx, mut link: Link, seen: &mut FxHashSet<NodeIx>) -> Option<()> {
    let is_end =
        |link: Link| links(known, link.to).any(|next| next.field == link.field && next.to == link.to);
    while !is_end(link) && seen.insert(link.to) {
        if seen.len() > LONGEST_LIST {
            return None;
        }
        let mut next = None;
        for found in alike(known, link.to) {
            match found.field == link.field {
                true => next = Some(found),
                false if found.to == from => {}
                false => return None,
            }
        }
        from = link.to;
        let Some(next) = next else { break };
        link = next;
    }
    Some(())
}

/// A property and where it leads.
#[derive(Clone, Copy)]
struct Link {
    field: u32,
    to: NodeIx,
}

/// The properties that lead from a node to others of its class.
enum Links {
    None,
    One(Link),
    Two(Link, Link),
    Many,
}

impl Links {
    fn of(known: &Analysis, node: NodeIx) -> Self {
        let mut found = alike(known, node);
        match (found.next(), found.next(), found.next()) {
            (None, ..) => Self::None,
            (Some(one), None, _) => Self::One(one),
            (Some(one), Some(other), None) => Self::Two(one, other),
            _ => Self::Many,
        }
    }
}

fn links(known: &Analysis, node: NodeIx) -> impl Iterator<Item = Link> {
    let is_own = |edge: &Edge| {
        edge.kind == EdgeKind::PROPERTY && !known.heap.strings().is(StrIx(edge.name_or_index), "__proto__")
    };
    known.heap.edges(node).filter(is_own).map(|edge| Link { field: edge.name_or_index, to: edge.to })
}

/// The links to other nodes of the class.
fn alike(known: &Analysis, node: NodeIx) -> impl Iterator<Item = Link> {
    let class = known.classes.of(node);
    links(known, node).filter(move |link| link.to != node && known.classes.of(link.to) == class)
}

/// Whether, of two links, one is the way back of the other.
fn is_way_back(known: &Analysis, node: NodeIx, one: Link, other: Link) -> bool {
    let returns = |there: Link, back: Link| {
        links(known, there.to).any(|link| link.field == back.field && link.to == node)
    };
    returns(one, other) || returns(other, one)
}

/// Whether the way on is farther from the roots: not back to whatever holds the node.
fn leads_away(known: &Analysis, node: NodeIx, next: NodeIx) -> bool {
    match (known.distance(node), known.distance(next)) {
        (Some(here), Some(there)) => there > here,
        _ => true,
    }
}

fn is_end_mark(known: &Analysis, node: NodeIx) -> bool {
    links(known, node).any(|link| link.to == node)
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

    fn length(text: &str) -> Option<u64> {
        list_length(&Analysis::complete(heap(text)), NodeIx(1))
    }

    #[test]
    fn a_list_ends_where_it_bites_itself() {
        assert_eq!(length("0!synthetic>1 1=N>next.2 2=N>next.3 3=N"), Some(3));
        assert_eq!(length("0!synthetic>1 1=N>next.2 2=N>next.3 3=N>next.3"), Some(2), "a sentinel");
        assert_eq!(
            length("0!synthetic>1 1=N>next.2 2=N>next.3 3=N>next.4 4=N>next.2"),
            Some(4),
            "a longer ring"
        );
        assert_eq!(length("0!synthetic>1 1=N"), Some(1));
    }

    #[test]
    fn a_list_linked_both_ways_is_one_list_from_wherever_one_begins() {
        let list = "1=N>next.2 2=N>prev.1,next.3 3=N>prev.2,next.4 4=N>prev.3";
        assert_eq!(length(&format!("0!synthetic>1 {list}")), Some(4), "from the head");
        let known = Analysis::complete(heap(&format!("0!synthetic>3 {list}")));
        assert_eq!(list_length(&known, NodeIx(3)), Some(4), "from the middle");
        assert!(is_in_list(&known, NodeIx(1), NodeIx(4)) && is_in_list(&known, NodeIx(4), NodeIx(1)));
    }

    #[test]
    fn parents_and_trees_are_no_lists() {
        let modules = "0!synthetic>1 1=cache>a.2,b.3,c.4 2=M>parent.3 3=M>parent.4 4=M";
        let known = Analysis::complete(heap(modules));
        assert_eq!(list_length(&known, NodeIx(2)), None, "the parent is as near to the root");
        let tree = "0!synthetic>1 1=T>left.2 2=T>parent.1,left.3,right.4 3=T>parent.2 4=T>parent.2";
        assert_eq!(length(tree), None);
        assert_eq!(length("0!synthetic>1 1=N>a.2,b.3 2=N 3=N"), None);
    }

    #[test]
    fn arrays_count_elements_and_objects_their_properties() {
        let array = "0>1 1=Array>element.0.2,element.7.2,__proto__.2,internal.elements.2 2";
        assert_eq!(entries(array), Some((Shape::Array, 2)));
        assert_eq!(entries("0>1 1>a.0,b.0,__proto__.0"), Some((Shape::Object, 2)));
        assert_eq!(entries("0>1 1!string=x"), None);
    }
}
