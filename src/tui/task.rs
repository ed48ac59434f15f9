//! Work that may take longer than a frame: listing, sorting, filtering, chains, searches.
//!
//! A task is data, and running it is a pure function of the analysis, so `update` may do small
//! ones on the spot, the worker runs the rest, and tests run all of them in line.

use std::sync::Arc;

use crate::{
    analysis::{
        Analysis,
        everywhere::{self, Hit},
        filter::{Filter as Sieve, Selection},
        growth::{self, Growth},
        ignoring::Ignoring,
        matching::{self, Kinship, SeriesKinship},
        objects,
        order::Sort,
        path::{self, Path, Step},
        scope::edge_label,
        timeline::{self, Bar},
    },
    heap::{ClassIx, EdgeIx, NodeId, NodeIx, Trace},
    job::{Cancelled, Job},
    tui::{
        dialog::Goal,
        filter::{Filter, Fit},
        hits,
        listing::Listing,
        pair::{self, Fate, Field, Pair},
        pane::{
            grown,
            outline::{self, Ignored, Spec},
        },
        sieve::Span,
        source::{Members, Part, Parts, Source, query},
        widget::{choices::Choices, tree::Branch},
    },
};

/// Work on at most so many rows is done on the spot: under a millisecond or two.
const SMALL: usize = 4_000;

/// How many rows are filtered between two looks at whether to go on.
const TICK: usize = 4096;

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
            Self::Objects { class, .. } => known.classes.count(*class) <= SMALL,
            Self::Tree { spec, subject, old, unfold } => {
                old.open_branches().next().is_none()
                    && outline::is_cheap(known, spec, *subject, *unfold, SMALL)
            }
            Self::Open { spec, node, .. } => outline::is_cheap(known, spec, *node, false, SMALL),
            Self::Page { .. } | Self::Path(..) | Self::Rows(_) | Self::Compare(..) | Self::Grow(_) => false,
            Self::Parts(_, None) | Self::Around(_) | Self::Everywhere(_) => known.heap.node_count() <= SMALL,
            Self::Parts(_, Some(part)) if part.opens_at_once() => true,
            Self::Parts(_, Some(part)) => {
                part.members.is_small(known, 1) && known.heap.node_count() <= 100 * SMALL
            }
            Self::Members { members, .. } => members.is_small(known, SMALL),
            Self::Changes(pair, _) => pair.found.rows().len() <= SMALL,
            Self::Fates { pair, row, .. } => {
                pair.row(*row).before.count + pair.row(*row).after.count <= SMALL
            }
            Self::Fields { pair, kept, .. } => pair.edges(*kept) <= SMALL,
            Self::Grown(growth, _) => growth.rows.len() <= SMALL,
            Self::Held { growth, row, .. } => growth.rows[*row as usize].members.len() <= SMALL,
            Self::Find(_) | Self::Select(..) | Self::Bars(_) => known.heap.node_count() <= 100 * SMALL,
        }
    }

    /// Does it.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for it any more.
    pub fn run(&self, known: &Analysis, job: &Job) -> Result<Outcome, Cancelled> {
        self.run_telling(known, job, &mut |_| ())
    }

    /// The same, telling of what it has so far where others wait for the rest: each outcome takes
    /// the place of the one before.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for it any more.
    pub fn run_telling(
        &self,
        known: &Analysis,
        job: &Job,
        tell: &mut dyn FnMut(Outcome),
    ) -> Result<Outcome, Cancelled> {
        Ok(match self {
            Self::Classes { sort, filter } => Outcome::Classes(classes(known, *sort, filter, job)?),
            Self::Objects { class, sort, filter } => {
                Outcome::Objects(members(known, *class, *sort, filter, job)?)
            }
            Self::Tree { spec, subject, old, unfold } => {
                Outcome::Tree(outline::plant(known, spec, *subject, old, *unfold, job)?)
            }
            Self::Open { spec, node, path } => {
                Outcome::Opened(path.clone(), outline::branch(known, spec, *node, job)?)
            }
            Self::Page { spec, node, path } => {
                Outcome::Opened(path.clone(), outline::page(known, spec, *node, job)?)
            }
            Self::Path(node, trail, ignored) => {
                Outcome::Path(chain_text(known, &chain(known, *node, trail, ignored, job)?, ignored))
            }
            Self::Around(nodes) => Outcome::Around(Arc::new(Ignoring::new(known, nodes, job)?)),
            Self::Rows(listing) => Outcome::Listed(listing.rows(known, job)?),
            Self::Find(id) => Outcome::Found(*id, known.heap.find(*id)),
            Self::Parts(source, None) => {
                Outcome::Parts(source.first(known, job, &mut |parts| tell(Outcome::Parts(parts.into())))?)
            }
            Self::Everywhere(text) => Outcome::Hits(everywhere(known, text, job, tell)?),
            Self::Parts(_, Some(part)) => Outcome::Parts(part.inside.parts(known, part, job)?.into()),
            Self::Members { members, sort, filter } => {
                let nodes = members.nodes(known, job)?;
                Outcome::Objects(listed(known, &nodes, *sort, filter, job)?)
            }
            Self::Bars(trace) => Outcome::Bars(timeline::bars(trace, known, job)?.into()),
            Self::Select(sieve, span) => {
                let mut sieve = sieve.clone();
                if let Some(span) = span {
                    sieve.add(span.wanted());
                }
                Outcome::Selected(Box::new(Selection::of(known, &sieve, job)?))
            }
            Self::Compare(older, between) => {
                let pair = Pair::new((**older).clone(), between, known.clone(), job)?;
                Outcome::Compared(Arc::new(pair))
            }
            Self::Changes(pair, spec) => Outcome::Rows(pair::classes(pair, spec, job)?),
            Self::Fates { pair, row, sort, filter } => {
                Outcome::Fates(pair::objects(pair, *row, *sort, filter, job)?)
            }
            Self::Fields { pair, kept, sort, filter } => {
                Outcome::Fields(pair::fields(pair, *kept, *sort, filter, job)?)
            }
            Self::Grow(series) => grow(series, job)?,
            Self::Grown(growth, spec) => Outcome::Rows(grown::rows(growth, spec)),
            Self::Held { growth, row, sort, filter } => {
                let all = &growth.rows[*row as usize].members;
                Outcome::Objects(listed(known, all, *sort, filter, job)?)
            }
        })
    }
}

/// What fits a text; of an expression that cannot be read, nothing.
fn everywhere(
    known: &Analysis,
    text: &str,
    job: &Job,
    tell: &mut dyn FnMut(Outcome),
) -> Result<Arc<[Hit]>, Cancelled> {
    let Ok(query) = query(text) else { return Ok(Arc::new([])) };
    let found =
        everywhere::search(known, &query, hits::id(text), job, |hits| tell(Outcome::Hits(hits.into())))?;
    Ok(found.into())
}

/// What grew over the series, unless two that follow one another are of different processes.
fn grow(series: &[Analysis], job: &Job) -> Result<Outcome, Cancelled> {
    let series: Vec<&Analysis> = series.iter().collect();
    let kinship = matching::series_kinship(&series, job)?;
    let found = match kinship.worst {
        Kinship::Unrelated { .. } => None,
        _ => Some(Arc::new(growth::find(&series, job)?)),
    };
    Ok(Outcome::Grew(kinship, found))
}

/// The chain from `object` along the edges somebody walked, and on by the shortest way.
fn chain(
    known: &Analysis,
    object: NodeIx,
    trail: &[EdgeIx],
    ignored: &Ignored,
    job: &Job,
) -> Result<Path, Cancelled> {
    let mut at = object;
    let mut steps = Vec::new();
    for &edge in trail {
        let by = known.heap.edge_source(edge);
        steps.push(Step { held: at, edge: known.heap.edge(edge), by });
        at = by;
    }
    let rest = match ignored.around() {
        Some(around) => around.try_path(at, job)?,
        None => path::try_shortest(known, at, job)?,
    };
    steps.extend(rest.steps);
    Ok(Path { object, steps, end: rest.end })
}

/// The chain in words, and what it leads around.
fn chain_text(known: &Analysis, path: &Path, ignored: &Ignored) -> Vec<String> {
    const NAMED: usize = 5;
    let mut lines = path::text(known, path);
    let nodes = ignored.around().map_or(&[][..], Ignoring::ignored);
    if !nodes.is_empty() {
        let mut names: Vec<String> =
            nodes.iter().take(NAMED).map(|&node| path::mention(known, node)).collect();
        names.extend((nodes.len() > NAMED).then(|| format!("{} more", nodes.len() - NAMED)));
        lines.push(format!("Ignored on the way: {} (I lists them).", names.join(", ")));
    }
    lines
}

/// Sorted; with a filter the exact fits first, then the loose ones, each in order.
fn classes(known: &Analysis, sort: Sort, filter: &str, job: &Job) -> Result<Arc<[ClassIx]>, Cancelled> {
    let filter = Filter::new(filter);
    let mut rows = Vec::new();
    for (at, class) in known.classes.with_members().enumerate() {
        if at % TICK == 0 {
            job.tick(TICK)?;
        }
        if let Some(fit) = filter.fit(known.classes.name(class)) {
            rows.push((fit, class));
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| objects::compare_classes(known, a.1, b.1, sort)));
    Ok(rows.into_iter().map(|(_, class)| class).collect())
}

fn members(
    known: &Analysis,
    class: ClassIx,
    sort: Sort,
    filter: &str,
    job: &Job,
) -> Result<Arc<[NodeIx]>, Cancelled> {
    listed(known, known.classes.members(class), sort, filter, job)
}

/// The nodes the query lets through, sorted; as for classes, exact fits first.
fn listed(
    known: &Analysis,
    nodes: &[NodeIx],
    sort: Sort,
    filter: &str,
    job: &Job,
) -> Result<Arc<[NodeIx]>, Cancelled> {
    let (mut exact, mut loose) = (Vec::new(), Vec::new());
    let filter = Filter::new(filter);
    for chunk in nodes.chunks(TICK) {
        job.tick(chunk.len())?;
        for &node in chunk {
            match fit(known, &filter, node) {
                Some(Fit::Exact) => exact.push(node),
                Some(Fit::Loose) => loose.push(node),
                None => {}
            }
        }
    }
    objects::try_sort(known, &mut exact, sort, job)?;
    objects::try_sort(known, &mut loose, sort, job)?;
    exact.append(&mut loose);
    Ok(exact.into())
}

/// How a node's label fits, or else the name it is held by, which its row shows too; without a
/// filter neither is made.
fn fit(known: &Analysis, filter: &Filter, node: NodeIx) -> Option<Fit> {
    if filter.is_empty() {
        return Some(Fit::Exact);
    }
    filter.fit(&known.names.label(&known.heap, node)).or_else(|| {
        let edge = known.heap.edge(outline::nearest_retainer(known, node)?);
        filter.fit(&edge_label(&known.heap, known.heap.edge_source(edge.ix), &edge))
    })
}
