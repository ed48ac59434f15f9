//! The names that programs rely on. Add to them; never rename, never remove.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{BEFORE, DEMO, first_of, json, printed};

fn names(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn set<const N: usize>(names: [&'static str; N]) -> BTreeSet<&'static str> {
    BTreeSet::from(names)
}

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

const REFERENCE: [&str; 12] = [
    "variable",
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
    assert_document(&classes, "leaktui/classes/1", &["rows", "left_out"]);
    assert_eq!(names(&classes["left_out"]), set(["count", "shallow"]));
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
    let mut expected = set(REFERENCE);
    expected.extend(["ignored", "noise", "key", "table"]);
    assert_eq!(names(&retainers["rows"][0]), expected);
    let kinds = json(&["retainers", DEMO, "ServerEnvironment"]);
    assert_document(&kinds, "leaktui/retainers-by-class/1", &["rows"]);
    let kind = ["edge", "class", "class_key", "count", "objects", "holders", "example"];
    assert_eq!(names(&kinds["rows"][0]), set(kind));
}

#[test]
fn dominators_and_containment_keep_their_names() {
    let top = json(&["dominators", DEMO]);
    assert_document(&top, "leaktui/dominators/1", &["owners", "rows"]);
    let row = set(["class", "class_key", "count", "shallow", "retained", "id", "name", "level"]);
    assert_eq!(names(&top["rows"][0]), row);
    assert_eq!(top["owners"], Value::Array(Vec::new()), "nothing dominates the root");
    let one = json(&["dominators", DEMO, &first_of("ServerEnvironment"), "--depth", "3"]);
    assert_eq!(names(&one["owners"][0]), set(["id", "class", "name", "shallow", "retained"]));
    assert!(one["rows"].as_array().unwrap().iter().any(|row| row["level"] == 3));
    let root = json(&["containment", DEMO, "--depth", "2"]);
    assert_document(&root, "leaktui/containment/1", &["rows"]);
    assert_eq!(names(&root["rows"][0]), set(REFERENCE));
}

#[test]
fn what_the_root_holds_is_the_heap_and_globals_come_first() {
    let top = json(&["dominators", DEMO]);
    let held: u64 = top["rows"].as_array().unwrap().iter().map(|row| row["retained"].as_u64().unwrap()).sum();
    assert_eq!(Value::from(held), top["files"][0]["size"]);
    let rows = json(&["containment", DEMO])["rows"].clone();
    assert_eq!(rows[0]["class"], "global", "{rows}");
    assert!(printed(&["containment", DEMO]).contains("(GC roots) @3 ("));
}

#[test]
fn path_and_stats_keep_their_names() {
    let path = json(&["path", DEMO, &first_of("ServerEnvironment")]);
    assert_document(&path, "leaktui/path/1", &["steps", "text"]);
    assert_eq!(names(&path["steps"][0]), set(["id", "class", "name", "edge_type", "edge_name", "variable"]));
    let stats = json(&["stats", DEMO]);
    let more = ["types", "native_contexts", "shared", "unattributed", "extra_native_bytes", "unreachable"];
    assert_document(&stats, "leaktui/stats/1", &[&["categories"][..], &more].concat());
    assert_eq!(names(&stats["categories"][0]), set(["name", "bytes", "largest"]));
    assert_eq!(names(&stats["categories"][0]["largest"][0]), set(["id", "class", "name", "bytes"]));
    assert_eq!(names(&stats["types"][0]), set(["type", "count", "shallow"]));
    assert_eq!(names(&stats["native_contexts"][0]), set(["id", "name", "shallow"]));
    assert_eq!(names(&stats["unreachable"]), set(["count", "shallow"]));
}

#[test]
fn strings_keep_their_names_in_every_mode() {
    let row = set(["text", "count", "shallow", "retained", "wasted", "truncated", "length", "id"]);
    for mode in
        [&["--duplicates"][..], &["--patterns"], &["--longest"], &["relay"], &["rel.y", "--regex", "--case"]]
    {
        let found = json(&[&["strings", DEMO][..], mode].concat());
        assert_document(&found, "leaktui/strings/1", &["rows"]);
        assert_eq!(names(&found["rows"][0]), row, "{mode:?}");
    }
}

#[test]
fn explanations_need_no_file() {
    let one = json(&["explain", "system / Context / scope @7"]);
    assert_eq!(names(&one), set(["schema", "files", "warnings", "total", "rows"]));
    assert_eq!((&one["schema"], &one["total"]["rows"]), (&"leaktui/explain/1".into(), &1.into()));
    assert_eq!(names(&one["rows"][0]), set(["name", "what", "advice"]));
    assert!(printed(&["explain"]).starts_with("(compiled code)\n  Bytecode"));
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
    let of_realms: u64 = stats["native_contexts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|realm| realm["shallow"].as_u64().unwrap())
        .sum();
    let rest: u64 = ["shared", "unattributed", "extra_native_bytes"]
        .map(|name| stats[name].as_u64().unwrap())
        .iter()
        .sum();
    assert_eq!(of_realms + rest, parts, "so are the realms");
    let limited = json(&["stats", DEMO, "--limit", "1"]);
    assert!(
        limited["categories"].as_array().unwrap().iter().all(|part| part["largest"]
            .as_array()
            .unwrap()
            .len()
            <= 1)
    );
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

#[test]
fn diff_keeps_its_names() {
    let diff = json(&["diff", BEFORE, DEMO]);
    assert_eq!(names(&diff), set(["schema", "files", "warnings", "total", "rows"]));
    assert_eq!((&diff["schema"], diff["files"].as_array().unwrap().len()), (&"leaktui/diff/1".into(), 2));
    let row = ["class", "class_key", "new", "deleted", "delta", "allocated", "freed", "size_delta"];
    let mut expected = set(row);
    expected.extend(["noise", "before", "after"]);
    assert_eq!(names(&diff["rows"][0]), expected);
    assert_eq!(names(&diff["rows"][0]["before"]), set(["count", "shallow", "retained"]));
    expected.extend(["new_ids", "deleted_ids"]);
    assert_eq!(names(&json(&["diff", BEFORE, DEMO, "--ids"])["rows"][0]), expected);
}

#[test]
fn growth_keeps_its_names() {
    let growth = json(&["growth", BEFORE, DEMO]);
    assert_eq!(names(&growth), set(["schema", "files", "warnings", "total", "rows", "moved"]));
    assert_eq!(growth["schema"], "leaktui/growth/1");
    let row = ["what", "kind", "counts", "retained_growth", "shallow_growth", "chain", "example", "verdict"];
    let mut expected = set(row);
    expected.extend(["fit", "class", "module", "new", "deleted", "holders", "text"]);
    assert_eq!(names(&growth["rows"][0]), expected);
    assert_eq!(growth["rows"][0]["counts"].as_array().unwrap().len(), 2, "one a snapshot");
}

const TIMELINE: &str = "tests/data/timeline.heaptimeline.zst";

#[test]
fn allocations_keep_their_names() {
    let sums = ["live_count", "count", "live_size", "size"];
    let function = ["function", "script", "line", "column"];
    let mut row = set(sums);
    row.extend(function);
    let listed = json(&["allocations", TIMELINE, "--callers", "1"]);
    assert_eq!(listed["schema"], "leaktui/allocations/1");
    let first = &listed["rows"][0];
    assert_eq!(names(&first["callers"][0]), row);
    let mut own = row.clone();
    own.extend([
        "callers",
        "inclusive_live_count",
        "inclusive_count",
        "inclusive_live_size",
        "inclusive_size",
    ]);
    assert_eq!(names(first), own);
    for row in listed["rows"].as_array().unwrap() {
        let all = sums.map(|name| row[format!("inclusive_{name}")].as_u64().unwrap());
        assert!(sums.iter().zip(all).all(|(name, all)| all >= row[name].as_u64().unwrap()), "{row}");
    }
    let mut total = set(sums);
    total.insert("rows");
    assert_eq!(names(&listed["total"]), total);
    let compared = json(&["allocations", TIMELINE, "--against", TIMELINE]);
    row.insert("before");
    assert_eq!(names(&compared["rows"][0]), row);
    let id = format!(
        "@{}",
        json(&["objects", TIMELINE, "Context", "--sort", "id:desc", "--limit", "1"])["rows"][0]["id"]
    );
    let stack = json(&["allocations", TIMELINE, &id]);
    assert_eq!(names(&stack["stack"][0]), set(function));
    assert_eq!(stack["stack"][0]["function"], "remember", "the function that fills the map");
}

#[test]
fn a_timeline_keeps_its_names() {
    let timeline = json(&["timeline", TIMELINE]);
    assert_document(&timeline, "leaktui/timeline/1", &["rows"]);
    let row = set(["time_ms", "above_id", "up_to_id", "count", "shallow"]);
    assert_eq!(names(&timeline["rows"][0]), row);
    let text = printed(&["timeline", TIMELINE, "--window", "500ms..1s"]);
    assert!(text.contains(" Context\n"), "its window has constructors: {text}");
}

#[test]
fn native_keeps_its_names() {
    let native = json(&["native", DEMO]);
    assert_eq!(names(&native), set(["schema", "files", "warnings", "total", "rows", "holders", "process"]));
    assert_eq!((&native["schema"], &native["process"]), (&"leaktui/native/1".into(), &Value::Null));
    assert_eq!(names(&native["rows"][0]), set(["class", "count", "size"]));
    assert_eq!(names(&native["holders"][0]), set(["id", "class", "objects", "text", "count", "size"]));
    let total = &native["total"];
    let parts = ["array_buffers", "external_strings", "others", "extra_native_bytes"];
    let sum: u64 = parts.iter().map(|part| total[part].as_u64().unwrap()).sum();
    assert_eq!(total["size"], sum, "the parts are the whole");
    let rows: u64 = native["rows"].as_array().unwrap().iter().map(|row| row["size"].as_u64().unwrap()).sum();
    assert_eq!(rows, sum);
    let holders = native["holders"].as_array().unwrap().iter().map(|row| row["size"].as_u64().unwrap());
    assert_eq!(total["array_buffers"], holders.sum::<u64>(), "every buffer has a holder");
}
