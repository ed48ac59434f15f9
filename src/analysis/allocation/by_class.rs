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
use crate::heap::{Heap, NodeId, NodeIx, NodeKind, Trace};

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
pub(super) fn is_young(trace: &Trace, NodeId(id): NodeId) -> bool {
    let sampled = trace.samples().first().zip(trace.samples().last());
    sampled.is_some_and(|(first, last)| id % 2 == 1 && first.last_id < id && id <= last.last_id)
}

/// Where an object was probably allocated whose stack was lost: by its own constructor, or else by
/// that of what was allocated beside it. Cost: one pass over the nodes' ids, and over the functions
/// and stacks of the recording.
pub fn guess(trace: &Trace, heap: &Heap, node: NodeIx) -> Option<Guess> {
    let NodeId(id) = heap.id(node);
    (is_young(trace, NodeId(id)) && stack_of(trace, heap, node).is_none()).then_some(())?;
    let constructors = Constructors::of(trace, heap);
    let apart = |near: &NodeIx| heap.id(*near).0.abs_diff(id);
    let near = heap.nodes().filter(|near| apart(near) <= 2 * BESIDE);
    let made = near.filter_map(|near| Some((near, constructors.function(near)?)));
    // Of two as near, the later: a literal comes before what it is filled with.
    let (object, function) = made.min_by_key(|(near, _)| (apart(near), heap.id(*near).0 < id))?;
    let stacks = || trace.nodes().iter().enumerate().filter(|(_, stack)| stack.function as usize == function);
    let (stack, most) = stacks().max_by_key(|(_, stack)| stack.count)?;
    let all = stacks().map(|(_, stack)| stack.count).fold(0, u64::saturating_add);
    Some(Guess { object, stack, times: (most.count, all) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{Location, StrIx, TraceFunction, TraceNode, TraceSample, fixture};

    /// `Call` stands at 7:3 of script 5; two stacks called it, and objects 3 and up are young.
    fn recorded() -> (Trace, Heap) {
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
        (trace.expect("it fits"), heap.build().expect("it fits"))
    }

    #[test]
    fn an_object_without_a_stack_is_its_constructors() {
        let (trace, heap) = recorded();
        let guessed = Guess { object: NodeIx(2), stack: 2, times: (40, 45) };
        assert_eq!(guess(&trace, &heap, NodeIx(2)), Some(guessed));
        assert_eq!(guess(&trace, &heap, NodeIx(1)), None, "its own stack is known");
    }

    #[test]
    fn what_came_beside_it_is_of_the_same_call() {
        let (trace, heap) = recorded();
        assert_eq!(guess(&trace, &heap, NodeIx(3)).map(|guess| guess.object), Some(NodeIx(2)));
        assert_eq!(guess(&trace, &heap, NodeIx(4)), None, "nothing near has a constructor");
    }
}
