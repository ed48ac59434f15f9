//! Functions by what they allocated as parts, which open into their callers.

use std::sync::Arc;

use super::{Inside, Members, Part, Parts};
use crate::{
    analysis::{
        Analysis,
        allocation::{self, Allocations, Change, Site, Sums},
    },
    heap::{Heap, NodeIx, Trace, TraceFunction},
    job::{Cancelled, Job},
    words,
};

/// A recording that another one is compared with.
#[derive(Clone, Debug)]
pub struct Older {
    /// What was recorded.
    pub trace: Arc<Trace>,
    /// What is known of its heap.
    pub known: Analysis,
}

/// A function as a recording tells of it: its text is foreign.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Called {
    /// Its name; empty for anonymous ones.
    pub name: String,
    /// The script's URL.
    pub script: String,
    /// Counted from 1, 0 where unknown.
    pub line: u32,
    /// Counted from 1, 0 where unknown.
    pub column: u32,
    /// What it allocated in the older recording, where there is one.
    pub before: Sums,
    /// With all that it called, where that is told.
    pub inclusive: Option<Sums>,
}

/// The stacks of a function, through these callers.
#[derive(Debug)]
pub struct Stacks {
    found: Arc<Allocations>,
    site: Site,
}

impl Stacks {
    /// What they allocated and lives.
    pub(super) fn objects(&self, heap: &Heap, job: &Job) -> Result<Arc<[NodeIx]>, Cancelled> {
        Ok(self.found.objects(heap, &self.site, job)?.into())
    }
}

/// The functions that allocated; those of an older recording with them, if there is one.
pub(super) fn first(
    known: &Analysis,
    trace: &Arc<Trace>,
    older: Option<&Older>,
    job: &Job,
) -> Result<Parts, Cancelled> {
    let found = Arc::new(Allocations::compute(Arc::clone(trace), known, job)?);
    let whole = found.sites().iter().map(|site| site.sums.live_size).fold(0, u64::saturating_add);
    let parts = match older {
        None => found.sites().iter().map(|site| with_calls(&known.heap, &found, site, whole)).collect(),
        Some(older) => {
            let before = Allocations::compute(Arc::clone(&older.trace), &older.known, job)?;
            let changes = allocation::compare((&before, &older.known.heap), (&found, &known.heap));
            changes.iter().map(|change| changed(&known.heap, &found, change, whole)).collect()
        }
    };
    Ok(Parts { said: words::coverage(found.coverage()).into_iter().collect(), parts })
}

/// Who called the function of these stacks.
pub(super) fn callers(heap: &Heap, stacks: &Stacks) -> Arc<[Part]> {
    let whole = stacks.site.sums.live_size;
    let callers = stacks.found.callers(&stacks.site);
    callers.iter().map(|site| part(heap, &stacks.found, site, whole)).collect()
}

fn part(heap: &Heap, found: &Arc<Allocations>, site: &Site, whole: u64) -> Part {
    let Sums { count, size, live_count, live_size } = site.sums;
    let TraceFunction { script, line, column, .. } = *found.function(site);
    let (name, script) = (found.name(heap, site).into_owned(), heap.strings().text(script).into_owned());
    let called = Called { name, script, line, column, ..Called::default() };
    let stacks = Arc::new(Stacks { found: Arc::clone(found), site: site.clone() });
    Part {
        count: live_count,
        bytes: live_size,
        weight: size,
        all: count,
        whole,
        members: Members::Allocated(Arc::clone(&stacks)),
        ..named(called, if site.is_outermost() { Inside::Nothing } else { Inside::Callers(stacks) })
    }
}

/// A function's own row, with what it called.
fn with_calls(heap: &Heap, found: &Arc<Allocations>, site: &Site, whole: u64) -> Part {
    let mut part = part(heap, found, site, whole);
    let inclusive = found.inclusive(site);
    part.reach = inclusive.map_or(0, |sums| sums.live_size);
    if let Some(called) = part.called.as_mut().and_then(Arc::get_mut) {
        called.inclusive = inclusive;
    }
    part
}

fn changed(heap: &Heap, found: &Arc<Allocations>, change: &Change, whole: u64) -> Part {
    let Change { name, script, line, column, before, .. } = change;
    let called = Called {
        name: name.clone(),
        script: script.clone(),
        line: *line,
        column: *column,
        before: *before,
        inclusive: None,
    };
    match &change.site {
        Some(site) => {
            let now = part(heap, found, site, whole);
            Part { before: before.live_size, called: Some(Arc::new(called)), ..now }
        }
        None => Part { before: before.live_size, ..named(called, Inside::Nothing) },
    }
}

/// `remember`, and beside it `app/fill-map.js:9:18`: of a script its file and the folder that it lies in.
fn named(called: Called, inside: Inside) -> Part {
    let Called { name, script, line, column, .. } = &called;
    let name = if name.is_empty() { "(anonymous)" } else { name };
    let folder = script.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    let note = match (script.is_empty(), *line) {
        (true, _) => String::new(),
        (false, 0) => script[folder..].to_owned(),
        (false, line) => format!("{}:{line}:{column}", &script[folder..]),
    };
    let part = Part { note: note.into(), ..Part::section(name, 0, inside) };
    Part { called: Some(Arc::new(called)), ..part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_told_by_its_file_and_folder() {
        let called = |script: &str| Called {
            name: "f".to_owned(),
            script: script.to_owned(),
            line: 9,
            column: 2,
            ..Called::default()
        };
        let note = |script| named(called(script), Inside::Nothing).note.into_owned();
        assert_eq!(note("file:///srv/app/lib/cache.js"), "lib/cache.js:9:2");
        assert_eq!(note("node:internal/timers"), "node:internal/timers:9:2");
        assert_eq!(note(""), "");
    }
}
