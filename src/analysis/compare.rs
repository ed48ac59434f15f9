//! Comparison: what came and went between two snapshots, class by class.
//!
//! As DevTools' Comparison view counts: the older snapshot is grouped anew with the interfaces of
//! the newer one, classes meet by their key, and inside a class an id only the newer has is new,
//! one only the older has is deleted. Sizes are each side's own shallow sizes. Of snapshots between
//! the two only each class's figures are kept. Linear in nodes but for sorting each class by id;
//! 8 bytes a node of the older snapshot are kept.

use rustc_hash::FxHashMap;

use super::{
    Analysis, Classes,
    matching::{Kinship, Matching},
    order::{By, Sort, compare_text},
    retained::class_sums,
};
use crate::{
    heap::{ClassIx, Heap, NodeIx},
    job::{Cancelled, Job},
};

/// Two snapshots, class by class.
#[derive(Debug)]
pub struct Comparison {
    older: Analysis,
    newer: Analysis,
    /// Classes of the older snapshot as the newer one would name them.
    older_classes: Classes,
    matching: Matching,
    rows: Vec<Row>,
}

/// One class in both snapshots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// DevTools' key of the class.
    pub key: String,
    /// The class among [`Comparison::older_classes`].
    pub older: Option<ClassIx>,
    /// The class among the newer snapshot's.
    pub newer: Option<ClassIx>,
    /// Members then.
    pub before: Figures,
    /// Members in the snapshots between the two, in their order.
    pub between: Vec<Figures>,
    /// Members now.
    pub after: Figures,
    /// Objects only the newer snapshot has.
    pub new: usize,
    /// Objects only the older snapshot has.
    pub deleted: usize,
    /// Shallow bytes of the new objects.
    pub allocated: u64,
    /// Shallow bytes of the deleted objects.
    pub freed: u64,
    /// Whether all that came and went has even ids: those of native objects are addresses, and
    /// differ in every snapshot though nothing may have happened. Never where no object can be
    /// matched: there, all of them come and go.
    pub is_noise: bool,
}

/// A class in one snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Figures {
    /// Members.
    pub count: usize,
    /// Their shallow bytes.
    pub shallow: u64,
    /// The bytes freed with all of them.
    pub retained: u64,
}

impl Figures {
    /// One of the figures; whatever is none of them means the retained size.
    pub fn of(&self, by: By) -> u64 {
        match by {
            By::Count => self.count as u64,
            By::Shallow => self.shallow,
            _ => self.retained,
        }
    }
}

/// A class's objects, sorted by id.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Members {
    /// Of the newer snapshot.
    pub new: Vec<NodeIx>,
    /// Of the older snapshot.
    pub deleted: Vec<NodeIx>,
    /// In both: older, newer.
    pub kept: Vec<(NodeIx, NodeIx)>,
}

impl Row {
    fn empty(key: String) -> Self {
        Self {
            key,
            older: None,
            newer: None,
            before: Figures::default(),
            between: Vec::new(),
            after: Figures::default(),
            new: 0,
            deleted: 0,
            allocated: 0,
            freed: 0,
            is_noise: false,
        }
    }

    /// How many more members there are now.
    pub fn count_delta(&self) -> i64 {
        difference(self.new as u64, self.deleted as u64)
    }

    /// How much larger new objects are than deleted ones: DevTools' size delta.
    pub fn size_delta(&self) -> i64 {
        difference(self.allocated, self.freed)
    }

    /// How much more the class's members take now, growth of kept objects included.
    pub fn shallow_delta(&self) -> i64 {
        difference(self.after.shallow, self.before.shallow)
    }

    /// How much more the class's members retain now.
    pub fn retained_delta(&self) -> i64 {
        difference(self.after.retained, self.before.retained)
    }

    /// The class in each snapshot, in order of time.
    pub fn series(&self) -> impl Iterator<Item = &Figures> {
        std::iter::once(&self.before).chain(&self.between).chain(std::iter::once(&self.after))
    }

    /// Whether each snapshot has more members than the one before, or larger ones.
    pub fn grew_in_every_step(&self) -> bool {
        let grew = |figure: fn(&Figures) -> u64| {
            self.series().zip(self.series().skip(1)).all(|(then, now)| figure(then) < figure(now))
        };
        grew(|figures| figures.shallow) || grew(|figures| figures.count as u64)
    }

    /// Whether any object of the class came or went; DevTools shows no other rows.
    pub fn is_changed(&self) -> bool {
        self.new > 0 || self.deleted > 0
    }
}

/// `a` less `b`, as far as 64 bits can tell.
pub(super) fn difference(a: u64, b: u64) -> i64 {
    clamped(i128::from(a) - i128::from(b))
}

/// A sum of sizes as far as 64 bits can tell: a hostile file's may be larger.
pub fn clamped(sum: i128) -> i64 {
    sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

impl Comparison {
    /// Compares two completely analysed snapshots of one process.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn new(older: Analysis, newer: Analysis, job: &Job) -> Result<Self, Cancelled> {
        Self::series(older, &[], newer, job)
    }

    /// Compares the ends of a series, and counts each class in the snapshots between them too.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn series(
        older: Analysis,
        between: &[Analysis],
        newer: Analysis,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        job.phase("comparing classes", "nodes", older.heap.node_count());
        let (older_classes, retained) = regroup(&older, &newer, job)?;
        let mut rows = Rows::new(between.len());
        rows.newer(&newer);
        rows.older(&older_classes, &retained);
        for (at, known) in between.iter().enumerate() {
            let (classes, retained) = regroup(known, &newer, job)?;
            rows.between(at, &classes, &retained);
        }
        job.phase("matching objects", "nodes", newer.heap.node_count());
        let matching = Matching::new(&older.heap, &newer.heap);
        let mut found = Self { older, newer, older_classes, matching, rows: rows.found };
        for at in 0..found.rows.len() {
            job.tick(found.rows[at].before.count)?;
            found.count(at);
        }
        Ok(found)
    }

    fn count(&mut self, at: usize) {
        let by_object = self.is_by_object();
        let members = self.members(&self.rows[at]);
        let sum = |known: &Analysis, nodes: &[NodeIx]| {
            nodes.iter().fold(0u64, |sum, &node| sum.saturating_add(known.shallow(node)))
        };
        let (allocated, freed) = (sum(&self.newer, &members.new), sum(&self.older, &members.deleted));
        let is_native =
            |heap: &Heap, nodes: &[NodeIx]| nodes.iter().all(|&node| heap.id(node).0.is_multiple_of(2));
        let is_noise =
            is_native(&self.newer.heap, &members.new) && is_native(&self.older.heap, &members.deleted);
        let row = &mut self.rows[at];
        row.is_noise = is_noise && by_object && !(members.new.is_empty() && members.deleted.is_empty());
        (row.new, row.deleted) = (members.new.len(), members.deleted.len());
        (row.allocated, row.freed) = (allocated, freed);
    }

    /// Which objects are the same in both, and whether that means anything.
    pub fn matching(&self) -> &Matching {
        &self.matching
    }

    /// Whether objects can be told apart by id. If not, only counts and sizes of classes compare:
    /// what is new or deleted means nothing.
    pub fn is_by_object(&self) -> bool {
        !matches!(self.matching.kinship(), Kinship::Unrelated { .. })
    }

    /// The older snapshot.
    pub fn older(&self) -> &Analysis {
        &self.older
    }

    /// The newer snapshot.
    pub fn newer(&self) -> &Analysis {
        &self.newer
    }

    /// The classes of the older snapshot as the newer one would name them.
    pub fn older_classes(&self) -> &Classes {
        &self.older_classes
    }

    /// All classes that either snapshot has, changed or not.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The class's name (not yet safe for a terminal).
    pub fn name<'a>(&'a self, row: &'a Row) -> &'a str {
        match (row.newer, row.older) {
            (Some(class), _) => self.newer.classes.name(class),
            (None, Some(class)) => self.older_classes.name(class),
            (None, None) => &row.key,
        }
    }

    /// The class's objects by what became of them. Cost: sorting them by id.
    pub fn members(&self, row: &Row) -> Members {
        let older = row
            .older
            .map_or_else(Vec::new, |class| by_id(&self.older.heap, self.older_classes.members(class)));
        let newer = row
            .newer
            .map_or_else(Vec::new, |class| by_id(&self.newer.heap, self.newer.classes.members(class)));
        merge(&self.older.heap, &older, &self.newer.heap, &newer)
    }

    /// DevTools' order of rows: by the column, then name; equal rows stay as [`Comparison::rows`]
    /// has them.
    pub fn compare_rows(&self, a: &Row, b: &Row, sort: CompareSort) -> std::cmp::Ordering {
        let name = || compare_text(self.name(a), self.name(b));
        let order = match sort.by {
            Column::Name => name(),
            column => column.value(a).cmp(&column.value(b)),
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then_with(name)
    }
}

/// A column of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Column {
    /// The class's name.
    Name,
    /// One figure of the older snapshot.
    Before(By),
    /// One figure of the newer snapshot.
    After(By),
    /// Objects that came.
    New,
    /// Objects that went.
    Deleted,
    /// New less deleted.
    CountDelta,
    /// Bytes that came.
    Allocated,
    /// Bytes that went.
    Freed,
    /// Allocated less freed.
    SizeDelta,
    /// Growth of all members' shallow sizes.
    ShallowDelta,
    /// Growth of the retained size.
    RetainedDelta,
    /// One figure of a snapshot of the series, the older one being 0.
    Of(u16, By),
}

/// A column and a direction.
pub type CompareSort = Sort<Column>;

impl Column {
    /// The row's number in this column; 0 for the name.
    pub fn value(self, row: &Row) -> i128 {
        let figure = |figures: &Figures, by| i128::from(figures.of(by));
        match self {
            Self::Name => 0,
            Self::Before(by) => figure(&row.before, by),
            Self::After(by) => figure(&row.after, by),
            Self::New => row.new as i128,
            Self::Deleted => row.deleted as i128,
            Self::CountDelta => i128::from(row.count_delta()),
            Self::Allocated => i128::from(row.allocated),
            Self::Freed => i128::from(row.freed),
            Self::SizeDelta => i128::from(row.size_delta()),
            Self::ShallowDelta => i128::from(row.shallow_delta()),
            Self::RetainedDelta => i128::from(row.retained_delta()),
            Self::Of(at, by) => row.series().nth(at as usize).map_or(0, |found| figure(found, by)),
        }
    }
}

/// DevTools' order: most bytes allocated first.
pub const DEVTOOLS: CompareSort = Sort::descending(Column::Allocated);

/// What a person wants first: most growth.
pub const GROWTH: CompareSort = Sort::descending(Column::ShallowDelta);

impl From<Sort> for CompareSort {
    fn from(sort: Sort) -> Self {
        let by = if sort.by == By::Name { Column::Name } else { Column::After(sort.by) };
        Self { by, descending: sort.descending }
    }
}

/// Classes of an older snapshot as the newer one would name them, and what each retains.
fn regroup(older: &Analysis, newer: &Analysis, job: &Job) -> Result<(Classes, Vec<u64>), Cancelled> {
    let classes = Classes::group(&older.heap, &older.names, &older.shallow, &newer.interfaces, job)?;
    let retained = match (&older.dominators, &older.retained) {
        (Some(tree), Some(retained)) => class_sums(tree, retained.sizes(), &older.shallow, &classes, job)?,
        _ => vec![0; classes.len()],
    };
    Ok((classes, retained))
}

/// One row a key: classes of the newer snapshot by their first member, then the older one's.
struct Rows {
    found: Vec<Row>,
    by_key: FxHashMap<String, usize>,
    between: usize,
}

impl Rows {
    fn new(between: usize) -> Self {
        Self { found: Vec::new(), by_key: FxHashMap::default(), between }
    }

    fn newer(&mut self, newer: &Analysis) {
        let classes = &newer.classes;
        for class in by_first_member(classes) {
            let retained = newer.retained.as_ref().map_or(0, |retained| retained.class(class));
            let row = self.row(classes.key(class));
            row.newer = Some(class);
            row.after = figures(classes, class, retained);
        }
    }

    fn older(&mut self, classes: &Classes, retained: &[u64]) {
        for class in by_first_member(classes) {
            let row = self.row(classes.key(class));
            row.older = Some(class);
            row.before = figures(classes, class, retained[class.ix()]);
        }
    }

    /// What neither end has came and went again: no row.
    fn between(&mut self, at: usize, classes: &Classes, retained: &[u64]) {
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

fn by_id(heap: &Heap, members: &[NodeIx]) -> Vec<NodeIx> {
    let mut sorted = members.to_vec();
    sorted.sort_by_key(|&node| heap.id(node));
    sorted
}

fn merge(older_heap: &Heap, older: &[NodeIx], newer_heap: &Heap, newer: &[NodeIx]) -> Members {
    let mut found = Members::default();
    let (mut at, mut other) = (0, 0);
    while let (Some(&a), Some(&b)) = (older.get(at), newer.get(other)) {
        match older_heap.id(a).cmp(&newer_heap.id(b)) {
            std::cmp::Ordering::Less => {
                found.deleted.push(a);
                at += 1;
            }
            std::cmp::Ordering::Greater => {
                found.new.push(b);
                other += 1;
            }
            std::cmp::Ordering::Equal => {
                found.kept.push((a, b));
                (at, other) = (at + 1, other + 1);
            }
        }
    }
    found.deleted.extend(&older[at..]);
    found.new.extend(&newer[other..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{EdgeKind, HeapBuilder, KindNames, NodeKind, StrIx, Strings, fixture::heap};

    fn compare(older: &str, newer: &str) -> Comparison {
        let known = |text| Analysis::complete(heap(text));
        Comparison::new(known(older), known(newer), &Job::default()).expect("nobody cancels")
    }

    fn row<'a>(found: &'a Comparison, key: &str) -> &'a Row {
        found.rows().iter().find(|row| row.key == key).expect("a row of that key")
    }

    #[test]
    fn objects_come_and_go_by_id() {
        let found = compare("0!synthetic>1,2 1:8=A 2:16=B", "0!synthetic>1,2,3 1:8=A 2:4=C 3:2=A");
        let a = row(&found, ",A");
        assert_eq!((a.new, a.deleted, a.allocated, a.size_delta()), (1, 0, 2, 2));
        assert_eq!((a.before.count, a.after.count), (1, 2));
        let b = row(&found, ",B");
        assert_eq!((b.new, b.deleted, b.freed, b.newer), (0, 1, 16, None));
        assert_eq!(row(&found, ",C").count_delta(), 1, "another class under the same id is new here");
    }

    #[test]
    fn a_kept_object_that_grew_is_no_change_to_devtools_but_growth_to_us() {
        let found = compare("0!synthetic>1 1:8=A", "0!synthetic>1 1:800=A");
        let a = row(&found, ",A");
        assert_eq!((a.is_changed(), a.size_delta(), a.shallow_delta()), (false, 0, 792));
    }

    #[test]
    fn snapshots_between_the_two_have_their_figures() {
        let known = |text| Analysis::complete(heap(text));
        let between = [known("0!synthetic>1,2,3 1:8=A 2:8=A 3:8=B")];
        let (older, newer) = (known("0!synthetic>1 1:8=A"), known("0!synthetic>1,2,3 1:8=A 2:8=A 3:9=A"));
        let found = Comparison::series(older, &between, newer, &Job::default()).expect("nobody cancels");
        let a = row(&found, ",A");
        let counts: Vec<usize> = a.series().map(|figures| figures.count).collect();
        assert_eq!(counts, [1, 2, 3]);
        assert!(a.grew_in_every_step());
        assert_eq!(Column::Of(1, By::Shallow).value(a), 16);
        assert!(found.rows().iter().all(|row| row.key != ",B"), "it came and went");
    }

    #[test]
    fn interfaces_of_the_newer_snapshot_name_the_older_ones_objects() {
        let found = compare("0!synthetic>1 1:8>a.0", "0!synthetic>1,2,3 1:8>a.0 2:8>a.0 3:8>a.0");
        let a = row(&found, ",{a}");
        assert_eq!((a.before.count, a.after.count, a.new), (1, 3, 2));
    }

    /// A root and two nodes of these names, of ids 2 and 3.
    fn with_native(native: &str, object: &str) -> Heap {
        HeapBuilder {
            node_kind: vec![NodeKind::SYNTHETIC, NodeKind::NATIVE, NodeKind::OBJECT],
            node_name: vec![StrIx(0), StrIx(1), StrIx(2)],
            node_id: [1u64, 2, 3].into_iter().collect(),
            self_size: [0u64, 8, 8].into_iter().collect(),
            edge_counts: vec![2, 0, 0],
            detachedness: None,
            trace_node: None,
            edge_kind: vec![EdgeKind::ELEMENT; 2],
            edge_name: vec![0, 1],
            edge_to: vec![NodeIx(1), NodeIx(2)],
            root: NodeIx(0),
            strings: Strings::from_texts(["", native, object]),
            locations: Vec::new(),
            kind_names: KindNames::default(),
            extra_native_bytes: 0,
        }
        .build()
        .expect("its edges lead to its nodes")
    }

    #[test]
    fn natives_that_came_are_noise_but_not_between_two_processes() {
        let found = |older: Heap, newer: Heap| {
            Comparison::new(Analysis::complete(older), Analysis::complete(newer), &Job::default())
                .expect("nobody cancels")
        };
        let same = found(heap("0!synthetic=>1 1=A"), with_native("N", "A"));
        let other = found(heap("0!synthetic=x>1 1=X"), with_native("N", "A"));
        assert!(same.is_by_object() && !other.is_by_object());
        let is_noise = |found: &Comparison| found.rows().iter().any(|row| row.new == 1 && row.is_noise);
        assert!(is_noise(&same), "{:?}", same.rows());
        assert!(!is_noise(&other));
    }
}
