//! Which classes meet: one row a key, of the older snapshot's classes as the newer one would name them.
//!
//! Linear in classes, but for grouping the older snapshot anew, which is linear in its nodes.

use rustc_hash::FxHashMap;

use super::row::{Figures, Row};
use crate::{
    analysis::{Analysis, Classes, retained::class_sums},
    heap::ClassIx,
    job::{Cancelled, Job},
};

/// Classes of an older snapshot as the newer one would name them, and what each retains.
pub(super) fn regroup(
    older: &Analysis,
    newer: &Analysis,
    job: &Job,
) -> Result<(Classes, Vec<u64>), Cancelled> {
    let classes = Classes::group(&older.heap, &older.names, &older.shallow, &newer.interfaces, job)?;
    let retained = match (&older.dominators, &older.retained) {
        (Some(tree), Some(retained)) => class_sums(tree, retained.sizes(), &older.shallow, &classes, job)?,
        _ => vec![0; classes.len()],
    };
    Ok((classes, retained))
}

/// One row a key: classes of the newer snapshot by their first member, then the older one's.
pub(super) struct Rows {
    pub(super) found: Vec<Row>,
    by_key: FxHashMap<String, usize>,
    between: usize,
}

impl Rows {
    pub(super) fn new(between: usize) -> Self {
        Self { found: Vec::new(), by_key: FxHashMap::default(), between }
    }

    pub(super) fn newer(&mut self, newer: &Analysis) {
        let classes = &newer.classes;
        for class in by_first_member(classes) {
            let retained = newer.retained.as_ref().map_or(0, |retained| retained.class(class));
            let row = self.row(classes.key(class));
            row.newer = Some(class);
            row.after = figures(classes, class, retained);
        }
    }

    pub(super) fn older(&mut self, classes: &Classes, retained: &[u64]) {
        for class in by_first_member(classes) {
            let row = self.row(classes.key(class));
            row.older = Some(class);
            row.before = figures(classes, class, retained[class.ix()]);
        }
    }

    /// What neither end has came and went again: no row.
    pub(super) fn between(&mut self, at: usize, classes: &Classes, retained: &[u64]) {
        for class in classes.with_members() {
            if let Some(&row) = self.by_key.get(&classes.key(class)) {
                self.found[row].between[at] = figures(classes, class, retained[class.ix()]);
            }
        }
    }

    fn row(&mut self, key: String) -> &mut Row {
        let Self { found, by_key, between } = self;
        let at = *by_key.entry(key).or_insert_with_key(|key| {
            found.push(Row { between: vec![Figures::default(); *between], ..Row::empty(key.clone()) });
            found.len() - 1
        });
        &mut found[at]
    }
}

fn by_first_member(classes: &Classes) -> Vec<ClassIx> {
    let mut list: Vec<ClassIx> = classes.with_members().collect();
    list.sort_by_key(|&class| classes.members(class).first().copied());
    list
}

fn figures(classes: &Classes, class: ClassIx, retained: u64) -> Figures {
    Figures { count: classes.count(class), shallow: classes.shallow(class), retained }
}
