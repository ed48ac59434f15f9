//! The loop around a scene: keys, signals and news in, frames and effects out.
//!
//! A key is drawn at once, and 30 times a second while it is held down; news 10 times a second.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use crossterm::event::Event as Input;
use signal_hook::consts::{SIGCONT, SIGTSTP};

use super::{Effect, Event, Scene};
use crate::tui::terminal::{self, Ears, Heard, Screen};

/// The least time between two frames that a key asks for.
const FRAME: Duration = Duration::from_millis(33);
/// The least time between two frames that news ask for, and between two looks at how far work is.
const PACE: Duration = Duration::from_millis(100);

/// What reaches the loop.
pub(in crate::tui) enum Message<N> {
    Heard(Heard),
    News(N),
    /// What ends the scene.
    Failed(anyhow::Error),
}

impl<N> From<Heard> for Message<N> {
    fn from(heard: Heard) -> Self {
        Self::Heard(heard)
    }
}

/// Whoever works behind the scene.
pub(in crate::tui) trait Backstage<S: Scene> {
    /// Does what is asked for, or has it done and tells of it.
    fn ask(&mut self, ask: S::Ask);

    /// How far the work is that goes on.
    fn look(&mut self) -> Option<S::News> {
        None
    }
}

/// Why a scene is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ending {
    /// The user wants no more of it, or the terminal is gone.
    Left,
    /// A signal asks the process to end.
    Signal(i32),
}

/// The terminal while a scene is on it.
pub(in crate::tui) struct Stage<N> {
    screen: Screen,
    /// They hear as long as there is a stage, save while another screen has the word.
    _ears: Ears,
    hear: Receiver<Message<N>>,
    drawn: Instant,
    looked: Instant,
    due: Option<Instant>,
    over: Option<Ending>,
}

impl<N: Send + 'static> Stage<N> {
    /// Takes the terminal. Answers to whom news are told.
    pub(in crate::tui) fn take() -> anyhow::Result<(Self, Sender<Message<N>>)> {
        terminal::guard_panics();
        let (tell, hear) = channel();
        let ears = terminal::listen_to_signals(tell.clone())?;
        let screen = Screen::take().context("cannot use this terminal")?;
        terminal::listen();
        let now = Instant::now();
        let stage = Self { screen, _ears: ears, hear, drawn: now, looked: now, due: Some(now), over: None };
        Ok((stage, tell))
    }

    /// Shows a scene until the user leaves; answers the signal that ended it, if one did.
    pub(in crate::tui) fn show<S: Scene<News = N>>(
        &mut self,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<Option<i32>> {
        loop {
            if self.due.is_some_and(|due| due <= Instant::now()) {
                self.draw(scene)?;
            }
            match self.hear.recv_timeout(self.patience(scene)) {
                Ok(message) => self.take_in(message, scene, backstage)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
            while self.over.is_none()
                && let Ok(message) = self.hear.try_recv()
            {
                self.take_in(message, scene, backstage)?;
            }
            match self.over {
                Some(Ending::Left) => return Ok(None),
                Some(Ending::Signal(signal)) => return Ok(Some(signal)),
                None => {}
            }
            self.look(scene, backstage)?;
        }
    }

    /// Hands on what was heard and is not yet taken in to the screen that listens now; what is news to the scene
    /// it gets.
    pub(in crate::tui) fn hand_over<S: Scene<News = N>>(
        &mut self,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<()> {
        while let Ok(message) = self.hear.try_recv() {
            match message {
                Message::Heard(heard) => drop(terminal::tell(heard)),
                other @ (Message::News(_) | Message::Failed(_)) => self.take_in(other, scene, backstage)?,
            }
        }
        Ok(())
    }

    /// Takes the terminal back from another screen, so that the scene can be shown again, with the news of
    /// meanwhile.
    pub(in crate::tui) fn retake<S: Scene<News = N>>(
        &mut self,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<()> {
        self.over = None;
        self.screen.resume()?;
        self.resume(scene, backstage)
    }

    fn patience<S: Scene>(&self, scene: &S) -> Duration {
        let until = |at: Instant| at.saturating_duration_since(Instant::now());
        let look = scene.is_busy().then(|| until(self.looked + PACE));
        let draw = self.due.map(until);
        look.into_iter().chain(draw).min().unwrap_or(Duration::from_secs(3600))
    }

    fn look<S: Scene<News = N>>(
        &mut self,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<()> {
        if scene.is_busy() && self.looked.elapsed() >= PACE {
            self.looked = Instant::now();
            if let Some(news) = backstage.look() {
                self.take_in(Message::News(news), scene, backstage)?;
            }
        }
        Ok(())
    }

    fn take_in<S: Scene<News = N>>(
        &mut self,
        message: Message<N>,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<()> {
        match message {
            Message::Heard(Heard::Input(input)) => {
                self.update(Event::Input(input), FRAME, scene, backstage)?;
            }
            Message::News(news) => self.update(Event::News(news), PACE, scene, backstage)?,
            Message::Failed(error) => return Err(error),
            Message::Heard(Heard::Signal(SIGTSTP)) => {
                self.screen.suspend()?;
                self.resume(scene, backstage)?;
            }
            Message::Heard(Heard::Signal(SIGCONT)) => {
                self.screen.resume()?;
                self.resume(scene, backstage)?;
            }
            Message::Heard(Heard::Signal(signal)) => self.over = Some(Ending::Signal(signal)),
            Message::Heard(Heard::HangUp) => self.over = Some(Ending::Left),
        }
        Ok(())
    }

    fn update<S: Scene<News = N>>(
        &mut self,
        event: Event<N>,
        pace: Duration,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<()> {
        let due = self.drawn + pace;
        self.due = Some(self.due.map_or(due, |other| other.min(due)));
        for effect in scene.update(event) {
            match effect {
                Effect::Quit => self.over = Some(Ending::Left),
                Effect::Suspend => {
                    self.screen.suspend()?;
                    self.resume(scene, backstage)?;
                }
                Effect::Redraw => self.screen.clear()?,
                Effect::Copy(text, what) => {
                    let copied = self.screen.copy(&text).map(|()| what).map_err(|error| error.to_string());
                    scene.update(Event::Copied(copied));
                }
                Effect::Ask(ask) => backstage.ask(ask),
            }
        }
        Ok(())
    }

    /// After a stop the screen may show anything and have any size.
    fn resume<S: Scene<News = N>>(
        &mut self,
        scene: &mut S,
        backstage: &mut impl Backstage<S>,
    ) -> anyhow::Result<()> {
        let (width, height) = crossterm::terminal::size()?;
        self.update(Event::Input(Input::Resize(width, height)), FRAME, scene, backstage)
    }

    fn draw<S: Scene>(&mut self, scene: &S) -> anyhow::Result<()> {
        self.due = None;
        self.drawn = Instant::now();
        self.screen.draw(|frame| scene.draw(frame)).context("the terminal went away")
    }
}
