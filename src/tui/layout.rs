//! Where things stand on a screen of any size.
//!
//! ```text
//! wide: four panes               narrow: panes stacked        tiny: the pane with the keys
//! header                         header                       header
//! ┌Constructors┐┌Objects──────┐  ─ Constructors ──────────    trail
//! └────────────┘└─────────────┘  ─ Objects ───────────────    ─ Objects ───────
//! ┌Retainers──────┐┌Inside────┐  ─ Retainers (with keys) ─    rows
//! └───────────────┘└──────────┘  ─ Inside ────────────────
//! footer                         footer                       footer
//! ```
//!
//! Everything follows from the size, the pane that has the keys and whether it is zoomed, so
//! that update (which must know how many rows a page has) and draw always agree.

use ratatui::layout::{Constraint, Layout as Split, Margin, Rect};

use super::pane::Kind;

/// Lines a stacked pane has while another has the keys: its title and three rows.
const RESTING_LINES: u16 = 4;

/// How a view stands its panes where there is room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrangement {
    /// Two above, two below.
    Quad,
    /// A wide table above; below it objects, and beside them retainers over fields.
    Table,
    /// One above, one below; there are no others.
    Pair,
    /// Only Inside.
    Single,
}

/// A screen cut up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    /// File, size, totals; loading progress.
    pub header: Rect,
    /// One line saying where one is, where only one pane is shown.
    pub trail: Rect,
    /// What is doubtful about what is shown.
    pub banner: Rect,
    /// Keys and messages.
    pub footer: Rect,
    /// Between header and footer: where dialogs go.
    pub body: Rect,
    /// The panes that are shown.
    pub panes: Vec<(Kind, Place)>,
}

/// Where one pane stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// All of it.
    pub area: Rect,
    /// Whether it has a frame on all sides, or only a title line.
    pub framed: bool,
    /// Whether its first inner line names the columns.
    pub head: bool,
}

impl Place {
    /// What the frame or title leaves: column heads and rows.
    pub fn inner(&self) -> Rect {
        if self.framed {
            return self.area.inner(Margin::new(1, 1));
        }
        // The last column is the scrollbar's, as the frame is where there is one.
        let (title, bar) = (self.area.height.min(1), self.area.width.min(1));
        Rect {
            y: self.area.y + title,
            height: self.area.height - title,
            width: self.area.width - bar,
            ..self.area
        }
    }

    /// Only the rows.
    pub fn rows(&self) -> Rect {
        let inner = self.inner();
        let head = u16::from(self.head).min(inner.height);
        Rect { y: inner.y + head, height: inner.height - head, ..inner }
    }
}

impl Layout {
    /// The screen of Explore.
    pub fn new(width: u16, height: u16, focus: Kind, zoomed: bool) -> Self {
        Self::arranged((width, height), Arrangement::Quad, focus, zoomed, 0)
    }

    /// A screen of that size with these panes, and so many lines for what is doubtful.
    pub fn arranged(
        (width, height): (u16, u16),
        arrangement: Arrangement,
        focus: Kind,
        zoomed: bool,
        banner: u16,
    ) -> Self {
        let screen = Rect::new(0, 0, width, height);
        let lines = [
            Constraint::Length(1),
            Constraint::Length(banner.min(height / 4)),
            Constraint::Min(0),
            Constraint::Length(1),
        ];
        let [header, banner, body, footer] = Split::vertical(lines).areas(screen);
        let (mut trail, mut rest) = (Rect::ZERO, body);
        if zoomed || height < 18 || width < 50 {
            [trail, rest] = Split::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(body);
        }
        let panes = match (trail == Rect::ZERO, arrangement, width >= 100) {
            (true, Arrangement::Pair, wide) => pair(rest, wide),
            (true, Arrangement::Single, wide) => {
                vec![(Kind::Inside, Place { area: rest, framed: wide, head: true })]
            }
            (true, Arrangement::Quad, true) => quad(rest),
            (true, Arrangement::Table, true) => table(rest),
            (true, _, false) => stack(rest, focus),
            (false, _, wide) => vec![(focus, Place { area: rest, framed: wide, head: rest.height > 3 })],
        };
        Self { header, trail, banner, footer, body, panes }
    }

    /// Where a pane stands, if it is shown.
    pub fn place(&self, pane: Kind) -> Option<Place> {
        self.panes.iter().find(|(kind, _)| *kind == pane).map(|(_, place)| *place)
    }

    /// The pane at a cell of the screen.
    pub fn pane_at(&self, x: u16, y: u16) -> Option<(Kind, Place)> {
        self.panes.iter().copied().find(|(_, place)| place.area.contains((x, y).into()))
    }
}

fn quad(area: Rect) -> Vec<(Kind, Place)> {
    let [above, below] = Split::vertical([Constraint::Percentage(50); 2]).areas(area);
    let [classes, objects] =
        Split::horizontal([Constraint::Percentage(45), Constraint::Percentage(55)]).areas(above);
    let [retainers, inside] =
        Split::horizontal([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(below);
    let place = |area| Place { area, framed: true, head: true };
    Kind::ALL.into_iter().zip([classes, objects, retainers, inside].map(place)).collect()
}

fn table(area: Rect) -> Vec<(Kind, Place)> {
    let [above, below] =
        Split::vertical([Constraint::Percentage(40), Constraint::Percentage(60)]).areas(area);
    let [objects, beside] =
        Split::horizontal([Constraint::Percentage(45), Constraint::Percentage(55)]).areas(below);
    let [retainers, inside] = Split::vertical([Constraint::Percentage(50); 2]).areas(beside);
    let place = |area| Place { area, framed: true, head: true };
    Kind::ALL.into_iter().zip([above, objects, retainers, inside].map(place)).collect()
}

fn pair(area: Rect, wide: bool) -> Vec<(Kind, Place)> {
    let areas: [Rect; 2] =
        Split::vertical([Constraint::Percentage(55), Constraint::Percentage(45)]).areas(area);
    let place = |area| Place { area, framed: wide, head: true };
    [Kind::Classes, Kind::Objects].into_iter().zip(areas.map(place)).collect()
}

fn stack(area: Rect, focus: Kind) -> Vec<(Kind, Place)> {
    let height = |kind| {
        if kind == focus { Constraint::Min(RESTING_LINES) } else { Constraint::Length(RESTING_LINES) }
    };
    let areas: [Rect; 4] = Split::vertical(Kind::ALL.map(height)).areas(area);
    let place = |(kind, area)| (kind, Place { area, framed: false, head: kind == focus });
    Kind::ALL.into_iter().zip(areas).map(place).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wide_screen_shows_four_framed_panes() {
        let layout = Layout::new(120, 40, Kind::Classes, false);
        assert_eq!(layout.panes.len(), 4);
        assert!(layout.panes.iter().all(|(_, place)| place.framed && place.rows().height >= 15));
    }

    #[test]
    fn a_narrow_screen_gives_most_lines_to_the_pane_with_the_keys() {
        let layout = Layout::new(80, 24, Kind::Retainers, false);
        let rows = |kind| layout.place(kind).map(|place| place.rows().height);
        assert_eq!((rows(Kind::Retainers), rows(Kind::Objects)), (Some(8), Some(3)));
    }

    #[test]
    fn a_tiny_or_zoomed_screen_shows_one_pane_and_where_it_is() {
        for (width, height, zoomed) in [(40, 12, false), (120, 40, true)] {
            let layout = Layout::new(width, height, Kind::Objects, zoomed);
            assert_eq!(layout.panes.len(), 1);
            assert_eq!(layout.trail.height, 1);
        }
    }

    proptest! {
        #[test]
        fn nothing_lies_outside_the_screen(width in 0u16..200, height in 0u16..80, zoomed: bool) {
            let layout = Layout::new(width, height, Kind::Inside, zoomed);
            let screen = Rect::new(0, 0, width, height);
            for (_, place) in &layout.panes {
                for area in [place.area, place.inner(), place.rows()] {
                    prop_assert_eq!(area.intersection(screen).area(), area.area());
                }
            }
        }
    }
}
