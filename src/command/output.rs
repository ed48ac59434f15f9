//! Where a command writes, and tables that need no look ahead.
//!
//! Numbers come first, in columns of a fixed width; the one free text stands last, where it
//! pushes nothing aside. So rows are written as they are made, whatever their number, and a
//! pipe gets every text whole.

use std::io::{self, Write};

use crate::{
    analysis::Distance,
    format,
    text::{self, Cut},
};

/// Where a command writes, and how wide and plain it is.
pub struct Output<'a> {
    /// Takes the bytes.
    pub out: &'a mut dyn Write,
    /// Cells in a line of the terminal; `None` where nothing is to be cut.
    pub width: Option<usize>,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}

/// A column of numbers: its head and its cells.
pub(super) type Column = (&'static str, usize);

/// Blanks between columns.
const GAP: &str = "  ";

impl Output<'_> {
    /// Writes a line of foreign text, cleaned and cut to the line.
    ///
    /// # Errors
    ///
    /// What the writer answers; alike below.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        let text = self.fitted(text, 0);
        writeln!(self.out, "{text}")
    }

    /// Writes the head of a table.
    pub fn head(&mut self, columns: &[Column], last: &str) -> io::Result<()> {
        for (head, width) in columns {
            write!(self.out, "{head:>width$}{GAP}")?;
        }
        writeln!(self.out, "{last}")
    }

    /// Writes a row of a table: numbers, then a foreign text.
    pub fn row(&mut self, columns: &[Column], numbers: &[String], text: &str) -> io::Result<()> {
        let mut used = 0;
        for ((_, width), number) in columns.iter().zip(numbers) {
            let number = self.drawn(number.clone());
            write!(self.out, "{number:>width$}{GAP}")?;
            used += number.chars().count().max(*width) + GAP.len();
        }
        let text = self.fitted(text, used);
        writeln!(self.out, "{text}")
    }

    /// Writes what was left out of a list, if anything was.
    pub fn more(&mut self, rows: usize, shown: usize) -> io::Result<()> {
        match rows.saturating_sub(shown) {
            0 => Ok(()),
            left => writeln!(self.out, "({} more; --limit {rows} shows all)", format::count(left as u64)),
        }
    }

    /// A distance as DevTools prints it.
    pub fn distance(&self, distance: Distance) -> String {
        match distance.steps() {
            Some(steps) => steps.to_string(),
            None if self.ascii => "-".to_owned(),
            None => distance.to_string(),
        }
    }

    /// `first · second · third`, without what is empty.
    pub fn joined<const N: usize>(&self, parts: [String; N]) -> String {
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(if self.ascii { " | " } else { " · " })
    }

    /// Writes a paragraph of foreign text, cleaned, as long as it is.
    pub fn paragraph(&mut self, text: &str) -> io::Result<()> {
        let text = self.drawn(text::clean(text).into_owned());
        writeln!(self.out, "{text}")
    }

    fn fitted(&self, text: &str, used: usize) -> String {
        let clean = text::clean(text);
        let fitted = match self.width {
            Some(width) => text::cut(&clean, width.saturating_sub(used), Cut::End).into_owned(),
            None => clean.into_owned(),
        };
        self.drawn(fitted)
    }

    /// With signs of our own that any terminal has, where only these may be drawn: a sign each, so that
    /// what fits still does.
    fn drawn(&self, text: String) -> String {
        if !self.ascii || text.is_ascii() {
            return text;
        }
        let twin = |c| match c {
            '…' => '~',
            '→' => '>',
            '←' => '<',
            '×' => 'x',
            '·' | '−' => '-',
            c => c,
        };
        text.chars().map(twin).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(width: Option<usize>) -> String {
        let mut out = Vec::new();
        let mut output = Output { out: &mut out, width, ascii: false };
        let columns = [("Count", 6)];
        output.head(&columns, "Constructor").expect("a Vec takes everything");
        output.row(&columns, &["12".to_owned()], "漢字\u{1b}[0m x").expect("a Vec takes everything");
        output.row(&columns, &["1,234,567".to_owned()], "Map").expect("a Vec takes everything");
        output.more(5, 2).expect("a Vec takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_pipe_gets_every_text_whole_and_clean() {
        assert_eq!(
            table(None),
            " Count  Constructor\n    12  漢字\\x1b[0m x\n1,234,567  Map\n(3 more; --limit 5 shows all)\n",
            "a number that is too wide moves its row and nothing else"
        );
    }

    #[test]
    fn ascii_has_a_plain_sign_for_each_of_ours() {
        let mut out = Vec::new();
        let mut output = Output { out: &mut out, width: Some(14), ascii: true };
        output.row(&[("Δ", 6)], &["−12".to_owned()], "requests → store").expect("a Vec takes everything");
        output.paragraph("a…z").expect("a Vec takes everything");
        assert_eq!(String::from_utf8(out).expect("text"), "   -12  reque~\na~z\n");
    }

    #[test]
    fn a_terminal_gets_what_fits() {
        assert!(table(Some(14)).contains("    12  漢字\\…\n"));
    }
}
