//! A row of a site: its name, kind, figures, the chain that holds it, an example to look at.
//!
//! Costs the objects charged to the site, and a search of what holds one of them.

use std::{cmp::Reverse, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Tally, Verdict, name,
    row::{GrowthRow, Kind},
    site::{self, Side, Site, Sites},
    way,
};
use crate::{
    analysis::{
        Analysis,
        collection::{self, Shape},
        compare::clamped,
        holders,
    },
    heap::{ClassIx, Edge, EdgeIx, EdgeKind, InEdge, NodeId, NodeIx, NodeKind},
};

impl Site {
    pub(super) fn id(&self) -> Option<NodeId> {
        match self {
            Self::Collection(id) | Self::Slot(id, _) => Some(*id),
            _ => None,
        }
    }
}

/// Makes rows of sites.
pub(super) struct Maker<'a> {
    pub series: &'a [&'a Analysis],
    /// The sites' objects in each snapshot.
    pub nodes: &'a [FxHashMap<NodeId, NodeIx>],
    pub now: &'a Side<'a>,
    pub sites: &'a Sites<'a>,
}

impl Maker<'_> {
    pub(super) fn row(&self, site: Site, tally: Tally) -> GrowthRow {
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
