//! `leaktui object FILE @ID`: one object, and what it refers to as DevTools lists it.

use super::{CommandError, Opened, Output, json, rows, sieve::Sieve};
use crate::{
    analysis::{fields, scope::edge_label},
    cli::ObjectArgs,
    format,
    heap::{Edge, NodeIx},
};

pub(super) fn run(args: &ObjectArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let known = &opened.known;
    let node = opened.node(args.id)?;
    let mut edges = fields::list(known, node);
    let wanted = sieve.over(known)?;
    edges.retain(|edge| wanted.has(edge.to, || edge_label(&known.heap, node, edge).into_owned()));
    fields::sort(known, &mut edges, args.rows.order(fields::DEFAULT));
    let shown = &edges[..edges.len().min(args.rows.most(to))];
    if args.rows.json {
        let key = known.classes.key(known.classes.of(node));
        let rows = json::Lazy(|| shown.iter().map(|edge| opened.reference(edge, node, edge.to, 1, false)));
        let body = json::Inside { object: opened.record(node, &key), rows };
        let total = opened.total(edges.iter().map(|edge| edge.to));
        return Ok(json::write_line(to.out, &opened.document("object", total, body))?);
    }
    describe(&opened, node, to)?;
    to.head(&rows::REFERENCE, "Field")?;
    for edge in shown {
        row(&opened, node, edge, to)?;
    }
    Ok(to.more(edges.len(), shown.len())?)
}

fn describe(opened: &Opened, node: NodeIx, to: &mut Output<'_>) -> Result<(), CommandError> {
    let known = &opened.known;
    let facts = [
        opened.class(node).to_owned(),
        format!("{} shallow", format::bytes(known.shallow(node))),
        format!("{} retained", format::bytes(opened.retained(node))),
        format!("distance {}", to.distance(opened.distance(node))),
        place(opened, node),
    ];
    to.line(&opened.mention(node))?;
    rows::title(opened, to, &to.joined(facts))
}

/// Where the function, or the object's constructor, stands; lines and columns count from 1.
fn place(opened: &Opened, node: NodeIx) -> String {
    opened.known.heap.locations().of(node).map_or_else(String::new, |at| {
        format!("script {} line {} column {}", at.script_id, u64::from(at.line) + 1, u64::from(at.column) + 1)
    })
}

fn row(opened: &Opened, from: NodeIx, edge: &Edge, to: &mut Output<'_>) -> Result<(), CommandError> {
    let cells = [
        to.distance(opened.distance(edge.to)),
        format::bytes(opened.known.shallow(edge.to)),
        format::bytes(opened.retained(edge.to)),
    ];
    let name = edge_label(&opened.known.heap, from, edge);
    Ok(to.row(&rows::REFERENCE, &cells, &format!("{name}: {}", opened.mention(edge.to)))?)
}
