//! Distance: the fewest steps from a root.
//!
//! Two breadth-first walks. The first starts at the user roots with 1; the second at the root,
//! counting from 100,000,000, for what only V8's own roots hold (shown as `−`). Weak edges are
//! not followed, nor are three kinds of edges that V8 uses for its own [`bookkeeping`]; of a WeakMap
//! entry's two edges the first one met only opens the way for the second. In which order the nodes
//! of one distance are taken tells nothing then, so that it is the file's if they are many. 4 bytes
//! a node; while it runs, three bits a node and the nodes of two neighbouring distances.

pub(super) mod bookkeeping;

use std::{cmp::Ordering, fmt, sync::Arc};

use fixedbitset::FixedBitSet;

use self::bookkeeping::{Bookkeeping, Filter};
use super::{Analysis, Classes, walk::FileOrder};
use crate::{
    heap::{AHEAD, ClassIx, EdgeIx, EdgeKind, Heap, InEdge, NodeIx, fetch},
    job::{Cancelled, Job},
};

/// Steps from a root.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Distance(u32);

/// Nodes walked between two looks at whether to go on.
const PIECE: usize = 1 << 16;

/// Where counting starts for what only the system's roots hold.
const SYSTEM: u32 = 100_000_000;

/// What is added where ignoring a node has cut the way.
const LOST: u32 = 200_000_000;

impl Distance {
    /// No way leads there.
    pub const NEVER: Self = Self(u32::MAX);

    /// The distance that DevTools writes as `raw`.
    pub fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    /// Steps from a user root; `None` where DevTools prints `−`.
    pub fn steps(self) -> Option<u32> {
        (self.0 < SYSTEM).then_some(self.0)
    }

    /// DevTools' number, 100,000,000 and up for what only the system holds; `None` if never reached.
    pub fn raw(self) -> Option<u32> {
        (self != Self::NEVER).then_some(self.0)
    }

    /// Of a node that is not reached around ignored ones: its usual distance, far away.
    pub(super) fn lost(usual: Option<u32>) -> Self {
        Self(LOST + usual.unwrap_or(0))
    }

    /// Whether ignored nodes have cut the way there.
    pub fn is_lost(self) -> bool {
        self != Self::NEVER && self.0 >= LOST
    }

    fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Ord for Distance {
    /// Never reached first, as DevTools sorts its −5.
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.wrapping_add(1).cmp(&other.0.wrapping_add(1))
    }
}

impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.steps() {
            Some(steps) => fmt::Display::fmt(&steps, f),
            None => f.pad("−"),
        }
    }
}

/// The distance of every node and of the nearest member of every class.
#[derive(Debug)]
pub struct Distances {
    nodes: Arc<Vec<Distance>>,
    classes: Vec<Distance>,
}

impl Distances {
    pub(super) fn compute(known: &Analysis, job: &Job) -> Result<Self, Cancelled> {
        job.phase("measuring distances", "nodes", known.heap.node_count());
        let nodes = Walk::new(known).run(known, job)?.distances;
        Ok(Self::of_classes(Arc::new(nodes), &known.classes))
    }

    /// Distances as if these nodes could not be entered; roots among them still start the way.
    pub(super) fn around(known: &Analysis, ignored: &[NodeIx], job: &Job) -> Result<Self, Cancelled> {
        job.phase("measuring distances", "nodes", known.heap.node_count());
        let mut walk = Walk::new(known);
        walk.shut.grow(known.heap.node_count());
        walk.shut.extend(ignored.iter().map(|node| node.ix()));
        let nodes = walk.run(known, job)?.distances;
        Ok(Self::of_classes(Arc::new(nodes), &known.classes))
    }

    fn of_classes(nodes: Arc<Vec<Distance>>, classes: &Classes) -> Self {
        let nearest = |class| classes.members(class).iter().map(|node| nodes[node.ix()]).min();
        let classes = (0..classes.len() as u32)
            .map(|class| nearest(ClassIx(class)).unwrap_or(Distance::NEVER))
            .collect();
        Self { nodes, classes }
    }

    /// The same of classes with fewer members.
    pub(super) fn narrowed(&self, classes: &Classes) -> Self {
        Self::of_classes(Arc::clone(&self.nodes), classes)
    }

    /// Steps from a root to the node.
    #[inline]
    pub fn node(&self, node: NodeIx) -> Distance {
        self.nodes[node.ix()]
    }

    /// The least distance of the class's members, as DevTools shows it.
    pub fn class(&self, class: ClassIx) -> Distance {
        self.classes[class.ix()]
    }
}

/// The edge by which the measuring walk first reached each node: a shortest chain backwards.
/// Costs a walk of its own and 4 bytes a node.
#[derive(Debug)]
pub struct Ways(Vec<u32>);

impl Ways {
    /// Walks from the roots again.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn compute(known: &Analysis, job: &Job) -> Result<Self, Cancelled> {
        let mut walk = Walk::new(known);
        walk.ways = vec![u32::MAX; known.heap.node_count()];
        walk.order = None;
        Ok(Self(walk.run(known, job)?.ways))
    }

    /// The edge that leads to the node, and where it starts; `None` for roots and what no way leads to.
    pub fn to(&self, heap: &Heap, node: NodeIx) -> Option<InEdge> {
        let edge = EdgeIx(Some(self.0[node.ix()]).filter(|&way| way != u32::MAX)?);
        Some(InEdge { from: heap.edge_source(edge), edge: heap.edge(edge) })
    }
}

struct Walk<'a> {
    heap: &'a Heap,
    distances: Vec<Distance>,
    reached: FixedBitSet,
    /// The edge that reached each node; empty where nobody asks.
    ways: Vec<u32>,
    /// Nodes that are not entered; empty where nobody asks.
    shut: FixedBitSet,
    /// Sorts the nodes of one distance; `None` where the order they were met in tells.
    order: Option<FileOrder>,
    filter: Filter<'a>,
}

impl<'a> Walk<'a> {
    fn new(known: &'a Analysis) -> Self {
        let heap = &known.heap;
        Self {
            heap,
            distances: vec![Distance::NEVER; heap.node_count()],
            reached: FixedBitSet::with_capacity(heap.node_count()),
            ways: Vec::new(),
            shut: FixedBitSet::new(),
            // Of halves that lead to different nodes, the one met first is not followed.
            order: known.ephemerons.agree().then(|| FileOrder::of(heap)),
            filter: Filter::new(known),
        }
    }

    fn run(mut self, known: &Analysis, job: &Job) -> Result<Self, Cancelled> {
        let mut user = Vec::new();
        for &node in known.roots.user() {
            // A root named twice is queued once; the engine's queue may overflow here.
            if !self.reached.contains(node.ix()) {
                self.reach(&mut user, node);
            }
        }
        let base = Distance(if user.is_empty() { 0 } else { SYSTEM });
        self.expand(user, Distance(1), job)?;
        let mut system = Vec::new();
        self.reach(&mut system, self.heap.root());
        self.expand(system, base, job)?;
        Ok(self)
    }

    #[inline]
    fn reach(&mut self, level: &mut Vec<NodeIx>, node: NodeIx) {
        self.reached.insert(node.ix());
        level.push(node);
    }

    /// Walks on from nodes that are all at one distance, a distance at a time. It is written once
    /// they are taken, for then it is known ahead where.
    fn expand(&mut self, mut level: Vec<NodeIx>, mut distance: Distance, job: &Job) -> Result<(), Cancelled> {
        let (mut next, mut passed) = (Vec::new(), 0);
        while !level.is_empty() {
            for (at, &node) in level.iter().enumerate() {
                self.heap.fetch_ahead(&level, at);
                level.get(at + AHEAD).inspect(|later| fetch(&self.distances, later.ix()));
                self.distances[node.ix()] = distance;
                self.follow(node, &mut next);
                passed += 1;
                if passed >= PIECE {
                    job.tick(std::mem::take(&mut passed))?;
                }
            }
            std::mem::swap(&mut level, &mut next);
            next.clear();
            if let Some(order) = &mut self.order {
                order.sort(&mut level, self.heap);
            }
            distance = distance.next();
        }
        Ok(())
    }

    #[inline]
    fn follow(&mut self, node: NodeIx, next: &mut Vec<NodeIx>) {
        let bookkeeping = self.filter.bookkeeping(node);
        for (ix, to) in self.heap.targets(node) {
            if self.reached.contains(to.ix()) {
                continue;
            }
            if self.heap.edge_kind(ix) == EdgeKind::WEAK || self.shut.contains(to.ix()) {
                continue;
            }
            // Few nodes have edges to skip: the names of all others are not even fetched.
            if bookkeeping == Bookkeeping::None || !self.filter.skips(bookkeeping, &self.heap.edge(ix)) {
                self.reach(next, to);
                if let Some(way) = self.ways.get_mut(to.ix()) {
                    *way = ix.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn distances(text: &str) -> Vec<Option<u32>> {
        let known = Analysis::complete(heap(text));
        known.heap.nodes().map(|node| known.distance(node).and_then(Distance::raw)).collect()
    }

    #[test]
    fn user_roots_are_one_step_away() {
        assert_eq!(
            distances("0!synthetic>1,2 1=A>3 2!synthetic>4 3=B 4=C"),
            [Some(SYSTEM), Some(1), Some(SYSTEM + 1), Some(2), Some(SYSTEM + 2)]
        );
    }

    #[test]
    fn without_user_roots_counting_starts_at_the_root() {
        assert_eq!(distances("0!synthetic>1 1!synthetic>2 2=A"), [Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn weak_edges_lead_nowhere() {
        assert_eq!(distances("0!synthetic>1 1=A>weak.w.2 2=B"), [Some(SYSTEM), Some(1), None]);
    }

    #[test]
    fn a_weakmap_value_is_reached_by_its_later_half() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@7)~pair~in~WeakMap~(table~@5)";
        let both = format!("0!synthetic>1,2 1=K>{entry}.4 2=M>3 3!array=t>{entry}.4 4=V");
        assert_eq!(distances(&both)[4], Some(3), "one past the farther of key and table");
        let one = format!("0!synthetic>1 1=K>{entry}.2 2=V");
        assert_eq!(distances(&one)[2], None, "the key alone does not do");
    }

    /// Half of the nodes of a heap so large that its distances are sorted.
    const MANY: u32 = 150_000;

    /// A root that refers to the first half of the nodes, the last first, and what each of all nodes is.
    fn fan(node: impl Fn(u32) -> String) -> String {
        let targets = (1..=MANY).rev().map(|node| node.to_string()).collect::<Vec<_>>().join(",");
        let nodes = (1..=2 * MANY).map(|number| format!("{number}={}", node(number)));
        std::iter::once(format!("0!synthetic>{targets}")).chain(nodes).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn many_nodes_at_one_distance_are_measured_like_few() {
        let second = |node: u32| MANY + 1 + (node * 7919) % MANY;
        let distances = distances(&fan(|node| match node {
            ..=MANY => format!("A>{},{}", second(node), 1 + node % MANY),
            _ => format!("B>{}", MANY + 1 + node % MANY),
        }));
        let (first, second) = distances[1..].split_at(MANY as usize);
        assert!(first.iter().all(|&distance| distance == Some(1)));
        assert!(second.iter().all(|&distance| distance == Some(2)));
    }

    #[test]
    fn of_halves_that_disagree_the_first_met_is_not_followed() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@7)~pair~in~WeakMap~(table~@5)";
        let (key, table) = (MANY + 1, MANY + 2);
        let text = fan(|node| match node {
            ..=MANY => format!("A>{}", MANY + node),
            _ if node == key || node == table => format!("K>{entry}.{}", MANY + node),
            _ => "B".to_owned(),
        });
        let (value, other) = (MANY + key, MANY + table);
        let values = &distances(&format!("{text} {value}=V {other}=W"))[value as usize..];
        assert_eq!(*values, [Some(3), None], "the table is met before the key, though it stands behind it");
    }

    /// A heap of a few nodes and WeakMap entries, whose halves are anywhere, and of bookkeeping.
    fn entangled(random: &mut impl FnMut(u32) -> u32) -> String {
        let nodes = 4 + random(30);
        let values: Vec<_> = (0..=random(6)).map(|_| 1 + random(nodes)).collect();
        let half = |kind: &str, half: u32, pair: u32| {
            let value = values[pair as usize];
            format!(
                "{kind}.{half}~/~part~of~key~(K~@{pair})~->~value~(V~@7)~pair~in~WeakMap~(table~@5).{value}"
            )
        };
        let mut edge = |_| {
            let (to, pair) = (random(nodes + 1), random(values.len() as u32));
            match random(9) {
                0..3 => to.to_string(),
                3 => format!("weak.w.{to}"),
                4 => format!("internal.sloppy_function_map.{to}"),
                5 => format!("element.{}.{to}", random(9)),
                6 => half("property", random(3), pair),
                _ => half("internal", random(6), pair),
            }
        };
        let mut node = |number: u32| {
            let edges: Vec<_> = (0..=number * 7919 % 5).map(&mut edge).collect();
            let what = match number % 7 {
                0 => "!synthetic",
                1 => "!hidden=system~/~NativeContext",
                2 => "!array=(map~descriptors)",
                _ => "=A",
            };
            format!("{number}{what}>{}", edges.join(","))
        };
        (0..=nodes).map(&mut node).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_order_within_a_distance_does_not_matter() {
        let mut state = 1u64;
        let mut random = |below: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u32 % below
        };
        let mut is_other_way = 0;
        for _ in 0..2_000 {
            let known = Analysis::complete(heap(&entangled(&mut random)));
            let shut: Vec<_> = (0..random(3)).map(|_| random(4) as usize).collect();
            let walked = |order| {
                let mut walk = Walk::new(&known);
                walk.order = order;
                walk.shut.grow(known.heap.node_count());
                walk.shut.extend(shut.iter().copied());
                let walk = walk.run(&known, &Job::default()).unwrap_or_else(|_| panic!("nobody cancels"));
                (walk.distances, walk.filter.half_open)
            };
            let (met, sorted) = (walked(None), walked(Some(FileOrder::from(0))));
            assert_eq!(met.0, sorted.0);
            is_other_way += u32::from(met.1 != sorted.1);
        }
        assert!(is_other_way > 0, "the two went the same way");
    }

    #[test]
    fn bookkeeping_edges_are_left_out() {
        let context =
            "0!synthetic>1 1!hidden=system~/~NativeContext>internal.sloppy_function_map.2,internal.x.3 2 3";
        assert_eq!(distances(context)[2..], [None, Some(2)]);
        let descriptors =
            "0!synthetic>1 1!array=(map~descriptors)>internal.3.2,internal.4.3,internal.1.4 2 3 4";
        assert_eq!(distances(descriptors)[2..], [Some(2), None, Some(2)]);
    }

    #[test]
    fn never_reached_sorts_first_and_prints_a_minus() {
        assert!(Distance::NEVER < Distance(0) && Distance(0) < Distance(SYSTEM));
        assert_eq!(format!("{:>3}|{}|{}", Distance(7), Distance::NEVER, Distance(SYSTEM + 3)), "  7|−|−");
    }
}
