//! Where programs leak, by their figures alone.

use std::{
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{complaint, leaktui, node::Node, printed, run};

fn lines(args: &[&str]) -> Vec<Value> {
    printed(args).lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

#[test]
fn three_leaks_are_told_apart_and_a_steady_program_is_called_so() {
    let programs = [
        ("leak-heap.js", "heap"),
        ("leak-buffers.js", "buffers"),
        ("leak-native.js", "outside"),
        ("steady.js", "steady"),
    ];
    thread::scope(|scope| {
        for (program, verdict) in programs {
            scope.spawn(move || {
                let Some(mut node) = Node::start(&[], program, &[]) else { return };
                let told = lines(&["watch", &node.pid(), "--json", "--every", "250ms", "--samples", "60"]);
                let last = told.last().expect("60 lines");
                assert_eq!(last["verdict"], verdict, "{program}: {last}");
                assert_eq!(told[0]["verdict"], "unknown", "{program}: one sample tells nothing");
                let early: Vec<_> = told.iter().map(|line| line["verdict"].as_str().unwrap()).collect();
                assert!(
                    early.iter().all(|said| [verdict, "unknown"].contains(said)),
                    "{program}: never anything else: {early:?}"
                );
                assert!(last["gc_count"].is_u64() && last["loop_delay_ms"].is_f64(), "{last}");
                assert!(node.is_alive(), "{program}");
                assert!(!node.listens(), "{program}");
            });
        }
    });
}

#[test]
fn a_process_that_is_not_node_has_its_pages_watched() {
    let mut child = Command::new("sleep").arg("60").spawn().unwrap();
    let told = lines(&["watch", &child.id().to_string(), "--json", "--every", "20ms", "--samples", "20"]);
    let last = &told[19];
    assert_eq!((&last["verdict"], &last["heap_used"]), (&"steady".into(), &Value::Null));
    assert!(last["rss"].as_u64().unwrap() > 100_000, "{last}");
    assert!(child.try_wait().unwrap().is_none(), "it got no signal");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn whoever_ends_a_watch_gets_the_verdict() {
    let Some(mut node) = Node::start(&[], "idle.js", &[]) else { return };
    let child = leaktui(&["watch", &node.pid(), "--every", "50ms"]).stdout(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_secs(3));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.lines().count() > 5 && !said.lines().last().unwrap().contains("GCs"), "{said}");
    assert!(node.is_alive() && !node.listens());
}

#[test]
fn a_process_that_ends_ends_its_watch() {
    let Some(mut node) = Node::start(&[], "idle.js", &[]) else { return };
    let pid = node.pid();
    let child = leaktui(&["watch", &pid, "--every", "50ms", "--json"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_secs(2));
    node.kill();
    let said = complaint(&child.wait_with_output().unwrap());
    assert!(said.contains("leaktui: the target went away during "), "{said}");
    let said = complaint(&run(&["watch", &pid]));
    assert!(said.starts_with(&format!("leaktui: no process {pid} is running")), "{said}");
}

#[test]
fn a_process_that_blocks_is_waited_for() {
    let Some(mut node) = Node::start(&[], "blocked.js", &["13", "1500"]) else { return };
    let output = run(&["watch", &node.pid(), "--every", "50ms", "--json", "--samples", "40"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("it answers nothing for 10 s: its main thread is busy or stopped; still asking"),
        "{said}"
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 40);
    assert!(node.is_alive() && !node.listens());
}
