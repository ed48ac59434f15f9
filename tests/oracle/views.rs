//! Rows of single views against the engine's: containment, retainers, duplicate strings.

use std::{collections::BTreeMap, path::Path};

use leaktui::{
    analysis::{Analysis, containment, edge_name},
    heap::{Edge, NodeId, NodeIx},
};
use serde::Deserialize;

use crate::golden::{bytes, cut};

/// What the engine said; `tests/data/README.md` tells the form.
#[derive(Deserialize)]
struct Golden {
    containment: BTreeMap<String, Vec<(String, String, u64)>>,
}

/// Holds the views of a snapshot to its golden.
pub(crate) fn check(known: &Analysis, golden: &Path) {
    let expected: Golden = serde_json::from_slice(&bytes(golden)).expect("a golden");
    for (id, rows) in &expected.containment {
        assert_eq!(&contained(known, node(known, id)), rows, "{}: inside {id}", golden.display());
    }
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
