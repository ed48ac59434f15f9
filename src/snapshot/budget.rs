//! Will a snapshot fit into memory?
//!
//! Known before anything is read: the header counts nodes and edges, and each costs so many
//! bytes while it is read and analysed. Text stays in the file and its pages can be dropped, so
//! it costs nothing. Where the header does not count, the file's size is the measure. The
//! figures are upper bounds of what real heaps take, a fifth or so above it.

use std::{
    fmt,
    fs::File,
    io::Read,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Input, memory};

/// Bytes that the columns of a node take once read, with its share of strings and locations.
const NODE: u64 = 26;
/// Bytes that the columns of an edge take.
const EDGE: u64 = 9;
/// Bytes a node for classes, own sizes and distances while they are worked out.
const NODE_CLASSES: u64 = 25;
/// Bytes a node for dominators and retained sizes, those for classes included.
const NODE_RETAINED: u64 = 56;
/// Bytes an edge for retainers.
const EDGE_RETAINED: u64 = 4;
/// Nodes and edges of a file whose header does not count: one for so many bytes.
const BYTES_A_NODE: u64 = 75;
const BYTES_AN_EDGE: u64 = 16;
/// What the program takes in any case.
const PROGRAM: u64 = 16 << 20;
/// How much of a file is looked at for its header.
const HEAD: u64 = 64 << 10;

/// Bytes of memory that a snapshot will take at the most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Need {
    /// To read it.
    pub heap: u64,
    /// To know classes, own sizes and distances.
    pub classes: u64,
    /// To know everything, retained sizes included.
    pub everything: u64,
}

impl Need {
    /// What a heap of so many nodes and edges takes.
    pub fn of(nodes: u64, edges: u64) -> Self {
        let sum = |node: u64, edge: u64| {
            nodes.saturating_mul(node).saturating_add(edges.saturating_mul(edge)).saturating_add(PROGRAM)
        };
        Self {
            heap: sum(NODE, EDGE),
            classes: sum(NODE + NODE_CLASSES, EDGE),
            everything: sum(NODE + NODE_RETAINED, EDGE + EDGE_RETAINED),
        }
    }

    /// What a file of that size takes, as heaps usually are.
    pub fn of_file(bytes: u64) -> Self {
        Self::of(bytes / BYTES_A_NODE, bytes / BYTES_AN_EDGE)
    }
}

/// What can be done with the memory that is free, the least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// Nothing: reading it alone takes more than is free.
    Nothing,
    /// Classes, own sizes and distances, but no retained sizes.
    WithoutRetained,
    /// Everything.
    Everything,
}

/// Need against memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// What the snapshot will take.
    pub need: Need,
    /// What is free; `None` where the system does not tell.
    pub free: Option<u64>,
}

impl Budget {
    /// What can be done. Where nobody knows what is free, everything is tried.
    pub fn fit(&self) -> Fit {
        let fits = |need| self.free.is_none_or(|free| need <= free);
        match self.need {
            need if fits(need.everything) => Fit::Everything,
            need if fits(need.classes) => Fit::WithoutRetained,
            _ => Fit::Nothing,
        }
    }
}

impl fmt::Display for Budget {
    /// The figures in a sentence: "it needs about 21.4 GB of memory (16.0 GB without retained
    /// sizes), 11.8 GB are free".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = |bytes: u64| match bytes {
            ..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
            _ => format!("{:.1} GB", bytes as f64 / 1e9),
        };
        let (all, less) = (amount(self.need.everything), amount(self.need.classes));
        write!(f, "it needs about {all} of memory ({less} without retained sizes)")?;
        match self.free {
            Some(free) => write!(f, ", {} are free", amount(free)),
            None => Ok(()),
        }
    }
}

/// Compares what the input will take with what is free, before it is read.
///
/// Costs a look at the first 64 kB of the file and a few files of the system. `None` where the
/// size cannot be told without reading: pipes, packed files, files that cannot be opened.
pub fn check(input: &Input) -> Option<Budget> {
    let (need, size) = match input {
        Input::Path(path) => need_of_file(path)?,
        Input::Bytes { bytes, .. } => {
            let (bytes, size) = ((**bytes).as_ref(), (**bytes).as_ref().len() as u64);
            (need_of(bytes, size)?, size)
        }
        Input::Stdin => return None,
    };
    Some(Funds::measured().set_aside(need, size))
}

/// Memory for snapshots that are read at the same time: what one takes, the next has not.
#[derive(Clone, Debug)]
pub struct Funds(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// What was free before any of them was read.
    free: Option<u64>,
    /// Addresses that were left then, where they are limited.
    addresses: Option<u64>,
    claimed: Mutex<Claimed>,
}

/// What snapshots take that are being read.
#[derive(Debug, Default)]
struct Claimed {
    memory: u64,
    /// Addresses of files, which are no memory.
    mapped: u64,
}

impl Funds {
    /// What is free now.
    pub fn measured() -> Self {
        Self::of(memory::free(), memory::addresses())
    }

    fn of(free: Option<u64>, addresses: Option<u64>) -> Self {
        Self(Arc::new(Shared { free, addresses, claimed: Mutex::default() }))
    }

    /// Sets aside what a snapshot that is mapped will take, whatever it came from: everything, or
    /// else what goes without retained sizes, or nothing.
    pub(super) fn claim(&self, bytes: &[u8]) -> Option<Budget> {
        let size = bytes.len() as u64;
        Some(self.set_aside(need_of(bytes, size)?, size))
    }

    fn set_aside(&self, need: Need, mapped: u64) -> Budget {
        let mut claimed = self.0.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        let memory = self.0.free.map(|free| free.saturating_sub(claimed.memory));
        let taken = claimed.memory.saturating_add(claimed.mapped).saturating_add(mapped);
        let addresses = self.0.addresses.map(|left| left.saturating_sub(taken));
        let budget = Budget { need, free: memory.into_iter().chain(addresses).min() };
        let takes = match budget.fit() {
            Fit::Everything => need.everything,
            Fit::WithoutRetained => need.classes,
            Fit::Nothing => return budget,
        };
        claimed.memory = claimed.memory.saturating_add(takes);
        claimed.mapped = claimed.mapped.saturating_add(mapped);
        budget
    }
}

/// What the file needs, and its size.
fn need_of_file(path: &Path) -> Option<(Need, u64)> {
    let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|kind| kind.is_file()))?;
    let size = file.metadata().ok()?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head).ok()?;
    Some((need_of(&head, size)?, size))
}

/// What a file takes that begins with `head`.
fn need_of(head: &[u8], size: u64) -> Option<Need> {
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(byte));
    if first != Some(&b'{') {
        return None;
    }
    let head = &head[..head.len().min(HEAD as usize)];
    let counted = announced(head, b"\"node_count\"").zip(announced(head, b"\"edge_count\""));
    // A count that the file has no room for is no count.
    let honest = counted.filter(|&(nodes, edges)| nodes > 0 && nodes.saturating_add(edges) < size / 4);
    Some(honest.map_or_else(|| Need::of_file(size), |(nodes, edges)| Need::of(nodes, edges)))
}

/// The number that stands behind a name; the field of that name in a list has none.
fn announced(head: &[u8], name: &[u8]) -> Option<u64> {
    memchr::memmem::find_iter(head, name).find_map(|at| number_behind_colon(&head[at + name.len()..]))
}

fn number_behind_colon(text: &[u8]) -> Option<u64> {
    let number = text.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&number[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1_000_000_000;

    #[test]
    fn the_header_counts_and_its_fields_named_alike_do_not() {
        let head = br#"{"snapshot":{"meta":{"node_fields":["type","edge_count"]},"node_count": 1000,"edge_count":5000},"#;
        assert_eq!(need_of(head, 100_000), Some(Need::of(1000, 5000)));
    }

    #[test]
    fn where_the_header_does_not_count_the_size_does() {
        let head = br#"{"snapshot":{"node_count":0,"edge_count":0},"#;
        assert_eq!(need_of(head, GB), Some(Need::of_file(GB)));
        let lies = br#"{"snapshot":{"node_count":2000000000,"edge_count":3000000000},"#;
        assert_eq!(need_of(lies, GB), Some(Need::of_file(GB)));
        assert_eq!(need_of(b"\x28\xb5\x2f\xfd", GB), None, "packed");
    }

    #[test]
    fn wide_and_deep_heaps_take_no_more_than_is_said() {
        // Measured: 2,216 MB and 11,065 MB with edges to anywhere, 3,988 MB for one list, and 1,553 MB where all
        // edges lead to the same 60,000 nodes.
        let need = Need::of(10_000_000, 120_000_000).everything;
        assert!((2_216_000_000..2_440_000_000).contains(&need), "{need}");
        let need = Need::of(50_000_000, 600_000_000).everything;
        assert!((11_065_000_000..12_170_000_000).contains(&need), "{need}");
        let need = Need::of(50_000_000, 50_000_000).everything;
        assert!((3_988_000_000..4_790_000_000).contains(&need), "{need}");
        let need = Need::of(7_000_000, 84_000_000).everything;
        assert!((1_553_000_000..1_710_000_000).contains(&need), "{need}");
    }

    #[test]
    fn five_gigabytes_fit_into_twelve_and_twenty_do_not() {
        let fit = |size| Budget { need: Need::of_file(size), free: Some(12 << 30) }.fit();
        assert_eq!(fit(5 * GB), Fit::Everything);
        assert_eq!(fit(10 * GB), Fit::WithoutRetained);
        assert_eq!(fit(20 * GB), Fit::Nothing);
    }

    #[test]
    fn what_one_snapshot_takes_the_next_has_not() {
        let funds = Funds::of(Some(12 << 30), None);
        let fits: Vec<_> = (0..4).map(|_| funds.set_aside(Need::of_file(4 * GB), 4 * GB).fit()).collect();
        assert_eq!(fits, [Fit::Everything, Fit::WithoutRetained, Fit::Nothing, Fit::Nothing]);
        let unknown = Funds::of(None, None);
        assert!((0..9).all(|_| unknown.set_aside(Need::of_file(4 * GB), 4 * GB).fit() == Fit::Everything));
    }

    #[test]
    fn where_addresses_are_limited_the_file_takes_some_too() {
        let fit = |addresses| {
            Funds::of(Some(12 << 30), Some(addresses)).set_aside(Need::of_file(4 * GB), 4 * GB).fit()
        };
        let everything = Need::of_file(4 * GB).everything;
        assert_eq!(fit(everything + 4 * GB), Fit::Everything);
        assert_eq!(fit(everything + 3 * GB), Fit::WithoutRetained);
        assert_eq!(fit(4 * GB), Fit::Nothing);
    }

    #[test]
    fn the_figures_make_a_sentence() {
        let need = Need { heap: 10 * GB, classes: 16 * GB, everything: 21_400_000_000 };
        let said = Budget { need, free: Some(11_800_000_000) }.to_string();
        let all = "it needs about 21.4 GB of memory (16.0 GB without retained sizes), 11.8 GB are free";
        assert_eq!(said, all);
    }
}
