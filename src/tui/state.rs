//! Everything the screen shows follows from this.

use super::{
    aspect::Aspects,
    chooser::{self, Chooser},
    compare::Compare,
    dialog::Dialog,
    event::{Desk, FileFacts, Slot},
    explore::Explore,
    export::Writing,
    growing::Growing,
    hits::Hits,
    keymap::{Action, Binding, Scope},
    layout::{Arrangement, Layout},
    lookup::Search,
    marks::Mark,
    pane::{Kind, outline::Ignored},
    prompt::Prompt,
    recording::Recording,
    sieve::Sieve,
    theme::{Role, Theme},
    view::{History, Spot, View},
};
use crate::{
    analysis::Analysis,
    heap::{EdgeIx, InEdge, NodeIx},
    job::Progress,
    text,
};

/// No warning takes more lines than this.
const BANNER_LINES: usize = 3;

/// The whole of it.
#[derive(Debug)]
pub struct State {
    /// Cells from left to right.
    pub width: u16,
    /// Cells from top to bottom.
    pub height: u16,
    /// How things look.
    pub theme: Theme,
    /// The snapshots, oldest first: one at least.
    pub files: Vec<File>,
    /// Which of them Explore shows.
    pub at: usize,
    /// The view that is shown.
    pub view: View,
    /// Whether no key was pressed and nothing was clicked yet.
    pub is_untouched: bool,
    /// The way back through all views.
    pub history: History,
    /// The Growth view.
    pub growth: Growing,
    /// The Compare view.
    pub compare: Compare,
    /// What is being typed.
    pub prompt: Option<Prompt>,
    /// The window with rows to choose from, below all others.
    pub chooser: Option<Chooser>,
    /// What was found everywhere.
    pub hits: Hits,
    /// The marked objects, in the order they were marked.
    pub marks: Vec<Mark>,
    /// Windows, the top one last.
    pub dialogs: Vec<Dialog>,
    /// What is being exported.
    pub writing: Writing,
    /// What happened last, until the next key.
    pub status: Option<Status>,
    /// A jump that is under way.
    pub finding: Option<Search>,
    /// Whether it was opened from another screen, to which one comes back.
    pub is_visit: bool,
    /// Where effects are collected.
    pub desk: Desk,
}

/// A file, what is known of it, and how it is explored.
#[derive(Debug, Default)]
pub struct File {
    /// Name, size, warnings.
    pub facts: FileFacts,
    /// How far the load is; `None` before it begins.
    pub progress: Option<Progress>,
    /// What is known of its heap so far.
    pub known: Option<Analysis>,
    /// The heap's bytes.
    pub total: u64,
    /// Whether everything is known.
    pub complete: bool,
    /// What it has beside its heap.
    pub recording: Recording,
    /// What Explore lets through.
    pub sieve: Sieve,
    /// The Explore view of it.
    pub explore: Explore,
    /// The other views of it.
    pub aspects: Aspects,
}

impl File {
    /// What Explore shows: what is known of the heap, or of the part that passes the filters.
    pub fn shown(&self) -> Option<&Analysis> {
        self.sieve.known().or(self.known.as_ref())
    }
}

/// What has the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Top {
    /// The line that is being typed.
    Prompt,
    /// The window on top.
    Dialog,
    /// The window with rows to choose from.
    Chooser,
    /// One of the panes.
    Panes,
}

/// One line about what happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The text, clean.
    pub text: String,
    /// Good or bad.
    pub role: Role,
}

impl State {
    /// A screen of that size before anything happened, over one snapshot.
    pub fn new(width: u16, height: u16, theme: Theme, label: String) -> Self {
        Self::series(width, height, theme, vec![label])
    }

    /// The same over several, oldest first.
    ///
    /// # Panics
    ///
    /// Without any snapshot.
    pub fn series(width: u16, height: u16, theme: Theme, labels: Vec<String>) -> Self {
        assert!(!labels.is_empty(), "there is a snapshot to explore");
        let file = |label| File { facts: FileFacts { label, ..FileFacts::default() }, ..File::default() };
        let files: Vec<File> = labels.into_iter().map(file).collect();
        let last = files.len() - 1;
        let mut state = Self {
            width,
            height,
            theme,
            view: if files.len() > 1 { View::Growth } else { View::Explore },
            at: last,
            files,
            is_untouched: true,
            history: History::default(),
            growth: Growing::default(),
            compare: Compare::new((0, last)),
            prompt: None,
            chooser: None,
            hits: Hits::default(),
            marks: Vec::new(),
            dialogs: Vec::new(),
            writing: Writing::default(),
            status: None,
            finding: None,
            is_visit: false,
            desk: Desk::default(),
        };
        state.relayout();
        state
    }

    /// The snapshot that Explore shows.
    pub fn file(&self) -> &File {
        &self.files[self.at]
    }

    /// The view of it.
    pub fn explore(&self) -> &Explore {
        &self.file().explore
    }

    /// Where one is.
    pub fn spot(&self) -> Spot {
        Spot { view: self.view, at: self.at }
    }

    /// The views there are.
    pub fn views(&self) -> Vec<View> {
        let has = |what: fn(&Recording) -> bool| self.files.iter().any(|file| what(&file.recording));
        View::all(self.files.len(), has(Recording::has_stacks), has(Recording::has_times))
    }

    /// The view that a key of the panes shows, if it is the key of one.
    pub fn view_of(&self, binding: &Binding) -> Option<View> {
        match binding.action {
            Action::View(number) if binding.scope == Scope::Pane => {
                self.views().get(number as usize).copied()
            }
            _ => None,
        }
    }

    /// The pane that has the keys, and whether it has the screen for itself.
    pub fn focus(&self) -> (Kind, bool) {
        match self.view {
            View::Growth => (self.growth.focus, self.growth.zoomed),
            View::Compare => (self.compare.focus, self.compare.zoomed),
            View::Explore => (self.explore().focus, self.explore().zoomed),
            View::Aspect(aspect) => self.file().aspects.focus(aspect),
        }
    }

    /// Where things stand.
    pub fn layout(&self) -> Layout {
        self.layout_in(self.width, self.height)
    }

    /// Where things stand on a screen of that size.
    pub fn layout_in(&self, width: u16, height: u16) -> Layout {
        let arrangement = match self.view {
            View::Growth => Arrangement::Pair,
            View::Compare => Arrangement::Table,
            View::Explore => Arrangement::Quad,
            View::Aspect(aspect) => aspect.arrangement(),
        };
        let banner = self.banner(width).1.len() as u16;
        let (focus, zoomed) = self.focus();
        Layout::arranged((width, height), arrangement, focus, zoomed, banner)
    }

    /// What is doubtful in comparing, or what is left out, in lines that fit.
    pub fn banner(&self, width: u16) -> (Role, Vec<String>) {
        let (role, said) = match self.view {
            View::Growth => (Role::Bad, self.growth.warning.as_deref()),
            View::Compare => (Role::Bad, self.compare.warning()),
            View::Explore | View::Aspect(_) => (Role::Bad, self.file().facts.short.as_deref()),
        };
        let chips = if self.view == View::Explore { self.file().sieve.line() } else { String::new() };
        // A filter in force says more about what is seen than what never was.
        let (role, said) = if chips.is_empty() { (role, said) } else { (Role::Key, None) };
        let said = said.unwrap_or(&chips);
        let cells = (width as usize).saturating_sub(2).max(1);
        let lines = text::wrap_words(said, cells, BANNER_LINES);
        (role, lines.into_iter().filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// Tells the panes where they stand; to be called after everything that moves them.
    pub fn relayout(&mut self) {
        let layout = self.layout();
        match self.view {
            View::Growth => self.growth.resize(&layout),
            View::Compare => self.compare.resize(&layout),
            View::Explore => self.files[self.at].explore.resize(&layout),
            View::Aspect(aspect) => self.files[self.at].aspects.resize(aspect, &layout),
        }
        chooser::resize(self, layout.body);
    }

    /// What has the keys: a line that is being typed, save where a window has opened since; the
    /// window on top; the panes.
    pub fn top(&self) -> Top {
        match (&self.prompt, &self.chooser) {
            (Some(prompt), _) if prompt.above >= self.dialogs.len() => Top::Prompt,
            _ if !self.dialogs.is_empty() => Top::Dialog,
            (_, Some(_)) => Top::Chooser,
            _ => Top::Panes,
        }
    }

    /// The scopes of keys that hold now, the most special first.
    pub fn scopes(&self) -> Vec<Scope> {
        match (self.top(), self.dialogs.last(), &self.chooser) {
            (Top::Prompt, ..) => vec![Scope::Prompt, Scope::Everywhere],
            (Top::Dialog, Some(dialog), _) => dialog.scopes().to_vec(),
            (Top::Chooser, _, Some(chooser)) => chooser.scopes().to_vec(),
            _ => {
                let mut scopes = self.focus().0.scopes().to_vec();
                if self.view == View::Compare && self.compare.is_side_by_side() {
                    scopes[0] = Scope::Table;
                }
                if let View::Aspect(aspect) = self.view {
                    let own = self.file().aspects.scope(aspect);
                    scopes[0] = own;
                    scopes.retain(|&scope| scope != Scope::Cursor || own != Scope::Chart);
                }
                scopes.push(if self.is_visit { Scope::Visit } else { Scope::Alone });
                scopes.extend((self.files.len() > 1).then_some(Scope::Several));
                scopes.extend(self.view.scope());
                scopes
            }
        }
    }

    /// The reference under the cursor, in Explore's trees.
    pub fn reference(&self) -> Option<InEdge> {
        let panes = &self.explore().panes;
        let tree = match (self.view, self.explore().focus) {
            (View::Explore, Kind::Retainers) => &panes.retainers,
            (View::Explore, Kind::Inside) => &panes.inside,
            _ => return None,
        };
        let (heap, edge) = (&self.file().known.as_ref()?.heap, tree.row()?.edge()?);
        Some(InEdge { from: heap.edge_source(edge), edge: heap.edge(edge) })
    }

    /// Which retainers are ignored in what is shown.
    pub fn ignored(&self) -> &Ignored {
        match self.view {
            View::Compare => self.compare.ignored(),
            _ => &self.explore().panes.retainers.spec.ignored,
        }
    }

    /// The object under the cursor, and the snapshot it lives in.
    pub fn pointed(&self) -> Option<Pointed> {
        match self.view {
            View::Growth => {
                let at = self.files.len() - 1;
                let node = self.growth.object()?;
                let trail = self.growth.way_from(self.files[at].known.as_ref()?, node);
                Some(Pointed { at, node, start: node, trail })
            }
            View::Compare => self.compare.pointed(),
            View::Explore => {
                let (known, panes, focus) =
                    (self.file().shown()?, &self.explore().panes, self.explore().focus);
                let node = panes.object(focus, known)?;
                let (start, trail) = panes.chain_start(focus, known)?;
                Some(Pointed { at: self.at, node, start, trail })
            }
            View::Aspect(aspect) => {
                let node = self.file().aspects.object(aspect, self.file().known.as_ref()?)?;
                Some(Pointed { at: self.at, node, start: node, trail: Vec::new() })
            }
        }
    }

    /// What the pane that has the keys is filtered by.
    pub fn filter(&self) -> &str {
        match self.view {
            View::Growth => self.growth.filter_text(),
            View::Compare => self.compare.filter_text(),
            View::Explore => self.explore().panes.filter(self.explore().focus),
            View::Aspect(aspect) => self.file().aspects.filter_text(aspect),
        }
    }

    /// How many rows the pane that has the keys shows.
    pub fn rows(&self) -> usize {
        match self.view {
            View::Growth => self.growth.len(),
            View::Compare => self.compare.len(),
            View::Explore => self.explore().panes.len(self.explore().focus),
            View::Aspect(aspect) => self.file().aspects.rows(aspect),
        }
    }

    /// Whether something goes on that tells of its progress.
    pub fn is_busy(&self) -> bool {
        let is_running = Slot::LONG.iter().any(|&slot| self.is_running(slot));
        is_running || self.writing.is_running() || self.files.iter().any(|file| !file.complete)
    }

    /// Whether a slot works on something that tells of its progress.
    pub fn is_running(&self, slot: Slot) -> bool {
        match slot {
            Slot::Comparison => self.compare.work.is_running(),
            Slot::Growth => self.growth.work.is_running(),
            Slot::Everywhere => self.hits.work.is_running(),
            Slot::Strings => self.file().aspects.is_searching(),
            _ => false,
        }
    }

    /// Says what happened.
    pub fn say(&mut self, role: Role, text: impl Into<String>) {
        self.status = Some(Status { text: text.into(), role });
    }
}

/// An object of one of the snapshots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pointed {
    /// Which snapshot.
    pub at: usize,
    /// The object.
    pub node: NodeIx,
    /// Where the chain that holds it starts, …
    pub start: NodeIx,
    /// … and the way from there to the object.
    pub trail: Vec<EdgeIx>,
}
