//! The thread that asks a watched process, and the screen in front of it.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context as _, anyhow};

use super::{About, Ask, News, State};
use crate::{
    job::Job,
    live::{
        Cost, LiveError, Watch,
        capture::{self, Show},
    },
    tui::{
        Options,
        apart::run::{Backstage, Message, Stage},
        terminal,
        worker::panic_text,
    },
    words,
};

/// How often the thread looks whether something is asked of it.
const TURN: Duration = Duration::from_millis(50);

/// How a process is watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Time between samples.
    pub every: Duration,
    /// After how many it ends.
    pub samples: Option<u32>,
    /// Whether garbage is collected before each.
    pub collect: bool,
}

/// What is left of a watch that is over.
#[derive(Debug)]
pub struct Left {
    /// The verdict, and what became of memory since the marks.
    pub said: Vec<String>,
    /// The snapshots that were taken, oldest first.
    pub taken: Vec<PathBuf>,
    /// Whether these shall be explored now.
    pub opens: bool,
    /// Whether nothing of ours stays in the process.
    pub is_clean: bool,
}

/// Watches a process on the screen until the user leaves.
///
/// # Errors
///
/// Where there is no terminal, or it went away.
pub fn run(watch: Watch, plan: Plan, options: Options) -> anyhow::Result<Left> {
    let (width, height) = crossterm::terminal::size().context("cannot ask the terminal for its size")?;
    let about = About { label: watch.label(), inspected: watch.is_inspected(), every: plan.every };
    let mut state = State::new(width, height, options.theme(), about);
    let (stage, tell) = Stage::take()?;
    let (orders, ordered) = channel();
    let job = Job::default();
    let sampler = Sampler { watch, plan, job: job.clone(), ordered, tell };
    let thread = thread::spawn(move || sampler.go());
    let mut crew = Crew { orders, taking: Job::default() };
    let ending = stage.show(&mut state, &mut crew);
    // The terminal is back; the process is given back too, whatever ended the watch.
    job.cancel();
    crew.taking.cancel();
    let is_clean = thread.join().ok().flatten().is_some_and(Watch::leave);
    if let Some(signal) = ending? {
        terminal::end_by(signal);
    }
    Ok(Left { said: state.verdict(), taken: state.taken().cloned().collect(), opens: state.opens, is_clean })
}

/// Hands on what is asked for.
struct Crew {
    orders: Sender<Order>,
    /// The snapshot that was asked for last.
    taking: Job,
}

enum Order {
    Cost,
    Collect,
    Snapshot(Job),
}

impl Backstage<State> for Crew {
    fn ask(&mut self, ask: Ask) {
        let order = match ask {
            Ask::Cost => Order::Cost,
            Ask::Collect => Order::Collect,
            Ask::GiveUp => return self.taking.cancel(),
            Ask::Snapshot => {
                self.taking = Job::default();
                Order::Snapshot(self.taking.clone())
            }
        };
        // A thread that has ended has said so.
        let _ = self.orders.send(order);
    }

    fn look(&mut self) -> Option<News> {
        self.taking.progress().map(News::Progress)
    }
}

/// Asks the process.
struct Sampler {
    watch: Watch,
    plan: Plan,
    job: Job,
    ordered: Receiver<Order>,
    tell: Sender<Message<News>>,
}

impl Sampler {
    /// Samples until it is over, and gives the watch back; none after a bug.
    fn go(mut self) -> Option<Watch> {
        let ended = catch_unwind(AssertUnwindSafe(|| self.rounds()));
        let news = match &ended {
            Ok(Ok(())) => News::Ended { why: "as many samples as were asked for".to_owned(), good: true },
            Ok(Err(error)) => News::Ended { why: told(error), good: false },
            Err(panic) => News::Ended { why: bug(panic.as_ref()), good: false },
        };
        self.tell(news);
        ended.is_ok().then_some(self.watch)
    }

    fn tell(&self, news: News) {
        // Nobody listens any more: we are leaving.
        self.tell.send(Message::News(news)).ok();
    }

    fn rounds(&mut self) -> Result<(), LiveError> {
        let mut left = self.plan.samples.unwrap_or(u32::MAX);
        while left > 0 {
            left -= u32::from(self.round()?);
            if left > 0 {
                self.wait()?;
            }
        }
        Ok(())
    }

    /// One sample; answers whether there was one. A process that is busy is asked again.
    fn round(&mut self) -> Result<bool, LiveError> {
        let collected = if self.plan.collect { self.watch.collect_garbage(&self.job) } else { Ok(()) };
        match collected.and_then(|()| self.watch.sample(&self.job)) {
            Ok(sample) => self.tell(News::Sampled(sample)),
            Err(LiveError::Silent { waited, .. }) => {
                self.tell(News::Silent(waited));
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Lets the time between samples pass, doing what is asked for meanwhile; then the next is due at once.
    fn wait(&mut self) -> Result<(), LiveError> {
        let until = Instant::now() + self.plan.every;
        loop {
            match self.ordered.try_recv() {
                Ok(order) => return self.obey(order),
                Err(TryRecvError::Disconnected) => return Err(crate::job::Cancelled.into()),
                Err(TryRecvError::Empty) => {}
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.watch.pass(left.min(TURN), &self.job)?;
        }
    }

    fn obey(&mut self, order: Order) -> Result<(), LiveError> {
        let news = match order {
            Order::Collect => {
                self.watch.collect_garbage(&self.job)?;
                News::Collected
            }
            Order::Cost => News::Cost(self.cost()?),
            Order::Snapshot(job) => News::Taken(self.snapshot(&job).map_err(|error| told(&error))),
        };
        self.tell(news);
        Ok(())
    }

    fn cost(&mut self) -> Result<String, LiveError> {
        let Some(attached) = self.watch.attached() else { return Err(LiveError::NotLocal) };
        let figures = attached.runtime(&self.job)?.figures;
        Ok(words::cost(&Cost::of(attached, &figures)))
    }

    fn snapshot(&mut self, job: &Job) -> Result<(PathBuf, u64), LiveError> {
        let show = Show { numbers: true, internals: false };
        let taken = self.watch.undisturbed(job, |attached| {
            let path = capture::file_name(attached, "heapsnapshot", SystemTime::now());
            let captured = capture::snapshot(attached, show, &path, job)?;
            Ok((path, captured.bytes))
        })?;
        taken.ok_or(LiveError::NotLocal)
    }
}

fn told(error: &LiveError) -> String {
    format!("{error} ({})", error.hint())
}

fn bug(panic: &(dyn Any + Send)) -> String {
    anyhow!("a bug in leaktui, please report it: {}", panic_text(panic)).to_string()
}
