//! The headless commands: the same answers as on the screen, as text or JSON.
//!
//! One file a command, each writing to an [`Output`]. [`json`] holds the names that programs
//! rely on. Text for people is cleaned of everything that would drive a terminal, and JSON
//! escapes it. A command loads its snapshot whole, prints, and is done.

mod classes;
mod diff;
mod error;
mod find;
mod growth;
pub mod json;
mod nodes;
mod object;
mod objects;
mod opened;
mod output;
mod path;
mod progress;
mod report;
mod retainers;
mod rows;
mod stats;
mod summary;
mod usage;

pub use error::{CommandError, describe};
pub use opened::{Opened, demo, input};
pub use output::Output;
pub use usage::answer;

use crate::cli::{Cli, Command};

/// Does what the command line says, as far as it needs no screen.
///
/// # Errors
///
/// [`CommandError`], and nothing more is written.
pub fn run(cli: &Cli, to: &mut Output<'_>) -> Result<(), CommandError> {
    match &cli.command {
        Some(Command::Classes(args)) => classes::run(args, to),
        Some(Command::Objects(args)) => objects::run(args, to),
        Some(Command::Object(args)) => object::run(args, to),
        Some(Command::Retainers(args)) => retainers::run(args, to),
        Some(Command::Path(args)) => path::run(args, to),
        Some(Command::Stats(args)) => stats::run(args, to),
        Some(Command::Nodes(args)) => nodes::run(args, to),
        Some(Command::Diff(args)) => diff::run(args, to),
        Some(Command::Growth(args)) => growth::run(args, to),
        Some(Command::Demo(_)) => summary::run(&Opened::load(&demo())?, to),
        None => summary::run(&Opened::load(&input(only_file(&cli.files)?))?, to),
    }
}

/// The one file to explore.
///
/// # Errors
///
/// Where there is none, or more than one: comparing has no command yet.
pub fn only_file(files: &[std::path::PathBuf]) -> Result<&std::path::Path, CommandError> {
    match files {
        [file] => Ok(file),
        [] => Err(CommandError::NoFile),
        _ => Err(CommandError::ManyFiles),
    }
}
