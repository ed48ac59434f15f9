//! The last line: what is typed, or what happened, or the keys.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};
use tui_input::Input;

use super::{
    keymap::{self, Action, Binding, Scope},
    theme::{Role, Theme},
    widget::piece::{self, Piece},
};
use crate::text::{self, Cut};

/// Screens of fewer cells have no room for all keys that matter.
const NARROW: usize = 60;

/// Draws pieces that are cut where the line ends.
pub(super) fn draw(mut pieces: Vec<Piece>, theme: Theme, area: Rect, buffer: &mut Buffer) {
    piece::fit(&mut pieces, usize::MAX, area.width as usize);
    let spans: Line<'_> = pieces.iter().map(|p| Span::styled(p.text.as_str(), theme.style(p.role))).collect();
    buffer.set_line(area.x, area.y, &spans, area.width);
}

/// As many keys that do something as fit, help and quit always among them; on narrow screens also the
/// one that answers what holds an object, in a word.
pub(super) fn keys(scopes: &[Scope], applies: &dyn Fn(Action) -> bool, cells: usize) -> Vec<Piece> {
    let offered: Vec<_> = keymap::active(scopes)
        .filter(|binding| !binding.short.is_empty() && applies(binding.action))
        .map(|binding| (binding.keys[0].to_string(), word(binding, cells), binding.action))
        .collect();
    let width = |key: &str, short: &str| text::width(key) + text::width(short) + 3;
    let kept: usize = offered.iter().filter(|o| is_kept(o.2, cells)).map(|o| width(&o.0, o.1)).sum();
    let mut left = cells.saturating_sub(kept);
    let mut pieces = Vec::new();
    for (key, short, action) in offered {
        let cost = width(&key, short);
        if !is_kept(action, cells) {
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

/// Whether a key is shown however little room there is.
fn is_kept(action: Action, cells: usize) -> bool {
    match action {
        Action::Help | Action::Quit | Action::Return | Action::Close => true,
        Action::Path => cells < NARROW,
        _ => false,
    }
}

/// What a key is called: what must be shown on a narrow screen in one word.
fn word(binding: &Binding, cells: usize) -> &'static str {
    match binding.short.split_once(' ') {
        Some((first, _)) if cells < NARROW && is_kept(binding.action, cells) => first,
        _ => binding.short,
    }
}

/// Draws what is being typed behind a mark, with a hint; answers where the caret stands.
pub(super) fn prompt(
    mark: &str,
    input: &Input,
    hint: &str,
    theme: Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Position {
    let before: String = input.value().chars().take(input.cursor()).collect();
    let before = text::clean(&before).into_owned();
    let after: String = input.value().chars().skip(input.cursor()).collect();
    let room = (area.width as usize).saturating_sub(text::width(mark) + 1);
    let before = text::cut(&before, room, Cut::Start).into_owned();
    let caret = text::width(mark) + text::width(&before);
    let pieces = vec![
        Piece::new(mark, Role::Key),
        Piece::new(before, Role::Plain),
        Piece::new(text::clean(&after).into_owned(), Role::Plain),
        Piece::new(format!("   {hint}"), Role::Dim),
    ];
    draw(pieces, theme, area, buffer);
    Position::new(area.x + (caret as u16).min(area.width.saturating_sub(1)), area.y)
}
