//! Progress and cancellation of long work, in one handle.
//!
//! Whoever runs something long passes a [`Job`]; the worker calls [`Job::tick`] each 65,536
//! items or so, which costs one atomic addition and one load. Whoever started it reads
//! [`Job::progress`] from another thread, or calls [`Job::cancel`].

use std::{
    borrow::Cow,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use thiserror::Error;

/// The user gave up; nothing partial is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("cancelled")]
pub struct Cancelled;

/// One piece of long work, shared between who does it and who waits for it.
#[derive(Clone, Debug, Default)]
pub struct Job(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: Arc<AtomicBool>,
    done: AtomicU64,
    phase: Mutex<Option<Phase>>,
    /// Whose progress is told instead, while nothing else goes on here.
    followed: Mutex<Option<Job>>,
}

#[derive(Clone, Debug)]
struct Phase {
    name: Cow<'static, str>,
    unit: &'static str,
    total: u64,
    since: Instant,
}

/// How far a job has come.
#[derive(Clone, PartialEq, Debug)]
pub struct Progress {
    /// What is being done, as a person would say it: "reading edges".
    pub phase: Cow<'static, str>,
    /// What is counted: "bytes", "nodes".
    pub unit: &'static str,
    /// How many are done.
    pub done: u64,
    /// How many there are; 0 where nobody knows.
    pub total: u64,
    /// How many a second, since the phase began.
    pub rate: f64,
}

impl Job {
    /// Begins a phase of `total` items; counting starts again at 0.
    pub fn phase(&self, name: impl Into<Cow<'static, str>>, unit: &'static str, total: usize) {
        let phase = Phase { name: name.into(), unit, total: total as u64, since: Instant::now() };
        *locked(&self.0.phase) = Some(phase);
        *locked(&self.0.followed) = None;
        self.0.done.store(0, Relaxed);
    }

    /// A job for work done at the same time: cancelled with this one, with progress of its own.
    #[must_use]
    pub fn beside(&self) -> Self {
        let cancelled = Arc::clone(&self.0.cancelled);
        Self(Arc::new(Shared { cancelled, ..Shared::default() }))
    }

    /// Tells the progress of `other` as its own until the next phase: that is what is waited for.
    pub fn follow(&self, other: &Self) {
        *locked(&self.0.followed) = Some(other.clone());
    }

    /// Reports `items` more done.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once somebody has called [`Job::cancel`].
    #[inline]
    pub fn tick(&self, items: usize) -> Result<(), Cancelled> {
        self.0.done.fetch_add(items as u64, Relaxed);
        if self.0.cancelled.load(Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// Asks the work to stop at its next tick.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Relaxed);
    }

    /// Whether somebody asked the work to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Relaxed)
    }

    /// How far the work is; `None` before its first phase.
    pub fn progress(&self) -> Option<Progress> {
        let followed = locked(&self.0.followed).clone();
        if let Some(followed) = followed {
            return followed.progress();
        }
        let phase = locked(&self.0.phase).clone()?;
        let done = self.0.done.load(Relaxed);
        let rate = done as f64 / phase.since.elapsed().as_secs_f64().max(1e-3);
        Some(Progress { phase: phase.name, unit: phase.unit, done, total: phase.total, rate })
    }
}

/// What is shared, whether or not a thread has died with it.
pub(crate) fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_job_stops_at_its_next_tick() {
        let job = Job::default();
        assert_eq!(job.tick(10), Ok(()));
        job.clone().cancel();
        assert_eq!(job.tick(10), Err(Cancelled));
    }

    #[test]
    fn a_phase_counts_from_zero() {
        let job = Job::default();
        assert_eq!(job.progress(), None);
        job.phase("reading nodes", "bytes", 100);
        job.tick(30).expect("not cancelled");
        job.phase("reading edges", "bytes", 200);
        job.tick(50).expect("not cancelled");
        let progress = job.progress().expect("a phase has begun");
        assert_eq!((progress.phase.as_ref(), progress.done, progress.total), ("reading edges", 50, 200));
    }

    #[test]
    fn work_beside_is_cancelled_along_and_told_only_while_followed() {
        let job = Job::default();
        let beside = job.beside();
        job.phase("naming objects", "nodes", 10);
        beside.phase("finding dominators", "nodes", 20);
        let told = || job.progress().map(|progress| progress.phase);
        assert_eq!(told().as_deref(), Some("naming objects"));
        job.follow(&beside);
        assert_eq!(told().as_deref(), Some("finding dominators"));
        job.phase("summing", "nodes", 30);
        assert_eq!(told().as_deref(), Some("summing"));
        job.cancel();
        assert_eq!(beside.tick(1), Err(Cancelled));
    }
}
