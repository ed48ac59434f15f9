//! The rows of the Inside pane (what a node refers to), and how rows of edges are sorted.

use std::{borrow::Cow, cell::Cell};

use rustc_hash::FxHashMap;

use super::{
    Analysis, Distance,
    names::edge_name,
    order::{self, By, Sort, compare_text},
};
use crate::{
    heap::{Edge, EdgeKind, EdgeName, NodeIx, StrIx},
    job::{Cancelled, Job},
};

/// Rows named between two looks at whether to go on.
const NAMED: usize = 1 << 14;

/// DevTools' order of an object's fields: by name.
pub const DEFAULT: Sort = Sort::ascending(By::Name);

/// DevTools' order of retainers: nearest to a root first.
pub const RETAINERS: Sort = Sort::ascending(By::Distance);

/// The edges of a node that hold something, in file order: neither weak nor invisible ones
/// (DevTools lists weak ones too, as [`super::containment`] does).
pub fn list(known: &Analysis, node: NodeIx) -> Vec<Edge> {
    known.heap.edges(node).filter(is_shown).collect()
}

fn is_shown(edge: &Edge) -> bool {
    !matches!(edge.kind, EdgeKind::WEAK | EdgeKind::INVISIBLE)
}

/// The first fields in their usual order, as [`sort`] would have them.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for them.
pub fn first(known: &Analysis, node: NodeIx, most: usize, job: &Job) -> Result<Vec<Edge>, Cancelled> {
    let rows = || known.heap.edges(node).filter(is_shown);
    let names = EdgeNames::of(known, rows(), job)?;
    let retained = |edge: &Edge| known.retained(edge.to).unwrap_or(0);
    order::first_by_keys(rows(), most, job, |edge| (names.key(edge, DEFAULT), !retained(edge)))
}

/// The first of the nodes by distance, then by name.
pub(super) fn first_by_distance(
    known: &Analysis,
    nodes: impl Iterator<Item = NodeIx> + Clone,
    most: usize,
    job: &Job,
) -> Result<Vec<NodeIx>, Cancelled> {
    let names = NodeNames::of(known, nodes.clone(), job)?;
    let key = |&node: &NodeIx| (steps(known.distance(node)), u64::from(names.rank(known, node)));
    order::first_by_keys(nodes, most, job, key)
}

/// A distance as a number to sort by.
fn steps(distance: Option<Distance>) -> u64 {
    distance.map_or(0, |found| 1 + u64::from(found.raw().unwrap_or(u32::MAX)))
}

/// Sorts fields as DevTools does; rows that compare equal keep their order in the file.
///
/// # Panics
///
/// Never: nobody can cancel.
pub fn sort(known: &Analysis, rows: &mut [Edge], sort: Sort) {
    try_sort(known, rows, sort, &Job::default()).expect("nobody cancels");
}

/// The same for somebody who may give up waiting.
///
/// # Errors
///
/// [`Cancelled`] once they do.
pub fn try_sort(known: &Analysis, rows: &mut [Edge], sort: Sort, job: &Job) -> Result<(), Cancelled> {
    sort_by(known, rows, sort, job, |edge| (*edge, edge.to))
}

/// Sorts rows of edges, each seen with the node at its other end: by edge name then most
/// retained, by distance then node name, by a size then edge name.
pub(super) fn sort_by<T: Copy + Send>(
    known: &Analysis,
    rows: &mut [T],
    sort: Sort,
    job: &Job,
    parts: impl Fn(&T) -> (Edge, NodeIx),
) -> Result<(), Cancelled> {
    let node = |row: &T| parts(row).1;
    let retained = |row: &T| known.retained(node(row)).unwrap_or(0);
    match sort.by {
        By::Name => {
            let names = EdgeNames::of(known, rows.iter().map(|row| parts(row).0), job)?;
            order::sort_by_keys(rows, job, |row| (names.key(&parts(row).0, sort), !retained(row)))
        }
        By::Distance => by_distance(known, rows, sort, job, node, |row| known.distance(node(row))),
        By::Id | By::Count => {
            order::sort_by_keys(rows, job, |row| (known.heap.id(node(row)).0, 0))?;
            if sort.descending {
                rows.reverse();
            }
            Ok(())
        }
        By::Shallow | By::Retained => {
            let names = EdgeNames::of(known, rows.iter().map(|row| parts(row).0), job)?;
            let size = |row: &T| match sort.by {
                By::Shallow => known.shallow(node(row)),
                _ => retained(row),
            };
            let by_name = Sort::ascending(By::Name);
            order::sort_by_keys(rows, job, |row| (sort.turned(size(row)), names.key(&parts(row).0, by_name)))
        }
    }
}

/// By a distance, then by the node's name.
pub(super) fn by_distance<T: Copy + Send>(
    known: &Analysis,
    rows: &mut [T],
    sort: Sort,
    job: &Job,
    node: impl Fn(&T) -> NodeIx,
    distance: impl Fn(&T) -> Option<Distance>,
) -> Result<(), Cancelled> {
    let names = NodeNames::of(known, rows.iter().map(&node), job)?;
    order::sort_by_keys(rows, job, |row| {
        (sort.turned(steps(distance(row))), u64::from(names.rank(known, node(row))))
    })
}

/// How the names of some nodes order, so that each distinct one is compared once and not at every
/// step of a sort: a node that two million others hold is sorted by numbers.
pub(super) struct NodeNames {
    /// The rank of a name the file has: equal texts have one rank.
    raw: FxHashMap<StrIx, u32>,
    /// The rank of a name that is made for the node.
    made: FxHashMap<NodeIx, u32>,
    /// The name that was asked for last, and its rank: neighbours are often called the same.
    last: Cell<(StrIx, u32)>,
}

impl NodeNames {
    pub(super) fn of(
        known: &Analysis,
        nodes: impl Iterator<Item = NodeIx>,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        let mut ranks = Ranks::default();
        let (mut raw, mut made) = (FxHashMap::default(), FxHashMap::default());
        let mut last = None;
        for (at, node) in nodes.enumerate() {
            if at % NAMED == 0 {
                job.tick(0)?;
            }
            let name = known.heap.name(node);
            if known.names.is_made(&known.heap, node) {
                made.entry(node).or_insert_with(|| ranks.add(known.names.text(&known.heap, node)));
            } else if last.replace(name) != Some(name) {
                raw.entry(name).or_insert_with(|| ranks.add(known.names.text(&known.heap, node)));
            }
        }
        let ranks = ranks.ordered();
        for rank in raw.values_mut().chain(made.values_mut()) {
            *rank = ranks[*rank as usize];
        }
        let last = raw.iter().next().map_or((StrIx(0), 0), |(&name, &rank)| (name, rank));
        Ok(Self { raw, made, last: Cell::new(last) })
    }

    /// The rank of the name of a node that was among them.
    pub(super) fn rank(&self, known: &Analysis, node: NodeIx) -> u32 {
        if let Some(&rank) = Some(&self.made).filter(|made| !made.is_empty()).and_then(|made| made.get(&node))
        {
            return rank;
        }
        let name = known.heap.name(node);
        if self.last.get().0 != name {
            self.last.set((name, self.raw.get(&name).copied().unwrap_or(0)));
        }
        self.last.get().1
    }
}

/// Texts by the number they were added under, and how they order.
#[derive(Default)]
struct Ranks<'a> {
    numbers: FxHashMap<Cow<'a, str>, u32>,
}

impl<'a> Ranks<'a> {
    fn add(&mut self, text: Cow<'a, str>) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(text).or_insert(next)
    }

    /// The place of each text among all.
    fn ordered(self) -> Vec<u32> {
        let mut texts: Vec<_> = self.numbers.into_iter().collect();
        texts.sort_unstable_by(|a, b| compare_text(&a.0, &b.0));
        let mut ranks = vec![0; texts.len()];
        for (rank, (_, number)) in texts.iter().enumerate() {
            ranks[*number as usize] = rank as u32;
        }
        ranks
    }
}

/// How edges order by name as DevTools compares them: texts before numbers, `__proto__` last in
/// any direction, numbers as text (`10` before `2`).
struct EdgeNames {
    /// By whether it is a shortcut, whose digits may be read as a number, and the name.
    ranks: FxHashMap<(bool, StrIx), u32>,
    /// The rank of `__proto__`.
    proto: Option<u32>,
}

impl EdgeNames {
    /// This bit is set in keys of numbers, …
    const NUMBER: u64 = 1 << 62;
    /// … and this one in that of `__proto__`.
    const LAST: u64 = 1 << 63;

    fn of(known: &Analysis, edges: impl Iterator<Item = Edge>, job: &Job) -> Result<Self, Cancelled> {
        let mut texts = Ranks::default();
        let mut ranks = FxHashMap::default();
        for (at, edge) in edges.enumerate() {
            if at % NAMED == 0 {
                job.tick(0)?;
            }
            if let Some(name) = Self::text(&edge) {
                ranks.entry(name).or_insert_with(|| texts.add(edge_name(&known.heap, &edge)));
            }
        }
        let proto = texts.numbers.get("__proto__").copied();
        let order = texts.ordered();
        for rank in ranks.values_mut() {
            *rank = order[*rank as usize];
        }
        Ok(Self { ranks, proto: proto.map(|number| order[number as usize]) })
    }

    fn text(edge: &Edge) -> Option<(bool, StrIx)> {
        match edge.name() {
            EdgeName::Text(name) => Some((edge.kind == EdgeKind::SHORTCUT, name)),
            EdgeName::Index(_) => None,
        }
    }

    fn key(&self, edge: &Edge, sort: Sort) -> u64 {
        let rank = Self::text(edge).and_then(|name| self.ranks.get(&name).copied());
        let key = match (edge.name(), rank) {
            (EdgeName::Index(index), _) => Self::NUMBER | by_digits(index),
            (EdgeName::Text(_), rank) => u64::from(rank.unwrap_or(0)),
        };
        let last = if rank.is_some() && rank == self.proto { Self::LAST } else { 0 };
        last | sort.turned(key) & !Self::LAST
    }
}

/// Makes numbers order as their decimal digits do as text, without making the text: an array of
/// two million elements is sorted by such names.
fn by_digits(number: u32) -> u64 {
    const LONGEST: u32 = 10;
    let digits = number.checked_ilog10().unwrap_or(0) + 1;
    u64::from(number) * 10u64.pow(LONGEST - digits) * 16 + u64::from(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{analysis::retainers, heap::fixture::heap};

    fn names(text: &str, sort: Sort) -> Vec<String> {
        let known = Analysis::complete(heap(text));
        let mut rows = list(&known, NodeIx(1));
        super::sort(&known, &mut rows, sort);
        rows.iter().map(|edge| edge_name(&known.heap, edge).into_owned()).collect()
    }

    #[test]
    fn proto_comes_last_in_both_directions() {
        let text = "0!synthetic>1 1=A>element.2.2,element.10.2,__proto__.2,b.2,a.2,weak.w.2 2=B";
        assert_eq!(names(text, Sort::ascending(By::Name)), ["a", "b", "10", "2", "__proto__"]);
        assert_eq!(names(text, Sort::descending(By::Name)), ["2", "10", "b", "a", "__proto__"]);
    }

    proptest! {
        #[test]
        fn numbers_order_as_their_digits_do(a in any::<u32>(), b in 0u32..20_000) {
            for (a, b) in [(a, b), (b, a), (b / 10, b), (b, b)] {
                prop_assert_eq!(by_digits(a).cmp(&by_digits(b)), a.to_string().cmp(&b.to_string()));
            }
        }
    }

    #[test]
    fn the_first_rows_are_those_that_sorting_puts_first() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3,4 1=B>x.5,y.5,weak.w.5,element.7.5 2=A>5,6 3=B>__proto__.5,q.5 4=Object>element.10.5,c.6 \
             5=X 6=Object>5,5,invisible.i.5",
        ));
        let job = Job::default();
        for weak in [false, true] {
            let mut all = retainers::list(&known, NodeIx(5), weak);
            retainers::sort(&known, &mut all, retainers::DEFAULT);
            for most in 1..6 {
                let first = retainers::first(&known, NodeIx(5), weak, most, &job).expect("nobody cancels");
                assert!(
                    first.len() >= most.min(4) && all.starts_with(&first),
                    "{most}: {first:?} of {all:?}"
                );
            }
        }
        for node in [1, 3, 4, 6].map(NodeIx) {
            let mut all = list(&known, node);
            sort(&known, &mut all, DEFAULT);
            for most in 1..5 {
                let first = first(&known, node, most, &job).expect("nobody cancels");
                assert_eq!(first, all[..most.min(all.len())]);
            }
        }
    }

    #[test]
    fn retainers_come_nearest_first_then_by_name_then_last_edge_first() {
        let known = Analysis::complete(heap("0!synthetic>1,2,5 1=B>x.4,y.4 2=A>3,4 3=A>4 4=X 5=C>weak.w.4"));
        let mut rows = retainers::list(&known, NodeIx(4), false);
        retainers::sort(&known, &mut rows, retainers::DEFAULT);
        let found: Vec<_> =
            rows.iter().map(|row| (row.from.0, edge_name(&known.heap, &row.edge).into_owned())).collect();
        let expected = [(2, "p"), (1, "y"), (1, "x"), (3, "p")].map(|(from, name)| (from, name.to_owned()));
        assert_eq!(found, expected);
        assert_eq!(retainers::list(&known, NodeIx(4), true).len(), 5, "weak ones on demand");
    }
}
