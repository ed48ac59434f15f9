//! Which nodes refer to which, where a counter for each node is more than the cache holds?
//!
//! Parted first: each edge goes to the bucket of its target, one of 65,536 nodes; then each bucket is
//! sorted by itself, in the cache. Within a bucket sources only grow, so that the four bytes an
//! edge gets in the answer hold, until then, how far its source is from the last one's, and its
//! target as well; of those that are farther than 15 bits tell, at most one in 32,767 nodes a bucket, the
//! source stands in a list beside. All of it on all cores: the nodes that refer are cut into a share
//! a core, which has its own place in each bucket, and buckets do not touch each other. Four passes
//! over the edges, in order or nearly so; beside the answer, 4 bytes an edge of one bucket a core. A
//! bucket that holds much of the heap is not copied but filled by one more pass over all edges.

use std::{mem, ops::Range};

use rayon::prelude::*;

use super::{MARK, Sorted};
use crate::heap::{EdgeIx, Heap, NodeIx};

/// Bits that tell a bucket's nodes apart.
const WITHIN: u32 = 16;
/// Nodes of a bucket.
const BUCKET: usize = 1 << WITHIN;
/// Says of a source that it is so far from the last that it stands in the list beside.
const FAR: u32 = (1 << (u32::BITS - WITHIN - 1)) - 1;

/// Edges of a bucket that are copied in any case.
const FEW: usize = 1 << 20;
/// The part of all edges that a bucket holds at the most to be copied.
const PART: usize = 8;

/// Where each node's in-edges begin, and the sources of all.
pub(super) fn sort<E: Send, M: Fn(EdgeIx, NodeIx) -> bool>(
    heap: &Heap,
    marked: impl Fn(NodeIx) -> M + Sync,
    tick: impl Fn(usize) -> Result<(), E> + Sync,
) -> Result<Sorted, E> {
    sort_copying(FEW.max(heap.edge_count() / PART), heap, marked, tick)
}

/// The same where buckets of no more than `most` edges are copied.
pub(super) fn sort_copying<E: Send, M: Fn(EdgeIx, NodeIx) -> bool>(
    most: usize,
    heap: &Heap,
    marked: impl Fn(NodeIx) -> M + Sync,
    tick: impl Fn(usize) -> Result<(), E> + Sync,
) -> Result<Sorted, E> {
    let shares = shares(heap, rayon::current_num_threads());
    let counts: Vec<Vec<usize>> = shares.par_iter().map(|share| share.count(heap)).collect();
    let mut sources = vec![0; heap.edge_count()];
    let places = places(&shares, &counts, &mut sources);
    let part = |(share, places): (&Share, _)| share.part(heap, places, &marked, &tick);
    let far = shares.par_iter().zip(places).map(part).collect::<Result<Vec<_>, E>>()?;
    let mut first = vec![0; heap.node_count() + 1];
    let (end, starts) = first.split_last_mut().expect("one more than there are nodes");
    *end = heap.edge_count() as u32;
    let buckets = buckets(parts(&shares, &counts, far), starts, &mut sources);
    buckets.into_par_iter().try_for_each_init(Vec::new, |copy, bucket| {
        if bucket.sources.len() > most {
            return bucket.fill(heap, &marked, &tick);
        }
        bucket.sort(copy);
        tick(0)
    })?;
    Ok(Sorted { first, sources })
}

fn bucket_count(heap: &Heap) -> usize {
    heap.node_count().div_ceil(BUCKET)
}

/// Nodes that refer, one after the other.
struct Share(Range<u32>);

/// All nodes in shares of about as many edges.
fn shares(heap: &Heap, count: usize) -> Vec<Share> {
    let nodes = heap.node_count() as u32;
    let end = |share: usize| match heap.edge_count() * share / count {
        edge if edge < heap.edge_count() => heap.edge_source(EdgeIx(edge as u32)).0,
        _ => nodes,
    };
    (0..count).map(|share| Share(if share == 0 { 0 } else { end(share) }..end(share + 1))).collect()
}

/// Room for those edges of a share that lead to one bucket.
struct Place<'a> {
    /// A mark, how far the source is from the last, and the target within the bucket.
    entries: &'a mut [u32],
    filled: usize,
    /// The last source, at first the share's first node.
    last: u32,
}

/// The places of each share, one in each bucket; in a bucket the shares follow each other.
fn places<'a>(shares: &[Share], counts: &[Vec<usize>], mut room: &'a mut [u32]) -> Vec<Vec<Place<'a>>> {
    let mut places: Vec<Vec<Place<'a>>> = counts.iter().map(|_| Vec::new()).collect();
    for bucket in 0..counts.first().map_or(0, Vec::len) {
        for ((share, counts), places) in shares.iter().zip(counts).zip(&mut places) {
            let entries = room.split_off_mut(..counts[bucket]).unwrap_or_default();
            places.push(Place { entries, filled: 0, last: share.0.start });
        }
    }
    places
}

/// Sources of a share that are far from the last, of each bucket.
type FarSources = Vec<Vec<u32>>;

impl Share {
    /// How many of its edges lead to each bucket.
    fn count(&self, heap: &Heap) -> Vec<usize> {
        let mut counts = vec![0; bucket_count(heap)];
        let edge = |node: u32| heap.edge_range(NodeIx(node));
        let edges = if self.0.is_empty() { 0..0 } else { edge(self.0.start).start..edge(self.0.end - 1).end };
        for to in &heap.edge_targets()[edges] {
            counts[to.ix() / BUCKET] += 1;
        }
        counts
    }

    /// Its edges, each to its bucket.
    fn part<E, M: Fn(EdgeIx, NodeIx) -> bool>(
        &self,
        heap: &Heap,
        mut places: Vec<Place<'_>>,
        marked: impl Fn(NodeIx) -> M,
        tick: impl Fn(usize) -> Result<(), E>,
    ) -> Result<FarSources, E> {
        let mut far = vec![Vec::new(); places.len()];
        for node in self.0.clone().map(NodeIx) {
            if node.0 & 0xFFFF == 0 {
                tick(0x1_0000)?;
            }
            let marked = marked(node);
            for (edge, to) in heap.targets(node) {
                let place = &mut places[to.ix() / BUCKET];
                let step = FAR.min(node.0 - mem::replace(&mut place.last, node.0));
                if step == FAR {
                    far[to.ix() / BUCKET].push(node.0);
                }
                let mark = if marked(edge, to) { MARK } else { 0 };
                place.entries[place.filled] = mark | (step << WITHIN) | (to.0 % BUCKET as u32);
                place.filled += 1;
            }
        }
        Ok(far)
    }
}

/// What one share has put into a bucket.
struct Part {
    len: usize,
    /// The share's first node.
    start: u32,
    far: Vec<u32>,
}

/// What all shares have put into each bucket.
fn parts(
    shares: &[Share],
    counts: &[Vec<usize>],
    mut far: Vec<FarSources>,
) -> impl Iterator<Item = Vec<Part>> {
    (0..counts.first().map_or(0, Vec::len)).map(move |bucket| {
        let shares = shares.iter().zip(counts).zip(&mut far);
        let part = |((share, counts), far): ((&Share, &Vec<usize>), &mut FarSources)| Part {
            len: counts[bucket],
            start: share.0.start,
            far: mem::take(&mut far[bucket]),
        };
        shares.map(part).collect()
    })
}

/// The edges to one bucket's nodes, by source.
struct Bucket<'a> {
    start: NodeIx,
    /// Edges to the buckets before.
    before: u32,
    first: &'a mut [u32],
    /// At first the parts' entries.
    sources: &'a mut [u32],
    parts: Vec<Part>,
}

fn buckets<'a>(
    parts: impl Iterator<Item = Vec<Part>>,
    first: &'a mut [u32],
    mut sources: &'a mut [u32],
) -> Vec<Bucket<'a>> {
    let mut before = 0;
    let starts = (0..).step_by(BUCKET).map(NodeIx);
    let buckets = first.chunks_mut(BUCKET).zip(parts).zip(starts).map(|((first, parts), start)| {
        let size = parts.iter().map(|part| part.len).sum::<usize>();
        let sources = sources.split_off_mut(..size).unwrap_or_default();
        let bucket = Bucket { start, before, first, sources, parts };
        before += size as u32;
        bucket
    });
    buckets.collect()
}

impl Bucket<'_> {
    /// Sorts the sources by target, in the order they come in, and tells where each target's begin.
    fn sort(self, copy: &mut Vec<u32>) {
        let Self { before, first, sources, parts, .. } = self;
        count(sources, first);
        copy.clear();
        copy.extend_from_slice(sources);
        let mut entries = copy.as_slice();
        for Part { len, start, far } in parts {
            let (mut source, mut far) = (start, far.into_iter());
            for &entry in entries.split_off(..len).unwrap_or_default() {
                let step = (entry & !MARK) >> WITHIN;
                source = if step == FAR { far.next().unwrap_or(source) } else { source + step };
                let slot = &mut first[entry as usize % BUCKET];
                sources[*slot as usize] = source | entry & MARK;
                *slot += 1;
            }
        }
        close(first, before);
    }

    /// The same from the heap's edges, among which the bucket's are looked for.
    fn fill<E, M: Fn(EdgeIx, NodeIx) -> bool>(
        self,
        heap: &Heap,
        marked: impl Fn(NodeIx) -> M,
        tick: impl Fn(usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { start, before, first, sources, .. } = self;
        count(sources, first);
        for node in heap.nodes() {
            if node.0 & 0xFFFF == 0 {
                tick(0)?;
            }
            let marked = marked(node);
            for (edge, to) in heap.targets(node) {
                if let Some(slot) = first.get_mut(to.0.wrapping_sub(start.0) as usize) {
                    sources[*slot as usize] = node.0 | if marked(edge, to) { MARK } else { 0 };
                    *slot += 1;
                }
            }
        }
        close(first, before);
        Ok(())
    }
}

/// Tells where the sources of each target will begin within the bucket.
fn count(entries: &[u32], first: &mut [u32]) {
    for &entry in entries {
        first[entry as usize % BUCKET] += 1;
    }
    let mut sum = 0;
    for start in first {
        sum += mem::replace(start, sum);
    }
}

/// Once filled, each has come to where the next one's begin. Tells where they begin in the heap.
fn close(first: &mut [u32], before: u32) {
    let mut start = 0;
    for end in first {
        start = mem::replace(end, before + start);
    }
}
