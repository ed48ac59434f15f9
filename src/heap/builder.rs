//! Columns → [`Heap`], or what is wrong with them.

use rayon::prelude::*;
use thiserror::Error;

use super::{EdgeKind, Heap, KindNames, Locations, NodeIx, NodeKind, StrIx, Strings, WideColumn};

/// The columns of a heap before they are checked against each other.
#[derive(Debug)]
pub struct HeapBuilder {
    /// Type of each node.
    pub node_kind: Vec<NodeKind>,
    /// Name of each node.
    pub node_name: Vec<StrIx>,
    /// `@id` of each node.
    pub node_id: WideColumn,
    /// Own bytes of each node.
    pub self_size: WideColumn,
    /// How many edges each node has.
    pub edge_counts: Vec<u32>,
    /// Attached, detached or unknown, where the file has the field.
    pub detachedness: Option<Vec<u8>>,
    /// Allocation-tree node of each node, where the file has the field.
    pub trace_node: Option<Vec<u32>>,
    /// Type of each edge, grouped by source node.
    pub edge_kind: Vec<EdgeKind>,
    /// String or number naming each edge.
    pub edge_name: Vec<u32>,
    /// Target of each edge.
    pub edge_to: Vec<NodeIx>,
    /// The root.
    pub root: NodeIx,
    /// The string table.
    pub strings: Strings,
    /// Source locations; those of no node are dropped.
    pub locations: Vec<super::Location>,
    /// Names of the types used.
    pub kind_names: KindNames,
    /// Bytes that belong to no node.
    pub extra_native_bytes: u64,
}

/// Rows that one task checks.
const PIECE: usize = 1 << 16;

/// What makes columns no heap. Rows count from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum BuildError {
    /// No node at all.
    #[error("it has no nodes")]
    NoNodes,
    /// More nodes or edges than positions can name.
    #[error(
        "it has {nodes} nodes and {edges} edges; at most 2147483647 nodes and 4294967294 edges can be held"
    )]
    TooLarge {
        /// Nodes found.
        nodes: usize,
        /// Edges found.
        edges: usize,
    },
    /// The nodes' edge counts disagree with the edges.
    #[error("the nodes announce {announced} edges, the edges section holds {held}")]
    EdgeSum {
        /// Sum of the nodes' `edge_count`.
        announced: u64,
        /// Rows of the edges section.
        held: usize,
    },
    /// A node's name is no string of the file.
    #[error("node {row} is named by string {name}, but there are only {strings} strings")]
    NodeName {
        /// The node.
        row: usize,
        /// The string it names.
        name: u32,
        /// How many there are.
        strings: usize,
    },
    /// An edge's name is no string of the file.
    #[error("edge {row} is named by string {name}, but there are only {strings} strings")]
    EdgeName {
        /// The edge.
        row: usize,
        /// The string it names.
        name: u32,
        /// How many there are.
        strings: usize,
    },
    /// An edge leads to no node of the file.
    #[error("edge {row} leads to node {to}, but there are only {nodes} nodes")]
    EdgeTarget {
        /// The edge.
        row: usize,
        /// Where it leads.
        to: u32,
        /// How many nodes there are.
        nodes: usize,
    },
    /// The root is no node of the file.
    #[error("the root is node {root}, but there are only {nodes} nodes")]
    Root {
        /// The root announced.
        root: u32,
        /// How many nodes there are.
        nodes: usize,
    },
}

impl HeapBuilder {
    /// The heap of these columns. Cost: one pass over names and targets, on all cores.
    ///
    /// # Errors
    ///
    /// [`BuildError`] where a count, a name or a target is out of range.
    ///
    /// # Panics
    ///
    /// Where columns of one table differ in length: the caller made them.
    pub fn build(self) -> Result<Heap, BuildError> {
        let (nodes, edges) = (self.node_kind.len(), self.edge_to.len());
        assert!(
            self.node_name.len() == nodes
                && self.node_id.len() == nodes
                && self.self_size.len() == nodes
                && self.edge_counts.len() == nodes
        );
        assert!(self.edge_kind.len() == edges && self.edge_name.len() == edges);
        if nodes == 0 {
            return Err(BuildError::NoNodes);
        }
        if nodes >= 1 << 31 || edges >= u32::MAX as usize {
            return Err(BuildError::TooLarge { nodes, edges });
        }
        if self.root.ix() >= nodes {
            return Err(BuildError::Root { root: self.root.0, nodes });
        }
        self.check_names()?;
        self.check_targets()?;
        let first_edge = first_edges(self.edge_counts, edges)?;
        Ok(Heap {
            node_kind: self.node_kind,
            node_name: self.node_name,
            node_id: self.node_id,
            self_size: self.self_size,
            first_edge,
            detachedness: self.detachedness,
            trace_node: self.trace_node,
            edge_kind: self.edge_kind,
            edge_name: self.edge_name,
            edge_to: self.edge_to,
            root: self.root,
            strings: self.strings,
            locations: Locations::new(&self.locations, nodes),
            kind_names: self.kind_names,
            extra_native_bytes: self.extra_native_bytes,
        })
    }

    fn check_names(&self) -> Result<(), BuildError> {
        let strings = self.strings.len();
        let node = |row: usize| self.node_name[row].ix() >= strings;
        if let Some(row) = first_row(self.node_name.len(), node) {
            return Err(BuildError::NodeName { row, name: self.node_name[row].0, strings });
        }
        let edge = |row: usize| self.edge_name[row] as usize >= strings && !self.edge_kind[row].is_indexed();
        match first_row(self.edge_name.len(), edge) {
            Some(row) => Err(BuildError::EdgeName { row, name: self.edge_name[row], strings }),
            None => Ok(()),
        }
    }

    fn check_targets(&self) -> Result<(), BuildError> {
        let nodes = self.node_kind.len();
        match first_row(self.edge_to.len(), |row| self.edge_to[row].ix() >= nodes) {
            Some(row) => Err(BuildError::EdgeTarget { row, to: self.edge_to[row].0, nodes }),
            None => Ok(()),
        }
    }
}

/// The first row that fails, looked for on all cores.
fn first_row(rows: usize, fails: impl Fn(usize) -> bool + Sync) -> Option<usize> {
    let starts = (0..rows).into_par_iter().step_by(PIECE);
    starts.find_map_first(|start| (start..rows.min(start + PIECE)).find(|&row| fails(row)))
}

/// Turns counts into running sums in place, closed by the total.
fn first_edges(mut counts: Vec<u32>, held: usize) -> Result<Vec<u32>, BuildError> {
    let announced: u64 = counts.iter().map(|&count| u64::from(count)).sum();
    if announced != held as u64 {
        return Err(BuildError::EdgeSum { announced, held });
    }
    let mut sum = 0;
    for count in &mut counts {
        sum += std::mem::replace(count, sum);
    }
    counts.push(sum);
    Ok(counts)
}
