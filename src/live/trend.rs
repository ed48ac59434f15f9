//! How fast does a figure grow, whatever garbage collection does to it?
//!
//! The slope is the median of the slopes between all pairs of points (Theil 1950, Sen 1968): a
//! third of the points may be wild without moving it. Its interval comes from the same slopes by
//! rank, at 95 %. A heap goes up and down between collections, so the lowest value of each
//! stretch of time is looked at, not each sample. A program that warms up grows and then stops, so what
//! does not grow in the later half any more is no growth. Cost: quadratic in the stretches, of which there are few.

/// Into how many stretches a series is cut at most.
const STRETCHES: usize = 24;
/// Samples in a stretch at least, so that one of them follows a collection.
const IN_A_STRETCH: usize = 3;
/// Fewer points than these have no trend.
const FEWEST: usize = 5;
/// Fewer points than these cannot show that a figure that rose did so by chance.
const ENOUGH: usize = 10;
/// Where the normal distribution leaves 2.5 % on each side.
const NORMAL: f64 = 1.96;

/// A trend in bytes a minute, and between which bounds it lies with 95 %.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Trend {
    /// The median slope.
    pub per_minute: f64,
    /// Its lower bound.
    pub low: f64,
    /// Its upper bound.
    pub high: f64,
    /// How many minutes it was looked at.
    pub minutes: f64,
    /// A usual value of the figure.
    pub level: f64,
    /// The median slope of the later half.
    late: f64,
    /// How far the figure goes up and down within a stretch of time.
    swing: f64,
    /// How many points it is made of.
    points: usize,
}

impl Trend {
    /// The trend of a figure's floor over samples of (minutes, bytes), oldest first; `None` where there
    /// are too few.
    pub fn of(samples: &[(f64, f64)]) -> Option<Self> {
        let stretches = stretches(samples);
        let floors: Vec<_> = stretches.iter().map(|stretch| stretch.0).collect();
        if floors.len() < FEWEST {
            return None;
        }
        let slopes = slopes(&floors);
        let mut levels: Vec<f64> = floors.iter().map(|floor| floor.1).collect();
        levels.sort_by(f64::total_cmp);
        let (low, high) = bounds(&slopes, floors.len());
        let minutes = floors.last()?.0 - floors.first()?.0;
        let (per_minute, level) = (median(&slopes)?, median(&levels)?);
        let mut swings: Vec<f64> = stretches.iter().map(|stretch| stretch.1).collect();
        swings.sort_by(f64::total_cmp);
        let swing = median(&swings)?;
        let late = median(&self::slopes(&floors[floors.len() / 2..]))?;
        Some(Self { per_minute, low, high, minutes, level, late, swing, points: floors.len() })
    }

    /// Whether it grows beyond doubt and by an amount that matters: over the time looked at 2 % of the
    /// level and half a megabyte, and more than it goes up and down anyway.
    pub fn is_growth(&self) -> bool {
        self.low > 0.0 && self.late >= self.per_minute / 3.0 && self.matters() && self.grown() >= self.swing
    }

    /// Whether it rises beyond doubt by an amount that matters, be it no more than it goes up and down anyway.
    pub fn is_rising(&self) -> bool {
        self.low > 0.0 && self.matters()
    }

    /// Whether it may grow: it rose, and there are too few points to call that chance.
    pub fn is_unclear(&self) -> bool {
        !self.is_growth() && self.matters() && self.points < ENOUGH
    }

    /// Growth slower than this, in bytes a minute, would not be told from none yet.
    pub fn least(&self) -> f64 {
        5e5_f64.max(self.level * 0.02).max(self.swing) / self.minutes
    }

    fn matters(&self) -> bool {
        self.grown() >= 5e5 && self.grown() >= self.level * 0.02
    }

    /// By how many bytes, over the time looked at.
    fn grown(&self) -> f64 {
        self.per_minute * self.minutes
    }
}

/// The slopes between all pairs of points, rising.
fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes: Vec<f64> = Vec::with_capacity(points.len() * points.len() / 2);
    for (at, later) in points.iter().enumerate() {
        let to = |earlier: &(f64, f64)| (later.1 - earlier.1) / (later.0 - earlier.0);
        slopes.extend(points[..at].iter().filter(|earlier| later.0 > earlier.0).map(to));
    }
    slopes.sort_by(f64::total_cmp);
    slopes
}

/// The lowest sample of each stretch of time, and how far the highest lies above it.
fn stretches(samples: &[(f64, f64)]) -> Vec<((f64, f64), f64)> {
    let size = samples.len().div_ceil(STRETCHES).max(IN_A_STRETCH);
    let by_value = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let stretch = |stretch: &[(f64, f64)]| {
        let (lowest, highest) = (stretch.iter().min_by(by_value)?, stretch.iter().max_by(by_value)?);
        Some((*lowest, highest.1 - lowest.1))
    };
    samples.chunks_exact(size).filter_map(stretch).collect()
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    Some(if sorted.len() % 2 == 1 { *upper } else { f64::midpoint(sorted[middle - 1], *upper) })
}

/// The slopes between which the true one lies, by Kendall's variance of their ranks.
fn bounds(slopes: &[f64], points: usize) -> (f64, f64) {
    let (count, points) = (slopes.len() as f64, points as f64);
    let spread = NORMAL * (points * (points - 1.0) * (2.0 * points + 5.0) / 18.0).sqrt();
    let at = |rank: f64| slopes.get((rank.max(0.0) as usize).min(slopes.len() - 1)).copied().unwrap_or(0.0);
    if slopes.is_empty() {
        return (0.0, 0.0);
    }
    let half = spread / 2.0;
    (at((count / 2.0 - half).floor()), at((count / 2.0 + half).ceil()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_second(count: usize, value: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (0..count).map(|second| (second as f64 / 60.0, value(second as f64))).collect()
    }

    #[test]
    fn a_sawtooth_on_a_slope_has_the_slope() {
        let leak = every_second(60, |second| 1e7 + second * 1e5 + (second % 7.0) * 5e5);
        let trend = Trend::of(&leak).expect("enough points");
        assert!((trend.per_minute - 6e6).abs() < 2e6, "{trend:?}");
        assert!(trend.is_growth());
    }

    #[test]
    fn a_sawtooth_alone_does_not_grow() {
        let busy = every_second(60, |second| 1e7 + (second % 11.0) * 3e6);
        assert!(!Trend::of(&busy).expect("enough points").is_growth());
    }

    #[test]
    fn a_rise_smaller_than_the_swing_is_no_growth_yet() {
        let slow = |second: f64| 1e7 + second * 3e4 + (second % 3.0) * 2e6;
        let early = Trend::of(&every_second(60, slow)).expect("enough points");
        assert!(early.low > 0.0 && !early.is_growth(), "{early:?}");
        assert!(Trend::of(&every_second(300, slow)).expect("enough points").is_growth(), "it shows in time");
    }

    #[test]
    fn what_would_not_show_yet_is_known_and_shrinks_with_time() {
        let after = |count| Trend::of(&every_second(count, |_| 1e7)).expect("enough points").least();
        assert!((after(60) * 0.95 - 5e5).abs() < 1e4, "half a megabyte in a minute: {}", after(60));
        assert!(after(600) < after(60) / 9.0);
        let busy = Trend::of(&every_second(60, |second| 1e7 + second % 3.0 * 1e6)).expect("enough points");
        assert!(busy.least() > 3.0 * after(60), "it goes up and down anyway");
    }

    #[test]
    fn a_program_that_warmed_up_does_not_grow() {
        let warming = every_second(60, |second| 1e7 + 5e6 * (1.0 - (-second / 8.0_f64).exp()));
        let trend = Trend::of(&warming).expect("enough points");
        assert!(trend.low > 0.0 && !trend.is_growth(), "{trend:?}");
    }

    #[test]
    fn a_third_of_wild_points_moves_nothing() {
        let wild = every_second(60, |second| if second % 9.0 < 3.0 { 9e9 } else { 1e7 + second * 1e5 });
        let trend = Trend::of(&wild).expect("enough points");
        assert!((trend.per_minute - 6e6).abs() < 1e6, "{trend:?}");
    }

    #[test]
    fn a_step_is_no_trend_and_few_samples_are_none() {
        let step = every_second(60, |second| if second < 10.0 { 1e7 } else { 2e7 });
        assert!(!Trend::of(&step).expect("enough points").is_growth());
        assert_eq!(Trend::of(&every_second(14, |second| second * 1e6)), None);
    }

    #[test]
    fn a_rise_over_a_few_points_is_neither_growth_nor_chance() {
        let floors = [10e6, 11e6, 9e6, 13e6, 14e6];
        let rising = |second: f64| floors[(second / 3.0) as usize % 5] + (second / 15.0).floor() * 4e6;
        let short = Trend::of(&every_second(15, rising)).expect("enough points");
        assert!(!short.is_growth() && short.is_unclear(), "{short:?}");
        assert!(!Trend::of(&every_second(60, rising)).expect("enough points").is_unclear());
    }
}
