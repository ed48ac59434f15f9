//! The classes of the nodes that pass a filter.

use std::sync::Arc;

use super::{Filter, Mask};
use crate::{
    analysis::Analysis,
    job::{Cancelled, Job},
};

/// An analysis seen through a filter.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The same heap; its classes have only members that pass, with counts, sizes, distances and
    /// retained sizes of these, as DevTools counts under a filter. Nodes keep all of theirs.
    pub known: Analysis,
    /// Which nodes passed.
    pub mask: Arc<Mask>,
    /// How many objects of a size did not.
    pub left_out: usize,
    /// Their own bytes.
    pub left_out_bytes: u64,
}

impl Selection {
    /// Applies the filter. Linear; 8 bytes a node that passes and a bit a node are kept.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn of(known: &Analysis, filter: &Filter, job: &Job) -> Result<Self, Cancelled> {
        let mask = Arc::new(filter.mask(known, job)?);
        if filter.is_empty() {
            return Ok(Self { known: known.clone(), mask, left_out: 0, left_out_bytes: 0 });
        }
        job.phase("counting what passes", "nodes", known.heap.node_count());
        let all = &known.classes;
        let classes = Arc::new(all.narrowed(&known.shallow, |node| mask.passes(node)));
        let is_member = |node| mask.passes(node) && known.shallow(node) != 0;
        let retained = match (&known.retained, &known.dominators) {
            (Some(retained), Some(tree)) => Some(retained.narrowed(tree, &classes, is_member, job)?),
            _ => None,
        };
        let bytes = |classes: &crate::analysis::Classes| -> u64 {
            classes.with_members().map(|class| classes.shallow(class)).sum()
        };
        Ok(Self {
            left_out: all.member_count() - classes.member_count(),
            left_out_bytes: bytes(all).saturating_sub(bytes(&classes)),
            known: Analysis {
                distances: known.distances.as_ref().map(|distances| Arc::new(distances.narrowed(&classes))),
                retained: retained.map(Arc::new),
                classes,
                ..known.clone()
            },
            mask,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{NodeIx, fixture::heap};

    #[test]
    fn only_members_that_pass_shadow_each_other() {
        let known = Analysis::complete(heap("0!synthetic>1 1:1=Node>2 2:2=Node>3 3:4=Node>4 4:8=Leaf"));
        let filter = Filter::of(["id>3"]).expect("good words");
        let found = Selection::of(&known, &filter, &Job::default()).expect("nobody cancels");
        let class = found.known.classes.of(NodeIx(1));
        assert_eq!(found.known.classes.members(class), [NodeIx(2), NodeIx(3)]);
        assert_eq!(found.known.classes.shallow(class), 6);
        assert_eq!(
            found.known.retained.as_ref().expect("complete").class(class),
            14,
            "that of the outer one"
        );
        assert_eq!(found.known.distances.as_ref().expect("complete").class(class).steps(), Some(2));
        assert_eq!((found.left_out, found.left_out_bytes), (1, 1));
        assert_eq!(known.classes.count(class), 3, "what was known stays");
    }
}
