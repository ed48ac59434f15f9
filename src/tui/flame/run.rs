//! The screen of a profile on a terminal.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Sender,
    thread,
};

use anyhow::Context as _;

use super::{
    Lens, Profiles, State,
    look::{Ask, News},
};
use crate::{
    job::{Cancelled, Job},
    tui::{
        Options,
        apart::run::{Backstage, Message, Stage},
        terminal,
        worker::panic_text,
    },
};

/// Shows profiles until the user leaves.
///
/// # Errors
///
/// Where there is no terminal, or it went away.
pub fn run(profiles: Profiles, lens: Lens, options: Options) -> anyhow::Result<()> {
    let (width, height) = crossterm::terminal::size().context("cannot ask the terminal for its size")?;
    let (mut state, first) = State::new(width, height, options.theme(), profiles, lens);
    let (mut stage, tell) = Stage::take()?;
    let mut crew = Crew { tell, job: Job::default() };
    crew.ask(first);
    let ending = stage.show(&mut state, &mut crew);
    drop(stage);
    if let Some(signal) = ending? {
        terminal::end_by(signal);
    }
    Ok(())
}

/// Works behind this scene: one look at a time, the newest.
struct Crew {
    tell: Sender<Message<News>>,
    job: Job,
}

impl Backstage<State> for Crew {
    fn ask(&mut self, ask: Ask) {
        self.job.cancel();
        let Ask::Look(look) = ask else { return };
        self.job = Job::default();
        let (tell, job) = (self.tell.clone(), self.job.clone());
        thread::spawn(move || {
            let news = match catch_unwind(AssertUnwindSafe(|| look.run(&job))) {
                Ok(Err(Cancelled)) => return,
                Ok(Ok(news)) => news,
                Err(panic) => {
                    let what = panic_text(panic.as_ref());
                    News::Failed(format!("a bug in leaktui, please report it: {what}"))
                }
            };
            // Nobody listens any more: we are leaving.
            tell.send(Message::News(news)).ok();
        });
    }

    fn look(&mut self) -> Option<News> {
        self.job.progress().map(News::Progress)
    }
}
