//! Comparison: what came and went between two snapshots, class by class.
//!
//! As DevTools' Comparison view counts: the older snapshot is grouped anew with the interfaces of
//! the newer one, classes meet by their key, and inside a class an id only the newer has is new,
//! one only the older has is deleted. Sizes are each side's own shallow sizes. Of snapshots between
//! the two only each class's figures are kept. Linear in nodes but for sorting each class by id;
//! 8 bytes a node of the older snapshot are kept.

mod column;
mod gather;
mod members;
mod row;

pub use column::{Column, CompareSort, DEVTOOLS, GROWTH};
use gather::{Rows, regroup};
pub use members::Members;
use members::{by_id, merge};
pub(super) use row::difference;
pub use row::{Figures, Row, clamped};

use super::{
    Analysis, Classes,
    matching::{Kinship, Matching},
    order::compare_text,
};
use crate::{
    heap::{Heap, NodeIx},
    job::{Cancelled, Job},
};

/// Two snapshots, class by class.
#[derive(Debug)]
pub struct Comparison {
    older: Analysis,
    newer: Analysis,
    /// Classes of the older snapshot as the newer one would name them.
    older_classes: Classes,
    matching: Matching,
    rows: Vec<Row>,
}

impl Comparison {
    /// Compares two completely analysed snapshots of one process.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn new(older: Analysis, newer: Analysis, job: &Job) -> Result<Self, Cancelled> {
        Self::series(older, &[], newer, job)
    }

    /// Compares the ends of a series, and counts each class in the snapshots between them too.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn series(
        older: Analysis,
        between: &[Analysis],
        newer: Analysis,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        job.phase("comparing classes", "nodes", older.heap.node_count());
        let (older_classes, retained) = regroup(&older, &newer, job)?;
        let mut rows = Rows::new(between.len());
        rows.newer(&newer);
        rows.older(&older_classes, &retained);
        for (at, known) in between.iter().enumerate() {
            let (classes, retained) = regroup(known, &newer, job)?;
            rows.between(at, &classes, &retained);
        }
        job.phase("matching objects", "nodes", newer.heap.node_count());
        let matching = Matching::new(&older.heap, &newer.heap);
        let mut found = Self { older, newer, older_classes, matching, rows: rows.found };
        for at in 0..found.rows.len() {
            job.tick(found.rows[at].before.count)?;
            found.count(at);
        }
        Ok(found)
    }

    fn count(&mut self, at: usize) {
        let by_object = self.is_by_object();
        let members = self.members(&self.rows[at]);
        let sum = |known: &Analysis, nodes: &[NodeIx]| {
            nodes.iter().fold(0u64, |sum, &node| sum.saturating_add(known.shallow(node)))
        };
        let (allocated, freed) = (sum(&self.newer, &members.new), sum(&self.older, &members.deleted));
        let is_native =
            |heap: &Heap, nodes: &[NodeIx]| nodes.iter().all(|&node| heap.id(node).0.is_multiple_of(2));
        let is_noise =
            is_native(&self.newer.heap, &members.new) && is_native(&self.older.heap, &members.deleted);
        let row = &mut self.rows[at];
        row.is_noise = is_noise && by_object && !(members.new.is_empty() && members.deleted.is_empty());
        (row.new, row.deleted) = (members.new.len(), members.deleted.len());
        (row.allocated, row.freed) = (allocated, freed);
    }

    /// Which objects are the same in both, and whether that means anything.
    pub fn matching(&self) -> &Matching {
        &self.matching
    }

    /// Whether objects can be told apart by id. If not, only counts and sizes of classes compare:
    /// what is new or deleted means nothing.
    pub fn is_by_object(&self) -> bool {
        !matches!(self.matching.kinship(), Kinship::Unrelated { .. })
    }

    /// The older snapshot.
    pub fn older(&self) -> &Analysis {
        &self.older
    }

    /// The newer snapshot.
    pub fn newer(&self) -> &Analysis {
        &self.newer
    }

    /// The classes of the older snapshot as the newer one would name them.
    pub fn older_classes(&self) -> &Classes {
        &self.older_classes
    }

    /// All classes that either snapshot has, changed or not.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The class's name (not yet safe for a terminal).
    pub fn name<'a>(&'a self, row: &'a Row) -> &'a str {
        match (row.newer, row.older) {
            (Some(class), _) => self.newer.classes.name(class),
            (None, Some(class)) => self.older_classes.name(class),
            (None, None) => &row.key,
        }
    }

    /// The class's objects by what became of them. Cost: sorting them by id.
    pub fn members(&self, row: &Row) -> Members {
        let older = row
            .older
            .map_or_else(Vec::new, |class| by_id(&self.older.heap, self.older_classes.members(class)));
        let newer = row
            .newer
            .map_or_else(Vec::new, |class| by_id(&self.newer.heap, self.newer.classes.members(class)));
        merge(&self.older.heap, &older, &self.newer.heap, &newer)
    }

    /// DevTools' order of rows: by the column, then name; equal rows stay as [`Comparison::rows`]
    /// has them.
    pub fn compare_rows(&self, a: &Row, b: &Row, sort: CompareSort) -> std::cmp::Ordering {
        let name = || compare_text(self.name(a), self.name(b));
        let order = match sort.by {
            Column::Name => name(),
            column => column.value(a).cmp(&column.value(b)),
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then_with(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::order::By;
    use crate::heap::{EdgeKind, HeapBuilder, KindNames, NodeKind, StrIx, Strings, fixture::heap};

    fn compare(older: &str, newer: &str) -> Comparison {
        let known = |text| Analysis::complete(heap(text));
        Comparison::new(known(older), known(newer), &Job::default()).expect("nobody cancels")
    }

    fn row<'a>(found: &'a Comparison, key: &str) -> &'a Row {
        found.rows().iter().find(|row| row.key == key).expect("a row of that key")
    }

    #[test]
    fn objects_come_and_go_by_id() {
        let found = compare("0!synthetic>1,2 1:8=A 2:16=B", "0!synthetic>1,2,3 1:8=A 2:4=C 3:2=A");
        let a = row(&found, ",A");
        assert_eq!((a.new, a.deleted, a.allocated, a.size_delta()), (1, 0, 2, 2));
        assert_eq!((a.before.count, a.after.count), (1, 2));
        let b = row(&found, ",B");
        assert_eq!((b.new, b.deleted, b.freed, b.newer), (0, 1, 16, None));
        assert_eq!(row(&found, ",C").count_delta(), 1, "another class under the same id is new here");
    }

    #[test]
    fn a_kept_object_that_grew_is_no_change_to_devtools_but_growth_to_us() {
        let found = compare("0!synthetic>1 1:8=A", "0!synthetic>1 1:800=A");
        let a = row(&found, ",A");
        assert_eq!((a.is_changed(), a.size_delta(), a.shallow_delta()), (false, 0, 792));
    }

    #[test]
    fn snapshots_between_the_two_have_their_figures() {
        let known = |text| Analysis::complete(heap(text));
        let between = [known("0!synthetic>1,2,3 1:8=A 2:8=A 3:8=B")];
        let (older, newer) = (known("0!synthetic>1 1:8=A"), known("0!synthetic>1,2,3 1:8=A 2:8=A 3:9=A"));
        let found = Comparison::series(older, &between, newer, &Job::default()).expect("nobody cancels");
        let a = row(&found, ",A");
        let counts: Vec<usize> = a.series().map(|figures| figures.count).collect();
        assert_eq!(counts, [1, 2, 3]);
        assert!(a.grew_in_every_step());
        assert_eq!(Column::Of(1, By::Shallow).value(a), 16);
        assert!(found.rows().iter().all(|row| row.key != ",B"), "it came and went");
    }

    #[test]
    fn interfaces_of_the_newer_snapshot_name_the_older_ones_objects() {
        let found = compare("0!synthetic>1 1:8>a.0", "0!synthetic>1,2,3 1:8>a.0 2:8>a.0 3:8>a.0");
        let a = row(&found, ",{a}");
        assert_eq!((a.before.count, a.after.count, a.new), (1, 3, 2));
    }

    /// A root and two nodes of these names, of ids 2 and 3.
    fn with_native(native: &str, object: &str) -> Heap {
        HeapBuilder {
            node_kind: vec![NodeKind::SYNTHETIC, NodeKind::NATIVE, NodeKind::OBJECT],
            node_name: vec![StrIx(0), StrIx(1), StrIx(2)],
            node_id: [1u64, 2, 3].into_iter().collect(),
            self_size: [0u64, 8, 8].into_iter().collect(),
            edge_counts: vec![2, 0, 0],
            detachedness: None,
            trace_node: None,
            edge_kind: vec![EdgeKind::ELEMENT; 2],
            edge_name: vec![0, 1],
            edge_to: vec![NodeIx(1), NodeIx(2)],
            root: NodeIx(0),
            strings: Strings::from_texts(["", native, object]),
            locations: Vec::new(),
            kind_names: KindNames::default(),
            extra_native_bytes: 0,
        }
        .build()
        .expect("its edges lead to its nodes")
    }

    #[test]
    fn natives_that_came_are_noise_but_not_between_two_processes() {
        let found = |older: Heap, newer: Heap| {
            Comparison::new(Analysis::complete(older), Analysis::complete(newer), &Job::default())
                .expect("nobody cancels")
        };
        let same = found(heap("0!synthetic=>1 1=A"), with_native("N", "A"));
        let other = found(heap("0!synthetic=x>1 1=X"), with_native("N", "A"));
        assert!(same.is_by_object() && !other.is_by_object());
        let is_noise = |found: &Comparison| found.rows().iter().any(|row| row.new == 1 && row.is_noise);
        assert!(is_noise(&same), "{:?}", same.rows());
        assert!(!is_noise(&other));
    }
}
