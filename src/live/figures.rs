//! What does a process say of its memory, and what does the system say of the process?
//!
//! The runtime knows its heap; the system knows the pages. What the heap and everything V8
//! accounts for leave of the pages is native memory that no snapshot explains.

use serde::{Deserialize, Serialize};

/// Memory of a process at one time, in bytes. What nobody tells is `None`, never 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Live and dead objects in the JavaScript heap.
    pub heap_used: Option<u64>,
    /// What V8 has reserved for that heap.
    pub heap_total: Option<u64>,
    /// Memory of C++ objects that JavaScript objects hold, array buffers included.
    pub external: Option<u64>,
    /// Array buffers.
    pub array_buffers: Option<u64>,
    /// Pages in memory.
    pub rss: Option<u64>,
}

impl Figures {
    /// Pages that neither the heap nor external memory explains. A heap that is reserved but was
    /// never touched makes it too small, so it is no bound but a measure for a trend.
    pub fn remainder(&self) -> Option<u64> {
        Some(self.rss?.saturating_sub(self.heap_total?).saturating_sub(self.external?))
    }
}

/// Pages of a process as the system counts them, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Resident {
    /// All pages in memory.
    pub rss: u64,
    /// The same, pages shared with others divided among them.
    pub pss: Option<u64>,
    /// Pages that belong to no file: heaps, stacks, what was allocated.
    pub anonymous: Option<u64>,
    /// Pages put out to the disk.
    pub swap: Option<u64>,
}

impl Resident {
    /// From `/proc/PID/smaps_rollup`.
    pub(super) fn of_rollup(text: &str) -> Option<Self> {
        Some(Self {
            rss: kilobytes(text, "Rss:")?,
            pss: kilobytes(text, "Pss:"),
            anonymous: kilobytes(text, "Anonymous:"),
            swap: kilobytes(text, "Swap:"),
        })
    }

    /// From `/proc/PID/status`, which everybody may read.
    pub(super) fn of_status(text: &str) -> Option<Self> {
        let anonymous = kilobytes(text, "RssAnon:");
        Some(Self { rss: kilobytes(text, "VmRSS:")?, pss: None, anonymous, swap: kilobytes(text, "VmSwap:") })
    }
}

fn kilobytes(text: &str, label: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remainder_is_what_v8_does_not_account_for() {
        let mut figures =
            Figures { rss: Some(100), heap_total: Some(60), external: Some(10), ..Figures::default() };
        assert_eq!(figures.remainder(), Some(30));
        figures.heap_total = Some(95);
        assert_eq!(figures.remainder(), Some(0), "reserved, never touched");
        figures.external = None;
        assert_eq!(figures.remainder(), None, "not known is not nothing");
    }

    #[test]
    fn both_files_of_the_system_are_read() {
        let rollup =
            "00400000-7ffc [rollup]\nRss:   45000 kB\nPss: 40000 kB\nAnonymous: 30000 kB\nSwap: 0 kB\n";
        let read = Resident::of_rollup(rollup).expect("it has Rss");
        assert_eq!((read.rss, read.pss, read.swap), (45_000 << 10, Some(40_000 << 10), Some(0)));
        let read = Resident::of_status("VmRSS:\t  100 kB\nRssAnon:\t 60 kB\n").expect("it has VmRSS");
        assert_eq!((read.rss, read.anonymous, read.pss), (100 << 10, Some(60 << 10), None));
        assert_eq!(Resident::of_rollup(""), None);
    }
}
