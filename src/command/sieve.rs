//! What `--filter` lets through: its words, read before the snapshot and then applied to it.

use super::CommandError;
use crate::{
    analysis::{
        Analysis,
        filter::{Filter, Mask, Selection, Texts},
    },
    cli::Filters,
    heap::NodeIx,
    job::Job,
};

/// The words, understood.
pub(super) struct Sieve {
    filter: Filter,
    texts: Texts,
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
        Ok(Self { filter, texts })
    }

    /// Finds the nodes that pass, for lists of references or objects.
    pub(super) fn over(self, known: &Analysis) -> Result<Wanted, CommandError> {
        let mask = (!self.filter.is_empty()).then(|| self.filter.mask(known, &Job::default()));
        Ok(Wanted { mask: mask.transpose()?, texts: self.texts })
    }

    /// The classes of the nodes that pass; texts are asked of the classes' names.
    pub(super) fn classes(self, known: &Analysis) -> Result<(Selection, Texts), CommandError> {
        Ok((Selection::of(known, &self.filter, &Job::default())?, self.texts))
    }
}

impl Wanted {
    /// Whether the row that shows `node`, under a name, is wanted.
    pub(super) fn has(&self, node: NodeIx, name: impl FnOnce() -> String) -> bool {
        self.mask.as_ref().is_none_or(|mask| mask.passes(node))
            && (self.texts.is_empty() || self.texts.want(&name()))
    }
}
