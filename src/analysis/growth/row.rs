//! Sites into rows: names, counts, chains and verdicts.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Tally, locate,
    site::{Side, Site, Sites},
};
use crate::{
    analysis::{Analysis, collection, edge_name, matching::Matching, path},
    heap::{EdgeKind, NodeId, NodeIx},
    job::{Cancelled, Job},
};

/// What grew, most telling first.
#[derive(Debug)]
pub struct Growth {
    /// One row a site.
    pub rows: Vec<GrowthRow>,
    /// By how many bytes the last snapshot is larger than the first: the sum of the rows' shallow growth.
    pub total: i64,
}

/// One site that grew or shrank.
#[derive(Clone, PartialEq, Debug)]
pub struct GrowthRow {
    /// What it is called: `requestCachesByEnvironment`.
    pub what: String,
    /// What it is.
    pub kind: Kind,
    /// Entries, or objects, in each snapshot; `None` where it cannot be told.
    pub counts: Vec<Option<u64>>,
    /// Bytes charged to this site and no other.
    pub exclusive: i64,
    /// By how much the bytes freed with it grew.
    pub retained: i64,
    /// New objects charged to the site.
    pub new: usize,
    /// Deleted objects charged to the site.
    pub deleted: usize,
    /// The class most of the new bytes belong to.
    pub class: Option<String>,
    /// How many different objects hold the example.
    pub holders: usize,
    /// How it is held, from a root down, names only.
    pub chain: String,
    /// A node of the last snapshot to look at first.
    pub example: Option<NodeIx>,
    /// The new objects that the site holds directly.
    pub members: Vec<NodeIx>,
    /// What the counts say.
    pub verdict: Verdict,
}

/// What grew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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

/// What a row says for itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// More entries, or more bytes, than before.
    Grew,
    /// V8 warming up.
    WarmUp,
    /// Fewer.
    Shrank,
    /// Neither.
    Steady,
}

pub(super) fn rows(
    series: &[&Analysis],
    now: &Side<'_>,
    matching: &Matching,
    sites: &Sites<'_>,
    tallies: FxHashMap<Site, Tally>,
    job: &Job,
) -> Result<Growth, Cancelled> {
    let wanted: FxHashSet<NodeId> = tallies.keys().filter_map(Site::id).collect();
    let nodes: Vec<FxHashMap<NodeId, NodeIx>> = series.iter().map(|known| locate(known, &wanted)).collect();
    let mut rows = Vec::new();
    for (site, tally) in tallies {
        job.tick(1)?;
        rows.push(Maker { series, nodes: &nodes, now, matching, sites }.row(site, tally));
    }
    rows.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.what.cmp(&b.what)));
    let total = |known: &Analysis| known.total_size() as i64;
    Ok(Growth { rows, total: total(series[series.len() - 1]) - total(series[0]) })
}

fn rank(row: &GrowthRow) -> (bool, i64) {
    (row.kind != Kind::Engine, row.exclusive)
}

struct Maker<'a> {
    series: &'a [&'a Analysis],
    nodes: &'a [FxHashMap<NodeId, NodeIx>],
    now: &'a Side<'a>,
    matching: &'a Matching,
    sites: &'a Sites<'a>,
}

impl Site {
    fn id(&self) -> Option<NodeId> {
        match self {
            Self::Collection(id) | Self::Slot(id, _) => Some(*id),
            _ => None,
        }
    }
}

impl Maker<'_> {
    fn row(&self, site: Site, tally: Tally) -> GrowthRow {
        let subject = self.subject(site, self.series.len() - 1);
        let example =
            tally.tops.iter().copied().max_by_key(|&node| self.now.known.retained(node)).or(subject);
        let counts: Vec<Option<u64>> = (0..self.series.len()).map(|at| self.count(site, at)).collect();
        GrowthRow {
            what: self.what(site, subject),
            kind: self.kind(site, subject),
            retained: self.retained(site),
            class: self.class(&tally),
            holders: example.map_or(0, |node| self.holders(node)),
            chain: self.chain(site, subject),
            verdict: Verdict::Grew,
            exclusive: tally.exclusive,
            new: tally.new,
            deleted: tally.deleted,
            members: tally.tops,
            counts,
            example,
        }
    }

    /// The node a site is about, in the snapshot at `at`: the collection, or what the slot holds.
    fn subject(&self, site: Site, at: usize) -> Option<NodeIx> {
        match site {
            Site::Collection(id) => self.nodes[at].get(&id).copied(),
            Site::Slot(id, name) => {
                let known = self.series[at];
                let owner = *self.nodes[at].get(&id)?;
                let name = self.sites.name(name);
                let named = |edge: &crate::heap::Edge| {
                    matches!(edge.kind, EdgeKind::PROPERTY | EdgeKind::CONTEXT)
                        && edge_name(&known.heap, edge) == name
                };
                known.heap.edges(owner).find(named).map(|edge| edge.to)
            }
            _ => None,
        }
    }

    fn count(&self, site: Site, at: usize) -> Option<u64> {
        let subject = self.subject(site, at)?;
        collection::measure(self.series[at], subject).map(|(_, count)| count)
    }

    fn retained(&self, site: Site) -> i64 {
        let at = |at: usize| {
            self.subject(site, at).and_then(|node| self.series[at].retained(node)).unwrap_or(0) as i64
        };
        at(self.series.len() - 1) - at(0)
    }

    fn what(&self, site: Site, subject: Option<NodeIx>) -> String {
        match site {
            Site::Collection(_) => subject.and_then(|node| self.held_as(node)).unwrap_or_default(),
            Site::Slot(_, name) | Site::Root(name) | Site::Engine(name) => self.sites.name(name).to_owned(),
            Site::Unreachable => "(unreachable)".to_owned(),
        }
    }

    /// The name of the edge that holds a node.
    fn held_as(&self, node: NodeIx) -> Option<String> {
        let way = self.now.way_to(node)?;
        Some(edge_name(&self.now.known.heap, &way.edge).into_owned())
    }

    fn kind(&self, site: Site, subject: Option<NodeIx>) -> Kind {
        match site {
            Site::Engine(_) => Kind::Engine,
            Site::Root(_) => Kind::Root,
            Site::Unreachable => Kind::Unreachable,
            Site::Collection(_) | Site::Slot(..) => {
                match subject.and_then(|node| collection::measure(self.now.known, node)) {
                    Some((collection::Shape::Table, _)) => Kind::Table,
                    Some((collection::Shape::Array, _)) => Kind::Array,
                    _ if matches!(site, Site::Collection(_)) => Kind::Dictionary,
                    _ => Kind::Field,
                }
            }
        }
    }

    fn class(&self, tally: &Tally) -> Option<String> {
        let known = self.now.known;
        let mut bytes: FxHashMap<crate::heap::ClassIx, u64> = FxHashMap::default();
        for &top in &tally.tops {
            *bytes.entry(known.classes.of(top)).or_default() += known.retained(top).unwrap_or(0);
        }
        let most = bytes.into_iter().max_by_key(|&(class, bytes)| (bytes, std::cmp::Reverse(class)))?;
        Some(known.classes.name(most.0).to_owned())
    }

    fn holders(&self, node: NodeIx) -> usize {
        let Some(in_edges) = &self.now.known.retainers else { return 0 };
        let sources: FxHashSet<NodeIx> = in_edges.sources(node).map(|(from, _)| from).collect();
        sources.len()
    }

    fn chain(&self, site: Site, subject: Option<NodeIx>) -> String {
        let _ = (self.matching, site);
        let Some(node) = subject else { return String::new() };
        let path = path::shortest(self.now.known, node);
        let mut names: Vec<String> =
            path.steps.iter().map(|step| edge_name(&self.now.known.heap, &step.edge).into_owned()).collect();
        names.reverse();
        names.join(".")
    }
}
