//! Parses the command line, runs it, and answers the exit code: 0 done, 2 bad usage or input.

use std::{
    io::{self, BufWriter, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use leaktui::{
    cli::Cli,
    command::{self, CommandError, Output},
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return command::answer(&error),
    };
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{}", command::describe(&error));
            ExitCode::from(2)
        }
    }
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
