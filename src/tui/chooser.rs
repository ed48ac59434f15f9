//! A window with rows to choose from: Enter does something with one, and the window is gone.
//!
//! It lies over the panes and below all other windows; there is one at a time.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    widgets::{Clear, Widget as _},
};
use tui_input::InputRequest;

use super::{
    apart::NOTCH,
    export,
    filter::Filter,
    hits,
    keymap::{Action, Scope},
    layout::Place,
    marks::{self, Marked},
    palette::{Command, Palette},
    pane::{Canvas, motion},
    state::State,
    theme::Role,
    update,
    widget::{
        list::Cursor,
        piece::{self, Piece},
        table::Column,
    },
};
use crate::{
    analysis::order::{By, Sort},
    format, text,
};

/// A window is no wider.
const WIDEST: u16 = 110;

/// The window.
#[derive(Clone, Debug)]
pub struct Chooser {
    /// What its rows are.
    pub of: Menu,
    /// The current one.
    pub cursor: Cursor,
    height: usize,
}

/// What there is to choose from.
#[derive(Clone, Debug)]
pub enum Menu {
    /// Commands, by name.
    Commands(Palette),
    /// What was found everywhere.
    Hits,
    /// The marked objects.
    Marks,
}

const COMMANDS: [Column; 3] = [
    Column { title: "Command", by: None, cells: 0, rank: 9, leaves: 0 },
    Column { title: "Where", by: None, cells: 22, rank: 1, leaves: 40 },
    Column { title: "Key", by: None, cells: 13, rank: 5, leaves: 20 },
];

impl Chooser {
    /// A window of these.
    pub fn new(of: Menu) -> Self {
        Self { of, cursor: Cursor::default(), height: 0 }
    }

    /// All commands.
    pub fn commands(state: &State) -> Self {
        Self::new(Menu::Commands(Palette::new(state)))
    }

    /// The scopes of keys that hold in it, the most special first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.of {
            Menu::Commands(_) => &[Scope::Palette, Scope::Everywhere],
            Menu::Hits => &[Scope::List, Scope::Everywhere],
            Menu::Marks => &[Scope::Marks, Scope::List, Scope::Everywhere],
        }
    }

    /// How many lines stand above the rows.
    fn noted(&self) -> u16 {
        u16::from(matches!(self.of, Menu::Commands(_)))
    }
}

/// How many rows there are to choose from.
pub fn len(state: &State) -> usize {
    match state.chooser.as_ref().map(|chooser| &chooser.of) {
        None => 0,
        Some(Menu::Commands(palette)) => palette.rows().len(),
        Some(Menu::Hits) => state.hits.rows.len(),
        Some(Menu::Marks) => state.marks.len(),
    }
}

/// Whether an action would do anything in the window.
pub fn applies(state: &State, action: Action) -> bool {
    match action {
        Action::Choose | Action::Mark | Action::Export => len(state) > 0,
        Action::Other => len(state) > 0 && state.files.len() > 1 && !state.growth.unrelated,
        _ => true,
    }
}

/// Does what a key asks for.
pub(super) fn act(state: &mut State, action: Action) {
    let len = len(state);
    let Some(chooser) = &mut state.chooser else { return };
    if let Some(motion) = motion(action) {
        return chooser.cursor.go(motion, len, chooser.height);
    }
    let at = chooser.cursor.at;
    let is_of_hits = matches!(chooser.of, Menu::Hits);
    match action {
        Action::Help => update::help(state),
        Action::Close if is_of_hits && hits::give_up(state) => {}
        Action::Close => state.chooser = None,
        Action::Choose => choose(state),
        Action::Export => export::ask(state),
        Action::Mark => marks::forget(state, at),
        Action::Other => {
            state.chooser = None;
            marks::go_elsewhere(state, at);
        }
        _ => {}
    }
}

fn choose(state: &mut State) {
    let Some(chooser) = &state.chooser else { return };
    let at = chooser.cursor.at;
    match &chooser.of {
        Menu::Commands(palette) => {
            if let Some(command) = palette.row(at).cloned() {
                run(state, &command);
            }
        }
        Menu::Hits => {
            state.chooser = None;
            hits::go(state, at);
        }
        Menu::Marks => {
            state.chooser = None;
            marks::go(state, at);
        }
    }
}

/// Runs a command in the pane that had the keys, or says where it would work.
fn run(state: &mut State, command: &Command) {
    if command.here {
        state.chooser = None;
        return update::act(state, command.action);
    }
    let name = if command.name.is_empty() { command.help } else { &command.name };
    state.say(Role::Bad, format!("`{name}` does nothing here now; it is for: {}", places(command)));
}

fn places(command: &Command) -> String {
    command.places.join(", ")
}

/// Takes a key that edits what is typed.
pub(super) fn edit(state: &mut State, request: Option<InputRequest>) {
    let (Some(Chooser { of: Menu::Commands(palette), cursor, .. }), Some(request)) =
        (&mut state.chooser, request)
    else {
        return;
    };
    palette.input.handle(request);
    palette.refilter();
    *cursor = Cursor::default();
}

/// Takes pasted text.
pub(super) fn paste(state: &mut State, pasted: &str) {
    for c in pasted.chars().filter(|c| !c.is_control()).take(100) {
        edit(state, Some(InputRequest::InsertChar(c)));
    }
}

/// Follows the mouse: a click selects, another on the same row chooses, the wheel scrolls.
pub(super) fn point(state: &mut State, mouse: MouseEvent) {
    let body = state.layout().body;
    let len = len(state);
    let Some(chooser) = &mut state.chooser else { return };
    let rows = place(body).rows();
    let height = chooser.height;
    match mouse.kind {
        MouseEventKind::ScrollUp => chooser.cursor.scroll(-NOTCH, len, height),
        MouseEventKind::ScrollDown => chooser.cursor.scroll(NOTCH, len, height),
        MouseEventKind::Down(MouseButton::Left) if rows.contains((mouse.column, mouse.row).into()) => {
            // What stands above the rows is none of them.
            let below = (mouse.row - rows.y).checked_sub(chooser.noted());
            let at = below.map(|below| chooser.cursor.top + below as usize);
            match at.filter(|&at| at < len) {
                Some(at) if at == chooser.cursor.at => choose(state),
                Some(at) => chooser.cursor.at = at,
                None => {}
            }
        }
        _ => {}
    }
}

/// Learns how many rows are seen.
pub(super) fn resize(state: &mut State, body: Rect) {
    let len = len(state);
    if let Some(chooser) = &mut state.chooser {
        chooser.height = place(body).rows().height.saturating_sub(chooser.noted()) as usize;
        chooser.cursor.settle(len, chooser.height);
    }
}

/// The middle of the screen.
fn place(body: Rect) -> Place {
    let width = body.width.min(WIDEST).min(body.width.saturating_sub(4).max(body.width.min(40)));
    let height = body.height.saturating_sub(2).max(body.height.min(10));
    let area =
        Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
    Place { area, framed: true, head: true }
}

/// Draws the window, if there is one.
pub(super) fn draw(state: &State, body: Rect, buffer: &mut Buffer) {
    let Some(chooser) = &state.chooser else { return };
    let place = place(body);
    Clear.render(place.area, buffer);
    let mut canvas = Canvas {
        known: None,
        marked: Marked::of(state, state.at),
        narrowed: false,
        total: 0,
        place,
        focused: true,
        theme: state.theme,
        skip: 0,
        buffer,
    };
    match &chooser.of {
        Menu::Commands(palette) => draw_commands(palette, chooser.cursor, &mut canvas),
        Menu::Hits => hits::draw(state, chooser.cursor, &mut canvas),
        Menu::Marks => marks::draw(state, chooser.cursor, &mut canvas),
    }
}

fn draw_commands(palette: &Palette, cursor: Cursor, canvas: &mut Canvas<'_>) {
    canvas.frame("Commands", &[format::count(palette.rows().len() as u64)]);
    let typed = text::clean(palette.input.value()).into_owned();
    canvas.notes(&[Piece::new(format!("{typed}▏"), Role::Key)]);
    if palette.rows().len() == 0 {
        canvas.say("no command is called so");
    }
    let cell = |row: usize, column: usize, cells: usize| {
        palette.row(row).map_or_else(Vec::new, |command| command_cell(command, column, cells))
    };
    let filter = Filter::new(typed.trim());
    let sort = Sort::ascending(By::Name);
    canvas.table(&COMMANDS, sort, (0, palette.rows().len(), cursor), &filter, &cell);
}

fn command_cell(command: &Command, column: usize, cells: usize) -> Vec<Piece> {
    let role = |role| if command.here { role } else { Role::Dim };
    match column {
        0 => {
            let gap = if command.name.is_empty() { "" } else { "  " };
            let mut pieces = vec![
                Piece::new(command.name.clone(), role(Role::Title)),
                Piece::new(format!("{gap}{}", command.help), role(Role::Plain)),
            ];
            piece::fit(&mut pieces, 1, cells);
            pieces
        }
        1 if command.here => Vec::new(),
        1 => vec![Piece::new(places(command), Role::Dim)],
        _ => vec![Piece::new(command.keys.clone(), role(Role::Key))],
    }
}
