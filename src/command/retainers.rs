//! `leaktui retainers FILE @ID`: what refers to an object, as deep as asked for.

use super::{
    CommandError, Opened, Output, holders, json, rows,
    sieve::{Sieve, Wanted},
    tree::{self, Found},
};
use crate::{
    analysis::{
        Distance,
        holders::{Noise, entry, noise},
        ignoring::Ignoring,
        retainers,
        scope::edge_label,
    },
    cli::{RetainersArgs, Subject},
    format,
    heap::{InEdge, NodeId, NodeIx},
    job::Job,
};

pub(super) fn run(args: &RetainersArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let wanted = sieve.over(&opened.known)?;
    match &args.subject {
        Subject::Object(id) if !args.by_class => of_object(&opened, args, *id, &wanted, to),
        subject => holders::run(&opened, args, subject, &wanted, to),
    }
}

fn of_object(
    opened: &Opened,
    args: &RetainersArgs,
    id: NodeId,
    wanted: &Wanted,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let node = opened.node(id)?;
    let ignored = args.ignore.iter().map(|&id| opened.node(id)).collect::<Result<Vec<_>, _>>()?;
    let around = Ignoring::new(&opened.known, &ignored, &Job::default())?;
    let below = |node| sorted(opened, node, args, &around, wanted);
    let first = below(node);
    let total = opened.total(first.iter().map(|row| row.from));
    let most = args.rows.limit.unwrap_or(if args.depth > 1 { tree::DEEP } else { args.rows.most(to) });
    let found = tree::walk(node, args.depth, most, below, |row| row.from);
    if args.rows.json {
        let body =
            json::RowsOf { rows: json::Lazy(|| found.iter().map(|found| record(opened, &around, found))) };
        return Ok(json::write_line(to.out, &opened.document("retainers", total, body))?);
    }
    let references = format::counted(total.rows as u64, "reference", "references");
    to.line(&format!("{} is referred to by {references}", opened.mention(node)))?;
    rows::title(opened, to, "")?;
    to.head(&rows::REFERENCE, "Retainer")?;
    for row in &found {
        print(opened, &around, row, to)?;
    }
    let shown = found.iter().filter(|row| row.level == 1).count();
    Ok(to.more(total.rows, shown)?)
}

fn sorted(
    opened: &Opened,
    node: NodeIx,
    args: &RetainersArgs,
    around: &Ignoring,
    wanted: &Wanted,
) -> Vec<InEdge> {
    let mut rows = retainers::list(&opened.known, node, args.weak);
    rows.retain(|row| wanted.has(row.from, || name(opened, row)));
    around.sort(&mut rows, args.rows.order(retainers::DEFAULT));
    rows
}

/// `cache in Server @7`; of a WeakMap entry what is key and what is table.
fn name(opened: &Opened, row: &InEdge) -> String {
    let by = opened.mention(row.from);
    match entry(&opened.known, &row.edge) {
        Some(entry) if entry.table == Some(row.from) => match entry.key {
            Some(key) => format!("value of key {} in WeakMap table {by}", opened.mention(key)),
            None => format!("value in WeakMap table {by}"),
        },
        Some(_) => format!("WeakMap value of key {by}"),
        None => format!("{} in {by}", edge_label(&opened.known.heap, row.from, &row.edge)),
    }
}

fn record<'a>(opened: &'a Opened, around: &Ignoring, found: &Found<InEdge>) -> json::Retainer<'a> {
    let InEdge { from, edge } = &found.row;
    let id = |node: NodeIx| opened.known.heap.id(node).0;
    let entry = entry(&opened.known, edge);
    let mut reference = opened.reference(edge, *from, *from, found.level, found.repeats);
    reference.distance = around.distance(&found.row).and_then(Distance::raw);
    json::Retainer {
        reference,
        ignored: around.ignores(*from),
        noise: noise(&opened.known, &found.row).map(Noise::name),
        key: entry.and_then(|entry| entry.key).map(id),
        table: entry.and_then(|entry| entry.table).map(id),
    }
}

fn print(
    opened: &Opened,
    around: &Ignoring,
    found: &Found<InEdge>,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let node = found.row.from;
    let cells = [
        to.distance(around.distance(&found.row).unwrap_or(Distance::NEVER)),
        format::bytes(opened.known.shallow(node)),
        format::bytes(opened.retained(node)),
    ];
    let note = match (found.repeats, around.ignores(node), around.holds(&found.row)) {
        (true, ..) => " (again)",
        (_, true, _) => " (ignored)",
        (.., false) if !around.ignored().is_empty() => " (out of reach)",
        _ => "",
    };
    let indent = "  ".repeat(found.level - 1);
    Ok(to.row(&rows::REFERENCE, &cells, &format!("{indent}{}{note}", name(opened, &found.row)))?)
}
