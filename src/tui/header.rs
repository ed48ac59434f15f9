//! The first lines: which file, its figures or how far its load is, the views, what is doubtful.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{layout::Arrangement, pane::Kind, series, state::State, theme::Role, view::View};
use crate::{
    format,
    job::Progress,
    text::{self, Cut},
};

/// The names of views leave so many cells to the name of the file.
const FOR_NAME: usize = 24;

/// Of longer series some names are left out.
const MOST: usize = 5;

/// The snapshot and its figures, or both ends of the series; at the right the views.
pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let cells = area.width as usize;
    let tabs = tabs(state, cells);
    let width: usize = tabs.iter().map(|(_, tab)| text::width(tab) + 1).sum();
    let room = cells.saturating_sub(width + 1);
    let (name, rest) = match state.view {
        View::Explore | View::Aspect(_) => of_file(state, room),
        View::Growth | View::Compare => of_series(state, room),
    };
    let line =
        Line::from(vec![Span::raw(" "), Span::styled(name, state.theme.style(Role::Title)), Span::raw(rest)]);
    buffer.set_line(area.x, area.y, &line, room as u16 + 1);
    if area.height == 0 {
        return;
    }
    let mut x = area.x + (cells - width) as u16;
    for (view, tab) in tabs {
        let role = if view == state.view { Role::Focus } else { Role::Dim };
        (x, _) = buffer.set_stringn(x, area.y, tab, cells, state.theme.style(role));
        x += 1;
    }
}

/// The views by number; the one that is shown in brackets, so that colour is not needed. Where
/// there is little room, only that one has its name.
fn tabs(state: &State, cells: usize) -> Vec<(View, String)> {
    if cells < 60 {
        return Vec::new();
    }
    let tabs = |named: bool| -> Vec<(View, String)> {
        let tab = |(at, &view): (usize, &View)| {
            let number = (at + 1) % 10;
            let tab = match (view == state.view, named) {
                (true, _) => format!("[{number} {}]", view.name()),
                (false, true) => format!("{number} {}", view.name()),
                (false, false) => number.to_string(),
            };
            (view, tab)
        };
        state.views().iter().enumerate().map(tab).collect()
    };
    let named = tabs(true);
    let width: usize = named.iter().map(|(_, tab)| text::width(tab) + 1).sum();
    if width + FOR_NAME <= cells { named } else { tabs(false) }
}

fn of_file(state: &State, room: usize) -> (String, String) {
    let file = state.file();
    let name = file_name(state, (room / 2).max(FOR_NAME).min(room));
    let mut rest = String::new();
    for fact in facts(state).iter().map(|fact| format!(" · {fact}")) {
        if text::width(&name) + text::width(&rest) + text::width(&fact) < room {
            rest += &fact;
        }
    }
    if let Some(progress) = file.progress.as_ref().filter(|_| !file.complete) {
        let left = room.saturating_sub(text::width(&name) + text::width(&rest) + 1);
        rest += &progress_text(progress, left);
    }
    let rest = text::cut(&rest, room.saturating_sub(text::width(&name) + 1), Cut::End).into_owned();
    // What the facts leave is the name's.
    (file_name(state, room.saturating_sub(text::width(&rest) + 1)), rest)
}

/// The snapshot's name, cut where there is no room for it, and which one of how many it is, whole.
fn file_name(state: &State, cells: usize) -> String {
    let count = state.files.len();
    let (label, place) = if count > 1 {
        (series::label(state, state.at), format!(" ({} of {count})", state.at + 1))
    } else {
        (text::clean(&state.file().facts.label).into_owned(), String::new())
    };
    let label = text::cut(&label, cells.saturating_sub(text::width(&place)), Cut::Middle);
    format!("{label}{place}")
}

/// `before → after · +399 kB`
fn of_series(state: &State, room: usize) -> (String, String) {
    let between = match state.view {
        View::Compare => vec![state.compare.between.0, state.compare.between.1],
        _ => (0..state.files.len()).collect(),
    };
    let mut labels: Vec<String> = between.iter().map(|&at| series::label(state, at)).collect();
    if labels.len() > MOST {
        let left_out = format!("… {} more …", labels.len() - MOST + 1);
        labels.splice(MOST - 2..between.len() - 1, [left_out]);
    }
    let name = labels.join(" → ");
    let name = text::cut(&name, (room * 3 / 4).max(12).min(room), Cut::Middle).into_owned();
    let sizes = between.iter().map(|&at| &state.files[at]);
    let sizes: Option<Vec<String>> =
        sizes.map(|file| file.known.as_ref().map(|_| format::bytes(file.total))).collect();
    let rest = sizes.map_or_else(String::new, |sizes| format!(" · {} heap", sizes.join(" → ")));
    let rest = text::cut(&rest, room.saturating_sub(text::width(&name) + 1), Cut::End).into_owned();
    (name, rest)
}

/// What is doubtful about what is shown, or left out of it.
pub(super) fn banner(state: &State, area: Rect, buffer: &mut Buffer) {
    let (role, lines) = state.banner(area.width);
    let style = state.theme.style(role);
    for (line, row) in lines.iter().zip(area.rows()) {
        buffer.set_stringn(row.x + 1, row.y, text::clean(line), row.width as usize - 1, style);
    }
}

fn facts(state: &State) -> Vec<String> {
    let file = state.file();
    let mut facts: Vec<String> = file.facts.bytes.map(format::bytes).into_iter().collect();
    if let Some(known) = &file.known {
        facts.push(format::objects(known.classes.member_count() as u64));
        facts.push(format!("{} heap", format::bytes(file.total)));
    }
    if !file.facts.producer.is_empty() {
        facts.push(text::clean(&file.facts.producer).into_owned());
    }
    facts
}

/// ` · reading edges 47% ███████░░░░ 812 MB/s`, as much of it as there is room for.
pub(super) fn progress_text(progress: &Progress, room: usize) -> String {
    const BAR: u64 = 16;
    let mut text = format!(" · {}", progress.phase);
    if progress.total > 0 {
        let done = progress.done.min(progress.total);
        let share = format!(" {}%", done.saturating_mul(100) / progress.total);
        let full = (done.saturating_mul(BAR) / progress.total) as usize;
        let bar = format!(" {}{}", "█".repeat(full), "░".repeat(BAR as usize - full));
        let rate = format!(" {}", format::rate(progress.rate, progress.unit));
        for part in [share, bar, rate] {
            if text::width(&text) + text::width(&part) <= room {
                text += &part;
            }
        }
    }
    text
}

/// Where one is, on screens that show one pane: class › object.
pub(super) fn trail(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let panes = match state.view {
        View::Aspect(aspect) if aspect.arrangement() == Arrangement::Single => 1,
        View::Growth | View::Aspect(_) => 2,
        View::Compare | View::Explore => Kind::ALL.len(),
    };
    let focus = (state.focus().0 as usize + 1).min(panes);
    let parts = [vec![format!(" {} {focus}/{panes}", state.view.name())], place(state)].concat();
    let line = parts.join(" › ");
    let shown = text::cut(&line, area.width as usize, Cut::End);
    buffer.set_stringn(area.x, area.y, shown, area.width as usize, state.theme.style(Role::Dim));
}

fn place(state: &State) -> Vec<String> {
    let class = match state.view {
        View::Growth => state
            .growth
            .found()
            .zip(state.growth.held.row)
            .map(|(growth, at)| growth.rows[at as usize].what.as_str()),
        View::Compare => state.compare.pair().zip(state.compare.fates.row).map(|(pair, row)| pair.name(row)),
        View::Explore => {
            let class = state.explore().panes.objects.class;
            state.file().known.as_ref().zip(class).map(|(known, class)| known.classes.name(class))
        }
        View::Aspect(aspect) => state.file().aspects.part(aspect),
    };
    // In Explore the object that the lower panes are about, whatever row of theirs is current.
    let object = match state.view {
        View::Explore => state.file().known.as_ref().zip(state.explore().panes.objects.selected()),
        _ => state.pointed().and_then(|it| Some((state.files[it.at].known.as_ref()?, it.node))),
    };
    let object = object.map(|(known, node)| known.heap.id(node).to_string());
    class.map(|class| text::snippet_once(class, 30)).into_iter().chain(object).collect()
}
