//! `leaktui profile FILE` and `leaktui profile BEFORE AFTER`: where memory was allocated.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use super::{CommandError, Output, json, opened, output::Column, progress::Meter};
use crate::{
    analysis::filter::contains,
    cli::{ProfileArgs, ProfileGroup},
    format,
    job::{Cancelled, Job},
    profile::{self, By, CallIx, Change, Frame, FrameIx, Group, Heavy, Profile, Row, Siblings},
    snapshot::Input,
};

const COLUMNS: [Column; 4] = [("Self", 9), ("", 5), ("Total", 9), ("", 5)];
const CHANGES: [Column; 4] =
    [("Self before", 11), ("Self after", 10), ("Self delta", 10), ("Total delta", 11)];
const HEAVY: [Column; 2] = [("Size", 9), ("", 5)];

impl From<ProfileGroup> for By {
    fn from(group: ProfileGroup) -> Self {
        match group {
            ProfileGroup::Function => Self::Function,
            ProfileGroup::Script => Self::Script,
            ProfileGroup::Package => Self::Package,
        }
    }
}

/// The profiles that are to be shown on a screen, and how; nothing where an option shapes a text.
pub(super) fn on_screen(args: &ProfileArgs) -> Option<ToShow> {
    let shapes_text = args.json || args.tree || args.heavy;
    if shapes_text || args.depth.is_some() || args.filter.is_some() || args.limit.is_some() {
        return None;
    }
    let inputs = [Some(&args.file), args.newer.as_ref()].into_iter().flatten();
    let (focus, exclude) = (args.focus.clone(), args.exclude.clone());
    Some(ToShow { by: args.by.into(), focus, exclude, ..ToShow::files(inputs) })
}

/// Profiles to be shown on a screen, which are read once that is there.
pub struct ToShow {
    /// One, or two with the older first.
    inputs: Vec<Input>,
    /// By what calls are told apart.
    pub by: By,
    /// Only functions whose name or script contains this.
    pub focus: Option<String>,
    /// Without these.
    pub exclude: Option<String>,
}

impl ToShow {
    /// All of one file or two, by function.
    pub(super) fn files<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        let inputs = files.into_iter().map(|file| opened::input(file)).collect();
        Self { inputs, by: By::default(), focus: None, exclude: None }
    }

    /// What they are called.
    pub fn names(&self) -> Vec<String> {
        self.inputs.iter().map(Input::label).collect()
    }

    /// Reads one of them.
    ///
    /// # Errors
    ///
    /// Where it is no profile, or has no function that is to be focused on or left out.
    pub fn read(&self, at: usize, job: &Job) -> Result<Profile, CommandError> {
        let profile = profile::read(&self.inputs[at], job)?;
        for text in [&self.focus, &self.exclude].into_iter().flatten() {
            found(&profile, text, job)?;
        }
        Ok(profile)
    }
}

/// Whether a file is a sampling profile by its name.
pub(super) fn is_profile(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let name = [".gz", ".zst"].iter().find_map(|packed| name.strip_suffix(packed)).unwrap_or(&name);
    name.ends_with(".heapprofile")
}

pub(super) fn run(args: &ProfileArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let profile = Told::read(&args.file, args)?;
    if let Some(newer) = &args.newer {
        return compare(&profile, &Told::read(newer, args)?, args, to);
    }
    if args.tree {
        return lines(&profile, tree(&profile.profile, args)?, args, to);
    }
    if args.heavy {
        return lines(&profile, heavy(&profile.profile, args)?, args, to);
    }
    table(&profile, args, to)
}

/// A profile, and what to call it.
struct Told {
    profile: Profile,
    label: String,
}

impl Told {
    fn read(file: &Path, args: &ProfileArgs) -> Result<Self, CommandError> {
        let input = opened::input(file);
        let job = Job::default();
        let _meter = Meter::show(&job);
        let mut profile = profile::read(&input, &job)?;
        if let Some(text) = &args.focus {
            profile = profile.focused(&found(&profile, text, &job)?, &job)?;
        }
        if let Some(text) = &args.exclude {
            profile = profile.without(&found(&profile, text, &job)?, &job)?;
        }
        Ok(Self { profile, label: input.label() })
    }

    fn file(&self) -> json::ProfileFile<'_> {
        let calls = self.profile.calls().len();
        json::ProfileFile { name: &self.label, calls, size: self.profile.size() }
    }

    fn title(&self, to: &mut Output<'_>) -> Result<(), CommandError> {
        let facts = [self.label.clone(), format!("{} sampled", format::bytes(self.profile.size()))];
        Ok(to.line(&to.joined(facts))?)
    }
}

/// Whether a row is wanted that shows this text.
fn wants(args: &ProfileArgs, text: &str) -> bool {
    args.filter.as_ref().is_none_or(|wanted| contains(text, wanted))
}

/// The functions meant by a text.
fn found(profile: &Profile, text: &str, job: &Job) -> Result<Vec<FrameIx>, CommandError> {
    let found = profile.find(text, job)?;
    if found.is_empty() { Err(CommandError::NoFunction { wanted: text.to_owned() }) } else { Ok(found) }
}

fn of_group(group: &Group) -> json::Grouped<'_> {
    json::Grouped {
        name: Cow::Borrowed(&group.name),
        script: &group.url,
        line: group.line,
        column: group.column,
    }
}

fn share(row: &Row) -> json::Share<'_> {
    json::Share { what: of_group(&row.group), own: row.own, total: row.total }
}

fn changed(change: &Change) -> json::ShareChange<'_> {
    let bytes = |(own, total)| json::Bytes { own, total };
    let (before, after) = (bytes(change.before), bytes(change.after));
    json::ShareChange { what: of_group(&change.group), before, after }
}

fn level<'a>(line: &Line<'a>) -> json::Level<'a> {
    let Group { name, line: at, column, .. } = line.group();
    let what = json::Grouped { name: name.into(), script: &line.frame.url, line: at, column };
    json::Level { level: line.level, what, own: line.own, total: line.total }
}

fn table(told: &Told, args: &ProfileArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let mut rows = profile::rows(&told.profile, args.by.into(), &Job::default())?;
    rows.retain(|row| wants(args, &row.group.text()));
    let shown = &rows[..rows.len().min(args.limit.unwrap_or(usize::MAX))];
    if args.json {
        let records: Vec<_> = shown.iter().map(share).collect();
        return document(&[told], rows.len(), records, to);
    }
    told.title(to)?;
    writeln!(to.out)?;
    to.head(&COLUMNS, heading(args.by))?;
    let whole = told.profile.size();
    for row in shown {
        let [own, total] = [row.own, row.total].map(format::bytes);
        let [of_own, of_total] = [row.own, row.total].map(|bytes| format::percent(bytes, whole));
        to.row(&COLUMNS, &[own, of_own, total, of_total], &row.group.text())?;
    }
    Ok(to.more(rows.len(), shown.len())?)
}

fn heading(by: ProfileGroup) -> &'static str {
    match by {
        ProfileGroup::Function => "Function",
        ProfileGroup::Script => "Script",
        ProfileGroup::Package => "Package",
    }
}

fn compare(before: &Told, after: &Told, args: &ProfileArgs, to: &mut Output<'_>) -> Result<(), CommandError> {
    let job = Job::default();
    let mut changes = profile::compare(&before.profile, &after.profile, args.by.into(), &job)?;
    changes.retain(|change| wants(args, &change.group.text()));
    let shown = &changes[..changes.len().min(args.limit.unwrap_or(usize::MAX))];
    if args.json {
        let records: Vec<_> = shown.iter().map(changed).collect();
        return document(&[before, after], changes.len(), records, to);
    }
    before.title(to)?;
    after.title(to)?;
    writeln!(to.out)?;
    to.head(&CHANGES, heading(args.by))?;
    for change in shown {
        let (own, total) = change.growth();
        let cells = [
            format::bytes(change.before.0),
            format::bytes(change.after.0),
            format::signed_bytes(own),
            format::signed_bytes(total),
        ];
        to.row(&CHANGES, &cells, &change.group.text())?;
    }
    Ok(to.more(changes.len(), shown.len())?)
}

/// A row of a tree laid flat.
struct Line<'a> {
    level: usize,
    frame: &'a Frame,
    /// Own bytes; of callers there are none.
    own: Option<u64>,
    total: u64,
}

impl Line<'_> {
    fn group(&self) -> Group {
        By::Function.group(self.frame)
    }
}

/// Top down, most bytes first, as deep as asked for.
fn tree<'a>(profile: &'a Profile, args: &ProfileArgs) -> Result<Vec<Line<'a>>, Cancelled> {
    let siblings = Siblings::heaviest_first(profile, &Job::default())?;
    let mut lines = Vec::new();
    let mut open: Vec<(CallIx, usize)> = vec![(Profile::ROOT, 0)];
    while let Some((call, level)) = open.pop() {
        let frame = profile.frame(profile.function(call));
        lines.push(Line { level, frame, own: Some(profile.own(call)), total: profile.total(call) });
        if args.depth.is_none_or(|depth| level < depth) {
            open.extend(siblings.of(call).iter().rev().map(|&child| (child, level + 1)));
        }
    }
    Ok(lines)
}

/// Bottom up, most bytes first. All levels together would be quadratic, so a few are told.
fn heavy<'a>(profile: &'a Profile, args: &ProfileArgs) -> Result<Vec<Line<'a>>, Cancelled> {
    const LEVELS: usize = 3;
    let job = Job::default();
    let mut lines = Vec::new();
    let mut open: Vec<(Heavy, usize)> =
        Heavy::all(profile, None, &job)?.into_iter().rev().map(|row| (row, 0)).collect();
    while let Some((row, level)) = open.pop() {
        lines.push(Line { level, frame: profile.frame(row.function), own: None, total: row.size });
        if level < args.depth.unwrap_or(LEVELS) {
            open.extend(
                row.callers(profile, None, &job)?.into_iter().rev().map(|caller| (caller, level + 1)),
            );
        }
    }
    Ok(lines)
}

fn lines(
    told: &Told,
    mut lines: Vec<Line<'_>>,
    args: &ProfileArgs,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    lines.retain(|line| wants(args, &line.group().text()));
    let shown = &lines[..lines.len().min(args.limit.unwrap_or(usize::MAX))];
    if args.json {
        let records: Vec<_> = shown.iter().map(level).collect();
        return document(&[told], lines.len(), records, to);
    }
    told.title(to)?;
    writeln!(to.out)?;
    let whole = told.profile.size();
    let columns: &[Column] = if args.heavy { &HEAVY } else { &COLUMNS };
    to.head(columns, "Function")?;
    for line in shown {
        let cell = |bytes| [format::bytes(bytes), format::percent(bytes, whole)];
        let cells = [line.own.map(cell), Some(cell(line.total))];
        let cells: Vec<_> = cells.into_iter().flatten().flatten().collect();
        to.row(columns, &cells, &format!("{}{}", "  ".repeat(line.level), line.group().text()))?;
    }
    Ok(to.more(lines.len(), shown.len())?)
}

fn document<R: serde::Serialize>(
    files: &[&Told],
    rows: usize,
    records: Vec<R>,
    to: &mut Output<'_>,
) -> Result<(), CommandError> {
    let files: Vec<_> = files.iter().map(|told| told.file()).collect();
    let size = files.iter().map(|file| file.size).sum();
    let total = json::ProfileTotal { rows, size };
    let document = json::ProfileDocument {
        schema: "leaktui/profile/1",
        files,
        warnings: Vec::new(),
        total,
        body: json::RowsOf { rows: records },
    };
    Ok(json::write_line(to.out, &document)?)
}
