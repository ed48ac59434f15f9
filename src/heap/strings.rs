//! The string table: offsets into the bytes of the file, text on demand.
//!
//! V8 escapes what it writes as JSON, so a string's bytes are its text only if no backslash
//! occurs. Comparing and hashing work on the raw bytes where both sides come from the same
//! producer; [`Strings::text`] decodes. 4 bytes a string, whatever the file's size.

use std::{borrow::Cow, fmt, sync::Arc};

use memchr::memchr2;

use super::StrIx;

/// Bytes that somebody keeps alive: a mapped file, or a buffer in a test.
pub type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The strings of one file.
#[derive(Clone)]
pub struct Strings {
    bytes: Bytes,
    /// Where the strings section starts; offsets count from here.
    base: usize,
    /// Low 32 bits of the offset of each string's first byte, past its quote.
    low: Vec<u32>,
    /// The first string of each further 4 GiB, in order.
    wraps: Vec<u32>,
}

impl Strings {
    /// A table over `bytes`, where string `i` starts at `base + offsets[i]` (past its quote).
    ///
    /// Offsets ascend and each string ends with an unescaped quote: the indexer of
    /// [`crate::snapshot`] sees to both.
    pub fn new(bytes: Bytes, base: usize, low: Vec<u32>, wraps: Vec<u32>) -> Self {
        Self { bytes, base, low, wraps }
    }

    /// A table of these texts, for tests and writers.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut bytes = Vec::new();
        let mut low = Vec::new();
        for text in texts {
            bytes.push(b'"');
            low.push(bytes.len() as u32);
            push_escaped(&mut bytes, text);
            bytes.push(b'"');
        }
        Self::new(Arc::new(bytes), 0, low, Vec::new())
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    fn start(&self, string: StrIx) -> usize {
        let wraps = self.wraps.partition_point(|&first| first <= string.0);
        self.base + (wraps << 32) + self.low[string.ix()] as usize
    }

    /// The string as the file has it: escapes unread, quotes left off. Cost: its length.
    pub fn raw(&self, string: StrIx) -> &[u8] {
        let bytes = &(*self.bytes).as_ref()[self.start(string)..];
        let mut end = 0;
        while let Some(found) = memchr2(b'"', b'\\', &bytes[end..]) {
            end += found;
            if bytes[end] == b'"' {
                return &bytes[..end];
            }
            end = (end + 2).min(bytes.len());
        }
        bytes
    }

    /// The string's text. Lone surrogates and bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self, string: StrIx) -> Cow<'_, str> {
        decode_json_text(self.raw(string))
    }

    /// Whether the string is exactly this text of plain ASCII without quotes or backslashes.
    pub fn is(&self, string: StrIx, ascii: &str) -> bool {
        let start = self.start(string);
        let bytes = (*self.bytes).as_ref();
        let end = start + ascii.len();
        bytes.get(start..end) == Some(ascii.as_bytes()) && bytes.get(end) == Some(&b'"')
    }

    /// The first byte of the raw string, if it is not empty.
    pub fn first_byte(&self, string: StrIx) -> Option<u8> {
        (*self.bytes).as_ref().get(self.start(string)).copied().filter(|&byte| byte != b'"')
    }
}

impl fmt::Debug for Strings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Strings").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// The text of the inside of a JSON string. Borrows where nothing is escaped; otherwise one
/// allocation. Bad escapes are kept as they stand, lone surrogates become U+FFFD.
pub fn decode_json_text(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.push_str(&String::from_utf8_lossy(&rest[..at]));
        rest = decode_escape(&rest[at..], &mut out);
    }
    out.push_str(&String::from_utf8_lossy(rest));
    Cow::Owned(out)
}

/// Decodes the escape that `rest` starts with and returns what follows it.
fn decode_escape<'a>(rest: &'a [u8], out: &mut String) -> &'a [u8] {
    let plain = match rest.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(&c @ (b'"' | b'\\' | b'/')) => char::from(c),
        Some(b'u') => return decode_unicode(rest, out),
        _ => {
            out.push('\\');
            return &rest[1..];
        }
    };
    out.push(plain);
    &rest[2..]
}

fn decode_unicode<'a>(rest: &'a [u8], out: &mut String) -> &'a [u8] {
    let Some(unit) = hex_unit(rest) else {
        out.push('\\');
        return &rest[1..];
    };
    if let Some(plain) = char::from_u32(unit) {
        out.push(plain);
        return &rest[6..];
    }
    match hex_unit(&rest[6..]) {
        Some(low @ 0xDC00..=0xDFFF) if unit < 0xDC00 => {
            let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            &rest[12..]
        }
        _ => {
            out.push(char::REPLACEMENT_CHARACTER);
            &rest[6..]
        }
    }
}

/// The UTF-16 unit of `\uXXXX`, if that is what the bytes start with.
fn hex_unit(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
}

fn push_escaped(bytes: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => bytes.extend([b'\\', byte]),
            0..0x20 => bytes.extend(format!("\\u{byte:04x}").bytes()),
            _ => bytes.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_json_escape_is_read() {
        assert_eq!(decode_json_text(br#"a\n\t\r\b\f\"\\\/z"#), "a\n\t\r\u{8}\u{c}\"\\/z");
        assert_eq!(decode_json_text(br"\u0041\u00e9\uF600"), "A\u{e9}\u{f600}");
    }

    #[test]
    fn a_surrogate_pair_is_one_character_and_a_lone_half_is_replaced() {
        assert_eq!(decode_json_text(br"\ud83d\ude00"), "😀");
        assert_eq!(decode_json_text(br"\ud83dx\ude00"), "\u{fffd}x\u{fffd}");
        assert_eq!(decode_json_text(br"\ud83d\ud83d\ude00"), "\u{fffd}😀");
        assert_eq!(decode_json_text(br"\ud83d"), "\u{fffd}");
    }

    #[test]
    fn a_bad_escape_stays_as_it_stands() {
        assert_eq!(decode_json_text(br"\x41 \u12g4 \u1"), r"\x41 \u12g4 \u1");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(decode_json_text(b"a\xffb"), "a\u{fffd}b");
        assert_eq!(decode_json_text(b"\\n\xff"), "\n\u{fffd}");
    }

    #[test]
    fn texts_come_back_and_compare() {
        let strings = Strings::from_texts(["", "Object", "a\"b\\c", "é\n"]);
        assert_eq!(strings.len(), 4);
        assert_eq!(strings.text(StrIx(2)), "a\"b\\c");
        assert_eq!(strings.text(StrIx(3)), "é\n");
        assert!(strings.is(StrIx(1), "Object") && strings.is(StrIx(0), ""));
        assert!(!strings.is(StrIx(1), "Objec") && !strings.is(StrIx(1), "Objects"));
    }

    #[test]
    fn offsets_past_4_gib_are_told_by_the_wraps() {
        let strings = Strings::new(Arc::new(Vec::new()), 10, vec![5, 1, 2, 0], vec![1, 3]);
        assert_eq!(strings.start(StrIx(0)), 15);
        assert_eq!(strings.start(StrIx(2)), 10 + (1 << 32) + 2);
        assert_eq!(strings.start(StrIx(3)), 10 + (2 << 32));
    }
}
