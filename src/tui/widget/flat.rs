//! A small tree laid flat: each row that is open has its own rows below it.
//!
//! For trees of thousands of rows that have an end; opening and closing move the rows below. The tree over a
//! graph is [`super::tree`].

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row<T> {
    /// What it shows.
    pub item: T,
    /// How many rows it hangs from.
    pub level: usize,
    /// Whether its rows lie below it.
    pub open: bool,
}

/// The rows that are shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flat<T>(Vec<Row<T>>);

impl<T> Flat<T> {
    /// Closed rows that hang from none.
    pub fn new(items: impl IntoIterator<Item = T>) -> Self {
        Self(items.into_iter().map(|item| Row { item, level: 0, open: false }).collect())
    }

    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The row at that place.
    pub fn get(&self, at: usize) -> Option<&Row<T>> {
        self.0.get(at)
    }

    /// Opens a closed row: these hang from it.
    pub fn open(&mut self, at: usize, items: impl IntoIterator<Item = T>) {
        let Some(row) = self.0.get_mut(at).filter(|row| !row.open) else { return };
        row.open = true;
        let level = row.level + 1;
        let rows = items.into_iter().map(|item| Row { item, level, open: false });
        let below = at + 1;
        self.0.splice(below..below, rows.collect::<Vec<_>>());
    }

    /// Closes a row, forgetting what was open below it.
    pub fn close(&mut self, at: usize) {
        let Some(row) = self.0.get_mut(at) else { return };
        row.open = false;
        let level = row.level;
        let below = self.0[at + 1..].iter().take_while(|row| row.level > level).count();
        self.0.drain(at + 1..=at + below);
    }

    /// The place of the row that this one hangs from.
    pub fn holder(&self, at: usize) -> Option<usize> {
        let level = self.0.get(at)?.level;
        self.0[..at].iter().rposition(|row| row.level < level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(flat: &Flat<char>) -> String {
        flat.0.iter().map(|row| format!("{}{}", row.level, row.item)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_open_lies_below_its_row_until_that_is_closed() {
        let mut flat = Flat::new(['a', 'b']);
        flat.open(0, ['c', 'd']);
        flat.open(2, ['e']);
        assert_eq!(shown(&flat), "0a 1c 1d 2e 0b");
        assert_eq!([flat.holder(3), flat.holder(1), flat.holder(4)], [Some(2), Some(0), None]);
        flat.open(0, ['x']);
        assert_eq!(flat.len(), 5, "it is open already");
        flat.close(0);
        assert_eq!(shown(&flat), "0a 0b");
        flat.close(1);
        flat.close(9);
        assert_eq!(shown(&flat), "0a 0b");
    }
}
