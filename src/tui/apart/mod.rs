//! Screens that stand apart from the explorer: what they share.
//!
//! Each is a [`Scene`]: pure state with an update and a draw, as the explorer is; `run` is the loop
//! around it. A [`Front`] holds what every scene has: size, windows, a prompt, a line about what happened.

pub(super) mod run;

use crossterm::event::{Event as Input, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Constraint, Layout, Position, Rect},
};
use tui_input::{InputRequest, backend::crossterm::to_input_request};

use super::{
    dialog::{Dialog, Topic},
    footer,
    keymap::{self, Action, Binding, Scope},
    state::Status,
    theme::{self, Role, Theme},
    widget::piece::Piece,
};
use crate::text;

/// Rows a notch of the wheel is.
pub const NOTCH: isize = 3;

/// Something that happened.
#[derive(Debug)]
pub enum Event<N> {
    /// A key, a click, a paste, a new size.
    Input(Input),
    /// The clipboard got a text, or why it did not.
    Copied(Result<String, String>),
    /// Something from behind the scene.
    News(N),
}

/// Something to be done outside of `update`.
#[derive(PartialEq, Eq, Debug)]
pub enum Effect<A> {
    /// Leave.
    Quit,
    /// Go to the background, as Ctrl-Z asks for.
    Suspend,
    /// Draw every cell again.
    Redraw,
    /// Put a text into the clipboard; the second says what it is.
    Copy(String, String),
    /// Something for whoever works behind the scene.
    Ask(A),
}

/// A screen of its own.
pub trait Scene {
    /// What it is told from behind.
    type News: Send + 'static;
    /// What it asks for.
    type Ask;

    /// Takes one event in; answers what shall be done about it.
    fn update(&mut self, event: Event<Self::News>) -> Vec<Effect<Self::Ask>>;
    /// State → frame.
    fn draw(&self, frame: &mut Frame<'_>);
    /// Whether something goes on that tells of its progress.
    fn is_busy(&self) -> bool;
}

/// What every such screen has.
#[derive(Debug)]
pub struct Front {
    /// Cells from left to right.
    pub width: u16,
    /// Cells from top to bottom.
    pub height: u16,
    /// How things look.
    pub theme: Theme,
    /// Windows, the top one last.
    pub dialogs: Vec<Dialog>,
    /// What is being typed.
    pub prompt: Option<tui_input::Input>,
    /// What happened last, until the next key.
    pub status: Option<Status>,
}

/// What an input means to a scene.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// A key asks for this.
    Act(Action),
    /// The left button went down there.
    Click(u16, u16),
    /// The wheel turned by so many rows there.
    Wheel(isize, u16, u16),
    /// What is typed has changed.
    Typed,
    /// Nothing, or something that is done already.
    Nothing,
}

/// The parts of such a screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parts {
    /// What it is about.
    pub header: Rect,
    /// All else.
    pub body: Rect,
    /// Keys and messages.
    pub footer: Rect,
}

impl Parts {
    /// The parts of an area.
    pub fn of(area: Rect) -> Self {
        let lines = [Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)];
        let [header, body, footer] = Layout::vertical(lines).areas(area);
        Self { header, body, footer }
    }
}

impl Front {
    /// A screen of that size before anything happened.
    pub fn new(width: u16, height: u16, theme: Theme) -> Self {
        Self { width, height, theme, dialogs: Vec::new(), prompt: None, status: None }
    }

    /// Where things stand.
    pub fn parts(&self) -> Parts {
        Parts::of(Rect::new(0, 0, self.width, self.height))
    }

    /// Says what happened.
    pub fn say(&mut self, role: Role, text: impl Into<String>) {
        self.status = Some(Status { text: text.into(), role });
    }

    /// Says whether a copy went well.
    pub fn copied(&mut self, copied: &Result<String, String>) {
        match copied {
            Ok(what) => self.say(Role::Good, format!("copied {what}")),
            Err(why) => self.say(Role::Bad, format!("not copied: {}", text::clean(why))),
        }
    }

    /// The scopes of keys that hold now, where those of the scene are given.
    fn scopes<'a>(&self, scene: &'a [Scope]) -> &'a [Scope] {
        match (self.dialogs.last(), &self.prompt) {
            (Some(dialog), _) => dialog.scopes(),
            (None, Some(_)) => &[Scope::Prompt, Scope::Everywhere],
            (None, None) => scene,
        }
    }

    /// What an input means where the scene has these scopes of keys, and these actions would do nothing.
    /// Windows and prompts take theirs themselves.
    pub fn meaning(&mut self, input: &Input, scene: &[Scope], idle: &[Action]) -> Meaning {
        match input {
            Input::Key(key) if key.kind != KeyEventKind::Release => self.press(key, scene, idle),
            Input::Mouse(mouse) => self.point(*mouse),
            Input::Paste(pasted) => self.paste(pasted),
            Input::Resize(width, height) => {
                (self.width, self.height) = (*width, *height);
                Meaning::Nothing
            }
            _ => Meaning::Nothing,
        }
    }

    fn press(&mut self, key: &KeyEvent, scene: &[Scope], idle: &[Action]) -> Meaning {
        self.status = None;
        let is_free = self.dialogs.is_empty() && self.prompt.is_none();
        match keymap::action(self.scopes(scene), key) {
            Some(action @ (Action::Quit | Action::Suspend | Action::Redraw)) => Meaning::Act(action),
            Some(action) if !self.dialogs.is_empty() => self.in_dialog(action),
            Some(action) if is_free && idle.contains(&action) => Meaning::Nothing,
            Some(Action::Help) => {
                let told = |binding: &'static Binding| binding.help.to_owned();
                self.dialogs.push(Dialog::help(scene, &|action| !idle.contains(&action), &told));
                Meaning::Nothing
            }
            Some(action) => Meaning::Act(action),
            None if self.dialogs.is_empty() => self.edit(to_input_request(&Input::Key(*key))),
            None => Meaning::Nothing,
        }
    }

    /// A question's answer is the scene's to take.
    fn in_dialog(&mut self, action: Action) -> Meaning {
        let body = self.parts().body;
        match (action, self.dialogs.last_mut()) {
            (Action::Accept | Action::Cancel, Some(dialog)) if dialog.topic == Topic::Question => {
                self.dialogs.pop();
                return Meaning::Act(action);
            }
            (Action::Close, _) => drop(self.dialogs.pop()),
            (_, Some(dialog)) => dialog.scroll(action, body),
            _ => {}
        }
        Meaning::Nothing
    }

    fn edit(&mut self, request: Option<InputRequest>) -> Meaning {
        match (&mut self.prompt, request) {
            (Some(prompt), Some(request)) => {
                prompt.handle(request);
                Meaning::Typed
            }
            _ => Meaning::Nothing,
        }
    }

    fn paste(&mut self, pasted: &str) -> Meaning {
        let Some(prompt) = &mut self.prompt else { return Meaning::Nothing };
        for c in pasted.chars().filter(|c| !c.is_control()).take(4096) {
            prompt.handle(InputRequest::InsertChar(c));
        }
        Meaning::Typed
    }

    fn point(&mut self, mouse: MouseEvent) -> Meaning {
        let turn = match mouse.kind {
            MouseEventKind::ScrollUp => Some((Action::Up, -NOTCH)),
            MouseEventKind::ScrollDown => Some((Action::Down, NOTCH)),
            _ => None,
        };
        let body = self.parts().body;
        match (self.dialogs.last_mut(), turn) {
            (Some(dialog), Some((action, _))) => dialog.scroll(action, body),
            (None, Some((_, rows))) => return Meaning::Wheel(rows, mouse.column, mouse.row),
            (None, None) if mouse.kind == MouseEventKind::Down(MouseButton::Left) => {
                self.status = None;
                return Meaning::Click(mouse.column, mouse.row);
            }
            (_, None) => {}
        }
        Meaning::Nothing
    }

    /// Draws windows and the last line, the prompt behind `mark`; then all of it is as the theme wants.
    pub fn draw(
        &self,
        parts: &Parts,
        scene: &[Scope],
        idle: &[Action],
        (mark, hint): (&str, &str),
        frame: &mut Frame<'_>,
    ) {
        let buffer = frame.buffer_mut();
        for dialog in &self.dialogs {
            dialog.draw(parts.body, self.theme, buffer);
        }
        let caret = self.draw_footer(parts.footer, scene, idle, (mark, hint), buffer);
        if self.theme.ascii {
            theme::to_ascii(buffer);
        }
        if let Some(caret) = caret {
            frame.set_cursor_position(caret);
        }
    }

    fn draw_footer(
        &self,
        area: Rect,
        scene: &[Scope],
        idle: &[Action],
        (mark, hint): (&str, &str),
        buffer: &mut Buffer,
    ) -> Option<Position> {
        if area.height == 0 {
            return None;
        }
        if let (Some(prompt), true) = (&self.prompt, self.dialogs.is_empty()) {
            return Some(footer::prompt(mark, prompt, hint, self.theme, area, buffer));
        }
        let applies = |action| !self.dialogs.is_empty() || !idle.contains(&action);
        let pieces = match &self.status {
            Some(status) => vec![Piece::new(format!(" {}", status.text), status.role)],
            None => footer::keys(self.scopes(scene), &applies, area.width as usize),
        };
        footer::draw(pieces, self.theme, area, buffer);
        None
    }
}

/// The effect of an action that means the same on every screen.
pub fn general<A>(action: Action) -> Option<Effect<A>> {
    match action {
        Action::Quit => Some(Effect::Quit),
        Action::Suspend => Some(Effect::Suspend),
        Action::Redraw => Some(Effect::Redraw),
        _ => None,
    }
}
