//! The command line: types only, from which clap makes the parser, the help and the errors.

mod rows;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use rows::{ClassColumn, Column, DiffColumn, EdgeColumn, Filters, ObjectColumn, Rows, Sort};

use crate::{
    heap::NodeId,
    live::{Address, Condition},
};

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
    /// List functions by what they allocated while a timeline ran
    Allocations(AllocationsArgs),
    /// Show when the objects that live were allocated while a timeline ran
    Timeline(TimelineArgs),
    /// Show where memory was allocated, from a sampling profile
    Profile(ProfileArgs),
    /// Show memory outside V8's heap, and who holds it
    Native(NativeArgs),
    /// Take a snapshot of a running process
    Capture(CaptureArgs),
    /// Watch the memory of a running process, and tell where it grows
    Watch(WatchArgs),
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

/// `leaktui allocations`
#[derive(Clone, Debug, Args)]
pub struct AllocationsArgs {
    /// Timeline recorded with stacks (`capture --timeline`, or DevTools)
    pub file: PathBuf,
    /// Show the stack that allocated this object instead
    #[arg(value_name = "@ID", value_parser = parse_id)]
    pub id: Option<NodeId>,
    /// Compare with an older timeline, function by function
    #[arg(long, value_name = "BEFORE", conflicts_with = "id")]
    pub against: Option<PathBuf>,
    /// Also list who called each function, this many calls outwards
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    pub callers: u8,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Print this many functions at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

/// `leaktui timeline`
#[derive(Clone, Debug, Args)]
pub struct TimelineArgs {
    /// Timeline
    pub file: PathBuf,
    /// List the constructors of what was allocated between two times and lives, as in 2s..5s
    #[arg(long, value_name = "FROM..TO", value_parser = parse_window)]
    pub window: Option<(Duration, Duration)>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Print this many rows at most
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

/// `leaktui profile`
#[derive(Clone, Debug, Args)]
pub struct ProfileArgs {
    /// Sampling profile (.heapprofile); the older one of two
    pub file: PathBuf,
    /// The newer one, to compare
    #[arg(value_name = "AFTER", conflicts_with_all = ["tree", "heavy"])]
    pub newer: Option<PathBuf>,
    /// What bytes are summed by
    #[arg(long, value_name = "GROUP", default_value = "function")]
    pub by: ProfileGroup,
    /// Show the calls top down
    #[arg(long, conflicts_with = "heavy")]
    pub tree: bool,
    /// Show the callers bottom up
    #[arg(long)]
    pub heavy: bool,
    /// Show this many levels of calls or callers at most
    #[arg(long, value_name = "N")]
    pub depth: Option<usize>,
    /// Only functions whose name or script contains this text, and what they called
    #[arg(long, value_name = "TEXT")]
    pub focus: Option<String>,
    /// Without these functions: what they allocated counts for their callers
    #[arg(long, value_name = "TEXT")]
    pub exclude: Option<String>,
    /// Print only rows that contain this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Print this many rows at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

impl ProfileArgs {
    /// What `leaktui FILE` means where the files are profiles: at most two, the older first.
    pub fn of(files: &[PathBuf]) -> Self {
        let mut files = files.iter().cloned();
        Self {
            file: files.next().unwrap_or_default(),
            newer: files.next(),
            by: ProfileGroup::Function,
            tree: false,
            heavy: false,
            depth: None,
            focus: None,
            exclude: None,
            filter: None,
            json: false,
            limit: None,
        }
    }
}

/// What the bytes of a profile are summed by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ProfileGroup {
    /// A function at its place.
    Function,
    /// A script.
    Script,
    /// An npm package, the program's own code, Node's or V8's.
    Package,
}

/// `leaktui capture`
///
/// A bare number is the id of a local Node process, whose inspector is opened by SIGUSR1 and closed again
/// afterwards, or a port. Beside each snapshot NAME.process.json keeps the process's memory figures.
#[derive(Clone, Debug, Args)]
pub struct CaptureArgs {
    /// Process id, port, HOST:PORT or ws:// URL
    #[arg(value_name = "TARGET")]
    pub address: Address,
    /// File to write; never over an existing one. Series get a number before the ending
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Which target, where there are several: its number in the list, or part of its id, title or URL
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Explore or compare what was taken
    #[arg(long, conflicts_with = "sampling")]
    pub open: bool,
    /// Do not ask whether the process may be stopped
    #[arg(short, long)]
    pub yes: bool,
    /// Show V8's own structures too; sizes then differ from DevTools' defaults
    #[arg(long)]
    pub internals: bool,
    /// Take this many snapshots
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=999))]
    pub series: Option<u32>,
    /// Time between the snapshots of a series
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "30s")]
    pub every: Duration,
    /// Take the next one when memory has passed a limit, as in 'heap > +50MB' or 'rss > 1.5GB'
    #[arg(long, value_name = "CONDITION")]
    pub when: Option<Condition>,
    /// Sample allocations for this long instead, into a .heapprofile
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with_all = ["timeline", "series", "when"])]
    pub sampling: Option<Duration>,
    /// Record allocations with their stacks for this long, into a .heaptimeline
    #[arg(long, value_name = "TIME", value_parser = parse_time, conflicts_with_all = ["series", "when"])]
    pub timeline: Option<Duration>,
}

/// `leaktui watch`
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// Process id, port, HOST:PORT or ws:// URL
    #[arg(value_name = "TARGET")]
    pub address: Address,
    /// Which target, where there are several: its number in the list, or part of its id, title or URL
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,
    /// Time between samples
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "2s")]
    pub every: Duration,
    /// End after so many samples
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub samples: Option<u32>,
    /// Collect garbage before each sample, which stops the program for a moment
    #[arg(long)]
    pub gc: bool,
    /// Do not open the inspector of a local process: count its pages only
    #[arg(long)]
    pub no_inspector: bool,
    /// Print a JSON object a sample
    #[arg(long)]
    pub json: bool,
}

/// A time that something takes: not none.
fn parse_time(text: &str) -> Result<Duration, String> {
    parse_moment(text).and_then(|time| if time.is_zero() { Err(NO_TIME.to_owned()) } else { Ok(time) })
}

/// What a time is, for those who wrote something else.
const NO_TIME: &str = "a time is like 30s, 500ms or 2min";

/// `30s`, `500ms`, `2min`; a bare number is seconds.
fn parse_moment(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = match text[end..].trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(NO_TIME.to_owned()),
    };
    let seconds = text[..end].parse::<f64>().ok().map(|number| number * unit);
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| NO_TIME.to_owned())
}

/// `2s..5s`; an end that is left out is the recording's.
fn parse_window(text: &str) -> Result<(Duration, Duration), String> {
    let (from, to) = text.split_once("..").ok_or("a window is like 2s..5s")?;
    let end = |text: &str, default| if text.is_empty() { Ok(default) } else { parse_moment(text) };
    Ok((end(from, Duration::ZERO)?, end(to, Duration::MAX)?))
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
