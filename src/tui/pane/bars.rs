//! Bars: how much of what lives was allocated when, over an axis of seconds.

use super::Canvas;
use crate::{
    analysis::timeline::Bar,
    format, text,
    tui::{
        sieve::{Window, seconds},
        theme::Role,
        widget::piece::Piece,
    },
};

/// Heights of a cell, an eighth each.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Lines below the bars: the ruler with the window, and seconds.
const AXIS: u16 = 2;

/// What is said takes no more lines.
const LINES: usize = 2;

/// Cells from one number of seconds to the next, at least.
const APART: u64 = 9;

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// All bars, the first being what was there before.
    pub bars: &'a [Bar],
    /// Of the bars after it those that are looked at, if not all.
    pub window: Option<(usize, usize)>,
    /// These in time; `None` until bars are known.
    pub shown: Option<Window>,
}

/// Time as cells of a line.
#[derive(Clone, Copy)]
struct Scale {
    from: u64,
    until: u64,
    cells: usize,
}

impl Scale {
    fn of(bars: &[Bar], cells: usize) -> Self {
        let time = |bar: Option<&Bar>| bar.map_or(0, |bar| bar.time_us);
        // It ends after it begins, however late that is.
        let from = time(bars.first()).min(u64::MAX - 1);
        Self { from, until: time(bars.last()).max(from + 1), cells }
    }

    fn cell(self, time: u64) -> usize {
        let span = u128::from(self.until - self.from);
        let cell = u128::from(time.saturating_sub(self.from)) * self.cells as u128 / span;
        (cell as usize).min(self.cells)
    }

    /// The cells of a stretch of time, one at least.
    fn cells(self, from: u64, until: u64) -> (usize, usize) {
        let first = self.cell(from).min(self.cells.saturating_sub(1));
        (first, self.cell(until).clamp(first + 1, self.cells.max(first + 1)))
    }
}

/// The bytes of each cell: a bar takes those of its time, and bars that share one add up.
fn heights(bars: &[Bar], scale: Scale) -> Vec<u64> {
    let mut heights = vec![0u64; scale.cells];
    for pair in bars.windows(2) {
        let (from, until) = scale.cells(pair[0].time_us, pair[1].time_us);
        for height in heights.iter_mut().take(until).skip(from) {
            *height = height.saturating_add(pair[1].size);
        }
    }
    heights
}

/// The bar after the first whose time a cell is.
pub fn bar_at(recorded: &[Bar], bars: &[Bar], cell: usize, cells: usize) -> Option<usize> {
    let scale = Scale::of(bars, cells);
    let at = recorded.partition_point(|bar| scale.cell(bar.time_us) <= cell);
    (!recorded.is_empty()).then(|| at.min(recorded.len() - 1))
}

/// Draws all of it.
pub fn draw(chart: &Chart<'_>, title: &str, canvas: &mut Canvas<'_>) {
    let Some(shown) = chart.shown else {
        canvas.frame(title, &[]);
        return canvas.say("once the file is read, where it has points in time");
    };
    let area = canvas.place.inner();
    let scale = Scale::of(chart.bars, area.width as usize);
    let heights = heights(chart.bars, scale);
    let most = heights.iter().copied().max().unwrap_or(0);
    canvas.frame(title, &[format!("highest bar {}", format::bytes(most))]);
    let said = said(chart, shown, area.width as usize);
    let lines = (area.height / 3).min(said.len() as u16);
    canvas.notes(&said[..lines as usize]);
    let (from, until) = scale.cells(shown.from_us, shown.until_us);
    let is_in = |cell: usize| chart.window.is_none() || (from..until).contains(&cell);
    let rows = area.height.saturating_sub(lines + AXIS);
    for row in 0..rows {
        for (cell, &height) in heights.iter().enumerate() {
            let role = if is_in(cell) { Role::Key } else { Role::Dim };
            let symbol = EIGHTHS[eighths(height, most, rows, rows - 1 - row)];
            put(canvas, (cell, lines + row), &symbol.to_string(), role);
        }
    }
    let window = chart.window.map(|_| (from, until));
    put(canvas, (0, lines + rows), &ruler(scale.cells, window), Role::Plain);
    put(canvas, (0, lines + rows + 1), &labels(scale), Role::Dim);
}

fn put(canvas: &mut Canvas<'_>, (x, y): (usize, u16), text: &str, role: Role) {
    let area = canvas.place.inner();
    if y < area.height {
        let style = canvas.theme.style(role);
        canvas.buffer.set_stringn(area.x + x as u16, area.y + y, text, area.width as usize - x, style);
    }
}

/// How much of a cell so many rows above the ground is filled; what there is at all has an eighth.
fn eighths(height: u64, most: u64, rows: u16, above: u16) -> usize {
    let all = (u128::from(height) * u128::from(rows) * 8).div_ceil(u128::from(most.max(1)));
    (all as usize).saturating_sub(above as usize * 8).min(8)
}

/// `───[════]───`: where the window is, told without colour.
fn ruler(cells: usize, window: Option<(usize, usize)>) -> String {
    let mark = |cell: usize| match window {
        Some((from, until)) if (from..until).contains(&cell) => {
            match (until - from, cell == from, cell + 1 == until) {
                (1, ..) => '▴',
                (_, true, _) => '[',
                (_, _, true) => ']',
                _ => '═',
            }
        }
        _ => '─',
    };
    (0..cells).map(mark).collect()
}

/// `0 s      2 s      4 s`: at round times, as many as have room.
fn labels(scale: Scale) -> String {
    let span = scale.until - scale.from;
    let most = (scale.cells as u64 / APART).max(1);
    let step = [1, 2, 5].map(|digit| (0..8).map(move |zeros| digit * 10u64.pow(zeros) * 10_000));
    let mut steps: Vec<u64> = step.into_iter().flatten().collect();
    steps.sort_unstable();
    let step = steps.into_iter().find(|step| span / step <= most).unwrap_or(span).max(1);
    let mut line = String::new();
    for time in (0..=span).step_by(step as usize) {
        let (cell, label) = (scale.cell(scale.from + time), seconds(time, step));
        if cell + text::width(&label) <= scale.cells && (line.is_empty() || cell > text::width(&line)) {
            line = text::pad(&line, cell) + &label;
        }
    }
    line
}

/// What is seen, in words, and what to do with it where there is room for that too.
fn said(chart: &Chart<'_>, shown: Window, cells: usize) -> Vec<Piece> {
    let recorded = chart.bars.get(1..).unwrap_or_default();
    let sum = |bars: &[Bar]| {
        let sum = |figure: fn(&Bar) -> u64| bars.iter().map(figure).fold(0, u64::saturating_add);
        format!("{}, {}", format::objects(sum(|bar| bar.count)), format::bytes(sum(|bar| bar.size)))
    };
    let span = shown.until_us.saturating_sub(shown.from_us);
    let (text, hint) = match chart.window {
        None => (
            format!(
                "{} recorded; alive of what was allocated: {}; there before: {}.",
                seconds(span, span / 10),
                sum(recorded),
                sum(&chart.bars[..1]) + &early(&chart.bars[0])
            ),
            " ←→ move a window, ↑↓ double and halve it.",
        ),
        Some((from, until)) => (
            format!("{}: {} alive.", shown.text(), sum(&recorded[from..until])),
            " Enter shows only these in Explore.",
        ),
    };
    let wrap = |text: &str| -> Vec<String> {
        let lines = text::wrap_words(text, cells.saturating_sub(2).max(1), LINES + 1);
        lines.into_iter().map(str::to_owned).collect()
    };
    let whole = wrap(&format!("{text}{hint}"));
    let lines = if whole.len() > LINES { wrap(&text) } else { whole };
    lines.into_iter().take(LINES).map(|line| Piece::new(line, Role::Title)).collect()
}

/// How many of what seems to have been there before were allocated before the first sample.
fn early(first: &Bar) -> String {
    match first.traced {
        0 => String::new(),
        traced => format!(" ({} with a stack, new by the first sample)", format::count(traced)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(sizes: &[u64]) -> Vec<Bar> {
        let bar = |(at, &size): (usize, &u64)| Bar {
            time_us: at as u64 * 100_000,
            above: at as u64 * 10,
            up_to: at as u64 * 10 + 10,
            count: 1,
            size,
            traced: 0,
        };
        sizes.iter().enumerate().map(bar).collect()
    }

    #[test]
    fn what_was_there_before_takes_part_in_no_bar() {
        let bars = bars(&[1_000_000, 3, 0, 5]);
        assert_eq!(heights(&bars, Scale::of(&bars, 6)), [3, 3, 0, 0, 5, 5]);
    }

    #[test]
    fn bars_that_share_a_cell_add_up() {
        let bars = bars(&[9, 1, 2, 3, 4]);
        assert_eq!(heights(&bars, Scale::of(&bars, 2)), [3, 7]);
    }

    #[test]
    fn a_cell_is_of_the_bar_that_it_shows() {
        let bars = bars(&[9, 1, 2, 3]);
        let at = |cell| bar_at(&bars[1..], &bars, cell, 6);
        assert_eq!([at(0), at(1), at(2), at(5), at(99)], [Some(0), Some(0), Some(1), Some(2), Some(2)]);
        assert_eq!(bar_at(&[], &bars[..1], 0, 6), None);
    }

    #[test]
    fn any_bytes_at_all_are_seen() {
        assert_eq!(eighths(1, 1_000_000, 4, 0), 1);
        assert_eq!(eighths(0, 10, 4, 0), 0);
        assert_eq!([eighths(10, 10, 2, 0), eighths(10, 10, 2, 1)], [8, 8]);
    }

    #[test]
    fn the_ruler_tells_the_window_without_colour() {
        assert_eq!(ruler(7, Some((1, 5))), "─[══]──");
        assert_eq!(ruler(3, Some((1, 2))), "─▴─");
        assert_eq!(ruler(3, None), "───");
    }

    #[test]
    fn times_beyond_all_time_have_a_scale_too() {
        let late = Bar { time_us: u64::MAX, ..bars(&[1])[0] };
        let scale = Scale::of(&[late, late], 4);
        assert_eq!(heights(&[late, late], scale), [0, 0, 0, 1]);
        assert_eq!(text::width(&labels(scale)), 0, "no second is in it: room for none");
    }

    #[test]
    fn seconds_stand_at_round_times() {
        let label = |until, cells| labels(Scale { from: 0, until, cells });
        assert_eq!(label(1_500_000, 40), "0.0 s        0.5 s        1.0 s");
        assert_eq!(label(8_000_000, 30), "0 s               5 s");
        assert_eq!(label(1, 10), "0.00 s");
    }
}
