//! Dominators of knotted graphs of many nodes, against another algorithm.
//!
//! Small random graphs are held against the definition; what only shows in large
//! ones, nodes that thousands refer to and ways that are compressed over and over, is held here
//! against the iteration of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance Algorithm", 2001).

use leaktui::{
    analysis::Analysis,
    heap::{EdgeKind, Heap, NodeKind},
};

use crate::{Node, build};

/// Nodes of a graph: several of the blocks that are linked at once.
const NODES: u32 = 50_000;
/// The nodes from here on lie outside the page.
const OUTSIDE: u32 = NODES / 2;
/// Nodes of either half that an edge in eight leads to.
const HUBS: u32 = 3;

/// Numbers that look random, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(end)) as u32
    }
}

/// Each node's targets: the root's are a page (1) and what lies outside ([`OUTSIDE`]). Edges lead
/// `near` nodes away at most, or to a hub.
fn graph(seed: u64, most: u32, near: u32) -> Vec<Vec<u32>> {
    let mut dice = Dice(seed);
    let mut edges = vec![vec![1, OUTSIDE]];
    for node in 1..NODES {
        let half = if node < OUTSIDE { 1..OUTSIDE } else { OUTSIDE..NODES };
        let mut target = || match dice.below(8) {
            0 => half.start + dice.below(HUBS),
            1 if node >= OUTSIDE => 1 + dice.below(OUTSIDE - 1),
            _ => (node + dice.below(2 * near)).saturating_sub(near).clamp(half.start, half.end - 1),
        };
        let mut targets: Vec<u32> = (0..most).map(|_| target()).collect();
        targets.truncate(dice.below(most + 1) as usize);
        // So that all is reached: a tree below the searched edges, followed last.
        targets.extend(
            [2 * node - half.start + 1, 2 * node - half.start + 2].iter().filter(|to| half.contains(to)),
        );
        edges.push(targets);
    }
    edges
}

fn heap(edges: &[Vec<u32>]) -> Heap {
    let kind = |node| match node {
        0 | OUTSIDE => NodeKind::SYNTHETIC,
        _ => NodeKind::OBJECT,
    };
    let edge = |node, to| match (node, to) {
        (0, 1) => (EdgeKind::SHORTCUT, 1),
        _ => (EdgeKind::PROPERTY, to as usize),
    };
    let node = |(node, targets): (u32, &Vec<u32>)| {
        (kind(node), 8, targets.iter().map(|&to| edge(node, to)).collect())
    };
    build(&(0..).zip(edges).map(node).collect::<Vec<Node>>())
}

/// Nodes in the order in which a depth-first search from the root leaves them.
fn postorder(edges: &[Vec<u32>]) -> Vec<u32> {
    let (mut order, mut seen) = (Vec::new(), vec![false; edges.len()]);
    let mut open = vec![(0, 0)];
    seen[0] = true;
    while let Some((node, next)) = open.last_mut() {
        match edges[*node as usize].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to as usize], true) {
                    open.push((to, 0));
                }
            }
            None => order.extend(open.pop().map(|(node, _)| node)),
        }
    }
    order
}

/// The immediate dominator of each node, all of which the root reaches.
fn iterated(edges: &[Vec<u32>]) -> Vec<u32> {
    let order = postorder(edges);
    let mut place = vec![0; edges.len()];
    let mut sources = vec![Vec::new(); edges.len()];
    order.iter().enumerate().for_each(|(at, &node)| place[node as usize] = at);
    for (from, targets) in edges.iter().enumerate() {
        for &to in targets {
            sources[to as usize].push(from as u32);
        }
    }
    let mut idom: Vec<Option<u32>> = vec![None; edges.len()];
    idom[0] = Some(0);
    let mut changes = true;
    while std::mem::take(&mut changes) {
        for &node in order.iter().rev().filter(|&&node| node != 0) {
            let known = sources[node as usize].iter().copied().filter(|&from| idom[from as usize].is_some());
            let nearest = known.reduce(|mut one, mut other| {
                while one != other {
                    let further =
                        if place[one as usize] < place[other as usize] { &mut one } else { &mut other };
                    *further = idom[*further as usize].expect("it was met on the way");
                }
                one
            });
            changes |= nearest != idom[node as usize];
            idom[node as usize] = nearest;
        }
    }
    idom.into_iter().map(|idom| idom.expect("it is reached")).collect()
}

#[test]
fn knots_are_held_by_the_same_nodes_as_another_algorithm_says() {
    for (seed, most, near) in [(1, 1, NODES), (2, 3, NODES), (3, 12, NODES), (4, 2, 20), (5, 6, 300)] {
        let mut edges = graph(seed, most, near);
        let known = Analysis::complete(heap(&edges));
        let retainers = known.retainers.as_ref().expect("complete");
        let most_held = known.heap.nodes().map(|node| retainers.count(node)).max();
        assert!(most_held > Some(400), "some are held by very many: {most_held:?}");
        // What lies outside a page does not hold what is in it.
        edges[OUTSIDE as usize..].iter_mut().for_each(|targets| targets.retain(|&to| to >= OUTSIDE));
        let tree = known.dominators.as_ref().expect("complete");
        let found: Vec<u32> = known.heap.nodes().map(|node| tree.of(node).0).collect();
        let inner = found.iter().filter(|&&holder| holder != 0).count();
        assert!(inner > 1_000, "not all hang from the root: {inner}");
        assert!(found == iterated(&edges), "seed {seed}");
    }
}
