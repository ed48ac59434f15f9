//! How does an array of numbers become rows, on all cores?
//!
//! The array is passed twice. Once to find its end, counting the commas of each megabyte on
//! the way: so every piece knows which number it begins with, and moves its border to the
//! next row. Then all pieces are read at once, each into its own part of the columns. No
//! number waits anywhere but in a buffer of a few kilobytes. Cost: the first pass runs at the
//! speed of memory, the second at about 1 GB/s a core; what that has read goes back to the kernel.

use std::ops::Range;

use memchr::{memchr, memchr_iter};
use rayon::prelude::*;

use super::{
    json::{Fault, skip_blanks},
    numbers::{MOST, Reader},
    sections::Section,
    source::Source,
};
use crate::{
    error::{Expected, Found, Grouped, Limit, LoadError, Place},
    job::{Cancelled, Job},
};

/// Bytes read by one task.
pub(super) const PIECE: usize = 1 << 20;
/// Pieces passed between two looks at whether the array has ended.
const GROUP: usize = 32;

/// An array of numbers whose place is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Numbers {
    /// What lies between its brackets.
    pub(super) range: Range<usize>,
    /// How many commas lie in each piece.
    commas: Vec<u32>,
    piece: usize,
    /// How many numbers it holds, if it holds nothing but numbers.
    pub(super) count: usize,
}

/// Why there is no array.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoArray {
    Cancelled,
    /// The file ends; so many numbers are there.
    Cut(usize),
}

impl From<Cancelled> for NoArray {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// The array whose bracket opened just before `start`, told by its closing bracket.
pub(super) fn locate(source: &Source, start: usize, piece: usize, job: &Job) -> Result<Numbers, NoArray> {
    let bytes = source.bytes();
    let mut commas = Vec::new();
    let mut at = start;
    while at < bytes.len() {
        let group: Vec<_> = (0..GROUP).into_par_iter().map(|n| pass(bytes, at + n * piece, piece)).collect();
        let stop = at + GROUP * piece;
        for (n, (count, close)) in group.into_iter().enumerate() {
            commas.push(count);
            if let Some(close) = close {
                let end = at + n * piece + close;
                job.tick(end - at)?;
                return Ok(Numbers::new(bytes, start..end, commas, piece));
            }
        }
        job.tick(stop.min(bytes.len()) - at)?;
        at = stop;
    }
    Err(NoArray::Cut(commas.iter().map(|&count| count as usize).sum()))
}

/// The commas of a piece, up to the closing bracket if it has one.
fn pass(bytes: &[u8], at: usize, piece: usize) -> (u32, Option<usize>) {
    let piece = &bytes[at.min(bytes.len())..bytes.len().min(at + piece)];
    let close = memchr(b']', piece);
    (memchr_iter(b',', &piece[..close.unwrap_or(piece.len())]).count() as u32, close)
}

/// A run of whole rows.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Chunk {
    range: Range<usize>,
    values: usize,
}

impl Numbers {
    fn new(bytes: &[u8], range: Range<usize>, commas: Vec<u32>, piece: usize) -> Self {
        let between: usize = commas.iter().map(|&count| count as usize).sum();
        let blank = between == 0 && skip_blanks(&bytes[..range.end], range.start) == range.end;
        Self { range, commas, piece, count: if blank { 0 } else { between + 1 } }
    }

    /// How many rows of `fields` numbers it holds.
    pub(super) fn rows(&self, bytes: &[u8], section: Section, fields: usize) -> Result<usize, LoadError> {
        if self.count.is_multiple_of(fields) {
            return Ok(self.count / fields);
        }
        // A comma too few or too many is the likelier cause: tell where.
        self.check(bytes).map_err(|fault| syntax(bytes, section, fault))?;
        Err(LoadError::Ragged { section, values: self.count.into(), fields })
    }

    /// The first byte that does not belong into an array of numbers. For the way to an error.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), Fault> {
        let mut reader = Reader::new(bytes, self.range.start, self.range.end);
        let mut out = [0; MOST];
        let mut left = self.count;
        while left > 0 {
            left -= reader.fill(&mut out, left)?;
        }
        Ok(())
    }

    /// Where the number stands that `before` others precede.
    fn offset_of(&self, bytes: &[u8], before: usize) -> usize {
        let mut passed = 0;
        let mut at = self.range.start;
        for &count in &self.commas {
            if passed + count as usize >= before {
                break;
            }
            passed += count as usize;
            at += self.piece;
        }
        self.after_commas(bytes, at, before - passed).map_or(self.range.end, |at| skip_blanks(bytes, at))
    }

    /// The offset just past the `commas`-th comma from `at`.
    fn after_commas(&self, bytes: &[u8], at: usize, commas: usize) -> Option<usize> {
        let Some(skipped) = commas.checked_sub(1) else { return Some(at) };
        memchr_iter(b',', &bytes[at..self.range.end]).nth(skipped).map(|found| at + found + 1)
    }

    /// Runs of whole rows, about a piece long each.
    fn chunks(&self, bytes: &[u8], fields: usize) -> Vec<Chunk> {
        let mut borders = vec![(self.range.start, 0)];
        let mut passed = 0usize;
        for (&count, at) in self.commas.iter().zip((self.range.start..self.range.end).step_by(self.piece)) {
            let row = (passed + 1).next_multiple_of(fields);
            let last = borders.last().map_or(0, |&(_, value)| value);
            if at > self.range.start
                && row > last
                && row < self.count
                && let Some(border) = self.after_commas(bytes, at, row - passed)
            {
                borders.push((border, row));
            }
            passed += count as usize;
        }
        borders.push((self.range.end, self.count));
        borders
            .windows(2)
            .map(|pair| Chunk { range: pair[0].0..pair[1].0, values: pair[1].1 - pair[0].1 })
            .collect()
    }
}

/// Columns that take the numbers of some rows.
pub(super) trait Rows: Send + Sized {
    /// Takes the first `rows` rows off.
    fn split_off(&mut self, rows: usize) -> Self;

    /// Stores whole rows, from the `row`-th of these on.
    fn store(&mut self, row: usize, values: &[u64]) -> Result<(), OutOfRange>;
}

/// A number outside what its field allows, among the values given to [`Rows::store`].
#[derive(Clone, Copy, Debug)]
pub(super) struct OutOfRange {
    pub(super) value: usize,
    pub(super) field: &'static str,
    pub(super) limit: Limit,
}

/// Where and what the numbers to be read are.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    pub(super) source: &'a Source,
    pub(super) numbers: &'a Numbers,
    pub(super) section: Section,
    pub(super) fields: usize,
}

enum Stop {
    Cancelled,
    Fault(Fault),
    /// The number's place in the array, its value and what is wrong with it.
    Range(usize, u64, OutOfRange),
}

impl Table<'_> {
    /// Reads all rows into `columns`, which have room for them; answers the parts they were cut into.
    pub(super) fn read<R: Rows>(self, mut columns: R, job: &Job) -> Result<Vec<R>, LoadError> {
        let bytes = self.source.bytes();
        let mut first = 0;
        let tasks: Vec<_> = self
            .numbers
            .chunks(bytes, self.fields)
            .into_iter()
            .map(|chunk| {
                first += chunk.values;
                (columns.split_off(chunk.values / self.fields), first - chunk.values, chunk)
            })
            .collect();
        let run = |(mut rows, first, chunk): (R, usize, Chunk)| {
            self.read_chunk(&mut rows, first, &chunk, job).map(|()| rows)
        };
        let parts: Vec<Result<R, Stop>> = tasks.into_par_iter().map(run).collect();
        parts.into_iter().map(|part| part.map_err(|stop| self.error(&stop))).collect()
    }

    fn read_chunk<R: Rows>(self, rows: &mut R, first: usize, chunk: &Chunk, job: &Job) -> Result<(), Stop> {
        let mut reader = Reader::new(self.source.bytes(), chunk.range.start, chunk.range.end);
        // The numbers of a row begun wait before those of the next filling.
        let mut buffer = vec![0; self.fields + MOST];
        let (mut waiting, mut row, mut read) = (0, 0, 0);
        while read < chunk.values {
            let Some(room) = buffer[waiting..].first_chunk_mut() else { break };
            let got = reader.fill(room, chunk.values - read).map_err(Stop::Fault)?;
            let whole = (waiting + got) / self.fields * self.fields;
            rows.store(row, &buffer[..whole]).map_err(|fault| {
                Stop::Range(first + read - waiting + fault.value, buffer[fault.value], fault)
            })?;
            buffer.copy_within(whole..waiting + got, 0);
            waiting = waiting + got - whole;
            row += whole / self.fields;
            read += got;
        }
        self.source.release(chunk.range.clone());
        job.tick(chunk.range.len()).map_err(|Cancelled| Stop::Cancelled)
    }

    fn error(self, stop: &Stop) -> LoadError {
        let bytes = self.source.bytes();
        match *stop {
            Stop::Cancelled => Cancelled.into(),
            Stop::Fault(fault) => syntax(bytes, self.section, fault),
            Stop::Range(place, value, fault) => self.out_of_range(place, value, fault.field, fault.limit),
        }
    }

    /// The error for the number at `place` of the array.
    pub(super) fn out_of_range(
        self,
        place: usize,
        value: u64,
        field: &'static str,
        limit: Limit,
    ) -> LoadError {
        LoadError::OutOfRange {
            section: self.section,
            at: self.numbers.offset_of(self.source.bytes(), place).into(),
            field,
            row: (place / self.fields).into(),
            value,
            limit,
        }
    }
}

/// The error for a byte that does not fit in a section.
pub(super) fn syntax(bytes: &[u8], section: Section, fault: Fault) -> LoadError {
    fault_error(bytes, Place::In(section), fault)
}

/// The error for a byte that does not fit: the file is cut, or wrong.
pub(super) fn fault_error(bytes: &[u8], place: Place, Fault { at, expected }: Fault) -> LoadError {
    if at >= bytes.len() && expected != Expected::LessNesting {
        return LoadError::Truncated { place, at: bytes.len().into(), seen: None };
    }
    LoadError::Syntax { place, at: Grouped(at as u64), expected, found: Found::at(bytes, at) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows that only remember their numbers.
    struct Kept(Vec<u64>);

    impl Rows for Kept {
        fn split_off(&mut self, _: usize) -> Self {
            Self(Vec::new())
        }

        fn store(&mut self, _: usize, values: &[u64]) -> Result<(), OutOfRange> {
            self.0.extend_from_slice(values);
            match values.iter().position(|&value| value == 99) {
                Some(value) => Err(OutOfRange { value, field: "size", limit: Limit::Bits32 }),
                None => Ok(()),
            }
        }
    }

    const PAD: &str = "{\"nodes\":[";

    fn read(text: &str, piece: usize, fields: usize) -> Result<Vec<u64>, String> {
        let job = Job::default();
        let source = Source::of(format!("{PAD}{text}],\"edges\":[1,2]}}"));
        let numbers = locate(&source, PAD.len(), piece, &job).expect("it is closed");
        assert_eq!(numbers.range, PAD.len()..PAD.len() + text.len());
        let section = Section::Nodes;
        numbers.rows(source.bytes(), section, fields).map_err(|error| error.to_string())?;
        let table = Table { source: &source, numbers: &numbers, section, fields };
        let parts = table.read(Kept(Vec::new()), &job).map_err(|error| error.to_string())?;
        Ok(parts.into_iter().flat_map(|part| part.0).collect())
    }

    fn text() -> impl Strategy<Value = String> {
        let separators = prop_oneof![8 => Just(","), 2 => Just("\n,"), 1 => Just(" , ")];
        // 99 is the test tables' own mistake: here it would be a second one.
        let number = (0u64..99_999).prop_filter("no 99", |number| !number.to_string().contains("99"));
        prop::collection::vec((number, separators), 0..700).prop_map(|rows| {
            let rows =
                rows.into_iter().flat_map(|(number, separator)| [number.to_string(), separator.to_owned()]);
            let all: String = rows.collect();
            all + "7"
        })
    }

    proptest! {
        #[test]
        fn small_pieces_read_what_one_piece_reads(text in text(), piece in 1..900usize, fields in 1..9usize) {
            prop_assert_eq!(read(&text, piece, fields), read(&text, 1 << 20, fields));
        }

        #[test]
        fn small_pieces_find_the_mistake_that_one_piece_finds(
            text in text(), piece in 1..900usize, at: prop::sample::Index, wrong in 0..5usize,
        ) {
            let mut text = text.into_bytes();
            let at = at.index(text.len());
            text[at] = b"-, x0"[wrong];
            let text = String::from_utf8(text).expect("still ASCII");
            prop_assert_eq!(read(&text, piece, 1), read(&text, 1 << 20, 1));
        }
    }

    #[test]
    fn an_array_of_blanks_has_no_rows() {
        assert_eq!(read("", 16, 7), Ok(vec![]));
        assert_eq!(read(" \n ", 2, 7), Ok(vec![]));
    }

    #[test]
    fn a_number_out_of_range_is_told_by_its_offset() {
        let error = read("1,2,3,\n 99,5,6", 4, 3).expect_err("99 is refused");
        assert_eq!(error, "\"nodes\", byte 18: size of row 1 is 99, but 4294967295 is the most it can be");
    }

    #[test]
    fn an_unclosed_array_tells_how_many_numbers_there_are() {
        let source = Source::of("[1,2,3,4");
        assert_eq!(locate(&source, 1, 3, &Job::default()), Err(NoArray::Cut(3)));
    }

    #[test]
    fn a_cancelled_job_stops() {
        let job = Job::default();
        job.cancel();
        assert_eq!(locate(&Source::of("[1]"), 1, 3, &job), Err(NoArray::Cancelled));
    }
}
