//! Which numbers do these digits spell?
//!
//! Arrays of whole numbers, separated as V8 separates them (`1,2,3` or `1,2\n,3`), are read in
//! windows of 2 kB and without a branch a number: first a bit mask of all bytes that are no
//! digit, from it the places where
//! numbers end, then each number from the 8 bytes before its end by three multiplications
//! (Lemire, "Quickly parsing eight digits", 2018). A window with anything else in it, longer
//! white space or a mistake, is left to a careful reader that goes byte by byte and knows what
//! is wrong. Cost: about a nanosecond and a half a number. Strict JSON: no sign, fraction,
//! exponent, leading zero; at most 64 bits.

use super::json::{Fault, skip_blanks};
use crate::error::Expected;

/// Bytes looked at in one go.
const WINDOW: usize = 2048;
/// Bytes before a window that the first number's load may touch, and after it.
const MARGIN: usize = 8;
/// The most numbers one [`Reader::fill`] yields.
pub(super) const MOST: usize = WINDOW / 2;
/// How many numbers the careful reader yields before the fast one is tried again.
const CAREFUL: usize = 256;

/// Reads the numbers of a range that begins with a number and ends after a comma, or where
/// the array does.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    scratch: Box<Scratch>,
}

/// Where the numbers of a window end, with room for one mask more than fits.
struct Scratch {
    ends: [u16; MOST + 64],
}

impl<'a> Reader<'a> {
    /// A reader of `bytes[start..end]`; the bytes around are only looked at, never read as numbers.
    pub(super) fn new(bytes: &'a [u8], start: usize, end: usize) -> Self {
        Self { bytes, at: start, end, scratch: Box::new(Scratch { ends: [0; MOST + 64] }) }
    }

    /// Puts the next numbers, `left` at most, into `out`; answers how many.
    pub(super) fn fill(&mut self, out: &mut [u64; MOST], left: usize) -> Result<usize, Fault> {
        if let Some(count) = self.fill_fast(out, left) {
            return Ok(count);
        }
        let most = left.min(CAREFUL);
        for number in &mut out[..most] {
            *number = self.careful()?;
        }
        Ok(most)
    }

    /// A window full, or nothing where it is not plain.
    fn fill_fast(&mut self, out: &mut [u64; MOST], left: usize) -> Option<usize> {
        let first = self.at.checked_sub(MARGIN)?;
        if self.at + WINDOW + MARGIN > self.end {
            return None;
        }
        let window = self.bytes.get(first..)?.first_chunk::<{ MARGIN + WINDOW + MARGIN }>()?;
        let (count, used) =
            window_numbers(window, &mut self.scratch.ends, out).filter(|&(count, _)| count <= left)?;
        self.at += used;
        Some(count)
    }

    /// One number and the comma after it.
    fn careful(&mut self) -> Result<u64, Fault> {
        let (number, end) = number_at(self.bytes, skip_blanks(&self.bytes[..self.end], self.at))?;
        let after = skip_blanks(&self.bytes[..self.end], end);
        self.at = match self.bytes.get(after) {
            _ if after == self.end => after,
            Some(b',') => after + 1,
            Some(b'.' | b'e' | b'E') => return Err(Fault { at: end, expected: Expected::WholeNumber }),
            _ => return Err(Fault { at: after, expected: Expected::CommaOrBracket }),
        };
        Ok(number)
    }
}

/// The number whose first digit is at `at`, and where it ends.
fn number_at(bytes: &[u8], at: usize) -> Result<(u64, usize), Fault> {
    let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || (digits > 1 && bytes[at] == b'0') {
        return Err(Fault { at, expected: Expected::WholeNumber });
    }
    match number(&bytes[at..at + digits]) {
        Some(number) => Ok((number, at + digits)),
        None => Err(Fault { at, expected: Expected::SmallerNumber }),
    }
}

/// The number that digits spell, if 64 bits hold it.
fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0u64, |number, digit| {
        number.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
    })
}

/// The numbers that end inside a window and how many bytes they take with their separators.
fn window_numbers(
    window: &[u8; MARGIN + WINDOW + MARGIN],
    ends: &mut [u16; MOST + 64],
    out: &mut [u64; MOST],
) -> Option<(usize, usize)> {
    let (found, separators) = find_ends(window, ends);
    // The last end found may have its separator outside: it only closes what lies before.
    let count = found.checked_sub(1).filter(|&count| count > 0)?;
    let last = ends[count] as usize;
    let beyond = window[MARGIN + last..MARGIN + WINDOW].iter().filter(|byte| !byte.is_ascii_digit()).count();
    let mut start = 0;
    let mut expected = 0;
    let mut plain = true;
    for (&end, number) in ends[..count].iter().zip(out.iter_mut()) {
        let end = end as usize % WINDOW;
        let separator = &window[MARGIN + end..MARGIN + end + 2];
        let broken = usize::from(separator[0] != b',');
        plain &= separator[0] == b',' || separator == b"\n,";
        expected += 1 + broken;
        *number = eight_digits(window, start, end, &mut plain);
        start = end + 1 + broken;
    }
    (plain && separators - beyond == expected).then_some((count, start))
}

/// The number in `start..end` of the window; clears `plain` where it is none.
#[inline]
fn eight_digits(window: &[u8; MARGIN + WINDOW + MARGIN], start: usize, end: usize, plain: &mut bool) -> u64 {
    let len = end.wrapping_sub(start);
    if len > 8 {
        return long_digits(window, start, end, plain);
    }
    let unused = (64 - 8 * len as u32) & 63;
    let word: [u8; 8] = window[end..end + 8].try_into().unwrap_or_default();
    let digits = ((u64::from_le_bytes(word) ^ 0x3030_3030_3030_3030) >> unused) << unused;
    *plain &= len == 1 || (digits >> unused) & 0xFF != 0;
    let pairs = digits.wrapping_mul(10 * 256 + 1) >> 8 & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100 * 65536 + 1) >> 16 & 0x0000_FFFF_0000_FFFF;
    fours.wrapping_mul(10_000 * (1 << 32) + 1) >> 32
}

#[cold]
fn long_digits(window: &[u8; MARGIN + WINDOW + MARGIN], start: usize, end: usize, plain: &mut bool) -> u64 {
    let digits = window.get(MARGIN + start..MARGIN + end).unwrap_or_default();
    *plain &= digits.first().is_some_and(|&first| first != b'0');
    number(digits).unwrap_or_else(|| {
        *plain = false;
        0
    })
}

/// Writes where the window's numbers end; answers how many do and how many bytes are no digits.
fn find_ends(window: &[u8; MARGIN + WINDOW + MARGIN], ends: &mut [u16; MOST + 64]) -> (usize, usize) {
    let (blocks, _) = window[MARGIN..MARGIN + WINDOW].as_chunks::<64>();
    let mut found = 0;
    let mut separators = 0;
    let mut after_separator = 1;
    for (at, block) in blocks.iter().enumerate() {
        let others = other_than_digits(block);
        separators += others.count_ones() as usize;
        let mut mask = others & !(others << 1 | after_separator);
        after_separator = others >> 63;
        let count = mask.count_ones() as usize;
        let slots = &mut ends[found..found + 32];
        for (slot, end) in slots.iter_mut().enumerate() {
            if slot % 8 == 0 && slot >= count {
                break;
            }
            *end = (at * 64) as u16 + mask.trailing_zeros() as u16;
            mask &= mask.wrapping_sub(1);
        }
        found += count;
    }
    (found, separators)
}

/// A bit for each byte that is no digit, found 8 bytes at a time.
#[inline]
fn other_than_digits(block: &[u8; 64]) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| {
        let digits = u64::from_le_bytes(*word) ^ 0x3030_3030_3030_3030;
        // The top bit of each byte is set where the byte is 10 or more.
        let others = ((digits & !HIGH) + 0x7676_7676_7676_7676 | digits) & HIGH;
        mask << 8 | (others >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}
