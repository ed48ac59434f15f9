//! `leaktui containment FILE [@ID]`: the heap from its root down, as DevTools' Containment view.

use super::{
    CommandError, Opened, Output, json, rows,
    sieve::{Sieve, Wanted},
    tree::{self, Found},
};
use crate::{
    analysis::{containment, path, scope::edge_label},
    cli::ContainmentArgs,
    format,
    heap::{Edge, NodeIx, NodeKind},
};

/// A reference, and where it starts.
#[derive(Clone, Copy)]
struct Row {
    from: NodeIx,
    edge: Edge,
}

pub(super) fn run(args: &ContainmentArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let node = args.id.map_or(Ok(opened.known.heap.root()), |id| opened.node(id))?;
    let wanted = sieve.over(&opened.known)?;
    let below = |node| sorted(&opened, node, args, &wanted);
    let first = below(node);
    let total = opened.total(first.iter().map(|row| row.edge.to));
    let most = args.rows.limit.unwrap_or(if args.depth > 1 { tree::DEEP } else { args.rows.most(to) });
    let found = tree::walk(node, args.depth, most, below, |row| row.edge.to);
    if args.rows.json {
        let record = |found: &Found<Row>| {
            let Row { from, edge } = &found.row;
            opened.reference(edge, *from, edge.to, found.level, found.repeats)
        };
        let body = json::RowsOf { rows: json::Lazy(|| found.iter().map(record)) };
        return Ok(json::write_line(to.out, &opened.document("containment", total, body))?);
    }
    rows::title(&opened, to, "")?;
    to.head(&rows::REFERENCE, "Reference")?;
    for row in &found {
        print(&opened, row, to)?;
    }
    Ok(to.more(total.rows, found.iter().filter(|row| row.level == 1).count())?)
}

fn sorted(opened: &Opened, node: NodeIx, args: &ContainmentArgs, wanted: &Wanted) -> Vec<Row> {
    let known = &opened.known;
    let mut edges = containment::list(known, node);
    edges.retain(|edge| wanted.has(edge.to, || name(opened, node, edge)));
    containment::sort(known, &mut edges, args.rows.order(containment::DEFAULT));
    if node == known.heap.root() && args.rows.sort.is_none() {
        containment::user_roots_first(known, &mut edges);
    }
    edges.into_iter().map(|edge| Row { from: node, edge }).collect()
}

fn name(opened: &Opened, from: NodeIx, edge: &Edge) -> String {
    format!("{}: {}", edge_label(&opened.known.heap, from, edge), opened.mention(edge.to))
}

fn print(opened: &Opened, found: &Found<Row>, to: &mut Output<'_>) -> Result<(), CommandError> {
    let Row { from, edge } = &found.row;
    let cells = [
        to.distance(opened.distance(edge.to)),
        format::bytes(opened.known.shallow(edge.to)),
        format::bytes(opened.retained(edge.to)),
    ];
    let indent = "  ".repeat(found.level - 1);
    let again = if found.repeats { " (again)" } else { "" };
    let meaning = meaning(opened, edge.to);
    Ok(to.row(&rows::REFERENCE, &cells, &format!("{indent}{}{again}{meaning}", name(opened, *from, edge)))?)
}

/// What a root that V8 made up is for.
fn meaning(opened: &Opened, node: NodeIx) -> String {
    match opened.known.heap.kind(node) {
        NodeKind::SYNTHETIC => format!(" ({})", path::root_meaning(&opened.known, node)),
        _ => String::new(),
    }
}
