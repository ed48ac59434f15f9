//! The dominator tree in rows: what nodes alone hold, siblings of one class together.
//!
//! A row may stand for many nodes, and what all of these hold together is the rows below it, so
//! that `130,000 × Account` opens as one row does. Nothing is counted twice: what the rows keep
//! and their owners' own bytes sum to what the owners keep. Linear in the nodes held directly.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::{Analysis, objects};
use crate::heap::{ClassIx, NodeIx};

/// Nodes of one class that the same owners hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Their class.
    pub class: ClassIx,
    /// They, in file order; never none.
    pub nodes: Vec<NodeIx>,
    /// Their own bytes.
    pub shallow: u64,
    /// The bytes they keep; none keeps another.
    pub retained: u64,
}

/// What the owners hold directly, most retained first. None of the owners may hold another.
/// Empty until dominators are known.
pub fn groups(known: &Analysis, owners: &[NodeIx]) -> Vec<Group> {
    let Some(tree) = &known.dominators else { return Vec::new() };
    let mut found: Vec<Group> = Vec::new();
    let mut by_class: FxHashMap<ClassIx, usize> = FxHashMap::default();
    for &node in owners.iter().flat_map(|&owner| tree.children(owner)) {
        let class = known.classes.of(node);
        let at = *by_class.entry(class).or_insert_with(|| {
            found.push(Group { class, nodes: Vec::new(), shallow: 0, retained: 0 });
            found.len() - 1
        });
        found[at].add(known, node);
    }
    found.sort_by_key(|group| (Reverse(group.retained), group.nodes[0]));
    found
}

impl Group {
    fn add(&mut self, known: &Analysis, node: NodeIx) {
        self.nodes.push(node);
        self.shallow = self.shallow.saturating_add(known.shallow(node));
        self.retained = self.retained.saturating_add(known.retained(node).unwrap_or_default());
    }

    /// The nodes of the group, most retained first. Costs a sort.
    pub fn heaviest_first(&self, known: &Analysis) -> Vec<NodeIx> {
        let mut nodes = self.nodes.clone();
        objects::sort(known, &mut nodes, objects::DEFAULT);
        nodes
    }

    /// The node that keeps most, the one of least id among equals.
    pub fn heaviest(&self, known: &Analysis) -> NodeIx {
        let weight = |node: &NodeIx| (known.retained(*node), Reverse(known.heap.id(*node)));
        self.nodes.iter().copied().max_by_key(weight).unwrap_or(self.nodes[0])
    }
}

/// Who dominates the node: its immediate dominator, that one's, and so on up to the root. Empty
/// for the root, and until dominators are known.
pub fn owners(known: &Analysis, node: NodeIx) -> Vec<NodeIx> {
    let Some(tree) = &known.dominators else { return Vec::new() };
    let above = |&node: &NodeIx| (node != tree.root()).then(|| tree.of(node));
    std::iter::successors(above(&node), above).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn siblings_of_one_class_are_one_row_and_open_as_one() {
        let known = Analysis::complete(heap(
            "0!synthetic>1 1:1=App>2,3,4 2:2=Account>5 3:2=Account>6 4:9=Log 5:10=Item 6:20=Item",
        ));
        let rows = groups(&known, &[NodeIx(1)]);
        assert_eq!(rows.iter().map(|row| row.retained).collect::<Vec<_>>(), [34, 9]);
        assert_eq!(rows[0].nodes, [NodeIx(2), NodeIx(3)]);
        assert_eq!(rows[0].heaviest_first(&known), [NodeIx(3), NodeIx(2)]);
        assert_eq!(rows[0].heaviest(&known), NodeIx(3));
        let inside = groups(&known, &rows[0].nodes);
        assert_eq!((inside.len(), inside[0].retained, inside[0].shallow), (1, 30, 30));
        assert_eq!(owners(&known, NodeIx(6)), [NodeIx(3), NodeIx(1), NodeIx(0)]);
        assert_eq!(owners(&known, NodeIx(0)), []);
    }
}
