//! Immediate dominators: who alone holds whom.
//!
//! Node `d` dominates `n` when every way from the root to `n` leads through `d`; freeing `d`
//! would free `n`. Semi-NCA (Georgiadis 2005): a depth-first [`search`] numbers the nodes and
//! tells on the way what belongs to pages, then [`semi`] takes the numbers backwards, while what they
//! read is gathered on other cores ([`sources`]). Near linear on real heaps, no recursion, 24 bytes
//! a node while it runs, at most 8 more a node of the longest way that is compressed, and 12 kept.
//!
//! Two rules of DevTools come before: a node that no essential edge leads to counts as held by
//! the root, and so does, each by itself, whatever is still not reached (closed cliques).

mod search;
mod semi;
mod sources;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use self::{search::Search, semi::Numbered};
use super::{essential::Essential, order};
use crate::{
    heap::{InEdges, NodeIx},
    job::{Cancelled, Job, locked},
};

/// The dominator tree.
#[derive(Debug)]
pub struct Dominators {
    idom: Vec<NodeIx>,
    root: NodeIx,
    children: Children,
}

/// What each node alone holds, directly.
#[derive(Debug)]
pub(super) struct Children {
    first: Vec<u32>,
    nodes: Vec<NodeIx>,
}

/// The tree seen from below, with the order its sums are taken in.
pub(super) struct Tree {
    /// The dominator of each node; the root's is itself.
    pub(super) idom: Vec<NodeIx>,
    pub(super) root: NodeIx,
    /// Reached nodes, each after its dominator.
    pub(super) preorder: Vec<NodeIx>,
    /// Nodes no way leads to.
    pub(super) unreached: Vec<NodeIx>,
}

/// What edges alone tell: who refers to whom, and who alone holds whom. The one is half of the
/// way to the other, a depth-first search the other half; whoever ends the second goes the rest.
pub(super) struct Held<'a> {
    essential: Essential<'a>,
    job: &'a Job,
    is_linked: AtomicBool,
    halves: Mutex<(Option<Search>, Option<InEdges>)>,
    all: Mutex<Option<(InEdges, Tree)>>,
}

impl<'a> Held<'a> {
    pub(super) fn new(essential: Essential<'a>, job: &'a Job) -> Self {
        Self { essential, job, is_linked: false.into(), halves: Mutex::default(), all: Mutex::default() }
    }

    /// A depth-first search from the root.
    pub(super) fn search(&self) {
        let search = Search::from_root(&self.essential, self.job).ok();
        locked(&self.halves).0 = search;
        self.finish();
    }

    /// In-edges, the essential ones marked, unless somebody else has begun with them.
    pub(super) fn link(&self) {
        if self.is_linked.swap(true, Relaxed) {
            return;
        }
        let marked = |from| {
            let essential = self.essential.of(from);
            move |edge, to| essential.keeps(edge, to)
        };
        let in_edges = InEdges::build(self.essential.heap, marked, |_| self.job.tick(0)).ok();
        locked(&self.halves).1 = in_edges;
        self.finish();
    }

    /// The tree over what the search has found, if both halves are there.
    fn finish(&self) {
        let halves = match &mut *locked(&self.halves) {
            (search @ Some(_), in_edges @ Some(_)) => search.take().zip(in_edges.take()),
            _ => None,
        };
        if let Some((search, in_edges)) = halves {
            let tree = self.tree(search, &in_edges).ok();
            *locked(&self.all) = tree.map(|tree| (in_edges, tree));
        }
    }

    fn tree(&self, mut search: Search, in_edges: &InEdges) -> Result<Tree, Cancelled> {
        let heap = self.essential.heap;
        search.add_unheld(&self.essential, in_edges, self.job)?;
        let unreached = search.unreached();
        let Search { preorder, number, from, pages, open: room, .. } = search;
        let numbered = Numbered { heap, preorder: &preorder, number, from, in_pages: &pages, room };
        let idom = semi::dominators(numbered, in_edges, self.job)?;
        Ok(Tree { idom, root: heap.root(), preorder, unreached })
    }

    /// All of it, once both halves and the rest are done.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] where one was.
    pub(super) fn all(self) -> Result<(InEdges, Tree), Cancelled> {
        self.all.into_inner().unwrap_or_else(PoisonError::into_inner).ok_or(Cancelled)
    }
}

impl Tree {
    /// The tree seen from above. Two passes over the nodes.
    pub(super) fn children(&self) -> Children {
        let held = (0..self.idom.len() as u32).map(NodeIx).filter(|&node| node != self.root);
        let (first, nodes) =
            order::group_by(self.idom.len(), held.map(|node| (self.idom[node.ix()].ix(), node)));
        Children { first, nodes }
    }

    /// The tree seen from both sides.
    pub(super) fn with(self, children: Children) -> Dominators {
        Dominators { idom: self.idom, root: self.root, children }
    }
}

impl Children {
    pub(super) fn node_count(&self) -> usize {
        self.first.len() - 1
    }

    /// What `node` alone holds, directly, in file order.
    #[inline]
    pub(super) fn of(&self, node: NodeIx) -> &[NodeIx] {
        &self.nodes[self.first[node.ix()] as usize..self.first[node.ix() + 1] as usize]
    }
}

impl Dominators {
    /// The node that alone holds `node`; the root holds itself.
    #[inline]
    pub fn of(&self, node: NodeIx) -> NodeIx {
        self.idom[node.ix()]
    }

    /// What `node` alone holds, directly, in file order.
    pub fn children(&self, node: NodeIx) -> &[NodeIx] {
        self.children.of(node)
    }

    pub(super) fn all_children(&self) -> &Children {
        &self.children
    }

    /// The root of the tree.
    pub fn root(&self) -> NodeIx {
        self.root
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        analysis::{Analysis, Distance},
        heap::{NodeIx, fixture::heap},
    };

    fn idoms(text: &str) -> Vec<u32> {
        let known = Analysis::complete(heap(text));
        let tree = known.dominators.clone().expect("complete");
        known.heap.nodes().map(|node| tree.of(node).0).collect()
    }

    fn retained(text: &str) -> Vec<u64> {
        let known = Analysis::complete(heap(text));
        known.heap.nodes().map(|node| known.retained(node).expect("complete")).collect()
    }

    #[test]
    fn shared_node_is_charged_to_the_fork() {
        let text = "0!synthetic>1 1:10=A>2,3 2:20=A>4 3:30=A>4 4:5=A";
        assert_eq!(idoms(text), [0, 0, 1, 1, 1]);
        assert_eq!(retained(text), [65, 65, 20, 30, 5]);
    }

    #[test]
    fn a_cycle_is_held_by_its_entry() {
        assert_eq!(idoms("0!synthetic>1 1=A>2 2=A>3 3=A>1,2"), [0, 0, 1, 2]);
    }

    #[test]
    fn a_node_without_essential_edges_hangs_from_the_root() {
        let text = "0!synthetic>1 1:1=A>weak.w.2 2:2=A>3 3:4=A";
        assert_eq!(idoms(text), [0, 0, 0, 2]);
        assert_eq!(retained(text), [7, 1, 6, 4]);
    }

    #[test]
    fn a_closed_clique_retains_each_by_itself() {
        let text = "0!synthetic>1 1:1=A 2:2=A>3 3:4=A>2,1";
        assert_eq!(idoms(text), [0, 0, 0, 0]);
        assert_eq!(retained(text), [7, 1, 2, 4]);
    }

    #[test]
    fn a_weakmap_value_is_charged_to_its_key() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@7)~pair~in~WeakMap~(table~@7)";
        let text = format!("0!synthetic>1,2 1:1=K>{entry}.4 2:2=M>table.3 3:4=T>{entry}.4 4:8=V");
        assert_eq!(idoms(&text), [0, 0, 0, 2, 1]);
    }

    #[test]
    fn shortcuts_count_at_the_root_only() {
        assert_eq!(idoms("0!synthetic>1,2 1=A>shortcut.s.3 2=B>3 3=C"), [0, 0, 0, 2]);
        assert_eq!(idoms("0!synthetic>shortcut.s.1,2 1=A 2!synthetic>1"), [0, 0, 0]);
    }

    #[test]
    fn a_page_is_not_held_from_outside() {
        // Node 3 belongs to the page of global 1; the debugger (2) refers to it too.
        assert_eq!(idoms("0!synthetic>shortcut.g.1,element.1.2 1=global>3 2!synthetic>3 3=A"), [0, 0, 0, 1]);
    }

    #[test]
    fn a_chain_of_a_million_does_not_recurse() {
        let nodes = 1_000_000;
        let links = (1..nodes).map(|node| format!("{node}:1=A>{}", node + 1));
        let text = std::iter::once("0!synthetic>1".to_owned()).chain(links).chain([format!("{nodes}:1=A")]);
        let text = text.collect::<Vec<_>>().join(" ");
        let known = Analysis::complete(heap(&text));
        assert_eq!(known.retained(NodeIx(1)), Some(nodes));
        assert_eq!(known.distance(NodeIx(nodes as u32)).and_then(Distance::steps), Some(nodes as u32));
    }
}
