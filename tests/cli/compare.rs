//! Two snapshots at once: what sums to what, and what is said when they do not belong together.

use super::{BEFORE, DEMO, json, leaktui, printed};

#[test]
fn diff_of_a_class_tells_the_ids() {
    let one = json(&["diff", BEFORE, DEMO, "ServerEnvironment"]);
    let [row] = one["rows"].as_array().unwrap().as_slice() else { panic!("one class") };
    assert_eq!((&row["new"], &row["deleted"], &row["delta"]), (&39.into(), &0.into(), &39.into()));
    assert_eq!(row["new_ids"].as_array().unwrap().len(), 39);
    let with_ids = json(&["diff", BEFORE, DEMO, "--ids", "--limit", "1"]);
    assert!(with_ids["rows"][0]["deleted_ids"].is_array());
}

#[test]
fn growth_rows_sum_to_the_whole_and_the_leak_comes_first() {
    let growth = json(&["growth", BEFORE, DEMO]);
    let rows = growth["rows"].as_array().unwrap();
    let sum: i64 = rows.iter().map(|row| row["shallow_growth"].as_i64().unwrap()).sum();
    let sizes = growth["files"].as_array().unwrap().iter().map(|file| file["size"].as_i64().unwrap());
    let [before, after] = sizes.collect::<Vec<_>>()[..] else { panic!("two files") };
    assert_eq!((sum, growth["total"]["shallow_growth"].as_i64()), (after - before, Some(after - before)));
    for what in ["requestCachesByEnvironment", "requestCache"] {
        let row =
            rows[..3].iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("{what} comes first"));
        assert_eq!(row["counts"], serde_json::json!([0, 39]), "{what}");
    }
}

#[test]
fn snapshots_of_two_processes_are_compared_by_class_only() {
    let other = "tests/data/kitchen-sink.heapsnapshot.zst";
    let diff = json(&["diff", BEFORE, other]);
    let warning = diff["warnings"][0].as_str().unwrap();
    assert!(warning.contains("different processes"), "{warning}");
    let row = &diff["rows"][0];
    assert!(row["new"].is_null() && row["deleted"].is_null() && row["allocated"].is_null());
    let delta = row["after"]["count"].as_i64().unwrap() - row["before"]["count"].as_i64().unwrap();
    assert_eq!(row["delta"].as_i64(), Some(delta));
    assert!(printed(&["diff", BEFORE, other]).contains("warning: the snapshots are of different processes"));
    let output = leaktui(&["growth", BEFORE, other]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "growth that was not measured must not read as clean");
}

#[test]
fn a_swapped_pair_is_said_to_be_one() {
    let growth = json(&["growth", DEMO, BEFORE]);
    assert!(growth["warnings"][0].as_str().unwrap().contains("the first snapshot is the later one"));
}
