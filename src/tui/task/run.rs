//! How each task is done: one line a task, which names the analysis that does it.
//!
//! Listing is linear in what is listed, and sorts what a filter lets through; the rest costs what its
//! analysis costs.

use std::sync::Arc;

use super::{Outcome, Task};
use crate::{
    analysis::{
        Analysis,
        allocation::by_class,
        everywhere::{self, Hit},
        filter::{Filter as Sieve, Selection},
        growth,
        ignoring::Ignoring,
        matching::{self, Kinship},
        objects,
        order::Sort,
        path::{self, Path, Step},
        scope::edge_label,
        timeline,
    },
    heap::{ClassIx, EdgeIx, NodeIx},
    job::{Cancelled, Job},
    tui::{
        filter::{Filter, Fit},
        hits,
        pair::{self, Pair},
        pane::{
            grown,
            outline::{self, Ignored},
        },
        sieve::Span,
        source::{Part, Source, query},
    },
};

/// How many rows are filtered between two looks at whether to go on.
const TICK: usize = 4096;

/// Takes what there is so far; others wait for the rest.
type Tell<'a> = dyn FnMut(Outcome) + 'a;

impl Task {
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
        use Outcome as O;
        Ok(match self {
            Self::Classes { sort, filter } => O::Classes(classes(known, *sort, filter, job)?),
            Self::Objects { class, sort, filter } => {
                O::Objects(listed(known, known.classes.members(*class), *sort, filter, job)?)
            }
            Self::Members { members, sort, filter } => {
                O::Objects(listed(known, &members.nodes(known, job)?, *sort, filter, job)?)
            }
            Self::Tree { spec, subject, old, unfold } => {
                O::Tree(outline::plant(known, spec, *subject, old, *unfold, job)?)
            }
            Self::Open { spec, node, path } => {
                O::Opened(path.clone(), outline::branch(known, spec, *node, job)?)
            }
            Self::Page { spec, node, path } => {
                O::Opened(path.clone(), outline::page(known, spec, *node, job)?)
            }
            Self::Path(node, trail, ignored) => O::Path(chain_lines(known, *node, trail, ignored, job)?),
            Self::Around(nodes) => O::Around(Arc::new(Ignoring::new(known, nodes, job)?)),
            Self::Rows(listing) => O::Listed(listing.rows(known, job)?),
            Self::Find(id) => O::Found(*id, known.heap.find(*id)),
            Self::Parts(source, opened) => parts(known, source, opened.as_deref(), job, tell)?,
            Self::Everywhere(text) => O::Hits(everywhere(known, text, job, tell)?),
            Self::Guess(trace, node) => O::Guessed(by_class::guess(trace, &known.heap, *node, job)?),
            Self::Bars(trace) => O::Bars(timeline::bars(trace, known, job)?.into()),
            Self::Select(sieve, span) => O::Selected(Box::new(selected(known, sieve, span.as_deref(), job)?)),
            Self::Compare(older, between) => {
                O::Compared(Arc::new(Pair::new((**older).clone(), between, known.clone(), job)?))
            }
            Self::Changes(pair, spec) => O::Rows(pair::classes(pair, spec, job)?),
            Self::Fates { pair, row, sort, filter } => {
                O::Fates(pair::objects(pair, *row, *sort, filter, job)?)
            }
            Self::Fields { pair, kept, sort, filter } => {
                O::Fields(pair::fields(pair, *kept, *sort, filter, job)?)
            }
            Self::Grow(series) => grow(series, job)?,
            Self::Grown(growth, spec) => O::Rows(grown::rows(growth, spec)),
            Self::Held { growth, row, sort, filter } => {
                O::Objects(listed(known, &growth.rows[*row as usize].members, *sort, filter, job)?)
            }
        })
    }
}

/// The parts of a source, or those one of them opens into.
fn parts(
    known: &Analysis,
    source: &Source,
    opened: Option<&Part>,
    job: &Job,
    tell: &mut Tell<'_>,
) -> Result<Outcome, Cancelled> {
    let found = match opened {
        Some(part) => part.inside.parts(known, part, job)?.into(),
        None => source.first(known, job, &mut |parts| tell(Outcome::Parts(parts.into())))?,
    };
    Ok(Outcome::Parts(found))
}

/// What passes the filters, and was allocated in the span.
fn selected(known: &Analysis, sieve: &Sieve, span: Option<&Span>, job: &Job) -> Result<Selection, Cancelled> {
    let mut sieve = sieve.clone();
    if let Some(span) = span {
        sieve.add(span.wanted());
    }
    Selection::of(known, &sieve, job)
}

/// What fits a text; of an expression that cannot be read, nothing.
fn everywhere(known: &Analysis, text: &str, job: &Job, tell: &mut Tell<'_>) -> Result<Arc<[Hit]>, Cancelled> {
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

/// The same in words.
fn chain_lines(
    known: &Analysis,
    object: NodeIx,
    trail: &[EdgeIx],
    ignored: &Ignored,
    job: &Job,
) -> Result<Vec<String>, Cancelled> {
    Ok(chain_text(known, &chain(known, object, trail, ignored, job)?, ignored))
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
