//! The parts of a load error: counts, places, what was expected and what was found.

use std::fmt;

use crate::snapshot::Section;

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
pub(super) struct Seen(pub(super) Option<(u64, u64)>);

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

    pub(super) fn is_nul(&self) -> bool {
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
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Packed(_) => "unpack it first; gzip and zstd are unpacked as they are",
            Self::Tar => "unpack the archive and name the snapshot inside",
            Self::Html => "the download failed: this is the server's answer, not the file",
            Self::Utf16 => {
                "an editor or shell re-encoded it; take it again, or convert it with iconv -t utf-8"
            }
            Self::Binary(_) => "if it is compressed, unpack it first; gzip and zstd are read as they are",
            Self::HeapProfile => "`leaktui profile FILE` reads it",
            Self::Zeros => "the disk or the copy lost the content; copy it again",
            _ => {
                "take one with v8.writeHeapSnapshot(), node --heapsnapshot-signal, or the browser's Memory panel"
            }
        }
    }
}
