//! The explorer driven without a terminal, for tests of what the screen shows.

#![allow(dead_code, reason = "not every test needs all of it")]

use crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use leaktui::{
    analysis::Analysis,
    heap::fixture::heap,
    job::Job,
    tui::{
        draw::draw,
        event::{Effect, Event},
        export::{Export, Format, Saved, write},
        state::State,
        theme::Theme,
        update::update,
    },
};
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend};

/// Wide, usual, tiny.
pub(crate) const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];

/// An explorer without a terminal: events go in, tasks run in line, frames come out.
pub(crate) struct Driver {
    pub(crate) state: State,
    pub(crate) copied: Vec<String>,
    /// Files that were written, by name.
    pub(crate) saved: Vec<(String, String)>,
    pub(crate) over: bool,
    /// Whether effects are kept instead of done.
    pub(crate) held: bool,
    pub(crate) effects: Vec<Effect>,
}

impl Driver {
    /// Nothing of these snapshots is known yet.
    pub(crate) fn new(width: u16, height: u16, files: usize) -> Self {
        let theme = Theme { color: true, ascii: false };
        let labels = (1..=files).map(|file| format!("dumps/s{file}.heapsnapshot")).collect();
        Self::over(State::series(width, height, theme, labels))
    }

    /// A screen that is already there.
    pub(crate) fn over(state: State) -> Self {
        let (copied, saved, effects) = (Vec::new(), Vec::new(), Vec::new());
        Self { state, copied, saved, over: false, held: false, effects }
    }

    /// All snapshots read, and all that follows worked out.
    pub(crate) fn ready((width, height): (u16, u16), texts: &[&str]) -> Self {
        let mut driver = Self::new(width, height, texts.len());
        for (at, text) in texts.iter().enumerate() {
            driver.known(at, Analysis::complete(heap(text)), true);
        }
        driver
    }

    pub(crate) fn known(&mut self, at: usize, known: Analysis, complete: bool) {
        let total = known.total_size();
        self.event(Event::Known { at, known: Box::new(known), total, complete });
    }

    /// Takes an event in and does what it asks for.
    pub(crate) fn event(&mut self, event: Event) {
        for effect in self.step(event) {
            self.serve(effect);
        }
    }

    /// Does what was asked for.
    pub(crate) fn serve(&mut self, effect: Effect) {
        match effect {
            effect if self.held => self.effects.push(effect),
            Effect::Run { slot, request, task, known } => {
                let outcome = task.run(&known, &Job::default()).expect("nobody cancels");
                self.event(Event::Done { slot, request, outcome });
            }
            Effect::Copy(text, what) => {
                self.copied.push(text);
                self.event(Event::Copied(Ok(what)));
            }
            Effect::Save { export, format, name, replace } => {
                let saved = self.save(&export, format, &name, replace);
                self.event(Event::Saved { name, export, saved });
            }
            Effect::Quit | Effect::Return => self.over = true,
            Effect::Suspend | Effect::Redraw | Effect::GiveUp(_) => {}
        }
    }

    /// Does what was kept.
    pub(crate) fn serve_held(&mut self) {
        self.held = false;
        for effect in std::mem::take(&mut self.effects) {
            self.serve(effect);
        }
    }

    fn save(&mut self, export: &Export, format: Format, name: &str, replace: bool) -> Saved {
        let there = self.saved.iter().position(|(other, _)| other == name);
        if there.is_some() && !replace {
            return Saved::Exists;
        }
        let mut text = Vec::new();
        write(export, format, &Job::default(), &mut text).expect("a Vec takes everything");
        let bytes = text.len() as u64;
        self.saved.push((name.to_owned(), String::from_utf8(text).expect("UTF-8")));
        Saved::Done(bytes)
    }

    pub(crate) fn step(&mut self, event: Event) -> Vec<Effect> {
        update(&mut self.state, event)
    }

    pub(crate) fn key(&mut self, code: KeyCode) {
        self.event(pressed(code));
    }

    /// Types letters; `↵` is Enter, `⇥` Tab, `⌫` Backspace, `⎋` Escape; arrows are arrows.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            self.key(match c {
                '↵' => KeyCode::Enter,
                '⇥' => KeyCode::Tab,
                '⌫' => KeyCode::Backspace,
                '⎋' => KeyCode::Esc,
                '↓' => KeyCode::Down,
                '↑' => KeyCode::Up,
                '→' => KeyCode::Right,
                '←' => KeyCode::Left,
                c => KeyCode::Char(c),
            });
        }
        self
    }

    pub(crate) fn screen(&self) -> String {
        let (width, height) = (self.state.width.max(1), self.state.height.max(1));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test backend");
        terminal.draw(|frame| draw(&self.state, frame)).expect("a test backend");
        terminal.backend().to_string()
    }

    #[track_caller]
    pub(crate) fn shows(&self, what: &str) {
        assert!(self.screen().contains(what), "no {what} on\n{}", self.screen());
    }
}

/// The event of a key.
pub(crate) fn pressed(code: KeyCode) -> Event {
    Event::Input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// What may happen at a terminal; these letters, which lead far, more often than others.
pub(crate) fn any_event(letters: &str) -> impl Strategy<Value = Event> + use<> {
    let codes = prop_oneof![
        1 => any::<char>().prop_map(KeyCode::Char),
        1 => proptest::char::range(' ', '~').prop_map(KeyCode::Char),
        3 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Backspace, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab,
            KeyCode::Up, KeyCode::Down, KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End,
            KeyCode::PageUp, KeyCode::PageDown, KeyCode::Delete,
        ]),
        4 => prop::sample::select(letters.chars().map(KeyCode::Char).collect::<Vec<_>>()),
    ];
    let modifiers = prop_oneof![3 => Just(KeyModifiers::NONE), 1 => Just(KeyModifiers::ALT), 1 => Just(KeyModifiers::CONTROL)];
    let key = (codes, modifiers).prop_map(|(code, modifiers)| Input::Key(KeyEvent::new(code, modifiers)));
    let kinds = prop::sample::select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollUp,
    ]);
    let mouse = (kinds, 0u16..130, 0u16..45).prop_map(|(kind, column, row)| {
        Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    });
    let resize = (1u16..130, 1u16..45).prop_map(|(width, height)| Input::Resize(width, height));
    let paste = "[@0-9a-z\u{1b}漢]{0,6}".prop_map(Input::Paste);
    prop_oneof![8 => key, 2 => mouse, 1 => resize, 1 => paste].prop_map(Event::Input)
}
