//! What nodes and edges are called, and which nodes are detached.
//!
//! Detachedness flows from the nodes that state it over native nodes only; detached ones are
//! renamed `Detached …`, which changes their class too. A bit a node for the renames, a byte a
//! node for the state where the file has any. Display names are made when somebody looks.

use std::{borrow::Cow, sync::OnceLock};

use fixedbitset::FixedBitSet;

use super::{distance::bookkeeping::parse_int, memo::NameTest, rope::Ropes, strings::length::Length};
use crate::heap::{Detachedness, Edge, EdgeKind, EdgeName, Heap, NodeIx, NodeKind, StrIx};

/// What DevTools puts before the name of a detached native node.
const DETACHED: &str = "Detached ";

/// The longest name of a plain object, in UTF-16 units.
const OBJECT_UNITS: usize = 100;

/// Names after detachedness has been propagated.
#[derive(Debug, Default)]
pub struct Names {
    /// One code a node; empty where no node states anything.
    states: Vec<u8>,
    renamed: FixedBitSet,
    /// Measured when the first rope is named.
    ropes: OnceLock<Ropes>,
}

impl Names {
    pub(super) fn propagate(heap: &Heap) -> Self {
        if heap.has_detachedness() { Flow::new(heap).run() } else { Self::by_prefix(heap) }
    }

    /// Old files say it in the name alone.
    fn by_prefix(heap: &Heap) -> Self {
        let mut detached =
            NameTest::new(heap, |heap, name| heap.strings().raw(name).starts_with(DETACHED.as_bytes()));
        let states = heap
            .nodes()
            .map(|node| heap.kind(node) == NodeKind::NATIVE && detached.holds(heap.name(node)))
            .map(|found| if found { Detachedness::Detached.code() } else { 0 })
            .collect();
        Self { states, ..Self::default() }
    }

    /// Whether the node is attached to, or detached from, its document.
    pub fn detachedness(&self, node: NodeIx) -> Detachedness {
        self.states.get(node.ix()).map_or(Detachedness::Unknown, |&code| Detachedness::from_code(code))
    }

    /// Whether `Detached ` was put before the node's name.
    #[inline]
    pub fn is_renamed(&self, node: NodeIx) -> bool {
        self.renamed.contains(node.ix())
    }

    /// Whether the node's raw name is this plain ASCII text.
    #[inline]
    pub fn raw_is(&self, heap: &Heap, node: NodeIx, ascii: &str) -> bool {
        !self.is_renamed(node) && heap.strings().is(heap.name(node), ascii)
    }

    /// The node's name in the file, with its `Detached ` if it got one.
    pub fn raw<'a>(&self, heap: &'a Heap, node: NodeIx) -> Cow<'a, str> {
        let text = heap.strings().text(heap.name(node));
        if self.is_renamed(node) { Cow::Owned(format!("{DETACHED}{text}")) } else { text }
    }

    /// Whether the node's name is not simply that in the file.
    #[inline]
    pub(super) fn is_made(&self, heap: &Heap, node: NodeIx) -> bool {
        match heap.kind(node) {
            NodeKind::CONCATENATED => true,
            NodeKind::OBJECT if heap.strings().is(heap.name(node), "Object") => true,
            _ => self.is_renamed(node),
        }
    }

    /// The node's name as DevTools displays it: ropes flattened, plain objects by their fields.
    pub fn text<'a>(&self, heap: &'a Heap, node: NodeIx) -> Cow<'a, str> {
        match heap.kind(node) {
            NodeKind::CONCATENATED => Cow::Owned(self.ropes(heap).text(heap, node)),
            NodeKind::OBJECT if self.raw_is(heap, node, "Object") => Cow::Owned(object_text(heap, node)),
            _ => self.raw(heap, node),
        }
    }

    /// How long a string is, ropes flattened. Of other nodes it means nothing.
    pub fn length(&self, heap: &Heap, node: NodeIx) -> Length {
        self.ropes(heap).length(heap, node)
    }

    /// Measures the ropes now, one pass over the nodes, for those who later draw their texts and must
    /// not wait.
    pub fn measure_ropes(&self, heap: &Heap) {
        self.ropes(heap);
    }

    fn ropes(&self, heap: &Heap) -> &Ropes {
        self.ropes.get_or_init(|| Ropes::measure(heap))
    }

    /// The name as a row shows it: strings in quotes, `f()`, `/regexp/`, `array[]`. The text is
    /// the file's own and may hold anything; make it safe before a terminal sees it.
    pub fn label(&self, heap: &Heap, node: NodeIx) -> String {
        let text = self.text(heap, node);
        match heap.kind(node) {
            NodeKind::STRING | NodeKind::CONCATENATED => format!("\"{text}\""),
            NodeKind::REGEXP => format!("/{text}/"),
            NodeKind::CLOSURE => format!("{text}()"),
            NodeKind::ARRAY if text.is_empty() => "(internal array)[]".to_owned(),
            NodeKind::ARRAY => format!("{text}[]"),
            _ => text.into_owned(),
        }
    }
}

/// What an edge is called: digits for elements, else its text (`(empty)` is left to the screen).
pub fn edge_name<'a>(heap: &'a Heap, edge: &Edge) -> Cow<'a, str> {
    match edge.name() {
        EdgeName::Index(index) => Cow::Owned(index.to_string()),
        EdgeName::Text(name) => {
            let text = heap.strings().text(name);
            match (edge.kind, parse_int(&text)) {
                (EdgeKind::SHORTCUT, Some(number)) => Cow::Owned(number.to_string()),
                _ => text,
            }
        }
    }
}

/// The name of a plain object by its properties, taken in turn from both ends: `{a, b, …, z}`.
fn object_text(heap: &Heap, node: NodeIx) -> String {
    let is_named = |edge: &Edge| {
        edge.kind == EdgeKind::PROPERTY && !heap.strings().is(StrIx(edge.name_or_index), "__proto__")
    };
    let mut properties =
        heap.edges(node).filter(is_named).map(|edge| quoted(&edge_name(heap, &edge)).into_owned());
    let (mut front, mut back) = (Vec::new(), Vec::new());
    let (mut front_units, mut back_units) = (1, 1);
    let mut from_back = false;
    let mut dropped = false;
    while let Some(name) = if from_back { properties.next_back() } else { properties.next() } {
        let units = utf16_len(&name);
        if front_units > 1 && front_units + back_units + units > OBJECT_UNITS {
            dropped = true;
            break;
        }
        let (list, total) =
            if from_back { (&mut back, &mut back_units) } else { (&mut front, &mut front_units) };
        *total += units + if *total > 1 { 2 } else { 0 };
        list.push(name);
        from_back = !from_back;
    }
    back.reverse();
    joined(&front, dropped, &back)
}

fn joined(front: &[String], dropped: bool, back: &[String]) -> String {
    let mut text = String::from("{");
    let push = |text: &mut String, part: &str| {
        if text.len() > 1 {
            text.push_str(", ");
        }
        text.push_str(part);
    };
    for name in front {
        push(&mut text, name);
    }
    if dropped {
        text.push_str(", …");
    }
    let mut tail = String::from(" ");
    for name in back {
        push(&mut tail, name);
    }
    if tail.len() > 1 {
        text.push(',');
        text.push_str(&tail);
    }
    text.push('}');
    text
}

/// A property name as DevTools writes it in an object's name: JSON-quoted where it could mislead.
pub(super) fn quoted(name: &str) -> Cow<'_, str> {
    if name.contains([',', '\'', '"', '{', '}']) {
        serde_json::to_string(name).map_or(Cow::Borrowed(name), Cow::Owned)
    } else {
        Cow::Borrowed(name)
    }
}

/// The length JavaScript gives the text.
pub(super) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Detachedness on its way over native nodes.
struct Flow<'a> {
    heap: &'a Heap,
    names: Names,
    visited: FixedBitSet,
    attached: Vec<NodeIx>,
    detached: Vec<NodeIx>,
}

impl<'a> Flow<'a> {
    fn new(heap: &'a Heap) -> Self {
        let nodes = heap.node_count();
        Self {
            heap,
            names: Names { renamed: FixedBitSet::with_capacity(nodes), ..Names::default() },
            visited: FixedBitSet::with_capacity(nodes),
            attached: Vec::new(),
            detached: Vec::new(),
        }
    }

    fn run(mut self) -> Names {
        let state = |node| self.heap.detachedness(node).unwrap_or_default();
        if self.heap.nodes().all(|node| state(node) == Detachedness::Unknown) {
            return Names::default();
        }
        self.names.states = self.heap.nodes().map(|node| state(node).code()).collect();
        for node in self.heap.nodes() {
            let stated = self.names.detachedness(node);
            if stated != Detachedness::Unknown {
                self.visit(node, stated);
            }
        }
        while let Some(node) = self.attached.pop() {
            self.spread(node, Detachedness::Attached);
        }
        while let Some(node) = self.detached.pop() {
            self.spread(node, Detachedness::Detached);
        }
        self.names
    }

    fn spread(&mut self, node: NodeIx, state: Detachedness) {
        let heap = self.heap;
        let carries = |kind| !matches!(kind, EdgeKind::HIDDEN | EdgeKind::INVISIBLE | EdgeKind::WEAK);
        for edge in heap.edges(node).filter(|edge| carries(edge.kind)) {
            self.visit(edge.to, state);
        }
    }

    fn visit(&mut self, node: NodeIx, state: Detachedness) {
        if self.visited.put(node.ix()) || self.heap.kind(node) != NodeKind::NATIVE {
            return;
        }
        self.names.states[node.ix()] = state.code();
        if state == Detachedness::Attached {
            self.attached.push(node);
        } else {
            self.names.renamed.insert(node.ix());
            self.detached.push(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn text(text: &str) -> String {
        let heap = heap(text);
        Names::propagate(&heap).text(&heap, NodeIx(0)).into_owned()
    }

    #[test]
    fn a_plain_object_is_called_by_its_fields() {
        assert_eq!(text("0>a.1,b.1,__proto__.1,element.7.1 1"), "{a, b}");
        assert_eq!(text("0>it's.0"), r#"{"it's"}"#, "a name that could mislead is quoted");
        assert_eq!(text("0"), "{}");
    }

    #[test]
    fn a_wide_object_shows_both_ends() {
        let long = "x".repeat(40);
        assert_eq!(
            text(&format!("0>a{long}.0,b.0,c{long}.0,d{long}.0")),
            format!("{{a{long}, b, …, d{long}}}")
        );
    }

    #[test]
    fn labels_tell_the_type() {
        let heap = heap("0!string=hi 1!closure=f 2!regexp=a+ 3!array= 4!array=x 5=Foo");
        let names = Names::propagate(&heap);
        let labels: Vec<_> = heap.nodes().map(|node| names.label(&heap, node)).collect();
        assert_eq!(labels, ["\"hi\"", "f()", "/a+/", "(internal array)[]", "x[]", "Foo"]);
    }

    #[test]
    fn a_shortcut_named_by_a_number_is_that_number() {
        let heap = heap("0>shortcut.007x.1,property.007x.1 1");
        let names: Vec<_> = heap.edges(NodeIx(0)).map(|edge| edge_name(&heap, &edge).into_owned()).collect();
        assert_eq!(names, ["7", "007x"]);
    }
}
