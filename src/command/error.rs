//! Why a command failed, in a line, and what to do about it, in another.

use std::io;

use thiserror::Error;

use crate::{error::LoadError, heap::NodeId, job::Cancelled, text};

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The snapshot cannot be read.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// The result cannot be written.
    #[error("cannot write the result: {}", .0.kind())]
    Write(#[from] io::Error),
    /// No class of that name.
    #[error("no class `{wanted}`")]
    NoClass {
        /// As given.
        wanted: String,
        /// Classes with names like it.
        alike: Vec<String>,
    },
    /// No node of that id.
    #[error("no object {0} in this snapshot")]
    NoNode(NodeId),
    /// Growth asked for between two processes.
    #[error(
        "the snapshots are of different processes: only {agreement:.0} % of their common ids name the same thing"
    )]
    Unrelated {
        /// In per cent.
        agreement: f64,
    },
    /// No file at all.
    #[error("no snapshot given")]
    NoFile,
    /// More files than one.
    #[error("more than one snapshot given, and comparing is not built yet")]
    ManyFiles,
}

impl From<Cancelled> for CommandError {
    fn from(cancelled: Cancelled) -> Self {
        Self::Load(cancelled.into())
    }
}

impl CommandError {
    /// One line of what to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Load(error) => error.hint().unwrap_or("check the name and who may read it").to_owned(),
            Self::Write(_) => "is the disk full? write somewhere else".to_owned(),
            Self::NoClass { alike, .. } if alike.is_empty() => {
                "`leaktui classes FILE` lists them all".to_owned()
            }
            Self::NoClass { alike, .. } => format!("did you mean {}?", listed(alike)),
            Self::NoNode(_) => "`leaktui objects FILE CLASS` lists objects with their ids".to_owned(),
            Self::Unrelated { .. } => {
                "take all snapshots from one process; `leaktui diff` compares others by class".to_owned()
            }
            Self::NoFile => "`leaktui FILE` explores one, `leaktui demo` a bundled one".to_owned(),
            Self::ManyFiles => "name one".to_owned(),
        }
    }

    /// Whether nobody reads the result any more, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// What happened and what to do: two lines for stderr, safe to show.
pub fn describe(error: &CommandError) -> String {
    format!("leaktui: {}\n  {}\n", text::clean(&error.to_string()), text::clean(&error.hint()))
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_two_safe_lines() {
        let error = CommandError::NoClass { wanted: "\u{1b}[2J".to_owned(), alike: vec!["Map".to_owned()] };
        assert_eq!(describe(&error), "leaktui: no class `\\x1b[2J`\n  did you mean `Map`?\n");
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        assert!(CommandError::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_broken_pipe());
        assert!(!CommandError::NoFile.is_broken_pipe());
    }
}
