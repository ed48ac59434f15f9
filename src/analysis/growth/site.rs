//! Sites: the named things that growth is charged to.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::name;
use crate::{
    analysis::{
        Analysis, Distance, Distances, Ways, collection,
        collection::Shape,
        edge_name,
        matching::Matching,
        path::{self, Path},
        scope,
    },
    heap::{ClassIx, Edge, EdgeKind, Heap, InEdge, NodeId, NodeIx, NodeKind, StrIx},
    job::{Cancelled, Job},
};

/// An object counts as a dictionary once this many properties more than before hang from it;
/// objects whose fields are filled in late gain one or two.
const DICTIONARY_GROWTH: u64 = 4;

/// The table of a WeakMap grows and shrinks with what it does not hold.
const WEAK_TABLES: &str = "(tables of weak collections)";

/// Where growth is charged. Ids are those of objects both snapshots have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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

/// The sites of nodes that somebody climbed past, all of one side.
pub(super) type Climbed = FxHashMap<NodeIx, Site>;

/// One end of the comparison: its graph, a shortest way to each node, and which nodes the other
/// end has too.
pub(super) struct Side<'a> {
    pub(super) known: &'a Analysis,
    pub(super) ways: Ways,
    survives: FixedBitSet,
    /// All that is known, with distances over nodes that the other end has too.
    lasting: Option<Analysis>,
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
        Ok(Self { known, ways, survives, lasting: None })
    }

    /// Measures the ways that only lead through what the other end has too: [`Side::path_to`]
    /// prefers them from now on.
    pub(super) fn find_lasting_ways(&mut self, job: &Job) -> Result<(), Cancelled> {
        let passing: Vec<NodeIx> = self.known.heap.nodes().filter(|&node| !self.survives(node)).collect();
        let around = Distances::around(self.known, &passing, job)?;
        self.lasting = Some(Analysis { distances: Some(Arc::new(around)), ..self.known.clone() });
        Ok(())
    }

    /// How the node is held, to be told to people: not through what came lately, such as the timers
    /// or requests of the moment, unless nothing else holds it or only V8 does.
    pub(super) fn path_to(&self, node: NodeIx) -> Path {
        let from_user = |known: &Analysis| known.distance(node).and_then(Distance::steps).is_some();
        let lasts = |known: &&Analysis| {
            let is_held = known.distance(node).is_some_and(|distance| distance != Distance::NEVER);
            is_held && (from_user(known) || !from_user(self.known))
        };
        path::shortest(self.lasting.as_ref().filter(lasts).unwrap_or(self.known), node)
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

    /// Whether a person would say that the site holds `node`, where V8 says it holds `top`: a hash
    /// table's entries rather than the table.
    pub(super) fn is_member(&self, node: NodeIx, top: NodeIx) -> bool {
        let is_array = |node| self.known.heap.kind(node) == NodeKind::ARRAY;
        if node == top {
            return !is_array(node);
        }
        let dominator = self.known.dominators.as_ref().map(|tree| tree.of(node));
        is_array(top) && !is_array(node) && dominator == Some(top)
    }

    /// A shortest way to the node: who holds it, by the edge that names it best.
    pub(super) fn way_to(&self, node: NodeIx) -> Option<InEdge> {
        let way = self.ways.to(&self.known.heap, node)?;
        Some(path::best_named(self.known, way))
    }
}

/// Finds sites, remembering the names they have.
pub(super) struct Sites<'a> {
    names: Vec<String>,
    by_name: FxHashMap<String, Name>,
    /// Kept objects that more properties hang from than before.
    dictionaries: FxHashSet<NodeId>,
    grown: Vec<NodeIx>,
    last: &'a Analysis,
}

impl<'a> Sites<'a> {
    pub(super) fn new(first: &Analysis, last: &'a Analysis, matching: &Matching) -> Self {
        let mut sites = Self {
            names: Vec::new(),
            by_name: FxHashMap::default(),
            dictionaries: FxHashSet::default(),
            grown: Vec::new(),
            last,
        };
        for node in last.heap.nodes().filter(|&node| last.heap.kind(node) == NodeKind::OBJECT) {
            if let Some(older) = matching.older(node)
                && !collection::is_weak(last, node)
            {
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
            self.dictionaries.insert(self.last.heap.id(node));
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
    pub(super) fn of_new(&mut self, side: &Side<'_>, top: NodeIx, climbed: &mut Climbed) -> Site {
        if is_engine_kind(side.known.heap.kind(top)) {
            return self.engine(side, top);
        }
        self.climb(side, top, climbed)
    }

    /// The site of a node both ends have.
    pub(super) fn of_kept(&mut self, side: &Side<'_>, node: NodeIx, climbed: &mut Climbed) -> Site {
        if is_engine_kind(side.known.heap.kind(node)) {
            return self.engine(side, node);
        }
        if collection::is_weak(side.known, node) {
            return Site::Engine(self.intern(WEAK_TABLES));
        }
        if self.is_collection(side, node) {
            Site::Collection(side.known.heap.id(node))
        } else {
            self.climb(side, node, climbed)
        }
    }

    fn engine(&mut self, side: &Side<'_>, node: NodeIx) -> Site {
        let class: ClassIx = side.known.classes.of(node);
        Site::Engine(self.intern(side.known.classes.name(class)))
    }

    fn is_collection(&self, side: &Side<'_>, node: NodeIx) -> bool {
        match collection::measure(side.known, node) {
            Some((Shape::Object, _)) => self.dictionaries.contains(&side.known.heap.id(node)),
            Some(_) => true,
            None => false,
        }
    }

    /// Goes up the shortest way to the nearest surviving thing with a name.
    fn climb(&mut self, side: &Side<'_>, start: NodeIx, climbed: &mut Climbed) -> Site {
        // Each node is passed once, however many hang below it in a long list.
        let mut trail = Vec::new();
        let site = self.climb_from(side, start, climbed, &mut trail);
        climbed.extend(trail.into_iter().map(|node| (node, site)));
        site
    }

    fn climb_from(
        &mut self,
        side: &Side<'_>,
        start: NodeIx,
        climbed: &Climbed,
        trail: &mut Vec<NodeIx>,
    ) -> Site {
        let heap = &side.known.heap;
        let mut at = start;
        let mut is_weak_value = false;
        while let Some(way) = side.way_to(at) {
            if !is_weak_value {
                if let Some(&site) = climbed.get(&at) {
                    return site;
                }
                trail.push(at);
            }
            let holder = way.from;
            is_weak_value |= side.known.ephemerons.of(&way.edge).is_some();
            if heap.kind(holder) == NodeKind::SYNTHETIC {
                return Site::Root(self.intern(&side.known.names.raw(heap, holder)));
            }
            if side.survives(holder) && has_name(heap.kind(holder)) {
                if collection::is_weak(side.known, holder) && !is_weak_value {
                    return Site::Engine(self.intern(WEAK_TABLES));
                }
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
                let (head, edge) = list_slot(side, holder, *edge);
                let name = self.intern(&slot_name(side.known, head, &edge)?);
                Some(Site::Slot(heap.id(head), name))
            }
            EdgeKind::HIDDEN => {
                let name = scope::variable(heap, holder, edge)?;
                let name = self.intern(&heap.strings().text(name));
                Some(Site::Slot(heap.id(holder), name))
            }
            EdgeKind::INTERNAL if is_engine_slot(&edge_name(heap, edge)) => Some(self.engine(side, edge.to)),
            _ => None,
        }
    }
}

/// Of a field inside a linked list or a tree, the field that all of it hangs from: up by whatever
/// fields lead from one node of the class to the next, and, of a list, one more to what holds it.
fn list_slot(side: &Side<'_>, holder: NodeIx, edge: Edge) -> (NodeIx, Edge) {
    let (head, edge) = list_head(side, holder, edge);
    if edge.kind != EdgeKind::PROPERTY {
        return (head, edge);
    }
    let known = side.known;
    let heap = &known.heap;
    if known.classes.of(edge.to) == known.classes.of(head)
        && let Some(way) = side.way_to(head)
        && matches!(way.edge.kind, EdgeKind::PROPERTY | EdgeKind::CONTEXT)
        && side.survives(way.from)
        && has_name(heap.kind(way.from))
        && known.classes.of(way.from) != known.classes.of(head)
        && collection::list_length(known, head).is_some_and(|nodes| nodes > 2)
    {
        return (way.from, way.edge);
    }
    let text = |field: u32| heap.strings().text(StrIx(field));
    let partner = collection::ring_partner(known, head, edge.name_or_index, edge.to);
    let first = partner.filter(|&other| text(other) < text(edge.name_or_index)).and_then(|other| {
        let is_it = |edge: &Edge| edge.kind == EdgeKind::PROPERTY && edge.name_or_index == other;
        heap.edges(head).find(is_it)
    });
    (head, first.unwrap_or(edge))
}

/// The first node of a linked list or tree of nodes of one class, and the field that leads on.
fn list_head(side: &Side<'_>, mut node: NodeIx, mut edge: Edge) -> (NodeIx, Edge) {
    let classes = &side.known.classes;
    let class = classes.of(node);
    // Plain objects hold one another for many reasons; those of one class of the program's own
    // that hold one another are parts of one thing.
    let is_own = classes.of(edge.to) == class && name::is_own_class(side.known, node);
    while let Some(way) = side.way_to(node) {
        let is_same = way.edge.kind == edge.kind && way.edge.name_or_index == edge.name_or_index;
        let is_link = is_same || is_own && way.edge.kind == EdgeKind::PROPERTY;
        if !is_link || classes.of(way.from) != class || !side.survives(way.from) {
            break;
        }
        (node, edge) = (way.from, way.edge);
    }
    (node, edge)
}

/// What a field or variable is called.
fn slot_name(known: &Analysis, owner: NodeIx, edge: &Edge) -> Option<String> {
    let heap = &known.heap;
    match edge.kind {
        EdgeKind::PROPERTY | EdgeKind::CONTEXT => Some(edge_name(heap, edge).into_owned()),
        _ => scope::variable(heap, owner, edge).map(|name| heap.strings().text(name).into_owned()),
    }
}

/// The field or variable of that name.
pub(super) fn slot_edge(heap: &Heap, owner: NodeIx, name: &str) -> Option<Edge> {
    let is_slot = |edge: &Edge| match edge.kind {
        EdgeKind::PROPERTY | EdgeKind::CONTEXT => edge_name(heap, edge) == name,
        _ => scope::variable(heap, owner, edge).is_some_and(|found| heap.strings().text(found) == name),
    };
    heap.edges(owner).find(is_slot)
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
