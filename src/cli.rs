//! The command line: types only, from which clap makes the parser, the help and the errors.

use std::{fmt, path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{analysis::filter, heap::NodeId};

/// Explore V8 heap snapshots in the terminal: what grew, and what holds it.
///
/// One FILE is explored, two and more are compared. FILE is a .heapsnapshot or .heaptimeline,
/// plain or compressed (gzip, zstd), or `-` for a pipe.
/// Every command prints the same numbers as Chrome DevTools; `--json` prints them for programs.
#[derive(Clone, Debug, Parser)]
#[command(version, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do instead of exploring FILE.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Snapshots of one process, oldest first; where stdout is no terminal, a summary is printed
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How the screen looks.
    #[command(flatten)]
    pub look: Look,
}

/// Everything but exploring files.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Explore the bundled snapshots of a small real leak, before and after
    Demo(DemoArgs),
    /// List constructors with counts and sizes, as DevTools' Summary does
    Classes(ClassesArgs),
    /// List the objects of one constructor, or of all
    Objects(ObjectsArgs),
    /// Show one object and what it refers to
    Object(ObjectArgs),
    /// List what refers to an object
    Retainers(RetainersArgs),
    /// List what retains most, top down, siblings of one constructor together
    Dominators(DominatorsArgs),
    /// List what the heap refers to from its root down, as DevTools' Containment does
    Containment(ContainmentArgs),
    /// Show the shortest chain that holds an object, from the object to a root
    Path(PathArgs),
    /// Show what the heap is made of
    Stats(StatsArgs),
    /// Search strings, or list duplicates, patterns and the longest
    Strings(StringsArgs),
    /// Print every node, one JSON object a line
    Nodes(NodesArgs),
    /// Compare two snapshots by constructor, as DevTools' Comparison does
    Diff(DiffArgs),
    /// Tell what grew over two or more snapshots, and what holds it
    Growth(GrowthArgs),
}

/// How the screen and the tables look.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Look {
    /// Draw with ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Draw without colour; `NO_COLOR` in the environment does the same
    #[arg(long, global = true)]
    pub no_color: bool,
}

/// `leaktui demo`
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {}

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
    /// Object, as `@123` or `123`
    #[arg(value_name = "@ID", value_parser = parse_id)]
    pub id: NodeId,
    /// Also list the retainers of the retainers, this many steps away
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Also list weak references, which hold nothing
    #[arg(long)]
    pub weak: bool,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<EdgeColumn>,
    /// Which objects.
    #[command(flatten)]
    pub filters: Filters,
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

/// `leaktui diff`
#[derive(Clone, Debug, Args)]
pub struct DiffArgs {
    /// The older snapshot
    pub before: PathBuf,
    /// The newer snapshot
    pub after: PathBuf,
    /// Only this constructor, with its new and deleted objects
    pub class: Option<String>,
    /// Print the ids of new and deleted objects (JSON only)
    #[arg(long)]
    pub ids: bool,
    /// Print only constructors whose name contains this text, in upper or lower case
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Which rows, and in which form.
    #[command(flatten)]
    pub rows: Rows<DiffColumn>,
}

/// `leaktui growth`
#[derive(Clone, Debug, Args)]
pub struct GrowthArgs {
    /// Snapshots of one process, oldest first
    #[arg(num_args = 2.., required = true, value_names = ["BEFORE", "AFTER"])]
    pub files: Vec<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Print this many rows at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

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

fn parse_id(text: &str) -> Result<NodeId, String> {
    let digits = text.strip_prefix('@').unwrap_or(text);
    digits.parse().map(NodeId).map_err(|_| "an id is a number such as @123".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_file_needs_no_command() {
        let cli = Cli::try_parse_from(["leaktui", "a.heapsnapshot", "--ascii"]).expect("a file");
        assert!(cli.command.is_none() && cli.look.ascii);
        assert_eq!(cli.files, [PathBuf::from("a.heapsnapshot")]);
    }

    #[test]
    fn a_sort_has_the_end_people_look_for_first_unless_told() {
        let sort = |text| Sort::<ClassColumn>::from_str(text);
        assert_eq!(sort("count"), Ok(Sort { column: ClassColumn::Count, descending: true }));
        assert_eq!(sort("count:asc"), Ok(Sort { column: ClassColumn::Count, descending: false }));
        assert_eq!(sort("class"), Ok(Sort { column: ClassColumn::Class, descending: false }));
        assert_eq!(sort("size"), Err("columns are class, count, shallow, retained, distance".to_owned()));
        assert!(sort("class:up").is_err());
    }

    #[test]
    fn an_id_may_carry_its_sign() {
        assert_eq!(parse_id("@81237"), Ok(NodeId(81237)));
        assert_eq!(parse_id("81237"), Ok(NodeId(81237)));
        assert!(parse_id("@").is_err() && parse_id("-1").is_err());
    }
}
