//! What do the sections of a timeline say: functions, the tree of calls, points in time?
//!
//! A recording made inside the process goes on while the file is written, so its arrays are longer than the
//! header announces; they are taken as long as they are. A damaged recording costs the stacks
//! or the points in time, and a warning, never the heap. One pass each, with a stack of four bytes a level.

use std::ops::Range;

use super::{
    Section, Sections,
    meta::{SampleFields, TraceFields},
};
use crate::heap::{StrIx, Trace, TraceFunction, TraceNode, TraceSample};

/// What stands in the sections, as far as it is sound, and what is missing.
pub(super) fn read(
    bytes: &[u8],
    sections: &Sections,
    fields: Option<&TraceFields>,
    samples: Option<SampleFields>,
    strings: usize,
) -> (Trace, Vec<String>) {
    let text = |section| sections.get(section).map_or(&bytes[..0], |range: Range<usize>| &bytes[range]);
    let points = samples.map_or(Some(Vec::new()), |fields| self::samples(text(Section::Samples), fields));
    let mut damage = Vec::new();
    if points.is_none() {
        damage.push("the points in time are damaged and left out".to_owned());
    }
    let samples = points.unwrap_or_default();
    let Some(fields) = fields else { return (only(samples), damage) };
    let parts = functions(text(Section::TraceFunctionInfos), fields, strings)
        .zip(nodes(text(Section::TraceTree), fields));
    let whole = parts.and_then(|(functions, nodes)| Trace::new(functions, nodes, samples.clone()));
    let trace = whole.unwrap_or_else(|| {
        damage.push("the allocation stacks are damaged and left out".to_owned());
        only(samples)
    });
    (trace, damage)
}

fn only(samples: Vec<TraceSample>) -> Trace {
    Trace::new(Vec::new(), Vec::new(), samples).unwrap_or_default()
}

/// The functions; those with names that are no strings spoil all.
fn functions(text: &[u8], fields: &TraceFields, strings: usize) -> Option<Vec<TraceFunction>> {
    let rows = numbers(text)?;
    let function = |row: &[u64]| {
        let small = |at: usize| u32::try_from(row[at]).ok();
        let string = |at: usize| small(at).filter(|&string| (string as usize) < strings).map(StrIx);
        Some(TraceFunction {
            name: string(fields.name)?,
            script: string(fields.script)?,
            script_id: small(fields.script_id)?,
            line: small(fields.line)?,
            column: small(fields.column)?,
        })
    };
    rows.chunks_exact(fields.count).map(function).collect()
}

/// The points in time; neither times nor ids fall.
fn samples(text: &[u8], fields: SampleFields) -> Option<Vec<TraceSample>> {
    let rows = numbers(text)?;
    let sample = |row: &[u64]| TraceSample { time_us: row[fields.time], last_id: row[fields.last_id] };
    let samples: Vec<_> = rows.chunks_exact(fields.count).map(sample).collect();
    let rises = samples
        .is_sorted_by(|before, after| before.time_us <= after.time_us && before.last_id <= after.last_id);
    rises.then_some(samples)
}

/// The tree: each row's last field is a list of further rows.
fn nodes(text: &[u8], fields: &TraceFields) -> Option<Vec<TraceNode>> {
    let mut found: Vec<TraceNode> = Vec::new();
    let mut row = vec![0; fields.node_count];
    // For each open list, who called the rows in it.
    let mut callers: Vec<u32> = Vec::new();
    let mut filled = 0;
    for token in Tokens(text) {
        match token? {
            Token::Number(number) if !callers.is_empty() && filled + 1 < fields.node_count => {
                row[filled] = number;
                filled += 1;
            }
            Token::Open if callers.is_empty() && found.is_empty() => callers.push(0),
            Token::Open if filled + 1 == fields.node_count => {
                let small = |at: usize| u32::try_from(row[at]).ok();
                let caller = *callers.last()?;
                callers.push(u32::try_from(found.len()).ok()?);
                found.push(TraceNode {
                    id: small(fields.node_id)?,
                    function: small(fields.node_function)?,
                    caller,
                    count: row[fields.node_allocations],
                    size: row[fields.node_size],
                });
                filled = 0;
            }
            Token::Close if filled == 0 => _ = callers.pop()?,
            _ => return None,
        }
    }
    callers.is_empty().then_some(found)
}

/// A flat array of whole numbers.
fn numbers(text: &[u8]) -> Option<Vec<u64>> {
    let tokens = Tokens(text).filter_map(|token| match token {
        Some(Token::Number(number)) => Some(Some(number)),
        Some(_) => None,
        None => Some(None),
    });
    tokens.collect()
}

#[derive(Clone, Copy)]
enum Token {
    Open,
    Close,
    Number(u64),
}

/// Brackets and numbers; `None` for anything else but commas and blanks.
struct Tokens<'a>(&'a [u8]);

impl Iterator for Tokens<'_> {
    type Item = Option<Token>;

    fn next(&mut self) -> Option<Self::Item> {
        let begin = self.0.iter().position(|byte| !matches!(byte, b',' | b' ' | b'\n' | b'\r' | b'\t'))?;
        let text = &self.0[begin..];
        let (token, length) = match text[0] {
            b'[' => (Some(Token::Open), 1),
            b']' => (Some(Token::Close), 1),
            b'0'..=b'9' => {
                let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let number = std::str::from_utf8(&text[..digits]).ok().and_then(|digits| digits.parse().ok());
                (number.map(Token::Number), digits)
            }
            _ => (None, text.len()),
        };
        self.0 = &text[length..];
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: TraceFields = TraceFields {
        count: 6,
        name: 1,
        script: 2,
        script_id: 3,
        line: 4,
        column: 5,
        node_count: 5,
        node_id: 0,
        node_function: 1,
        node_allocations: 2,
        node_size: 3,
    };

    fn tree(text: &str) -> Option<Vec<(u32, u32)>> {
        let found = nodes(text.as_bytes(), &FIELDS)?;
        Some(found.iter().map(|node| (node.id, node.caller)).collect())
    }

    #[test]
    fn a_tree_becomes_rows_that_name_their_caller() {
        let text = "[1,0,0,0,[2,1,3,24,[\n3,2,1,8,[]],4,1,0,0,[]]]";
        assert_eq!(tree(text), Some(vec![(1, 0), (2, 0), (3, 1), (4, 0)]));
        assert_eq!(tree("[]"), Some(Vec::new()));
        assert_eq!(tree(""), Some(Vec::new()));
    }

    #[test]
    fn a_damaged_tree_is_no_tree() {
        for text in ["[1,0,0,[]]", "[1,0,0,0,[]", "[1,0,0,0,0,[]]", "[1,0,0,0,[]]]", "[1,0,-1,0,[]]", "[[]]"]
        {
            assert_eq!(tree(text), None, "{text}");
        }
    }

    #[test]
    fn a_deep_recursion_of_the_program_is_none_of_ours() {
        let deep = 200_000;
        let text = format!("[{}{}", "1,0,0,0,[".repeat(deep), "]".repeat(deep + 1));
        assert_eq!(tree(&text).map(|rows| rows.len()), Some(deep));
    }

    #[test]
    fn time_and_ids_never_fall() {
        let fields = SampleFields { count: 2, time: 0, last_id: 1 };
        let times = |text: &str| {
            let found = samples(text.as_bytes(), fields)?;
            Some(found.iter().map(|sample| sample.time_us).collect::<Vec<_>>())
        };
        assert_eq!(times("[0,3, 5,3, 5,7]"), Some(vec![0, 5, 5]));
        assert_eq!(times("[5,3, 0,7]"), None, "a time that falls");
        assert_eq!(times("[0,7, 5,3]"), None, "an id that falls");
    }

    #[test]
    fn damaged_points_in_time_are_told() {
        let text = b"[5,3,0,7]";
        let sections = Sections::only(Section::Samples, 0..text.len());
        let fields = SampleFields { count: 2, time: 0, last_id: 1 };
        let (trace, damage) = read(text, &sections, None, Some(fields), 0);
        assert!(trace.samples().is_empty());
        assert_eq!(damage, ["the points in time are damaged and left out"]);
    }

    #[test]
    fn functions_past_the_announced_count_are_read_and_foreign_names_refused() {
        assert_eq!(functions(b"[0,1,0,0,0,0, 7,2,1,3,4,5]", &FIELDS, 3).map(|all| all.len()), Some(2));
        assert_eq!(functions(b"[0,3,0,0,0,0]", &FIELDS, 3), None, "no such string");
        assert_eq!(functions(b"[0,1,0,0,\"x\",0]", &FIELDS, 3), None);
    }
}
