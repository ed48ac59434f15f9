//! Windows over the panes: help, the path to a root, messages, and rows to choose from. They stack; the
//! top one has the keys.

use std::sync::Arc;

use ratatui::{
    buffer::Buffer,
    layout::{Margin, Rect},
    text::{Line, Span},
    widgets::{Block, Clear, Widget as _},
};

use super::{
    keymap::{self, Action, Binding, Scope},
    pane::motion,
    theme::{Role, Theme},
    widget::{choices::Choices, list::Cursor, table::draw_scrollbar},
};
use crate::{heap::NodeIx, text};

/// No paragraph is wrapped into more lines than this.
const LINES: usize = 500;

/// What a window is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Topic {
    /// The keys that work where it was opened.
    Help,
    /// The chain that holds an object.
    Path {
        /// The object.
        object: NodeIx,
        /// The request whose answer is awaited.
        pending: Option<u64>,
    },
    /// Where an object was allocated.
    Stack {
        /// The request whose answer is awaited, the snapshot and the object.
        pending: Option<(u64, usize, NodeIx)>,
    },
    /// Something to be read.
    Message,
    /// The retainers that are ignored.
    Ignored,
    /// Rows to choose from.
    Rows {
        /// The snapshot they are about.
        at: usize,
        /// What programs call them.
        table: &'static str,
        /// The request whose answer is awaited.
        pending: Option<u64>,
    },
    /// Something to say yes or no to.
    Question,
}

impl Topic {
    /// What programs call its lines, and exported files are called after.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Help => "keys",
            Self::Path { .. } => "path",
            Self::Stack { .. } => "stack",
            Self::Message | Self::Question => "message",
            Self::Ignored => "ignored",
            Self::Rows { table, .. } => table,
        }
    }
}

/// What choosing a row does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Goal {
    /// Goes to an object.
    Visit(NodeIx),
    /// Lists these retainers, each with how many objects it holds.
    Holders(Arc<[(NodeIx, u32)]>),
    /// Ignores a retainer no longer.
    Restore(NodeIx),
}

/// One window.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// What it is about.
    pub topic: Topic,
    /// Its title.
    pub title: String,
    /// Its paragraphs, clean: a key or number to stand out, and the text.
    pub lines: Vec<(String, String)>,
    /// Its rows, where one can be chosen; there are no paragraphs then.
    pub rows: Option<Choices<Goal>>,
    /// The first line seen.
    top: usize,
}

impl Dialog {
    /// A window of these paragraphs.
    pub fn new(topic: Topic, title: impl Into<String>, lines: Vec<(String, String)>) -> Self {
        Self { topic, title: title.into(), lines, rows: None, top: 0 }
    }

    /// The keys that work where one is, now, and what is told of each.
    pub fn help(
        scopes: &[Scope],
        applies: &dyn Fn(Action) -> bool,
        told: &dyn Fn(&'static Binding) -> String,
    ) -> Self {
        let rows = keymap::active(scopes).filter(|binding| applies(binding.action));
        let line = |binding| (format!("{}  ", Binding::keys_text(binding)), told(binding));
        Self::new(Topic::Help, "Keys that work here, now", rows.map(line).collect())
    }

    /// A window that says something; foreign text in it is made safe.
    pub fn message(title: &str, lines: &[String]) -> Self {
        let clean = |line: &String| (String::new(), text::clean(line).into_owned());
        Self::new(Topic::Message, title, lines.iter().map(clean).collect())
    }

    /// A window that asks something; foreign text in it is made safe.
    pub fn question(title: &str, lines: &[String]) -> Self {
        Self { topic: Topic::Question, ..Self::message(title, lines) }
    }

    /// The scopes of keys that hold in it.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.topic {
            Topic::Path { .. } => &[Scope::Path, Scope::Reading, Scope::Dialog, Scope::Everywhere],
            Topic::Stack { .. } => &[Scope::Stack, Scope::Reading, Scope::Dialog, Scope::Everywhere],
            Topic::Rows { .. } => &[Scope::Rows, Scope::Dialog, Scope::Everywhere],
            Topic::Ignored => &[Scope::Ignored, Scope::Dialog, Scope::Everywhere],
            Topic::Help | Topic::Message => &[Scope::Reading, Scope::Dialog, Scope::Everywhere],
            Topic::Question => &[Scope::Question, Scope::Everywhere],
        }
    }

    /// Shows these rows in place of what stood there.
    pub fn choose_from(&mut self, rows: Choices<Goal>) {
        self.lines.clear();
        self.rows = Some(rows);
    }

    /// What choosing the row under the cursor does.
    pub fn goal(&self) -> Option<Goal> {
        self.rows.as_ref()?.selected().map(|row| row.goal.clone())
    }

    /// All rows as they are copied.
    pub fn all(&self) -> String {
        self.rows.as_ref().map(Choices::plain).unwrap_or_default()
    }

    /// What its lines are, to somebody who copied them.
    pub fn what(&self) -> &'static str {
        if matches!(self.topic, Topic::Stack { .. }) { "the stack" } else { "the chain" }
    }

    /// What `y` copies: the current row, or all that is to be read.
    pub fn plain(&self) -> String {
        if let Some(row) = self.rows.as_ref().and_then(Choices::selected) {
            return row.told.clone();
        }
        let lines: Vec<String> = self.lines.iter().map(|(key, text)| format!("{key}{text}")).collect();
        lines.join("\n")
    }

    /// Scrolls, on a screen whose middle is `body`.
    pub fn scroll(&mut self, action: Action, body: Rect) {
        let Some(motion) = motion(action) else { return };
        let area = self.area(body);
        let height = area.height.saturating_sub(2) as usize;
        if let Some(rows) = &mut self.rows {
            return rows.go(motion, height);
        }
        let len = self.wrapped(area).len();
        // Up and down move what is seen: there is no cursor to move first.
        let mut cursor = Cursor { at: self.top, top: self.top };
        cursor.go(motion, len.saturating_sub(height) + 1, height);
        self.top = cursor.at;
    }

    /// Follows a click on a row; answers whether the row was the current one already.
    pub fn click(&mut self, (x, y): (u16, u16), body: Rect) -> bool {
        let area = self.area(body);
        let inner = area.inner(Margin::new(1, 1));
        let inside = inner.contains((x, y).into());
        self.rows.as_mut().filter(|_| inside).is_some_and(|rows| rows.click((y - inner.y) as usize))
    }

    /// Scrolls by so many rows or lines.
    pub fn wheel(&mut self, rows: isize, body: Rect) {
        let height = self.area(body).height.saturating_sub(2) as usize;
        match &mut self.rows {
            Some(list) => list.scroll(rows, height),
            None => self.scroll(if rows < 0 { Action::Up } else { Action::Down }, body),
        }
    }

    fn area(&self, body: Rect) -> Rect {
        let width = body.width.min(100).min(body.width.saturating_sub(4).max(body.width.min(40)));
        let area = Rect { width, ..body };
        let lines = self.rows.as_ref().map_or_else(|| self.wrapped(area).len(), Choices::lines);
        let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2).min(body.height);
        Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height }
    }

    /// The lines as they fit; the first column as wide as its longest entry.
    fn wrapped(&self, area: Rect) -> Vec<(&str, &str)> {
        let key_cells = self.key_cells();
        let cells = (area.width as usize).saturating_sub(4 + key_cells).max(8);
        let mut out = Vec::new();
        for (key, words) in &self.lines {
            let mut key = key.as_str();
            if words.is_empty() {
                out.push((key, ""));
            }
            for line in text::wrap_words(words, cells, LINES) {
                out.push((std::mem::take(&mut key), line));
            }
        }
        out
    }

    fn key_cells(&self) -> usize {
        self.lines.iter().map(|(key, _)| text::width(key)).max().unwrap_or(0)
    }

    /// Draws it in the middle of `body`.
    pub fn draw(&self, body: Rect, theme: Theme, buffer: &mut Buffer) {
        let area = self.area(body);
        Clear.render(area, buffer);
        let title = Span::styled(format!(" {} ", self.title), theme.style(Role::Focus));
        let frame = Block::bordered().title(title).border_style(theme.style(Role::Focus));
        let inner = frame.inner(area);
        frame.render(area, buffer);
        if let Some(rows) = &self.rows {
            return rows.draw(inner, theme, buffer);
        }
        let key_cells = self.key_cells();
        let lines = self.wrapped(area);
        let top = self.top.min(lines.len().saturating_sub(inner.height as usize));
        for ((key, words), row) in lines.iter().skip(top).zip(inner.rows()) {
            let key = Span::styled(text::pad(key, key_cells), theme.style(Role::Key));
            let line = Line::from(vec![Span::raw(" "), key, Span::raw((*words).to_owned())]);
            buffer.set_line(row.x, row.y, &line, row.width);
        }
        let bar = Rect { width: inner.width + 1, ..inner };
        draw_scrollbar(lines.len(), Cursor { at: top, top }, bar, theme, buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_stops_where_the_last_line_is_seen() {
        let lines: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let mut dialog = Dialog::message("numbers", &lines);
        let body = Rect::new(0, 0, 60, 12);
        dialog.scroll(Action::Last, body);
        assert_eq!(dialog.top, 10);
        dialog.scroll(Action::Up, body);
        assert_eq!(dialog.top, 9);
        dialog.scroll(Action::PageUp, body);
        assert_eq!(dialog.top, 0, "a page is what is seen but for a line");
    }
}
