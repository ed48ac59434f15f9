//! Orders: how rows are sorted, and counting sorts over positions.
//!
//! Names compare by UTF-16 code unit, as JavaScript does. Ties fall to the position in the
//! table, so that every order is total and the same each time.

use std::cmp::Ordering;

use crate::heap::NodeIx;

/// By what a list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum By {
    /// The name shown: of a class, of an object, of an edge.
    Name,
    /// `@id`.
    Id,
    /// Steps from a root.
    Distance,
    /// How many members, for classes.
    Count,
    /// Shallow size.
    Shallow,
    /// Retained size.
    Retained,
}

/// A column and a direction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sort<B = By> {
    /// The column.
    pub by: B,
    /// Largest first.
    pub descending: bool,
}

impl<B: Copy> Sort<B> {
    /// Smallest first.
    pub const fn ascending(by: B) -> Self {
        Self { by, descending: false }
    }

    /// Largest first.
    pub const fn descending(by: B) -> Self {
        Self { by, descending: true }
    }

    /// The order turned round if the sort is descending.
    pub fn apply(self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }
}

/// Compares text as JavaScript does: by UTF-16 unit, so that U+FF5E comes after U+1F600.
pub fn compare_text(a: &str, b: &str) -> Ordering {
    // Bytes order like units, save where one side has a surrogate pair and the other U+E000 up.
    match a.bytes().zip(b.bytes()).position(|(a, b)| a != b) {
        None => a.len().cmp(&b.len()),
        Some(at) if a.as_bytes()[at].max(b.as_bytes()[at]) < 0xEE => a.as_bytes()[at].cmp(&b.as_bytes()[at]),
        Some(_) => a.encode_utf16().cmp(b.encode_utf16()),
    }
}

/// Groups nodes by a key below `keys`, each group in the order given: where each group starts
/// (one more entry than keys), and the groups one after the other.
pub(super) fn group_by(
    keys: usize,
    nodes: impl Iterator<Item = (usize, NodeIx)> + Clone,
) -> (Vec<u32>, Vec<NodeIx>) {
    let mut first = vec![0u32; keys + 1];
    nodes.clone().for_each(|(key, _)| first[key + 1] += 1);
    for key in 0..keys {
        first[key + 1] += first[key];
    }
    let mut grouped = vec![NodeIx(0); first[keys] as usize];
    // `first[key]` runs to the group's end while filling, and is moved back by one afterwards.
    for (key, node) in nodes {
        grouped[first[key] as usize] = node;
        first[key] += 1;
    }
    first.rotate_right(1);
    first[0] = 0;
    (first, grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_compares_by_utf16_unit() {
        let mut texts = ["b", "\u{1F600}", "a", "\u{FF5E}", "", "é", "ab"];
        texts.sort_by(|a, b| compare_text(a, b));
        assert_eq!(texts, ["", "a", "ab", "b", "é", "\u{1F600}", "\u{FF5E}"]);
    }

    #[test]
    fn groups_keep_their_order() {
        let nodes = [(2, NodeIx(5)), (0, NodeIx(1)), (2, NodeIx(3))];
        let (first, grouped) = group_by(3, nodes.into_iter());
        assert_eq!(first, [0, 1, 1, 3]);
        assert_eq!(grouped, [NodeIx(1), NodeIx(5), NodeIx(3)]);
    }
}
