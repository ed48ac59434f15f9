//! Sites into rows: names, counts, chains and verdicts.

use std::{cmp::Reverse, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Moved, Tally, Verdict, locate, name,
    site::{self, Side, Site, Sites},
    way,
};
use crate::{
    analysis::{
        Analysis, collection,
        collection::Shape,
        compare::{self, clamped},
        holders,
    },
    heap::{ClassIx, Edge, EdgeIx, EdgeKind, InEdge, NodeId, NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// Growth of a site below these is minor: fewer entries and fewer bytes, or hardly any of the whole.
const MINOR_ENTRIES: i64 = 8;
const MINOR_BYTES: i64 = 32_768;
const MINOR_PERCENT: i64 = 1;

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

    /// The row with its verdict.
    #[cfg(test)]
    pub(super) fn judged(mut self, total: i64) -> Self {
        (self.verdict, self.by_bytes) = self.judge(total);
        self
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

    /// The verdict, and whether it is on bytes though entries are counted.
    fn judge(&self, total: i64) -> (Verdict, bool) {
        if matches!(self.kind, Kind::Engine | Kind::Unreachable) {
            return (Verdict::WarmUp, false);
        }
        if self.kind == Kind::Root && is_transient(&self.what) && self.exclusive > 0 {
            return (Verdict::Transient, false);
        }
        let counts: Option<Vec<i64>> = self.counts.iter().map(|count| count.map(size)).collect();
        match counts {
            Some(counts) if counts.len() > 2 && self.kind.is_counted() => {
                let (entries, bytes) = (Verdict::of(&counts), self.verdict_on_bytes());
                let is_level = matches!(entries, Verdict::Steady | Verdict::Shrank | Verdict::Noisy { .. });
                match bytes {
                    Verdict::Steady | Verdict::Shrank | Verdict::Noisy { .. } => (entries, false),
                    _ if is_level && self.is_much(total) => (bytes, true),
                    _ => (entries, false),
                }
            }
            _ => (self.judge_growth(total), false),
        }
    }

    /// The verdict on two snapshots, and on what nobody counts.
    fn judge_growth(&self, total: i64) -> Verdict {
        let gained = self.entries_gained();
        match self.exclusive {
            _ if gained < 0 && self.exclusive <= 0 => Verdict::Shrank,
            bytes if bytes < 0 => Verdict::Shrank,
            0 if gained == 0 => Verdict::Steady,
            // However few bytes: many entries more are growth.
            _ if gained < MINOR_ENTRIES && !self.is_much(total) => Verdict::Minor,
            // One value filled in once is what starting up looks like, unless it is large.
            bytes if !self.kind.is_counted() && bytes < MINOR_BYTES => Verdict::Minor,
            _ if self.counts.len() > 2 => match self.verdict_on_bytes() {
                Verdict::Steady | Verdict::Shrank => Verdict::Grew,
                verdict => verdict,
            },
            _ => Verdict::Grew,
        }
    }

    /// Whether it grew by more bytes than starting up explains.
    fn is_much(&self, total: i64) -> bool {
        self.exclusive >= MINOR_BYTES
            && self.exclusive.saturating_mul(100) >= total.saturating_mul(MINOR_PERCENT)
    }

    /// The verdict on the bytes that are freed with it.
    fn verdict_on_bytes(&self) -> Verdict {
        let sizes: Vec<i64> = self.retained.iter().map(|&bytes| size(bytes)).collect();
        Verdict::of(&sizes)
    }

    /// The program's growth, then the engine's, then what shrank.
    fn rank(&self) -> (bool, bool, i64, i64) {
        let is_growth = self.exclusive > 0 || (self.exclusive == 0 && self.entries_gained() > 0);
        let is_program = !matches!(self.kind, Kind::Engine | Kind::Unreachable);
        (is_growth, is_growth && is_program, self.exclusive, self.entries_gained())
    }
}

/// A size or count as a value to fit.
fn size(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

/// Whether what the root holds goes as soon as the functions return that run while the snapshot is
/// taken.
fn is_transient(root: &str) -> bool {
    matches!(root, "(Stack roots)" | "(Handle scope)" | "(Handle scopes)")
}

impl Site {
    fn id(&self) -> Option<NodeId> {
        match self {
            Self::Collection(id) | Self::Slot(id, _) => Some(*id),
            _ => None,
        }
    }
}

/// Makes rows of sites.
struct Maker<'a> {
    series: &'a [&'a Analysis],
    /// The sites' objects in each snapshot.
    nodes: &'a [FxHashMap<NodeId, NodeIx>],
    now: &'a Side<'a>,
    sites: &'a Sites<'a>,
}

impl Maker<'_> {
    fn row(&self, site: Site, tally: Tally) -> GrowthRow {
        let known = self.now.known;
        let subject = self.subject(site, self.series.len() - 1);
        let largest = tally.members.iter().copied().max_by_key(|&node| (known.retained(node), Reverse(node)));
        let kind = self.kind(site, subject);
        let place = self.place(site, subject);
        let example = if kind.is_counted() { subject.or(largest) } else { largest.or(subject) };
        let held = place.or(largest.map(|node| (node, None)));
        GrowthRow {
            what: self.what(site, subject),
            holder_class: subject.map(|node| known.classes.name(known.classes.of(node)).to_owned()),
            module: place.as_ref().and_then(|(node, _)| name::module(self.now, *node)),
            sites: 1,
            counts: (0..self.series.len()).map(|at| self.count(kind, site, at)).collect(),
            exclusive: clamped(tally.exclusive),
            own: clamped(tally.own),
            retained: self.retained(site),
            new: tally.new,
            deleted: tally.deleted,
            class: self.class(&tally),
            holders: example.map_or(0, |node| self.holders(node)),
            chain: held.map_or_else(String::new, |(node, field)| name::chain(self.now, node, field.as_ref())),
            way: example.zip(held).map_or_else(
                || Arc::new([]) as Arc<[EdgeIx]>,
                |(example, (site, field))| way::of(self.now, example, site, field.as_ref()),
            ),
            example,
            members: tally.members,
            verdict: Verdict::Steady,
            by_bytes: false,
            kind,
        }
    }

    /// The node a site is about, in the snapshot at `at`: the collection, or what the slot holds.
    fn subject(&self, site: Site, at: usize) -> Option<NodeIx> {
        match site {
            Site::Collection(id) => self.nodes[at].get(&id).copied(),
            Site::Slot(id, _) => {
                let owner = *self.nodes[at].get(&id)?;
                self.slot_edge(site, at, owner).map(|edge| edge.to)
            }
            _ => None,
        }
    }

    /// Where the site is, in the last snapshot: a node, and the field of it that is meant.
    fn place(&self, site: Site, subject: Option<NodeIx>) -> Option<(NodeIx, Option<Edge>)> {
        let last = self.series.len() - 1;
        match site {
            Site::Slot(id, _) => {
                let owner = *self.nodes[last].get(&id)?;
                Some((owner, Some(self.slot_edge(site, last, owner)?)))
            }
            _ => Some((subject?, None)),
        }
    }

    fn slot_edge(&self, site: Site, at: usize, owner: NodeIx) -> Option<Edge> {
        let Site::Slot(_, name) = site else { return None };
        site::slot_edge(&self.series[at].heap, owner, self.sites.name(name))
    }

    fn count(&self, kind: Kind, site: Site, at: usize) -> Option<u64> {
        let known = self.series[at];
        match (kind, self.subject(site, at)) {
            // A ring of nobody but what holds it.
            (Kind::List, Some(node)) if Some(known.heap.id(node)) == site.id() => Some(0),
            (Kind::List, Some(node)) => collection::list_length(known, node),
            (_, Some(node)) if kind.is_counted() => {
                collection::measure(known, node).map(|(_, count)| count).or(Some(0))
            }
            (_, None) if kind.is_counted() => Some(0),
            _ => None,
        }
    }

    fn retained(&self, site: Site) -> Vec<u64> {
        let at = |at: usize| self.subject(site, at).and_then(|node| self.series[at].retained(node));
        (0..self.series.len()).map(|snapshot| at(snapshot).unwrap_or(0)).collect()
    }

    fn what(&self, site: Site, subject: Option<NodeIx>) -> String {
        let last = self.series.len() - 1;
        match site {
            Site::Collection(_) => subject.map_or_else(String::new, |node| name::of_node(self.now, node)),
            Site::Slot(id, name) => {
                let owner = self.nodes[last].get(&id).copied();
                let edge = owner.and_then(|owner| Some((owner, self.slot_edge(site, last, owner)?)));
                match edge {
                    Some((owner, edge)) => name::of_edge(self.now, owner, &edge),
                    None => self.sites.name(name).to_owned(),
                }
            }
            Site::Root(name) if self.sites.name(name).is_empty() => "(root)".to_owned(),
            Site::Root(name) | Site::Engine(name) => self.sites.name(name).to_owned(),
            Site::Unreachable => "(unreachable)".to_owned(),
        }
    }

    fn kind(&self, site: Site, subject: Option<NodeIx>) -> Kind {
        let shape =
            subject.and_then(|node| collection::measure(self.now.known, node)).map(|(shape, _)| shape);
        match (site, shape) {
            (Site::Engine(_), _) => Kind::Engine,
            (Site::Root(_), _) => Kind::Root,
            (Site::Unreachable, _) => Kind::Unreachable,
            (_, Some(Shape::Table)) => Kind::Table,
            (_, Some(Shape::Array)) => Kind::Array,
            (Site::Collection(_), _) => Kind::Dictionary,
            _ if subject.is_some_and(|node| self.is_list(node)) => Kind::List,
            _ => Kind::Field,
        }
    }

    fn class(&self, tally: &Tally) -> Option<String> {
        let known = self.now.known;
        let mut bytes: FxHashMap<ClassIx, u64> = FxHashMap::default();
        for &top in &tally.members {
            let sum = bytes.entry(known.classes.of(top)).or_default();
            *sum = sum.saturating_add(known.retained(top).unwrap_or(0));
        }
        let most = bytes.into_iter().filter(|&(_, bytes)| bytes > 0);
        let (class, _) = most.max_by_key(|&(class, bytes)| (bytes, Reverse(class)))?;
        Some(known.classes.name(class).to_owned())
    }

    fn is_list(&self, node: NodeIx) -> bool {
        collection::list_length(self.now.known, node).is_some_and(|nodes| nodes > 2)
    }

    /// How many objects hold the node, arrays and cells of V8's own looked through; 1 where only V8
    /// itself does.
    fn holders(&self, node: NodeIx) -> usize {
        /// Of more internals nobody would say what they belong to.
        const MOST_INTERNALS: usize = 64;
        let known = self.now.known;
        let Some(in_edges) = &known.retainers else { return 0 };
        let mut found: FxHashSet<NodeIx> = FxHashSet::default();
        let mut internals: FxHashSet<NodeIx> = FxHashSet::default();
        let mut is_held = false;
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            for way in in_edges.of(&known.heap, at).filter(|way| is_hold(known, way)) {
                is_held = true;
                match known.heap.kind(way.from) {
                    _ if holders::noise(known, &way).is_some() || way.from == node => {}
                    // The next node of a list knows the one before.
                    NodeKind::OBJECT if known.classes.of(way.from) == known.classes.of(node) => {}
                    NodeKind::ARRAY | NodeKind::HIDDEN => {
                        if internals.len() < MOST_INTERNALS && internals.insert(way.from) {
                            open.push(way.from);
                        }
                    }
                    _ => drop(found.insert(way.from)),
                }
            }
        }
        found.len().max(usize::from(is_held))
    }
}

/// Whether the reference keeps: not weak, and not the table's half of a WeakMap entry.
fn is_hold(known: &Analysis, way: &InEdge) -> bool {
    let is_table = known.ephemerons.of(&way.edge).is_some_and(|pair| pair.table == known.heap.id(way.from));
    !matches!(way.edge.kind, EdgeKind::WEAK | EdgeKind::INVISIBLE) && !is_table
}
