//! The objects of a class, in the orders DevTools offers.

use std::cmp::Ordering;

use super::{
    Analysis,
    order::{By, Sort, compare_text, sort_by},
};
use crate::{
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// Objects named between two looks at whether to go on.
const NAMED: usize = 1 << 14;

/// DevTools' order of a class's objects: most retained first.
pub const DEFAULT: Sort = Sort::descending(By::Retained);

/// Sorts nodes: by name then id, distance then most retained, a size then id. What has not been
/// computed counts as equal. Cost: a name a node when sorting by name, else a few bytes.
///
/// # Panics
///
/// Never: nobody can cancel.
pub fn sort(known: &Analysis, nodes: &mut [NodeIx], sort: Sort) {
    try_sort(known, nodes, sort, &Job::default()).expect("nobody cancels");
}

/// The same for somebody who may give up waiting.
///
/// # Errors
///
/// [`Cancelled`] once they do.
pub fn try_sort(known: &Analysis, nodes: &mut [NodeIx], sort: Sort, job: &Job) -> Result<(), Cancelled> {
    let id = |node: NodeIx| known.heap.id(node);
    let by_id = |a: &NodeIx, b: &NodeIx| id(*a).cmp(&id(*b));
    match sort.by {
        By::Name => by_name(known, nodes, sort, job),
        By::Id | By::Count => sort_by(nodes, job, |a, b| sort.apply(by_id(a, b))),
        By::Distance => sort_by(nodes, job, |a, b| {
            let order = sort.apply(known.distance(*a).cmp(&known.distance(*b)));
            order.then_with(|| known.retained(*b).cmp(&known.retained(*a)))
        }),
        By::Shallow => sort_by(nodes, job, |a, b| {
            sort.apply(known.shallow(*a).cmp(&known.shallow(*b))).then_with(|| by_id(a, b))
        }),
        By::Retained => sort_by(nodes, job, |a, b| {
            sort.apply(known.retained(*a).cmp(&known.retained(*b))).then_with(|| by_id(a, b))
        }),
    }
}

fn by_name(known: &Analysis, nodes: &mut [NodeIx], sort: Sort, job: &Job) -> Result<(), Cancelled> {
    let mut named = Vec::with_capacity(nodes.len());
    for chunk in nodes.chunks(NAMED) {
        job.tick(0)?;
        named.extend(
            chunk.iter().map(|&node| (known.names.text(&known.heap, node), known.heap.id(node), node)),
        );
    }
    sort_by(&mut named, job, |a, b| sort.apply(compare_text(&a.0, &b.0)).then_with(|| a.1.cmp(&b.1)))?;
    for (place, (_, _, node)) in nodes.iter_mut().zip(named) {
        *place = node;
    }
    Ok(())
}

/// DevTools' order of class rows: by the column, then name, then the class's first member.
pub fn compare_classes(
    known: &Analysis,
    a: crate::heap::ClassIx,
    b: crate::heap::ClassIx,
    sort: Sort,
) -> Ordering {
    let classes = &known.classes;
    let name = || compare_text(classes.name(a), classes.name(b));
    let retained = |class| known.retained.as_ref().map(|retained| retained.class(class));
    let distance = |class| known.distances.as_ref().map(|distances| distances.class(class));
    let order = match sort.by {
        By::Name => sort.apply(name()).then_with(|| retained(b).cmp(&retained(a))),
        By::Distance => sort.apply(distance(a).cmp(&distance(b))).then_with(|| retained(b).cmp(&retained(a))),
        By::Count => sort.apply(classes.count(a).cmp(&classes.count(b))).then_with(name),
        By::Shallow => sort.apply(classes.shallow(a).cmp(&classes.shallow(b))).then_with(name),
        By::Retained | By::Id => sort.apply(retained(a).cmp(&retained(b))).then_with(name),
    };
    order.then_with(|| classes.members(a).first().cmp(&classes.members(b).first()))
}
