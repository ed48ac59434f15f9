//! What is said of a key that does nothing where it was pressed: where it would, and what.
//!
//! Read from the table of keys. Only panes ask: while one types, letters are letters, and windows
//! list their few keys themselves.

use crossterm::event::KeyEvent;

use super::{
    aspect::Aspect,
    keymap::{self, Action, Binding, Chord, Scope},
    state::State,
    theme::Role,
    view::View,
};

/// Says of a key that does nothing in this pane what it is for, if it is for anything.
pub(super) fn tell(state: &mut State, key: &KeyEvent) {
    let chord = Chord::from_event(key);
    let told = match keymap::binding(&state.scopes(), key) {
        Some(here) if is_silent(here.action) => None,
        Some(here) => Some(format!("{chord} does nothing here now: {}", here.help)),
        None => elsewhere(state, chord),
    };
    if let Some(told) = told {
        state.say(Role::Bad, told);
    }
}

/// Whether nobody wonders that the key does nothing (there is nothing to clear, no pane beside this one, the
/// view is shown already), or it always does something.
fn is_silent(action: Action) -> bool {
    let is_idle = matches!(action, Action::Clear | Action::PaneLeft | Action::PaneRight | Action::View(_));
    is_idle || matches!(action, Action::Quit | Action::Return | Action::Suspend | Action::Redraw)
}

/// `w works in Retainers: show or hide …`; of several meanings each in a word or two.
fn elsewhere(state: &State, chord: Chord) -> Option<String> {
    let mut meanings: Vec<(&Binding, Vec<&str>)> = Vec::new();
    for (binding, place) in keymap::bound(chord).filter_map(|binding| Some((binding, place(state, binding)?)))
    {
        match meanings.iter_mut().find(|(known, _)| known.action == binding.action) {
            Some((_, places)) if places.contains(&place) => {}
            Some((_, places)) => places.push(place),
            None => meanings.push((binding, vec![place])),
        }
    }
    let is_only = meanings.len() == 1;
    let meaning = |(binding, places): &(&Binding, Vec<&str>)| {
        let what = if is_only || binding.short.is_empty() { binding.help } else { binding.short };
        format!("{}: {what}", places.join(", "))
    };
    let meanings: Vec<String> = meanings.iter().map(meaning).collect();
    (!meanings.is_empty()).then(|| format!("{chord} works in {}", meanings.join("; in ")))
}

/// Where a binding of the panes holds, in words; `None` of what belongs to windows, other screens and
/// views that this screen lacks.
fn place(state: &State, binding: &Binding) -> Option<&'static str> {
    let is_series = state.files.len() > 1;
    match binding.scope {
        Scope::Several | Scope::Growth | Scope::Compare if !is_series => Some("a series of snapshots"),
        Scope::Chart if !state.views().contains(&View::Aspect(Aspect::Timeline)) => None,
        Scope::Growth
        | Scope::Compare
        | Scope::Explore
        | Scope::Strings
        | Scope::Retainers
        | Scope::Tree
        | Scope::Table
        | Scope::Chart => Some(binding.scope.name()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::tui::theme::Theme;

    fn told(files: usize, key: char) -> Option<String> {
        let theme = Theme { color: true, ascii: false };
        let mut state = State::series(80, 24, theme, (0..files).map(|at| at.to_string()).collect());
        state.view = View::Explore;
        tell(&mut state, &KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE));
        state.status.map(|status| status.text)
    }

    #[test]
    fn a_key_of_another_pane_or_view_says_where_it_works_and_what_it_does() {
        let weak = "w works in Retainers: show or hide weak retainers, which hold nothing alive";
        assert_eq!(told(1, 'w').as_deref(), Some(weak));
        let every = "E works in Growth, Compare: only what grew in every step, or all again";
        assert_eq!(told(2, 'E').as_deref(), Some(every));
    }

    #[test]
    fn one_snapshot_alone_has_no_views_of_several() {
        let every = "E works in a series of snapshots: only what grew in every step, or all again";
        assert_eq!(told(1, 'E').as_deref(), Some(every));
        assert_eq!(
            told(1, '+').as_deref(),
            Some("+ works in a series of snapshots: to the first new object")
        );
    }

    #[test]
    fn what_works_here_but_not_now_says_what_it_is_for() {
        let span = told(1, 'b').expect("bound in Explore");
        assert!(span.starts_with("b does nothing here now: only objects allocated between"), "{span}");
    }

    #[test]
    fn keys_of_windows_and_keys_of_nothing_are_silent() {
        assert_eq!((told(1, 'Y'), told(1, 'u'), told(1, '1')), (None, None, None));
    }
}
