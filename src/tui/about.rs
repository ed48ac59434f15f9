//! What is told of the row under the cursor: what it is, and its name.

use super::{
    aspect::Aspect, dialog::Dialog, event::Effect, pane::Kind, state::State, theme::Role, view::View,
};
use crate::{
    analysis::{Analysis, path},
    explain,
    heap::NodeIx,
    text,
};

/// What the row under the cursor is: of a class by its name, of an object by what it is.
pub(super) fn explain(state: &mut State) {
    let found = match (state.view, state.focus().0) {
        (View::Explore, Kind::Classes) => class_name(state).map(|name| (explain::of_name(&name), name)),
        _ => state.pointed().and_then(|pointed| {
            let known = state.files[pointed.at].known.as_ref()?;
            Some((explain::of_node(known, pointed.node), mention(known, pointed.node)))
        }),
    };
    match found {
        Some((Some(found), _)) => {
            let lines = [found.what.to_owned(), found.advice.to_owned()];
            state.dialogs.push(Dialog::message(found.name.trim_end(), &lines));
        }
        Some((None, name)) => {
            let name = text::snippet(&name, 60);
            state.say(Role::Good, format!("{name} is the program's own: its code tells what it is for"));
        }
        None => {}
    }
}

fn class_name(state: &State) -> Option<String> {
    let known = state.file().shown()?;
    Some(known.classes.name(state.explore().panes.classes.sheet.selected()?).to_owned())
}

pub(super) fn copy(state: &mut State) {
    let Some(text) = copied(state) else { return };
    let what = text::snippet(&text, 60);
    state.desk.push(Effect::Copy(text, what));
}

/// What `y` copies: a growth in a sentence, a class by name, an object by name and id.
fn copied(state: &State) -> Option<String> {
    let focus = state.focus().0;
    let class = match (state.view, focus) {
        (View::Growth, Kind::Classes) => return Some(state.growth.held.plain()),
        (View::Compare, Kind::Classes) => {
            let pair = state.compare.pair()?;
            Some(pair.name(state.compare.changes.sheet.selected()?))
        }
        (View::Explore, Kind::Classes) => {
            let known = state.file().shown()?;
            Some(known.classes.name(state.explore().panes.classes.sheet.selected()?))
        }
        (View::Aspect(aspect @ Aspect::Timeline), _) | (View::Aspect(aspect), Kind::Classes) => {
            state.file().aspects.part(aspect)
        }
        _ => None,
    };
    if let Some(class) = class {
        return Some(text::clean(class).into_owned());
    }
    let pointed = state.pointed()?;
    Some(mention(state.files[pointed.at].known.as_ref()?, pointed.node))
}

/// A node by name and id, made safe.
pub(super) fn mention(known: &Analysis, node: NodeIx) -> String {
    text::clean(&path::mention(known, node)).into_owned()
}
