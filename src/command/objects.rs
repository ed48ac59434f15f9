//! `leaktui objects FILE [CLASS]`: the objects of a class or of all, as DevTools lists them.

use super::{CommandError, Opened, Output, find, json, rows, sieve::Sieve};
use crate::{
    analysis::{objects, retainers, scope::edge_label},
    cli::ObjectsArgs,
    format,
    heap::NodeIx,
};

pub(super) fn run(args: &ObjectsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sieve = Sieve::of(&args.filters)?;
    let opened = Opened::file(&args.file)?;
    let nodes = matching(&opened, args, sieve)?;
    let total = opened.total(nodes.iter().copied());
    let shown = &nodes[..nodes.len().min(args.rows.most(to))];
    if args.rows.json {
        return json(&opened, shown, total, to);
    }
    let sums = [
        args.class.clone().unwrap_or_default(),
        format::objects(total.rows as u64),
        format::bytes(total.shallow),
    ];
    rows::title(&opened, to, &to.joined(sums))?;
    to.head(&rows::OBJECT, "Object")?;
    for &node in shown {
        row(&opened, node, to)?;
    }
    Ok(to.more(nodes.len(), shown.len())?)
}

fn matching(opened: &Opened, args: &ObjectsArgs, sieve: Sieve) -> Result<Vec<NodeIx>, CommandError> {
    let known = &opened.known;
    let classes = match &args.class {
        Some(class) => find::classes(known, class)?,
        None => known.classes.with_members().collect(),
    };
    let wanted = sieve.over(known)?;
    let members = classes.iter().flat_map(|&class| known.classes.members(class)).copied();
    let mut nodes: Vec<_> =
        members.filter(|&node| wanted.has(node, || opened.name(node).into_owned())).collect();
    objects::sort(known, &mut nodes, args.rows.order(objects::DEFAULT));
    Ok(nodes)
}

fn json(
    opened: &Opened,
    nodes: &[NodeIx],
    total: json::Total,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    // Members of one class share a key; several classes of one name have few.
    let classes = &opened.known.classes;
    let keys: rustc_hash::FxHashMap<_, _> =
        nodes.iter().map(|&node| classes.of(node)).map(|class| (class, classes.key(class))).collect();
    let record = |&node: &NodeIx| opened.record(node, &keys[&classes.of(node)]);
    let body = json::RowsOf { rows: json::Lazy(|| nodes.iter().map(record)) };
    Ok(json::write_line(to.out, &opened.document("objects", total, body))?)
}

fn row(opened: &Opened, node: NodeIx, to: &mut Output<'_>) -> Result<(), CommandError> {
    let cells = [
        opened.known.heap.id(node).to_string(),
        to.distance(opened.distance(node)),
        format::bytes(opened.known.shallow(node)),
        format::bytes(opened.retained(node)),
    ];
    let label = opened.known.names.label(&opened.known.heap, node);
    Ok(to.row(&rows::OBJECT, &cells, &format!("{label}{}", held_as(opened, node, to)))?)
}

/// ` ← leaks`: by what name the object is held, where that is quickly found.
fn held_as(opened: &Opened, node: NodeIx, to: &Output<'_>) -> String {
    const FEW: usize = 512;
    let Some(row) = retainers::nearest(&opened.known, node, FEW) else { return String::new() };
    let arrow = if to.ascii { "<-" } else { "←" };
    format!(" {arrow} {}", edge_label(&opened.known.heap, row.from, &row.edge))
}
