//! What a file has beside its heap: what was recorded while it grew, and the process's own figures.

use std::sync::Arc;

use super::aspect::Aspect;
use crate::{heap::Trace, live::Record};

/// Both of them; nothing of either in a plain snapshot.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Stacks and points in time.
    pub trace: Arc<Trace>,
    /// What `capture` stored beside the file.
    pub process: Option<Record>,
    /// Whether any object that lives has a stack.
    pub lives: bool,
}

impl Recording {
    /// Whether objects know where they were allocated.
    pub fn has_stacks(&self) -> bool {
        !self.trace.nodes().is_empty()
    }

    /// The view that it was recorded for, if it was.
    pub fn view(&self) -> Option<Aspect> {
        let stacks = (self.has_stacks() && self.lives).then_some(Aspect::Allocation);
        stacks.or(self.has_times().then_some(Aspect::Timeline))
    }

    /// Whether it is known when objects were allocated.
    pub fn has_times(&self) -> bool {
        self.trace.samples().len() > 1
    }
}
