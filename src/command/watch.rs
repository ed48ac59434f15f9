//! `leaktui watch TARGET`: a line a sample, and where memory grows.

use super::{
    CommandError, Output,
    capture::{find, list_targets, note},
    interrupt::Interrupt,
    json,
    output::Column,
};
use crate::{
    cli::WatchArgs,
    format,
    job::Job,
    live::{Address, Figures, LiveError, Part, Point, Rest, Sample, Trend, Trends, Verdict, Watch},
    words,
};

const COLUMNS: [Column; 8] = [
    ("Time", 11),
    ("Heap", 8),
    ("of", 8),
    ("External", 8),
    ("Buffers", 8),
    ("Rss", 8),
    ("Rest", 8),
    ("GCs", 6),
];
/// Samples looked back at: an hour at the usual pace.
const MOST: usize = 1800;

/// Begins a watch that is to be shown on a screen.
pub(super) fn begin(args: &WatchArgs) -> Result<Watch, CommandError> {
    let job = Job::default();
    let _interrupt = Interrupt::cancels(&job)?;
    open(args, &job)
}

/// Says what stays behind in the process, if anything does, on stderr.
pub fn warn_of_rest(rest: Rest) {
    match rest {
        Rest::Nothing => {}
        Rest::UntilItAnswers => {
            note("the process is busy: what was opened in it closes by itself once it answers again");
        }
        Rest::Open(at) => {
            note(&format!("warning: the inspector at {at} stays open: it takes no connection"));
            note("close it with `node inspect -p PID`, there `exec process._debugEnd()`, or end the process");
        }
    }
}

pub(super) fn run(args: &WatchArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let job = Job::default();
    let _interrupt = Interrupt::cancels(&job)?;
    let mut watch = open(args, &job)?;
    let mut watching = Watching { args, points: Vec::new(), said: None };
    let ended = watching.samples(&mut watch, &job, to);
    warn_of_rest(watch.leave());
    watching.conclude(to)?;
    match ended {
        // Whoever ends a watch has seen enough.
        Err(CommandError::Live(LiveError::Cancelled(_))) => Ok(()),
        other => other,
    }
}

/// With the runtime's figures where they can be had; a local process has its pages in any case.
fn open(args: &WatchArgs, job: &Job) -> Result<Watch, CommandError> {
    if args.no_inspector {
        return Ok(Watch::outside(&args.address, "as --no-inspector asks".to_owned())?);
    }
    let inspector = match find(&args.address, job) {
        Ok(inspector) => inspector,
        Err(error) if matches!(args.address, Address::Number(_)) && is_local(&error) => {
            note(&format!("{error}; only its pages are watched"));
            return Ok(Watch::outside(&args.address, error.to_string())?);
        }
        Err(error) => return Err(error.into()),
    };
    if inspector.is_ours() {
        note(&format!("opened the inspector of process {}, and will close it again", args.address));
    }
    let targets = inspector.targets().to_vec();
    Ok(Watch::open(inspector, args.target.as_deref(), job)
        .inspect_err(|error| list_targets(error, &targets))?)
}

/// Whether there is a process that merely cannot be asked.
fn is_local(error: &LiveError) -> bool {
    matches!(
        error,
        LiveError::NotNode { .. }
            | LiveError::NotOpened { .. }
            | LiveError::OtherNetwork(_)
            | LiveError::Denied { .. }
    )
}

struct Watching<'a> {
    args: &'a WatchArgs,
    points: Vec<Point>,
    /// The verdict told last.
    said: Option<&'static str>,
}

impl Watching<'_> {
    fn samples(&mut self, watch: &mut Watch, job: &Job, to: &mut Output<'_>) -> Result<(), CommandError> {
        if !self.args.json {
            to.head(&COLUMNS, "Loop delay")?;
        }
        let mut left = self.args.samples.unwrap_or(u32::MAX);
        while left > 0 {
            let Some(sample) = self.sample(watch, job)? else { continue };
            if self.points.len() == MOST {
                self.points.remove(0);
            }
            self.points.push(sample.point());
            self.tell(&sample, to)?;
            to.out.flush()?;
            left -= 1;
            if left > 0 {
                watch.pass(self.args.every, job)?;
            }
        }
        Ok(())
    }

    fn tell(&mut self, sample: &Sample, to: &mut Output<'_>) -> Result<(), CommandError> {
        let trends = Trends::of(&self.points);
        let verdict = trends.verdict();
        if self.args.json {
            return Ok(json::write_line(to.out, &record(sample, &trends, verdict))?);
        }
        line(sample, to)?;
        // A verdict that came to be is told at once; the last one ends the watch.
        if self.said.replace(named(verdict)) != Some(named(verdict)) && verdict != Verdict::TooEarly {
            to.line(&words::watched(&trends))?;
        }
        Ok(())
    }

    /// One sample; none where the process is busy, which is told, and it is asked again.
    fn sample(&self, watch: &mut Watch, job: &Job) -> Result<Option<Sample>, CommandError> {
        let collected = if self.args.gc { watch.collect_garbage(job) } else { Ok(()) };
        match collected.and_then(|()| watch.sample(job)) {
            Ok(sample) => Ok(Some(sample)),
            Err(LiveError::Silent { waited, .. }) => {
                let time = format::duration(waited);
                note(&format!(
                    "it answers nothing for {time}: its main thread is busy or stopped; still asking"
                ));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn conclude(&self, to: &mut Output<'_>) -> Result<(), CommandError> {
        if self.args.json || self.points.is_empty() {
            return Ok(());
        }
        to.line(&words::watched(&Trends::of(&self.points)))?;
        Ok(to.out.flush()?)
    }
}

fn line(sample: &Sample, to: &mut Output<'_>) -> Result<(), CommandError> {
    let Figures { heap_used, heap_total, external, array_buffers, rss } = sample.figures;
    let bytes = |figure: Option<u64>| figure.map_or_else(|| "-".to_owned(), format::bytes);
    let cells = [
        format::duration(sample.at),
        bytes(heap_used),
        bytes(heap_total),
        bytes(external),
        bytes(array_buffers),
        bytes(rss),
        bytes(sample.figures.remainder()),
        sample.collections.map_or_else(|| "-".to_owned(), format::count),
    ];
    let delay = sample.delay.map_or_else(|| "-".to_owned(), format::duration);
    Ok(to.row(&COLUMNS, &cells, &delay)?)
}

/// The verdict's name in JSON.
fn named(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooEarly => "unknown",
        Verdict::Steady => "steady",
        Verdict::Grows { part: Part::Heap, .. } => "heap",
        Verdict::Grows { part: Part::Buffers, .. } => "buffers",
        Verdict::Grows { part: Part::Outside, .. } => "outside",
        Verdict::Somewhere { .. } => "rss",
    }
}

fn record(sample: &Sample, trends: &Trends, verdict: Verdict) -> json::Watched {
    let Figures { heap_used, heap_total, external, array_buffers, rss } = sample.figures;
    let slope = |trend: Option<Trend>| trend.map(|trend| trend.per_minute.round() as i64);
    json::Watched {
        schema: "leaktui/watch/1",
        time_ms: sample.at.as_millis() as u64,
        heap_used,
        heap_total,
        external,
        array_buffers,
        rss,
        rest: sample.figures.remainder(),
        anonymous: sample.resident.and_then(|resident| resident.anonymous),
        swap: sample.resident.and_then(|resident| resident.swap),
        gc_count: sample.collections,
        loop_delay_ms: sample.delay.map(|delay| delay.as_secs_f64() * 1000.0),
        trend: json::WatchedTrend {
            heap: slope(trends.heap),
            buffers: slope(trends.buffers),
            outside: slope(trends.outside),
            rss: slope(trends.rss),
        },
        verdict: named(verdict),
        text: words::watched(trends),
    }
}
