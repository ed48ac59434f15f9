//! Rows of single views against the engine's: containment, retainers, duplicate strings.

use std::{collections::BTreeMap, path::Path};

use leaktui::{
    analysis::{
        Analysis, Distance, containment, edge_name,
        ignoring::Ignoring,
        retainers,
        strings::{
            self,
            duplicates::{self, Duplicate},
        },
    },
    heap::{Edge, InEdge, NodeId, NodeIx},
    job::Job,
};
use serde::Deserialize;

use crate::golden::{bytes, cut};

/// What the engine said; `tests/data/README.md` tells the form.
#[derive(Deserialize)]
struct Golden {
    containment: BTreeMap<String, Vec<(String, String, u64)>>,
    ignored: Vec<u64>,
    /// Edge type, edge name, id, distance.
    retainers: BTreeMap<String, Vec<(String, String, u64, u32)>>,
    /// Text, count, shallow and retained bytes, id of the first.
    duplicates: Vec<(String, usize, u64, u64, u64)>,
}

/// Holds the views of a snapshot to its golden.
pub(crate) fn check(known: &Analysis, golden: &Path) {
    let expected: Golden = serde_json::from_slice(&bytes(golden)).expect("a golden");
    for (id, rows) in &expected.containment {
        assert_eq!(&contained(known, node(known, id)), rows, "{}: inside {id}", golden.display());
    }
    let ignored: Vec<NodeIx> = expected.ignored.iter().map(|id| node(known, &id.to_string())).collect();
    let around = Ignoring::new(known, &ignored, &Job::default()).expect("nobody cancels");
    for (id, rows) in &expected.retainers {
        assert_eq!(&retained(known, &around, node(known, id)), rows, "{}: {id}", golden.display());
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

fn retained(known: &Analysis, around: &Ignoring, node: NodeIx) -> Vec<(String, String, u64, u32)> {
    let mut rows = retainers::list(known, node, false);
    around.sort(&mut rows, retainers::DEFAULT);
    let told = |row: &InEdge| {
        let distance = around.distance(row).and_then(Distance::raw).expect("a distance");
        (kind(known, &row.edge), name(known, &row.edge), known.heap.id(row.from).0, distance)
    };
    rows.iter().map(told).collect()
}

fn kind(known: &Analysis, edge: &Edge) -> String {
    known.heap.kind_names().edge(edge.kind).to_owned()
}

fn name(known: &Analysis, edge: &Edge) -> String {
    cut(&edge_name(&known.heap, edge))
}
