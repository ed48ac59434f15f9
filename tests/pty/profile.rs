//! A sampling profile on a terminal.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

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
fn what_is_no_profile_leaves_two_lines_and_no_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let cut_short = folder.path().join("cut.heapprofile");
    let whole = fs::read(PROFILE).expect("a profile");
    fs::write(&cut_short, &whole[..whole.len() / 2]).expect("room");
    let cut_short = cut_short.to_string_lossy();
    for (args, why) in [
        (vec!["profile", "Cargo.toml"], "leaktui: not a heap"),
        (vec![&*cut_short], "leaktui: not a heap profile: it is no JSON near byte"),
        (vec![PROFILE, &*cut_short], "leaktui: not a heap profile: it is no JSON near byte"),
        (vec!["no-such.heapprofile"], "leaktui: cannot open"),
        (vec!["profile", PROFILE, "--focus", "nowhere"], "leaktui: no function or script contains `nowhere`"),
    ] {
        let mut session = Session::start(&args, &[]);
        assert_eq!(session.end().exit_code(), 2);
        session.assert_restored();
        let output = session.output();
        let left = output.rfind("\x1b[?1049l").expect("it left the alternate screen");
        let told: Vec<_> = output[left..].lines().collect();
        assert!(told[0].contains(why), "{output}");
        assert_eq!(told.len(), 2, "what happened, and what to do: {told:?}");
    }
}

/// A profile of 400,000 calls.
fn large(path: &Path) {
    let call = |at: usize| {
        let name = format!("function{}", at % 5000);
        let place = format!(r#""url":"file:///srv/app/lib/module{}.js","lineNumber":{at}"#, at % 300);
        format!(
            r#"{{"callFrame":{{"functionName":"{name}","scriptId":"7",{place},"columnNumber":3}},"selfSize":{},"id":{at},"children":["#,
            at % 900
        )
    };
    let mut text = format!(r#"{{"head":{}"#, call(0));
    for outer in 1..=1000 {
        text.push_str(if outer == 1 { "" } else { "," });
        (0..400).for_each(|inner| text.push_str(&call(outer * 1000 + inner)));
        text.push_str(&"]}".repeat(400));
    }
    fs::write(path, text + r#"]},"samples":[]}"#).expect("room");
}

#[test]
fn a_large_profile_is_left_at_once_while_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.heapprofile");
    large(&path);
    assert!(path.metadata().expect("a file").len() > 50_000_000);
    for (key, pause) in [("q", 0), ("\x1b", 100), ("\x03", 300)] {
        let mut session = Session::start(&[&path.to_string_lossy()], &[]);
        session.wait_for("reading large.heapprofile");
        thread::sleep(Duration::from_millis(pause));
        let screen = session.screen();
        assert!(screen.contains("q leaves"), "it is not read that soon: {screen}");
        let asked = Instant::now();
        session.type_keys(key);
        while session.child.try_wait().expect("our child").is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        // A person calls 200 ms at once; a machine that builds something may take longer.
        assert!(asked.elapsed() < Duration::from_secs(1), "{key:?}: {:?}", asked.elapsed());
        session.assert_restored();
    }
}
