//! What can go wrong while a file becomes a heap, in one line each, and what to do about it.
//!
//! Every variant carries what was expected and found and, where bytes were read, their offset
//! in the (unpacked) file. Bytes of the file are quoted escaped; paths are not sanitised.

use std::{fmt, io, path::PathBuf};

use thiserror::Error;

use crate::{
    heap::BuildError,
    job::Cancelled,
    snapshot::{HeaderFault, Section},
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
fn bare(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A count as a person reads it: 2,406,240.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Grouped(pub u64);

impl From<u64> for Grouped {
    fn from(count: u64) -> Self {
        Self(count)
    }
}

impl From<usize> for Grouped {
    fn from(count: usize) -> Self {
        Self(count as u64)
    }
}

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.char_indices() {
            let comma = if at > 0 && (digits.len() - at).is_multiple_of(3) { "," } else { "" };
            write!(f, "{comma}{digit}")?;
        }
        Ok(())
    }
}

/// Where in the file something is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Before, between or after the sections.
    Outside,
    /// In a section that the format knows.
    In(Section),
    /// In a section that it does not know.
    InUnknown,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str("between the sections"),
            Self::In(section) => write!(f, "in {section}"),
            Self::InUnknown => f.write_str("in an unknown section"),
        }
    }
}

/// How far the rows went before the file ended.
struct Seen(Option<(u64, u64)>);

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((seen, announced)) = self.0 else { return Ok(()) };
        let percent = u128::from(seen) * 100 / u128::from(announced.max(1));
        write!(f, ", after {} of {} rows announced ({percent} %)", Grouped(seen), Grouped(announced))
    }
}

/// What should have stood where something else was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// A section's name.
    Name,
    /// The colon after a name.
    Colon,
    /// The start of the object.
    Object,
    /// The start of an array.
    Array,
    /// Any JSON value.
    Value,
    /// A number without sign, fraction or exponent.
    WholeNumber,
    /// A number of at most 64 bits.
    SmallerNumber,
    /// A string.
    Text,
    /// The next element or the end of an array.
    CommaOrBracket,
    /// The next member or the end of an object.
    CommaOrBrace,
    /// Fewer levels of brackets.
    LessNesting,
    /// Fewer strings.
    FewerStrings,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a name in double quotes",
            Self::Colon => "a colon",
            Self::Object => "an object, {",
            Self::Array => "an array, [",
            Self::Value => "a JSON value",
            Self::WholeNumber => "a whole number",
            Self::SmallerNumber => "a number below 18446744073709551616",
            Self::Text => "a string",
            Self::CommaOrBracket => "a comma or ]",
            Self::CommaOrBrace => "a comma or }",
            Self::LessNesting => "fewer brackets inside each other",
            Self::FewerStrings => "at most 4294967295 strings",
        })
    }
}

/// The first bytes of what was found, or nothing at the end of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    bytes: [u8; Self::MOST],
    len: u8,
}

impl Found {
    const MOST: usize = 12;

    /// What stands at `at`.
    pub fn at(bytes: &[u8], at: usize) -> Self {
        let shown = bytes.get(at..).unwrap_or_default();
        let shown = &shown[..shown.len().min(Self::MOST)];
        let mut found = Self { bytes: [0; Self::MOST], len: shown.len() as u8 };
        found.bytes[..shown.len()].copy_from_slice(shown);
        found
    }

    fn is_nul(&self) -> bool {
        self.len > 0 && self.bytes[0] == 0
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len {
            0 => f.write_str("the end of the file"),
            _ if self.is_nul() => f.write_str("a zero byte"),
            len => write!(f, "`{}`", Escaped(&self.bytes[..len as usize])),
        }
    }
}

/// Bytes as printable ASCII: all others as `\xNN`, line breaks and tabs as `\n` and `\t`.
struct Escaped<'a>(&'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&byte| match byte {
            b'"' | b'\'' => write!(f, "{}", char::from(byte)),
            _ => write!(f, "{}", byte.escape_ascii()),
        })
    }
}

/// What a number may be at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// A 32-bit number.
    Bits32,
    /// The position of a type in the header's list.
    Types(usize),
    /// The position of a string.
    Strings(usize),
    /// The place of a node in the nodes array.
    Nodes {
        /// How many nodes there are.
        nodes: usize,
        /// How many numbers each takes.
        fields: usize,
    },
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Bits32 => f.write_str("but 4294967295 is the most it can be"),
            Self::Types(types) => write!(f, "but the header lists {types} types, counted from 0"),
            Self::Strings(strings) => write!(f, "but there are only {strings} strings"),
            Self::Nodes { nodes, fields } => {
                write!(f, "but only multiples of {fields} below {} are nodes", nodes as u64 * fields as u64)
            }
        }
    }
}

/// What a file looks like that is no snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resemblance {
    /// Compressed in a way this program does not unpack.
    Packed(&'static str),
    /// A tar archive, compressed or not.
    Tar,
    /// A page a server sent instead.
    Html,
    /// UTF-16 instead of UTF-8.
    Utf16,
    /// A program.
    Program,
    /// Nothing but zeros.
    Zeros,
    /// Nothing but blanks.
    Blanks,
    /// A sampling heap profile.
    HeapProfile,
    /// A CPU profile.
    CpuProfile,
    /// A trace of the browser.
    Trace,
    /// A package description.
    PackageJson,
    /// JSON, but not this.
    OtherJson,
    /// Text, beginning so.
    Text(Found),
    /// Other bytes, beginning so.
    Binary(Found),
}

impl fmt::Display for Resemblance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Packed(format) => return write!(f, "it is compressed with {format}"),
            Self::Text(found) => return write!(f, "it is no JSON and begins with {found}"),
            Self::Binary(found) => return write!(f, "it is binary data beginning with {found}"),
            Self::Tar => "it is a tar archive",
            Self::Html => "it is an HTML or XML page",
            Self::Utf16 => "it is written in UTF-16",
            Self::Program => "it is a program",
            Self::Zeros => "it begins with zero bytes",
            Self::Blanks => "it begins with nothing but blanks",
            Self::HeapProfile => "it looks like a sampling heap profile (.heapprofile)",
            Self::CpuProfile => "it looks like a CPU profile (.cpuprofile)",
            Self::Trace => "it looks like a performance trace",
            Self::PackageJson => "it looks like a package.json",
            Self::OtherJson => "it is JSON without a snapshot in it",
        })
    }
}

impl Resemblance {
    fn hint(self) -> &'static str {
        match self {
            Self::Packed(_) => "unpack it first; gzip and zstd are unpacked as they are",
            Self::Tar => "unpack the archive and name the snapshot inside",
            Self::Html => "the download failed: this is the server's answer, not the file",
            Self::Utf16 => {
                "an editor or shell re-encoded it; take it again, or convert it with iconv -t utf-8"
            }
            Self::Binary(_) => "if it is compressed, unpack it first; gzip and zstd are read as they are",
            Self::Zeros => "the disk or the copy lost the content; copy it again",
            _ => {
                "take one with v8.writeHeapSnapshot(), node --heapsnapshot-signal, or the browser's Memory panel"
            }
        }
    }
}
