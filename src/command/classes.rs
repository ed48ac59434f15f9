//! `leaktui classes FILE`: constructors with counts and sizes, as DevTools' Summary lists them.

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::{
        Distance,
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
    let opened = Opened::file(&args.file)?;
    let classes = sorted(&opened, args.rows.order(DEFAULT), |name| args.rows.wants(name));
    let total = total(&opened, &classes);
    let shown = &classes[..classes.len().min(args.rows.most(to))];
    if args.rows.json {
        let body = json::RowsOf { rows: json::Lazy(|| shown.iter().map(|&class| record(&opened, class))) };
        return Ok(json::write_line(to.out, &opened.document("classes", total, body))?);
    }
    let sums = [
        rows::counted(total.rows, "constructor", "constructors"),
        rows::counted(total.count, "object", "objects"),
        format::bytes(total.shallow),
    ];
    rows::title(&opened, to, &to.joined(sums))?;
    table(&opened, shown, to)?;
    Ok(to.more(classes.len(), shown.len())?)
}

/// The classes that have members and a name that is wanted.
pub(super) fn sorted(opened: &Opened, sort: Sort, wants: impl Fn(&str) -> bool) -> Vec<ClassIx> {
    let known = &opened.known;
    let mut classes: Vec<_> =
        known.classes.with_members().filter(|&class| wants(known.classes.name(class))).collect();
    classes.sort_by(|&a, &b| compare_classes(known, a, b, sort));
    classes
}

pub(super) fn table(opened: &Opened, classes: &[ClassIx], to: &mut Output<'_>) -> Result<(), CommandError> {
    to.head(&COLUMNS, "Constructor")?;
    for &class in classes {
        let row = record(opened, class);
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

fn record(opened: &Opened, class: ClassIx) -> json::Class<'_> {
    let known = &opened.known;
    json::Class {
        class: known.classes.name(class),
        class_key: known.classes.key(class),
        count: known.classes.count(class),
        shallow: known.classes.shallow(class),
        retained: known.retained.as_ref().map_or(0, |retained| retained.class(class)),
        distance: known.distances.as_ref().and_then(|distances| distances.class(class).raw()),
    }
}

fn total(opened: &Opened, classes: &[ClassIx]) -> json::Total {
    let known = &opened.known.classes;
    json::Total {
        rows: classes.len(),
        count: classes.iter().map(|&class| known.count(class)).sum(),
        shallow: classes.iter().map(|&class| known.shallow(class)).sum(),
    }
}
