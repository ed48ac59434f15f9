//! The screen of a profile on a terminal.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::Sender,
};

use anyhow::{Context as _, anyhow};

use super::{
    Lens, Profiles, State,
    look::{Ask, News},
};
use crate::{
    job::Job,
    profile::Profile,
    tui::{
        Options,
        apart::run::{Backstage, Message, Stage},
        behind, terminal,
        worker::panic_text,
    },
};

/// Reads the profile of that number.
pub type Read = Box<dyn Fn(usize, &Job) -> anyhow::Result<Profile> + Send>;

/// Shows one profile, or two with the older first, until the user leaves. They are read once the screen is there.
///
/// # Errors
///
/// Where one cannot be read, or there is no terminal, or it went away.
pub fn run(names: Vec<String>, read: Read, lens: Lens, options: Options) -> anyhow::Result<()> {
    let (width, height) = crossterm::terminal::size().context("cannot ask the terminal for its size")?;
    let files = names.len();
    let mut state = State::new(width, height, options.theme(), names, lens);
    let (mut stage, tell) = Stage::take()?;
    let mut crew = Crew { tell, job: Job::default() };
    crew.read(files, read);
    let ending = stage.show(&mut state, &mut crew);
    crew.job.cancel();
    drop(stage);
    // A profile of a million calls is left to the system to free.
    std::mem::forget(state);
    if let Some(signal) = ending? {
        terminal::end_by(signal);
    }
    Ok(())
}

/// Works behind this scene: one thing at a time, the newest.
struct Crew {
    tell: Sender<Message<News>>,
    job: Job,
}

impl Crew {
    /// Reads so many profiles.
    fn read(&mut self, files: usize, read: Read) {
        let tell = self.tell.clone();
        let read_all = move |job: &Job| -> anyhow::Result<News> {
            let begin = |at| {
                // Nobody listens any more: we are leaving.
                tell.send(Message::News(News::Reading(at))).ok();
                read(at, job)
            };
            let profiles = (0..files).map(begin).collect::<Result<_, _>>()?;
            Profiles::of(profiles).map(News::Read).context("no profile to show")
        };
        self.work(
            move |job| match read_all(job) {
                Err(_) if job.is_cancelled() => None,
                read => Some(read.map_or_else(Message::Failed, Message::News)),
            },
            |bug| Message::Failed(anyhow!(bug)),
        );
    }

    /// Has something done beside the screen; it is told, if there is anything to tell, or which bug kept it from
    /// being done.
    fn work(
        &mut self,
        work: impl FnOnce(&Job) -> Option<Message<News>> + Send + 'static,
        failed: fn(String) -> Message<News>,
    ) {
        self.job = Job::default();
        let (tell, job) = (self.tell.clone(), self.job.clone());
        behind::spawn(move || {
            let done = catch_unwind(AssertUnwindSafe(|| work(&job))).unwrap_or_else(|panic| {
                let what = panic_text(panic.as_ref());
                Some(failed(format!("a bug in leaktui, please report it: {what}")))
            });
            if let Some(news) = done {
                // Nobody listens any more: we are leaving.
                tell.send(news).ok();
            }
        });
    }
}

impl Backstage<State> for Crew {
    fn ask(&mut self, ask: Ask) {
        self.job.cancel();
        let Ask::Look(look) = ask else { return };
        self.work(|job| look.run(job).ok().map(Message::News), |bug| Message::News(News::Failed(bug)));
    }

    fn look(&mut self) -> Option<News> {
        self.job.progress().map(News::Progress)
    }
}
