//! The shortest chain from an object to a root, and the same in words.
//!
//! Each step goes to a retainer one step nearer to a root, the first of these in the order of the
//! Retainers pane. Weak edges are left out; so is the table of a WeakMap, whose key is what keeps
//! the value. Cost: the retainers of each object on the chain.

use std::cmp::Ordering;

use super::{Analysis, Distance, names::edge_name, order::compare_text, scope, script};
use crate::{
    heap::{Edge, EdgeKind, InEdge, NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// How an object is held.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The object asked about.
    pub object: NodeIx,
    /// From the object towards the root.
    pub steps: Vec<Step>,
    /// What the chain ends at.
    pub end: End,
}

/// One object held by another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// What is held.
    pub held: NodeIx,
    /// By which edge.
    pub edge: Edge,
    /// Who holds it.
    pub by: NodeIx,
}

/// Where a chain ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// At a root of the program, such as a global object.
    UserRoot,
    /// At a root of the engine, such as `(Stack roots)`.
    SystemRoot,
    /// Nowhere: only weak references lead there, or none.
    Unreachable,
    /// Nowhere: every way there leads through what is ignored.
    Ignored,
}

impl Path {
    /// The nodes of the chain, the object first.
    pub fn nodes(&self) -> impl Iterator<Item = NodeIx> + '_ {
        std::iter::once(self.object).chain(self.steps.iter().map(|step| step.by))
    }
}

/// The shortest chain that holds `node`; [`End::Unreachable`] until distances and in-edges are known.
///
/// # Panics
///
/// Never: nobody can cancel.
pub fn shortest(known: &Analysis, node: NodeIx) -> Path {
    try_shortest(known, node, &Job::default()).expect("nobody cancels")
}

/// The same for somebody who may give up waiting: a chain may be millions of steps long.
///
/// # Errors
///
/// [`Cancelled`] once they do.
pub fn try_shortest(known: &Analysis, node: NodeIx, job: &Job) -> Result<Path, Cancelled> {
    shortest_by(known, node, job, |_| true)
}

/// The same over the references that pass.
pub(super) fn shortest_by(
    known: &Analysis,
    node: NodeIx,
    job: &Job,
    passes: impl Fn(&InEdge) -> bool,
) -> Result<Path, Cancelled> {
    let mut path = Path { object: node, steps: Vec::new(), end: End::Unreachable };
    let mut at = node;
    loop {
        job.tick(1)?;
        if let Some(end) = end_at(known, at) {
            path.end = end;
            return Ok(path);
        }
        let Some(found) = nearest(known, at, &passes) else { return Ok(path) };
        let found = best_named(known, found);
        path.steps.push(Step { held: at, edge: found.edge, by: found.from });
        at = found.from;
    }
}

fn end_at(known: &Analysis, node: NodeIx) -> Option<End> {
    if known.roots.user().contains(&node) {
        Some(End::UserRoot)
    } else if node == known.heap.root() || known.heap.kind(node) == NodeKind::SYNTHETIC {
        Some(End::SystemRoot)
    } else {
        None
    }
}

/// The retainer the shortest chain goes on with.
fn nearest(known: &Analysis, node: NodeIx, passes: &impl Fn(&InEdge) -> bool) -> Option<InEdge> {
    let in_edges = known.retainers.as_ref()?;
    nearest_of(known, node, in_edges.of(&known.heap, node), passes)
}

/// The same among some of the node's retainers, in any order.
pub(super) fn nearest_of(
    known: &Analysis,
    node: NodeIx,
    rows: impl Iterator<Item = InEdge>,
    passes: &impl Fn(&InEdge) -> bool,
) -> Option<InEdge> {
    let here = known.distance(node)?.raw()?;
    let distance = |found: &InEdge| known.distance(found.from).and_then(Distance::raw);
    // Retainers farther away than this are no way out; one exactly a step nearer is the way in
    // that was measured, a still nearer one an edge that distances leave out.
    let nearer = |found: &InEdge| {
        distance(found).is_some_and(|there| there < here) && holds(known, found) && passes(found)
    };
    let rank = |found: &InEdge| (distance(found) != Some(here - 1), distance(found));
    // Of equals the last in the file comes first, as in the Retainers pane.
    let better = |a: &InEdge, b: &InEdge| {
        let order = rank(a).cmp(&rank(b)).then_with(|| compare_names(known, a.from, b.from));
        order.then_with(|| b.edge.ix.0.cmp(&a.edge.ix.0))
    };
    rows.filter(nearer).min_by(better)
}

/// The edge between the same two nodes that says most: a variable or property name rather than a
/// position, a position rather than an internal slot.
pub(super) fn best_named(known: &Analysis, way: InEdge) -> InEdge {
    let rank = |edge: &Edge| match edge.kind {
        EdgeKind::CONTEXT | EdgeKind::PROPERTY => 0,
        EdgeKind::HIDDEN if scope::variable(&known.heap, way.from, edge).is_some() => 0,
        EdgeKind::ELEMENT => 1,
        EdgeKind::WEAK | EdgeKind::INVISIBLE => 4,
        EdgeKind::HIDDEN => 3,
        _ => 2,
    };
    if rank(&way.edge) == 0 {
        return way;
    }
    let to_same = |edge: &Edge| edge.to == way.edge.to && rank(edge) < rank(&way.edge);
    match known.heap.edges(way.from).filter(to_same).min_by_key(rank) {
        Some(edge) if known.ephemerons.of(&way.edge).is_none() => InEdge { edge, ..way },
        _ => way,
    }
}

fn compare_names(known: &Analysis, a: NodeIx, b: NodeIx) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    compare_text(&known.names.text(&known.heap, a), &known.names.text(&known.heap, b))
}

/// Whether the edge holds: not weak, and not the table's half of a WeakMap entry.
fn holds(known: &Analysis, found: &InEdge) -> bool {
    let is_table =
        known.ephemerons.of(&found.edge).is_some_and(|pair| pair.table == known.heap.id(found.from));
    found.edge.kind != EdgeKind::WEAK && found.edge.kind != EdgeKind::INVISIBLE && !is_table
}

/// The chain in plain English, one numbered line a step; long runs of one kind are folded. The text holds names of the file as
/// they are: make it safe before a terminal sees it.
pub fn text(known: &Analysis, path: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut at = 0;
    while at < path.steps.len() {
        let alike = run(known, &path.steps[at..]);
        let shown = if alike > LONGEST_RUN { 2 } else { alike };
        lines.extend((at..at + shown).map(|at| line(known, path, at)));
        if shown < alike {
            let last = at + alike - 1;
            lines.push(format!("… and so on: {} more steps of the same kind …", alike - shown - 1));
            lines.push(line(known, path, last));
        }
        at += alike;
    }
    lines.push(format!("{}. {}", path.steps.len() + 1, ending(known, path)));
    lines.extend(others(known, path));
    lines
}

/// Longer runs of steps of one kind, such as a linked list, are folded.
const LONGEST_RUN: usize = 6;

/// How many of the first steps are of one kind: by the same name from a node of the same class.
fn run(known: &Analysis, steps: &[Step]) -> usize {
    let kind = |step: &Step| (step.edge.kind, step.edge.name_or_index, known.classes.of(step.by));
    steps.iter().take_while(|step| kind(step) == kind(&steps[0])).count()
}

fn line(known: &Analysis, path: &Path, at: usize) -> String {
    let step = &path.steps[at];
    let held =
        if at == 0 { format!("{} is held as", mention(known, step.held)) } else { "which is".to_owned() };
    let (role, by) = (role(known, step), mention(known, step.by));
    let place = script::place(known, step.by).map(|place| format!(" ({place})")).unwrap_or_default();
    format!("{}. {held} {role} of {by}{place}{}", at + 1, comma(at, path))
}

/// That the chain is not the only one: letting go of it may free nothing.
fn others(known: &Analysis, path: &Path) -> Option<String> {
    let first = path.steps.first()?;
    let in_edges = known.retainers.as_ref()?;
    let mut holders: Vec<NodeIx> = in_edges
        .of(&known.heap, path.object)
        .filter(|found| holds(known, found) && found.from != path.object)
        .map(|found| found.from)
        .collect();
    holders.sort_unstable();
    holders.dedup();
    match holders.iter().filter(|&&holder| holder != first.by).count() {
        0 => None,
        1 => Some("1 other object holds it too: see its retainers.".to_owned()),
        others => Some(format!("{others} other objects hold it too: see its retainers.")),
    }
}

fn comma(at: usize, path: &Path) -> &'static str {
    let is_cut = matches!(path.end, End::Unreachable | End::Ignored);
    if at + 1 == path.steps.len() && is_cut { "." } else { "," }
}

fn ending(known: &Analysis, path: &Path) -> String {
    let last = path.nodes().last().unwrap_or(path.object);
    let who = if path.steps.is_empty() { mention(known, last) } else { "which".to_owned() };
    match path.end {
        End::UserRoot => {
            format!("{who} is a root of the program: it lives as long as the process (or realm) does.")
        }
        End::SystemRoot => {
            format!("{who} is a root of the engine, not of your code: {}.", root_meaning(known, last))
        }
        End::Unreachable => {
            let who = if path.steps.is_empty() { who } else { mention(known, last) };
            format!("nothing reachable holds {who}: only weak references lead to it, or none.")
        }
        End::Ignored => {
            format!(
                "nothing else holds {}: every way to it leads through what is ignored.",
                mention(known, last)
            )
        }
    }
}

/// Who the things are that a root of the engine holds, in half a sentence.
pub fn root_meaning(known: &Analysis, node: NodeIx) -> &'static str {
    match known.names.raw(&known.heap, node).as_ref() {
        "(Stack roots)" => "a function that was running holds it",
        "(Handle scope)" | "(Handle scopes)" => "native code that was running holds it",
        "(Global handles)" => "native code (an addon, or Node itself) keeps a handle to it",
        "(Strong roots)" | "(Strong root list)" => "V8 always keeps it",
        "(Micro tasks)" | "(Microtasks)" => "a promise reaction waiting to run holds it",
        _ => "V8 or native code keeps it",
    }
}

/// What the edge makes of its target: "element 3", "`name`", "variable `name`".
fn role(known: &Analysis, step: &Step) -> String {
    let edge = &step.edge;
    if let Some(name) = scope::variable(&known.heap, step.by, edge) {
        return format!("variable `{}`", known.heap.strings().text(name));
    }
    let name = edge_name(&known.heap, edge);
    match edge.kind {
        EdgeKind::ELEMENT => format!("element {name}"),
        EdgeKind::CONTEXT => format!("variable `{name}`"),
        // Words of hash tables and backing stores are internal edges with a number for a name.
        EdgeKind::INTERNAL if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("element {name}")
        }
        EdgeKind::HIDDEN => format!("hidden slot {name}"),
        _ if known.ephemerons.of(edge).is_some() => "the WeakMap value for the key".to_owned(),
        _ => format!("`{name}`"),
    }
}

/// A node as a sentence mentions it: its name, cut, and its id.
pub fn mention(known: &Analysis, node: NodeIx) -> String {
    const LONGEST: usize = 60;
    let heap = &known.heap;
    let mut name = match heap.kind(node) {
        NodeKind::ARRAY => known.names.raw(heap, node).into_owned(),
        _ => known.names.label(heap, node),
    };
    if let Some((cut, _)) = name.char_indices().nth(LONGEST) {
        name.truncate(cut);
        name.push('…');
    }
    let name = if name.is_empty() { known.classes.name(known.classes.of(node)) } else { &name };
    format!("{name} {}", heap.id(node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn lines(text: &str, node: u32) -> Vec<String> {
        let known = Analysis::complete(heap(text));
        super::text(&known, &shortest(&known, NodeIx(node)))
    }

    #[test]
    fn a_chain_reads_from_the_object_to_the_root() {
        let text = "0!synthetic>1 1=global>cache.2 2=Map>internal.table.3 3!array=(object~elements)>element.56.4 4=Server";
        assert_eq!(
            lines(text, 4),
            [
                "1. Server @9 is held as element 56 of (object elements) @7,",
                "2. which is `table` of Map @5,",
                "3. which is `cache` of global @3,",
                "4. which is a root of the program: it lives as long as the process (or realm) does.",
            ]
        );
    }

    #[test]
    fn a_chain_may_end_at_the_stack() {
        let text = "0!synthetic>1 1!synthetic=(GC~roots)>2 2!synthetic=(Stack~roots)>element.0.3 3=A>4 4=B";
        let found = lines(text, 4);
        assert_eq!(
            found[2],
            "3. which is a root of the engine, not of your code: a function that was running holds it."
        );
    }

    #[test]
    fn a_weakmap_value_is_held_through_its_key() {
        let entry = "internal.2~/~part~of~key~(K~@3)~->~value~(V~@9)~pair~in~WeakMap~(table~@7)";
        let text = format!("0!synthetic>1,2 1=K>{entry}.4 2=M>table.3 3!array=t>{entry}.4 4=V");
        assert_eq!(lines(&text, 4)[0], "1. V @9 is held as the WeakMap value for the key of K @3,");
    }

    #[test]
    fn a_linked_list_is_folded() {
        let links = (1..=20).map(|at| format!("{at}=Link>next.{}", at + 1));
        let text = ["0!synthetic>1".to_owned()].into_iter().chain(links).chain(["21=Tail".to_owned()]);
        let found = lines(&text.collect::<Vec<_>>().join(" "), 21);
        assert_eq!(
            found,
            [
                "1. Tail @43 is held as `next` of Link @41,",
                "2. which is `next` of Link @39,",
                "… and so on: 17 more steps of the same kind …",
                "20. which is `next` of Link @3,",
                "21. which is a root of the program: it lives as long as the process (or realm) does.",
            ]
        );
    }

    #[test]
    fn what_only_weak_references_hold_says_so() {
        let found = lines("0!synthetic>1 1=A>weak.w.2 2=B", 2);
        assert_eq!(found, ["1. nothing reachable holds B @5: only weak references lead to it, or none."]);
    }
}
