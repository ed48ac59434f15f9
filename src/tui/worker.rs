//! Threads: the load, and one lane for each who may ask for work.
//!
//! A lane has room for one request: a newer one takes the place of an older that has not
//! begun, and cancels one that has. So holding a key down never queues work nobody waits for.
//! A panic in a lane becomes an event, and the lane goes on.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, PoisonError, mpsc::Sender},
};

use super::{
    behind,
    event::{Event, FileFacts, Slot},
    recording::Recording,
    task::Task,
    terminal::{Heard, last_panic},
};
use crate::{
    analysis::Analysis,
    error::LoadError,
    job::{Cancelled, Job, Progress},
    live::Record,
    snapshot::{
        self, About, Input,
        budget::{Fit, Funds},
    },
};

/// What reaches the main loop.
#[derive(Debug)]
pub(super) enum Message {
    /// For `update`.
    Event(Box<Event>),
    /// The file cannot be explored.
    Failed(Failure),
    /// The process is asked to end, suspend or go on.
    Signal(i32),
    /// The terminal is gone.
    HangUp,
}

/// Why there is nothing to explore.
#[derive(Debug)]
pub(super) enum Failure {
    /// The file is at fault.
    Load(LoadError),
    /// We are.
    Bug(String),
}

impl From<Event> for Message {
    fn from(event: Event) -> Self {
        Self::Event(Box::new(event))
    }
}

impl From<Heard> for Message {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Input(input) => Event::Input(input).into(),
            Heard::Signal(signal) => Self::Signal(signal),
            Heard::HangUp => Self::HangUp,
        }
    }
}

/// Reads the file and works everything out that there is memory for, telling of each step. `job`
/// cancels it.
pub(super) fn load(at: usize, input: Input, funds: Funds, job: Job, tell: Sender<Message>) {
    behind::spawn(move || {
        let work = AssertUnwindSafe(|| read_and_analyse(at, &input, &funds, &job, &tell));
        let failure = match catch_unwind(work) {
            Ok(Ok(()) | Err(LoadError::Cancelled(_))) => return,
            Ok(Err(error)) => Failure::Load(error),
            Err(panic) => Failure::Bug(panic_text(panic.as_ref())),
        };
        // Nobody listens any more: we are quitting.
        tell.send(Message::Failed(failure)).ok();
    });
}

fn read_and_analyse(
    at: usize,
    input: &Input,
    funds: &Funds,
    job: &Job,
    tell: &Sender<Message>,
) -> Result<(), LoadError> {
    let loaded = snapshot::load_within(input, funds, Fit::WithoutRetained, job)?;
    let short = loaded.about.budget.filter(|budget| budget.fit() != Fit::Everything);
    send(tell, Event::Loaded(at, facts(loaded.about)));
    let (trace, lives) = (Arc::new(loaded.trace), loaded.heap.has_trace_nodes());
    let recording = Recording { trace, process: figures(input), lives };
    send(tell, Event::Recorded(at, Box::new(recording)));
    let mut total = None;
    let publish = |known: &Analysis| {
        // The screen draws texts of ropes, and would wait for it at the first.
        known.names.measure_ropes(&known.heap);
        let total = *total.get_or_insert_with(|| known.total_size());
        send(tell, Event::Known { at, known: Box::new(known.clone()), total, complete: false });
    };
    let heap = Arc::new(loaded.heap);
    let known = match short {
        None => Analysis::run(heap, job, publish)?,
        Some(_) => Analysis::without_retained(heap, job, publish)?,
    };
    let total = total.unwrap_or_else(|| known.total_size());
    send(tell, Event::Known { at, known: Box::new(known), total, complete: true });
    Ok(())
}

/// What `capture` stored beside the file.
fn figures(input: &Input) -> Option<Record> {
    match input {
        Input::Path(path) => Record::beside(path),
        _ => None,
    }
}

fn facts(about: About) -> FileFacts {
    let short = about.budget.filter(|budget| budget.fit() != Fit::Everything);
    FileFacts {
        label: about.label,
        bytes: Some(about.file_bytes),
        producer: about.producer,
        warnings: about.warnings,
        short: short.map(|budget| format!("no retained sizes and no retainers: {budget}")),
    }
}

fn send(tell: &Sender<Message>, event: Event) {
    tell.send(event.into()).ok();
}

/// One request and the handle that cancels it.
struct Work {
    slot: Slot,
    request: u64,
    task: Task,
    known: Box<Analysis>,
    job: Job,
}

/// The room for one request, and the job that is being done.
#[derive(Default)]
struct Room {
    next: Option<Work>,
    running: Job,
    /// Nobody will ask any more.
    is_closed: bool,
}

/// One lane: a thread that sleeps until there is a request.
struct Lane(Arc<(Mutex<Room>, Condvar)>);

impl Lane {
    fn start(tell: Sender<Message>) -> Self {
        let shared = Arc::new((Mutex::new(Room::default()), Condvar::new()));
        let room = Arc::clone(&shared);
        behind::spawn(move || {
            while let Some(work) = wait_for_work(&room) {
                if tell.send(run(work, &tell)).is_err() {
                    return;
                }
            }
        });
        Self(shared)
    }

    fn ask(&self, work: Work) {
        let (room, bell) = &*self.0;
        let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
        room.running.cancel();
        room.next = Some(work);
        bell.notify_one();
    }

    /// Stops what is being done and forgets what is not yet.
    fn give_up(&self) {
        let mut room = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        room.running.cancel();
        room.next = None;
    }

    fn progress(&self) -> Option<Progress> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).running.progress()
    }
}

impl Drop for Lane {
    /// The thread ends, and lets go of what it worked on.
    fn drop(&mut self) {
        self.give_up();
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.0.1.notify_one();
    }
}

fn wait_for_work(shared: &(Mutex<Room>, Condvar)) -> Option<Work> {
    let (room, bell) = shared;
    let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(work) = room.next.take() {
            room.running = work.job.clone();
            return Some(work);
        }
        if room.is_closed {
            return None;
        }
        room = bell.wait(room).unwrap_or_else(PoisonError::into_inner);
    }
}

fn run(work: Work, tell: &Sender<Message>) -> Message {
    let Work { slot, request, task, known, job } = work;
    let mut partly = |outcome| send(tell, Event::Partly { slot, request, outcome });
    match catch_unwind(AssertUnwindSafe(|| task.run_telling(&known, &job, &mut partly))) {
        Ok(Ok(outcome)) => Event::Done { slot, request, outcome }.into(),
        Ok(Err(Cancelled)) => Event::Idle.into(),
        Err(panic) => Event::Panicked { slot, what: panic_text(panic.as_ref()) }.into(),
    }
}

/// What a panic said, and where.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("{} at {}", text.as_deref().unwrap_or("something"), last_panic())
}

/// All lanes.
pub(super) struct Workers(Vec<Lane>);

impl Workers {
    /// Starts a lane for each slot; they tell of what they have done.
    pub(super) fn start(tell: &Sender<Message>) -> Self {
        Self((0..Slot::COUNT).map(|_| Lane::start(tell.clone())).collect())
    }

    /// Has a task done, instead of what its slot asked for before.
    pub(super) fn ask(&self, slot: Slot, request: u64, task: Task, known: Box<Analysis>) {
        self.0[slot as usize].ask(Work { slot, request, task, known, job: Job::default() });
    }

    /// Gives up what a slot asked for.
    pub(super) fn give_up(&self, slot: Slot) {
        self.0[slot as usize].give_up();
    }

    /// How far the work is that a slot asked for last.
    pub(super) fn progress(&self, slot: Slot) -> Option<Progress> {
        self.0[slot as usize].progress()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::{
        heap::{NodeId, fixture::heap},
        tui::task::Outcome,
    };

    #[test]
    fn the_newest_request_is_answered() {
        let known = Analysis::complete(heap("0!synthetic>1 1:8=A"));
        let (tell, hear) = channel();
        let workers = Workers::start(&tell);
        for request in 1..=50 {
            workers.ask(Slot::Find, request, Task::Find(NodeId(3)), Box::new(known.clone()));
        }
        let last = std::iter::repeat_with(|| hear.recv().expect("lanes go on"))
            .filter_map(|message| match message {
                Message::Event(event) => match *event {
                    Event::Done { request, outcome: Outcome::Found(_, node), .. } => Some((request, node)),
                    _ => None,
                },
                _ => None,
            })
            .find(|(request, _)| *request == 50);
        assert!(last.is_some_and(|(_, node)| node.is_some()));
    }
}
