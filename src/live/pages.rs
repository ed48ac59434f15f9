//! What are the pages of a process, by what its snapshot explains?

use serde::Serialize;

use super::Record;
use crate::analysis::Analysis;

/// The pages of a process in memory when its snapshot was taken, in bytes. Its JSON names are stable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
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

impl Pages {
    /// The pages of the process of a snapshot of which so many bytes are native; `None` where nobody
    /// counted them.
    pub fn of(record: &Record, known: &Analysis, native: u64) -> Option<Self> {
        let rss = record.figures.rss?;
        let (used, total) = record.figures.heap_used.zip(record.figures.heap_total)?;
        let heap = known.total_size().saturating_sub(native);
        let reserved = total.saturating_sub(used);
        let unexplained = rss.saturating_sub(heap).saturating_sub(native).saturating_sub(reserved);
        Some(Self { rss, heap, native, reserved, unexplained })
    }

    /// Each part with its bytes, in words.
    pub fn parts(self) -> [(u64, &'static str); 4] {
        [
            (self.heap, "objects in V8's heap"),
            (self.native, "outside V8's heap, in the snapshot"),
            (self.reserved, "reserved by V8 and not in use"),
            (
                self.unexplained,
                "explained by no snapshot: the program's code, stacks, native memory of addons and libraries",
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{heap::fixture::heap, live::Figures};

    #[test]
    fn what_nothing_explains_is_what_the_others_leave() {
        let known = Analysis::complete(heap("0!synthetic>1 1:400=A>2 2:100!native=Node~/~Zlib"));
        let figures =
            |rss| Figures { heap_used: Some(450), heap_total: Some(600), rss, ..Figures::default() };
        let record = |rss| Record { figures: figures(rss), ..Record::default() };
        let pages = Pages::of(&record(Some(1000)), &known, 100).expect("all was counted");
        assert_eq!((pages.heap, pages.native, pages.reserved, pages.unexplained), (400, 100, 150, 350));
        assert_eq!(Pages::of(&record(None), &known, 100), None);
    }
}
