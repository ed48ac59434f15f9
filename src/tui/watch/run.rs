//! The thread that asks a watched process, and the screen in front of it.

use std::{
    any::Any,
    io::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, Sender, TryRecvError, channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context as _, anyhow};

use super::{About, Ask, News, State};
use crate::{
    job::Job,
    live::{
        Cost, LiveError, Rest, Watch,
        capture::{self, Show},
    },
    snapshot::Input,
    text,
    tui::{
        self, Ending, Options,
        apart::run::{Backstage, Message, Stage},
        terminal,
        theme::Role,
        worker::panic_text,
    },
    words,
};

/// How often the thread looks whether something is asked of it.
const TURN: Duration = Duration::from_millis(50);
/// A process that answers nothing for so long is said to.
const LONG: Duration = Duration::from_secs(2);
/// Leaving a process that answers is done by then, and nothing has to be said of it.
const SOON: Duration = Duration::from_millis(300);
/// So much longer it takes at most, whatever the process does.
const LATE: Duration = Duration::from_secs(6);
/// A signal waits so long for all of it.
const GRACE: Duration = Duration::from_secs(8);

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
    /// What stays of ours in the process.
    pub rest: Rest,
    signal: Option<i32>,
}

impl Left {
    /// Ends our own process, if a signal asked for that; to be called when all is said.
    pub fn obey_signal(&self) {
        if let Some(signal) = self.signal {
            terminal::end_by(signal);
        }
    }
}

/// Watches a process on the screen until the user leaves. The terminal is given back first, then the process.
///
/// # Errors
///
/// Where there is no terminal, or it went away.
pub fn run(watch: Watch, plan: Plan, options: Options) -> anyhow::Result<Left> {
    let (width, height) = crossterm::terminal::size().context("cannot ask the terminal for its size")?;
    let pages_only = watch.why_pages_only().map(str::to_owned);
    let about = About { label: watch.label(), pages_only, every: plan.every };
    let mut state = State::new(width, height, options.theme(), about);
    let (mut stage, tell) = Stage::take()?;
    terminal::wait_for_the_end(GRACE);
    let (orders, ordered) = channel();
    let (job, debt) = (Job::default(), Debt::default());
    let sampler = Sampler { watch, plan, job: job.clone(), ordered, tell, debt: debt.clone() };
    let thread = thread::spawn(move || sampler.go());
    let mut crew = Crew { orders, doing: Job::default(), debt };
    let ending = show(&mut stage, &mut state, &mut crew, options);
    drop(stage);
    job.cancel();
    crew.doing.cancel();
    let rest = give_back(thread);
    Ok(Left { said: state.verdict(), taken: state.taken().cloned().collect(), rest, signal: ending? })
}

/// Shows the watch, and before it the explorer whenever what was taken shall be explored; samples go on
/// meanwhile. Answers the signal that ended it, if one did.
fn show(
    stage: &mut Stage<News>,
    state: &mut State,
    crew: &mut Crew,
    options: Options,
) -> anyhow::Result<Option<i32>> {
    loop {
        let signal = stage.show(state, crew)?;
        if signal.is_some() || !std::mem::take(&mut state.opens) {
            return Ok(signal);
        }
        let taken = state.taken().cloned().map(Input::Path).collect();
        match tui::visit(taken, options, &mut || stage.hand_over(state, crew)) {
            Ok((Ending::Returned, false)) => {}
            Ok((Ending::Returned, true)) => {
                state.front.say(Role::Bad, "what was being exported is given up: it was not yet whole");
            }
            Ok((Ending::Left, _)) => return Ok(None),
            Ok((Ending::Signal(signal), _)) => return Ok(Some(signal)),
            Err(error) => state.front.say(Role::Bad, text::clean(&format!("{error:#}"))),
        }
        stage.retake(state, crew)?;
    }
}

/// Leaves the process, and says so where it takes a while.
fn give_back(thread: JoinHandle<Option<Watch>>) -> Rest {
    let (tell, hear) = channel();
    thread::spawn(move || {
        // After a bug the watch has been dropped, which closes what was opened.
        let rest = thread.join().ok().flatten().map_or(Rest::UntilItAnswers, Watch::leave);
        tell.send(rest).ok();
    });
    hear.recv_timeout(SOON)
        .or_else(|_| {
            // Where stderr is gone, nobody waits.
            writeln!(io::stderr(), "leaktui: giving the process back …").ok();
            hear.recv_timeout(LATE)
        })
        .unwrap_or(Rest::UntilItAnswers)
}

/// Since when the process owes us an answer, if it does.
#[derive(Clone, Default)]
struct Debt(Arc<Mutex<Option<Instant>>>);

impl Debt {
    fn since(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something is asked of it.
    fn begin(&self) {
        self.since().get_or_insert_with(Instant::now);
    }

    /// It has answered.
    fn settle(&self) {
        *self.since() = None;
    }

    /// For how long it has answered nothing, where that is long.
    fn is_due(&self) -> Option<Duration> {
        self.since().map(|since| since.elapsed()).filter(|time| *time >= LONG)
    }
}

/// Hands on what is asked for.
struct Crew {
    orders: Sender<Order>,
    /// What was asked for last.
    doing: Job,
    debt: Debt,
}

/// Something that is asked of the process, and the handle that gives it up.
struct Order {
    what: Wanted,
    job: Job,
}

enum Wanted {
    Cost,
    Collection,
    Snapshot,
}

impl Backstage<State> for Crew {
    fn ask(&mut self, ask: Ask) {
        let what = match ask {
            Ask::Cost => Wanted::Cost,
            Ask::Collect => Wanted::Collection,
            Ask::Snapshot => Wanted::Snapshot,
            Ask::GiveUp => return self.doing.cancel(),
        };
        self.doing = Job::default();
        // A thread that has ended has said so.
        let _ = self.orders.send(Order { what, job: self.doing.clone() });
    }

    fn look(&mut self) -> Option<News> {
        let silent = self.debt.is_due().map(News::Silent);
        silent.or_else(|| self.doing.progress().map(News::Progress))
    }
}

/// Asks the process.
struct Sampler {
    watch: Watch,
    plan: Plan,
    job: Job,
    ordered: Receiver<Order>,
    tell: Sender<Message<News>>,
    debt: Debt,
}

impl Sampler {
    /// Samples until it is over, and gives the watch back; none after a bug.
    fn go(mut self) -> Option<Watch> {
        let ended = catch_unwind(AssertUnwindSafe(|| self.rounds()));
        self.debt.settle();
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
        self.debt.begin();
        let collected = if self.plan.collect { self.watch.collect_garbage(&self.job) } else { Ok(()) };
        match collected.and_then(|()| self.watch.sample(&self.job)) {
            Ok(sample) => {
                self.debt.settle();
                self.tell(News::Sampled(sample));
                Ok(true)
            }
            Err(LiveError::Silent { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets the time between samples pass, doing what is asked for meanwhile; then the next is due at once.
    fn wait(&mut self) -> Result<(), LiveError> {
        let until = Instant::now() + self.plan.every;
        loop {
            match self.ordered.try_recv() {
                Ok(order) => return self.obey(&order),
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

    /// Does what is asked for. Only a process that is gone ends the watch; of all else it is told.
    fn obey(&mut self, order: &Order) -> Result<(), LiveError> {
        self.debt.begin();
        let done = match order.what {
            Wanted::Collection => self.watch.collect_garbage(&order.job).map(|()| News::Collected),
            Wanted::Cost => self.cost(&order.job).map(News::Cost),
            Wanted::Snapshot => Ok(News::Taken(self.snapshot(&order.job).map_err(|error| told(&error)))),
        };
        if !matches!(done, Err(LiveError::Silent { .. } | LiveError::Cancelled(_))) {
            self.debt.settle();
        }
        match done {
            Ok(news) => self.tell(news),
            Err(error @ LiveError::Gone { .. }) => return Err(error),
            Err(LiveError::Cancelled(_)) => self.job.tick(0)?,
            // It is not waited for any more.
            Err(_) if order.job.is_cancelled() => {}
            Err(error) => self.tell(News::Failed(told(&error))),
        }
        Ok(())
    }

    fn cost(&mut self, job: &Job) -> Result<String, LiveError> {
        let Some(attached) = self.watch.attached() else { return Err(LiveError::NotLocal) };
        let figures = attached.runtime(job)?.figures;
        Ok(words::cost(&Cost::of(attached, &figures)))
    }

    fn snapshot(&mut self, job: &Job) -> Result<(PathBuf, u64), LiveError> {
        let show = Show { numbers: true, internals: false };
        let debt = &self.debt;
        let taken = self.watch.undisturbed(job, |attached| {
            // It answers. From here on the snapshot tells of its own progress.
            debt.settle();
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
