//! What clap says, in the form of every other message: what happened, then what to do.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::error::ErrorKind;

use crate::text;

/// Prints help or version, or what is wrong with the command line, and answers the exit code.
pub fn answer(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe is success here too.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    // Where stderr takes nothing, the exit code still tells.
    let _ = write!(io::stderr(), "{}", in_two_lines(&error.render().to_string()));
    ExitCode::from(2)
}

/// clap writes paragraphs: the error, a tip perhaps, the usage, where help is.
fn in_two_lines(rendered: &str) -> String {
    let mut paragraphs = rendered.split("\n\n").map(joined);
    let what = paragraphs.next().unwrap_or_default();
    let what = what.strip_prefix("error: ").unwrap_or(&what).to_owned();
    let rest: Vec<String> = paragraphs.collect();
    let tip = rest.iter().find_map(|text| text.strip_prefix("tip: "));
    let usage = rest.iter().find_map(|text| text.strip_prefix("Usage: "));
    let todo = match (tip, usage) {
        (Some(tip), _) => tip.to_owned(),
        (None, Some(usage)) => format!("usage: {usage}"),
        (None, None) => "`leaktui --help` lists what there is".to_owned(),
    };
    format!("leaktui: {}\n  {}\n", text::clean(&what), text::clean(&todo))
}

/// The lines of a paragraph as one.
fn joined(paragraph: &str) -> String {
    let lines: Vec<_> = paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn told(args: &[&str]) -> String {
        let error = Cli::command().try_get_matches_from(args).expect_err("bad usage");
        in_two_lines(&error.render().to_string())
    }

    #[test]
    fn bad_usage_is_two_lines() {
        assert_eq!(
            told(&["leaktui", "classes"]),
            "leaktui: the following required arguments were not provided: <FILE>\n  \
             usage: leaktui classes <FILE>\n"
        );
        assert_eq!(
            told(&["leaktui", "classes", "x", "--jsn"]),
            "leaktui: unexpected argument '--jsn' found\n  a similar argument exists: '--json'\n"
        );
        assert_eq!(
            told(&["leaktui", "classes", "x", "--sort", "size"]),
            "leaktui: invalid value 'size' for '--sort <COLUMN[:asc|desc]>': columns are class, count, \
             shallow, retained, distance\n  `leaktui --help` lists what there is\n"
        );
    }
}
