//! Where live objects were allocated, and when.

use std::borrow::Cow;

use serde::Serialize;

/// A row of `allocations`: a function, and what it allocated itself.
#[derive(Serialize)]
pub struct Allocation<'a> {
    /// Where the function stands.
    #[serde(flatten)]
    pub function: Function<'a>,
    /// Whether it stands for living objects without a stack that it is the constructor of.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_class: bool,
    /// In this timeline.
    #[serde(flatten)]
    pub sums: Allocated,
    /// With all that it called, each call counted once; not of callers, nor with `--against`.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub inclusive: Option<Inclusive>,
    /// With `--against`: in the older timeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Allocated>,
    /// With `--callers`: who called it, each with its share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<Allocation<'a>>,
}

/// A function, and a step of the `stack` of an object.
#[derive(Serialize)]
pub struct Function<'a> {
    /// Its name; empty for anonymous ones.
    pub function: Cow<'a, str>,
    /// The script's URL.
    pub script: Cow<'a, str>,
    /// Counted from 1, 0 where unknown.
    pub line: u32,
    /// Counted from 1, 0 where unknown.
    pub column: u32,
}

/// What was allocated, and what of it lives.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Allocated {
    /// Objects that live.
    pub live_count: u64,
    /// Objects allocated.
    pub count: u64,
    /// Bytes of those that live.
    pub live_size: u64,
    /// Bytes allocated.
    pub size: u64,
}

/// What a function and all that it called allocated.
#[derive(Clone, Copy, Serialize)]
pub struct Inclusive {
    /// Objects that live.
    pub inclusive_live_count: u64,
    /// Objects allocated.
    pub inclusive_count: u64,
    /// Bytes of those that live.
    pub inclusive_live_size: u64,
    /// Bytes allocated.
    pub inclusive_size: u64,
}

/// Sums over the rows of `allocations`.
#[derive(Serialize)]
pub struct AllocationTotal {
    /// How many functions there are.
    pub rows: usize,
    /// What all of them allocated.
    #[serde(flatten)]
    pub sums: Allocated,
}

/// The body of `allocations FILE @ID`.
#[derive(Serialize)]
pub struct Stack<'a> {
    /// Innermost first.
    pub stack: Vec<Function<'a>>,
    /// Where it was probably allocated, if its own stack was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probable: Option<Probable<'a>>,
}

/// The stack that an object's constructor was called from most.
#[derive(Serialize)]
pub struct Probable<'a> {
    /// The object of that constructor: itself, or one allocated beside it.
    pub of: u64,
    /// Innermost first.
    pub stack: Vec<Function<'a>>,
}

/// A row of `timeline`: what was allocated between two samples and lives.
#[derive(Serialize)]
pub struct Bar {
    /// When it ended, in milliseconds since the recording began.
    pub time_ms: f64,
    /// Ids are above this one.
    pub above_id: u64,
    /// Ids are up to this one.
    pub up_to_id: u64,
    /// Objects that live.
    pub count: u64,
    /// Their own bytes.
    pub shallow: u64,
}
