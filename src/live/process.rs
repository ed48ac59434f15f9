//! What does `/proc` say of a local process: is it Node, where does it listen, how much memory has it?
//!
//! SIGUSR1 opens Node's inspector and ends almost every other program, so it is sent only to a
//! process that has Node's marks and catches it.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{LiveError, endpoint, figures::Resident, sockets};
use crate::job::Job;

/// How long Node may take to open its inspector. Running JavaScript is interrupted for it; a call that blocks,
/// as `execSync` does, ends first.
const OPENING: Duration = Duration::from_secs(30);
/// After how long that is said.
const BUSY: Duration = Duration::from_secs(2);
/// How long it may have been open unseen, on another port than the usual one.
const SETTLED: Duration = Duration::from_secs(1);
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(25);
/// SIGUSR1 in the masks of `/proc/PID/status`.
const USR1: u64 = 1 << 9;
/// What only Node's program, however it is named, holds: the name of a built-in module.
const MARK: &[u8] = b"node:inspector";

/// A process of this system.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pid: u32,
    folder: PathBuf,
}

impl Process {
    /// The process of that id, if there is one (and not merely a thread of that id).
    pub(super) fn find(pid: u32) -> Option<Self> {
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let leader = field(&fs::read_to_string(folder.join("status")).ok()?, "Tgid:")?.parse::<u32>();
        (leader == Ok(pid)).then_some(Self { pid, folder })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// What it is called: the name of its program.
    pub(super) fn name(&self) -> String {
        let program = fs::read_link(self.folder.join("exe")).ok();
        let program =
            program.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let status = self.status();
        program.or_else(|| field(&status, "Name:").map(str::to_owned)).unwrap_or_default()
    }

    fn status(&self) -> String {
        fs::read_to_string(self.folder.join("status")).unwrap_or_default()
    }

    /// Whether its program is Node, under whatever name. Cost: one pass over the program at most.
    fn runs_node(&self) -> Result<bool, LiveError> {
        let denied = |source| LiveError::Denied { pid: self.pid, source };
        let program = self.folder.join("exe");
        let name = fs::read_link(&program).map_err(denied)?;
        if name.file_name().is_some_and(|name| name == "node" || name == "nodejs") {
            return Ok(true);
        }
        let file = fs::File::open(&program).map_err(denied)?;
        contains(file, MARK).map_err(denied)
    }

    /// Refuses what is not Node, or would not survive the signal.
    fn check_is_node(&self) -> Result<(), LiveError> {
        let fate = fate(&self.status());
        if self.runs_node()? && fate == Fate::Handled {
            return Ok(());
        }
        Err(LiveError::NotNode { pid: self.pid, name: self.name(), fate: fate.says() })
    }

    /// Refuses a process whose loopback is another.
    fn check_network(&self) -> Result<(), LiveError> {
        let network = |folder: &Path| fs::read_link(folder.join("ns/net")).ok();
        match (network(&self.folder), network(Path::new("/proc/self"))) {
            (Some(its), Some(ours)) if its != ours => Err(LiveError::OtherNetwork(self.pid)),
            _ => Ok(()),
        }
    }

    /// Where its inspector listens, opened for us if need be; `true` where it was.
    ///
    /// Its own ports are asked only where the signal opened no new one.
    ///
    /// # Errors
    ///
    /// Where it is not Node, or opens nothing.
    pub(super) fn inspector(&self, job: &Job) -> Result<(SocketAddr, bool), LiveError> {
        self.check_is_node()?;
        self.check_network()?;
        let before = self.listening();
        let usual = before.iter().copied().find(|at| at.port() == 9229 && is_inspector(*at));
        if let Some(at) = usual {
            return Ok((at, false));
        }
        self.signal()?;
        let since = Instant::now();
        let mut is_said = false;
        while since.elapsed() < OPENING {
            job.tick(0)?;
            if self.is_over() {
                return Err(LiveError::Gone { method: "the wait for its inspector".to_owned() });
            }
            if since.elapsed() > BUSY && !std::mem::replace(&mut is_said, true) {
                let wait = format!(
                    "its main thread is blocked: waiting up to {} s for its inspector",
                    OPENING.as_secs()
                );
                job.phase(wait, "ms", 0);
            }
            let fresh = self.listening().into_iter().find(|at| !before.contains(at) && is_inspector(*at));
            if let Some(at) = fresh {
                return Ok((at, true));
            }
            // A second without a new port: it has probably been open all along, on another one.
            if since.elapsed() > SETTLED
                && let Some(at) = before.iter().copied().find(|at| is_inspector(*at))
            {
                return Ok((at, false));
            }
            thread::sleep(LOOK);
        }
        Err(LiveError::NotOpened { pid: self.pid, waited: OPENING })
    }

    /// Whether it has ended, be it that whoever started it has not looked yet.
    fn is_over(&self) -> bool {
        field(&self.status(), "State:").is_none_or(|state| state.starts_with(['Z', 'X']))
    }

    fn listening(&self) -> Vec<SocketAddr> {
        sockets::listening(&self.folder)
    }

    /// Whether it listens there.
    pub(super) fn listens_at(&self, at: SocketAddr) -> bool {
        self.listening().contains(&at)
    }

    fn signal(&self) -> Result<(), LiveError> {
        let pid = i32::try_from(self.pid).ok().and_then(rustix::process::Pid::from_raw);
        let pid = pid.ok_or(LiveError::NoProcess(self.pid))?;
        rustix::process::kill_process(pid, rustix::process::Signal::USR1)
            .map_err(|error| LiveError::Denied { pid: self.pid, source: error.into() })
    }

    /// Its pages in memory, as exactly as the system lets us know.
    pub(super) fn resident(&self) -> Option<Resident> {
        let rollup = fs::read_to_string(self.folder.join("smaps_rollup"));
        rollup
            .ok()
            .and_then(|text| Resident::of_rollup(&text))
            .or_else(|| Resident::of_status(&self.status()))
    }
}

fn is_inspector(at: SocketAddr) -> bool {
    endpoint::list(at).is_ok_and(|targets| !targets.is_empty())
}

/// What SIGUSR1 does to a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Handled,
    Ignored,
    Deadly,
}

impl Fate {
    fn says(self) -> &'static str {
        match self {
            Self::Handled => "SIGUSR1 would have done whatever it does there",
            Self::Ignored => "it ignores SIGUSR1",
            Self::Deadly => "SIGUSR1 would have ended it",
        }
    }
}

fn fate(status: &str) -> Fate {
    let mask = |label| field(status, label).and_then(|mask| u64::from_str_radix(mask, 16).ok()).unwrap_or(0);
    match (mask("SigCgt:") & USR1, mask("SigIgn:") & USR1) {
        (USR1, _) => Fate::Handled,
        (_, USR1) => Fate::Ignored,
        _ => Fate::Deadly,
    }
}

/// What stands behind a label of `/proc/PID/status`.
fn field<'a>(status: &'a str, label: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(label)).map(str::trim)
}

/// Whether the bytes occur. Reads in pieces, so that a program of 100 MB takes no memory.
fn contains(mut from: impl io::Read, wanted: &[u8]) -> io::Result<bool> {
    let mut piece = vec![0; 1 << 20];
    let mut kept = 0;
    loop {
        let read = match from.read(&mut piece[kept..]) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let full = kept + read;
        if memchr::memmem::find(&piece[..full], wanted).is_some() {
            return Ok(true);
        }
        let tail = full.min(wanted.len() - 1);
        piece.copy_within(full - tail..full, 0);
        kept = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_across_pieces() {
        let mut program = vec![b'n'; (1 << 20) + 100];
        assert_eq!(contains(program.as_slice(), MARK).ok(), Some(false));
        let at = (1 << 20) - 5;
        program[at..at + MARK.len()].copy_from_slice(MARK);
        assert_eq!(contains(program.as_slice(), MARK).ok(), Some(true));
    }

    #[test]
    fn the_masks_tell_what_a_signal_would_do() {
        let status = |caught: &str, ignored: &str| format!("SigIgn:\t{ignored}\nSigCgt:\t{caught}\n");
        assert_eq!(fate(&status("0000000100004602", "0")), Fate::Handled);
        assert_eq!(fate(&status("0000000000000000", "200")), Fate::Ignored);
        assert_eq!(fate(&status("0000000100004402", "0")), Fate::Deadly);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_that_is_not_node_is_refused_with_what_would_have_happened() {
        let own = Process::find(std::process::id()).expect("ourselves");
        let refused = own.inspector(&Job::default()).expect_err("a test is no Node");
        assert!(refused.to_string().ends_with("is not Node.js: SIGUSR1 would have ended it"), "{refused}");
        assert!(Process::find(0).is_none());
    }
}
