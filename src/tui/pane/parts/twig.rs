//! The tree itself: parts with what each opened into, their order, and which rows a filter leaves.
//!
//! All of it is linear in the parts that were opened.

use super::By;
use crate::{
    analysis::order::{Sort, compare_text},
    tui::{filter::Filter, source::Part},
};

/// A part, and what it opened into.
#[derive(Clone, Debug)]
pub(super) struct Twig {
    pub part: Part,
    pub inside: Option<Vec<Twig>>,
}

/// The one at that place.
pub(super) fn twig<'a>(twigs: &'a [Twig], path: &[u32]) -> Option<&'a Twig> {
    let (&first, rest) = path.split_first()?;
    let found = twigs.get(first as usize)?;
    if rest.is_empty() { Some(found) } else { twig(found.inside.as_ref()?, rest) }
}

/// The same, to be changed.
pub(super) fn twig_mut<'a>(twigs: &'a mut [Twig], path: &[u32]) -> Option<&'a mut Twig> {
    let (&first, rest) = path.split_first()?;
    let found = twigs.get_mut(first as usize)?;
    if rest.is_empty() { Some(found) } else { twig_mut(found.inside.as_mut()?, rest) }
}

/// Puts them in order, and what each opened into.
pub(super) fn order(twigs: &mut [Twig], sort: Sort<By>) {
    twigs.sort_by(|a, b| {
        let (a, b) = (&a.part, &b.part);
        let order = match sort.by {
            By::Name => compare_text(&a.name, &b.name),
            By::Count => a.count.cmp(&b.count),
            By::Bytes => a.bytes.cmp(&b.bytes),
            By::Weight => a.weight.cmp(&b.weight),
            By::All => a.all.cmp(&b.all),
            By::Reach => a.reach.cmp(&b.reach),
            By::Before => a.before.cmp(&b.before),
            By::Delta => a.delta().cmp(&b.delta()),
        };
        a.rank.cmp(&b.rank).then_with(|| sort.apply(order))
    });
    for inside in twigs.iter_mut().filter_map(|twig| twig.inside.as_mut()) {
        order(inside, sort);
    }
}

/// Collects the rows that fit or lead to one that does; answers whether there were any.
pub(super) fn visit(twigs: &[Twig], filter: &Filter, path: &mut Vec<u32>, rows: &mut Vec<Vec<u32>>) -> bool {
    let before = rows.len();
    for (at, twig) in twigs.iter().enumerate() {
        path.push(at as u32);
        let own = rows.len();
        rows.push(path.clone());
        let inside = twig.inside.as_ref().is_some_and(|inside| visit(inside, filter, path, rows));
        if !inside && !filter.is_empty() && !fits(filter, &twig.part) {
            rows.truncate(own);
        }
        path.pop();
    }
    rows.len() > before
}

fn fits(filter: &Filter, part: &Part) -> bool {
    filter.fit(&part.name).or_else(|| filter.fit(&part.note)).is_some()
}
