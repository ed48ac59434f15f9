//! The phases of [`Analysis::run`], one at a time, for benches and instruction counts.
//!
//! Nothing else should call these: `run` overlaps them.

use std::sync::Arc;

use super::{
    Analysis, Distances, Ephemerons, Retained,
    dominator::{self, Tree},
    essential::Essential,
};
use crate::{
    heap::{Heap, InEdges},
    job::Job,
};

/// What the dominator phase hands on to the next.
pub struct Held {
    /// Edges found from their targets.
    pub in_edges: InEdges,
    tree: Tree,
}

const NEVER: &str = "nobody cancels";

/// Names, sizes, interfaces and classes.
///
/// # Panics
///
/// Never, like all phases: nobody can cancel.
#[inline(never)]
pub fn classes(heap: &Arc<Heap>) -> Analysis {
    let ephemerons = Arc::new(Ephemerons::find(heap));
    Analysis::classes(Arc::clone(heap), ephemerons, &Job::default()).expect(NEVER)
}

/// Steps from the roots.
#[inline(never)]
pub fn distances(known: &Analysis) -> Distances {
    Distances::compute(known, &Job::default()).expect(NEVER)
}

/// Retainers alone; part of the next phase.
#[inline(never)]
pub fn in_edges(heap: &Heap) -> InEdges {
    InEdges::build(heap, |_| |_, _| true, |_| Job::default().tick(0)).expect(NEVER)
}

/// Retainers and the dominator tree.
#[inline(never)]
pub fn dominators(known: &Analysis) -> Held {
    let essential = Essential { heap: &known.heap, ephemerons: &known.ephemerons };
    let job = Job::default();
    let held = dominator::Held::new(essential, &job);
    held.search();
    held.link();
    let (in_edges, tree) = held.all().expect(NEVER);
    Held { in_edges, tree }
}

/// The dominator tree from above, and retained sizes of nodes and classes.
#[inline(never)]
pub fn retained(known: &Analysis, held: &Held) -> Retained {
    Retained::compute(&held.tree, &known.shallow, &known.classes, &Job::default()).expect(NEVER).0
}
