//! What the listing commands share: sums, limits, columns.

use super::{CommandError, Opened, Output, output::Column};
use crate::{
    analysis::order::{By, Sort},
    cli::{self, ClassColumn, EdgeColumn, ObjectColumn},
    text,
};

impl From<ClassColumn> for By {
    fn from(column: ClassColumn) -> Self {
        match column {
            ClassColumn::Class => Self::Name,
            ClassColumn::Count => Self::Count,
            ClassColumn::Shallow => Self::Shallow,
            ClassColumn::Retained => Self::Retained,
            ClassColumn::Distance => Self::Distance,
        }
    }
}

impl From<ObjectColumn> for By {
    fn from(column: ObjectColumn) -> Self {
        match column {
            ObjectColumn::Name => Self::Name,
            ObjectColumn::Id => Self::Id,
            ObjectColumn::Distance => Self::Distance,
            ObjectColumn::Shallow => Self::Shallow,
            ObjectColumn::Retained => Self::Retained,
        }
    }
}

impl From<EdgeColumn> for By {
    fn from(column: EdgeColumn) -> Self {
        match column {
            EdgeColumn::Edge => Self::Name,
            EdgeColumn::Distance => Self::Distance,
            EdgeColumn::Shallow => Self::Shallow,
            EdgeColumn::Retained => Self::Retained,
        }
    }
}

impl<C: cli::Column + Into<By>> cli::Rows<C> {
    /// The order asked for, or `default`.
    pub(super) fn order(&self, default: Sort) -> Sort {
        self.sort.map_or(default, |sort| Sort { by: sort.column.into(), descending: sort.descending })
    }
}

impl<C: cli::Column> cli::Rows<C> {
    /// How many rows to print.
    pub(super) fn most(&self, to: &Output<'_>) -> usize {
        most(self.limit, self.json, to)
    }
}

/// How many rows to print: as asked for, else all, save that a table never floods a terminal.
pub(super) fn most(limit: Option<usize>, json: bool, to: &Output<'_>) -> usize {
    let is_read_at_once = to.width.is_some() && !json;
    limit.unwrap_or(if is_read_at_once { SCREENFUL } else { usize::MAX })
}

/// How many rows a terminal gets unless told.
pub(super) const SCREENFUL: usize = 200;

/// Columns of a table of objects.
pub(super) const OBJECT: [Column; 4] = [("Id", 9), ("Distance", 8), ("Shallow", 8), ("Retained", 8)];

/// Columns of a table of references.
pub(super) const REFERENCE: [Column; 3] = [("Distance", 8), ("Shallow", 8), ("Retained", 8)];

/// Writes what stands above a table: the snapshot, what is wrong with it, a title of one's own.
pub(super) fn title(opened: &Opened, to: &mut Output<'_>, title: &str) -> Result<(), CommandError> {
    let headline = to.joined(opened.headline());
    to.line(&headline)?;
    for warning in &opened.about.warnings {
        to.line(&format!("warning: {warning}"))?;
    }
    if !title.is_empty() {
        to.line(title)?;
    }
    Ok(writeln!(to.out)?)
}

/// A name for an error message: safe, and short enough for its line.
pub(super) fn quoted(name: &str) -> String {
    text::snippet(name, 60)
}
