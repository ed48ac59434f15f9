//! Rows in a window, one of which is the current one: figures at the left, words at the right.
//!
//! All rows exist, so whoever makes them sees to it that they are a few thousand at most. On a
//! narrow screen figures go from the right, so the first column is the one that matters most.

use std::sync::Arc;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    list::{Cursor, Motion},
    table::draw_scrollbar,
};
use crate::{
    format,
    text::{self, Cut},
    tui::theme::{Role, Theme},
};

/// Figures go where they would leave the words less than this.
const LEAST_WORDS: usize = 24;

/// A row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice<G> {
    /// A figure a column.
    pub figures: Vec<String>,
    /// What it is: clean.
    pub words: String,
    /// The whole of it in words, as it is copied: clean.
    pub told: String,
    /// Where it leads.
    pub goal: G,
}

/// Rows, and which is the current one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choices<G> {
    /// The heads of the figures, the most needed first.
    pub heads: &'static [&'static str],
    /// The rows.
    pub rows: Arc<[Choice<G>]>,
    /// How many more there are, for which there is no room here.
    pub left_out: usize,
    /// The current one.
    pub cursor: Cursor,
}

impl<G> Choices<G> {
    /// These rows, the first being the current one.
    pub fn new(heads: &'static [&'static str], rows: Vec<Choice<G>>) -> Self {
        Self { heads, rows: rows.into(), left_out: 0, cursor: Cursor::default() }
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Choice<G>> {
        self.rows.get(self.cursor.at)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many lines it would like to have.
    pub fn lines(&self) -> usize {
        self.rows.len() + usize::from(self.has_head())
    }

    fn has_head(&self) -> bool {
        !self.heads.is_empty()
    }

    /// Moves the cursor; so many lines are seen.
    pub fn go(&mut self, motion: Motion, lines: usize) {
        let seen = lines.saturating_sub(usize::from(self.has_head()));
        self.cursor.go(motion, self.rows.len(), seen);
    }

    /// Scrolls by so many rows; so many lines are seen.
    pub fn scroll(&mut self, rows: isize, lines: usize) {
        let seen = lines.saturating_sub(usize::from(self.has_head()));
        self.cursor.scroll(rows, self.rows.len(), seen);
    }

    /// Puts the cursor on the row at a line; answers whether it was there already.
    pub fn click(&mut self, line: usize) -> bool {
        let at = line.checked_sub(usize::from(self.has_head())).map(|line| self.cursor.top + line);
        match at.filter(|&at| at < self.rows.len()) {
            Some(at) => std::mem::replace(&mut self.cursor.at, at) == at,
            None => false,
        }
    }

    /// All rows as they are told.
    pub fn plain(&self) -> String {
        self.rows.iter().map(|row| row.told.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// All rows as they are copied: with how many are left out.
    pub fn copied(&self) -> String {
        match self.left_out {
            0 => self.plain(),
            rest => format!("{}\nand {} more, which are left out", self.plain(), format::count(rest as u64)),
        }
    }

    /// Draws head and rows that are seen.
    pub fn draw(&self, area: Rect, theme: Theme, buffer: &mut Buffer) {
        let widths = self.widths(area.width as usize);
        let head = u16::from(self.has_head()).min(area.height);
        if head > 0 {
            let heads = self.heads.iter().map(|&head| head.to_owned()).collect::<Vec<_>>();
            draw_row(&heads, "", &widths, Role::Title, theme, area, buffer);
        }
        let rows = Rect { y: area.y + head, height: area.height - head, ..area };
        let mut cursor = self.cursor;
        cursor.settle(self.rows.len(), rows.height as usize);
        for (at, line) in (cursor.top..self.rows.len()).zip(rows.rows()) {
            let row = &self.rows[at];
            draw_row(&row.figures, &row.words, &widths, Role::Plain, theme, line, buffer);
            if at == cursor.at {
                buffer.set_stringn(line.x, line.y, "▸", 1, theme.style(Role::Title));
                buffer.set_style(line, theme.style(Role::Cursor));
            }
        }
        let bar = Rect { width: rows.width + 1, ..rows };
        draw_scrollbar(self.rows.len(), cursor, bar, theme, buffer);
    }

    /// The widths of the columns of figures that have room in `cells`.
    fn widths(&self, cells: usize) -> Vec<usize> {
        let mut left = cells.saturating_sub(LEAST_WORDS);
        let wide = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.figures.get(at)).map(|text| text::width(text));
            cells.max().unwrap_or(0).max(text::width(self.heads[at]))
        };
        let fits = |&width: &usize| {
            let fits = width + 2 <= left;
            left = left.saturating_sub(width + 2);
            fits
        };
        (0..self.heads.len()).map(wide).take_while(fits).collect()
    }
}

fn draw_row(
    figures: &[String],
    words: &str,
    widths: &[usize],
    role: Role,
    theme: Theme,
    line: Rect,
    buffer: &mut Buffer,
) {
    let mut text = " ".to_owned();
    for (figure, &cells) in figures.iter().zip(widths) {
        text += &text::pad_left(figure, cells);
        text += "  ";
    }
    let room = (line.width as usize).saturating_sub(text::width(&text));
    text += &text::cut(words, room, Cut::End);
    buffer.set_line(line.x, line.y, &Line::from(Span::styled(text, theme.style(role))), line.width);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(rows: usize) -> Choices<usize> {
        let row = |at: usize| Choice {
            figures: vec![format!("{at} kB"), "10 %".to_owned()],
            words: format!("object {at}"),
            told: format!("object {at}, {at} kB"),
            goal: at,
        };
        Choices::new(&["Retained", "Share"], (0..rows).map(row).collect())
    }

    #[test]
    fn figures_go_from_the_right_where_there_is_no_room() {
        assert_eq!(choices(3).widths(60), [8, 5]);
        assert_eq!(choices(3).widths(40), [8]);
        assert!(choices(3).widths(20).is_empty());
    }

    #[test]
    fn a_click_selects_and_a_second_one_is_told() {
        let mut choices = choices(9);
        assert!(!choices.click(3), "the head takes a line");
        assert_eq!(choices.selected().map(|row| row.goal), Some(2));
        assert!(choices.click(3));
        assert!(!choices.click(0) && !choices.click(50));
        choices.go(Motion::Last, 4);
        assert_eq!(choices.cursor, Cursor { at: 8, top: 6 });
    }
}
