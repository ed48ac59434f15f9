//! Objects, their classes, and what holds them.

use std::borrow::Cow;

use serde::Serialize;

use super::Sum;

/// A row of `classes`.
#[derive(Serialize)]
pub struct Class<'a> {
    /// The constructor's name.
    pub class: &'a str,
    /// What tells classes of one name apart: `script,line,column,name` or `,name`.
    pub class_key: String,
    /// How many objects there are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
    /// The bytes they keep.
    pub retained: u64,
    /// DevTools' distance of the nearest; null where none was ever reached.
    pub distance: Option<u32>,
}

/// The body of `classes`.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct ClassRows<R> {
    /// Of [`Class`].
    pub rows: R,
    /// What `--filter` leaves out, tests on names aside.
    pub left_out: Sum,
}

/// A row of `objects`, a line of `nodes`.
#[derive(Serialize)]
pub struct Node<'a> {
    /// V8's number.
    pub id: u64,
    /// The node type, as the file names it.
    pub r#type: &'a str,
    /// The constructor's name.
    pub class: &'a str,
    /// The class it is counted in.
    pub class_key: &'a str,
    /// The name DevTools shows.
    pub name: Cow<'a, str>,
    /// Own bytes.
    pub shallow: u64,
    /// Bytes it keeps.
    pub retained: u64,
    /// DevTools' number: 100000000 and up for system-only objects, null where never reached.
    pub distance: Option<u32>,
    /// 0 unknown, 1 attached, 2 detached.
    pub detachedness: u8,
    /// The id of the immediate dominator; null for the root.
    pub dominator: Option<u64>,
    /// How many references start here.
    pub edges: usize,
    /// How many references lead here.
    pub retainers: usize,
}

/// A row of `object` and `containment`, and part of one of `retainers`: a reference and the node at its other end.
#[derive(Serialize)]
pub struct Reference<'a> {
    /// The edge type, as the file names it.
    pub edge_type: &'a str,
    /// What the edge is called; digits for elements.
    pub edge_name: Cow<'a, str>,
    /// The variable that a numbered slot of a scope stands for, where the file tells indirectly.
    pub variable: Option<Cow<'a, str>>,
    /// The node's id.
    pub id: u64,
    /// Its constructor's name.
    pub class: &'a str,
    /// The name DevTools shows.
    pub name: Cow<'a, str>,
    /// DevTools' distance; null where never reached.
    pub distance: Option<u32>,
    /// Own bytes.
    pub shallow: u64,
    /// Bytes it keeps.
    pub retained: u64,
    /// Whether the reference holds nothing.
    pub weak: bool,
    /// How many references away from the object asked for: 1, or up to `--depth`.
    pub level: usize,
    /// Whether the node already stands on the way here: a cycle, not followed further.
    pub repeats: bool,
}

/// The body of `object`.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct Inside<'a, R> {
    /// The object itself.
    pub object: Node<'a>,
    /// What it refers to: [`Reference`].
    pub rows: R,
}

/// The body of `path`.
#[derive(Serialize)]
pub struct Chain<'a> {
    /// From the object to the root.
    pub steps: Vec<Step<'a>>,
    /// The same in words, a line a step.
    pub text: String,
}

/// One link of a chain.
#[derive(Serialize)]
pub struct Step<'a> {
    /// The node's id.
    pub id: u64,
    /// Its constructor's name.
    pub class: &'a str,
    /// The name DevTools shows.
    pub name: Cow<'a, str>,
    /// The type of the edge by which the next step holds this one; null at the end.
    pub edge_type: Option<&'a str>,
    /// That edge's name.
    pub edge_name: Option<Cow<'a, str>>,
    /// The variable it stands for, as in [`Reference`].
    pub variable: Option<Cow<'a, str>>,
}

/// The body of `dominators`.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct Dominated<'a, R> {
    /// Who dominates the object asked for, up to the root; empty for the root.
    pub owners: Vec<Owner<'a>>,
    /// Of [`Held`].
    pub rows: R,
}

/// A row of `dominators`: nodes of one class held by the same owners.
#[derive(Serialize)]
pub struct Held<'a> {
    /// Their constructor's name.
    pub class: &'a str,
    /// What tells classes of one name apart.
    pub class_key: String,
    /// How many they are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
    /// The bytes they keep together.
    pub retained: u64,
    /// The id of the one that keeps most.
    pub id: u64,
    /// Its name.
    pub name: Cow<'a, str>,
    /// How deep it stands: 1, or up to `--depth`.
    pub level: usize,
}

/// A node that dominates the one asked for.
#[derive(Serialize)]
pub struct Owner<'a> {
    /// The node's id.
    pub id: u64,
    /// Its constructor's name.
    pub class: &'a str,
    /// The name DevTools shows.
    pub name: Cow<'a, str>,
    /// Own bytes.
    pub shallow: u64,
    /// Bytes it keeps.
    pub retained: u64,
}

/// A row of `retainers`.
#[derive(Serialize)]
pub struct Retainer<'a> {
    /// How and by whom; while objects are ignored, distances around them, and 200000000 and up
    /// where none leads there.
    #[serde(flatten)]
    pub reference: Reference<'a>,
    /// Whether `--ignore` names it.
    pub ignored: bool,
    /// Why V8 keeps the reference for itself: `root`, `shape`, `constructor`, `code`; else null.
    pub noise: Option<&'static str>,
    /// Where the reference is half of a WeakMap entry: the id of the key, if the file has that half.
    pub key: Option<u64>,
    /// And that of the table.
    pub table: Option<u64>,
}

/// A row of `retainers` of a class: references of one name from objects of one class.
#[derive(Serialize)]
pub struct RetainerKind<'a> {
    /// `element`, a name in quotes, `variable "name"`, `WeakMap value`, `slot`, `weak slot`.
    pub edge: &'a str,
    /// The retainers' constructor.
    pub class: &'a str,
    /// What tells classes of one name apart.
    pub class_key: String,
    /// How many references; several from one object to another count once.
    pub count: usize,
    /// How many different objects are held so.
    pub objects: usize,
    /// How many different retainers hold so.
    pub holders: usize,
    /// The id of one of them.
    pub example: u64,
}
