//! What a file has beside its heap: what was recorded while it grew, and the process's own figures.

use std::sync::Arc;

use crate::{heap::Trace, live::Record};

/// Both of them; nothing of either in a plain snapshot.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Stacks and points in time.
    pub trace: Arc<Trace>,
    /// What `capture` stored beside the file.
    pub process: Option<Record>,
}

impl Recording {
    /// Whether objects know where they were allocated.
    pub fn has_stacks(&self) -> bool {
        !self.trace.nodes().is_empty()
    }

    /// Whether it is known when objects were allocated.
    pub fn has_times(&self) -> bool {
        self.trace.samples().len() > 1
    }
}
