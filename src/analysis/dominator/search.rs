//! In which order does a depth-first search meet the nodes, and which of them belong to pages?
//!
//! The search takes the root's ways to pages first. All it meets there belongs to a page, so that
//! whether an edge holds its target does not yet depend on that; edges that hold nothing but lead
//! into pages all the same are remembered, and followed breadth first before the search goes on
//! to the root's other edges. So one walk answers both. Linear; 12 bytes and two bits a node,
//! and 8 more a node of the deepest chain (of addresses, 8 more a node in any case).

use fixedbitset::FixedBitSet;

use super::semi::UNREACHED;
use crate::{
    analysis::{
        essential::Essential,
        roots::{Pages, page_starts},
        walk,
    },
    heap::{EdgeIx, EdgeKind, Heap, InEdges, NodeIx},
    job::{Cancelled, Job},
};

/// Edges after the one followed whose targets are probably next.
const SOON: usize = 2;

/// A depth-first search: nodes by number, numbers by node, and each number's way in.
pub(super) struct Search {
    pub(super) preorder: Vec<NodeIx>,
    /// [`UNREACHED`] where there is none.
    pub(super) number: Vec<u32>,
    pub(super) from: Vec<u32>,
    pub(super) pages: InPages,
    reached: FixedBitSet,
    /// The way to the node being searched.
    pub(super) open: Vec<Open>,
    /// The number of the last of these; each one's way in is the one before.
    last: u32,
}

/// What belongs to pages, and up to which number all does.
pub(super) struct InPages {
    pub(super) pages: Pages,
    /// The numbers before this one, save the root's, are those of nodes in pages.
    pub(super) end: usize,
}

/// A node whose edges are being searched.
pub(super) struct Open {
    next: u32,
    end: u32,
}

impl Search {
    /// Everything that hangs from the root.
    pub(super) fn from_root(essential: &Essential<'_>, job: &Job) -> Result<Self, Cancelled> {
        let nodes = essential.heap.node_count();
        let mut search = Self {
            preorder: Vec::with_capacity(nodes),
            number: vec![UNREACHED; nodes],
            from: Vec::with_capacity(nodes),
            pages: InPages { pages: Pages::default(), end: 0 },
            reached: FixedBitSet::with_capacity(nodes),
            // Its memory is that of the links later, one of which every number has.
            open: Vec::with_capacity(nodes),
            last: 0,
        };
        let root = essential.heap.root();
        search.preorder.push(root);
        search.from.push(0);
        search.number[root.ix()] = 0;
        search.reach_pages(essential, job)?;
        search.reached.insert(root.ix());
        search.open(essential.heap, root, 0);
        search.descend_anywhere(essential, job)?;
        Ok(search)
    }

    /// Searches from the root's ways to pages. The root itself counts as unreached meanwhile: were
    /// a page to refer to it, everything would belong to pages.
    fn reach_pages(&mut self, essential: &Essential<'_>, job: &Job) -> Result<(), Cancelled> {
        let (heap, mut beside) = (essential.heap, Vec::new());
        let root = heap.root();
        for start in page_starts(heap) {
            if start == root {
                beside.push(root);
            } else if !self.reached.contains(start.ix()) {
                self.reach(heap, start, 0);
                self.descend(heap, job, |from, edge, to| {
                    let enters = to != root && essential.of(from).keeps(edge, to);
                    if !enters && heap.edge_kind(edge) != EdgeKind::WEAK {
                        beside.push(to);
                    }
                    enters
                })?;
            }
        }
        let pages = walk::reached_beside(heap, self.reached.clone(), beside, |_, _| true, job)?;
        self.pages = InPages { pages: Pages::new(pages), end: self.preorder.len() };
        Ok(())
    }

    /// Searches on, as from the root, from whatever no essential edge leads to.
    pub(super) fn add_unheld(
        &mut self,
        essential: &Essential<'_>,
        in_edges: &InEdges,
        job: &Job,
    ) -> Result<(), Cancelled> {
        let heap = essential.heap;
        for node in heap.nodes() {
            if !self.reached.contains(node.ix()) && !self.is_held(heap, in_edges, node) {
                self.reach(heap, node, 0);
                self.descend_anywhere(essential, job)?;
            }
        }
        Ok(())
    }

    fn is_held(&self, heap: &Heap, in_edges: &InEdges, node: NodeIx) -> bool {
        let mut sources = in_edges.sources(node);
        sources.any(|(from, essential)| essential && self.pages.pages.admit(heap, from, node))
    }

    /// Nodes no way leads to.
    pub(super) fn unreached(&self) -> Vec<NodeIx> {
        self.reached.zeroes().map(|node| NodeIx(node as u32)).collect()
    }

    /// Searches all that is open by the rules for nodes of any place.
    fn descend_anywhere(&mut self, essential: &Essential<'_>, job: &Job) -> Result<(), Cancelled> {
        let (heap, pages) = (essential.heap, std::mem::take(&mut self.pages.pages));
        let searched = self.descend(heap, job, |from, edge, to| {
            essential.of(from).keeps(edge, to) && pages.admit(heap, from, to)
        });
        self.pages.pages = pages;
        searched
    }

    /// Searches all that is open, over the edges to unreached nodes that `enters` passes.
    fn descend(
        &mut self,
        heap: &Heap,
        job: &Job,
        mut enters: impl FnMut(NodeIx, EdgeIx, NodeIx) -> bool,
    ) -> Result<(), Cancelled> {
        while let Some(open) = self.open.last_mut() {
            let (number, from) = (self.last, self.preorder[self.last as usize]);
            let reached = &self.reached;
            let mut rest = open.next as usize..open.end as usize;
            let edge = heap.find_target(&mut rest, |to| !reached.contains(to.ix()));
            open.next = rest.start as u32;
            heap.fetch_targets(rest.start..rest.end.min(rest.start + SOON));
            match edge {
                Some((edge, to)) if enters(from, edge, to) => self.reach(heap, to, number),
                Some(_) => {}
                None => {
                    self.open.pop();
                    self.last = self.from[number as usize];
                }
            }
            if self.preorder.len() & 0xFFFF == 0 {
                job.tick(0)?;
            }
        }
        Ok(())
    }

    #[inline]
    fn reach(&mut self, heap: &Heap, node: NodeIx, from: u32) {
        let number = self.preorder.len() as u32;
        self.reached.insert(node.ix());
        self.number[node.ix()] = number;
        self.preorder.push(node);
        self.from.push(from);
        self.open(heap, node, number);
    }

    #[inline]
    fn open(&mut self, heap: &Heap, node: NodeIx, number: u32) {
        let edges = heap.edge_range(node);
        self.open.push(Open { next: edges.start as u32, end: edges.end as u32 });
        self.last = number;
    }
}
