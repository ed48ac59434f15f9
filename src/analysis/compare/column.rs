//! The columns of a comparison, and the orders they make.

use super::row::{Figures, Row};
use crate::analysis::order::{By, Sort};

/// A column of the comparison.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Column {
    /// The class's name.
    Name,
    /// One figure of the older snapshot.
    Before(By),
    /// One figure of the newer snapshot.
    After(By),
    /// Objects that came.
    New,
    /// Objects that went.
    Deleted,
    /// New less deleted.
    CountDelta,
    /// Bytes that came.
    Allocated,
    /// Bytes that went.
    Freed,
    /// Allocated less freed.
    SizeDelta,
    /// Growth of all members' shallow sizes.
    ShallowDelta,
    /// Growth of the retained size.
    RetainedDelta,
    /// One figure of a snapshot of the series, the older one being 0.
    Of(u16, By),
}

/// A column and a direction.
pub type CompareSort = Sort<Column>;

impl Column {
    /// The row's number in this column; 0 for the name.
    pub fn value(self, row: &Row) -> i128 {
        let figure = |figures: &Figures, by| i128::from(figures.of(by));
        match self {
            Self::Name => 0,
            Self::Before(by) => figure(&row.before, by),
            Self::After(by) => figure(&row.after, by),
            Self::New => row.new as i128,
            Self::Deleted => row.deleted as i128,
            Self::CountDelta => i128::from(row.count_delta()),
            Self::Allocated => i128::from(row.allocated),
            Self::Freed => i128::from(row.freed),
            Self::SizeDelta => i128::from(row.size_delta()),
            Self::ShallowDelta => i128::from(row.shallow_delta()),
            Self::RetainedDelta => i128::from(row.retained_delta()),
            Self::Of(at, by) => row.series().nth(at as usize).map_or(0, |found| figure(found, by)),
        }
    }
}

/// DevTools' order: most bytes allocated first.
pub const DEVTOOLS: CompareSort = Sort::descending(Column::Allocated);

/// What a person wants first: most growth.
pub const GROWTH: CompareSort = Sort::descending(Column::ShallowDelta);

impl From<Sort> for CompareSort {
    fn from(sort: Sort) -> Self {
        let by = if sort.by == By::Name { Column::Name } else { Column::After(sort.by) };
        Self { by, descending: sort.descending }
    }
}
