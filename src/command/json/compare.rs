//! What changed between snapshots.

use serde::Serialize;

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
