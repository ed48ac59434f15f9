//! A table of any length of which only the rows on screen are made.
//!
//! Columns have a width and a rank; where the screen is narrow the lowest ranks go first, and
//! the name column, which takes what the others leave, never goes. Widths are settled before a
//! cell is made, so that each cell can choose what to show in them.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Modifier,
    text::{Line, Span},
    widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget as _},
};

use crate::{
    analysis::order::{By, Sort},
    text,
    tui::{
        filter::Filter,
        theme::{Role, Theme},
        widget::{
            list::Cursor,
            piece::{self, Piece},
        },
    },
};

/// What the rows of a table can be ordered by.
pub trait Key: Copy + PartialEq {
    /// Whether people look for the largest first.
    fn is_descending(self) -> bool;
}

impl Key for By {
    fn is_descending(self) -> bool {
        matches!(self, Self::Count | Self::Shallow | Self::Retained)
    }
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column<B = By> {
    /// Its head.
    pub title: &'static str,
    /// What sorting by it means; nothing for a column that only repeats another.
    pub by: Option<B>,
    /// Its cells; the first column takes what the others leave.
    pub cells: usize,
    /// Columns of lower rank go first.
    pub rank: u8,
    /// It goes where it would leave the first column less than this.
    pub leaves: usize,
}

/// Where a column stands once widths are settled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Which column.
    pub column: usize,
    /// Its first cell, counted from the table's left edge.
    pub x: usize,
    /// Its width.
    pub cells: usize,
}

/// The columns that have room in `cells`, from left to right. A cell is kept free at the left
/// for the cursor's mark.
pub fn places<B>(columns: &[Column<B>], cells: usize) -> Vec<Place> {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    let fixed = |shown: &[usize]| shown.iter().skip(1).map(|&at| columns[at].cells + 1).sum::<usize>();
    while let Some(&lowest) = shown[1..].iter().min_by_key(|&&at| columns[at].rank)
        && fixed(&shown) + columns[lowest].leaves + 1 > cells
    {
        shown.retain(|&at| at != lowest);
    }
    let name = cells.saturating_sub(fixed(&shown) + 1);
    let mut x = 1;
    let place = |column: usize| {
        let width = if column == 0 { name } else { columns[column].cells };
        let place = Place { column, x, cells: width };
        x += width + 1;
        place
    };
    shown.into_iter().map(place).collect()
}

/// What the columns that have room in `cells` can order the rows by.
pub fn orders<B: Copy>(columns: &[Column<B>], cells: usize) -> Vec<B> {
    places(columns, cells).iter().filter_map(|place| columns[place.column].by).collect()
}

/// The column whose head is at `x`.
pub fn column_at<B: Copy>(columns: &[Column<B>], cells: usize, x: usize) -> Option<B> {
    let place = places(columns, cells).into_iter().find(|place| x <= place.x + place.cells)?;
    columns[place.column].by
}

/// What to draw.
pub struct Table<'a, B = By> {
    /// All columns.
    pub columns: &'a [Column<B>],
    /// The order of the rows, marked in the head.
    pub sort: Sort<B>,
    /// How many rows there are.
    pub len: usize,
    /// How many of the first rows are notes, which span all columns.
    pub notes: usize,
    /// Which is the current one, and which is seen first.
    pub cursor: Cursor,
    /// Whether the first line names the columns.
    pub head: bool,
    /// Whether this table has the keys.
    pub focused: bool,
    /// How it looks.
    pub theme: Theme,
    /// What stands out in the name column.
    pub filter: &'a Filter,
    /// The text of a row in a column, of at most so many cells.
    pub cell: &'a dyn Fn(usize, usize, usize) -> Vec<Piece>,
}

impl<B: Key> Table<'_, B> {
    /// Draws the head, if wanted, and the rows that are seen.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let places = places(self.columns, area.width as usize);
        let mut lines = area.rows();
        if self.head
            && let Some(line) = lines.next()
        {
            self.draw_head(&places, line, buffer);
        }
        let note = [Place { column: 0, x: 1, cells: (area.width as usize).saturating_sub(1) }];
        for (row, line) in (self.cursor.top..self.len).zip(lines) {
            let places = if row < self.notes { &note } else { places.as_slice() };
            self.draw_row(row, places, line, buffer);
        }
    }

    fn draw_head(&self, places: &[Place], line: Rect, buffer: &mut Buffer) {
        let style = self.theme.style(Role::Title);
        for place in places {
            let title = self.title(place.column, place.cells);
            let title = if place.column == 0 {
                text::pad(&title, place.cells)
            } else {
                text::pad_left(&title, place.cells)
            };
            buffer.set_stringn(line.x + place.x as u16, line.y, title, room(line, place), style);
        }
    }

    /// The column's head, with a mark if it is the one that orders the rows: the mark stays where
    /// the head is cut.
    fn title(&self, column: usize, cells: usize) -> String {
        let Column { title, by, .. } = self.columns[column];
        if by != Some(self.sort.by) {
            return title.to_owned();
        }
        let mark = if self.sort.descending { '▾' } else { '▴' };
        title.chars().take(cells.saturating_sub(1)).chain([mark]).collect()
    }

    fn draw_row(&self, row: usize, places: &[Place], line: Rect, buffer: &mut Buffer) {
        for place in places {
            let pieces = (self.cell)(row, place.column, place.cells);
            let text = self.aligned(place, &pieces);
            buffer.set_line(line.x + place.x as u16, line.y, &text, room(line, place) as u16);
        }
        if row == self.cursor.at {
            buffer.set_stringn(line.x, line.y, "▸", line.width as usize, self.theme.style(Role::Title));
            buffer.set_style(line, self.cursor_style());
        }
    }

    fn cursor_style(&self) -> ratatui::style::Style {
        let role = if self.focused { Role::Cursor } else { Role::Selected };
        // Dim text on a reversed row would be unreadable on some terminals.
        self.theme.style(role).remove_modifier(Modifier::DIM)
    }

    fn aligned(&self, place: &Place, pieces: &[Piece]) -> Line<'static> {
        if place.column == 0 {
            return piece::line(pieces, self.filter, self.theme);
        }
        let mut pieces = pieces.to_vec();
        // A figure that is cut must not pass for another.
        piece::fit(&mut pieces, usize::MAX, place.cells);
        let blanks = place.cells.saturating_sub(piece::width(&pieces));
        let mut line = Line::from(Span::raw(" ".repeat(blanks)));
        line.extend(pieces.iter().map(|p| Span::styled(p.text.clone(), self.theme.style(p.role))));
        line
    }
}

/// The cells of a place that lie inside the line.
fn room(line: Rect, place: &Place) -> usize {
    (line.width as usize).saturating_sub(place.x).min(place.cells)
}

/// Draws how far down the list what is seen lies, if it does not all fit.
pub fn draw_scrollbar(len: usize, cursor: Cursor, area: Rect, theme: Theme, buffer: &mut Buffer) {
    let height = area.height as usize;
    if len <= height || height < 3 {
        return;
    }
    let mut state = ScrollbarState::new(len - height).position(cursor.top).viewport_content_length(height);
    Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(Some("│"))
        .thumb_symbol("█")
        .style(theme.style(Role::Frame))
        .render(area, buffer, &mut state);
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column { title: "Constructor", by: Some(By::Name), cells: 18, rank: 9, leaves: 18 },
        Column { title: "Count", by: Some(By::Count), cells: 7, rank: 2, leaves: 18 },
        Column { title: "Shallow", by: Some(By::Shallow), cells: 8, rank: 1, leaves: 18 },
        Column { title: "Retained", by: Some(By::Retained), cells: 9, rank: 3, leaves: 18 },
    ];

    fn shown(cells: usize) -> Vec<usize> {
        places(&COLUMNS, cells).iter().map(|place| place.column).collect()
    }

    #[test]
    fn columns_go_by_rank_and_the_name_never_does() {
        assert_eq!(shown(60), [0, 1, 2, 3]);
        assert_eq!(shown(40), [0, 1, 3]);
        assert_eq!(shown(30), [0, 3]);
        assert_eq!(shown(12), [0]);
        assert_eq!(shown(0), [0]);
    }

    #[test]
    fn the_name_takes_what_is_left() {
        let all = places(&COLUMNS, 60);
        assert_eq!(all[0], Place { column: 0, x: 1, cells: 32 });
        assert_eq!(all[3], Place { column: 3, x: 51, cells: 9 });
    }

    #[test]
    fn the_mark_of_the_order_stays_where_the_head_is_cut() {
        let table = Table {
            columns: &COLUMNS,
            sort: Sort::descending(By::Retained),
            len: 0,
            notes: 0,
            cursor: Cursor::default(),
            head: true,
            focused: true,
            theme: Theme::default(),
            filter: &Filter::new(""),
            cell: &|_, _, _| Vec::new(),
        };
        assert_eq!(table.title(3, 9), "Retained▾");
        assert_eq!(table.title(3, 8), "Retaine▾");
        assert_eq!(table.title(2, 8), "Shallow");
    }

    #[test]
    fn only_columns_that_are_seen_order_the_rows() {
        assert_eq!(orders(&COLUMNS, 40), [By::Name, By::Count, By::Retained]);
    }

    #[test]
    fn a_click_on_a_head_names_its_column() {
        assert_eq!(column_at(&COLUMNS, 60, 3), Some(By::Name));
        assert_eq!(column_at(&COLUMNS, 60, 55), Some(By::Retained));
    }
}
