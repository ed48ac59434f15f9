//! Profile → frame.

use ratatui::{Frame as Paper, buffer::Buffer, layout::Rect};

use super::{
    Lists, Profiles, State, View,
    list::Line,
    shown::{Bytes, delta},
};
use crate::{
    format,
    profile::{By, CallIx, Frame, FrameIx, Origin, Profile, flame::Block},
    text::{self, Cut},
    tui::{
        apart::Parts,
        filter::Filter,
        footer,
        header::progress_text,
        theme::Role,
        widget::{
            piece::Piece,
            table::{self, Table},
        },
    },
};

/// Cells of a name at most.
const NAME_CELLS: usize = 200;
/// Callers that are named at most.
const NAMED: usize = 40;

/// Draws everything.
pub(super) fn draw(state: &State, paper: &mut Paper<'_>) {
    let area = paper.area();
    if area.is_empty() {
        return;
    }
    let parts = Parts::of(area);
    let buffer = paper.buffer_mut();
    header(state, parts.header, buffer);
    let areas = state.areas(parts.body);
    chips(state, areas.chips, buffer);
    match state.view {
        _ if state.is_first => waiting(state, areas.view, buffer),
        View::Flame => flame(state, areas.view, buffer),
        view => list(state, view, areas.view, buffer),
    }
    let is_root = state.view == View::Flame && state.icicle.at == Profile::ROOT;
    for (at, (mut piece, row)) in details(state).into_iter().zip(areas.details.rows()).enumerate() {
        // The first line ends with a line number, which must not be what gives way.
        let end = if at == 0 && !is_root { Cut::Middle } else { Cut::End };
        piece.text = format!(" {}", text::cut(&piece.text, (row.width as usize).saturating_sub(2), end));
        footer::draw(vec![piece], state.front.theme, row, buffer);
    }
    let prompt = (" /", "a function's or script's name · Enter finds · Esc forgets");
    state.front.draw(&parts, state.scopes(), &state.idle(), prompt, paper);
}

/// What is shown, and the views by number: the one that is shown in brackets.
fn header(state: &State, area: Rect, buffer: &mut Buffer) {
    let cells = area.width as usize;
    let is_named = cells >= 60;
    let tab = |(at, &view): (usize, &View)| {
        let number = at + 1;
        match (view == state.view, is_named) {
            (true, _) => (Role::Focus, format!("[{number} {}]", view.name())),
            (false, true) => (Role::Dim, format!("{number} {}", view.name())),
            (false, false) => (Role::Dim, number.to_string()),
        }
    };
    let tabs: Vec<(Role, String)> = View::ALL.iter().enumerate().map(tab).collect();
    let tabs_cells: usize = tabs.iter().map(|(_, tab)| text::width(tab) + 1).sum();
    let room = cells.saturating_sub(tabs_cells + 2);
    let size = sampled(state);
    let name = state.names.join(" → ");
    let name = text::clean(&name);
    let name = text::cut(&name, room.saturating_sub(text::width(&size)).max(room.min(10)), Cut::Middle);
    let left = vec![
        Piece::new(format!(" {name}"), Role::Title),
        Piece::new(text::cut(&size, room.saturating_sub(text::width(&name)), Cut::End), Role::Plain),
    ];
    footer::draw(left, state.front.theme, Rect { width: room as u16 + 1, ..area }, buffer);
    let mut x = area.x + (cells.saturating_sub(tabs_cells)) as u16;
    for (role, tab) in tabs {
        (x, _) = buffer.set_stringn(
            x,
            area.y,
            tab,
            (area.right().saturating_sub(x)) as usize,
            state.front.theme.style(role),
        );
        x += 1;
    }
}

/// ` · 1.5 MB sampled`; of two profiles both; nothing before they are read.
fn sampled(state: &State) -> String {
    let sizes = match &state.profiles {
        Some(known) if state.is_first => (known.older.as_ref().map_or(0, Profile::size), known.newer.size()),
        _ => state.shown.whole(),
    };
    let (before, now) = (format::bytes(sizes.0), format::bytes(sizes.1));
    match state.profiles.as_deref() {
        None => String::new(),
        Some(Profiles { older: None, .. }) => format!(" · {now} sampled"),
        Some(_) => format!(" · {before} → {now} sampled"),
    }
}

/// What is read or worked out before there is anything to be seen, and how far that is.
fn waiting(state: &State, area: Rect, buffer: &mut Buffer) {
    let cells = usize::from(area.width).saturating_sub(2);
    let progress = state.pending.as_ref().and_then(|pending| pending.progress.as_ref());
    let how_far = progress.map(|progress| progress_text(progress, cells)).unwrap_or_default();
    let lines = [
        Piece::new(text::cut(&what_goes_on(state), cells, Cut::Middle), Role::Plain),
        Piece::new(text::cut(how_far.trim_start_matches(" · "), cells, Cut::End), Role::Dim),
        Piece::new("q leaves", Role::Dim),
    ];
    for (mut piece, row) in lines.into_iter().zip(area.rows().skip(1)) {
        piece.text.insert(0, ' ');
        footer::draw(vec![piece], state.front.theme, row, buffer);
    }
}

/// `reading after.heapprofile, 2 of 2`
fn what_goes_on(state: &State) -> String {
    if state.profiles.is_some() {
        return "working out who allocated what".to_owned();
    }
    let name = state.names.get(state.reading).map_or("", String::as_str);
    let place = match state.names.len() {
        0 | 1 => String::new(),
        files => format!(", {} of {files}", state.reading + 1),
    };
    format!("reading {}{place}", text::clean(name))
}

fn chips(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.height > 0 {
        let chips = text::snippet(&state.chips(), (area.width as usize).saturating_sub(2));
        footer::draw(vec![Piece::new(format!(" {chips}"), Role::Key)], state.front.theme, area, buffer);
    }
}

fn flame(state: &State, area: Rect, buffer: &mut Buffer) {
    for block in state.icicle.blocks(&state.shown, area) {
        let row = block.row.checked_sub(state.icicle.skip).filter(|&row| row < usize::from(area.height));
        if let Some(row) = row {
            draw_block(state, block, area.y + row as u16, area, buffer);
        }
    }
}

/// A call: its name on a bar. The last cell stays blank, so that calls side by side are told apart.
fn draw_block(state: &State, block: Block, y: u16, area: Rect, buffer: &mut Buffer) {
    let theme = state.front.theme;
    let (is_here, is_found) = (block.call == state.icicle.at, is_found(state, block.call));
    let cells = usize::from(block.to - block.from);
    let filled = if cells > 1 { cells - 1 } else { 1 };
    let style = match (is_here, is_found) {
        (true, _) => theme.style(Role::Match),
        (false, true) => theme.style(Role::Match).patch(theme.style(Role::Cursor)),
        (false, false) => theme.style(bar(state, block.call)),
    };
    let text = match (cells, is_here) {
        (1, true) => "▸".to_owned(),
        (1, false) => "▏".to_owned(),
        (_, true) => text::pad(&format!("▸{}", label(state, block.call)), filled),
        (_, false) => text::pad(&label(state, block.call), filled),
    };
    buffer.set_stringn(area.x + block.from, y, text, filled, style);
}

fn is_found(state: &State, call: CallIx) -> bool {
    state.search.has(state.shown.newer.function(call))
}

/// Whose code it is; of two profiles, whether it grew.
fn bar(state: &State, call: CallIx) -> Role {
    let shown = &state.shown;
    if shown.older.is_some() {
        return match delta(shown.of_call(call).total) {
            0 => Role::Bar,
            1.. => Role::BarMore,
            _ => Role::BarLess,
        };
    }
    match Origin::of(state.seen.by, shown.newer.frame(shown.newer.function(call))) {
        Origin::Own => Role::BarOwn,
        Origin::Package => Role::BarPackage,
        Origin::Node => Role::BarNode,
        Origin::Engine => Role::Bar,
    }
}

/// `fillMap 400 kB`; of two profiles `+fillMap +120 kB`.
fn label(state: &State, call: CallIx) -> String {
    let name = name(state, state.shown.newer.function(call));
    let total = state.shown.of_call(call).total;
    if state.shown.older.is_none() {
        return format!("{name} {}", format::bytes(total.1));
    }
    let delta = delta(total);
    let sign = match delta {
        0 => "=",
        1.. => "+",
        _ => "\u{2212}",
    };
    format!("{sign}{name} {}", format::signed_bytes(delta))
}

/// A function's name, made safe; of one without a name also where it stands.
fn name(state: &State, frame: FrameIx) -> String {
    let Frame { name, url, line, .. } = state.shown.newer.frame(frame);
    let is_named = !name.is_empty() && name != "(anonymous)";
    if is_named || url.is_empty() {
        return text::snippet(if name.is_empty() { "(anonymous)" } else { name }, NAME_CELLS);
    }
    let file = url.rsplit(['/', '\\']).next().unwrap_or_default();
    text::snippet(&format!("(anonymous) {file}:{line}"), NAME_CELLS)
}

fn list(state: &State, view: View, area: Rect, buffer: &mut Buffer) {
    let two = state.shown.older.is_some();
    let columns = Lists::columns(view, two);
    let mut sort = state.lists.sort();
    // The trees have an order of their own.
    if view != View::Functions {
        sort.by = super::list::Order::TotalGrowth;
    }
    let cell = |row: usize, column: usize, cells: usize| -> Vec<Piece> {
        let Some(line) = state.lists.line(view, row, &state.shown) else { return Vec::new() };
        if column == 0 {
            return function(state, &line, cells);
        }
        vec![Piece::new(figure(state, view, &line.bytes, column), Role::Plain)]
    };
    let columns_sorted: Vec<_> = columns
        .iter()
        .map(|&column| table::Column { by: column.by.filter(|_| view == View::Functions), ..column })
        .collect();
    let table = Table {
        columns: &columns_sorted,
        sort,
        len: state.lists.len(view),
        notes: 0,
        cursor: state.lists.cursor(view),
        head: true,
        focused: true,
        theme: state.front.theme,
        filter: &Filter::new(""),
        cell: &cell,
    };
    let inner = Rect { width: area.width.saturating_sub(1), ..area };
    table.draw(inner, buffer);
    let rows = Rect { y: area.y + area.height.min(1), height: area.height.saturating_sub(1), ..area };
    table::draw_scrollbar(table.len, table.cursor, rows, state.front.theme, buffer);
}

/// A function with its place, as far in as its level.
fn function(state: &State, line: &Line, cells: usize) -> Vec<Piece> {
    let mark = match line.open {
        Some(true) => "▾ ",
        Some(false) => "▸ ",
        None => "  ",
    };
    let mark = if state.view == View::Functions { "" } else { mark };
    let role = if state.search.has(line.frame) { Role::Match } else { Role::Plain };
    // Deep rows keep half the cells for their names.
    let indent = " ".repeat((line.level * 2).min(cells / 2));
    let group = By::Function.group(state.shown.newer.frame(line.frame));
    let name = Piece::foreign(&format!("{indent}{mark}{}", group.name), cells, role);
    // The end of a place says more than its beginning.
    let room = cells.saturating_sub(text::width(&name.text) + 1);
    let place = group.place();
    if room < 8 || place.is_empty() {
        return vec![name];
    }
    let place = text::cut(&text::clean(&place), room, Cut::Start).into_owned();
    vec![name, Piece::new(format!(" {place}"), Role::Dim)]
}

/// What stands in a column behind the name.
fn figure(state: &State, view: View, bytes: &Bytes, column: usize) -> String {
    let share = |bytes| format::percent(bytes, state.shown.whole().1);
    let growth = |bytes| format::signed_bytes(delta(bytes));
    let (own, total) = (bytes.own, bytes.total);
    let figures = match (view, state.shown.older.is_some()) {
        (View::Heavy, true) => vec![format::bytes(total.0), format::bytes(total.1), growth(total)],
        (View::Heavy, false) => vec![format::bytes(total.1), share(total.1)],
        (_, true) => vec![format::bytes(own.0), format::bytes(own.1), growth(own), growth(total)],
        (_, false) => vec![format::bytes(own.1), share(own.1), format::bytes(total.1), share(total.1)],
    };
    figures.into_iter().nth(column - 1).unwrap_or_default()
}

/// What is under the cursor, in words: the function and its place, its bytes, who called it.
pub(super) fn details(state: &State) -> Vec<Piece> {
    if state.is_first {
        return Vec::new();
    }
    let Some(frame) = state.frame() else { return Vec::new() };
    let group = By::Function.group(state.shown.newer.frame(frame));
    let call = match state.view {
        View::Flame => Some(state.icicle.at),
        View::Tree => state.lists.call(View::Tree, &state.shown),
        View::Functions | View::Heavy => None,
    };
    let bytes = call.map_or_else(|| state.shown.of_frame(frame), |call| state.shown.of_call(call));
    let told = Piece::new(told(state, &bytes, frame), Role::Plain);
    if call == Some(Profile::ROOT) {
        return vec![Piece::new(most(state), Role::Title), told];
    }
    let from = match call {
        Some(call) => format!("called by {}", callers(state, call)),
        None => "over all its calls; Enter shows the heaviest in the flame".to_owned(),
    };
    vec![Piece::new(text::clean(&group.text()).into_owned(), Role::Title), told, Piece::new(from, Role::Dim)]
}

/// `most by itself: CallContext 296 kB (19%), call 222 kB (14%)`: where to look, before anything is known.
fn most(state: &State) -> String {
    let shown = &state.shown;
    let is_compared = shown.older.is_some();
    let told = shown.most().iter().map(|&frame| {
        let (own, name) = (shown.of_frame(frame).own, name(state, frame));
        if is_compared {
            return format!("{name} {}", format::signed_bytes(delta(own)));
        }
        format!("{name} {} ({})", format::bytes(own.1), format::percent(own.1, shown.whole().1))
    });
    let what = if is_compared { "grew most by itself" } else { "most by itself" };
    format!("{what}: {}", told.collect::<Vec<_>>().join(", "))
}

/// `allocated 400 kB itself (34%), 500 kB with what it called (42%) · own code`
fn told(state: &State, bytes: &Bytes, frame: FrameIx) -> String {
    let (before, whole) = state.shown.whole();
    let origin = match Origin::of(state.seen.by, state.shown.newer.frame(frame)) {
        Origin::Own => "own code",
        Origin::Package => "npm package",
        Origin::Node => "Node.js",
        Origin::Engine => "V8",
    };
    let part = |bytes: (u64, u64)| match state.shown.older {
        None => format!("{} ({})", format::bytes(bytes.1), format::percent(bytes.1, whole)),
        Some(_) => format!(
            "{} → {} ({})",
            format::bytes(bytes.0),
            format::bytes(bytes.1),
            format::signed_bytes(delta(bytes))
        ),
    };
    let (own, total) = (part(bytes.own), part(bytes.total));
    let width = match (&state.shown.older, state.icicle.by_older, state.view) {
        (Some(_), true, View::Flame) => format!(" · as wide as before, of {}", format::bytes(before)),
        (Some(_), false, View::Flame) => format!(" · as wide as now, of {}", format::bytes(whole)),
        _ => String::new(),
    };
    format!("allocated {own} itself, {total} with what it called · {origin}{width}")
}

/// Who called it, outwards.
fn callers(state: &State, call: CallIx) -> String {
    let profile = &state.shown.newer;
    let outwards = std::iter::successors(profile.caller(call), |&call| profile.caller(call));
    let names = outwards.take(NAMED).map(|call| name(state, profile.function(call)));
    names.collect::<Vec<_>>().join(" ← ")
}
