//! The JSON contract: every name a program may rely on stands in this file.
//!
//! Names never change; more may be added. Bytes are integers. Every command but `nodes` prints
//! one [`Document`]; `nodes` prints a [`Node`] a line. Characters that [`text::clean`] would
//! not let through to a terminal (controls, bidirectional marks, invisible ones) are written
//! as `\u` escapes, so that JSON is as safe to look at as a table and still says exactly what
//! the snapshot says. Rows are written as they are made, whatever their number.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use crate::text;

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

/// The body of `classes`.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct ClassRows<R> {
    /// Of [`Class`].
    pub rows: R,
    /// What `--filter` leaves out, tests on names aside.
    pub left_out: Sum,
}

/// So many objects, of so many bytes.
#[derive(Clone, Copy, Serialize)]
pub struct Sum {
    /// How many they are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
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

/// The body of `path`.
#[derive(Serialize)]
pub struct Chain<'a> {
    /// From the object to the root.
    pub steps: Vec<Step<'a>>,
    /// The same in words, a line a step.
    pub text: String,
}

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

/// A row of `allocations`: a function, and what it allocated itself.
#[derive(Serialize)]
pub struct Allocation<'a> {
    /// Where the function stands.
    #[serde(flatten)]
    pub function: Function<'a>,
    /// In this timeline.
    #[serde(flatten)]
    pub sums: Allocated,
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

/// Sums over the rows of `allocations`.
#[derive(Default, Serialize)]
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

/// What `profile` prints: a [`Document`] of profiles.
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

/// What `watch --json` prints: a line a sample. What nobody tells is null, never 0.
#[derive(Serialize)]
pub struct Watched {
    /// `leaktui/watch/1`.
    pub schema: &'static str,
    /// Since the watch began.
    pub time_ms: u64,
    /// The JavaScript heap in use.
    pub heap_used: Option<u64>,
    /// What is reserved for it.
    pub heap_total: Option<u64>,
    /// Memory of C++ objects that JavaScript holds, array buffers included.
    pub external: Option<u64>,
    /// Array buffers.
    pub array_buffers: Option<u64>,
    /// Pages in memory.
    pub rss: Option<u64>,
    /// Pages that neither the heap nor external memory explains.
    pub rest: Option<u64>,
    /// Pages that belong to no file.
    pub anonymous: Option<u64>,
    /// Pages put out to the disk.
    pub swap: Option<u64>,
    /// Garbage collections since the watch began.
    pub gc_count: Option<u64>,
    /// How late the event loop was at worst since the line before.
    pub loop_delay_ms: Option<f64>,
    /// Bytes a minute; null where it is too early.
    pub trend: WatchedTrend,
    /// `heap`, `buffers`, `outside`, `rss` (grows, nobody knows what), `steady` or `unknown`.
    pub verdict: &'static str,
    /// The same in a sentence.
    pub text: String,
}

/// Trends of a watch, in bytes a minute.
#[derive(Serialize)]
pub struct WatchedTrend {
    /// Of the heap in use.
    pub heap: Option<i64>,
    /// Of external memory.
    pub buffers: Option<i64>,
    /// Of the rest.
    pub outside: Option<i64>,
    /// Of all pages.
    pub rss: Option<i64>,
}

/// The body of `native`.
#[derive(Serialize)]
pub struct NativeRows<'a> {
    /// Native objects by class.
    pub rows: Vec<NativeClass<'a>>,
    /// Who keeps the array buffers.
    pub holders: Vec<NativeHolder<'a>>,
    /// What of the process's pages is explained; null where no record lies beside the snapshot.
    pub process: Option<Pages>,
}

/// A row of `native`.
#[derive(Serialize)]
pub struct NativeClass<'a> {
    /// The class of native objects.
    pub class: &'a str,
    /// How many there are.
    pub count: u64,
    /// Their bytes, as the producer wrote them.
    pub size: u64,
}

/// Objects of one class that each alone keep array buffers.
#[derive(Serialize)]
pub struct NativeHolder<'a> {
    /// The id of the one that keeps most; the root's where several objects share the buffers.
    pub id: u64,
    /// Their constructor's name.
    pub class: &'a str,
    /// How many objects.
    pub objects: u64,
    /// What they are and who refers to that one.
    pub text: String,
    /// How many buffers.
    pub count: u64,
    /// Their bytes.
    pub size: u64,
}

/// The pages of a process in memory, and what they are, in bytes.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Pages {
    /// All of them.
    pub rss: u64,
    /// Objects in V8's heap.
    pub heap: u64,
    /// Outside V8's heap, in the snapshot.
    pub native: u64,
    /// Reserved by V8 and not in use.
    pub reserved: u64,
    /// What no snapshot explains.
    pub unexplained: u64,
}

/// Sums over all rows of `native`, in bytes.
#[derive(Serialize)]
pub struct NativeTotal {
    /// How many classes there are.
    pub rows: usize,
    /// All native memory.
    pub size: u64,
    /// Array buffers.
    pub array_buffers: u64,
    /// The text of strings that lies outside the heap.
    pub external_strings: u64,
    /// All other native objects.
    pub others: u64,
    /// Bytes that belong to no node.
    pub extra_native_bytes: u64,
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

/// A row of `diff`, and the sums of all. What is new or deleted is null where the snapshots are
/// of two processes, between which ids mean nothing.
#[derive(Serialize)]
pub struct Difference<'a> {
    /// The constructor's name.
    pub class: &'a str,
    /// What tells classes of one name apart.
    pub class_key: &'a str,
    /// Objects only the newer snapshot has.
    pub new: Option<usize>,
    /// Objects only the older snapshot has.
    pub deleted: Option<usize>,
    /// By how many objects the class grew.
    pub delta: i64,
    /// Bytes of the new objects.
    pub allocated: Option<u64>,
    /// Bytes of the deleted objects.
    pub freed: Option<u64>,
    /// Allocated less freed; of unrelated snapshots the growth of the class's own bytes.
    pub size_delta: i64,
    /// Whether all that came and went are native objects, whose ids are addresses: nothing may
    /// have happened at all.
    pub noise: bool,
    /// The class in the older snapshot.
    pub before: Figures,
    /// The class in the newer snapshot.
    pub after: Figures,
    /// With `--ids`: the new objects' ids, ascending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_ids: Option<Vec<u64>>,
    /// With `--ids`: the deleted objects' ids, ascending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_ids: Option<Vec<u64>>,
}

/// A class in one snapshot.
#[derive(Serialize)]
pub struct Figures {
    /// How many objects there are.
    pub count: usize,
    /// Their own bytes.
    pub shallow: u64,
    /// The bytes they keep.
    pub retained: u64,
}

/// Sums over the rows of `diff`.
#[derive(Clone, Copy, Default, Serialize)]
pub struct DifferenceTotal {
    /// How many rows there are.
    pub rows: usize,
    /// By how many objects the classes grew.
    pub delta: i64,
    /// By how many bytes.
    pub size_delta: i64,
}

/// A row of `growth`.
#[derive(Serialize)]
pub struct Grown<'a> {
    /// What it is called.
    pub what: &'a str,
    /// `map or set`, `array`, `dictionary`, `linked list`, `field`, `root`, `engine`, `unreachable`.
    pub kind: &'static str,
    /// Entries in each snapshot, 0 before it was there; null where nothing is counted.
    pub counts: &'a [Option<u64>],
    /// By how much the bytes freed with it grew.
    pub retained_growth: i64,
    /// Bytes charged to this row and no other: all rows sum to the growth of the heap.
    pub shallow_growth: i64,
    /// How it is held, from a root down, names only.
    pub chain: &'a str,
    /// The id of an object to look at, in the last snapshot.
    pub example: Option<u64>,
    /// `grew`, `minor`, `linear`, `step`, `plateau`, `noisy`, `transient`, `warm-up`, `shrank`, `steady`.
    pub verdict: &'static str,
    /// R² of a straight line, with the verdict `linear`.
    pub fit: Option<f64>,
    /// The class most of the new bytes hang from.
    pub class: Option<&'a str>,
    /// The file of the module it belongs to.
    pub module: Option<&'a str>,
    /// New objects charged to it.
    pub new: usize,
    /// Deleted objects charged to it.
    pub deleted: usize,
    /// How many different objects hold the example, V8's own left out.
    pub holders: usize,
    /// All of it in a sentence.
    pub text: String,
}

/// The body of `growth`.
#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
pub struct GrownRows<'a, R> {
    /// Of [`Grown`].
    pub rows: R,
    /// Objects that only changed their class.
    pub moved: Vec<Moved<'a>>,
}

/// So many objects went from one class to another: deleted here and new there in `diff`.
#[derive(Serialize)]
pub struct Moved<'a> {
    /// What they were called.
    pub from: &'a str,
    /// What they are called now.
    pub to: &'a str,
    /// How many they are.
    pub count: usize,
}

/// Sums over the rows of `growth`.
#[derive(Clone, Copy, Serialize)]
pub struct GrowthTotal {
    /// How many rows there are.
    pub rows: usize,
    /// By how many bytes the heap grew.
    pub shallow_growth: i64,
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

/// Rows that are made while they are written.
pub struct Lazy<F>(pub F);

impl<F, I> Serialize for Lazy<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes one value and a line end.
///
/// # Errors
///
/// What `out` answers.
pub fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Shown))?;
    out.write_all(b"\n")
}

/// Compact JSON in which nothing drives a terminal.
struct Shown;

impl Formatter for Shown {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return out.write_all(fragment.as_bytes());
        }
        fragment.chars().try_for_each(|c| write_char(out, c))
    }
}

fn write_char<W: ?Sized + Write>(out: &mut W, c: char) -> io::Result<()> {
    let mut utf8 = [0; 4];
    let shown: &str = c.encode_utf8(&mut utf8);
    if c.is_ascii_graphic() || c == ' ' || text::clean(shown) == shown {
        return out.write_all(shown.as_bytes());
    }
    let mut utf16 = [0; 2];
    c.encode_utf16(&mut utf16).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        write_line(&mut out, value).expect("a Vec takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn what_would_drive_a_terminal_is_escaped_and_comes_back() {
        let hostile = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}漢\"\\\u{e0041}";
        let written = json(&hostile);
        assert_eq!(written, "\"a\\u001b[31m\\u007f\\u009b\\u202e漢\\\"\\\\\\udb40\\udc41\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).expect("valid JSON"), hostile);
    }

    #[test]
    fn rows_are_written_as_they_are_made() {
        let body = RowsOf { rows: Lazy(|| (0..3).map(|count| Sum { count, shallow: 0 })) };
        let document = Document {
            schema: "leaktui/test/1".to_owned(),
            files: Vec::new(),
            warnings: Cow::Borrowed(&[]),
            total: Total::default(),
            body,
        };
        let rows = r#"[{"count":0,"shallow":0},{"count":1,"shallow":0},{"count":2,"shallow":0}]"#;
        let head = r#"{"schema":"leaktui/test/1","files":[],"warnings":[],"total":{"rows":0,"count":0,"shallow":0},"#;
        assert_eq!(json(&document), format!("{head}\"rows\":{rows}}}\n"));
    }
}
