//! What the screen shows, at three sizes, and that no sequence of events breaks it.
//!
//! The explorer is driven without a terminal: events go into `update`, the tasks it asks for run
//! in line, and ratatui's `TestBackend` holds the frame.

mod driver;

use crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use driver::{Driver, any_event, pressed};
use leaktui::{
    analysis::Analysis,
    heap::fixture::heap,
    job::{Job, Progress},
    tui::{
        chooser,
        draw::draw,
        event::{Effect, Event, FileFacts},
        keymap::{BINDINGS, active},
        state::State,
        task::Task,
        theme::Theme,
    },
};
use proptest::prelude::*;
use ratatui::{Terminal, backend::TestBackend};

/// A server that keeps its requests: a cycle (store and its parent), a string that would drive a
/// terminal, wide characters, a closure, a weak reference and a rope.
const LEAK: &str = "0!synthetic>element.1.1,element.2.2 \
    1:120=global>server.3,property.cache.4,weak.w.9 \
    2!synthetic=(GC~roots)>element.1.14 \
    3:88=Server>requests.5,handler.6,property.name.7 \
    4:64=Cache>store.8,property.漢字.12 \
    5:32=Array>element.0.9,element.1.10,element.2.11 \
    6:64!closure=onRequest>context.leaks.5,internal.shared.13 \
    7:40!string=\u{1b}[31mred\u{202e} \
    8:200=Store>parent.4,element.7.9,self.8 \
    9:1000=Request>url.12,socket.10 \
    10:2000=Request>url.12,next.11 \
    11:30000=Request>url.12 \
    12:400!string=/api/利用者/👩‍👧 \
    13:16!code=onRequest \
    14:72!concatenated~string=rope>internal.first.12,internal.second.7";

/// A value that a WeakMap keeps for a key, and two routers that hold it too.
const WEAKMAP: &str = "0!synthetic>element.1.1 \
    1:120=global>session.2,secrets.3,one.6,two.7 \
    2:88=Session>internal.2~/~part~of~key~(Session~@5)~->~value~(Secret~@11)~pair~in~WeakMap~(table~@9).5 \
    3:40=WeakMap>internal.table.4 \
    4:64!array=>internal.7~/~part~of~key~(Session~@5)~->~value~(Secret~@11)~pair~in~WeakMap~(table~@9).5 \
    5:900=Secret \
    6:30=Router>current.5 \
    7:30=Router>current.5";

/// A leak that V8 itself refers to as well: by maps, code and a handle.
const NOISY: &str = "0!synthetic>element.1.1,element.2.2 \
    1:120=global>app.3 \
    2!synthetic=(GC~roots)>element.0.8 \
    3:88=App>cache.9 \
    4:4000=Leak>name.10 \
    5!object~shape=system~/~Map>property.of.4 \
    6!hidden=system~/~Map>property.of.4 \
    7!code=run>property.weakly.4 \
    8!synthetic=(Handle~scope)>element.3.4,element.4.7,element.5.6,element.6.5 \
    9:64=Cache>last.4 \
    10:40!string=name";

/// Nothing is known yet.
fn empty(width: u16, height: u16) -> Driver {
    let theme = Theme { color: true, ascii: false };
    Driver::over(State::new(width, height, theme, "leak.heapsnapshot".to_owned()))
}

/// An explorer of that heap with everything known.
fn of(text: &str, width: u16, height: u16) -> Driver {
    let mut driver = empty(width, height);
    let facts =
        FileFacts { label: "leak.heapsnapshot".to_owned(), bytes: Some(51_600_000), ..FileFacts::default() };
    driver.event(Event::Loaded(0, facts));
    driver.known(0, Analysis::complete(heap(text)), true);
    driver
}

/// An explorer of the server.
fn ready(width: u16, height: u16) -> Driver {
    of(LEAK, width, height)
}

#[test]
fn a_terminal_that_shrank_before_saying_so_is_drawn_as_it_is() {
    let mut driver = ready(120, 40);
    driver.keys("?");
    let mut terminal = Terminal::new(TestBackend::new(30, 7)).expect("a test backend");
    terminal.draw(|frame| draw(&driver.state, frame)).expect("nothing outside the screen");
}

#[test]
fn explore_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let driver = ready(width, height);
        insta::assert_snapshot!(format!("explore_{width}x{height}"), driver.screen());
    }
}

#[test]
fn retainers_and_chain_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("/Request↵↵↵");
        insta::assert_snapshot!(format!("retainers_{width}x{height}"), driver.screen());
        driver.keys("p");
        insta::assert_snapshot!(format!("path_{width}x{height}"), driver.screen());
    }
}

#[test]
fn help_lists_what_works_here() {
    let mut driver = ready(80, 24);
    driver.keys("?");
    insta::assert_snapshot!("help_80x24", driver.screen());
}

#[test]
fn commands_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys(":");
        insta::assert_snapshot!(format!("commands_{width}x{height}"), driver.screen());
        driver.keys("sort");
        insta::assert_snapshot!(format!("commands_typed_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_command_is_run_by_name_in_the_pane_that_had_the_keys() {
    let mut driver = ready(120, 40);
    driver.keys("@19↵⇥:weak↵");
    assert!(driver.screen().contains("weak w in global"), "{}", driver.screen());
    driver.keys(":containment↵");
    assert!(driver.screen().contains("[3 Containment]"), "{}", driver.screen());
    driver.keys(":hide weak↵");
    assert!(
        driver.screen().contains("`weak` does nothing here now; it is for: Retainers"),
        "{}",
        driver.screen()
    );
    driver.keys("⎋");
    assert!(driver.state.chooser.is_none());
}

#[test]
fn every_action_can_be_run_by_its_name() {
    for binding in BINDINGS {
        let mut driver = ready(80, 24);
        driver.keys("@19↵⇥:");
        driver.keys(if binding.short.is_empty() { binding.help } else { binding.short });
        driver.keys("↵");
        driver.screen();
    }
}

/// Looks for a text everywhere, as `Ctrl-F` does.
fn find(driver: &mut Driver, text: &str) {
    driver.event(Event::Input(Input::Key(KeyEvent::new(KeyCode::Char('f'), KeyModifiers::CONTROL))));
    driver.keys(text);
    driver.keys("↵");
}

#[test]
fn what_is_found_everywhere_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        find(&mut driver, "re");
        insta::assert_snapshot!(format!("found_{width}x{height}"), driver.screen());
    }
}

#[test]
fn hits_are_walked_from_anywhere_and_each_leads_to_its_thing() {
    let mut driver = ready(120, 40);
    find(&mut driver, "cache");
    let screen = driver.screen();
    assert!(screen.contains("Found cache 2"), "the constructor and the field: {screen}");
    driver.keys("↵");
    let screen = driver.screen();
    assert!(screen.contains("hit 1 of 2: constructor Cache, 1 object"), "{screen}");
    assert!(screen.contains("▸Cache") && screen.contains("Objects of Cache"), "{screen}");
    driver.keys("2n");
    let screen = driver.screen();
    assert!(screen.contains("hit 2 of 2: field cache, 1 edge"), "{screen}");
    assert!(
        screen.contains("[has:cache]") && screen.contains("Constructors 1"),
        "who has the field: {screen}"
    );
    assert!(screen.contains("F or Esc takes this filter off"), "how to undo it: {screen}");
    driver.keys("n");
    let screen = driver.screen();
    assert!(screen.contains("hit 1 of 2") && !screen.contains("[has:cache]"), "its filter went: {screen}");
    driver.keys("N");
    assert!(driver.screen().contains("hit 2 of 2"), "{}", driver.screen());
}

#[test]
fn a_field_within_other_filters_says_how_it_alone_is_taken_off() {
    let mut driver = ready(120, 40);
    driver.keys("fsize>10↵");
    find(&mut driver, "cache");
    driver.keys("⎋N");
    assert!(
        driver.screen().contains("within the other filters; F takes this one off"),
        "{}",
        driver.screen()
    );
    driver.keys("F");
    let screen = driver.screen();
    assert!(screen.contains("taken off: [has:cache]") && screen.contains("[size>10]"), "{screen}");
}

#[test]
fn a_new_search_begins_with_an_empty_line_and_enter_alone_lists_the_last_one() {
    let mut driver = ready(120, 40);
    find(&mut driver, "");
    assert!(driver.state.chooser.is_none(), "nothing was looked for yet");
    find(&mut driver, "cache");
    driver.keys("↵");
    find(&mut driver, "re");
    assert!(driver.screen().contains("Found re "), "not what stood there before: {}", driver.screen());
    driver.keys("⎋");
    driver.event(Event::Input(Input::Key(KeyEvent::new(KeyCode::Char('f'), KeyModifiers::CONTROL))));
    assert!(driver.screen().contains("Enter lists re again"), "{}", driver.screen());
    driver.keys("↵");
    assert!(driver.screen().contains("Found re "), "{}", driver.screen());
}

#[test]
fn an_id_and_a_string_are_found_everywhere_and_lead_to_the_object() {
    let mut driver = ready(120, 40);
    find(&mut driver, "@19");
    driver.keys("↵");
    assert!(driver.screen().contains("Retainers of Request @19"), "{}", driver.screen());
    find(&mut driver, "/api");
    assert!(driver.screen().contains("1 time"), "{}", driver.screen());
    driver.keys("↵");
    assert!(driver.screen().contains("Retainers of \"/api/"), "{}", driver.screen());
    find(&mut driver, "/(/");
    assert!(
        driver.state.prompt.is_some() && driver.screen().contains("unclosed group"),
        "{}",
        driver.screen()
    );
    driver.keys("⎋");
    find(&mut driver, "nowhere at all");
    assert!(driver.screen().contains("nothing has that name or text"), "{}", driver.screen());
}

/// A driver over 5,000 strings, too many to be searched on the spot.
fn many_strings() -> Driver {
    let mut driver = empty(120, 40);
    let strings: Vec<String> = (1..5000).map(|n| format!("{n}:8!string=s{n}")).collect();
    driver.known(0, Analysis::complete(heap(&format!("0!synthetic>1 {}", strings.join(" ")))), true);
    driver
}

/// Does what was kept; answers what it told on the way, and what came out at last.
fn do_what_was_kept(driver: &mut Driver) -> Vec<Event> {
    let mut told = Vec::new();
    for effect in std::mem::take(&mut driver.effects) {
        if let Effect::Run { slot, request, task, known } = effect {
            let part = &mut |outcome| told.push(Event::Partly { slot, request, outcome });
            let outcome = task.run_telling(&known, &Job::default(), part).expect("nobody cancels");
            told.push(Event::Done { slot, request, outcome });
        }
    }
    driver.held = false;
    told
}

#[test]
fn hits_come_while_the_search_goes_on_and_escape_ends_it() {
    let mut driver = many_strings();
    driver.held = true;
    find(&mut driver, "s4");
    let mut told = do_what_was_kept(&mut driver);
    assert!(driver.screen().contains("Esc ends the search"), "{}", driver.screen());
    driver.event(told.remove(0));
    let found = driver.state.hits.rows.len();
    assert!(found > 0 && driver.state.hits.work.is_running());
    driver.keys("⎋");
    assert!(driver.screen().contains("ended early") && driver.state.chooser.is_some(), "{}", driver.screen());
    driver.event(told.remove(0));
    assert_eq!(driver.state.hits.rows.len(), found, "nobody waits for it any more");
    driver.keys("⎋n");
    assert!(driver.screen().contains("hit 1 of"), "{}", driver.screen());
}

#[test]
fn strings_that_are_found_come_while_the_search_goes_on() {
    let mut driver = many_strings();
    driver.keys("5");
    driver.held = true;
    driver.keys("fs4↵");
    let mut told = do_what_was_kept(&mut driver);
    driver.event(told.remove(0));
    let screen = driver.screen();
    assert!(screen.contains("Found: s4") && screen.contains("Esc ends the search"), "{screen}");
    assert!(screen.contains("Objects of Found: s4"), "the first are listed: {screen}");
    for event in told {
        driver.event(event);
    }
    assert!(!driver.screen().contains("Esc ends the search"), "{}", driver.screen());
}

#[test]
fn marks_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("@19↵m@17↵m");
        insta::assert_snapshot!(format!("marked_{width}x{height}"), driver.screen());
        driver.keys("M");
        insta::assert_snapshot!(format!("marks_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_mark_is_seen_in_every_pane_and_leads_back_until_it_is_forgotten() {
    let mut driver = ready(120, 40);
    driver.keys("@17↵m");
    assert!(driver.screen().contains("marked Store @17 · M lists marks"), "{}", driver.screen());
    assert!(driver.screen().contains("◆ Store"), "{}", driver.screen());
    driver.keys("@9↵");
    assert!(driver.screen().contains("◆ store: Store"), "inside: {}", driver.screen());
    assert!(driver.screen().contains("◆ parent in Store"), "among retainers: {}", driver.screen());
    driver.keys("4M↵");
    assert!(driver.screen().contains("Retainers of Store @17"), "{}", driver.screen());
    driver.keys("Mm");
    assert!(driver.state.chooser.is_none() && !driver.screen().contains('◆'), "{}", driver.screen());
    driver.keys("mm");
    assert!(driver.screen().contains("Store @17 is no longer marked"), "{}", driver.screen());
    driver.keys("m");
    driver.state.theme = Theme { color: false, ascii: true };
    assert!(driver.screen().contains("* Store"), "{}", driver.screen());
}

#[test]
fn export_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("e");
        insta::assert_snapshot!(format!("export_{width}x{height}"), driver.screen());
    }
}

/// The file that is written under the name that is proposed, with another ending.
fn exported(driver: &mut Driver, ending: &str) -> String {
    driver.keys("e⌫⌫");
    driver.keys(ending);
    driver.keys("↵");
    driver.saved.pop().unwrap_or_else(|| panic!("nothing was written: {}", driver.screen())).1
}

#[test]
fn a_list_is_written_whole_in_the_format_of_its_name() {
    let mut driver = ready(40, 12);
    let markdown = exported(&mut driver, "md");
    assert!(markdown.starts_with("## Constructors\n\nleak · 10 rows\n"), "{markdown}");
    assert!(markdown.contains("| Request | 3 | 33.0 kB | 33.0 kB | 4 |"), "{markdown}");
    assert_eq!(
        markdown.lines().filter(|line| line.starts_with("| ")).count(),
        12,
        "more than the screen shows"
    );
    assert!(driver.screen().contains("wrote 10 rows to leak-classes.md"), "{}", driver.screen());
    let csv = exported(&mut driver, "csv");
    assert!(csv.starts_with("class,class_key,count,shallow,retained,distance\r\n"), "{csv}");
    assert!(csv.contains("\r\nRequest,\",Request\",3,33000,33000,4\r\n"), "{csv}");
    let json: serde_json::Value = serde_json::from_str(&exported(&mut driver, "json")).expect("JSON");
    assert_eq!((&json["schema"], &json["table"]), (&"leaktui/export/1".into(), &"classes".into()));
    assert_eq!(json["rows"][1]["retained"], 33000);
    driver.keys("/requ↵");
    assert_eq!(exported(&mut driver, "csv").lines().count(), 2, "its filter holds");
}

#[test]
fn every_pane_window_and_list_can_be_exported() {
    let mut driver = ready(120, 40);
    driver.keys("@19↵m");
    for (keys, title) in [
        ("", "## Objects of Request"),
        ("⇥", "## Retainers of Request @19"),
        ("⇥", "## Inside Request @19"),
        ("p", "## What holds "),
        ("⎋2l", "## What retains most"),
        ("⇥", "## Objects of "),
        ("3l", "## Containment of "),
        ("4", "## What the heap is made of"),
        ("5", "## Strings"),
        ("M", "## Marks"),
    ] {
        driver.keys(keys);
        let text = exported(&mut driver, "md");
        assert!(text.starts_with(title), "{keys}: {text}");
        assert!(text.lines().count() > 4, "{keys}: {text}");
    }
    driver.keys("⎋");
    find(&mut driver, "re");
    assert!(exported(&mut driver, "csv").starts_with("kind,name,count,id\r\nconstructor,Request,3,\r\n"));
}

#[test]
fn what_is_being_written_says_how_far_it_is_until_it_is_there() {
    let mut driver = ready(80, 24);
    driver.held = true;
    driver.keys("e↵");
    assert!(driver.screen().contains("writing 10 rows …"), "{}", driver.screen());
    let (phase, unit) = ("writing".into(), "rows");
    driver.event(Event::Writing(Progress { phase, unit, done: 4, total: 10, rate: 1.0 }));
    driver.keys("j");
    assert!(driver.screen().contains("writing 10 rows … 40%"), "a key hides it not: {}", driver.screen());
    driver.serve_held();
    assert!(driver.screen().contains("wrote 10 rows to"), "{}", driver.screen());
    assert!(!driver.state.is_busy());
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_enter_says_so_twice() {
    let mut driver = ready(120, 40);
    driver.keys("e↵e↵");
    assert!(driver.screen().contains("there is such a file: Enter replaces it"), "{}", driver.screen());
    driver.keys("⎋");
    assert_eq!(driver.saved.len(), 1);
    driver.keys("e↵x");
    assert!(!driver.screen().contains("replaces"), "another name: {}", driver.screen());
    driver.keys("⌫↵↵");
    assert_eq!(driver.saved.len(), 2, "{}", driver.screen());
    driver.keys("e⌫⌫⌫↵");
    assert!(driver.screen().contains("it must end in .md, .csv or .json"), "{}", driver.screen());
}

#[test]
fn the_list_that_the_name_was_asked_for_is_written_whatever_the_screen_shows_by_then() {
    let mut driver = ready(120, 40);
    let click = |column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        Event::Input(Input::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    };
    driver.keys("e");
    let focus = driver.state.focus();
    (0..40).for_each(|row| driver.event(click(90, row)));
    assert_eq!(driver.state.focus(), focus, "no click goes through");
    // The heap becomes another one before Enter.
    driver.known(0, Analysis::complete(heap("0!synthetic>1 1:8=Other")), true);
    driver.keys("↵");
    let (name, text) = driver.saved.last().expect("it was written");
    assert_eq!(name, "leak-classes.md");
    assert!(text.starts_with("## Constructors\n\nleak · 10 rows\n") && !text.contains("Other"), "{text}");
}

#[test]
fn a_file_is_replaced_by_the_list_that_its_name_was_asked_for() {
    let mut driver = ready(120, 40);
    driver.keys("e↵e");
    driver.held = true;
    driver.keys("↵");
    // While the disk is asked whether there is such a file, other rows get the keys.
    driver.held = false;
    driver.keys("⇥");
    driver.serve_held();
    driver.event(Event::Copied(Ok("a row".to_owned())));
    assert!(driver.screen().contains("Enter replaces it"), "no news hides it: {}", driver.screen());
    driver.keys("↵");
    assert_eq!(driver.saved.len(), 2);
    assert_eq!(driver.saved[0], driver.saved[1], "the constructors, not what has the keys");
}

#[test]
fn no_question_takes_the_place_of_what_is_being_typed() {
    let mut driver = ready(120, 40);
    driver.keys("e↵e");
    driver.held = true;
    driver.keys("↵");
    driver.held = false;
    driver.keys("/Requ");
    driver.serve_held();
    let said = "not written: there is a file leak-classes.md already";
    assert!(driver.screen().contains(said), "{}", driver.screen());
    driver.keys("↵");
    assert_eq!((driver.saved.len(), driver.state.filter()), (1, "Requ"));
}

#[test]
fn a_pasted_name_is_another_name() {
    let mut driver = ready(120, 40);
    driver.keys("e↵e↵");
    assert!(driver.screen().contains("Enter replaces it"), "{}", driver.screen());
    driver.event(Event::Input(Input::Paste("x".to_owned())));
    assert!(!driver.screen().contains("replaces"), "{}", driver.screen());
}

#[test]
fn windows_are_exported_under_names_of_their_own() {
    let mut driver = ready(120, 40);
    driver.keys("@19↵⇥");
    for (keys, table) in [("d", "owners"), ("⎋c", "kinds"), ("⎋p", "path")] {
        driver.keys(keys);
        driver.keys("e↵");
        let (name, _) = driver.saved.pop().unwrap_or_else(|| panic!("{keys}: {}", driver.screen()));
        assert_eq!(name, format!("leak-{table}.md"));
    }
}

#[test]
fn what_is_folded_is_exported_with_its_count() {
    let mut driver = of(NOISY, 120, 40);
    driver.keys("/Leak↵↵↵");
    let text = exported(&mut driver, "csv");
    assert!(text.contains(",\"4 of V8's own (maps, "), "{text}");
}

#[test]
fn a_click_on_what_is_typed_runs_no_command() {
    let mut driver = ready(80, 24);
    for keys in [":", "no such"] {
        driver.keys(keys);
        let before = driver.screen();
        for row in 0..6 {
            let kind = MouseEventKind::Down(MouseButton::Left);
            let modifiers = KeyModifiers::NONE;
            if before
                .lines()
                .nth(row as usize)
                .is_some_and(|line| !line.contains("Command") && !line.contains('▏'))
            {
                continue;
            }
            driver.event(Event::Input(Input::Mouse(MouseEvent { kind, column: 20, row, modifiers })));
            assert_eq!(driver.screen(), before, "row {row}");
        }
    }
}

#[test]
fn hostile_text_reaches_no_exported_file_as_it_is() {
    let mut driver = ready(120, 40);
    driver.keys("/(string)↵↵");
    for ending in ["md", "csv", "json"] {
        let text = exported(&mut driver, ending);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
}

#[test]
fn help_lists_every_action_in_the_scope_it_holds_in() {
    for binding in BINDINGS {
        assert!(!binding.help.is_empty() && !binding.keys.is_empty(), "{:?}", binding.action);
        let found =
            active(&[binding.scope]).any(|row| row.action == binding.action && row.help == binding.help);
        assert!(found, "{:?}", binding.action);
    }
}

#[test]
fn the_first_frame_says_what_is_being_done() {
    let mut driver = empty(80, 24);
    let progress =
        Progress { phase: "reading edges".into(), unit: "bytes", done: 40, total: 100, rate: 812e6 };
    driver.event(Event::Progress(0, progress));
    insta::assert_snapshot!("loading_80x24", driver.screen());
}

#[test]
fn without_retained_sizes_rows_go_by_shallow_size_and_later_resort() {
    let mut driver = empty(80, 24);
    let mut early = Analysis::complete(heap(LEAK));
    let whole = early.clone();
    (early.retained, early.retainers, early.distances) = (None, None, None);
    driver.known(0, early, false);
    let before = driver.screen();
    assert!(before.contains("Shallow▾") && before.contains('…'), "{before}");
    driver.known(0, whole, true);
    assert!(driver.screen().contains("Retained▾"));
}

#[test]
fn what_there_was_no_memory_for_is_said_above_the_panes() {
    let mut driver = empty(120, 40);
    let short = Some("no retained sizes and no retainers: it needs about 21.4 GB of memory".to_owned());
    driver.event(Event::Loaded(0, FileFacts { short, ..FileFacts::default() }));
    let mut known = Analysis::complete(heap(LEAK));
    (known.retained, known.retainers, known.dominators) = (None, None, None);
    driver.known(0, known, true);
    let screen = driver.screen();
    assert!(screen.contains("no retained sizes and no retainers: it needs about 21.4 GB"), "{screen}");
    assert!(screen.contains("global"), "{screen}");
}

#[test]
fn ascii_and_monochrome_lose_nothing() {
    let mut driver = ready(80, 24);
    driver.state.theme = Theme { color: false, ascii: true };
    let screen = driver.screen();
    assert!(screen.is_ascii(), "{screen}");
    assert!(screen.contains(">global"), "the cursor is marked by more than reverse: {screen}");
}

#[test]
fn hostile_text_reaches_neither_screen_nor_clipboard() {
    let mut driver = ready(120, 40);
    driver.keys("/(string)↵↵Gy");
    let screen = driver.screen();
    assert!(screen.contains("\\x1b[31mred\\u{202e}"), "{screen}");
    assert_eq!(driver.copied, ["\"\\x1b[31mred\\u{202e}\" @15"]);
}

#[test]
fn enter_in_retainers_visits_and_backspace_returns() {
    let mut driver = ready(120, 40);
    driver.keys("/Request↵↵↵");
    let start = driver.screen();
    driver.keys("↵↵");
    assert_ne!(driver.screen(), start);
    driver.keys("⌫⌫");
    assert_eq!(driver.screen(), start);
}

#[test]
fn an_id_is_jumped_to_from_either_prompt() {
    for keys in ["@19↵", "/@19↵"] {
        let mut driver = ready(120, 40);
        driver.keys(keys);
        assert!(driver.screen().contains("Retainers of Request @19"), "{}", driver.screen());
    }
    let mut driver = ready(120, 40);
    driver.keys("@4↵");
    assert!(driver.screen().contains("no object @4"));
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_escape_forgets_it() {
    let mut driver = ready(120, 40);
    driver.keys("/serv");
    assert!(driver.screen().contains("Constructors 1"));
    driver.keys("⎋");
    assert!(driver.screen().contains("15 objects") || driver.screen().contains("objects ·"));
    assert!(driver.state.prompt.is_none());
}

#[test]
fn filters_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("fretained>1kB↵f!has:next↵");
        insta::assert_snapshot!(format!("filters_{width}x{height}"), driver.screen());
    }
}

#[test]
fn what_the_heap_is_made_of_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("2l");
        insta::assert_snapshot!(format!("dominators_{width}x{height}"), driver.screen());
        driver.keys("3l");
        insta::assert_snapshot!(format!("containment_{width}x{height}"), driver.screen());
        driver.keys("4");
        insta::assert_snapshot!(format!("statistics_{width}x{height}"), driver.screen());
        driver.keys("5f/api↵");
        insta::assert_snapshot!(format!("strings_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_part_leads_to_its_objects_and_these_to_explore_and_back() {
    let mut driver = ready(120, 40);
    driver.keys("2");
    assert!(driver.screen().contains("What retains most"), "{}", driver.screen());
    driver.keys("l/requ↵");
    assert!(driver.screen().contains("Request"), "{}", driver.screen());
    driver.keys("⎋↵");
    assert!(driver.screen().contains("[1 Explore]"), "one object is visited at once: {}", driver.screen());
    driver.keys("⌫");
    assert!(driver.screen().contains("[2 Dominators]"), "{}", driver.screen());
}

#[test]
fn strings_are_found_by_text_and_by_expression() {
    let mut driver = ready(120, 40);
    driver.keys("5fAPI↵");
    assert!(
        driver.screen().contains("Found: API") && driver.screen().contains("/api/"),
        "{}",
        driver.screen()
    );
    driver.keys("f/[/↵");
    assert!(driver.state.prompt.is_some(), "an expression without an end is not taken: {}", driver.screen());
    driver.keys("⎋f/re.$/↵");
    assert!(driver.screen().contains("Found: /re.$/"), "{}", driver.screen());
    driver.keys("f↵");
    assert!(!driver.screen().contains("Found"), "nothing forgets it: {}", driver.screen());
}

#[test]
fn a_row_of_v8s_own_is_explained_and_one_of_the_program_is_said_to_be() {
    let mut driver = ready(120, 40);
    driver.keys("/(code↵x");
    assert!(
        !driver.state.dialogs.is_empty() || driver.screen().contains("is not V8's"),
        "{}",
        driver.screen()
    );
    driver.keys("⎋⎋@29↵x");
    let screen = driver.screen();
    assert!(
        screen.contains("(concatenated string)") && screen.contains("V8 keeps as two halves"),
        "{screen}"
    );
    driver.keys("⎋@7↵x");
    assert!(
        driver.screen().contains("Server @7 is not V8's: the program, a package or Node"),
        "{}",
        driver.screen()
    );
}

#[test]
fn who_dominates_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("@27↵d");
        insta::assert_snapshot!(format!("owners_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_row_of_who_dominates_is_gone_to_and_backspace_returns() {
    let mut driver = ready(120, 40);
    driver.keys("@9↵");
    let start = driver.screen();
    driver.keys("dy↵");
    assert_eq!(driver.copied, ["global @3 keeps 33.6 kB, 98% of the heap"]);
    assert!(
        driver.state.dialogs.is_empty() && driver.screen().contains("Retainers of"),
        "{}",
        driver.screen()
    );
    driver.keys("⌫");
    assert_eq!(driver.screen(), start);
    for view in ["2", "3", "5"] {
        driver.keys(view).keys("d");
        assert_eq!(driver.state.dialogs.len(), 1, "{}", driver.screen());
        driver.keys("⎋");
    }
}

#[test]
fn an_ignored_retainer_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("@19↵⇥i");
        insta::assert_snapshot!(format!("ignored_{width}x{height}"), driver.screen());
        driver.keys("I");
        insta::assert_snapshot!(format!("ignored_list_{width}x{height}"), driver.screen());
    }
}

#[test]
fn the_chain_leads_around_what_is_ignored_until_it_is_restored() {
    let mut driver = ready(120, 40);
    driver.keys("@19↵⇥");
    let before = driver.screen();
    assert!(before.contains("▾ [0] in Array"), "{before}");
    driver.keys("i");
    let screen = driver.screen();
    assert!(screen.contains("1 ignored") && screen.contains("▾ [7] in Store"), "{screen}");
    assert!(screen.contains("▹ ignored [0] in Array"), "{screen}");
    driver.keys("p");
    let chain = driver.screen();
    assert!(chain.contains("is held as element 7 of Store @17"), "{chain}");
    assert!(chain.contains("Ignored on the way: Array @11 (I lists them)."), "{chain}");
    driver.keys("⎋i");
    let screen = driver.screen();
    assert!(screen.contains("2 ignored") && !screen.contains("▾ "), "nothing is left to open: {screen}");
    driver.keys("p");
    assert!(driver.screen().contains("every way to it leads through what is ignored"), "{}", driver.screen());
    driver.keys("⎋I↵");
    let screen = driver.screen();
    assert!(screen.contains("ignored [7] in Store") && !screen.contains("ignored [0]"), "{screen}");
    assert_eq!(driver.state.dialogs.len(), 1, "the window stays for the rest");
    driver.keys("a");
    assert_eq!(driver.screen(), before);
}

#[test]
fn what_is_ignored_stays_so_elsewhere_and_on_the_way_back() {
    let mut driver = ready(120, 40);
    driver.keys("@19↵⇥i");
    let there = driver.screen();
    driver.keys("@21↵");
    let screen = driver.screen();
    assert!(screen.contains("Retainers of Request @21 2 · 1 ignored"), "{screen}");
    driver.keys("⌫");
    assert_eq!(driver.screen(), there);
    driver.keys("@21↵Gi⌫");
    assert!(driver.screen().contains("▾ [0] in Array"), "restored elsewhere: {}", driver.screen());
}

#[test]
fn what_v8_keeps_for_itself_is_folded_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = of(NOISY, width, height);
        driver.keys("@9↵⇥");
        insta::assert_snapshot!(format!("folded_{width}x{height}"), driver.screen());
        driver.keys("G↵");
        insta::assert_snapshot!(format!("unfolded_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_fold_opens_closes_and_gives_way_to_a_filter() {
    let mut driver = of(NOISY, 120, 40);
    driver.keys("@9↵⇥G");
    let folded = driver.screen();
    assert!(folded.contains("▸▹ 4 of V8's own (maps, code, handl…"), "{folded}");
    driver.keys("l");
    assert!(driver.screen().contains("▹ of in system / Map"), "{}", driver.screen());
    driver.keys("sSh");
    assert!(
        driver.screen().contains("▸▹ 4 of V8's own"),
        "it stays last in every order: {}",
        driver.screen()
    );
    driver.keys("/handle↵");
    let screen = driver.screen();
    assert!(screen.contains("▾ 4 of V8's own") && screen.contains("[3] in (Handle scope)"), "{screen}");
    assert!(!screen.contains("of in system / Map"), "{screen}");
}

#[test]
fn what_the_shortest_chain_leads_through_is_never_folded_nor_what_has_no_other_holder() {
    let mut driver = of(NOISY, 120, 40);
    driver.keys("@19↵⇥");
    let screen = driver.screen();
    assert!(screen.contains("last") || screen.contains("cache in App"), "{screen}");
    driver.keys("@13↵");
    let screen = driver.screen();
    assert!(screen.contains("[5] in (Handle scope)") && !screen.contains("of V8's own"), "{screen}");
    let mut driver = of(NOISY, 120, 40);
    driver.keys("@9↵⇥i");
    let screen = driver.screen();
    assert!(screen.contains("▾ [3] in (Handle scope)"), "now the way out: {screen}");
    assert!(
        screen.contains("▹ 3 of V8's own (maps, code)") && screen.contains("ignored last in Cache"),
        "{screen}"
    );
}

#[test]
fn weak_ones_folded_ones_and_ignored_ones_are_shown_together() {
    let weak = "11:8=Registry>weak.ref.4 12!object~shape=system~/~Map>weak.dependent.4";
    let mut driver = of(&format!("{NOISY} {weak}"), 120, 40);
    driver.keys("@9↵⇥w");
    let screen = driver.screen();
    assert!(screen.contains("weak ref in Registry") && screen.contains("5 of V8's own"), "{screen}");
    driver.keys("i");
    let screen = driver.screen();
    assert!(screen.contains("Retainers of Leak @9 7 · with weak ones · 1 ignored"), "{screen}");
    assert!(screen.contains("▾ [3] in (Handle scope)") && screen.contains("4 of V8's own"), "{screen}");
    assert!(screen.contains("weak ref in Registry") && screen.contains("ignored last in Cache"), "{screen}");
    driver.keys("w");
    let screen = driver.screen();
    assert!(!screen.contains("weak ref in Registry"), "{screen}");
    assert!(screen.contains("5 · 1 ignored") && screen.contains("3 of V8's own"), "{screen}");
}

#[test]
fn the_first_of_very_many_rows_are_seen_before_all_are_sorted() {
    let holders: Vec<String> = (2..60_002).map(|node| format!("{node}=Holder>value.1")).collect();
    let mut driver = of(&format!("0!synthetic>1,2 1=Shared {}", holders.join(" ")), 120, 40);
    driver.keys("@3");
    let is_page = |effect: &Effect| matches!(effect, Effect::Run { task: Task::Page { .. }, .. });
    let (pages, rest): (Vec<_>, Vec<_>) = driver.step(pressed(KeyCode::Enter)).into_iter().partition(is_page);
    assert_eq!(pages.len(), 1);
    for effect in pages {
        driver.serve(effect);
    }
    let first = driver.screen();
    assert!(first.contains("Retainers of Shared @3 working…"), "{first}");
    let rows = |screen: &str| -> Vec<String> {
        let rows = screen.lines().filter(|line| line.contains("value in Holder"));
        rows.map(|line| line.chars().take(60).collect()).collect()
    };
    assert!(rows(&first).len() > 10, "{first}");
    for effect in rest {
        driver.serve(effect);
    }
    let whole = driver.screen();
    assert!(whole.contains("Retainers of Shared @3 60,000"), "{whole}");
    assert_eq!(rows(&whole), rows(&first), "nothing moves");
}

#[test]
fn a_weakmap_entry_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = of(WEAKMAP, width, height);
        driver.keys("@11↵⇥G");
        insta::assert_snapshot!(format!("entry_{width}x{height}"), driver.screen());
        driver.keys("↵");
        insta::assert_snapshot!(format!("entry_parts_{width}x{height}"), driver.screen());
    }
}

#[test]
fn a_weakmap_entry_leads_to_its_key_its_value_and_its_table() {
    for (keys, goal) in [("↵", "Session @5"), ("j↵", "Secret @11"), ("jj↵", "@9"), ("jjj↵", "WeakMap @7")]
    {
        let mut driver = of(WEAKMAP, 120, 40);
        driver.keys("@11↵⇥/session↵↵g").keys(keys);
        assert!(driver.state.dialogs.is_empty(), "{}", driver.screen());
        let subject = driver.screen();
        assert!(subject.contains("Retainers of") && subject.contains(goal), "{goal}: {subject}");
    }
    let mut driver = of(WEAKMAP, 120, 40);
    driver.keys("@5↵⇥⇥");
    assert!(driver.screen().contains("→ Secret (in WeakMa"), "{}", driver.screen());
    driver.keys("↵↵");
    assert!(driver.screen().contains("Retainers of Secret @11"), "Enter twice: {}", driver.screen());
}

#[test]
fn holders_by_kind_at_three_sizes() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut driver = ready(width, height);
        driver.keys("/Request↵c");
        insta::assert_snapshot!(format!("kinds_{width}x{height}"), driver.screen());
    }
}

#[test]
fn counted_holders_are_gone_to_and_copied() {
    let mut driver = of(WEAKMAP, 120, 40);
    driver.keys("/Secret↵cY");
    assert_eq!(
        driver.copied,
        ["1 by WeakMap value of Session\n1 by WeakMap value of WeakMap\n2 by \"current\" of Router"]
    );
    driver.keys("jj↵");
    assert!(driver.screen().contains("Router @15"), "several are listed: {}", driver.screen());
    driver.keys("j↵");
    assert!(driver.screen().contains("Retainers of Router @15"), "{}", driver.screen());
    driver.keys("⌫j");
    assert!(driver.state.dialogs.is_empty());
    driver.keys("⎋@11↵⇥cy↵");
    assert_eq!(driver.copied[1], "1 by WeakMap value of Session");
    assert!(
        driver.screen().contains("Retainers of Session @5"),
        "one is gone to at once: {}",
        driver.screen()
    );
}

#[test]
fn filters_add_up_and_are_taken_away_one_by_one_or_all() {
    let mut driver = ready(120, 40);
    let constructors = |driver: &Driver| driver.state.explore().panes.classes.sheet.rows.len();
    let all = constructors(&driver);
    driver.keys("fsize>=1kB↵");
    assert_eq!(constructors(&driver), 1, "{}", driver.screen());
    driver.keys("fdistance>100↵");
    assert_eq!(constructors(&driver), 0);
    driver.keys("F");
    assert_eq!(constructors(&driver), 1);
    driver.keys("⎋");
    assert_eq!(constructors(&driver), all);
}

#[test]
fn a_filter_that_cannot_be_read_stays_to_be_mended() {
    let mut driver = ready(120, 40);
    driver.keys("fretaned>1kB↵");
    let screen = driver.screen();
    assert!(screen.contains("retaned>1kB") && screen.contains("did you mean `retained>BYTES`"), "{screen}");
    assert!(driver.state.prompt.is_some() && driver.state.file().sieve.is_empty());
}

#[test]
fn an_object_that_does_not_pass_is_still_reached_by_its_id() {
    let mut driver = ready(120, 40);
    driver.keys("fsize>=10kB↵@17↵");
    let screen = driver.screen();
    assert!(screen.contains("@17: filtered out") && screen.contains("Retainers of Store @17"), "{screen}");
    driver.keys("F");
    let screen = driver.screen();
    assert!(!screen.contains("filtered out"), "no filter hides it any more: {screen}");
    assert!(screen.contains("Objects of Store 1") && screen.contains("Retainers of Store @17"), "{screen}");
}

#[test]
fn a_cycle_is_marked_and_does_not_open() {
    let mut driver = ready(120, 40);
    driver.keys("@17↵⇥⇥");
    let before = driver.screen();
    assert!(before.contains("↻ self: Store"), "{before}");
}

#[test]
fn weak_retainers_come_on_demand() {
    let mut driver = ready(120, 40);
    driver.keys("@19↵⇥");
    assert!(!driver.screen().contains("weak w in global"));
    driver.keys("w");
    assert!(driver.screen().contains("weak w in global"), "{}", driver.screen());
}

#[test]
fn a_click_on_a_head_sorts_and_on_a_row_selects() {
    let mut driver = ready(120, 40);
    let click = |x, y| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        Event::Input(Input::Mouse(MouseEvent { kind, column: x, row: y, modifiers: KeyModifiers::NONE }))
    };
    driver.event(click(5, 2));
    assert!(driver.screen().contains("Constructor▴"), "{}", driver.screen());
    driver.event(click(5, 4));
    assert_eq!(driver.state.explore().panes.classes.sheet.cursor.at, 1);
}

/// Keys that walk far.
const LETTERS: &str = "jkhl g/psSrwyz@?\tmMnN:e1234567fx";

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn no_sequence_of_events_leaves_the_screen_or_the_lists(
        events in prop::collection::vec(any_event(LETTERS), 1..60),
        width in 1u16..130,
        height in 1u16..45,
        late in 0usize..60,
    ) {
        let mut driver = empty(width, height);
        let mut early = Analysis::complete(heap(LEAK));
        let whole = early.clone();
        (early.retained, early.retainers, early.distances) = (None, None, None);
        for (at, event) in events.into_iter().enumerate() {
            if at == late / 2 {
                driver.known(0, early.clone(), false);
            }
            if at == late {
                driver.known(0, whole.clone(), true);
            }
            driver.event(event);
            for pane in leaktui::tui::pane::Kind::ALL {
                let panes = &driver.state.explore().panes;
                let (len, cursor) = (panes.len(pane), panes.cursor(pane));
                prop_assert!(cursor.at < len.max(1) && cursor.top <= cursor.at, "{:?} {:?} {}", pane, cursor, len);
            }
            if let Some(chooser) = &driver.state.chooser {
                let (len, cursor) = (chooser::len(&driver.state), chooser.cursor);
                prop_assert!(cursor.at < len.max(1) && cursor.top <= cursor.at, "{:?} {}", cursor, len);
            }
            let screen = driver.screen();
            prop_assert!(!screen.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
