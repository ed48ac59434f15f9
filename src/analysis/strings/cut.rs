//! Which strings V8 cut when it wrote them.
//!
//! New V8 says so (an internal edge `truncated`), with the whole string's length and hash; older
//! files only show a text of 1,024 units and a size that is larger than that needs.

use crate::heap::{EdgeKind, Heap, NodeIx, NodeKind, StrIx};

/// Where V8 cuts texts, in UTF-16 units.
pub const LIMIT: usize = 1024;

/// What a file says of a string it does not hold whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Whole {
    /// The whole string's length in UTF-16 units.
    pub length: Option<i64>,
    /// V8's hash of it.
    pub hash: Option<i64>,
}

/// Length and hash of the whole string, where the file says that it was cut.
pub fn stated(heap: &Heap, node: NodeIx) -> Option<Whole> {
    let truncated = slot(heap, node, "truncated")?;
    if value(heap, truncated, "bool")? != "true" {
        return None;
    }
    let number = |name| value(heap, slot(heap, node, name)?, "int")?.parse().ok();
    Some(Whole { length: number("length"), hash: number("hash") })
}

/// The target of the first internal edge of that name.
fn slot(heap: &Heap, node: NodeIx, name: &str) -> Option<NodeIx> {
    let mut edges = heap.edges(node).filter(|edge| edge.kind == EdgeKind::INTERNAL);
    edges.find(|edge| heap.strings().is(StrIx(edge.name_or_index), name)).map(|edge| edge.to)
}

/// What a number node of that name holds, as text.
fn value<'a>(heap: &'a Heap, node: NodeIx, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    if heap.kind(node) != NodeKind::NUMBER || !heap.strings().is(heap.name(node), name) {
        return None;
    }
    Some(heap.strings().text(heap.name(slot(heap, node, "value")?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn a_cut_string_tells_its_length_and_hash() {
        let heap = heap(
            "0!string=abc>internal.truncated.1,internal.length.3,internal.hash.5 \
             1!number=bool>internal.value.2 2!string=true 3!number=int>internal.value.4 4!string=9000 \
             5!number=int>internal.value.6 6!string=77 7!string=x>internal.truncated.8 \
             8!number=bool>internal.value.9 9!string=false",
        );
        assert_eq!(stated(&heap, NodeIx(0)), Some(Whole { length: Some(9000), hash: Some(77) }));
        assert_eq!(stated(&heap, NodeIx(7)), None, "whole");
        assert_eq!(stated(&heap, NodeIx(2)), None, "nothing said");
    }
}
