//! How far long work is, on stderr, while somebody waits there.
//!
//! One line, redrawn ten times a second by a thread of its own and erased at the end. Nothing
//! is drawn for work that is done at once, nor where stderr is no terminal.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    format,
    job::{Job, Progress},
};

/// How long work may take before its progress is shown.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long a line stands.
const PERIOD: Duration = Duration::from_millis(100);

/// Shows a job's progress until it is dropped.
pub(super) struct Meter(Option<(Sender<()>, JoinHandle<()>)>);

impl Meter {
    /// Begins to show `job`, if stderr is a terminal.
    pub(super) fn show(job: &Job) -> Self {
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let (stop, stopped) = mpsc::channel();
        let job = job.clone();
        let thread = thread::spawn(move || {
            let mut wait = PATIENCE;
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = PERIOD;
                draw(&job.progress().map(|progress| line(&progress)).unwrap_or_default());
            }
            if wait == PERIOD {
                draw("");
            }
        });
        Self(Some((stop, thread)))
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            // A meter that failed has nothing to say that anybody needs.
            let _ = thread.join();
        }
    }
}

fn draw(line: &str) {
    // Where stderr is gone, nobody waits for progress.
    let _ = write!(io::stderr(), "\r\x1b[K{line}");
}

/// `reading edges 42%, 812 MB/s`, as far as anything can be said yet; plain ASCII.
fn line(progress: &Progress) -> String {
    let Progress { phase, unit, done, total, rate } = progress;
    let rate = format::rate(*rate, unit);
    match (done, total) {
        (0, _) => phase.to_string(),
        (_, 0) if *unit == "bytes" => format!("{phase}, {}, {rate}", format::bytes(*done)),
        (_, 0) => format!("{phase}, {rate}"),
        (_, total) => format!("{phase} {}, {rate}", format::percent(*done.min(total), *total)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_phase_share_and_rate() {
        let mut progress =
            Progress { phase: "reading edges".into(), unit: "bytes", done: 42, total: 100, rate: 812e6 };
        assert_eq!(line(&progress), "reading edges 42%, 812 MB/s");
        progress.total = 0;
        assert_eq!(line(&progress), "reading edges, 42 B, 812 MB/s", "how much, where nobody knows of what");
        progress.done = 0;
        assert_eq!(line(&progress), "reading edges", "a rate of nothing says nothing");
    }
}
