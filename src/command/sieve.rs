//! What `--filter` lets through: its words, read before the snapshot and then applied to it.

use std::path::{Path, PathBuf};

use super::{CommandError, input};
use crate::{
    analysis::{
        Analysis,
        filter::{Filter, Mask, Selection, Texts, Wanted as Test},
        matching::{Kinship, Matching, last_object},
    },
    cli::Filters,
    heap::NodeIx,
    job::Job,
    snapshot,
};

/// The words, understood.
pub(super) struct Sieve {
    filter: Filter,
    texts: Texts,
    since: Option<PathBuf>,
}

/// Which rows of references or objects are wanted.
pub(super) struct Wanted {
    /// `None`: all nodes.
    mask: Option<Mask>,
    texts: Texts,
}

impl Sieve {
    /// Reads the words.
    pub(super) fn of(filters: &Filters) -> Result<Self, CommandError> {
        let mut filter = Filter::of(&filters.filter)?;
        let texts = filter.take_texts();
        Ok(Self { filter, texts, since: filters.since.clone() })
    }

    /// Finds the nodes that pass, for lists of references or objects.
    pub(super) fn over(mut self, known: &Analysis) -> Result<Wanted, CommandError> {
        self.add_since(known)?;
        let mask = (!self.filter.is_empty()).then(|| self.filter.mask(known, &Job::default()));
        Ok(Wanted { mask: mask.transpose()?, texts: self.texts })
    }

    /// The classes of the nodes that pass; texts are asked of the classes' names.
    pub(super) fn classes(mut self, known: &Analysis) -> Result<(Selection, Texts), CommandError> {
        self.add_since(known)?;
        Ok((Selection::of(known, &self.filter, &Job::default())?, self.texts))
    }

    /// Looks up how far the older snapshot's ids go.
    fn add_since(&mut self, known: &Analysis) -> Result<(), CommandError> {
        if let Some(older) = &self.since {
            self.filter.add(allocated_since(older, known)?);
        }
        Ok(())
    }
}

/// The test for what was allocated after that snapshot was taken.
fn allocated_since(file: &Path, known: &Analysis) -> Result<Test, CommandError> {
    let older = snapshot::load(&input(file), &Job::default())?.heap;
    // Between two processes ids mean nothing.
    if let Kinship::Unrelated { agreement } = Matching::new(&older, &known.heap).kinship() {
        return Err(CommandError::Unrelated { agreement: agreement * 100.0 });
    }
    Ok(Test::allocated_between(last_object(&older), last_object(&known.heap)))
}

impl Wanted {
    /// Whether the row that shows `node`, under a name, is wanted.
    pub(super) fn has(&self, node: NodeIx, name: impl FnOnce() -> String) -> bool {
        self.passes(node) && (self.texts.is_empty() || self.texts.want(&name()))
    }

    /// Whether the node passes, whatever its row is called.
    pub(super) fn passes(&self, node: NodeIx) -> bool {
        self.mask.as_ref().is_none_or(|mask| mask.passes(node))
    }

    /// Whether a row of that name is wanted.
    pub(super) fn names(&self, name: &str) -> bool {
        self.texts.want(name)
    }
}
