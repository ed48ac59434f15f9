//! `leaktui timeline FILE`: when what lives was allocated, and what that is.

use std::time::Duration;

use super::{CommandError, Opened, Output, classes, json, output::Column, rows};
use crate::{
    analysis::{
        filter::{Filter, Selection},
        order::{By, Sort},
        timeline::{self, Bar},
    },
    cli::TimelineArgs,
    format,
    job::Job,
};

const COLUMNS: [Column; 4] = [("Until", 9), ("Live", 9), ("Live size", 9), ("Up to", 10)];
/// How many cells the longest bar takes.
const LONGEST: u64 = 40;

pub(super) fn run(args: &TimelineArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    if opened.trace.samples().is_empty() {
        return Err(CommandError::NotRecorded { label: opened.about.label, what: "points in time" });
    }
    let bars = timeline::bars(&opened.trace, &opened.known, &Job::default())?;
    let bars = match args.window {
        None => bars.as_slice(),
        Some((from, until)) => within(&bars, from, until),
    };
    let shown = &bars[..bars.len().min(args.limit.unwrap_or(usize::MAX))];
    if args.json {
        let rows = json::Lazy(|| shown.iter().map(record));
        let count = bars.iter().map(|bar| bar.count as usize).sum();
        let total = json::Total { rows: bars.len(), count, shallow: bars.iter().map(|bar| bar.size).sum() };
        return Ok(json::write_line(to.out, &opened.document("timeline", total, json::RowsOf { rows }))?);
    }
    rows::title(&opened, to, "")?;
    table(shown, to)?;
    to.more(bars.len(), shown.len())?;
    if args.window.is_some() { constructors(&opened, bars, to) } else { Ok(()) }
}

/// The bars that ended in a window.
fn within(bars: &[Bar], from: Duration, until: Duration) -> &[Bar] {
    let ended = |time: Duration| bars.partition_point(|bar| u128::from(bar.time_us) < time.as_micros());
    let first = ended(from);
    &bars[first..ended(until).max(first)]
}

fn record(bar: &Bar) -> json::Bar {
    json::Bar {
        time_ms: bar.time_us as f64 / 1000.0,
        above_id: bar.above,
        up_to_id: bar.up_to,
        count: bar.count,
        shallow: bar.size,
    }
}

fn table(bars: &[Bar], to: &mut Output<'_>) -> Result<(), CommandError> {
    // What was there when the recording began would leave nothing to be seen of the rest.
    let is_old = |bar: &Bar| bar.above == 0;
    let most = bars.iter().filter(|bar| !is_old(bar)).map(|bar| bar.size).max().unwrap_or(0).max(1);
    let ink = if to.ascii { "#" } else { "█" };
    let length = |bar: &Bar| u128::from(bar.size) * u128::from(LONGEST) / u128::from(most);
    let drawn = |bar: &Bar| {
        if is_old(bar) { before(bar) } else { ink.repeat(length(bar) as usize) }
    };
    to.head(&COLUMNS, "")?;
    for bar in bars {
        let cells = [
            format::duration(Duration::from_micros(bar.time_us)),
            format::count(bar.count),
            format::bytes(bar.size),
            format!("@{}", bar.up_to),
        ];
        to.row(&COLUMNS, &cells, &drawn(bar))?;
    }
    Ok(())
}

/// The first bar in words.
fn before(bar: &Bar) -> String {
    match bar.traced {
        0 => "there before".to_owned(),
        traced => format!("there before, {} of them with a stack new by then", format::count(traced)),
    }
}

/// What was allocated in these bars and lives, by constructor.
fn constructors(opened: &Opened, bars: &[Bar], to: &mut Output<'_>) -> Result<(), CommandError> {
    let Some(words) = Bar::filter(bars) else { return Ok(()) };
    let selection = Selection::of(&opened.known, &Filter::of(&words)?, &Job::default())?;
    let classes = classes::sorted(&selection.known, Sort::descending(By::Shallow), |_| true);
    writeln!(to.out)?;
    classes::table(&selection.known, &classes, to)
}
