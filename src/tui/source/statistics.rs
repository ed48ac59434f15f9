//! What the heap is made of as parts: DevTools' categories, then types, realms and what is lost.

use std::sync::Arc;

use super::{Inside, Members, Part};
use crate::{
    analysis::{
        Analysis,
        composition::{self, Sum},
        native_context::{NativeContexts, Owner},
    },
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// So many of the largest of each category are listed.
const LARGEST: usize = 1000;

pub(super) fn first(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let found = composition::of(known, LARGEST, job)?;
    let category = |((name, bytes), members): ((&'static str, u64), &Vec<(NodeIx, u64)>)| Part {
        bytes,
        note: if members.len() == LARGEST { "(its largest below)" } else { "" }.into(),
        members: Members::List(members.iter().map(|&(node, _)| node).collect()),
        ..Part::section(name, 0, Inside::Nothing)
    };
    let mut parts: Vec<Part> =
        found.statistics.categories().into_iter().zip(&found.largest).map(category).collect();
    parts.push(Part { count: found.types.len() as u64, ..Part::section("Node types", 1, Inside::Types) });
    parts.push(Part {
        count: found.realms.contexts.len() as u64,
        ..Part::section("Realms (native contexts)", 2, Inside::Realms)
    });
    parts.push(Part {
        bytes: known.heap.extra_native_bytes(),
        ..Part::section("Outside V8's heap, of no node", 3, Inside::Nothing)
    });
    let Sum { count, shallow } = found.unreachable.unwrap_or_default();
    parts.push(Part {
        count: count as u64,
        bytes: shallow,
        members: Members::Unreachable,
        ..Part::section("Unreachable: no way from any root leads there", 4, Inside::Nothing)
    });
    Ok(parts.into())
}

/// The node types, with their counts and bytes.
pub(super) fn types(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let types = composition::of(known, 0, job)?.types;
    let part = |(kind, sum): &(_, Sum)| Part {
        count: sum.count as u64,
        bytes: sum.shallow,
        members: Members::Type(*kind),
        ..Part::section(known.heap.kind_names().node(*kind), 0, Inside::Nothing)
    };
    Ok(types.iter().map(part).collect())
}

/// The realms, what several share, and what belongs to none.
pub(super) fn realms(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let sizes = NativeContexts::find(&known.heap, job)?.sizes(known);
    let part = |name: &str, bytes, owner| Part {
        bytes,
        members: Members::Realm(owner),
        ..Part::section(name, 0, Inside::Nothing)
    };
    let own = sizes.contexts.iter().map(|&(context, bytes)| {
        let name = format!("{} {}", known.names.label(&known.heap, context), known.heap.id(context));
        part(&name, bytes, Owner::One(context))
    });
    let rest = [
        part("shared by several", sizes.shared, Owner::Several),
        part("of none", sizes.unattributed, Owner::Nobody),
    ];
    Ok(own.chain(rest).collect())
}

/// The nodes with a size that belong to a realm.
pub(super) fn of_realm(known: &Analysis, owner: Owner, job: &Job) -> Result<Arc<[NodeIx]>, Cancelled> {
    let realms = NativeContexts::find(&known.heap, job)?;
    let is_member = |&node: &NodeIx| realms.of(node) == owner && known.shallow(node) > 0;
    Ok(known.heap.nodes().filter(is_member).collect())
}
