//! What things look like: roles, not colours, are what the panes name.
//!
//! Sixteen colours at most, so that the terminal's own palette decides; without colour
//! (`NO_COLOR`) the same roles are told apart by bold, reverse, underline and dim, and nothing
//! is said by colour alone. `--ascii` is one pass over the finished frame.

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};

/// Why a piece of text looks as it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// The name of the pane that has the keys.
    Focus,
    /// The name of any other pane, and column heads.
    Title,
    /// Frames and separators.
    Frame,
    /// The row under the cursor, in the pane that has the keys.
    Cursor,
    /// The row under the cursor, in other panes.
    Selected,
    /// What matters less: ids, internals, hints.
    Dim,
    /// The letters that match the filter.
    Match,
    /// Names of properties.
    Property,
    /// Names of variables.
    Variable,
    /// Text of strings.
    Text,
    /// Key names in the footer and in help.
    Key,
    /// Something went well.
    Good,
    /// Something went wrong.
    Bad,
    /// A bar, of a call in a flame.
    Bar,
    /// A bar of the program's own code.
    BarOwn,
    /// A bar of an npm package's code.
    BarPackage,
    /// A bar of Node's code.
    BarNode,
    /// A bar that grew.
    BarMore,
    /// A bar that shrank.
    BarLess,
}

/// How roles become styles.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Theme {
    /// Whether colours may be used.
    pub color: bool,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}

impl Theme {
    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let (color, modifier) = match role {
            Role::Plain => (None, Modifier::empty()),
            Role::Focus | Role::Key => (Some(Color::Cyan), Modifier::BOLD),
            Role::Title | Role::Selected => (None, Modifier::BOLD),
            Role::Frame | Role::Dim => (None, Modifier::DIM),
            Role::Cursor | Role::Bar => (None, Modifier::REVERSED),
            Role::BarOwn => (Some(Color::Yellow), Modifier::REVERSED),
            Role::BarPackage => (Some(Color::Cyan), Modifier::REVERSED),
            Role::BarNode => (Some(Color::Green), Modifier::REVERSED),
            Role::BarMore => (Some(Color::Red), Modifier::REVERSED),
            Role::BarLess => (Some(Color::Blue), Modifier::REVERSED),
            Role::Match => (Some(Color::Yellow), Modifier::BOLD.union(Modifier::UNDERLINED)),
            Role::Property => (Some(Color::Magenta), Modifier::empty()),
            Role::Variable => (Some(Color::Blue), Modifier::empty()),
            Role::Text => (Some(Color::Green), Modifier::empty()),
            Role::Good => (Some(Color::Green), Modifier::BOLD),
            Role::Bad => (Some(Color::Red), Modifier::BOLD),
        };
        let style = Style::new().add_modifier(modifier);
        match color {
            Some(color) if self.color => style.fg(color),
            _ => style,
        }
    }
}

/// Replaces everything that is not ASCII: our own glyphs by look-alikes, the file's text by `?`.
/// A wide character leaves its second cell blank, so nothing moves.
pub fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let twin = ascii_twin(cell.symbol());
            cell.set_symbol(twin);
        }
    }
}

fn ascii_twin(symbol: &str) -> &'static str {
    match symbol {
        "─" | "━" | "\u{2212}" | "·" | "–" | "▃" | "▄" | "▅" => "-",
        "│" | "┃" | "║" | "▏" | "▎" | "▍" => "|",
        "┊" => ":",
        "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" | "▹" => "+",
        "▸" | "→" | "›" => ">",
        "←" => "<",
        "▾" | "↓" => "v",
        "▴" | "↑" => "^",
        "↻" => "@",
        "…" => "~",
        "█" | "▓" => "#",
        "░" | "▁" | "▂" => ".",
        "▆" | "▇" | "▌" | "▐" | "▋" | "▊" | "▉" | "═" => "=",
        "≠" => "!",
        "◆" => "*",
        "Δ" => "d",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn without_colour_no_role_has_one_and_the_cursor_stays_visible() {
        let plain = Theme { color: false, ascii: false };
        for role in [Role::Match, Role::Property, Role::Bad, Role::Focus] {
            assert_eq!(plain.style(role).fg, None);
        }
        assert!(plain.style(Role::Cursor).add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn ascii_keeps_every_column_in_its_place() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 9, 1));
        buffer.set_string(0, 0, "▸漢a…│é", Style::new());
        to_ascii(&mut buffer);
        let line: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(line, ">? a~|?  ");
    }
}
