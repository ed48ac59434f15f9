//! Sites into rows: names, counts, chains and verdicts.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Moved, Tally, Verdict, locate, name,
    site::{Side, Site, Sites},
};
use crate::{
    analysis::{Analysis, collection, collection::Shape, edge_name, scope},
    heap::{ClassIx, Edge, EdgeKind, NodeId, NodeIx},
    job::{Cancelled, Job},
};

/// Growth of a site below these is minor: fewer entries and fewer bytes, or hardly any of the whole.
const MINOR_ENTRIES: i64 = 8;
const MINOR_BYTES: i64 = 32_768;
const MINOR_PERCENT: i64 = 1;

/// What grew, most bytes first, V8's own growth last.
#[derive(Debug)]
pub struct Growth {
    /// A row a site, or a row for sites of one name under owners of one class.
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
    /// How many sites this row stands for.
    pub sites: usize,
    /// Entries in each snapshot: of the collection, or nodes of a linked list; 0 before it was
    /// there, `None` where nothing is counted.
    pub counts: Vec<Option<u64>>,
    /// Bytes charged to this row and no other.
    pub exclusive: i64,
    /// The bytes freed with it, in each snapshot.
    pub retained: Vec<u64>,
    /// New objects charged to it.
    pub new: usize,
    /// Deleted objects charged to it.
    pub deleted: usize,
    /// The class that most of the new bytes hang from.
    pub class: Option<String>,
    /// How many different objects hold the example.
    pub holders: usize,
    /// How it is held, from a root down, names only.
    pub chain: String,
    /// A node of the last snapshot to look at first: the collection, or the largest new object.
    pub example: Option<NodeIx>,
    /// The new objects that it holds directly, largest first.
    pub members: Vec<NodeIx>,
    /// What the figures say.
    pub verdict: Verdict,
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

    fn is_counted(self) -> bool {
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
    figure(series[series.len() - 1]) as i64 - figure(series[0]) as i64
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
        retained: vec![0; series.len()],
        new: 0,
        deleted: 0,
        class: None,
        holders: 0,
        chain: String::new(),
        example: None,
        members: Vec::new(),
        verdict: Verdict::Steady,
    })
}

impl GrowthRow {
    /// Adds a site of the same name.
    fn absorb(&mut self, other: Self) {
        self.sites += other.sites;
        self.exclusive += other.exclusive;
        for (mine, theirs) in self.retained.iter_mut().zip(other.retained) {
            *mine = mine.saturating_add(theirs);
        }
        self.new += other.new;
        self.deleted += other.deleted;
        self.members.extend(other.members);
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine = match (*mine, theirs) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
        }
    }

    fn is_worth_a_row(&self) -> bool {
        self.exclusive != 0 || self.entries_gained() != 0
    }

    fn finish(&mut self, known: &Analysis, total: i64) {
        self.members.sort_by_key(|&node| Reverse((known.retained(node), Reverse(node))));
        self.verdict = self.judge(total);
    }

    /// How many more entries the last snapshot has than the first.
    pub fn entries_gained(&self) -> i64 {
        let count = |count: Option<&Option<u64>>| count.copied().flatten().unwrap_or(0) as i64;
        count(self.counts.last()) - count(self.counts.first())
    }

    /// By how much the bytes freed with it grew.
    pub fn retained_growth(&self) -> i64 {
        let ends = (self.retained.first(), self.retained.last());
        ends.0.zip(ends.1).map_or(0, |(&first, &last)| last as i64 - first as i64)
    }

    fn judge(&self, total: i64) -> Verdict {
        if matches!(self.kind, Kind::Engine | Kind::Unreachable) {
            return Verdict::WarmUp;
        }
        let gained = self.entries_gained();
        if self.counts.len() > 2 && self.kind.is_counted() {
            let counts: Vec<i64> = self.counts.iter().map(|count| count.unwrap_or(0) as i64).collect();
            return Verdict::of(&counts);
        }
        match self.exclusive {
            _ if gained < 0 && self.exclusive <= 0 => Verdict::Shrank,
            bytes if bytes < 0 => Verdict::Shrank,
            0 if gained == 0 => Verdict::Steady,
            bytes if bytes < MINOR_BYTES && gained < MINOR_ENTRIES => Verdict::Minor,
            bytes if bytes.saturating_mul(100) < total.saturating_mul(MINOR_PERCENT) => Verdict::Minor,
            // One value filled in once is what starting up looks like, unless it is large.
            bytes if !self.kind.is_counted() && bytes < MINOR_BYTES => Verdict::Minor,
            _ if self.counts.len() > 2 => self.judge_bytes(),
            _ => Verdict::Grew,
        }
    }

    /// The verdict on what nobody counts: by the bytes that are freed with it, if they tell.
    fn judge_bytes(&self) -> Verdict {
        let sizes: Vec<i64> = self.retained.iter().map(|&size| size as i64).collect();
        match Verdict::of(&sizes) {
            Verdict::Steady | Verdict::Shrank => Verdict::Grew,
            verdict => verdict,
        }
    }

    /// The program's growth, then the engine's, then what shrank.
    fn rank(&self) -> (bool, bool, i64, i64) {
        let is_growth = self.exclusive > 0 || (self.exclusive == 0 && self.entries_gained() > 0);
        let is_program = !matches!(self.kind, Kind::Engine | Kind::Unreachable);
        (is_growth, is_growth && is_program, self.exclusive, self.entries_gained())
    }
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
        let example = if kind.is_counted() { subject.or(largest) } else { largest.or(subject) };
        GrowthRow {
            what: self.what(site, subject),
            holder_class: subject.map(|node| known.classes.name(known.classes.of(node)).to_owned()),
            module: subject.and_then(|node| name::module(known, node)),
            sites: 1,
            counts: (0..self.series.len()).map(|at| self.count(kind, site, at)).collect(),
            exclusive: tally.exclusive,
            retained: self.retained(site),
            new: tally.new,
            deleted: tally.deleted,
            class: self.class(&tally),
            holders: example.map_or(0, |node| self.holders(node)),
            chain: subject.or(largest).map_or_else(String::new, |node| name::chain(known, node)),
            example,
            members: tally.members,
            verdict: Verdict::Steady,
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

    fn slot_edge(&self, site: Site, at: usize, owner: NodeIx) -> Option<Edge> {
        let Site::Slot(_, name) = site else { return None };
        let (heap, name) = (&self.series[at].heap, self.sites.name(name));
        let is_slot = |edge: &Edge| match edge.kind {
            EdgeKind::PROPERTY | EdgeKind::CONTEXT => edge_name(heap, edge) == name,
            _ => scope::variable(heap, owner, edge).is_some_and(|found| heap.strings().text(found) == name),
        };
        heap.edges(owner).find(is_slot)
    }

    fn count(&self, kind: Kind, site: Site, at: usize) -> Option<u64> {
        let known = self.series[at];
        match (kind, self.subject(site, at)) {
            (Kind::List, Some(node)) => Some(collection::list_length(known, node)),
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
            _ if subject.is_some_and(|node| collection::list_length(self.now.known, node) > 2) => Kind::List,
            _ => Kind::Field,
        }
    }

    fn class(&self, tally: &Tally) -> Option<String> {
        let known = self.now.known;
        let mut bytes: FxHashMap<ClassIx, u64> = FxHashMap::default();
        for &top in &tally.members {
            *bytes.entry(known.classes.of(top)).or_default() += known.retained(top).unwrap_or(0);
        }
        let most = bytes.into_iter().filter(|&(_, bytes)| bytes > 0);
        let (class, _) = most.max_by_key(|&(class, bytes)| (bytes, Reverse(class)))?;
        Some(known.classes.name(class).to_owned())
    }

    fn holders(&self, node: NodeIx) -> usize {
        let Some(in_edges) = &self.now.known.retainers else { return 0 };
        let holds =
            |edge: &crate::heap::InEdge| !matches!(edge.edge.kind, EdgeKind::WEAK | EdgeKind::INVISIBLE);
        let found: FxHashSet<NodeIx> =
            in_edges.of(&self.now.known.heap, node).filter(holds).map(|edge| edge.from).collect();
        found.len()
    }
}
