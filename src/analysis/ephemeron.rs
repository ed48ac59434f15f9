//! WeakMap entries: which edges are halves of a key–value pair.
//!
//! V8 writes an entry as two internal edges to the value, one from the key and one from the
//! table, under one name that tells both: `2 / part of key (K @1) -> value (V @3) pair in
//! WeakMap (table @5)`. The value lives only while both live. One pass over the internal edges;
//! 12 bytes or so a pair and a bit a string.

use fixedbitset::FixedBitSet;
use regex::Regex;
use rustc_hash::FxHashMap;

use super::memo::NameTest;
use crate::heap::{Edge, EdgeKind, Heap, NodeId, StrIx};

/// The names in a heap that say "half of a WeakMap entry".
#[derive(Debug, Default)]
pub struct Ephemerons {
    /// The strings that are such names, to tell all others at a glance.
    names: FixedBitSet,
    by_name: FxHashMap<StrIx, Ephemeron>,
    pairs: u32,
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
        let names = FixedBitSet::with_capacity(heap.strings().len());
        let mut found = Self { names, ..Self::default() };
        let mut pairs: FxHashMap<String, u32> = FxHashMap::default();
        let pattern = pattern();
        let mut seen = NameTest::new(heap, could_be_pair);
        for (&kind, &name) in heap.edge_kinds().iter().zip(heap.edge_names()) {
            let name = StrIx(name);
            if kind != EdgeKind::INTERNAL || !seen.holds(name) || found.names.contains(name.ix()) {
                continue;
            }
            let text = heap.strings().text(name);
            if let Some((identity, table)) = parse(&pattern, &text) {
                let next = pairs.len() as u32;
                let pair = *pairs.entry(identity.to_owned()).or_insert(next);
                found.by_name.insert(name, Ephemeron { pair, table });
                found.names.insert(name.ix());
            }
        }
        found.pairs = pairs.len() as u32;
        found
    }

    /// How many different pairs there are.
    pub fn pairs(&self) -> usize {
        self.pairs as usize
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
    }
}
