//! Retained sizes: what would be freed with a node, and with all nodes of a class.
//!
//! A node's is its shallow size and those of all it dominates, summed from the leaves up. A
//! class's sums its members that no other member dominates, so that nothing is counted twice.
//! Linear; 4 bytes a node kept; while it runs, for each share that is walked at once a bit a node, 4
//! bytes a class and a stack as deep as the dominator tree.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use rayon::prelude::*;

use super::{
    Classes, Dominators,
    dominator::{Children, Tree},
};
use crate::{
    heap::{AHEAD, ClassIx, NodeIx, WideColumn, fetch},
    job::{Cancelled, Job},
};

/// Nodes walked between two looks at whether to go on.
const PIECE: usize = 1 << 16;
/// Shares a core that the nodes below the root are cut into.
const SHARES: usize = 16;

/// Retained bytes of nodes and classes.
#[derive(Debug)]
pub struct Retained {
    nodes: Arc<WideColumn>,
    classes: Vec<u64>,
}

impl Retained {
    /// Sums up the tree, and turns it round meanwhile.
    pub(super) fn compute(
        tree: &Tree,
        shallow: &WideColumn,
        classes: &Classes,
        job: &Job,
    ) -> Result<(Self, Children), Cancelled> {
        let (nodes, outermost) = rayon::join(
            || node_sums(tree, shallow, job),
            || {
                let children = tree.children();
                let outermost = Outermost::find(tree.root, &children, classes, has_size(shallow), job)?;
                Ok((outermost, children))
            },
        );
        let (nodes, (outermost, children)) = (nodes?, outermost?);
        let classes = outermost.sums(&nodes, classes);
        Ok((Self { nodes: Arc::new(nodes), classes }, children))
    }

    /// The same of classes with fewer members: only those that pass shadow each other.
    pub(super) fn narrowed(
        &self,
        tree: &Dominators,
        classes: &Classes,
        passes: impl Fn(NodeIx) -> bool + Sync,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        let outermost = Outermost::find(tree.root(), tree.all_children(), classes, passes, job)?;
        Ok(Self { classes: outermost.sums(&self.nodes, classes), nodes: Arc::clone(&self.nodes) })
    }

    /// The bytes freed with each node.
    pub(super) fn sizes(&self) -> &WideColumn {
        &self.nodes
    }

    /// The bytes freed with the node.
    #[inline]
    pub fn node(&self, node: NodeIx) -> u64 {
        self.nodes.get(node.ix())
    }

    /// The bytes freed with all members of the class.
    pub fn class(&self, class: ClassIx) -> u64 {
        self.classes[class.ix()]
    }
}

/// Each node's bytes and those of all it dominates.
fn node_sums(tree: &Tree, shallow: &WideColumn, job: &Job) -> Result<WideColumn, Cancelled> {
    let mut sums = shallow.clone();
    for &node in &tree.unreached {
        sums.add(tree.root.ix(), shallow.get(node.ix()));
    }
    let before = |at: usize, ahead: usize| at.checked_sub(ahead).map(|at| tree.preorder[at]);
    for (at, &node) in tree.preorder.iter().enumerate().skip(1).rev() {
        if at & 0xFFFF == 0 {
            job.tick(0x1_0000)?;
        }
        if let Some(later) = before(at, 2 * AHEAD) {
            fetch(&tree.idom, later.ix());
            sums.fetch(later.ix());
        }
        before(at, AHEAD).inspect(|&soon| sums.fetch(tree.idom[soon.ix()].ix()));
        sums.add(tree.idom[node.ix()].ix(), sums.get(node.ix()));
    }
    Ok(sums)
}

/// The retained bytes of each class.
pub(super) fn class_sums(
    tree: &Dominators,
    retained: &WideColumn,
    shallow: &WideColumn,
    classes: &Classes,
    job: &Job,
) -> Result<Vec<u64>, Cancelled> {
    let outermost = Outermost::find(tree.root(), tree.all_children(), classes, has_size(shallow), job)?;
    Ok(outermost.sums(retained, classes))
}

/// What makes a node a member of its class.
fn has_size(shallow: &WideColumn) -> impl Fn(NodeIx) -> bool + Sync {
    |node| shallow.get(node.ix()) != 0
}

/// The members of classes that no other member of their class dominates.
struct Outermost(FixedBitSet);

impl Outermost {
    /// Walks down the tree, knowing for each class how many members lie above. What hangs from the
    /// root side by side is walked on all cores.
    fn find(
        root: NodeIx,
        tree: &Children,
        classes: &Classes,
        is_member: impl Fn(NodeIx) -> bool + Sync,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        let below = tree.of(root);
        let start = || {
            let mut descent = Descent {
                outermost: FixedBitSet::with_capacity(tree.node_count()),
                members_above: vec![0; classes.len()],
                tree,
                classes,
                is_member: &is_member,
            };
            descent.enter(root);
            descent
        };
        let piece = below.len() / (SHARES * rayon::current_num_threads()) + 1;
        let walked = below.par_chunks(piece).try_fold(start, |mut descent, nodes| {
            descent.walk(nodes, job)?;
            Ok(descent)
        });
        let found = walked.map(|walked| walked.map(|descent| descent.outermost)).try_reduce(
            FixedBitSet::new,
            |mut one, other| {
                one.union_with(&other);
                Ok(one)
            },
        );
        let mut outermost = start().outermost;
        outermost.union_with(&found?);
        Ok(Self(outermost))
    }

    fn sums(&self, retained: &WideColumn, classes: &Classes) -> Vec<u64> {
        let mut sums = vec![0u64; classes.len()];
        for node in self.0.ones() {
            let sum = &mut sums[classes.of(NodeIx(node as u32)).ix()];
            *sum = sum.saturating_add(retained.get(node));
        }
        sums
    }
}

/// The way down the tree to one node.
struct Descent<'a, F> {
    outermost: FixedBitSet,
    /// How many members of each class lie on the way.
    members_above: Vec<u32>,
    tree: &'a Children,
    classes: &'a Classes,
    is_member: F,
}

impl<F: Fn(NodeIx) -> bool> Descent<'_, F> {
    /// Walks what these nodes, which lie side by side, dominate.
    fn walk(&mut self, nodes: &[NodeIx], job: &Job) -> Result<(), Cancelled> {
        let (tree, mut entered) = (self.tree, 0);
        let mut open = vec![(None, nodes)];
        while let Some((node, children)) = open.last_mut() {
            let leaves = self.pass_leaves(children);
            entered += leaves + 1;
            if let Some((&child, rest)) = children[leaves..].split_first() {
                *children = rest;
                self.enter(child);
                open.push((Some(child), tree.of(child)));
            } else {
                node.inspect(|&node| self.leave(node));
                open.pop();
            }
            if entered >= PIECE {
                job.tick(std::mem::take(&mut entered))?;
            }
        }
        Ok(())
    }

    /// Looks at the nodes before the first that holds others; answers how many. Most hold none.
    fn pass_leaves(&mut self, nodes: &[NodeIx]) -> usize {
        let leaves = nodes.iter().take_while(|&&node| self.tree.of(node).is_empty());
        let is_outermost =
            |&node: &NodeIx| (self.is_member)(node) && self.members_above[self.classes.of(node).ix()] == 0;
        let mut count = 0;
        for node in leaves.inspect(|_| count += 1).copied().filter(is_outermost) {
            self.outermost.insert(node.ix());
        }
        count
    }

    fn enter(&mut self, node: NodeIx) {
        if (self.is_member)(node) {
            let above = &mut self.members_above[self.classes.of(node).ix()];
            self.outermost.set(node.ix(), *above == 0);
            *above += 1;
        }
    }

    fn leave(&mut self, node: NodeIx) {
        if (self.is_member)(node) {
            self.members_above[self.classes.of(node).ix()] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analysis::Analysis,
        heap::{NodeIx, fixture::heap},
    };

    #[test]
    fn a_list_is_counted_once_for_its_class() {
        let known = Analysis::complete(heap("0!synthetic>1 1:1=Node>2 2:2=Node>3 3:4=Leaf>4 4:8=Node"));
        let class = known.classes.of(NodeIx(1));
        let retained = known.retained.clone().expect("complete");
        assert_eq!(retained.class(class), 15, "the first member holds all others");
        assert_eq!(retained.class(known.classes.of(NodeIx(3))), 12);
    }

    #[test]
    fn members_side_by_side_are_summed() {
        let known = Analysis::complete(heap("0!synthetic>1,2 1:1=Node>3 2:2=Node 3:4=Leaf"));
        assert_eq!(known.retained.clone().expect("complete").class(known.classes.of(NodeIx(1))), 7);
    }
}
