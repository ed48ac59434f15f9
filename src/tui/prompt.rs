//! The line that is being typed: what for, what typing does, and what Enter makes of it.

use std::sync::Arc;

use tui_input::{Input, InputRequest};

use super::{
    export::{self, Export},
    hits,
    keymap::Action,
    lookup,
    source::query,
    state::State,
    theme::Role,
    travel,
    update::{act_in_view, filter, select, with_aspects},
};
use crate::{heap::NodeId, text};

/// No more of what is pasted is taken, in characters.
const PASTED: usize = 4096;

/// A line that is being typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The text and its cursor.
    pub input: Input,
    /// How many windows it was opened above: one that opens later has the keys until it closes.
    pub above: usize,
    /// The list that is written under the name: what it was when the name was first asked for.
    pub export: Option<Arc<Export>>,
}

/// What is being typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PromptKind {
    /// A filter for the pane that has the keys; `@…` jumps.
    Filter,
    /// An id.
    Goto,
    /// A filter of objects, for Explore.
    Sieve,
    /// A text to be looked for in strings.
    Search,
    /// A name, text or id to be looked for everywhere.
    Everywhere,
    /// The name of a file to export to.
    Export {
        /// Whether there is such a file, which Enter replaces.
        replaces: bool,
    },
}

/// Begins to ask for a line.
pub(super) fn open(state: &mut State, kind: PromptKind) {
    let before = match kind {
        PromptKind::Filter => state.filter().to_owned(),
        PromptKind::Goto => "@".to_owned(),
        PromptKind::Everywhere | PromptKind::Sieve | PromptKind::Search | PromptKind::Export { .. } => {
            String::new()
        }
    };
    state.prompt = Some(Prompt { kind, input: before.into(), above: state.dialogs.len(), export: None });
}

/// Does what a key asks for while a line is typed.
pub(super) fn act(state: &mut State, action: Action) {
    match action {
        Action::Accept => accept(state),
        Action::Cancel => {
            let closed = state.prompt.take();
            if closed.is_some_and(|prompt| prompt.kind == PromptKind::Filter) {
                filter(state, "");
            }
        }
        _ => act_in_view(state, action),
    }
}

/// Enter in a prompt: an id is jumped to, a filter stays.
fn accept(state: &mut State) {
    let Some(prompt) = state.prompt.take() else { return };
    match prompt.kind {
        PromptKind::Sieve => return add_filter(state, prompt),
        PromptKind::Search => return search(state, prompt),
        PromptKind::Everywhere => return look(state, prompt),
        PromptKind::Export { replaces } => return write(state, prompt, replaces),
        PromptKind::Filter | PromptKind::Goto => {}
    }
    match parse_id(prompt.input.value(), prompt.kind) {
        Some(id) => travel::traced(state, |state| lookup::find(state, id)),
        None if prompt.kind == PromptKind::Goto => state.say(Role::Bad, "an id is a number, as in @12345"),
        None => {}
    }
}

/// Takes one filter more; one that cannot be read stays to be mended.
fn add_filter(state: &mut State, prompt: Prompt) {
    let word = prompt.input.value().trim();
    if word.is_empty() {
        return;
    }
    match state.files[state.at].sieve.add(word) {
        Ok(()) => select(state),
        Err(why) => mend(state, prompt, &why),
    }
}

/// Looks for a text; an expression that cannot be read stays to be mended.
fn search(state: &mut State, prompt: Prompt) {
    let text = prompt.input.value().to_owned();
    match query(&text) {
        Ok(_) => {
            with_aspects(state, |aspects, cx| aspects.search(&text, cx));
        }
        Err(why) => mend(state, prompt, &why),
    }
}

/// Looks for a name, text or id everywhere.
fn look(state: &mut State, prompt: Prompt) {
    let text = prompt.input.value().to_owned();
    if let Err(why) = hits::look(state, &text) {
        mend(state, prompt, &why);
    }
}

/// Has a file written; one whose name does not do stays to be mended.
fn write(state: &mut State, prompt: Prompt, replace: bool) {
    let Some(export) = prompt.export.clone() else { return };
    let name = prompt.input.value().to_owned();
    if let Err(why) = export::begin(state, export, &name, replace) {
        mend(state, prompt, &why);
    }
}

/// Says what is wrong with what was typed, and lets it be typed on.
fn mend(state: &mut State, prompt: Prompt, why: &str) {
    state.say(Role::Bad, text::clean(why));
    state.prompt = Some(prompt);
}

/// `@123` anywhere, `123` where an id is asked for.
fn parse_id(text: &str, kind: PromptKind) -> Option<NodeId> {
    let text = text.trim();
    let digits = match (text.strip_prefix('@'), kind) {
        (Some(digits), _) => digits,
        (None, PromptKind::Goto) => text,
        (None, _) => return None,
    };
    digits.trim().parse().ok().map(NodeId)
}

/// Takes a key that edits the line.
pub(super) fn edit(state: &mut State, request: Option<InputRequest>) {
    let (Some(prompt), Some(request)) = (&mut state.prompt, request) else { return };
    if prompt.input.handle(request).is_some_and(|changed| changed.value) {
        renamed(prompt);
    }
    refilter(state);
}

/// Takes pasted text.
pub(super) fn paste(state: &mut State, pasted: &str) {
    let Some(prompt) = &mut state.prompt else { return };
    for c in pasted.chars().filter(|c| !c.is_control()).take(PASTED) {
        prompt.input.handle(InputRequest::InsertChar(c));
        renamed(prompt);
    }
    refilter(state);
}

/// Another name: that file is not there for all we know, so nobody has agreed to its loss.
fn renamed(prompt: &mut Prompt) {
    if let PromptKind::Export { replaces } = &mut prompt.kind {
        *replaces = false;
    }
}

/// Filters by what is typed so far; an id that is being typed filters nothing.
fn refilter(state: &mut State) {
    let Some(prompt) = &state.prompt else { return };
    if prompt.kind != PromptKind::Filter {
        return;
    }
    let typed = prompt.input.value();
    let query = if typed.starts_with('@') { String::new() } else { typed.to_owned() };
    filter(state, &query);
}
