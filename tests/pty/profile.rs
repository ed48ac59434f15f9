//! A sampling profile on a terminal.

use crate::session::Session;

const PROFILE: &str = "tests/data/handlemap.heapprofile";
const BEFORE: &str = "tests/data/handlemap-before.heapprofile";

#[test]
fn a_flame_is_walked_searched_zoomed_and_left() {
    for args in [vec!["profile", PROFILE], vec![PROFILE]] {
        let mut session = Session::start(&args, &[]);
        session.wait_for("most by itself: CallContext 296 kB (19%)");
        session.type_keys("/CallContext\r");
        session.wait_for("1 function, 296 kB (19%)");
        session.wait_for("CallContext at /srv/leaktui-corpus/a/a04-handlemap-timeline.js:13:32");
        session.type_keys("\r");
        session.wait_for("Backspace zoom out");
        session.type_keys("y");
        session.wait_for("copied CallContext at");
        session.type_keys("2");
        session.wait_for("[2 Functions]");
        session.type_keys("bb");
        session.wait_for("by package");
        session.resize((40, 12));
        session.wait_for("[2 Functions]");
        session.resize((80, 24));
        session.type_keys("4");
        session.wait_for("[4 Heavy]");
        session.type_keys("q");
        assert!(session.end().success());
        session.assert_restored();
    }
}

#[test]
fn two_profiles_are_compared_and_options_of_a_text_print_one() {
    let mut session = Session::start(&["profile", BEFORE, PROFILE, "--exclude", "Promise"], &[]);
    session.wait_for("grew most by itself: ");
    session.wait_for("without Promise");
    session.type_keys("\x03");
    assert!(session.end().success());
    session.assert_restored();
    let mut session = Session::start(&["profile", PROFILE, "--limit", "3"], &[]);
    assert!(session.end().success());
    assert!(session.output().contains("CallContext") && !session.output().contains("\x1b[?1049h"));
}

#[test]
fn what_is_no_profile_is_told_before_the_screen() {
    let mut session = Session::start(&["profile", "Cargo.toml"], &[]);
    assert_eq!(session.end().exit_code(), 2);
    assert!(session.output().contains("not a heap"), "{}", session.output());
    assert!(!session.output().contains("\x1b[?1049h"));
}
