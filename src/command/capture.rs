//! `leaktui capture TARGET`: a snapshot, a series, a timeline or a sampling profile of a running process.
//!
//! What happens is told on stderr; stdout gets the names of the files, once all are whole.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant, SystemTime},
};

use super::{CommandError, Output, interrupt::Interrupt, progress::Meter, watch::warn_of_rest};
use crate::{
    cli::CaptureArgs,
    format,
    job::{Cancelled, Job},
    live::{
        Address, Attached, Condition, Cost, Figures, Inspector, LiveError, Target,
        capture::{self, Captured, Show},
    },
    text, words,
};

/// How often a condition is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often somebody who is asked may give up.
const TURN: Duration = Duration::from_millis(100);

pub(super) fn run(args: &CaptureArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    for file in take(args)? {
        to.line(&file.display().to_string())?;
    }
    Ok(())
}

/// Takes what is asked for, and answers the files, oldest first.
pub(super) fn take(args: &CaptureArgs) -> Result<Vec<PathBuf>, CommandError> {
    let job = Job::default();
    let _interrupt = Interrupt::cancels(&job)?;
    let inspector = find(&args.address, &job)?;
    if inspector.is_ours() {
        note(&format!("opened the inspector of process {}, and will close it again", args.address));
    }
    let targets = inspector.targets().to_vec();
    let attached = inspector.attach(args.target.as_deref(), &job);
    let mut attached = attached.inspect_err(|error| list_targets(error, &targets))?;
    let taken = Taking { args, attached: &mut attached, job: &job }.take();
    warn_of_rest(attached.leave());
    taken
}

/// Finds the inspector that is meant, showing what it waits for.
pub(super) fn find(address: &Address, job: &Job) -> Result<Inspector, LiveError> {
    let _meter = Meter::show(job);
    Inspector::find(address, job)
}

/// Lists the targets on stderr where the error is about which of them.
pub(super) fn list_targets(error: &LiveError, targets: &[Target]) {
    if let LiveError::ManyTargets { .. } | LiveError::NoSuchTarget { .. } = error {
        for (at, target) in targets.iter().enumerate() {
            note(&row(at + 1, target));
        }
    }
}

/// A target as the list shows it.
fn row(number: usize, target: &Target) -> String {
    let Target { kind, title, url, id, .. } = target;
    format!("target {number}: {kind} {} {} ({id})", text::snippet(title, 40), text::snippet(url, 60))
}

/// Tells whoever waits. Where stderr is gone, nobody does.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "leaktui: {}", text::clean(text));
}

/// What is to be taken, and of whom.
struct Taking<'a> {
    args: &'a CaptureArgs,
    attached: &'a mut Attached,
    job: &'a Job,
}

impl Taking<'_> {
    fn take(&mut self) -> Result<Vec<PathBuf>, CommandError> {
        let show = Show { numbers: true, internals: self.args.internals };
        if let Some(time) = self.args.sampling {
            let path = self.path("heapprofile", None);
            return self.write(path, |attached, path, job| capture::sampling(attached, time, path, job));
        }
        self.confirm()?;
        match self.args.timeline {
            Some(time) => {
                let path = self.path("heaptimeline", None);
                self.write(path, |attached, path, job| capture::timeline(attached, time, show, path, job))
            }
            None => self.series(show),
        }
    }

    /// One snapshot, or as many as asked for. A limit on growth needs one to grow from.
    fn series(&mut self, show: Show) -> Result<Vec<PathBuf>, CommandError> {
        let from_before = self.args.when.is_some_and(|condition| condition.is_growth);
        let count = self.args.series.unwrap_or(if from_before { 2 } else { 1 });
        let mut files = Vec::new();
        let mut before = Figures::default();
        for number in 1..=count {
            self.wait(number == 1, &before)?;
            let path = self.path("heapsnapshot", (count > 1).then_some(number));
            let captured =
                self.meter(&path, |attached, path, job| capture::snapshot(attached, show, path, job))?;
            before = captured.record.figures;
            files.push(path);
        }
        Ok(files)
    }

    /// Waits until the next snapshot is due.
    fn wait(&mut self, is_first: bool, before: &Figures) -> Result<(), CommandError> {
        match self.args.when {
            Some(condition) if !(is_first && condition.is_growth) => self.wait_until(condition, before),
            None if !is_first => Ok(self.attached.pass(self.args.every, self.job)?),
            _ => Ok(()),
        }
    }

    fn wait_until(&mut self, condition: Condition, before: &Figures) -> Result<(), CommandError> {
        let (name, limit) = (condition.gauge.name(), format::bytes(condition.limit));
        let sign = if condition.is_growth { "+" } else { "" };
        note(&format!("waiting until {name} > {sign}{limit}"));
        loop {
            let figures = self.attached.runtime(self.job)?.figures;
            match condition.is_met(before, &figures) {
                Some(true) => return Ok(()),
                Some(false) => self.attached.pass(LOOK, self.job)?,
                None => return Err(LiveError::NoFigure(name).into()),
            }
        }
    }

    fn write(
        &mut self,
        path: PathBuf,
        capture: impl FnOnce(&mut Attached, &Path, &Job) -> Result<Captured, LiveError>,
    ) -> Result<Vec<PathBuf>, CommandError> {
        self.meter(&path, capture)?;
        Ok(vec![path])
    }

    /// Takes a file, showing progress.
    fn meter(
        &mut self,
        path: &Path,
        capture: impl FnOnce(&mut Attached, &Path, &Job) -> Result<Captured, LiveError>,
    ) -> Result<Captured, CommandError> {
        let since = Instant::now();
        let meter = Meter::show(self.job);
        let captured = capture(self.attached, path, self.job);
        drop(meter);
        let captured = captured?;
        let (bytes, time) = (format::bytes(captured.bytes), format::duration(since.elapsed()));
        note(&format!("wrote {}, {bytes}, in {time}", path.display()));
        Ok(captured)
    }

    /// The file's name, with its number in a series.
    fn path(&self, ending: &str, number: Option<u32>) -> PathBuf {
        let named = self
            .args
            .output
            .clone()
            .unwrap_or_else(|| capture::file_name(self.attached, ending, SystemTime::now()));
        match number {
            None => named,
            Some(number) => numbered(&named, number),
        }
    }

    /// Says what a snapshot costs, and asks.
    fn confirm(&mut self) -> Result<(), CommandError> {
        let figures = self.attached.runtime(self.job)?.figures;
        note(&words::cost(&Cost::of(self.attached, &figures)));
        if self.args.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(CommandError::NotConfirmed("there is nobody to ask"));
        }
        let _ = write!(io::stderr(), "  take it? [y/N] ");
        match answer(self.job)?.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(CommandError::NotConfirmed("you said no")),
        }
    }
}

/// The next line of the keyboard. Read beside, for a read cannot be cancelled.
fn answer(job: &Job) -> Result<String, Cancelled> {
    let (sender, answer) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // No line is no consent.
        let _ = io::stdin().lock().read_line(&mut line);
        sender.send(line)
    });
    loop {
        job.tick(0)?;
        match answer.recv_timeout(TURN) {
            Ok(line) => return Ok(line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(String::new()),
        }
    }
}

/// `heap.heapsnapshot` → `heap-3.heapsnapshot`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    path.with_file_name(format!("{stem}-{number}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_numbered_before_the_ending() {
        assert_eq!(numbered(Path::new("d/heap.v1.heapsnapshot"), 3), Path::new("d/heap.v1-3.heapsnapshot"));
        assert_eq!(numbered(Path::new("heap"), 1), Path::new("heap-1"));
    }
}
