//! Where does each string of the table begin?
//!
//! The section is cut near each 4 MB behind a quote, a comma and a quote, which is where a
//! string begins unless a string holds just that text; all parts are indexed at once. A part
//! counts only if the one before it came out exactly at its start; where it did not, the
//! stretch is indexed again from where that one came out. Cost: one pass; 4 bytes a string.

use memchr::memmem;
use rayon::prelude::*;

use super::{
    json::{Fault, skip_blanks, string_end},
    source::Source,
};
use crate::{
    error::Expected,
    heap::Strings,
    job::{Cancelled, Job},
};

/// Bytes indexed by one task.
const PART: usize = 4 << 20;

/// Why there is no index.
pub(super) enum NoIndex {
    Cancelled,
    Fault(Fault),
    TooMany,
}

impl From<Cancelled> for NoIndex {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// The strings of the section whose bracket opened just before `base`, and where it closes.
pub(super) fn index(source: &Source, base: usize, job: &Job) -> Result<(Strings, usize), NoIndex> {
    let (offsets, close) = offsets(source, base, PART, job)?;
    if u32::try_from(offsets.low.len()).is_err() {
        return Err(NoIndex::TooMany);
    }
    Ok((Strings::new(source.share(), base, offsets.low, offsets.wraps), close))
}

/// 64-bit offsets that only grow, in little more than 32 bits each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Offsets {
    low: Vec<u32>,
    wraps: Vec<u32>,
    high: u64,
}

impl Offsets {
    fn rise_to(&mut self, offset: u64) {
        while self.high < offset >> 32 {
            self.wraps.push(self.low.len() as u32);
            self.high += 1;
        }
    }

    fn push(&mut self, offset: u64) {
        self.rise_to(offset);
        self.low.push(offset as u32);
    }

    /// Appends a part that began at `offset`.
    fn append(&mut self, offset: u64, part: &Self) {
        self.rise_to(offset);
        let before = self.low.len() as u32;
        self.wraps.extend(part.wraps.iter().map(|wrap| wrap + before));
        self.high = part.high;
        self.low.extend_from_slice(&part.low);
    }
}

/// How a part came out.
enum End {
    /// At the start of another string.
    Next(usize),
    /// At the closing bracket.
    Closed(usize),
    Broken(Fault),
}

struct Part {
    offsets: Offsets,
    end: End,
}

fn offsets(source: &Source, base: usize, part: usize, job: &Job) -> Result<(Offsets, usize), NoIndex> {
    let bytes = source.bytes();
    let first = skip_blanks(bytes, base);
    if bytes.get(first) == Some(&b']') {
        return Ok((Offsets::default(), first));
    }
    let mut starts = vec![first];
    starts.extend((base + part..bytes.len()).step_by(part).filter_map(|at| split(bytes, at, part)));
    starts.dedup();
    let until = |start: usize| {
        let next = starts.partition_point(|&other| other <= start);
        starts.get(next).copied().unwrap_or(bytes.len())
    };
    let run = |start: usize| {
        let stop = until(start);
        let part = index_part(bytes, base, start, stop);
        source.release(start..stop);
        job.tick(stop - start).map(|()| part)
    };
    let parts: Vec<Part> = starts.par_iter().map(|&start| run(start)).collect::<Result<_, _>>()?;
    join(&starts, parts, base, run)
}

/// Strings the parts together, indexing anew what began at a wrong place.
fn join(
    starts: &[usize],
    parts: Vec<Part>,
    base: usize,
    run: impl Fn(usize) -> Result<Part, Cancelled>,
) -> Result<(Offsets, usize), NoIndex> {
    let mut all = Offsets::default();
    let mut parts: Vec<_> = parts.into_iter().map(Some).collect();
    all.low.reserve_exact(parts.iter().flatten().map(|part| part.offsets.low.len()).sum());
    let mut at = starts[0];
    loop {
        let ready = starts.binary_search(&at).ok().and_then(|index| parts[index].take());
        let part = ready.map_or_else(|| run(at), Ok)?;
        all.append((at - base) as u64, &part.offsets);
        match part.end {
            End::Next(next) => at = next,
            End::Closed(close) => return Ok((all, close)),
            End::Broken(fault) => return Err(NoIndex::Fault(fault)),
        }
    }
}

/// A likely start of a string in `at..at + part`.
fn split(bytes: &[u8], at: usize, part: usize) -> Option<usize> {
    let near = &bytes[at..bytes.len().min(at + part)];
    let start = |found: usize| match near.get(found + 2..)? {
        [b'"', ..] => Some(at + found + 2),
        [b'\n', b'"', ..] => Some(at + found + 3),
        _ => None,
    };
    memmem::find_iter(near, b"\",").find_map(start)
}

/// Indexes the strings that begin in `at..stop`; a string's quote stands at `at`.
fn index_part(bytes: &[u8], base: usize, mut at: usize, stop: usize) -> Part {
    let mut offsets = Offsets { high: ((at - base) as u64) >> 32, ..Offsets::default() };
    let end = loop {
        match after_string(bytes, at) {
            Ok(next) => {
                offsets.push((at + 1 - base) as u64);
                match next {
                    End::Next(next) if next < stop => at = next,
                    end => break end,
                }
            }
            Err(fault) => break End::Broken(fault),
        }
    };
    Part { offsets, end }
}

/// What follows the string that begins at `at`.
#[inline]
fn after_string(bytes: &[u8], at: usize) -> Result<End, Fault> {
    if bytes.get(at) != Some(&b'"') {
        return Err(Fault { at, expected: Expected::Text });
    }
    let cut = Fault { at: bytes.len(), expected: Expected::Text };
    let after = skip_blanks(bytes, string_end(bytes, at + 1).ok_or(cut)? + 1);
    match bytes.get(after) {
        Some(b',') => Ok(End::Next(skip_blanks(bytes, after + 1))),
        Some(b']') => Ok(End::Closed(after)),
        _ => Err(Fault { at: after, expected: Expected::CommaOrBracket }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAD: &str = "{\"strings\":[";

    fn run(text: &str, part: usize) -> Result<(Offsets, usize), usize> {
        let source = Source::of(format!("{PAD}{text}"));
        offsets(&source, PAD.len(), part, &Job::default()).map_err(|why| match why {
            NoIndex::Fault(fault) => fault.at - PAD.len(),
            NoIndex::Cancelled | NoIndex::TooMany => usize::MAX,
        })
    }

    /// Strings that look like the borders between strings.
    fn tricky() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("a"),
            Just("\\\""),
            Just("\\\\"),
            Just(","),
            Just("\\\",\n\\\""),
            Just("]"),
            Just("long and plain"),
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
    }

    fn table() -> impl Strategy<Value = String> {
        let separator = prop_oneof![Just(","), Just(",\n"), Just(" ,\t")];
        prop::collection::vec((tricky(), separator), 0..60).prop_map(|rows| {
            let rows = rows.into_iter().flat_map(|(text, separator)| [text, separator.to_owned()]);
            let all: String = rows.collect();
            all + "\"end\"]"
        })
    }

    proptest! {
        #[test]
        fn small_parts_find_what_one_part_finds(text in table(), part in 3..80usize) {
            let whole = run(&text, 1 << 20);
            prop_assert!(whole.is_ok());
            prop_assert_eq!(run(&text, part), whole);
        }

        #[test]
        fn a_cut_table_is_noticed_whatever_the_parts(text in table(), part in 3..80usize, at: prop::sample::Index) {
            let cut = &text[..at.index(text.len())];
            prop_assert_eq!(run(cut, part), run(cut, 1 << 20));
        }
    }

    #[test]
    fn strings_that_look_like_borders_do_not_mislead() {
        let text = r#""a\\",",","\",\"","b"]"#;
        for part in 1..text.len() {
            let (found, close) = run(text, part).expect("it is sound");
            assert_eq!((found.low.len(), close - PAD.len()), (4, text.len() - 1), "parts of {part}");
        }
    }

    #[test]
    fn only_strings_and_commas_belong_in_the_table() {
        assert_eq!(run("]", 9).map(|found| found.0.low.len()), Ok(0));
        assert_eq!(run("\"a\",7]", 9), Err(4));
        assert_eq!(run("\"a\" \"b\"]", 9), Err(4));
        assert_eq!(run("\"a\",]", 9), Err(4));
        assert_eq!(run("\"a", 9), Err(2));
    }

    #[test]
    fn offsets_past_4_gib_are_counted_across_parts() {
        const GIB: u64 = 1 << 30;
        let all = [1, 2, 3 * GIB, 5 * GIB, 6 * GIB, 13 * GIB];
        let mut one = Offsets::default();
        for offset in all {
            one.push(offset);
        }
        for at in 1..all.len() {
            let mut joined = Offsets::default();
            for part in [&all[..at], &all[at..]] {
                let mut offsets = Offsets { high: (part[0] - 1) >> 32, ..Offsets::default() };
                for &offset in part {
                    offsets.push(offset);
                }
                joined.append(part[0] - 1, &offsets);
            }
            assert_eq!(joined, one, "cut before {at}");
        }
    }
}
