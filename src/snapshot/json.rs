//! Where does a JSON value end, and is it one?
//!
//! One pass with an explicit stack of one byte a level, so nesting costs memory only up to the
//! limit the caller sets and never the program's own stack. Strings may hold raw control
//! characters and bytes that are no UTF-8; numbers are checked by their letters only.

use memchr::memchr2;

use crate::error::Expected;

/// The first byte that does not fit; at the end of the bytes where they are cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) expected: Expected,
}

/// The first offset from `at` that holds no blank.
pub(super) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Where the string ends whose first byte past the quote is at `at`: the closing quote.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// The offset just past the value that begins at `at`, nested at most `deepest` levels.
pub(super) fn skip_value(bytes: &[u8], at: usize, deepest: usize) -> Result<usize, Fault> {
    let mut walk = Walk { bytes, at, open: Vec::new(), deepest };
    loop {
        walk.enter()?;
        if !walk.leave()? {
            return Ok(walk.at);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Array,
    Object,
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Level>,
    deepest: usize,
}

impl Walk<'_> {
    fn fault<T>(&self, expected: Expected) -> Result<T, Fault> {
        Err(Fault { at: self.at.min(self.bytes.len()), expected })
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        self.at = skip_blanks(self.bytes, self.at);
        self.bytes.get(self.at).copied()
    }

    /// Passes one scalar or empty container, and the opening of those around it.
    fn enter(&mut self) -> Result<(), Fault> {
        loop {
            let (level, close) = match self.peek() {
                Some(b'[') => (Level::Array, b']'),
                Some(b'{') => (Level::Object, b'}'),
                Some(b'"') => return self.string(),
                Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => return self.word(),
                _ => return self.fault(Expected::Value),
            };
            if self.open.len() == self.deepest {
                return self.fault(Expected::LessNesting);
            }
            self.at += 1;
            if self.peek() == Some(close) {
                self.at += 1;
                return Ok(());
            }
            self.open.push(level);
            if level == Level::Object {
                self.name()?;
            }
        }
    }

    /// Passes what follows a value; `false` once the outermost value is closed.
    fn leave(&mut self) -> Result<bool, Fault> {
        while let Some(level) = self.open.last().copied() {
            let next = self.peek();
            match (level, next) {
                (Level::Array, Some(b']')) | (Level::Object, Some(b'}')) => {
                    self.open.pop();
                    self.at += 1;
                }
                (_, Some(b',')) => {
                    self.at += 1;
                    if level == Level::Object {
                        self.name()?;
                    }
                    return Ok(true);
                }
                (Level::Array, _) => return self.fault(Expected::CommaOrBracket),
                (Level::Object, _) => return self.fault(Expected::CommaOrBrace),
            }
        }
        Ok(false)
    }

    fn name(&mut self) -> Result<(), Fault> {
        if self.peek() != Some(b'"') {
            return self.fault(Expected::Name);
        }
        self.string()?;
        if self.peek() != Some(b':') {
            return self.fault(Expected::Colon);
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Result<(), Fault> {
        let Some(end) = string_end(self.bytes, self.at + 1) else {
            self.at = self.bytes.len();
            return self.fault(Expected::Text);
        };
        self.at = end + 1;
        Ok(())
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Result<(), Fault> {
        let rest = &self.bytes[self.at..];
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        let len = rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
        let numeric = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
        match &rest[..len] {
            b"true" | b"false" | b"null" => {}
            word if word.iter().all(numeric) => {}
            _ if len == rest.len() => self.at = self.bytes.len(),
            _ => return self.fault(Expected::Value),
        }
        self.at = (self.at + len).min(self.bytes.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(text: &str) -> Result<usize, (usize, Expected)> {
        skip_value(text.as_bytes(), 0, 4).map_err(|fault| (fault.at, fault.expected))
    }

    #[test]
    fn a_value_ends_where_it_is_closed() {
        for text in ["[]", "{}", "1", "-1.5e-3", "null", r#""a\"]""#, r#"[1,[2,{"a":[3]}],"]"]"#, "[ 1 , 2 ]"]
        {
            assert_eq!(skip(&format!("{text},9")), Ok(text.len()), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_by_its_place() {
        assert_eq!(skip("[1,]"), Err((3, Expected::Value)));
        assert_eq!(skip("[1 2]"), Err((3, Expected::CommaOrBracket)));
        assert_eq!(skip("[1}"), Err((2, Expected::CommaOrBracket)));
        assert_eq!(skip(r#"{"a" 1}"#), Err((5, Expected::Colon)));
        assert_eq!(skip("{a:1}"), Err((1, Expected::Name)));
        assert_eq!(skip(r#"{"a":1]"#), Err((6, Expected::CommaOrBrace)));
        assert_eq!(skip("[nul]"), Err((1, Expected::Value)));
    }

    #[test]
    fn a_cut_value_faults_at_the_end() {
        for text in ["", "[", "[1", "[1,", "{\"a", "{\"a\"", "{\"a\":", "\"a\\", "\"a\\\""] {
            assert_eq!(skip(text).map_err(|fault| fault.0), Err(text.len()), "{text}");
        }
    }

    #[test]
    fn nesting_stops_at_the_limit_without_recursion() {
        assert_eq!(skip("[[[[1]]]]"), Ok(9));
        assert_eq!(skip("[[[[[1]]]]]"), Err((4, Expected::LessNesting)));
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(skip_value(deep.as_bytes(), 0, 1 << 20), Ok(deep.len()));
    }
}
