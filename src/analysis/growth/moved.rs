//! Objects that changed their class, so that a comparison shows them deleted here and new there.
//!
//! Interfaces of plain objects are inferred: one that gains a property is called by another name.
//! Nothing came or went. Both snapshots' objects are named by the newer one's interfaces, as the
//! comparison does. Cost: a match for each plain object of the older snapshot.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use crate::analysis::{
    Analysis,
    interface::{Matcher, plain_objects},
    matching::Matching,
};

/// So many objects went from one class to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// What they were called.
    pub from: String,
    /// What they are called now.
    pub to: String,
    /// How many they are.
    pub count: usize,
}

/// The moves between two snapshots of one process, the largest first.
pub(super) fn find(first: &Analysis, last: &Analysis, matching: &Matching) -> Vec<Moved> {
    let mut matcher = Matcher::new(&last.interfaces);
    let names: Vec<&str> = last.interfaces.iter().map(|definition| definition.name.as_str()).collect();
    let mut counts: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for node in plain_objects(&first.heap) {
        let Some(newer) = matching.newer(node) else { continue };
        let from = matcher.best(&first.heap, node).map_or("Object", |definition| names[definition as usize]);
        let to = last.classes.name(last.classes.of(newer));
        if from != to {
            *counts.entry((from, to)).or_default() += 1;
        }
    }
    let moved = |((from, to), count): ((&str, &str), usize)| Moved {
        from: from.to_owned(),
        to: to.to_owned(),
        count,
    };
    let mut moves: Vec<Moved> = counts.into_iter().map(moved).collect();
    moves.sort_by(|a, b| (Reverse(a.count), &a.from, &a.to).cmp(&(Reverse(b.count), &b.from, &b.to)));
    moves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn an_object_that_gained_a_property_has_moved() {
        let first = Analysis::complete(heap("0!synthetic>1,2,3,4 1:8>a.0 2:8>a.0 3:8>a.0 4:8>a.0"));
        let last = Analysis::complete(heap("0!synthetic>1,2,3,4 1:8>a.0,b.0 2:8>a.0,b.0 3:8>a.0 4:8>a.0"));
        let matching = Matching::new(&first.heap, &last.heap);
        let expected = Moved { from: "{a}".to_owned(), to: "{a, b}".to_owned(), count: 2 };
        assert_eq!(find(&first, &last, &matching), [expected]);
        let found =
            super::super::find(&[&first, &last], &crate::job::Job::default()).expect("nobody cancels");
        assert!(found.rows.is_empty(), "nothing grew: {:?}", found.rows);
    }
}
