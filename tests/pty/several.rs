//! Two snapshots in the real program.

use super::session::Session;

/// A small real snapshot.
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo-after.heapsnapshot.zst");

/// A snapshot of another process.
const OTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/node12.heapsnapshot.zst");

#[test]
fn the_demo_is_walked_from_what_grew_to_a_new_object_its_retainers_the_other_snapshot_and_back() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("What grew");
    session.wait_for("requestCachesByEnvironment");
    session.type_keys("2");
    session.wait_for("# before");
    session.type_keys("/ServerEnv");
    session.wait_for("Objects of ServerEnvironment");
    session.type_keys("\r\r");
    session.wait_for("39 new · 0 deleted");
    session.wait_for("+ ServerEnvironment");
    session.type_keys("\r");
    session.wait_for("Retainers of ServerEnvironment");
    session.wait_for("requestCachesByEnvironment");
    // Its table grew and came anew, the Map that has the table was there before.
    session.type_keys("o");
    session.wait_for("in demo-before");
    session.type_keys("jo");
    session.wait_for("demo-before (1 of 2)");
    session.type_keys("\x7f");
    session.wait_for("[2 Compare]");
    session.type_keys("\x7f\x7f\x7f");
    session.wait_for("[1 Growth]");
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
}

#[test]
fn two_processes_are_warned_of() {
    let mut session = Session::start(&[OTHER, DEMO], &[]);
    session.wait_for("the snapshots are of different processes");
    session.type_keys("2");
    session.wait_for("# before");
    session.wait_until("figures of classes only", |screen| !screen.contains("Deleted"));
    session.type_keys("q");
    assert!(session.end().success());
}

#[test]
fn it_quits_while_two_files_are_read() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("Growth");
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
}
