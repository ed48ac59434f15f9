//! Which node stands at this place of the nodes array?
//!
//! Edges name their target by the place of its first number, a multiple of the number of
//! fields. One multiplication by the fields' reciprocal gives the quotient in its upper half
//! and tells by its lower half whether there is a remainder (Lemire, Kaser, Kurz, "Faster
//! remainder by direct computation", 2019): exact for 32 bits, and no division an edge.

use crate::error::Limit;

/// The places that nodes have.
#[derive(Clone, Copy)]
pub(super) struct NodePlaces {
    /// How many nodes there are.
    pub(super) nodes: usize,
    /// How many numbers each takes.
    pub(super) fields: usize,
}

impl NodePlaces {
    /// What a place may be.
    pub(super) fn limit(self) -> Limit {
        Limit::Nodes { nodes: self.nodes, fields: self.fields }
    }

    /// The row of the node at `place`, if there is one.
    pub(super) fn row(self, place: u64) -> Option<u32> {
        let row = place / self.fields as u64;
        let is_node = row < self.nodes as u64 && place.is_multiple_of(self.fields as u64);
        is_node.then_some(row as u32)
    }

    /// Stores the rows of nodes at these places; answers whether all are nodes.
    pub(super) fn store(self, to: &mut [u32], places: impl Iterator<Item = u64>) -> bool {
        if self.nodes as u64 * self.fields as u64 > u64::from(u32::MAX) {
            return self.store_far(to, places);
        }
        let divider = Divider::new(self);
        let (mut fits, mut all) = (true, 0);
        for (to, place) in to.iter_mut().zip(places) {
            let (row, is_node) = divider.row(place & u64::from(u32::MAX));
            *to = row;
            fits &= is_node;
            all |= place;
        }
        fits && u32::try_from(all).is_ok()
    }

    /// The same where places pass 32 bits, beyond 600 million nodes.
    fn store_far(self, to: &mut [u32], places: impl Iterator<Item = u64>) -> bool {
        let mut fits = true;
        for (to, place) in to.iter_mut().zip(places) {
            let row = self.row(place);
            fits &= row.is_some();
            *to = row.unwrap_or(0);
        }
        fits
    }
}

/// Divides places by the number of fields.
#[derive(Clone, Copy)]
struct Divider {
    reciprocal: u64,
    nodes: u64,
}

impl Divider {
    /// There are at least 2 fields.
    fn new(places: NodePlaces) -> Self {
        Self { reciprocal: u64::MAX / places.fields as u64 + 1, nodes: places.nodes as u64 }
    }

    /// The row, and whether it is one; `place` has 32 bits.
    #[inline]
    fn row(self, place: u64) -> (u32, bool) {
        let product = u128::from(self.reciprocal) * u128::from(place);
        let (row, rest) = ((product >> 64) as u64, product as u64);
        (row as u32, rest < self.reciprocal && row < self.nodes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stored(places: NodePlaces, place: u64) -> Option<u32> {
        let mut to = [7];
        places.store(&mut to, [place].into_iter()).then_some(to[0])
    }

    proptest! {
        #[test]
        fn multiplying_agrees_with_dividing(nodes in 1..200_000_000usize, fields in 2..=64usize, place: u32, near in 0..3u64) {
            let places = NodePlaces { nodes, fields };
            let end = nodes as u64 * fields as u64;
            for place in [u64::from(place), u64::from(place) % end, end - near, end + near, 1 << 32 | near] {
                prop_assert_eq!(stored(places, place), places.row(place));
            }
        }
    }

    #[test]
    fn a_place_past_32_bits_is_a_node_where_there_are_so_many() {
        let places = NodePlaces { nodes: 1 << 30, fields: 7 };
        assert_eq!(stored(places, 7 * ((1 << 30) - 1)), Some((1 << 30) - 1));
        assert_eq!(stored(places, 7 << 30), None);
        assert_eq!(stored(places, 8), None);
    }
}
