//! Node programs that run while a test asks them.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A program, ended with the test.
pub(crate) struct Node {
    child: Child,
    /// Where its inspector said it listens, if it was started with one.
    pub(crate) url: Option<String>,
}

impl Node {
    /// Starts a program of `tests/programs` and waits until it says it is ready. `None`, told as
    /// skipped, where there is no node.
    ///
    /// Inspectors get any free port, so that tests do not meet.
    pub(crate) fn start(options: &[&str], program: &str, args: &[&str]) -> Option<Self> {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(program);
        let child = Command::new("node")
            .args(options)
            .arg("--inspect-port=0")
            .arg(program)
            .args(args)
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                eprintln!("skipped: node does not start ({error})");
                return None;
            }
        };
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert_eq!(ready.trim(), "ready");
        let mut node = Self { child, url: None };
        if options.iter().any(|option| option.starts_with("--inspect")) {
            let mut told = String::new();
            BufReader::new(node.child.stderr.take().unwrap()).read_line(&mut told).unwrap();
            node.url = told.split_whitespace().find(|word| word.starts_with("ws://")).map(str::to_owned);
        }
        Some(node)
    }

    pub(crate) fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// Whether it listens anywhere: an idle program does so only with its inspector.
    pub(crate) fn listens(&self) -> bool {
        let folder = format!("/proc/{}", self.child.id());
        let inodes: Vec<_> = fs::read_dir(format!("{folder}/fd"))
            .unwrap()
            .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()?.to_str().map(str::to_owned))
            .filter_map(|link| Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
            .collect();
        let table = fs::read_to_string(format!("{folder}/net/tcp"));
        let table = table.unwrap_or_else(|error| panic!("process {} has died: {error}", self.child.id()));
        table.lines().any(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            fields.get(3) == Some(&"0A")
                && fields.get(9).is_some_and(|inode| inodes.contains(&(*inode).to_owned()))
        })
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    #[allow(dead_code, reason = "the tests without a terminal need none")]
    pub(crate) fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.pid()]).status().unwrap().success());
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
