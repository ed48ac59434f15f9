//! Two snapshots as the Compare view lists them: classes, objects by fate, fields before and after.
//!
//! Each list is made whole, sorted and filtered, by a pure function of the comparison; workers
//! run the long ones. Cost: what is listed, once, and sorting it.

use std::{cmp::Reverse, sync::Arc};

use rustc_hash::FxHashMap;

use super::filter::{Filter, Fit};
use crate::{
    analysis::{
        Analysis,
        compare::{CompareSort, Comparison, Members, Row},
        edge_name, fields,
        order::{By, Sort, compare_text},
    },
    heap::{Edge, EdgeIx, EdgeKind, NodeIx},
    job::{Cancelled, Job},
};

/// How many rows are looked at between two looks at whether to go on.
const TICK: usize = 4096;

/// Which of the two snapshots.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Age {
    /// The one given first.
    Older,
    /// The one given later.
    Newer,
}

/// Two snapshots compared, and what the view asks of each row.
#[derive(Debug)]
pub struct Pair {
    /// The comparison.
    pub found: Comparison,
    /// How many rows are noise.
    pub noise: usize,
    /// The largest change of a shallow size, for bars.
    pub largest: u64,
}

impl Pair {
    /// Compares two completely analysed snapshots, with those between them.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn new(older: Analysis, between: &[Analysis], newer: Analysis, job: &Job) -> Result<Self, Cancelled> {
        let found = Comparison::series(older, between, newer, job)?;
        let noise = found.rows().iter().filter(|row| row.is_noise).count();
        let largest = found.rows().iter().map(|row| row.shallow_delta().unsigned_abs()).max().unwrap_or(0);
        Ok(Self { found, noise, largest })
    }

    /// The row at that place.
    pub fn row(&self, at: u32) -> &Row {
        &self.found.rows()[at as usize]
    }

    /// The name of the row's class (not yet safe for a terminal).
    pub fn name(&self, at: u32) -> &str {
        self.found.name(self.row(at))
    }

    /// How many snapshots the comparison spans.
    pub fn snapshots(&self) -> usize {
        self.found.rows().first().map_or(2, |row| row.between.len() + 2)
    }

    /// How many references an object has, then and now.
    pub fn edges(&self, (older, newer): (NodeIx, NodeIx)) -> usize {
        let of = |age, node| self.known(age).heap.edge_range(node).len();
        of(Age::Older, older) + of(Age::Newer, newer)
    }

    /// What is known of one of the snapshots.
    pub fn known(&self, age: Age) -> &Analysis {
        match age {
            Age::Older => self.found.older(),
            Age::Newer => self.found.newer(),
        }
    }
}

/// What became of an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fate {
    /// Only the newer snapshot has it.
    New(NodeIx),
    /// Only the older snapshot has it.
    Deleted(NodeIx),
    /// Both have it: older, newer.
    Kept(NodeIx, NodeIx),
}

impl Fate {
    /// The snapshot it is browsed in, and its node there: the newest that has it.
    pub fn home(self) -> (Age, NodeIx) {
        match self {
            Self::New(node) | Self::Kept(_, node) => (Age::Newer, node),
            Self::Deleted(node) => (Age::Older, node),
        }
    }

    /// The figure now less the figure then; nothing where one of them is not known.
    fn change(self, pair: &Pair, figure: impl Fn(&Analysis, NodeIx) -> Option<u64>) -> Option<i64> {
        let of = |age, node| figure(pair.known(age), node).map(|figure| figure as i64);
        match self {
            Self::New(node) => of(Age::Newer, node),
            Self::Deleted(node) => of(Age::Older, node),
            Self::Kept(older, newer) => Some(of(Age::Newer, newer)? - of(Age::Older, older)?),
        }
    }

    /// The place of its group: new, deleted, kept.
    pub fn group(self) -> u8 {
        match self {
            Self::New(_) => 0,
            Self::Deleted(_) => 1,
            Self::Kept(..) => 2,
        }
    }
}

/// Which classes are listed.
#[derive(Clone, PartialEq, Debug)]
pub struct Classes {
    /// The order.
    pub sort: CompareSort,
    /// The query.
    pub filter: String,
    /// Whether rows of noise are left out.
    pub quiet: bool,
    /// Whether only those are listed that grew in every step.
    pub every: bool,
}

/// The rows that changed, or all that the query finds; exact fits first.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for it.
pub fn classes(pair: &Pair, spec: &Classes, job: &Job) -> Result<Arc<[u32]>, Cancelled> {
    let filter = Filter::new(&spec.filter);
    let mut rows: Vec<(Fit, u32)> = Vec::new();
    for (at, row) in pair.found.rows().iter().enumerate() {
        if at % TICK == 0 {
            job.tick(TICK)?;
        }
        let is_listed = !filter.is_empty() || row.is_changed() || row.before != row.after;
        let is_left_out = spec.quiet && row.is_noise || spec.every && !row.grew_in_every_step();
        if !is_listed || is_left_out {
            continue;
        }
        rows.extend(filter.fit(pair.found.name(row)).map(|fit| (fit, at as u32)));
    }
    let by_row = |a: u32, b: u32| pair.found.compare_rows(pair.row(a), pair.row(b), spec.sort);
    rows.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| by_row(a.1, b.1)));
    Ok(rows.into_iter().map(|(_, at)| at).collect())
}

/// The objects of a row by what became of them: new, deleted, kept. Sizes of kept ones count by
/// how much they grew. Where objects cannot be matched, all of the newer snapshot, then all of the
/// older one.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for it.
pub fn objects(pair: &Pair, at: u32, sort: Sort, filter: &str, job: &Job) -> Result<Arc<[Fate]>, Cancelled> {
    let filter = Filter::new(filter);
    let Members { new, deleted, kept } = members(pair, pair.row(at));
    let new = new.into_iter().map(Fate::New);
    let kept = kept.into_iter().map(|(older, newer)| Fate::Kept(older, newer));
    let all = new.chain(deleted.into_iter().map(Fate::Deleted)).chain(kept);
    let mut rows = Vec::new();
    for (at, fate) in all.enumerate() {
        if at % TICK == 0 {
            job.tick(TICK)?;
        }
        let (age, node) = fate.home();
        let known = pair.known(age);
        if filter.is_empty() || filter.fit(&known.names.label(&known.heap, node)).is_some() {
            rows.push(fate);
        }
    }
    sort_fates(pair, &mut rows, sort);
    job.tick(0)?;
    Ok(rows.into())
}

fn members(pair: &Pair, row: &Row) -> Members {
    let found = &pair.found;
    if found.is_by_object() {
        return found.members(row);
    }
    let list = |classes: &crate::analysis::Classes, class: Option<_>| {
        class.map_or_else(Vec::new, |class| classes.members(class).to_vec())
    };
    Members {
        new: list(&found.newer().classes, row.newer),
        deleted: list(found.older_classes(), row.older),
        kept: Vec::new(),
    }
}

/// Groups stay together, the one that changed most first where sizes order; equal objects stay
/// in the order of their ids.
fn sort_fates(pair: &Pair, rows: &mut [Fate], sort: Sort) {
    let home = |fate: Fate| {
        let (age, node) = fate.home();
        (pair.known(age), node)
    };
    match sort.by {
        By::Name => sort_by_key(rows, sort, Fate::group, |fate| {
            let (known, node) = home(fate);
            known.names.text(&known.heap, node).into_owned()
        }),
        By::Shallow => sort_by_size(pair, rows, sort, |known, node| Some(known.shallow(node))),
        By::Retained => sort_by_size(pair, rows, sort, Analysis::retained),
        By::Distance => sort_by_key(rows, sort, Fate::group, |fate| {
            let (known, node) = home(fate);
            known.distance(node)
        }),
        By::Id | By::Count => sort_by_key(rows, sort, Fate::group, |fate| {
            let (known, node) = home(fate);
            known.heap.id(node)
        }),
    }
}

fn sort_by_size(
    pair: &Pair,
    rows: &mut [Fate],
    sort: Sort,
    figure: impl Fn(&Analysis, NodeIx) -> Option<u64>,
) {
    let mut changed = [0u64; 3];
    for fate in rows.iter() {
        let change = fate.change(pair, &figure).map_or(0, i64::unsigned_abs);
        let group = &mut changed[fate.group() as usize];
        *group = group.saturating_add(change);
    }
    // An array that was there before and took the leak in comes before new small ones.
    let group = |fate: Fate| (Reverse(changed[fate.group() as usize]), fate.group());
    sort_by_key(rows, sort, group, |fate| fate.change(pair, &figure));
}

fn sort_by_key<G: Ord, K: Ord>(
    rows: &mut [Fate],
    sort: Sort,
    group: impl Fn(Fate) -> G,
    key: impl Fn(Fate) -> K,
) {
    rows.sort_by_cached_key(|&fate| {
        let key = key(fate);
        let (up, down) = if sort.descending { (None, Some(Reverse(key))) } else { (Some(key), None) };
        (group(fate), up, down)
    });
}

/// What became of a field of a kept object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Change {
    /// It was not there before.
    Came,
    /// It is not there any more.
    Went,
    /// It refers to another object than before.
    Elsewhere,
    /// It refers to the same object.
    Same,
}

/// A field then and now: at least one of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// In the older snapshot.
    pub then: Option<EdgeIx>,
    /// In the newer snapshot.
    pub now: Option<EdgeIx>,
    /// What became of it.
    pub change: Change,
}

/// What tells one field from another: its name, or its kind and number.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Number(EdgeKind, u32),
}

fn key(known: &Analysis, edge: &Edge) -> Key {
    if edge.kind.is_indexed() {
        Key::Number(edge.kind, edge.name_or_index)
    } else {
        Key::Name(edge_name(&known.heap, edge).into_owned())
    }
}

/// The fields of a kept object before and after, those that changed most first, or by name.
///
/// # Errors
///
/// [`Cancelled`] once nobody waits for it.
pub fn fields(
    pair: &Pair,
    (older, newer): (NodeIx, NodeIx),
    sort: Sort,
    filter: &str,
    job: &Job,
) -> Result<Arc<[Field]>, Cancelled> {
    let (then, now) = (pair.known(Age::Older), pair.known(Age::Newer));
    let mut left: FxHashMap<Key, Edge> =
        fields::list(then, older).into_iter().map(|edge| (key(then, &edge), edge)).collect();
    job.tick(left.len())?;
    let mut rows = Vec::new();
    for edge in fields::list(now, newer) {
        let before = left.remove(&key(now, &edge));
        rows.push(Field {
            then: before.map(|edge| edge.ix),
            now: Some(edge.ix),
            change: change(pair, before, &edge),
        });
    }
    job.tick(rows.len())?;
    rows.extend(left.into_values().map(|edge| Field {
        then: Some(edge.ix),
        now: None,
        change: Change::Went,
    }));
    let filter = Filter::new(filter);
    rows.retain(|field| filter.is_empty() || filter.fit(&field_text(pair, field)).is_some());
    sort_fields(pair, &mut rows, sort);
    Ok(rows.into())
}

fn change(pair: &Pair, before: Option<Edge>, now: &Edge) -> Change {
    match before {
        None => Change::Came,
        Some(before) if pair.found.matching().newer(before.to) == Some(now.to) => Change::Same,
        Some(_) => Change::Elsewhere,
    }
}

/// The field's name in the newest snapshot that has it.
pub fn field_name(pair: &Pair, field: &Field) -> String {
    let (age, edge) = match (field.now, field.then) {
        (Some(edge), _) => (Age::Newer, edge),
        (None, Some(edge)) => (Age::Older, edge),
        (None, None) => return String::new(),
    };
    let heap = &pair.known(age).heap;
    edge_name(heap, &heap.edge(edge)).into_owned()
}

/// What the field refers to in one of the snapshots.
pub fn target(pair: &Pair, age: Age, field: &Field) -> Option<NodeIx> {
    let edge = match age {
        Age::Older => field.then,
        Age::Newer => field.now,
    };
    edge.map(|edge| pair.known(age).heap.edge(edge).to)
}

fn field_text(pair: &Pair, field: &Field) -> String {
    let label = |age| {
        let known = pair.known(age);
        target(pair, age, field).map_or_else(String::new, |node| known.names.label(&known.heap, node))
    };
    format!("{} {} {}", field_name(pair, field), label(Age::Older), label(Age::Newer))
}

fn sort_fields(pair: &Pair, rows: &mut [Field], sort: Sort) {
    let size = |age, field: &Field| {
        let known = pair.known(age);
        target(pair, age, field).map_or(0, |node| match sort.by {
            By::Shallow => known.shallow(node),
            _ => known.retained(node).unwrap_or(0),
        }) as i64
    };
    let mut keyed: Vec<_> = rows
        .iter()
        .map(|field| {
            let grown = size(Age::Newer, field) - size(Age::Older, field);
            let is_calm = field.change == Change::Same && grown == 0;
            (is_calm, grown, field_name(pair, field), *field)
        })
        .collect();
    keyed.sort_by(|a, b| match sort.by {
        By::Name => sort.apply(compare_text(&a.2, &b.2)),
        _ => {
            a.0.cmp(&b.0)
                .then_with(|| sort.apply(a.1.abs().cmp(&b.1.abs())))
                .then_with(|| compare_text(&a.2, &b.2))
        }
    });
    for (place, row) in rows.iter_mut().zip(keyed) {
        *place = row.3;
    }
}
