//! Which strings say the same, and what their copies cost.
//!
//! As DevTools counts: flat and concatenated strings of non-zero size whose shown texts are equal,
//! without ropes that V8 has flattened already. Texts V8 cut are equal only as far as written: the
//! file's length and hash decide where it has them, and where it has not nothing is called wasted
//! for certain. Every text is hashed once, on all cores, and compared where hashes meet; 16 bytes a
//! string while it runs.

use std::hash::{Hash as _, Hasher as _};

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::{
    all,
    cut::{self, LIMIT},
    text,
};
use crate::{
    analysis::{Analysis, names::utf16_len, rope::halves},
    heap::{NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// Strings of one text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duplicate {
    /// The copies, in file order; at least two.
    pub nodes: Vec<NodeIx>,
    /// Their own bytes together.
    pub shallow: u64,
    /// The bytes they keep, summed as DevTools does.
    pub retained: u64,
    /// Bytes of all copies but the largest; 0 where V8's cut leaves open whether they are copies.
    pub wasted: u64,
    /// How much of the text is known to be equal.
    pub known: Extent,
}

/// How much of a text the file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// All of it.
    Whole,
    /// The beginning, and length and hash of all of it.
    Hashed,
    /// The beginning only: the rest may differ.
    Beginning,
}

/// All texts that two or more strings have, most retained first.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn find(known: &Analysis, job: &Job) -> Result<Vec<Duplicate>, Cancelled> {
    let mut hashed = hashes(known, job)?;
    hashed.par_sort_unstable();
    let mut found = Vec::new();
    for run in hashed.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        add_equal(known, run, &mut found);
    }
    found.sort_by_key(|group: &Duplicate| (std::cmp::Reverse(group.retained), group.nodes[0]));
    Ok(found)
}

/// Every string that could be a copy, behind a hash of its text.
fn hashes(known: &Analysis, job: &Job) -> Result<Vec<(u64, NodeIx)>, Cancelled> {
    let mut candidates = all(known);
    candidates.retain(|&node| counts(known, node));
    job.phase("reading strings", "strings", candidates.len());
    let chunks: Vec<Vec<_>> = candidates
        .par_chunks(1 << 12)
        .map(|nodes| {
            job.tick(nodes.len())?;
            Ok(nodes.iter().map(|&node| (hash(known, node), node)).collect())
        })
        .collect::<Result<_, Cancelled>>()?;
    Ok(chunks.concat())
}

/// Whether DevTools counts the string: no slice, and no rope flattened already.
fn counts(known: &Analysis, node: NodeIx) -> bool {
    match known.heap.kind(node) {
        NodeKind::STRING => true,
        NodeKind::CONCATENATED => !is_flattened(known, node),
        _ => false,
    }
}

fn is_flattened(known: &Analysis, rope: NodeIx) -> bool {
    let (first, second) = halves(&known.heap, rope);
    [first, second].into_iter().flatten().any(|half| text(known, half).is_empty())
}

fn hash(known: &Analysis, node: NodeIx) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text(known, node).as_bytes());
    cut::stated(&known.heap, node).hash(&mut hasher);
    hasher.finish()
}

/// Adds the groups among strings of one hash, which nearly always are one.
fn add_equal(known: &Analysis, run: &[(u64, NodeIx)], found: &mut Vec<Duplicate>) {
    let mut rest: Vec<NodeIx> = run.iter().map(|&(_, node)| node).collect();
    while let Some(&first) = rest.first() {
        let first_text = text(known, first);
        let is_equal = |&node: &NodeIx| {
            let heap = &known.heap;
            let same_entry = heap.kind(node) == NodeKind::STRING
                && heap.kind(first) == NodeKind::STRING
                && heap.name(node) == heap.name(first);
            (same_entry || text(known, node) == first_text)
                && cut::stated(heap, node) == cut::stated(heap, first)
        };
        let (equal, others) = rest.iter().partition(|node| is_equal(node));
        rest = others;
        if let (nodes @ [_, _, ..], extent) = (Vec::as_slice(&equal), extent(known, first)) {
            found.push(Duplicate::of(known, nodes.to_vec(), extent));
        }
    }
}

/// How much of the string's text the file holds.
pub fn extent(known: &Analysis, node: NodeIx) -> Extent {
    let text = text(known, node);
    match cut::stated(&known.heap, node) {
        Some(_) => Extent::Hashed,
        None if text.len() >= LIMIT && utf16_len(&text) >= LIMIT => Extent::Beginning,
        None => Extent::Whole,
    }
}

impl Duplicate {
    fn of(known: &Analysis, nodes: Vec<NodeIx>, extent: Extent) -> Self {
        let shallow = nodes.iter().map(|&node| known.shallow(node)).sum();
        let largest = nodes.iter().map(|&node| known.shallow(node)).max().unwrap_or_default();
        Self {
            shallow,
            retained: nodes.iter().filter_map(|&node| known.retained(node)).sum(),
            wasted: if extent == Extent::Beginning { 0 } else { shallow - largest },
            known: extent,
            nodes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn groups(text: &str) -> Vec<(Vec<u32>, u64)> {
        let known = Analysis::complete(heap(text));
        let found = find(&known, &Job::default()).expect("nobody cancels");
        found.iter().map(|group| (group.nodes.iter().map(|node| node.0).collect(), group.wasted)).collect()
    }

    #[test]
    fn a_rope_and_a_flat_string_of_one_text_are_copies() {
        let text = "0!synthetic>1,2,5 1:24!string=abcd 2:32!concatenated~string>internal.first.3,internal.second.4 \
                    3:16!string=ab 4:16!string=cd 5:8!string=other";
        assert_eq!(groups(text), [(vec![1, 2], 24)], "all but the largest");
    }

    #[test]
    fn flattened_ropes_slices_and_strings_without_a_size_are_no_copies() {
        let text = "0!synthetic>1,2,4,5 1:24!string=ab 2:32!concatenated~string>internal.first.1,internal.second.3 \
                    3:8!string= 4!string=ab 5:16!sliced~string=ab";
        assert_eq!(groups(text), []);
    }

    #[test]
    fn of_texts_that_v8_cut_nothing_is_wasted_for_certain() {
        let long = "x".repeat(LIMIT);
        let text = format!("0!synthetic>1,2 1:2000!string={long} 2:3000!string={long}");
        assert_eq!(groups(&text), [(vec![1, 2], 0)]);
    }

    #[test]
    fn length_and_hash_tell_cut_texts_apart() {
        let cut = "internal.truncated.4,internal.length";
        let text = format!(
            "0!synthetic>1,2,3 1:20!string=x>{cut}.6 2:20!string=x>{cut}.8 3:20!string=x>{cut}.6 \
             4!number=bool>internal.value.5 5!string=true 6!number=int>internal.value.7 7!string=2000 \
             8!number=int>internal.value.9 9!string=3000"
        );
        assert_eq!(groups(&text), [(vec![1, 3], 20)]);
    }
}
