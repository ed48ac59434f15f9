//! Answers as sentences that can be pasted in a ticket.
//!
//! Every sentence says what was measured, and claims no more: two snapshots show growth, not a
//! trend. The names in it are the file's own; make them safe before a terminal sees them.

mod recorded;

pub use recorded::{NO_STACKS, called, coverage, function, guess, holder, native, no_stack, pages};

use crate::{
    analysis::{
        growth::{Growth, GrowthRow, Kind, Moved, Verdict},
        matching::{Kinship, SeriesKinship},
    },
    format,
    live::{self, Cost, External, Figures, Part, Trend, Trends},
};

/// What is doubtful in comparing snapshots, if anything is.
pub fn kinship(kinship: Kinship) -> Option<String> {
    match kinship {
        Kinship::Same => None,
        Kinship::Swapped => {
            Some("the first snapshot is the later one: growth and loss are swapped".to_owned())
        }
        Kinship::Unrelated { agreement } => Some(format!(
            "the snapshots are of different processes, or of one whose objects V8 numbered anew in between, as it does \
             when an inspector session ends (only {:.0} % of their common ids name the same thing): objects cannot be \
             matched, only classes are compared",
            agreement * 100.0
        )),
    }
}

/// What is doubtful in a series, if anything is, and between which two.
pub fn series_kinship(found: SeriesKinship) -> Option<String> {
    match found.worst {
        Kinship::Swapped if found.snapshots > 2 => {
            let (one, next) = (ordinal(found.at + 1), ordinal(found.at + 2));
            Some(format!(
                "the {one} snapshot is later than the {next}: give them in order of time, or growth and loss \
                 between these two are swapped"
            ))
        }
        worst => kinship(worst),
    }
}

/// `2nd`
fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// How much the heap grew.
pub fn growth_total(growth: &Growth) -> String {
    let rows = growth.rows.iter().filter(|row| row.verdict.is_suspicious()).count();
    let grew = match growth.total {
        0 => "The heap is as large as before".to_owned(),
        ..0 => format!("The heap shrank by {}", format::bytes(growth.total.unsigned_abs())),
        _ => format!("The heap grew by {}", format::bytes(growth.total.unsigned_abs())),
    };
    let found = match rows {
        0 => "nothing in it looks like a leak so far",
        1 => "one row below may be a leak",
        _ => return format!("{grew}; {rows} rows below may be leaks.{}", caveat(growth)),
    };
    format!("{grew}; {found}.{}", caveat(growth))
}

/// What two snapshots cannot tell; said once, not a row.
fn caveat(growth: &Growth) -> &'static str {
    let is_pair = growth.rows.iter().any(|row| row.verdict == Verdict::Grew && row.counts.len() == 2);
    if is_pair {
        " Two snapshots show growth, not a trend: a third would tell whether it goes on."
    } else {
        ""
    }
}

/// What only changed its name.
pub fn moved(moved: &Moved) -> String {
    let objects = format::objects(moved.count as u64);
    format!("{objects} moved from {} to {}: the shape changed, nothing came or went.", moved.from, moved.to)
}

/// A row of the Growth view in one sentence or two.
pub fn growth(row: &GrowthRow) -> String {
    let mut text = format!("{} {}", subject(row), change(row));
    if let Some(class) = &row.class
        && row.new > 0
        && row.kind != Kind::Engine
        && !row.is_mostly_itself()
    {
        text.push_str(", mostly ");
        text.push_str(class);
    }
    text.push('.');
    let judged = judged(row);
    if !judged.is_empty() {
        text.push(' ');
        text.push_str(&judged);
    }
    // Of several sites the holders of one say nothing about the others.
    if row.holders > 1 && row.sites == 1 && row.kind.is_counted() && row.verdict.is_suspicious() {
        let holders = format::count(row.holders as u64);
        text.push(' ');
        text.push_str(&holders);
        text.push_str(" objects hold it: cutting one reference frees nothing.");
    }
    text
}

/// `linear 0.98`: a verdict in a word, and how well it fits where it has a shape.
pub fn verdict(verdict: Verdict) -> String {
    let fit = verdict.fit().map_or_else(String::new, |fit| format!(" {fit:.2}"));
    format!("{}{fit}", verdict.name())
}

/// `requestCachesByEnvironment (Map, in relay-runtime/index.js)`
fn subject(row: &GrowthRow) -> String {
    let class = match row.kind {
        Kind::Engine => Some("made by V8 for itself".to_owned()),
        Kind::Root => Some("a root of the engine".to_owned()),
        Kind::Dictionary => Some("object used as a dictionary".to_owned()),
        Kind::List => Some("linked list".to_owned()),
        Kind::Field => None,
        _ => row.holder_class.clone(),
    };
    let module = row.module.as_ref().map(|module| format!("in {module}"));
    let sites = (row.sites > 1).then(|| format!("{} of them", format::count(row.sites as u64)));
    let notes: Vec<String> = [class, module, sites].into_iter().flatten().collect();
    if notes.is_empty() { row.what.clone() } else { format!("{} ({})", row.what, notes.join(", ")) }
}

/// `went from 0 to 39 entries, +399 kB held only through it`
fn change(row: &GrowthRow) -> String {
    let counts: Vec<u64> = row.counts.iter().copied().flatten().collect();
    let bytes = format!("{} charged to it", format::signed_bytes(row.exclusive));
    let new = objects_counted(row.new);
    let objects = match (row.new, row.deleted) {
        (0, 0) => own_growth(row),
        (_, 0) if row.is_mostly_itself() => format!("{} ({new})", own_growth(row)),
        (_, 0) => format!(" in {new}"),
        (_, gone) => format!("{} ({new}, {} gone)", own_growth(row), format::count(gone as u64)),
    };
    if counts.len() == row.counts.len() && row.entries_gained() != 0 {
        let entries: Vec<String> = counts.into_iter().map(format::count).collect();
        let unit = if row.kind == Kind::List { "nodes" } else { "entries" };
        return format!("went from {} {unit}, {bytes}{objects}", entries.join(" to "));
    }
    format!("changed by {}{objects}", format::signed_bytes(row.exclusive))
}

/// `1 new object`
fn objects_counted(new: usize) -> String {
    format::counted(new as u64, "new object", "new objects")
}

/// That hardly any of the bytes came with new objects, where it is so.
fn own_growth(row: &GrowthRow) -> String {
    let what = match row.kind {
        _ if !row.is_mostly_itself() => return String::new(),
        Kind::Array => "the array itself (its slots)",
        Kind::Table => "the collection itself (its slots)",
        Kind::Dictionary => "the object itself (its slots)",
        _ => "objects that were there before",
    };
    format!(", most of it {what}")
}

/// The verdict as a sentence.
fn judged(row: &GrowthRow) -> String {
    let judged = shape(row);
    if row.by_bytes { format!("Its entries did not grow, its bytes did. {judged}") } else { judged }
}

/// What the verdict says about the figures in order of time.
fn shape(row: &GrowthRow) -> String {
    match row.verdict {
        Verdict::Linear { fit } => format!("It grew at every step (straight line: R² {fit:.2})."),
        Verdict::Step { fit } => format!("It grew in one step only (R² {fit:.2})."),
        Verdict::Plateau { fit } => format!("It grew, then stopped (R² {fit:.2})."),
        Verdict::Noisy { fit } => format!("It goes up and down (straight line: R² {fit:.2})."),
        Verdict::Minor => "Little enough to come from starting up.".to_owned(),
        Verdict::Transient => {
            "Only the stack held it while the snapshot was taken: it goes with the functions that were running.".to_owned()
        }
        Verdict::WarmUp => "Such growth is usual while a program warms up.".to_owned(),
        Verdict::Grew | Verdict::Shrank | Verdict::Steady => String::new(),
    }
}

/// Where a watched process's memory grows, in a sentence that says what to do next.
pub fn watched(trends: &Trends) -> String {
    let a_minute = |trend: &Trend| a_minute(trend.per_minute);
    match trends.verdict() {
        live::Verdict::TooEarly => {
            "too early to tell: a trend needs 15 samples, and 30 where the figures jump".to_owned()
        }
        live::Verdict::Steady => format!("steady so far: {}{}", stillness(trends), unseen(trends)),
        live::Verdict::Somewhere { trend } => {
            format!("rss grows {}; what grows cannot be told without the inspector", a_minute(&trend))
        }
        live::Verdict::Grows { part: Part::Heap, trend } => format!(
            "the JavaScript heap grows {}: take two snapshots and compare them \
             (`leaktui capture --when 'heap > +20MB' --open`)",
            a_minute(&trend)
        ),
        live::Verdict::Grows { part: Part::Buffers, trend } => external(trends, &a_minute(&trend)),
        live::Verdict::Grows { part: Part::Outside, trend } => {
            let heap = match trends.heap.filter(Trend::is_growth) {
                None => "while the heap does not",
                Some(_) => "and faster than the heap",
            };
            format!(
                "the rest of rss, which is neither heap nor external memory, grows {} {heap}: a native leak, which a \
                 snapshot will not show; look at native addons and at what allocates in C or C++",
                a_minute(&trend)
            )
        }
    }
}

/// That external memory grows, which part of it, and why rss may not.
fn external(trends: &Trends, a_minute: &str) -> String {
    let (what, who) = match trends.of_external() {
        External::Buffers => ("array buffers grow", "them"),
        External::Others => ("external memory other than array buffers grows", "it"),
        External::Any => ("array buffers or other external memory grow", "them"),
    };
    let untouched = if trends.is_untouched() {
        "; rss is less than that, for much of it was reserved and never written to"
    } else {
        ""
    };
    format!("{what} {a_minute}: a snapshot shows who holds {who} (`leaktui native FILE`){untouched}")
}

/// What does not grow.
fn stillness(trends: &Trends) -> String {
    match (trends.heap, trends.rss.filter(Trend::is_growth)) {
        (None, _) => "rss does not grow".to_owned(),
        (Some(_), None) => "neither the heap, nor external memory, nor the process grows".to_owned(),
        (Some(_), Some(rss)) => format!(
            "neither the heap, nor external memory, nor the rest of rss grows; rss grows {} as V8 comes to use what it \
             has reserved",
            a_minute(rss.per_minute)
        ),
    }
}

/// What might grow all the same.
fn unseen(trends: &Trends) -> String {
    trends.heap.or(trends.rss).map_or_else(String::new, |trend| {
        format!(" (a leak of less than {} would not show yet)", a_minute(trend.least()))
    })
}

fn a_minute(bytes: f64) -> String {
    format!("{} a minute", format::bytes(bytes.max(0.0) as u64))
}

/// What a snapshot would cost a process.
pub fn cost(cost: &Cost) -> String {
    let heap = cost.heap.map_or_else(String::new, |heap| format!(" of a {} heap", format::bytes(heap)));
    let more = cost.more.map_or_else(String::new, |more| {
        format!(
            " and takes about {} of memory more, or several times that where objects are small",
            format::bytes(more)
        )
    });
    let free = match cost.free {
        Some(free) if cost.is_too_much() => {
            format!("; only {} are free: the process may well be killed", format::bytes(free))
        }
        Some(free) => format!("; {} are free", format::bytes(free)),
        None => "; how much is free there is not known".to_owned(),
    };
    format!("a snapshot{heap} stops the process {}{more}{free}", standstill(cost.heap))
}

/// For how long a snapshot stops a process: V8 was seen to write 4 to 100 MB of heap a second.
fn standstill(heap: Option<u64>) -> &'static str {
    match heap {
        Some(0..10_000_000) => "for about a second",
        Some(10_000_000..100_000_000) => "for seconds",
        Some(1_000_000_000..) => "for half a minute or several minutes",
        _ => "for seconds to minutes",
    }
}

/// What became of a process's memory between two times.
pub fn since(before: &Figures, now: &Figures) -> String {
    let parts = [
        ("heap", before.heap_used.zip(now.heap_used)),
        ("external", before.external.zip(now.external)),
        ("rss", before.rss.zip(now.rss)),
    ];
    let change = |(name, known): (&str, Option<(u64, u64)>)| {
        let (before, now) = known?;
        Some(format!("{name} {}", format::signed_bytes(now.wrapping_sub(before) as i64)))
    };
    parts.into_iter().filter_map(change).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_snapshots_out_of_order_are_named() {
        let swapped = |at, snapshots| {
            series_kinship(SeriesKinship { worst: Kinship::Swapped, at, snapshots }).expect("a warning")
        };
        assert!(swapped(1, 3).starts_with("the 2nd snapshot is later than the 3rd:"));
        assert!(swapped(10, 20).starts_with("the 11th snapshot is later than the 12th:"));
        assert!(swapped(0, 2).starts_with("the first snapshot is the later one:"));
    }

    fn array() -> GrowthRow {
        GrowthRow {
            what: "leaks".to_owned(),
            kind: Kind::Array,
            holder_class: Some("Array".to_owned()),
            module: None,
            sites: 1,
            counts: vec![Some(0), Some(1_010_000)],
            exclusive: 10_400_000,
            own: 10_300_000,
            retained: vec![0, 10_400_000],
            new: 102,
            deleted: 0,
            class: Some("Joke".to_owned()),
            holders: 2,
            chain: String::new(),
            way: std::sync::Arc::new([]),
            example: None,
            members: Vec::new(),
            verdict: Verdict::Grew,
            by_bytes: false,
        }
    }

    #[test]
    fn an_array_that_grew_by_its_slots_is_not_blamed_on_what_it_holds() {
        let text = "leaks (Array) went from 0 to 1,010,000 entries, +10.4 MB charged to it, most of it the \
                    array itself (its slots) (102 new objects). 2 objects hold it: cutting one reference \
                    frees nothing.";
        assert_eq!(growth(&array()), text);
        let held = GrowthRow { own: 0, holders: 1, ..array() };
        assert!(growth(&held).ends_with("+10.4 MB charged to it in 102 new objects, mostly Joke."));
    }

    #[test]
    fn a_sentence_says_what_was_judged() {
        let verdict = Verdict::Linear { fit: 1.0 };
        let by_bytes = GrowthRow { counts: vec![Some(10); 3], verdict, by_bytes: true, ..array() };
        assert!(growth(&by_bytes).contains("Its entries did not grow, its bytes did. It grew at every step"));
        let stack = GrowthRow { kind: Kind::Root, verdict: Verdict::Transient, ..array() };
        assert!(growth(&stack).contains("Only the stack held it while the snapshot was taken"));
    }

    #[test]
    fn the_cost_is_a_sentence() {
        let mut known =
            Cost { heap: Some(251_000_000), more: Some(1_255_000_000), free: Some(12_300_000_000) };
        assert_eq!(
            cost(&known),
            "a snapshot of a 251 MB heap stops the process for seconds to minutes and takes about 1.3 GB of \
             memory more, or several times that where objects are small; 12.3 GB are free"
        );
        known.heap = Some(3_200_000);
        assert!(
            cost(&known).starts_with("a snapshot of a 3.2 MB heap stops the process for about a second and")
        );
        known.free = Some(500_000_000);
        assert!(cost(&known).ends_with("; only 500 MB are free: the process may well be killed"));
    }

    #[test]
    fn what_is_not_known_at_both_times_is_not_compared() {
        let at = |heap, rss| Figures { heap_used: heap, rss, ..Figures::default() };
        assert_eq!(
            since(&at(Some(5000), Some(9000)), &at(Some(6500), Some(8000))),
            "heap +1.5 kB, rss \u{2212}1.0 kB"
        );
        assert_eq!(since(&at(None, Some(1)), &at(Some(6500), Some(1))), "rss 0 B");
    }
}
