//! What was allocated when, of what still lives?
//!
//! V8 noted from time to time the last id it had given. Ids rise, so an object was allocated
//! between the first sample that reaches its id and the one before. Native objects have ids of another
//! kind and are left out, as are objects younger than the last sample. Objects are those of the Constructors: what
//! V8 makes for itself and DevTools counts with its owner has no size and is none.
//!
//! The first sample comes a moment after the recording began, so that what was there before and what was
//! allocated in that moment cannot be told apart by ids; a stack tells of the latter.

use super::{Analysis, allocation::stack_of};
use crate::{
    heap::Trace,
    job::{Cancelled, Job},
};

/// The time between two samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bar {
    /// When it ended, in microseconds since the recording began.
    pub time_us: u64,
    /// Its objects have ids above this one …
    pub above: u64,
    /// … and up to this one.
    pub up_to: u64,
    /// How many of them live.
    pub count: u64,
    /// Their own bytes.
    pub size: u64,
    /// How many of them have a stack, and so were allocated while it was recorded.
    pub traced: u64,
}

impl Bar {
    /// The words of a filter that keeps what was allocated in these bars, and what DevTools keeps:
    /// native objects take part. `None` for no bars.
    pub fn filter(bars: &[Self]) -> Option<[String; 2]> {
        let (first, last) = (bars.first()?, bars.last()?);
        Some([format!("id>{}", first.above), format!("id<={}", last.up_to)])
    }
}

/// The bars of a recording, oldest first; none in a plain snapshot. Cost: a binary search a node.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn bars(trace: &Trace, known: &Analysis, job: &Job) -> Result<Vec<Bar>, Cancelled> {
    let samples = trace.samples();
    let above = std::iter::once(0).chain(samples.iter().map(|sample| sample.last_id));
    let bar = |(sample, above): (&crate::heap::TraceSample, u64)| Bar {
        time_us: sample.time_us,
        above,
        up_to: sample.last_id,
        count: 0,
        size: 0,
        traced: 0,
    };
    let mut bars: Vec<Bar> = samples.iter().zip(above).map(bar).collect();
    job.phase("placing objects in time", "nodes", known.heap.node_count());
    for node in known.heap.nodes() {
        if node.0 & 0xFFFF == 0 {
            job.tick(1 << 16)?;
        }
        let id = known.heap.id(node).0;
        let at = bars.partition_point(|bar| bar.up_to < id);
        let size = known.shallow(node);
        if let Some(bar) = bars.get_mut(at).filter(|_| id % 2 == 1 && size > 0) {
            bar.count += 1;
            bar.size = bar.size.saturating_add(size);
            bar.traced += u64::from(stack_of(trace, &known.heap, node).is_some());
        }
    }
    Ok(bars)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{TraceSample, fixture::heap};

    #[test]
    fn an_object_belongs_to_the_first_sample_that_reaches_its_id() {
        let known = Analysis::complete(heap("0:0>1,2,3 1:10 2:20 3:40"));
        let ids: Vec<u64> = known.heap.nodes().map(|node| known.heap.id(node).0).collect();
        let sample = |time_us, last_id| TraceSample { time_us, last_id };
        let samples = vec![sample(0, ids[1]), sample(50, ids[1]), sample(100, ids[2])];
        let trace = Trace::new(Vec::new(), Vec::new(), samples).expect("it fits");
        let bars = bars(&trace, &known, &Job::default()).expect("nobody cancels");
        let sizes: Vec<_> = bars.iter().map(|bar| (bar.count, bar.size)).collect();
        assert_eq!(
            sizes,
            [(1, 10), (0, 0), (1, 20)],
            "one object, for the root has no size, none, the next; the last is too young"
        );
        assert_eq!(Bar::filter(&bars[2..]), Some([format!("id>{}", ids[1]), format!("id<={}", ids[2])]));
    }
}
