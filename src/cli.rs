//! The command line: types only, from which clap makes the parser, the help and the errors.

mod rows;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use rows::{ClassColumn, Column, DiffColumn, EdgeColumn, Filters, ObjectColumn, Rows, Sort};

use crate::heap::NodeId;

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
    /// List what refers to an object, or count what refers to those of a constructor
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
    /// Tell what rows such as `(compiled code)` are, why they grow and what to do
    Explain(ExplainArgs),
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

fn parse_id(text: &str) -> Result<NodeId, String> {
    let digits = text.strip_prefix('@').unwrap_or(text);
    digits.parse().map(NodeId).map_err(|_| "an id is a number such as @123".to_owned())
}

/// What begins with a digit or `@` is an id; no constructor's name does.
fn parse_subject(text: &str) -> Result<Subject, String> {
    if text.starts_with(|c: char| c == '@' || c.is_ascii_digit()) {
        return parse_id(text).map(Subject::Object);
    }
    Ok(Subject::Class(text.to_owned()))
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
    fn an_id_may_carry_its_sign() {
        assert_eq!(parse_id("@81237"), Ok(NodeId(81237)));
        assert_eq!(parse_id("81237"), Ok(NodeId(81237)));
        assert!(parse_id("@").is_err() && parse_id("-1").is_err());
        assert_eq!(parse_subject("@7"), Ok(Subject::Object(NodeId(7))));
        assert_eq!(parse_subject("Map"), Ok(Subject::Class("Map".to_owned())));
        assert!(parse_subject("@x").is_err());
    }
}
