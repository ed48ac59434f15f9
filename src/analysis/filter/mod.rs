//! Filters: which nodes of a heap a view is about.
//!
//! A [`Filter`] is a list of tests, written as words ([`WORDS`] lists them), all of which a node
//! must pass. [`Filter::mask`] answers with a bit a node; [`Selection`] is an analysis whose
//! classes hold only the nodes that pass, counted and summed as DevTools does under its own named
//! filters. Retained sizes and distances of nodes stay those of the whole heap.
//!
//! Linear in nodes and edges; a bit a node, and for some tests a walk over the graph.

mod pattern;
mod range;
mod retained_by;
mod selection;
mod test;
mod word;

use fixedbitset::FixedBitSet;
use rayon::prelude::*;

pub(super) use pattern::in_a_line;
pub use pattern::{Pattern, contains};
pub use range::Range;
pub use retained_by::Holder;
pub use selection::Selection;
pub(super) use test::is_field;
pub use test::{Realm, Test};
pub use word::{BadWord, WORDS, Word, help, parse};

use super::Analysis;
use crate::{
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// Tests that a node must all pass. The empty filter lets everything through.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    tests: Vec<Wanted>,
}

/// A test, as it was written, or its opposite.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As written: what a chip shows. May hold any text: make it safe before a terminal sees it.
    pub word: String,
    /// Whether nodes that fail are wanted instead.
    pub negated: bool,
    /// What is asked.
    pub test: Test,
}

impl Wanted {
    /// What was allocated between two snapshots of one process, of each the greatest id of an
    /// object ([`super::matching::last_object`]): above the first's, up to the second's.
    pub fn allocated_between(older: u64, newer: u64) -> Self {
        let range = Range { min: older.saturating_add(1), max: newer };
        Self { word: format!("id=@{}..@{newer}", range.min), negated: false, test: Test::Id(range) }
    }
}

impl Filter {
    /// The filter that these words ask for.
    ///
    /// # Errors
    ///
    /// [`BadWord`] for the first that cannot be read, with what may have been meant.
    pub fn of<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Result<Self, BadWord> {
        let tests = words.into_iter().map(|word| parse(word.as_ref())).collect::<Result<_, _>>()?;
        Ok(Self { tests })
    }

    /// Asks for one thing more.
    pub fn add(&mut self, wanted: Wanted) {
        self.tests.push(wanted);
    }

    /// Asks no longer for the test at that place, if there is one.
    pub fn remove(&mut self, at: usize) {
        if at < self.tests.len() {
            self.tests.remove(at);
        }
    }

    /// What is asked, in the order it was written.
    pub fn tests(&self) -> &[Wanted] {
        &self.tests
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Takes out what was asked of the names of rows, for a list whose rows have names of their own.
    pub fn take_texts(&mut self) -> Texts {
        let (texts, tests) =
            std::mem::take(&mut self.tests).into_iter().partition(|wanted| wanted.test.is_text());
        self.tests = tests;
        Texts(texts)
    }

    /// The nodes that pass. Asks graph-wide questions first, each once, then passes over the nodes
    /// on all cores.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once the user gives up.
    pub fn mask(&self, known: &Analysis, job: &Job) -> Result<Mask, Cancelled> {
        let ready = self.tests.iter().map(|wanted| Ok((wanted.negated, wanted.test.ready(known, job)?)));
        let ready = ready.collect::<Result<Vec<_>, Cancelled>>()?;
        job.phase("filtering", "nodes", known.heap.node_count());
        let passes = |node| ready.iter().all(|(negated, test)| test.passes(known, node) != *negated);
        mask_of(known.heap.node_count(), passes, job)
    }
}

/// What was asked of the names of rows.
#[derive(Clone, Debug, Default)]
pub struct Texts(Vec<Wanted>);

impl Texts {
    /// Whether nothing was asked of them.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a row of that name is wanted.
    pub fn want(&self, name: &str) -> bool {
        self.0.iter().all(|wanted| match &wanted.test {
            Test::Text(pattern) => pattern.fits(name) != wanted.negated,
            _ => true,
        })
    }
}

/// Which nodes passed: a bit a node.
#[derive(Clone, Debug)]
pub struct Mask(FixedBitSet);

impl Mask {
    /// Whether the node passed.
    #[inline]
    pub fn passes(&self, node: NodeIx) -> bool {
        self.0.contains(node.ix())
    }

    /// How many passed, those without a size included.
    pub fn count(&self) -> usize {
        self.0.count_ones(..)
    }

    /// The nodes that passed, in file order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeIx> + '_ {
        self.0.ones().map(|node| NodeIx(node as u32))
    }
}

/// The bits of the nodes that pass, a block of bits at a time on all cores.
fn mask_of(nodes: usize, passes: impl Fn(NodeIx) -> bool + Sync, job: &Job) -> Result<Mask, Cancelled> {
    const BITS: usize = usize::BITS as usize;
    const BLOCKS: usize = 1 << 10;
    let mut bits = FixedBitSet::with_capacity(nodes);
    bits.as_mut_slice().par_chunks_mut(BLOCKS).enumerate().try_for_each(|(chunk, blocks)| {
        job.tick(BLOCKS * BITS)?;
        for (at, block) in blocks.iter_mut().enumerate() {
            let first = (chunk * BLOCKS + at) * BITS;
            let end = nodes.min(first + BITS);
            for node in first..end {
                *block |= usize::from(passes(NodeIx(node as u32))) << (node - first);
            }
        }
        Ok(())
    })?;
    Ok(Mask(bits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    pub(super) fn passing(heap_text: &str, words: &[&str]) -> Vec<u32> {
        let known = Analysis::complete(heap(heap_text));
        let filter = Filter::of(words).expect("good words");
        let mask = filter.mask(&known, &Job::default()).expect("nobody cancels");
        assert_eq!(mask.count(), mask.nodes().count());
        mask.nodes().map(|node| node.0).collect()
    }

    const HEAP: &str = "0!synthetic>1 1:10=Server>cache.2,weak.w.5 2:20=Map>element.0.3,key.4 3:30=Entry \
                        4:40!closure=run 5:50!hidden=system~/~Map 6:60=Lost";

    #[test]
    fn all_tests_must_be_passed() {
        assert_eq!(passing(HEAP, &[]), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(passing(HEAP, &["size>=20", "size<50"]), [2, 3, 4]);
        assert_eq!(passing(HEAP, &["size>=20", "!size>=50"]), [2, 3, 4], "the opposite of a test");
    }

    #[test]
    fn sizes_distances_and_ids_are_ranges() {
        assert_eq!(passing(HEAP, &["retained>=90B"]), [0, 1, 2]);
        assert_eq!(passing(HEAP, &["distance=2..3"]), [2, 3, 4], "the root and the lost have none");
        assert_eq!(passing(HEAP, &["id>@3", "id<=@9"]), [2, 3, 4], "allocated between two snapshots");
        assert_eq!(passing(HEAP, &["unreachable"]), [5, 6], "weak references hold nothing");
    }

    #[test]
    fn fields_classes_and_types_are_named() {
        assert_eq!(passing(HEAP, &["has:key"]), [2]);
        assert_eq!(passing(HEAP, &["has:w"]), [] as [u32; 0], "a weak reference is no field");
        assert_eq!(passing(HEAP, &["class:ma"]), [2]);
        assert_eq!(passing(HEAP, &["class~svr"]), [1], "its letters in order");
        assert_eq!(passing(HEAP, &["/^(Map|Server)$/"]), [1, 2]);
        assert_eq!(passing(HEAP, &["/^map$/i"]), [2]);
        assert_eq!(passing(HEAP, &["type:closure"]), [4]);
        assert_eq!(passing(HEAP, &["user-land"]), [1, 2, 3, 4, 6]);
    }

    #[test]
    fn bits_past_the_last_block_are_right() {
        let odd = |node: NodeIx| node.0 % 2 == 1;
        let mask = mask_of(131_073, odd, &Job::default()).expect("nobody cancels");
        assert_eq!(mask.count(), 65_536);
        assert!(mask.passes(NodeIx(131_071)) && !mask.passes(NodeIx(131_072)));
    }

    #[test]
    fn a_list_with_names_of_its_own_takes_out_what_is_asked_of_them() {
        let mut filter = Filter::of(["map", "!weak", "size>1"]).expect("good words");
        let texts = filter.take_texts();
        assert_eq!(filter.tests().len(), 1);
        assert!(texts.want("HashMap") && !texts.want("WeakMap") && !texts.want("Set"));
    }
}
