//! What the heap is made of, as DevTools' Statistics view divides it.
//!
//! Each node counts once, by the first that fits: hidden, native, code, string, array. What no
//! node stands for (native bytes of the page) counts as native. One pass over the nodes, and
//! the edges of arrays; in-edges must be known, or an array's elements are left to "other".

use super::Analysis;
use crate::heap::{EdgeKind, NodeIx, NodeKind};

/// Bytes by what they are, in DevTools' terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// The whole heap.
    pub total: u64,
    /// All that lies outside V8's heap.
    pub native_total: u64,
    /// Of that, what backs typed arrays and array buffers.
    pub typed_arrays: u64,
    /// All that lies in V8's heap.
    pub v8_total: u64,
    /// Of that, compiled code.
    pub code: u64,
    /// Of that, arrays of the program with their elements.
    pub js_arrays: u64,
    /// Of that, strings.
    pub strings: u64,
    /// Of that, V8's own structures.
    pub system: u64,
}

impl Statistics {
    /// The parts as DevTools names and orders them; together they are the whole heap.
    pub fn categories(&self) -> [(&'static str, u64); 7] {
        let named = self.code + self.strings + self.js_arrays + self.system;
        [
            ("Code", self.code),
            ("Strings", self.strings),
            ("JS arrays", self.js_arrays),
            ("Typed arrays", self.typed_arrays),
            ("System objects", self.system),
            ("Other JS objects", self.v8_total.saturating_sub(named)),
            ("Other non-JS objects (such as HTML and CSS)", self.native_total - self.typed_arrays),
        ]
    }
}

/// Into which part of the heap a node falls, in the order of [`Statistics::categories`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Compiled code.
    Code,
    /// Strings, flat, concatenated and sliced.
    Strings,
    /// Arrays of the program, their elements with them.
    JsArrays,
    /// What backs typed arrays and array buffers.
    TypedArrays,
    /// V8's own structures.
    System,
    /// All else in V8's heap.
    OtherJs,
    /// All else outside.
    OtherNative,
}

/// The part a node falls into.
pub fn part(known: &Analysis, node: NodeIx) -> Part {
    let (heap, names) = (&known.heap, &known.names);
    match heap.kind(node) {
        NodeKind::HIDDEN => Part::System,
        NodeKind::NATIVE if names.raw_is(heap, node, "system / JSArrayBufferData") => Part::TypedArrays,
        NodeKind::NATIVE => Part::OtherNative,
        NodeKind::CODE => Part::Code,
        kind if kind.is_string() => Part::Strings,
        _ if names.raw_is(heap, node, "Array") => Part::JsArrays,
        _ => Part::OtherJs,
    }
}

/// The statistics of a heap.
pub fn of(known: &Analysis) -> Statistics {
    let extra = known.heap.extra_native_bytes();
    let mut sums = Statistics { total: known.total_size(), native_total: extra, ..Statistics::default() };
    for node in known.heap.nodes() {
        let size = known.shallow(node);
        match part(known, node) {
            Part::System => sums.system += size,
            Part::TypedArrays => {
                sums.typed_arrays += size;
                sums.native_total += size;
            }
            Part::OtherNative => sums.native_total += size,
            Part::Code => sums.code += size,
            Part::Strings => sums.strings += size,
            Part::JsArrays => {
                sums.js_arrays += size + elements(known, node).map_or(0, |elements| known.shallow(elements));
            }
            Part::OtherJs => {}
        }
    }
    sums.v8_total = sums.total.saturating_sub(sums.native_total);
    sums
}

/// An array's elements, if nothing but the array refers to them; they count with it.
pub(super) fn elements(known: &Analysis, array: NodeIx) -> Option<NodeIx> {
    let heap = &known.heap;
    let is_elements = |name| heap.strings().is(name, "elements");
    let mut edges = heap.edges(array).filter(|edge| edge.kind == EdgeKind::INTERNAL);
    let elements = edges.find(|edge| edge.text_name().is_some_and(is_elements))?.to;
    (known.retainers.as_ref()?.count(elements) == 1).then_some(elements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn statistics(text: &str) -> Statistics {
        of(&Analysis::complete(heap(text)))
    }

    #[test]
    fn every_byte_is_in_one_part() {
        let found = statistics(
            "0!synthetic>1 1=global>2,3,4,5,6 2:10!code 3:20!string 4:30!native=system~/~JSArrayBufferData \
             5:40!native=Node 6:50=Server",
        );
        assert_eq!((found.total, found.native_total, found.v8_total), (150, 70, 80));
        assert_eq!(found.categories().map(|(_, bytes)| bytes), [10, 20, 0, 30, 0, 50, 40]);
    }

    #[test]
    fn elements_belong_to_the_array_that_alone_refers_to_them() {
        // Without a user root no size is moved to its owner.
        let alone =
            statistics("0!synthetic>internal.x.1 1!synthetic>2 2:16=Array>internal.elements.3 3:80!array=");
        assert_eq!(alone.js_arrays, 96);
        let shared =
            statistics("0!synthetic>internal.x.1 1!synthetic>2,3 2:16=Array>internal.elements.3 3:80!array=");
        assert_eq!(shared.js_arrays, 16);
    }
}
