//! Growth: what grew over a series of snapshots, and who holds it.
//!
//! Every byte by which the last snapshot differs from the first is charged to one *site*: the
//! nearest thing with a name that both snapshots have, such as a Map held by a variable, or one
//! field of one object. New objects count for the site that holds the highest new object that
//! dominates them; deleted ones count against theirs; an object both have counts by how much it
//! grew. So the sites' exclusive bytes sum to the growth of the whole heap, and nothing is counted
//! twice. Beside bytes, collections are counted by entries, so that an old array with new elements
//! is found though no object came with them. What V8 makes while warming up (code, shapes,
//! feedback) is charged to sites of its own.
//!
//! Linear in nodes and edges, with a breadth-first walk of each end's graph and one of what both
//! ends have, along which things are named; about 20 bytes a node of both ends while it runs.

mod judge;
mod maker;
mod moved;
mod name;
mod row;
mod site;
mod verdict;
mod way;

pub use moved::Moved;
pub use row::{Growth, GrowthRow, Kind};
pub use verdict::Verdict;

use rustc_hash::FxHashMap;
use site::{Climbed, Side, Site, Sites};

use super::{Analysis, collection, compare::difference, matching::Matching};
use crate::{
    heap::{NodeId, NodeIx},
    job::{Cancelled, Job},
};

/// What one site gained and lost.
#[derive(Default)]
struct Tally {
    /// Bytes gained less bytes lost: wider than any sum of sizes.
    exclusive: i128,
    /// The part of them by which objects that both ends have grew.
    own: i128,
    /// The new objects it holds directly, hash tables and the like looked through.
    members: Vec<NodeIx>,
    /// New objects, those that members hold included.
    new: usize,
    /// Deleted objects.
    deleted: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.exclusive += other.exclusive;
        self.own += other.own;
        self.members.extend(other.members);
        self.new += other.new;
        self.deleted += other.deleted;
    }
}

/// Finds what grew from the first of `series` to the last; all must be completely analysed and,
/// for the answer to mean anything, of one process in order of time.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
///
/// # Panics
///
/// With fewer than two snapshots.
pub fn find(series: &[&Analysis], job: &Job) -> Result<Growth, Cancelled> {
    let [first, .., last] = series else { panic!("growth needs two snapshots") };
    job.phase("matching objects", "nodes", last.heap.node_count());
    let matching = Matching::new(&first.heap, &last.heap);
    job.phase("charging growth", "nodes", last.heap.node_count() + first.heap.node_count());
    let mut sites = Sites::new(first, last, &matching);
    let mut tallies: FxHashMap<Site, Tally> = FxHashMap::default();
    let mut now = Side::new(last, |node| matching.older(node).is_some(), job)?;
    charge_now(&now, first, &matching, &mut sites, &mut tallies, job)?;
    let then = Side::new(first, |node| matching.newer(node).is_some(), job)?;
    charge_then(&then, &mut sites, &mut tallies, job)?;
    join_list_ends(last, &sites, &mut tallies);
    now.find_lasting_ways(job)?;
    for collection in sites.grown_collections() {
        tallies.entry(Site::Collection(last.heap.id(collection))).or_default();
    }
    job.phase("counting entries", "sites", tallies.len());
    let rows = row::rows(series, &now, &sites, tallies, job)?;
    let total = difference(last.total_size(), first.total_size());
    Ok(Growth { rows, total, moved: moved::find(first, last, &matching) })
}

/// Charges new nodes, and what kept ones have grown.
fn charge_now(
    now: &Side<'_>,
    first: &Analysis,
    matching: &Matching,
    sites: &mut Sites<'_>,
    tallies: &mut FxHashMap<Site, Tally>,
    job: &Job,
) -> Result<(), Cancelled> {
    let tops = now.tops();
    let mut by_top: FxHashMap<NodeIx, Site> = FxHashMap::default();
    let mut climbed = Climbed::default();
    for node in now.known.heap.nodes() {
        if node.0 & 0xFFFF == 0 {
            job.tick(0x1_0000)?;
        }
        let size = i128::from(now.known.shallow(node));
        if let Some(older) = matching.older(node) {
            let grown = size - i128::from(first.shallow(older));
            if grown != 0 {
                let tally = tallies.entry(sites.of_kept(now, node, &mut climbed)).or_default();
                tally.exclusive += grown;
                tally.own += grown;
            }
            continue;
        }
        let top = tops[node.ix()];
        let site = *by_top.entry(top).or_insert_with(|| sites.of_new(now, top, &mut climbed));
        let tally = tallies.entry(site).or_default();
        tally.exclusive += size;
        tally.new += usize::from(size > 0);
        if now.is_member(node, top) {
            tally.members.push(node);
        }
    }
    Ok(())
}

/// Charges deleted nodes, against the site that held them.
fn charge_then(
    then: &Side<'_>,
    sites: &mut Sites<'_>,
    tallies: &mut FxHashMap<Site, Tally>,
    job: &Job,
) -> Result<(), Cancelled> {
    let tops = then.tops();
    let mut by_top: FxHashMap<NodeIx, Site> = FxHashMap::default();
    let mut climbed = Climbed::default();
    for node in then.known.heap.nodes().filter(|&node| !then.survives(node)) {
        job.tick(0)?;
        let top = tops[node.ix()];
        let site = *by_top.entry(top).or_insert_with(|| sites.of_new(then, top, &mut climbed));
        let tally = tallies.entry(site).or_default();
        let size = i128::from(then.known.shallow(node));
        tally.exclusive -= size;
        tally.deleted += usize::from(size > 0);
    }
    Ok(())
}

/// Of a list held at both ends by one object (`head` and `tail`), charges all to the end whose name
/// comes first. Cost: the nodes of such lists.
fn join_list_ends(last: &Analysis, sites: &Sites<'_>, tallies: &mut FxHashMap<Site, Tally>) {
    /// Objects with more changed fields of one class are no lists.
    const MOST_ENDS: usize = 16;
    let slots = tallies
        .keys()
        .filter_map(|site| if let Site::Slot(id, name) = site { Some((*id, *name)) } else { None });
    let mut slots: Vec<(NodeId, site::Name)> = slots.collect();
    slots.sort_by_key(|&(id, name)| (id, sites.name(name)));
    let owners = locate(last, &slots.iter().map(|&(id, _)| id).collect());
    for fields in slots.chunk_by(|a, b| a.0 == b.0) {
        let Some(&owner) = owners.get(&fields[0].0) else { continue };
        if !(2..=MOST_ENDS).contains(&fields.len()) {
            continue;
        }
        let ends: Vec<(Site, NodeIx)> = fields
            .iter()
            .filter_map(|&(id, name)| {
                Some((Site::Slot(id, name), site::slot_edge(&last.heap, owner, sites.name(name))?.to))
            })
            .collect();
        for (at, &(site, end)) in ends.iter().enumerate() {
            let class = last.classes.of(end);
            let is_same = |&&(_, other): &&(Site, NodeIx)| {
                other != end && last.classes.of(other) == class && collection::is_in_list(last, other, end)
            };
            if let Some(&(first, _)) = ends[..at].iter().find(is_same)
                && let Some(tally) = tallies.remove(&site)
            {
                tallies.entry(first).or_default().add(tally);
            }
        }
    }
}

/// The nodes of a heap that have one of these ids. Cost: one pass over the ids.
fn locate(known: &Analysis, wanted: &rustc_hash::FxHashSet<NodeId>) -> FxHashMap<NodeId, NodeIx> {
    let ids = known.heap.nodes().map(|node| (known.heap.id(node), node));
    ids.filter(|(id, _)| wanted.contains(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn found(series: &[&str]) -> Growth {
        let known: Vec<Analysis> = series.iter().map(|text| Analysis::complete(heap(text))).collect();
        find(&known.iter().collect::<Vec<_>>(), &Job::default()).expect("nobody cancels")
    }

    fn row<'a>(found: &'a Growth, what: &str) -> &'a GrowthRow {
        let is_it = |row: &&GrowthRow| row.what == what;
        found.rows.iter().find(is_it).unwrap_or_else(|| panic!("no `{what}`: {:#?}", found.rows))
    }

    /// A scope's variable `x` that holds `nodes`, which begin at 2.
    fn variable(nodes: &str) -> String {
        format!("0!synthetic>1 1=system~/~Context>context.x.2 {nodes}")
    }

    #[test]
    fn a_map_of_ever_larger_values_is_judged_by_bytes() {
        let map = |size: u64| {
            variable(&format!(
                "2=Map>internal.table.3 3:152!array=>internal.6.4,internal.9.4 4:{size}!string=v"
            ))
        };
        let found = found(&[&map(1_000), &map(101_000), &map(201_000)]);
        let row = found.rows.iter().find(|row| row.exclusive == 200_000).expect("the value has a row");
        assert!(row.verdict.is_suspicious(), "{row:?}");
        let level = GrowthRow {
            kind: Kind::Table,
            counts: vec![Some(10); 3],
            exclusive: 200_000,
            retained: vec![1_000, 101_000, 201_000],
            ..row.clone()
        };
        let judged = level.judged(200_000);
        assert_eq!((judged.verdict, judged.by_bytes), (Verdict::Linear { fit: 1.0 }, true));
    }

    #[test]
    fn hostile_sizes_neither_panic_nor_wrap() {
        const HUGE: u64 = (1 << 53) - 1;
        let items = |count: u64| {
            let edges: Vec<String> = (0..count).map(|at| format!("element.{at}.{}", at + 3)).collect();
            let items: Vec<String> = (0..count).map(|at| format!("{}:{HUGE}=Item", at + 3)).collect();
            variable(&format!("2:16=Array>{} {}", edges.join(","), items.join(" ")))
        };
        let found = found(&[&items(3), &items(3_000)]);
        assert_eq!((found.total, row(&found, "x").exclusive), (i64::MAX, i64::MAX));
    }

    #[test]
    fn many_entries_more_are_growth_however_large_the_rest_grew() {
        let heap = |entries: u32, size: u32| {
            let edges: Vec<String> = (0..entries).map(|at| format!("element.{at}.4")).collect();
            format!(
                "0!synthetic>1 1=system~/~Context>context.x.2,context.y.3 2:{}=Array>{} 3:{size}!string=s 4:8=A",
                16 + entries * 8,
                edges.join(",")
            )
        };
        let few = found(&[&heap(1, 10), &heap(8, 100_000_000)]);
        assert_eq!(row(&few, "x").verdict, Verdict::Minor);
        let many = found(&[&heap(1, 10), &heap(300, 100_000_000)]);
        assert_eq!(row(&many, "x").verdict, Verdict::Grew);
        assert!(row(&many, "x").is_mostly_itself(), "its slots");
    }

    /// The way in names of classes, the node first.
    fn way(text: &str, row: &GrowthRow, node: u32) -> Vec<String> {
        let known = Analysis::complete(heap(text));
        let way = row.way_from(&known, NodeIx(node));
        way.iter()
            .map(|&edge| known.names.raw(&known.heap, known.heap.edge_source(edge)).into_owned())
            .collect()
    }

    #[test]
    fn the_way_is_the_one_the_chain_names_not_a_shorter_one_through_what_came_lately() {
        let then = "0!synthetic>1 1=global>lib.2 2=Lib>agent.3 3=Agent>sockets.4 4=Array";
        let now = "0!synthetic>1 1=global>lib.2,timer.5 2=Lib>agent.3 3=Agent>sockets.4 \
                   4=Array>element.0.6,internal.elements.7 5=Timer>sockets.4 6:90000=Socket \
                   7!array=>internal.2.8 8:70000=Socket";
        let found = found(&[then, now]);
        let row = row(&found, "Agent.sockets");
        assert_eq!(row.chain, "global @3.lib.agent.sockets");
        let site = ["Agent", "Lib", "global"];
        assert_eq!(way(now, row, 4), site, "the collection");
        assert_eq!(way(now, row, 6), [&["Array"][..], &site].concat(), "an element");
        assert_eq!(way(now, row, 8)[1..], [&["Array"][..], &site].concat(), "one in the backing store");
        assert!(way(now, row, 5).is_empty(), "what the row does not hold");
    }

    #[test]
    fn a_list_held_at_both_ends_is_one_row() {
        let list = |nodes: u32| {
            let last = nodes + 2;
            let node = |at: u32| {
                let prev = (at > 3).then(|| format!("prev.{}", at - 1));
                let next = (at < last).then(|| format!("next.{}", at + 1));
                let edges: Vec<String> = prev.into_iter().chain(next).collect();
                format!("{at}:10=LNode>{}", edges.join(","))
            };
            let nodes: Vec<String> = (3..=last).map(node).collect();
            variable(&format!("2=DList>head.3,tail.{last} {}", nodes.join(" ")))
        };
        let found = found(&[&list(3), &list(40), &list(80)]);
        assert_eq!(found.rows.len(), 1, "{:#?}", found.rows);
        let row = &found.rows[0];
        assert_eq!((row.kind, row.exclusive), (Kind::List, 770));
        assert_eq!(row.counts, [Some(3), Some(40), Some(80)]);
        assert_eq!(row.holders, 1, "nodes of the list aside");
    }

    #[test]
    fn holders_are_those_a_person_would_name() {
        let map = |more: &str| {
            format!(
                "0!synthetic>1,5 1=system~/~Context>context.x.2,context.all.3 2=Map \
                 3=Array>element.0.2,internal.elements.4 4!array=>internal.2.2 5!synthetic=(Stack~roots)>element.0.2 \
                 6 7{more}"
            )
        };
        let (then, now) = (map(""), map("").replace("2=Map", "2:90000=Map"));
        let found = found(&[&then, &now]);
        assert_eq!(found.rows[0].holders, 2, "a variable and an array: {:#?}", found.rows);
    }

    #[test]
    fn what_only_the_stack_holds_is_transient() {
        let then = "0!synthetic>1,2 1=global 2!synthetic=(Stack~roots)";
        let found = found(&[then, &format!("{then}>element.0.3 3:90000=A")]);
        let row = row(&found, "(Stack roots)");
        assert_eq!(row.verdict, Verdict::Transient);
        assert!(!row.verdict.is_suspicious());
    }

    #[test]
    fn lengths_of_several_lists_are_not_added() {
        let lists = |nodes: u32| {
            let chain = |from: u32| {
                let node = |at: u32| {
                    format!(
                        "{at}:100=N>{}",
                        if at + 1 < from + nodes { format!("next.{}", at + 1) } else { String::new() }
                    )
                };
                (from..from + nodes).map(node).collect::<Vec<_>>().join(" ")
            };
            format!(
                "0!synthetic>1 1=system~/~Context>context.all.2 2=Array>element.0.3,element.1.4 3=Queue>first.5 4=Queue>first.{} {} {}",
                5 + nodes,
                chain(5),
                chain(5 + nodes)
            )
        };
        let found = found(&[&lists(1), &lists(5)]);
        let row = row(&found, "Queue.first");
        assert_eq!((row.kind, row.sites, row.exclusive), (Kind::List, 2, 800));
        assert_eq!(row.counts, [None, None]);
    }
}
