//! The headless commands: the same answers as on the screen, as text or JSON.
//!
//! One file a command, each writing to an [`Output`]. [`json`] holds the names that programs
//! rely on. Text for people is cleaned of everything that would drive a terminal, and JSON
//! escapes it. A command loads its snapshot whole, prints, and is done.

mod allocations;
mod capture;
mod classes;
mod containment;
mod diff;
mod dominators;
mod error;
mod explain;
mod find;
mod growth;
mod holders;
mod interrupt;
pub mod json;
mod native;
mod nodes;
mod object;
mod objects;
mod opened;
mod output;
mod path;
mod profile;
mod progress;
mod report;
mod retainers;
mod rows;
mod sieve;
mod stats;
mod strings;
mod summary;
mod timeline;
mod tree;
mod usage;
mod watch;

pub use error::{CommandError, describe, is_broken_pipe};
pub use opened::{Opened, demo, input};
pub use output::Output;
pub use profile::ToShow as ProfilesToShow;
pub use usage::answer;
pub use watch::warn_of_rest;

use std::path::PathBuf;

use crate::{
    cli::{Cli, Command, ProfileArgs, WatchArgs},
    live::Watch,
    snapshot::Input,
};

/// What the command line asks to show on a screen.
pub enum OnScreen {
    /// Snapshots to explore, oldest first.
    Explore(Vec<Input>),
    /// A process to watch.
    Watch(Box<Watch>, WatchArgs),
    /// Sampling profiles, yet to be read.
    Profile(ProfilesToShow),
}

/// What the command line asks to show on a screen, if it asks for that. `capture --open` takes it first, and
/// a watch has begun.
///
/// # Errors
///
/// Where no file is named, nothing can be taken, or nothing can be watched.
pub fn on_screen(cli: &Cli) -> Result<Option<OnScreen>, CommandError> {
    match &cli.command {
        Some(Command::Watch(args)) if !args.json => {
            Ok(Some(OnScreen::Watch(Box::new(watch::begin(args)?), args.clone())))
        }
        Some(Command::Profile(args)) => Ok(profile::on_screen(args).map(OnScreen::Profile)),
        Some(Command::Capture(args)) if args.opens_profile() => {
            Ok(Some(OnScreen::Profile(ProfilesToShow::files(&capture::take(args)?))))
        }
        None if are_profiles(&cli.files) => Ok(Some(OnScreen::Profile(ProfilesToShow::files(&cli.files)))),
        _ => Ok(to_explore(cli)?.map(OnScreen::Explore)),
    }
}

/// Whether files without a command are one or two sampling profiles.
fn are_profiles(files: &[PathBuf]) -> bool {
    matches!(files.len(), 1 | 2) && files.iter().all(|file| profile::is_profile(file))
}

fn to_explore(cli: &Cli) -> Result<Option<Vec<Input>>, CommandError> {
    match (&cli.command, cli.files.as_slice()) {
        (Some(Command::Demo(_)), _) => Ok(Some(demo().into())),
        (Some(Command::Capture(args)), _) if args.open => {
            Ok(Some(capture::take(args)?.into_iter().map(Input::Path).collect()))
        }
        (Some(_), _) => Ok(None),
        (None, []) => Err(CommandError::NoFile),
        (None, [file, ..]) if usage::is_no_file(file) => Err(usage::no_command(file)),
        (None, files) => Ok(Some(files.iter().map(|file| input(file)).collect())),
    }
}

/// Does what the command line says without a screen.
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
        Some(Command::Dominators(args)) => dominators::run(args, to),
        Some(Command::Containment(args)) => containment::run(args, to),
        Some(Command::Path(args)) => path::run(args, to),
        Some(Command::Stats(args)) => stats::run(args, to),
        Some(Command::Strings(args)) => strings::run(args, to),
        Some(Command::Explain(args)) => explain::run(args, to),
        Some(Command::Nodes(args)) => nodes::run(args, to),
        Some(Command::Diff(args)) => diff::run(args, to),
        Some(Command::Growth(args)) => growth::run(args, to),
        Some(Command::Allocations(args)) => allocations::run(args, to),
        Some(Command::Timeline(args)) => timeline::run(args, to),
        Some(Command::Profile(args)) => profile::run(args, to),
        Some(Command::Watch(args)) => watch::run(args, to),
        Some(Command::Native(args)) => native::run(args, to),
        Some(Command::Capture(args)) if !args.open => capture::run(args, to),
        Some(Command::Capture(args)) if args.opens_profile() => {
            profile::run(&ProfileArgs::of(&capture::take(args)?), to)
        }
        None if are_profiles(&cli.files) => profile::run(&ProfileArgs::of(&cli.files), to),
        Some(Command::Capture(_) | Command::Demo(_)) | None => match to_explore(cli)? {
            Some(inputs) => summary::run(&Opened::inputs(&inputs)?, to),
            None => Ok(()),
        },
    }
}
