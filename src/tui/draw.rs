//! State → frame: header, panes, footer, windows. Only what is seen is made.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    keymap,
    layout::Layout,
    pane::{Canvas, Kind},
    state::{Prompt, PromptKind, State},
    theme::{self, Role, Theme},
    widget::piece::{self, Piece},
};
use crate::{
    format,
    job::Progress,
    text::{self, Cut},
};

/// The views there are, as the header lists them.
const TABS: [&str; 1] = ["1 Explore"];

/// Draws everything.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    // The terminal may have shrunk before the event that says so has come.
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let layout = Layout::new(area.width, area.height, state.explore.focus, state.explore.zoomed);
    let buffer = frame.buffer_mut();
    header(state, layout.header, buffer);
    trail(state, layout.trail, buffer);
    panes(state, &layout, buffer);
    for dialog in &state.dialogs {
        dialog.draw(layout.body, state.theme, buffer);
    }
    let caret = footer(state, layout.footer, buffer);
    if state.theme.ascii {
        theme::to_ascii(buffer);
    }
    if let Some(caret) = caret {
        frame.set_cursor_position(caret);
    }
}

fn panes(state: &State, layout: &Layout, buffer: &mut Buffer) {
    for &(kind, place) in &layout.panes {
        let mut canvas = Canvas {
            known: state.file.known.as_ref(),
            total: state.file.total,
            place,
            focused: kind == state.explore.focus,
            theme: state.theme,
            buffer,
        };
        state.explore.panes.draw(kind, &mut canvas);
    }
}

/// The file and its figures, or how far its load is; at the right the views.
fn header(state: &State, area: Rect, buffer: &mut Buffer) {
    let cells = area.width as usize;
    let tabs = if cells >= 60 { format!("{} ", TABS.join(" ")) } else { String::new() };
    let room = cells.saturating_sub(text::width(&tabs) + 1);
    let name = text::cut(&text::clean(&state.file.facts.label), (room / 2).max(12).min(room), Cut::Middle)
        .into_owned();
    let mut rest = [vec![String::new()], facts(state)].concat().join(" · ");
    if let Some(progress) = state.file.progress.as_ref().filter(|_| !state.file.complete) {
        let left = room.saturating_sub(text::width(&name) + text::width(&rest) + 1);
        rest += &progress_text(progress, left);
    }
    let rest = text::cut(&rest, room.saturating_sub(text::width(&name) + 1), Cut::End).into_owned();
    let line =
        Line::from(vec![Span::raw(" "), Span::styled(name, state.theme.style(Role::Title)), Span::raw(rest)]);
    buffer.set_line(area.x, area.y, &line, area.width);
    if area.height > 0 && !tabs.is_empty() {
        let x = area.x + (cells - text::width(&tabs)) as u16;
        buffer.set_stringn(x, area.y, &tabs, cells, state.theme.style(Role::Focus));
    }
}

fn facts(state: &State) -> Vec<String> {
    let file = &state.file;
    let mut facts: Vec<String> = file.facts.bytes.map(format::bytes).into_iter().collect();
    if let Some(known) = &file.known {
        facts.push(format!("{} objects", format::count(known.classes.member_count() as u64)));
        facts.push(format!("{} heap", format::bytes(file.total)));
    }
    if !file.facts.producer.is_empty() {
        facts.push(text::clean(&file.facts.producer).into_owned());
    }
    facts
}

/// ` · reading edges 47% ███████░░░░ 812 MB/s`, as much of it as there is room for.
fn progress_text(progress: &Progress, room: usize) -> String {
    const BAR: u64 = 16;
    let mut text = format!(" · {}", progress.phase);
    if progress.total > 0 {
        let done = progress.done.min(progress.total);
        let share = format!(" {}%", done.saturating_mul(100) / progress.total);
        let full = (done.saturating_mul(BAR) / progress.total) as usize;
        let bar = format!(" {}{}", "█".repeat(full), "░".repeat(BAR as usize - full));
        let rate = format!(" {}", format::rate(progress.rate, progress.unit));
        for part in [share, bar, rate] {
            if text::width(&text) + text::width(&part) <= room {
                text += &part;
            }
        }
    }
    text
}

/// Where one is, on screens that show one pane: class › object.
fn trail(state: &State, area: Rect, buffer: &mut Buffer) {
    let Some(known) = state.file.known.as_ref().filter(|_| area.height > 0) else { return };
    let panes = &state.explore.panes;
    let mut parts = vec![format!(" pane {} of {}", state.explore.focus as usize + 1, Kind::ALL.len())];
    if let Some(class) = panes.objects.class {
        parts.push(text::snippet(known.classes.name(class), 30));
    }
    if let Some(object) = panes.objects.selected() {
        parts.push(known.heap.id(object).to_string());
    }
    let line = parts.join(" › ");
    let shown = text::cut(&line, area.width as usize, Cut::End);
    buffer.set_stringn(area.x, area.y, shown, area.width as usize, state.theme.style(Role::Dim));
}

/// The prompt, or what happened, or the keys; answers where the caret stands.
fn footer(state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let cells = area.width as usize;
    if let (Some(prompt), true) = (&state.prompt, state.dialogs.is_empty()) {
        return Some(prompt_line(state, prompt, area, buffer));
    }
    let pieces = match &state.status {
        Some(status) => vec![Piece::new(format!(" {}", status.text), status.role)],
        None => keys(state, cells),
    };
    draw_pieces(pieces, state.theme, area, buffer);
    None
}

fn draw_pieces(mut pieces: Vec<Piece>, theme: Theme, area: Rect, buffer: &mut Buffer) {
    piece::fit(&mut pieces, usize::MAX, area.width as usize);
    let spans: Line<'_> = pieces.iter().map(|p| Span::styled(p.text.as_str(), theme.style(p.role))).collect();
    buffer.set_line(area.x, area.y, &spans, area.width);
}

/// As many keys as fit, help and quit always among them.
fn keys(state: &State, cells: usize) -> Vec<Piece> {
    let offered: Vec<_> = keymap::active(state.scopes())
        .filter(|binding| !binding.short.is_empty() && state.applies(binding.action))
        .map(|binding| (binding.keys[0].to_string(), binding.short, binding.action))
        .collect();
    let width = |key: &str, short: &str| text::width(key) + text::width(short) + 3;
    let is_kept =
        |action| matches!(action, keymap::Action::Help | keymap::Action::Quit | keymap::Action::Close);
    let kept: usize = offered.iter().filter(|o| is_kept(o.2)).map(|o| width(&o.0, o.1)).sum();
    let mut left = cells.saturating_sub(kept);
    let mut pieces = Vec::new();
    for (key, short, action) in offered {
        let cost = width(&key, short);
        if !is_kept(action) {
            if cost > left {
                continue;
            }
            left -= cost;
        }
        pieces.push(Piece::new(format!(" {key}"), Role::Key));
        pieces.push(Piece::new(format!(" {short} "), Role::Plain));
    }
    pieces
}

fn prompt_line(state: &State, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Position {
    let (mark, hint) = match prompt.kind {
        PromptKind::Goto => (" id ", "Enter jumps · Esc leaves"),
        PromptKind::Filter if prompt.input.value().starts_with('@') => {
            (" /", "Enter jumps to this id · Esc leaves")
        }
        PromptKind::Filter => (" /", "Enter keeps · Esc clears · @id jumps"),
    };
    let shown = format::count(state.explore.panes.len(state.explore.focus) as u64);
    let hint = match prompt.kind {
        PromptKind::Goto => hint.to_owned(),
        PromptKind::Filter => format!("{shown} rows · {hint}"),
    };
    let cells = area.width as usize;
    let before: String = prompt.input.value().chars().take(prompt.input.cursor()).collect();
    let before = text::clean(&before).into_owned();
    let after: String = prompt.input.value().chars().skip(prompt.input.cursor()).collect();
    let room = cells.saturating_sub(text::width(mark) + 1);
    let before = text::cut(&before, room, Cut::Start).into_owned();
    let caret = text::width(mark) + text::width(&before);
    let pieces = vec![
        Piece::new(mark, Role::Key),
        Piece::new(before, Role::Plain),
        Piece::new(text::clean(&after).into_owned(), Role::Plain),
        Piece::new(format!("   {hint}"), Role::Dim),
    ];
    draw_pieces(pieces, state.theme, area, buffer);
    Position::new(area.x + (caret as u16).min(area.width.saturating_sub(1)), area.y)
}
