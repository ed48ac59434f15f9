//! The explorer on the screen.
//!
//! ```text
//! keys, clicks ──┐                       ┌── draw(&State) ── frame
//! answers ───────┴─ update(&mut State) ──┴── effects ── worker, terminal
//! ```
//!
//! [`update()`](update::update) and [`draw()`](draw::draw) are pure: they know no thread, file,
//! clock or terminal. [`run`] is the loop around them. The first frame is on the screen before
//! the file is opened; frames follow changes, at most 30 a second while a key is held down and
//! 10 a second for progress alone.

mod about;
pub mod apart;
pub mod aspect;
pub mod behind;
pub mod chooser;
pub mod compare;
pub mod dialog;
pub mod draw;
mod elsewhere;
pub mod event;
pub mod explore;
pub mod export;
pub mod facet;
pub mod filter;
pub mod flame;
mod footer;
pub mod growing;
mod header;
pub mod hits;
pub mod keymap;
pub mod layout;
pub mod listing;
pub mod lookup;
pub mod marks;
mod mouse;
mod offer;
pub mod pair;
pub mod palette;
pub mod pane;
pub mod prompt;
pub mod recording;
mod saving;
pub mod series;
pub mod sieve;
pub mod source;
mod stage;
pub mod state;
pub mod task;
mod terminal;
pub mod theme;
mod travel;
pub mod update;
pub mod view;
pub mod watch;
pub mod widget;
pub mod window;
pub mod work;
mod worker;

use std::{
    env,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow, bail};
use signal_hook::consts::{SIGCONT, SIGTSTP};

use self::{
    event::{Effect, Event, Slot},
    saving::Saving,
    state::State,
    terminal::{Ears, Screen},
    theme::{Role, Theme},
    worker::{Failure, Message, Workers},
};
use crate::{
    job::Job,
    snapshot::{Input, budget::Funds},
};

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(33);

/// The time between two looks at how far the load is.
const PROGRESS: Duration = Duration::from_millis(100);

/// How the screen looks.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Only ASCII is drawn.
    pub ascii: bool,
    /// Colours are used.
    pub color: bool,
}

impl Options {
    fn theme(self) -> Theme {
        Theme { color: self.color, ascii: self.ascii }
    }
}

/// Explores the last of the inputs, and compares it with those before, until the user leaves.
///
/// # Errors
///
/// [`LoadError`](crate::error::LoadError) where the file is none that can be explored; others
/// where there is no terminal, or it went away.
pub fn run(inputs: Vec<Input>, options: Options) -> anyhow::Result<()> {
    terminal::guard_panics();
    let (state, ending) = explore(inputs, options, None)?;
    // A heap of gigabytes is left to the system to free.
    std::mem::forget(state);
    match ending? {
        Ending::Signal(signal) => terminal::end_by(signal),
        Ending::Returned | Ending::Left => {}
    }
    Ok(())
}

/// The same as a visit from another screen, to which one comes back; `host` hands over what it has heard and
/// not taken in. Answers also whether files were being written that are given up now.
fn visit(inputs: Vec<Input>, options: Options, host: Host<'_>) -> anyhow::Result<(Ending, bool)> {
    let (state, ending) = explore(inputs, options, Some(host))?;
    let is_cut_short = state.writing.is_running();
    // Freeing a heap of gigabytes takes a while.
    behind::spawn(move || drop(state));
    Ok((ending?, is_cut_short))
}

/// Hands over what was heard, called as soon as the explorer listens.
type Host<'a> = &'a mut dyn FnMut() -> anyhow::Result<()>;

/// How the explorer was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ending {
    /// For the screen it was opened from.
    Returned,
    /// For good, or the terminal is gone.
    Left,
    /// A signal asks the process to end.
    Signal(i32),
}

/// Explores until the user leaves, and gives the terminal back; answers what was known in the end, to be freed.
fn explore(
    inputs: Vec<Input>,
    options: Options,
    host: Option<Host<'_>>,
) -> anyhow::Result<(State, anyhow::Result<Ending>)> {
    if inputs.is_empty() {
        bail!("no snapshot to explore");
    }
    let (width, height) = crossterm::terminal::size().context("cannot ask the terminal for its size")?;
    let labels = inputs.iter().map(Input::label).collect();
    let mut state = State::series(width, height, options.theme(), labels);
    if host.is_some() {
        state.is_visit = true;
        state.say(Role::Key, "the watch goes on: q comes back to it, Ctrl-C ends all");
    }
    let mut app = App::start(state)?;
    host.map_or(Ok(()), |hand_over| hand_over())?;
    app.load(inputs);
    let ending = app.go_on();
    app.jobs.iter().for_each(Job::cancel);
    let App { screen, state, saving, ears, hear, .. } = app;
    drop(screen);
    drop(saving);
    // From here on others are told; what was told till then and asks for the end is not lost.
    drop(ears);
    let ending = hear.try_iter().find_map(|message| ending_of(&message)).map_or(ending, Ok);
    Ok((state, ending))
}

/// How the explorer ends by a message that asks for that.
fn ending_of(message: &Message) -> Option<Ending> {
    match *message {
        Message::Signal(SIGTSTP | SIGCONT) | Message::Event(_) | Message::Failed(_) => None,
        Message::Signal(signal) => Some(Ending::Signal(signal)),
        Message::HangUp => Some(Ending::Left),
    }
}

/// The loop and what it holds.
struct App {
    state: State,
    screen: Screen,
    ears: Ears,
    workers: Workers,
    saving: Saving,
    /// The loads, a file each.
    jobs: Vec<Job>,
    tell: Sender<Message>,
    hear: Receiver<Message>,
    /// The last frame that was drawn for more than progress.
    drawn: Instant,
    /// The last look at how far the load is.
    looked: Instant,
    dirty: bool,
    over: Option<Ending>,
}

impl App {
    /// Takes the terminal and shows the first frame.
    fn start(state: State) -> anyhow::Result<Self> {
        let (tell, hear) = channel();
        let ears = terminal::listen_to_signals(tell.clone())?;
        let mut screen = Screen::take().context("cannot use this terminal")?;
        screen.draw(|frame| draw::draw(&state, frame))?;
        assert!(env::var_os("LEAKTUI_TEST_PANIC").is_none(), "LEAKTUI_TEST_PANIC asks for it");
        terminal::listen();
        behind::prepare();
        behind::keep_to_oneself();
        let workers = Workers::start(&tell);
        let now = Instant::now();
        Ok(Self {
            state,
            screen,
            ears,
            workers,
            saving: Saving::default(),
            jobs: Vec::new(),
            tell,
            hear,
            drawn: now,
            looked: now,
            dirty: false,
            over: None,
        })
    }

    /// Begins to read all files at the same time.
    fn load(&mut self, inputs: Vec<Input>) {
        let funds = Funds::measured();
        for (at, input) in inputs.into_iter().enumerate() {
            let job = Job::default();
            worker::load(at, input, funds.clone(), job.clone(), self.tell.clone());
            self.jobs.push(job);
        }
    }

    fn go_on(&mut self) -> anyhow::Result<Ending> {
        loop {
            if let Some(ending) = self.over {
                return Ok(ending);
            }
            match self.hear.recv_timeout(self.patience()) {
                Ok(message) => self.take(message)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Ending::Left),
            }
            // What came meanwhile goes into the same frame.
            while self.over.is_none()
                && let Ok(message) = self.hear.try_recv()
            {
                self.take(message)?;
            }
            self.look_at_progress();
            if self.dirty && self.over.is_none() && self.drawn.elapsed() >= FRAME {
                self.draw()?;
                self.drawn = Instant::now();
            }
        }
    }

    /// How long to wait for a message: until the frame is due, or progress may have been made.
    fn patience(&self) -> Duration {
        if self.dirty {
            FRAME.saturating_sub(self.drawn.elapsed())
        } else if self.state.is_busy() {
            PROGRESS.saturating_sub(self.looked.elapsed())
        } else {
            Duration::from_secs(3600)
        }
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        self.dirty = false;
        self.screen.draw(|frame| draw::draw(&self.state, frame)).context("the terminal went away")
    }

    fn take(&mut self, message: Message) -> anyhow::Result<()> {
        match message {
            Message::Event(event) => self.update(*event)?,
            Message::Failed(Failure::Load(error)) => return Err(error.into()),
            Message::Failed(Failure::Bug(what)) => {
                return Err(anyhow!("a bug in leaktui, please report it: {what}"));
            }
            Message::Signal(SIGTSTP) => self.suspend()?,
            Message::Signal(SIGCONT) => self.resume()?,
            message @ (Message::Signal(_) | Message::HangUp) => self.over = ending_of(&message),
        }
        Ok(())
    }

    fn update(&mut self, event: Event) -> anyhow::Result<()> {
        self.dirty = true;
        for effect in update::update(&mut self.state, event) {
            match effect {
                Effect::Quit => self.over = Some(Ending::Left),
                Effect::Return => self.over = Some(Ending::Returned),
                Effect::Suspend => self.suspend()?,
                Effect::Redraw => self.screen.clear()?,
                Effect::Copy(text, what) => {
                    let copied = self.screen.copy(&text).map(|()| what).map_err(|error| error.to_string());
                    update::update(&mut self.state, Event::Copied(copied));
                }
                Effect::Run { slot, request, task, known } => self.workers.ask(slot, request, task, known),
                Effect::Save { export, format, name, replace } => {
                    self.saving.begin(export, format, name, replace, self.tell.clone());
                }
                Effect::GiveUp(slot) => self.workers.give_up(slot),
            }
        }
        Ok(())
    }

    fn suspend(&mut self) -> anyhow::Result<()> {
        self.screen.suspend()?;
        self.resume()
    }

    /// After a stop the screen may show anything and have any size.
    fn resume(&mut self) -> anyhow::Result<()> {
        self.screen.resume()?;
        let (width, height) = crossterm::terminal::size()?;
        self.update(Event::Input(crossterm::event::Event::Resize(width, height)))
    }

    /// Ten times a second while anything goes on. Such frames do not hold up the next key's.
    fn look_at_progress(&mut self) {
        if !self.state.is_busy() || self.looked.elapsed() < PROGRESS {
            return;
        }
        self.looked = Instant::now();
        for (at, job) in self.jobs.iter().enumerate() {
            let file = &self.state.files[at];
            let news = job.progress().filter(|_| !file.complete);
            if let Some(progress) = news.filter(|news| file.progress.as_ref() != Some(news)) {
                update::update(&mut self.state, Event::Progress(at, progress));
                self.dirty = true;
            }
        }
        if let Some(progress) = self.saving.progress().filter(|_| self.state.writing.is_running()) {
            update::update(&mut self.state, Event::Writing(progress));
            self.dirty = true;
        }
        for slot in Slot::LONG {
            if let Some(progress) = self.workers.progress(slot)
                && self.state.is_running(slot)
            {
                update::update(&mut self.state, Event::Working(slot, progress));
                self.dirty = true;
            }
        }
    }
}
