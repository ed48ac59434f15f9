//! What commands about one snapshot take.

use std::path::PathBuf;

use clap::Args;

use super::{
    ClassColumn, EdgeColumn, Filters, ObjectColumn, Rows,
    value::{parse_id, parse_subject},
};
use crate::heap::NodeId;

/// `leaktui classes`
#[derive(Clone, Debug, Args)]
pub struct ClassesArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<ClassColumn>,
    /// Which objects.
    #[command(flatten)]
    pub filters: Filters,
}

/// `leaktui objects`
#[derive(Clone, Debug, Args)]
pub struct ObjectsArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Constructor name or key, as `leaktui classes` prints it; all constructors without it
    pub class: Option<String>,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<ObjectColumn>,
    /// Which objects.
    #[command(flatten)]
    pub filters: Filters,
}

/// `leaktui object`
#[derive(Clone, Debug, Args)]
pub struct ObjectArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Object, as `@123` or `123`
    #[arg(value_name = "@ID", value_parser = parse_id)]
    pub id: NodeId,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<EdgeColumn>,
    /// Which objects.
    #[command(flatten)]
    pub filters: Filters,
}

/// `leaktui retainers`
#[derive(Clone, Debug, Args)]
pub struct RetainersArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Object, as `@123` or `123`, or a constructor, whose objects' retainers are counted
    #[arg(value_name = "CLASS|@ID", value_parser = parse_subject)]
    pub subject: Subject,
    /// Also list the retainers of the retainers, this many steps away
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Measure distances as if this object held nothing; may be given several times
    #[arg(long, value_name = "@ID", value_parser = parse_id)]
    pub ignore: Vec<NodeId>,
    /// Also list weak references, which hold nothing
    #[arg(long)]
    pub weak: bool,
    /// Count retainers by the reference's name and their constructor; always so of a CLASS
    #[arg(long)]
    pub by_class: bool,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<EdgeColumn>,
    /// Which objects.
    #[command(flatten)]
    pub filters: Filters,
}

/// An object, or all of a constructor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The object of that id.
    Object(NodeId),
    /// The objects of that constructor name or key.
    Class(String),
}

/// `leaktui dominators`
#[derive(Clone, Debug, Args)]
pub struct DominatorsArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Object to begin at, as `@123` or `123`: who dominates it, and what it alone holds
    #[arg(value_name = "@ID", value_parser = parse_id)]
    pub id: Option<NodeId>,
    /// Also list what the rows hold, this many levels deep
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Print this many rows at most below each row
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// `leaktui containment`
#[derive(Clone, Debug, Args)]
pub struct ContainmentArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Object to begin at, as `@123` or `123`; else the root
    #[arg(value_name = "@ID", value_parser = parse_id)]
    pub id: Option<NodeId>,
    /// Also list what is referred to from there, this many steps away
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<EdgeColumn>,
    /// Which objects.
    #[command(flatten)]
    pub filters: Filters,
}

/// `leaktui path`
#[derive(Clone, Debug, Args)]
pub struct PathArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Object, as `@123` or `123`
    #[arg(value_name = "@ID", value_parser = parse_id)]
    pub id: NodeId,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// `leaktui stats`
#[derive(Clone, Debug, Args)]
pub struct StatsArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Name this many of the largest objects of each part
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// `leaktui strings`
#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct StringsArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Only strings that contain this text, in upper or lower case
    pub pattern: Option<String>,
    /// PATTERN is a regular expression
    #[arg(long, requires = "pattern")]
    pub regex: bool,
    /// Upper and lower case differ
    #[arg(long, requires = "pattern")]
    pub case: bool,
    /// List texts that several strings have, as DevTools counts them
    #[arg(long, group = "mode")]
    pub duplicates: bool,
    /// List groups of texts that differ only in numbers, ids, or the middle of an address
    #[arg(long, group = "mode")]
    pub patterns: bool,
    /// List the longest strings, concatenated ones by their whole text
    #[arg(long, group = "mode")]
    pub longest: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// Print this many rows at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// What is asked about strings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StringsMode {
    /// Which there are, or which fit.
    Search,
    /// Which are needless copies.
    Duplicates,
    /// Which differ in numbers only.
    Patterns,
    /// Which are long.
    Longest,
}

impl StringsArgs {
    /// What is asked; of all strings together their duplicates.
    pub fn mode(&self) -> StringsMode {
        match (self.patterns, self.longest, self.duplicates, &self.pattern) {
            (true, ..) => StringsMode::Patterns,
            (_, true, ..) => StringsMode::Longest,
            (_, _, true, _) | (.., None) => StringsMode::Duplicates,
            _ => StringsMode::Search,
        }
    }
}

/// `leaktui explain`
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// Name of a constructor or object, such as `system / Context`; all that is explained without it
    pub name: Option<String>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// `leaktui nodes`
#[derive(Clone, Debug, Args)]
pub struct NodesArgs {
    /// Snapshot to read
    pub file: PathBuf,
    /// Print JSON, which is the only form there is
    #[arg(long)]
    pub json: bool,
    /// Print this many nodes at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// `leaktui native`
#[derive(Clone, Debug, Args)]
pub struct NativeArgs {
    /// Snapshot to read; with the record that `capture` left beside it, the process's pages are explained
    pub file: PathBuf,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Print this many rows of each list at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}
