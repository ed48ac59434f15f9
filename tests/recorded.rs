//! Native memory, allocations and the timeline on the screen: a real recording at three sizes, and no
//! sequence of events that breaks these views.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod driver;

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use crossterm::event::{Event as Input, KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use driver::{Driver, SIZES, any_event};
use leaktui::{
    analysis::Analysis,
    heap::{Trace, TraceNode, fixture::heap},
    job::Job,
    live::{Figures, Record},
    snapshot::{self, Input as File},
    tui::{event::Event, recording::Recording, theme::Theme},
};
use proptest::prelude::*;

/// A cache that keeps buffers, one that it shares with a server, a compressor and an external string.
const NATIVE: &str = "0!synthetic>element.1.1,element.2.2 \
    1:120=global>server.3,cache.4 \
    2!synthetic=(GC~roots) \
    3:88=Server>shared.10,gzip.12,name.14 \
    4:64=Cache>pages.5,shared.10 \
    5:32=Array>element.0.6,element.1.8 \
    6:96=Uint8Array>internal.buffer.7 \
    7:96=ArrayBuffer>internal.backing_store.9 \
    8:96=ArrayBuffer>internal.backing_store.11 \
    9:3000000!native=system~/~JSArrayBufferData \
    10:96=ArrayBuffer>internal.backing_store.15 \
    11:1000000!native=system~/~JSArrayBufferData \
    12:48=Gzip>internal.native.13 \
    13:250000!native=Node~/~Zlib \
    14!string=name>internal.resource.16 \
    15:500!native=system~/~JSArrayBufferData \
    16:4000!native=system~/~ExternalStringData";

/// A process of 65 MB of which such a snapshot explains little.
fn process() -> Record {
    let figures = Figures {
        heap_used: Some(4_000_000),
        heap_total: Some(6_000_000),
        rss: Some(65_000_000),
        ..Figures::default()
    };
    Record { figures, ..Record::default() }
}

/// The bundled recording: what is known of it, and what was recorded.
fn timeline() -> &'static (Analysis, Recording) {
    static READ: OnceLock<(Analysis, Recording)> = OnceLock::new();
    READ.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/timeline.heaptimeline.zst");
        let loaded = snapshot::load(&File::Path(path), &Job::default()).expect("a sound file");
        let recording = Recording { trace: Arc::new(loaded.trace), process: None, lives: true };
        (Analysis::complete(loaded.heap), recording)
    })
}

fn record(driver: &mut Driver, at: usize, recording: &Recording) {
    driver.event(Event::Recorded(at, Box::new(recording.clone())));
}

/// An explorer of the recording, everything known.
fn recorded((width, height): (u16, u16)) -> Driver {
    let mut driver = Driver::new(width, height, 1);
    let (known, recording) = timeline();
    record(&mut driver, 0, recording);
    driver.known(0, known.clone(), true);
    driver
}

fn native((width, height): (u16, u16)) -> Driver {
    let mut driver = Driver::new(width, height, 1);
    record(&mut driver, 0, &Recording { process: Some(process()), ..Recording::default() });
    driver.known(0, Analysis::complete(heap(NATIVE)), true);
    driver
}

/// The same functions and stacks, of which no object knows.
fn with_nothing_alive(recording: &Recording) -> Recording {
    let other = |node: &TraceNode| TraceNode { id: node.id + 1_000_000, ..*node };
    let nodes = recording.trace.nodes().iter().map(other).collect();
    let trace = Trace::new(recording.trace.functions().to_vec(), nodes, Vec::new()).expect("it fits");
    Recording { trace: Arc::new(trace), ..Recording::default() }
}

#[test]
fn native_memory_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let mut driver = native(size);
        driver.keys("6");
        insta::assert_snapshot!(format!("native_{width}x{height}"), driver.screen());
    }
}

#[test]
fn allocations_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let mut driver = recorded(size);
        driver.keys("l");
        insta::assert_snapshot!(format!("allocation_{width}x{height}"), driver.screen());
        driver.keys("t");
        insta::assert_snapshot!(format!("stack_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_timeline_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let mut driver = recorded(size);
        driver.keys("8→→↑");
        insta::assert_snapshot!(format!("timeline_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_timeline_without_colour_and_in_ascii_shows_its_window() {
    let mut driver = recorded((40, 12));
    driver.state.theme = Theme { color: false, ascii: true };
    driver.keys("8→↑↑");
    let screen = driver.screen();
    assert!(screen.is_ascii(), "{screen}");
    assert!(screen.contains("[==") && screen.contains("0.5 s"), "{screen}");
}

#[test]
fn the_function_that_fills_the_map_is_first_and_its_stack_is_two_keys_away() {
    let mut driver = recorded((120, 40));
    driver.keys("7");
    driver.shows("▸▹ (anonymous) app/fill-map.js:6:52");
    driver.shows("2,188 of 2,204 objects");
    driver.keys("t");
    driver.shows("← remember at /srv/app/fill-map.js:9:18");
    driver.keys("y");
    assert!(
        driver.copied[0].starts_with("← (anonymous) at /srv/app/fill-map.js:6:52\n← map\n"),
        "{:?}",
        driver.copied
    );
    driver.shows("copied the stack, 8 lines");
}

#[test]
fn a_function_leads_to_its_objects_and_these_to_explore_where_t_tells_the_same() {
    let mut driver = recorded((120, 40));
    driver.keys("7/remember↵↵");
    driver.shows("▸Context ");
    driver.keys("↵");
    driver.shows("[1 Explore]");
    driver.keys("t");
    driver.shows("← remember at /srv/app/fill-map.js:9:18");
    driver.keys("⎋⌫");
    driver.shows("[7 Allocation]");
}

/// The same recording after V8 has forgotten all stacks of what lives.
fn with_stacks_lost(recording: &Recording) -> Recording {
    let other = |node: &TraceNode| TraceNode { id: node.id + 1_000_000, ..*node };
    let nodes = recording.trace.nodes().iter().map(other).collect();
    let samples = recording.trace.samples().to_vec();
    let trace = Trace::new(recording.trace.functions().to_vec(), nodes, samples).expect("it fits");
    Recording { trace: Arc::new(trace), ..recording.clone() }
}

#[test]
fn where_stacks_were_lost_the_constructor_is_a_row_and_its_call_the_stack() {
    let (known, recording) = timeline();
    for size in [(120, 40), (80, 24)] {
        let mut driver = Driver::new(size.0, size.1, 1);
        record(&mut driver, 0, &with_stacks_lost(recording));
        driver.known(0, known.clone(), true);
        driver.shows("Only 0 of ");
        driver.shows("▸▹ new Context");
        driver.keys("t");
        driver.shows("Probably where Context @");
        driver.shows("It was made by a constructor that");
        driver.shows("← Context at /srv/app/fill-map.js:4:14");
        driver.shows("← remember at /srv/app/fill-map.js:9:18");
        driver.keys("q1t");
        driver.shows("was there before the recording began");
    }
}

#[test]
fn what_has_no_stack_says_why_in_a_line() {
    let mut driver = native((120, 40));
    driver.keys("t");
    driver.shows("this file has no allocation stacks: `leaktui capture --timeline 30s PID` records them");
    let mut driver = recorded((120, 40));
    driver.keys("1t");
    driver.shows("was there before the recording began");
}

/// The points in time alone.
fn without_stacks(recording: &Recording) -> Recording {
    let trace = Trace::new(Vec::new(), Vec::new(), recording.trace.samples().to_vec()).expect("it fits");
    Recording { trace: Arc::new(trace), ..Recording::default() }
}

#[test]
fn a_recording_opens_in_the_view_that_it_was_made_for() {
    let (known, recording) = timeline();
    let no_object_knows = Recording { lives: false, ..recording.clone() };
    for (recording, view) in [
        (recording.clone(), "[7 Allocation]"),
        (without_stacks(recording), "[7 Timeline]"),
        (no_object_knows, "[8 Timeline]"),
        (with_nothing_alive(recording), "[1 Explore]"),
        (Recording::default(), "[1 Explore]"),
    ] {
        for size in [(120, 40), (80, 24)] {
            let mut driver = Driver::new(size.0, size.1, 1);
            driver.shows("[1 Explore]");
            record(&mut driver, 0, &recording);
            driver.shows(view);
            driver.known(0, known.clone(), true);
            driver.shows(view);
        }
    }
    let mut driver = Driver::new(120, 40, 2);
    for at in 0..2 {
        record(&mut driver, at, recording);
        driver.known(at, known.clone(), true);
    }
    driver.shows("[1 Growth]");
}

#[test]
fn whoever_has_pressed_a_key_stays_where_he_is() {
    let (known, recording) = timeline();
    let mut driver = Driver::new(120, 40, 1);
    driver.event(Event::Input(Input::Resize(100, 30)));
    driver.keys("3");
    record(&mut driver, 0, recording);
    driver.known(0, known.clone(), true);
    driver.shows("[3 Containment]");
    let mut driver = Driver::new(120, 40, 1);
    driver.event(Event::Input(Input::Resize(100, 30)));
    record(&mut driver, 0, recording);
    driver.shows("Allocation]");
}

#[test]
fn what_a_recording_waits_for_is_said_and_objects_are_sorted_once_retained_sizes_are_known() {
    let (known, recording) = timeline();
    for size in SIZES {
        let mut driver = Driver::new(size.0, size.1, 1);
        record(&mut driver, 0, recording);
        driver.shows("once the heap is read");
        let mut early = known.clone();
        (early.retained, early.retainers, early.dominators, early.distances) = (None, None, None, None);
        driver.known(0, early, false);
        driver.shows("2,188 of 2,204 objects");
        // Its objects retain different sizes.
        driver.keys("↓");
        driver.known(0, known.clone(), true);
        let late = recorded(size).keys("↓").screen();
        assert_eq!(driver.screen(), late, "as if all had been known at once");
    }
}

#[test]
fn callers_that_are_alone_open_at_once() {
    let mut driver = recorded((120, 40));
    driver.keys("7l");
    for caller in ["← map", "← Context app/fill-map.js:4:14", "← request", "← (root)"] {
        driver.shows(caller);
    }
    driver.keys("h");
    assert!(!driver.screen().contains("← map"), "{}", driver.screen());
}

#[test]
fn a_window_of_the_timeline_narrows_explore_until_escape() {
    let mut driver = recorded((120, 40));
    driver.keys("8");
    driver.shows("there before: 36,600 objects");
    driver.keys("→→↵");
    driver.shows("[1 Explore]");
    driver.shows("[allocated 0.05 s to 0.20 s] hides");
    driver.shows("Context");
    driver.keys("8→↵");
    driver.shows("[allocated 0.11 s to 0.25 s] hides");
    assert_eq!(driver.screen().matches("[allocated").count(), 1, "one window at a time: {}", driver.screen());
    driver.keys("⎋");
    assert!(!driver.screen().contains("[allocated"), "{}", driver.screen());
    driver.keys("8⎋");
    driver.shows("1.5 s recorded");
}

#[test]
fn a_constructor_of_a_window_is_what_explore_shows_then() {
    let mut driver = recorded((120, 40));
    driver.keys("8→⇥/{name}↵↵");
    driver.shows("[1 Explore]");
    driver.shows("Objects of {name}");
    driver.keys("⌫");
    driver.shows("[8 Timeline]");
}

#[test]
fn the_window_moves_widens_and_stays_within_the_recording() {
    let mut driver = recorded((120, 40));
    driver.keys("8");
    let ruler = |driver: &Driver| {
        let screen = driver.screen();
        let line = screen.lines().find(|line| line.contains('═')).unwrap_or_default().to_owned();
        (line.find('['), line.matches('═').count())
    };
    driver.keys("→");
    let start = ruler(&driver);
    driver.keys("→");
    let later = ruler(&driver);
    assert!(later.0 > start.0, "{start:?} {later:?}");
    driver.keys("↑");
    assert!(ruler(&driver).1 > later.1, "{}", driver.screen());
    driver.keys("↓←");
    assert_eq!(ruler(&driver), start);
    driver.keys("←←←");
    assert_eq!(ruler(&driver), start, "there is nothing earlier");
    driver.key(KeyCode::End);
    driver.shows("]│");
    driver.key(KeyCode::Home);
    assert_eq!(ruler(&driver), start);
}

#[test]
fn a_click_on_the_bars_puts_the_window_there() {
    let mut driver = recorded((120, 40));
    driver.keys("8");
    let kind = MouseEventKind::Down(MouseButton::Left);
    let click = MouseEvent { kind, column: 22, row: 10, modifiers: KeyModifiers::NONE };
    driver.event(Event::Input(Input::Mouse(click)));
    driver.shows("allocated 0.25 s to 0.30 s:");
}

#[test]
fn two_recordings_compare_by_function() {
    let (known, recording) = timeline();
    let mut driver = Driver::new(120, 40, 2);
    for (at, recording) in [&with_nothing_alive(recording), recording].into_iter().enumerate() {
        record(&mut driver, at, recording);
        driver.known(at, known.clone(), true);
    }
    driver.keys("9");
    insta::assert_snapshot!("allocation_compared_120x40", driver.screen());
    driver.shows("Δ live▾");
    driver.shows("+28.8 kB");
}

#[test]
fn of_several_files_one_without_a_recording_says_so() {
    let (known, recording) = timeline();
    let mut driver = Driver::new(120, 40, 2);
    driver.known(1, Analysis::complete(heap(NATIVE)), true);
    record(&mut driver, 0, recording);
    driver.known(0, known.clone(), true);
    driver.keys("9");
    driver.shows("this file has no allocation stacks");
    driver.keys("0");
    driver.shows("where it has points in time");
}

#[test]
fn buffers_lead_to_those_who_keep_them() {
    let mut driver = native((120, 40));
    driver.keys("6");
    driver.shows("The process had 65.0 MB in memory");
    driver.shows("explained by no snapshot");
    driver.keys("/Cache↵");
    driver.shows("Array @11, pages in Cache @9");
    driver.keys("↓↵");
    driver.shows("[1 Explore]");
    driver.shows("Retainers of Array @11");
}

#[test]
fn what_several_share_lists_the_buffers_themselves() {
    let mut driver = native((120, 40));
    driver.keys("6/global↵↓");
    driver.shows("Objects of global @3");
}

/// Keys that walk far.
const LETTERS: &str = "1234567890123otenjkhl /psSrwyz@?\tbBfFc+-=gG";

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn no_sequence_of_events_breaks_the_views_of_a_recording(
        events in prop::collection::vec(any_event(LETTERS), 1..50),
        first in prop::sample::select(vec!['6', '7', '8', '1']),
        width in 1u16..130,
        height in 1u16..45,
        late in 0usize..20,
        punctual in 0u8..4,
    ) {
        let mut driver = Driver::new(width, height, 1);
        let (known, recording) = timeline();
        let mut early = known.clone();
        (early.retained, early.retainers, early.distances) = (None, None, None);
        let mut owed = Vec::new();
        for (at, event) in events.into_iter().enumerate() {
            if at == late / 2 {
                record(&mut driver, 0, recording);
                driver.known(0, early.clone(), false);
                driver.key(KeyCode::Char(first));
            }
            if at == late {
                driver.known(0, known.clone(), true);
            }
            owed.extend(driver.step(event));
            if punctual < 2 || at % 3 == usize::from(punctual) {
                owed.drain(..).rev().for_each(|effect| driver.serve(effect));
            }
            let screen = driver.screen();
            prop_assert!(!screen.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
