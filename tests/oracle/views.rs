//! Rows of single views against the engine's: containment, retainers, duplicate strings.

use std::{collections::BTreeMap, path::Path};

use leaktui::{
    analysis::{
        Analysis, containment, edge_name,
        strings::{
            self,
            duplicates::{self, Duplicate},
        },
    },
    heap::{Edge, NodeId, NodeIx},
    job::Job,
};
use serde::Deserialize;

use crate::golden::{bytes, cut};

/// What the engine said; `tests/data/README.md` tells the form.
#[derive(Deserialize)]
struct Golden {
    containment: BTreeMap<String, Vec<(String, String, u64)>>,
    /// Text, count, shallow and retained bytes, id of the first.
    duplicates: Vec<(String, usize, u64, u64, u64)>,
}

/// Holds the views of a snapshot to its golden.
pub(crate) fn check(known: &Analysis, golden: &Path) {
    let expected: Golden = serde_json::from_slice(&bytes(golden)).expect("a golden");
    for (id, rows) in &expected.containment {
        assert_eq!(&contained(known, node(known, id)), rows, "{}: inside {id}", golden.display());
    }
    for (ours, theirs) in duplicated(known).iter().zip(&expected.duplicates) {
        assert_eq!(ours, theirs, "{}: duplicate strings", golden.display());
    }
    assert_eq!(duplicated(known).len(), expected.duplicates.len(), "{}: as many", golden.display());
}

fn duplicated(known: &Analysis) -> Vec<(String, usize, u64, u64, u64)> {
    let groups = duplicates::find(known, &Job::default()).expect("nobody cancels");
    let told = |group: &Duplicate| {
        let first = group.nodes[0];
        let text = cut(&strings::text(known, first));
        (text, group.nodes.len(), group.shallow, group.retained, known.heap.id(first).0)
    };
    groups.iter().map(told).collect()
}

fn node(known: &Analysis, id: &str) -> NodeIx {
    match id {
        "root" => known.heap.root(),
        id => known.heap.find(NodeId(id.parse().expect("an id"))).expect("a node of that id"),
    }
}

fn contained(known: &Analysis, node: NodeIx) -> Vec<(String, String, u64)> {
    let mut rows = containment::list(known, node);
    containment::sort(known, &mut rows, containment::DEFAULT);
    let heap = &known.heap;
    rows.iter().map(|edge| (kind(known, edge), name(known, edge), heap.id(edge.to).0)).collect()
}

fn kind(known: &Analysis, edge: &Edge) -> String {
    known.heap.kind_names().edge(edge.kind).to_owned()
}

fn name(known: &Analysis, edge: &Edge) -> String {
    cut(&edge_name(&known.heap, edge))
}
