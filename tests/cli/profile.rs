//! Sampling profiles: names that programs rely on, and sums made anew from the file's own JSON.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::{json, leaktui, printed};

const BEFORE: &str = "tests/data/handlemap-before.heapprofile";
const AFTER: &str = "tests/data/handlemap.heapprofile";

/// Self and total bytes by function and place, straight from the file.
fn sums(path: &str) -> BTreeMap<String, (u64, u64)> {
    fn walk(call: &Value, on_stack: &mut Vec<String>, sums: &mut BTreeMap<String, (u64, u64)>) -> u64 {
        let frame = &call["callFrame"];
        let name = format!(
            "{}|{}|{}",
            frame["functionName"],
            frame["url"],
            frame["lineNumber"].as_i64().unwrap() + 1
        );
        let is_outermost = !on_stack.contains(&name);
        on_stack.push(name.clone());
        let own = call["selfSize"].as_u64().unwrap();
        let below: u64 =
            call["children"].as_array().unwrap().iter().map(|child| walk(child, on_stack, sums)).sum();
        on_stack.pop();
        let sum = sums.entry(name).or_default();
        sum.0 += own;
        sum.1 += if is_outermost { own + below } else { 0 };
        own + below
    }
    let document: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    walk(&document["head"], &mut Vec::new(), &mut found);
    found
}

#[test]
fn the_table_is_the_sums_of_the_file() {
    let document = json(&["profile", AFTER]);
    assert_eq!(document["schema"], "leaktui/profile/1");
    let mut told: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for row in document["rows"].as_array().unwrap() {
        let name = row["name"].as_str().unwrap().replace("(anonymous)", "");
        let sum = told.entry(format!("{:?}|{}|{}", name, row["script"], row["line"])).or_default();
        // Two functions of one name on one line: only their sums can be compared.
        *sum = (sum.0 + row["self"].as_u64().unwrap(), sum.1.max(row["total"].as_u64().unwrap()));
    }
    let sums = sums(AFTER);
    assert_eq!(told.keys().collect::<Vec<_>>(), sums.keys().collect::<Vec<_>>());
    assert!(told.iter().all(|(name, sum)| sum.0 == sums[name].0));
    let exact = told.iter().filter(|(name, sum)| sum.1 == sums[*name].1).count();
    assert!(exact * 10 > sums.len() * 9, "{exact} of {} totals", sums.len());
    let whole: u64 = sums.values().map(|sum| sum.0).sum();
    assert_eq!(document["files"][0]["size"], whole);
}

#[test]
fn packages_are_told_apart_and_share_the_whole() {
    let document = json(&["profile", AFTER, "--by", "package"]);
    let rows = document["rows"].as_array().unwrap();
    let own =
        |name: &str| rows.iter().find(|row| row["name"] == name).map(|row| row["self"].as_u64().unwrap());
    assert!(own("express").is_some() && own("(own code)").is_some() && own("(Node.js)").is_some());
    let whole: u64 = rows.iter().map(|row| row["self"].as_u64().unwrap()).sum();
    assert_eq!(document["files"][0]["size"], whole);
}

#[test]
fn a_tree_and_heavy_callers_stand_level_below_level() {
    let tree = json(&["profile", AFTER, "--tree"]);
    let rows = tree["rows"].as_array().unwrap();
    assert_eq!((rows[0]["level"].as_u64(), &rows[0]["total"]), (Some(0), &tree["files"][0]["size"]));
    let levels: Vec<u64> = rows.iter().map(|row| row["level"].as_u64().unwrap()).collect();
    assert!(levels.is_sorted_by(|a, b| *b <= a + 1), "a level is never skipped");
    let heavy = json(&["profile", AFTER, "--heavy", "--depth", "1"]);
    let rows = heavy["rows"].as_array().unwrap();
    let ends: u64 =
        rows.iter().filter(|row| row["level"] == 0).map(|row| row["total"].as_u64().unwrap()).sum();
    assert_eq!(heavy["files"][0]["size"], ends);
    assert!(rows.iter().any(|row| row["level"] == 1 && row["self"].is_null()));
}

#[test]
fn focus_and_exclude_say_how_much_is_left() {
    let whole = json(&["profile", AFTER])["files"][0]["size"].as_u64().unwrap();
    let size =
        |args: &[&str]| json(&[&["profile", AFTER], args].concat())["files"][0]["size"].as_u64().unwrap();
    let focused = size(&["--focus", "express"]);
    assert!(focused > 0 && focused < whole);
    assert_eq!(size(&["--exclude", "express"]), whole, "what is left out counts for its callers");
    let output = leaktui(&["profile", AFTER, "--focus", "no such"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn two_profiles_are_compared() {
    let document = json(&["profile", BEFORE, AFTER]);
    assert_eq!(document["files"].as_array().unwrap().len(), 2);
    let row = &document["rows"][0];
    assert!(row["after"]["self"].as_u64() > row["before"]["self"].as_u64(), "most growth first: {row}");
    assert!(printed(&["profile", BEFORE, AFTER, "--limit", "3"]).contains("Self delta"));
}

#[test]
fn a_profile_where_a_snapshot_is_wanted_is_told() {
    let output = leaktui(&["classes", AFTER]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.ends_with("\n  `leaktui profile FILE` reads it\n"), "{said}");
    let output = leaktui(&["profile", crate::DEMO]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with("leaktui: not a heap profile: there is no `head`\n"), "{said}");
}
