//! By which references a row's chain goes, for whoever wants each step of it rather than its names.
//!
//! Between the row's example and the site nothing but new objects stands, so the way found while
//! climbing is taken; from the site on it is the way that its name tells. Cost: the steps of the
//! chain.

use std::sync::Arc;

use super::{GrowthRow, site::Side};
use crate::{
    analysis::{Analysis, path, retainers},
    heap::{Edge, EdgeIx, InEdge, NodeIx, NodeKind},
};

/// A site farther above its example than this is not looked for.
const FARTHEST: usize = 1_000;

/// From `example` to the site, a node and perhaps one field of it, and on to a root as the site's
/// name tells; nothing where the site is not above the example.
pub(super) fn of(side: &Side<'_>, example: NodeIx, site: NodeIx, field: Option<&Edge>) -> Arc<[EdgeIx]> {
    let mut way = match field {
        Some(field) if field.to == example => vec![field.ix],
        _ => match climb(side, example, site) {
            Some(way) => way,
            None => return Arc::new([]),
        },
    };
    way.extend(side.path_to(site).steps.iter().map(|step| step.edge.ix));
    way.into()
}

fn climb(side: &Side<'_>, mut at: NodeIx, site: NodeIx) -> Option<Vec<EdgeIx>> {
    let mut way = Vec::new();
    while at != site {
        let up = side.way_to(at).filter(|_| way.len() < FARTHEST)?;
        way.push(up.edge.ix);
        at = up.from;
    }
    Some(way)
}

impl GrowthRow {
    /// By which references `node`, the example or a member, is held, as the chain names them; nothing
    /// where only the shortest chain is known. Cost: a few hundred retainers at most.
    pub fn way_from(&self, known: &Analysis, node: NodeIx) -> Vec<EdgeIx> {
        let Some(example) = self.example.filter(|_| !self.way.is_empty()) else { return Vec::new() };
        match link(known, node, example) {
            Some(link) => [&link, &*self.way].concat(),
            None => Vec::new(),
        }
    }
}

/// From a node to what holds it, hash tables and backing stores looked through.
fn link(known: &Analysis, node: NodeIx, holder: NodeIx) -> Option<Vec<EdgeIx>> {
    if node == holder {
        return Some(Vec::new());
    }
    let ways = held_by(known, node);
    if let Some(way) = ways.iter().find(|way| way.from == holder) {
        return Some(vec![path::best_named(known, *way).edge.ix]);
    }
    let mut stores = ways.iter().filter(|way| known.heap.kind(way.from) == NodeKind::ARRAY);
    let through = |store: &InEdge| {
        let up = held_by(known, store.from).into_iter().find(|up| up.from == holder)?;
        Some(vec![store.edge.ix, up.edge.ix])
    };
    stores.find_map(through)
}

fn held_by(known: &Analysis, node: NodeIx) -> Vec<InEdge> {
    const FEW: usize = 256;
    if retainers::is_cheap(known, node, FEW) { retainers::list(known, node, false) } else { Vec::new() }
}
