//! `leaktui stats FILE`: what the heap is made of, as DevTools' Statistics view divides it.

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::statistics::{self, Statistics},
    cli::StatsArgs,
    format,
};

const COLUMNS: [Column; 2] = [("Bytes", 10), ("Share", 6)];

pub(super) fn run(args: &StatsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    let statistics = statistics::of(&opened.known);
    if args.json {
        let categories = categories(&statistics);
        let total = json::Total {
            rows: categories.len(),
            count: opened.known.heap.node_count(),
            shallow: statistics.total,
        };
        let document = opened.document("stats", total, json::Categories { categories });
        return Ok(json::write_line(to.out, &document)?);
    }
    rows::title(&opened, to, "")?;
    table(&statistics, to)
}

pub(super) fn table(statistics: &Statistics, to: &mut Output<'_>) -> Result<(), CommandError> {
    to.head(&COLUMNS, "Part of the heap")?;
    for category in categories(statistics) {
        let share = format::percent(category.bytes, statistics.total);
        to.row(&COLUMNS, &[format::bytes(category.bytes), share], category.name)?;
    }
    Ok(())
}

fn categories(statistics: &Statistics) -> Vec<json::Category> {
    let parts = statistics.categories();
    parts.into_iter().map(|(name, bytes)| json::Category { name, bytes }).collect()
}
