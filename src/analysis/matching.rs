//! Which nodes of two snapshots of one process are the same object.
//!
//! V8 keeps an object's id for its life and never gives it to another, so equal ids mean the same
//! object, as long as both files come from one process. Ids of native nodes are addresses and may
//! mean anything. Sorting both id columns costs O(n log n); 8 bytes a node are kept.

use super::Analysis;
use crate::{
    heap::{Heap, NodeIx},
    job::{Cancelled, Job},
};

/// Marks a node the other snapshot does not have.
const ABSENT: u32 = u32::MAX;

/// Below this share of agreeing nodes, two files are not of one process. Snapshots of one process
/// agree on 99 % and more of their common ids, those of two runs of a program on a quarter.
const AGREEMENT: f64 = 0.9;

/// The same objects in an older and a newer snapshot.
#[derive(Debug)]
pub struct Matching {
    to_newer: Vec<u32>,
    to_older: Vec<u32>,
    kinship: Kinship,
}

/// Whether two snapshots can be compared object by object.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kinship {
    /// One process, in the order given.
    Same,
    /// One process, but the snapshot given first is the later one.
    Swapped,
    /// Two processes, or two isolates of one: ids mean nothing between them.
    Unrelated {
        /// Share of the common ids that name a node of the same type and name.
        agreement: f64,
    },
}

/// How the snapshots of a series belong together.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SeriesKinship {
    /// The worst of each two that follow one another.
    pub worst: Kinship,
    /// The place of the first of these two; 0 where all is well.
    pub at: usize,
    /// How many snapshots there are.
    pub snapshots: usize,
}

/// Whether a series is one of snapshots of one process in order of time, and if not, where.
/// Unrelated is worse than swapped; of several the first counts. Cost: a matching for each two.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn series_kinship(series: &[&Analysis], job: &Job) -> Result<SeriesKinship, Cancelled> {
    let mut found = SeriesKinship { worst: Kinship::Same, at: 0, snapshots: series.len() };
    for (at, pair) in series.windows(2).enumerate() {
        job.phase("matching objects", "nodes", 0);
        job.tick(0)?;
        let worst = Matching::new(&pair[0].heap, &pair[1].heap).kinship();
        match worst {
            Kinship::Unrelated { .. } => return Ok(SeriesKinship { worst, at, ..found }),
            Kinship::Swapped if found.worst == Kinship::Same => {
                found = SeriesKinship { worst, at, ..found };
            }
            Kinship::Swapped | Kinship::Same => {}
        }
    }
    Ok(found)
}

impl Matching {
    /// Finds the nodes that `older` and `newer` have in common.
    pub fn new(older: &Heap, newer: &Heap) -> Self {
        let mut found = Self {
            to_newer: vec![ABSENT; older.node_count()],
            to_older: vec![ABSENT; newer.node_count()],
            kinship: Kinship::Same,
        };
        found.merge(older, newer);
        found.kinship = found.judge(older, newer);
        found
    }

    /// Walks both files by ascending id.
    fn merge(&mut self, older: &Heap, newer: &Heap) {
        let (left, right) = (by_id(older), by_id(newer));
        let (mut at, mut other) = (0, 0);
        while let (Some(&a), Some(&b)) = (left.get(at), right.get(other)) {
            let ids = older.id(a).cmp(&newer.id(b));
            if ids.is_eq() {
                self.to_newer[a.ix()] = b.0;
                self.to_older[b.ix()] = a.0;
            }
            at += usize::from(ids.is_le());
            other += usize::from(ids.is_ge());
        }
    }

    fn judge(&self, older: &Heap, newer: &Heap) -> Kinship {
        let (mut common, mut agreeing) = (0usize, 0usize);
        for node in older.nodes().filter(|&node| older.id(node).0 % 2 == 1) {
            if let Some(other) = self.newer(node) {
                common += 1;
                agreeing += usize::from(is_alike(older, node, newer, other));
            }
        }
        let agreement = agreeing as f64 / (common.max(1)) as f64;
        if agreement < AGREEMENT {
            Kinship::Unrelated { agreement }
        } else if last_object(older) > last_object(newer) {
            Kinship::Swapped
        } else {
            Kinship::Same
        }
    }

    /// Whether the two can be compared object by object.
    pub fn kinship(&self) -> Kinship {
        self.kinship
    }

    /// The node of the newer snapshot that is this node of the older one.
    #[inline]
    pub fn newer(&self, older: NodeIx) -> Option<NodeIx> {
        Some(self.to_newer[older.ix()]).filter(|&found| found != ABSENT).map(NodeIx)
    }

    /// The node of the older snapshot that is this node of the newer one.
    #[inline]
    pub fn older(&self, newer: NodeIx) -> Option<NodeIx> {
        Some(self.to_older[newer.ix()]).filter(|&found| found != ABSENT).map(NodeIx)
    }
}

fn by_id(heap: &Heap) -> Vec<NodeIx> {
    let mut nodes: Vec<NodeIx> = heap.nodes().collect();
    // Files list most nodes in id order already, which this sort notices.
    nodes.sort_by_key(|&node| heap.id(node));
    nodes
}

fn is_alike(older: &Heap, a: NodeIx, newer: &Heap, b: NodeIx) -> bool {
    let kinds = (older.kind(a), newer.kind(b));
    // V8 flattens and interns strings as it goes; their text stays.
    let same_kind = kinds.0 == kinds.1 || (kinds.0.is_string() && kinds.1.is_string());
    same_kind && older.strings().raw(older.name(a)) == newer.strings().raw(newer.name(b))
}

/// The greatest odd id: objects made later have greater ones.
pub fn last_object(heap: &Heap) -> u64 {
    heap.nodes().map(|node| heap.id(node).0).filter(|id| id % 2 == 1).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn equal_ids_are_one_object() {
        let (older, newer) = (heap("0=R>1 1=A 2=B"), heap("0=R>1 1=A"));
        let found = Matching::new(&older, &newer);
        assert_eq!(found.newer(NodeIx(1)), Some(NodeIx(1)));
        assert_eq!(found.newer(NodeIx(2)), None);
        assert_eq!(found.kinship(), Kinship::Swapped, "the first has the greater ids");
        assert_eq!(Matching::new(&newer, &older).kinship(), Kinship::Same);
    }

    #[test]
    fn the_two_of_a_series_that_are_swapped_are_named() {
        let known = |text: &str| Analysis::complete(heap(text));
        let (s1, s2, s3) = (known("0=R>1 1=A"), known("0=R>1 1=A 2=B"), known("0=R>1 1=A 2=B 3=C"));
        let found = |series: &[&Analysis]| {
            let found = series_kinship(series, &Job::default()).expect("nobody cancels");
            (found.worst, found.at)
        };
        assert_eq!(found(&[&s1, &s2, &s3]), (Kinship::Same, 0));
        assert_eq!(found(&[&s1, &s3, &s2]), (Kinship::Swapped, 1));
        let other = known("0=R 1=X 2=Y 3=Z");
        assert_eq!(found(&[&s2, &s1, &other]), (Kinship::Unrelated { agreement: 0.5 }, 1), "the worst");
    }

    #[test]
    fn ids_that_name_other_things_are_of_another_process() {
        let found = Matching::new(&heap("0=R 1=A 2=B 3=C"), &heap("0=R 1=X 2=Y 3=Z"));
        assert_eq!(found.kinship(), Kinship::Unrelated { agreement: 0.25 });
    }
}
