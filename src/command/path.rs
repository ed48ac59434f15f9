//! `leaktui path FILE @ID`: the shortest chain that holds an object, in words.

use super::{CommandError, Opened, Output, json, rows};
use crate::{
    analysis::{
        edge_name,
        path::{self, Path},
        scope,
    },
    cli::PathArgs,
};

pub(super) fn run(args: &PathArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let opened = Opened::file(&args.file)?;
    let node = opened.node(args.id)?;
    let path = path::shortest(&opened.known, node);
    let lines = path::text(&opened.known, &path);
    if args.json {
        let nodes: Vec<_> = path.nodes().collect();
        let total = opened.total(nodes.into_iter());
        let body = json::Chain { steps: steps(&opened, &path), text: lines.join("\n") };
        return Ok(json::write_line(to.out, &opened.document("path", total, body))?);
    }
    rows::title(&opened, to, "")?;
    // A chain is there to be read and pasted whole: it is cleaned, and never cut.
    for line in lines {
        to.paragraph(&line)?;
    }
    Ok(())
}

fn steps<'a>(opened: &'a Opened, path: &Path) -> Vec<json::Step<'a>> {
    let heap = &opened.known.heap;
    let edges = path.steps.iter().map(Some).chain([None]);
    path.nodes()
        .zip(edges)
        .map(|(node, step)| json::Step {
            id: heap.id(node).0,
            class: opened.class(node),
            name: opened.name(node),
            edge_type: step.map(|step| heap.kind_names().edge(step.edge.kind)),
            edge_name: step.map(|step| edge_name(heap, &step.edge)),
            variable: step
                .and_then(|step| scope::variable(heap, step.by, &step.edge))
                .map(|name| heap.strings().text(name)),
        })
        .collect()
}
