//! How did what functions allocated change between two recordings?
//!
//! Functions are the same whose name, script and place are, so that two processes can be compared.
//! Linear in functions, and their sort.

use rustc_hash::FxHashMap;

use super::{Allocations, Site, Sums};
use crate::heap::Heap;

/// A change of a function's sums between two recordings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The function's name.
    pub name: String,
    /// The script's URL.
    pub script: String,
    /// Counted from 1, 0 where unknown.
    pub line: u32,
    /// Counted from 1, 0 where unknown.
    pub column: u32,
    /// In the older recording.
    pub before: Sums,
    /// In the newer recording.
    pub after: Sums,
    /// The function there, if it is; of several that nothing tells apart all together.
    pub site: Option<Site>,
}

/// How the functions of two recordings changed, most live growth first. Functions are the same whose
/// name, script and place are; two processes can be compared.
pub fn compare(older: (&Allocations, &Heap), newer: (&Allocations, &Heap)) -> Vec<Change> {
    let mut changes: FxHashMap<Key, (Sums, Option<Site>)> = FxHashMap::default();
    for (site, key) in keys(older) {
        changes.entry(key).or_default().0.add(site.sums);
    }
    for (site, key) in keys(newer) {
        match &mut changes.entry(key).or_default().1 {
            Some(same) => same.absorb(site),
            none => *none = Some(site.clone()),
        }
    }
    let change = |((name, script, line, column), (before, site)): (_, (_, Option<Site>))| {
        let after = site.as_ref().map(|site| site.sums).unwrap_or_default();
        Change { name, script, line, column, before, after, site }
    };
    let mut changes: Vec<Change> = changes.into_iter().map(change).collect();
    let growth = |change: &Change| i128::from(change.after.live_size) - i128::from(change.before.live_size);
    changes.sort_by(|a, b| {
        growth(b)
            .cmp(&growth(a))
            .then_with(|| (&a.name, &a.script, a.line).cmp(&(&b.name, &b.script, b.line)))
    });
    changes
}

/// What a function is known by in any process: name, script, line and column.
type Key = (String, String, u32, u32);

fn keys<'a>((allocations, heap): (&'a Allocations, &'a Heap)) -> impl Iterator<Item = (&'a Site, Key)> {
    allocations.sites.iter().map(|site| {
        let function = allocations.trace.functions()[site.function];
        let text = |string| heap.strings().text(string).into_owned();
        let name = allocations.name(heap, site).into_owned();
        (site, (name, text(function.script), function.line, function.column))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::allocations, *};

    #[test]
    fn a_function_is_the_same_by_name_script_and_place() {
        let heap = crate::heap::fixture::heap("0!synthetic>1 1:8=A");
        let (older, newer) = (allocations(), allocations());
        let [change] = &compare((&older, &heap), (&newer, &heap))[..] else { panic!("one function") };
        assert_eq!((change.before, change.after), (older.sites()[0].sums, newer.sites()[0].sums));
        assert_eq!(change.site.as_ref(), newer.sites().first());
        let nothing = Allocations { sites: Vec::new(), ..allocations() };
        assert_eq!(compare((&older, &heap), (&nothing, &heap))[0].site, None);
    }
}
