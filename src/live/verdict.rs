//! Where does a process's memory grow, if it grows?
//!
//! Three parts make up its pages: the JavaScript heap, what V8 accounts for outside of it (array
//! buffers first of all), and the rest, which no snapshot shows. Each has a trend of its own. What cannot
//! be told is said, never guessed.

use super::{Figures, Trend};

/// Memory at a time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// Minutes since the first.
    pub minutes: f64,
    /// The figures.
    pub figures: Figures,
}

/// A part of a process's memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The JavaScript heap.
    Heap,
    /// Array buffers, and memory of other C++ objects that JavaScript holds.
    Buffers,
    /// All else: native memory that V8 does not know of.
    Outside,
}

/// This share of growth is as good as all of it.
const MOST: f64 = 0.8;

/// A part of external memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum External {
    /// Array buffers.
    Buffers,
    /// Memory of other C++ objects that JavaScript holds.
    Others,
    /// Either, or both.
    Any,
}

/// The trends of everything that is known.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Trends {
    /// The heap in use.
    pub heap: Option<Trend>,
    /// External memory.
    pub buffers: Option<Trend>,
    /// Array buffers, a part of that.
    pub arrays: Option<Trend>,
    /// What neither explains.
    pub outside: Option<Trend>,
    /// All pages.
    pub rss: Option<Trend>,
}

/// What follows from the trends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// Too short a time.
    TooEarly,
    /// Nothing grows.
    Steady,
    /// A part grows, more than any other.
    Grows {
        /// Which part.
        part: Part,
        /// How fast.
        trend: Trend,
    },
    /// Pages grow; what grows is not known without the runtime's own figures.
    Somewhere {
        /// How fast.
        trend: Trend,
    },
}

impl Trends {
    /// The trends over points, oldest first.
    pub fn of(points: &[Point]) -> Self {
        let trend = |figure: fn(&Figures) -> Option<u64>| {
            let known = |point: &Point| Some((point.minutes, figure(&point.figures)? as f64));
            let series: Vec<_> = points.iter().filter_map(known).collect();
            Trend::of(&series)
        };
        Self {
            heap: trend(|figures| figures.heap_used),
            buffers: trend(|figures| figures.external.or(figures.array_buffers)),
            arrays: trend(|figures| figures.array_buffers),
            outside: trend(Figures::remainder),
            rss: trend(|figures| figures.rss),
        }
    }

    /// What of external memory it is that grows, where that can be told.
    pub fn of_external(&self) -> External {
        match (self.buffers, self.arrays) {
            (Some(all), Some(arrays)) if arrays.per_minute >= all.per_minute * MOST => External::Buffers,
            (Some(all), Some(arrays)) if arrays.per_minute <= all.per_minute * (1.0 - MOST) => {
                External::Others
            }
            _ => External::Any,
        }
    }

    /// Whether more is accounted for outside of the heap than there are pages: part of it was never touched.
    pub fn is_untouched(&self) -> bool {
        self.buffers.zip(self.rss).is_some_and(|(buffers, rss)| buffers.level > rss.level)
    }

    /// Whether the heap may well be what makes the pages outside of it grow, once it has outgrown its ups and
    /// downs: it rises, or nothing yet says that it does not do so about as fast.
    fn may_be_heap(&self, outside: Trend) -> bool {
        let may_be = |heap: Trend| heap.is_rising() || heap.high >= outside.per_minute / 2.0;
        self.heap.is_some_and(|heap| !heap.is_growth() && may_be(heap))
    }

    /// What they say together.
    pub fn verdict(&self) -> Verdict {
        let parts = [(Part::Heap, self.heap), (Part::Buffers, self.buffers), (Part::Outside, self.outside)];
        let grows = |trend: Option<Trend>| trend.filter(Trend::is_growth);
        let growing = parts.into_iter().filter_map(|(part, trend)| Some((part, grows(trend)?)));
        let fastest = growing.max_by(|(_, a), (_, b)| a.per_minute.total_cmp(&b.per_minute));
        match (fastest, grows(self.rss)) {
            (Some((Part::Outside, trend)), _) if self.may_be_heap(trend) => Verdict::TooEarly,
            (Some((part, trend)), _) => Verdict::Grows { part, trend },
            (None, Some(trend)) if self.outside.is_none() => Verdict::Somewhere { trend },
            _ if self.heap.is_none() && self.rss.is_none() => Verdict::TooEarly,
            _ if parts.iter().any(|(_, trend)| trend.is_some_and(|trend| trend.is_unclear())) => {
                Verdict::TooEarly
            }
            _ => Verdict::Steady,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(figures: impl Fn(u64) -> Figures) -> Verdict {
        let point = |second: u64| Point { minutes: second as f64 / 60.0, figures: figures(second) };
        Trends::of(&(0..60).map(point).collect::<Vec<_>>()).verdict()
    }

    /// Heap, external and rss in megabytes.
    fn megabytes(heap: u64, external: u64, rss: u64) -> Figures {
        let bytes = |megabytes| Some(megabytes * 1_000_000);
        let (heap_used, external, rss) = (bytes(heap), bytes(external), bytes(rss));
        Figures { heap_used, heap_total: heap_used, external, rss, array_buffers: None }
    }

    fn part(verdict: Verdict) -> Option<Part> {
        match verdict {
            Verdict::Grows { part, .. } => Some(part),
            _ => None,
        }
    }

    #[test]
    fn the_part_that_grows_is_named() {
        assert_eq!(part(verdict(|second| megabytes(20 + second, 5, 90 + second))), Some(Part::Heap));
        assert_eq!(part(verdict(|second| megabytes(20, 5 + second, 90 + second))), Some(Part::Buffers));
        assert_eq!(part(verdict(|second| megabytes(20, 5, 90 + second))), Some(Part::Outside));
        assert_eq!(verdict(|_| megabytes(20, 5, 90)), Verdict::Steady);
    }

    #[test]
    fn pages_alone_do_not_tell_what_grows() {
        let pages =
            |second: u64| Figures { rss: Some(90_000_000 + second * 1_000_000), ..Figures::default() };
        assert!(matches!(verdict(pages), Verdict::Somewhere { .. }));
        assert_eq!(verdict(|_| Figures { rss: Some(90_000_000), ..Figures::default() }), Verdict::Steady);
        assert_eq!(verdict(|_| Figures::default()), Verdict::TooEarly, "nothing is known at all");
    }

    #[test]
    fn a_native_leak_is_not_claimed_while_the_heap_rises_in_waves() {
        let waves = |second: u64| {
            let heap = 20 + second / 3 + (second % 3) * 15;
            megabytes(heap, 5, 90 + 2 * second + heap)
        };
        assert_eq!(verdict(waves), Verdict::TooEarly);
    }

    #[test]
    fn a_native_leak_is_not_claimed_before_the_heap_is_known_not_to_grow() {
        let told = |seconds: u64, heap: fn(u64) -> u64| {
            let point = |second: u64| {
                let figures = megabytes(20 + heap(second), 5, 90 + 2 * second + heap(second));
                Point { minutes: second as f64 / 60.0, figures }
            };
            Trends::of(&(0..seconds).map(point).collect::<Vec<_>>()).verdict()
        };
        let collected = |second| if second == 9 { 0 } else { second * 2 };
        assert_eq!(told(15, collected), Verdict::TooEarly, "one collection hides how fast it grows");
        assert_eq!(part(told(15, |_| 0)), Some(Part::Outside));
    }

    #[test]
    fn array_buffers_are_named_where_they_are_what_grows_outside_of_the_heap() {
        let grows = |arrays: fn(u64) -> Option<u64>| {
            let figures =
                |second: u64| Figures { array_buffers: arrays(second), ..megabytes(20, 5 + second, 40) };
            let point = |second: u64| Point { minutes: second as f64 / 60.0, figures: figures(second) };
            Trends::of(&(0..60).map(point).collect::<Vec<_>>())
        };
        assert_eq!(grows(|second| Some((4 + second) * 1_000_000)).of_external(), External::Buffers);
        assert_eq!(grows(|_| Some(4_000_000)).of_external(), External::Others);
        assert_eq!(grows(|second| Some((4 + second / 2) * 1_000_000)).of_external(), External::Any);
        assert_eq!(grows(|_| None).of_external(), External::Any);
        assert!(!grows(|_| None).is_untouched());
        let reserved =
            |second: u64| Point { minutes: second as f64 / 60.0, figures: megabytes(20, 90 + second, 50) };
        assert!(Trends::of(&(0..60).map(reserved).collect::<Vec<_>>()).is_untouched());
    }

    #[test]
    fn the_fastest_of_several_is_named() {
        assert_eq!(
            part(verdict(|second| megabytes(20 + second, 5 + 3 * second, 90 + 4 * second))),
            Some(Part::Buffers)
        );
    }
}
