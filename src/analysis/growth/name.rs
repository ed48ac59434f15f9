//! What a site is called, and the chain of names that holds it.
//!
//! Names as a program's author would write them: `cache.entries`, `bus._events.data`,
//! `languages[].grammar`. Positions, hash tables and other internals are left out or become `[]`,
//! repeated fields fold (`next × 4,000`).

use crate::{
    analysis::{
        Analysis, edge_name,
        path::{self, Path, Step},
        scope,
    },
    heap::{Edge, EdgeKind, NodeIx, NodeKind},
};

use super::site::Side;

/// How many owners a name goes up to find one that says something.
const DEEPEST: usize = 4;

/// The name of whatever `holder` holds by `edge`.
pub(super) fn of_edge(side: &Side<'_>, holder: NodeIx, edge: &Edge) -> String {
    let path = side.path_to(holder);
    let mut steps = path.steps.iter();
    let mut parts = vec![part(side.known, holder, edge)];
    let mut at = (holder, *edge);
    for _ in 0..DEEPEST {
        if is_variable(side.known, at.0, &at.1) {
            break;
        }
        let step = steps.next();
        let variable = step.filter(|step| is_variable(side.known, step.by, &step.edge));
        if variable.is_none()
            && let Some(name) = own_name(side.known, at.0)
        {
            parts.push(Some(name));
            break;
        }
        let Some(step) = step else { break };
        parts.push(part(side.known, step.by, &step.edge));
        at = (step.by, step.edge);
    }
    join(parts.into_iter().rev().flatten())
}

/// Whether the edge is a variable of a scope, which needs no owner to be understood.
fn is_variable(known: &Analysis, holder: NodeIx, edge: &Edge) -> bool {
    edge.kind == EdgeKind::CONTEXT || scope::variable(&known.heap, holder, edge).is_some()
}

/// The name of a node, by the way to it.
pub(super) fn of_node(side: &Side<'_>, node: NodeIx) -> String {
    match side.path_to(node).steps.first() {
        Some(Step { by, edge, .. }) => of_edge(side, *by, edge),
        None => side.known.names.raw(&side.known.heap, node).into_owned(),
    }
}

/// A class of the program's own, or a function: names that need no owner.
fn own_name(known: &Analysis, node: NodeIx) -> Option<String> {
    let heap = &known.heap;
    let name = known.names.raw(heap, node);
    match heap.kind(node) {
        NodeKind::CLOSURE if !name.is_empty() => Some(format!("{name}()")),
        NodeKind::SYNTHETIC => Some(name.into_owned()),
        NodeKind::OBJECT if !is_anonymous(&name) => Some(name.into_owned()),
        _ => None,
    }
}

/// Whether the node is of a class that the program (or a library) wrote, not a plain object.
pub(super) fn is_own_class(known: &Analysis, node: NodeIx) -> bool {
    let name = known.names.raw(&known.heap, node);
    known.heap.kind(node) == NodeKind::OBJECT && !is_anonymous(&name) && !name.starts_with('{')
}

/// Objects whose class says nothing about which of them it is.
fn is_anonymous(class: &str) -> bool {
    matches!(class, "" | "Object" | "Array" | "Map" | "Set" | "WeakMap" | "Module" | "global")
        || class.starts_with("system / ")
}

/// What an edge adds to a name; `None` for internals that nobody writes.
fn part(known: &Analysis, holder: NodeIx, edge: &Edge) -> Option<String> {
    if let Some(name) = scope::variable(&known.heap, holder, edge) {
        return Some(known.heap.strings().text(name).into_owned());
    }
    let name = edge_name(&known.heap, edge);
    match edge.kind {
        EdgeKind::PROPERTY | EdgeKind::CONTEXT => Some(name.into_owned()),
        EdgeKind::ELEMENT => Some("[]".to_owned()),
        EdgeKind::INTERNAL | EdgeKind::HIDDEN if name.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some("[]".to_owned())
        }
        EdgeKind::INTERNAL if known.ephemerons.of(edge).is_some() => Some("[]".to_owned()),
        _ => None,
    }
}

/// `a`, `[]`, `b`, `x:y` → `a[].b["x:y"]`.
fn join(parts: impl Iterator<Item = String>) -> String {
    parts.fold(String::new(), |mut name, part| {
        match (name.is_empty(), part.as_str()) {
            (true, _) => name.push_str(&part),
            (false, _) if part.starts_with("[]") => name.push_str(&part),
            (false, _) if is_key(&part) => {
                name.push_str("[\"");
                name.push_str(&shortened_key(&part));
                name.push_str("\"]");
            }
            (false, _) => {
                name.push('.');
                name.push_str(&part);
            }
        }
        name
    })
}

/// Whether a property's name cannot stand after a dot.
fn is_key(name: &str) -> bool {
    !name.starts_with('<')
        && name
            .contains(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '#' | ' ' | '×' | '(' | ')'))
}

/// A key's beginning and end: caches have whole queries for keys.
fn shortened_key(key: &str) -> String {
    const LONGEST: usize = 48;
    let chars: Vec<char> = key.chars().collect();
    if chars.len() <= LONGEST {
        return key.to_owned();
    }
    let (head, tail) = (&chars[..LONGEST * 3 / 4], &chars[chars.len() - LONGEST / 4..]);
    head.iter().chain(['…'].iter()).chain(tail).collect()
}

/// The chain that [`Side::path_to`] prefers, from a root down to the node, and the field of the node
/// that is meant, if one is; as names, long runs of one name folded.
pub(super) fn chain(side: &Side<'_>, node: NodeIx, field: Option<&Edge>) -> String {
    let known = side.known;
    let path: Path = side.path_to(node);
    let mut parts: Vec<(String, usize)> = Vec::new();
    if let Some(root) = path.nodes().last() {
        parts.push((path::mention(known, root), 1));
    }
    let down =
        path.steps.iter().rev().map(|step| (step.by, &step.edge)).chain(field.map(|edge| (node, edge)));
    for (by, edge) in down {
        let Some(name) = part(known, by, edge) else { continue };
        match parts.last_mut() {
            Some((last, times)) if *last == name => *times += 1,
            _ => parts.push((name, 1)),
        }
    }
    let folded = |(name, times): (String, usize)| {
        if times > 2 { vec![format!("{name} × {times}")] } else { vec![name; times] }
    };
    join(parts.into_iter().flat_map(folded))
}

/// The module a node belongs to: the file name of the nearest `Module` on the chain that holds it.
pub(super) fn module(side: &Side<'_>, node: NodeIx) -> Option<String> {
    let known = side.known;
    let module = side.path_to(node).nodes().find(|&node| known.names.raw_is(&known.heap, node, "Module"))?;
    let file = |edge: &Edge| edge.kind == EdgeKind::PROPERTY && edge_name(&known.heap, edge) == "filename";
    let file = known.heap.edges(module).find(file)?.to;
    Some(shortened(&known.names.text(&known.heap, file)))
}

/// A path from its last `node_modules` on, or its last two parts.
fn shortened(path: &str) -> String {
    if let Some((_, inside)) = path.rsplit_once("node_modules/") {
        return inside.to_owned();
    }
    let mut parts: Vec<&str> = path.rsplit('/').take(2).collect();
    parts.reverse();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{heap::fixture::heap, job::Job};

    fn name(text: &str, node: u32) -> String {
        let known = Analysis::complete(heap(text));
        let side = Side::new(&known, |_| true, &Job::default()).expect("nobody cancels");
        of_node(&side, NodeIx(node))
    }

    #[test]
    fn a_variable_needs_no_owner_and_a_field_has_one() {
        assert_eq!(name("0!synthetic>1 1=system~/~Context>context.cache.2 2=Map", 2), "cache");
        assert_eq!(name("0!synthetic>1 1=Cache>entries.2 2=Map", 2), "Cache.entries");
        assert_eq!(
            name("0!synthetic>1 1=system~/~Context>context.bus.2 2>_events.3 3>data.4 4=Array", 4),
            "bus._events.data"
        );
    }

    #[test]
    fn positions_are_generalised() {
        let text = "0!synthetic>1 1=system~/~Context>context.all.2 2=Array>element.7.3 3>grammar.4 4";
        assert_eq!(name(text, 4), "all[].grammar");
    }

    #[test]
    fn a_long_list_is_folded_in_the_chain() {
        let chain = |text: &str| {
            let known = Analysis::complete(heap(text));
            let side = Side::new(&known, |_| true, &Job::default()).expect("nobody cancels");
            chain(&side, NodeIx(5), None)
        };
        let text = "0!synthetic>1 1=global>head.2 2=N>next.3 3=N>next.4 4=N>next.5 5=N";
        assert_eq!(chain(text), "global @3.head.next × 3");
        let text =
            "0!synthetic>1 1=global>all.2 2=Array>element.0.3 3=Array>element.0.4 4=Array>element.0.5 5=N";
        assert_eq!(chain(text), "global @3.all[] × 3", "positions are no key");
    }

    #[test]
    fn a_chain_prefers_what_was_there_before() {
        let text = "0!synthetic>1 1=global>timer.2,agents.3 2=Timeout>agent.5 3>main.4 4>agent.5 5=Agent";
        let known = Analysis::complete(heap(text));
        let mut side = Side::new(&known, |node| node != NodeIx(2), &Job::default()).expect("nobody cancels");
        assert_eq!(chain(&side, NodeIx(5), None), "global @3.timer.agent", "the shortest");
        side.find_lasting_ways(&Job::default()).expect("nobody cancels");
        assert_eq!(chain(&side, NodeIx(5), None), "global @3.agents.main.agent");
    }

    #[test]
    fn a_name_that_is_no_word_stands_in_brackets() {
        let parts = ["sockets", "10.0.0.1:443", "[]", "head", "next × 4000"].map(str::to_owned);
        assert_eq!(join(parts.into_iter()), "sockets[\"10.0.0.1:443\"][].head.next × 4000");
        assert_eq!(shortened_key(&"x".repeat(60)).chars().count(), 49);
    }

    #[test]
    fn paths_are_shortened_to_what_tells() {
        assert_eq!(shortened("/srv/app/node_modules/relay-runtime/lib/x.js"), "relay-runtime/lib/x.js");
        assert_eq!(shortened("/srv/app/routes/index.js"), "routes/index.js");
    }
}
