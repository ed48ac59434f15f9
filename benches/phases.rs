//! Each phase of loading and analysis on a made-up heap of 200,000 nodes, in bytes, nodes or
//! edges a second: `cargo bench`.

#![allow(missing_docs, reason = "criterion's macros make public items")]

mod explorer;
#[path = "../examples/synth/mod.rs"]
mod synth;

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossterm::event::KeyCode;
use leaktui::{
    analysis::{
        Analysis, phase,
        strings::{self, duplicates, patterns, search, search::Query},
    },
    heap::Heap,
    job::Job,
    snapshot::{Input, load},
};
use synth::{shape, write};

const NODES: u32 = 200_000;

fn input(shape: shape::Shape) -> Input {
    let mut bytes = Vec::new();
    write::snapshot(&mut bytes, shape, NODES, 1).expect("memory takes all");
    Input::Bytes { label: shape.name().to_owned(), bytes: Arc::new(bytes) }
}

fn size(input: &Input) -> u64 {
    match input {
        Input::Bytes { bytes, .. } => (**bytes).as_ref().len() as u64,
        _ => 0,
    }
}

fn heap(input: &Input) -> Heap {
    load(input, &Job::default()).expect("it is sound").heap
}

/// `scan` is nearly all numbers, `strings` nearly all text.
fn loading(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("load");
    let texts = shape::Shape::Strings;
    for (name, shape) in
        [("scan", shape::Shape::Dense), ("mixed", shape::Shape::Realistic), ("strings", texts)]
    {
        let input = input(shape);
        group.throughput(Throughput::Bytes(size(&input)));
        group.bench_function(name, |bench| bench.iter(|| black_box(heap(&input))));
    }
}

fn analysis(bench: &mut Criterion) {
    let heap = Arc::new(heap(&input(shape::Shape::Realistic)));
    let known = phase::classes(&heap);
    let held = phase::dominators(&known);
    let mut group = bench.benchmark_group("analysis");
    group.throughput(Throughput::Elements(heap.edge_count() as u64));
    group.bench_function("in-edges", |bench| bench.iter(|| black_box(phase::in_edges(&heap))));
    group.bench_function("distance", |bench| bench.iter(|| black_box(phase::distances(&known))));
    group.bench_function("dominators", |bench| bench.iter(|| black_box(phase::dominators(&known))));
    group.throughput(Throughput::Elements(heap.node_count() as u64));
    group.bench_function("retained", |bench| bench.iter(|| black_box(phase::retained(&known, &held))));
    group.bench_function("classes", |bench| bench.iter(|| black_box(phase::classes(&heap))));
    group.bench_function("filter", |bench| bench.iter(|| black_box(filtered(&known, "user"))));
    group.bench_function("everything", |bench| {
        bench.iter(|| black_box(Analysis::run(Arc::clone(&heap), &Job::default(), |_| ())));
    });
}

/// On a heap that is nearly all text.
fn strings(bench: &mut Criterion) {
    let known = Analysis::complete(heap(&input(shape::Shape::Strings)));
    let job = Job::default();
    let query = Query::text("needle in a haystack", true).expect("a text");
    let mut group = bench.benchmark_group("strings");
    group.throughput(Throughput::Elements(strings::all(&known).len() as u64));
    group.bench_function("search", |bench| {
        bench.iter(|| search::search(&known, &query, &job, |hits| drop(black_box(hits))));
    });
    group.bench_function("duplicates", |bench| bench.iter(|| black_box(duplicates::find(&known, &job))));
    group.bench_function("patterns", |bench| bench.iter(|| black_box(patterns::find(&known, &job))));
}

/// How many nodes show this text.
fn filtered(known: &Analysis, text: &str) -> usize {
    known.heap.nodes().filter(|&node| known.names.text(&known.heap, node).contains(text)).count()
}

/// A key press and its frame, down a list and up again.
fn frame(bench: &mut Criterion) {
    let heap = Arc::new(heap(&input(shape::Shape::Realistic)));
    let known = Analysis::run(heap, &Job::default(), |_| ()).expect("nobody cancels");
    let mut explorer = explorer::Explorer::of(&known);
    let mut keys = [KeyCode::Down, KeyCode::Down, KeyCode::Up].into_iter().cycle();
    bench.bench_function("frame", |bench| bench.iter(|| keys.next().map(|key| explorer.press(key))));
}

criterion_group! {
    name = phases;
    config = Criterion::default().sample_size(20);
    targets = loading, analysis, strings, frame
}
criterion_main!(phases);
