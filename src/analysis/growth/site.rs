//! Sites: the named things that growth is charged to.

use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

use crate::{
    analysis::{Analysis, Ways, collection, collection::Shape, edge_name, matching::Matching},
    heap::{ClassIx, Edge, EdgeKind, InEdge, NodeId, NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// An object counts as a dictionary once this many properties more than before hang from it;
/// objects whose fields are filled in late gain one or two.
const DICTIONARY_GROWTH: u64 = 4;

/// Where growth is charged. Ids are those of objects both snapshots have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Site {
    /// A collection both snapshots have.
    Collection(NodeId),
    /// A field or variable of an object both snapshots have.
    Slot(NodeId, Name),
    /// One of V8's roots, where nothing with a name comes in between.
    Root(Name),
    /// What V8 made for itself, by class.
    Engine(Name),
    /// What nothing holds any more but has not been collected.
    Unreachable,
}

/// A name among those that sites have.
pub(super) type Name = u32;

/// One end of the comparison: its graph, a shortest way to each node, and which nodes the other
/// end has too.
pub(super) struct Side<'a> {
    pub(super) known: &'a Analysis,
    pub(super) ways: Ways,
    survives: FixedBitSet,
}

impl<'a> Side<'a> {
    pub(super) fn new(
        known: &'a Analysis,
        kept: impl Fn(NodeIx) -> bool,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        let ways = Ways::compute(known, job)?;
        let mut survives = FixedBitSet::with_capacity(known.heap.node_count());
        for node in known.heap.nodes().filter(|&node| kept(node)) {
            survives.insert(node.ix());
        }
        Ok(Self { known, ways, survives })
    }

    /// Whether the other end has the node too.
    pub(super) fn survives(&self, node: NodeIx) -> bool {
        self.survives.contains(node.ix())
    }

    /// For each node that the other end lacks, the highest such node that dominates it.
    pub(super) fn tops(&self) -> Vec<NodeIx> {
        let Some(tree) = &self.known.dominators else { return self.known.heap.nodes().collect() };
        let mut tops: Vec<NodeIx> = self.known.heap.nodes().collect();
        let mut open = vec![tree.root()];
        while let Some(node) = open.pop() {
            for &child in tree.children(node) {
                if !self.survives(child) && !self.survives(node) {
                    tops[child.ix()] = tops[node.ix()];
                }
                open.push(child);
            }
        }
        tops
    }

    pub(super) fn way_to(&self, node: NodeIx) -> Option<InEdge> {
        self.ways.to(&self.known.heap, node)
    }
}

/// Finds sites, remembering the names they have.
pub(super) struct Sites<'a> {
    names: Vec<String>,
    by_name: FxHashMap<String, Name>,
    /// Kept objects that more properties hang from than before.
    dictionaries: FxHashMap<NodeId, ()>,
    grown: Vec<NodeIx>,
    last: &'a Analysis,
}

impl<'a> Sites<'a> {
    pub(super) fn new(first: &Analysis, last: &'a Analysis, matching: &Matching) -> Self {
        let mut sites = Self {
            names: Vec::new(),
            by_name: FxHashMap::default(),
            dictionaries: FxHashMap::default(),
            grown: Vec::new(),
            last,
        };
        for node in last.heap.nodes().filter(|&node| last.heap.kind(node) == NodeKind::OBJECT) {
            if let Some(older) = matching.older(node) {
                sites.note_growth(first, older, node);
            }
        }
        sites
    }

    fn note_growth(&mut self, first: &Analysis, older: NodeIx, node: NodeIx) {
        let Some((shape, now)) = collection::measure(self.last, node) else { return };
        let then = collection::measure(first, older).map_or(0, |(_, then)| then);
        let grown = now.saturating_sub(then);
        if shape == Shape::Object && now.abs_diff(then) >= DICTIONARY_GROWTH {
            self.dictionaries.insert(self.last.heap.id(node), ());
        }
        if grown > 0 && (shape != Shape::Object || grown >= DICTIONARY_GROWTH) {
            self.grown.push(node);
        }
    }

    /// The kept collections that have more entries than before, as nodes of the last snapshot.
    pub(super) fn grown_collections(&self) -> Vec<NodeIx> {
        self.grown.clone()
    }

    pub(super) fn name(&self, name: Name) -> &str {
        &self.names[name as usize]
    }

    fn intern(&mut self, text: &str) -> Name {
        if let Some(&known) = self.by_name.get(text) {
            return known;
        }
        let name = self.names.len() as Name;
        self.names.push(text.to_owned());
        self.by_name.insert(text.to_owned(), name);
        name
    }

    /// The site of a node that the other end lacks, the top of what it alone holds.
    pub(super) fn of_new(&mut self, side: &Side<'_>, top: NodeIx) -> Site {
        if is_engine_kind(side.known.heap.kind(top)) {
            return self.engine(side, top);
        }
        self.climb(side, top)
    }

    /// The site of a node both ends have.
    pub(super) fn of_kept(&mut self, side: &Side<'_>, node: NodeIx) -> Site {
        if is_engine_kind(side.known.heap.kind(node)) {
            return self.engine(side, node);
        }
        if self.is_collection(side, node) { self.of_collection(side, node) } else { self.climb(side, node) }
    }

    /// The site of a kept collection.
    pub(super) fn of_collection(&mut self, side: &Side<'_>, node: NodeIx) -> Site {
        Site::Collection(side.known.heap.id(node))
    }

    fn engine(&mut self, side: &Side<'_>, node: NodeIx) -> Site {
        let class: ClassIx = side.known.classes.of(node);
        Site::Engine(self.intern(side.known.classes.name(class)))
    }

    fn is_collection(&self, side: &Side<'_>, node: NodeIx) -> bool {
        match collection::measure(side.known, node) {
            Some((Shape::Object, _)) => self.dictionaries.contains_key(&side.known.heap.id(node)),
            Some(_) => true,
            None => false,
        }
    }

    /// Goes up the shortest way to the nearest surviving thing with a name.
    fn climb(&mut self, side: &Side<'_>, start: NodeIx) -> Site {
        let heap = &side.known.heap;
        let mut at = start;
        while let Some(way) = side.way_to(at) {
            let holder = way.from;
            if heap.kind(holder) == NodeKind::SYNTHETIC {
                return Site::Root(self.intern(&side.known.names.raw(heap, holder)));
            }
            if side.survives(holder) && has_name(heap.kind(holder)) {
                if self.is_collection(side, holder) {
                    return Site::Collection(heap.id(holder));
                }
                if let Some(site) = self.slot(side, holder, &way.edge) {
                    return site;
                }
            }
            at = holder;
        }
        if side.known.distance(at).is_some_and(|distance| distance.raw().is_none()) {
            return Site::Unreachable;
        }
        Site::Root(self.intern(&side.known.names.raw(heap, at)))
    }

    fn slot(&mut self, side: &Side<'_>, holder: NodeIx, edge: &Edge) -> Option<Site> {
        let heap = &side.known.heap;
        match edge.kind {
            EdgeKind::PROPERTY | EdgeKind::CONTEXT => {
                let name = self.intern(&edge_name(heap, edge));
                let head = list_head(side, holder, edge);
                Some(Site::Slot(heap.id(head), name))
            }
            EdgeKind::INTERNAL if is_engine_slot(&edge_name(heap, edge)) => Some(self.engine(side, edge.to)),
            _ => None,
        }
    }
}

/// The first node of a linked list: as long as the way up is the same field of the same class.
fn list_head(side: &Side<'_>, mut node: NodeIx, edge: &Edge) -> NodeIx {
    let classes = &side.known.classes;
    while let Some(way) = side.way_to(node) {
        let same = way.edge.kind == edge.kind && way.edge.name_or_index == edge.name_or_index;
        if !same || classes.of(way.from) != classes.of(node) || !side.survives(way.from) {
            break;
        }
        node = way.from;
    }
    node
}

/// Whether only V8 makes nodes of this type, and for itself.
fn is_engine_kind(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::CODE | NodeKind::OBJECT_SHAPE | NodeKind::HIDDEN)
}

/// Whether nodes of this type can be named in a sentence about a program.
fn has_name(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE)
}

/// Internal fields behind which V8 keeps what it learns about a program.
fn is_engine_slot(name: &str) -> bool {
    matches!(
        name,
        "code"
            | "shared"
            | "feedback_cell"
            | "map"
            | "initial_map"
            | "prototype_or_initial_map"
            | "dependent_code"
    )
}
