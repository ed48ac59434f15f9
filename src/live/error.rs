//! Why a running process cannot be asked, in one line, and what to do about it, in another.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use crate::{error::bare, job::Cancelled};

/// Why a running process cannot be asked.
#[derive(Debug, Error)]
pub enum LiveError {
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Neither a process nor a port.
    #[error("no process {0} is running, and no inspector listens at that port")]
    NoProcess(u32),
    /// A process, but not Node.
    #[error("process {pid} ({name}) is not Node.js: {fate}")]
    NotNode {
        /// Its id.
        pid: u32,
        /// What it runs.
        name: String,
        /// What the signal that opens Node's inspector would have done.
        fate: &'static str,
    },
    /// A process of somebody else.
    #[error("process {pid} cannot be looked at: {}", of_process(.source))]
    Denied {
        /// Its id.
        pid: u32,
        /// What the system said.
        source: io::Error,
    },
    /// Node took the signal and nothing listens.
    #[error("process {pid} was sent SIGUSR1 and opened no inspector within {} s", .waited.as_secs())]
    NotOpened {
        /// Its id.
        pid: u32,
        /// How long it was given.
        waited: Duration,
    },
    /// A process whose ports are not this system's.
    #[error("process {0} has a network of its own; its ports cannot be reached from here")]
    OtherNetwork(u32),
    /// No connection.
    #[error("cannot connect to {at}: {}", bare(.source))]
    Connect {
        /// Where to.
        at: String,
        /// What the system said.
        source: io::Error,
    },
    /// Connected, and then nothing.
    #[error("{at} takes connections, but did not answer within {} s", .waited.as_secs())]
    Mute {
        /// Where.
        at: String,
        /// How long it was given.
        waited: Duration,
    },
    /// Something else listens there.
    #[error("{at} answers, but not as an inspector")]
    NoInspector {
        /// Where.
        at: String,
    },
    /// An inspector with nothing to inspect.
    #[error("the inspector at {at} offers no target")]
    NoTarget {
        /// Where.
        at: String,
    },
    /// An inspector with much to inspect.
    #[error("the inspector offers {count} targets")]
    ManyTargets {
        /// How many.
        count: usize,
    },
    /// No target of that name.
    #[error("no target is called `{wanted}`")]
    NoSuchTarget {
        /// As given.
        wanted: String,
    },
    /// A target that takes one client only and has one.
    #[error("another debugger is attached to {0}")]
    Busy(String),
    /// No answer.
    #[error("the target did not answer {method} within {} s", .waited.as_secs())]
    Silent {
        /// What was asked.
        method: String,
        /// How long it was given.
        waited: Duration,
    },
    /// The connection ended.
    #[error("the target went away during {method}")]
    Gone {
        /// What was asked.
        method: String,
    },
    /// The target refused.
    #[error("the target refused {method}: {message}")]
    Refused {
        /// What was asked.
        method: String,
        /// What it said.
        message: String,
    },
    /// The target said something that is no answer.
    #[error("the answer to {method} cannot be understood")]
    Garbled {
        /// What was asked.
        method: String,
    },
    /// Pages can be counted of local processes only.
    #[error("only a process of this system, named by its id, can be watched without its inspector")]
    NotLocal,
    /// The target does not know what a condition asks for.
    #[error("the target does not tell its {0}")]
    NoFigure(&'static str),
    /// The file cannot be written.
    #[error("cannot write {}: {}", .path.display(), bare(.source))]
    Write {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is there already.
    #[error("{} exists", .0.display())]
    Exists(PathBuf),
    /// The target said it was done before it was.
    #[error("the snapshot ends after {0} bytes, in the middle")]
    Incomplete(u64),
}

/// What the system said of a process.
fn of_process(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is none, or it has ended".to_owned(),
        _ => bare(error),
    }
}

impl LiveError {
    /// One line of what to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Cancelled(_) => "no half file was left",
            Self::NoProcess(_) => "`pgrep -a node` lists Node processes; `:PORT` names a port",
            Self::NotNode { .. } => {
                "nothing was sent to it; name the Node process itself (`pgrep -a node`), or `:PORT`"
            }
            Self::Denied { .. } => "run leaktui as the process's user, or as root",
            Self::NotOpened { .. } => {
                "is its main thread blocked (then it still opens later), port 9229 taken, or --disable-sigusr1 set? see its stderr"
            }
            Self::OtherNetwork(_) => {
                "run leaktui inside the container, or forward the inspector's port and name HOST:PORT"
            }
            Self::Connect { .. } => "is the program running with --inspect, and is the port forwarded?",
            Self::Mute { .. } => {
                "is that the inspector's port, and does a forwarded port still lead to the program?"
            }
            Self::NoInspector { .. } => {
                "name the inspector's port; Node prints it when it starts (9229 unless told)"
            }
            Self::NoTarget { .. } => "open a page in the browser, or start the program again with --inspect",
            Self::ManyTargets { .. } => {
                "pick one with --target: its number, or a part of its id, title or URL"
            }
            Self::NoSuchTarget { .. } => {
                "--target takes a number from the list above, or a part of an id, title or URL"
            }
            Self::Busy(_) => "close the other debugger and try again",
            Self::Silent { .. } => {
                "its main thread is held by a breakpoint or a blocking call; an inspector opened for this may stay open"
            }
            Self::Gone { .. } => {
                "did it crash, or run out of memory? `dmesg` tells of the latter; no file was left"
            }
            Self::Refused { .. } | Self::Garbled { .. } => "is it Node.js, Deno or Chrome, and not too old?",
            Self::NotLocal => "name its id, or leave --no-inspector out",
            Self::NoFigure(_) => "a page tells its heap only: --when 'heap > +50MB'",
            Self::Write { .. } => "is the disk full? name another place with -o; no half file was left",
            Self::Exists(_) => "name another file with -o; what was captured before is never written over",
            Self::Incomplete(_) => "take it again; no half file was left",
        }
    }
}
