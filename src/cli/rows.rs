//! What all lists take: which rows, in which order and form, and which objects.

use std::{fmt, path::PathBuf, str::FromStr};

use clap::{Args, ValueEnum};

use crate::analysis::filter;

/// Which rows of a list to print, and in which form.
#[derive(Clone, Debug, Args)]
pub struct Rows<C: Column> {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Print this many rows at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Sort by this column; sizes and counts start with the largest unless told otherwise
    #[arg(long, value_name = "COLUMN[:asc|desc]", value_parser = Sort::<C>::from_str)]
    pub sort: Option<Sort<C>>,
}

/// Which objects a list is about.
#[derive(Clone, Debug, Args)]
pub struct Filters {
    /// Keep only objects that pass, such as `retained>1MB`, `detached` or a TEXT in the name; may be
    /// given several times (`--help` lists all words)
    #[arg(long, value_name = "WORD", long_help = filter::help())]
    pub filter: Vec<String>,
    /// Keep only objects allocated after this older snapshot of the same process was taken
    #[arg(long, value_name = "BEFORE")]
    pub since: Option<PathBuf>,
}

/// A column to sort by, and which end comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort<C> {
    /// The column.
    pub column: C,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// What a list can be sorted by.
pub trait Column: ValueEnum + Copy + Send + Sync + 'static {
    /// Whether people look for the largest first.
    fn is_descending(self) -> bool;
}

/// Columns of a list of classes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ClassColumn {
    /// The constructor's name.
    Class,
    /// How many objects there are.
    Count,
    /// Their own bytes.
    Shallow,
    /// The bytes they keep.
    Retained,
    /// Steps from a root to the nearest.
    Distance,
}

/// Columns of a list of objects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ObjectColumn {
    /// The object's name.
    Name,
    /// V8's number.
    Id,
    /// Steps from a root.
    Distance,
    /// Own bytes.
    Shallow,
    /// Bytes it keeps.
    Retained,
}

/// Columns of a list of references.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum EdgeColumn {
    /// What the reference is called.
    Edge,
    /// Steps from a root.
    Distance,
    /// Own bytes.
    Shallow,
    /// Bytes it keeps.
    Retained,
}

/// Columns of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum DiffColumn {
    /// The constructor's name.
    Class,
    /// Objects that came.
    New,
    /// Objects that went.
    Deleted,
    /// New less deleted.
    Delta,
    /// Bytes that came.
    Allocated,
    /// Bytes that went.
    Freed,
    /// Allocated less freed.
    SizeDelta,
    /// Growth of the retained size.
    RetainedDelta,
}

impl Column for DiffColumn {
    fn is_descending(self) -> bool {
        !matches!(self, Self::Class)
    }
}

impl Column for ClassColumn {
    fn is_descending(self) -> bool {
        !matches!(self, Self::Class | Self::Distance)
    }
}

impl Column for ObjectColumn {
    fn is_descending(self) -> bool {
        matches!(self, Self::Shallow | Self::Retained)
    }
}

impl Column for EdgeColumn {
    fn is_descending(self) -> bool {
        matches!(self, Self::Shallow | Self::Retained)
    }
}

impl<C: Column> Sort<C> {
    /// By that column, the end people look for first.
    pub fn by(column: C) -> Self {
        Self { column, descending: column.is_descending() }
    }
}

impl<C: Column> FromStr for Sort<C> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, direction) = text.split_once(':').unwrap_or((text, ""));
        let column = C::from_str(name, true).map_err(|_| format!("columns are {}", Names::<C>::default()))?;
        let descending = match direction {
            "" => column.is_descending(),
            "asc" => false,
            "desc" => true,
            _ => return Err("after the colon comes `asc` or `desc`".to_owned()),
        };
        Ok(Self { column, descending })
    }
}

/// The columns' names as a sentence lists them.
struct Names<C>(std::marker::PhantomData<C>);

impl<C> Default for Names<C> {
    fn default() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<C: Column> fmt::Display for Names<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = C::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let names: Vec<_> = names.iter().map(clap::builder::PossibleValue::get_name).collect();
        f.write_str(&names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_has_the_end_people_look_for_first_unless_told() {
        let sort = |text| Sort::<ClassColumn>::from_str(text);
        assert_eq!(sort("count"), Ok(Sort { column: ClassColumn::Count, descending: true }));
        assert_eq!(sort("count:asc"), Ok(Sort { column: ClassColumn::Count, descending: false }));
        assert_eq!(sort("class"), Ok(Sort { column: ClassColumn::Class, descending: false }));
        assert_eq!(sort("size"), Err("columns are class, count, shallow, retained, distance".to_owned()));
        assert!(sort("class:up").is_err());
    }
}
