//! Figures and texts of exported rows, and how each format writes them.

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::{analysis::Distance, format, text};

/// A field of a row: what programs call it and, if people are shown it, the head of its column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name as the JSON contract of the commands has it; `before.count` is `count` in `before`.
    pub name: &'static str,
    /// Its column in Markdown.
    pub head: Option<&'static str>,
}

/// What stands in a field.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'a> {
    /// Nothing is known, or there is nothing.
    Null,
    /// The file's text, or ours.
    Text(Cow<'a, str>),
    /// An object's number.
    Id(u64),
    /// So many.
    Count(u64),
    /// So many bytes.
    Bytes(u64),
    /// By how many more, or fewer.
    Change(i64),
    /// By how many bytes more, or fewer.
    BytesChange(i64),
    /// Steps from a root.
    Distance(Distance),
    /// A share or a fit.
    Fraction(f64),
    /// Yes or no.
    Flag(bool),
    /// Counts, one a snapshot.
    Counts(Cow<'a, [Option<u64>]>),
}

impl<'a> Value<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A value, or nothing.
    pub fn maybe<T>(value: Option<T>, make: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, make)
    }

    /// As people read it, in a cell of a Markdown table. Foreign text neither forms links or tags
    /// there nor leaves its cell; ids stand in code, lest a tracker takes them for people.
    pub fn markdown(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => escaped(&text::clean(text)),
            Self::Id(id) => format!("`@{id}`"),
            Self::Count(count) => format::count(*count),
            Self::Bytes(bytes) => format::bytes(*bytes),
            Self::Change(change) => format::signed_count(*change),
            Self::BytesChange(change) => format::signed_bytes(*change),
            Self::Distance(distance) => distance.to_string(),
            Self::Fraction(fraction) => format!("{fraction:.2}"),
            Self::Flag(yes) => if *yes { "yes" } else { "" }.to_owned(),
            Self::Counts(counts) => {
                counts.iter().map(|count| counted(*count)).collect::<Vec<_>>().join(" → ")
            }
        }
    }

    /// As spreadsheets read it. A text that begins like a formula gets an apostrophe before it: it
    /// comes from a program that may be hostile, and a spreadsheet would compute it. Who needs the
    /// exact text reads JSON.
    pub fn csv(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => quoted(&harmless(&text::clean(text))),
            Self::Id(number) | Self::Count(number) | Self::Bytes(number) => number.to_string(),
            Self::Change(change) | Self::BytesChange(change) => change.to_string(),
            Self::Distance(distance) => distance.raw().map_or_else(String::new, |steps| steps.to_string()),
            Self::Fraction(fraction) => fraction.to_string(),
            Self::Flag(yes) => yes.to_string(),
            Self::Counts(counts) => {
                let counts =
                    counts.iter().map(|count| count.map_or_else(String::new, |count| count.to_string()));
                counts.collect::<Vec<_>>().join(";")
            }
        }
    }

    /// Whether people read it from the right.
    pub fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::Flag(_) | Self::Counts(_))
    }
}

fn counted(count: Option<u64>) -> String {
    count.map_or_else(|| "?".to_owned(), format::count)
}

/// Escapes what Markdown would read as markup, and what trackers turn into links: `http://…`, `www.…`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_link = match c {
            ':' => text[at..].starts_with("://"),
            '.' => text.as_bytes()[..at].last_chunk::<3>().is_some_and(|w| w.eq_ignore_ascii_case(b"www")),
            _ => false,
        };
        if is_link || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@']) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// In quotes where the format asks for them (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) || text != text.trim() {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Id(number) | Self::Count(number) | Self::Bytes(number) => serializer.serialize_u64(*number),
            Self::Change(change) | Self::BytesChange(change) => serializer.serialize_i64(*change),
            Self::Distance(distance) => distance.raw().serialize(serializer),
            Self::Fraction(fraction) => serializer.serialize_f64(*fraction),
            Self::Flag(yes) => serializer.serialize_bool(*yes),
            Self::Counts(counts) => serializer.collect_seq(counts.iter()),
        }
    }
}

/// A row as an object of JSON: fields of one prefix, which stand side by side, in one object.
pub(super) struct Row<'a> {
    /// Its fields.
    pub(super) fields: &'a [Field],
    /// What stands in them.
    pub(super) values: &'a [Value<'a>],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut at = 0;
        while let Some(field) = self.fields.get(at) {
            match field.name.split_once('.') {
                None => {
                    map.serialize_entry(field.name, &self.values[at])?;
                    at += 1;
                }
                Some((prefix, _)) => {
                    let inner = Inner { row: self, prefix, from: at };
                    map.serialize_entry(prefix, &inner)?;
                    at += inner.fields().count();
                }
            }
        }
        map.end()
    }
}

/// The fields of one prefix.
struct Inner<'a> {
    row: &'a Row<'a>,
    prefix: &'a str,
    from: usize,
}

impl Inner<'_> {
    fn fields(&self) -> impl Iterator<Item = (&str, &Value<'_>)> {
        let rest = self.row.fields[self.from..].iter().zip(&self.row.values[self.from..]);
        rest.map_while(|(field, value)| {
            let (prefix, name) = field.name.split_once('.')?;
            (prefix == self.prefix).then_some((name, value))
        })
    }
}

impl Serialize for Inner<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_no_formula_and_stays_in_its_cell() {
        let csv = |text: &str| Value::text(text.to_owned()).csv();
        assert_eq!(csv("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv("@SUM(1)"), "'@SUM(1)");
        assert_eq!(csv("a,b"), "\"a,b\"");
        assert_eq!(csv("two\nlines"), "two\\nlines", "no control character is written");
        assert_eq!(Value::Change(-3).csv(), "-3", "a number is one");
        let markdown = |text: &str| Value::text(text.to_owned()).markdown();
        assert_eq!(markdown("a|b <img> [x](y)"), "a\\|b \\<img\\> \\[x\\](y)");
        assert_eq!(
            markdown("see http://evil/ or WWW.evil.org: x"),
            "see http\\://evil/ or WWW\\.evil.org: x"
        );
        assert_eq!(markdown("&lt;b&gt;"), "\\&lt;b\\&gt;");
        assert_eq!(Value::Id(12).markdown(), "`@12`");
    }

    #[test]
    fn fields_of_one_prefix_are_one_object() {
        let field = |name| Field { name, head: None };
        let fields = [field("class"), field("before.count"), field("before.shallow"), field("after.count")];
        let values = [Value::text("A"), Value::Count(1), Value::Bytes(2), Value::Null];
        let row = Row { fields: &fields, values: &values };
        let json = serde_json::to_string(&row).expect("JSON");
        assert_eq!(json, r#"{"class":"A","before":{"count":1,"shallow":2},"after":{"count":null}}"#);
    }
}
