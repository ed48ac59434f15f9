//! Made-up snapshots: what the generator writes loads, and is the same each time.

#[path = "../examples/synth/mod.rs"]
mod synth;

use std::sync::Arc;

use leaktui::{
    analysis::{Analysis, Distance},
    job::Job,
    snapshot::{Input, load},
};
use synth::{shape::Shape, write};

const NODES: u32 = 10_000;

fn written(shape: Shape, seed: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write::snapshot(&mut bytes, shape, NODES, seed).expect("memory takes all");
    bytes
}

fn analysed(shape: Shape) -> Analysis {
    let input = Input::Bytes { label: shape.name().to_owned(), bytes: Arc::new(written(shape, 1)) };
    Analysis::complete(load(&input, &Job::default()).expect("it is sound").heap)
}

#[test]
fn every_shape_loads_with_all_its_nodes() {
    for shape in Shape::ALL {
        let known = analysed(shape);
        assert_eq!(known.heap.node_count(), NODES as usize, "{}", shape.name());
        let root = known.retained(known.heap.root()).expect("complete");
        assert_eq!(root, known.total_size(), "{}: the root holds everything", shape.name());
    }
}

#[test]
fn the_same_seed_writes_the_same_bytes() {
    for shape in Shape::ALL {
        assert!(written(shape, 7) == written(shape, 7), "{}", shape.name());
    }
    assert!(written(Shape::Realistic, 7) != written(Shape::Realistic, 8));
}

#[test]
fn a_list_is_as_deep_as_it_has_nodes() {
    let known = analysed(Shape::List);
    let last = known.heap.nodes().next_back().expect("there are nodes");
    assert_eq!(known.distance(last).and_then(Distance::steps), Some(NODES - 2));
}

#[test]
fn nodes_of_the_fan_hang_from_one_array_and_of_retainers_from_one_object() {
    let fan = analysed(Shape::Fan);
    let widest = |known: &Analysis| known.heap.nodes().map(|node| known.heap.edges(node).len()).max();
    assert_eq!(widest(&fan), Some(NODES as usize - 4));
    let held = analysed(Shape::Retainers);
    let retainers = held.retainers.as_ref().expect("complete");
    assert!(held.heap.nodes().any(|node| retainers.count(node) == NODES as usize - 4));
}
