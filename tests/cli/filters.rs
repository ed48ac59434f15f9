//! `--filter`: one grammar for every list.

use serde_json::Value;

use crate::{BEFORE, DEMO, first_of, json, leaktui, printed};

fn rows(args: &[&str]) -> Vec<Value> {
    json(args)["rows"].as_array().unwrap().clone()
}

#[test]
fn a_text_keeps_names_that_contain_it() {
    let found = rows(&["classes", DEMO, "--filter", "relay"]);
    assert!(found.len() > 3);
    assert!(found.iter().all(|row| row["class"].as_str().unwrap().to_lowercase().contains("relay")));
    let diff = rows(&["diff", BEFORE, DEMO, "--filter", "relay"]);
    assert!(!diff.is_empty());
    assert!(diff.iter().all(|row| row["class"].as_str().unwrap().to_lowercase().contains("relay")));
}

#[test]
fn all_words_must_be_passed_and_what_is_left_out_is_counted() {
    let all = json(&["classes", DEMO]);
    let found = json(&["classes", DEMO, "--filter", "retained>10kB", "--filter", "user-land"]);
    let count = |document: &Value| document["total"]["count"].as_u64().unwrap();
    assert_eq!(all["left_out"]["count"], 0);
    assert_eq!(count(&found) + found["left_out"]["count"].as_u64().unwrap(), count(&all));
    assert!(found["rows"].as_array().unwrap().iter().all(|row| row["class"] != "(compiled code)"));
    let text = printed(&["classes", DEMO, "--filter", "retained>10kB"]);
    assert!(text.contains(" filtered out\n"), "{text}");
}

#[test]
fn objects_of_all_classes_can_be_filtered() {
    let found = rows(&["objects", DEMO, "--filter", "retained>1kB", "--filter", "class~SrvEnv"]);
    assert!(!found.is_empty());
    assert!(found.iter().all(|row| row["retained"].as_u64().unwrap() > 1000));
    assert!(found.is_sorted_by(|a, b| a["retained"].as_u64() >= b["retained"].as_u64()));
}

#[test]
fn references_are_kept_by_the_object_at_their_other_end() {
    let id = first_of("ServerEnvironment");
    let fields = rows(&["object", DEMO, &id, "--filter", "size>40"]);
    assert!(!fields.is_empty() && fields.iter().all(|row| row["shallow"].as_u64().unwrap() > 40));
    let holders = rows(&["retainers", DEMO, &id, "--filter", "type:array"]);
    assert!(holders.len() < rows(&["retainers", DEMO, &id]).len());
}

#[test]
fn a_word_that_cannot_be_read_is_refused_before_anything_is() {
    let output = leaktui(&["classes", "no such file", "--filter", "retaned>1MB"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "leaktui: filter `retaned>1MB`: no filter is called so\n  did you mean `retained>BYTES`? for that text \
         write `name:retaned>1MB`\n"
    );
}

#[test]
fn objects_newer_than_another_snapshot_are_told_by_their_ids() {
    let new = json(&["classes", DEMO, "--since", BEFORE, "--filter", "ServerEnvironment"]);
    assert_eq!(new["total"]["count"], 39, "all are new");
    let output =
        leaktui(&["classes", DEMO, "--since", "tests/data/node12.heapsnapshot.zst"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("leaktui: the snapshots are of different processes"), "{told}");
}
