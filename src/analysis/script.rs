//! In which file a function was written, or an object's constructor, where the snapshot holds the script.
//!
//! A closure refers to what it shares with others of the same code, and that to its script, whose
//! name is the file's. An object leads to its constructor by its prototype. Cost: the edges of each of
//! these; of the object, which may have millions, only the last.

use std::borrow::Cow;

use super::{Analysis, edge_name};
use crate::heap::{EdgeKind, NodeIx, NodeKind};

/// What V8 has called the reference to the script, newest first.
const SCRIPT: [&str; 2] = ["script_or_debug_info", "script"];

/// The name of the function's script (not yet safe for a terminal); `None` of what is no function,
/// and where the file does not tell.
pub fn of(known: &Analysis, function: NodeIx) -> Option<Cow<'_, str>> {
    let shared = target(known, function, &["shared"])?;
    let script = target(known, shared, &SCRIPT)?;
    let name = known.names.raw(&known.heap, script);
    // V8's own objects in its place are no files.
    (!name.is_empty() && !name.starts_with('(') && !name.starts_with("system / ")).then_some(name)
}

/// Where the function was written: `FILE:LINE:COLUMN`, or as much of it as the file tells (not yet safe for a
/// terminal).
pub fn place(known: &Analysis, function: NodeIx) -> Option<String> {
    let file = of(known, function)?;
    Some(match known.heap.locations().of(function) {
        Some(place) => format!("{file}:{}:{}", u64::from(place.line) + 1, u64::from(place.column) + 1),
        None => file.into_owned(),
    })
}

/// The name of the script of the object's constructor (not yet safe for a terminal); `None` where that is
/// native, or the file does not tell.
pub fn of_constructor(known: &Analysis, object: NodeIx) -> Option<Cow<'_, str>> {
    let prototype = property(known, object, "__proto__")?;
    of(known, property(known, prototype, "constructor")?)
}

/// What a property refers to, where it is among the last edges: V8 writes the prototype behind elements and
/// fields.
fn property(known: &Analysis, node: NodeIx, name: &str) -> Option<NodeIx> {
    const LAST: usize = 256;
    let heap = &known.heap;
    let mut edges = heap.edges(node).rev().take(LAST).filter(|edge| edge.kind == EdgeKind::PROPERTY);
    edges.find(|edge| edge_name(heap, edge) == name).map(|edge| edge.to)
}

fn target(known: &Analysis, node: NodeIx, names: &[&str]) -> Option<NodeIx> {
    let heap = &known.heap;
    (heap.kind(node) == NodeKind::CLOSURE || names == SCRIPT).then_some(())?;
    let is_wanted = |name: &str| names.contains(&name);
    let mut edges = heap.edges(node).filter(|edge| edge.kind == EdgeKind::INTERNAL);
    edges.find(|edge| is_wanted(&edge_name(heap, edge))).map(|edge| edge.to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{
        Location,
        fixture::{self, heap},
    };

    #[test]
    fn a_function_leads_to_its_file() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,4 1:8!closure=run>internal.shared.2 2:8!code=run>internal.script_or_debug_info.3 \
             3:8!code=/srv/app.js 4:8=Object>internal.shared.2",
        ));
        assert_eq!(of(&known, NodeIx(1)).as_deref(), Some("/srv/app.js"));
        assert_eq!(of(&known, NodeIx(4)), None, "no function");
        assert_eq!(place(&known, NodeIx(1)).as_deref(), Some("/srv/app.js"));
    }

    #[test]
    fn a_function_is_written_in_a_line_and_a_column() {
        let mut builder = fixture::builder(
            "0!synthetic>1 1:8!closure=run>internal.shared.2 2:8!code=run>internal.script.3 3:8!code=/srv/app.js",
        );
        builder.locations = vec![Location { node: NodeIx(1), script_id: 7, line: 29, column: 21 }];
        let known = Analysis::complete(builder.build().expect("it fits"));
        assert_eq!(place(&known, NodeIx(1)).as_deref(), Some("/srv/app.js:30:22"));
    }

    #[test]
    fn an_object_leads_to_the_file_of_its_constructor() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,6 1:8=Socket>__proto__.2 2:8=Object>constructor.3 3:8!closure=Socket>internal.shared.4 \
             4:8!code=Socket>internal.script_or_debug_info.5 5:8!code=node:net 6:8=TLSWrap",
        ));
        assert_eq!(of_constructor(&known, NodeIx(1)).as_deref(), Some("node:net"));
        assert_eq!(of_constructor(&known, NodeIx(6)), None, "native");
    }
}
