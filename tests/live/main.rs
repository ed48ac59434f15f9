//! Captures of real Node processes: by id, port and URL, and everything that can go wrong.
//!
//! Where node is missing the tests say so and count as passed; CI has it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod capture;
mod fake;
mod node;
mod refusals;
mod watch;

use std::process::{Command, Output, Stdio};

fn leaktui(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leaktui"));
    command.args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    leaktui(args).output().unwrap()
}

/// What a successful run prints.
fn printed(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a run says that fails: exit code 2, nothing on stdout.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(output.stdout.is_empty());
    said
}

/// The last two lines: what happened, and what to do.
fn last_two(said: &str) -> String {
    let lines: Vec<_> = said.lines().collect();
    lines[lines.len().saturating_sub(2)..].join("\n")
}
