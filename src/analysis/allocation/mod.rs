//! Which functions allocated, how much, how much of it lives, and who called them?
//!
//! As DevTools' Allocation view counts: a function's sums are those of the call stacks that end
//! in it and allocated anything; live are the objects of the snapshot that name such a stack,
//! with the shallow sizes of the Summary. Callers are merged by function, level by level, each
//! level when somebody asks for it. Where V8 has lost most stacks, what lives without one is
//! counted by its constructor, in rows of its own ([`by_class`]).

pub mod by_class;
mod change;
mod inclusive;

pub use self::change::{Change, compare};

use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use self::by_class::Constructors;
use super::Analysis;
use crate::{
    heap::{Heap, NodeId, NodeIx, Trace, TraceFunction, TraceNode},
    job::{Cancelled, Job},
};

/// What was allocated, and what of it lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
    /// Objects allocated.
    pub count: u64,
    /// Their bytes.
    pub size: u64,
    /// Those of them that live.
    pub live_count: u64,
    /// The bytes of those.
    pub live_size: u64,
}

impl Sums {
    /// Counts what another place has as this one's, up to the largest number: files may say any.
    pub fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.size = self.size.saturating_add(other.size);
        self.live_count = self.live_count.saturating_add(other.live_count);
        self.live_size = self.live_size.saturating_add(other.live_size);
    }
}

/// A function with its sums, and the stacks they are from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// The position of the function in [`Trace::functions`].
    pub function: usize,
    /// Whether these are not what it allocated by the recording, but objects without a stack that
    /// it is the constructor of.
    pub by_class: bool,
    /// Over all stacks below; of a constructor's objects, these.
    pub sums: Sums,
    /// Each stack that allocated, and how far outwards from it this function stands.
    stacks: Vec<(u32, u32)>,
}

impl Site {
    /// Whether nothing called it.
    pub fn is_outermost(&self) -> bool {
        self.stacks.iter().all(|&(_, at)| at == 0)
    }

    /// Counts what another function did as this one's.
    fn absorb(&mut self, other: &Self) {
        self.sums.add(other.sums);
        self.stacks.extend(&other.stacks);
    }
}

/// How much of what was allocated while it was recorded, and lives, can be charged to a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Of those with a stack, where there is a timeline, V8's parts of other objects: they have no
    /// size of their own.
    pub parts: u64,
    /// Of the rest of them, those that came before the first sample: bars of time leave them out.
    pub early: u64,
    /// Objects younger than the first sample and no younger than the last, and all with a stack: V8 samples
    /// first a while after it began to keep stacks. None without either.
    pub young: u64,
    /// Those of them whose stack is known.
    pub traced: u64,
    /// Of the others those that are counted by their constructor.
    pub by_class: u64,
}

impl Coverage {
    /// Whether most stacks were lost.
    pub fn is_poor(self) -> bool {
        self.traced.saturating_mul(2) < self.young
    }
}

/// Allocations by function.
#[derive(Clone, Debug)]
pub struct Allocations {
    trace: Arc<Trace>,
    /// Of each stack.
    nodes: Vec<Sums>,
    sites: Vec<Site>,
    /// Of each function, with all that it called.
    inclusive: Vec<Sums>,
    coverage: Coverage,
}

impl Allocations {
    /// Counts what lives of each stack, and sums by function.
    ///
    /// Linear in nodes of the heap and in stacks.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn compute(trace: Arc<Trace>, known: &Analysis, job: &Job) -> Result<Self, Cancelled> {
        job.phase("counting live allocations", "nodes", known.heap.node_count());
        let Live { nodes, made, mut coverage } = Live::count(&trace, known, job)?;
        let is_top = |at: &usize| trace.nodes()[*at].count > 0;
        let tops = (0..nodes.len()).filter(is_top).map(|at| (at as u32, at as u32));
        let mut sites = grouped(&trace, &nodes, tops);
        if coverage.is_poor() {
            coverage.by_class = made.values().map(|sums| sums.live_count).sum();
            sites.extend(made.into_iter().map(|(function, sums)| constructed(&trace, function, sums)));
            sort(&mut sites);
        }
        let inclusive = inclusive::by_function(&trace, &nodes);
        Ok(Self { trace, nodes, sites, inclusive, coverage })
    }

    /// What was recorded.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The function of a site.
    pub fn function(&self, site: &Site) -> &TraceFunction {
        &self.trace.functions()[site.function]
    }

    /// What the function of a site is called, and what a constructor does: `new CallContext`.
    pub fn name<'a>(&self, heap: &'a Heap, site: &Site) -> Cow<'a, str> {
        let name = heap.strings().text(self.function(site).name);
        if site.by_class { format!("new {name}").into() } else { name }
    }

    /// The functions that allocated, most live bytes first.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// What the function of a site and all that it called allocated, each stack counted once; none of
    /// objects that are counted by their constructor.
    pub fn inclusive(&self, site: &Site) -> Option<Sums> {
        self.inclusive.get(site.function).copied().filter(|_| !site.by_class)
    }

    /// Who called a function, or a caller of it, merged by function; most live bytes first.
    ///
    /// Costs one look at each of its stacks.
    pub fn callers(&self, site: &Site) -> Vec<Site> {
        let outwards =
            |&(stack, at): &(u32, u32)| (at != 0).then(|| (stack, self.trace.nodes()[at as usize].caller));
        grouped(&self.trace, &self.nodes, site.stacks.iter().filter_map(outwards))
    }

    /// How much of what lives the recording tells of.
    pub fn coverage(&self) -> Coverage {
        self.coverage
    }

    /// The live objects that the function allocated, through these callers. Linear in nodes.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn objects(&self, heap: &Heap, site: &Site, job: &Job) -> Result<Vec<NodeIx>, Cancelled> {
        let constructors = Constructors::of(&self.trace, heap);
        let stacks: FxHashSet<_> = site.stacks.iter().map(|&(stack, _)| stack as usize).collect();
        let mut found = Vec::new();
        for node in heap.nodes() {
            if node.0 & 0xFFFF == 0 {
                job.tick(1 << 16)?;
            }
            let is_of = if site.by_class {
                constructors.function(node) == Some(site.function)
            } else {
                stack_of(&self.trace, heap, node).is_some_and(|at| stacks.contains(&at))
            };
            if is_of {
                found.push(node);
            }
        }
        Ok(found)
    }
}

/// What lives, counted object by object.
struct Live {
    /// By stack, with what was allocated.
    nodes: Vec<Sums>,
    /// By constructor, of those whose stack was lost.
    made: BTreeMap<usize, Sums>,
    coverage: Coverage,
}

impl Live {
    fn count(trace: &Trace, known: &Analysis, job: &Job) -> Result<Self, Cancelled> {
        let allocated = |node: &TraceNode| Sums { count: node.count, size: node.size, ..Sums::default() };
        let nodes = trace.nodes().iter().map(allocated).collect();
        let mut live = Self { nodes, made: BTreeMap::new(), coverage: Coverage::default() };
        let constructors = Constructors::of(trace, &known.heap);
        for node in known.heap.nodes() {
            if node.0 & 0xFFFF == 0 {
                job.tick(1 << 16)?;
            }
            let sums = Sums { live_count: 1, live_size: known.shallow(node), ..Sums::default() };
            let stack = stack_of(trace, &known.heap, node);
            if let Some(at) = stack {
                live.nodes[at].add(sums);
            } else if let Some(function) = constructors.function(node) {
                live.made.entry(function).or_default().add(sums);
            }
            live.coverage.count(trace, known.heap.id(node), stack.is_some(), sums.live_size == 0);
        }
        Ok(live)
    }
}

impl Coverage {
    fn count(&mut self, trace: &Trace, id: NodeId, is_traced: bool, is_part: bool) {
        let began = trace.samples().first().map(|first| first.last_id);
        self.young += u64::from(is_traced || by_class::is_young(trace, id));
        self.traced += u64::from(is_traced);
        self.parts += u64::from(is_traced && is_part && began.is_some());
        self.early += u64::from(is_traced && !is_part && began.is_some_and(|began| id.0 <= began));
    }
}

/// The functions that stood on the stack when the object was allocated, innermost first; none where
/// that was not recorded. Cost: a binary search, then a step each.
pub fn stack<'a>(trace: &'a Trace, heap: &Heap, node: NodeIx) -> impl Iterator<Item = &'a TraceFunction> {
    stack_of(trace, heap, node).into_iter().flat_map(|stack| functions(trace, stack))
}

/// The functions of a stack, innermost first.
pub fn functions(trace: &Trace, stack: usize) -> impl Iterator<Item = &TraceFunction> {
    trace.outwards(stack).map(|at| &trace.functions()[trace.nodes()[at].function as usize])
}

/// Where the stack of an object stands.
pub(super) fn stack_of(trace: &Trace, heap: &Heap, node: NodeIx) -> Option<usize> {
    match heap.trace_node(node) {
        0 => None,
        id => trace.find(id),
    }
}

/// What lives without a stack of a constructor's objects, with all stacks that called it.
fn constructed(trace: &Trace, function: usize, sums: Sums) -> Site {
    let calls = (0..).zip(trace.nodes()).filter(|(_, stack)| stack.function as usize == function);
    Site { function, by_class: true, sums, stacks: calls.map(|(at, _)| (at, at)).collect() }
}

/// Pairs of a stack and a stack outwards from it, by the function of the latter.
fn grouped(trace: &Trace, nodes: &[Sums], pairs: impl Iterator<Item = (u32, u32)>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    let mut places = FxHashMap::default();
    for (stack, at) in pairs {
        let function = trace.nodes()[at as usize].function as usize;
        let place = *places.entry(function).or_insert_with(|| {
            sites.push(Site { function, by_class: false, sums: Sums::default(), stacks: Vec::new() });
            sites.len() - 1
        });
        sites[place].sums.add(nodes[stack as usize]);
        sites[place].stacks.push((stack, at));
    }
    sort(&mut sites);
    sites
}

fn sort(sites: &mut [Site]) {
    sites.sort_by_key(|site| Reverse((site.sums.live_size, site.sums.size)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::StrIx;

    /// Three functions; the first calls the second directly and through the third.
    pub(super) fn allocations() -> Allocations {
        let function =
            |name| TraceFunction { name: StrIx(name), script: StrIx(0), script_id: 1, line: 1, column: 1 };
        let node = |id, function, caller, count| TraceNode { id, function, caller, count, size: count * 10 };
        let nodes = vec![node(1, 0, 0, 0), node(2, 1, 0, 5), node(3, 2, 0, 0), node(4, 1, 2, 3)];
        let trace = Trace::new((0..3).map(function).collect(), nodes, Vec::new()).expect("it fits");
        let sums =
            |node: &TraceNode| Sums { count: node.count, size: node.size, live_count: 1, live_size: 8 };
        let nodes: Vec<_> = trace.nodes().iter().map(sums).collect();
        let sites = grouped(&trace, &nodes, [(1, 1), (3, 3)].into_iter());
        let inclusive = inclusive::by_function(&trace, &nodes);
        Allocations { trace: Arc::new(trace), nodes, sites, inclusive, coverage: Coverage::default() }
    }

    #[test]
    fn stacks_that_end_in_a_function_are_its_own() {
        let found = allocations();
        let [site] = found.sites() else { panic!("one function allocated") };
        assert_eq!(
            (site.function, site.sums),
            (1, Sums { count: 8, size: 80, live_count: 2, live_size: 16 })
        );
    }

    #[test]
    fn sums_stop_at_the_largest_number() {
        let half = Sums { count: 1 << 63, size: 1 << 63, live_count: 1 << 63, live_size: 1 << 63 };
        let mut sum = half;
        sum.add(half);
        let most = u64::MAX;
        assert_eq!(sum, Sums { count: most, size: most, live_count: most, live_size: most });
    }

    #[test]
    fn without_points_in_time_nothing_is_said_of_what_a_timeline_leaves_out() {
        // Node 2 has a stack and no size: a part of another, if there were a timeline.
        let mut heap = crate::heap::fixture::builder("0!synthetic>1,2 1:8=A 2=B");
        heap.trace_node = Some(vec![0, 2, 2]);
        let known = Analysis::complete(heap.build().expect("it fits"));
        let found =
            Allocations::compute(allocations().trace, &known, &Job::default()).expect("nobody cancels");
        assert_eq!(found.coverage(), Coverage { young: 2, traced: 2, ..Coverage::default() });
    }

    #[test]
    fn callers_share_the_sums_level_by_level() {
        let found = allocations();
        let callers = found.callers(&found.sites()[0]);
        let told: Vec<_> = callers.iter().map(|site| (site.function, site.sums.count)).collect();
        assert_eq!(told, [(0, 5), (2, 3)]);
        assert!(found.callers(&callers[0]).is_empty(), "nothing called the first");
        assert_eq!(found.callers(&callers[1])[0].sums.count, 3);
    }
}
