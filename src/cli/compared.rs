//! What commands about several snapshots of one process take.

use std::path::PathBuf;

use clap::Args;

use super::{DiffColumn, Rows};

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
