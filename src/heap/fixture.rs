//! Small heaps written as one line of text, for tests and examples.
//!
//! Nodes stand in order, separated by blanks: `number[:size][!kind][=name][>edges]`, where edges
//! are separated by commas and each is `[kind.][name.]target`. What is left out: size 0, an
//! object called `Object`, a property called `p`. `~` in a name stands for a blank.
//!
//! ```
//! let heap = leaktui::heap::fixture::heap("0!synthetic>1 1:16=Cache>element.0.2,weak.w.2 2:8!string=text");
//! assert_eq!(heap.edge_count(), 3);
//! ```

use super::{EdgeKind, Heap, HeapBuilder, KindNames, NodeIx, NodeKind, StrIx, Strings};

/// The heap that `text` describes. Ids are 1, 3, 5 … as V8 numbers objects.
///
/// # Panics
///
/// Where the text does not follow the form above: fixtures are written by hand.
pub fn heap(text: &str) -> Heap {
    builder(text).build().expect("a fixture's edges lead to its nodes")
}

/// The columns of that heap, for tests of what the form has no words for.
///
/// # Panics
///
/// Like [`heap`].
pub fn builder(text: &str) -> HeapBuilder {
    let mut parts = Parts::default();
    for (row, node) in text.split_whitespace().enumerate() {
        parts.node(row, node);
    }
    parts.finish()
}

#[derive(Default)]
struct Parts {
    texts: Vec<String>,
    kinds: Vec<NodeKind>,
    names: Vec<StrIx>,
    sizes: Vec<u64>,
    edge_counts: Vec<u32>,
    edges: Vec<(EdgeKind, u32, NodeIx)>,
    kind_names: KindNames,
}

impl Parts {
    fn string(&mut self, text: &str) -> StrIx {
        let text = text.replace('~', " ");
        let at = self.texts.iter().position(|seen| *seen == text).unwrap_or_else(|| {
            self.texts.push(text);
            self.texts.len() - 1
        });
        StrIx(at as u32)
    }

    fn node(&mut self, row: usize, text: &str) {
        let (head, edges) = text.split_once('>').unwrap_or((text, ""));
        let (head, name) = head.split_once('=').unwrap_or((head, "Object"));
        let (head, kind) = head.split_once('!').unwrap_or((head, "object"));
        let (number, size) = head.split_once(':').unwrap_or((head, "0"));
        assert_eq!(number.parse(), Ok(row), "nodes are numbered from 0: {text}");
        let kind = self.kind_names.node_kind(&kind.replace('~', " ")).expect("few types");
        self.kinds.push(kind);
        let name = self.string(name);
        self.names.push(name);
        self.sizes.push(size.parse().expect("a size after the colon"));
        let before = self.edges.len();
        for edge in edges.split(',').filter(|edge| !edge.is_empty()) {
            self.edge(edge);
        }
        self.edge_counts.push((self.edges.len() - before) as u32);
    }

    fn edge(&mut self, text: &str) {
        let mut words = text.rsplitn(2, '.');
        let to =
            words.next().and_then(|to| to.parse().ok()).map(NodeIx).expect("an edge ends with its target");
        let label = words.next().unwrap_or("property.p");
        let (kind, name) = label.split_once('.').unwrap_or(("property", label));
        let kind = self.kind_names.edge_kind(kind).expect("few types");
        let name = if kind.is_indexed() {
            name.parse().expect("a number names this edge")
        } else {
            self.string(name).0
        };
        self.edges.push((kind, name, to));
    }

    fn finish(self) -> HeapBuilder {
        let nodes = self.kinds.len();
        HeapBuilder {
            node_kind: self.kinds,
            node_name: self.names,
            node_id: (0..nodes as u64).map(|row| row * 2 + 1).collect(),
            self_size: self.sizes.into_iter().collect(),
            edge_counts: self.edge_counts,
            detachedness: None,
            trace_node: None,
            edge_kind: self.edges.iter().map(|edge| edge.0).collect(),
            edge_name: self.edges.iter().map(|edge| edge.1).collect(),
            edge_to: self.edges.iter().map(|edge| edge.2).collect(),
            root: NodeIx(0),
            strings: Strings::from_texts(self.texts.iter().map(String::as_str)),
            locations: Vec::new(),
            kind_names: self.kind_names,
            extra_native_bytes: 0,
        }
    }
}
