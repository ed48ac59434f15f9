//! What was recorded while objects were allocated: functions, call stacks, points in time.
//!
//! Written by a timeline ("Allocations on timeline", `startTrackingHeapObjects`). The tree of
//! calls stands in one table, who called before who was called, so nothing recurses over it,
//! however deep the program did. Names are strings of the heap read from the same file.

use super::StrIx;

/// A function that allocated, or called one that did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceFunction {
    /// Its name; empty for anonymous ones.
    pub name: StrIx,
    /// The script's URL.
    pub script: StrIx,
    /// V8's number of the script, 0 for none.
    pub script_id: u32,
    /// Counted from 1, 0 where unknown.
    pub line: u32,
    /// Counted from 1, 0 where unknown.
    pub column: u32,
}

/// A call stack that allocated: its innermost function, and where it was called from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceNode {
    /// V8's number of it, which [`super::Heap::trace_node`] refers to.
    pub id: u32,
    /// The position of its function.
    pub function: u32,
    /// The position of the stack it was called from; its own for the first, which nothing called.
    pub caller: u32,
    /// How many objects it allocated, dead ones included.
    pub count: u64,
    /// Their bytes.
    pub size: u64,
}

/// A point in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceSample {
    /// Microseconds since the recording began.
    pub time_us: u64,
    /// The last id given to an object by then.
    pub last_id: u64,
}

/// Everything recorded; all of it empty in a plain snapshot.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    functions: Vec<TraceFunction>,
    nodes: Vec<TraceNode>,
    samples: Vec<TraceSample>,
    /// Positions of nodes, by id.
    by_id: Vec<u32>,
}

impl Trace {
    /// A recording, if its parts fit each other: each node's function is there, and its caller
    /// stands before it.
    pub fn new(
        functions: Vec<TraceFunction>,
        nodes: Vec<TraceNode>,
        samples: Vec<TraceSample>,
    ) -> Option<Self> {
        let fits = |(at, node): (usize, &TraceNode)| {
            let is_called = if at == 0 { node.caller == 0 } else { (node.caller as usize) < at };
            is_called && (node.function as usize) < functions.len()
        };
        if !nodes.iter().enumerate().all(fits) {
            return None;
        }
        let mut by_id: Vec<_> = (0..nodes.len() as u32).collect();
        by_id.sort_by_key(|&at| nodes[at as usize].id);
        Some(Self { functions, nodes, samples, by_id })
    }

    /// The functions, by position. The first stands for no function at all.
    pub fn functions(&self) -> &[TraceFunction] {
        &self.functions
    }

    /// The call stacks, who called before who was called.
    pub fn nodes(&self) -> &[TraceNode] {
        &self.nodes
    }

    /// The points in time, oldest first.
    pub fn samples(&self) -> &[TraceSample] {
        &self.samples
    }

    /// Where the call stack of that id stands. Cost: a binary search.
    pub fn find(&self, id: u32) -> Option<usize> {
        let found = self.by_id.binary_search_by_key(&id, |&at| self.nodes[at as usize].id).ok()?;
        Some(self.by_id[found] as usize)
    }

    /// From a call stack outwards to the first, which nothing called.
    pub fn outwards(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let caller = |&at: &usize| (at != 0).then(|| self.nodes[at].caller as usize);
        std::iter::successors(Some(from), caller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: u32) -> TraceFunction {
        TraceFunction { name: StrIx(name), script: StrIx(0), script_id: 0, line: 0, column: 0 }
    }

    fn node(id: u32, function: u32, caller: u32) -> TraceNode {
        TraceNode { id, function, caller, count: 1, size: 8 }
    }

    #[test]
    fn a_stack_is_found_by_its_id_and_leads_outwards() {
        let nodes = vec![node(1, 0, 0), node(7, 1, 0), node(3, 1, 1)];
        let trace = Trace::new(vec![function(0), function(1)], nodes, Vec::new()).expect("it fits");
        let at = trace.find(3).expect("it is there");
        assert_eq!(trace.outwards(at).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(trace.find(2), None);
    }

    #[test]
    fn what_does_not_fit_is_no_recording() {
        assert!(Trace::new(vec![function(0)], vec![node(1, 1, 0)], Vec::new()).is_none(), "no such function");
        assert!(
            Trace::new(vec![function(0)], vec![node(1, 0, 0), node(2, 0, 1)], Vec::new()).is_none(),
            "calls itself"
        );
    }
}
