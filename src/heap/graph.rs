//! The columns and the questions they answer at once.

use std::ops::Range;

use super::{
    AHEAD, Detachedness, EdgeIx, EdgeKind, KindNames, Locations, NodeId, NodeIx, NodeKind, StrIx, Strings,
    WideColumn, fetch,
};

/// One snapshot's graph, immutable once built (see [`super::HeapBuilder`]).
///
/// Every edge's target and every name is in range, and the edges of node `n` lie together in
/// the order of the file: the builder has checked it.
#[derive(Debug)]
pub struct Heap {
    pub(super) node_kind: Vec<NodeKind>,
    pub(super) node_name: Vec<StrIx>,
    pub(super) node_id: WideColumn,
    pub(super) self_size: WideColumn,
    /// One more than there are nodes: the edges of `n` are `first_edge[n]..first_edge[n + 1]`.
    pub(super) first_edge: Vec<u32>,
    pub(super) detachedness: Option<Vec<u8>>,
    pub(super) trace_node: Option<Vec<u32>>,
    pub(super) edge_kind: Vec<EdgeKind>,
    pub(super) edge_name: Vec<u32>,
    pub(super) edge_to: Vec<NodeIx>,
    pub(super) root: NodeIx,
    pub(super) strings: Strings,
    pub(super) locations: Locations,
    pub(super) kind_names: KindNames,
    pub(super) extra_native_bytes: u64,
}

/// One reference from a node to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// Where it stands in the file's edge table.
    pub ix: EdgeIx,
    /// How it refers.
    pub kind: EdgeKind,
    /// A number for element and hidden edges, a string for all others.
    pub name_or_index: u32,
    /// The node referred to.
    pub to: NodeIx,
}

/// What an edge is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EdgeName {
    /// A position in an array or an internal slot.
    Index(u32),
    /// A property, variable or slot name.
    Text(StrIx),
}

impl Edge {
    /// What the edge is called.
    #[inline]
    pub fn name(&self) -> EdgeName {
        if self.kind.is_indexed() {
            EdgeName::Index(self.name_or_index)
        } else {
            EdgeName::Text(StrIx(self.name_or_index))
        }
    }

    /// The string naming the edge, unless a number names it.
    #[inline]
    pub fn text_name(&self) -> Option<StrIx> {
        (!self.kind.is_indexed()).then_some(StrIx(self.name_or_index))
    }
}

impl Heap {
    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.node_kind.len()
    }

    /// How many edges there are.
    pub fn edge_count(&self) -> usize {
        self.edge_to.len()
    }

    /// Every node in file order.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeIx> + ExactSizeIterator + use<> {
        (0..self.node_count() as u32).map(NodeIx)
    }

    /// The node everything hangs from.
    pub fn root(&self) -> NodeIx {
        self.root
    }

    /// What the node is to V8.
    #[inline]
    pub fn kind(&self, node: NodeIx) -> NodeKind {
        self.node_kind[node.ix()]
    }

    /// The node's name as the file has it: a class for objects, the text for strings.
    #[inline]
    pub fn name(&self, node: NodeIx) -> StrIx {
        self.node_name[node.ix()]
    }

    /// V8's number of the node.
    #[inline]
    pub fn id(&self, node: NodeIx) -> NodeId {
        NodeId(self.node_id.get(node.ix()))
    }

    /// The first node of that id. Cost: one pass over a 4-byte column.
    pub fn find(&self, id: NodeId) -> Option<NodeIx> {
        self.node_id.iter().position(|seen| seen == id.0).and_then(NodeIx::new)
    }

    /// The node's own bytes as the file has them, before DevTools' transfer to owners.
    #[inline]
    pub fn self_size(&self, node: NodeIx) -> u64 {
        self.self_size.get(node.ix())
    }

    /// The own bytes of all nodes.
    pub fn self_sizes(&self) -> &WideColumn {
        &self.self_size
    }

    /// The state written for the node; `None` where the file has no such field.
    #[inline]
    pub fn detachedness(&self, node: NodeIx) -> Option<Detachedness> {
        self.detachedness.as_ref().map(|states| Detachedness::from_code(states[node.ix()]))
    }

    /// Whether the file has a detachedness field at all.
    pub fn has_detachedness(&self) -> bool {
        self.detachedness.is_some()
    }

    /// The node of the allocation tree that made this object, 0 if none was recorded.
    pub fn trace_node(&self, node: NodeIx) -> u32 {
        self.trace_node.as_ref().map_or(0, |traces| traces[node.ix()])
    }

    /// Whether any object was made by a node of the allocation tree.
    pub fn has_trace_nodes(&self) -> bool {
        self.trace_node.is_some()
    }

    /// Where the node's edges stand in the edge table.
    #[inline]
    pub fn edge_range(&self, node: NodeIx) -> Range<usize> {
        self.first_edge[node.ix()] as usize..self.first_edge[node.ix() + 1] as usize
    }

    /// The node's edges in file order.
    #[inline]
    pub fn edges(&self, node: NodeIx) -> impl DoubleEndedIterator<Item = Edge> + ExactSizeIterator + '_ {
        let range = self.edge_range(node);
        let (kinds, names) = (&self.edge_kind[range.clone()], &self.edge_name[range.clone()]);
        let targets = &self.edge_to[range.clone()];
        let rows = kinds.iter().zip(names).zip(targets).zip(range.start as u32..range.end as u32);
        rows.map(|(((&kind, &name_or_index), &to), ix)| Edge { ix: EdgeIx(ix), kind, name_or_index, to })
    }

    /// The edge at a position.
    #[inline]
    pub fn edge(&self, edge: EdgeIx) -> Edge {
        self.edge_at(edge.ix())
    }

    /// How the edge at a position refers.
    #[inline]
    pub fn edge_kind(&self, edge: EdgeIx) -> EdgeKind {
        self.edge_kind[edge.ix()]
    }

    /// The edge at a position of [`Heap::edge_range`].
    #[inline]
    pub fn edge_at(&self, ix: usize) -> Edge {
        Edge {
            ix: EdgeIx(ix as u32),
            kind: self.edge_kind[ix],
            name_or_index: self.edge_name[ix],
            to: self.edge_to[ix],
        }
    }

    /// Where the node's edges lead, in file order: for walks, which mostly meet what they know
    /// and then need not look up how the edge refers.
    #[inline]
    pub fn targets(&self, node: NodeIx) -> impl DoubleEndedIterator<Item = (EdgeIx, NodeIx)> + '_ {
        let range = self.edge_range(node);
        (range.start as u32..range.end as u32).map(EdgeIx).zip(self.edge_to[range].iter().copied())
    }

    /// Asks for the edges of nodes that come after the one at `at`, for walks that take these
    /// nodes in turn and call this at each.
    #[inline]
    pub fn fetch_ahead(&self, nodes: &[NodeIx], at: usize) {
        if let Some(node) = nodes.get(at + 2 * AHEAD) {
            fetch(&self.first_edge, node.ix());
        }
        if let Some(node) = nodes.get(at + AHEAD) {
            let first = self.first_edge[node.ix()] as usize;
            fetch(&self.edge_to, first);
            fetch(&self.edge_kind, first);
        }
    }

    /// Asks where the edges of the nodes begin to which these edges lead.
    #[inline]
    pub fn fetch_targets(&self, edges: Range<usize>) {
        for to in &self.edge_to[edges] {
            fetch(&self.first_edge, to.ix());
        }
    }

    /// Takes positions of edges away until one leads to a node that passes.
    #[inline]
    pub fn find_target(
        &self,
        rest: &mut Range<usize>,
        passes: impl Fn(NodeIx) -> bool,
    ) -> Option<(EdgeIx, NodeIx)> {
        let found = self.edge_to[rest.clone()].iter().position(|&to| passes(to));
        let ix = rest.start + found.unwrap_or(rest.len());
        rest.start = rest.end.min(ix + 1);
        found.map(|_| (EdgeIx(ix as u32), self.edge_to[ix]))
    }

    /// The node an edge starts from. Cost: a binary search.
    pub fn edge_source(&self, edge: EdgeIx) -> NodeIx {
        NodeIx(self.first_edge.partition_point(|&first| first <= edge.0) as u32 - 1)
    }

    /// The types of all edges, in file order.
    pub fn edge_kinds(&self) -> &[EdgeKind] {
        &self.edge_kind
    }

    /// The targets of all edges, in file order.
    pub fn edge_targets(&self) -> &[NodeIx] {
        &self.edge_to
    }

    /// The names (string or number) of all edges, in file order.
    pub fn edge_names(&self) -> &[u32] {
        &self.edge_name
    }

    /// The string table.
    pub fn strings(&self) -> &Strings {
        &self.strings
    }

    /// Where functions and objects were made.
    pub fn locations(&self) -> &Locations {
        &self.locations
    }

    /// The names of node and edge types.
    pub fn kind_names(&self) -> &KindNames {
        &self.kind_names
    }

    /// Bytes outside the V8 heap that belong to no node.
    pub fn extra_native_bytes(&self) -> u64 {
        self.extra_native_bytes
    }
}
