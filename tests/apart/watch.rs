//! `leaktui watch`: samples at fixed times, no process.

use std::{path::PathBuf, time::Duration};

use crossterm::event::Event as Input;
use leaktui::{
    job::Progress,
    live::{Figures, Sample},
    tui::{
        apart::{Effect, Event, Scene as _},
        theme::Theme,
        watch::{About, Ask, News, State},
    },
};
use proptest::prelude::*;

use crate::{SIZES, THEME, any_input, keys, screen};

fn state((width, height): (u16, u16), inspected: bool) -> State {
    let label = "server.js\u{1b}[2J · process 4711".to_owned();
    let not_node = "process 4711 (sl\u{1b}eep) is not Node.js: SIGUSR1 would have ended it".to_owned();
    let pages_only = (!inspected).then_some(not_node);
    State::new(width, height, THEME, About { label, pages_only, every: Duration::from_secs(2) })
}

/// A heap that leaks 1 MB a second in a sawtooth, beside buffers that do not.
fn leaking(second: u64) -> Sample {
    let heap = 20_000_000 + second * 1_000_000 + second % 5 * 300_000;
    Sample {
        at: Duration::from_secs(second),
        figures: Figures {
            heap_used: Some(heap),
            heap_total: Some(heap + 5_000_000),
            external: Some(2_000_000),
            array_buffers: Some(1_000_000),
            rss: Some(heap + 60_000_000),
        },
        resident: None,
        collections: Some(second / 5),
        delay: Some(Duration::from_millis(second % 7)),
    }
}

fn sampled(state: &mut State, seconds: std::ops::Range<u64>) {
    seconds.step_by(2).for_each(|second| news(state, News::Sampled(leaking(second))));
}

fn news(state: &mut State, news: News) {
    assert!(state.update(Event::News(news)).is_empty());
}

#[test]
fn a_leak_with_marks_at_three_sizes() {
    for size in SIZES {
        let mut state = state(size, true);
        sampled(&mut state, 0..60);
        keys(&mut state, "m");
        sampled(&mut state, 60..90);
        news(&mut state, News::Collected);
        sampled(&mut state, 90..120);
        insta::assert_snapshot!(format!("watch_{}x{}", size.0, size.1), screen(&state, size));
    }
}

#[test]
fn before_the_first_sample_and_of_pages_alone() {
    let mut early = state((80, 24), true);
    insta::assert_snapshot!("watch_early_80x24", screen(&early, (80, 24)));
    assert!(keys(&mut early, "cgmoy").is_empty(), "there is nothing to do yet");
    for size in SIZES {
        let mut pages = state(size, false);
        for second in 0..40 {
            let figures = Figures { rss: Some(90_000_000), ..Figures::default() };
            let sample = Sample { figures, collections: None, delay: None, ..leaking(second) };
            news(&mut pages, News::Sampled(sample));
        }
        insta::assert_snapshot!(format!("watch_pages_{}x{}", size.0, size.1), screen(&pages, size));
        assert!(keys(&mut pages, "cg").is_empty(), "nobody can be asked");
    }
}

#[test]
fn a_snapshot_is_asked_for_taken_and_offered() {
    let mut state = state((80, 24), true);
    sampled(&mut state, 0..60);
    assert_eq!(keys(&mut state, "c"), [Effect::Ask(Ask::Cost)]);
    assert!(keys(&mut state, "c").is_empty(), "once is enough");
    news(&mut state, News::Cost("a snapshot of a 24 MB heap stops the process; 2 GB are free".to_owned()));
    insta::assert_snapshot!("watch_question_80x24", screen(&state, (80, 24)));
    assert!(keys(&mut state, "↵").is_empty(), "a question that comes by itself takes no Enter for a yes");
    assert!(keys(&mut state, "n").is_empty(), "no is no");
    keys(&mut state, "c");
    news(&mut state, News::Cost("it costs".to_owned()));
    assert_eq!(keys(&mut state, "y"), [Effect::Ask(Ask::Snapshot)]);
    let progress =
        Progress { phase: "writing the snapshot".into(), unit: "bytes", done: 30, total: 60, rate: 9e6 };
    news(&mut state, News::Progress(progress));
    sampled(&mut state, 60..62);
    assert!(state.is_busy());
    insta::assert_snapshot!("watch_taking_80x24", screen(&state, (80, 24)));
    assert_eq!(keys(&mut state, "⎋"), [Effect::Ask(Ask::GiveUp)]);
    news(&mut state, News::Taken(Ok((PathBuf::from("heap-4711\u{1b}.heapsnapshot"), 5_000_000))));
    let shown = screen(&state, (80, 24));
    assert!(shown.contains("wrote heap-4711\\x1b.heapsnapshot, 5.0 MB; o explores it"), "{shown}");
    assert_eq!(keys(&mut state, "o"), [Effect::Quit]);
    assert!(state.opens && state.taken().count() == 1);
}

#[test]
fn a_process_that_died_keeps_its_charts() {
    for size in [(80, 24), (40, 12)] {
        let mut state = state(size, true);
        sampled(&mut state, 0..60);
        news(&mut state, News::Cost("too late".to_owned()));
        let why = "the target went away during Runtime.evaluate (did it crash?)".to_owned();
        news(&mut state, News::Ended { why, good: false });
        insta::assert_snapshot!(format!("watch_died_{}x{}", size.0, size.1), screen(&state, size));
        assert!(keys(&mut state, "cgm").is_empty());
        assert_eq!(keys(&mut state, "q"), [Effect::Quit]);
    }
}

#[test]
fn the_verdict_is_copied_with_what_happened_since_the_marks() {
    let mut state = state((80, 24), true);
    sampled(&mut state, 0..60);
    keys(&mut state, "m");
    sampled(&mut state, 60..80);
    let effects = keys(&mut state, "y");
    let [Effect::Copy(text, _)] = effects.as_slice() else { panic!("y copies") };
    assert!(text.starts_with("the JavaScript heap grows 6"), "{text}");
    assert!(text.ends_with("since mark 1, 20 s ago: heap +20.0 MB, external 0 B, rss +20.0 MB"), "{text}");
}

#[test]
fn a_busy_process_is_told_and_asked_again() {
    let mut state = state((80, 24), true);
    sampled(&mut state, 0..60);
    news(&mut state, News::Silent(Duration::from_secs(10)));
    let said = "it answers nothing for 10 s: its main thread is busy or stopped";
    assert!(screen(&state, (80, 24)).contains(said));
    assert_eq!(keys(&mut state, "c"), [Effect::Ask(Ask::Cost)]);
    let shown = screen(&state, (80, 24));
    assert!(shown.contains(said) && shown.contains("asking what a snapshot would cost"), "{shown}");
    assert_eq!(keys(&mut state, "⎋"), [Effect::Ask(Ask::GiveUp)]);
    assert!(!screen(&state, (80, 24)).contains("asking what"), "it is not waited for any more");
    assert_eq!(keys(&mut state, "g"), [Effect::Ask(Ask::Collect)]);
    news(&mut state, News::Failed("the target did not answer within 10 s".to_owned()));
    let shown = screen(&state, (80, 24));
    assert!(shown.contains(said) && shown.contains("did not answer within 10 s"), "{shown}");
    sampled(&mut state, 60..62);
    assert!(!screen(&state, (80, 24)).contains("answers nothing"));
    news(&mut state, News::Silent(Duration::from_secs(10)));
    news(&mut state, News::Ended { why: "gone".to_owned(), good: false });
    assert!(!screen(&state, (80, 24)).contains("answers nothing"), "what is over answers no more");
}

#[test]
fn a_snapshot_that_comes_on_ends_a_silence() {
    let mut state = state((80, 24), true);
    sampled(&mut state, 0..60);
    keys(&mut state, "c");
    news(&mut state, News::Cost("it costs".to_owned()));
    news(&mut state, News::Silent(Duration::from_secs(3)));
    keys(&mut state, "y");
    assert!(screen(&state, (80, 24)).contains("answers nothing for 3.0 s"));
    let progress =
        Progress { phase: "writing the snapshot".into(), unit: "bytes", done: 30, total: 60, rate: 9e6 };
    news(&mut state, News::Progress(progress));
    let shown = screen(&state, (80, 24));
    assert!(shown.contains("writing the snapshot") && !shown.contains("answers nothing"), "{shown}");
}

#[test]
fn what_was_given_up_and_comes_to_pass_disturbs_nothing() {
    let mut state = state((80, 24), true);
    sampled(&mut state, 0..60);
    keys(&mut state, "g⎋");
    assert_eq!(keys(&mut state, "c"), [Effect::Ask(Ask::Cost)]);
    news(&mut state, News::Collected);
    news(&mut state, News::Cost("it costs".to_owned()));
    assert!(screen(&state, (80, 24)).contains("Take it?"));
    news(&mut state, News::Cost("it costs".to_owned()));
    assert_eq!(keys(&mut state, "y"), [Effect::Ask(Ask::Snapshot)]);
    assert!(!screen(&state, (80, 24)).contains("Take it?"), "it is asked once");
    news(&mut state, News::Failed("the collection was late".to_owned()));
    news(&mut state, News::Taken(Ok((PathBuf::from("a.heapsnapshot"), 1))));
    assert!(screen(&state, (80, 24)).contains("o explores it"));
}

#[test]
fn ascii_draws_nothing_else() {
    let about = About { label: "a".to_owned(), pages_only: None, every: Duration::from_secs(2) };
    let mut state = State::new(80, 24, Theme { color: false, ascii: true }, about);
    sampled(&mut state, 0..60);
    let shown = screen(&state, (80, 24));
    assert!(shown.is_ascii() && !shown.contains('?'.to_string().repeat(2).as_str()), "{shown}");
}

fn any_news() -> impl Strategy<Value = News> {
    prop_oneof![
        8 => (0..500u64).prop_map(|second| News::Sampled(leaking(second))),
        1 => Just(News::Collected),
        1 => Just(News::Cost("it costs".to_owned())),
        1 => Just(News::Taken(Ok((PathBuf::from("a"), 1)))),
        1 => Just(News::Taken(Err("full".to_owned()))),
        1 => Just(News::Silent(Duration::from_secs(10))),
        1 => Just(News::Failed("silent".to_owned())),
        1 => Just(News::Ended { why: "gone".to_owned(), good: false }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_breaks_a_watch(events in prop::collection::vec(prop_oneof![any_input().prop_map(Ok), any_news().prop_map(Err)], 1..80)) {
        let mut state = state((80, 24), true);
        for event in events {
            state.update(event.map_or_else(Event::News, Event::Input));
            let size = (state.front.width.max(1), state.front.height.max(1));
            screen(&state, size);
        }
        state.update(Event::Input(Input::Resize(120, 40)));
        screen(&state, (30, 7));
    }
}
