//! A cell's text in pieces, each with its role, fitted to a width and marked where it matches.

use ratatui::text::{Line, Span};

use crate::{
    text::{self, Cut},
    tui::{
        filter::Filter,
        theme::{Role, Theme},
    },
};

/// Clean text that looks one way. Foreign text must have passed [`text::clean`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// How it looks.
    pub role: Role,
}

impl Piece {
    /// A piece of our own text.
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }

    /// A piece of the file's text, made safe and no longer than `cells`.
    pub fn foreign(text: &str, cells: usize, role: Role) -> Self {
        Self { text: text::snippet(text, cells), role }
    }

    fn width(&self) -> usize {
        text::width(&self.text)
    }
}

/// The cells all pieces take together.
pub fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(Piece::width).sum()
}

/// Shortens the pieces to `cells`: first the one at `soft`, down to 6 cells, then from the end.
pub fn fit(pieces: &mut [Piece], soft: usize, cells: usize) {
    const LEAST: usize = 6;
    let over = width(pieces).saturating_sub(cells);
    if over > 0
        && let Some(piece) = pieces.get_mut(soft)
    {
        let keep = piece.width().saturating_sub(over).max(LEAST.min(piece.width()));
        piece.text = text::cut(&piece.text, keep, Cut::End).into_owned();
    }
    let mut room = cells;
    for piece in pieces {
        if piece.width() > room {
            piece.text = text::cut(&piece.text, room, Cut::End).into_owned();
        }
        room -= piece.width();
    }
}

/// The pieces as a line, with what the filter found standing out.
pub fn line(pieces: &[Piece], filter: &Filter, theme: Theme) -> Line<'static> {
    if filter.is_empty() {
        return pieces
            .iter()
            .map(|piece| Span::styled(piece.text.clone(), theme.style(piece.role)))
            .collect();
    }
    let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let found = filter.positions(&whole);
    let mut spans = Vec::new();
    let mut at = 0;
    for piece in pieces {
        for c in piece.text.chars() {
            let role = if found.binary_search(&at).is_ok() { Role::Match } else { piece.role };
            push(&mut spans, c, role);
            at += 1;
        }
    }
    spans.into_iter().map(|(text, role)| Span::styled(text, theme.style(role))).collect()
}

/// Appends to the last run, or begins a new one where the role changes.
fn push(spans: &mut Vec<(String, Role)>, c: char, role: Role) {
    match spans.last_mut() {
        Some((text, last)) if *last == role => text.push(c),
        _ => spans.push((c.to_string(), role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pieces: &[Piece]) -> Vec<&str> {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn the_soft_piece_gives_way_first() {
        let mut pieces = ["▾ ", "ServerEnvironment", " @81237"].map(|text| Piece::new(text, Role::Plain));
        fit(&mut pieces, 1, 20);
        assert_eq!(texts(&pieces), ["▾ ", "ServerEnvi…", " @81237"]);
        fit(&mut pieces, 1, 10);
        assert_eq!(texts(&pieces), ["▾ ", "Serve…", " …"]);
        fit(&mut pieces, 1, 1);
        assert_eq!(texts(&pieces), ["…", "", ""]);
    }

    #[test]
    fn matches_stand_out_across_pieces() {
        let pieces = [Piece::new("ab", Role::Plain), Piece::new("cd", Role::Dim)];
        let shown = line(&pieces, &Filter::new("bc"), Theme::default());
        let parts: Vec<_> = shown.spans.iter().map(|span| span.content.as_ref()).collect();
        assert_eq!(parts, ["a", "bc", "d"]);
    }
}
