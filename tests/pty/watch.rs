//! `leaktui watch` on a terminal, before real Node processes.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{node::Node, session::Session};

fn files(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Asks for a snapshot and says yes to what it costs.
fn take_snapshot(session: &mut Session) {
    ask_for_snapshot(session);
    session.type_keys("y");
}

fn ask_for_snapshot(session: &mut Session) {
    session.type_keys("c");
    session.wait_for("Take it? y takes it");
}

#[test]
fn a_leak_is_watched_marked_captured_and_opened() {
    let Some(mut node) = Node::start(&[], "leak-heap.js", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start_in(folder.path(), &["watch", &node.pid(), "--every", "200ms"], &[]);
    session.wait_for("Heap used");
    session.wait_for("the JavaScript heap grows");
    session.type_keys("m");
    session.wait_for("since mark 1");
    session.type_keys("g");
    session.wait_for("since garbage was collected");
    session.type_keys("y");
    session.wait_for("copied the verdict");
    session.resize((40, 12));
    session.wait_for("heap ");
    session.resize((120, 40));
    take_snapshot(&mut session);
    session.wait_for("o explores it");
    assert_eq!(files(folder.path()).len(), 2, "a snapshot and its record");
    session.type_keys("o");
    session.wait_for("the watch goes on: q comes back to it, Ctrl-C ends all");
    session.wait_for("Objects of");
    session.type_keys("?G");
    session.wait_for("back to the watch, which goes on");
    session.type_keys("qq");
    session.wait_for("since the snapshot");
    session.type_keys("m");
    session.wait_for("since mark 2");
    take_snapshot(&mut session);
    session.wait_for("o compares them");
    session.type_keys("o");
    session.wait_for("What grew");
    assert!(node.is_alive() && node.listens(), "the watch goes on behind");
    session.type_keys("\x03");
    assert!(session.end().success(), "Ctrl-C ends all");
    session.assert_restored();
    assert!(node.is_alive() && !node.listens(), "its inspector is closed again");
}

#[test]
fn an_export_that_is_cut_short_by_coming_back_leaves_nothing_and_the_watch_goes_on() {
    let Some(mut node) = Node::start(&[], "idle.js", &["600000"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start_in(folder.path(), &["watch", &node.pid(), "--every", "200ms"], &[]);
    session.wait_for("Heap used");
    take_snapshot(&mut session);
    session.wait_for("o explores it");
    assert_eq!(files(folder.path()).len(), 2, "a snapshot and its record");
    for turn in 1..=2 {
        session.type_keys("o");
        session.wait_for("the watch goes on: q comes back to it, Ctrl-C ends all");
        session.wait_until("retained sizes", |screen| screen.contains("Retained▾") && !screen.contains('░'));
        session.type_keys("/Held");
        session.wait_for("Objects of Held 600,000");
        session.type_keys("\r\r");
        session.wait_for("Retainers of Held @");
        session.type_keys("e");
        session.wait_for("write to heap-");
        session.type_keys("\r");
        session.wait_for("writing 600,000 rows");
        let is_begun = || files(folder.path()).iter().any(|name| name.starts_with(".leaktui-"));
        session.wait_until("file that is being written", |_| is_begun());
        let asked = Instant::now();
        session.type_keys("q");
        session.wait_for("what was being exported is given up: it was not yet whole");
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        assert_eq!(files(folder.path()).len(), 2, "nothing is left of it: {:?}", files(folder.path()));
        session.type_keys("m");
        session.wait_for(&format!("since mark {turn}"));
        assert!(node.is_alive() && node.listens());
    }
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
    assert!(node.is_alive() && !node.listens());
    assert_eq!(files(folder.path()).len(), 2);
}

#[test]
fn a_process_that_blocks_is_waited_for_and_left_at_once() {
    let Some(mut node) = Node::start(&[], "blocked.js", &["12", "3000"]) else { return };
    let mut session = Session::start(&["watch", &node.pid(), "--every", "100ms"], &[]);
    session.wait_for("Heap used");
    session.wait_for("it answers nothing for 3.0 s");
    session.type_keys("c");
    session.wait_for("asking what a snapshot would cost");
    let asked = Instant::now();
    session.type_keys("q");
    session.wait_for("giving the process back");
    assert!(session.end().success());
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    session.assert_restored();
    session.wait_for("closes by itself once it answers again");
    while asked.elapsed() < Duration::from_secs(20) && node.listens() {
        thread::sleep(Duration::from_millis(200));
    }
    assert!(node.is_alive() && !node.listens());
}

#[test]
fn a_snapshot_that_is_given_up_at_once_harms_nothing() {
    let Some(mut node) = Node::start(&[], "leak-heap.js", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start_in(folder.path(), &["watch", &node.pid(), "--every", "200ms"], &[]);
    session.wait_for("Heap used");
    session.wait_for("the JavaScript heap grows");
    for turn in 1..=4 {
        take_snapshot(&mut session);
        thread::sleep(Duration::from_millis(5 * turn));
        session.type_keys("\x1b");
        session.wait_for("no snapshot: ");
        session.type_keys("m");
        session.wait_for(&format!("since mark {turn}"));
        assert!(node.is_alive(), "turn {turn}");
    }
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
    assert!(node.is_alive() && !node.listens());
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_process_that_blocks_before_a_snapshot_wakes_unharmed() {
    let Some(mut node) = Node::start(&[], "blocked.js", &["24", "asked"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start_in(folder.path(), &["watch", &node.pid(), "--every", "300ms"], &[]);
    session.wait_for("Heap used");
    ask_for_snapshot(&mut session);
    node.signal("-USR2");
    session.wait_for("it answers nothing for 3.0 s");
    session.type_keys("y");
    session.wait_for("no snapshot: the target did not answer ");
    session.type_keys("m");
    session.wait_for("since mark 1");
    take_snapshot(&mut session);
    session.wait_for("o explores it");
    session.type_keys("q");
    assert!(session.end().success());
    assert!(node.is_alive() && !node.listens());
}

#[test]
fn a_process_that_is_stopped_is_left_and_closes_when_it_goes_on() {
    let Some(mut node) = Node::start(&[], "idle.js", &[]) else { return };
    let mut session = Session::start(&["watch", &node.pid(), "--every", "100ms"], &[]);
    session.wait_for("Heap used");
    node.signal("-STOP");
    let asked = Instant::now();
    session.type_keys("q");
    assert!(session.end().success());
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    session.assert_restored();
    session.wait_for("closes by itself once it answers again");
    node.signal("-CONT");
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until && node.listens() {
        thread::sleep(Duration::from_millis(100));
    }
    assert!(node.is_alive() && !node.listens());
}

#[test]
fn a_signal_while_exploring_tells_first_what_the_watch_has() {
    for is_explored in [true, false] {
        let Some(mut node) = Node::start(&[], "leak-heap.js", &[]) else { return };
        let folder = tempfile::tempdir().expect("a folder");
        let mut session = Session::start_in(folder.path(), &["watch", &node.pid(), "--every", "200ms"], &[]);
        session.wait_for("the JavaScript heap grows");
        take_snapshot(&mut session);
        session.wait_for("o explores it");
        session.type_keys("o");
        if is_explored {
            session.wait_for("Objects of");
        }
        let asked = Instant::now();
        session.signal("-TERM");
        assert!(!session.end().success());
        assert!(asked.elapsed() < Duration::from_secs(7), "{:?}", asked.elapsed());
        session.assert_restored();
        let output = session.output();
        let told = &output[output.rfind("\x1b[?1049l").expect("it left the alternate screen")..];
        assert!(told.contains("the JavaScript heap grows") && told.contains("leaktui heap-"), "{told}");
        assert!(node.is_alive() && !node.listens(), "{is_explored}");
    }
}

#[test]
fn a_signal_during_a_snapshot_leaves_neither_an_inspector_nor_half_a_file() {
    for signal in ["-TERM", "-HUP"] {
        let Some(mut node) = Node::start(&[], "idle.js", &["1500000"]) else { return };
        let folder = tempfile::tempdir().expect("a folder");
        let mut session = Session::start_in(folder.path(), &["watch", &node.pid(), "--every", "100ms"], &[]);
        session.wait_for("Heap used");
        take_snapshot(&mut session);
        session.wait_for("taking a snapshot (Esc gives up)");
        session.signal(signal);
        assert!(!session.end().success());
        session.assert_restored();
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until && node.listens() {
            thread::sleep(Duration::from_millis(200));
        }
        assert!(node.is_alive() && !node.listens(), "{signal}: {}", session.output());
        assert!(files(folder.path()).is_empty(), "{signal}");
    }
}

#[test]
fn a_process_that_dies_leaves_its_charts_and_the_verdict() {
    let Some(mut node) = Node::start(&[], "leak-buffers.js", &[]) else { return };
    let mut session = Session::start(&["watch", &node.pid(), "--every", "100ms"], &[]);
    session.wait_for("array buffers grow");
    node.kill();
    session.wait_for("ended: the target went away");
    session.wait_for("Array buffers");
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
    let output = session.output();
    let left = output.rfind("\x1b[?1049l").expect("it left the alternate screen");
    assert!(output[left..].contains("array buffers grow"), "{}", &output[left..]);
}

#[test]
fn a_watch_that_is_ended_politely_closes_the_inspector() {
    let Some(mut node) = Node::start(&[], "idle.js", &[]) else { return };
    let mut session = Session::start(&["watch", &node.pid(), "--every", "100ms"], &[]);
    session.wait_for("Heap used");
    assert!(node.listens());
    session.signal("-TERM");
    assert!(!session.end().success());
    session.assert_restored();
    assert!(node.is_alive() && !node.listens());
}

#[test]
fn pages_alone_are_watched_of_what_is_not_node() {
    let mut child = std::process::Command::new("sleep").arg("60").spawn().expect("sleep");
    let mut session = Session::start(&["watch", &child.id().to_string(), "--every", "50ms"], &[]);
    session.wait_for("pages only: process ");
    session.wait_for("is not Node.js: SIGUSR1 would have ended it");
    session.wait_for("steady so far: rss does not grow");
    session.type_keys("q");
    assert!(session.end().success());
    child.kill().and_then(|()| child.wait()).expect("it ends");
}

#[test]
fn a_capture_is_opened_and_a_series_compared() {
    let Some(mut node) = Node::start(&[], "leak-heap.js", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = Session::start_in(folder.path(), &["capture", &node.pid(), "--open"], &[]);
    session.wait_for("take it? [y/N]");
    session.type_keys("y\r");
    session.wait_for("Constructors");
    session.wait_for("Objects of");
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
    let args =
        ["capture", &node.pid(), "--yes", "--open", "--series", "2", "--every", "1s", "-o", "s.heapsnapshot"];
    let mut session = Session::start_in(folder.path(), &args, &[]);
    session.wait_for("What grew");
    session.wait_for("s-1 → s-2");
    session.type_keys("2");
    session.wait_for("[2 Compare]");
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
    assert!(node.is_alive() && !node.listens());
    assert_eq!(files(folder.path()).len(), 6, "three snapshots and their records");
}

#[test]
fn a_recording_is_opened_in_its_own_view() {
    let Some(mut node) = Node::start(&[], "leak-heap.js", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut session =
        Session::start_in(folder.path(), &["capture", &node.pid(), "--sampling", "1s", "--open"], &[]);
    session.wait_for("[1 Flame]");
    session.wait_for("leak");
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
    let args = ["capture", &node.pid(), "--yes", "--timeline", "1s", "--open"];
    let mut session = Session::start_in(folder.path(), &args, &[]);
    session.wait_for("[7 Allocation]");
    session.wait_for("Objects of");
    session.type_keys("q");
    assert!(session.end().success());
    assert!(node.is_alive() && !node.listens());
    assert_eq!(files(folder.path()).len(), 2, "a profile and a timeline");
}
