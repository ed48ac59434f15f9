//! Allocations by function, their callers, stacks and samples, against the engine's.

use std::{collections::HashMap, path::Path, sync::Arc};

use leaktui::{
    analysis::{
        Analysis,
        allocation::{self, Allocations, Site, Sums, by_class},
        timeline,
    },
    heap::{NodeId, NodeIx, Trace, TraceFunction},
    job::Job,
    tui::source::{Part, Source},
};
use serde::Deserialize;

use crate::golden;

/// A function as the engine shows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    #[serde(alias = "functionName")]
    name: String,
    script_name: String,
    script_id: u32,
    line: u32,
    column: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: u32,
    #[serde(flatten)]
    function: Function,
    count: u64,
    size: u64,
    live_count: u64,
    live_size: u64,
}

impl Row {
    fn comparable(&self) -> (Function, [u64; 4]) {
        (self.function.clone(), [self.count, self.size, self.live_count, self.live_size])
    }
}

/// Callers as the engine opens them: all that are alone at once, then those that are several.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Callers {
    nodes_with_single_caller: Vec<Row>,
    branching_callers: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Samples {
    timestamps: Vec<f64>,
    last_assigned_ids: Vec<u64>,
    sizes: Vec<u64>,
}

/// What the engine says of a timeline.
#[derive(Deserialize)]
struct Golden {
    #[serde(default)]
    allocation: Vec<Row>,
    #[serde(default)]
    callers: HashMap<u32, Callers>,
    #[serde(default)]
    stacks: HashMap<u64, Vec<Function>>,
    samples: Option<Samples>,
}

/// Compares a timeline with its golden; answers whether there was anything to compare.
pub(crate) fn check(known: &Analysis, trace: Trace, golden: &Path) -> bool {
    let golden: Golden = serde_json::from_slice(&golden::bytes(golden)).expect("a golden");
    let trace = Arc::new(trace);
    let said =
        Said { known, found: Allocations::compute(trace, known, &Job::default()).expect("nobody cancels") };
    if let Some(samples) = &golden.samples {
        said.samples(samples);
    }
    let mut ours: Vec<_> = said.recorded().map(|site| said.row(site)).collect();
    let mut theirs: Vec<_> = golden.allocation.iter().map(Row::comparable).collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);
    for row in &golden.allocation {
        let callers = golden.callers.get(&row.id);
        let site = said.recorded().find(|site| said.row(site) == row.comparable()).expect("compared above");
        assert_eq!(
            said.found.objects(&known.heap, site, &Job::default()).expect("nobody cancels").len() as u64,
            row.live_count
        );
        if let Some(callers) = callers {
            said.callers(site, callers);
        }
    }
    said.screen(&golden);
    for (id, stack) in &golden.stacks {
        let node = known.heap.find(NodeId(*id)).expect("an object");
        let calls = allocation::stack(said.found.trace(), &known.heap, node);
        let ours: Vec<_> = calls.map(|function| said.function(function)).collect();
        assert_eq!(ours, *stack, "@{id}");
    }
    golden.samples.is_some() || !golden.allocation.is_empty()
}

struct Said<'a> {
    known: &'a Analysis,
    found: Allocations,
}

impl Said<'_> {
    fn function(&self, function: &TraceFunction) -> Function {
        let text = |string| self.known.heap.strings().text(string).into_owned();
        Function {
            name: text(function.name),
            script_name: text(function.script),
            script_id: function.script_id,
            line: function.line,
            column: function.column,
        }
    }

    /// What the recording tells itself; the engine knows no other rows.
    fn recorded(&self) -> impl Iterator<Item = &Site> {
        self.found.sites().iter().filter(|site| !site.by_class)
    }

    fn row(&self, site: &Site) -> (Function, [u64; 4]) {
        let Sums { count, size, live_count, live_size } = site.sums;
        (self.function(self.found.function(site)), [count, size, live_count, live_size])
    }

    fn callers(&self, site: &Site, golden: &Callers) {
        let mut level = self.found.callers(site);
        for alone in &golden.nodes_with_single_caller {
            let [one] = level.as_slice() else { panic!("{} callers, not one", level.len()) };
            assert_eq!(self.row(one), alone.comparable());
            level = self.found.callers(one);
        }
        let mut ours: Vec<_> = level.iter().map(|site| self.row(site)).collect();
        let mut theirs: Vec<_> = golden.branching_callers.iter().map(Row::comparable).collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
    }

    /// The rows of the explorer, and how many objects each lists, are those of the engine too.
    fn screen(&self, golden: &Golden) {
        let (job, known) = (Job::default(), self.known);
        let source = Source::Allocation(Arc::new(self.found.trace().clone()), None);
        let listed = source.first(known, &job, &mut |_| ()).expect("nobody cancels").parts;
        let figures = |part: &Part| [part.all, part.weight, part.count, part.bytes];
        let mut ours: Vec<_> = listed.iter().map(figures).collect();
        let mut theirs: Vec<_> = golden.allocation.iter().map(|row| row.comparable().1).collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
        for part in &*listed {
            let members = part.members.nodes(known, &job).expect("nobody cancels");
            assert_eq!(members.len() as u64, part.count, "{}", part.name);
            let callers = part.inside.parts(known, part, &job).expect("nobody cancels");
            assert!(callers.iter().map(|caller| caller.all).sum::<u64>() <= part.all, "{}", part.name);
        }
    }

    fn samples(&self, golden: &Samples) {
        let bars = timeline::bars(self.found.trace(), self.known, &Job::default()).expect("nobody cancels");
        let times: Vec<_> = bars.iter().map(|bar| bar.time_us as f64 / 1000.0).collect();
        assert_eq!(times, golden.timestamps);
        assert_eq!(bars.iter().map(|bar| bar.up_to).collect::<Vec<_>>(), golden.last_assigned_ids);
        assert_eq!(bars.iter().map(|bar| bar.size).collect::<Vec<_>>(), golden.sizes);
    }
}

/// A recording of a program whose map of calls grows, made while V8 compacted its heap: nearly all
/// stacks are lost, and the function that fills the map is found all the same.
pub(crate) fn check_lost(known: &Analysis, trace: Trace) {
    let trace = Arc::new(trace);
    let found = Allocations::compute(Arc::clone(&trace), known, &Job::default()).expect("nobody cancels");
    assert!(found.coverage().is_poor(), "{:?}", found.coverage());
    let first = &found.sites()[0];
    assert_eq!(found.name(&known.heap, first), "new CallContext");
    let outwards = |site: &Site| found.callers(site).first().cloned();
    let callers = std::iter::successors(outwards(first), outwards);
    assert!(callers.map(|site| found.name(&known.heap, &site).into_owned()).any(|name| name == "call"));
    let entry = |&node: &NodeIx| {
        known.classes.name(known.classes.of(node)) == "{handle, context, resolve, reject}"
            && known.heap.id(node).0 > trace.samples()[0].last_id
    };
    let is_told = |&node: &NodeIx| {
        let guess = by_class::guess(&trace, &known.heap, node, &Job::default()).expect("nobody cancels");
        guess.is_some_and(|guess| {
            let mut calls = allocation::functions(&trace, guess.stack);
            calls.any(|function| known.heap.strings().text(function.name) == "call")
        })
    };
    let entries: Vec<_> = known.heap.nodes().filter(entry).collect();
    let told = entries.iter().filter(|node| is_told(node)).count();
    // The others have been given new ids when V8 moved them.
    assert!(entries.len() > 1_400 && told * 100 > entries.len() * 85, "{told} of {}", entries.len());
}
