//! The four linked panes. Each file has the same three items: state, update, draw.

pub mod bars;
pub mod both;
pub mod changes;
pub mod classes;
pub mod contents;
pub mod fates;
pub mod grown;
pub mod held;
pub mod inside;
pub mod members;
pub mod objects;
pub mod outline;
pub mod parts;
pub mod retainers;
pub mod sheet;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    widgets::{Block, Widget as _},
};

use super::{
    event::{Context, Reply},
    filter::Filter,
    keymap::{Action, Scope},
    layout::Place,
    marks::Marked,
    theme::{Role, Theme},
    widget::{
        list::{Cursor, Motion},
        piece::Piece,
        table::{self, Key},
    },
};
use crate::{
    analysis::{Analysis, order::Sort},
    heap::{EdgeIx, NodeIx},
    text::{self, Cut},
};

/// Which pane.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Kind {
    /// Constructors.
    #[default]
    Classes,
    /// Objects of the selected constructor.
    Objects,
    /// What refers to the selected object.
    Retainers,
    /// What the selected object refers to.
    Inside,
}

impl Kind {
    /// All panes, in the order Tab walks.
    pub const ALL: [Self; 4] = [Self::Classes, Self::Objects, Self::Retainers, Self::Inside];

    /// The pane so many places on, round and round.
    #[must_use]
    pub fn step(self, places: usize) -> Self {
        Self::ALL[(self as usize + places) % Self::ALL.len()]
    }

    /// The scopes of keys that hold in it, the most special first.
    pub fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Classes | Self::Objects => &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Everywhere],
            Self::Retainers => {
                &[Scope::Retainers, Scope::Tree, Scope::Cursor, Scope::Pane, Scope::Everywhere]
            }
            Self::Inside => &[Scope::Tree, Scope::Cursor, Scope::Pane, Scope::Everywhere],
        }
    }
}

/// The state of all panes.
#[derive(Clone, Debug)]
pub struct Panes {
    /// Constructors.
    pub classes: classes::State,
    /// Objects.
    pub objects: objects::State,
    /// Retainers.
    pub retainers: outline::State,
    /// Fields.
    pub inside: outline::State,
}

impl Default for Panes {
    fn default() -> Self {
        Self {
            classes: classes::State::default(),
            objects: objects::State::default(),
            retainers: retainers::state(),
            inside: inside::state(),
        }
    }
}

impl Panes {
    /// Hands an action to a pane.
    pub fn update(&mut self, pane: Kind, action: Action, cx: &mut Context<'_>) -> Reply {
        match pane {
            Kind::Classes => classes::update(&mut self.classes, action, cx),
            Kind::Objects => objects::update(&mut self.objects, action, cx),
            Kind::Retainers => retainers::update(&mut self.retainers, action, cx),
            Kind::Inside => inside::update(&mut self.inside, action, cx),
        }
    }

    /// Draws a pane.
    pub fn draw(&self, pane: Kind, canvas: &mut Canvas<'_>) {
        match pane {
            Kind::Classes => classes::draw(&self.classes, canvas),
            Kind::Objects => objects::draw(&self.objects, canvas),
            Kind::Retainers => retainers::draw(&self.retainers, Vec::new(), canvas),
            Kind::Inside => inside::draw(&self.inside, canvas),
        }
    }

    /// The object under a pane's cursor. For a class: the object selected among its members.
    pub fn object(&self, pane: Kind, known: &Analysis) -> Option<NodeIx> {
        match pane {
            Kind::Classes | Kind::Objects => self.objects.selected(),
            Kind::Retainers => self.retainers.object(known),
            Kind::Inside => self.inside.object(known),
        }
    }

    /// Where `p` starts: the object under the cursor; among retainers the object they retain, and
    /// the way to the one under the cursor, so that any chain can be told, not only the shortest.
    pub fn chain_start(&self, pane: Kind, known: &Analysis) -> Option<(NodeIx, Vec<EdgeIx>)> {
        if pane == Kind::Retainers {
            return self.retainers.subject.map(|node| (node, self.retainers.trail().unwrap_or_default()));
        }
        self.object(pane, known).map(|node| (node, Vec::new()))
    }

    /// What a pane is filtered by.
    pub fn filter(&self, pane: Kind) -> &str {
        match pane {
            Kind::Classes => &self.classes.sheet.filter,
            Kind::Objects => &self.objects.sheet.filter,
            Kind::Retainers => &self.retainers.spec.filter,
            Kind::Inside => &self.inside.spec.filter,
        }
    }

    /// Whether any pane waits for an answer.
    pub fn is_waiting(&self) -> bool {
        let (classes, objects) = (self.classes.sheet.pending, self.objects.sheet.pending);
        self.retainers.spec.ignored.is_measuring()
            || [classes, objects, self.retainers.pending, self.inside.pending].iter().any(Option::is_some)
    }

    /// How many rows a pane shows.
    pub fn len(&self, pane: Kind) -> usize {
        match pane {
            Kind::Classes => self.classes.sheet.rows.len(),
            Kind::Objects => self.objects.sheet.rows.len(),
            Kind::Retainers => self.retainers.len(),
            Kind::Inside => self.inside.len(),
        }
    }

    /// Where a pane's cursor is.
    pub fn cursor(&self, pane: Kind) -> Cursor {
        match pane {
            Kind::Classes => self.classes.sheet.cursor,
            Kind::Objects => self.objects.sheet.cursor,
            Kind::Retainers => self.retainers.cursor,
            Kind::Inside => self.inside.cursor,
        }
    }

    /// Tells a pane how many rows and cells it has on screen.
    pub fn resize(&mut self, pane: Kind, rows: Rect) {
        match pane {
            Kind::Classes => self.classes.sheet.resize(rows.width as usize, rows.height as usize),
            Kind::Objects => self.objects.sheet.resize(rows.width as usize, rows.height as usize),
            Kind::Retainers => self.retainers.resize(rows.width as usize, rows.height as usize),
            Kind::Inside => self.inside.resize(rows.width as usize, rows.height as usize),
        }
    }

    /// Puts a pane's cursor on a row, or scrolls it.
    pub fn point(&mut self, pane: Kind, to: Pointing, cx: &mut Context<'_>) -> Reply {
        match pane {
            Kind::Classes => self.classes.sheet.point(to),
            Kind::Objects => {
                self.objects.leave_guest();
                self.objects.sheet.point(to)
            }
            Kind::Retainers => {
                self.retainers.point(to, cx);
                Reply::Quiet
            }
            Kind::Inside => {
                self.inside.point(to, cx);
                Reply::Quiet
            }
        }
    }
}

/// What the mouse does to rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pointing {
    /// A click so many rows below the first one seen.
    Row(usize),
    /// The wheel.
    Scroll(isize),
}

/// The cursor movement an action asks for.
pub fn motion(action: Action) -> Option<Motion> {
    Some(match action {
        Action::Up => Motion::Up,
        Action::Down => Motion::Down,
        Action::PageUp => Motion::PageUp,
        Action::PageDown => Motion::PageDown,
        Action::First => Motion::First,
        Action::Last => Motion::Last,
        _ => return None,
    })
}

/// The order after `s`: by the next column that is seen in so many cells, in the direction people
/// want first.
pub fn next_sort<B: Key>(columns: &[table::Column<B>], cells: usize, now: Sort<B>) -> Sort<B> {
    let orders = table::orders(columns, cells);
    let at = orders.iter().position(|&by| by == now.by).map_or(0, |at| at + 1);
    if orders.is_empty() {
        return now;
    }
    first_order(orders[at % orders.len()])
}

/// Names, ids and distances from the smallest, counts and sizes from the largest.
pub fn first_order<B: Key>(by: B) -> Sort<B> {
    Sort { by, descending: by.is_descending() }
}

/// The order after a click on a column's head: turned round if it was the order already.
pub fn clicked_sort<B: Key>(now: Sort<B>, by: B) -> Sort<B> {
    if now.by == by { reversed(now) } else { first_order(by) }
}

/// The order turned round.
pub fn reversed<B>(sort: Sort<B>) -> Sort<B> {
    Sort { descending: !sort.descending, ..sort }
}

/// What a pane draws on.
pub struct Canvas<'a> {
    /// What is known; `None` while the file is being read.
    pub known: Option<&'a Analysis>,
    /// Which of its objects are marked.
    pub marked: Marked<'a>,
    /// Whether that is only a part of the heap.
    pub narrowed: bool,
    /// The heap's bytes, for shares.
    pub total: u64,
    /// Where the pane stands.
    pub place: Place,
    /// Whether the pane has the keys.
    pub focused: bool,
    /// How it looks.
    pub theme: Theme,
    /// Lines of the pane that are taken by notes above its rows.
    pub skip: u16,
    /// The screen.
    pub buffer: &'a mut Buffer,
}

impl Canvas<'_> {
    /// Draws frame and title: the pane's name in bold, then facts.
    pub fn frame(&mut self, name: &str, facts: &[String]) {
        let role = if self.focused { Role::Focus } else { Role::Title };
        let area = self.place.area;
        if self.place.framed {
            let frame = if self.focused { Role::Focus } else { Role::Frame };
            Block::bordered().border_style(self.theme.style(frame)).render(area, self.buffer);
        } else if area.height > 0 {
            let line = "─".repeat(area.width as usize);
            self.buffer.set_stringn(area.x, area.y, line, area.width as usize, self.theme.style(Role::Frame));
        }
        let room = (area.width as usize).saturating_sub(4);
        if area.height == 0 || room == 0 {
            return;
        }
        let name = text::cut(name, room, Cut::End);
        let rest = format!(" {} ", facts.join(" · "));
        let rest =
            format!("{} ", text::cut(rest.trim_end(), room.saturating_sub(text::width(&name) + 1), Cut::End));
        let (x, _) =
            self.buffer.set_stringn(area.x + 1, area.y, format!(" {name}"), room + 1, self.theme.style(role));
        self.buffer.set_stringn(x, area.y, rest, room, self.theme.style(Role::Plain));
    }

    /// Says in the middle of nothing why there are no rows.
    pub fn say(&mut self, message: &str) {
        let rows = below(self.place.rows(), self.skip);
        if rows.height > 0 && rows.width > 2 {
            let shown = text::cut(message, rows.width as usize - 2, Cut::End);
            let style = self.theme.style(Role::Dim);
            self.buffer.set_stringn(rows.x + 1, rows.y, shown, rows.width as usize - 1, style);
        }
    }

    /// Draws lines above the rows, which then begin below them. The lines are clean.
    pub fn notes(&mut self, lines: &[Piece]) {
        let area = self.place.inner();
        for (line, row) in lines.iter().zip(area.rows()) {
            let room = (row.width as usize).saturating_sub(1);
            self.buffer.set_stringn(row.x + 1, row.y, &line.text, room, self.theme.style(line.role));
        }
        self.skip = (lines.len() as u16).min(area.height);
    }

    /// Draws rows and scrollbar.
    pub fn table<B: Key>(
        &mut self,
        columns: &[table::Column<B>],
        sort: Sort<B>,
        (notes, len, cursor): (usize, usize, Cursor),
        filter: &Filter,
        cell: &dyn Fn(usize, usize, usize) -> Vec<Piece>,
    ) {
        let place = self.place;
        let table = table::Table {
            columns,
            sort,
            len,
            notes,
            cursor,
            head: place.head,
            focused: self.focused,
            theme: self.theme,
            filter,
            cell,
        };
        table.draw(below(place.inner(), self.skip), self.buffer);
        let rows = below(place.rows(), self.skip);
        let bar = Rect { width: (rows.width + 1).min(place.area.width), ..rows };
        table::draw_scrollbar(len, cursor, bar, self.theme, self.buffer);
    }
}

/// What is left of an area below so many lines.
pub fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}

/// Why a list is empty, as its pane says it.
pub fn emptiness(pending: bool, filter: &str, nothing: &str) -> String {
    match (pending, filter) {
        (true, _) => "working…".to_owned(),
        (false, "") => nothing.to_owned(),
        (false, filter) => format!("nothing matches /{} (Esc clears)", text::clean(filter)),
    }
}
