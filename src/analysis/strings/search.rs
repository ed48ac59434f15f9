//! Which strings contain a text, or match a regular expression.
//!
//! Texts are read where they lie in the file, a batch of strings at a time on all cores, and hits
//! are told batch by batch in file order: the first come at once, whatever the heap's size. Time
//! is that of reading all text once; nothing is kept.

use std::ops::Range;

use rayon::prelude::*;
use regex::{Regex, RegexBuilder};

use crate::{
    analysis::Analysis,
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Query(Regex);

impl Query {
    /// Texts that contain `text`.
    ///
    /// # Errors
    ///
    /// Where the text is too long to look for.
    pub fn text(text: &str, ignore_case: bool) -> Result<Self, String> {
        Self::regex(&regex::escape(text), ignore_case)
    }

    /// Texts in which the regular expression matches; `.` matches line ends too.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in a line.
    pub fn regex(text: &str, ignore_case: bool) -> Result<Self, String> {
        let mut builder = RegexBuilder::new(text);
        let built = builder.case_insensitive(ignore_case).dot_matches_new_line(true).build();
        built.map(Self).map_err(|error| crate::analysis::filter::in_a_line(&error))
    }

    /// Where the first match lies, in bytes.
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        self.0.find(text).map(|found| found.range())
    }
}

/// A string that fits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The string.
    pub node: NodeIx,
    /// Where in its text ([`super::text`]) the first match lies, in bytes.
    pub at: Range<usize>,
}

/// Strings looked at before hits are told.
const BATCH: usize = 1 << 15;

/// Tells `found` of all strings that fit, some at a time, in file order; strings without a size,
/// which stand for values of something else, are left out.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn search(
    known: &Analysis,
    query: &Query,
    job: &Job,
    mut found: impl FnMut(Vec<Hit>),
) -> Result<(), Cancelled> {
    let strings = super::all(known);
    job.phase("searching strings", "strings", strings.len());
    for batch in strings.chunks(BATCH) {
        let hit = |&node: &NodeIx| Some(Hit { node, at: query.find(&super::text(known, node))? });
        let hits: Vec<Hit> = batch.par_iter().filter_map(hit).collect();
        if !hits.is_empty() {
            found(hits);
        }
        job.tick(batch.len())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn hits(query: &Query) -> Vec<(u32, Range<usize>)> {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3,4,5 1:8!string=Hello~World 2:8!string=world 3:8!concatenated~string>internal.first.1,internal.second.2 \
             4:8!sliced~string=wor(d 5:8=world 6!string=world",
        ));
        let mut all = Vec::new();
        let told = |hits: Vec<Hit>| all.extend(hits.into_iter().map(|hit| (hit.node.0, hit.at)));
        search(&known, query, &Job::default(), told).expect("nobody cancels");
        all
    }

    #[test]
    fn texts_are_found_in_all_kinds_of_strings() {
        let query = Query::text("world", false).expect("a text");
        assert_eq!(hits(&query), [(2, 0..5), (3, 11..16)], "the rope is one text");
        let query = Query::text("WORLD", true).expect("a text");
        assert_eq!(hits(&query).len(), 3);
        let query = Query::text("r(", false).expect("a text, not an expression");
        assert_eq!(hits(&query), [(4, 2..4)]);
    }

    #[test]
    fn expressions_match_anywhere() {
        let query = Query::regex("^wor.d$", false).expect("an expression");
        assert_eq!(hits(&query).iter().map(|hit| hit.0).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(Query::regex("(", false).map(|_| ()), Err("unclosed group".to_owned()));
    }
}
