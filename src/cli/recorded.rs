//! What commands about recordings take: timelines, sampling profiles.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use super::value::{parse_id, parse_window};
use crate::heap::NodeId;

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
