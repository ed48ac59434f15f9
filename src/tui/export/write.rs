//! A list in one of three formats.

use std::{
    io::{self, Write},
    path::Path,
};

use serde::Serialize;

use super::{
    Export,
    rows::Rows,
    value::{Field, Row, Value},
};
use crate::{
    format,
    job::Job,
    json::{Lazy, write_line},
    text,
};

/// How a list is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A table for people, as in a ticket.
    Markdown,
    /// A table for spreadsheets: plain numbers.
    Csv,
    /// A document for programs.
    Json,
}

impl Format {
    /// The format that the end of a file's name asks for.
    pub fn of(name: &str) -> Option<Self> {
        let ending = Path::new(name).extension()?.to_str()?;
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Writes the list; tells `job` of its rows.
///
/// # Errors
///
/// What `out` answers.
pub fn write(export: &Export, format: Format, job: &Job, out: &mut dyn Write) -> io::Result<()> {
    job.phase("writing", "rows", export.written());
    match format {
        Format::Markdown => markdown(export, job, out),
        Format::Csv => csv(export, job, out),
        Format::Json => json(export, job, out),
    }
}

/// The rows that are written, each told of. Whoever takes the bytes sees to it that a cancelled job ends.
fn rows<'a>(export: &Export, job: &'a Job) -> impl Iterator<Item = usize> + use<'a> {
    (0..export.written()).inspect(|_| {
        job.tick(1).ok();
    })
}

/// A title and a table; of a chain, its lines as they are.
fn markdown(export: &Export, job: &Job, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", Value::text(export.title.as_str()).markdown())?;
    let about = text::clean(&export.about);
    writeln!(out, "{}\n", Value::text(about.as_ref()).markdown())?;
    if let Rows::Lines { lines, .. } = &export.rows {
        // Nothing in a fence is a link, a tag or a list of its own.
        writeln!(out, "```text")?;
        lines.iter().try_for_each(|line| writeln!(out, "{}", text::clean(line)))?;
        writeln!(out, "```")?;
        return left_out(export, out);
    }
    let fields = export.rows.fields();
    let shown: Vec<usize> = (0..fields.len()).filter(|&at| fields[at].head.is_some()).collect();
    let heads: Vec<&str> = shown.iter().filter_map(|&at| fields[at].head).collect();
    writeln!(out, "| {} |", heads.join(" | "))?;
    let sample = (!export.rows.is_empty()).then(|| export.rows.values(0));
    let is_number = |at: usize| sample.as_ref().is_some_and(|values| values[at].is_number());
    let rules: Vec<&str> = shown.iter().map(|&at| if is_number(at) { "---:" } else { "---" }).collect();
    writeln!(out, "| {} |", rules.join(" | "))?;
    for row in rows(export, job) {
        let values = export.rows.values(row);
        let cells: Vec<String> = shown.iter().map(|&at| values[at].markdown()).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    left_out(export, out)
}

/// Says how many rows there are besides, if any.
fn left_out(export: &Export, out: &mut dyn Write) -> io::Result<()> {
    match export.rows.total() - export.written() {
        0 => Ok(()),
        rest => writeln!(out, "\n{} more rows are not written here.", format::count(rest as u64)),
    }
}

/// Names of fields, then rows; every line ends as RFC 4180 asks for.
fn csv(export: &Export, job: &Job, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<&str> = export.rows.fields().iter().map(|field| field.name).collect();
    write!(out, "{}\r\n", names.join(","))?;
    for row in rows(export, job) {
        let cells: Vec<String> = export.rows.values(row).iter().map(Value::csv).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(bound = "R: Serialize")]
struct Document<'a, R> {
    schema: &'static str,
    /// The command that prints such rows, or what the list is.
    table: &'static str,
    title: &'a str,
    files: Vec<File<'a>>,
    total: Total,
    rows: R,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Total {
    /// How many rows there are, those that are not written included.
    rows: usize,
}

struct Line<'a>(&'static [Field], Vec<Value<'a>>);

impl Serialize for Line<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Row { fields: self.0, values: &self.1 }.serialize(serializer)
    }
}

fn json(export: &Export, job: &Job, out: &mut dyn Write) -> io::Result<()> {
    let (list, fields) = (&export.rows, export.rows.fields());
    let document = Document {
        schema: "leaktui/export/1",
        table: list.name(),
        title: &export.title,
        files: export.files.iter().map(|name| File { name }).collect(),
        total: Total { rows: list.total() },
        rows: Lazy(|| rows(export, job).map(|row| Line(fields, list.values(row)))),
    };
    write_line(out, &document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_no_name() {
        assert_eq!(Format::of("dumps/a.b.MD"), Some(Format::Markdown));
        for name in [".md", "dumps/.csv", "~/.json", "md", "a.md.txt", "a."] {
            assert_eq!(Format::of(name), None, "{name}");
        }
    }
}
