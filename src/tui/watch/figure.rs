//! The figures of a watched process, and their course over time.

use crate::{
    format,
    live::{Sample, Trend, Trends},
};
use std::time::Duration;

/// Samples looked back at: an hour at the usual pace.
pub const MOST: usize = 1800;

/// A figure that has a row on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// The heap in use.
    Heap,
    /// What V8 has reserved for it.
    Total,
    /// Memory of C++ objects that JavaScript objects hold.
    External,
    /// Array buffers, a part of that.
    Buffers,
    /// Pages in memory.
    Rss,
    /// Pages that neither the heap nor external memory explains: native memory V8 does not know of.
    Rest,
    /// Garbage collections.
    Collections,
    /// How late the event loop is.
    Delay,
}

impl Figure {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 8] = [
        Self::Heap,
        Self::Total,
        Self::External,
        Self::Buffers,
        Self::Rss,
        Self::Rest,
        Self::Collections,
        Self::Delay,
    ];

    /// What it is called, and what where there is little room.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Heap => ("Heap used", "heap"),
            Self::Total => ("Heap reserved", "reservd"),
            Self::External => ("External", "extern"),
            Self::Buffers => ("Array buffers", "buffers"),
            Self::Rss => ("Rss", "rss"),
            Self::Rest => ("Rest of rss", "rest"),
            Self::Collections => ("Collections", "GCs"),
            Self::Delay => ("Loop delay", "delay"),
        }
    }

    /// Where there is too little room for all, the lowest go first.
    pub fn rank(self) -> u8 {
        match self {
            Self::Total => 0,
            Self::Collections => 1,
            Self::Buffers => 2,
            Self::Delay => 3,
            Self::Rest => 4,
            Self::External => 5,
            Self::Rss => 6,
            Self::Heap => 7,
        }
    }

    /// Whether it is an amount of memory.
    pub fn is_memory(self) -> bool {
        !matches!(self, Self::Collections | Self::Delay)
    }

    /// Its value in a sample: bytes, collections since the watch began, or microseconds.
    pub fn of(self, sample: &Sample) -> Option<u64> {
        let figures = &sample.figures;
        match self {
            Self::Heap => figures.heap_used,
            Self::Total => figures.heap_total,
            Self::External => figures.external,
            Self::Buffers => figures.array_buffers,
            Self::Rss => figures.rss,
            Self::Rest => figures.remainder(),
            Self::Collections => sample.collections,
            Self::Delay => sample.delay.map(|delay| delay.as_micros() as u64),
        }
    }

    /// A value as people read it.
    pub fn text(self, value: u64) -> String {
        match self {
            Self::Collections => format::count(value),
            Self::Delay => format::duration(Duration::from_micros(value)),
            _ => format::bytes(value),
        }
    }
}

/// Samples, and what follows from them.
#[derive(Debug, Default)]
pub struct Course {
    samples: Vec<Sample>,
    trends: Trends,
    by_figure: [Option<Trend>; Figure::ALL.len()],
}

impl Course {
    /// Takes one sample more.
    pub fn push(&mut self, sample: Sample) {
        if self.samples.len() == MOST {
            self.samples.remove(0);
        }
        self.samples.push(sample);
        let points: Vec<_> = self.samples.iter().map(Sample::point).collect();
        self.trends = Trends::of(&points);
        self.by_figure = Figure::ALL.map(|figure| self.trend_of(figure));
    }

    fn trend_of(&self, figure: Figure) -> Option<Trend> {
        let known = |sample: &Sample| Some((sample.point().minutes, figure.of(sample)? as f64));
        let series: Vec<_> = self.samples.iter().filter_map(known).collect();
        Trend::of(&series).filter(|_| figure.is_memory())
    }

    /// Whether there is no sample yet.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The newest sample.
    pub fn last(&self) -> Option<&Sample> {
        self.samples.last()
    }

    /// The trends the verdict is made of.
    pub fn trends(&self) -> &Trends {
        &self.trends
    }

    /// The trend of an amount of memory, once there is one.
    pub fn trend(&self, figure: Figure) -> Option<Trend> {
        self.by_figure[figure as usize]
    }

    /// The figures that anybody tells.
    pub fn figures(&self) -> Vec<Figure> {
        let is_known = |figure: &Figure| self.samples.iter().any(|sample| figure.of(sample).is_some());
        Figure::ALL.into_iter().filter(is_known).collect()
    }

    /// A figure's values, oldest first; of collections those since the sample before.
    pub fn values(&self, figure: Figure) -> Vec<Option<u64>> {
        let values: Vec<_> = self.samples.iter().map(|sample| figure.of(sample)).collect();
        if figure != Figure::Collections {
            return values;
        }
        let fresh = |pair: &[Option<u64>]| Some(pair[1]?.saturating_sub(pair[0]?));
        [Some(0)].into_iter().chain(values.windows(2).map(fresh)).take(values.len()).collect()
    }

    /// How many samples there are, and how many of them are no younger than a time.
    pub fn place(&self, at: Duration) -> (usize, usize) {
        (self.samples.len(), self.samples.partition_point(|sample| sample.at <= at))
    }

    /// The time of the oldest sample and of the newest.
    pub fn span(&self) -> Option<(Duration, Duration)> {
        Some((self.samples.first()?.at, self.samples.last()?.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Figures;

    fn sample(second: u64) -> Sample {
        Sample {
            at: Duration::from_secs(second),
            figures: Figures { rss: Some(1000 + second), ..Figures::default() },
            resident: None,
            collections: Some(second * 2),
            delay: None,
        }
    }

    #[test]
    fn figures_nobody_tells_have_no_row() {
        let mut course = Course::default();
        course.push(sample(0));
        assert_eq!(course.figures(), [Figure::Rss, Figure::Collections]);
    }

    #[test]
    fn collections_are_told_by_sample() {
        let mut course = Course::default();
        (0..3).for_each(|second| course.push(sample(second)));
        assert_eq!(course.values(Figure::Collections), [Some(0), Some(2), Some(2)]);
        assert_eq!(course.values(Figure::Rss), [Some(1000), Some(1001), Some(1002)]);
    }

    #[test]
    fn an_hour_is_looked_back_at() {
        let mut course = Course::default();
        (0..MOST as u64 + 5).for_each(|second| course.push(sample(second)));
        assert_eq!(course.span().map(|span| span.0), Some(Duration::from_secs(5)));
        assert_eq!(course.place(Duration::from_secs(6)), (MOST, 2));
    }
}
