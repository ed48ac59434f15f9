//! `leaktui allocations FILE [@ID]`: which functions allocated what lives, and the stack of one object.

use std::borrow::Cow;

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::allocation::{self, Allocations, Change, Site, Sums, by_class},
    cli::AllocationsArgs,
    format,
    heap::{NodeId, TraceFunction},
    job::Job,
    words,
};

const COLUMNS: [Column; 5] =
    [("Live", 9), ("Allocated", 9), ("Live size", 9), ("Alloc. size", 11), ("With calls", 10)];
const CHANGES: [Column; 4] = [("Live before", 11), ("Live after", 10), ("Live delta", 10), ("Allocated", 10)];

pub(super) fn run(args: &AllocationsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let recorded = Recorded::open(&args.file)?;
    match (&args.against, args.id) {
        (Some(before), _) => against(&Recorded::open(before)?, &recorded, args, to),
        (None, Some(id)) => stack(&recorded, id, args.json, to),
        (None, None) => list(&recorded, args, to),
    }
}

/// A timeline, and what was allocated in it.
struct Recorded {
    opened: Opened,
    found: Allocations,
}

impl Recorded {
    fn open(file: &std::path::Path) -> Result<Self, CommandError> {
        let opened = Opened::file(file)?;
        if opened.trace.nodes().is_empty() {
            let label = opened.about.label.clone();
            return Err(CommandError::NotRecorded { label, what: "allocation stacks" });
        }
        let found = Allocations::compute(opened.trace.clone(), &opened.known, &Job::default())?;
        Ok(Self { opened, found })
    }

    fn function(&self, function: &TraceFunction) -> json::Function<'_> {
        let TraceFunction { name, script, line, column, .. } = *function;
        let text = |string| self.opened.known.heap.strings().text(string);
        json::Function { function: text(name), script: text(script), line, column }
    }

    fn record(&self, site: &Site, callers: u8) -> json::Allocation<'_> {
        let callers = match callers.checked_sub(1) {
            None => Vec::new(),
            Some(left) => self.found.callers(site).iter().map(|caller| self.record(caller, left)).collect(),
        };
        let name = self.found.name(&self.opened.known.heap, site);
        let function = json::Function { function: name, ..self.function(self.found.function(site)) };
        let (sums, by_class) = (sums(site.sums), site.by_class);
        json::Allocation { function, by_class, sums, inclusive: None, before: None, callers }
    }

    /// A function's own row, with what it called.
    fn row(&self, site: &Site, callers: u8) -> json::Allocation<'_> {
        let inclusive = self.found.inclusive(site).map(inclusive);
        json::Allocation { inclusive, ..self.record(site, callers) }
    }
}

fn inclusive(sums: Sums) -> json::Inclusive {
    let Sums { count, size, live_count, live_size } = sums;
    json::Inclusive {
        inclusive_live_count: live_count,
        inclusive_count: count,
        inclusive_live_size: live_size,
        inclusive_size: size,
    }
}

fn sums(sums: Sums) -> json::Allocated {
    let Sums { count, size, live_count, live_size } = sums;
    json::Allocated { live_count, count, live_size, size }
}

fn total<'a>(all: impl ExactSizeIterator<Item = &'a Sums>) -> json::AllocationTotal {
    let (rows, mut total) = (all.len(), Sums::default());
    all.for_each(|&one| total.add(one));
    json::AllocationTotal { rows, sums: sums(total) }
}

/// `leak at app.js:7:3`.
fn place(function: &json::Function<'_>) -> String {
    words::called(&function.function, &function.script, (function.line, function.column))
}

fn list(recorded: &Recorded, args: &AllocationsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let sites = recorded.found.sites();
    let total = total(sites.iter().map(|site| &site.sums));
    let shown = &sites[..sites.len().min(args.limit.unwrap_or(usize::MAX))];
    if args.json {
        let rows = json::Lazy(|| shown.iter().map(|site| recorded.row(site, args.callers)));
        return document(&[&recorded.opened], total, json::RowsOf { rows }, to);
    }
    let title = [
        format::counted(sites.len() as u64, "function", "functions"),
        format!("{} allocated", format::bytes(total.sums.size)),
        format!("{} live", format::bytes(total.sums.live_size)),
    ];
    rows::title(&recorded.opened, to, &to.joined(title))?;
    if let Some(said) = words::coverage(recorded.found.coverage()) {
        to.line(&said)?;
    }
    to.head(&COLUMNS, "Function")?;
    for site in shown {
        row(&recorded.row(site, args.callers), 0, to)?;
    }
    Ok(to.more(sites.len(), shown.len())?)
}

/// A function, and its callers below it.
fn row(record: &json::Allocation<'_>, level: usize, to: &mut Output<'_>) -> Result<(), CommandError> {
    let json::Allocated { live_count, count, live_size, size } = record.sums;
    let with_calls = record.inclusive.map_or_else(String::new, |all| format::bytes(all.inclusive_live_size));
    let cells = [
        format::count(live_count),
        format::count(count),
        format::bytes(live_size),
        format::bytes(size),
        with_calls,
    ];
    let from = if level == 0 { "" } else { "from " };
    to.row(&COLUMNS, &cells, &format!("{}{from}{}", "  ".repeat(level), place(&record.function)))?;
    record.callers.iter().try_for_each(|caller| row(caller, level + 1, to))
}

fn stack(recorded: &Recorded, id: NodeId, json: bool, to: &mut Output<'_>) -> Result<(), CommandError> {
    let Recorded { opened, found } = recorded;
    let node = opened.node(id)?;
    let (trace, heap) = (found.trace(), &opened.known.heap);
    let in_json = |functions: &mut dyn Iterator<Item = &TraceFunction>| -> Vec<_> {
        functions.map(|function| recorded.function(function)).collect()
    };
    let stack = in_json(&mut allocation::stack(trace, heap, node));
    let guess = by_class::guess(trace, heap, node, &Job::default())?;
    let probable = guess.map(|guess| json::Probable {
        of: heap.id(guess.object).0,
        stack: in_json(&mut allocation::functions(trace, guess.stack)),
    });
    if json {
        let total = opened.total([node].into_iter());
        let body = json::Stack { stack, probable };
        return Ok(json::write_line(to.out, &opened.document("allocations", total, body))?);
    }
    rows::title(opened, to, "")?;
    to.line(&format!("{} was allocated", opened.mention(node)))?;
    match guess {
        Some(guess) => to.line(&words::guess(&opened.known, node, guess))?,
        None if stack.is_empty() => to.line(words::no_stack(trace, id))?,
        None => {}
    }
    for function in probable.as_ref().map_or(&stack, |probable| &probable.stack) {
        to.line(&format!("  in {}", place(function)))?;
    }
    Ok(())
}

fn against(
    before: &Recorded,
    after: &Recorded,
    args: &AllocationsArgs,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let changes = allocation::compare(
        (&before.found, &before.opened.known.heap),
        (&after.found, &after.opened.known.heap),
    );
    let shown = &changes[..changes.len().min(args.limit.unwrap_or(usize::MAX))];
    if args.json {
        let total = total(changes.iter().map(|change| &change.after));
        let rows = json::Lazy(|| shown.iter().map(changed));
        return document(&[&before.opened, &after.opened], total, json::RowsOf { rows }, to);
    }
    to.line(&to.joined(before.opened.headline()))?;
    rows::title(&after.opened, to, "")?;
    to.head(&CHANGES, "Function")?;
    for change in shown {
        let live = change.after.live_size as i64 - change.before.live_size as i64;
        let allocated = change.after.size as i64 - change.before.size as i64;
        let cells = [
            format::bytes(change.before.live_size),
            format::bytes(change.after.live_size),
            format::signed_bytes(live),
            format::signed_bytes(allocated),
        ];
        to.row(&CHANGES, &cells, &place(&changed(change).function))?;
    }
    Ok(to.more(changes.len(), shown.len())?)
}

fn changed(change: &Change) -> json::Allocation<'_> {
    let function = json::Function {
        function: Cow::Borrowed(&change.name),
        script: Cow::Borrowed(&change.script),
        line: change.line,
        column: change.column,
    };
    json::Allocation {
        function,
        by_class: change.site.as_ref().is_some_and(|site| site.by_class),
        sums: sums(change.after),
        inclusive: None,
        before: Some(sums(change.before)),
        callers: Vec::new(),
    }
}

fn document<B: serde::Serialize>(
    opened: &[&Opened],
    total: json::AllocationTotal,
    body: B,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let warnings: Vec<_> = opened.iter().flat_map(|opened| opened.about.warnings.clone()).collect();
    let document = json::Document {
        schema: "leaktui/allocations/1".to_owned(),
        files: opened.iter().map(|opened| opened.json_file()).collect(),
        warnings: Cow::Owned(warnings),
        total,
        body,
    };
    Ok(json::write_line(to.out, &document)?)
}
