//! WeakMap entries: which edges are halves of a key–value pair.
//!
//! V8 writes an entry as two internal edges to the value, one from the key and one from the
//! table, under one name that tells both: `2 / part of key (K @1) -> value (V @3) pair in
//! WeakMap (table @5)`. The value lives only while both live. One pass over the edges on all
//! cores; 12 bytes or so a pair, a bit a string and a bit a node.

use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use regex::Regex;
use rustc_hash::FxHashMap;

use super::memo::NameTest;
use crate::heap::{Edge, EdgeIx, EdgeKind, Heap, NodeId, NodeIx, StrIx};

/// Edges that one task looks at, at the least: each remembers two bits a string.
const PART: usize = 1 << 20;

/// The names in a heap that say "half of a WeakMap entry".
#[derive(Debug, Default)]
pub struct Ephemerons {
    /// The strings that are such names, to tell all others at a glance.
    names: FixedBitSet,
    /// The nodes that have such an edge, so that whoever walks need not look at others' names.
    holders: FixedBitSet,
    by_name: FxHashMap<StrIx, Ephemeron>,
    pairs: u32,
    /// Whether all halves of each pair lead to one node.
    agree: bool,
}

/// What such a name tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ephemeron {
    /// Number of the pair among the heap's pairs; both halves have the same.
    pub pair: u32,
    /// The table's `@id`.
    pub table: NodeId,
}

impl Ephemerons {
    pub(super) fn find(heap: &Heap) -> Self {
        let mut found = Self {
            names: FixedBitSet::with_capacity(heap.strings().len()),
            holders: FixedBitSet::with_capacity(heap.node_count()),
            agree: true,
            ..Self::default()
        };
        let mut pairs = Pairs { pattern: pattern(), numbers: FxHashMap::default() };
        let mut values = Vec::new();
        for edge in candidates(heap) {
            let Edge { name_or_index, to, .. } = heap.edge(edge);
            let name = StrIx(name_or_index);
            let seen = found.by_name.get(&name).copied();
            let Some(half) = seen.or_else(|| pairs.of(&heap.strings().text(name))) else { continue };
            found.by_name.insert(name, half);
            found.names.insert(name.ix());
            match values.get(half.pair as usize) {
                Some(&value) => found.agree &= value == to,
                None => values.push(to),
            }
            found.holders.insert(heap.edge_source(edge).ix());
        }
        found.pairs = pairs.numbers.len() as u32;
        found
    }

    /// How many different pairs there are.
    pub fn pairs(&self) -> usize {
        self.pairs as usize
    }

    /// Whether all halves of each pair lead to one node, as those that V8 writes do.
    pub(super) fn agree(&self) -> bool {
        self.agree
    }

    /// Whether any edge of the node is half of an entry.
    #[inline]
    pub(super) fn has_halves(&self, node: NodeIx) -> bool {
        self.holders.contains(node.ix())
    }

    /// The nodes that have such an edge.
    pub(super) fn holders(&self) -> &FixedBitSet {
        &self.holders
    }

    /// The entry this edge is half of, if it is.
    #[inline]
    pub fn of(&self, edge: &Edge) -> Option<Ephemeron> {
        let name = StrIx(edge.name_or_index);
        if edge.kind != EdgeKind::INTERNAL || !self.names.contains(name.ix()) {
            return None;
        }
        self.by_name.get(&name).copied()
    }
}

/// The internal edges whose name may be a pair's, in file order.
fn candidates(heap: &Heap) -> Vec<EdgeIx> {
    let part = heap.edge_count().div_ceil(rayon::current_num_threads()).max(PART);
    let (kinds, names) = (heap.edge_kinds().par_chunks(part), heap.edge_names().par_chunks(part));
    let parts = kinds.zip(names).zip((0..heap.edge_count()).into_par_iter().step_by(part));
    let found = parts.map(|((kinds, names), first)| {
        let mut seen = NameTest::new(heap, could_be_pair);
        let rows = kinds.iter().zip(names).zip(first as u32..);
        let internal = rows.filter(|((kind, _), _)| **kind == EdgeKind::INTERNAL);
        internal.filter(|((_, name), _)| seen.holds(StrIx(**name))).map(|(_, ix)| EdgeIx(ix)).collect()
    });
    found.collect::<Vec<Vec<_>>>().concat()
}

/// The pairs met so far, by what both halves share of the name.
struct Pairs {
    pattern: Regex,
    numbers: FxHashMap<String, u32>,
}

impl Pairs {
    fn of(&mut self, text: &str) -> Option<Ephemeron> {
        let (identity, table) = parse(&self.pattern, text)?;
        let next = self.numbers.len() as u32;
        let pair = *self.numbers.entry(identity.to_owned()).or_insert(next);
        Some(Ephemeron { pair, table })
    }
}

/// A cheap look at the raw bytes; most names fail at their first.
fn could_be_pair(heap: &Heap, name: StrIx) -> bool {
    heap.strings().first_byte(name).is_some_and(|byte| byte.is_ascii_digit())
        && heap.strings().raw(name).ends_with(b")")
}

fn pattern() -> Regex {
    // As in the engine, `.` stops at line ends of JavaScript.
    let any = r"[^\n\r\u{2028}\u{2029}]*?";
    let text = format!(
        r"^[0-9]+( / part of key \({any} @[0-9]+\) -> value \({any} @[0-9]+\) pair in WeakMap \(table @([0-9]+)\))$"
    );
    Regex::new(&text).expect("a fixed pattern")
}

/// What both halves share of the name, and the table's id.
fn parse<'a>(pattern: &Regex, text: &'a str) -> Option<(&'a str, NodeId)> {
    let found = pattern.captures(text)?;
    let table = found.get(2)?.as_str().parse().ok()?;
    Some((found.get(1)?.as_str(), NodeId(table)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pairs_name_gives_its_identity_and_table() {
        let name = "12 / part of key (Foo @7) -> value (Bar (x) @9) pair in WeakMap (table @31)";
        let (identity, table) = parse(&pattern(), name).expect("a pair");
        assert_eq!(table, NodeId(31));
        assert!(identity.starts_with(" / part of key (Foo"), "the number in front may differ: {identity}");
        assert_eq!(parse(&pattern(), "x12 / part of key"), None);
        assert_eq!(parse(&pattern(), &name.replace("(Foo", "(F\noo")), None);
    }

    #[test]
    fn both_halves_are_one_pair() {
        let heap = crate::heap::fixture::heap(
            "0>1,2 1>internal.2~/~part~of~key~(K~@3)~->~value~(V~@7)~pair~in~WeakMap~(table~@5).3 \
             2>internal.9~/~part~of~key~(K~@3)~->~value~(V~@7)~pair~in~WeakMap~(table~@5).3 3",
        );
        let found = Ephemerons::find(&heap);
        assert_eq!(found.pairs(), 1);
        let halves: Vec<_> =
            heap.nodes().flat_map(|node| heap.edges(node)).filter_map(|edge| found.of(&edge)).collect();
        assert_eq!(halves, [Ephemeron { pair: 0, table: NodeId(5) }; 2]);
        assert_eq!([0, 1, 2, 3].map(|node| found.has_halves(NodeIx(node))), [false, true, true, false]);
    }
}
