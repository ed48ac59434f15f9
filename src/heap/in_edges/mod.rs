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

    /// What each node refers to, as a heap whose both sorts, however many share the work, must agree.
    fn sorts_agree(edges: &[Vec<u32>]) {
        let targets = |to: &[u32]| to.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let node = |(node, to): (usize, &Vec<u32>)| {
            if to.is_empty() { node.to_string() } else { format!("{node}>{}", targets(to)) }
        };
        let heap = heap(&edges.iter().enumerate().map(node).collect::<Vec<_>>().join(" "));
        let marked = |from: NodeIx| move |edge: EdgeIx, to: NodeIx| (from.0 ^ edge.0 ^ to.0) & 1 == 0;
        let never = |_| Ok::<(), Infallible>(());
        let Ok(direct) = direct::sort(&heap, marked, never);
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            for most in [0, usize::MAX] {
                let Ok(parted) = pool.install(|| parted::sort_copying(most, &heap, marked, never));
                assert!(parted.first == direct.first && parted.sources == direct.sources, "{threads} {most}");
            }
        }
    }

    #[test]
    fn both_sorts_agree_over_many_buckets() {
        let nodes = 200_000;
        let anywhere = |node: u32, way: u32| (node * 7919 + way * way * 104_729 + 3) % nodes;
        let edges = (0..nodes).map(|node| (0..node % 4).map(|way| anywhere(node, way)).collect());
        sorts_agree(&edges.collect::<Vec<_>>());
    }

    #[test]
    fn both_sorts_agree_on_sources_far_apart() {
        for nodes in [1, 65_536, 65_537, 400_003] {
            let mut edges = vec![Vec::new(); nodes];
            for bucket in (0..nodes).step_by(1 << 16) {
                let mut node = bucket / 20_000;
                for gap in [0, 1, 32_766, 32_767, 32_768, 40_000, 65_535, 65_536, 65_537].iter().cycle() {
                    let Some(edges) = edges.get_mut(node) else { break };
                    edges.extend([bucket as u32, (bucket + 0xFFFF).min(nodes - 1) as u32]);
                    node += gap.max(&1);
                }
            }
            sorts_agree(&edges);
        }
    }

    #[test]
    fn two_edges_between_the_same_nodes_are_two_in_edges() {
        let heap = heap("0>1,1,2 1>2 2");
        let edges = build(&heap, |_| false);
        let found: Vec<_> = edges.of(&heap, NodeIx(1)).map(|found| (found.from.0, found.edge.ix.0)).collect();
        assert_eq!(found, [(0, 0), (0, 1)]);
    }
}
