//! A column of 64-bit numbers that nearly all fit 32 bits.

use rustc_hash::FxHashMap;

use super::fetch;

/// Marks a value that does not fit and lies in the side table.
const WIDE: u32 = u32::MAX;

/// One unsigned number a row: 4 bytes each, and 16 or so more for each of 2³²−1 and above.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WideColumn {
    narrow: Vec<u32>,
    wide: FxHashMap<u32, u64>,
}

impl WideColumn {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        Self { narrow: vec![0; len], wide: FxHashMap::default() }
    }

    /// A column of `narrow`, where each row of `wide` replaces what stands there.
    pub fn from_parts(narrow: Vec<u32>, wide: impl IntoIterator<Item = (u32, u64)>) -> Self {
        let mut column = Self { narrow, wide: FxHashMap::default() };
        for (row, value) in wide {
            column.set(row as usize, value);
        }
        column
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.narrow.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.narrow.is_empty()
    }

    /// The number at `row`.
    #[inline]
    pub fn get(&self, row: usize) -> u64 {
        match self.narrow[row] {
            WIDE => self.wide.get(&(row as u32)).copied().unwrap_or(u64::from(WIDE)),
            narrow => u64::from(narrow),
        }
    }

    /// Asks for the number at `row`, to be read some time later.
    #[inline]
    pub fn fetch(&self, row: usize) {
        fetch(&self.narrow, row);
    }

    /// Replaces the number at `row`.
    #[inline]
    pub fn set(&mut self, row: usize, value: u64) {
        if let Ok(narrow) = u32::try_from(value)
            && narrow != WIDE
        {
            if self.narrow[row] == WIDE {
                self.wide.remove(&(row as u32));
            }
            self.narrow[row] = narrow;
        } else {
            self.narrow[row] = WIDE;
            self.wide.insert(row as u32, value);
        }
    }

    /// Adds to the number at `row`, stopping at the largest 64-bit number.
    #[inline]
    pub fn add(&mut self, row: usize, value: u64) {
        let sum = self.get(row).saturating_add(value);
        self.set(row, sum);
    }

    /// The numbers in row order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = u64> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }
}

impl FromIterator<u64> for WideColumn {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        let mut column = Self::default();
        for value in values {
            let row = column.narrow.len();
            column.narrow.push(0);
            column.set(row, value);
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_on_both_sides_of_32_bits_come_back() {
        let values = [0, 1, u64::from(u32::MAX) - 1, u64::from(u32::MAX), u64::from(u32::MAX) + 1, u64::MAX];
        let column: WideColumn = values.into_iter().collect();
        assert_eq!(column.iter().collect::<Vec<_>>(), values);
    }

    #[test]
    fn a_sum_may_grow_past_32_bits_and_be_set_back() {
        let mut column = WideColumn::zeros(2);
        column.add(1, 4_000_000_000);
        column.add(1, 4_000_000_000);
        assert_eq!((column.get(0), column.get(1)), (0, 8_000_000_000));
        column.set(1, 7);
        assert_eq!(column.get(1), 7);
        column.add(1, u64::MAX);
        assert_eq!(column.get(1), u64::MAX, "sums stop at the largest number");
    }
}
