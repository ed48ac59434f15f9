//! Where were functions and objects made?
//!
//! A row for each node that the file tells a place of, by node: 16 bytes, found by binary search.
//! V8 writes them in no order; how many nodes with a place come before a node is where its row
//! belongs, read off a bit a node. Linear.

use fixedbitset::FixedBitSet;

use super::NodeIx;

/// A place in a script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location {
    /// The function, or the object its constructor made.
    pub node: NodeIx,
    /// V8's number of the script.
    pub script_id: u32,
    /// Counted from 0.
    pub line: u32,
    /// Counted from 0.
    pub column: u32,
}

/// Source locations by node.
#[derive(Clone, Debug, Default)]
pub struct Locations(Vec<Location>);

impl Locations {
    /// The rows of the first `nodes` nodes; where a node occurs twice the later row counts.
    pub fn new(rows: &[Location], nodes: usize) -> Self {
        let rows_of_nodes = || rows.iter().filter(|row| row.node.ix() < nodes);
        let mut located = FixedBitSet::with_capacity(nodes);
        located.extend(rows_of_nodes().map(|row| row.node.ix()));
        let ranks = Ranks::of(&located);
        let mut by_node = rows[..ranks.count].to_vec();
        for row in rows_of_nodes() {
            by_node[ranks.before(row.node.ix())] = *row;
        }
        Self(by_node)
    }

    /// Where the node was made, if the file says so.
    pub fn of(&self, node: NodeIx) -> Option<Location> {
        let at = self.0.binary_search_by_key(&node, |location| location.node).ok()?;
        Some(self.0[at])
    }

    /// All of them, by node.
    pub fn rows(&self) -> &[Location] {
        &self.0
    }
}

/// How many bits are set before each.
struct Ranks<'a> {
    words: &'a [usize],
    before: Vec<u32>,
    count: usize,
}

impl<'a> Ranks<'a> {
    fn of(bits: &'a FixedBitSet) -> Self {
        let words = bits.as_slice();
        let mut count = 0;
        let rank = |word: &usize| {
            count += word.count_ones();
            count - word.count_ones()
        };
        let before = words.iter().map(rank).collect();
        Self { words, before, count: count as usize }
    }

    fn before(&self, bit: usize) -> usize {
        let (word, bit) = (bit / usize::BITS as usize, bit % usize::BITS as usize);
        let lower = self.words[word] & ((1 << bit) - 1);
        (self.before[word] + lower.count_ones()) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(node: u32, line: u32) -> Location {
        Location { node: NodeIx(node), script_id: 1, line, column: 0 }
    }

    #[test]
    fn rows_in_any_order_stand_by_node_and_the_later_one_counts() {
        let rows = [row(130, 0), row(64, 1), row(3, 2), row(200, 3), row(63, 4), row(64, 5), row(0, 6)];
        let by_node = Locations::new(&rows, 200);
        let expected = [row(0, 6), row(3, 2), row(63, 4), row(64, 5), row(130, 0)];
        assert_eq!(by_node.rows(), expected);
        assert_eq!(by_node.of(NodeIx(64)), Some(row(64, 5)));
        assert_eq!((by_node.of(NodeIx(65)), by_node.of(NodeIx(200))), (None, None), "200 is no node");
    }

    #[test]
    fn no_rows_are_no_places() {
        assert!(
            Locations::new(&[], 7).rows().is_empty() && Locations::new(&[row(0, 0)], 0).rows().is_empty()
        );
    }
}
