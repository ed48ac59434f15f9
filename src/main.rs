//! Parses the command line, runs it, and answers the exit code: 0 done, 2 bad usage or input.

use std::{
    io::{self, BufWriter, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use leaktui::{
    cli::{Cli, Command},
    command::{self, CommandError, Output},
    error::LoadError,
    snapshot::Input,
    tui,
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return command::answer(&error),
    };
    match explored(&cli) {
        Ok(Some(input)) => return explore(&cli, input),
        Ok(None) => {}
        Err(error) => return fail(&error),
    }
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &CommandError) -> ExitCode {
    eprint!("{}", command::describe(error));
    ExitCode::from(2)
}

/// What is explored on the screen, where there is one.
fn explored(cli: &Cli) -> Result<Option<Input>, CommandError> {
    if !io::stdout().is_terminal() {
        return Ok(None);
    }
    Ok(match &cli.command {
        None => Some(command::input(command::only_file(&cli.files)?)),
        Some(Command::Demo(_)) => Some(command::demo()),
        Some(_) => None,
    })
}

fn explore(cli: &Cli, input: Input) -> ExitCode {
    let options = tui::Options { ascii: cli.look.ascii, color: has_color(cli) };
    let Err(error) = tui::run(vec![input], options) else { return ExitCode::SUCCESS };
    match error.downcast::<LoadError>() {
        Ok(error) => fail(&error.into()),
        Err(error) => {
            eprintln!("leaktui: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Colour, unless asked otherwise: <https://no-color.org>.
fn has_color(cli: &Cli) -> bool {
    let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !(cli.look.no_color || is_plain)
}

fn run(cli: &Cli) -> Result<(), CommandError> {
    let stdout = io::stdout();
    let width = stdout.is_terminal().then(terminal_width);
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    command::run(cli, &mut Output { out: &mut out, width, ascii: cli.look.ascii })?;
    Ok(out.flush()?)
}

fn terminal_width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns))
}
