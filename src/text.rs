//! Foreign text made safe to show, and fitted into cells.
//!
//! Names in a snapshot come from whatever ran in the process and are hostile: control
//! characters would drive the terminal, bidirectional marks would reorder the row, invisible
//! characters would make two names look alike. [`clean`] shows all of those as escapes
//! (`\n`, `\x1b`, `\u{202e}`) and everything that reaches a terminal, a file or the
//! clipboard has passed it.
//!
//! Width is counted by grapheme, as ratatui counts it; ambiguous characters are narrow.
//! Terminals disagree on joined emoji and on variation selectors, so `clean` drops the joiners:
//! a family is shown as its members, each two cells wide everywhere. Fitting costs the cells
//! asked for, not the length of the text.

use std::{borrow::Cow, fmt::Write as _};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Which end of a text that is too long gives way to `…`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// The beginning: for paths, whose end tells more.
    Start,
    /// The middle: for URLs and the like.
    Middle,
    /// The end.
    End,
}

/// How many combining marks one base character may carry; more are decoration or an attack.
const MARKS: usize = 4;

/// What becomes of a character on its way to the screen.
enum Fate {
    Keep,
    Drop,
    Escape,
}

/// The text without anything that could drive a terminal, reorder a row or hide from the eye.
///
/// Borrows where nothing had to change. The result is one line.
pub fn clean(text: &str) -> Cow<'_, str> {
    // Printable ASCII, which nearly all names are, needs no second look.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = MARKS;
    for c in text.chars() {
        let is_mark = c.width() == Some(0);
        marks = if is_mark { marks + 1 } else { 0 };
        match fate(c) {
            Fate::Keep if is_mark && marks > MARKS => push_orphan(&mut out, c),
            Fate::Keep => out.push(c),
            Fate::Drop => {}
            Fate::Escape => {
                escape(&mut out, c);
                marks = MARKS;
            }
        }
    }
    Cow::Owned(out)
}

/// A mark with no base to sit on gets a dotted circle at the start of a text and after an
/// escape; one too many on its base is left out.
fn push_orphan(out: &mut String, mark: char) {
    if out.chars().next_back().is_none_or(|last| last.is_ascii()) {
        out.push('\u{25cc}');
        out.push(mark);
    }
}

fn fate(c: char) -> Fate {
    match c {
        // Joiners, variation selectors and skin tones only change how neighbours are drawn.
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => Fate::Drop,
        _ if c.is_control() || is_deceptive(c) => Fate::Escape,
        _ => Fate::Keep,
    }
}

/// Characters that reorder, break or vanish.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn escape(out: &mut String, c: char) {
    let written = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        c if c.is_ascii() => write!(out, "\\x{:02x}", c as u32),
        c => write!(out, "\\u{{{:x}}}", c as u32),
    };
    debug_assert!(written.is_ok(), "writing to a String never fails");
}

/// The cells a clean text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(cells).sum() }
}

fn cells(grapheme: &str) -> usize {
    grapheme.width()
}

/// The clean text in at most `cells` cells, `…` standing for what was cut.
pub fn cut(text: &str, cells: usize, cut: Cut) -> Cow<'_, str> {
    if text.len() <= cells || fits(text, cells) {
        return Cow::Borrowed(text);
    }
    let room = cells.saturating_sub(1);
    let (front, back) = match cut {
        _ if cells == 0 => return Cow::Borrowed(""),
        Cut::Start => (0, room),
        Cut::Middle => (room - room / 2, room / 2),
        Cut::End => (room, 0),
    };
    let head = end_of_front(text, front);
    let tail = start_of_back(text, back);
    Cow::Owned(format!("{}\u{2026}{}", &text[..head], &text[tail.max(head)..]))
}

/// Foreign text cleaned and cut to `cells` in one step, without reading more of it than shows.
pub fn snippet(foreign: &str, cells: usize) -> String {
    // Each character shown takes a cell, save for marks and joiners: room for several apiece.
    let enough = foreign.char_indices().nth(cells.saturating_mul(8) + 64).map(|(at, _)| at);
    let cleaned = clean(&foreign[..enough.unwrap_or(foreign.len())]);
    cut(&cleaned, cells, Cut::End).into_owned()
}

/// The same of a text in which `…` stands for a part already: where it is cut again, it ends there.
pub fn snippet_once(foreign: &str, cells: usize) -> String {
    let mut shown = snippet(foreign, cells);
    if let Some(at) =
        shown.find('\u{2026}').filter(|_| !foreign.ends_with('\u{2026}') && shown.ends_with('\u{2026}'))
    {
        shown.truncate(at + '\u{2026}'.len_utf8());
    }
    shown
}

/// The clean text cut or filled with blanks to exactly `cells` cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells, Cut::End).into_owned();
    let blanks = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', blanks));
    out
}

/// The clean text cut or filled with blanks on its left to exactly `cells` cells.
pub fn pad_left(text: &str, cells: usize) -> String {
    let shown = cut(text, cells, Cut::End);
    let mut out = " ".repeat(cells.saturating_sub(width(&shown)));
    out.push_str(&shown);
    out
}

/// The clean text broken into lines of at most `cells` cells, `lines` lines at most.
///
/// A grapheme wider than a line is left out: nothing could show it.
pub fn wrap(text: &str, cells: usize, lines: usize) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && out.len() < lines {
        let end = end_of_front(rest, cells);
        if end == 0 {
            rest = rest.graphemes(true).next().map_or("", |first| &rest[first.len()..]);
            continue;
        }
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// The clean text broken into lines at blanks, where that leaves no line less than half full;
/// at most `lines` lines of at most `cells` cells.
pub fn wrap_words(text: &str, cells: usize, lines: usize) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while out.len() < lines
        && let Some(&line) = wrap(rest, cells, 1).first()
    {
        let start =
            rest.len() - rest.trim_start_matches(|c: char| width(c.encode_utf8(&mut [0; 4])) > cells).len();
        let whole = start + line.len() == rest.len();
        let blank = line.rfind(' ').map(|at| at + 1).filter(|&at| !whole && at > line.len() / 2);
        let end = blank.unwrap_or(line.len());
        out.push(line[..end].trim_end());
        rest = &rest[start + end..];
    }
    out
}

/// Whether the text takes at most that many cells; stops counting once it does not.
fn fits(text: &str, cells: usize) -> bool {
    end_of_front(text, cells) == text.len()
}

/// Where the longest front that takes at most `room` cells ends.
fn end_of_front(text: &str, room: usize) -> usize {
    let mut used = 0;
    text.grapheme_indices(true)
        .find(|(_, grapheme)| {
            used += cells(grapheme);
            used > room
        })
        .map_or(text.len(), |(at, _)| at)
}

/// Where the longest back that takes at most `room` cells starts.
fn start_of_back(text: &str, room: usize) -> usize {
    let mut used = 0;
    text.grapheme_indices(true)
        .rev()
        .find(|(_, grapheme)| {
            used += cells(grapheme);
            used > room
        })
        .map_or(0, |(at, grapheme)| at + grapheme.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_drives_a_terminal_survives() {
        assert_eq!(clean("\x1b]0;owned\x07"), "\\x1b]0;owned\\x07");
        assert_eq!(clean("a\u{9b}31mb"), "a\\u{9b}31mb", "C1 introducers too");
        assert_eq!(clean("line\r\nnext\tend\u{2028}"), "line\\r\\nnext\\tend\\u{2028}");
    }

    #[test]
    fn what_reorders_or_hides_is_shown() {
        assert_eq!(clean("user\u{202e}nimda\u{2066}"), "user\\u{202e}nimda\\u{2066}");
        assert_eq!(clean("ab\u{200b}cd\u{feff}"), "ab\\u{200b}cd\\u{feff}");
        assert_eq!(clean("tag\u{e0041}"), "tag\\u{e0041}");
    }

    #[test]
    fn a_joined_family_becomes_its_members() {
        let family = clean("👩\u{200d}👧\u{200d}👦!");
        assert_eq!(family, "👩👧👦!");
        assert_eq!(width(&family), 7);
        assert_eq!(clean("❤\u{fe0f}👍\u{1f3fd}"), "❤👍");
    }

    #[test]
    fn a_mark_without_a_base_gets_one_and_a_crowd_is_thinned() {
        assert_eq!(clean("\u{301}x"), "\u{25cc}\u{301}x");
        assert_eq!(clean("e\u{301}"), "e\u{301}");
        let zalgo = format!("z{}", "\u{316}".repeat(50));
        assert_eq!(clean(&zalgo).chars().count(), 1 + MARKS);
    }

    #[test]
    fn each_end_can_be_cut() {
        assert_eq!(cut("abcdefgh", 5, Cut::End), "abcd…");
        assert_eq!(cut("abcdefgh", 5, Cut::Start), "…efgh");
        assert_eq!(cut("abcdefgh", 5, Cut::Middle), "ab…gh");
        assert_eq!(cut("abc", 3, Cut::End), "abc");
        assert_eq!((cut("abc", 1, Cut::Middle).as_ref(), cut("abc", 0, Cut::End).as_ref()), ("…", ""));
    }

    #[test]
    fn a_wide_character_is_never_halved() {
        assert_eq!(cut("漢字漢字", 4, Cut::End), "漢…", "half a character would be left: a blank is");
        assert_eq!(pad("漢字漢字", 4), "漢… ");
        assert_eq!(pad_left("漢", 4), "  漢");
        assert_eq!(wrap("漢字x漢", 3, 9), ["漢", "字x", "漢"]);
        assert!(wrap("漢字", 1, 9).is_empty());
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap_words("held as element 56", 10, 9), ["held as", "element 56"]);
        assert_eq!(wrap_words("averyveryverylongname", 10, 2), ["averyveryv", "erylongnam"]);
        assert_eq!(wrap_words("漢字 漢字", 3, 9), ["漢", "字", "漢", "字"]);
        assert!(wrap_words("漢字", 1, 9).is_empty());
    }

    #[test]
    fn what_was_cut_inside_already_has_one_mark_when_cut_again() {
        let name = "queries[\"select…from\"]";
        assert_eq!(snippet_once(name, 60), name);
        assert_eq!(snippet_once(name, 18), "queries[\"select…");
        assert_eq!(snippet_once(name, 8), "queries…");
    }

    #[test]
    fn a_snippet_of_a_long_text_reads_its_front_only() {
        let long = "\u{200d}x".repeat(1 << 20);
        assert_eq!(snippet(&long, 4), "xxx…");
    }

    proptest! {
        #[test]
        fn padding_always_fills_exactly(text in any::<String>(), cells in 0usize..40) {
            let cleaned = clean(&text);
            prop_assert_eq!(width(&pad(&cleaned, cells)), cells);
            prop_assert_eq!(width(&pad_left(&cleaned, cells)), cells);
            for end in [Cut::Start, Cut::Middle, Cut::End] {
                prop_assert!(width(&cut(&cleaned, cells, end)) <= cells);
            }
        }

        #[test]
        fn clean_text_stays_as_it_is(text in any::<String>()) {
            let once = clean(&text).into_owned();
            prop_assert!(!once.chars().any(|c| c.is_control() || is_deceptive(c)));
            prop_assert_eq!(clean(&once), once.as_str());
        }

        #[test]
        fn wrapped_lines_fit_and_lose_nothing(text in "[a-z漢é 👍]{0,60}", cells in 2usize..20) {
            let lines = wrap(&text, cells, usize::MAX);
            prop_assert!(lines.iter().all(|line| width(line) <= cells));
            prop_assert_eq!(lines.concat(), text);
        }
    }
}
