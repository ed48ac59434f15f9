//! Where a key holds: the kinds of place a screen consists of, and what help calls each.

/// Where a binding holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// In every place, dialogs and prompts included.
    Everywhere,
    /// In every pane.
    Pane,
    /// In every pane of an explorer that stands alone.
    Alone,
    /// In every pane of an explorer that was opened from a watch.
    Visit,
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

impl Scope {
    /// Where that is, in a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Pane | Self::Cursor | Self::Alone => "panes",
            Self::Visit => "opened from a watch",
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
