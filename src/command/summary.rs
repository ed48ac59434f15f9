//! `leaktui FILE…` where nobody could use a screen: what one heap is, and its heaviest classes; of
//! several, what grew, and the classes that did.

use super::{CommandError, Opened, Output, classes, diff, growth, report, rows, stats};
use crate::{
    analysis::{
        Analysis,
        compare::Comparison,
        matching::Kinship,
        order::{By, Sort},
        statistics,
    },
    job::Job,
    words,
};

/// How many constructors a summary lists.
const TOP: usize = 20;

/// How many rows of growth it tells.
const GREW: usize = 10;

pub(super) fn run(opened: &[Opened], to: &mut Output<'_>) -> Result<(), CommandError> {
    match opened {
        [one] => of_one(one, to),
        several => of_several(several, to),
    }
}

fn of_one(opened: &Opened, to: &mut Output<'_>) -> Result<(), CommandError> {
    rows::title(opened, to, "")?;
    stats::table(&statistics::of(&opened.known), to)?;
    writeln!(to.out)?;
    let all = classes::sorted(&opened.known, Sort::descending(By::Retained), |_| true);
    let shown = &all[..all.len().min(TOP)];
    classes::table(&opened.known, shown, to)?;
    Ok(to.more(all.len(), shown.len())?)
}

fn of_several(opened: &[Opened], to: &mut Output<'_>) -> Result<(), CommandError> {
    let kinship = growth::kinship(opened)?;
    report::title(opened, &report::warnings(opened, words::series_kinship(kinship)), to)?;
    let series: Vec<&Analysis> = opened.iter().map(|opened| &opened.known).collect();
    let job = Job::default();
    // Between two processes only classes mean anything.
    if !matches!(kinship.worst, Kinship::Unrelated { .. }) {
        growth::print(&crate::analysis::growth::find(&series, &job)?, GREW, to)?;
        writeln!(to.out)?;
    }
    let (first, last) = (series[0], series[series.len() - 1]);
    diff::print(&Comparison::new(first.clone(), last.clone(), &job)?, TOP, to)
}
