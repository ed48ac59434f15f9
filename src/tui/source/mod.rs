//! What the tree views of one snapshot list: parts of the heap, each of which may open into others.
//!
//! A part has a name, a count, bytes, and the objects it is made of, which the pane below lists.
//! Every function here is pure and linear in what it lists; workers run them.

mod allocation;
mod dominators;
mod native;
mod statistics;
mod strings;

pub use allocation::{Called, Older, Stacks};
pub use strings::query;

use std::{borrow::Cow, sync::Arc};

use crate::{
    analysis::{Analysis, filter::Filter, native::Kind, native_context::Owner},
    heap::{ClassIx, NodeIx, NodeKind, Trace},
    job::{Cancelled, Job},
    live::Record,
    words,
};

/// Which parts.
#[derive(Clone, Debug)]
pub enum Source {
    /// What the root dominates, then what that dominates; objects of one class together.
    Dominators,
    /// DevTools' categories, node types, realms.
    Statistics,
    /// Strings that fit what is looked for, if anything; copies, patterns, the longest.
    Strings(Option<Arc<str>>),
    /// Memory outside V8's heap, and what the process said of its pages.
    Native(Option<Box<Record>>),
    /// Functions by what they allocated; with an older recording, what changed since.
    Allocation(Arc<Trace>, Option<Box<Older>>),
}

/// What a source lists.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What is said above it, in sentences.
    pub said: Vec<String>,
    /// The parts.
    pub parts: Arc<[Part]>,
}

/// A part of the heap.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called (not yet safe for a terminal).
    pub name: String,
    /// What else is said of it (not yet safe either).
    pub note: Cow<'static, str>,
    /// How many there are; 0 where nobody has counted.
    pub count: u64,
    /// Their own bytes.
    pub bytes: u64,
    /// What the source is about beside them, as its head says.
    pub weight: u64,
    /// Their bytes, and those of all that was called meanwhile.
    pub reach: u64,
    /// How many there ever were, those that are gone included.
    pub all: u64,
    /// Their bytes in an older snapshot.
    pub before: u64,
    /// What its share is of; 0 where it is the heap.
    pub whole: u64,
    /// Parts of a lower rank stand above all others.
    pub rank: u8,
    /// The objects.
    pub members: Members,
    /// What it opens into.
    pub inside: Inside,
    /// The function that it is, if it is one.
    pub called: Option<Arc<Called>>,
}

/// The objects of a part.
#[derive(Clone, Debug)]
pub enum Members {
    /// These.
    List(Arc<[NodeIx]>),
    /// Strings of one pattern.
    Alike(Arc<[NodeIx]>),
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
    /// Native memory of a kind.
    Native(Kind),
    /// Native objects of a class.
    NativeClass(ClassIx),
    /// Array buffers that no object alone keeps, but so many parts of the root.
    SharedBuffers(usize),
    /// What these stacks allocated and lives.
    Allocated(Arc<Stacks>),
}

/// What a part opens into.
#[derive(Clone, Debug)]
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
    /// Who keeps array buffers.
    Holders,
    /// Native objects by class.
    NativeClasses,
    /// What the pages of the process are.
    Pages(Box<Record>),
    /// Who called a function.
    Callers(Arc<Stacks>),
}

impl Part {
    /// A part of that name that opens into others, after those of lower rank.
    pub fn section(name: &str, rank: u8, inside: Inside) -> Self {
        Self {
            name: name.to_owned(),
            note: Cow::Borrowed(""),
            count: 0,
            bytes: 0,
            weight: 0,
            reach: 0,
            all: 0,
            before: 0,
            whole: 0,
            rank,
            members: Members::List(Arc::new([])),
            inside,
            called: None,
        }
    }

    /// What its bytes have grown by since the older snapshot.
    pub fn delta(&self) -> i64 {
        (i128::from(self.bytes) - i128::from(self.before)).clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// Whether it may open.
    pub fn opens(&self) -> bool {
        !matches!(self.inside, Inside::Nothing)
    }

    /// Whether it may open and has no objects of its own.
    pub fn only_opens(&self) -> bool {
        self.opens() && matches!(&self.members, Members::List(nodes) if nodes.is_empty())
    }

    /// Whether what it opens into is told from nothing but the part itself, in no time.
    pub fn opens_at_once(&self) -> bool {
        matches!(self.inside, Inside::Callers(_))
    }
}

impl From<Arc<[Part]>> for Parts {
    fn from(parts: Arc<[Part]>) -> Self {
        Self { said: Vec::new(), parts }
    }
}

impl Source {
    /// The bytes whose share of the heap is told: those that order the rows unless told otherwise.
    pub fn share(&self, part: &Part) -> u64 {
        if matches!(self, Self::Dominators) { part.weight } else { part.bytes }
    }

    /// Whether what it lists is known.
    pub fn is_ready(&self, known: &Analysis) -> bool {
        match self {
            Self::Dominators => known.dominators.is_some() && known.retained.is_some(),
            Self::Statistics => known.retainers.is_some() && known.distances.is_some(),
            Self::Strings(_) | Self::Native(_) => known.retained.is_some(),
            Self::Allocation(trace, _) => !trace.nodes().is_empty(),
        }
    }

    /// Why nothing is listed yet.
    pub fn excuse(&self) -> &'static str {
        match self {
            Self::Allocation(trace, _) if trace.nodes().is_empty() => words::NO_STACKS,
            Self::Allocation(..) => "once the heap is read",
            _ => "once the heap is read and retained sizes are known",
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
    ) -> Result<Parts, Cancelled> {
        Ok(match self {
            Self::Dominators => dominators::inside(known, &[known.heap.root()], job)?.into(),
            Self::Statistics => statistics::first(known, job)?.into(),
            Self::Strings(query) => strings::first(known, query.as_deref(), job, tell)?.into(),
            Self::Native(process) => native::first(known, process.as_deref(), job)?,
            Self::Allocation(trace, older) => allocation::first(known, trace, older.as_deref(), job)?,
        })
    }
}

impl Inside {
    /// What `part` opens into.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for it.
    pub fn parts(&self, known: &Analysis, part: &Part, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
        match self {
            Self::Nothing => Ok(Arc::new([])),
            Self::Dominated => dominators::inside(known, &part.members.nodes(known, job)?, job),
            Self::Types => statistics::types(known, job),
            Self::Realms => statistics::realms(known, job),
            Self::Duplicates => strings::duplicated(known, job),
            Self::Patterns => strings::patterns(known, job),
            Self::Holders => native::holders(known, job),
            Self::NativeClasses => native::classes(known, job),
            Self::Pages(process) => Ok(native::pages(known, process)),
            Self::Callers(stacks) => Ok(allocation::callers(&known.heap, stacks)),
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
            Self::List(nodes) | Self::Alike(nodes) => Arc::clone(nodes),
            Self::Type(kind) => heap.nodes().filter(|&node| heap.kind(node) == *kind).collect(),
            Self::Realm(owner) => statistics::of_realm(known, *owner, job)?,
            Self::Unreachable => match Filter::of(["unreachable"]) {
                Ok(filter) => filter.mask(known, job)?.nodes().filter(|&n| known.shallow(n) > 0).collect(),
                Err(_) => Arc::new([]),
            },
            Self::Strings => strings::all(known),
            Self::Longest => strings::longest(known, job)?,
            Self::Native(kind) => native::of_kind(known, *kind, job)?,
            Self::NativeClass(class) => native::of_class(known, *class),
            Self::SharedBuffers(_) => native::shared(known, job)?,
            Self::Allocated(stacks) => stacks.objects(heap, job)?,
        })
    }

    /// The largest of those that are listed; nothing where they would have to be found.
    pub fn largest(&self, known: &Analysis) -> Option<NodeIx> {
        let Self::List(nodes) = self else { return None };
        nodes
            .iter()
            .copied()
            .max_by_key(|&node| (known.retained(node), std::cmp::Reverse(known.heap.id(node))))
    }

    /// Whether listing them looks at no more than so many nodes.
    pub fn is_small(&self, known: &Analysis, most: usize) -> bool {
        match self {
            Self::List(nodes) | Self::Alike(nodes) => nodes.len() <= most,
            _ => known.heap.node_count() <= most,
        }
    }
}
