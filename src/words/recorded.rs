//! What was recorded while a heap grew, and what lies outside it.

use crate::{
    analysis::{
        Analysis,
        allocation::{Coverage, by_class::Guess},
        native::{self, Holder, Native},
        path, retainers,
        scope::edge_label,
    },
    format,
    heap::{NodeId, NodeIx, Strings, Trace, TraceFunction},
    live::Pages,
};

/// Edges looked at to name a holder.
const LOOKED_AT: usize = 100_000;

/// How far the stack of a constructor is to be believed, as a sentence that the stack follows.
pub fn guess(known: &Analysis, node: NodeIx, guess: Guess) -> String {
    let made = match guess.object {
        object if object == node => "It was made".to_owned(),
        beside => format!("Right beside it {} was made", path::mention(known, beside)),
    };
    let (here, all) = guess.times;
    let from = if here == all {
        "was only called from here".to_owned()
    } else {
        format!("allocated {} of its {} from here", format::count(here), format::objects(all))
    };
    format!("The stack of its own was lost. {made} by a constructor that {from}:")
}

/// What to do where a file has no allocation stacks.
pub const NO_STACKS: &str =
    "this file has no allocation stacks: `leaktui capture --timeline 30s PID` records them";

/// `leak at app.js:7:3`.
pub fn function(strings: &Strings, function: &TraceFunction) -> String {
    let (name, script) = (strings.text(function.name), strings.text(function.script));
    called(&name, &script, (function.line, function.column))
}

/// The same of a function whose names are known.
pub fn called(name: &str, script: &str, (line, column): (u32, u32)) -> String {
    let name = if name.is_empty() { "(anonymous)" } else { name };
    match (script.is_empty(), line) {
        (true, _) => name.to_owned(),
        (false, 0) => format!("{name} at {script}"),
        (false, line) => format!("{name} at {script}:{line}:{column}"),
    }
}

/// Why the stack of an object is not known though others have one.
pub fn no_stack(trace: &Trace, id: NodeId) -> &'static str {
    let began = trace.samples().first().map_or(0, |sample| sample.last_id);
    match id.0 {
        id if id % 2 == 0 => "V8 keeps no stack of native objects",
        id if id <= began => "it was there before the recording began: its stack is not known",
        _ => "its stack is not known: V8 made the object for itself, or lost the stack when it moved it",
    }
}

/// How much of what was allocated meanwhile can be charged to a function; nothing where nobody knows
/// what that is.
pub fn coverage(coverage: Coverage) -> Option<String> {
    let Coverage { young, traced, parts, early, by_class } = coverage;
    let counts = format!("{} of {}", format::count(traced), format::count(young));
    let share = format::percent(traced, young);
    match (young, coverage.is_poor()) {
        (0, _) => None,
        (_, false) => {
            let left_out =
                [(parts, "parts that V8 makes of other objects"), (early, "from before its first sample")];
            let left_out = left_out.into_iter().filter(|(count, _)| *count > 0);
            let left_out: Vec<_> =
                left_out.map(|(count, what)| format!("{} {what}", format::count(count))).collect();
            let left_out = match left_out.as_slice() {
                [] => String::new(),
                some => format!("; {} are not in the timeline", some.join(" and ")),
            };
            Some(format!("{counts} objects allocated meanwhile and alive have a stack ({share}){left_out}."))
        }
        (_, true) => {
            let others = match by_class {
                0 => String::new(),
                _ => format!(
                    " Rows with `new` count {} of the others by the constructor that made them.",
                    format::count(by_class)
                ),
            };
            Some(format!(
                "Only {counts} objects allocated meanwhile and alive have a stack ({share}), and not all their own: V8 \
                 loses stacks when it moves objects to compact its heap.{others} What was allocated is counted in full, and \
                 the timeline knows all that lives. A program run with `node --no-compact` keeps its stacks."
            ))
        }
    }
}

/// How much lies outside V8's heap.
pub fn native(native: &Native, known: &Analysis) -> String {
    let (size, all) = (native.size(), known.total_size());
    let share = format::percent(size, all);
    format!("{} outside V8's heap, {share} of all that the snapshot knows", format::bytes(size))
}

/// How much of a process no snapshot explains.
pub fn pages(pages: Pages) -> String {
    let share = format::percent(pages.unexplained, pages.rss);
    format!(
        "The process had {} in memory; {} of it ({share}) is explained by no snapshot: the program's code, stacks, \
         native memory of addons and libraries.",
        format::bytes(pages.rss),
        format::bytes(pages.unexplained)
    )
}

/// `several objects that share them: Memory @5, Module @9 and 2 more`.
fn sharers(known: &Analysis, holder: &Holder) -> String {
    const NAMED: usize = 3;
    let found = native::sharers(known, holder.largest);
    let (them, of) = if holder.buffers.count == 1 { ("it", "") } else { ("them", "the largest by ") };
    let several = format!("several objects that share {them}");
    if found.is_empty() {
        return several;
    }
    let names: Vec<String> = found.iter().take(NAMED).map(|&node| path::mention(known, node)).collect();
    let rest = found.len().saturating_sub(NAMED);
    let more = if rest > 0 { format!(" and {} more", format::count(rest as u64)) } else { String::new() };
    format!("{several}: {of}{}{more}", names.join(", "))
}

/// `Array @5, leaked in global @3`; `305 LogBatch, such as LogBatch @7, 8 in Array @5`.
pub fn holder(known: &Analysis, holder: &Holder) -> String {
    let example = holder.example();
    if example == known.heap.root() {
        return sharers(known, holder);
    }
    let mut text = path::mention(known, example);
    if holder.objects.len() > 1 {
        let class = known.classes.name(known.classes.of(example));
        text = format!("{} {class}, such as {text}", format::count(holder.objects.len() as u64));
    }
    match retainers::nearest(known, example, LOOKED_AT) {
        None => text,
        Some(by) => {
            let name = edge_label(&known.heap, by.from, &by.edge);
            format!("{text}, {name} in {}", path::mention(known, by.from))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_told_by_as_much_as_is_known() {
        assert_eq!(called("leak", "app.js", (7, 3)), "leak at app.js:7:3");
        assert_eq!(called("", "app.js", (0, 0)), "(anonymous) at app.js");
        assert_eq!(called("map", "", (0, 0)), "map");
    }

    #[test]
    fn few_stacks_are_warned_of() {
        let said =
            |young, traced| coverage(Coverage { young, traced, ..Coverage::default() }).unwrap_or_default();
        assert_eq!(said(0, 0), "");
        assert!(said(100, 96).starts_with("96 of 100 objects"), "{}", said(100, 96));
        let parted = Coverage { young: 100, traced: 90, parts: 7, early: 3, by_class: 0 };
        let left_out = "; 7 parts that V8 makes of other objects and 3 from before its first sample are not in the timeline.";
        assert!(coverage(parted).is_some_and(|said| said.ends_with(left_out)));
        assert!(said(27_865, 324).starts_with("Only 324 of 27,865 objects"), "{}", said(27_865, 324));
        let made = Coverage { young: 9_000, traced: 9, by_class: 1_487, ..Coverage::default() };
        assert!(
            coverage(made).is_some_and(|said| said.contains("Rows with `new` count 1,487 of the others"))
        );
    }
}
