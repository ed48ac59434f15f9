//! The screens that stand apart from the explorer, at three sizes, and that no sequence of events breaks them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod flame;
mod watch;

use crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use leaktui::tui::{
    apart::{Effect, Event, Scene},
    theme::Theme,
};
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 12)];
const THEME: Theme = Theme { color: true, ascii: false };

fn key(code: KeyCode) -> Input {
    Input::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

/// Types letters; `↵` is Enter, `⌫` Backspace, `⎋` Escape, arrows themselves. Answers what was asked for.
fn keys<S: Scene>(scene: &mut S, keys: &str) -> Vec<Effect<S::Ask>> {
    let code = |c| match c {
        '↵' => KeyCode::Enter,
        '⌫' => KeyCode::Backspace,
        '⎋' => KeyCode::Esc,
        '↑' => KeyCode::Up,
        '↓' => KeyCode::Down,
        '←' => KeyCode::Left,
        '→' => KeyCode::Right,
        c => KeyCode::Char(c),
    };
    keys.chars().flat_map(|c| scene.update(Event::Input(key(code(c))))).collect()
}

fn click<S: Scene>(scene: &mut S, column: u16, row: u16) -> Vec<Effect<S::Ask>> {
    let kind = MouseEventKind::Down(MouseButton::Left);
    scene.update(Event::Input(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })))
}

fn screen(scene: &impl Scene, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| scene.draw(frame)).unwrap();
    terminal.backend().to_string()
}

/// Anything a person, a terminal or chance may send.
fn any_input() -> impl Strategy<Value = Input> {
    let plain = "[a-zA-Z/?:+=-]".prop_map(|text| KeyCode::Char(text.chars().next().unwrap_or('q')));
    let code = prop_oneof![
        4 => plain,
        1 => Just(KeyCode::Enter),
        1 => Just(KeyCode::Esc),
        1 => Just(KeyCode::Backspace),
        1 => Just(KeyCode::Up),
        2 => Just(KeyCode::Down),
        1 => Just(KeyCode::Left),
        2 => Just(KeyCode::Right),
        1 => Just(KeyCode::PageDown),
        1 => Just(KeyCode::End),
        1 => Just(KeyCode::Char(' ')),
    ];
    let mouse = (0..3u8, 0..130u16, 0..45u16).prop_map(|(kind, column, row)| {
        let kind = match kind {
            0 => MouseEventKind::Down(MouseButton::Left),
            1 => MouseEventKind::ScrollUp,
            _ => MouseEventKind::ScrollDown,
        };
        Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    });
    prop_oneof![
        8 => code.prop_map(key),
        2 => mouse,
        1 => (0..130u16, 0..45u16).prop_map(|(width, height)| Input::Resize(width, height)),
        1 => ".{0,9}".prop_map(Input::Paste),
    ]
}
