//! A made-up heap as the bytes of a snapshot, section after section.
//!
//! Nothing is remembered between the sections: each asks the shape for every node again.

use std::io::{self, Write};

use super::shape::{Edge, Heap, NAMES, Shape};

const HEADER: &str = r#"{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count","detachedness"],"node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic","concatenated string","sliced string","symbol","bigint","object shape"],"string","number","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"string_or_number","node"],"trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],"trace_node_fields":["id","function_info_index","count","size","children"],"sample_fields":["timestamp_us","last_assigned_id"],"location_fields":["object_index","script_id","line","column"]},"#;

/// Numbers a row of the nodes has.
const NODE_FIELDS: u64 = 6;

/// Writes a snapshot of `nodes` nodes, three at least.
pub(crate) fn snapshot(out: &mut impl Write, shape: Shape, nodes: u32, seed: u64) -> io::Result<()> {
    let heap = Heap { shape, nodes: nodes.max(3), seed };
    header(out, &heap)?;
    node_rows(out, &heap)?;
    edge_rows(out, &heap)?;
    out.write_all(
        b"],\n\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[],\n",
    )?;
    strings(out, &heap)
}

fn header(out: &mut impl Write, heap: &Heap) -> io::Result<()> {
    let mut edges = Vec::new();
    let mut count = 0;
    for node in 0..heap.nodes {
        heap.node(node, &mut edges);
        count += edges.len();
    }
    write!(out, "{HEADER}\"node_count\":{},\"edge_count\":{count},", heap.nodes)?;
    out.write_all(b"\"trace_function_count\":0,\"extra_native_bytes\":0},\n\"nodes\":[")
}

fn node_rows(out: &mut impl Write, heap: &Heap) -> io::Result<()> {
    let mut edges = Vec::new();
    let mut text = Vec::new();
    for at in 0..heap.nodes {
        let node = heap.node(at, &mut edges);
        let id = u64::from(at) * 2 + 1;
        let row = [node.kind as u64, node.name.into(), id, node.size.into(), edges.len() as u64, 0];
        numbers(out, &mut text, &row, at == 0)?;
    }
    out.write_all(b"],\n\"edges\":[")
}

fn edge_rows(out: &mut impl Write, heap: &Heap) -> io::Result<()> {
    let mut edges: Vec<Edge> = Vec::new();
    let mut text = Vec::new();
    let mut first = true;
    for at in 0..heap.nodes {
        heap.node(at, &mut edges);
        for edge in &edges {
            let row = [edge.kind as u64, edge.name.into(), u64::from(edge.to) * NODE_FIELDS];
            numbers(out, &mut text, &row, first)?;
            first = false;
        }
    }
    Ok(())
}

/// Writes one row; a comma comes before all but the first.
fn numbers(out: &mut impl Write, text: &mut Vec<u8>, row: &[u64], first: bool) -> io::Result<()> {
    text.clear();
    for &number in row {
        text.push(b',');
        push_number(text, number);
    }
    out.write_all(&text[usize::from(first)..])
}

fn push_number(text: &mut Vec<u8>, mut number: u64) {
    let begin = text.len();
    loop {
        text.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    text[begin..].reverse();
}

fn strings(out: &mut impl Write, heap: &Heap) -> io::Result<()> {
    out.write_all(b"\"strings\":[\"\"")?;
    for name in &NAMES[1..] {
        write!(out, ",\n\"{name}\"")?;
    }
    for text in 0..heap.texts() {
        out.write_all(b",\n\"")?;
        heap.write_text(text, out)?;
        out.write_all(b"\"")?;
    }
    out.write_all(b"]}\n")
}
