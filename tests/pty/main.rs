//! The real program in a real pseudo-terminal: what a person's terminal goes through.
#![cfg(unix)]

mod hunts;
#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared with the tests of live processes, which ask more of it"
)]
#[path = "../live/node.rs"]
mod node;
mod profile;
mod recorded;
mod session;
mod several;
mod watch;

use std::{
    thread,
    time::{Duration, Instant},
};

use session::{PATIENCE, Session};

#[test]
fn open_filter_drill_copy_resize_quit() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("2 rows below may be leaks");
    session.wait_for("requestCachesByEnvironment");
    session.type_keys("2");
    session.wait_for("[2 Compare]");
    session.type_keys("3");
    session.wait_for("[3 Explore]");
    session.wait_until("retained sizes", |screen| {
        screen.contains("Retained▾") && !screen.contains('…'.to_string().repeat(2).as_str())
    });
    session.type_keys("/ServerEnv");
    session.wait_for("/ServerEnv");
    session.wait_for("Objects of ServerEnvironment");
    session.type_keys("\r\r\r");
    session.wait_for("Retainers of ServerEnvironment");
    session.wait_for("Backspace back");
    // Three retainers up, each becoming what the panes are about.
    for _ in 0..3 {
        let before = session.screen();
        session.type_keys("\r");
        session.wait_until("another object", |screen| screen != before);
    }
    session.type_keys("y");
    session.wait_for("copied");
    assert!(session.output().contains("\x1b]52;c;"), "OSC 52 carries the copy");
    session.type_keys("p");
    session.wait_for("What holds");
    session.type_keys("y");
    session.wait_for("copied the chain");
    session.type_keys("q");
    session.resize((80, 24));
    session.wait_for("─ Constructors");
    session.resize((40, 12));
    session.wait_for("Explore 3/4");
    session.type_keys("q");
    assert!(session.end().success());
}

#[test]
fn the_terminal_is_as_it_was_after_quitting() {
    for key in ["q", "\x03"] {
        let mut session = Session::start(&["demo"], &[]);
        session.wait_for("What grew");
        assert!(session.is_raw());
        session.type_keys(key);
        assert!(session.end().success());
        session.assert_restored();
    }
}

#[test]
fn the_terminal_is_as_it_was_after_a_panic() {
    let mut session = Session::start(&["demo"], &[("LEAKTUI_TEST_PANIC", "1")]);
    assert!(!session.end().success());
    session.assert_restored();
    let output = session.output();
    let left = output.rfind("\x1b[?1049l").expect("it left the alternate screen");
    assert!(output[left..].contains("LEAKTUI_TEST_PANIC asks for it"), "the reason comes after");
}

#[test]
fn the_terminal_is_as_it_was_after_being_killed_politely() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("What grew");
    session.signal("-TERM");
    assert!(!session.end().success(), "as a process killed by SIGTERM ends");
    session.assert_restored();
}

#[test]
fn the_terminal_is_given_back_while_suspended() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("Retained▾");
    session.type_keys("\x1a");
    let end = Instant::now() + PATIENCE;
    while session.is_raw() {
        assert!(Instant::now() < end, "Ctrl-Z does nothing");
        thread::sleep(Duration::from_millis(20));
    }
    session.assert_restored();
    session.raw.lock().expect("no panic").clear();
    session.signal("-CONT");
    session.wait_for("Retained▾");
    assert!(session.is_raw());
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
}

#[test]
fn a_file_that_is_no_snapshot_leaves_one_line_and_no_mess() {
    let mut session = Session::start(&["Cargo.toml"], &[]);
    assert_eq!(session.end().exit_code(), 2);
    session.assert_restored();
    let output = session.output();
    let left = output.rfind("\x1b[?1049l").expect("it left the alternate screen");
    assert!(output[left..].contains("leaktui: "), "{output}");
}
