//! In which file a function was written, where the snapshot holds its script.
//!
//! A closure refers to what it shares with others of the same code, and that to its script, whose
//! name is the file's. Cost: the edges of both.

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
    use crate::heap::fixture::heap;

    #[test]
    fn a_function_leads_to_its_file() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,4 1:8!closure=run>internal.shared.2 2:8!code=run>internal.script_or_debug_info.3 \
             3:8!code=/srv/app.js 4:8=Object>internal.shared.2",
        ));
        assert_eq!(of(&known, NodeIx(1)).as_deref(), Some("/srv/app.js"));
        assert_eq!(of(&known, NodeIx(4)), None, "no function");
    }
}
