//! JSON for programs that people also look at: rows as they are made, and nothing that drives a terminal.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use crate::text;

/// Rows that are made while they are written.
pub struct Lazy<F>(pub F);

impl<F, I> Serialize for Lazy<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes one value and a line end.
///
/// # Errors
///
/// What `out` answers.
pub fn write_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, Shown))?;
    out.write_all(b"\n")
}

/// Compact JSON in which nothing drives a terminal.
struct Shown;

impl Formatter for Shown {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return out.write_all(fragment.as_bytes());
        }
        fragment.chars().try_for_each(|c| write_char(out, c))
    }
}

fn write_char<W: ?Sized + Write>(out: &mut W, c: char) -> io::Result<()> {
    let mut utf8 = [0; 4];
    let shown: &str = c.encode_utf8(&mut utf8);
    if c.is_ascii_graphic() || c == ' ' || text::clean(shown) == shown {
        return out.write_all(shown.as_bytes());
    }
    let mut utf16 = [0; 2];
    c.encode_utf16(&mut utf16).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        write_line(&mut out, value).expect("a Vec takes everything");
        String::from_utf8(out).expect("JSON is UTF-8")
    }

    #[test]
    fn what_would_drive_a_terminal_is_escaped_and_comes_back() {
        let hostile = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}漢\"\\\u{e0041}";
        let written = json(&hostile);
        assert_eq!(written, "\"a\\u001b[31m\\u007f\\u009b\\u202e漢\\\"\\\\\\udb40\\udc41\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).expect("valid JSON"), hostile);
    }

    #[test]
    fn rows_are_written_as_they_are_made() {
        assert_eq!(json(&Lazy(|| (0..3).map(Some))), "[0,1,2]\n");
    }
}
