//! What can go wrong while a file becomes a heap, in one line each, and what to do about it.
//!
//! Every variant carries what was expected and found and, where bytes were read, their offset
//! in the (unpacked) file. Bytes of the file are quoted escaped; paths are not sanitised.

mod parts;

use std::{io, path::PathBuf};

use thiserror::Error;

use self::parts::Seen;
pub use self::parts::{Expected, Found, Grouped, Limit, Place, Resemblance};
use crate::{
    heap::BuildError,
    job::Cancelled,
    snapshot::{
        HeaderFault, Section,
        budget::{Budget, Fit},
    },
};

/// Why a file is no heap.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The file cannot be opened.
    #[error("cannot open {}: {}", path.display(), bare(source))]
    Open {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Opened, but neither a file nor a pipe.
    #[error("cannot read {}: it is {kind}", path.display())]
    NotAFile {
        /// The file as it was named.
        path: PathBuf,
        /// "a directory".
        kind: &'static str,
    },
    /// A pipe into which nobody writes.
    #[error("nothing was written to {} within {seconds} seconds", path.display())]
    NoWriter {
        /// The pipe as it was named.
        path: PathBuf,
        /// How long the program waited.
        seconds: u64,
    },
    /// Standard input is the keyboard.
    #[error("standard input is a terminal, not a heap snapshot")]
    Terminal,
    /// It would not fit.
    #[error("{label} does not fit into memory: {budget}")]
    TooLarge {
        /// What was to be read.
        label: String,
        /// What it needs, and what is free.
        budget: Budget,
    },
    /// Reading broke off.
    #[error("cannot read {label}: {}", bare(source))]
    Read {
        /// What was read.
        label: String,
        /// What the system said.
        source: io::Error,
    },
    /// No room for what is unpacked or piped in.
    #[error("cannot keep a copy in {}: {}", dir.display(), bare(source))]
    Spool {
        /// The folder for temporary files.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A compressed file that cannot be unpacked.
    #[error("the {format} data is damaged after {packed} bytes ({unpacked} unpacked): {}", bare(source))]
    Unpack {
        /// "gzip".
        format: &'static str,
        /// Bytes of the compressed file read.
        packed: Grouped,
        /// Bytes unpacked before.
        unpacked: Grouped,
        /// What the decoder said.
        source: io::Error,
    },
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Something else than a snapshot.
    #[error("not a heap snapshot: {0}")]
    NotSnapshot(Resemblance),
    /// The file ends too early.
    #[error("the file ends {place} at byte {at}{}", Seen(*seen))]
    Truncated {
        /// Where in the file that is.
        place: Place,
        /// The length of the file.
        at: Grouped,
        /// Rows there and rows announced, where that is known.
        seen: Option<(u64, u64)>,
    },
    /// Bytes that JSON, or the format, does not allow there.
    #[error("{place}, byte {at}: expected {expected}, found {found}")]
    Syntax {
        /// Where in the file that is.
        place: Place,
        /// Offset of the bytes found.
        at: Grouped,
        /// What should stand there.
        expected: Expected,
        /// What stands there.
        found: Found,
    },
    /// Something follows the snapshot.
    #[error("{found} follows the end of the snapshot at byte {at}")]
    Trailing {
        /// Offset of the bytes found.
        at: Grouped,
        /// What stands there.
        found: Found,
    },
    /// A section everything else needs.
    #[error("there is no {0} section")]
    Missing(Section),
    /// A section written twice.
    #[error("a second {section} section begins at byte {at}")]
    Duplicate {
        /// Which one.
        section: Section,
        /// Where the second begins.
        at: Grouped,
    },
    /// The header does not describe the sections.
    #[error("the snapshot header (byte {at}) is not usable: {fault}")]
    Header {
        /// Where the header begins.
        at: Grouped,
        /// What is wrong with it.
        fault: HeaderFault,
    },
    /// The header announces other numbers of rows than the arrays hold.
    #[error("counts disagree: the header announces {announced} {section}, the file holds {held}")]
    Count {
        /// Which rows.
        section: Section,
        /// What the header says.
        announced: Grouped,
        /// What the array holds.
        held: Grouped,
    },
    /// An array that does not divide into rows.
    #[error("{section} holds {values} numbers, which is no multiple of its {fields} fields")]
    Ragged {
        /// Which array.
        section: Section,
        /// How many numbers it holds.
        values: Grouped,
        /// How many make a row.
        fields: usize,
    },
    /// A number outside what its field allows.
    #[error("{section}, byte {at}: {field} of row {row} is {value}, {limit}")]
    OutOfRange {
        /// Which array.
        section: Section,
        /// Offset of the number.
        at: Grouped,
        /// The field's name.
        field: &'static str,
        /// The row, counted from 0.
        row: Grouped,
        /// What stands there.
        value: u64,
        /// What may stand there.
        limit: Limit,
    },
    /// The tables do not fit each other.
    #[error("the snapshot contradicts itself: {0}")]
    Build(#[from] BuildError),
}

impl LoadError {
    /// One line of what to do, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Cancelled(_) | Self::Open { .. } | Self::Read { .. } => return None,
            Self::NotAFile { .. } => "name a .heapsnapshot file, or - to read a pipe",
            Self::NoWriter { .. } => "start the writer first, or name the file itself",
            Self::TooLarge { budget, .. } if budget.fit() == Fit::WithoutRetained => {
                "in a terminal it opens without retained sizes; or free some memory, or raise the limit"
            }
            Self::TooLarge { .. } => "free some memory, raise the limit, or copy it to a larger host",
            Self::Terminal => "pipe a snapshot in, or name a file",
            Self::Spool { .. } => "set TMPDIR to a folder with room for the unpacked snapshot",
            Self::Unpack { .. } => {
                "copy the compressed file again, or unpack it yourself to see how far it goes"
            }
            Self::Empty => {
                "was the process killed, or the disk full, before anything was written? take it again"
            }
            Self::NotSnapshot(what) => what.hint(),
            Self::Truncated { .. } => {
                "was the process killed, the disk full or the copy interrupted? copy it or take it again"
            }
            Self::Syntax { found, .. } if found.is_nul() => {
                "zeros where data should be: the copy or the disk lost part of the file; copy it again"
            }
            Self::Trailing { .. } => {
                "were two files joined, or did a program write into this one? take it again"
            }
            Self::Header { .. } | Self::Missing(_) => {
                "take the snapshot again; if its producer always writes this, please report it"
            }
            Self::Syntax { .. }
            | Self::Duplicate { .. }
            | Self::Count { .. }
            | Self::Ragged { .. }
            | Self::OutOfRange { .. }
            | Self::Build(_) => {
                "the file was damaged or changed after it was written; copy it or take it again"
            }
        })
    }
}

/// The system's words without "(os error 2)", in lower case like all else.
pub(crate) fn bare(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
