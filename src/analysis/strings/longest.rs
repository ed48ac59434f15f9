//! The longest strings, ropes flattened.

use std::cmp::Reverse;

use super::length::Length;
use crate::{
    analysis::Analysis,
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// The `most` longest strings, longest first; of equals the first in the file. Reads every text.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn find(known: &Analysis, most: usize, job: &Job) -> Result<Vec<(NodeIx, Length)>, Cancelled> {
    let strings = super::all(known);
    job.phase("measuring strings", "strings", strings.len());
    let mut found = Vec::with_capacity(strings.len());
    for batch in strings.chunks(1 << 16) {
        found.extend(batch.iter().map(|&node| (node, known.names.length(&known.heap, node))));
        job.tick(batch.len())?;
    }
    found.sort_by_key(|&(node, length)| (Reverse(length.units), node));
    found.truncate(most);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn a_rope_is_as_long_as_its_text() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3 1:8!string=abc 2:8!string=abcd 3:8!concatenated~string>internal.first.1,internal.second.2",
        ));
        let found = find(&known, 2, &Job::default()).expect("nobody cancels");
        let told: Vec<_> = found.iter().map(|(node, length)| (node.0, length.units)).collect();
        assert_eq!(told, [(3, 7), (2, 4)]);
    }
}
