//! Writes a made-up snapshot of any size: `cargo run --release --example synth -- --nodes N
//! --shape SHAPE out.heapsnapshot`, with `--seed S` for another one of the same shape.
//!
//! Shapes: `realistic`, `list` (one chain), `fan` (one wide array), `retainers` (one object that
//! all others hold), `dense` (cycles everywhere), `strings` (long texts). The same arguments give
//! the same bytes. Memory: a few kilobytes, whatever the size.

mod record;
mod shape;
mod write;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use anyhow::Result;
use clap::Parser;

use shape::Shape;

/// Writes a made-up V8 heap snapshot.
#[derive(Parser)]
struct Args {
    /// How many nodes it has; three at least.
    #[arg(long, default_value_t = 100_000)]
    nodes: u32,
    /// How they hang together.
    #[arg(long, default_value = "realistic", value_parser = shape_named)]
    shape: Shape,
    /// Another number makes another snapshot of the same shape.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write it.
    out: PathBuf,
}

fn shape_named(name: &str) -> Result<Shape, String> {
    let known = || Shape::ALL.map(Shape::name).join(", ");
    Shape::ALL.into_iter().find(|shape| shape.name() == name).ok_or_else(|| format!("shapes are {}", known()))
}

fn main() -> Result<()> {
    let args = Args::parse();
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&args.out)?);
    write::snapshot(&mut out, args.shape, args.nodes, args.seed)?;
    Ok(out.flush()?)
}
