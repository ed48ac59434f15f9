//! Memory outside V8's heap, and that of a live process.

use serde::Serialize;

use crate::live::Pages;

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
