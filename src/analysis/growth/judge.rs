//! What the figures of a row say: whether it grew, as steadily as a leak does, or only started up.
//!
//! Counted entries are judged before bytes; of two snapshots there is no more to say than how much.

use super::{
    Verdict,
    row::{GrowthRow, Kind},
};

/// Growth of a site below these is minor: fewer entries and fewer bytes, or hardly any of the whole.
const MINOR_ENTRIES: i64 = 8;
const MINOR_BYTES: i64 = 32_768;
const MINOR_PERCENT: i64 = 1;

impl GrowthRow {
    /// The row with its verdict.
    #[cfg(test)]
    pub(super) fn judged(mut self, total: i64) -> Self {
        (self.verdict, self.by_bytes) = self.judge(total);
        self
    }

    /// The verdict, and whether it is on bytes though entries are counted.
    pub(super) fn judge(&self, total: i64) -> (Verdict, bool) {
        if matches!(self.kind, Kind::Engine | Kind::Unreachable) {
            return (Verdict::WarmUp, false);
        }
        if self.kind == Kind::Root && is_transient(&self.what) && self.exclusive > 0 {
            return (Verdict::Transient, false);
        }
        let counts: Option<Vec<i64>> = self.counts.iter().map(|count| count.map(size)).collect();
        match counts {
            Some(counts) if counts.len() > 2 && self.kind.is_counted() => {
                let (entries, bytes) = (Verdict::of(&counts), self.verdict_on_bytes());
                let is_level = matches!(entries, Verdict::Steady | Verdict::Shrank | Verdict::Noisy { .. });
                match bytes {
                    Verdict::Steady | Verdict::Shrank | Verdict::Noisy { .. } => (entries, false),
                    _ if is_level && self.is_much(total) => (bytes, true),
                    _ => (entries, false),
                }
            }
            _ => (self.judge_growth(total), false),
        }
    }

    /// The verdict on two snapshots, and on what nobody counts.
    fn judge_growth(&self, total: i64) -> Verdict {
        let gained = self.entries_gained();
        match self.exclusive {
            _ if gained < 0 && self.exclusive <= 0 => Verdict::Shrank,
            bytes if bytes < 0 => Verdict::Shrank,
            0 if gained == 0 => Verdict::Steady,
            // However few bytes: many entries more are growth.
            _ if gained < MINOR_ENTRIES && !self.is_much(total) => Verdict::Minor,
            // One value filled in once is what starting up looks like, unless it is large.
            bytes if !self.kind.is_counted() && bytes < MINOR_BYTES => Verdict::Minor,
            _ if self.counts.len() > 2 => match self.verdict_on_bytes() {
                Verdict::Steady | Verdict::Shrank => Verdict::Grew,
                verdict => verdict,
            },
            _ => Verdict::Grew,
        }
    }

    /// Whether it grew by more bytes than starting up explains.
    fn is_much(&self, total: i64) -> bool {
        self.exclusive >= MINOR_BYTES
            && self.exclusive.saturating_mul(100) >= total.saturating_mul(MINOR_PERCENT)
    }

    /// The verdict on the bytes that are freed with it.
    fn verdict_on_bytes(&self) -> Verdict {
        let sizes: Vec<i64> = self.retained.iter().map(|&bytes| size(bytes)).collect();
        Verdict::of(&sizes)
    }
}

/// A size or count as a value to fit.
fn size(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

/// Whether what the root holds goes as soon as the functions return that run while the snapshot is
/// taken.
fn is_transient(root: &str) -> bool {
    matches!(root, "(Stack roots)" | "(Handle scope)" | "(Handle scopes)")
}
