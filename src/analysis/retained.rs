//! Retained sizes: what would be freed with a node, and with all nodes of a class.
//!
//! A node's is its shallow size and those of all it dominates, summed from the leaves up. A
//! class's sums its members that no other member dominates, so that nothing is counted twice.
//! Linear; 4 bytes a node kept; while it runs, for each core a bit a node, 8 bytes a class and a stack
//! as deep as the dominator tree.

use std::{
    mem, slice,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use fixedbitset::FixedBitSet;

use super::{
    Classes, Dominators,
    dominator::{Children, Tree},
};
use crate::{
    heap::{AHEAD, ClassIx, NodeIx, WideColumn, fetch},
    job::{Cancelled, Job, locked},
};

/// Nodes walked between two looks at whether to go on.
const PIECE: usize = 1 << 16;
/// The part of all bytes that a node has to retain to be worth giving to another core.
const PARTS: u64 = 1 << 10;

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
        let (nodes, children) = rayon::join(|| node_sums(tree, shallow, job), || tree.children());
        let nodes = nodes?;
        let (root, tree, is_member) = (tree.root, &children, has_size(shallow));
        let subject = Subject { root, tree, retained: &nodes, classes, is_member };
        let classes = Outermost::find(subject, job)?.sums(&nodes, classes);
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
        let (root, tree) = (tree.root(), tree.all_children());
        let subject = Subject { root, tree, retained: &self.nodes, classes, is_member: passes };
        let classes = Outermost::find(subject, job)?.sums(&self.nodes, classes);
        Ok(Self { classes, nodes: Arc::clone(&self.nodes) })
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
    let (root, tree, is_member) = (tree.root(), tree.all_children(), has_size(shallow));
    Ok(Outermost::find(Subject { root, tree, retained, classes, is_member }, job)?.sums(retained, classes))
}

/// What makes a node a member of its class.
fn has_size(shallow: &WideColumn) -> impl Fn(NodeIx) -> bool + Sync {
    |node| shallow.get(node.ix()) != 0
}

/// The members of classes that no other member of their class dominates.
struct Outermost(FixedBitSet);

impl Outermost {
    /// Walks down the tree, knowing for each class how many members lie above. Whoever walks gives
    /// parts away as long as other cores have nothing to do.
    fn find(of: Subject<'_, impl Fn(NodeIx) -> bool + Sync>, job: &Job) -> Result<Self, Cancelled> {
        let worth = (of.retained.get(of.root.ix()) / PARTS).max(1);
        let walk = Walk { of, job, worth, waiting: AtomicUsize::new(0), found: Mutex::default() };
        let none = vec![0; walk.of.classes.len()];
        rayon::scope(|scope| walk.down(scope, slice::from_ref(&walk.of.root), none));
        job.tick(0)?;
        let mut parts = mem::take(&mut *locked(&walk.found)).into_iter();
        let mut outermost = parts.next().unwrap_or_default();
        parts.for_each(|part| outermost.union_with(&part));
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

/// A tree and what makes its nodes members of their classes.
struct Subject<'a, F> {
    root: NodeIx,
    tree: &'a Children,
    retained: &'a WideColumn,
    classes: &'a Classes,
    is_member: F,
}

/// A walk down the tree on all cores.
struct Walk<'a, F> {
    of: Subject<'a, F>,
    job: &'a Job,
    /// Retained bytes of a node that is worth giving away.
    worth: u64,
    /// Parts that were given away and that nobody has begun with.
    waiting: AtomicUsize,
    /// What was found, by each who is not walking.
    found: Mutex<Vec<FixedBitSet>>,
}

impl<F: Fn(NodeIx) -> bool + Sync> Walk<'_, F> {
    /// Walks what these nodes, which lie side by side, dominate, below so many members of classes.
    fn down<'s>(&'s self, scope: &rayon::Scope<'s>, nodes: &'s [NodeIx], members_above: Vec<u32>) {
        let outermost = locked(&self.found).pop();
        let outermost = outermost.unwrap_or_else(|| FixedBitSet::with_capacity(self.of.tree.node_count()));
        let mut descent = Descent { walk: self, outermost, members_above };
        // Whether it was cancelled is asked of the job at the end.
        let _ = descent.walk(scope, nodes);
        locked(&self.found).push(descent.outermost);
    }

    /// Whether what a child retains is worth another core's while, and not most of what is left here.
    fn is_worth_giving(&self, parent: NodeIx, child: NodeIx) -> bool {
        let retained = self.of.retained.get(child.ix());
        retained >= self.worth && retained <= self.of.retained.get(parent.ix()) / 2
    }

    /// Gives nodes that lie side by side to another core, unless enough are waiting.
    fn give<'s>(&'s self, scope: &rayon::Scope<'s>, nodes: &'s [NodeIx], members_above: &[u32]) -> bool {
        let gives = self.waiting.load(Relaxed) < rayon::current_num_threads();
        if gives {
            self.waiting.fetch_add(1, Relaxed);
            let members_above = members_above.to_vec();
            scope.spawn(move |scope| {
                self.waiting.fetch_sub(1, Relaxed);
                self.down(scope, nodes, members_above);
            });
        }
        gives
    }
}

/// The way down the tree to one node.
struct Descent<'s, 'a, F> {
    walk: &'s Walk<'a, F>,
    outermost: FixedBitSet,
    /// How many members of each class lie on the way.
    members_above: Vec<u32>,
}

/// A node on the way.
struct Open {
    node: NodeIx,
    /// How many of what it holds have been passed.
    passed: u32,
}

impl<'s, F: Fn(NodeIx) -> bool + Sync> Descent<'s, '_, F> {
    fn walk(&mut self, scope: &rayon::Scope<'s>, mut nodes: &'s [NodeIx]) -> Result<(), Cancelled> {
        let (walk, tree, mut entered) = (self.walk, self.walk.of.tree, 0);
        let mut open = Vec::<Open>::new();
        loop {
            let parent = open.last().map(|open| open.node);
            let children = open.last().map_or(nodes, |open| &tree.of(open.node)[open.passed as usize..]);
            // What is given away takes the counts of all classes along: that must be less than the walk.
            let is_wide = children.len() > 2 * PIECE && self.members_above.len() < PIECE;
            let mut child = None;
            let passed = if is_wide && walk.give(scope, &children[..PIECE], &self.members_above) {
                PIECE
            } else {
                let leaves = self.pass_leaves(&children[..children.len().min(PIECE)]);
                entered += leaves + 1;
                child = children.get(leaves);
                leaves + usize::from(child.is_some())
            };
            match open.last_mut() {
                Some(open) => open.passed += passed as u32,
                None => nodes = &nodes[passed..],
            }
            match child {
                Some(child) => {
                    let is_worth = parent.is_some_and(|parent| walk.is_worth_giving(parent, *child));
                    if !is_worth || !walk.give(scope, slice::from_ref(child), &self.members_above) {
                        self.enter(*child);
                        open.push(Open { node: *child, passed: 0 });
                    }
                }
                None if passed < children.len() => {}
                None => match open.pop() {
                    Some(done) => self.leave(done.node),
                    None => break,
                },
            }
            if entered >= PIECE {
                walk.job.tick(mem::take(&mut entered))?;
            }
        }
        walk.job.tick(entered)
    }

    /// Looks at the nodes before the first that holds others; answers how many. Most hold none.
    fn pass_leaves(&mut self, nodes: &[NodeIx]) -> usize {
        let walk = self.walk;
        let leaves = nodes.iter().take_while(|&&node| walk.of.tree.of(node).is_empty());
        let is_outermost = |&node: &NodeIx| {
            (walk.of.is_member)(node) && self.members_above[walk.of.classes.of(node).ix()] == 0
        };
        let mut count = 0;
        for node in leaves.inspect(|_| count += 1).copied().filter(is_outermost) {
            self.outermost.insert(node.ix());
        }
        count
    }

    fn enter(&mut self, node: NodeIx) {
        if (self.walk.of.is_member)(node) {
            let above = &mut self.members_above[self.walk.of.classes.of(node).ix()];
            self.outermost.set(node.ix(), *above == 0);
            *above += 1;
        }
    }

    fn leave(&mut self, node: NodeIx) {
        if (self.walk.of.is_member)(node) {
            self.members_above[self.walk.of.classes.of(node).ix()] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

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

    /// A tree of many nodes, half of which hang from one; what is given away must add up all the same.
    #[test]
    fn what_several_cores_walk_is_what_no_member_above_holds() {
        let nodes = 300_000u32;
        let parent = |node: u32| match node {
            1 => 0,
            node if node <= nodes / 2 => 1,
            node => node.wrapping_mul(2_654_435_761) % (node - 1) + 1,
        };
        let mut edges = vec![String::new(); nodes as usize + 1];
        (1..=nodes).for_each(|node| write!(edges[parent(node) as usize], ",{node}").expect("it is written"));
        let name = |node: u32| ["A", "B", "C", "D"][(node.wrapping_mul(40_503) >> 7) as usize % 4];
        let line = |node: u32| match edges[node as usize].strip_prefix(',') {
            Some(targets) => format!("{node}:{}={}>{targets}", node % 3, name(node)),
            None => format!("{node}:{}={}", node % 3, name(node)),
        };
        let lines: Vec<_> = (1..=nodes).map(line).collect();
        let known = Analysis::complete(heap(&format!("0!synthetic>1 {}", lines.join(" "))));
        let retained = known.retained.as_ref().expect("complete");
        let above =
            |node: u32| std::iter::successors(Some(parent(node)), |&node| (node > 0).then(|| parent(node)));
        for class in [1, 3, 6, 9].map(|node| known.classes.of(NodeIx(node))) {
            let is_member =
                |node: u32| known.shallow(NodeIx(node)) > 0 && known.classes.of(NodeIx(node)) == class;
            let members = (1..=nodes).filter(|&node| is_member(node) && !above(node).any(is_member));
            assert_eq!(retained.class(class), members.map(|node| retained.node(NodeIx(node))).sum::<u64>());
        }
    }
}
