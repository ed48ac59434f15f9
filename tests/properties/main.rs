//! Sizes, distances and dominators of random graphs, against their naive definitions.
//!
//! Everything here is derived anew from the rules, by sweeps until nothing changes and by taking
//! nodes away and looking what is still reached: slow, but too simple to be wrong in the same way.

mod knots;

use std::collections::BTreeSet;

use leaktui::{
    analysis::{
        Analysis, Distance, dominated,
        filter::{Filter, Selection},
        ignoring::Ignoring,
        retainers,
    },
    heap::{ClassIx, EdgeKind, Heap, HeapBuilder, KindNames, NodeIx, NodeKind, StrIx, Strings},
    job::Job,
};
use proptest::prelude::*;

/// A node's type and size, and its edges: type and target.
type Node = (NodeKind, u32, Vec<(EdgeKind, usize)>);

fn node_kind() -> impl Strategy<Value = NodeKind> {
    prop_oneof![
        4 => Just(NodeKind::OBJECT),
        2 => Just(NodeKind::ARRAY),
        1 => Just(NodeKind::HIDDEN),
        1 => Just(NodeKind::SYNTHETIC),
        1 => Just(NodeKind::NATIVE),
    ]
}

fn edge_kind() -> impl Strategy<Value = EdgeKind> {
    prop_oneof![
        5 => Just(EdgeKind::PROPERTY),
        2 => Just(EdgeKind::ELEMENT),
        1 => Just(EdgeKind::INTERNAL),
        1 => Just(EdgeKind::HIDDEN),
        1 => Just(EdgeKind::WEAK),
        1 => Just(EdgeKind::SHORTCUT),
    ]
}

fn graph() -> impl Strategy<Value = Vec<Node>> {
    (1usize..14).prop_flat_map(|nodes| {
        let edges = prop::collection::vec((edge_kind(), 0..nodes), 0..4);
        prop::collection::vec((node_kind(), 0u32..50, edges), nodes)
    })
}

fn build(graph: &[Node]) -> Heap {
    let edges: Vec<_> = graph.iter().flat_map(|node| &node.2).collect();
    HeapBuilder {
        node_kind: graph.iter().map(|node| node.0).collect(),
        node_name: vec![StrIx(0); graph.len()],
        node_id: (0..graph.len() as u64).map(|at| at * 2 + 1).collect(),
        self_size: graph.iter().map(|node| u64::from(node.1)).collect(),
        edge_counts: graph.iter().map(|node| node.2.len() as u32).collect(),
        detachedness: None,
        trace_node: None,
        edge_kind: edges.iter().map(|edge| edge.0).collect(),
        edge_name: vec![0; edges.len()],
        edge_to: edges.iter().map(|edge| NodeIx(edge.1 as u32)).collect(),
        root: NodeIx(0),
        strings: Strings::from_texts(["x"]),
        locations: Vec::new(),
        kind_names: KindNames::default(),
        extra_native_bytes: 0,
    }
    .build()
    .expect("every edge leads to a node")
}

fn user_roots(graph: &[Node]) -> Vec<usize> {
    graph[0].2.iter().map(|edge| edge.1).filter(|&to| graph[to].0 != NodeKind::SYNTHETIC).collect()
}

/// What is reached from `starts` over the edges that `follows` passes.
fn closure(
    graph: &[Node],
    starts: &[usize],
    follows: impl Fn(usize, EdgeKind, usize) -> bool,
) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = starts.iter().copied().collect();
    loop {
        let next = |&from: &usize| graph[from].2.iter().map(move |edge| (from, *edge));
        let more: Vec<usize> = reached
            .iter()
            .flat_map(next)
            .filter(|(from, edge)| follows(*from, edge.0, edge.1))
            .map(|(_, edge)| edge.1)
            .collect();
        let before = reached.len();
        reached.extend(more);
        if reached.len() == before {
            return reached;
        }
    }
}

fn page_owned(graph: &[Node]) -> BTreeSet<usize> {
    let shortcuts = graph[0].2.iter().filter(|edge| edge.0 == EdgeKind::SHORTCUT);
    let starts: Vec<usize> = shortcuts.map(|edge| edge.1).collect();
    closure(graph, &starts, |_, kind, _| kind != EdgeKind::WEAK)
}

/// The edges dominators are about, the root's virtual ones included.
fn essential(graph: &[Node]) -> Vec<(usize, usize)> {
    let owned = page_owned(graph);
    let intrudes = |from: usize, to: usize| owned.contains(&to) && !owned.contains(&from);
    let counts = |from: usize, kind: EdgeKind, to: usize| match kind {
        EdgeKind::WEAK => false,
        _ if from == to => false,
        _ if from == 0 => true,
        EdgeKind::SHORTCUT => false,
        _ => !intrudes(from, to),
    };
    let mut edges: Vec<(usize, usize)> = (0..graph.len())
        .flat_map(|from| graph[from].2.iter().map(move |&(kind, to)| (from, kind, to)))
        .filter(|&(from, kind, to)| counts(from, kind, to))
        .map(|(from, _, to)| (from, to))
        .collect();
    let orphans: Vec<usize> =
        (1..graph.len()).filter(|node| edges.iter().all(|edge| edge.1 != *node)).collect();
    edges.extend(orphans.into_iter().map(|node| (0, node)));
    edges
}

/// What the root reaches when `without` is taken away.
fn reached_without(nodes: usize, edges: &[(usize, usize)], without: Option<usize>) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = BTreeSet::from([0]);
    if without == Some(0) {
        return BTreeSet::new();
    }
    for _ in 0..nodes {
        for &(from, to) in edges {
            if reached.contains(&from) && Some(to) != without {
                reached.insert(to);
            }
        }
    }
    reached
}

/// All that each node dominates, itself included; unreached nodes belong to the root and themselves.
fn dominated(nodes: usize, edges: &[(usize, usize)]) -> Vec<BTreeSet<usize>> {
    let all = reached_without(nodes, edges, None);
    (0..nodes)
        .map(|node| match node {
            0 => (0..nodes).collect(),
            _ if !all.contains(&node) => BTreeSet::from([node]),
            _ => all.difference(&reached_without(nodes, edges, Some(node))).copied().collect(),
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Nobody,
    One(usize),
    Several,
}

/// Owners by sweeping until nothing changes.
fn owners(graph: &[Node]) -> Vec<Owner> {
    let is_owned = |kind| matches!(kind, NodeKind::ARRAY | NodeKind::HIDDEN);
    let first = |(at, node): (usize, &Node)| if is_owned(node.0) { Owner::Nobody } else { Owner::One(at) };
    let mut owners: Vec<Owner> = graph.iter().enumerate().map(first).collect();
    loop {
        let before = owners.clone();
        for (from, node) in graph.iter().enumerate() {
            let owner = owners[from];
            for &(kind, to) in &node.2 {
                if kind == EdgeKind::WEAK || owner == Owner::Nobody || !is_owned(graph[to].0) {
                    continue;
                }
                owners[to] = match owners[to] {
                    Owner::Nobody => owner,
                    has if has == owner => has,
                    _ => Owner::Several,
                };
            }
        }
        if owners == before {
            return owners;
        }
    }
}

fn shallow(graph: &[Node]) -> Vec<u64> {
    let mut sizes: Vec<u64> = graph.iter().map(|node| u64::from(node.1)).collect();
    if user_roots(graph).is_empty() {
        return sizes;
    }
    for (node, owner) in owners(graph).into_iter().enumerate() {
        if let Owner::One(owner) = owner
            && owner != node
            && owner != 0
            && graph[owner].0 != NodeKind::SYNTHETIC
        {
            let size = std::mem::take(&mut sizes[node]);
            sizes[owner] += size;
        }
    }
    sizes
}

/// Distances by relaxing every edge until nothing changes, from the user roots, then the root.
fn distances(graph: &[Node]) -> Vec<Option<u32>> {
    let roots = user_roots(graph);
    let mut found: Vec<Option<u32>> = vec![None; graph.len()];
    for &root in &roots {
        found[root] = Some(1);
    }
    relax(graph, &mut found, &BTreeSet::new());
    found[0] = Some(if roots.is_empty() { 0 } else { 100_000_000 });
    let settled = (0..graph.len()).filter(|&node| found[node].is_some()).collect();
    relax(graph, &mut found, &settled);
    found
}

fn relax(graph: &[Node], found: &mut [Option<u32>], settled: &BTreeSet<usize>) {
    for _ in 0..graph.len() {
        for (from, node) in graph.iter().enumerate() {
            let Some(here) = found[from] else { continue };
            for &(kind, to) in &node.2 {
                let farther = found[to].is_none_or(|there| there > here + 1);
                if kind != EdgeKind::WEAK && farther && !settled.contains(&to) {
                    found[to] = Some(here + 1);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn shallow_sizes_go_to_single_owners(graph in graph()) {
        let known = Analysis::complete(build(&graph));
        prop_assert_eq!(known.shallow.iter().collect::<Vec<_>>(), shallow(&graph));
    }

    #[test]
    fn retained_sizes_are_what_taking_the_node_away_frees(graph in graph()) {
        let known = Analysis::complete(build(&graph));
        let sizes = shallow(&graph);
        let expected: Vec<u64> = dominated(graph.len(), &essential(&graph))
            .iter()
            .map(|held| held.iter().map(|&node| sizes[node]).sum())
            .collect();
        let found: Vec<u64> = known.heap.nodes().map(|node| known.retained(node).expect("complete")).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_immediate_dominator_is_the_closest_one(graph in graph()) {
        let known = Analysis::complete(build(&graph));
        let tree = known.dominators.as_ref().expect("complete");
        let held = dominated(graph.len(), &essential(&graph));
        for node in 1..graph.len() {
            // Of all others that dominate the node, the closest holds the least.
            let closest = (0..graph.len())
                .filter(|&other| other != node && held[other].contains(&node))
                .min_by_key(|&other| held[other].len())
                .expect("the root dominates everything");
            prop_assert_eq!(tree.of(NodeIx(node as u32)).ix(), closest);
        }
    }

    #[test]
    fn what_a_node_alone_holds_and_its_own_bytes_are_what_it_keeps(graph in graph()) {
        let known = Analysis::complete(build(&graph));
        for node in known.heap.nodes() {
            let rows = dominated::groups(&known, &[node]);
            let held: u64 = rows.iter().map(|row| row.retained).sum();
            prop_assert_eq!(known.retained(node), Some(held + known.shallow(node)));
            let below: u64 = rows.iter().flat_map(|row| dominated::groups(&known, &row.nodes)).map(|row| row.retained).sum();
            let own: u64 = rows.iter().map(|row| row.shallow).sum();
            prop_assert_eq!(held, below + own, "a row opens as one");
        }
    }

    #[test]
    fn a_class_retains_what_its_members_hold_together(graph in graph()) {
        let known = Analysis::complete(build(&graph));
        let sizes = shallow(&graph);
        let held = dominated(graph.len(), &essential(&graph));
        let retained = known.retained.as_ref().expect("complete");
        for class in known.classes.with_members() {
            let mut together: BTreeSet<usize> = BTreeSet::new();
            for member in known.classes.members(class) {
                together.extend(&held[member.ix()]);
            }
            let expected: u64 = together.iter().map(|&node| sizes[node]).sum();
            prop_assert_eq!(retained.class(class), expected);
        }
    }

    #[test]
    fn a_filter_counts_each_class_as_if_only_what_passes_were_there(graph in graph(), least in 0u64..40) {
        let known = Analysis::complete(build(&graph));
        let (sizes, held) = (shallow(&graph), dominated(graph.len(), &essential(&graph)));
        let filter = Filter::of([format!("size>{least}"), "!distance=2".to_owned()]).expect("good words");
        let found = Selection::of(&known, &filter, &Job::default()).expect("nobody cancels");
        let passes = |node: &NodeIx| sizes[node.ix()] > least && distances(&graph)[node.ix()] != Some(2);
        let retained = found.known.retained.as_ref().expect("complete");
        for class in (0..known.classes.len() as u32).map(ClassIx) {
            let members: Vec<NodeIx> = known.classes.members(class).iter().copied().filter(passes).collect();
            let together: BTreeSet<usize> = members.iter().flat_map(|node| &held[node.ix()]).copied().collect();
            prop_assert_eq!(found.known.classes.members(class), members);
            prop_assert_eq!(retained.class(class), together.iter().map(|&node| sizes[node]).sum::<u64>());
        }
        let all = known.classes.member_count();
        prop_assert_eq!(found.left_out, all - found.known.classes.member_count());
    }

    #[test]
    fn around_ignored_nodes_distances_are_those_of_a_graph_without_ways_in(graph in graph(), shut in 0usize..14) {
        let known = Analysis::complete(build(&graph));
        let shut = shut % graph.len();
        let around = Ignoring::new(&known, &[NodeIx(shut as u32)], &Job::default()).expect("nobody cancels");
        let mut cut = graph.clone();
        for (from, node) in cut.iter_mut().enumerate() {
            // A root of the program that is ignored still starts the way.
            node.2.retain(|&(_, to)| to != shut || from == 0 && user_roots(&graph).contains(&to));
        }
        let (usual, expected) = (distances(&graph), distances(&cut));
        for node in known.heap.nodes() {
            for row in retainers::list(&known, node, true) {
                let raw = around.distance(&row).and_then(Distance::raw);
                let lost = 200_000_000 + usual[row.from.ix()].unwrap_or(0);
                prop_assert_eq!(raw, Some(expected[row.from.ix()].unwrap_or(lost)));
            }
        }
    }

    #[test]
    fn distances_are_the_fewest_steps(graph in graph()) {
        let known = Analysis::complete(build(&graph));
        let found: Vec<_> = known.heap.nodes().map(|node| known.distance(node).and_then(Distance::raw)).collect();
        prop_assert_eq!(found, distances(&graph));
    }
}
