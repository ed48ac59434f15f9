//! What sampling profiles say.

use std::borrow::Cow;

use serde::Serialize;

use super::RowsOf;

/// What `profile` prints: a [`Document`](super::Document) of profiles.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct ProfileDocument<'a, R> {
    /// `leaktui/profile/1`.
    pub schema: &'static str,
    /// The profiles read, oldest first.
    pub files: Vec<ProfileFile<'a>>,
    /// What is missing or doubtful in them.
    pub warnings: Vec<String>,
    /// Sums over all rows, those beyond `--limit` included.
    pub total: ProfileTotal,
    /// [`Share`], [`ShareChange`] or [`Level`].
    #[serde(flatten)]
    pub body: RowsOf<R>,
}

/// One profile.
#[derive(Serialize)]
pub struct ProfileFile<'a> {
    /// The file's name, without its folder.
    pub name: &'a str,
    /// How many calls it holds, after `--focus` and `--exclude`.
    pub calls: usize,
    /// The bytes sampled, after `--focus`.
    pub size: u64,
}

/// Sums over the rows of `profile`.
#[derive(Serialize)]
pub struct ProfileTotal {
    /// How many rows there are.
    pub rows: usize,
    /// The bytes sampled, in all files.
    pub size: u64,
}

/// A function, script or package of a profile.
#[derive(Serialize)]
pub struct Grouped<'a> {
    /// A function's name, a script's URL or a package's name.
    pub name: Cow<'a, str>,
    /// Of a function: the script's URL.
    pub script: &'a str,
    /// Of a function: counted from 1, 0 where unknown.
    pub line: u32,
    /// Of a function: counted from 1, 0 where unknown.
    pub column: u32,
}

/// Bytes allocated by calls themselves, and with all below.
#[derive(Serialize)]
pub struct Bytes {
    /// By the calls themselves.
    #[serde(rename = "self")]
    pub own: u64,
    /// With all below.
    pub total: u64,
}

/// A row of `profile`.
#[derive(Serialize)]
pub struct Share<'a> {
    /// What it is.
    #[serde(flatten)]
    pub what: Grouped<'a>,
    /// Bytes its calls allocated themselves.
    #[serde(rename = "self")]
    pub own: u64,
    /// Bytes allocated in or below its calls.
    pub total: u64,
}

/// A row of `profile BEFORE AFTER`.
#[derive(Serialize)]
pub struct ShareChange<'a> {
    /// What it is.
    #[serde(flatten)]
    pub what: Grouped<'a>,
    /// In the older profile.
    pub before: Bytes,
    /// In the newer profile.
    pub after: Bytes,
}

/// A row of `profile --tree` and `--heavy`: each stands below the last row of the level before its own.
#[derive(Serialize)]
pub struct Level<'a> {
    /// How many calls, or callers, away from the first.
    pub level: usize,
    /// The function.
    #[serde(flatten)]
    pub what: Grouped<'a>,
    /// Bytes the call allocated itself; null of callers.
    #[serde(rename = "self")]
    pub own: Option<u64>,
    /// Bytes allocated in or below it, or through this caller.
    pub total: u64,
}
