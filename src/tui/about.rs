//! What is told of the row under the cursor: what it is, and its name.

use super::{
    aspect::Aspect, dialog::Dialog, event::Effect, pane::Kind, state::State, theme::Role, view::View,
};
use crate::{
    analysis::{Analysis, path, script},
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
            let told = origin(&text::snippet(&name, 60), script(state).as_deref());
            state.say(Role::Good, told);
        }
        None => {}
    }
}

/// Where the object under the cursor comes from, as far as its own or its constructor's script tells.
fn script(state: &State) -> Option<String> {
    let pointed = state.pointed()?;
    let known = state.files[pointed.at].known.as_ref()?;
    let script = script::of(known, pointed.node).or_else(|| script::of_constructor(known, pointed.node))?;
    Some(text::snippet(&script, 60))
}

/// Who made what is none of V8's own kinds. Without a script it may be Node's as well as the program's.
fn origin(name: &str, script: Option<&str>) -> String {
    match script {
        Some(script) if script.starts_with("node:") => {
            format!("{name} is Node's own, from {script}: p tells what holds it")
        }
        Some(script) => format!("{name} comes from {script}: that code tells what it is for"),
        None => format!("{name} is not V8's: the program, a package or Node made it; p tells what holds it"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_script_tells_whose_a_thing_is() {
        let told = |script| origin("Socket @7", script);
        assert_eq!(told(Some("node:net")), "Socket @7 is Node's own, from node:net: p tells what holds it");
        assert_eq!(told(Some("/srv/a.js")), "Socket @7 comes from /srv/a.js: that code tells what it is for");
        assert!(told(None).contains("the program, a package or Node"), "{}", told(None));
    }
}
