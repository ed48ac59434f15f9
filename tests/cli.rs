//! The real binary on real snapshots: contract, errors, pipes, hostile text.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

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

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn set<const N: usize>(names: [&'static str; N]) -> BTreeSet<&'static str> {
    BTreeSet::from(names)
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

// The contract: programs rely on these names. Add to them; never rename, never remove.

const NODE: [&str; 12] = [
    "id",
    "type",
    "class",
    "class_key",
    "name",
    "shallow",
    "retained",
    "distance",
    "detachedness",
    "dominator",
    "edges",
    "retainers",
];

const REFERENCE: [&str; 11] = [
    "edge_type",
    "edge_name",
    "id",
    "class",
    "name",
    "distance",
    "shallow",
    "retained",
    "weak",
    "level",
    "repeats",
];

fn assert_document(document: &Value, schema: &str, body: &[&'static str]) {
    let mut expected = set(["schema", "files", "warnings", "total"]);
    expected.extend(body);
    assert_eq!(names(document), expected, "{schema}");
    assert_eq!(document["schema"], schema);
    assert_eq!(names(&document["files"][0]), set(["name", "bytes", "producer", "nodes", "edges", "size"]));
    assert_eq!(names(&document["total"]), set(["rows", "count", "shallow"]));
    assert!(document["warnings"].is_array());
}

#[test]
fn classes_and_objects_keep_their_names() {
    let classes = json(&["classes", DEMO]);
    assert_document(&classes, "leaktui/classes/1", &["rows"]);
    let class = set(["class", "class_key", "count", "shallow", "retained", "distance"]);
    assert_eq!(names(&classes["rows"][0]), class);
    let objects = json(&["objects", DEMO, "ServerEnvironment"]);
    assert_document(&objects, "leaktui/objects/1", &["rows"]);
    assert_eq!(names(&objects["rows"][0]), set(NODE));
    assert_eq!(objects["total"]["rows"], 39);
}

#[test]
fn object_and_retainers_keep_their_names() {
    let id = first_of("ServerEnvironment");
    let object = json(&["object", DEMO, &id]);
    assert_document(&object, "leaktui/object/1", &["object", "rows"]);
    assert_eq!(names(&object["object"]), set(NODE));
    assert_eq!(names(&object["rows"][0]), set(REFERENCE));
    let retainers = json(&["retainers", DEMO, &id]);
    assert_document(&retainers, "leaktui/retainers/1", &["rows"]);
    assert_eq!(names(&retainers["rows"][0]), set(REFERENCE));
}

#[test]
fn path_and_stats_keep_their_names() {
    let path = json(&["path", DEMO, &first_of("ServerEnvironment")]);
    assert_document(&path, "leaktui/path/1", &["steps", "text"]);
    assert_eq!(names(&path["steps"][0]), set(["id", "class", "name", "edge_type", "edge_name"]));
    let stats = json(&["stats", DEMO]);
    assert_document(&stats, "leaktui/stats/1", &["categories"]);
    assert_eq!(names(&stats["categories"][0]), set(["name", "bytes"]));
}

#[test]
fn nodes_are_a_line_each_in_file_order() {
    let text = printed(&["nodes", DEMO, "--json"]);
    let nodes: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let classes = json(&["classes", DEMO, "--limit", "0"]);
    assert_eq!(nodes.len() as u64, classes["files"][0]["nodes"].as_u64().unwrap());
    assert!(nodes.iter().all(|node| names(node) == set(NODE)));
    assert_eq!((&nodes[0]["id"], &nodes[0]["dominator"]), (&Value::from(1), &Value::Null), "the root");
    assert!(nodes[0]["distance"].as_u64() == Some(100_000_000), "only the system holds the root");
}

#[test]
fn the_parts_of_the_heap_are_the_whole_heap() {
    let stats = json(&["stats", DEMO]);
    let parts: u64 =
        stats["categories"].as_array().unwrap().iter().map(|part| part["bytes"].as_u64().unwrap()).sum();
    assert_eq!(Value::from(parts), stats["files"][0]["size"]);
}

#[test]
fn a_path_leads_from_the_object_to_a_root() {
    let id = first_of("ServerEnvironment");
    let path = json(&["path", DEMO, &id]);
    let steps = path["steps"].as_array().unwrap();
    assert_eq!(format!("@{}", steps[0]["id"]), id);
    assert!(steps.iter().any(|step| step["edge_name"] == "requestCachesByEnvironment"), "{path}");
    let last = steps.last().unwrap();
    assert_eq!((&last["class"], &last["edge_name"]), (&Value::from("global"), &Value::Null));
    assert_eq!(printed(&["path", DEMO, &id]).lines().skip(2).collect::<Vec<_>>().join("\n"), path["text"]);
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
    assert!(printed(&["classes", DEMO, "--limit", "3"]).ends_with(" more)\n"));
}

#[test]
fn a_filter_keeps_names_that_contain_it() {
    let rows = classes_by(&["--filter", "relay"]);
    assert!(rows.len() > 3);
    assert!(rows.iter().all(|row| row["class"].as_str().unwrap().to_lowercase().contains("relay")));
}

#[test]
fn a_class_is_named_by_name_or_key() {
    let by_name = json(&["objects", DEMO, "ServerEnvironment"]);
    let key = by_name["rows"][0]["class_key"].as_str().unwrap();
    assert!(key.ends_with(",ServerEnvironment") && key.len() > ",ServerEnvironment".len());
    assert_eq!(json(&["objects", DEMO, key])["rows"], by_name["rows"]);
}

#[test]
fn deeper_retainers_follow_the_one_they_hold() {
    let id = first_of("ServerEnvironment");
    let rows = json(&["retainers", DEMO, &id, "--depth", "3"])["rows"].as_array().unwrap().clone();
    let levels: Vec<u64> = rows.iter().map(|row| row["level"].as_u64().unwrap()).collect();
    assert_eq!(levels[..3], [1, 2, 3]);
    assert!(levels.is_sorted_by(|a, b| *b <= a + 1), "a level is never skipped");
    let direct = json(&["retainers", DEMO, &id]);
    assert_eq!(direct["rows"].as_array().unwrap().len(), levels.iter().filter(|&&level| level == 1).count());
}

#[test]
fn weak_retainers_come_when_asked_for() {
    let id = first_of("(object shape)");
    let weak = |document: &Value| {
        document["rows"].as_array().unwrap().iter().filter(|row| row["weak"] == true).count()
    };
    assert_eq!(weak(&json(&["retainers", DEMO, &id])), 0);
    assert!(weak(&json(&["retainers", DEMO, &id, "--weak"])) > 0);
}

#[test]
fn a_pipe_gets_the_summary_instead_of_a_screen() {
    let summary = printed(&[DEMO]);
    assert!(summary.contains("72,816 objects") && summary.contains("Code") && summary.contains("Function"));
    assert_eq!(printed(&["demo"]).lines().skip(1).collect::<String>(), {
        summary.lines().skip(1).collect::<String>()
    });
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

// Errors: two lines on stderr, nothing on stdout, exit code 2.

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn refused(args: &[&str]) -> String {
    complaint(&leaktui(args).output().unwrap())
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("empty"), "").unwrap();
    fs::write(path("page"), "<!DOCTYPE html><html>").unwrap();
    let missing = path("missing");
    assert_eq!(
        refused(&["classes", &missing]),
        format!(
            "leaktui: cannot open {missing}: no such file or directory\n  check the name and who may read it\n"
        )
    );
    let directory = folder.path().to_str().unwrap();
    assert_eq!(
        refused(&[directory]),
        format!(
            "leaktui: cannot read {directory}: it is a directory\n  name a .heapsnapshot file, or - to read a pipe\n"
        )
    );
    assert_eq!(
        refused(&["stats", &path("empty")]),
        "leaktui: the file is empty\n  was the process killed, or the disk full, before anything was written? \
         take it again\n"
    );
    assert!(refused(&["stats", &path("page")]).starts_with("leaktui: not a heap snapshot: it is an HTML"));
}

#[test]
fn a_cut_file_is_refused_with_the_place_where_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut");
    let bytes = unpacked(DEMO);
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let said = refused(&["classes", path.to_str().unwrap()]);
    assert!(said.starts_with("leaktui: the file ends in \"edges\" at byte 3,907,467"), "{said}");
    assert_eq!(said.lines().count(), 2);
}

#[test]
fn what_the_snapshot_lacks_is_refused_with_what_is_alike() {
    assert_eq!(
        refused(&["objects", DEMO, "ServerEnvironmen"]),
        "leaktui: no class `ServerEnvironmen`\n  did you mean `ServerEnvironment`?\n"
    );
    assert_eq!(
        refused(&["objects", DEMO, "\u{1b}[2J"]),
        "leaktui: no class `\\x1b[2J`\n  `leaktui classes FILE` lists them all\n"
    );
    assert_eq!(
        refused(&["path", DEMO, "@4"]),
        "leaktui: no object @4 in this snapshot\n  `leaktui objects FILE CLASS` lists objects with their ids\n"
    );
}

#[test]
fn bad_usage_is_refused() {
    assert_eq!(
        refused(&["classes", DEMO, "--jsn"]),
        "leaktui: unexpected argument '--jsn' found\n  a similar argument exists: '--json'\n"
    );
    assert_eq!(
        refused(&["path", DEMO, "x"]),
        "leaktui: invalid value 'x' for '<@ID>': an id is a number such as @123\n  `leaktui --help` lists what \
         there is\n"
    );
    assert_eq!(
        refused(&[]),
        "leaktui: no snapshot given\n  `leaktui FILE` explores one, `leaktui demo` a bundled one\n"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = leaktui(&["stats", DEMO]).stdout(full).output().unwrap();
    assert_eq!(
        complaint(&output),
        "leaktui: cannot write the result: no storage space\n  is the disk full? write somewhere else\n"
    );
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
