//! Which numbers do these digits spell?
//!
//! Arrays of whole numbers, separated as V8 separates them (`1,2,3` or `1,2\n,3`), are read in
//! windows of 2 kB and without a branch a number: first a bit mask of all bytes that are no
//! digit, from it the places where numbers end, then each number from the 8 bytes it begins with
//! by three multiplications (Lemire, "Quickly parsing eight digits", 2018), or four at a time
//! where the processor can ([`vector`]); those of 9 to 16 digits from two halves. A window with anything else in it, longer white space or
//! a mistake, is left to a careful reader that goes byte by byte and knows what is wrong. Strict
//! JSON: no sign, fraction, exponent, leading zero; at most 64 bits.

use super::{
    json::{Fault, skip_blanks},
    vector,
};
use crate::error::Expected;

/// Bytes looked at in one go.
const WINDOW: usize = 2048;
/// Bytes before a window that the first number's load may touch, and after it.
const MARGIN: usize = 8;
/// The most numbers one [`Reader::fill`] yields.
pub(super) const MOST: usize = WINDOW / 2;
/// Numbers spelled together.
pub(super) const LANES: usize = 4;
/// How many numbers the careful reader yields before the fast one is tried again.
const CAREFUL: usize = 256;

/// Reads the numbers of a range that begins with a number and ends after a comma, or where
/// the array does.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    ends: Box<Ends>,
}

/// The bytes of a window with those around it.
pub(super) type Window = [u8; MARGIN + WINDOW + MARGIN];

/// Where the numbers of a window end, with room for one mask more than fits.
pub(super) type Ends = [u16; MOST + 64];

impl<'a> Reader<'a> {
    /// A reader of `bytes[start..end]`; the bytes around are only looked at, never read as numbers.
    pub(super) fn new(bytes: &'a [u8], start: usize, end: usize) -> Self {
        Self { bytes, at: start, end, ends: Box::new([0; MOST + 64]) }
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
        let window = self.bytes.get(first..)?.first_chunk()?;
        let (count, used) =
            vector::window_numbers(window, &mut self.ends, out).filter(|&(count, _)| count <= left)?;
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
///
/// `marks` looks at 64 bytes at once; `spell` answers four numbers from the values of the 8
/// digits each begins with, first digit lowest, and by how many bits to shift away what is not
/// its own.
#[allow(clippy::inline_always, reason = "compiled anew for each processor: see `vector`")]
#[inline(always)]
pub(super) fn window_numbers(
    window: &Window,
    ends: &mut Ends,
    out: &mut [u64; MOST],
    marks: impl Fn(&[u8; 64]) -> Marks,
    spell: impl Fn([u64; LANES], [u64; LANES]) -> [u64; LANES],
) -> Option<(usize, usize)> {
    let (found, separators) = find_ends(window, ends, marks)?;
    // The last end found may have its separator outside: it only closes what lies before.
    let count = found.checked_sub(1)? / LANES * LANES;
    if count == 0 {
        return None;
    }
    let last = ends[count] as usize;
    let beyond = window[MARGIN + last..MARGIN + WINDOW].iter().filter(|byte| !byte.is_ascii_digit()).count();
    // Each number has one separator, of two bytes where a line is broken.
    let breaks = (separators - beyond).checked_sub(count)?;
    let used = match breaks {
        0 => numbers_between::<false>(window, &ends[..count], out, spell)?,
        _ => numbers_between::<true>(window, &ends[..count], out, spell)?,
    };
    (used.breaks == breaks).then_some((count, used.bytes))
}

struct Used {
    bytes: usize,
    /// How many separators began with a line break.
    breaks: usize,
}

/// The numbers before these ends. Each is followed by a comma or, with `BREAKS`, by a line break
/// and a comma.
#[allow(clippy::inline_always, reason = "compiled anew for each processor: see `vector`")]
#[inline(always)]
fn numbers_between<const BREAKS: bool>(
    window: &Window,
    ends: &[u16],
    out: &mut [u64; MOST],
    spell: impl Fn([u64; LANES], [u64; LANES]) -> [u64; LANES],
) -> Option<Used> {
    let (mut start, mut breaks) = (0, 0);
    let (ends, _) = ends.as_chunks::<LANES>();
    let (out, _) = out.as_chunks_mut::<LANES>();
    for (ends, out) in ends.iter().zip(out) {
        let (mut digits, mut shifts, mut long) = ([0; LANES], [0; LANES], false);
        let first = start;
        for ((&end, digits), shift) in ends.iter().zip(&mut digits).zip(&mut shifts) {
            let end = end as usize % WINDOW;
            let broken = BREAKS && window[MARGIN + end] == b'\n';
            let len = end.wrapping_sub(start);
            long |= len > 8;
            *digits = digits_at(window, start % WINDOW);
            *shift = 64u64.wrapping_sub(8 * len as u64) % 64;
            breaks += usize::from(broken);
            start = end + 1 + usize::from(broken);
        }
        *out = spell(digits, shifts);
        if long {
            spell_long::<BREAKS>(window, first, *ends, out)?;
        }
    }
    Some(Used { bytes: start, breaks })
}

/// Corrects the numbers of more than 8 digits among those that begin at `start`.
fn spell_long<const BREAKS: bool>(
    window: &Window,
    mut start: usize,
    ends: [u16; LANES],
    out: &mut [u64; LANES],
) -> Option<()> {
    for (end, number) in ends.into_iter().zip(out) {
        let end = end as usize;
        if end - start > 8 {
            *number = long_digits(window, start, end)?;
        }
        start = end + 1 + usize::from(BREAKS && window[MARGIN + end] == b'\n');
    }
    Some(())
}

/// The values of the 8 digits at `start`, first digit lowest.
#[inline]
fn digits_at(window: &Window, start: usize) -> u64 {
    let bytes = window[MARGIN + start..].first_chunk().copied().unwrap_or_default();
    u64::from_le_bytes(bytes) ^ 0x3030_3030_3030_3030
}

/// Four numbers of 8 digit values, shifted.
pub(super) fn spell(digits: [u64; LANES], shifts: [u64; LANES]) -> [u64; LANES] {
    std::array::from_fn(|lane| eight_digits(digits[lane] << shifts[lane]))
}

/// The number of 8 digit values, first digit lowest.
#[inline]
fn eight_digits(digits: u64) -> u64 {
    let pairs = (digits.wrapping_mul(10 * 0x100 + 1) >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100 * 0x1_0000 + 1) >> 16) & 0x0000_FFFF_0000_FFFF;
    fours.wrapping_mul(10_000 * 0x1_0000_0000 + 1) >> 32
}

/// The number of more than 8 digits between two places; of no more than 16 from its last 8 and those
/// before, as edges name nodes past the ten millionth or so.
#[inline]
fn long_digits(window: &Window, start: usize, end: usize) -> Option<u64> {
    match end - start {
        len @ 9..=16 => {
            let [first, last] = [digits_at(window, start) << (8 * (16 - len)), digits_at(window, end - 8)];
            Some(eight_digits(first) * 100_000_000 + eight_digits(last))
        }
        _ => number(window.get(MARGIN + start..MARGIN + end)?),
    }
}

/// What bytes are, a bit each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marks {
    /// No digit.
    pub(super) others: u64,
    pub(super) commas: u64,
    pub(super) breaks: u64,
    pub(super) zeros: u64,
}

/// Writes where the window's numbers end; answers how many do and how many bytes are no digits.
/// Nothing where a byte is neither digit, comma nor a line break before a comma, and where a
/// digit follows a leading zero.
#[allow(clippy::inline_always, reason = "compiled anew for each processor: see `vector`")]
#[inline(always)]
fn find_ends(window: &Window, ends: &mut Ends, marks: impl Fn(&[u8; 64]) -> Marks) -> Option<(usize, usize)> {
    let (blocks, _) = window[MARGIN..MARGIN + WINDOW].as_chunks::<64>();
    let (mut found, mut separators, mut odd) = (0, 0, 0);
    // What the bit before the block's first was.
    let (mut after_other, mut after_break, mut after_zero) = (1, 0, 0);
    for (at, block) in (0..).step_by(64).zip(blocks) {
        let Marks { others, commas, breaks, zeros } = marks(block);
        separators += others.count_ones() as usize;
        let before = (others << 1) | after_other;
        let leading_zeros = zeros & before;
        odd |= (others & !commas & !breaks)
            | (((breaks << 1) | after_break) & !commas)
            | (((leading_zeros << 1) | after_zero) & !others);
        (after_other, after_break, after_zero) = (others >> 63, breaks >> 63, leading_zeros >> 63);
        let mut mask = others & !before;
        let count = mask.count_ones() as usize;
        // Always eight at once, whether or not there are as many: the next block overwrites.
        let (slots, _) = ends[found..].as_chunks_mut::<8>();
        for slots in slots.iter_mut().take(count.div_ceil(8)) {
            for slot in slots {
                *slot = at + mask.trailing_zeros() as u16;
                mask &= mask.wrapping_sub(1);
            }
        }
        found += count;
    }
    (odd == 0).then_some((found, separators))
}

/// The marks of a block.
pub(super) fn marks(block: &[u8; 64]) -> Marks {
    Marks {
        others: bits(block, |byte| byte ^ b'0' > 9),
        commas: bits(block, |byte| byte == b','),
        breaks: bits(block, |byte| byte == b'\n'),
        zeros: bits(block, |byte| byte == b'0'),
    }
}

/// A bit for each byte that passes: a column of ones and zeros, then 8 of them at a time.
#[inline]
fn bits(block: &[u8; 64], passes: impl Fn(u8) -> bool) -> u64 {
    let ones = block.map(|byte| u8::from(passes(byte)));
    let (words, _) = ones.as_chunks::<8>();
    words.iter().rev().fold(0, |mask, word| {
        (mask << 8) | (u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Room before and after the text, as a file has.
    const PAD: &str = "{\"nodes\":[";

    fn read(text: &str, count: usize) -> Result<Vec<u64>, (usize, Expected)> {
        let bytes = format!("{PAD}{text}],");
        let mut reader = Reader::new(bytes.as_bytes(), PAD.len(), PAD.len() + text.len());
        let mut out = [0; MOST];
        let mut all = Vec::new();
        while all.len() < count {
            let got = reader
                .fill(&mut out, count - all.len())
                .map_err(|fault| (fault.at - PAD.len(), fault.expected))?;
            all.extend_from_slice(&out[..got]);
        }
        Ok(all)
    }

    /// The same, byte by byte and by the standard library.
    fn naive(text: &str, count: usize) -> Result<Vec<u64>, (usize, Expected)> {
        let bytes = format!("{text}]");
        let bytes = bytes.as_bytes();
        let blank = |byte: u8| b" \n\r\t".contains(&byte);
        let mut at = 0;
        let skip = |at: &mut usize| {
            while *at < text.len() && blank(bytes[*at]) {
                *at += 1;
            }
        };
        let mut all = Vec::new();
        while all.len() < count {
            skip(&mut at);
            let digits: String = text[at..].bytes().take_while(u8::is_ascii_digit).map(char::from).collect();
            if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
                return Err((at, Expected::WholeNumber));
            }
            all.push(digits.parse().map_err(|_| (at, Expected::SmallerNumber))?);
            let end = at + digits.len();
            at = end;
            skip(&mut at);
            match bytes[at] {
                _ if at == text.len() => {}
                b',' => at += 1,
                b'.' | b'e' | b'E' => return Err((end, Expected::WholeNumber)),
                _ => return Err((at, Expected::CommaOrBracket)),
            }
        }
        Ok(all)
    }

    fn number_text() -> impl Strategy<Value = String> {
        prop_oneof![
            6 => (0u64..10).prop_map(|n| n.to_string()),
            6 => (0u64..10_000_000).prop_map(|n| n.to_string()),
            2 => any::<u32>().prop_map(|n| n.to_string()),
            1 => any::<u64>().prop_map(|n| n.to_string()),
        ]
    }

    fn separator() -> impl Strategy<Value = &'static str> {
        prop_oneof![60 => Just(","), 10 => Just("\n,"), 1 => Just(", "), 1 => Just(" ,\r\n\t")]
    }

    fn text(most: usize) -> impl Strategy<Value = String> {
        let plain = prop::collection::vec(number_text(), 1..most).prop_map(|all| all.join(","));
        let broken = prop::collection::vec((number_text(), separator()), 1..most)
            .prop_map(|all| {
                all.into_iter().flat_map(|(number, separator)| [number, separator.to_owned()]).collect()
            })
            .prop_map(|text: String| text + "7");
        prop_oneof![plain, broken]
    }

    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![any::<u8>(), prop::sample::select(&b"0:/9,\n\r "[..])]
    }

    fn commas(text: &str) -> usize {
        text.bytes().filter(|&byte| byte == b',').count()
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_the_standard_library_reads_them(text in text(3000)) {
            let count = commas(&text) + 1;
            prop_assert_eq!(read(&text, count), naive(&text, count));
        }

        #[test]
        fn one_wrong_byte_is_found_where_it_stands(text in text(1500), at: prop::sample::Index, wrong in 0..14usize) {
            let mut text = text.into_bytes();
            let at = at.index(text.len());
            text[at] = b"-+.eE0,, \n\"[x\0"[wrong];
            let text = String::from_utf8(text).expect("still ASCII");
            let count = commas(&text) + 1;
            prop_assert_eq!(read(&text, count), naive(&text, count));
        }

        #[test]
        fn marks_tell_what_bytes_are(bytes in prop::collection::vec(byte(), 64)) {
            let marks = marks(bytes.first_chunk().expect("64"));
            for (at, byte) in bytes.iter().enumerate() {
                let is = |mark: u64| mark >> at & 1 == 1;
                prop_assert_eq!(is(marks.others), !byte.is_ascii_digit());
                prop_assert_eq!(is(marks.commas), *byte == b',');
                prop_assert_eq!(is(marks.breaks), *byte == b'\n');
                prop_assert_eq!(is(marks.zeros), *byte == b'0');
            }
        }
    }

    #[test]
    fn every_length_of_number_is_read() {
        let all: Vec<u64> =
            (0..=19).flat_map(|n| [10u64.pow(n), 10u64.pow(n) - 1]).chain([u64::MAX]).collect();
        let one: String = all.iter().flat_map(|number| [number.to_string(), ",".to_owned()]).collect();
        let text = one.repeat(20);
        let expected = all.repeat(20);
        assert_eq!(read(&text, expected.len()), Ok(expected));
    }

    #[test]
    fn a_number_past_64_bits_is_refused() {
        let text = "1,".repeat(3000) + "18446744073709551616," + &"1,".repeat(3000);
        assert_eq!(read(&text, 6001), Err((6000, Expected::SmallerNumber)));
    }
}
