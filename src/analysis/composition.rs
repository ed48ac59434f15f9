//! What the heap is made of, in detail: the largest of each part, types, realms, what is lost.
//!
//! Beside the sums of [`super::statistics`], which this file explains node by node. One pass over
//! the nodes for parts and types, one over the edges for realms.

use std::{cmp::Reverse, collections::BinaryHeap};

use fixedbitset::FixedBitSet;

use super::{
    Analysis, Distance,
    native_context::{NativeContexts, Sizes},
    statistics::{self, Part, Statistics},
};
use crate::{
    heap::{NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// A heap taken apart.
#[derive(Clone, Debug)]
pub struct Composition {
    /// DevTools' figures.
    pub statistics: Statistics,
    /// Of each part, in the order of [`Statistics::categories`], its largest nodes with the bytes
    /// they count there, largest first.
    pub largest: [Vec<(NodeIx, u64)>; 7],
    /// Nodes by type, most bytes first; types without nodes are left out.
    pub types: Vec<(NodeKind, Sum)>,
    /// Bytes by realm.
    pub realms: Sizes,
    /// What has a size and no way from any root leads to; nothing before distances are known.
    pub unreachable: Option<Sum>,
}

/// So many nodes, of so many bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// How many they are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
}

impl Sum {
    fn add(&mut self, shallow: u64) {
        self.count += 1;
        self.shallow = self.shallow.saturating_add(shallow);
    }
}

/// Takes the heap apart, naming the `most` largest of each part.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn of(known: &Analysis, most: usize, job: &Job) -> Result<Composition, Cancelled> {
    let realms = NativeContexts::find(&known.heap, job)?.sizes(known);
    job.phase("taking the heap apart", "nodes", known.heap.node_count());
    let mut largest: [Largest; 7] = std::array::from_fn(|_| Largest::new(most));
    let mut types = [Sum::default(); 256];
    let mut unreachable = known.distances.is_some().then(Sum::default);
    let counted_elsewhere = elements(known);
    for node in known.heap.nodes() {
        if node.0 & 0xFFFF == 0 {
            job.tick(0x1_0000)?;
        }
        let size = known.shallow(node);
        types[known.heap.kind(node).0 as usize].add(size);
        if let (Some(sum), Some(Distance::NEVER), true) = (&mut unreachable, known.distance(node), size > 0) {
            sum.add(size);
        }
        let part = statistics::part(known, node);
        let with_elements = match part {
            Part::JsArrays => statistics::elements(known, node).map_or(0, |elements| known.shallow(elements)),
            _ => 0,
        };
        if !counted_elsewhere.contains(node.ix()) {
            largest[part as usize].offer(node, size + with_elements);
        }
    }
    Ok(Composition {
        statistics: statistics::of(known),
        largest: largest.map(Largest::sorted),
        types: by_bytes(&types),
        realms,
        unreachable,
    })
}

/// The elements that count with their array.
fn elements(known: &Analysis) -> FixedBitSet {
    let mut found = FixedBitSet::with_capacity(known.heap.node_count());
    let arrays = known.heap.nodes().filter(|&node| statistics::part(known, node) == Part::JsArrays);
    found.extend(arrays.filter_map(|array| statistics::elements(known, array)).map(NodeIx::ix));
    found
}

fn by_bytes(types: &[Sum; 256]) -> Vec<(NodeKind, Sum)> {
    let kinds = (0u8..=255).map(NodeKind).zip(types.iter().copied());
    let mut found: Vec<_> = kinds.filter(|(_, sum)| sum.count > 0).collect();
    found.sort_by_key(|(kind, sum)| (Reverse(sum.shallow), kind.0));
    found
}

/// The largest of what is offered; of equals the first.
struct Largest {
    most: usize,
    /// The least on top.
    kept: BinaryHeap<Reverse<(u64, Reverse<NodeIx>)>>,
}

impl Largest {
    fn new(most: usize) -> Self {
        Self { most, kept: BinaryHeap::new() }
    }

    fn offer(&mut self, node: NodeIx, size: u64) {
        if size == 0 {
            return;
        }
        self.kept.push(Reverse((size, Reverse(node))));
        if self.kept.len() > self.most {
            self.kept.pop();
        }
    }

    fn sorted(self) -> Vec<(NodeIx, u64)> {
        let sorted = self.kept.into_sorted_vec();
        sorted.into_iter().map(|Reverse((size, Reverse(node)))| (node, size)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn the_largest_of_each_part_come_first() {
        let text = "0!synthetic>internal.x.1 1!synthetic>2,3,4,5,6 2:16=Array>internal.elements.7 3:10!string=a \
                    4:30!string=b 5:30!string=c 6:900!native=system~/~JSArrayBufferData 7:80!array= 8:5=Lost";
        let known = Analysis::complete(heap(text));
        let found = of(&known, 2, &Job::default()).expect("nobody cancels");
        let part =
            |part: Part| found.largest[part as usize].iter().map(|&(node, size)| (node.0, size)).collect();
        let strings: Vec<_> = part(Part::Strings);
        assert_eq!(strings, [(4, 30), (5, 30)]);
        let arrays: Vec<_> = part(Part::JsArrays);
        assert_eq!(arrays, [(2, 96)], "with the elements");
        let others: Vec<_> = part(Part::OtherJs);
        assert_eq!(others, [(8, 5)], "without them");
        assert_eq!(part(Part::TypedArrays), vec![(6, 900)]);
        assert_eq!(found.unreachable, Some(Sum { count: 1, shallow: 5 }));
        assert_eq!(found.types[0], (NodeKind::NATIVE, Sum { count: 1, shallow: 900 }));
    }
}
