//! Goldens read back: the summary of a file, and its nodes as columns or as lines.

use std::{collections::HashMap, fs::File, io::Read as _, path::Path};

use leaktui::heap::{Heap, NodeIx};
use serde::Deserialize;

/// How much of a name the goldens keep, in UTF-16 units.
pub(crate) const NAME_UNITS: usize = 64;

/// Totals, statistics and Summary rows, also under the named filters, and bytes by realm.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) totals: Totals,
    pub(crate) statistics: Statistics,
    pub(crate) aggregates: Vec<Row>,
    pub(crate) filters: HashMap<String, Vec<Row>>,
    pub(crate) native_contexts: Realms,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Realms {
    pub(crate) native_contexts: Vec<NativeContext>,
    pub(crate) shared_size: u64,
    pub(crate) no_attribution_size: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NativeContext {
    pub(crate) node_id: u64,
    pub(crate) attributed_size: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Totals {
    pub(crate) node_count: usize,
    pub(crate) edge_count: usize,
    pub(crate) total_size: u64,
}

#[derive(Deserialize)]
pub(crate) struct Statistics {
    pub(crate) total: u64,
    pub(crate) native: Native,
    pub(crate) v8heap: V8Heap,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Native {
    pub(crate) total: u64,
    pub(crate) typed_arrays: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct V8Heap {
    pub(crate) total: u64,
    pub(crate) code: u64,
    pub(crate) js_arrays: u64,
    pub(crate) strings: u64,
    pub(crate) system: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) count: usize,
    pub(crate) distance: i64,
    #[serde(rename = "self")]
    pub(crate) shallow: u64,
    pub(crate) max_ret: u64,
}

/// What the engine says of one node. `name` is cut to [`NAME_UNITS`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Node {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) class_name: String,
    pub(crate) class_key: String,
    #[serde(rename = "self")]
    pub(crate) shallow: u64,
    pub(crate) retained: u64,
    pub(crate) distance: i64,
    pub(crate) detachedness: u8,
    pub(crate) dominator: u64,
}

/// The nodes of a file in file order.
pub(crate) struct Nodes(pub(crate) Vec<Node>);

#[derive(Deserialize)]
struct Columns {
    id: Vec<i64>,
    distance: Vec<i64>,
    shallow: Vec<u64>,
    retained: Vec<u64>,
    detachedness: Vec<u8>,
    dominator: Vec<isize>,
    class: Vec<usize>,
    classes: Vec<(String, String)>,
    names: HashMap<usize, String>,
}

/// Summary rows of what was allocated between two snapshots.
#[derive(Deserialize)]
pub(crate) struct Range {
    #[serde(rename = "range")]
    pub(crate) rows: Vec<Row>,
}

impl Range {
    pub(crate) fn read(path: &Path) -> Self {
        serde_json::from_slice(&bytes(path)).expect("rows")
    }
}

impl Summary {
    pub(crate) fn read(path: &Path) -> Self {
        serde_json::from_slice(&bytes(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

impl Nodes {
    /// From a line a node.
    pub(crate) fn lines(path: &Path) -> Self {
        let bytes = with_whole_characters(bytes(path));
        let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        Self(lines.map(|line| serde_json::from_slice(line).expect("a node")).collect())
    }

    /// From columns; names that are not there are those of the file.
    pub(crate) fn columns(path: &Path, heap: &Heap) -> Self {
        let columns: Columns = serde_json::from_slice(&bytes(path)).expect("columns");
        let ids: Vec<i64> = columns
            .id
            .iter()
            .scan(0, |id, step| {
                *id += step;
                Some(*id)
            })
            .collect();
        Self((0..ids.len()).map(|row| columns.node(row, &ids, heap)).collect())
    }
}

impl Columns {
    fn node(&self, row: usize, ids: &[i64], heap: &Heap) -> Node {
        let (class_key, class_name) = self.classes[self.class[row]].clone();
        let raw = || cut(&heap.strings().text(heap.name(NodeIx(row as u32))));
        Node {
            id: ids[row] as u64,
            name: self.names.get(&row).cloned().unwrap_or_else(raw),
            class_name,
            class_key,
            shallow: self.shallow[row],
            retained: self.retained[row] + self.shallow[row],
            distance: self.distance[row],
            detachedness: self.detachedness[row],
            dominator: ids[row.checked_add_signed(-self.dominator[row]).expect("a node")] as u64,
        }
    }
}

/// The first [`NAME_UNITS`] of a name; half a surrogate pair becomes U+FFFD.
pub(crate) fn cut(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().take(NAME_UNITS).collect();
    String::from_utf16_lossy(&units)
}

/// A file, unpacked if it is `.zst`.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    let mut file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|kind| kind == "zst") {
        let mut decoder = ruzstd::decoding::StreamingDecoder::new(file).expect("zstd");
        decoder.read_to_end(&mut bytes).expect("zstd");
    } else {
        file.read_to_end(&mut bytes).expect("readable");
    }
    bytes
}

/// JavaScript writes half a surrogate pair as an escape, which no Rust string can hold: it
/// becomes U+FFFD, as everywhere in the program. Whole pairs are never escaped there.
fn with_whole_characters(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        at += found;
        if matches!(bytes.get(at + 1..at + 4), Some([b'u', b'd', b'8'..=b'9' | b'a'..=b'f'])) {
            bytes[at + 2..at + 6].copy_from_slice(b"fffd");
        }
        at += 2;
    }
    bytes
}
