//! Which key does what: one table that dispatch, the footer, the help dialog and the README read.
//!
//! A screen has a stack of [`Scope`]s, the most special first; the first that binds a chord
//! wins. Tests hold that no chord is bound twice in any stack and that every action has a key.

mod action;
mod chord;
mod scope;
mod table;

use crossterm::event::KeyEvent;

pub use action::Action;
pub use chord::Chord;
pub use scope::Scope;
pub use table::BINDINGS;

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// Any of these keys.
    pub keys: &'static [Chord],
    /// What they do.
    pub action: Action,
    /// One or two words for the footer; empty: not shown there.
    pub short: &'static str,
    /// What the help says.
    pub help: &'static str,
}

/// What the key asks for, in these scopes, the most special first.
pub fn action(scopes: &[Scope], event: &KeyEvent) -> Option<Action> {
    binding(scopes, event).map(|binding| binding.action)
}

/// The row that a key finds in these scopes, the most special first.
pub fn binding(scopes: &[Scope], event: &KeyEvent) -> Option<&'static Binding> {
    let chord = Chord::from_event(event);
    scopes.iter().find_map(|&scope| bound(chord).find(|binding| binding.scope == scope))
}

/// All rows with that key, wherever they hold.
pub fn bound(chord: Chord) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.keys.contains(&chord))
}

/// The bindings that hold in these scopes, in the order of the table.
pub fn active(scopes: &[Scope]) -> impl Iterator<Item = &'static Binding> + '_ {
    BINDINGS.iter().filter(|binding| scopes.contains(&binding.scope))
}

/// The README's table of keys; neighbours of which the same is said are one row.
pub fn markdown() -> String {
    let row = |same: &[Binding]| {
        let keys: Vec<String> =
            same.iter().flat_map(|binding| binding.keys).map(|chord| format!("`{chord}`")).collect();
        format!("| {} | {} | {} |", keys.join(" "), same[0].scope.name(), same[0].help)
    };
    let head = ["| Keys | Where | What |", "| --- | --- | --- |"].map(str::to_owned);
    let same = BINDINGS.chunk_by(|one, next| (one.scope, one.help) == (next.scope, next.help));
    let rows: Vec<String> = head.into_iter().chain(same.map(row)).collect();
    rows.join("\n") + "\n"
}

impl Binding {
    /// The keys as the help lists them: `↓ j`.
    pub fn keys_text(&self) -> String {
        self.keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    /// Every stack of scopes a screen can have.
    const STACKS: &[&[Scope]] = &[
        &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Alone, Scope::Everywhere, Scope::Explore],
        &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Visit, Scope::Everywhere, Scope::Explore],
        &[
            Scope::Retainers,
            Scope::Tree,
            Scope::Cursor,
            Scope::Pane,
            Scope::Everywhere,
            Scope::Several,
            Scope::Explore,
        ],
        &[Scope::Tree, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Several, Scope::Explore],
        &[Scope::Tree, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Several, Scope::Strings],
        &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Several, Scope::Strings],
        &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Several, Scope::Growth],
        &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Several, Scope::Compare],
        &[
            Scope::Retainers,
            Scope::Tree,
            Scope::Cursor,
            Scope::Pane,
            Scope::Everywhere,
            Scope::Several,
            Scope::Compare,
        ],
        &[Scope::Tree, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Several, Scope::Compare],
        &[Scope::Palette, Scope::Everywhere],
        &[Scope::List, Scope::Everywhere],
        &[Scope::Marks, Scope::List, Scope::Everywhere],
        &[Scope::Prompt, Scope::Everywhere],
        &[Scope::Path, Scope::Reading, Scope::Dialog, Scope::Everywhere],
        &[Scope::Rows, Scope::Dialog, Scope::Everywhere],
        &[Scope::Ignored, Scope::Dialog, Scope::Everywhere],
        &[Scope::Question, Scope::Everywhere],
        &[Scope::Watch, Scope::Apart, Scope::Everywhere],
        &[Scope::Flame, Scope::Profile, Scope::Apart, Scope::Everywhere],
        &[Scope::Tree, Scope::Profile, Scope::Apart, Scope::Everywhere],
        &[Scope::Stack, Scope::Reading, Scope::Dialog, Scope::Everywhere],
        &[Scope::Chart, Scope::Pane, Scope::Everywhere, Scope::Several],
    ];

    #[test]
    fn no_chord_is_bound_twice_where_both_would_hold() {
        for scopes in STACKS {
            let mut seen = HashSet::new();
            for chord in active(scopes).flat_map(|binding| binding.keys) {
                assert!(seen.insert(*chord), "{chord} is bound twice in {scopes:?}");
            }
        }
    }

    #[test]
    fn every_binding_is_reached_by_its_keys() {
        for binding in BINDINGS {
            let scopes = STACKS.iter().find(|scopes| scopes.contains(&binding.scope)).expect("a stack");
            for chord in binding.keys {
                assert_eq!(action(scopes, &chord.event()), Some(binding.action), "{chord}");
            }
        }
    }

    #[test]
    fn shift_does_not_hide_a_capital() {
        let event = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(action(STACKS[0], &event), Some(Action::Last));
        let event = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(action(STACKS[0], &event), Some(Action::PreviousPane));
    }

    #[test]
    fn the_readme_table_has_a_row_a_binding_and_one_for_all_views() {
        let table = markdown();
        assert_eq!(table.lines().count(), BINDINGS.len() - 9 + 2);
        assert!(
            table.contains("| `1` `2` `3` `4` `5` `6` `7` `8` `9` `0` | panes | the view of that number")
        );
        assert!(table.contains("| `Backspace` `Alt-←` | panes | back to where you came from |"));
    }
}
