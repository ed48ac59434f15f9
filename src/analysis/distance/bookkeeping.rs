//! Which edges do distances leave out?
//!
//! Three kinds that V8 uses for its own bookkeeping, and of a WeakMap entry's two the one met first. One pass over
//! types and names finds the few nodes that have such edges; of all others not even an edge's type is looked
//! at. A bit a node, and one a WeakMap entry.

use fixedbitset::FixedBitSet;

use crate::{
    analysis::{Analysis, memo::NameTest},
    heap::{Edge, EdgeName, Heap, NodeIx, NodeKind},
};

/// The realm of a script, and what shapes know of their fields.
const NATIVE_CONTEXT: &str = "system / NativeContext";
const MAP_DESCRIPTORS: &str = "(map descriptors)";

/// Nodes some of whose edges are V8's bookkeeping.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bookkeeping {
    None,
    /// `sloppy_function_map` leads from every realm to every sloppy function's map.
    NativeContext,
    /// Every third entry of a descriptor array is shared between shapes.
    MapDescriptors,
    /// Halves of WeakMap entries lead on once both are met.
    WeakMaps,
}

/// The edges that distances leave out.
pub(super) struct Filter<'a> {
    known: &'a Analysis,
    /// The nodes whose edges are looked at by name, so that of all others not even the type is.
    kept_books: FixedBitSet,
    /// Pairs of which one half was met and the other not yet.
    pub(super) half_open: FixedBitSet,
}

impl<'a> Filter<'a> {
    pub(super) fn new(known: &'a Analysis) -> Self {
        Self {
            known,
            kept_books: bookkeepers(known),
            half_open: FixedBitSet::with_capacity(known.ephemerons.pairs()),
        }
    }

    #[inline]
    pub(super) fn bookkeeping(&self, node: NodeIx) -> Bookkeeping {
        if self.kept_books.contains(node.ix()) { bookkeeping(self.known, node) } else { Bookkeeping::None }
    }

    #[inline]
    pub(super) fn skips(&mut self, bookkeeping: Bookkeeping, edge: &Edge) -> bool {
        match bookkeeping {
            Bookkeeping::None => false,
            Bookkeeping::WeakMaps => self.skips_half(edge),
            Bookkeeping::NativeContext => {
                is_named(&self.known.heap, edge, "sloppy_function_map") || self.skips_half(edge)
            }
            Bookkeeping::MapDescriptors => {
                leading_integer(&self.known.heap, edge).is_some_and(|at| at >= 2 && at % 3 == 1)
            }
        }
    }

    /// Of a WeakMap entry's two edges the second one met is followed.
    #[inline]
    fn skips_half(&mut self, edge: &Edge) -> bool {
        let Some(pair) = self.known.ephemerons.of(edge) else { return false };
        self.half_open.toggle(pair.pair as usize);
        self.half_open.contains(pair.pair as usize)
    }
}

/// The nodes some of whose edges are bookkeeping: one pass, in order, over types and names.
fn bookkeepers(known: &Analysis) -> FixedBitSet {
    let heap = &known.heap;
    let mut named = NameTest::new(heap, |heap, name| {
        heap.strings().is(name, NATIVE_CONTEXT) || heap.strings().is(name, MAP_DESCRIPTORS)
    });
    let may_be = |node: &NodeIx| matches!(heap.kind(*node), NodeKind::HIDDEN | NodeKind::ARRAY);
    let mut found = known.ephemerons.holders().clone();
    found.extend(heap.nodes().filter(may_be).filter(|&node| named.holds(heap.name(node))).map(NodeIx::ix));
    found
}

/// What one of the [`bookkeepers`] keeps.
fn bookkeeping(known: &Analysis, node: NodeIx) -> Bookkeeping {
    let heap = &known.heap;
    let is_named = |name| heap.strings().is(heap.name(node), name);
    match heap.kind(node) {
        NodeKind::HIDDEN if is_named(NATIVE_CONTEXT) => Bookkeeping::NativeContext,
        NodeKind::ARRAY if is_named(MAP_DESCRIPTORS) => Bookkeeping::MapDescriptors,
        _ if known.ephemerons.has_halves(node) => Bookkeeping::WeakMaps,
        _ => Bookkeeping::None,
    }
}

fn is_named(heap: &Heap, edge: &Edge, name: &str) -> bool {
    edge.text_name().is_some_and(|text| heap.strings().is(text, name))
}

/// The integer that JavaScript's `parseInt` reads from an edge's name.
fn leading_integer(heap: &Heap, edge: &Edge) -> Option<i64> {
    match edge.name() {
        EdgeName::Index(index) => Some(i64::from(index)),
        EdgeName::Text(name) => parse_int(&heap.strings().text(name)),
    }
}

pub(in crate::analysis) fn parse_int(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse::<i64>().ok().map(|number| sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_as_javascript_does() {
        assert_eq!(parse_int(" 12 / part"), Some(12));
        assert_eq!((parse_int("-3x"), parse_int("x3"), parse_int("")), (Some(-3), None, None));
    }
}
