//! From an address to a session with the chosen target, and everything closed again.
//!
//! An inspector lets whoever reaches its port run code in the process, so one that was opened
//! here is closed here: when the work is done, when it fails, and when it is cancelled.

use std::{
    io,
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    thread,
    time::{Duration, Instant},
};

use super::{
    Address, LiveError, Session, Target,
    endpoint::{self, Route},
    figures::Resident,
    process::Process,
    session::{PATIENCE, WorkerInfo},
};
use crate::job::Job;

/// How long leaving a process may take. One that is busy does what it was told once it is free.
const LEAVING: Duration = Duration::from_secs(3);
/// How long of that a connection for it may take.
const CONNECTING: Duration = Duration::from_secs(1);
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(25);
/// Runs in the target when the present call is over: the inspector cannot close under its own feet.
/// `require` is there only during the call, and nothing that goes wrong later may reach the program.
const CLOSE: &str = "(() => {
    const inspector = require('inspector');
    setTimeout(() => { try { inspector.close(); } catch {} }, 10);
})()";

/// What stays of ours in a process that was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    /// Nothing.
    Nothing,
    /// What was opened there closes by itself once the process, which is busy, answers again.
    UntilItAnswers,
    /// The inspector that was opened there stays open: it could not be told.
    Open(SocketAddr),
}

/// An inspector that answers, and what it offers. Closed when dropped, if it was opened here.
#[derive(Debug)]
pub struct Inspector {
    at: SocketAddr,
    process: Option<Process>,
    /// Whether it was opened here and has to be closed.
    is_ours: bool,
    targets: Vec<Target>,
}

/// A session with one target.
pub struct Attached {
    /// The conversation.
    pub session: Session,
    /// With whom.
    pub target: Target,
    inspector: Inspector,
}

impl Inspector {
    /// Finds the inspector that is meant, and opens that of a local Node process if need be.
    ///
    /// A bare number is a Node process where there is one of that id, else a port.
    ///
    /// # Errors
    ///
    /// Where nothing listens, or the process is not Node.
    pub fn find(address: &Address, job: &Job) -> Result<Self, LiveError> {
        match address {
            Address::Number(number) => Self::by_number(*number, job),
            Address::Port { host, port } => Self::listed(resolve(host, *port)?, None, false, job),
            Address::Url { host, port, path } => {
                let targets = vec![Target::at_path(path)];
                Ok(Self { at: resolve(host, *port)?, process: None, is_ours: false, targets })
            }
        }
    }

    fn by_number(number: u32, job: &Job) -> Result<Self, LiveError> {
        let process = Process::find(number);
        let refused = match process.map(|process| (process.inspector(job), process)) {
            Some((Ok((at, is_ours)), process)) => return Self::listed(at, Some(process), is_ours, job),
            Some((Err(error @ LiveError::NotNode { .. }), _)) => error,
            Some((Err(error), _)) => return Err(error),
            None => LiveError::NoProcess(number),
        };
        // Another program has that id by chance, or none has: it may be a port.
        let port = u16::try_from(number).ok().filter(|&port| port > 0);
        match port.map(|port| Self::listed(SocketAddr::from(([127, 0, 0, 1], port)), None, false, job)) {
            Some(Err(LiveError::Connect { .. } | LiveError::Mute { .. } | LiveError::NoInspector { .. }))
            | None => Err(refused),
            Some(found) => found,
        }
    }

    fn listed(at: SocketAddr, process: Option<Process>, is_ours: bool, job: &Job) -> Result<Self, LiveError> {
        let mut found = Self { at, process, is_ours, targets: Vec::new() };
        found.targets = endpoint::list(at)?;
        let workers: Vec<_> = found.targets.iter().map(|target| found.workers_of(target, job)).collect();
        for workers in workers {
            found.targets.extend(workers?);
        }
        if found.targets.is_empty() {
            return Err(LiveError::NoTarget { at: at.to_string() });
        }
        Ok(found)
    }

    /// The worker threads of a Node program.
    fn workers_of(&self, target: &Target, job: &Job) -> Result<Vec<Target>, LiveError> {
        let Route::Direct(Some(path)) = &target.route else { return Ok(Vec::new()) };
        if target.kind != "node" {
            return Ok(Vec::new());
        }
        let mut session = Session::open(self.at, path)?;
        let workers = session.workers(job)?;
        session.forget_workers(job)?;
        let target = |worker: WorkerInfo| Target {
            route: Route::Worker { path: path.clone(), worker: worker.worker_id.clone() },
            id: format!("worker-{}", worker.worker_id),
            kind: worker.kind,
            title: worker.title,
            url: worker.url,
        };
        Ok(workers.into_iter().map(target).collect())
    }

    /// What it offers, programs and pages before the workers of programs.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// Whether it was opened here, and will be closed again.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// Begins a session with the target that is meant; with the only one where none is named.
    ///
    /// # Errors
    ///
    /// Where none or several are meant, or the one does not answer.
    pub fn attach(self, wanted: Option<&str>, job: &Job) -> Result<Attached, LiveError> {
        let target = endpoint::pick(&self.targets, wanted)?.clone();
        self.attach_to(target, job)
    }

    /// The same with the program itself where there are worker threads too.
    ///
    /// # Errors
    ///
    /// As [`Inspector::attach`].
    pub fn attach_to_program(self, wanted: Option<&str>, job: &Job) -> Result<Attached, LiveError> {
        let is_program = |target: &&Target| matches!(target.route, Route::Direct(_));
        let mut programs = self.targets.iter().filter(is_program).cloned();
        match (wanted, programs.next(), programs.next()) {
            (None, Some(one), None) => self.attach_to(one, job),
            _ => self.attach(wanted, job),
        }
    }

    fn attach_to(self, target: Target, job: &Job) -> Result<Attached, LiveError> {
        let session = match &target.route {
            Route::Direct(None) => return Err(LiveError::Busy(target.title)),
            Route::Direct(Some(path)) => Session::open(self.at, path)?,
            Route::Worker { path, worker } => {
                let mut session = Session::open(self.at, path)?;
                session.enter_worker(worker, job)?;
                session
            }
        };
        Ok(Attached { session, target, inspector: self })
    }

    /// Closes what was opened here, waiting till then at most, and answers what stays open. `told` has been
    /// told to, by that call; without it one is connected to that is.
    fn close(&mut self, told: Option<(Session, u64)>, until: Instant) -> Rest {
        if !std::mem::take(&mut self.is_ours) {
            return Rest::Nothing;
        }
        let Some(process) = &self.process else { return Rest::Nothing };
        let Some((mut session, call)) = told.or_else(|| self.connect_to_close()) else {
            return if process.listens_at(self.at) { Rest::Open(self.at) } else { Rest::Nothing };
        };
        session.settles(call, until);
        while process.listens_at(self.at) {
            if Instant::now() > until {
                return Rest::UntilItAnswers;
            }
            thread::sleep(LOOK);
        }
        Rest::Nothing
    }

    /// A session of its own that carries this, and the call.
    fn connect_to_close(&self) -> Option<(Session, u64)> {
        let main = self.targets.iter().find_map(|target| match &target.route {
            Route::Direct(path) => path.as_deref(),
            Route::Worker { .. } => None,
        });
        let mut session = Session::open_within(self.at, main?, CONNECTING).ok()?;
        let call = tell_to_close(&mut session).ok()?;
        Some((session, call))
    }
}

/// Tells a process to close its inspector, which it does at once or when it is free, be it stopped.
fn tell_to_close(session: &mut Session) -> Result<u64, LiveError> {
    let params = serde_json::json!({ "expression": CLOSE, "includeCommandLineAPI": true });
    session.post_to_program("Runtime.evaluate", params)
}

impl Drop for Inspector {
    fn drop(&mut self) {
        self.close(None, Instant::now() + LEAVING);
    }
}

impl Attached {
    /// Ends the session, and closes the inspector if it was opened here. Takes a few seconds at most.
    pub fn leave(self) -> Rest {
        self.leave_after(None)
    }

    /// The same after a call that was posted. The process is told everything before anything is waited for:
    /// one that is stopped does all of it when it goes on, though nobody is there any more.
    pub(super) fn leave_after(self, posted: Option<u64>) -> Rest {
        let until = Instant::now() + LEAVING;
        let Self { mut session, mut inspector, .. } = self;
        let closing = inspector.is_ours.then(|| tell_to_close(&mut session).ok()).flatten();
        let is_done = posted.is_none_or(|call| session.settles(call, until));
        match inspector.close(closing.map(|call| (session, call)), until) {
            Rest::Nothing if !is_done => Rest::UntilItAnswers,
            rest => rest,
        }
    }

    /// The process's pages, where it is a process of this system that was named by its id.
    pub fn resident(&self) -> Option<Resident> {
        self.inspector.process.as_ref()?.resident()
    }

    /// The process's id, where it was named by that.
    pub fn pid(&self) -> Option<u32> {
        self.inspector.process.as_ref().map(Process::pid)
    }

    /// Lets the target run for a while.
    ///
    /// # Errors
    ///
    /// Where it goes away, or nobody waits any more.
    pub fn pass(&mut self, time: Duration, job: &Job) -> Result<(), LiveError> {
        self.session.pass(time, job)
    }

    /// The address of the inspector.
    pub fn at(&self) -> SocketAddr {
        self.inspector.at
    }
}

/// The first address of a host at which somebody listens: `localhost` has two.
fn resolve(host: &str, port: u16) -> Result<SocketAddr, LiveError> {
    let at = format!("{host}:{port}");
    let connect = |source| LiveError::Connect { at: at.clone(), source };
    let mut refused = io::ErrorKind::NotFound.into();
    for found in (host, port).to_socket_addrs().map_err(connect)? {
        match TcpStream::connect_timeout(&found, PATIENCE) {
            Ok(_) => return Ok(found),
            Err(error) => refused = error,
        }
    }
    Err(connect(refused))
}
