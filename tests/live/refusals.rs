//! What goes wrong: one clear line, exit code 2, no half file.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{complaint, last_two, leaktui, node::Node, run};

#[test]
fn a_process_that_is_not_node_gets_no_signal() {
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    let said = complaint(&run(&["capture", &child.id().to_string(), "--yes"]));
    assert!(said.contains("(sleep) is not Node.js: SIGUSR1 would have ended it\n"), "{said}");
    assert!(child.try_wait().unwrap().is_none(), "it lives");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn where_nothing_listens_nothing_is_captured() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = complaint(&run(&["capture", &free.to_string(), "--yes"]));
    assert_eq!(
        said,
        format!(
            "leaktui: cannot connect to {free}: connection refused\n  is the program running with --inspect, and \
             is the port forwarded?\n"
        )
    );
}

/// Answers every HTTP request with the same body.
fn server(status: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice());
        }
    });
    at
}

#[test]
fn a_server_that_is_no_inspector_is_told_apart() {
    let at = server("404 Not Found", "no");
    let said = complaint(&run(&["capture", &at, "--yes"]));
    assert!(said.starts_with(&format!("leaktui: {at} answers, but not as an inspector\n")), "{said}");
    let at = server("200 OK", "[]");
    let said = complaint(&run(&["capture", &at, "--yes"]));
    assert!(said.starts_with(&format!("leaktui: the inspector at {at} offers no target\n")), "{said}");
}

#[test]
fn a_busy_inspector_is_told() {
    let at = server("200 OK", r#"[{"id":"1","type":"page","title":"shop\u001b[2J","url":"http://shop"}]"#);
    let said = complaint(&run(&["capture", &at, "--yes"]));
    let busy =
        "leaktui: another debugger is attached to shop\\x1b[2J\n  close the other debugger and try again\n";
    assert_eq!(said, busy, "and what it calls itself drives no terminal");
}

#[test]
fn nobody_is_stopped_without_consent() {
    let Some(node) = Node::start(&[], "idle.js", &[]) else { return };
    let said = complaint(&run(&["capture", &node.pid()]));
    assert!(last_two(&said).starts_with("leaktui: nothing was captured: there is nobody to ask"), "{said}");
    assert!(!node.listens());
}

/// Captures a heap that takes a while, and does something as soon as the file has been begun.
fn disturbed(node: &mut Node, folder: &Path, disturb: impl FnOnce(&mut Node, &Child)) -> Output {
    let path = folder.join("a.heapsnapshot");
    let mut child = leaktui(&["capture", &node.pid(), "--yes", "-o", path.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let since = Instant::now();
    while folder.read_dir().unwrap().next().is_none() {
        assert!(since.elapsed() < Duration::from_secs(30), "no file was begun");
        assert!(child.try_wait().unwrap().is_none(), "{:?}", child.wait_with_output());
        thread::sleep(Duration::from_millis(5));
    }
    disturb(node, &child);
    child.wait_with_output().unwrap()
}

fn is_empty(folder: &Path) -> bool {
    folder.read_dir().unwrap().next().is_none()
}

#[test]
fn a_target_that_dies_leaves_no_half_file() {
    let Some(mut node) = Node::start(&[], "idle.js", &["300000"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let output = disturbed(&mut node, folder.path(), |node, _| node.kill());
    let said = complaint(&output);
    assert!(last_two(&said).starts_with("leaktui: the target went away during "), "{said}");
    assert!(is_empty(folder.path()));
}

#[test]
fn a_process_that_dies_before_its_inspector_is_open_is_not_waited_for() {
    let Some(mut node) = Node::start(&[], "idle.js", &["1000"]) else { return };
    // A process that is stopped opens nothing.
    assert!(Command::new("kill").args(["-STOP", &node.pid()]).status().unwrap().success());
    let pipe = Stdio::piped;
    let mut capture = leaktui(&["capture", &node.pid(), "--yes"]);
    let capture = capture.stdout(pipe()).stderr(pipe()).spawn().unwrap();
    thread::sleep(Duration::from_millis(700));
    let since = Instant::now();
    node.kill();
    let said = complaint(&capture.wait_with_output().unwrap());
    assert!(last_two(&said).starts_with("leaktui: the target went away during the wait for its"), "{said}");
    assert!(since.elapsed() < Duration::from_secs(10), "it had 30 s to open one");
}

#[test]
fn an_interrupt_leaves_no_half_file_and_no_open_inspector() {
    for signal in ["-INT", "-TERM"] {
        let Some(mut node) = Node::start(&[], "idle.js", &["300000"]) else { return };
        let folder = tempfile::tempdir().unwrap();
        let output = disturbed(&mut node, folder.path(), |_, child| {
            assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        });
        let said = complaint(&output);
        assert_eq!(last_two(&said), "leaktui: cancelled\n  no half file was left", "{said}");
        assert!(is_empty(folder.path()));
        assert!(node.is_alive() && !node.listens(), "{said}");
    }
}

#[test]
fn a_full_disk_leaves_no_half_file() {
    let Some(node) = Node::start(&[], "idle.js", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.heapsnapshot");
    // A limit on file sizes fails a write as a full disk does, and needs no file system of its own.
    let capture = "ulimit -f 100; exec \"$0\" capture \"$1\" --yes -o \"$2\"";
    let output = Command::new("sh")
        .args(["-c", capture, env!("CARGO_BIN_EXE_leaktui"), &node.pid(), path.to_str().unwrap()])
        .output()
        .unwrap();
    let said = complaint(&output);
    let wanted = format!("leaktui: cannot write {}: file too large\n", path.display());
    assert!(said.contains(&wanted), "{said}");
    assert!(is_empty(folder.path()));
}

#[test]
fn an_existing_file_is_never_written_over() {
    let Some(node) = Node::start(&[], "idle.js", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.heapsnapshot");
    std::fs::write(&path, "precious").unwrap();
    let said = complaint(&run(&["capture", &node.pid(), "--yes", "-o", path.to_str().unwrap()]));
    assert!(last_two(&said).ends_with("what was captured before is never written over"), "{said}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}
