//! Long work over several snapshots: what a view waits for, works on, has, or was told to give up.

use crate::job::Progress;

/// Something that takes a while.
#[derive(Clone, Debug, Default)]
pub enum Work<T> {
    /// It cannot begin yet: the snapshots are still being read.
    #[default]
    Waiting,
    /// It is being done.
    Running {
        /// The number its answer carries.
        request: u64,
        /// How far it is.
        progress: Option<Progress>,
    },
    /// Here it is.
    Done(T),
    /// The user gave it up.
    GivenUp,
}

impl<T> Work<T> {
    /// Whether it has begun and not ended.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running { .. })
    }

    /// Whether it waits for the answer of that number.
    pub fn awaits(&self, number: u64) -> bool {
        matches!(self, Self::Running { request, .. } if *request == number)
    }

    /// What came out, once it did.
    pub fn done(&self) -> Option<&T> {
        match self {
            Self::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Takes note of how far it is; answers whether that was news.
    pub fn advance(&mut self, to: Progress) -> bool {
        match self {
            Self::Running { progress, .. } if progress.as_ref() != Some(&to) => {
                *progress = Some(to);
                true
            }
            _ => false,
        }
    }

    /// What the pane says until it is there; `None` once it is.
    pub fn excuse(&self) -> Option<&'static str> {
        match self {
            Self::Waiting => Some("once all snapshots have been read:"),
            Self::Running { .. } => Some("being worked out (Esc gives up):"),
            Self::GivenUp => Some("given up; Enter begins again"),
            Self::Done(_) => None,
        }
    }
}
