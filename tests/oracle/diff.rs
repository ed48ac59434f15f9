//! Comparison rows and the ids behind them, against the engine's.

use std::path::Path;

use leaktui::{
    analysis::{
        Analysis,
        compare::{Comparison, DEVTOOLS, Row},
    },
    heap::{Heap, NodeIx},
    job::Job,
};
use serde::Deserialize;

use crate::golden;

#[derive(Deserialize)]
struct Golden {
    diff: Vec<GoldenRow>,
}

/// As the engine writes it. The label is left out: the engine reads that of a class only the
/// older snapshot has from the wrong definitions (see README.md beside the goldens).
#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "camelCase")]
struct GoldenRow {
    key: String,
    added_count: usize,
    removed_count: usize,
    count_delta: i64,
    added_size: u64,
    removed_size: u64,
    size_delta: i64,
    added_ids: Vec<u64>,
    deleted_ids: Vec<u64>,
}

/// Holds the comparison of two snapshots to the golden: every row, its ids, and the order.
pub(crate) fn check(older: Analysis, newer: Analysis, golden: &Path) {
    let expected: Golden = serde_json::from_slice(&golden::bytes(golden)).expect("a golden");
    let found = Comparison::new(older, newer, &Job::default()).expect("nobody cancels");
    assert!(found.is_by_object(), "{}: one process", golden.display());
    let mut rows: Vec<&Row> = found.rows().iter().filter(|row| row.is_changed()).collect();
    rows.sort_by(|a, b| found.compare_rows(a, b, DEVTOOLS));
    for (ours, theirs) in rows.iter().map(|row| ours(&found, row)).zip(&expected.diff) {
        assert_eq!(&ours, theirs, "{}", golden.display());
    }
    assert_eq!(rows.len(), expected.diff.len(), "{}: as many rows", golden.display());
}

fn ours(found: &Comparison, row: &Row) -> GoldenRow {
    let ids = |heap: &Heap, nodes: &[NodeIx]| nodes.iter().map(|&node| heap.id(node).0).collect();
    let members = found.members(row);
    GoldenRow {
        key: row.key.clone(),
        added_count: row.new,
        removed_count: row.deleted,
        count_delta: row.count_delta(),
        added_size: row.allocated,
        removed_size: row.freed,
        size_delta: row.size_delta(),
        added_ids: ids(&found.newer().heap, &members.new),
        deleted_ids: ids(&found.older().heap, &members.deleted),
    }
}
