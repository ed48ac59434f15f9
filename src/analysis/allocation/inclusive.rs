//! What did a function and all that it called allocate?
//!
//! A stack's sums and those of all stacks called from it add up to what was allocated while it stood; a
//! function's are those of its outermost stacks, so that one that calls itself counts once. The table of
//! stacks has who called before who was called: one pass backwards adds up, one walk over the tree, which
//! recurses over nothing, finds the outermost. Linear in stacks and functions.

use super::Sums;
use crate::heap::Trace;

/// The sums of each function with all that it called, where the sums of each stack are given.
pub(super) fn by_function(trace: &Trace, stacks: &[Sums]) -> Vec<Sums> {
    let totals = totals(trace, stacks);
    let mut sums = vec![Sums::default(); trace.functions().len()];
    let mut open = vec![0_u32; trace.functions().len()];
    walk(trace, |at, is_entered| {
        let function = trace.nodes()[at].function as usize;
        if !is_entered {
            open[function] -= 1;
            return;
        }
        if open[function] == 0 {
            sums[function].add(totals[at]);
        }
        open[function] += 1;
    });
    sums
}

/// The sums of each stack with all that were called from it.
fn totals(trace: &Trace, stacks: &[Sums]) -> Vec<Sums> {
    let mut totals = stacks.to_vec();
    for at in (1..totals.len()).rev() {
        let called = totals[at];
        totals[trace.nodes()[at].caller as usize].add(called);
    }
    totals
}

/// Enters and leaves each stack, those called from it in between.
fn walk(trace: &Trace, mut visit: impl FnMut(usize, bool)) {
    if trace.nodes().is_empty() {
        return;
    }
    let (ends, called) = called(trace);
    let first = |at: usize| if at == 0 { 0 } else { ends[at - 1] };
    let mut way = vec![(0, first(0))];
    visit(0, true);
    while let Some((at, next)) = way.last_mut() {
        if *next < ends[*at] {
            let inner = called[*next] as usize;
            *next += 1;
            visit(inner, true);
            way.push((inner, first(inner)));
        } else {
            visit(*at, false);
            way.pop();
        }
    }
}

/// The stacks called from each, one after the other, and where those of each end.
fn called(trace: &Trace) -> (Vec<usize>, Vec<u32>) {
    let mut ends = vec![0; trace.nodes().len()];
    let calls = || trace.nodes().iter().enumerate().skip(1);
    for (_, node) in calls() {
        ends[node.caller as usize] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        // For now where those of each begin: filling moves it to their end.
        sum += std::mem::replace(end, sum);
    }
    let mut called = vec![0; sum];
    for (at, node) in calls() {
        let place = &mut ends[node.caller as usize];
        called[*place] = at as u32;
        *place += 1;
    }
    (ends, called)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{StrIx, TraceFunction, TraceNode};

    /// The sizes of the functions of a tree of stacks: of each its function, the stack it was called from, and
    /// its bytes.
    fn sizes(functions: u32, stacks: &[(u32, u32, u64)]) -> Vec<u64> {
        let function =
            |name| TraceFunction { name: StrIx(name), script: StrIx(0), script_id: 1, line: 1, column: 1 };
        let node = |(at, &(function, caller, size)): (usize, &(u32, u32, u64))| TraceNode {
            id: at as u32 + 1,
            function,
            caller,
            count: 1,
            size,
        };
        let nodes = stacks.iter().enumerate().map(node).collect();
        let trace = Trace::new((0..functions).map(function).collect(), nodes, Vec::new()).expect("it fits");
        let sums: Vec<_> =
            stacks.iter().map(|&(.., size)| Sums { size, live_size: size, ..Sums::default() }).collect();
        by_function(&trace, &sums).iter().map(|sums| sums.live_size).collect()
    }

    #[test]
    fn a_function_has_its_own_and_what_it_called() {
        assert_eq!(sizes(4, &[(0, 0, 0), (1, 0, 5), (2, 1, 7), (3, 1, 2), (2, 3, 1)]), [15, 15, 8, 3]);
    }

    #[test]
    fn what_calls_itself_counts_once() {
        // f → g → f → f, and f alone.
        assert_eq!(
            sizes(3, &[(0, 0, 0), (1, 0, 1), (2, 1, 2), (1, 2, 4), (1, 3, 8), (1, 0, 16)]),
            [31, 31, 14]
        );
    }

    #[test]
    fn a_deep_stack_is_walked_without_recursion_and_nothing_is_nothing() {
        let deep: Vec<_> = (0..200_000).map(|at: u32| (u32::from(at > 0), at.saturating_sub(1), 1)).collect();
        assert_eq!(sizes(2, &deep), [200_000, 199_999]);
        assert!(sizes(0, &[]).is_empty());
    }
}
