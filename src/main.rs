//! Parses the command line, runs it, and answers the exit code: 0 done, 2 bad usage or input.

use std::{
    env,
    io::{self, BufWriter, IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::Parser as _;
use leaktui::{
    cli::{Cli, Look, WatchArgs},
    command::{self, CommandError, OnScreen, Output, ProfilesToShow},
    job::Job,
    live::Watch,
    tui::{
        self,
        flame::{Lens, Meant, Step},
        watch::run::Plan,
    },
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return command::answer(&error),
    };
    match run(&cli) {
        Err(error) if !command::is_broken_pipe(&error) => {
            // Where stderr takes nothing, the exit code still tells.
            let _ = write!(io::stderr(), "{}", command::describe(&error));
            ExitCode::from(2)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn run(cli: &Cli) -> anyhow::Result<()> {
    let shown = if io::stdout().is_terminal() { command::on_screen(cli)? } else { None };
    match shown {
        None => Ok(print(cli)?),
        Some(OnScreen::Explore(inputs)) => tui::run(inputs, look(cli.look)),
        Some(OnScreen::Profile(profiles)) => show_profiles(profiles, look(cli.look)),
        Some(OnScreen::Watch(watch, args)) => show_watch(*watch, &args, look(cli.look)),
    }
}

fn show_profiles(profiles: ProfilesToShow, look: tui::Options) -> anyhow::Result<()> {
    let step = |only: bool| move |text: &String| Step { only, what: Meant::Text(text.clone()) };
    let steps = profiles.focus.iter().map(step(true)).chain(profiles.exclude.iter().map(step(false)));
    let lens = Lens { by: profiles.by, steps: steps.collect() };
    let names = profiles.names();
    let read = move |at, job: &Job| Ok(profiles.read(at, job)?);
    tui::flame::run::run(names, Box::new(read), lens, look)
}

/// The verdict stays on the terminal when the screen is gone.
fn show_watch(watch: Watch, args: &WatchArgs, look: tui::Options) -> anyhow::Result<()> {
    let plan = Plan { every: args.every, samples: args.samples, collect: args.gc };
    let left = tui::watch::run::run(watch, plan, look)?;
    command::warn_of_rest(left.rest);
    let taken = left.taken.iter().map(|path| format!("leaktui {}", path.display()));
    let lines: Vec<String> = left.said.iter().cloned().chain(taken).map(|line| line + "\n").collect();
    let written = io::stdout().write_all(lines.concat().as_bytes());
    // A terminal that has hung up takes nothing; the signal is obeyed all the same.
    left.obey_signal();
    Ok(written?)
}

fn print(cli: &Cli) -> Result<(), CommandError> {
    let stdout = io::stdout();
    let width = stdout.is_terminal().then(terminal_width);
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    command::run(cli, &mut Output { out: &mut out, width, ascii: cli.look.ascii })?;
    Ok(out.flush()?)
}

fn terminal_width() -> usize {
    crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns))
}

/// Colour, unless asked otherwise: <https://no-color.org>.
fn look(look: Look) -> tui::Options {
    let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    tui::Options { ascii: look.ascii, color: !look.no_color && !is_plain }
}
