//! What clap says, in the form of every other message: what happened, then what to do; and what is
//! said of a misspelled command, which clap takes for a file.

use std::{
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
};

use clap::{CommandFactory as _, error::ErrorKind};
use strsim::osa_distance;

use super::CommandError;
use crate::{cli::Cli, text};

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

/// Whether somebody wrote a word that may have been meant for a command: it names no file, and has
/// nothing of a file's name.
pub(super) fn is_no_file(word: &Path) -> bool {
    word.to_str().is_some_and(|name| name.chars().all(|c| c.is_ascii_alphabetic())) && !word.exists()
}

/// That there is no such command, and which may have been meant.
pub(super) fn no_command(word: &Path) -> CommandError {
    let word = word.to_string_lossy().into_owned();
    let near = |name: &&str| osa_distance(name, &word) <= 1 + word.len() / 4;
    let commands = Cli::command();
    let meant = commands.get_subcommands().map(clap::Command::get_name).filter(near);
    let meant = meant.min_by_key(|name| osa_distance(name, &word)).map(str::to_owned);
    CommandError::NoCommand { word, meant }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_misspelled_command_is_told_the_one_that_was_meant() {
        let told = |word: &str| {
            let word = Path::new(word);
            assert!(is_no_file(word), "{word:?}");
            let error = no_command(word);
            format!("{error}; {}", error.hint())
        };
        assert_eq!(
            told("retainer"),
            "`retainer` is neither a command nor a file here; did you mean `leaktui retainers`?"
        );
        assert!(told("capure").ends_with("`leaktui capture`?"));
        assert!(told("sttas").ends_with("`leaktui stats`?"));
        assert!(told("zebra").ends_with("`leaktui --help` lists the commands"));
        assert!(!is_no_file(Path::new("dump.heapsnapshot")));
        assert!(!is_no_file(Path::new("-")));
        assert!(!is_no_file(Path::new("src")));
    }
}
