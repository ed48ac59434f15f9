//! `leaktui growth BEFORE AFTER…`: what grew, and what holds it, in sentences.

use std::borrow::Cow;

use super::{CommandError, Opened, Output, json, report};
use crate::{
    analysis::{
        Analysis,
        compare::clamped,
        growth::{self, Growth, GrowthRow},
        matching::{self, Kinship, SeriesKinship},
    },
    cli::GrowthArgs,
    format,
    job::Job,
    words,
};

/// How many rows people are shown unless they ask for more.
const TOP: usize = 20;

pub(super) fn run(args: &GrowthArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::all(&args.files)?;
    let kinship = kinship(&opened)?;
    if let Kinship::Unrelated { agreement } = kinship.worst {
        return Err(CommandError::Unrelated { agreement: agreement * 100.0 });
    }
    let series: Vec<&Analysis> = opened.iter().map(|opened| &opened.known).collect();
    let found = growth::find(&series, &Job::default())?;
    let warnings = report::warnings(&opened, words::series_kinship(kinship));
    let most = args.limit.unwrap_or(if args.json { usize::MAX } else { TOP });
    let shown = &found.rows[..found.rows.len().min(most)];
    if args.json {
        let last = &opened[opened.len() - 1].known;
        let document = json::Document {
            schema: "leaktui/growth/1".to_owned(),
            files: opened.iter().map(Opened::json_file).collect(),
            warnings: Cow::Owned(warnings),
            total: json::GrowthTotal { rows: found.rows.len(), shallow_growth: found.total },
            body: json::GrownRows {
                rows: json::Lazy(|| shown.iter().map(|row| record(last, row))),
                moved: found.moved.iter().map(moved).collect(),
            },
        };
        return Ok(json::write_line(to.out, &document)?);
    }
    report::title(&opened, &warnings, to)?;
    print(&found, most, to)
}

/// How the snapshots belong together, the worst of each two that follow one another.
pub(super) fn kinship(opened: &[Opened]) -> Result<SeriesKinship, CommandError> {
    let series: Vec<&Analysis> = opened.iter().map(|opened| &opened.known).collect();
    Ok(matching::series_kinship(&series, &Job::default())?)
}

/// Writes the first rows as sentences.
pub(super) fn print(found: &Growth, most: usize, to: &mut Output<'_>) -> Result<(), CommandError> {
    let shown = &found.rows[..found.rows.len().min(most)];
    to.paragraph(&words::growth_total(found))?;
    // Sentences are there to be read and pasted whole: they are cleaned, and never cut.
    for (at, row) in shown.iter().enumerate() {
        writeln!(to.out)?;
        to.paragraph(&format!("{:>3}. {}", at + 1, words::growth(row)))?;
        if !row.chain.is_empty() {
            to.paragraph(&format!("     {}", row.chain))?;
        }
    }
    if found.rows.len() > shown.len() {
        let rest = clamped(found.rows[shown.len()..].iter().map(|row| i128::from(row.exclusive)).sum());
        let left = format::count((found.rows.len() - shown.len()) as u64);
        writeln!(to.out)?;
        to.paragraph(&format!("({left} more, {} together)", format::signed_bytes(rest)))?;
    }
    for moved in found.moved.iter().take(TOP) {
        writeln!(to.out)?;
        to.paragraph(&format!("     {}", words::moved(moved)))?;
    }
    Ok(())
}

fn moved(moved: &growth::Moved) -> json::Moved<'_> {
    json::Moved { from: &moved.from, to: &moved.to, count: moved.count }
}

fn record<'a>(last: &Analysis, row: &'a GrowthRow) -> json::Grown<'a> {
    json::Grown {
        what: &row.what,
        kind: row.kind.name(),
        counts: &row.counts,
        retained_growth: row.retained_growth(),
        shallow_growth: row.exclusive,
        chain: &row.chain,
        example: row.example.map(|node| last.heap.id(node).0),
        verdict: row.verdict.name(),
        fit: row.verdict.fit(),
        class: row.class.as_deref(),
        module: row.module.as_deref(),
        new: row.new,
        deleted: row.deleted,
        holders: row.holders,
        text: words::growth(row),
    }
}
