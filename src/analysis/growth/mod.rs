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
//! Linear in nodes and edges, with a breadth-first walk of each end's graph; about 16 bytes a node
//! of both ends while it runs.

mod moved;
mod name;
mod row;
mod site;
mod verdict;

pub use moved::Moved;
pub use row::{Growth, GrowthRow, Kind};
pub use verdict::Verdict;

use rustc_hash::FxHashMap;
use site::{Side, Site, Sites};

use super::{Analysis, matching::Matching};
use crate::{
    heap::{NodeId, NodeIx},
    job::{Cancelled, Job},
};

/// What one site gained and lost.
#[derive(Default)]
struct Tally {
    /// Bytes gained less bytes lost.
    exclusive: i64,
    /// The new objects it holds directly, hash tables and the like looked through.
    members: Vec<NodeIx>,
    /// New objects, those that members hold included.
    new: usize,
    /// Deleted objects.
    deleted: usize,
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
    let now = Side::new(last, |node| matching.older(node).is_some(), job)?;
    charge_now(&now, first, &matching, &mut sites, &mut tallies, job)?;
    let then = Side::new(first, |node| matching.newer(node).is_some(), job)?;
    charge_then(&then, &mut sites, &mut tallies, job)?;
    for collection in sites.grown_collections() {
        tallies.entry(Site::Collection(last.heap.id(collection))).or_default();
    }
    job.phase("counting entries", "sites", tallies.len());
    let rows = row::rows(series, &now, &sites, tallies, job)?;
    let total = last.total_size() as i64 - first.total_size() as i64;
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
    for node in now.known.heap.nodes() {
        if node.0 & 0xFFFF == 0 {
            job.tick(0x1_0000)?;
        }
        let size = now.known.shallow(node) as i64;
        if let Some(older) = matching.older(node) {
            let grown = size - first.shallow(older) as i64;
            if grown != 0 {
                tallies.entry(sites.of_kept(now, node)).or_default().exclusive += grown;
            }
            continue;
        }
        let top = tops[node.ix()];
        let site = *by_top.entry(top).or_insert_with(|| sites.of_new(now, top));
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
    for node in then.known.heap.nodes().filter(|&node| !then.survives(node)) {
        job.tick(0)?;
        let top = tops[node.ix()];
        let site = *by_top.entry(top).or_insert_with(|| sites.of_new(then, top));
        let tally = tallies.entry(site).or_default();
        let size = then.known.shallow(node) as i64;
        tally.exclusive -= size;
        tally.deleted += usize::from(size > 0);
    }
    Ok(())
}

/// The nodes of a heap that have one of these ids. Cost: one pass over the ids.
fn locate(known: &Analysis, wanted: &rustc_hash::FxHashSet<NodeId>) -> FxHashMap<NodeId, NodeIx> {
    let ids = known.heap.nodes().map(|node| (known.heap.id(node), node));
    ids.filter(|(id, _)| wanted.contains(id)).collect()
}
