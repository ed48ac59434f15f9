//! The JSON contract: every name a program may rely on stands in this folder.
//!
//! Names never change; more may be added. Bytes are integers. Every command but `nodes` prints
//! one [`Document`]; `nodes` prints a [`Node`] a line. Characters that [`crate::text::clean`] would
//! not let through to a terminal (controls, bidirectional marks, invisible ones) are written
//! as `\u` escapes, so that JSON is as safe to look at as a table and still says exactly what
//! the snapshot says. Rows are written as they are made, whatever their number.

mod allocation;
mod compare;
mod contents;
mod native;
mod object;
mod profile;

use std::borrow::Cow;

use serde::Serialize;

pub use crate::json::{Lazy, write_line};

pub use self::{
    allocation::{Allocated, Allocation, AllocationTotal, Bar, Function, Inclusive, Probable, Stack},
    compare::{Difference, DifferenceTotal, Figures, Grown, GrownRows, GrowthTotal, Moved},
    contents::{Category, Explained, Made, Member, Realm, Text, TypeSum},
    native::{NativeClass, NativeHolder, NativeRows, NativeTotal, Watched, WatchedTrend},
    object::{
        Chain, Class, ClassRows, Dominated, Held, Inside, Node, Owner, Reference, Retainer, RetainerKind,
        Step,
    },
    profile::{Bytes, Grouped, Level, ProfileDocument, ProfileFile, ProfileTotal, Share, ShareChange},
};

/// What every command but `nodes` prints.
#[derive(Serialize)]
pub struct Document<'a, B, T = Total> {
    /// `leaktui/COMMAND/1`.
    pub schema: String,
    /// The snapshots read, oldest first.
    pub files: Vec<File<'a>>,
    /// What is missing or doubtful in them.
    pub warnings: Cow<'a, [String]>,
    /// Sums over all rows, those beyond `--limit` included.
    pub total: T,
    /// What the command answers: [`RowsOf`], [`Inside`], [`Chain`], [`Made`] and others.
    #[serde(flatten)]
    pub body: B,
}

/// One snapshot.
#[derive(Serialize)]
pub struct File<'a> {
    /// The file's name, without its folder.
    pub name: &'a str,
    /// Its size once unpacked.
    pub bytes: u64,
    /// What wrote it, as far as it says.
    pub producer: &'a str,
    /// How many nodes it holds.
    pub nodes: usize,
    /// How many edges it holds.
    pub edges: usize,
    /// The heap's bytes: DevTools' total size.
    pub size: u64,
}

/// Sums over the rows of a document.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Total {
    /// How many rows there are.
    pub rows: usize,
    /// How many objects they stand for.
    pub count: usize,
    /// The objects' own bytes.
    pub shallow: u64,
}

/// A body of rows.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct RowsOf<R> {
    /// Of [`Class`], [`Node`] or [`Reference`].
    pub rows: R,
}

/// So many objects, of so many bytes.
#[derive(Clone, Copy, Serialize)]
pub struct Sum {
    /// How many they are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
}
