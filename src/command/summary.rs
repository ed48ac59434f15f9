//! `leaktui FILE` where nobody could use a screen: what the heap is, and its heaviest classes.

use super::{CommandError, Opened, Output, classes, rows, stats};
use crate::analysis::{
    order::{By, Sort},
    statistics,
};

/// How many constructors a summary lists.
const TOP: usize = 20;

pub(super) fn run(opened: &Opened, to: &mut Output<'_>) -> Result<(), CommandError> {
    rows::title(opened, to, "")?;
    stats::table(&statistics::of(&opened.known), to)?;
    writeln!(to.out)?;
    let all = classes::sorted(opened, Sort::descending(By::Retained), |_| true);
    let shown = &all[..all.len().min(TOP)];
    classes::table(opened, shown, to)?;
    Ok(to.more(all.len(), shown.len())?)
}
