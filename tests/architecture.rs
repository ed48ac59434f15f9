//! The one-way rule: folders are layers, and imports go down only.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each part may import of the others, from the bottom up. ARCHITECTURE.md says why.
const RULES: [(&str, &[&str]); 17] = [
    ("job", &[]),
    ("pages", &[]),
    ("format", &[]),
    ("text", &[]),
    ("json", &["text"]),
    ("heap", &[]),
    ("error", &["heap", "job", "snapshot"]),
    ("snapshot", &["heap", "job", "error"]),
    ("analysis", &["heap", "job"]),
    ("profile", &["heap", "job", "error", "snapshot", "analysis"]),
    ("live", &["heap", "job", "error", "snapshot", "analysis"]),
    ("words", &["heap", "analysis", "live", "format"]),
    ("explain", &["heap", "analysis"]),
    ("cli", &["heap", "analysis", "live"]),
    (
        "command",
        &[
            "heap", "job", "error", "snapshot", "analysis", "profile", "live", "cli", "format", "text",
            "json", "words", "explain",
        ],
    ),
    (
        "tui",
        &[
            "heap", "job", "error", "snapshot", "analysis", "profile", "live", "format", "text", "json",
            "words", "explain", "pages",
        ],
    ),
    ("lib", &["pages"]),
];

/// Words that mean a thread, a file or a terminal; pure layers have none of them.
const OUTSIDE: [&str; 10] = [
    "std::fs",
    "thread::",
    "File::open",
    "std::io",
    "std::process",
    "std::net",
    "SystemTime::now",
    "Instant::now",
    "crossterm::terminal",
    "crossterm::execute",
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file below a folder with its text, comments left out.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("text");
            found.push((path, without_comments(&text)));
        }
    }
    found
}

fn without_comments(text: &str) -> String {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The top-level part a file belongs to: its folder, or its own name.
fn part(path: &Path) -> String {
    let inside = path.strip_prefix(source()).expect("below src");
    let first = inside.components().next().expect("a name").as_os_str();
    Path::new(first).file_stem().expect("a name").to_string_lossy().into_owned()
}

/// The parts a text names after `crate::`, in braces or not.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(top_level_names(list)),
            None => found.push(leading_name(rest)),
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// The first names of `a::{b, c}, d}` up to the closing brace: `a`, `d`.
fn top_level_names(list: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut open = 0;
    for c in list.chars() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => break,
            '}' => open -= 1,
            ',' if open == 0 => names.push(String::new()),
            c if open == 0 => names.last_mut().expect("never empty").push(c),
            _ => {}
        }
    }
    names.iter().map(|name| leading_name(name.trim())).collect()
}

fn leading_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn imports_go_down_only() {
    let mut broken = Vec::new();
    for (path, text) in files(&source()) {
        let part = part(&path);
        let allowed = RULES.iter().find(|(name, _)| *name == part).map(|(_, allowed)| *allowed);
        for import in imports(&text) {
            let free = part == "main" || import == part;
            if !free && allowed.is_some_and(|allowed| !allowed.contains(&import.as_str())) {
                broken.push(format!("{} imports {import}", path.display()));
            }
        }
        if allowed.is_none() && part != "main" {
            broken.push(format!("{}: {part} stands in no layer; give it one in RULES", path.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Folders that are pure but for these files: the loop, the threads, the terminal.
const PURE: [(&str, &[&str]); 3] = [
    ("heap", &[]),
    ("analysis", &[]),
    (
        "tui",
        &[
            "mod.rs",
            "worker.rs",
            "behind.rs",
            "terminal.rs",
            "saving.rs",
            "export/write.rs",
            "apart/run.rs",
            "watch/run.rs",
            "flame/run.rs",
        ],
    ),
];

#[test]
fn pure_layers_know_no_file_thread_terminal_or_clock() {
    for (part, outside) in PURE {
        let folder = source().join(part);
        let exempt: Vec<_> = outside.iter().map(|name| folder.join(name)).collect();
        for (path, text) in files(&folder).into_iter().filter(|(path, _)| !exempt.contains(path)) {
            for word in OUTSIDE {
                assert!(!text.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::{\n    a::{b, c},\n    d,\n};\nuse crate::e::f;\nlet x = crate::g::h();";
    assert_eq!(imports(text), ["a", "d", "e", "g"]);
}
