//! Sampling the memory of a process for as long as somebody looks.
//!
//! In Node a probe counts collections and the delay of the event loop; it is held by the
//! session alone and taken out when the watch ends. Each sample costs the program well under a
//! millisecond. A process that cannot be inspected still has its pages counted.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Address, Attached, Figures, Inspector, LiveError, Point, Resident, Rest, capture, process::Process,
    session::PATIENCE,
};
use crate::job::Job;

/// Forgets all of a name.
const FORGET: &str = "Runtime.releaseObjectGroup";

/// How exactly the delay of the event loop is measured, in milliseconds; it is part of what is told.
const RESOLUTION: f64 = 10.0;

/// The session's name for all of ours in the target.
const GROUP: &str = "leaktui";

/// Counts in the target, from the first sample on: whoever never learns that it is there leaves nothing that
/// counts. Answers an object that only the session knows. Nothing may touch the delay once its handle is
/// closed, which would end the process; so it is forgotten before.
const PROBE: &str = "(() => {
    const { PerformanceObserver, monitorEventLoopDelay } = require('perf_hooks');
    let collections = 0, stopped = false, observer = null, delay = null;
    const begin = () => {
        delay = monitorEventLoopDelay({ resolution: 10 });
        delay.enable();
        observer = new PerformanceObserver((list) => { collections += list.getEntries().length; });
        observer.observe({ entryTypes: ['gc'] });
    };
    return {
        sample() {
            if (stopped) return null;
            if (delay === null) begin();
            const longest = delay.max / 1e6;
            delay.reset();
            return JSON.stringify({ collections, longest });
        },
        stop() {
            stopped = true;
            const measured = delay;
            if (measured === null) return;
            delay = null;
            observer?.disconnect();
            measured.disable();
            // What measures lives until it is closed, which only Node's own handle of it can be.
            for (const symbol of Object.getOwnPropertySymbols(measured)) measured[symbol]?.close?.();
        },
    };
})()";

/// Memory and activity at one time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// Since the watch began.
    pub at: Duration,
    /// Memory.
    pub figures: Figures,
    /// Pages as the system counts them, of a process of this system.
    pub resident: Option<Resident>,
    /// Garbage collections since the watch began, where the runtime tells.
    pub collections: Option<u64>,
    /// How late the event loop was at worst since the sample before, where the runtime tells.
    pub delay: Option<Duration>,
}

impl Sample {
    /// The figures on the axis of time.
    pub fn point(&self) -> Point {
        Point { minutes: self.at.as_secs_f64() / 60.0, figures: self.figures }
    }
}

/// A process that is watched.
pub struct Watch {
    source: Source,
    began: Instant,
}

enum Source {
    /// The runtime tells, and the system of a local process.
    Runtime { attached: Box<Attached>, probe: Probe },
    /// Only the system tells; why the runtime does not.
    System(Process, String),
}

/// What counts in the target, where the target can.
#[derive(Default)]
struct Probe {
    state: Counter,
    /// Collections that were counted by those that were there before it.
    counted: u64,
    /// Collections that were counted when it was last asked, those included.
    last: u64,
}

/// Whether something counts in the target.
#[derive(Default)]
enum Counter {
    /// Not now; the next sample puts one there.
    #[default]
    Out,
    /// It does; the session knows it by this name.
    In(String),
    /// The target has nothing to count with.
    Never,
}

impl Probe {
    /// Asks it, and puts it into the target first if need be; `None` where it says nothing of use.
    fn ask(&mut self, attached: &mut Attached, job: &Job) -> Result<Option<Probed>, LiveError> {
        if let Counter::Out = self.state {
            self.state = attached.install(PROBE, job)?.map_or(Counter::Never, Counter::In);
            self.counted = self.last;
        }
        let Counter::In(object) = &self.state else { return Ok(None) };
        let told = attached.call_on(object, "sample", job)?;
        let probed: Option<Probed> = told.as_str().and_then(|text| serde_json::from_str(text).ok());
        Ok(probed.map(|probed| {
            self.last = self.counted + probed.collections;
            Probed { collections: self.last, ..probed }
        }))
    }

    /// Takes it out, so that garbage collection leaves nothing of it.
    fn remove(&mut self, attached: &mut Attached, job: &Job) -> Result<(), LiveError> {
        job.tick(0)?;
        let Some(call) = self.post_removal(attached)? else { return Ok(()) };
        match attached.session.answer::<Value>(call, FORGET, Some(PATIENCE), &mut |_| Ok(()), job) {
            // What knows no such names has nothing to forget.
            Ok(_) | Err(LiveError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Has it taken out, also what was put there and never answered, and answers the number of the call that
    /// is done when all is. From here on it counts as out, whoever waits for that and for how long: the target
    /// stops it in any case.
    fn post_removal(&mut self, attached: &mut Attached) -> Result<Option<u64>, LiveError> {
        match std::mem::take(&mut self.state) {
            Counter::Never => {
                self.state = Counter::Never;
                return Ok(None);
            }
            Counter::In(object) => {
                attached.session.post("Runtime.callFunctionOn", method_of(&object, "stop"))?;
            }
            Counter::Out => {}
        }
        attached.session.post(FORGET, json!({ "objectGroup": GROUP })).map(Some)
    }
}

#[derive(Deserialize)]
struct Probed {
    collections: u64,
    longest: f64,
}

impl Watch {
    /// Begins to watch. Opens the inspector of a local Node process if need be.
    ///
    /// # Errors
    ///
    /// Where there is no such process, or nothing listens.
    pub fn open(inspector: Inspector, wanted: Option<&str>, job: &Job) -> Result<Self, LiveError> {
        let attached = Box::new(inspector.attach_to_program(wanted, job)?);
        Ok(Self { source: Source::Runtime { attached, probe: Probe::default() }, began: Instant::now() })
    }

    /// Begins to watch the pages of a local process, whatever it runs, without touching it; with why no more
    /// than these are watched.
    ///
    /// # Errors
    ///
    /// Where there is no such process.
    pub fn outside(address: &Address, why: String) -> Result<Self, LiveError> {
        let Address::Number(pid) = address else { return Err(LiveError::NotLocal) };
        let process = Process::find(*pid).ok_or(LiveError::NoProcess(*pid))?;
        Ok(Self { source: Source::System(process, why), began: Instant::now() })
    }

    /// Asks once.
    ///
    /// # Errors
    ///
    /// Where the process is gone or does not answer.
    pub fn sample(&mut self, job: &Job) -> Result<Sample, LiveError> {
        let at = self.began.elapsed();
        match &mut self.source {
            Source::System(process, _) => {
                job.tick(0)?;
                let gone = || LiveError::Gone { method: "the watch".to_owned() };
                let resident = process.resident().ok_or_else(gone)?;
                let figures = Figures { rss: Some(resident.rss), ..Figures::default() };
                Ok(Sample { at, figures, resident: Some(resident), collections: None, delay: None })
            }
            Source::Runtime { attached, probe } => {
                let figures = attached.runtime(job)?.figures;
                let probed = probe.ask(attached, job)?;
                let delay = |probed: &Probed| {
                    Duration::try_from_secs_f64((probed.longest - RESOLUTION).max(0.0) / 1000.0).ok()
                };
                Ok(Sample {
                    at,
                    figures,
                    resident: attached.resident(),
                    collections: probed.as_ref().map(|probed| probed.collections),
                    delay: probed.as_ref().and_then(delay),
                })
            }
        }
    }

    /// Lets time pass.
    ///
    /// # Errors
    ///
    /// Where the process goes away, or nobody watches any more.
    pub fn pass(&mut self, time: Duration, job: &Job) -> Result<(), LiveError> {
        const TURN: Duration = Duration::from_millis(50);
        match &mut self.source {
            Source::Runtime { attached, .. } => attached.pass(time, job),
            Source::System(..) => {
                let until = Instant::now() + time;
                while Instant::now() < until {
                    job.tick(0)?;
                    std::thread::sleep(until.saturating_duration_since(Instant::now()).min(TURN));
                }
                Ok(())
            }
        }
    }

    /// Collects the target's garbage, so that what is left is alive.
    ///
    /// # Errors
    ///
    /// Where it does not answer.
    pub fn collect_garbage(&mut self, job: &Job) -> Result<(), LiveError> {
        match &mut self.source {
            Source::System(..) => Ok(()),
            Source::Runtime { attached, .. } => capture::collect_garbage(attached, job),
        }
    }

    /// Does something with the target while nothing of ours is in it, so that a snapshot shows the program
    /// alone; the next sample goes on counting. `None` where only pages are counted.
    ///
    /// # Errors
    ///
    /// Where it does not answer, or what is done fails.
    pub fn undisturbed<T>(
        &mut self,
        job: &Job,
        task: impl FnOnce(&mut Attached) -> Result<T, LiveError>,
    ) -> Result<Option<T>, LiveError> {
        let Source::Runtime { attached, probe } = &mut self.source else { return Ok(None) };
        probe.remove(attached, job)?;
        task(attached).map(Some)
    }

    /// What is watched: the program's title, and the process's id where it was named by that. Foreign text.
    pub fn label(&self) -> String {
        let (title, pid) = match &self.source {
            Source::Runtime { attached, .. } => (attached.target.title.clone(), attached.pid()),
            Source::System(process, _) => (process.name(), Some(process.pid())),
        };
        let pid = pid.map(|pid| format!("process {pid}"));
        let parts = [Some(title).filter(|title| !title.is_empty()), pid];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Why only pages are counted, where that is so; it may hold foreign text.
    pub fn why_pages_only(&self) -> Option<&str> {
        match &self.source {
            Source::Runtime { .. } => None,
            Source::System(_, why) => Some(why),
        }
    }

    /// The session, for a snapshot of what is watched; `None` where only pages are counted.
    pub fn attached(&mut self) -> Option<&mut Attached> {
        match &mut self.source {
            Source::Runtime { attached, .. } => Some(attached),
            Source::System(..) => None,
        }
    }

    /// Takes the probe out, ends the session, and closes the inspector if it was opened here. Takes a few
    /// seconds at most; answers what stays of ours.
    pub fn leave(self) -> Rest {
        let Source::Runtime { mut attached, mut probe } = self.source else { return Rest::Nothing };
        // A target that is gone holds nothing.
        let removal = probe.post_removal(&mut attached).ok().flatten();
        attached.leave_after(removal)
    }
}

impl Attached {
    /// Evaluates an expression and answers by what name the session knows its object; `None` where
    /// the target cannot.
    fn install(&mut self, expression: &str, job: &Job) -> Result<Option<String>, LiveError> {
        let params = json!({
            "expression": expression,
            "includeCommandLineAPI": true,
            "silent": true,
            "objectGroup": GROUP,
        });
        let answer: Value = self.session.ask("Runtime.evaluate", params, job)?;
        Ok(answer["result"]["objectId"]
            .as_str()
            .filter(|_| answer["exceptionDetails"].is_null())
            .map(str::to_owned))
    }

    /// What a method of such an object answers.
    fn call_on(&mut self, object: &str, method: &str, job: &Job) -> Result<Value, LiveError> {
        let answer: Value = self.session.ask("Runtime.callFunctionOn", method_of(object, method), job)?;
        Ok(answer["result"]["value"].clone())
    }
}

/// The parameters of a call of such an object's method.
fn method_of(object: &str, method: &str) -> Value {
    let function = format!("function() {{ return this.{method}(); }}");
    json!({ "objectId": object, "functionDeclaration": function, "returnByValue": true })
}
