//! What Explore lets through: filters as chips, and the snapshot an object was allocated before.
//!
//! The filtered classes are an analysis of their own ([`Selection`]), which takes the place of the
//! whole one; so panes know nothing of filters. Making it is work for a worker.

use super::{
    event::{Asked, Context, Slot},
    task::{Outcome, Task},
};
use crate::{
    analysis::{
        Analysis,
        filter::{Filter, Range, Selection, Test, Wanted, parse},
        matching::last_object,
    },
    format, text,
};

/// The filters of one snapshot.
#[derive(Debug, Default)]
pub struct Sieve {
    /// What is asked of each object.
    filter: Filter,
    /// The field that a search asked for, as the filter writes it.
    field: Option<String>,
    /// When it shall have been allocated, by snapshots of a series.
    span: Option<Span>,
    /// When it shall have been allocated, by the time of a recording.
    window: Option<Window>,
    /// What kinds of thing were asked for, in their order: the last one goes first.
    asked: Vec<Asking>,
    /// What passes, once known.
    found: Option<Box<Selection>>,
    /// The request whose answer is awaited.
    pub pending: Option<u64>,
    /// Grows with each change: what was listed under another is listed anew.
    pub generation: usize,
}

/// A kind of thing that can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asking {
    /// The last filter.
    Filter,
    /// The span.
    Span,
    /// The window.
    Window,
}

/// After one snapshot of a series and before another.
#[derive(Clone, Debug)]
pub struct Span {
    /// The snapshot it ends with.
    pub at: usize,
    /// The place of the one it begins after, if any.
    pub from: Option<usize>,
    /// What is known of that one.
    pub after: Option<Analysis>,
    /// The one it ends with.
    pub until: Analysis,
    /// `between s1 and s2`, clean.
    pub text: String,
}

impl Span {
    /// That an object was allocated in it: its id is greater than that of the last object before,
    /// and no greater than that of the last one in it. Cost: a look at each id of both.
    pub fn wanted(&self) -> Wanted {
        let min = self.after.as_ref().map_or(0, |after| last_object(&after.heap).saturating_add(1));
        let ids = Range { min, max: last_object(&self.until.heap) };
        Wanted { word: self.text.clone(), negated: false, test: Test::Id(ids) }
    }
}

/// A stretch of a recording.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// When it begins, in microseconds …
    pub from_us: u64,
    /// … and when it ends.
    pub until_us: u64,
    /// Its objects have ids above this one …
    pub above: u64,
    /// … and up to this one.
    pub up_to: u64,
}

impl Window {
    /// `allocated 0.52 s to 1.10 s`
    pub fn text(&self) -> String {
        let apart = self.until_us.saturating_sub(self.from_us) / 100;
        format!("allocated {} to {}", seconds(self.from_us, apart), seconds(self.until_us, apart))
    }

    /// That an object was allocated in it.
    pub fn wanted(&self) -> Wanted {
        Wanted { word: self.text(), ..Wanted::allocated_between(self.above, self.up_to) }
    }
}

/// Microseconds as seconds, with as many digits as tell times apart that are so far from one another.
pub fn seconds(time: u64, apart: u64) -> String {
    let digits = match apart {
        ..100_000 => 2,
        100_000..1_000_000 => 1,
        _ => 0,
    };
    format!("{:.digits$} s", time as f64 / 1e6)
}

impl Sieve {
    /// What passes, where anything is asked and the answer is known.
    pub fn known(&self) -> Option<&Analysis> {
        self.found.as_ref().map(|found| &found.known)
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.filter.is_empty() && self.span.is_none() && self.window.is_none()
    }

    /// How many things are asked.
    pub fn count(&self) -> usize {
        self.asked.len()
    }

    /// Asks for one thing more, as a word says it.
    ///
    /// # Errors
    ///
    /// What is wrong with the word, and what may have been meant.
    pub fn add(&mut self, word: &str) -> Result<(), String> {
        let wanted = parse(word).map_err(|bad| format!("{bad}; {}", bad.hint))?;
        self.filter.add(as_class(wanted));
        self.asked.push(Asking::Filter);
        Ok(())
    }

    /// Asks that objects have a field of that name, in place of the one that was asked for so
    /// before; answers whether anything changed.
    pub fn ask_for_field(&mut self, name: Option<&str>) -> bool {
        let word = name.map(|name| format!("has:{name}"));
        let place = |word: &str, sieve: &Self| sieve.filter.tests().iter().position(|test| test.word == word);
        let old = self.field.take().and_then(|old| place(&old, self));
        if let Some(at) = old {
            self.filter.remove(at);
            self.forget_filter(at);
        }
        if let Some((name, word)) = name.zip(word)
            && place(&word, self).is_none()
        {
            self.filter.add(Wanted { word: word.clone(), negated: false, test: Test::Has(name.to_owned()) });
            self.field = Some(word);
            self.asked.push(Asking::Filter);
        }
        old.is_some() || self.field.is_some()
    }

    /// Forgets that the filter at that place was asked for, and when.
    fn forget_filter(&mut self, at: usize) {
        let mut filters = (0..self.asked.len()).filter(|&place| self.asked[place] == Asking::Filter);
        if let Some(place) = filters.nth(at) {
            self.asked.remove(place);
        }
    }

    /// Asks for what was allocated in a stretch of the recording, and no longer in another.
    pub fn look_at(&mut self, window: Window) {
        self.asked.retain(|&asked| asked != Asking::Window);
        self.asked.push(Asking::Window);
        self.window = Some(window);
    }

    /// When objects shall have been allocated, by snapshots of a series.
    pub fn span(&self) -> Option<&Span> {
        self.span.as_ref()
    }

    /// Asks for what was allocated between two snapshots, or no longer for that.
    pub fn ask_for_span(&mut self, span: Option<Span>) {
        self.asked.retain(|&asked| asked != Asking::Span);
        self.asked.extend(span.is_some().then_some(Asking::Span));
        self.span = span;
    }

    /// Forgets what was asked last; answers what that was, clean.
    pub fn remove_last(&mut self) -> Option<String> {
        match self.asked.pop()? {
            Asking::Span => self.span.take().map(|span| span.text),
            Asking::Window => self.window.take().map(|window| window.text()),
            Asking::Filter => {
                let last = self.filter.tests().len().checked_sub(1)?;
                let word = text::snippet(&self.filter.tests()[last].word, 40);
                self.filter.remove(last);
                Some(word)
            }
        }
    }

    /// Forgets all that was asked; answers whether there was anything.
    pub fn clear(&mut self) -> bool {
        let was_empty = self.is_empty();
        (self.filter, self.span, self.window, self.field) = (Filter::default(), None, None, None);
        self.asked.clear();
        !was_empty
    }

    /// Has it found out what passes. `cx` knows the whole heap. Answers whether the panes shall be
    /// listed anew now; else they shall once the answer comes.
    pub fn select(&mut self, cx: &mut Context<'_>) -> bool {
        self.generation += 1;
        self.pending = None;
        if self.is_empty() {
            return self.found.take().is_some();
        }
        let mut filter = self.filter.clone();
        self.window.iter().for_each(|window| filter.add(window.wanted()));
        let task = Task::Select(filter, self.span.clone().map(Box::new));
        match cx.desk.ask(cx.known, Slot::Selection, task) {
            Asked::Now(Outcome::Selected(found)) => {
                self.found = Some(found);
                true
            }
            Asked::Now(_) => false,
            Asked::Later(request) => {
                self.pending = Some(request);
                false
            }
        }
    }

    /// Takes what passes; gives back what this sieve did not ask for, or no more.
    ///
    /// # Errors
    ///
    /// What was not asked for.
    pub fn accept(&mut self, request: u64, found: Box<Selection>) -> Result<(), Box<Selection>> {
        if self.pending.take_if(|pending| *pending == request).is_none() {
            return Err(found);
        }
        self.found = Some(found);
        self.generation += 1;
        Ok(())
    }

    /// `[detached] [retained>1MB] hides 12,345 objects, 4.5 MB`; empty where nothing is asked.
    pub fn line(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let span = self.span.iter().map(|span| format!("[allocated {}]", span.text));
        let words = self.filter.tests().iter().map(|wanted| format!("[{}]", text::clean(&wanted.word)));
        let window = self.window.iter().map(|window| format!("[{}]", window.text()));
        let chips: Vec<String> = span.chain(window).chain(words).collect();
        let chips = chips.join(" ");
        match (&self.found, self.pending) {
            (Some(found), None) => {
                let objects = format::objects(found.left_out as u64);
                format!("{chips} hides {objects}, {}", format::bytes(found.left_out_bytes))
            }
            _ => format!("{chips} filtering…"),
        }
    }
}

/// What is none of the words is looked for where the eye looks for it, among constructors, and says so.
fn as_class(wanted: Wanted) -> Wanted {
    let Test::Text(pattern) = wanted.test else { return wanted };
    let word = wanted.word.trim();
    let word = match word.strip_prefix('!').filter(|_| wanted.negated) {
        Some(text) => format!("!class:{}", text.trim_start()),
        None => format!("class:{word}"),
    };
    Wanted { word, negated: wanted.negated, test: Test::Class(pattern) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{heap::fixture::heap, tui::event::Desk};

    #[test]
    fn chips_say_what_is_asked_and_what_is_hidden() {
        let known = Analysis::complete(heap("0!synthetic>1,2 1:100=Big 2:5=Small"));
        let mut desk = Desk::default();
        let mut cx = Context { known: &known, desk: &mut desk };
        let mut sieve = Sieve::default();
        assert_eq!(sieve.line(), "");
        sieve.add("size>50").expect("a good word");
        assert!(sieve.select(&mut cx), "little is done at once");
        assert_eq!(sieve.line(), "[size>50] hides 1 object, 5 B");
        assert_eq!(sieve.known().map(|known| known.classes.member_count()), Some(1));
        assert_eq!(sieve.remove_last().as_deref(), Some("size>50"));
        assert!(sieve.select(&mut cx));
        assert!(sieve.known().is_none() && sieve.remove_last().is_none());
    }

    #[test]
    fn a_field_that_somebody_asks_for_after_all_was_cleared_is_theirs() {
        let mut sieve = Sieve::default();
        assert!(sieve.ask_for_field(Some("x")) && sieve.clear());
        sieve.add("has:x").expect("a good word");
        assert!(!sieve.ask_for_field(None) && !sieve.is_empty());
    }

    #[test]
    fn a_bad_word_is_refused_with_what_was_meant() {
        let mut sieve = Sieve::default();
        let why = sieve.add("retaned>1MB").expect_err("no such word");
        assert!(why.contains("retained"), "{why}");
        assert!(sieve.is_empty());
    }

    #[test]
    fn a_window_of_a_recording_is_a_chip_that_another_takes_the_place_of() {
        let known = Analysis::complete(heap("0!synthetic>1,2 1:100=Big 2:5=Small"));
        let mut desk = Desk::default();
        let mut sieve = Sieve::default();
        let window = |above, up_to| Window { from_us: 520_000, until_us: 1_100_000, above, up_to };
        sieve.look_at(window(0, 1));
        sieve.look_at(window(3, 5));
        sieve.select(&mut Context { known: &known, desk: &mut desk });
        assert_eq!(sieve.line(), "[allocated 0.52 s to 1.10 s] hides 1 object, 100 B");
        assert!(sieve.remove_last().is_some() && sieve.is_empty());
    }

    #[test]
    fn what_was_set_last_goes_first() {
        let until = Analysis::complete(heap("0!synthetic>1 1:100=Big"));
        let span =
            || Span { at: 0, from: None, after: None, until: until.clone(), text: "before s1".to_owned() };
        let mut sieve = Sieve::default();
        sieve.ask_for_span(Some(span()));
        sieve.add("size>50").expect("a good word");
        assert!(sieve.ask_for_field(Some("x")) && sieve.ask_for_field(Some("y")));
        let window = Window { from_us: 0, until_us: 1_000_000, above: 0, up_to: 5 };
        sieve.look_at(window);
        let mut gone: Vec<String> = std::iter::from_fn(|| sieve.remove_last()).collect();
        assert_eq!(gone.remove(0), window.text());
        assert_eq!(gone, ["has:y", "size>50", "before s1"]);
        assert!(sieve.is_empty());
    }

    #[test]
    fn any_other_text_is_looked_for_in_constructors() {
        let known = Analysis::complete(heap("0!synthetic>1,2 1:100=Big 2:5=Small"));
        let mut desk = Desk::default();
        let mut sieve = Sieve::default();
        sieve.add("sma").expect("a text");
        sieve.select(&mut Context { known: &known, desk: &mut desk });
        assert_eq!(sieve.known().map(|known| known.classes.member_count()), Some(1));
        assert_eq!(sieve.line(), "[class:sma] hides 1 object, 100 B", "its chip says where");
        sieve.clear();
        sieve.add("! banana:x").expect("a text");
        sieve.select(&mut Context { known: &known, desk: &mut desk });
        assert!(sieve.line().starts_with("[!class:banana:x] hides 0 objects"), "{}", sieve.line());
    }
}
