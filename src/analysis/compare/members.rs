//! What became of each object of a class: by id, two sorted lists are merged. Costs the sorting.

use std::cmp::Ordering;

use crate::heap::{Heap, NodeIx};

/// A class's objects, sorted by id.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Members {
    /// Of the newer snapshot.
    pub new: Vec<NodeIx>,
    /// Of the older snapshot.
    pub deleted: Vec<NodeIx>,
    /// In both: older, newer.
    pub kept: Vec<(NodeIx, NodeIx)>,
}

pub(super) fn by_id(heap: &Heap, members: &[NodeIx]) -> Vec<NodeIx> {
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|&node| heap.id(node));
    sorted
}

pub(super) fn merge(older_heap: &Heap, older: &[NodeIx], newer_heap: &Heap, newer: &[NodeIx]) -> Members {
    let mut found = Members::default();
    let (mut at, mut other) = (0, 0);
    while let (Some(&a), Some(&b)) = (older.get(at), newer.get(other)) {
        match older_heap.id(a).cmp(&newer_heap.id(b)) {
            Ordering::Less => {
                found.deleted.push(a);
                at += 1;
            }
            Ordering::Greater => {
                found.new.push(b);
                other += 1;
            }
            Ordering::Equal => {
                found.kept.push((a, b));
                (at, other) = (at + 1, other + 1);
            }
        }
    }
    found.deleted.extend(&older[at..]);
    found.new.extend(&newer[other..]);
    found
}
