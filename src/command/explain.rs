//! `leaktui explain [NAME]`: what the rows are that V8, Node or a browser made.

use std::borrow::Cow;

use super::{CommandError, Output, json, rows::quoted};
use crate::{
    cli::ExplainArgs,
    explain::{self, Explanation, TABLE},
};

pub(super) fn run(args: &ExplainArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let shown = match &args.name {
        Some(name) => {
            let found = explain::of_name(name);
            vec![found.ok_or_else(|| CommandError::NoExplanation { wanted: quoted(name) })?]
        }
        None => TABLE.iter().collect(),
    };
    if args.json {
        let document = json::Document {
            schema: "leaktui/explain/1".to_owned(),
            files: Vec::new(),
            warnings: Cow::Borrowed(&[]),
            total: json::Total { rows: shown.len(), ..json::Total::default() },
            body: json::RowsOf { rows: json::Lazy(|| shown.iter().map(|row| record(row))) },
        };
        return Ok(json::write_line(to.out, &document)?);
    }
    for row in shown {
        // Like a chain, an explanation is there to be read whole: it is never cut.
        writeln!(to.out, "{}\n  {}\n  {}", row.name.trim_end(), row.what, row.advice)?;
    }
    Ok(())
}

fn record(row: &Explanation) -> json::Explained {
    json::Explained { name: row.name, what: row.what, advice: row.advice }
}
