//! What the tree views of one snapshot list: parts of the heap, each of which may open into others.
//!
//! A part has a name, a count, bytes, and the objects it is made of, which the pane below lists.
//! Every function here is pure and linear in what it lists; workers run them.

mod dominators;
mod statistics;
mod strings;

pub use strings::query;

use std::sync::Arc;

use crate::{
    analysis::{Analysis, filter::Filter, native_context::Owner},
    heap::{NodeIx, NodeKind},
    job::{Cancelled, Job},
};

/// Which parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// What the root dominates, then what that dominates; objects of one class together.
    Dominators,
    /// DevTools' categories, node types, realms.
    Statistics,
    /// Strings that fit what is looked for, if anything; copies, patterns, the longest.
    Strings(Option<Arc<str>>),
}

/// A part of the heap.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called (not yet safe for a terminal).
    pub name: String,
    /// What else is said of it.
    pub note: &'static str,
    /// How many there are; 0 where nobody has counted.
    pub count: u64,
    /// Their own bytes.
    pub bytes: u64,
    /// What the source is about beside them, as its third head says.
    pub weight: u64,
    /// Parts of a lower rank stand above all others.
    pub rank: u8,
    /// The objects.
    pub members: Members,
    /// What it opens into.
    pub inside: Inside,
}

/// The objects of a part.
#[derive(Clone, Debug)]
pub enum Members {
    /// These.
    List(Arc<[NodeIx]>),
    /// All of a type.
    Type(NodeKind),
    /// All of a realm.
    Realm(Owner),
    /// All that no way from any root leads to.
    Unreachable,
    /// All strings.
    Strings,
    /// The longest strings.
    Longest,
}

/// What a part opens into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inside {
    /// Nothing.
    Nothing,
    /// What its objects dominate.
    Dominated,
    /// The node types.
    Types,
    /// The realms.
    Realms,
    /// Texts that several strings have.
    Duplicates,
    /// Patterns that several strings have.
    Patterns,
}

impl Part {
    /// A part of that name that opens into others, after those of lower rank.
    fn section(name: &str, rank: u8, inside: Inside) -> Self {
        Self {
            name: name.to_owned(),
            note: "",
            count: 0,
            bytes: 0,
            weight: 0,
            rank,
            members: Members::List(Arc::new([])),
            inside,
        }
    }

    /// Whether it may open.
    pub fn opens(&self) -> bool {
        self.inside != Inside::Nothing
    }

    /// Whether it may open and has no objects of its own.
    pub fn only_opens(&self) -> bool {
        self.opens() && matches!(&self.members, Members::List(nodes) if nodes.is_empty())
    }
}

impl Source {
    /// The heads of the columns of counts, bytes and weights.
    pub fn heads(&self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Dominators => ("Count", "Shallow", Some("Retained")),
            Self::Statistics => ("Count", "Bytes", None),
            Self::Strings(_) => ("Count", "Bytes", Some("Wasted")),
        }
    }

    /// The bytes whose share of the heap is told: those that order the rows unless told otherwise.
    pub fn share(&self, part: &Part) -> u64 {
        if *self == Self::Dominators { part.weight } else { part.bytes }
    }

    /// Whether what it lists is known.
    pub fn is_ready(&self, known: &Analysis) -> bool {
        match self {
            Self::Dominators => known.dominators.is_some() && known.retained.is_some(),
            Self::Statistics => known.retainers.is_some() && known.distances.is_some(),
            Self::Strings(_) => known.retained.is_some(),
        }
    }

    /// The first rows; `tell` hears of those that are there before the others.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for them.
    pub fn first(
        &self,
        known: &Analysis,
        job: &Job,
        tell: &mut dyn FnMut(Arc<[Part]>),
    ) -> Result<Arc<[Part]>, Cancelled> {
        match self {
            Self::Dominators => dominators::inside(known, &[known.heap.root()], job),
            Self::Statistics => statistics::first(known, job),
            Self::Strings(query) => strings::first(known, query.as_deref(), job, tell),
        }
    }
}

impl Inside {
    /// What `part` opens into.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for it.
    pub fn parts(self, known: &Analysis, part: &Part, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
        match self {
            Self::Nothing => Ok(Arc::new([])),
            Self::Dominated => dominators::inside(known, &part.members.nodes(known, job)?, job),
            Self::Types => statistics::types(known, job),
            Self::Realms => statistics::realms(known, job),
            Self::Duplicates => strings::duplicated(known, job),
            Self::Patterns => strings::patterns(known, job),
        }
    }
}

impl Members {
    /// The objects, in no order. Linear in the nodes of the heap where they are not listed.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for them.
    pub fn nodes(&self, known: &Analysis, job: &Job) -> Result<Arc<[NodeIx]>, Cancelled> {
        let heap = &known.heap;
        Ok(match self {
            Self::List(nodes) => Arc::clone(nodes),
            Self::Type(kind) => heap.nodes().filter(|&node| heap.kind(node) == *kind).collect(),
            Self::Realm(owner) => statistics::of_realm(known, *owner, job)?,
            Self::Unreachable => match Filter::of(["unreachable"]) {
                Ok(filter) => filter.mask(known, job)?.nodes().filter(|&n| known.shallow(n) > 0).collect(),
                Err(_) => Arc::new([]),
            },
            Self::Strings => strings::all(known),
            Self::Longest => strings::longest(known, job)?,
        })
    }

    /// Whether listing them looks at no more than so many nodes.
    pub fn is_small(&self, known: &Analysis, most: usize) -> bool {
        match self {
            Self::List(nodes) => nodes.len() <= most,
            _ => known.heap.node_count() <= most,
        }
    }
}
