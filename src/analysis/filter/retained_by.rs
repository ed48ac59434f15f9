//! What would go with all holders of a kind: DevTools' "Objects retained by …".
//!
//! A walk from the root that avoids the holders; what it does not reach, and some way leads to,
//! lives by them alone. Unlike distances, the walk follows all of V8's bookkeeping edges.

use fixedbitset::FixedBitSet;

use crate::{
    analysis::{Analysis, edge_name, memo::NameTest, walk},
    heap::{Detachedness, Edge, Heap, NodeIx, NodeKind, StrIx},
    job::{Cancelled, Job},
};

/// What holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Holder {
    /// Detached DOM nodes.
    Detached,
    /// Scopes: `system / Context`.
    Contexts,
    /// The console of DevTools.
    Console,
    /// Event handlers of a page.
    EventHandlers,
}

impl Holder {
    /// What is reached without these holders.
    pub(super) fn without(self, known: &Analysis, job: &Job) -> Result<FixedBitSet, Cancelled> {
        let heap = &*known.heap;
        job.phase("walking around holders", "nodes", heap.node_count());
        let walk = |follows: &mut dyn FnMut(NodeIx, &Edge) -> bool| {
            walk::reached(heap, vec![heap.root()], follows, job)
        };
        match self {
            Self::Detached => {
                walk(&mut |_, edge| known.names.detachedness(edge.to) != Detachedness::Detached)
            }
            Self::Contexts => {
                let mut is_context = NameTest::new(heap, is_context);
                walk(&mut |_, edge| known.names.is_renamed(edge.to) || !is_context.holds(heap.name(edge.to)))
            }
            Self::Console => walk(&mut |from, edge| {
                heap.kind(from) != NodeKind::SYNTHETIC
                    || !edge_name(heap, edge).ends_with(" / DevTools console")
            }),
            Self::EventHandlers => {
                let handlers = event_handlers(known);
                walk(&mut |_, edge| !handlers.contains(edge.to.ix()))
            }
        }
    }
}

fn is_context(heap: &Heap, name: StrIx) -> bool {
    let rest = heap.strings().raw(name).strip_prefix(b"system / Context");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b" / "))
}

/// The functions that listeners of a page call: what a `V8EventListener` refers to as `1`, or the
/// first thing in there that has code.
fn event_handlers(known: &Analysis) -> FixedBitSet {
    let heap = &*known.heap;
    let mut handlers = FixedBitSet::with_capacity(heap.node_count());
    let mut is_listener = NameTest::new(heap, |heap, name| heap.strings().is(name, "V8EventListener"));
    for node in heap.nodes() {
        if !is_listener.holds(heap.name(node)) || known.names.is_renamed(node) {
            continue;
        }
        let Some(callback) = target(heap, node, "1") else { continue };
        let has_code = |&node: &NodeIx| target(heap, node, "code").is_some();
        let inside = || heap.edges(callback).map(|edge| edge.to).find(has_code);
        let handler = if has_code(&callback) { callback } else { inside().unwrap_or(callback) };
        handlers.insert(handler.ix());
    }
    handlers
}

/// Where the first edge of that name leads, whatever its type.
fn target(heap: &Heap, node: NodeIx, name: &str) -> Option<NodeIx> {
    heap.edges(node).find(|edge| edge_name(heap, edge) == name).map(|edge| edge.to)
}

#[cfg(test)]
mod tests {
    use crate::analysis::filter::tests::passing;

    #[test]
    fn what_a_scope_alone_holds_is_retained_by_contexts() {
        let text =
            "0!synthetic>1 1=A>s.2,x.4 2:8=system~/~Context~/~f>context.v.3,context.w.4 3=B 4=C 5=Lost";
        assert_eq!(passing(text, &["retained-by:contexts"]), [2, 3]);
    }

    #[test]
    fn what_the_console_holds_is_told_by_the_edges_name() {
        let text = "0!synthetic>1 1!synthetic=(Global~handles)>internal.7~/~DevTools~console.2,internal.8.3 2=A>4 3=B 4=C";
        assert_eq!(passing(text, &["retained-by:console"]), [2, 4]);
    }

    #[test]
    fn a_handler_may_lie_inside_a_wrapper() {
        let text = "0!synthetic>1 1!native=V8EventListener>internal.1.2 2=Wrapper>plain.3,call.4 3=X \
                    4!closure=f>internal.code.5,x.6 5!code 6=Held";
        assert_eq!(passing(text, &["retained-by:event-handlers"]), [4, 5, 6]);
    }
}
