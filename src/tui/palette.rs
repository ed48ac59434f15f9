//! Every command by name: those that do something here and now first, then where the others hold.
//!
//! Read from the table of keys. Typing narrows the list: names that contain what is typed come
//! first, then descriptions that do or have its words, then what others call it, names that have its letters
//! in order, and places.

use tui_input::Input;

use super::{
    filter::{Filter, Fit},
    keymap::{Action, BINDINGS, Binding, Scope},
    state::State,
    view::View,
};

/// A command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// The keys that do the same where it holds.
    pub keys: String,
    /// What it is called, if that is more than its help.
    pub name: String,
    /// What the help says of it.
    pub help: &'static str,
    /// Where it holds.
    pub places: Vec<&'static str>,
    /// Whether it would do anything here and now.
    pub here: bool,
}

/// The list and what is typed.
#[derive(Clone, Debug)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    all: Vec<Command>,
    /// The places among all of those that fit, best first.
    shown: Vec<usize>,
}

impl Palette {
    /// All commands, for who is where `state` is.
    pub fn new(state: &State) -> Self {
        let all = commands(state);
        Self { input: Input::default(), shown: (0..all.len()).collect(), all }
    }

    /// The commands that fit what is typed.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &Command> {
        self.shown.iter().map(|&at| &self.all[at])
    }

    /// The command in that row.
    pub fn row(&self, at: usize) -> Option<&Command> {
        self.all.get(*self.shown.get(at)?)
    }

    /// Lists what fits what is typed now.
    pub fn refilter(&mut self) {
        let typed = self.input.value().trim();
        let filter = Filter::new(typed);
        let rank = |at: usize| Some((!self.all[at].here, fit(&self.all[at], typed, &filter)?, at));
        let mut found: Vec<_> = (0..self.all.len()).filter_map(rank).collect();
        found.sort_unstable();
        self.shown = found.into_iter().map(|(.., at)| at).collect();
    }
}

impl Command {
    /// As the footer calls it and help tells it; a view by its own name.
    fn new(binding: &'static Binding, state: &State, here: bool) -> Self {
        let view = state.view_of(binding);
        Self {
            action: binding.action,
            keys: binding.keys_text(),
            name: view.map_or(binding.short, View::name).to_owned(),
            help: view.map_or(binding.help, View::about),
            places: vec![binding.scope.name()],
            here,
        }
    }
}

/// How well a command fits, the better the smaller.
fn fit(command: &Command, typed: &str, filter: &Filter) -> Option<u8> {
    let name = filter.fit(&command.name).filter(|_| !command.name.is_empty());
    match (name, filter.fit(command.help)) {
        (Some(Fit::Exact), _) => Some(0),
        (_, Some(Fit::Exact)) => Some(1),
        _ if has_words(command.help, typed) => Some(2),
        _ if has_words(synonyms(command.action), typed) => Some(3),
        (Some(Fit::Loose), _) => Some(4),
        _ if !command.here && has_words(&command.places.join(" "), typed) => Some(5),
        // A sentence has nearly all letters in nearly every order.
        _ => None,
    }
}

/// Other words that people look for a command by.
fn synonyms(action: Action) -> &'static str {
    match action {
        Action::Explain => "explain describe about meaning",
        Action::Back => "undo previous",
        Action::Forward => "redo",
        Action::Unsieve => "undo remove filter",
        Action::Clear => "undo reset remove cancel",
        Action::Path => "retaining chain why leak gc root",
        Action::Owners => "owner",
        Action::Find => "search global",
        Action::Filter => "find grep",
        Action::Sieve => "only hide",
        Action::Export => "save",
        Action::Mark => "bookmark pin",
        Action::Quit => "exit leave",
        Action::Palette => "menu palette",
        Action::Stack => "trace",
        _ => "",
    }
}

/// Whether a text has all the words, in any order.
fn has_words(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
}

/// Each action once, views that this screen lacks left out: as it is bound here if it does anything here, else with all places it holds in.
fn commands(state: &State) -> Vec<Command> {
    let scopes = state.scopes();
    let mut found: Vec<Command> = Vec::new();
    let is_view =
        |binding: &Binding| matches!((binding.scope, binding.action), (Scope::Pane, Action::View(_)));
    let is_there = |binding: &&Binding| !is_view(binding) || state.view_of(binding).is_some();
    for binding in BINDINGS.iter().filter(is_there) {
        let here = scopes.contains(&binding.scope) && state.applies(binding.action);
        let known = found.iter_mut().find(|command| command.action == binding.action);
        match known {
            None => found.push(Command::new(binding, state, here)),
            Some(known) if here && !known.here => *known = Command::new(binding, state, here),
            Some(known) => add_place(known, binding.scope),
        }
    }
    found.sort_by_key(|command| !command.here);
    found
}

fn add_place(command: &mut Command, scope: Scope) {
    let place = scope.name();
    if !command.here && !command.places.contains(&place) {
        command.places.push(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Theme;

    fn palette(typed: &str) -> Palette {
        let theme = Theme { color: true, ascii: false };
        let state = State::series(80, 24, theme, vec!["a".to_owned(), "b".to_owned()]);
        let mut palette = Palette::new(&state);
        palette.input = typed.into();
        palette.refilter();
        palette
    }

    #[test]
    fn every_action_of_the_table_is_listed_once_with_its_keys() {
        let palette = palette("");
        let views = View::all(2, false, false).len();
        let is_there =
            |action: Action| !matches!(action, Action::View(number) if usize::from(number) >= views);
        for binding in BINDINGS.iter().filter(|binding| is_there(binding.action)) {
            let rows: Vec<_> = palette.rows().filter(|row| row.action == binding.action).collect();
            assert_eq!(rows.len(), 1, "{:?}", binding.action);
            assert!(!rows[0].keys.is_empty() && !rows[0].places.is_empty());
        }
    }

    #[test]
    fn what_works_here_comes_first_and_the_rest_says_where_it_does() {
        let palette = palette("");
        let rows: Vec<_> = palette.rows().collect();
        let others = rows.iter().position(|row| !row.here).expect("some do not work here");
        assert!(rows[..others].iter().all(|row| row.here) && rows[others..].iter().all(|row| !row.here));
        let weak = rows.iter().find(|row| row.action == Action::Weak).expect("listed");
        assert_eq!((weak.here, weak.places.as_slice()), (false, ["Retainers"].as_slice()));
        let views = rows.iter().filter(|row| matches!(row.action, Action::View(_)));
        assert!(views.clone().all(|row| !row.name.is_empty()), "and so are those here");
        assert!(rows[0].here && rows.iter().any(|row| row.name == "Statistics"), "views have their names");
    }

    #[test]
    fn names_come_before_descriptions_and_both_before_letters_in_order() {
        let palette = palette("quit");
        let names: Vec<_> = palette.rows().map(|row| row.action).collect();
        assert_eq!(names, [Action::Quit]);
        let found = |typed: &str| self::palette(typed).row(0).map(|row| row.action);
        assert_eq!(found("next pane"), Some(Action::NextPane), "{:?}", found("next pane"));
        assert_eq!(found("dominators"), Some(Action::View(3)));
        assert_eq!(found("order turn"), Some(Action::Reverse), "words in any order");
        assert_eq!(found("pthrt"), Some(Action::Path), "letters in order");
        assert_eq!(found("xyzzy"), None);
    }

    #[test]
    fn words_of_others_and_places_lead_to_commands_too() {
        let found = |typed: &str| self::palette(typed).rows().map(|row| row.action).collect::<Vec<_>>();
        assert!(found("explain").contains(&Action::Explain));
        assert!(found("undo").contains(&Action::Unsieve) && found("undo").contains(&Action::Back));
        assert!(found("exit").contains(&Action::Quit));
        let watch = found("watch");
        assert!(watch.contains(&Action::Snapshot) && watch.contains(&Action::Collect), "{watch:?}");
    }
}
