//! What kind of thing a retainer is: the program's or V8's own, an entry of a WeakMap; and all
//! retainers of many objects counted by kind.
//!
//! `39 by element of Map, 12 by "current" of Router`: positions are left out, and a backing store
//! that one object alone refers to speaks for that object. Counting is one pass over the edges;
//! 16 bytes a reference counted.

use std::{cmp::Reverse, sync::Arc};

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use super::{Analysis, edge_name, retainers, scope};
use crate::{
    heap::{ClassIx, Edge, EdgeKind, InEdge, NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// Why a retainer is none of the program's making. Such rows can be folded into one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Noise {
    /// A root of the engine: stack, handles, the like.
    Root,
    /// A hidden class or its parts, which know the objects they describe.
    Shape,
    /// The way back from a prototype to its function.
    Constructor,
    /// Compiled code and what V8 notes while it runs.
    Code,
}

impl Noise {
    /// A word for it; part of the JSON contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Shape => "shape",
            Self::Constructor => "constructor",
            Self::Code => "code",
        }
    }
}

/// Whether V8 keeps the reference for itself, and why.
pub fn noise(known: &Analysis, retainer: &InEdge) -> Option<Noise> {
    let heap = &known.heap;
    let is_named = |name| retainer.edge.text_name().is_some_and(|text| heap.strings().is(text, name));
    match heap.kind(retainer.from) {
        NodeKind::SYNTHETIC => Some(Noise::Root),
        NodeKind::OBJECT_SHAPE => Some(Noise::Shape),
        NodeKind::CODE => Some(Noise::Code),
        NodeKind::HIDDEN | NodeKind::ARRAY if is_shape(known, retainer.from) => Some(Noise::Shape),
        NodeKind::OBJECT if retainer.edge.kind == EdgeKind::PROPERTY && is_named("constructor") => {
            (heap.kind(retainer.edge.to) == NodeKind::CLOSURE).then_some(Noise::Constructor)
        }
        _ => None,
    }
}

/// What V8's own among some retainers are, the most frequent kinds first: `maps, handle scopes`;
/// foreign text.
pub fn noise_words(known: &Analysis, retainers: &[InEdge]) -> String {
    const MOST: usize = 3;
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for row in retainers {
        if let Some(noise) = noise(known, row) {
            *counts.entry(noise_word(known, row, noise)).or_default() += 1;
        }
    }
    let mut words: Vec<_> = counts.into_iter().collect();
    words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let more = if words.len() > MOST { ", …" } else { "" };
    let names: Vec<String> = words.into_iter().take(MOST).map(|(word, _)| word).collect();
    names.join(", ") + more
}

fn noise_word(known: &Analysis, row: &InEdge, noise: Noise) -> String {
    match noise {
        Noise::Root => {
            let name = known.names.raw(&known.heap, row.from);
            name.trim_matches(['(', ')']).to_lowercase()
        }
        Noise::Shape => "maps".to_owned(),
        Noise::Constructor => "prototypes".to_owned(),
        Noise::Code => "code".to_owned(),
    }
}

/// Maps and their tables were hidden nodes before V8 gave object shapes a type.
fn is_shape(known: &Analysis, node: NodeIx) -> bool {
    const NAMES: [&str; 6] = [
        "system / Map",
        "(map descriptors)",
        "system / DescriptorArray",
        "(transition array)",
        "system / TransitionArray",
        "system / PrototypeInfo",
    ];
    NAMES.iter().any(|name| known.names.raw_is(&known.heap, node, name))
}

/// An entry of a WeakMap, of which a reference is one half.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What must live for the value to live; `None` where the file has the table's half only.
    pub key: Option<NodeIx>,
    /// What it keeps.
    pub value: NodeIx,
    /// The hash table of the WeakMap; `None` where the file has the key's half only.
    pub table: Option<NodeIx>,
}

/// The WeakMap entry that a reference is half of, if it is. Costs the value's retainers.
pub fn entry(known: &Analysis, reference: &Edge) -> Option<Entry> {
    let pair = known.ephemerons.of(reference)?;
    let in_edges = known.retainers.as_ref()?;
    let mut entry = Entry { key: None, value: reference.to, table: None };
    for half in in_edges.of(&known.heap, reference.to) {
        if known.ephemerons.of(&half.edge).is_some_and(|other| other.pair == pair.pair) {
            let side = if known.heap.id(half.from) == pair.table { &mut entry.table } else { &mut entry.key };
            *side = Some(half.from);
        }
    }
    Some(entry)
}

/// The same for a row on the screen: where finding the other half would take long, what the half
/// itself tells.
pub fn entry_at_a_glance(known: &Analysis, half: &InEdge) -> Option<Entry> {
    const FEW: usize = 512;
    let pair = known.ephemerons.of(&half.edge)?;
    if retainers::is_cheap(known, half.edge.to, FEW) {
        return entry(known, &half.edge);
    }
    let is_table = known.heap.id(half.from) == pair.table;
    let (key, table) = if is_table { (None, Some(half.from)) } else { (Some(half.from), None) };
    Some(Entry { key, value: half.edge.to, table })
}

/// The WeakMap whose hash table this is: of the nodes that refer to it the first object.
pub fn map_of(known: &Analysis, table: NodeIx) -> Option<NodeIx> {
    const FEW: usize = 8;
    let sources = known.retainers.as_ref()?.sources(table).take(FEW);
    sources.map(|(from, _)| from).find(|&from| known.heap.kind(from) == NodeKind::OBJECT)
}

/// References of one name from retainers of one class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kind {
    /// `element`, `"name"`, `variable "name"`, `WeakMap value`, `slot "name"`; foreign text.
    pub name: String,
    /// The retainers' class.
    pub class: ClassIx,
    /// How many references: an object in two places of one holder counts once.
    pub count: usize,
    /// How many different objects are held so.
    pub held: usize,
    /// Whether V8 holds so for itself, every time.
    pub is_own: bool,
    /// The retainers that hold so, each with how many objects; those that hold most first.
    pub holders: Arc<[(NodeIx, u32)]>,
    /// Some retainer, to look at.
    pub example: NodeIx,
}

/// All retainers of the nodes by kind: V8's own last, those that hold most objects first, of equals
/// those of fewest holders. Weak ones only if asked for.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn by_kind(known: &Analysis, nodes: &[NodeIx], weak: bool, job: &Job) -> Result<Vec<Kind>, Cancelled> {
    let heap = &known.heap;
    job.phase("counting retainers", "nodes", heap.node_count());
    let mut members = FixedBitSet::with_capacity(heap.node_count());
    members.extend(nodes.iter().map(|node| node.ix()));
    let mut counting =
        Counting { known, kinds: FxHashMap::default(), own: Vec::new(), references: Vec::new() };
    for from in heap.nodes() {
        if from.0 & 0xFFFF == 0 {
            job.tick(0x1_0000)?;
        }
        for (ix, to) in heap.targets(from) {
            if members.contains(to.ix()) && from != heap.root() {
                counting.add(from, &heap.edge(ix), weak);
            }
        }
    }
    Ok(counting.finish())
}

struct Counting<'a> {
    known: &'a Analysis,
    kinds: FxHashMap<(String, ClassIx), u32>,
    /// Whether all references of the kind are V8's own.
    own: Vec<bool>,
    /// Kind, retainer, held.
    references: Vec<(u32, NodeIx, NodeIx)>,
}

impl Counting<'_> {
    fn add(&mut self, from: NodeIx, edge: &Edge, weak: bool) {
        if edge.kind == EdgeKind::INVISIBLE || edge.kind == EdgeKind::WEAK && !weak {
            return;
        }
        let name = name(self.known, from, edge);
        let is_own = noise(self.known, &InEdge { from, edge: *edge }).is_some();
        let from = owner(self.known, from).unwrap_or(from);
        let kind = self.kind(name, self.known.classes.of(from));
        self.own[kind as usize] &= is_own;
        self.references.push((kind, from, edge.to));
    }

    fn kind(&mut self, name: String, class: ClassIx) -> u32 {
        let next = self.kinds.len() as u32;
        let kind = *self.kinds.entry((name, class)).or_insert(next);
        if kind == next {
            self.own.push(true);
        }
        kind
    }

    fn finish(mut self) -> Vec<Kind> {
        self.references.sort_unstable();
        self.references.dedup();
        let mut names: Vec<_> = self.kinds.into_iter().map(|(kind, at)| (at, kind)).collect();
        names.sort_unstable_by_key(|(at, _)| *at);
        let runs = self.references.chunk_by(|a, b| a.0 == b.0);
        let mut found: Vec<Kind> = names
            .into_iter()
            .zip(runs)
            .map(|((at, (name, class)), run)| Kind {
                name,
                class,
                // What only V8 has a name for, such as `(system)`, says less than what the program names.
                is_own: self.own[at as usize] || self.known.classes.name(class).starts_with('('),
                count: run.len(),
                held: distinct(run.iter().map(|reference| reference.2)),
                holders: holders(run),
                example: run[0].1,
            })
            .collect();
        // One that holds them all says more than one each.
        let rank = |kind: &Kind| (kind.is_own, Reverse(kind.held), kind.holders.len(), Reverse(kind.count));
        found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.name.cmp(&b.name)));
        found
    }
}

/// The retainers of references of one kind, sorted by retainer.
fn holders(run: &[(u32, NodeIx, NodeIx)]) -> Arc<[(NodeIx, u32)]> {
    let mut holders: Vec<_> = run.chunk_by(|a, b| a.1 == b.1).map(|of| (of[0].1, of.len() as u32)).collect();
    holders.sort_by_key(|&(node, count)| (Reverse(count), node));
    holders.into()
}

fn distinct(nodes: impl Iterator<Item = NodeIx>) -> usize {
    let mut nodes: Vec<NodeIx> = nodes.collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes.len()
}

/// The object whose backing store this is: the only node that refers to it.
fn owner(known: &Analysis, store: NodeIx) -> Option<NodeIx> {
    if known.heap.kind(store) != NodeKind::ARRAY {
        return None;
    }
    let mut sources = known.retainers.as_ref()?.sources(store).map(|(from, _)| from);
    let first = sources.next()?;
    let is_object = known.heap.kind(first) == NodeKind::OBJECT;
    (is_object && sources.all(|from| from == first)).then_some(first)
}

/// What references of this kind are called, without their position.
fn name(known: &Analysis, from: NodeIx, edge: &Edge) -> String {
    if let Some(variable) = scope::variable(&known.heap, from, edge) {
        return format!("variable \"{}\"", known.heap.strings().text(variable));
    }
    let name = edge_name(&known.heap, edge);
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    match edge.kind {
        EdgeKind::ELEMENT => "element".to_owned(),
        EdgeKind::INTERNAL if is_number => "element".to_owned(),
        EdgeKind::INTERNAL if known.ephemerons.of(edge).is_some() => "WeakMap value".to_owned(),
        EdgeKind::CONTEXT => format!("variable \"{name}\""),
        EdgeKind::WEAK if is_number => "weak slot".to_owned(),
        EdgeKind::WEAK => format!("weak slot \"{name}\""),
        EdgeKind::HIDDEN => "slot".to_owned(),
        EdgeKind::INTERNAL => format!("slot \"{name}\""),
        _ => format!("\"{name}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn references_are_counted_by_name_and_class_of_the_retainer() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3 1=Map>internal.table.4 2=Router>current.5,weak.w.6 3=Array>element.0.6,internal.elements.7 \
             4!array=>internal.3.5,internal.4.6 5=Item 6=Item 7!array=>internal.0.6",
        ));
        let count = |weak| {
            let found =
                by_kind(&known, &[NodeIx(5), NodeIx(6)], weak, &Job::default()).expect("nobody cancels");
            let told = |kind: &Kind| {
                let class = known.classes.name(kind.class);
                format!("{} by {} of {} {}", kind.count, kind.name, kind.holders.len(), class)
            };
            found.iter().map(told).collect::<Vec<_>>()
        };
        let strong = ["2 by element of 1 Map", "1 by \"current\" of 1 Router", "1 by element of 1 Array"];
        assert_eq!(count(false), strong, "an array's elements are not counted twice");
        assert!(count(true).contains(&"1 by weak slot \"w\" of 1 Router".to_owned()));
    }

    #[test]
    fn one_that_holds_all_comes_before_many_that_hold_some_twice_and_v8_last() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3,4 1=Array>element.0.5,element.1.6 2=Twice>a.5,a.6,b.5 3=Twice>a.6,b.6 \
             4!hidden=system~/~Thing>hidden.0.5,hidden.1.6 5=Item 6=Item",
        ));
        let found = by_kind(&known, &[NodeIx(5), NodeIx(6)], false, &Job::default()).expect("nobody cancels");
        let told: Vec<_> = found.iter().map(|kind| (kind.name.as_str(), kind.holders.len())).collect();
        assert_eq!(told, [("element", 1), ("\"a\"", 2), ("\"b\"", 2), ("slot", 1)]);
        assert!(found[3].is_own && !found[0].is_own);
    }

    #[test]
    fn what_v8_keeps_for_itself_is_told_apart() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2 1!synthetic=(Stack~roots)>5 2=Foo>constructor.5,own.5 3!object~shape=system~/~Map>5 \
             4!hidden=system~/~Map>5 5!closure=Foo 6!code>5",
        ));
        let rows = retainers::list(&known, NodeIx(5), false);
        let found: Vec<_> = rows.iter().map(|row| noise(&known, row).map(Noise::name)).collect();
        let expected = [Some("code"), Some("shape"), Some("shape"), None, Some("constructor"), Some("root")];
        assert_eq!(found, expected);
        assert_eq!(noise_words(&known, &rows), "maps, code, prototypes, …");
        assert_eq!(noise_words(&known, &rows[5..]), "stack roots");
    }

    #[test]
    fn both_halves_of_a_weakmap_entry_tell_all_of_it() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@9)~pair~in~WeakMap~(table~@7)";
        let known = Analysis::complete(heap(&format!(
            "0!synthetic>1,2 1=K>{entry}.4 2=M>table.3 3!array=t>{entry}.4 4=V"
        )));
        let whole = Entry { key: Some(NodeIx(1)), value: NodeIx(4), table: Some(NodeIx(3)) };
        for row in retainers::list(&known, NodeIx(4), false) {
            assert_eq!(super::entry(&known, &row.edge), Some(whole));
            assert_eq!(entry_at_a_glance(&known, &row), Some(whole));
        }
        assert_eq!(map_of(&known, NodeIx(3)), Some(NodeIx(2)));
    }

    #[test]
    fn an_entry_of_a_value_that_thousands_hold_is_told_by_its_half() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@9)~pair~in~WeakMap~(table~@7)";
        let others = (5..1000).map(|at| format!("{at}=Other>v.4")).collect::<Vec<_>>().join(" ");
        let known = Analysis::complete(heap(&format!(
            "0!synthetic>1,2 1=K>{entry}.4 2=M>table.3 3!array=t>{entry}.4 4=V {others}"
        )));
        let half = |from| {
            let rows = retainers::list(&known, NodeIx(4), false);
            rows.into_iter().find(|row| row.from == NodeIx(from)).expect("a half")
        };
        let (key, table) = (Some(NodeIx(1)), Some(NodeIx(3)));
        let value = NodeIx(4);
        assert_eq!(entry_at_a_glance(&known, &half(1)), Some(Entry { key, value, table: None }));
        assert_eq!(entry_at_a_glance(&known, &half(3)), Some(Entry { key: None, value, table }));
    }
}
