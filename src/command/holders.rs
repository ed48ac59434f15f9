//! `leaktui retainers FILE CLASS`: what refers to the objects of a class, counted by kind.

use super::{CommandError, Opened, Output, find, json, output::Column, rows, sieve::Wanted};
use crate::{
    analysis::holders::{self, Kind},
    cli::{RetainersArgs, Subject},
    format,
    heap::NodeIx,
    job::Job,
};

const COLUMNS: [Column; 3] = [("Objects", 9), ("Holders", 9), ("References", 10)];

pub(super) fn run(
    opened: &Opened,
    args: &RetainersArgs,
    subject: &Subject,
    wanted: &Wanted,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let nodes = nodes(opened, subject, wanted)?;
    let mut kinds = holders::by_kind(&opened.known, &nodes, args.weak, &Job::default())?;
    kinds.retain(|kind| wanted.names(&name(opened, kind)));
    let total = json::Total {
        rows: kinds.len(),
        count: nodes.len(),
        shallow: nodes.iter().map(|&node| opened.known.shallow(node)).sum(),
    };
    let shown = &kinds[..kinds.len().min(args.rows.most(to))];
    if args.rows.json {
        let body = json::RowsOf { rows: json::Lazy(|| shown.iter().map(|kind| record(opened, kind))) };
        return Ok(json::write_line(to.out, &opened.document("retainers-by-class", total, body))?);
    }
    to.line(&format!("what refers to {}", format::objects(nodes.len() as u64)))?;
    rows::title(opened, to, "")?;
    to.head(&COLUMNS, "Retainers")?;
    for kind in shown {
        let cells = [kind.held, kind.holders.len(), kind.count].map(|count| format::count(count as u64));
        let example = opened.known.heap.id(kind.example);
        to.row(&COLUMNS, &cells, &format!("{}, such as {example}", name(opened, kind)))?;
    }
    Ok(to.more(kinds.len(), shown.len())?)
}

/// The objects asked about that pass.
fn nodes(opened: &Opened, subject: &Subject, wanted: &Wanted) -> Result<Vec<NodeIx>, CommandError> {
    let classes = match subject {
        Subject::Object(id) => return Ok(vec![opened.node(*id)?]),
        Subject::Class(class) => find::classes(&opened.known, class)?,
    };
    let members = classes.iter().flat_map(|&class| opened.known.classes.members(class)).copied();
    Ok(members.filter(|&node| wanted.passes(node)).collect())
}

/// `element of Map`.
fn name(opened: &Opened, kind: &Kind) -> String {
    format!("{} of {}", kind.name, opened.known.classes.name(kind.class))
}

fn record<'a>(opened: &'a Opened, kind: &'a Kind) -> json::RetainerKind<'a> {
    json::RetainerKind {
        edge: &kind.name,
        class: opened.known.classes.name(kind.class),
        class_key: opened.known.classes.key(kind.class),
        count: kind.count,
        objects: kind.held,
        holders: kind.holders.len(),
        example: opened.known.heap.id(kind.example).0,
    }
}
