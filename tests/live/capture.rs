//! What is captured, by which name, and that nothing else stays behind.

use std::{
    collections::BTreeMap, fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command, thread,
    time::Duration,
};

use leaktui::{
    heap::Heap,
    job::Job,
    snapshot::{self, Input},
};

use crate::{node::Node, printed, run};

fn heap(path: &Path) -> Heap {
    snapshot::load(&Input::Path(path.to_owned()), &Job::default()).expect("a whole snapshot").heap
}

fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// How many nodes with a size there are of each type, and their bytes. Small numbers are nodes without
/// one, where they are captured.
fn types(heap: &Heap) -> BTreeMap<String, (f64, f64)> {
    let mut found = BTreeMap::new();
    for node in heap.nodes().filter(|&node| heap.self_size(node) > 0) {
        let entry: &mut (f64, f64) =
            found.entry(heap.kind_names().node(heap.kind(node)).to_owned()).or_default();
        entry.0 += 1.0;
        entry.1 += heap.self_size(node) as f64;
    }
    found
}

#[test]
fn a_process_is_captured_by_its_id_and_its_inspector_closed_again() {
    let Some(mut node) = Node::start(&[], "idle.js", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.heapsnapshot");
    let file = path.to_str().unwrap();
    let output = run(&["capture", &node.pid(), "--yes", "-o", file]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), file);
    assert!(said.contains("and will close it again") && said.contains("stops the process"), "{said}");
    assert!(node.is_alive() && !node.listens(), "the program goes on, its inspector closed");
    assert_eq!(names(folder.path()), ["a.heapsnapshot", "a.heapsnapshot.process.json"]);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(printed(&["objects", file, "Held", "--json"]).contains("\"rows\":1000"));
    let record = fs::read_to_string(folder.path().join("a.heapsnapshot.process.json")).unwrap();
    assert!(record.contains(&node.pid()) && record.contains("\"heap_used\""), "{record}");
}

#[test]
fn an_inspector_that_was_open_stays_open() {
    let Some(node) = Node::start(&["--inspect=0"], "idle.js", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let url = node.url.clone().expect("Node tells its URL");
    let port = url.split(&[':', '/'][..]).nth(4).unwrap();
    for (name, target) in
        [("url", url.as_str()), ("port", port), ("host", &format!("localhost:{port}")), ("id", &node.pid())]
    {
        let path = folder.path().join(name);
        printed(&["capture", target, "--yes", "-o", path.to_str().unwrap()]);
        assert!(heap(&path).node_count() > 10_000, "{name}");
    }
    assert!(node.listens(), "it is not ours to close");
}

#[test]
fn the_snapshot_is_what_node_itself_writes() {
    let Some(node) = Node::start(&["--heapsnapshot-signal=SIGUSR2"], "idle.js", &["5000"]) else { return };
    let before = names(&std::env::temp_dir());
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("ours");
    printed(&["capture", &node.pid(), "--yes", "-o", ours.to_str().unwrap()]);
    assert!(Command::new("kill").args(["-USR2", &node.pid()]).status().unwrap().success());
    let wanted = format!(".{}.", node.pid());
    let written =
        |name: &String| name.ends_with(".heapsnapshot") && name.contains(&wanted) && !before.contains(name);
    let mut found = None;
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(100));
        found = names(&std::env::temp_dir()).into_iter().find(written);
        if found.is_some() {
            break;
        }
    }
    let path = std::env::temp_dir().join(found.expect("Node writes a snapshot"));
    // Written whole before its event loop turns again; a second is ample for 4 MB.
    thread::sleep(Duration::from_secs(1));
    let (ours, theirs) = (types(&heap(&ours)), types(&heap(&path)));
    fs::remove_file(path).unwrap();
    for kind in ["object", "closure", "string", "array", "code", "object shape"] {
        let (a, b) = (ours[kind], theirs[kind]);
        let close = |a: f64, b: f64| (a - b).abs() <= 0.02 * b;
        assert!(close(a.0, b.0) && close(a.1, b.1), "{kind}: {a:?} against {b:?}");
    }
}

#[test]
fn threads_are_listed_and_one_is_picked() {
    let Some(node) = Node::start(&[], "idle.js", &["3000", "worker"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let output = run(&["capture", &node.pid(), "--yes", "-o", &path("none")]);
    let said = crate::complaint(&output);
    assert!(said.contains("target 1: node") && said.contains("target 2: worker"), "{said}");
    assert!(crate::last_two(&said).starts_with("leaktui: the inspector offers 2 targets"), "{said}");
    let held = |target: &str, name: &str| {
        printed(&["capture", &node.pid(), "--yes", "--target", target, "-o", &path(name)]);
        printed(&["classes", &path(name), "--json"]).contains("\"class\":\"Held\"")
    };
    assert!(held("1", "main") && !held("worker", "thread"));
    assert!(!node.listens());
}

#[test]
fn a_series_waits_for_its_condition() {
    let Some(node) = Node::start(&[], "leak-heap.js", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.heapsnapshot");
    let files =
        printed(&["capture", &node.pid(), "--yes", "--when", "heap > +1MB", "-o", path.to_str().unwrap()]);
    let files: Vec<_> = files.lines().collect();
    assert_eq!(files.len(), 2, "one to grow from, one that has grown: {files:?}");
    let [first, second] = [files[0], files[1]].map(|file| heap(Path::new(file)).node_count());
    assert!(second > first + 10_000, "{first} nodes, then {second}");
}

#[test]
fn a_sampling_profile_and_a_timeline_are_recorded() {
    let Some(node) = Node::start(&[], "leak-heap.js", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let told = printed(&["capture", &node.pid(), "--sampling", "1s", "--open", "-o", &path("a.heapprofile")]);
    assert!(
        told.contains(" sampled") && told.contains("leak at "),
        "opened where there is no screen: {told}"
    );
    let profile = fs::read_to_string(path("a.heapprofile")).unwrap();
    assert!(
        profile.starts_with("{\"head\"") && profile.contains("\"functionName\":\"leak\""),
        "{profile:.300}"
    );
    printed(&["capture", &node.pid(), "--timeline", "1s", "--yes", "-o", &path("a.heaptimeline")]);
    assert!(heap(Path::new(&path("a.heaptimeline"))).node_count() > 10_000);
    assert!(!node.listens());
}

#[test]
fn what_leaks_in_buffers_is_held_by_the_leaking_array() {
    let Some(node) = Node::start(&[], "leak-buffers.js", &[]) else { return };
    thread::sleep(Duration::from_secs(1));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.heapsnapshot");
    let file = path.to_str().unwrap();
    printed(&["capture", &node.pid(), "--yes", "-o", file]);
    let said = printed(&["native", file]);
    let first = said.lines().skip_while(|line| !line.contains("Array buffers of")).nth(1).unwrap_or_default();
    assert!(first.contains("Array @") && first.contains("leaked in"), "{said}");
    assert!(said.contains("explained by no snapshot"), "{said}");
}

#[test]
fn a_process_that_is_blocked_is_waited_for() {
    let Some(mut node) = Node::start(&[], "blocked.js", &["8"]) else { return };
    thread::sleep(Duration::from_millis(500));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.heapsnapshot");
    printed(&["capture", &node.pid(), "--yes", "-o", path.to_str().unwrap()]);
    assert!(heap(&path).node_count() > 10_000);
    assert!(node.is_alive() && !node.listens());
}
