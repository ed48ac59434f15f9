//! Sites into rows: those of one kind, name and module share one, most bytes first.
//!
//! Linear in sites, but for what making each row costs.

use std::{cmp::Reverse, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Moved, Tally, Verdict, locate,
    maker::Maker,
    site::{Side, Site, Sites},
};
use crate::{
    analysis::{Analysis, compare},
    heap::{EdgeIx, NodeId, NodeIx},
    job::{Cancelled, Job},
};

/// What grew, most bytes first, V8's own growth last.
#[derive(Debug)]
pub struct Growth {
    /// A row a site; sites of one kind, name and module share one.
    pub rows: Vec<GrowthRow>,
    /// By how many bytes the last snapshot is larger than the first: the sum of the rows'
    /// exclusive growth.
    pub total: i64,
    /// Objects that only changed their class.
    pub moved: Vec<Moved>,
}

/// What grew or shrank under one name.
#[derive(Clone, PartialEq, Debug)]
pub struct GrowthRow {
    /// What it is called: `requestCachesByEnvironment`. Not yet safe for a terminal, like all
    /// text here.
    pub what: String,
    /// What it is.
    pub kind: Kind,
    /// The class of the collection, or of what the field holds.
    pub holder_class: Option<String>,
    /// The file of the module it belongs to, where the chain tells.
    pub module: Option<String>,
    /// How many sites this row stands for. Of several, class, holders, chain and example are those of
    /// the one that grew most.
    pub sites: usize,
    /// Entries in each snapshot: of the collection, or nodes of a linked list; 0 before it was
    /// there, `None` where nothing is counted, or several lists may share nodes.
    pub counts: Vec<Option<u64>>,
    /// Bytes charged to this row and no other.
    pub exclusive: i64,
    /// The part of them by which objects grew that were there before: the slots of an array, say.
    pub own: i64,
    /// The bytes freed with it, in each snapshot.
    pub retained: Vec<u64>,
    /// New objects charged to it.
    pub new: usize,
    /// Deleted objects charged to it.
    pub deleted: usize,
    /// The class that most of the new bytes hang from.
    pub class: Option<String>,
    /// How many different objects hold the example: those a person would name, V8's own looked
    /// through or left out.
    pub holders: usize,
    /// How it is held, from a root down, names only.
    pub chain: String,
    /// By which references that chain goes, from the example on; empty where only the shortest is known.
    pub way: Arc<[EdgeIx]>,
    /// A node of the last snapshot to look at first: the collection, or the largest new object.
    pub example: Option<NodeIx>,
    /// The new objects that it holds directly, largest first.
    pub members: Vec<NodeIx>,
    /// What the figures say.
    pub verdict: Verdict,
    /// Whether the verdict is on its bytes because its entries, which are counted, did not grow.
    pub by_bytes: bool,
}

/// What grew.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A Map or Set.
    Table,
    /// An array.
    Array,
    /// An object used as a dictionary.
    Dictionary,
    /// A linked list.
    List,
    /// A field or variable.
    Field,
    /// One of V8's roots.
    Root,
    /// V8's own code, shapes and feedback.
    Engine,
    /// Garbage not yet collected.
    Unreachable,
}

impl Kind {
    /// One word for it, as JSON and the screen have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "map or set",
            Self::Array => "array",
            Self::Dictionary => "dictionary",
            Self::List => "linked list",
            Self::Field => "field",
            Self::Root => "root",
            Self::Engine => "engine",
            Self::Unreachable => "unreachable",
        }
    }

    /// Whether it has entries to count.
    pub fn is_counted(self) -> bool {
        matches!(self, Self::Table | Self::Array | Self::Dictionary | Self::List)
    }
}

pub(super) fn rows(
    series: &[&Analysis],
    now: &Side<'_>,
    sites: &Sites<'_>,
    tallies: FxHashMap<Site, Tally>,
    job: &Job,
) -> Result<Vec<GrowthRow>, Cancelled> {
    let wanted: FxHashSet<NodeId> = tallies.keys().filter_map(Site::id).collect();
    let nodes: Vec<FxHashMap<NodeId, NodeIx>> = series.iter().map(|known| locate(known, &wanted)).collect();
    let maker = Maker { series, nodes: &nodes, now, sites };
    let mut merged: FxHashMap<(Kind, String, Option<String>), GrowthRow> = FxHashMap::default();
    let mut ordered: Vec<(Site, Tally)> = tallies.into_iter().collect();
    ordered.sort_by_key(|(site, tally)| (Reverse(tally.exclusive), *site));
    for (site, tally) in ordered {
        job.tick(1)?;
        let row = maker.row(site, tally);
        let key = (row.kind, row.what.clone(), row.module.clone());
        match merged.get_mut(&key) {
            Some(known) => known.absorb(row),
            None => drop(merged.insert(key, row)),
        }
    }
    let mut rows: Vec<GrowthRow> = merged.into_values().filter(GrowthRow::is_worth_a_row).collect();
    rows.extend(native_bytes(series));
    let total = difference(series, Analysis::total_size);
    for row in &mut rows {
        row.finish(now.known, total);
    }
    rows.sort_by(|a, b| b.rank().cmp(&a.rank()).then_with(|| a.what.cmp(&b.what)));
    Ok(rows)
}

/// By how much a figure of the last snapshot is larger than the first one's.
fn difference(series: &[&Analysis], figure: impl Fn(&Analysis) -> u64) -> i64 {
    compare::difference(figure(series[series.len() - 1]), figure(series[0]))
}

/// What the files count that belongs to no node.
fn native_bytes(series: &[&Analysis]) -> Option<GrowthRow> {
    let exclusive = difference(series, |known| known.heap.extra_native_bytes());
    (exclusive != 0).then(|| GrowthRow {
        what: "(native bytes of no node)".to_owned(),
        kind: Kind::Root,
        holder_class: None,
        module: None,
        sites: 1,
        counts: vec![None; series.len()],
        exclusive,
        own: 0,
        retained: vec![0; series.len()],
        new: 0,
        deleted: 0,
        class: None,
        holders: 0,
        chain: String::new(),
        way: Arc::new([]),
        example: None,
        members: Vec::new(),
        verdict: Verdict::Steady,
        by_bytes: false,
    })
}

impl GrowthRow {
    /// Adds a site of the same kind, name and module that grew less: its figures and members; whatever
    /// describes one site stays that of the first. Lengths of lists are not added, they may share
    /// their nodes.
    fn absorb(&mut self, other: Self) {
        self.sites += other.sites;
        self.exclusive = self.exclusive.saturating_add(other.exclusive);
        self.own = self.own.saturating_add(other.own);
        for (mine, theirs) in self.retained.iter_mut().zip(other.retained) {
            *mine = mine.saturating_add(theirs);
        }
        self.new += other.new;
        self.deleted += other.deleted;
        self.members.extend(other.members);
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine = match (*mine, theirs) {
                _ if self.kind == Kind::List => None,
                (Some(a), Some(b)) => Some(a.saturating_add(b)),
                (a, b) => a.or(b),
            };
        }
    }

    fn is_worth_a_row(&self) -> bool {
        self.exclusive != 0 || self.entries_gained() != 0
    }

    fn finish(&mut self, known: &Analysis, total: i64) {
        self.members.sort_by_key(|&node| Reverse((known.retained(node), Reverse(node))));
        (self.verdict, self.by_bytes) = self.judge(total);
    }

    /// How many more entries the last snapshot has than the first.
    pub fn entries_gained(&self) -> i64 {
        let ends = (self.counts.first().copied().flatten(), self.counts.last().copied().flatten());
        ends.0.zip(ends.1).map_or(0, |(first, last)| compare::difference(last, first))
    }

    /// By how much the bytes freed with it grew.
    pub fn retained_growth(&self) -> i64 {
        let ends = (self.retained.first(), self.retained.last());
        ends.0.zip(ends.1).map_or(0, |(&first, &last)| compare::difference(last, first))
    }

    /// Whether more than half of the growth is that of the collection itself, not of what it holds.
    pub fn is_mostly_itself(&self) -> bool {
        self.kind.is_counted() && self.exclusive > 0 && self.own > self.exclusive / 2
    }

    /// The program's growth, then the engine's, then what shrank.
    fn rank(&self) -> (bool, bool, i64, i64) {
        let is_growth = self.exclusive > 0 || (self.exclusive == 0 && self.entries_gained() > 0);
        let is_program = !matches!(self.kind, Kind::Engine | Kind::Unreachable);
        (is_growth, is_growth && is_program, self.exclusive, self.entries_gained())
    }
}
