//! Retainers: the edges of the heap, found from their targets.
//!
//! A counting sort of all edges by target: [`direct`], or [`parted`] where the counters are too
//! many for the processor's cache. Of each in-edge only the source node is kept (4 bytes), with
//! one bit the caller chooses in its top; which of the source's edges it was is read off the
//! source when somebody looks. Cost: two to four passes over the edges, 4 bytes an edge and 4 a
//! node.

mod direct;
mod parted;

use super::{Edge, EdgeIx, Heap, NodeIx, fetch};

/// Nodes whose counters the processor's cache holds, more or less.
const NEAR: usize = 6 << 20;

/// The bit of a source that says the caller marked the edge.
const MARK: u32 = 1 << 31;

/// For every node, the nodes that refer to it.
#[derive(Debug)]
pub struct InEdges {
    first: Vec<u32>,
    sources: Vec<u32>,
}

/// What a sort answers: where each node's in-edges begin, and the sources of all.
struct Sorted {
    first: Vec<u32>,
    sources: Vec<u32>,
}

/// One edge seen from its target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InEdge {
    /// The node that refers.
    pub from: NodeIx,
    /// How it refers.
    pub edge: Edge,
}

impl InEdges {
    /// The in-edges of all nodes, where `marked` tells of each node which of its edges to mark.
    /// `tick` is told of each 65,536 nodes passed and stops the work by answering an error.
    pub fn build<E: Send, M: Fn(EdgeIx, NodeIx) -> bool>(
        heap: &Heap,
        marked: impl Fn(NodeIx) -> M + Sync,
        tick: impl Fn(usize) -> Result<(), E> + Sync,
    ) -> Result<Self, E> {
        let Sorted { first, sources } = if heap.node_count() < NEAR {
            direct::sort(heap, &marked, &tick)?
        } else {
            parted::sort(heap, &marked, &tick)?
        };
        Ok(Self { first, sources })
    }

    fn slots(&self, node: NodeIx) -> &[u32] {
        &self.sources[self.first[node.ix()] as usize..self.first[node.ix() + 1] as usize]
    }

    /// Asks where the node's in-edges begin.
    #[inline]
    pub fn fetch_place(&self, node: NodeIx) {
        fetch(&self.first, node.ix());
    }

    /// Asks for the sources of the node's in-edges, some time after [`InEdges::fetch_place`].
    #[inline]
    pub fn fetch_sources(&self, node: NodeIx) {
        fetch(&self.sources, self.first[node.ix()] as usize);
    }

    /// How many edges lead to the node, of all types.
    pub fn count(&self, node: NodeIx) -> usize {
        self.slots(node).len()
    }

    /// The sources of the node's in-edges in file order, and whether each edge was marked.
    #[inline]
    pub fn sources(
        &self,
        node: NodeIx,
    ) -> impl ExactSizeIterator<Item = (NodeIx, bool)> + DoubleEndedIterator + Clone + '_ {
        self.slots(node).iter().map(|&slot| (NodeIx(slot & !MARK), slot & MARK != 0))
    }

    /// The node's in-edges in file order. Cost: the edges of each distinct source.
    pub fn of<'a>(&'a self, heap: &'a Heap, node: NodeIx) -> impl Iterator<Item = InEdge> + 'a {
        let mut last = None;
        self.sources(node)
            .map(|(from, _)| from)
            .filter(move |&from| last.replace(from) != Some(from))
            .flat_map(move |from| {
                heap.edges(from).filter(move |edge| edge.to == node).map(move |edge| InEdge { from, edge })
            })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::heap::fixture::heap;

    fn build(heap: &Heap, marked: impl Fn(NodeIx) -> bool + Sync) -> InEdges {
        let marked = |from| {
            let all = marked(from);
            move |_, _| all
        };
        InEdges::build(heap, marked, |_| Ok::<(), Infallible>(())).unwrap_or_else(|never| match never {})
    }

    #[test]
    fn in_edges_come_in_file_order_with_their_marks() {
        let heap = heap("0>1,2 1>2,2 2>0");
        let edges = build(&heap, |from| from == NodeIx(1));
        let sources: Vec<_> = edges.sources(NodeIx(2)).map(|(from, mark)| (from.0, mark)).collect();
        assert_eq!(sources, [(0, false), (1, true), (1, true)]);
        assert_eq!(edges.sources(NodeIx(0)).collect::<Vec<_>>(), [(NodeIx(2), false)]);
        assert_eq!(edges.count(NodeIx(1)), 1);
    }

    #[test]
    fn both_sorts_agree_over_many_buckets() {
        // All but a few lead to the first two buckets, so that sources stand far apart in the others.
        let nodes = 300_000;
        let near = |node: u32, way: u32| (node * 7919 + way * way * 104_729 + 3) % 131_072;
        let far = |node: u32| (node % 32_767 < 2).then(|| 150_000 + node / 2);
        let edges =
            |node| (0..node % 4).map(move |way| near(node, way)).chain(far(node)).map(|to| to.to_string());
        let text: Vec<_> =
            (0..nodes).map(|node| format!("{node}>{}", edges(node).collect::<Vec<_>>().join(","))).collect();
        let heap = heap(&text.join(" ").replace("> ", " "));
        let marked = |from: NodeIx| move |edge: EdgeIx, to: NodeIx| (from.0 ^ edge.0 ^ to.0) & 1 == 0;
        let never = |_| Ok::<(), Infallible>(());
        let Ok(parted) = parted::sort(&heap, marked, never);
        let Ok(direct) = direct::sort(&heap, marked, never);
        assert_eq!((parted.first, parted.sources), (direct.first, direct.sources));
    }

    #[test]
    fn two_edges_between_the_same_nodes_are_two_in_edges() {
        let heap = heap("0>1,1,2 1>2 2");
        let edges = build(&heap, |_| false);
        let found: Vec<_> = edges.of(&heap, NodeIx(1)).map(|found| (found.from.0, found.edge.ix.0)).collect();
        assert_eq!(found, [(0, 0), (0, 1)]);
    }
}
