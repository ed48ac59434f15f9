//! How long a string is.
//!
//! A text shorter than V8's cut is all there is. Of longer ones new files state the length; in
//! older ones the string's own bytes tell it nearly: a header, and a byte a unit, or two where one
//! of the characters seen needs two. Sums of ropes stop at the largest 64-bit number.

use super::cut::{self, LIMIT};
use crate::{
    analysis::names::utf16_len,
    heap::{Heap, NodeIx},
};

/// A length in UTF-16 units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Length {
    /// So many units.
    pub units: u64,
    /// Whether that is certain, rather than told by the string's bytes.
    pub exact: bool,
}

impl Default for Length {
    fn default() -> Self {
        Self { units: 0, exact: true }
    }
}

impl Length {
    /// Of a string that is no rope.
    pub(in crate::analysis) fn of_flat(heap: &Heap, node: NodeIx) -> Self {
        /// Map, hash and length of a sequential string.
        const HEADER: u64 = 16;
        let text = heap.strings().text(heap.name(node));
        let shown = utf16_len(&text);
        if shown < LIMIT {
            return Self { units: shown as u64, exact: true };
        }
        if let Some(length) = cut::stated(heap, node).and_then(|whole| whole.length) {
            return Self { units: length.max(0) as u64, exact: true };
        }
        let bytes_a_unit = if text.chars().all(|c| c <= '\u{ff}') { 1 } else { 2 };
        let told = heap.self_size(node).saturating_sub(HEADER) / bytes_a_unit;
        Self { units: told.max(shown as u64), exact: false }
    }

    /// Of two strings in a row.
    pub(in crate::analysis) fn and(self, other: Self) -> Self {
        Self { units: self.units.saturating_add(other.units), exact: self.exact && other.exact }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::Analysis, heap::fixture::heap};

    fn length(text: &str) -> (u64, bool) {
        let known = Analysis::complete(heap(text));
        let found = known.names.length(&known.heap, NodeIx(0));
        (found.units, found.exact)
    }

    #[test]
    fn a_short_text_is_all_there_is() {
        assert_eq!(length("0:900!string=a\u{1f600}"), (3, true), "in UTF-16 units, whatever its bytes");
    }

    #[test]
    fn bytes_tell_what_v8_cut() {
        let long = "x".repeat(LIMIT);
        assert_eq!(length(&format!("0:5016!string={long}")), (5000, false));
        assert_eq!(length(&format!("0:5016!string=é漢{}", &long[2..])), (2500, false), "two bytes a unit");
        assert_eq!(length(&format!("0:32!string={long}")), (1024, false), "kept outside of the heap");
    }

    #[test]
    fn ropes_are_as_long_as_their_pieces() {
        let doubled = (0..70)
            .map(|at| format!("{at}!concatenated~string>internal.first.{0},internal.second.{0}", at + 1));
        let text: Vec<_> = doubled.chain(["70!string=ab".to_owned()]).collect();
        assert_eq!(length(&text.join(" ")), (u64::MAX, true));
        assert_eq!(
            length("0!concatenated~string>internal.first.1,internal.second.1 1!string=abc"),
            (6, true)
        );
    }
}
