//! What commands about a running process take.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::value::parse_time;
use crate::live::{Address, Condition};

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
    /// Explore or compare what was taken, or show the profile
    #[arg(long)]
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

impl CaptureArgs {
    /// Whether what is taken is a sampling profile, and shall be shown.
    pub fn opens_profile(&self) -> bool {
        self.open && self.sampling.is_some()
    }
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
