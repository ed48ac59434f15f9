//! A snapshot, an allocation timeline or a sampling profile of a target, into a file.
//!
//! Chunks go to the disk as they come; nothing is held but one of them. What is cancelled, or
//! ends early, leaves no file.

use std::{borrow::Cow, path::Path, time::Duration};

use serde::Deserialize;
use serde_json::{json, value::RawValue};

pub use super::name::file_name;
use super::{Attached, LiveError, Record, file::NewFile, session::Event};
use crate::job::Job;

/// What a snapshot shall show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Show {
    /// Numbers, each as a node of its own.
    pub numbers: bool,
    /// V8's own structures in full.
    pub internals: bool,
}

/// A file that was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Captured {
    /// Its length.
    pub bytes: u64,
    /// The process just before.
    pub record: Record,
}

/// How long a collection may take: a second for each gigabyte is usual, and hosts are busy.
const COLLECTING: Duration = Duration::from_secs(120);
/// V8's allocation sampling takes an object about each so many bytes.
const INTERVAL: u64 = 32 << 10;

/// Takes a heap snapshot. The program stands still meanwhile.
///
/// Tells `job` what V8 does, first in its own steps and then in bytes. The record of the process is
/// written beside the file.
///
/// # Errors
///
/// [`LiveError`], and no file is left.
pub fn snapshot(attached: &mut Attached, show: Show, path: &Path, job: &Job) -> Result<Captured, LiveError> {
    let file = NewFile::create(path)?;
    let mut beside = Record::begin_beside(path)?;
    job.phase("collecting garbage", "objects", 0);
    collect_garbage(attached, job)?;
    let record = record(attached, job)?;
    record.write(&mut beside)?;
    let bytes = written(attached, "HeapProfiler.takeHeapSnapshot", show, file, job)?;
    // All that is left to do is to give it its name.
    beside.finish()?;
    Ok(Captured { bytes, record })
}

/// Collects the target's garbage, so that what is left is alive. The program stands still meanwhile.
pub(super) fn collect_garbage(attached: &mut Attached, job: &Job) -> Result<(), LiveError> {
    let collect = "HeapProfiler.collectGarbage";
    attached.session.call::<Nothing>(collect, json!({}), Some(COLLECTING), &mut |_| Ok(()), job).map(|_| ())
}

/// Records allocations with their stacks for a while, then takes a snapshot that holds them. The program
/// runs meanwhile, at a fraction of its speed.
///
/// # Errors
///
/// [`LiveError`], and no file is left.
pub fn timeline(
    attached: &mut Attached,
    time: Duration,
    show: Show,
    path: &Path,
    job: &Job,
) -> Result<Captured, LiveError> {
    let file = NewFile::create(path)?;
    let record = record(attached, job)?;
    let start = json!({ "trackAllocations": true });
    attached.session.ask::<Nothing>("HeapProfiler.startTrackingHeapObjects", start, job)?;
    job.phase("recording allocations", "ms", time.as_millis() as usize);
    attached.pass(time, job)?;
    let bytes = written(attached, "HeapProfiler.stopTrackingHeapObjects", show, file, job)?;
    Ok(Captured { bytes, record })
}

/// Samples allocations for a while. Costs the program next to nothing.
///
/// # Errors
///
/// [`LiveError`], and no file is left.
pub fn sampling(
    attached: &mut Attached,
    time: Duration,
    path: &Path,
    job: &Job,
) -> Result<Captured, LiveError> {
    #[derive(Deserialize)]
    struct Stopped {
        profile: Box<RawValue>,
    }
    let mut file = NewFile::create(path)?;
    let record = record(attached, job)?;
    let start = json!({ "samplingInterval": INTERVAL });
    attached.session.ask::<Nothing>("HeapProfiler.startSampling", start, job)?;
    job.phase("sampling allocations", "ms", time.as_millis() as usize);
    attached.pass(time, job)?;
    let stop = "HeapProfiler.stopSampling";
    let stopped: Stopped = attached.session.call(stop, json!({}), None, &mut |_| Ok(()), job)?;
    file.append(stopped.profile.get())?;
    Ok(Captured { bytes: file.finish()?, record })
}

/// An answer that says no more than that it came.
#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    chunk: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Steps {
    done: u64,
    total: u64,
}

fn record(attached: &mut Attached, job: &Job) -> Result<Record, LiveError> {
    let runtime = attached.runtime(job)?;
    Ok(Record::of(attached, runtime))
}

/// Calls what writes a snapshot, and puts its chunks into the file. Answers how long that is.
fn written(
    attached: &mut Attached,
    method: &str,
    show: Show,
    mut file: NewFile,
    job: &Job,
) -> Result<u64, LiveError> {
    let params = json!({
        "reportProgress": true,
        "captureNumericValue": show.numbers,
        "exposeInternals": show.internals,
    });
    let mut progress = Walk::default();
    let mut is_writing = false;
    let mut on_event = |event: &Event<'_>| -> Result<(), LiveError> {
        match event.name {
            "HeapProfiler.addHeapSnapshotChunk" => {
                let Some(Chunk { chunk }) = event.params() else {
                    return Err(LiveError::Garbled { method: method.to_owned() });
                };
                if !std::mem::replace(&mut is_writing, true) {
                    job.phase("writing the snapshot", "bytes", 0);
                }
                file.append(&chunk)?;
                Ok(job.tick(chunk.len())?)
            }
            "HeapProfiler.reportHeapSnapshotProgress" => match event.params() {
                Some(steps) => progress.at(&steps, job),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    };
    attached.session.call::<Nothing>(method, params, None, &mut on_event, job)?;
    file.finish()
}

/// V8's walk over the heap, which it counts in steps.
#[derive(Default)]
struct Walk {
    done: u64,
    total: u64,
}

impl Walk {
    fn at(&mut self, steps: &Steps, job: &Job) -> Result<(), LiveError> {
        if steps.total != self.total {
            *self = Self { done: 0, total: steps.total };
            job.phase("V8 walks the heap", "steps", steps.total as usize);
        }
        let fresh = steps.done.saturating_sub(self.done);
        self.done += fresh;
        Ok(job.tick(fresh as usize)?)
    }
}
