//! The rows of the Inside pane (what a node refers to), and how rows of edges are sorted.

use std::{borrow::Cow, cmp::Ordering};

use rustc_hash::FxHashMap;

use super::{
    Analysis, Distance,
    names::edge_name,
    order::{self, By, Sort, compare_text},
};
use crate::{
    heap::{Edge, EdgeKind, EdgeName, NodeIx},
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
    let shown = |edge: &Edge| !matches!(edge.kind, EdgeKind::WEAK | EdgeKind::INVISIBLE);
    known.heap.edges(node).filter(shown).collect()
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
/// retained, by distance then node name, by a size then edge name. Names are made once a row.
pub(super) fn sort_by<T: Clone>(
    known: &Analysis,
    rows: &mut [T],
    sort: Sort,
    job: &Job,
    parts: impl Fn(&T) -> (Edge, NodeIx),
) -> Result<(), Cancelled> {
    let node = |row: &T| parts(row).1;
    let retained = |row: &T| known.retained(node(row));
    match sort.by {
        By::Name => with_keys(
            rows,
            job,
            |row| EdgeKey::of(known, &parts(row).0),
            |(a, ka), (b, kb)| ka.compare(kb, sort).then_with(|| retained(b).cmp(&retained(a))),
        ),
        By::Distance => by_distance(known, rows, sort, job, node, |row| known.distance(node(row))),
        By::Id | By::Count => {
            order::sort_by(rows, job, |a, b| known.heap.id(node(a)).cmp(&known.heap.id(node(b))))?;
            if sort.descending {
                rows.reverse();
            }
            Ok(())
        }
        By::Shallow => by_size(known, rows, sort, job, &parts, |node| Some(known.shallow(node))),
        By::Retained => by_size(known, rows, sort, job, &parts, |node| known.retained(node)),
    }
}

fn by_size<T: Clone>(
    known: &Analysis,
    rows: &mut [T],
    sort: Sort,
    job: &Job,
    parts: &impl Fn(&T) -> (Edge, NodeIx),
    size: impl Fn(NodeIx) -> Option<u64>,
) -> Result<(), Cancelled> {
    let key = |row: &T| (size(parts(row).1), EdgeKey::of(known, &parts(row).0));
    with_keys(rows, job, key, |(_, a), (_, b)| {
        sort.apply(a.0.cmp(&b.0)).then_with(|| a.1.compare(&b.1, Sort::ascending(By::Name)))
    })
}

/// By a distance, then by the node's name: each distinct node is named once.
pub(super) fn by_distance<T: Clone>(
    known: &Analysis,
    rows: &mut [T],
    sort: Sort,
    job: &Job,
    node: impl Fn(&T) -> NodeIx,
    distance: impl Fn(&T) -> Option<Distance>,
) -> Result<(), Cancelled> {
    let mut names: FxHashMap<NodeIx, Cow<'_, str>> = FxHashMap::default();
    for chunk in rows.chunks(NAMED) {
        job.tick(0)?;
        for row in chunk {
            names.entry(node(row)).or_insert_with(|| known.names.text(&known.heap, node(row)));
        }
    }
    order::sort_by(rows, job, |a, b| {
        let order = sort.apply(distance(a).cmp(&distance(b)));
        let (a, b) = (node(a), node(b));
        order.then_with(|| if a == b { Ordering::Equal } else { compare_text(&names[&a], &names[&b]) })
    })
}

fn with_keys<T: Clone, K>(
    rows: &mut [T],
    job: &Job,
    key: impl Fn(&T) -> K,
    compare: impl Fn((&T, &K), (&T, &K)) -> Ordering,
) -> Result<(), Cancelled> {
    let mut keyed: Vec<(T, K)> = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(NAMED) {
        job.tick(0)?;
        keyed.extend(chunk.iter().map(|row| (row.clone(), key(row))));
    }
    order::sort_by(&mut keyed, job, |a, b| compare((&a.0, &a.1), (&b.0, &b.1)))?;
    for (place, (row, _)) in rows.iter_mut().zip(keyed) {
        *place = row;
    }
    Ok(())
}

/// An edge's name as DevTools compares it: texts before numbers, `__proto__` last in any
/// direction, numbers as text (`10` before `2`).
enum EdgeKey<'a> {
    Text(Cow<'a, str>),
    /// A number that orders as the digits do.
    Digits(u64),
}

impl<'a> EdgeKey<'a> {
    fn of(known: &'a Analysis, edge: &Edge) -> Self {
        match edge.name() {
            EdgeName::Index(index) => Self::Digits(by_digits(index)),
            EdgeName::Text(_) => Self::Text(edge_name(&known.heap, edge)),
        }
    }

    fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let last = |key: &Self| matches!(key, Self::Text(name) if name == "__proto__");
        last(self).cmp(&last(other)).then_with(|| {
            sort.apply(match (self, other) {
                (Self::Text(a), Self::Text(b)) => compare_text(a, b),
                (Self::Digits(a), Self::Digits(b)) => a.cmp(b),
                (Self::Text(_), Self::Digits(_)) => Ordering::Less,
                (Self::Digits(_), Self::Text(_)) => Ordering::Greater,
            })
        })
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
