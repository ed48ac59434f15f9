//! The real binary on real snapshots: contract, errors, pipes, hostile text.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod compare;
mod contract;
mod export;
mod filters;
mod holders;
mod profile;
mod refusals;
mod strings;

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

const BEFORE: &str = "assets/demo-before.heapsnapshot.zst";
const DEMO: &str = "assets/demo-after.heapsnapshot.zst";
const WEIRD: &str = "tests/data/strings-weird.heapsnapshot.zst";

fn leaktui(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leaktui"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).env_remove("NO_COLOR");
    command
}

/// What a successful run prints.
fn printed(args: &[&str]) -> String {
    let output = leaktui(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(args: &[&str]) -> Value {
    let mut with_json = args.to_vec();
    with_json.push("--json");
    serde_json::from_str(&printed(&with_json)).expect("one JSON document")
}

/// The id of an object of a class, as the command line takes it.
fn first_of(class: &str) -> String {
    format!("@{}", json(&["objects", DEMO, class, "--limit", "1"])["rows"][0]["id"])
}

fn unpacked(path: &str) -> Vec<u8> {
    let file = fs::File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let mut bytes = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(file).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

// What the options say they do.

fn classes_by(args: &[&str]) -> Vec<Value> {
    let mut all = vec!["classes", DEMO];
    all.extend(args);
    json(&all)["rows"].as_array().unwrap().clone()
}

#[test]
fn a_sort_orders_by_its_column_in_its_direction() {
    for column in ["count", "shallow", "retained", "distance"] {
        let value = |row: &Value| row[column].as_u64().unwrap_or_default();
        let falling = classes_by(&["--sort", &format!("{column}:desc")]);
        assert!(falling.is_sorted_by(|a, b| value(a) >= value(b)), "{column}");
        let rising = classes_by(&["--sort", &format!("{column}:asc")]);
        assert!(rising.is_sorted_by(|a, b| value(a) <= value(b)), "{column}");
    }
    let named = classes_by(&["--sort", "class"]);
    assert!(named.is_sorted_by(|a, b| a["class"].as_str() <= b["class"].as_str()));
}

#[test]
fn a_limit_cuts_the_rows_and_not_the_totals() {
    let few = json(&["classes", DEMO, "--limit", "3"]);
    let all = json(&["classes", DEMO]);
    assert_eq!(few["rows"].as_array().unwrap().as_slice(), &all["rows"].as_array().unwrap()[..3]);
    assert_eq!(few["total"], all["total"]);
    assert!(printed(&["classes", DEMO, "--limit", "3"]).ends_with(" more; --limit 201 shows all)\n"));
}

#[test]
fn a_class_is_named_by_name_or_key() {
    let by_name = json(&["objects", DEMO, "ServerEnvironment"]);
    let key = by_name["rows"][0]["class_key"].as_str().unwrap();
    assert!(key.ends_with(",ServerEnvironment") && key.len() > ",ServerEnvironment".len());
    assert_eq!(json(&["objects", DEMO, key])["rows"], by_name["rows"]);
}

#[test]
fn a_pipe_gets_the_summary_instead_of_a_screen() {
    let summary = printed(&[DEMO]);
    assert!(summary.contains("72,816 objects") && summary.contains("Code") && summary.contains("Function"));
    let demo = printed(&["demo"]);
    assert!(demo.contains("requestCachesByEnvironment") && demo.contains("ServerEnvironment"), "{demo}");
    assert_eq!(
        printed(&[BEFORE, DEMO]).lines().count(),
        demo.lines().count(),
        "the pair says what the demo says"
    );
    assert!(printed(&["--ascii", DEMO]).is_ascii());
}

// Where snapshots come from.

#[test]
fn plain_packed_and_piped_files_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = unpacked(DEMO);
    let plain = folder.path().join("plain");
    fs::write(&plain, &bytes).unwrap();
    let packed = folder.path().join("packed");
    let mut encoder =
        flate2::write::GzEncoder::new(fs::File::create(&packed).unwrap(), flate2::Compression::fast());
    encoder.write_all(&bytes).unwrap();
    encoder.finish().unwrap();
    let expected = json(&["classes", DEMO])["rows"].clone();
    for path in [&plain, &packed] {
        assert_eq!(json(&["classes", path.to_str().unwrap()])["rows"], expected, "{}", path.display());
    }
    for path in [plain, PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(DEMO)] {
        let piped =
            leaktui(&["classes", "-", "--json"]).stdin(fs::File::open(path).unwrap()).output().unwrap();
        let piped: Value = serde_json::from_slice(&piped.stdout).unwrap();
        assert_eq!(piped["rows"], expected);
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child =
        leaktui(&["nodes", DEMO, "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

// Names in a snapshot are hostile.

/// Nothing but printable characters and line ends, and nothing that reorders or hides them.
fn assert_harmless(text: &str) {
    let harmful = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    if let Some(at) = text.find(harmful) {
        panic!("{:?}", text[..at].chars().rev().take(40).collect::<String>());
    }
}

#[test]
fn nothing_that_drives_a_terminal_is_printed() {
    assert_harmless(&printed(&[WEIRD]));
    for json in [&[][..], &["--json"]] {
        for args in [&["classes", WEIRD][..], &["objects", WEIRD, "(string)"], &["objects", WEIRD, "Object"]]
        {
            assert_harmless(&printed(&[args, json].concat()));
        }
    }
    assert_harmless(&printed(&["nodes", WEIRD, "--json"]));
}

#[test]
fn hostile_names_come_back_whole_from_json() {
    let text = printed(&["nodes", WEIRD, "--json"]);
    let names: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["name"].as_str().unwrap().to_owned())
        .collect();
    let kept = |what: &str| names.iter().any(|name| name.contains(what));
    assert!(kept("\u{1b}[31m") && kept("\u{202e}"), "escape sequences and bidi marks are data");
}
