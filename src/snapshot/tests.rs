//! Round trips: a heap written as JSON in any layout loads back equal.

use std::{fmt::Write as _, sync::Arc};

use proptest::prelude::*;

use super::{Input, load};
use crate::{
    heap::{Detachedness, Edge, Heap, Location, NodeId, NodeIx, fixture},
    job::Job,
};

/// How a heap is laid out in its file.
#[derive(Clone, Debug)]
struct Layout {
    sections: Vec<usize>,
    blanks: &'static str,
    node_fields: Vec<&'static str>,
    edge_fields: Vec<&'static str>,
}

fn layout() -> impl Strategy<Value = Layout> {
    let sections = Just((0..6).collect::<Vec<_>>()).prop_shuffle();
    let blanks = prop_oneof![Just(""), Just(" "), Just("\n"), Just("\r\n\t ")];
    let node_fields =
        Just(vec!["type", "name", "id", "self_size", "edge_count", "detachedness", "later"]).prop_shuffle();
    let edge_fields = Just(vec!["type", "name_or_index", "to_node"]).prop_shuffle();
    (sections, blanks, node_fields, edge_fields).prop_map(|(sections, blanks, node_fields, edge_fields)| {
        Layout { sections, blanks, node_fields, edge_fields }
    })
}

/// What a file says, as plain numbers.
#[derive(Clone, Debug)]
struct Plain {
    /// Type, name, id, size, detachedness.
    nodes: Vec<[u64; 5]>,
    /// Source, type, name, target.
    edges: Vec<[usize; 4]>,
    strings: Vec<String>,
    locations: Vec<[u32; 4]>,
}

const NODE_TYPES: [&str; 4] = ["object", "native", "string", "never seen"];
const EDGE_TYPES: [&str; 3] = ["property", "element", "weak"];

fn plain() -> impl Strategy<Value = Plain> {
    (1..40usize, 1..9usize).prop_flat_map(|(nodes, strings)| {
        let number = prop_oneof![0..100u64, any::<u32>().prop_map(u64::from), any::<u64>()];
        let node = (0..4u64, 0..strings as u64, number.clone(), number, 0..3u64)
            .prop_map(|(kind, name, id, size, state)| [kind, name, id, size, state]);
        let edge = (0..nodes, 0..3usize, 0..strings, 0..nodes)
            .prop_map(|(from, kind, name, to)| [from, kind, name, to]);
        (
            prop::collection::vec(node, nodes),
            prop::collection::vec(edge, 0..80),
            prop::collection::vec("[a-z\"\\\\\n,\\]é😀]{0,9}", strings),
            prop::collection::btree_map(0..nodes as u32, any::<[u32; 3]>(), 0..5),
        )
            .prop_map(|(nodes, mut edges, strings, locations)| {
                edges.sort_by_key(|edge| edge[0]);
                let locations = locations.into_iter().map(|(node, [a, b, c])| [node, a, b, c]).collect();
                Plain { nodes, edges, strings, locations }
            })
    })
}

impl Plain {
    fn node_field(&self, node: usize, field: &str) -> u64 {
        let [kind, name, id, size, state] = self.nodes[node];
        match field {
            "type" => kind,
            "name" => name,
            "id" => id,
            "self_size" => size,
            "edge_count" => self.edges.iter().filter(|edge| edge[0] == node).count() as u64,
            "detachedness" => state,
            _ => 77,
        }
    }

    fn json(&self, layout: &Layout) -> String {
        let width = layout.node_fields.len();
        let nodes = (0..self.nodes.len())
            .flat_map(|node| layout.node_fields.iter().map(move |field| self.node_field(node, field)));
        let edges = self.edges.iter().flat_map(|&[_, kind, name, to]| {
            layout.edge_fields.iter().map(move |field| match *field {
                "type" => kind as u64,
                "to_node" => (to * width) as u64,
                _ => name as u64,
            })
        });
        let locations = self.locations.iter().flat_map(|&[node, script, line, column]| {
            [node * width as u32, script, line, column].map(u64::from)
        });
        let kinds = |fields: &[&str], types: &[&str]| -> Vec<serde_json::Value> {
            fields.iter().map(|field| if *field == "type" { types.into() } else { "number".into() }).collect()
        };
        let header = serde_json::json!({
            "meta": {
                "node_fields": layout.node_fields,
                "node_types": kinds(&layout.node_fields, &NODE_TYPES),
                "edge_fields": layout.edge_fields,
                "edge_types": kinds(&layout.edge_fields, &EDGE_TYPES),
                "location_fields": ["object_index", "script_id", "line", "column"],
            },
            "node_count": self.nodes.len(),
            "edge_count": self.edges.len(),
            "extra_native_bytes": 24,
        });
        let blanks = layout.blanks;
        let strings: Vec<_> = self.strings.iter().map(|text| serde_json::json!(text).to_string()).collect();
        let sections = [
            ("snapshot", header.to_string()),
            ("nodes", list(nodes, blanks)),
            ("edges", list(edges, blanks)),
            ("locations", list(locations, blanks)),
            ("strings", list(strings, blanks)),
            ("samples", "[-1, [{\"nodes\":[1e9]}], \"]\"]".to_owned()),
        ];
        let members = layout.sections.iter().map(|&at| {
            let (name, value) = &sections[at];
            format!("{blanks}\"{name}\"{blanks}:{blanks}{value}")
        });
        format!("{{{}{blanks}}}\n", members.collect::<Vec<_>>().join(&format!("{blanks},")))
    }
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>, blanks: &str) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    format!("[{blanks}{}{blanks}]", items.join(&format!("{blanks},{blanks}")))
}

fn load_text(text: String) -> Heap {
    let input = Input::Bytes { label: "test".to_owned(), bytes: Arc::new(text.into_bytes()) };
    load(&input, &Job::default()).expect("it is sound").heap
}

fn check_nodes(heap: &Heap, plain: &Plain) {
    assert_eq!(heap.node_count(), plain.nodes.len());
    for (node, &[kind, name, id, size, state]) in heap.nodes().zip(&plain.nodes) {
        assert_eq!(heap.kind_names().node(heap.kind(node)), NODE_TYPES[kind as usize]);
        assert_eq!(heap.strings().text(heap.name(node)), plain.strings[name as usize]);
        assert_eq!((heap.id(node), heap.self_size(node)), (NodeId(id), size));
        assert_eq!(heap.detachedness(node), Some(Detachedness::from_code(state as u8)));
    }
}

fn check_edges(heap: &Heap, plain: &Plain) {
    let held = heap.nodes().flat_map(|node| heap.edges(node).map(move |edge| (node, edge)));
    let row = |(from, edge): (NodeIx, Edge)| {
        let kind = heap.kind_names().edge(edge.kind);
        let kind = EDGE_TYPES.iter().position(|name| *name == kind).expect("a type of the file");
        [from.ix(), kind, edge.name_or_index as usize, edge.to.ix()]
    };
    assert_eq!(held.map(row).collect::<Vec<_>>(), plain.edges);
}

proptest! {
    #[test]
    fn a_heap_in_any_layout_loads_back_equal(plain in plain(), layout in layout()) {
        let heap = load_text(plain.json(&layout));
        check_nodes(&heap, &plain);
        check_edges(&heap, &plain);
        let row = |place: &Location| [place.node.0, place.script_id, place.line, place.column];
        prop_assert_eq!(heap.locations().rows().iter().map(row).collect::<Vec<_>>(), plain.locations);
        prop_assert_eq!(heap.strings().len(), plain.strings.len());
        prop_assert_eq!(heap.extra_native_bytes(), 24);
    }

    #[test]
    fn no_cut_and_no_changed_byte_panics(plain in plain(), layout in layout(), at: prop::sample::Index, byte: u8) {
        let mut text = plain.json(&layout).into_bytes();
        let at = at.index(text.len());
        let cut = text[..at].to_vec();
        text[at] = byte;
        for bytes in [cut, text] {
            let input = Input::Bytes { label: "test".to_owned(), bytes: Arc::new(bytes) };
            match load(&input, &Job::default()) {
                Ok(loaded) => drop(loaded.heap.nodes().map(|node| loaded.heap.strings().text(loaded.heap.name(node)).len()).sum::<usize>()),
                Err(error) => prop_assert!(!error.to_string().contains('\n')),
            }
        }
    }
}

/// A fixture as V8 would write it.
fn v8_text(heap: &Heap) -> String {
    let mut nodes = String::new();
    let mut edges = String::new();
    for node in heap.nodes() {
        let count = heap.edges(node).len();
        let (kind, name) = (heap.kind(node).0, heap.name(node).0);
        let _ = write!(nodes, "{kind},{name},{},{},{count}\n,", heap.id(node).0, heap.self_size(node));
        for edge in heap.edges(node) {
            let _ = write!(edges, "{},{},{}\n,", edge.kind.0, edge.name_or_index, edge.to.0 * 5);
        }
    }
    let types = |known: Vec<&str>| serde_json::json!([known, "x", "x", "x", "x"]);
    let header = serde_json::json!({"meta": {
        "node_fields": ["type", "name", "id", "self_size", "edge_count"],
        "node_types": types(crate::heap::NodeKind::KNOWN.iter().map(|kind| kind.1).collect()),
        "edge_fields": ["type", "name_or_index", "to_node"],
        "edge_types": types(crate::heap::EdgeKind::KNOWN.iter().map(|kind| kind.1).collect()),
    }});
    let strings: Vec<_> =
        (0..heap.strings().len() as u32).map(|at| heap.strings().text(crate::heap::StrIx(at))).collect();
    let (nodes, edges) = (nodes.trim_end_matches(','), edges.trim_end_matches(','));
    let strings = serde_json::json!(strings);
    format!("{{\"snapshot\":{header},\n\"nodes\":[{nodes}],\n\"edges\":[{edges}],\n\"strings\":{strings}}}")
}

#[test]
fn rows_on_lines_of_their_own_load_as_v8_wrote_them() {
    // Long enough for many windows, in the layout of Node 10 to 22.
    let node = |row| format!("{row}:{}=C{}>element.{row}.{},weak.w.0", row % 300, row % 90, (row * 7) % 5000);
    let text = (0..5000).map(node).collect::<Vec<_>>().join(" ");
    let heap = fixture::heap(&text);
    let loaded = load_text(v8_text(&heap));
    assert_eq!(loaded.edge_targets(), heap.edge_targets());
    assert_eq!(loaded.edge_names(), heap.edge_names());
    assert_eq!(loaded.edge_kinds(), heap.edge_kinds());
    assert_eq!(loaded.self_sizes(), heap.self_sizes());
    for node in heap.nodes() {
        assert_eq!(loaded.id(node), heap.id(node));
        assert_eq!(loaded.strings().text(loaded.name(node)), heap.strings().text(heap.name(node)));
    }
}

#[test]
fn a_cancelled_job_yields_no_heap() {
    let text = v8_text(&fixture::heap("0>1 1"));
    let input = Input::Bytes { label: "test".to_owned(), bytes: Arc::new(text.into_bytes()) };
    let job = Job::default();
    job.cancel();
    assert!(matches!(load(&input, &job), Err(crate::error::LoadError::Cancelled(_))));
}
