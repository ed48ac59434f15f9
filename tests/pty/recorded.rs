//! Hunts through a recording that is part of the repository: from the file to who fills the map.

use super::session::Session;

const TIMELINE: &str = "tests/data/timeline.heaptimeline.zst";

#[test]
fn the_function_that_fills_the_map_an_object_of_it_and_its_stack_are_three_keys_away() {
    let mut session = Session::start(&[TIMELINE], &[]);
    session.wait_for("[7 Allocation]");
    session.wait_for("▸▹ (anonymous) app/fill-map.js:6:52");
    session.wait_for("▸{name}");
    session.type_keys("\r\r");
    session.wait_for("[1 Explore]");
    session.wait_for("Retainers of {name}");
    session.type_keys("t");
    session.wait_for("← remember at /srv/app/fill-map.js:9:18");
    session.type_keys("y");
    session.wait_for("copied the stack, 8 lines");
    session.type_keys("qq");
    assert!(session.end().success());
}

#[test]
fn a_window_of_the_timeline_is_moved_at_any_size_and_narrows_explore() {
    let mut session = Session::start(&[TIMELINE], &[]);
    session.wait_for("8 Timeline");
    session.wait_for("▸▹");
    session.type_keys("8");
    session.wait_for("there before: 36,600 objects");
    session.type_keys("\x1b[C\x1b[C\x1b[A");
    session.wait_for("allocated 0.00 s to 0.30 s");
    session.resize((40, 12));
    session.wait_for("═]");
    session.resize((80, 24));
    session.type_keys("\r");
    session.wait_for("[1 Explore]");
    session.wait_for("[allocated 0.00 s to 0.30 s] hides");
    session.type_keys("\x1b");
    session.wait_until("all objects again", |screen| !screen.contains("[allocated"));
    session.type_keys("q");
    assert!(session.end().success());
}
