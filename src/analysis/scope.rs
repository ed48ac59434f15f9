//! Names of variables that V8 leaves out of the file.
//!
//! V8 names the variables of a function's context, but not those of a block's: `const leaks = []`
//! between braces hangs from its `system / Context` by a bare number. The context's `ScopeInfo`
//! still lists the names in the same order. V8 numbers only slots that hold objects, so names and
//! numbers meet for certain only when no slot holds a small integer: as many numbered slots as
//! names, in a context of just that size. Otherwise nothing is claimed.
//!
//! Source: `src/profiler/heap-snapshot-generator.cc` (`ExtractContextReferences`,
//! `IndexedReferencesExtractor`) and `src/objects/scope-info.h` of V8. Cost: the edges of the
//! context and of its `ScopeInfo`.

use std::borrow::Cow;

use super::names::edge_name;
use crate::heap::{Edge, EdgeKind, Heap, NodeIx, NodeKind, StrIx};

/// Words of a context before its variables: map, length, scope info, outer context.
const HEADER_WORDS: u64 = 4;

/// Contexts of more slots are left as they are: rows on screen ask this each time they are drawn.
const MANY: usize = 512;

/// What an edge is called, for people: its name, and for a numbered slot of a scope the variable
/// beside the number that DevTools shows. Not yet safe for a terminal.
pub fn edge_label<'a>(heap: &'a Heap, from: NodeIx, edge: &Edge) -> Cow<'a, str> {
    let name = edge_name(heap, edge);
    match variable(heap, from, edge) {
        Some(variable) => Cow::Owned(format!("{} (slot {name})", heap.strings().text(variable))),
        None => name,
    }
}

/// The variable that `edge` of `context` stands for, where the file tells only indirectly.
pub fn variable(heap: &Heap, context: NodeIx, edge: &Edge) -> Option<StrIx> {
    if edge.kind != EdgeKind::HIDDEN || !heap.strings().is(heap.name(context), "system / Context") {
        return None;
    }
    let scope_info = scope_info(heap, context)?;
    if heap.edge_range(context).len().max(heap.edge_range(scope_info).len()) > MANY {
        return None;
    }
    let names = local_names(heap, scope_info);
    let slots =
        heap.edges(context).filter(|edge| edge.kind == EdgeKind::HIDDEN).map(|edge| edge.name_or_index);
    let used = slots.max()? as usize + 1;
    let words = names.len() as u64 + HEADER_WORDS;
    let fits = [8, 4].map(|word| words * word).contains(&heap.self_size(context));
    (fits && used == names.len()).then(|| names[edge.name_or_index as usize])
}

fn scope_info(heap: &Heap, context: NodeIx) -> Option<NodeIx> {
    let is_scope_info = |edge: &Edge| {
        edge.kind == EdgeKind::INTERNAL && heap.strings().is(StrIx(edge.name_or_index), "scope_info")
    };
    heap.edges(context).find(is_scope_info).map(|edge| edge.to)
}

/// The names a scope info begins with, in the order of the context's slots.
fn local_names(heap: &Heap, scope_info: NodeIx) -> Vec<StrIx> {
    heap.edges(scope_info)
        .filter(|edge| edge.kind == EdgeKind::HIDDEN)
        .take_while(|edge| heap.kind(edge.to) == NodeKind::STRING)
        .map(|edge| heap.name(edge.to))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn names(context_size: u32, slots: &str) -> Vec<Option<String>> {
        let heap = heap(&format!(
            "0:{context_size}=system~/~Context>internal.scope_info.1,{slots} \
             1!code=system~/~ScopeInfo>hidden.0.2,hidden.1.3,hidden.2.1 2!string=out 3!string=leaks"
        ));
        let slots = heap.edges(NodeIx(0)).skip(1);
        slots
            .map(|edge| variable(&heap, NodeIx(0), &edge))
            .map(|name| Some(heap.strings().text(name?).into_owned()))
            .collect()
    }

    #[test]
    fn a_blocks_variables_get_the_names_of_its_scope() {
        let expected = [Some("out".to_owned()), Some("leaks".to_owned())];
        assert_eq!(names(48, "hidden.0.2,hidden.1.3"), expected);
        assert_eq!(names(24, "hidden.0.2,hidden.1.3"), expected, "compressed pointers");
    }

    #[test]
    fn nothing_is_claimed_where_a_number_may_sit_in_between() {
        assert_eq!(names(48, "hidden.0.3"), [None], "one of two slots holds an integer");
        assert_eq!(names(56, "hidden.0.2,hidden.1.3"), [None, None], "a slot more than names");
    }
}
