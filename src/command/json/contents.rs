//! What a heap is made of: categories, types, realms, texts.

use std::borrow::Cow;

use serde::Serialize;

use super::Sum;

/// The body of `stats`.
#[derive(Serialize)]
pub struct Made<'a> {
    /// As DevTools' Statistics view names them; together they are the whole heap.
    pub categories: Vec<Category<'a>>,
    /// Nodes by type, most bytes first.
    pub types: Vec<TypeSum<'a>>,
    /// The realms, and the bytes that are each one's own.
    pub native_contexts: Vec<Realm<'a>>,
    /// Bytes that several realms share.
    pub shared: u64,
    /// Bytes that belong to no realm.
    pub unattributed: u64,
    /// Bytes outside V8's heap that belong to no node.
    pub extra_native_bytes: u64,
    /// Objects that no way from any root leads to.
    pub unreachable: Option<Sum>,
}

/// Nodes of one type.
#[derive(Serialize)]
pub struct TypeSum<'a> {
    /// As the file names it.
    pub r#type: &'a str,
    /// How many there are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
}

/// A native context.
#[derive(Serialize)]
pub struct Realm<'a> {
    /// Its node's id.
    pub id: u64,
    /// Its node's name.
    pub name: Cow<'a, str>,
    /// The bytes of what is its own.
    pub shallow: u64,
}

/// A part of the heap.
#[derive(Serialize)]
pub struct Category<'a> {
    /// DevTools' name for it.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: u64,
    /// Its largest nodes, largest first.
    pub largest: Vec<Member<'a>>,
}

/// A node of a part of the heap.
#[derive(Serialize)]
pub struct Member<'a> {
    /// V8's number.
    pub id: u64,
    /// The constructor's name.
    pub class: &'a str,
    /// The name DevTools shows.
    pub name: Cow<'a, str>,
    /// The bytes it counts there, an array's elements with it.
    pub bytes: u64,
}

/// A row of `strings`: a text, or with `--patterns` a pattern, and the strings that have it.
#[derive(Serialize)]
pub struct Text<'a> {
    /// As far as the file holds it.
    pub text: Cow<'a, str>,
    /// How many strings they are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
    /// The bytes they keep.
    pub retained: u64,
    /// With `--duplicates`: bytes of all copies but the largest; 0 where it is not certain.
    pub wasted: u64,
    /// Whether the file holds the beginning only.
    pub truncated: bool,
    /// The first one's length in UTF-16 units; of truncated ones as their bytes tell.
    pub length: u64,
    /// The id of the first one.
    pub id: u64,
}

/// A row of `explain`.
#[derive(Serialize)]
pub struct Explained {
    /// The name of a node or class, or what it begins with.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Why it grows and what to do.
    pub advice: &'static str,
}
