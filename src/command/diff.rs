//! `leaktui diff BEFORE AFTER [CLASS]`: what came and went, class by class.

use std::borrow::Cow;

use super::{CommandError, Opened, Output, json, output::Column, report, rows};
use crate::{
    analysis::{
        compare::{self, CompareSort, Comparison, Members, Row},
        filter::contains,
    },
    cli::{DiffArgs, DiffColumn},
    format,
    heap::{Heap, NodeIx},
    job::Job,
    words,
};

const COLUMNS: [Column; 6] =
    [("New", 9), ("Deleted", 9), ("Delta", 9), ("Allocated", 9), ("Freed", 9), ("Size delta", 10)];

/// Columns where the snapshots have no objects in common.
const CLASS_COLUMNS: [Column; 4] = [("Before", 9), ("After", 9), ("Delta", 9), ("Size delta", 10)];

impl From<DiffColumn> for compare::Column {
    fn from(column: DiffColumn) -> Self {
        match column {
            DiffColumn::Class => Self::Name,
            DiffColumn::New => Self::New,
            DiffColumn::Deleted => Self::Deleted,
            DiffColumn::Delta => Self::CountDelta,
            DiffColumn::Allocated => Self::Allocated,
            DiffColumn::Freed => Self::Freed,
            DiffColumn::SizeDelta => Self::SizeDelta,
            DiffColumn::RetainedDelta => Self::RetainedDelta,
        }
    }
}

pub(super) fn run(args: &DiffArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::all(&[args.before.clone(), args.after.clone()])?;
    let [older, newer] = opened.as_slice() else { unreachable!("two files were asked for") };
    let found = Comparison::new(older.known.clone(), newer.known.clone(), &Job::default())?;
    let wanted = sorted(&found, args)?;
    let shown = &wanted[..wanted.len().min(args.rows.most(to))];
    let warnings = report::warnings(&opened, words::kinship(found.matching().kinship()));
    if args.rows.json {
        let with_ids = args.ids || args.class.is_some();
        let document = json::Document {
            schema: "leaktui/diff/1".to_owned(),
            files: opened.iter().map(Opened::json_file).collect(),
            warnings: Cow::Owned(warnings),
            total: total(&found, &wanted),
            body: json::RowsOf { rows: json::Lazy(|| shown.iter().map(|row| record(&found, row, with_ids))) },
        };
        return Ok(json::write_line(to.out, &document)?);
    }
    report::title(&opened, &warnings, to)?;
    table(&found, shown, to)?;
    to.more(wanted.len(), shown.len())?;
    match &args.class {
        Some(_) => shown.iter().try_for_each(|row| objects(&found, row, to)),
        None => Ok(()),
    }
}

/// The rows wanted: those that changed, or the one class whatever became of it.
fn sorted<'a>(found: &'a Comparison, args: &DiffArgs) -> Result<Vec<&'a Row>, CommandError> {
    let is_wanted = |row: &&Row| match &args.class {
        Some(class) => found.name(row) == class || row.key == *class,
        None => {
            is_changed(found, row) && args.filter.as_ref().is_none_or(|text| contains(found.name(row), text))
        }
    };
    let mut wanted: Vec<&Row> = found.rows().iter().filter(is_wanted).collect();
    if let (Some(class), true) = (&args.class, wanted.is_empty()) {
        return Err(CommandError::NoClass { wanted: rows::quoted(class), alike: Vec::new() });
    }
    let default = if found.is_by_object() { compare::DEVTOOLS } else { compare::GROWTH };
    let order = args
        .rows
        .sort
        .map_or(default, |sort| CompareSort { by: sort.column.into(), descending: sort.descending });
    wanted.sort_by(|a, b| found.compare_rows(a, b, order));
    Ok(wanted)
}

/// Writes the rows that grew most.
pub(super) fn print(found: &Comparison, most: usize, to: &mut Output<'_>) -> Result<(), CommandError> {
    let mut rows: Vec<&Row> = found.rows().iter().filter(|row| is_changed(found, row)).collect();
    rows.sort_by(|a, b| found.compare_rows(a, b, compare::GROWTH));
    let shown = &rows[..rows.len().min(most)];
    table(found, shown, to)?;
    Ok(to.more(rows.len(), shown.len())?)
}

fn is_changed(found: &Comparison, row: &Row) -> bool {
    if found.is_by_object() { row.is_changed() } else { row.before != row.after }
}

/// By how many objects and bytes the class grew, as far as the snapshots can be compared.
fn deltas(found: &Comparison, row: &Row) -> (i64, i64) {
    if found.is_by_object() {
        (row.count_delta(), row.size_delta())
    } else {
        (row.after.count as i64 - row.before.count as i64, row.shallow_delta())
    }
}

fn total(found: &Comparison, rows: &[&Row]) -> json::DifferenceTotal {
    let mut total = json::DifferenceTotal { rows: rows.len(), ..json::DifferenceTotal::default() };
    for row in rows {
        let (delta, size_delta) = deltas(found, row);
        total.delta = total.delta.saturating_add(delta);
        total.size_delta = total.size_delta.saturating_add(size_delta);
    }
    total
}

fn record<'a>(found: &'a Comparison, row: &'a Row, with_ids: bool) -> json::Difference<'a> {
    let by_object = found.is_by_object();
    let (delta, size_delta) = deltas(found, row);
    let members = if with_ids && by_object { Some(found.members(row)) } else { None };
    let ids = |heap: &Heap, nodes: &[NodeIx]| nodes.iter().map(|&node| heap.id(node).0).collect();
    json::Difference {
        class: found.name(row),
        class_key: &row.key,
        new: by_object.then_some(row.new),
        deleted: by_object.then_some(row.deleted),
        delta,
        allocated: by_object.then_some(row.allocated),
        freed: by_object.then_some(row.freed),
        size_delta,
        noise: row.is_noise,
        before: figures(&row.before),
        after: figures(&row.after),
        new_ids: members.as_ref().map(|members| ids(&found.newer().heap, &members.new)),
        deleted_ids: members.as_ref().map(|members| ids(&found.older().heap, &members.deleted)),
    }
}

fn figures(figures: &compare::Figures) -> json::Figures {
    json::Figures { count: figures.count, shallow: figures.shallow, retained: figures.retained }
}

fn table(found: &Comparison, rows: &[&Row], to: &mut Output<'_>) -> Result<(), CommandError> {
    let by_object = found.is_by_object();
    to.head(if by_object { &COLUMNS } else { &CLASS_COLUMNS }, "Constructor")?;
    for row in rows {
        let (delta, size_delta) = deltas(found, row);
        let (delta, size_delta) = (format::signed_count(delta), format::signed_bytes(size_delta));
        let name = found.name(row);
        let name = if row.is_noise { &format!("{name} (native ids only: noise)") } else { name };
        if by_object {
            let counts = [row.new, row.deleted].map(|count| format::count(count as u64));
            let [new, deleted] = counts;
            let [allocated, freed] = [row.allocated, row.freed].map(format::bytes);
            to.row(&COLUMNS, &[new, deleted, delta, allocated, freed, size_delta], name)?;
        } else {
            let [before, after] = [row.before, row.after].map(|figures| format::count(figures.count as u64));
            to.row(&CLASS_COLUMNS, &[before, after, delta, size_delta], name)?;
        }
    }
    Ok(())
}

/// The class's new and deleted objects, as an opened row of DevTools lists them.
fn objects(found: &Comparison, row: &Row, to: &mut Output<'_>) -> Result<(), CommandError> {
    if !found.is_by_object() {
        return Ok(());
    }
    let Members { new, deleted, .. } = found.members(row);
    writeln!(to.out)?;
    to.head(&rows::OBJECT, "Object")?;
    let sides = [("+", found.newer(), new), ("\u{2212}", found.older(), deleted)];
    for (sign, known, nodes) in sides {
        let sign = if to.ascii && sign != "+" { "-" } else { sign };
        for node in nodes {
            let cells = [
                known.heap.id(node).to_string(),
                to.distance(known.distance(node).unwrap_or(crate::analysis::Distance::NEVER)),
                format::bytes(known.shallow(node)),
                format::bytes(known.retained(node).unwrap_or_default()),
            ];
            to.row(&rows::OBJECT, &cells, &format!("{sign} {}", known.names.label(&known.heap, node)))?;
        }
    }
    Ok(())
}
