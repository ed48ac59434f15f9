//! The screen of a profile on a terminal.

use anyhow::Context as _;

use super::{Lens, Never, Profiles, State};
use crate::tui::{
    Options,
    apart::run::{Backstage, Stage},
    terminal,
};

/// Shows profiles until the user leaves.
///
/// # Errors
///
/// Where there is no terminal, or it went away.
pub fn run(profiles: Profiles, lens: Lens, options: Options) -> anyhow::Result<()> {
    let (width, height) = crossterm::terminal::size().context("cannot ask the terminal for its size")?;
    let mut state = State::new(width, height, options.theme(), profiles, lens);
    let (mut stage, _) = Stage::take()?;
    let ending = stage.show(&mut state, &mut Nobody);
    drop(stage);
    if let Some(signal) = ending? {
        terminal::end_by(signal);
    }
    Ok(())
}

/// Works behind this scene.
struct Nobody;

impl Backstage<State> for Nobody {
    fn ask(&mut self, ask: Never) {
        match ask {}
    }
}
