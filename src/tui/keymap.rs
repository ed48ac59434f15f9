//! Which key does what: one table that dispatch, the footer, the help dialog and the README read.
//!
//! A screen has a stack of [`Scope`]s, the most special first; the first that binds a chord
//! wins. Tests hold that no chord is bound twice in any stack and that every action has a key.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key can ask for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)] // each is described, to the user, in the table below
pub enum Action {
    Quit,
    Suspend,
    Redraw,
    Help,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    NextPane,
    PreviousPane,
    PaneLeft,
    PaneRight,
    Collapse,
    Expand,
    Toggle,
    Drill,
    Back,
    Forward,
    Path,
    Filter,
    Goto,
    Sort,
    Reverse,
    Weak,
    Copy,
    Zoom,
    Clear,
    Accept,
    Cancel,
    Close,
    View(u8),
    Other,
    Every,
    Quiet,
    Base,
    Newest,
    Figure,
    Group(u8),
    Sieve,
    Unsieve,
    Span,
    Widen,
    Search,
    Explain,
    Owners,
    Choose,
    Ignore,
    Ignored,
    Restore,
    RestoreAll,
    Kinds,
    CopyAll,
    Snapshot,
    Collect,
    MarkTime,
    OpenTaken,
    Palette,
    Mark,
    Marks,
    Export,
    Find,
    NextHit,
    PreviousHit,
    Focus,
    Exclude,
    By,
    Left,
    Right,
    Stack,
    Earlier,
    Later,
    Wider,
    Narrower,
}

/// Where a binding holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// In every place, dialogs and prompts included.
    Everywhere,
    /// In every pane.
    Pane,
    /// In panes whose cursor goes from row to row.
    Cursor,
    /// In the bars of the Timeline.
    Chart,
    /// In panes that are flat tables.
    Table,
    /// In panes that are trees.
    Tree,
    /// In the Retainers pane.
    Retainers,
    /// Where several snapshots are open.
    Several,
    /// In the Growth view.
    Growth,
    /// In the Compare view.
    Compare,
    /// In the Explore view.
    Explore,
    /// In the Strings view.
    Strings,
    /// In the list of marks.
    Marks,
    /// In lists to choose from.
    List,
    /// In the list of commands, while one is typed.
    Palette,
    /// While a filter or an id is typed.
    Prompt,
    /// In every dialog.
    Dialog,
    /// In dialogs that are only read.
    Reading,
    /// In dialogs of rows to choose from.
    Rows,
    /// In the dialog of ignored retainers.
    Ignored,
    /// In the dialog of the path to a root.
    Path,
    /// In a window that asks something.
    Question,
    /// On screens that stand apart from the explorer.
    Apart,
    /// On the screen of `leaktui watch`.
    Watch,
    /// On the screen of a sampling profile.
    Profile,
    /// In the flame of a profile.
    Flame,
    /// In the dialog of an allocation stack.
    Stack,
}

/// A key with its modifiers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

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

const fn key(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::NONE }
}

const fn ch(c: char) -> Chord {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

const fn alt(code: KeyCode) -> Chord {
    Chord { code, modifiers: KeyModifiers::ALT }
}

const fn bind(
    scope: Scope,
    keys: &'static [Chord],
    action: Action,
    short: &'static str,
    help: &'static str,
) -> Binding {
    Binding { scope, keys, action, short, help }
}

/// What is said of the numbers where the views of a screen are not known: help names each.
const VIEW: &str = "the view of that number, as the header lists them";

/// The table. Its order is the order of the help and of the footer.
pub static BINDINGS: &[Binding] = {
    use Action as A;
    use KeyCode as K;
    use Scope as S;
    &[
        bind(
            S::Pane,
            &[key(K::Enter)],
            A::Drill,
            "drill",
            "go into this row: its objects, its retainers, itself; of a WeakMap entry to key, value or table",
        ),
        bind(S::Pane, &[key(K::Backspace), alt(K::Left)], A::Back, "back", "back to where you came from"),
        bind(S::Pane, &[alt(K::Right)], A::Forward, "", "forward again after going back"),
        bind(S::Pane, &[key(K::Tab)], A::NextPane, "pane", "next pane"),
        bind(S::Pane, &[key(K::BackTab)], A::PreviousPane, "", "previous pane"),
        bind(
            S::Pane,
            &[ch('p')],
            A::Path,
            "path to root",
            "the chain that holds this object, through this row, in words",
        ),
        bind(
            S::Retainers,
            &[ch('i')],
            A::Ignore,
            "ignore",
            "ignore this retainer, or no longer: distances and chains lead around what is ignored",
        ),
        bind(S::Explore, &[ch('I')], A::Ignored, "ignored", "list what is ignored, to restore it"),
        bind(S::Pane, &[ch('x')], A::Explain, "", "what this kind of row is, why it grows and what to do"),
        bind(
            S::Pane,
            &[ch('t')],
            A::Stack,
            "stack",
            "where this object was allocated, and who called: where the file has allocation stacks",
        ),
        bind(S::Pane, &[ch('/')], A::Filter, "search", "show only rows that match, or jump to an @id"),
        bind(S::Pane, &[ch('@')], A::Goto, "", "jump to an object by its @id"),
        bind(S::Pane, &[ch('s')], A::Sort, "sort", "sort by the next column"),
        bind(S::Pane, &[ch('S'), ch('r')], A::Reverse, "", "turn the order round"),
        bind(
            S::Retainers,
            &[ch('w')],
            A::Weak,
            "weak",
            "show or hide weak retainers, which hold nothing alive",
        ),
        bind(
            S::Explore,
            &[ch('f')],
            A::Sieve,
            "filter",
            "only objects that pass a filter: `detached`, `retained>1MB`, `has:FIELD`, `/regex/` … (several add up)",
        ),
        bind(
            S::Strings,
            &[ch('f')],
            A::Search,
            "find text",
            "look for a text in all strings, or for a `/regex/`; nothing forgets it",
        ),
        bind(S::Explore, &[ch('F')], A::Unsieve, "unfilter", "without the last filter"),
        bind(
            S::Explore,
            &[ch('c')],
            A::Kinds,
            "count holders",
            "what refers to the objects of this constructor, counted by name and constructor",
        ),
        bind(
            S::Explore,
            &[ch('b')],
            A::Span,
            "allocated between",
            "only objects allocated between two snapshots and still there: the next two",
        ),
        bind(
            S::Explore,
            &[ch('B')],
            A::Widen,
            "",
            "the first of the two is the snapshot before: any two can be asked",
        ),
        bind(
            S::Pane,
            &[ch('d')],
            A::Owners,
            "dominators",
            "who dominates this object, up to the root: each keeps all below it alive, alone",
        ),
        bind(
            S::Several,
            &[ch('o')],
            A::Other,
            "other snapshot",
            "this object in the other snapshot, or in the next one",
        ),
        bind(S::Growth, &[ch('E')], A::Every, "every step", "only what grew in every step, or all again"),
        bind(
            S::Compare,
            &[ch('a')],
            A::Quiet,
            "noise",
            "hide or show classes of which only native addresses came and went",
        ),
        bind(S::Compare, &[ch('E')], A::Every, "every step", "only what grew in every step, or all again"),
        bind(
            S::Compare,
            &[ch('c')],
            A::Figure,
            "columns",
            "the columns of each snapshot: shallow sizes, retained sizes, counts",
        ),
        bind(S::Compare, &[ch('b')], A::Base, "base", "compare from the next snapshot on"),
        bind(S::Compare, &[ch('B')], A::Newest, "", "compare up to the snapshot before"),
        bind(S::Compare, &[ch('+')], A::Group(0), "", "to the first new object"),
        bind(S::Compare, &[ch('-')], A::Group(1), "", "to the first deleted object"),
        bind(S::Compare, &[ch('=')], A::Group(2), "", "to the first object that was kept"),
        bind(S::Pane, &[ch('1')], A::View(0), "", VIEW),
        bind(S::Pane, &[ch('2')], A::View(1), "", VIEW),
        bind(S::Pane, &[ch('3')], A::View(2), "", VIEW),
        bind(S::Pane, &[ch('4')], A::View(3), "", VIEW),
        bind(S::Pane, &[ch('5')], A::View(4), "", VIEW),
        bind(S::Pane, &[ch('6')], A::View(5), "", VIEW),
        bind(S::Pane, &[ch('7')], A::View(6), "", VIEW),
        bind(S::Pane, &[ch('8')], A::View(7), "", VIEW),
        bind(S::Pane, &[ch('9')], A::View(8), "", VIEW),
        bind(S::Pane, &[ch('0')], A::View(9), "", VIEW),
        bind(S::Pane, &[ch('y')], A::Copy, "copy", "copy this row's name and id to the clipboard"),
        bind(
            S::Pane,
            &[ctrl('f')],
            A::Find,
            "find",
            "look everywhere: constructors, fields, texts of strings, an @id, or a `/regex/`",
        ),
        bind(S::Pane, &[ch('n')], A::NextHit, "", "to the next thing that was found so"),
        bind(S::Pane, &[ch('N')], A::PreviousHit, "", "to the one before"),
        bind(
            S::Pane,
            &[ch('e')],
            A::Export,
            "export",
            "write this whole list to a file: Markdown, CSV or JSON",
        ),
        bind(S::Pane, &[ch('m')], A::Mark, "mark", "mark this object to come back to, or no longer"),
        bind(S::Pane, &[ch('M')], A::Marks, "marks", "the marked objects"),
        bind(S::Pane, &[ch('z')], A::Zoom, "zoom", "this pane alone on the screen, and back"),
        bind(S::Pane, &[key(K::Esc)], A::Clear, "", "clear the filter, or leave the zoom"),
        bind(S::Cursor, &[key(K::Up), ch('k')], A::Up, "", "one row up"),
        bind(S::Cursor, &[key(K::Down), ch('j')], A::Down, "", "one row down"),
        bind(S::Cursor, &[key(K::PageUp), ctrl('u')], A::PageUp, "", "one page up"),
        bind(S::Cursor, &[key(K::PageDown), ctrl('d')], A::PageDown, "", "one page down"),
        bind(S::Cursor, &[key(K::Home), ch('g')], A::First, "", "first row"),
        bind(S::Cursor, &[key(K::End), ch('G')], A::Last, "", "last row"),
        bind(S::Tree, &[key(K::Right), ch('l')], A::Expand, "", "open this row, or go to its first"),
        bind(
            S::Tree,
            &[key(K::Left), ch('h')],
            A::Collapse,
            "",
            "close this row, or go to the one it hangs from",
        ),
        bind(S::Tree, &[ch(' ')], A::Toggle, "", "open or close this row"),
        bind(S::Table, &[key(K::Right), ch('l')], A::PaneRight, "", "pane to the right"),
        bind(S::Table, &[key(K::Left), ch('h')], A::PaneLeft, "", "pane to the left"),
        bind(S::Marks, &[ch('m'), key(K::Delete)], A::Mark, "unmark", "forget this mark"),
        bind(
            S::Marks,
            &[ch('o')],
            A::Other,
            "other snapshot",
            "the same object in the next snapshot that has it",
        ),
        bind(S::List, &[key(K::Enter)], A::Choose, "go there", "go to this row in Explore"),
        bind(S::List, &[key(K::Esc), ch('q')], A::Close, "close", "end what goes on, then close this list"),
        bind(S::List, &[key(K::Up), ch('k')], A::Up, "", "one row up"),
        bind(S::List, &[key(K::Down), ch('j')], A::Down, "", "one row down"),
        bind(S::List, &[key(K::PageUp), ctrl('u')], A::PageUp, "", "one page up"),
        bind(S::List, &[key(K::PageDown), ctrl('d')], A::PageDown, "", "one page down"),
        bind(S::List, &[key(K::Home), ch('g')], A::First, "", "first row"),
        bind(S::List, &[key(K::End), ch('G')], A::Last, "", "last row"),
        bind(
            S::List,
            &[ch('e')],
            A::Export,
            "export",
            "write this whole list to a file: Markdown, CSV or JSON",
        ),
        bind(S::List, &[ch('?')], A::Help, "help", "the keys that work here"),
        bind(S::Palette, &[key(K::Enter)], A::Choose, "run", "run this command in the pane below"),
        bind(S::Palette, &[key(K::Esc)], A::Close, "close", "run none"),
        bind(S::Palette, &[key(K::Up)], A::Up, "", "one row up"),
        bind(S::Palette, &[key(K::Down)], A::Down, "", "one row down"),
        bind(S::Palette, &[key(K::PageUp)], A::PageUp, "", "one page up"),
        bind(S::Palette, &[key(K::PageDown)], A::PageDown, "", "one page down"),
        bind(S::Chart, &[key(K::Right), ch('l')], A::Later, "later", "the window a step later"),
        bind(S::Chart, &[key(K::Left), ch('h')], A::Earlier, "earlier", "the window a step earlier"),
        bind(S::Chart, &[key(K::Up), ch('k'), ch('+')], A::Wider, "wider", "a window twice as wide"),
        bind(S::Chart, &[key(K::Down), ch('j'), ch('-')], A::Narrower, "narrower", "a window half as wide"),
        bind(S::Chart, &[key(K::PageUp), ctrl('u')], A::PageUp, "", "the window before this one"),
        bind(S::Chart, &[key(K::PageDown), ctrl('d')], A::PageDown, "", "the window after this one"),
        bind(S::Chart, &[key(K::Home), ch('g')], A::First, "", "the window at the beginning"),
        bind(S::Chart, &[key(K::End), ch('G')], A::Last, "", "the window at the end"),
        bind(S::Prompt, &[key(K::Enter)], A::Accept, "keep", "keep the filter, or jump to the id"),
        bind(S::Prompt, &[key(K::Esc)], A::Cancel, "clear", "forget what was typed"),
        bind(S::Prompt, &[key(K::Up)], A::Up, "", "one row up"),
        bind(S::Prompt, &[key(K::Down)], A::Down, "", "one row down"),
        bind(S::Path, &[ch('e')], A::Export, "export", "write the chain to a file"),
        bind(S::Path, &[ch('y')], A::Copy, "copy", "copy the chain to the clipboard"),
        bind(S::Stack, &[ch('y')], A::Copy, "copy", "copy the stack to the clipboard"),
        bind(
            S::Ignored,
            &[key(K::Enter), key(K::Delete)],
            A::Restore,
            "restore",
            "ignore this one no longer",
        ),
        bind(S::Ignored, &[ch('a')], A::RestoreAll, "restore all", "ignore nothing any more"),
        bind(S::Rows, &[key(K::Enter)], A::Choose, "go there", "go to what this row is about"),
        bind(S::Rows, &[ch('y')], A::Copy, "copy", "copy this row to the clipboard"),
        bind(S::Rows, &[ch('e')], A::Export, "export", "write all rows to a file"),
        bind(S::Rows, &[ch('Y')], A::CopyAll, "copy all", "copy all rows to the clipboard"),
        bind(S::Reading, &[key(K::Enter)], A::Close, "", "close this window"),
        bind(S::Dialog, &[key(K::Esc), ch('q')], A::Close, "close", "close this window"),
        bind(S::Dialog, &[key(K::Up), ch('k')], A::Up, "", "one line up"),
        bind(S::Dialog, &[key(K::Down), ch('j')], A::Down, "scroll", "one line down"),
        bind(S::Dialog, &[key(K::PageUp), ctrl('u')], A::PageUp, "", "one page up"),
        bind(S::Dialog, &[key(K::PageDown), ctrl('d'), ch(' ')], A::PageDown, "", "one page down"),
        bind(S::Dialog, &[key(K::Home), ch('g')], A::First, "", "to the beginning"),
        bind(S::Dialog, &[key(K::End), ch('G')], A::Last, "", "to the end"),
        bind(S::Question, &[ch('y'), key(K::Enter)], A::Accept, "yes", "yes, do it"),
        bind(S::Question, &[ch('n'), key(K::Esc), ch('q')], A::Cancel, "no", "no, leave it"),
        bind(
            S::Watch,
            &[ch('c')],
            A::Snapshot,
            "capture",
            "take a heap snapshot into the current folder; says what it costs, and asks",
        ),
        bind(S::Watch, &[ch('o')], A::OpenTaken, "open", "explore what was taken; two and more are compared"),
        bind(S::Watch, &[ch('g')], A::Collect, "collect garbage", "collect garbage: what is left is alive"),
        bind(S::Watch, &[ch('m')], A::MarkTime, "mark", "mark this time: what grew since is told"),
        bind(S::Watch, &[ch('y')], A::Copy, "copy", "copy the verdict to the clipboard"),
        bind(
            S::Watch,
            &[key(K::Esc)],
            A::Clear,
            "",
            "give up the snapshot that is being taken, or the last mark",
        ),
        bind(
            S::Profile,
            &[key(K::Enter)],
            A::Drill,
            "zoom",
            "give this call the whole width; from a list, show it in the flame",
        ),
        bind(
            S::Profile,
            &[key(K::Backspace), alt(K::Left)],
            A::Back,
            "zoom out",
            "back to what was as wide before",
        ),
        bind(
            S::Profile,
            &[ch('/')],
            A::Search,
            "find",
            "find functions by name or script, and say what they allocated",
        ),
        bind(S::Profile, &[ch('n')], A::NextHit, "next", "next place of what was found"),
        bind(S::Profile, &[ch('N')], A::PreviousHit, "", "previous place of what was found"),
        bind(S::Profile, &[ch('b')], A::By, "by package", "by function, by script, by npm package, in turn"),
        bind(
            S::Profile,
            &[ch('f')],
            A::Focus,
            "focus",
            "only this function (script, package) and what it called",
        ),
        bind(
            S::Profile,
            &[ch('x')],
            A::Exclude,
            "leave out",
            "without this function: what it allocated counts for its callers",
        ),
        bind(S::Profile, &[ch('F')], A::Unsieve, "undo", "without the last of these"),
        bind(
            S::Profile,
            &[ch('o')],
            A::Other,
            "other width",
            "as wide as in the older profile, or in the newer",
        ),
        bind(S::Profile, &[ch('s')], A::Sort, "sort", "sort functions by the next column"),
        bind(S::Profile, &[ch('S'), ch('r')], A::Reverse, "", "turn the order round"),
        bind(S::Profile, &[ch('y')], A::Copy, "copy", "copy what is said of this function to the clipboard"),
        bind(S::Profile, &[ch('1')], A::View(0), "", "flame: calls as wide as what they allocated"),
        bind(S::Profile, &[ch('2')], A::View(1), "", "functions: what each allocated, itself and in total"),
        bind(S::Profile, &[ch('3')], A::View(2), "", "tree: who called what, top down"),
        bind(
            S::Profile,
            &[ch('4')],
            A::View(3),
            "",
            "heavy: what allocates most, and who called it, bottom up",
        ),
        bind(S::Profile, &[key(K::Esc)], A::Clear, "", "forget what was found, or show all of the flame"),
        bind(S::Profile, &[key(K::Up), ch('k')], A::Up, "", "one row up; in the flame to the caller"),
        bind(
            S::Profile,
            &[key(K::Down), ch('j')],
            A::Down,
            "",
            "one row down; in the flame to the widest call",
        ),
        bind(S::Profile, &[key(K::PageUp), ctrl('u')], A::PageUp, "", "one page up"),
        bind(S::Profile, &[key(K::PageDown), ctrl('d')], A::PageDown, "", "one page down"),
        bind(S::Profile, &[key(K::Home), ch('g')], A::First, "", "first row"),
        bind(
            S::Profile,
            &[key(K::End), ch('G')],
            A::Last,
            "",
            "last row; in the flame the end of the widest calls",
        ),
        bind(S::Flame, &[key(K::Right), ch('l')], A::Right, "", "the call to the right"),
        bind(S::Flame, &[key(K::Left), ch('h')], A::Left, "", "the call to the left"),
        bind(S::Apart, &[ch('?')], A::Help, "help", "the keys that work here"),
        bind(S::Apart, &[ch('q')], A::Quit, "quit", "quit"),
        bind(S::Pane, &[ch(':')], A::Palette, "commands", "every command by its name"),
        bind(S::Pane, &[ch('?')], A::Help, "help", "the keys that work here"),
        bind(S::Pane, &[ch('q')], A::Quit, "quit", "quit"),
        bind(S::Everywhere, &[ctrl('l')], A::Redraw, "", "draw the screen anew"),
        bind(S::Everywhere, &[ctrl('z')], A::Suspend, "", "suspend to the shell"),
        bind(S::Everywhere, &[ctrl('c')], A::Quit, "", "quit at once"),
    ]
};

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

impl Scope {
    /// Where that is, in a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Pane | Self::Cursor => "panes",
            Self::Chart => "Timeline",
            Self::Table => "Constructors, Objects",
            Self::Tree => "Retainers, Inside",
            Self::Retainers => "Retainers",
            Self::Several => "several snapshots",
            Self::Growth => "Growth",
            Self::Compare => "Compare",
            Self::Explore => "Explore",
            Self::Strings => "Strings",
            Self::Marks => "marks",
            Self::List => "lists",
            Self::Palette => "commands",
            Self::Prompt => "while typing",
            Self::Dialog => "windows",
            Self::Reading => "windows to read",
            Self::Rows => "windows of rows",
            Self::Ignored => "ignored retainers",
            Self::Path => "path to root",
            Self::Question => "questions",
            Self::Apart => "watch, profile",
            Self::Watch => "watch",
            Self::Profile => "profile",
            Self::Flame => "flame",
            Self::Stack => "allocation stack",
        }
    }
}

impl Binding {
    /// The keys as the help lists them: `↓ j`.
    pub fn keys_text(&self) -> String {
        self.keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Chord {
    /// A letter's case already says whether Shift was held; `BackTab` likewise.
    pub(super) fn from_event(event: &KeyEvent) -> Self {
        let shift_is_told = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let mut modifiers =
            event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        modifiers.set(KeyModifiers::SHIFT, modifiers.contains(KeyModifiers::SHIFT) && !shift_is_told);
        Self { code: event.code, modifiers }
    }

    /// The event a terminal sends for this chord.
    pub fn event(&self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            f.write_str("Ctrl-")?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str("Alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            code => write!(f, "{code:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Every stack of scopes a screen can have.
    const STACKS: &[&[Scope]] = &[
        &[Scope::Table, Scope::Cursor, Scope::Pane, Scope::Everywhere, Scope::Explore],
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
