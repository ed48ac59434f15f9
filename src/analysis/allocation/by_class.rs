//! Who allocated an object whose stack V8 has lost?
//!
//! V8 finds an object's stack by its address, and mostly forgets it when it moves the object to
//! compact its heap; of a program that leaks for minutes hardly a stack is left. Two things stay.
//! An object made by `new` has the place of its constructor, and the recording knows all calls of
//! that function. And ids are given in the order of allocation: what came into being beside such
//! an object was most likely allocated by the same call. Both are told apart from what was
//! recorded. Nothing is kept.

use rustc_hash::FxHashMap;

use super::stack_of;
use crate::{
    heap::{Heap, NodeId, NodeIx, NodeKind, Trace},
    job::{Cancelled, Job},
};

/// Objects allocated right before and right after one that are looked at.
const BESIDE: u64 = 4;

/// Where an object was probably allocated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guess {
    /// The object of which the constructor is known: itself, or one allocated beside it.
    pub object: NodeIx,
    /// The stack from which the constructor was called most, in [`Trace::nodes`].
    pub stack: usize,
    /// Objects allocated from that stack, and in that constructor from anywhere.
    pub times: (u64, u64),
}

/// The functions of a recording by the place where they stand.
pub(super) struct Constructors<'a> {
    trace: &'a Trace,
    heap: &'a Heap,
    by_place: FxHashMap<[u32; 3], usize>,
}

impl<'a> Constructors<'a> {
    pub(super) fn of(trace: &'a Trace, heap: &'a Heap) -> Self {
        let known = trace.functions().iter().enumerate().filter(|(_, function)| function.line > 0);
        let by_place =
            known.map(|(at, function)| ([function.script_id, function.line, function.column], at)).collect();
        Self { trace, heap, by_place }
    }

    /// The constructor of an object that was allocated while stacks were kept and has none.
    pub(super) fn function(&self, node: NodeIx) -> Option<usize> {
        (self.heap.kind(node) == NodeKind::OBJECT && is_young(self.trace, self.heap.id(node)))
            .then_some(())?;
        let place = self.heap.locations().of(node)?;
        let place = [place.script_id, place.line.checked_add(1)?, place.column.checked_add(1)?];
        self.by_place.get(&place).copied().filter(|_| stack_of(self.trace, self.heap, node).is_none())
    }
}

/// Whether an object of that id is younger than the first sample and no younger than the last.
pub(crate) fn is_young(trace: &Trace, NodeId(id): NodeId) -> bool {
    let sampled = trace.samples().first().zip(trace.samples().last());
    sampled.is_some_and(|(first, last)| id % 2 == 1 && first.last_id < id && id <= last.last_id)
}

/// Where an object was probably allocated whose stack was lost: by its own constructor, or else by
/// that of what was allocated beside it. Cost: one pass over the nodes' ids, and over the functions
/// and stacks of the recording.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn guess(trace: &Trace, heap: &Heap, node: NodeIx, job: &Job) -> Result<Option<Guess>, Cancelled> {
    if !is_young(trace, heap.id(node)) || stack_of(trace, heap, node).is_some() {
        return Ok(None);
    }
    let made = nearest(&Constructors::of(trace, heap), node, job)?;
    Ok(made.and_then(|(object, function)| most_called(trace, object, function)))
}

/// The object of a known constructor that was allocated least far from this one.
fn nearest(
    constructors: &Constructors<'_>,
    node: NodeIx,
    job: &Job,
) -> Result<Option<(NodeIx, usize)>, Cancelled> {
    let heap = constructors.heap;
    let NodeId(id) = heap.id(node);
    let apart = |near: NodeIx| heap.id(near).0.abs_diff(id);
    let mut found = Vec::new();
    for near in heap.nodes() {
        if near.0 & 0xFFFF == 0 {
            job.tick(1 << 16)?;
        }
        if apart(near) <= 2 * BESIDE {
            found.extend(constructors.function(near).map(|function| (near, function)));
        }
    }
    // Of two as near, the later: a literal comes before what it is filled with.
    Ok(found.into_iter().min_by_key(|&(near, _)| (apart(near), heap.id(near).0 < id)))
}

/// The stack from which the object's constructor was called most.
fn most_called(trace: &Trace, object: NodeIx, function: usize) -> Option<Guess> {
    let stacks = || trace.nodes().iter().enumerate().filter(|(_, stack)| stack.function as usize == function);
    let (stack, most) = stacks().max_by_key(|(_, stack)| stack.count)?;
    let all = stacks().map(|(_, stack)| stack.count).fold(0, u64::saturating_add);
    Some(Guess { object, stack, times: (most.count, all) })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        analysis::{Analysis, allocation::Allocations},
        heap::{HeapBuilder, Location, StrIx, TraceFunction, TraceNode, TraceSample, fixture},
    };

    /// `Call` stands at 7:3 of script 5; two stacks called it, and objects 3 and up are young.
    fn recorded() -> (Trace, HeapBuilder) {
        let function =
            |script_id, line| TraceFunction { name: StrIx(0), script: StrIx(0), script_id, line, column: 3 };
        let node = |id, function, count| TraceNode { id, function, caller: 0, count, size: count * 8 };
        let nodes = vec![node(1, 0, 0), node(2, 1, 5), node(3, 1, 40)];
        let sample = |last_id| TraceSample { time_us: last_id, last_id };
        let trace = Trace::new(vec![function(0, 0), function(5, 7)], nodes, vec![sample(2), sample(99)]);
        let mut heap = fixture::builder("0!synthetic>1,2,3,4 1:8=Call 2:8=Call 3:8=Object 4:8=Object");
        heap.node_id = [1, 21, 31, 33, 91].into_iter().collect();
        heap.trace_node = Some(vec![0, 2, 0, 0, 0]);
        let at = |node| Location { node: NodeIx(node), script_id: 5, line: 6, column: 2 };
        heap.locations = vec![at(1), at(2)];
        (trace.expect("it fits"), heap)
    }

    fn guessed(node: u32) -> Option<Guess> {
        let (trace, heap) = recorded();
        guess(&trace, &heap.build().expect("it fits"), NodeIx(node), &Job::default()).expect("nobody cancels")
    }

    #[test]
    fn an_object_without_a_stack_is_its_constructors() {
        assert_eq!(guessed(2), Some(Guess { object: NodeIx(2), stack: 2, times: (40, 45) }));
        assert_eq!(guessed(1), None, "its own stack is known");
    }

    #[test]
    fn what_came_beside_it_is_of_the_same_call() {
        assert_eq!(guessed(3).map(|guess| guess.object), Some(NodeIx(2)));
        assert_eq!(guessed(4), None, "nothing near has a constructor");
    }

    #[test]
    fn where_most_stacks_are_lost_objects_are_counted_by_their_constructor() {
        let (trace, mut heap) = recorded();
        let counted = |heap: Heap| {
            let known = Analysis::complete(heap);
            let found = Allocations::compute(Arc::new(trace.clone()), &known, &Job::default());
            (found.expect("nobody cancels"), known)
        };
        let (found, known) = counted(heap.build().expect("it fits"));
        assert!(found.coverage().is_poor() && found.coverage().by_class == 1, "{:?}", found.coverage());
        let [recorded, made] = found.sites() else { panic!("what was recorded, and a constructor") };
        assert!(made.by_class && !recorded.by_class);
        assert_eq!((made.sums.count, made.sums.live_count, made.sums.live_size), (0, 1, 8));
        assert_eq!((recorded.sums.count, recorded.sums.live_count), (45, 1), "as it was recorded");
        assert!(found.name(&known.heap, made).starts_with("new "));
        let objects = |site| found.objects(&known.heap, site, &Job::default()).expect("nobody cancels");
        assert_eq!((objects(made), objects(recorded)), (vec![NodeIx(2)], vec![NodeIx(1)]));
        assert_eq!(found.inclusive(made), None);
        heap = self::recorded().1;
        heap.trace_node = Some(vec![0, 2, 0, 2, 2]);
        let (found, _) = counted(heap.build().expect("it fits"));
        assert_eq!(found.sites().len(), 1, "most have a stack of their own");
    }
}
