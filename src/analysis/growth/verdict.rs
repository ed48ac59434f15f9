//! What a row of counts says, and what it does not.
//!
//! Two snapshots show that something grew, never that it goes on growing. Three and more are
//! fitted: a line, one step, a rise that ended, or none of these.

/// What a row's figures say.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// More than before, by two snapshots: it may stop here.
    Grew,
    /// More than before, but so little that starting up may explain it.
    Minor,
    /// Grew at every step.
    Linear {
        /// The share of the variance that a straight line explains (R², 0 to 1).
        fit: f64,
    },
    /// Nearly all growth in one step.
    Step {
        /// The share of the variance that this step explains (R², 0 to 1).
        fit: f64,
    },
    /// Grew, then stopped.
    Plateau {
        /// The share of the variance that a line, level from where it stopped, explains (R², 0 to 1).
        fit: f64,
    },
    /// Up and down.
    Noisy {
        /// The share of the variance that a straight line explains (R², 0 to 1).
        fit: f64,
    },
    /// Held only by the stack while the snapshot was taken: gone as soon as those functions return.
    Transient,
    /// V8 warming up, or its own bookkeeping.
    WarmUp,
    /// Fewer than before.
    Shrank,
    /// As many as before.
    Steady,
}

impl Verdict {
    /// One word for it, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grew => "grew",
            Self::Minor => "minor",
            Self::Linear { .. } => "linear",
            Self::Step { .. } => "step",
            Self::Plateau { .. } => "plateau",
            Self::Noisy { .. } => "noisy",
            Self::Transient => "transient",
            Self::WarmUp => "warm-up",
            Self::Shrank => "shrank",
            Self::Steady => "steady",
        }
    }

    /// How well its shape fits the figures (R², 0 to 1), where it has one.
    pub fn fit(self) -> Option<f64> {
        match self {
            Self::Linear { fit } | Self::Step { fit } | Self::Plateau { fit } | Self::Noisy { fit } => {
                Some(fit)
            }
            _ => None,
        }
    }

    /// Whether the row points at a leak: something goes on growing, or grew much.
    pub fn is_suspicious(self) -> bool {
        matches!(self, Self::Grew | Self::Linear { .. })
    }

    /// The verdict on values in order of time; of two, only whether there is more or less.
    pub fn of(values: &[i64]) -> Self {
        let (Some(&first), Some(&last)) = (values.first(), values.last()) else { return Self::Steady };
        let growth = last.saturating_sub(first);
        if values.iter().all(|&value| value == first) {
            return Self::Steady;
        }
        if growth < 0 {
            return Self::Shrank;
        }
        if values.len() < 3 {
            return Self::Grew;
        }
        let steps: Vec<i64> = values.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
        if growth == 0 || steps.iter().any(|&step| step < 0) {
            return Self::Noisy { fit: explained(values, &line(values.len())) };
        }
        // What a tenth of all growth or less came with is no step of its own.
        let is_loud = |step: &i64| step.saturating_mul(10) > growth;
        let loud: Vec<usize> = (0..steps.len()).filter(|&at| is_loud(&steps[at])).collect();
        match (loud.as_slice(), loud.last()) {
            (&[only], _) => Self::Step { fit: explained(values, &rise(values.len(), only, only + 1)) },
            (_, Some(&last)) if last + 1 < steps.len() => {
                Self::Plateau { fit: explained(values, &rise(values.len(), 0, last + 1)) }
            }
            _ => Self::Linear { fit: explained(values, &line(values.len())) },
        }
    }
}

/// A straight line of so many points.
fn line(points: usize) -> Vec<f64> {
    rise(points, 0, points - 1)
}

/// So many points: level up to `from`, level again after `to`, a straight line between.
fn rise(points: usize, from: usize, to: usize) -> Vec<f64> {
    (0..points).map(|at| at.clamp(from, to) as f64).collect()
}

/// The share of the variance that the least-squares fit of this shape explains: R².
fn explained(values: &[i64], shape: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean_x = shape.iter().sum::<f64>() / n;
    let mean_y = values.iter().map(|&value| value as f64).sum::<f64>() / n;
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (&x, &value) in shape.iter().zip(values) {
        let (x, y) = (x - mean_x, value as f64 - mean_y);
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    if xx == 0.0 || yy == 0.0 { 1.0 } else { xy * xy / (xx * yy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_step_a_plateau_and_noise_are_told_apart() {
        assert_eq!(Verdict::of(&[10, 20, 30]), Verdict::Linear { fit: 1.0 });
        assert_eq!(Verdict::of(&[0, 8, 16, 24]), Verdict::Linear { fit: 1.0 }, "a steady +8 counts");
        assert_eq!(Verdict::of(&[10, 10, 500, 500]), Verdict::Step { fit: 1.0 });
        assert_eq!(Verdict::of(&[10, 10, 500]), Verdict::Step { fit: 1.0 });
        assert_eq!(Verdict::of(&[10, 300, 500, 505]).name(), "plateau");
        assert_eq!(Verdict::of(&[10, 300, 50, 505]).name(), "noisy");
        assert_eq!(Verdict::of(&[5, 5, 5]), Verdict::Steady);
        assert_eq!(Verdict::of(&[9, 5, 2]), Verdict::Shrank);
    }

    #[test]
    fn two_snapshots_never_say_trend() {
        assert_eq!(Verdict::of(&[1, 900]), Verdict::Grew);
        assert_eq!(Verdict::of(&[1, 900]).fit(), None);
    }

    #[test]
    fn the_fit_is_that_of_the_shape() {
        let fit = |values: &[i64]| Verdict::of(values).fit().expect("three snapshots have a shape");
        let uneven = fit(&[0, 10, 100, 150]);
        assert!(uneven > 0.8 && uneven < 1.0, "grew at every step: {uneven}");
        assert!((fit(&[0, 100, 200, 200, 200]) - 1.0).abs() < 1e-9, "an even rise that ended");
        assert!(fit(&[0, 100, 3, 101]) < 0.5, "no line");
        assert!(fit(&[10, 10, 14, 500]) > 0.99, "one step with a little beside it");
    }
}
