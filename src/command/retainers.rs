//! `leaktui retainers FILE @ID`: what refers to an object, as deep as asked for.

use super::{
    CommandError, Opened, Output, json, rows,
    sieve::{Sieve, Wanted},
};
use crate::{
    analysis::{retainers, scope::edge_label},
    cli::RetainersArgs,
    format,
    heap::{InEdge, NodeIx},
    job::Job,
};

/// How many rows a search deeper than one step prints unless told: their number multiplies.
const DEEP: usize = 1000;

/// A retainer, and how far it stands from the object asked for.
struct Found {
    by: InEdge,
    level: usize,
    repeats: bool,
}

pub(super) fn run(args: &RetainersArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let node = opened.node(args.id)?;
    let wanted = sieve.over(&opened.known)?;
    let first = sorted(&opened, node, args, &wanted)?;
    let total = opened.total(first.iter().map(|row| row.from));
    let most = args.rows.limit.unwrap_or(if args.depth > 1 { DEEP } else { args.rows.most(to) });
    let found = walk(&opened, node, first, args, &wanted, most)?;
    if args.rows.json {
        let record =
            |row: &Found| opened.reference(&row.by.edge, row.by.from, row.by.from, row.level, row.repeats);
        let body = json::RowsOf { rows: json::Lazy(|| found.iter().map(record)) };
        return Ok(json::write_line(to.out, &opened.document("retainers", total, body))?);
    }
    to.line(&format!("{} is referred to by {}", opened.mention(node), nodes(total.rows)))?;
    rows::title(&opened, to, "")?;
    to.head(&rows::REFERENCE, "Retainer")?;
    for row in &found {
        print(&opened, row, to)?;
    }
    let shown = found.iter().filter(|row| row.level == 1).count();
    Ok(to.more(total.rows, shown)?)
}

fn nodes(rows: usize) -> String {
    rows::counted(rows, "reference", "references")
}

fn sorted(
    opened: &Opened,
    node: NodeIx,
    args: &RetainersArgs,
    wanted: &Wanted,
) -> Result<Vec<InEdge>, CommandError> {
    let mut rows = retainers::list(&opened.known, node, args.weak);
    let name = |row: &InEdge| {
        format!("{} in {}", edge_label(&opened.known.heap, row.from, &row.edge), opened.name(row.from))
    };
    rows.retain(|row| wanted.has(row.from, || name(row)));
    retainers::sort(&opened.known, &mut rows, args.rows.order(retainers::DEFAULT), &Job::default())?;
    Ok(rows)
}

/// The retainers in the order a tree shows them: each followed by its own, down to `--depth`.
fn walk(
    opened: &Opened,
    node: NodeIx,
    first: Vec<InEdge>,
    args: &RetainersArgs,
    wanted: &Wanted,
    most: usize,
) -> Result<Vec<Found>, CommandError> {
    let mut found = Vec::new();
    let mut chain = vec![node];
    let mut open = vec![first.into_iter()];
    while let Some(rows) = open.last_mut()
        && found.len() < most
    {
        let level = chain.len();
        let Some(by) = rows.next() else {
            open.pop();
            chain.pop();
            continue;
        };
        let repeats = chain.contains(&by.from);
        found.push(Found { by, level, repeats });
        if level < args.depth && !repeats {
            open.push(sorted(opened, by.from, args, wanted)?.into_iter());
            chain.push(by.from);
        }
    }
    Ok(found)
}

fn print(opened: &Opened, row: &Found, to: &mut Output<'_>) -> Result<(), CommandError> {
    let node = row.by.from;
    let cells = [
        to.distance(opened.distance(node)),
        format::bytes(opened.known.shallow(node)),
        format::bytes(opened.retained(node)),
    ];
    let name = edge_label(&opened.known.heap, node, &row.by.edge);
    let cycle = if row.repeats { " (again)" } else { "" };
    let indent = "  ".repeat(row.level - 1);
    Ok(to.row(&rows::REFERENCE, &cells, &format!("{indent}{name} in {}{cycle}", opened.mention(node)))?)
}
