//! The course of a figure in rows of bars.
//!
//! A cell is a sample while there is room for all, then as many as must be. The scale begins near the least
//! value, else a leak of 2 MB would be flat on a heap of 100; but it spans as much as the verdict takes
//! seriously at least, so that noise stays small.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    symbols::bar,
    widgets::{Sparkline, Widget as _},
};

/// The least that is worth a look, as a share of the greatest value.
const SHARE: u64 = 50;
/// Steps of a bar in one cell.
const STEPS: u64 = 8;

/// Between which values a chart stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scale {
    /// At its foot.
    pub(super) low: u64,
    /// At its top.
    pub(super) high: u64,
}

impl Scale {
    /// The scale of these values, `least` from foot to top or more.
    pub(super) fn of(values: &[Option<u64>], least: u64) -> Self {
        let known = || values.iter().flatten().copied();
        let (low, high) = (known().min().unwrap_or(0), known().max().unwrap_or(0));
        let span = (high - low).max(high / SHARE).max(least).max(1);
        Self { low, high: low.saturating_add(span) }
    }

    /// How high a value stands in a chart of so many steps; the least has one.
    fn steps(self, value: u64, steps: u64) -> u64 {
        let span = u128::from((self.high - self.low).max(1));
        let above = u128::from(value.saturating_sub(self.low).min(self.high - self.low));
        1 + ((above * u128::from(steps.saturating_sub(1)) + span / 2) / span) as u64
    }
}

/// The cell of sample `at` of `len`, where there are so many cells.
pub(super) fn cell_of(at: usize, len: usize, cells: usize) -> usize {
    if len <= cells { at } else { at * cells / len }
}

/// The greatest value of each cell.
fn by_cell(values: &[Option<u64>], cells: usize) -> Vec<Option<u64>> {
    let mut shown = vec![None; values.len().min(cells)];
    for (at, &value) in values.iter().enumerate() {
        let cell = &mut shown[cell_of(at, values.len(), cells)];
        *cell = value.max(*cell);
    }
    shown
}

/// Draws values from the left, and a line at each cell that is marked.
pub(super) fn draw(
    values: &[Option<u64>],
    scale: Scale,
    marks: &[usize],
    styles: (Style, Style),
    area: Rect,
    buffer: &mut Buffer,
) {
    if area.is_empty() {
        return;
    }
    let steps = u64::from(area.height) * STEPS;
    let bars = by_cell(values, area.width as usize);
    let bars = bars.into_iter().map(|value| value.map(|value| scale.steps(value, steps)));
    Sparkline::default()
        .data(bars.collect::<Vec<_>>())
        .max(steps)
        .bar_set(bar::NINE_LEVELS)
        .absent_value_symbol(" ")
        .style(styles.0)
        .render(area, buffer);
    for &mark in marks.iter().filter(|&&mark| mark < area.width as usize) {
        for y in area.top()..area.bottom() {
            let cell = &mut buffer[(area.x + mark as u16, y)];
            if cell.symbol() == " " {
                cell.set_symbol("┊").set_style(styles.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_stays_small_and_a_leak_fills_the_scale() {
        let quiet = Scale::of(&[Some(100_000_000), Some(100_010_000)], 500_000);
        assert_eq!(quiet.steps(100_010_000, 8), 1);
        let leak = Scale::of(&[Some(100_000_000), None, Some(150_000_000)], 500_000);
        assert_eq!([100_000_000, 150_000_000].map(|value| leak.steps(value, 8)), [1, 8]);
        assert_eq!(Scale::of(&[None], 5), Scale { low: 0, high: 5 });
        assert_eq!(Scale::of(&[Some(u64::MAX)], 1).steps(u64::MAX, 8), 1);
    }

    #[test]
    fn samples_share_cells_only_where_they_must() {
        let values: Vec<_> = (0..10).map(Some).collect();
        assert_eq!(by_cell(&values, 20).len(), 10);
        assert_eq!(by_cell(&values, 5), [Some(1), Some(3), Some(5), Some(7), Some(9)]);
        assert_eq!(by_cell(&[], 5), []);
    }
}
