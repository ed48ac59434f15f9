//! Work that may take longer than a frame: listing, sorting, filtering, chains, searches.
//!
//! A task is data, and running it is a pure function of the analysis, so `update` may do small
//! ones on the spot, the worker runs the rest, and tests run all of them in line.

mod run;

use std::sync::Arc;

use crate::{
    analysis::{
        Analysis,
        allocation::by_class::Guess,
        everywhere::Hit,
        filter::{Filter as Sieve, Selection},
        growth::Growth,
        ignoring::Ignoring,
        matching::SeriesKinship,
        order::Sort,
        timeline::Bar,
    },
    heap::{ClassIx, EdgeIx, NodeId, NodeIx, Trace},
    tui::{
        dialog::Goal,
        listing::Listing,
        pair::{self, Fate, Field, Pair},
        pane::{
            grown,
            outline::{self, Ignored, Spec},
        },
        sieve::Span,
        source::{Members, Part, Parts, Source},
        widget::{choices::Choices, tree::Branch},
    },
};

/// So many rows are sorted on the spot, that many nodes are looked through: under a millisecond or two.
const SMALL: usize = 4_000;

/// So many edges are listed there: each may be fetched from another end of a large heap, at 2 µs with its name.
const FEW_EDGES: usize = 1_000;

/// So many objects have their names, and those they are held by, compared with a filter.
const FEW_NAMES: usize = 250;

/// So many numbers are read one after the other.
const MANY_NUMBERS: usize = 400_000;

/// What can be asked for.
#[derive(Clone, Debug)]
pub enum Task {
    /// The classes that have members, sorted and filtered.
    Classes {
        /// The order.
        sort: Sort,
        /// The query.
        filter: String,
    },
    /// The members of a class, sorted and filtered.
    Objects {
        /// The class.
        class: ClassIx,
        /// The order.
        sort: Sort,
        /// The query.
        filter: String,
    },
    /// A tree from its subject on.
    Tree {
        /// Which tree, in which order.
        spec: Spec,
        /// Where it starts.
        subject: NodeIx,
        /// What was open and shall be again.
        old: Branch,
        /// Whether to open the shortest chain.
        unfold: bool,
    },
    /// One more branch of a tree.
    Open {
        /// Which tree, in which order.
        spec: Spec,
        /// The node whose edges are wanted.
        node: NodeIx,
        /// Where the branch belongs.
        path: Vec<u32>,
    },
    /// The first rows of a branch of very many.
    Page {
        /// Which tree, in which order.
        spec: Spec,
        /// The node whose edges are wanted.
        node: NodeIx,
        /// Where the branch belongs; nowhere: it is the tree.
        path: Vec<u32>,
    },
    /// The chain that holds a node, in words: along these edges first, from there the shortest
    /// around what is ignored.
    Path(NodeIx, Vec<EdgeIx>, Ignored),
    /// The heap measured around these nodes.
    Around(Arc<[NodeIx]>),
    /// The rows of a window.
    Rows(Listing),
    /// The node of an id.
    Find(NodeId),
    /// The parts a source lists, or what one of them opens into.
    Parts(Source, Option<Box<Part>>),
    /// Objects of a part, sorted and filtered.
    Members {
        /// All of them.
        members: Members,
        /// The order.
        sort: Sort,
        /// The query.
        filter: String,
    },
    /// What has a text as its name or content, anywhere.
    Everywhere(String),
    /// When what lives was allocated.
    Bars(Arc<Trace>),
    /// Where an object was probably allocated whose stack was lost.
    Guess(Arc<Trace>, NodeIx),
    /// What passes a filter, and was allocated in a span of the series.
    Select(Sieve, Option<Box<Span>>),
    /// The comparison of an older snapshot, and of those between, with this one.
    Compare(Box<Analysis>, Vec<Analysis>),
    /// The classes of a comparison.
    Changes(Arc<Pair>, pair::Classes),
    /// The objects of a class of a comparison.
    Fates {
        /// The comparison.
        pair: Arc<Pair>,
        /// The row of the class.
        row: u32,
        /// The order.
        sort: Sort,
        /// The query.
        filter: String,
    },
    /// The fields of an object before and after.
    Fields {
        /// The comparison.
        pair: Arc<Pair>,
        /// The object, then and now.
        kept: (NodeIx, NodeIx),
        /// The order.
        sort: Sort,
        /// The query.
        filter: String,
    },
    /// What grew over a series, this snapshot being the last.
    Grow(Vec<Analysis>),
    /// The rows of a growth.
    Grown(Arc<Growth>, grown::Spec),
    /// What a row of a growth holds.
    Held {
        /// The growth.
        growth: Arc<Growth>,
        /// The row.
        row: u32,
        /// The order.
        sort: Sort,
        /// The query.
        filter: String,
    },
}

/// What comes out of a task.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Of [`Task::Classes`].
    Classes(Arc<[ClassIx]>),
    /// Of [`Task::Objects`].
    Objects(Arc<[NodeIx]>),
    /// Of [`Task::Tree`].
    Tree(Branch),
    /// Of [`Task::Open`] and [`Task::Page`].
    Opened(Vec<u32>, Branch),
    /// Of [`Task::Path`]: lines as the analysis wrote them, unsafe to show as they are.
    Path(Vec<String>),
    /// Of [`Task::Around`].
    Around(Arc<Ignoring>),
    /// Of [`Task::Rows`].
    Listed(Choices<Goal>),
    /// Of [`Task::Find`].
    Found(NodeId, Option<NodeIx>),
    /// Of [`Task::Parts`].
    Parts(Parts),
    /// Of [`Task::Everywhere`]: the hits so far.
    Hits(Arc<[Hit]>),
    /// Of [`Task::Bars`].
    Bars(Arc<[Bar]>),
    /// Of [`Task::Guess`].
    Guessed(Option<Guess>),
    /// Of [`Task::Select`].
    Selected(Box<Selection>),
    /// Of [`Task::Compare`].
    Compared(Arc<Pair>),
    /// Of [`Task::Changes`] and [`Task::Grown`].
    Rows(Arc<[u32]>),
    /// Of [`Task::Fates`].
    Fates(Arc<[Fate]>),
    /// Of [`Task::Fields`].
    Fields(Arc<[Field]>),
    /// Of [`Task::Grow`]: what is doubtful in the series, and nothing else where it would mean nothing.
    Grew(SeriesKinship, Option<Arc<Growth>>),
}

impl Task {
    /// Whether doing it on the spot is cheaper than asking somebody.
    pub fn is_small(&self, known: &Analysis) -> bool {
        match self {
            Self::Classes { .. } => known.classes.len() <= SMALL,
            Self::Objects { class, filter, .. } => known.classes.count(*class) <= named(filter),
            Self::Tree { spec, subject, old, unfold } => {
                old.open_branches().next().is_none()
                    && outline::is_cheap(known, spec, *subject, *unfold, FEW_EDGES)
            }
            Self::Open { spec, node, .. } => outline::is_cheap(known, spec, *node, false, FEW_EDGES),
            Self::Page { .. } | Self::Path(..) | Self::Rows(_) | Self::Compare(..) | Self::Grow(_) => false,
            Self::Parts(_, None) | Self::Around(_) | Self::Everywhere(_) | Self::Guess(..) => {
                known.heap.node_count() <= SMALL
            }
            Self::Parts(_, Some(part)) if part.opens_at_once() => true,
            Self::Parts(_, Some(part)) => part.members.is_small(known, 1) && known.heap.node_count() <= SMALL,
            Self::Members { members, filter, .. } => members.is_small(known, named(filter)),
            Self::Changes(pair, _) => pair.found.rows().len() <= SMALL,
            Self::Fates { pair, row, filter, .. } => {
                pair.row(*row).before.count + pair.row(*row).after.count <= named(filter)
            }
            Self::Fields { pair, kept, .. } => pair.edges(*kept) <= FEW_EDGES,
            Self::Grown(growth, _) => growth.rows.len() <= SMALL,
            Self::Held { growth, row, filter, .. } => {
                growth.rows[*row as usize].members.len() <= named(filter)
            }
            Self::Select(..) | Self::Bars(_) => known.heap.node_count() <= SMALL,
            Self::Find(_) => known.heap.node_count() <= MANY_NUMBERS,
        }
    }
}

/// How many objects are listed on the spot under a filter.
fn named(filter: &str) -> usize {
    if filter.is_empty() { SMALL } else { FEW_NAMES }
}
