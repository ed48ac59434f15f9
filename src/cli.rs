//! The command line: types only, from which clap makes the parser, the help and the errors.

mod compared;
mod heap;
mod process;
mod recorded;
mod rows;
mod value;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use compared::{DiffArgs, GrowthArgs};
pub use heap::{
    ClassesArgs, ContainmentArgs, DominatorsArgs, ExplainArgs, NativeArgs, NodesArgs, ObjectArgs,
    ObjectsArgs, PathArgs, RetainersArgs, StatsArgs, StringsArgs, StringsMode, Subject,
};
pub use process::{CaptureArgs, WatchArgs};
pub use recorded::{AllocationsArgs, ProfileArgs, ProfileGroup, TimelineArgs};
pub use rows::{ClassColumn, Column, DiffColumn, EdgeColumn, Filters, ObjectColumn, Rows, Sort};

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
}
