//! `leaktui classes FILE`: constructors with counts and sizes, as DevTools' Summary lists them.

use super::{CommandError, Opened, Output, json, output::Column, rows, sieve::Sieve};
use crate::{
    analysis::{
        Analysis, Distance,
        filter::Selection,
        objects::compare_classes,
        order::{By, Sort},
    },
    cli::ClassesArgs,
    format,
    heap::ClassIx,
};

/// DevTools' order: most retained first.
const DEFAULT: Sort = Sort::descending(By::Retained);

pub(super) const COLUMNS: [Column; 4] = [("Count", 10), ("Shallow", 8), ("Retained", 8), ("Distance", 8)];

pub(super) fn run(args: &ClassesArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let (selection, texts) = sieve.classes(&opened.known)?;
    let known = &selection.known;
    let classes = sorted(known, args.rows.order(DEFAULT), |name| texts.want(name));
    let total = total(known, &classes);
    let shown = &classes[..classes.len().min(args.rows.most(to))];
    if args.rows.json {
        let rows = json::Lazy(|| shown.iter().map(|&class| record(known, class)));
        let left_out = json::Sum { count: selection.left_out, shallow: selection.left_out_bytes };
        let body = json::ClassRows { rows, left_out };
        return Ok(json::write_line(to.out, &opened.document("classes", total, body))?);
    }
    let sums = [
        format::counted(total.rows as u64, "constructor", "constructors"),
        format::objects(total.count as u64),
        format::bytes(total.shallow),
        left_out(&selection),
    ];
    rows::title(&opened, to, &to.joined(sums))?;
    table(known, shown, to)?;
    Ok(to.more(classes.len(), shown.len())?)
}

/// What the filter hides, counted.
fn left_out(selection: &Selection) -> String {
    match selection.left_out {
        0 => String::new(),
        count => format!(
            "{} ({}) filtered out",
            format::objects(count as u64),
            format::bytes(selection.left_out_bytes)
        ),
    }
}

/// The classes that have members and a name that is wanted.
pub(super) fn sorted(known: &Analysis, sort: Sort, wants: impl Fn(&str) -> bool) -> Vec<ClassIx> {
    let mut classes: Vec<_> =
        known.classes.with_members().filter(|&class| wants(known.classes.name(class))).collect();
    classes.sort_by(|&a, &b| compare_classes(known, a, b, sort));
    classes
}

pub(super) fn table(known: &Analysis, classes: &[ClassIx], to: &mut Output<'_>) -> Result<(), CommandError> {
    to.head(&COLUMNS, "Constructor")?;
    for &class in classes {
        let row = record(known, class);
        let cells = [
            format::count(row.count as u64),
            format::bytes(row.shallow),
            format::bytes(row.retained),
            to.distance(row.distance.map_or(Distance::NEVER, Distance::from_raw)),
        ];
        to.row(&COLUMNS, &cells, row.class)?;
    }
    Ok(())
}

fn record(known: &Analysis, class: ClassIx) -> json::Class<'_> {
    json::Class {
        class: known.classes.name(class),
        class_key: known.classes.key(class),
        count: known.classes.count(class),
        shallow: known.classes.shallow(class),
        retained: known.retained.as_ref().map_or(0, |retained| retained.class(class)),
        distance: known.distances.as_ref().and_then(|distances| distances.class(class).raw()),
    }
}

fn total(known: &Analysis, classes: &[ClassIx]) -> json::Total {
    json::Total {
        rows: classes.len(),
        count: classes.iter().map(|&class| known.classes.count(class)).sum(),
        shallow: classes.iter().map(|&class| known.classes.shallow(class)).sum(),
    }
}
