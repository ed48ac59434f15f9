//! What a row of counts says, and what it does not.
//!
//! Two snapshots show that something grew, never that it goes on growing. Three and more are
//! fitted: a line, one step, a rise that ended, or none of these.

/// What a site's counts say.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// More than before, by two snapshots: it may stop here.
    Grew,
    /// More than before, but so little that starting up may explain it.
    Minor,
    /// Grew at every step; `fit` is the share of the variance a straight line explains.
    Linear {
        /// R², 0 to 1.
        fit: f64,
    },
    /// Nearly all growth in one step that was not the last, and none since, or in the last alone.
    Step,
    /// Grew, then stopped.
    Plateau,
    /// Up and down.
    Noisy,
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
            Self::Step => "step",
            Self::Plateau => "plateau",
            Self::Noisy => "noisy",
            Self::WarmUp => "warm-up",
            Self::Shrank => "shrank",
            Self::Steady => "steady",
        }
    }

    /// Whether the row points at a leak: something goes on growing, or grew much.
    pub fn is_suspicious(self) -> bool {
        matches!(self, Self::Grew | Self::Linear { .. })
    }
}

/// The verdict on three or more values in order of time.
pub(super) fn fit(values: &[i64]) -> Verdict {
    let (first, last) = (values[0], values[values.len() - 1]);
    let growth = last - first;
    if growth == 0 && values.iter().all(|&value| value == first) {
        return Verdict::Steady;
    }
    if growth < 0 {
        return Verdict::Shrank;
    }
    let steps: Vec<i64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if steps.iter().any(|&step| step < 0) || growth == 0 {
        return Verdict::Noisy;
    }
    let quiet = |step: i64| step * 10 <= growth;
    match steps.iter().filter(|&&step| !quiet(step)).count() {
        1 if steps.len() > 1 => Verdict::Step,
        _ if steps.last().is_some_and(|&step| quiet(step)) => Verdict::Plateau,
        _ => Verdict::Linear { fit: line_fit(values) },
    }
}

/// R² of the least-squares line through equally spaced values.
fn line_fit(values: &[i64]) -> f64 {
    let n = values.len() as f64;
    let mean_x = (n - 1.0) / 2.0;
    let mean_y = values.iter().map(|&value| value as f64).sum::<f64>() / n;
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (at, &value) in values.iter().enumerate() {
        let (x, y) = (at as f64 - mean_x, value as f64 - mean_y);
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    if yy == 0.0 { 1.0 } else { xy * xy / (xx * yy) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_step_a_plateau_and_noise_are_told_apart() {
        assert_eq!(fit(&[10, 20, 30]), Verdict::Linear { fit: 1.0 });
        assert_eq!(fit(&[0, 8, 16, 24]), Verdict::Linear { fit: 1.0 }, "a steady +8 counts");
        assert_eq!(fit(&[10, 10, 500, 500]), Verdict::Step);
        assert_eq!(fit(&[10, 300, 500, 505]), Verdict::Plateau);
        assert_eq!(fit(&[10, 300, 50, 505]), Verdict::Noisy);
        assert_eq!(fit(&[5, 5, 5]), Verdict::Steady);
        assert_eq!(fit(&[9, 5, 2]), Verdict::Shrank);
    }

    #[test]
    fn uneven_growth_at_every_step_fits_a_line_less_well() {
        let Verdict::Linear { fit } = fit(&[0, 10, 100, 150]) else { panic!("grew at every step") };
        assert!(fit > 0.8 && fit < 1.0, "{fit}");
    }
}
