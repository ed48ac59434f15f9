//! Why a command failed, in a line, and what to do about it, in another.

use std::io;

use thiserror::Error;

use crate::{
    analysis::filter::BadWord, error::LoadError, heap::NodeId, job::Cancelled, live::LiveError,
    profile::ProfileError, text,
};

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The snapshot cannot be read.
    #[error("{0}")]
    Load(#[from] LoadError),
    /// One of several snapshots cannot be read.
    #[error("{label}: {error}")]
    LoadOf {
        /// Which one.
        label: String,
        /// Why.
        error: LoadError,
    },
    /// Two snapshots from one pipe.
    #[error("only one snapshot can come from standard input")]
    TwoPipes,
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
    /// A word of a filter that cannot be read.
    #[error("{0}")]
    Filter(#[from] BadWord),
    /// A regular expression that is none.
    #[error("`{text}` is no regular expression: {why}")]
    Regex {
        /// As given.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// No explanation of rows of that name.
    #[error("nothing is known of `{wanted}`")]
    NoExplanation {
        /// As given.
        wanted: String,
    },
    /// No node of that id.
    #[error("no object {0} in this snapshot")]
    NoNode(NodeId),
    /// Growth asked for between two processes.
    #[error(
        "the snapshots are of different processes, or of one whose objects V8 numbered anew in between: only \
         {agreement:.0} % of their common ids name the same thing"
    )]
    Unrelated {
        /// In per cent.
        agreement: f64,
    },
    /// A snapshot in which nothing was recorded.
    #[error("{label} holds no {what}")]
    NotRecorded {
        /// The file.
        label: String,
        /// "allocation stacks".
        what: &'static str,
    },
    /// A profile cannot be read.
    #[error("{0}")]
    Profile(#[from] ProfileError),
    /// No function of that name.
    #[error("no function or script contains `{wanted}`")]
    NoFunction {
        /// As given.
        wanted: String,
    },
    /// A running process cannot be asked.
    #[error("{0}")]
    Live(#[from] LiveError),
    /// A process may only be stopped by somebody who knows what it costs.
    #[error("nothing was captured: {0}")]
    NotConfirmed(&'static str),
    /// No file at all.
    #[error("no snapshot given")]
    NoFile,
    /// A word that is nothing we know.
    #[error("`{word}` is neither a command nor a file here")]
    NoCommand {
        /// As given.
        word: String,
        /// The command that is spelled nearly so.
        meant: Option<String>,
    },
}

impl From<Cancelled> for CommandError {
    fn from(cancelled: Cancelled) -> Self {
        Self::Load(cancelled.into())
    }
}

impl CommandError {
    /// The same, told of one file among several.
    pub(super) fn of(self, label: &str) -> Self {
        match self {
            // It names the file itself.
            Self::Load(LoadError::TooLarge { .. }) => self,
            Self::Load(error) => Self::LoadOf { label: label.to_owned(), error },
            other => other,
        }
    }

    /// One line of what to do.
    pub fn hint(&self) -> String {
        match self {
            Self::TwoPipes => "write one of them to a file, and name it".to_owned(),
            Self::Load(error) | Self::LoadOf { error, .. } => load_hint(error).to_owned(),
            Self::Write(_) => "is the disk full? write somewhere else".to_owned(),
            Self::NoClass { alike, .. } if alike.is_empty() => {
                "`leaktui classes FILE` lists them all".to_owned()
            }
            Self::NoClass { alike, .. } => format!("did you mean {}?", listed(alike)),
            Self::Filter(bad) => bad.hint.clone(),
            Self::Regex { .. } => "leave out --regex to look for the text as it stands".to_owned(),
            Self::NoExplanation { .. } => {
                "it is no name of V8's, but the program's, a package's or Node's; `leaktui explain` lists what is explained".to_owned()
            }
            Self::NoNode(_) => "`leaktui objects FILE CLASS` lists objects with their ids".to_owned(),
            Self::Unrelated { .. } => {
                "take them with one `leaktui capture --series` or from one `leaktui watch`; `leaktui diff` compares others by class".to_owned()
            }
            Self::NotRecorded { .. } => {
                "record one with `leaktui capture --timeline 30s`, or DevTools' \"Allocations on timeline\""
                    .to_owned()
            }
            Self::Profile(error) => error.hint().to_owned(),
            Self::NoFunction { .. } => "`leaktui profile FILE` lists them all".to_owned(),
            Self::Live(error) => error.hint().to_owned(),
            Self::NotConfirmed(_) => "--yes goes on without asking".to_owned(),
            Self::NoFile => "`leaktui FILE` explores one, `leaktui demo` a bundled one".to_owned(),
            Self::NoCommand { meant: Some(meant), .. } => format!("did you mean `leaktui {meant}`?"),
            Self::NoCommand { meant: None, .. } => "`leaktui --help` lists the commands".to_owned(),
        }
    }
}

/// What happened and what to do: two lines for stderr, safe to show.
pub fn describe(error: &anyhow::Error) -> String {
    let (what, hint) = match (error.downcast_ref::<CommandError>(), error.downcast_ref::<LoadError>()) {
        (Some(error), _) => (error.to_string(), error.hint()),
        (_, Some(error)) => (error.to_string(), load_hint(error).to_owned()),
        _ => (format!("{error:#}"), "`leaktui FILE | cat` prints a summary without a screen".to_owned()),
    };
    format!("leaktui: {}\n  {}\n", text::clean(&what), text::clean(&hint))
}

/// Whether nobody reads the result any more, which is no failure.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let written = match error.downcast_ref() {
        Some(CommandError::Write(error)) => Some(error),
        _ => error.downcast_ref::<io::Error>(),
    };
    written.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn load_hint(error: &LoadError) -> &'static str {
    error.hint().unwrap_or("check the name and who may read it")
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
        assert_eq!(describe(&error.into()), "leaktui: no class `\\x1b[2J`\n  did you mean `Map`?\n");
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed = CommandError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(is_broken_pipe(&closed.into()));
        assert!(!is_broken_pipe(&CommandError::NoFile.into()));
    }
}
