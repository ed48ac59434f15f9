//! Which realm owns a node: the page, frame, worker or `vm` context whose globals it lives by.
//!
//! V8 gives each realm a `NativeContext`. A node whose map's map names one belongs to it for
//! certain; from those nodes ownership floods over all edges but shortcuts and weak ones, and what
//! two realms reach is shared. Ownership only ever grows (nobody, one, several), so the order of
//! the work does not matter. Linear; 4 bytes a node kept, 8 more while it runs.

use fixedbitset::FixedBitSet;

use super::{Analysis, memo::NameTest};
use crate::{
    heap::{EdgeKind, Heap, NodeIx, StrIx},
    job::{Cancelled, Job},
};

const NOBODY: NodeIx = NodeIx(u32::MAX);
const SEVERAL: NodeIx = NodeIx(u32::MAX - 1);

/// Whose a node is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Owner {
    /// Of this native context.
    One(NodeIx),
    /// Of several ("shared").
    Several,
    /// Of none ("unattributed").
    Nobody,
}

/// The owner of every node.
#[derive(Debug)]
pub struct NativeContexts {
    contexts: Vec<NodeIx>,
    of: Vec<NodeIx>,
}

/// Bytes by owner, as DevTools' filter menu lists them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// Each native context and the shallow bytes of what is its own, in file order.
    pub contexts: Vec<(NodeIx, u64)>,
    /// Shallow bytes of what several own.
    pub shared: u64,
    /// Shallow bytes of what none owns.
    pub unattributed: u64,
}

impl NativeContexts {
    /// Attributes every node.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn find(heap: &Heap, job: &Job) -> Result<Self, Cancelled> {
        job.phase("telling realms apart", "nodes", heap.node_count());
        let mut is_context = NameTest::new(heap, is_native_context);
        let contexts: Vec<NodeIx> = heap.nodes().filter(|&node| is_context.holds(heap.name(node))).collect();
        let mut found = Self { contexts, of: vec![NOBODY; heap.node_count()] };
        if !found.contexts.is_empty() {
            let fixed = found.fix(heap, job)?;
            found.flood(heap, &fixed, job)?;
        }
        Ok(found)
    }

    /// Whose the node is.
    pub fn of(&self, node: NodeIx) -> Owner {
        match self.of[node.ix()] {
            NOBODY => Owner::Nobody,
            SEVERAL => Owner::Several,
            context => Owner::One(context),
        }
    }

    /// The native contexts in file order.
    pub fn contexts(&self) -> &[NodeIx] {
        &self.contexts
    }

    /// Sums of shallow bytes.
    pub fn sizes(&self, known: &Analysis) -> Sizes {
        let contexts = self.contexts.iter().map(|&context| (context, 0)).collect();
        let mut sizes = Sizes { contexts, shared: 0, unattributed: 0 };
        for node in known.heap.nodes() {
            let sum = match self.of(node) {
                Owner::Nobody => &mut sizes.unattributed,
                Owner::Several => &mut sizes.shared,
                Owner::One(context) => match sizes.contexts.binary_search_by_key(&context, |entry| entry.0) {
                    Ok(at) => &mut sizes.contexts[at].1,
                    Err(_) => continue,
                },
            };
            *sum = sum.saturating_add(known.shallow(node));
        }
        sizes
    }

    /// Contexts own themselves, and whatever names one through its map's map is that one's.
    fn fix(&mut self, heap: &Heap, job: &Job) -> Result<FixedBitSet, Cancelled> {
        let slots = Slots::find(heap, &self.contexts, job)?;
        let mut fixed = FixedBitSet::with_capacity(heap.node_count());
        for node in heap.nodes() {
            let owner = match self.contexts.binary_search(&node) {
                Ok(_) => Some(node),
                Err(_) => slots.owner(node),
            };
            if let Some(owner) = owner {
                self.of[node.ix()] = owner;
                fixed.insert(node.ix());
            }
        }
        Ok(fixed)
    }

    fn flood(&mut self, heap: &Heap, fixed: &FixedBitSet, job: &Job) -> Result<(), Cancelled> {
        let mut open: Vec<NodeIx> = fixed.ones().map(|node| NodeIx(node as u32)).collect();
        let mut passed = 0usize;
        while let Some(node) = open.pop() {
            passed += 1;
            if passed & 0xFFFF == 0 {
                job.tick(0x1_0000)?;
            }
            let owner = self.of[node.ix()];
            for (ix, to) in heap.targets(node) {
                let has = self.of[to.ix()];
                if to == node || has == owner || has == SEVERAL || fixed.contains(to.ix()) {
                    continue;
                }
                if !matches!(heap.edge(ix).kind, EdgeKind::SHORTCUT | EdgeKind::WEAK) {
                    self.of[to.ix()] = if has == NOBODY { owner } else { SEVERAL };
                    open.push(to);
                }
            }
        }
        Ok(())
    }
}

/// Where each node's first internal `map` and `native_context` lead.
struct Slots {
    map: Vec<NodeIx>,
    context: Vec<NodeIx>,
}

impl Slots {
    fn find(heap: &Heap, contexts: &[NodeIx], job: &Job) -> Result<Self, Cancelled> {
        let mut slots =
            Self { map: vec![NOBODY; heap.node_count()], context: vec![NOBODY; heap.node_count()] };
        let mut is_map = NameTest::new(heap, |heap, name| heap.strings().is(name, "map"));
        let mut is_context = NameTest::new(heap, |heap, name| heap.strings().is(name, "native_context"));
        for node in heap.nodes() {
            if node.0 & 0xFFFF == 0 {
                job.tick(0)?;
            }
            for edge in heap.edges(node).filter(|edge| edge.kind == EdgeKind::INTERNAL) {
                let name = StrIx(edge.name_or_index);
                if is_map.holds(name) {
                    first(&mut slots.map[node.ix()], edge.to);
                } else if is_context.holds(name) && contexts.binary_search(&edge.to).is_ok() {
                    first(&mut slots.context[node.ix()], edge.to);
                }
            }
        }
        Ok(slots)
    }

    /// The native context of the map of the node's map.
    fn owner(&self, node: NodeIx) -> Option<NodeIx> {
        let there = |slots: &[NodeIx], node: NodeIx| Some(slots[node.ix()]).filter(|&to| to != NOBODY);
        there(&self.context, there(&self.map, there(&self.map, node)?)?)
    }
}

fn first(slot: &mut NodeIx, to: NodeIx) {
    if *slot == NOBODY {
        *slot = to;
    }
}

fn is_native_context(heap: &Heap, name: StrIx) -> bool {
    const NAME: &[u8] = b"system / NativeContext";
    let raw = heap.strings().raw(name);
    let raw = raw.strip_prefix(b"Detached ").unwrap_or(raw);
    raw.strip_prefix(NAME).is_some_and(|rest| rest.is_empty() || rest.starts_with(b" / "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn owners(text: &str) -> Vec<Owner> {
        let heap = heap(text);
        let found = NativeContexts::find(&heap, &Job::default()).expect("nobody cancels");
        heap.nodes().map(|node| found.of(node)).collect()
    }

    #[test]
    fn a_realm_owns_what_its_maps_name_and_what_hangs_from_that() {
        let text = "0!synthetic>1,6 1!hidden=system~/~NativeContext 2!hidden=m>internal.map.3 \
                    3!hidden=m>internal.native_context.1 4=A>internal.map.2,x.5 5=B 6=C";
        let (realm, nobody) = (Owner::One(NodeIx(1)), Owner::Nobody);
        assert_eq!(owners(text), [nobody, realm, realm, realm, realm, realm, nobody]);
    }

    #[test]
    fn what_two_realms_reach_is_shared() {
        let text = "0 1!hidden=system~/~NativeContext>a.3 2!hidden=Detached~system~/~NativeContext~/~url>b.3 \
                    3=X>c.4,weak.w.5 4=Y 5=Z";
        assert_eq!(
            owners(text),
            [
                Owner::Nobody,
                Owner::One(NodeIx(1)),
                Owner::One(NodeIx(2)),
                Owner::Several,
                Owner::Several,
                Owner::Nobody
            ]
        );
    }
}
