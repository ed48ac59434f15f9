//! Watch → frame.

use std::time::Duration;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};

use super::{
    Mark, SCOPES, State, Work,
    chart::{self, Scale},
    figure::Figure,
};
use crate::{
    format,
    live::{Part, Trend, Verdict},
    text::{self, Cut},
    tui::{apart::Parts, footer, header::progress_text, theme::Role, widget::piece::Piece},
};

/// Lines the verdict takes at most.
const VERDICT: usize = 3;
/// Lines a chart takes at most.
const TALLEST: u16 = 6;
/// The least range of a chart of memory.
const LEAST: u64 = 500_000;
/// Cells of a figure's name, value and trend, and of the same where there is little room.
const CELLS: [usize; 3] = [14, 9, 16];
const FEW_CELLS: [usize; 3] = [8, 8, 14];

/// Draws everything.
pub(super) fn draw(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let parts = Parts::of(area);
    let buffer = frame.buffer_mut();
    header(state, parts.header, buffer);
    let said = said(state, parts.body);
    let lines = [Constraint::Length(said.len() as u16), Constraint::Min(0), Constraint::Length(1)];
    let [above, charts, axis] = Layout::vertical(lines).areas(parts.body);
    for (piece, row) in said.into_iter().zip(above.rows()) {
        footer::draw(vec![Piece::new(" ", Role::Plain), piece], state.front.theme, row, buffer);
    }
    self::charts(state, charts, axis, buffer);
    state.front.draw(&parts, SCOPES, &state.idle(), ("", ""), frame);
}

fn header(state: &State, area: Rect, buffer: &mut Buffer) {
    let cells = area.width as usize;
    let watched = state.course.last().map(|sample| format::duration(sample.at));
    let every = format!("every {}", format::duration(state.about.every));
    let pages = state.about.pages_only.as_ref().map(|_| "pages only".to_owned());
    let rest = [Some(String::new()), watched, Some(every), pages];
    let rest = rest.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let label = text::clean(&state.about.label);
    let label = text::cut(&label, cells.saturating_sub(text::width(&rest) + 8).max(8), Cut::Middle);
    let pieces = vec![
        Piece::new(" watch ", Role::Focus),
        Piece::new(label, Role::Title),
        Piece::new(rest, Role::Plain),
    ];
    footer::draw(pieces, state.front.theme, area, buffer);
}

/// What stands above the charts: how it ended, the verdict, marks, what goes on, what was taken.
fn said(state: &State, body: Rect) -> Vec<Piece> {
    let cells = (body.width as usize).saturating_sub(2).max(1);
    let is_tall = body.height >= 20;
    let mut said = Vec::new();
    let mut say = |text: &str, role, lines| said.extend(paragraph(text, role, cells, lines));
    if let Some(ending) = &state.ending {
        let role = if ending.good { Role::Good } else { Role::Bad };
        say(&format!("ended: {}", ending.why), role, 2);
    }
    if let Some(why) = &state.about.pages_only {
        say(&format!("pages only: {}", text::clean(why)), Role::Key, 2);
    }
    if let Some(going_on) = going_on(state, cells) {
        say(&going_on, Role::Key, 2);
    }
    let verdict = state.verdict();
    say(&verdict[0], state.verdict_role(), VERDICT);
    for since in verdict[1..].iter().take(if is_tall { 3 } else { 1 }) {
        say(since, Role::Plain, if is_tall { 2 } else { 1 });
    }
    if let (Some(next), true) = (next(state), is_tall) {
        say(&next, Role::Plain, 2);
    }
    said.truncate(body.height as usize / 2);
    said
}

/// Text in so many lines at most; the last one tells where there is more.
fn paragraph(text: &str, role: Role, cells: usize, lines: usize) -> Vec<Piece> {
    let mut wrapped = text::wrap_words(text, cells, lines + 1);
    let is_cut = wrapped.len() > lines;
    wrapped.truncate(lines);
    let mut pieces: Vec<Piece> = wrapped.into_iter().map(|line| Piece::new(line, role)).collect();
    if let (Some(last), true) = (pieces.last_mut(), is_cut) {
        last.text = format!("{}…", text::cut(&last.text, cells.saturating_sub(1), Cut::End));
    }
    pieces
}

fn going_on(state: &State, cells: usize) -> Option<String> {
    let work = state.work.as_ref().map(|work| match work {
        Work::Taking(progress) => {
            let how_far = progress.as_ref().map(|progress| progress_text(progress, cells.saturating_sub(36)));
            format!("taking a snapshot (Esc gives up){}", how_far.unwrap_or_default())
        }
        Work::Collecting => "collecting garbage… (Esc gives up)".to_owned(),
        Work::Asking => "asking what a snapshot would cost… (Esc gives up)".to_owned(),
    });
    let silent = state.silent.map(|time| {
        let time = format::duration(Duration::from_secs(time.as_secs()));
        format!("it answers nothing for {time}: its main thread is busy or stopped; still asking")
    });
    let both = [silent, work].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    (!both.is_empty()).then_some(both)
}

/// What can be done next: with what was taken, or to find who holds what grows.
fn next(state: &State) -> Option<String> {
    let names: Vec<String> = state.taken().map(|path| path.display().to_string()).collect();
    let does = if names.len() > 1 { "o compares them" } else { "o explores it; c takes another to compare" };
    let grows =
        matches!(state.course.trends().verdict(), Verdict::Grows { part: Part::Heap | Part::Buffers, .. });
    match names.is_empty() {
        false => Some(format!("taken: {} ({does})", text::clean(&names.join(", ")))),
        true if grows && state.can_ask() => {
            Some("c takes a snapshot now; take another later, and o compares them".to_owned())
        }
        true => None,
    }
}

fn charts(state: &State, area: Rect, axis: Rect, buffer: &mut Buffer) {
    let figures = shown(state.course.figures(), area.height as usize);
    let heights = heights(&figures, area.height);
    let cells = if area.width < 64 { FEW_CELLS } else { CELLS };
    let left = (cells.iter().sum::<usize>() + 1) as u16;
    let room = area.width.saturating_sub(left + 1);
    let marks: Vec<usize> =
        state.marks.iter().filter_map(|mark| cell_of(state, mark.sample.at, room)).collect();
    let mut y = area.y;
    for (&figure, height) in figures.iter().zip(heights) {
        let line = Rect { y, height, ..area };
        y += height;
        let values = state.course.values(figure);
        let scale = Scale::of(&values, if figure.is_memory() { LEAST } else { 1 });
        legend(state, figure, scale, cells, Rect { width: left.min(area.width), ..line }, buffer);
        let theme = state.front.theme;
        let role = if is_growing(state, figure) { Role::Bad } else { Role::Property };
        let place = Rect { x: line.x + left.min(area.width), width: room, ..line };
        // A blank line between charts, where they are tall.
        let place = if height > 2 { Rect { y: place.y + 1, height: height - 1, ..place } } else { place };
        chart::draw(&values, scale, &marks, (theme.style(role), theme.style(Role::Dim)), place, buffer);
    }
    draw_axis(state, Rect { x: axis.x + left.min(axis.width), width: room, ..axis }, buffer);
}

/// The figures there are lines for.
fn shown(mut figures: Vec<Figure>, lines: usize) -> Vec<Figure> {
    while figures.len() > lines
        && let Some(lowest) = (0..figures.len()).min_by_key(|&at| figures[at].rank())
    {
        figures.remove(lowest);
    }
    figures
}

/// So many lines for each; where not all can be taller, those that say most are.
fn heights(figures: &[Figure], lines: u16) -> Vec<u16> {
    let count = figures.len().max(1) as u16;
    let (each, more) = (lines / count, lines % count);
    let above = |figure: &Figure| figures.iter().filter(|other| other.rank() > figure.rank()).count() as u16;
    figures.iter().map(|figure| (each + u16::from(above(figure) < more)).min(TALLEST)).collect()
}

fn is_growing(state: &State, figure: Figure) -> bool {
    state.course.trend(figure).is_some_and(|trend| trend.is_growth())
}

/// A figure's name, its value now and its trend; below, between which values its chart stands.
fn legend(
    state: &State,
    figure: Figure,
    scale: Scale,
    [name, value, trend]: [usize; 3],
    area: Rect,
    buffer: &mut Buffer,
) {
    let (long, short) = figure.title();
    let title = if name < CELLS[0] { short } else { long };
    let now = state.course.last().and_then(|sample| figure.of(sample));
    let now = now.map_or_else(|| "-".to_owned(), |value| figure.text(value));
    let growth = if is_growing(state, figure) { Role::Bad } else { Role::Dim };
    let first = vec![
        Piece::new(format!(" {}", text::pad(title, name - 1)), Role::Title),
        Piece::new(text::pad_left(&now, value), Role::Plain),
        Piece::new(text::pad_left(&course(state, figure), trend), growth),
    ];
    let range = format!("{} – {}", figure.text(scale.low), figure.text(scale.high));
    let second = vec![Piece::new(text::pad_left(&range, name + value + trend), Role::Dim)];
    let lines = [first, second];
    // The first line of a tall chart is blank; the legend stands beside its bars.
    let skip = usize::from(area.height > 2);
    for (pieces, row) in lines.into_iter().zip(area.rows().skip(skip)) {
        footer::draw(pieces, state.front.theme, row, buffer);
    }
}

/// How fast an amount grows, or what can be said of another figure.
fn course(state: &State, figure: Figure) -> String {
    match (figure, state.course.trend(figure)) {
        (Figure::Collections, _) => state.course.span().map_or_else(String::new, |(from, to)| {
            let minutes = to.saturating_sub(from).as_secs_f64() / 60.0;
            let count = state.course.last().and_then(|sample| sample.collections).unwrap_or(0);
            if minutes > 0.05 { format!("{:.0}/min", count as f64 / minutes) } else { String::new() }
        }),
        (Figure::Delay, _) => {
            let worst = state.course.values(figure).into_iter().flatten().max();
            worst.map_or_else(String::new, |worst| format!("max {}", figure.text(worst)))
        }
        (_, None) => "…".to_owned(),
        (_, Some(trend)) => slope(&trend),
    }
}

fn slope(trend: &Trend) -> String {
    let grows = if trend.is_growth() { "▴" } else { "" };
    if trend.low <= 0.0 && trend.high >= 0.0 {
        return "steady".to_owned();
    }
    format!("{}/min{grows}", format::signed_bytes(trend.per_minute as i64))
}

/// In which cell of a chart a time lies.
fn cell_of(state: &State, at: Duration, cells: u16) -> Option<usize> {
    let (len, before) = state.course.place(at);
    (len > 0 && cells > 0).then(|| chart::cell_of(before.min(len - 1), len, cells as usize))
}

/// The times at both ends, and the marks' signs between.
fn draw_axis(state: &State, area: Rect, buffer: &mut Buffer) {
    let (Some((from, to)), 1..) = (state.course.span(), area.width) else { return };
    let dim = state.front.theme.style(Role::Dim);
    let used = state.course.place(to).0.min(area.width as usize);
    let [from, to] =
        [from, to].map(|at| if at.as_secs() == 0 { "0 s".to_owned() } else { format::duration(at) });
    buffer.set_stringn(area.x, area.y, &from, area.width as usize, dim);
    // Right of the newest bar where there is room, so that no mark covers it.
    let end = (used + 1).min((area.width as usize).saturating_sub(text::width(&to)));
    if end > text::width(&from) + 1 {
        buffer.set_stringn(area.x + end as u16, area.y, &to, text::width(&to), dim);
    }
    for Mark { sign, sample, .. } in &state.marks {
        if let Some(cell) = cell_of(state, sample.at, area.width) {
            let style = state.front.theme.style(Role::Key);
            buffer.set_stringn(area.x + cell as u16, area.y, sign.to_string(), 1, style);
        }
    }
}
