//! Where does each section of the file lie?
//!
//! Passes the members of the outermost object in whatever order they come. Arrays of numbers
//! are passed by looking for their closing bracket, everything else value by value without
//! recursion, and the strings not at all where they come last: the pass pauses there, and
//! whoever indexes the strings says where they end. Cost: one pass at the speed of memory.

use std::{fmt, ops::Range};

use super::{
    json::{Fault, skip_blanks, skip_value, string_end},
    scan::{self, NoArray, Numbers, fault_error},
    sniff,
    source::Source,
};
use crate::{
    error::{Expected, Found, LoadError, Place, Resemblance},
    heap::decode_json_text,
    job::{Cancelled, Job},
};

/// Levels of brackets a section may have; the allocation tree of a deep recursion has many.
const DEEPEST: usize = 1 << 20;
/// Levels the header may have; its reader recurses.
const DEEPEST_HEADER: usize = 32;
/// Names of unknown members remembered to tell what the file is instead.
const MOST_NAMES: usize = 32;

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A member of the outermost object that the format knows.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Section {
            $($(#[$doc])* $name,)*
        }

        impl Section {
            /// Every section.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The section's name in the file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

sections! {
    /// The header.
    Snapshot = "snapshot";
    /// The nodes, as rows of numbers.
    Nodes = "nodes";
    /// The edges, as rows of numbers.
    Edges = "edges";
    /// Functions that allocated.
    TraceFunctionInfos = "trace_function_infos";
    /// The tree of allocating calls.
    TraceTree = "trace_tree";
    /// The last id given at points in time.
    Samples = "samples";
    /// Where functions and objects were made.
    Locations = "locations";
    /// Scopes of scripts.
    Scopes = "scopes";
    /// Variables of scopes.
    ScopeContextVars = "scope_context_vars";
    /// Uses of variables.
    ScopeUses = "scope_uses";
    /// All texts.
    Strings = "strings";
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.name())
    }
}

/// The place of each section in the unpacked file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sections([Option<Range<usize>>; Section::ALL.len()]);

impl Sections {
    /// One section and no other.
    #[cfg(test)]
    pub(super) fn only(section: Section, range: Range<usize>) -> Self {
        let mut sections = Self::default();
        sections.0[section as usize] = Some(range);
        sections
    }

    /// Where the section's value lies, brackets included.
    pub fn get(&self, section: Section) -> Option<Range<usize>> {
        self.0[section as usize].clone()
    }

    fn has(&self, section: Section) -> bool {
        self.0[section as usize].is_some()
    }
}

/// The pass over the sections.
pub(super) struct Locator<'a> {
    source: &'a Source,
    job: &'a Job,
    at: usize,
    started: bool,
    place: Place,
    names: Vec<String>,
    /// What was found so far.
    pub(super) sections: Sections,
    /// The arrays of numbers found so far, by section.
    arrays: Vec<(Section, Numbers)>,
    /// Numbers present of an array in which the file ends.
    pub(super) cut: Option<(Section, usize)>,
}

/// Where the pass stopped.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Pause {
    /// At the first byte inside the strings; [`Locator::resume`] goes on behind them.
    Strings(usize),
    /// At the end of the file.
    End,
}

impl<'a> Locator<'a> {
    pub(super) fn new(source: &'a Source, job: &'a Job) -> Self {
        Self {
            source,
            job,
            at: sniff::start(source.bytes()),
            started: false,
            place: Place::Outside,
            names: Vec::new(),
            sections: Sections::default(),
            arrays: Vec::new(),
            cut: None,
        }
    }

    /// The array of numbers of a section.
    pub(super) fn numbers(&self, section: Section) -> Option<&Numbers> {
        self.arrays.iter().find(|(found, _)| *found == section).map(|(_, numbers)| numbers)
    }

    /// Passes members until the strings, if the graph lies before them, or to the end.
    pub(super) fn run(&mut self) -> Result<Pause, LoadError> {
        while self.next_member()? {
            if let Some(start) = self.member()? {
                return Ok(Pause::Strings(start));
            }
        }
        self.finish().map(|()| Pause::End)
    }

    /// Goes on behind the strings, whose closing bracket is at `close`.
    pub(super) fn resume(&mut self, close: usize) -> Result<(), LoadError> {
        self.sections.0[Section::Strings as usize] = Some(self.at..close + 1);
        self.at = close + 1;
        self.run().map(|_| ())
    }

    fn bytes(&self) -> &'a [u8] {
        self.source.bytes()
    }

    fn peek(&mut self) -> Option<u8> {
        self.at = skip_blanks(self.bytes(), self.at);
        self.bytes().get(self.at).copied()
    }

    fn fault<T>(&self, expected: Expected) -> Result<T, LoadError> {
        self.fault_at(Fault { at: self.at, expected })
    }

    /// The error; where an array of numbers ended just before, its own mistake is the cause.
    fn fault_at<T>(&self, fault: Fault) -> Result<T, LoadError> {
        if fault.at < self.bytes().len()
            && let Some((section, numbers)) = self.arrays.last()
        {
            numbers.check(self.bytes()).map_err(|fault| scan::syntax(self.bytes(), *section, fault))?;
        }
        Err(fault_error(self.bytes(), self.place, fault))
    }

    /// Moves to the quote of the next member's name; `false` at the end of the object.
    fn next_member(&mut self) -> Result<bool, LoadError> {
        self.place = Place::Outside;
        let (open, expected) =
            if self.started { (b',', Expected::CommaOrBrace) } else { (b'{', Expected::Object) };
        match self.peek() {
            Some(b'}') if self.started => return Ok(false),
            Some(found) if found == open => self.at += 1,
            _ => return self.fault(expected),
        }
        let empty = !self.started && self.peek() == Some(b'}');
        self.started = true;
        match self.peek() {
            Some(b'"') => Ok(true),
            _ if empty => Ok(false),
            _ => self.fault(Expected::Name),
        }
    }

    /// Passes a member; answers where the strings begin if the pass is to pause there.
    fn member(&mut self) -> Result<Option<usize>, LoadError> {
        let begin = self.at;
        let section = self.name()?;
        self.place = section.map_or(Place::InUnknown, Place::In);
        if self.peek() != Some(b':') {
            return self.fault(Expected::Colon);
        }
        self.at += 1;
        let next = self.peek();
        let Some(section) = section else { return self.value(DEEPEST).map(|_| None) };
        if self.sections.has(section) {
            return Err(LoadError::Duplicate { section, at: begin.into() });
        }
        let (open, expected) = match section {
            Section::Snapshot => (b'{', Expected::Object),
            _ => (b'[', Expected::Array),
        };
        if next != Some(open) {
            return self.fault(expected);
        }
        if section == Section::Strings && self.graph_is_known() {
            return Ok(Some(self.at + 1));
        }
        self.sections.0[section as usize] = Some(match section {
            Section::Nodes | Section::Edges | Section::Locations => self.array(section)?,
            Section::Snapshot => self.value(DEEPEST_HEADER)?,
            _ => self.value(DEEPEST)?,
        });
        Ok(None)
    }

    fn graph_is_known(&self) -> bool {
        [Section::Snapshot, Section::Nodes, Section::Edges].iter().all(|&section| self.sections.has(section))
    }

    /// Passes the name of a member.
    fn name(&mut self) -> Result<Option<Section>, LoadError> {
        let begin = self.at + 1;
        let Some(end) = string_end(self.bytes(), begin) else {
            self.at = self.bytes().len();
            return self.fault(Expected::Name);
        };
        self.at = end + 1;
        let name = decode_json_text(&self.bytes()[begin..end.min(begin + 64)]);
        let section = Section::ALL.iter().copied().find(|section| section.name() == name);
        if section.is_none() && self.names.len() < MOST_NAMES {
            self.names.push(name.into_owned());
        }
        Ok(section)
    }

    fn value(&mut self, deepest: usize) -> Result<Range<usize>, LoadError> {
        let begin = self.at;
        match skip_value(self.bytes(), begin, deepest) {
            Ok(end) => self.at = end,
            Err(fault) => return self.fault_at(fault),
        }
        self.job.tick(self.at - begin)?;
        Ok(begin..self.at)
    }

    fn array(&mut self, section: Section) -> Result<Range<usize>, LoadError> {
        let begin = self.at;
        let first = skip_blanks(self.bytes(), begin + 1);
        match self.bytes().get(first) {
            Some(b'{') if !self.sections.has(Section::Snapshot) => {
                return Err(LoadError::NotSnapshot(Resemblance::CpuProfile));
            }
            Some(b'0'..=b'9' | b']') | None => {}
            Some(_) => return self.fault_at(Fault { at: first, expected: Expected::WholeNumber }),
        }
        let numbers = match scan::locate(self.source, begin + 1, scan::PIECE, self.job) {
            Ok(numbers) => numbers,
            Err(NoArray::Cancelled) => return Err(Cancelled.into()),
            Err(NoArray::Cut(count)) => {
                self.cut = Some((section, count));
                return self.fault_at(Fault { at: self.bytes().len(), expected: Expected::CommaOrBracket });
            }
        };
        self.at = numbers.range.end + 1;
        self.arrays.push((section, numbers));
        Ok(begin..self.at)
    }

    /// Passes the closing brace; nothing but blanks or zeros may follow, and no section may be missing.
    fn finish(&mut self) -> Result<(), LoadError> {
        let rest = &self.bytes()[self.at + 1..];
        if let Some(more) = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0)) {
            let at = self.at + 1 + more;
            return Err(LoadError::Trailing { at: at.into(), found: Found::at(self.bytes(), at) });
        }
        let needed = [Section::Snapshot, Section::Nodes, Section::Edges, Section::Strings];
        let Some(missing) = needed.into_iter().find(|&section| !self.sections.has(section)) else {
            return Ok(());
        };
        match sniff::by_names(&self.names) {
            Some(what) => Err(LoadError::NotSnapshot(what)),
            None if !needed.into_iter().any(|section| self.sections.has(section)) => {
                Err(LoadError::NotSnapshot(Resemblance::OtherJson))
            }
            None => Err(LoadError::Missing(missing)),
        }
    }
}
