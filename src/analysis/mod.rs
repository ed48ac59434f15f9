//! What follows from a heap, exactly as Chrome DevTools derives it.
//!
//! Each fact is a value of its own, computed in a phase and shared behind an `Arc`:
//!
//! ```text
//! heap ─ WeakMap entries ─┬─ names ─ shallow ─ classes ─ distances ─┬─ retained
//!                         └─ in-edges, search ─ dominators ─────────┘
//! ```
//!
//! [`Analysis::run`] computes two branches at once and publishes what is known after classes,
//! distances and retained sizes, so that a screen can show the first rows early. The rules come
//! from `chrome-devtools-frontend`
//! (`heap_snapshot_worker/HeapSnapshot.ts`); where that engine wraps, throws or hangs, sums
//! here are 64 bits wide and nothing recurses. This folder knows no file, terminal or clock.

pub mod allocation;
mod class;
pub mod collection;
pub mod compare;
pub mod composition;
pub mod containment;
mod distance;
pub mod dominated;
mod dominator;
mod ephemeron;
mod essential;
pub mod everywhere;
pub mod fields;
pub mod filter;
pub mod growth;
pub mod holders;
pub mod ignoring;
mod interface;
pub mod matching;
mod memo;
mod names;
pub mod native;
pub mod native_context;
pub mod objects;
pub mod order;
pub mod path;
#[doc(hidden)]
pub mod phase;
mod retained;
pub mod retainers;
mod roots;
mod rope;
pub mod scope;
pub mod script;
mod shallow;
pub mod statistics;
pub mod strings;
pub mod timeline;
mod walk;

use std::sync::Arc;

pub use class::Classes;
pub use distance::{Distance, Distances, Ways};
pub use dominator::Dominators;
pub use ephemeron::Ephemerons;
pub use interface::{Definition, Definitions};
pub use names::{Names, edge_name};
pub use retained::Retained;
pub use roots::Roots;

use self::{
    dominator::{Held, Tree},
    essential::Essential,
};
use crate::{
    heap::{Heap, InEdges, NodeIx, WideColumn},
    job::{Cancelled, Job},
};

/// Everything known of one snapshot so far. Cloning costs a handful of reference counts.
///
/// What is `None` has not been computed yet; the rest never changes.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The graph.
    pub heap: Arc<Heap>,
    /// Names and detachedness after propagation.
    pub names: Arc<Names>,
    /// Where the user's program starts.
    pub roots: Arc<Roots>,
    /// WeakMap entries.
    pub ephemerons: Arc<Ephemerons>,
    /// Own bytes of each node after their transfer to owners.
    pub shallow: Arc<WideColumn>,
    /// Interfaces inferred for plain objects.
    pub interfaces: Arc<Definitions>,
    /// Classes and their members.
    pub classes: Arc<Classes>,
    /// Edges found from their targets.
    pub retainers: Option<Arc<InEdges>>,
    /// Steps from the roots.
    pub distances: Option<Arc<Distances>>,
    /// Who dominates whom.
    pub dominators: Option<Arc<Dominators>>,
    /// Bytes freed with each node, and with each class.
    pub retained: Option<Arc<Retained>>,
}

impl Analysis {
    /// Derives everything from `heap`, telling `publish` what is known after each phase: first
    /// classes with counts and shallow sizes, then distances, then retained sizes.
    ///
    /// Near linear in nodes and edges, on two cores, parts of it on all. Holds about 50 bytes a node and 4 an edge at
    /// its peak, beside the heap. `publish` is called on the calling thread.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn run(heap: Arc<Heap>, job: &Job, mut publish: impl FnMut(&Self)) -> Result<Self, Cancelled> {
        job.phase("naming objects", "nodes", heap.node_count());
        let ephemerons = Arc::new(Ephemerons::find(&heap));
        let (beside, edges_of, pairs) = (job.beside(), Arc::clone(&heap), Arc::clone(&ephemerons));
        beside.phase("finding dominators", "nodes", heap.node_count());
        let held = Held::new(Essential { heap: &edges_of, ephemerons: &pairs }, &beside);
        let known = rayon::in_place_scope(|scope| {
            scope.spawn(|_| {
                held.search();
                held.link();
            });
            // Of two cores the search, which all waits for in the end, keeps one for itself.
            if rayon::current_num_threads() > 2 {
                scope.spawn(|_| held.link());
            }
            let mut known = Self::classes(heap, ephemerons, job)?;
            publish(&known);
            scope.spawn(|_| held.link());
            known.add_distances(job)?;
            publish(&known);
            job.follow(&beside);
            Ok(known)
        });
        let mut known = known?;
        let (in_edges, tree) = held.all()?;
        known.add_retained(in_edges, tree, job)?;
        publish(&known);
        Ok(known)
    }

    /// What is known without dominators: for a heap whose retained sizes would take more memory
    /// than is free. Publishes classes first, then distances. Holds 20 bytes a node at its peak.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn without_retained(
        heap: Arc<Heap>,
        job: &Job,
        mut publish: impl FnMut(&Self),
    ) -> Result<Self, Cancelled> {
        let ephemerons = Arc::new(Ephemerons::find(&heap));
        let mut known = Self::classes(heap, ephemerons, job)?;
        publish(&known);
        known.add_distances(job)?;
        publish(&known);
        Ok(known)
    }

    /// [`Analysis::run`] without progress or cancellation, for tests and examples.
    ///
    /// # Panics
    ///
    /// Never: nobody can cancel.
    pub fn complete(heap: Heap) -> Self {
        Self::run(Arc::new(heap), &Job::default(), |_| ()).expect("nobody cancels")
    }

    fn classes(heap: Arc<Heap>, ephemerons: Arc<Ephemerons>, job: &Job) -> Result<Self, Cancelled> {
        job.phase("naming objects", "nodes", heap.node_count());
        let names = Names::propagate(&heap);
        let roots = Roots::find(&heap);
        job.tick(0)?;
        job.phase("attributing sizes", "nodes", heap.node_count());
        let shallow = shallow::transfer(&heap, &names, &roots, job)?;
        job.phase("grouping into classes", "nodes", heap.node_count());
        let interfaces = Definitions::infer(&heap, job)?;
        let classes = Classes::group(&heap, &names, &shallow, &interfaces, job)?;
        Ok(Self {
            names: Arc::new(names),
            roots: Arc::new(roots),
            ephemerons,
            shallow: Arc::new(shallow),
            interfaces: Arc::new(interfaces),
            classes: Arc::new(classes),
            retainers: None,
            distances: None,
            dominators: None,
            retained: None,
            heap,
        })
    }

    fn add_distances(&mut self, job: &Job) -> Result<(), Cancelled> {
        self.distances = Some(Arc::new(Distances::compute(self, job)?));
        Ok(())
    }

    fn add_retained(&mut self, in_edges: InEdges, tree: Tree, job: &Job) -> Result<(), Cancelled> {
        job.phase("summing retained sizes", "nodes", self.heap.node_count());
        let (retained, children) = Retained::compute(&tree, &self.shallow, &self.classes, job)?;
        self.retainers = Some(Arc::new(in_edges));
        self.dominators = Some(Arc::new(tree.with(children)));
        self.retained = Some(Arc::new(retained));
        Ok(())
    }

    /// The node's own bytes, those it owns in hidden nodes and arrays included.
    pub fn shallow(&self, node: NodeIx) -> u64 {
        self.shallow.get(node.ix())
    }

    /// The bytes freed with the node, once known.
    pub fn retained(&self, node: NodeIx) -> Option<u64> {
        self.retained.as_ref().map(|retained| retained.node(node))
    }

    /// Steps from the roots, once known.
    pub fn distance(&self, node: NodeIx) -> Option<Distance> {
        self.distances.as_ref().map(|distances| distances.node(node))
    }

    /// All bytes: own sizes of all nodes and native bytes of none.
    pub fn total_size(&self) -> u64 {
        self.shallow.iter().fold(self.heap.extra_native_bytes(), u64::saturating_add)
    }
}
