//! Growth and Compare on the screen: two and three snapshots, at three sizes, and no sequence of
//! events that breaks them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod driver;

use crossterm::event::KeyCode;
use driver::{Driver, SIZES, any_event, pressed};
use leaktui::{
    analysis::Analysis,
    heap::fixture::heap,
    job::Progress,
    tui::{
        event::{Effect, Event, Slot},
        pane::Kind,
        state::State,
        theme::Theme,
        view::View,
    },
};
use proptest::prelude::*;

/// A server: an array of requests, a Map, a logger; an object that will be gone.
const BEFORE: &str = "0!synthetic>element.1.1,element.2.2 \
    1:120=global>server.3,cache.4 \
    2!synthetic=(GC~roots)>element.1.12 \
    3:88=Server>requests.5,name.7,log.8 \
    4:64=Cache>store.6 \
    5:32=Array>element.0.9 \
    6:48=Map>internal.table.10 \
    7:40!string=prod \
    8:24=Logger>level.7 \
    9:1000=Request>url.11 \
    10:152!array=>internal.6.9,internal.9.9 \
    11:400!string=/api/利用者 \
    12:16=Startup";

/// The same, later: more requests, an entry more in the Map, a logger that logs elsewhere.
const AFTER: &str = "0!synthetic>element.1.1,element.2.2 \
    1:120=global>server.3,cache.4 \
    2!synthetic=(GC~roots)>element.1.12 \
    3:88=Server>requests.5,name.7,log.8 \
    4:64=Cache>store.6 \
    5:32=Array>element.0.9,element.1.13,element.2.14 \
    6:48=Map>internal.table.10 \
    7:40!string=prod \
    8:24=Logger>level.11,file.7 \
    9:1000=Request>url.11 \
    10:264!array=>internal.8.9,internal.11.9,internal.14.9 \
    11:400!string=/api/利用者 \
    12:16=Ready \
    13:30000=Request>url.11 \
    14:70000=Request>url.11";

/// Later still.
const LATER: &str = "0!synthetic>element.1.1,element.2.2 \
    1:120=global>server.3,cache.4 \
    2!synthetic=(GC~roots)>element.1.12 \
    3:88=Server>requests.5,name.7,log.8 \
    4:64=Cache>store.6 \
    5:32=Array>element.0.9,element.1.13,element.2.14,element.3.15,element.4.16 \
    6:48=Map>internal.table.10 \
    7:40!string=prod \
    8:24=Logger>level.11,file.7 \
    9:1000=Request>url.11 \
    10:264!array=>internal.8.9,internal.11.9,internal.14.9 \
    11:400!string=/api/利用者 \
    12:16=Ready \
    13:30000=Request>url.11 \
    14:70000=Request>url.11 \
    15:50000=Request>url.11 \
    16:50000=Request>url.11";

/// Another process: other things under the same ids.
const OTHER: &str = "0!synthetic>element.1.1 1:8=a>2,3,4,5 2:8=b 3:8=c 4:8=d 5:8=Request";

#[test]
fn what_is_ignored_in_one_snapshot_of_a_comparison_is_not_in_the_other() {
    let then = "0!synthetic>element.1.1,element.2.2 1:120=global>box.3 \
        2!synthetic=(GC~roots)>element.1.4 3:8=Box>old.4 4:1000=Leak";
    let now = "0!synthetic>element.1.1,element.2.2 1:120=global>box.3 \
        2!synthetic=(GC~roots)>element.1.5 3:8=Box>old.4,new.5 4:8=Other 5:2000=Leak";
    let mut driver = Driver::ready((120, 40), &[then, now]);
    driver.keys("2/Leak↵↵⇥");
    driver.shows("new in Box");
    driver.keys("+⇥");
    let before = driver.screen();
    driver.keys("/box↵i⎋");
    driver.shows("ignored new in Box");
    driver.keys("p");
    driver.shows("Ignored on the way: Box");
    driver.keys("⎋-");
    driver.shows("old in Box");
    assert!(!driver.screen().contains("ignored"), "another heap: {}", driver.screen());
    driver.keys("+");
    driver.shows("1 ignored");
    driver.keys("⇥I");
    driver.shows("Ignored as retainers");
    driver.keys("ag");
    assert_eq!(driver.screen(), before);
}

#[test]
fn growth_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let driver = Driver::ready(size, &[BEFORE, AFTER]);
        insta::assert_snapshot!(format!("growth_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_series_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let driver = Driver::ready(size, &[BEFORE, AFTER, LATER]);
        insta::assert_snapshot!(format!("series_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_compared_series_at_three_sizes() {
    for size in SIZES {
        let mut driver = Driver::ready(size, &[BEFORE, AFTER, LATER]);
        driver.keys("2");
        insta::assert_snapshot!(format!("steps_{}x{}", size.0, size.1), driver.screen());
    }
}

#[test]
fn other_two_of_a_series_are_compared_on_demand() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER, LATER]);
    driver.keys("2");
    assert!(driver.screen().contains("s1 → s3") && driver.screen().contains("Trend"));
    driver.keys("b");
    assert!(driver.screen().contains("s2 → s3") && !driver.screen().contains("Trend"), "{}", driver.screen());
    driver.keys("b");
    assert!(driver.screen().contains("s1 → s3"), "round and round");
    driver.keys("B");
    assert!(driver.screen().contains("s1 → s2"), "{}", driver.screen());
}

#[test]
fn what_is_not_yet_known_whole_is_not_compared() {
    let mut driver = Driver::new(120, 40, 3);
    for (at, text) in [BEFORE, AFTER, LATER].into_iter().enumerate() {
        driver.known(at, Analysis::complete(heap(text)), false);
    }
    driver.keys("2b");
    assert!(driver.state.compare.pair().is_none(), "{}", driver.screen());
    for (at, text) in [BEFORE, AFTER, LATER].into_iter().enumerate() {
        driver.known(at, Analysis::complete(heap(text)), true);
    }
    driver.shows("s2 → s3");
    assert!(driver.state.compare.pair().is_some());
}

#[test]
fn a_mark_shows_in_all_snapshots_of_a_process_and_leads_to_the_others() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.keys("3/Map↵↵m");
    driver.shows("marked");
    driver.shows("◆");
    driver.keys("o");
    driver.shows("s1 (1 of 2)");
    driver.shows("◆");
    driver.keys("2M↵");
    driver.shows("s2 (2 of 2)");
    driver.keys("Mo");
    driver.shows("s1 (1 of 2)");
}

#[test]
fn every_list_of_a_comparison_is_exported_whole() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    // What grew, its members; classes, objects, retainers, fields; marks.
    let places = ["", "⇥", "2", "⇥", "⇥", "⇥", "3", "mM"];
    for keys in places {
        driver.keys(keys);
        let rows = if driver.state.chooser.is_some() { 1 } else { driver.state.rows() };
        if rows == 0 {
            continue;
        }
        driver.keys("e↵");
        let text = driver.saved.pop().expect("it was written").1;
        let lines = text.lines().filter(|line| line.starts_with("| ")).count();
        assert!(lines >= 3 && lines <= rows + 2, "{keys}: {rows} rows\n{text}");
        driver.shows("wrote ");
    }
}

#[test]
fn a_filter_or_an_order_of_a_series_ends_with_it() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER, LATER]);
    driver.keys("2Esss");
    driver.shows("#1▾");
    driver.keys("b");
    assert!(!driver.screen().contains("grew in every step"), "{}", driver.screen());
    driver.shows("Δ shallow▾");
}

#[test]
fn ids_of_two_processes_lead_nowhere() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, OTHER]);
    driver.keys("3b");
    assert!(!driver.screen().contains("[allocated"), "{}", driver.screen());
    driver.shows("b does nothing here now");
    driver.keys("o");
    assert!(driver.screen().contains("s2 (2 of 2)"), "{}", driver.screen());
}

#[test]
fn files_of_one_name_are_told_apart() {
    let theme = Theme { color: true, ascii: false };
    let labels = ["a/heap.heapsnapshot", "b/heap.heapsnapshot"].map(str::to_owned).to_vec();
    let state = State::series(120, 40, theme, labels);
    let driver = Driver::over(state);
    driver.shows("a/heap → b/heap");
}

#[test]
fn what_grew_in_every_step_is_a_filter_of_classes_too() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER, LATER]);
    driver.keys("2E");
    let screen = driver.screen();
    assert!(screen.contains("grew in every step") && screen.contains("Request"), "{screen}");
    assert!(!screen.contains("Startup") && !screen.contains("│ (array)"), "they did not: {screen}");
    driver.keys("Ec");
    assert!(driver.screen().contains("retained sizes"), "{}", driver.screen());
}

#[test]
fn what_was_allocated_between_two_and_is_alive_in_the_third_is_a_filter() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER, LATER]);
    driver.keys("3");
    let counts = |driver: &Driver| driver.state.file().shown().map(|known| known.classes.member_count());
    let all = counts(&driver);
    driver.keys("b");
    driver.shows("[allocated between s2 and s3]");
    assert_eq!(counts(&driver), Some(2), "two requests: {}", driver.screen());
    driver.keys("b");
    driver.shows("[allocated between s1 and s2]");
    assert_eq!(counts(&driver), Some(2), "two others, still there: {}", driver.screen());
    driver.keys("b");
    driver.shows("[allocated before s1]");
    driver.keys("b");
    assert_eq!(counts(&driver), all, "round and round");
    driver.keys("bB");
    driver.shows("[allocated between s1 and s3]");
    assert_eq!(counts(&driver), Some(4), "any two: {}", driver.screen());
    driver.keys("B");
    driver.shows("[allocated before s3]");
}

#[test]
fn groups_of_objects_are_a_key_away() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.keys("2/Request↵↵");
    driver.keys("=");
    assert!(driver.screen().contains("▸= Request"), "{}", driver.screen());
    driver.keys("+");
    assert!(driver.screen().contains("▸+ Request"), "{}", driver.screen());
}

#[test]
fn compare_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let mut driver = Driver::ready(size, &[BEFORE, AFTER]);
        driver.keys("2");
        insta::assert_snapshot!(format!("compare_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_kept_object_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let mut driver = Driver::ready(size, &[BEFORE, AFTER]);
        driver.keys("2/Logger↵⇥⇥⇥");
        insta::assert_snapshot!(format!("kept_{width}x{height}"), driver.screen());
    }
}

#[test]
fn two_processes_at_three_sizes() {
    for size @ (width, height) in SIZES {
        let mut driver = Driver::ready(size, &[BEFORE, OTHER]);
        driver.shows("different");
        driver.keys("2");
        assert!(!driver.screen().contains("Deleted"), "new and deleted mean nothing");
        insta::assert_snapshot!(format!("unrelated_{width}x{height}"), driver.screen());
    }
}

#[test]
fn the_first_row_says_what_grew_and_y_copies_it() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.shows("1 → 3");
    driver.keys("y");
    assert!(driver.copied[0].contains("requests") && driver.copied[0].contains("from 1 to 3 entries"));
    driver.keys("↵↵");
    assert_eq!(driver.state.view, View::Explore);
    driver.shows("[2] in Array");
    driver.keys("⌫");
    assert_eq!(driver.state.view, View::Growth, "one way back through all views");
}

#[test]
fn enter_leads_to_the_members_of_a_growth_then_to_one_and_back() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.keys("↵");
    assert_eq!((driver.state.view, driver.state.focus().0), (View::Growth, Kind::Objects));
    driver.keys("↵");
    driver.shows("Retainers of Request");
    driver.keys("⌫");
    assert_eq!((driver.state.view, driver.state.focus().0), (View::Growth, Kind::Objects));
    driver.keys("⌫");
    assert_eq!((driver.state.view, driver.state.focus().0), (View::Growth, Kind::Classes));
}

#[test]
fn two_snapshots_never_say_trend_of_a_row_and_three_can_be_filtered() {
    let mut pair = Driver::ready((120, 40), &[BEFORE, AFTER]);
    pair.shows("not a trend");
    pair.keys("E");
    assert!(!pair.state.growth.every, "two snapshots have one step");
    let mut series = Driver::ready((120, 40), &[BEFORE, AFTER, LATER]);
    series.shows("▁▄█ 1 → 5");
    series.keys("E");
    series.shows("grew in every step");
    assert_eq!(series.state.growth.sheet.rows.len(), 1, "the Map stopped");
}

#[test]
fn a_map_that_grew_says_so_though_nothing_of_it_is_new() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.keys("2/Map↵↵");
    driver.shows("2 → 3 entries");
}

#[test]
fn a_deleted_object_is_browsed_in_the_old_snapshot() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.keys("2/Startup↵↵");
    driver.shows("0 new · 1 deleted");
    driver.shows("before: s1");
    driver.shows("(GC roots)");
    driver.keys("o");
    driver.shows("@25 in s2");
    driver.keys("⌫");
    assert_eq!(driver.state.view, View::Compare);
}

#[test]
fn a_new_object_is_not_in_the_other_snapshot_and_its_retainer_is() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER]);
    driver.keys("2/Request↵↵o");
    driver.shows("no object @29 in s1");
    driver.keys("↵o");
    driver.shows("@11 in s1");
    assert_eq!((driver.state.view, driver.state.at), (View::Explore, 0));
    driver.keys("o");
    assert_eq!(driver.state.at, 1, "and on, round and round");
    driver.keys("⌫⌫");
    assert_eq!(driver.state.view, View::Compare);
    driver.keys("⌫⌫");
    assert_eq!(driver.state.compare.focus, Kind::Classes);
}

#[test]
fn the_newest_is_explored_while_others_are_read() {
    let mut driver = Driver::new(80, 24, 2);
    let progress = Progress { phase: "reading edges".into(), unit: "bytes", done: 40, total: 100, rate: 1e6 };
    driver.event(Event::Progress(0, progress));
    driver.shows("reading edges 40%");
    driver.known(1, Analysis::complete(heap(AFTER)), true);
    driver.shows("3 explores the newest");
    driver.keys("3↵");
    driver.shows("Objects of global");
    driver.known(0, Analysis::complete(heap(BEFORE)), true);
    driver.keys("1");
    driver.shows("server.requests");
}

#[test]
fn a_comparison_can_be_given_up_and_begun_again() {
    let mut driver = Driver::new(80, 24, 2);
    driver.known(1, Analysis::complete(heap(AFTER)), true);
    let before = Analysis::complete(heap(BEFORE));
    let total = before.total_size();
    let begun = driver.step(Event::Known { at: 0, known: Box::new(before), total, complete: true });
    let slots = begun
        .iter()
        .filter(|effect| matches!(effect, Effect::Run { slot: Slot::Comparison | Slot::Growth, .. }));
    assert_eq!(slots.count(), 2);
    driver.shows("Esc gives up");
    let given_up = driver.step(pressed(KeyCode::Esc));
    assert!(matches!(given_up[..], [Effect::GiveUp(Slot::Growth)]));
    driver.shows("Enter begins again");
    driver.keys("↵");
    driver.shows("server.requests");
}

#[test]
fn swapped_snapshots_are_said_to_be() {
    let mut driver = Driver::ready((120, 40), &[AFTER, BEFORE]);
    driver.keys("2");
    driver.shows("the first snapshot is the later one");
}

#[test]
fn every_column_can_order_the_classes_both_ways() {
    let mut driver = Driver::ready((200, 40), &[BEFORE, AFTER]);
    driver.keys("2");
    let mut orders = Vec::new();
    for _ in 0..12 {
        driver.keys("s");
        let sort = driver.state.compare.changes.sheet.sort;
        assert!(!orders.contains(&sort), "{sort:?} twice in {orders:?}");
        orders.push(sort);
        driver.keys("r");
        assert_eq!(driver.state.compare.changes.sheet.sort.descending, !sort.descending);
        driver.keys("r");
    }
}

#[test]
fn nothing_but_ascii_is_drawn_where_that_is_asked_for() {
    let mut driver = Driver::ready((120, 40), &[BEFORE, AFTER, LATER]);
    driver.state.theme.ascii = true;
    for keys in ["1", "2", "2/Logger↵"] {
        driver.keys(keys);
        assert!(driver.screen().is_ascii(), "{}", driver.screen());
    }
}

/// Every list's cursor and length.
fn cursors(state: &State) -> Vec<(usize, usize, usize)> {
    let (growth, compare) = (&state.growth, &state.compare);
    let sheets = [
        (growth.sheet.cursor, growth.sheet.rows.len()),
        (growth.held.members.cursor, growth.held.members.rows.len()),
        (compare.changes.sheet.cursor, compare.changes.sheet.rows.len()),
        (compare.fates.sheet.cursor, compare.fates.sheet.rows.len()),
        (compare.both.sheet.cursor, compare.both.sheet.rows.len()),
        (compare.retainers.cursor, compare.retainers.len()),
        (compare.inside.cursor, compare.inside.len()),
    ];
    let explored = state.files.iter().flat_map(|file| {
        Kind::ALL.map(|pane| (file.explore.panes.cursor(pane), file.explore.panes.len(pane)))
    });
    sheets.into_iter().chain(explored).map(|(cursor, len)| (cursor.at, cursor.top, len)).collect()
}

/// Keys that walk far.
const LETTERS: &str = "1234567890123otenjkhl /psSrwyz@?\tbBfFc+-=gGiIaap";

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn no_sequence_of_events_leaves_the_screen_or_the_lists(
        events in prop::collection::vec(any_event(LETTERS), 1..60),
        width in 1u16..130,
        height in 1u16..45,
        late in 0usize..40,
        last in prop::sample::select(vec![AFTER, LATER, OTHER]),
        files in 2usize..4,
        punctual in 0u8..4,
    ) {
        let mut driver = Driver::new(width, height, files);
        let mut owed = Vec::new();
        for (at, event) in events.into_iter().enumerate() {
            if at == late / 2 {
                driver.known(files - 1, Analysis::complete(heap(last)), at % 2 == 0);
                driver.known(files - 1, Analysis::complete(heap(last)), true);
            }
            if at == late {
                for file in 0..files - 1 {
                    driver.known(file, Analysis::complete(heap([BEFORE, AFTER][file])), true);
                }
            }
            // Answers come now, or after other events, in any order.
            owed.extend(driver.step(event));
            if punctual < 2 || at % 3 == usize::from(punctual) {
                owed.drain(..).rev().for_each(|effect| driver.serve(effect));
            }
            for (at, top, len) in cursors(&driver.state) {
                prop_assert!(at < len.max(1) && top <= at, "{} {} {}", at, top, len);
            }
            let screen = driver.screen();
            prop_assert!(!screen.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
