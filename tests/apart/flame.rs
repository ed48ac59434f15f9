//! The screen of a sampling profile: the bundled recordings of a server that fills a map, and a made-up one.

use std::time::{Duration, Instant};

use leaktui::{
    job::{Job, Progress},
    profile::{self, Builder, Frame, Profile},
    snapshot::Input,
    tui::{
        apart::{Effect, Event, Scene as _},
        flame::{
            Lens, Profiles, State,
            look::{Ask, News},
        },
        theme::Theme,
    },
};
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend};

use crate::{SIZES, THEME, any_input, click, screen};

/// Types letters, and does at once what a worker would do; answers what else was asked for.
fn keys(state: &mut State, letters: &str) -> Vec<Effect<Ask>> {
    let typed = |c: char| {
        crate::keys(state, &c.to_string()).into_iter().flat_map(|e| serve(state, e)).collect::<Vec<_>>()
    };
    letters.chars().flat_map(typed).collect()
}

fn serve(state: &mut State, effect: Effect<Ask>) -> Vec<Effect<Ask>> {
    let Effect::Ask(Ask::Look(look)) = effect else { return vec![effect] };
    let done = state.update(Event::News(look.run(&Job::default()).expect("nobody cancels")));
    done.into_iter().flat_map(|effect| serve(state, effect)).collect()
}

fn serve_all(state: &mut State, effects: Vec<Effect<Ask>>) {
    for effect in effects {
        serve(state, effect);
    }
}

/// A screen on which profiles of these names are to be read.
fn unread((width, height): (u16, u16), theme: Theme, names: &[&str]) -> State {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    State::new(width, height, theme, names, Lens::default())
}

/// The screen once the first look is there.
fn seen(size: (u16, u16), theme: Theme, named: &[(&str, Profile)]) -> State {
    let (names, profiles): (Vec<_>, Vec<_>) = named.iter().cloned().unzip();
    let mut state = unread(size, theme, &names);
    let first = read(&mut state, profiles);
    serve_all(&mut state, first);
    state
}

/// Tells that all are read; answers what is asked for then.
fn read(state: &mut State, profiles: Vec<Profile>) -> Vec<Effect<Ask>> {
    state.update(Event::News(News::Read(Profiles::of(profiles).expect("one at least"))))
}

fn bundled(name: &str) -> Profile {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    profile::read(&Input::Path(path), &Job::default()).expect("a profile")
}

const BUNDLED: [&str; 2] = ["handlemap-before.heapprofile", "handlemap.heapprofile"];

fn one(size: (u16, u16)) -> State {
    seen(size, THEME, &[(BUNDLED[1], bundled(BUNDLED[1]))])
}

fn two(size: (u16, u16)) -> State {
    seen(size, THEME, &BUNDLED.map(|name| (name, bundled(name))))
}

fn frame(name: &str, url: &str) -> Frame {
    Frame { name: name.to_owned(), url: url.to_owned(), line: 7, column: 3, ..Frame::default() }
}

/// `main` calls `fill` (60 kB) and a package's `hash` (30 kB), which calls `fill` again (10 kB).
fn small(size: (u16, u16)) -> State {
    let mut builder = Builder::new(Frame { name: "(root)".to_owned(), ..Frame::default() });
    let main = builder.call(0, frame("main", "/app/main.js"), 0);
    builder.call(main, frame("fill\u{1b}[31m漢字", "/app/main.js"), 60_000);
    let hash = builder.call(main, frame("hash", "/app/node_modules/left-pad/index.js"), 30_000);
    builder.call(hash, frame("fill\u{1b}[31m漢字", "/app/main.js"), 10_000);
    seen(size, THEME, &[("small\u{1b}.heapprofile", builder.finish())])
}

#[test]
fn what_is_seen_stays_and_keeps_its_keys_until_the_new_look_is_there() {
    let mut state = small((80, 24));
    let mut asked = crate::keys(&mut state, "↓↓f");
    let Some(Effect::Ask(Ask::Look(stale))) = asked.pop() else { panic!("a worker is asked") };
    assert!(state.is_busy() && screen(&state, (80, 24)).contains("working… (Esc gives up)"));
    crate::keys(&mut state, "↑2");
    assert!(screen(&state, (80, 24)).contains("[2 Functions]"), "keys go on");
    assert!(matches!(crate::keys(&mut state, "⎋")[..], [Effect::Ask(Ask::GiveUp)]));
    assert!(state.update(Event::News(stale.run(&Job::default()).expect("nobody cancels"))).is_empty());
    crate::keys(&mut state, "1");
    assert!(!state.is_busy());
    assert!(!screen(&state, (80, 24)).contains("only "), "what nobody wants any more is dropped");
    keys(&mut state, "f");
    assert!(screen(&state, (80, 24)).contains("only "), "the next look is another one");
    let mut asked = crate::keys(&mut state, "F");
    let Some(Effect::Ask(Ask::Look(look))) = asked.pop() else { panic!("a worker is asked") };
    let job = Job::default();
    job.cancel();
    assert!(look.run(&job).is_err(), "it stops when asked");
}

#[test]
fn the_first_look_is_worked_out_beside_the_screen() {
    for size in SIZES {
        let mut state = unread(size, THEME, &BUNDLED[1..]);
        let first = read(&mut state, vec![bundled(BUNDLED[1])]);
        let shown = screen(&state, size);
        assert!(state.is_busy() && shown.contains("working out who allocated what"), "{shown}");
        // There is nothing to sort, to copy or to open yet; what is looked for is found once it is there.
        assert!(crate::keys(&mut state, "2s4→y↵/CallC↵").is_empty());
        assert!(matches!(crate::keys(&mut state, "⎋")[..], [Effect::Quit]));
        screen(&state, size);
        serve_all(&mut state, first);
        assert!(!state.is_busy());
        assert!(screen(&state, size).contains("function"), "{}", screen(&state, size));
        assert!(matches!(crate::keys(&mut state, "q")[..], [Effect::Quit]));
    }
}

#[test]
fn what_is_read_and_how_far_that_is_stands_on_the_screen() {
    for size in SIZES {
        let mut state = unread(size, THEME, &BUNDLED);
        assert!(
            state.is_busy() && screen(&state, size).contains("reading handle"),
            "{}",
            screen(&state, size)
        );
        let progress = Progress { phase: "reading".into(), unit: "bytes", done: 42, total: 100, rate: 812e6 };
        state.update(Event::News(News::Reading(1)));
        state.update(Event::News(News::Progress(progress)));
        insta::assert_snapshot!(format!("reading_{}x{}", size.0, size.1), screen(&state, size));
        // By package is how it will be seen; all else waits.
        assert!(crate::keys(&mut state, "bb2f4→y↵/CallC↵?q1").is_empty());
        for key in ["q", "⎋"] {
            assert!(matches!(crate::keys(&mut state, key)[..], [Effect::Quit]), "{key}");
        }
        let first = read(&mut state, BUNDLED.map(bundled).to_vec());
        serve_all(&mut state, first);
        let shown = screen(&state, size);
        assert!(shown.contains("by package") && shown.contains("grew most by itself"), "{shown}");
    }
}

#[test]
fn searches_orders_and_callers_are_worked_out_beside_the_screen() {
    let mut state = small((80, 24));
    for (keys, done) in [("/hash↵", "1 function"), ("2s", "Total▾"), ("4→", "▾ hash")] {
        let mut asked = crate::keys(&mut state, keys);
        let Some(Effect::Ask(Ask::Look(look))) = asked.pop() else { panic!("a worker is asked: {keys}") };
        assert!(state.is_busy() && !screen(&state, (80, 24)).contains(done));
        let job = Job::default();
        state.update(Event::News(look.run(&job).expect("nobody cancels")));
        assert!(!state.is_busy() && screen(&state, (80, 24)).contains(done), "{}", screen(&state, (80, 24)));
    }
    crate::keys(&mut state, "/fill↵");
    assert!(matches!(crate::keys(&mut state, "⎋")[..], [Effect::Ask(Ask::GiveUp)]));
    assert!(!state.is_busy() && !screen(&state, (80, 24)).contains("/fill"), "given up");
}

#[test]
fn an_order_asked_for_while_another_is_made_is_the_one_after_that() {
    for letters in ["ss", "sr", "sss", "s⎋s"] {
        let (mut hasty, mut patient) = (small((80, 24)), small((80, 24)));
        let mut asked = crate::keys(&mut hasty, &format!("2{letters}"));
        serve_all(&mut hasty, asked.split_off(asked.len() - 1));
        keys(&mut patient, &format!("2{}", letters.trim_start_matches("s⎋")));
        assert_eq!(screen(&hasty, (80, 24)), screen(&patient, (80, 24)), "{letters}");
    }
}

#[test]
fn whatever_is_worked_out_stops_when_asked() {
    for keys in ["/hash↵", "2s", "2r", "4→", "b", "↓↓f", "↓↓x"] {
        for state in &mut [small((80, 24)), two((80, 24))] {
            let mut asked = crate::keys(state, keys);
            let Some(Effect::Ask(Ask::Look(look))) = asked.pop() else { panic!("a worker is asked: {keys}") };
            let job = Job::default();
            job.cancel();
            assert!(look.run(&job).is_err(), "{keys}");
        }
    }
}

#[test]
fn the_flame_at_three_sizes() {
    for size in SIZES {
        let mut state = one(size);
        keys(&mut state, "↓↓");
        insta::assert_snapshot!(format!("flame_{}x{}", size.0, size.1), screen(&state, size));
    }
}

#[test]
fn every_list_at_three_sizes() {
    for size in SIZES {
        for (key, name) in [("2", "functions"), ("3→↓→", "tree"), ("4→↓", "heavy")] {
            let mut state = one(size);
            keys(&mut state, key);
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), screen(&state, size));
        }
    }
}

#[test]
fn two_profiles_at_three_sizes() {
    for size in SIZES {
        let mut state = two(size);
        insta::assert_snapshot!(format!("flame_two_{}x{}", size.0, size.1), screen(&state, size));
        keys(&mut state, "2");
        insta::assert_snapshot!(format!("functions_two_{}x{}", size.0, size.1), screen(&state, size));
    }
}

#[test]
fn a_function_is_found_shown_and_copied() {
    let mut state = small((80, 24));
    keys(&mut state, "/FILL↵");
    let shown = screen(&state, (80, 24));
    assert!(shown.contains("1 function, 70.0 kB (70%)"), "{shown}");
    assert!(shown.contains("fill\\x1b[31m漢字 at /app/main.js:7:3"), "safe, with its place: {shown}");
    keys(&mut state, "n");
    assert!(screen(&state, (80, 24)).contains("called by hash ← main ← (root)"));
    keys(&mut state, "n");
    assert!(screen(&state, (80, 24)).contains("called by main ← (root)"), "round and round");
    let effects = keys(&mut state, "y");
    let [Effect::Copy(text, _)] = effects.as_slice() else { panic!("y copies") };
    let wanted = "fill\\x1b[31m漢字 at /app/main.js:7:3\nallocated 60.0 kB (60%) itself, 60.0 kB (60%) with what it \
                  called · own code\ncalled by main ← (root)";
    assert_eq!(text, wanted);
    keys(&mut state, "/nothing like it↵");
    assert!(screen(&state, (80, 24)).contains("no function or script contains `nothing like it`"));
}

#[test]
fn a_zoom_gives_a_call_the_whole_width_and_goes_back() {
    let mut state = small((80, 24));
    let first =
        |state: &State, row: usize| screen(state, (80, 24)).lines().nth(row).unwrap_or_default().to_owned();
    assert!(first(&state, 3).contains("fill") && first(&state, 3).contains("hash"));
    keys(&mut state, "↓↓→↵");
    assert!(first(&state, 1).contains("▸hash 40.0 kB"), "{}", first(&state, 1));
    assert!(first(&state, 2).contains("fill"));
    keys(&mut state, "⌫");
    assert!(first(&state, 1).contains("(root) 100 kB"));
    click(&mut state, 70, 3);
    assert!(screen(&state, (80, 24)).contains("hash at /app/node_modules/left-pad/index.js:7:3"));
    click(&mut state, 70, 3);
    assert!(first(&state, 1).contains("▸hash"), "a second click zooms");
    keys(&mut state, "⎋");
    assert!(first(&state, 1).contains("(root)"));
}

#[test]
fn focus_exclusion_and_packages_are_taken_back_one_by_one() {
    let mut state = small((80, 24));
    keys(&mut state, "/hash↵⎋f");
    assert!(screen(&state, (80, 24)).contains("only hash"));
    assert!(screen(&state, (80, 24)).contains("40.0 kB sampled"));
    keys(&mut state, "x");
    assert!(screen(&state, (80, 24)).contains("only hash · without hash"));
    keys(&mut state, "FF");
    assert!(screen(&state, (80, 24)).contains("100 kB sampled"));
    keys(&mut state, "bb2");
    let shown = screen(&state, (80, 24));
    assert!(
        shown.contains("by package") && shown.contains("left-pad") && shown.contains("(own code)"),
        "{shown}"
    );
    assert!(!shown.contains("hash"));
    keys(&mut state, "b");
    assert!(screen(&state, (80, 24)).contains("hash /app/node_modules"));
}

#[test]
fn what_fills_the_map_is_named_at_once() {
    for size in SIZES {
        let shown = screen(&one(size), size);
        assert!(shown.contains("most by itself: CallContext 296 kB"), "{shown}");
    }
    let mut state = one((80, 24));
    keys(&mut state, "2↵");
    let shown = screen(&state, (80, 24));
    assert!(shown.contains("▸CallC") && shown.contains("timeline.js:13:32"), "two keys lead to it: {shown}");
}

#[test]
fn ascii_and_no_colour_say_as_much() {
    let plain = Theme { color: false, ascii: true };
    let mut state = seen((80, 24), plain, &BUNDLED.map(|name| (name, bundled(name))));
    for key in ["1", "2", "3", "4"] {
        keys(&mut state, key);
        let shown = screen(&state, (80, 24));
        assert!(shown.is_ascii(), "{shown}");
    }
}

/// `cargo test --release --test apart -- --ignored --nocapture 200_000`
#[test]
#[ignore = "measures, so it wants a release build on a machine that does nothing else"]
fn a_key_and_its_frame_take_less_than_5_ms_over_a_root_of_200_000_calls() {
    let mut builder = Builder::new(frame("(root)", ""));
    for at in 0..200_000 {
        let call = builder.call(0, frame(&format!("f{at}"), "/app/main.js"), 1 + at % 977);
        builder.call(call, frame("g", "/app/main.js"), at % 31);
    }
    let size = (120, 40);
    let mut state = seen(size, THEME, &[("wide.heapprofile", builder.finish())]);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a test backend");
    let mut times = Vec::new();
    let round = "↓→→→←↑↓↵⌫↓→↵⎋2↓↓↑↵13↓→↓←←→←4↓↑1↓nN?q";
    for key in std::iter::once("/f1999↵").chain(std::iter::repeat_n(round, 20)).flat_map(str::chars) {
        let begun = Instant::now();
        let effects = crate::keys(&mut state, &key.to_string());
        terminal.draw(|frame| state.draw(frame)).expect("a test backend");
        times.push((begun.elapsed(), key));
        serve_all(&mut state, effects);
    }
    times.sort();
    let [half, most, all] = [times.len() / 2, times.len() * 99 / 100, times.len() - 1].map(|at| times[at]);
    println!("{} keys: half within {half:?}, 99 of 100 within {most:?}, all within {all:?}", times.len());
    println!("the slowest: {:?}", &times[times.len() - 12..]);
    assert!(most.0 < Duration::from_millis(5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_breaks_a_profile(events in prop::collection::vec(any_input(), 1..60), both: bool) {
        let mut state = if both { two((80, 24)) } else { small((80, 24)) };
        for event in events {
            for effect in state.update(Event::Input(event)) {
                serve(&mut state, effect);
            }
            let size = (state.front.width.max(1), state.front.height.max(1));
            screen(&state, size);
        }
        screen(&state, (30, 7));
    }
}
