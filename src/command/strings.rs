//! `leaktui strings FILE [PATTERN]`: strings searched, counted twice, grouped, measured.

use std::{borrow::Cow, cmp::Reverse};

use super::{CommandError, Opened, Output, json, output::Column, rows};
use crate::{
    analysis::strings::{
        self,
        cut::LIMIT,
        duplicates::{self, Extent},
        longest, patterns,
        search::{self, Query},
    },
    cli::{StringsArgs, StringsMode},
    format,
    heap::NodeIx,
    job::Job,
};

const COLUMNS: [Column; 5] = [("Count", 8), ("Length", 8), ("Shallow", 8), ("Retained", 8), ("Wasted", 8)];

/// How many of the longest strings are listed unless told.
const LONGEST: usize = 100;

/// A text, or a pattern of texts.
struct Row {
    text: Option<String>,
    /// The strings, never none.
    nodes: Vec<NodeIx>,
    /// Bytes of needless copies.
    wasted: u64,
}

pub(super) fn run(args: &StringsArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let query = args.pattern.as_ref().map(|text| read(args, text)).transpose()?;
    let opened = Opened::file(&args.file)?;
    let found = match (args.mode(), &query) {
        (StringsMode::Patterns, query) => patterns(&opened, query.as_ref())?,
        (StringsMode::Longest, query) => longest(&opened, args, query.as_ref())?,
        (StringsMode::Search, Some(query)) => searched(&opened, query)?,
        (StringsMode::Duplicates | StringsMode::Search, query) => duplicates(&opened, query.as_ref())?,
    };
    let total = json::Total {
        rows: found.len(),
        count: found.iter().map(|row| row.nodes.len()).sum(),
        shallow: found.iter().map(|row| shallow(&opened, row)).sum(),
    };
    let shown = &found[..found.len().min(rows::most(args.limit, args.json, to))];
    if args.json {
        let body = json::RowsOf { rows: json::Lazy(|| shown.iter().map(|row| record(&opened, row))) };
        return Ok(json::write_line(to.out, &opened.document("strings", total, body))?);
    }
    let (one, many) = args.mode().nouns();
    let sums = [
        format::counted(total.rows as u64, one, many),
        format::counted(total.count as u64, "string", "strings"),
        format::bytes(total.shallow),
    ];
    rows::title(&opened, to, &to.joined(sums))?;
    to.head(&COLUMNS, args.mode().head())?;
    for row in shown {
        print(&opened, row, to)?;
    }
    Ok(to.more(found.len(), shown.len())?)
}

fn read(args: &StringsArgs, text: &str) -> Result<Query, CommandError> {
    let ignore_case = !args.case;
    let read = if args.regex { Query::regex(text, ignore_case) } else { Query::text(text, ignore_case) };
    read.map_err(|why| CommandError::Regex { text: text.to_owned(), why })
}

/// Whether the text of a string is asked for.
fn wants(opened: &Opened, query: Option<&Query>, node: NodeIx) -> bool {
    query.is_none_or(|query| query.find(&strings::text(&opened.known, node)).is_some())
}

fn duplicates(opened: &Opened, query: Option<&Query>) -> Result<Vec<Row>, CommandError> {
    let groups = duplicates::find(&opened.known, &Job::default())?;
    let wanted = groups.into_iter().filter(|group| wants(opened, query, group.nodes[0]));
    Ok(wanted.map(|group| Row { text: None, nodes: group.nodes, wasted: group.wasted }).collect())
}

fn patterns(opened: &Opened, query: Option<&Query>) -> Result<Vec<Row>, CommandError> {
    let groups = patterns::find(&opened.known, &Job::default())?;
    let wanted =
        groups.into_iter().filter(|group| query.is_none_or(|query| query.find(&group.text).is_some()));
    Ok(wanted.map(|group| Row { text: Some(group.text), nodes: group.nodes, wasted: 0 }).collect())
}

fn longest(opened: &Opened, args: &StringsArgs, query: Option<&Query>) -> Result<Vec<Row>, CommandError> {
    let most = if query.is_some() { usize::MAX } else { args.limit.unwrap_or(LONGEST) };
    let found = longest::find(&opened.known, most, &Job::default())?;
    let wanted = found.into_iter().filter(|(node, _)| wants(opened, query, *node));
    Ok(wanted.map(|(node, _)| alone(node)).take(args.limit.unwrap_or(LONGEST)).collect())
}

/// What fits, most retained first.
fn searched(opened: &Opened, query: &Query) -> Result<Vec<Row>, CommandError> {
    let mut nodes = Vec::new();
    search::search(&opened.known, query, &Job::default(), |hits| {
        nodes.extend(hits.into_iter().map(|hit| hit.node));
    })?;
    nodes.sort_by_key(|&node| Reverse(opened.known.retained(node)));
    Ok(nodes.into_iter().map(alone).collect())
}

fn alone(node: NodeIx) -> Row {
    Row { text: None, nodes: vec![node], wasted: 0 }
}

fn shallow(opened: &Opened, row: &Row) -> u64 {
    row.nodes.iter().map(|&node| opened.known.shallow(node)).sum()
}

fn record<'a>(opened: &'a Opened, row: &'a Row) -> json::Text<'a> {
    let known = &opened.known;
    let first = row.nodes[0];
    let length = known.names.length(&known.heap, first);
    json::Text {
        text: match &row.text {
            Some(pattern) => Cow::Borrowed(pattern),
            None => strings::text(known, first),
        },
        count: row.nodes.len(),
        shallow: shallow(opened, row),
        retained: row.nodes.iter().map(|&node| opened.retained(node)).sum(),
        wasted: row.wasted,
        truncated: row.text.is_none() && duplicates::extent(known, first) != Extent::Whole,
        length: length.units,
        id: known.heap.id(first).0,
    }
}

fn print(opened: &Opened, row: &Row, to: &mut Output<'_>) -> Result<(), CommandError> {
    let told = record(opened, row);
    let cells = [
        format::count(told.count as u64),
        format::count(told.length),
        format::bytes(told.shallow),
        format::bytes(told.retained),
        format::bytes(told.wasted),
    ];
    let id = format!("@{}", told.id);
    let cut = match (told.truncated, told.count) {
        (false, _) => String::new(),
        (true, 1) => format!(" (the file has the first {LIMIT} characters)"),
        (true, _) => format!(" (equal in the first {LIMIT} characters, which is all the file has)"),
    };
    let text = if row.text.is_some() { told.text.into_owned() } else { format!("\"{}\"", told.text) };
    Ok(to.row(&COLUMNS, &cells, &format!("{id} {text}{cut}"))?)
}

impl StringsMode {
    fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Patterns => ("pattern", "patterns"),
            _ => ("text", "texts"),
        }
    }

    fn head(self) -> &'static str {
        if self == Self::Patterns { "Pattern" } else { "Text" }
    }
}
