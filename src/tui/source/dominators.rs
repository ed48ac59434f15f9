//! The dominator tree as parts: what nodes alone hold, siblings of one class together.

use std::sync::Arc;

use super::{Inside, Members, Part};
use crate::{
    analysis::{
        Analysis,
        dominated::{self, Group},
    },
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// What the owners hold directly.
pub(super) fn inside(known: &Analysis, owners: &[NodeIx], job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    job.tick(owners.len())?;
    let groups = dominated::groups(known, owners);
    job.tick(groups.len())?;
    Ok(groups.into_iter().map(|group| part(known, group)).collect())
}

fn part(known: &Analysis, group: Group) -> Part {
    let class = known.classes.name(group.class);
    let name = match group.nodes.as_slice() {
        [only] => known.names.label(&known.heap, *only),
        _ => class.to_owned(),
    };
    let holds_more = group.retained > group.shallow;
    Part {
        count: group.nodes.len() as u64,
        bytes: group.shallow,
        weight: group.retained,
        members: Members::List(group.nodes.into()),
        ..Part::section(
            if name.is_empty() { class } else { &name },
            0,
            if holds_more { Inside::Dominated } else { Inside::Nothing },
        )
    }
}
