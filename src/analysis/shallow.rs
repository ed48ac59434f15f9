//! Shallow sizes: own bytes, with what an object alone owns counted to it.
//!
//! Hidden nodes, arrays and external string data are owned by whoever alone refers to them, over
//! chains of such nodes. The owner of each is a fixpoint: *nobody yet*, *one node*, or *several*;
//! it only ever grows, so the order of the work does not matter. One walk over all edges, 4
//! bytes and a bit a node while it runs. (DevTools sums in 32 bits; 64 here.)

use fixedbitset::FixedBitSet;

use super::{Names, Roots, memo::NameTest};
use crate::{
    heap::{EdgeKind, Heap, NodeIx, NodeKind, WideColumn},
    job::{Cancelled, Job},
};

const NOBODY: NodeIx = NodeIx(u32::MAX);
const SEVERAL: NodeIx = NodeIx(u32::MAX - 1);

/// The own bytes of every node after their transfer to single owners.
///
/// Files written with V8's internals exposed have no user root; nothing is transferred in them.
pub(super) fn transfer(
    heap: &Heap,
    names: &Names,
    roots: &Roots,
    job: &Job,
) -> Result<WideColumn, Cancelled> {
    let mut sizes = heap.self_sizes().clone();
    if roots.user().is_empty() {
        return Ok(sizes);
    }
    let owners = Owners::find(heap, names, job)?;
    for node in owners.owned.ones().map(|node| NodeIx(node as u32)) {
        let owner = owners.of[node.ix()];
        if owner == NOBODY || owner == SEVERAL || owner == heap.root() {
            continue;
        }
        if heap.kind(owner) != NodeKind::SYNTHETIC {
            let size = sizes.get(node.ix());
            sizes.set(node.ix(), 0);
            sizes.add(owner.ix(), size);
        }
    }
    Ok(sizes)
}

struct Owners<'a> {
    heap: &'a Heap,
    /// The nodes that others may own.
    owned: FixedBitSet,
    /// The owner of each of them.
    of: Vec<NodeIx>,
    open: Vec<NodeIx>,
}

impl<'a> Owners<'a> {
    fn find(heap: &'a Heap, names: &Names, job: &Job) -> Result<Self, Cancelled> {
        let owned = ownable(heap, names);
        let mut owners = Self { heap, owned, of: vec![NOBODY; heap.node_count()], open: Vec::new() };
        for node in heap.nodes() {
            if node.0 & 0xFFFF == 0 {
                job.tick(1 << 16)?;
            }
            // What still has no owner is passed on by whoever gives it one.
            if !owners.owned.contains(node.ix()) {
                owners.spread(node, node);
            }
        }
        while let Some(node) = owners.open.pop() {
            owners.spread(node, owners.of[node.ix()]);
        }
        Ok(owners)
    }

    /// Passes the owner of `node` on to what it refers to.
    #[inline]
    fn spread(&mut self, node: NodeIx, owner: NodeIx) {
        for (ix, to) in self.heap.targets(node) {
            if !self.owned.contains(to.ix()) || self.heap.edge_kind(ix) == EdgeKind::WEAK {
                continue;
            }
            let has = &mut self.of[to.ix()];
            if *has != owner && *has != SEVERAL {
                *has = if *has == NOBODY { owner } else { SEVERAL };
                self.open.push(to);
            }
        }
    }
}

/// Hidden nodes, arrays and external string data.
fn ownable(heap: &Heap, names: &Names) -> FixedBitSet {
    let mut external =
        NameTest::new(heap, |heap, name| heap.strings().is(name, "system / ExternalStringData"));
    let mut is_ownable = |node: NodeIx| match heap.kind(node) {
        NodeKind::HIDDEN | NodeKind::ARRAY => true,
        NodeKind::NATIVE => !names.is_renamed(node) && external.holds(heap.name(node)),
        _ => false,
    };
    let mut owned = FixedBitSet::with_capacity(heap.node_count());
    owned.extend(heap.nodes().filter(|&node| is_ownable(node)).map(NodeIx::ix));
    owned
}

#[cfg(test)]
mod tests {
    use crate::{analysis::Analysis, heap::fixture::heap};

    fn sizes(text: &str) -> Vec<u64> {
        Analysis::complete(heap(text)).shallow.iter().collect()
    }

    #[test]
    fn a_map_owns_the_table_only_it_refers_to() {
        assert_eq!(sizes("0!synthetic>1 1:16=Map>internal.table.2 2:100!array>3 3:7!hidden"), [0, 123, 0, 0]);
    }

    #[test]
    fn what_two_objects_share_stays_where_it_is() {
        let text = "0!synthetic>1,2 1:16=Map>3 2:16=Map>3 3:100!array>4 4:5!array";
        assert_eq!(sizes(text), [0, 16, 16, 100, 5], "what the shared one holds is shared too");
    }

    #[test]
    fn a_weak_edge_makes_no_owner() {
        assert_eq!(sizes("0!synthetic>1,2 1:16=A>weak.w.3 2:16=B>3 3:100!array"), [0, 16, 116, 0]);
    }

    #[test]
    fn what_the_engine_itself_holds_is_not_moved() {
        assert_eq!(sizes("0!synthetic>1,2 1:16=A 2!synthetic>3 3:100!array"), [0, 16, 0, 100]);
    }

    #[test]
    fn without_user_roots_sizes_are_as_written() {
        assert_eq!(sizes("0!synthetic>1 1!synthetic>2 2:16=Map>3 3:100!array"), [0, 0, 16, 100]);
    }

    #[test]
    fn sums_pass_4_gib() {
        let text = "0!synthetic>1 1:4000000000=A>2,3 2:4000000000!array 3:4000000000!array";
        assert_eq!(sizes(text), [0, 12_000_000_000, 0, 0]);
    }
}
