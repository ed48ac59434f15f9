//! Retainers: the edges of the heap, found from their targets.
//!
//! A counting sort of all edges by target. Of each in-edge only the source node is kept (4
//! bytes), with one bit the caller chooses in its top; which of the source's edges it was is
//! read off the source when somebody looks. Cost: two passes over the edges, 4 bytes an edge
//! and 4 a node.

use super::{AHEAD, Edge, EdgeIx, Heap, NodeIx, fetch};

/// The bit of a source that says the caller marked the edge.
const MARK: u32 = 1 << 31;

/// For every node, the nodes that refer to it.
#[derive(Debug)]
pub struct InEdges {
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
    pub fn build<E, M: Fn(EdgeIx, NodeIx) -> bool>(
        heap: &Heap,
        marked: impl Fn(NodeIx) -> M,
        mut tick: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut first = vec![0u32; heap.node_count() + 1];
        let targets = heap.edge_targets();
        for (at, to) in targets.iter().enumerate() {
            targets.get(at + 2 * AHEAD).inspect(|later| fetch(&first, later.ix()));
            first[to.ix()] += 1;
        }
        let mut sum = 0;
        for start in &mut first {
            sum += *start;
            *start = sum;
        }
        // Each bucket is filled from its end, walking the edges backwards: file order results.
        let mut sources = vec![0u32; heap.edge_count()];
        for node in heap.nodes().rev() {
            if node.0 & 0xFFFF == 0 {
                tick(0x1_0000)?;
            }
            let marked = marked(node);
            for (edge, to) in heap.targets(node).rev() {
                let later = edge.ix().checked_sub(2 * AHEAD).and_then(|at| targets.get(at));
                later.inspect(|later| fetch(&first, later.ix()));
                let slot = &mut first[to.ix()];
                *slot -= 1;
                sources[*slot as usize] = node.0 | if marked(edge, to) { MARK } else { 0 };
            }
        }
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

    fn build(heap: &Heap, marked: impl Fn(NodeIx) -> bool) -> InEdges {
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
    fn two_edges_between_the_same_nodes_are_two_in_edges() {
        let heap = heap("0>1,1,2 1>2 2");
        let edges = build(&heap, |_| false);
        let found: Vec<_> = edges.of(&heap, NodeIx(1)).map(|found| (found.from.0, found.edge.ix.0)).collect();
        assert_eq!(found, [(0, 0), (0, 1)]);
    }
}
