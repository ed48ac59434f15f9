//! Export: the list or the chain under the cursor, whole, as a file.
//!
//! What is exported is chosen here, purely: rows are shared, not copied, and made while they are
//! written, on a thread of its own (`saving`). Cost here: nothing that grows with the list, save for
//! parts of the heap, whose open rows are collected.

mod fields;
mod heap;
mod parts;
mod rows;
mod several;
mod value;
mod write;

use std::sync::Arc;

pub use rows::Rows;
pub use value::{Field, Value};
pub use write::{Format, write};

use super::{
    aspect::Aspect,
    chooser::Menu,
    dialog::{Dialog, Topic},
    event::Effect,
    lookup,
    pane::{Kind, outline},
    prompt::{Prompt, PromptKind},
    series,
    state::State,
    theme::Role,
    view::View,
};
use crate::{analysis::Analysis, format, job::Progress, text};

/// No more rows are written: a spreadsheet takes no more, and a person none of them.
pub const MOST: usize = 1_000_000;

/// A list to be written.
#[derive(Clone, Debug)]
pub struct Export {
    /// What it is a list of (not yet safe for a terminal).
    pub title: String,
    /// Of which snapshots, through which filters (not yet safe for a terminal).
    pub about: String,
    /// The snapshots, oldest first.
    pub files: Vec<String>,
    /// The rows.
    pub rows: Rows,
}

impl Export {
    /// How many rows are written.
    pub fn written(&self) -> usize {
        self.rows.len().min(MOST)
    }
}

/// What is being written, and how far it is.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Writing {
    /// How many files.
    files: usize,
    /// How far the last of them is.
    progress: Option<Progress>,
}

impl Writing {
    /// Whether any file is being written.
    pub fn is_running(&self) -> bool {
        self.files > 0
    }

    /// What is said of it: `writing 1,000,000 rows … 45%`.
    pub fn line(&self) -> Option<String> {
        let progress = self.progress.as_ref().filter(|_| self.is_running())?;
        let all = counted(progress.total as usize);
        let share = (progress.done > 0).then(|| format::percent(progress.done, progress.total));
        Some(format!("writing {all} … {}", share.unwrap_or_default()).trim_end().to_owned())
    }

    /// Takes note of how far it is.
    pub(super) fn advance(&mut self, progress: Progress) {
        self.progress = Some(progress);
    }

    fn begin(&mut self, rows: usize) {
        self.files += 1;
        let (phase, total) = ("writing".into(), rows as u64);
        self.progress = Some(Progress { phase, unit: "rows", done: 0, total, rate: 0.0 });
    }

    fn end(&mut self) {
        self.files = self.files.saturating_sub(1);
    }
}

/// What became of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Saved {
    /// It is there, of so many bytes.
    Done(u64),
    /// There was one of that name already: nothing was written.
    Exists,
    /// Nothing was written, and why.
    Failed(String),
}

/// Asks for a name, if there is anything to export.
pub(super) fn ask(state: &mut State) {
    let Some(export) = export(state) else { return state.say(Role::Bad, "there is nothing to export here") };
    ask_for_name(state, proposed(&export), Arc::new(export), false);
}

/// The prompt keeps the list: whatever changes on the screen meanwhile, this is what is written.
fn ask_for_name(state: &mut State, name: String, export: Arc<Export>, replaces: bool) {
    state.prompt = Some(Prompt {
        kind: PromptKind::Export { replaces },
        input: name.into(),
        above: state.dialogs.len(),
        export: Some(export),
    });
}

/// `after-classes.md`: the snapshot and the list.
fn proposed(export: &Export) -> String {
    let file = export.files.last().map_or("heap", String::as_str);
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let file: String = file.chars().map(plain).collect();
    format!("{}-{}.md", file.trim_matches(['-', '.']), export.rows.name())
}

/// Enter in the prompt: has the file written, or says what is wrong with its name.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn begin(state: &mut State, export: Arc<Export>, name: &str, replace: bool) -> Result<(), String> {
    let name = name.trim();
    let Some(format) = Format::of(name) else {
        return Err("the name says the format: it must end in .md, .csv or .json".to_owned());
    };
    state.status = None;
    state.writing.begin(export.written());
    state.desk.push(Effect::Save { export, format, name: name.to_owned(), replace });
    Ok(())
}

/// `1 row`, `2,000 rows`
fn counted(rows: usize) -> String {
    format::counted(rows as u64, "row", "rows")
}

/// Says what became of the file; asks before one is replaced, unless something else is being typed:
/// whoever types must not find another question under their fingers.
pub(super) fn saved(state: &mut State, name: String, export: Arc<Export>, saved: Saved) {
    let shown = text::snippet(&name, 60);
    state.writing.end();
    match saved {
        Saved::Done(bytes) => {
            let (written, all) = (export.written(), counted(export.rows.total()));
            let of = if written < export.rows.total() {
                format!("{} of {all}", format::count(written as u64))
            } else {
                all
            };
            state.say(Role::Good, format!("wrote {of} to {shown}, {}", format::bytes(bytes)));
        }
        Saved::Exists if state.prompt.is_some() => {
            state.say(Role::Bad, format!("not written: there is a file {shown} already"));
        }
        Saved::Exists => {
            state.status = None;
            ask_for_name(state, name, export, true);
        }
        Saved::Failed(why) => state.say(Role::Bad, format!("not written: {}", text::clean(&why))),
    }
}

/// What is under the cursor, if it has any rows.
pub fn export(state: &State) -> Option<Export> {
    // The name is asked for above what is exported.
    let export = match (state.dialogs.last(), &state.chooser) {
        (Some(dialog), _) => of_dialog(state, dialog),
        (None, Some(chooser)) => of_menu(state, &chooser.of)?,
        (None, None) => of_view(state)?,
    };
    (!export.rows.is_empty()).then_some(export)
}

fn of_dialog(state: &State, dialog: &Dialog) -> Export {
    let text = if dialog.rows.is_some() { dialog.all() } else { dialog.plain() };
    let lines = text.lines().map(str::to_owned).collect();
    let left_out = dialog.rows.as_ref().map_or(0, |rows| rows.left_out);
    let rows = Rows::Lines { table: dialog.topic.name(), lines, left_out };
    let at = if let Topic::Rows { at, .. } = dialog.topic { at } else { lookup::shown(state) };
    made(state, &[at], dialog.title.clone(), "", rows)
}

fn of_menu(state: &State, menu: &Menu) -> Option<Export> {
    match menu {
        Menu::Commands(_) => None,
        Menu::Hits => {
            let hits = &state.hits;
            let rows = Rows::Hits(state.files[hits.at].known.clone()?, Arc::clone(&hits.rows));
            Some(made(state, &[hits.at], format!("Found: {}", hits.text), "", rows))
        }
        Menu::Marks => {
            let mark = |mark: &super::marks::Mark| {
                let known = state.files[mark.at].known.clone()?;
                Some((known, mark.node, series::label(state, mark.at)))
            };
            let rows = Rows::Marks(state.marks.iter().filter_map(mark).collect());
            let files: Vec<usize> = (0..state.files.len()).collect();
            Some(made(state, &files, "Marks".to_owned(), "", rows))
        }
    }
}

fn of_view(state: &State) -> Option<Export> {
    match state.view {
        View::Explore => of_explore(state),
        View::Compare => of_compare(state),
        View::Growth => of_growth(state),
        View::Aspect(aspect) => of_aspect(state, aspect),
    }
}

fn made(state: &State, files: &[usize], title: String, filter: &str, rows: Rows) -> Export {
    let files: Vec<String> = files.iter().map(|&at| series::label(state, at)).collect();
    let mut about = vec![files.join(" → "), counted(rows.total())];
    about.extend((!filter.is_empty()).then(|| format!("/{filter}")));
    Export { title, about: about.join(" · "), files, rows }
}

fn of_explore(state: &State) -> Option<Export> {
    let (known, panes) = (state.file().shown()?, &state.explore().panes);
    let focus = state.explore().focus;
    let (title, rows) = match focus {
        Kind::Classes => {
            ("Constructors".to_owned(), Rows::Classes(known.clone(), Arc::clone(&panes.classes.sheet.rows)))
        }
        Kind::Objects => {
            let class = known.classes.name(panes.objects.class?);
            let rows = Rows::Objects(known.clone(), Arc::clone(&panes.objects.sheet.rows));
            (format!("Objects of {class}"), rows)
        }
        Kind::Retainers => of_tree(known, &panes.retainers)?,
        Kind::Inside => of_tree(known, &panes.inside)?,
    };
    let chips = state.file().sieve.line();
    let mut export = made(state, &[state.at], title, panes.filter(focus), rows);
    if !chips.is_empty() {
        export.about = format!("{} · {chips}", export.about);
    }
    Some(export)
}

fn of_tree(known: &Analysis, tree: &outline::State) -> Option<(String, Rows)> {
    let subject = tree.subject?;
    let name = crate::analysis::path::mention(known, subject);
    let title = match tree.spec.side {
        outline::Side::Retainers => format!("Retainers of {name}"),
        outline::Side::Fields => format!("Inside {name}"),
        outline::Side::Contents => format!("Containment of {name}"),
    };
    let rows =
        Rows::References { known: known.clone(), spec: tree.spec.clone(), subject, tree: tree.tree.clone() };
    Some((title, rows))
}

fn of_compare(state: &State) -> Option<Export> {
    let view = &state.compare;
    let pair = view.pair()?;
    let known = pair.known(view.age());
    let (both, one) = ([view.between.0, view.between.1], [view.at(view.age())]);
    let mut files = both.as_slice();
    let (title, rows) = match view.focus {
        Kind::Classes => (
            "Constructors compared".to_owned(),
            Rows::Changes(Arc::clone(pair), Arc::clone(&view.changes.sheet.rows)),
        ),
        Kind::Objects => {
            let class = pair.name(view.fates.row?);
            (
                format!("Objects of {class} compared"),
                Rows::Fates(Arc::clone(pair), Arc::clone(&view.fates.sheet.rows)),
            )
        }
        Kind::Inside if view.is_side_by_side() => {
            let name = crate::analysis::path::mention(known, view.object()?.home().1);
            (
                format!("Inside {name}, before and after"),
                Rows::Fields(Arc::clone(pair), Arc::clone(&view.both.sheet.rows)),
            )
        }
        kind => {
            // An object lives in one of the two.
            files = &one;
            of_tree(known, if kind == Kind::Retainers { &view.retainers } else { &view.inside })?
        }
    };
    Some(made(state, files, title, view.filter_text(), rows))
}

fn of_growth(state: &State) -> Option<Export> {
    let view = &state.growth;
    let growth = view.found()?;
    let known = state.files.last()?.known.clone()?;
    let (title, rows) = if view.focus == Kind::Classes {
        let rows = Rows::Grown(known, Arc::clone(growth), Arc::clone(&view.sheet.rows));
        ("What grew".to_owned(), rows)
    } else {
        let what = &growth.rows[view.held.row? as usize].what;
        (format!("New members of {what}"), Rows::Objects(known, Arc::clone(&view.held.members.rows)))
    };
    let files: Vec<usize> = (0..state.files.len()).collect();
    Some(made(state, &files, title, view.filter_text(), rows))
}

fn of_aspect(state: &State, aspect: Aspect) -> Option<Export> {
    let (file, aspects) = (state.file(), &state.file().aspects);
    let (title, rows) = aspects.export(aspect, file.known.as_ref()?)?;
    Some(made(state, &[state.at], title, aspects.filter_text(aspect), rows))
}

/// The open rows of a tree of references, for the views that have one.
pub(super) fn tree(known: &Analysis, state: &outline::State) -> Option<(String, Rows)> {
    of_tree(known, state)
}
