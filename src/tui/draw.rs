//! State → frame: header, panes, footer, windows. Only what is seen is made.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    chooser, footer, header,
    prompt::{Prompt, PromptKind},
    stage,
    state::{State, Top},
    theme::{self, Role},
    widget::piece::Piece,
};
use crate::{
    analysis::filter::{WORDS, Word},
    format, text,
};

/// Draws everything.
pub fn draw(state: &State, frame: &mut Frame<'_>) {
    // The terminal may have shrunk before the event that says so has come.
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let layout = state.layout_in(area.width, area.height);
    let buffer = frame.buffer_mut();
    header::draw(state, layout.header, buffer);
    header::banner(state, layout.banner, buffer);
    header::trail(state, layout.trail, buffer);
    stage::draw(state, &layout, buffer);
    chooser::draw(state, layout.body, buffer);
    for dialog in &state.dialogs {
        dialog.draw(layout.body, state.theme, buffer);
    }
    let caret = footer(state, layout.footer, buffer);
    if state.theme.ascii {
        theme::to_ascii(buffer);
    }
    if let Some(caret) = caret {
        frame.set_cursor_position(caret);
    }
}

/// The prompt, or what happened, or the keys; answers where the caret stands.
fn footer(state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let cells = area.width as usize;
    if let (Some(prompt), Top::Prompt) = (&state.prompt, state.top()) {
        return Some(prompt_line(state, prompt, area, buffer));
    }
    let pieces = match (&state.status, state.writing.line()) {
        (Some(status), _) => vec![Piece::new(format!(" {}", status.text), status.role)],
        (None, Some(line)) => vec![Piece::new(format!(" {line}"), Role::Good)],
        (None, None) => footer::keys(&state.scopes(), &|action| state.offers(action), cells),
    };
    footer::draw(pieces, state.theme, area, buffer);
    None
}

/// The filter that begins so, with what it means; before anything is typed, what there is.
fn words_like(typed: &str) -> String {
    let typed = typed.trim().trim_start_matches('!');
    let key = typed.split([':', '~', '<', '>', '=']).next().unwrap_or_default();
    let words: Vec<&Word> = WORDS.iter().filter(|word| word.form.starts_with(key)).collect();
    match words.as_slice() {
        [] if typed != key => {
            format!(
                "no filter is called {}: a text in the constructor's name · Enter adds",
                text::snippet(key, 20)
            )
        }
        [] => "a text in the constructor's name · Enter adds".to_owned(),
        [word] => format!("{}: {} · Enter adds", word.form, word.help),
        // Capitals stand for what is to be filled in: the words up to there.
        many => {
            let beginning = |word: &&Word| word.form.split(char::is_uppercase).next().unwrap_or_default();
            many.iter().map(beginning).collect::<Vec<_>>().join(" ")
        }
    }
}

/// Whether Enter lists what was found before: nothing else is asked for yet.
fn is_again(state: &State, prompt: &Prompt) -> bool {
    prompt.input.value().is_empty() && !state.hits.text.is_empty()
}

fn prompt_line(state: &State, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Position {
    let (mark, hint) = match prompt.kind {
        PromptKind::Goto => (" id ", "Enter jumps · Esc leaves"),
        PromptKind::Filter if prompt.input.value().starts_with('@') => {
            (" /", "Enter jumps to this id · Esc leaves")
        }
        PromptKind::Filter => (" /", "Enter keeps · Esc clears · @id jumps"),
        PromptKind::Sieve => (" filter ", ""),
        PromptKind::Export { replaces: true } => {
            (" write to ", "there is such a file: Enter replaces it · Esc leaves it")
        }
        PromptKind::Export { .. } => (" write to ", "Enter writes · the ending chooses: .md .csv .json"),
        PromptKind::Everywhere => {
            (" everywhere ", "Enter finds constructors, fields, strings, @id · /…/ is a regular expression")
        }
        PromptKind::Search => (" find ", "Enter looks for it in all strings · /…/ is a regular expression"),
    };
    let hint = match (prompt.kind, &state.status) {
        // Nothing hides what Enter would destroy.
        (PromptKind::Export { replaces: true }, _) => hint.to_owned(),
        (_, Some(status)) => status.text.clone(),
        (PromptKind::Everywhere, None) if is_again(state, prompt) => {
            let text = text::snippet(&state.hits.text, 20);
            format!("Enter lists {text} again · what you type is looked for anew")
        }
        (PromptKind::Sieve, None) => words_like(prompt.input.value()),
        (PromptKind::Filter, None) => {
            format!("{} · {hint}", format::counted(state.rows() as u64, "row", "rows"))
        }
        (_, None) => hint.to_owned(),
    };
    footer::prompt(mark, &prompt.input, &hint, state.theme, area, buffer)
}
