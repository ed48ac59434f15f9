//! The variable behind a numbered slot of a context.
//!
//! V8 names the variables of function scopes, but numbers those of some module scopes, where
//! the very variable that leaks may live: `2 in system / Context`. The scope's description
//! (`scope_info`) lists the names as its own slots, by the same numbers. The name is only
//! taken where the description names exactly the slots there are, and is shown beside the
//! number, which is what Chrome DevTools shows.

use crate::{
    analysis::Analysis,
    heap::{Edge, EdgeKind, Heap, NodeIx, NodeKind},
};

/// Contexts of more slots are left as they are: this is asked for each row on screen.
const MANY: usize = 512;

/// What the program calls the variable in this slot, if the edge is a slot of a context.
pub(super) fn variable(known: &Analysis, edge: &Edge) -> Option<String> {
    let heap = &known.heap;
    if edge.kind != EdgeKind::HIDDEN {
        return None;
    }
    let context = heap.edge_source(edge.ix);
    if heap.edge_range(context).len() > MANY || !known.names.raw_is(heap, context, "system / Context") {
        return None;
    }
    let scope = heap.edges(context).find(|edge| is_named(heap, edge, "scope_info"))?.to;
    if heap.edge_range(scope).len() > MANY {
        return None;
    }
    let names: Vec<Edge> = slots(heap, scope).filter(|slot| heap.kind(slot.to) == NodeKind::STRING).collect();
    let numbers =
        |slots: &mut dyn Iterator<Item = Edge>| slots.map(|slot| slot.name_or_index).collect::<Vec<_>>();
    if numbers(&mut names.iter().copied()) != numbers(&mut slots(heap, context)) {
        return None;
    }
    let name = names.iter().find(|slot| slot.name_or_index == edge.name_or_index)?;
    Some(heap.strings().text(heap.name(name.to)).into_owned())
}

fn slots(heap: &Heap, node: NodeIx) -> impl Iterator<Item = Edge> + '_ {
    heap.edges(node).filter(|edge| edge.kind == EdgeKind::HIDDEN)
}

fn is_named(heap: &Heap, edge: &Edge, name: &str) -> bool {
    edge.text_name().is_some_and(|text| heap.strings().is(text, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn named(scope: &str) -> Option<String> {
        let text = format!(
            "0!synthetic>1 1=system~/~Context>internal.scope_info.2,hidden.0.3,hidden.1.4 \
             2!code=system~/~ScopeInfo>{scope} 3=A 4=B 5!string=leaks 6!string=server 7=Other"
        );
        let known = Analysis::complete(heap(&text));
        let slot = slots(&known.heap, NodeIx(1)).next().expect("a slot");
        variable(&known, &slot)
    }

    #[test]
    fn a_slot_is_called_what_its_scope_calls_it() {
        assert_eq!(named("hidden.0.5,hidden.1.6,hidden.2.7").as_deref(), Some("leaks"));
    }

    #[test]
    fn a_scope_that_names_other_slots_names_none() {
        assert_eq!(named("hidden.1.5"), None);
        assert_eq!(named("hidden.0.5,hidden.1.6,hidden.2.5"), None);
    }
}
