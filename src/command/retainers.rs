//! `leaktui retainers FILE @ID`: what refers to an object, as deep as asked for.

use super::{
    CommandError, Opened, Output, json, rows,
    sieve::{Sieve, Wanted},
    tree::{self, Found},
};
use crate::{
    analysis::{retainers, scope::edge_label},
    cli::RetainersArgs,
    format,
    heap::{InEdge, NodeIx},
};

pub(super) fn run(args: &RetainersArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let node = opened.node(args.id)?;
    let wanted = sieve.over(&opened.known)?;
    let below = |node| sorted(&opened, node, args, &wanted);
    let first = below(node);
    let total = opened.total(first.iter().map(|row| row.from));
    let most = args.rows.limit.unwrap_or(if args.depth > 1 { tree::DEEP } else { args.rows.most(to) });
    let found = tree::walk(node, args.depth, most, below, |row| row.from);
    if args.rows.json {
        let record = |found: &Found<InEdge>| {
            let InEdge { from, edge } = &found.row;
            opened.reference(edge, *from, *from, found.level, found.repeats)
        };
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

fn sorted(opened: &Opened, node: NodeIx, args: &RetainersArgs, wanted: &Wanted) -> Vec<InEdge> {
    let mut rows = retainers::list(&opened.known, node, args.weak);
    let name = |row: &InEdge| {
        format!("{} in {}", edge_label(&opened.known.heap, row.from, &row.edge), opened.name(row.from))
    };
    rows.retain(|row| wanted.has(row.from, || name(row)));
    retainers::sort(&opened.known, &mut rows, args.rows.order(retainers::DEFAULT));
    rows
}

fn print(opened: &Opened, found: &Found<InEdge>, to: &mut Output<'_>) -> Result<(), CommandError> {
    let node = found.row.from;
    let cells = [
        to.distance(opened.distance(node)),
        format::bytes(opened.known.shallow(node)),
        format::bytes(opened.retained(node)),
    ];
    let name = edge_label(&opened.known.heap, node, &found.row.edge);
    let cycle = if found.repeats { " (again)" } else { "" };
    let indent = "  ".repeat(found.level - 1);
    Ok(to.row(&rows::REFERENCE, &cells, &format!("{indent}{name} in {}{cycle}", opened.mention(node)))?)
}
