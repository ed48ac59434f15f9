//! `leaktui retainers`: ignored holders, weak ones, kinds.

use serde_json::Value;

use crate::{DEMO, first_of, json, printed};

fn rows(args: &[&str]) -> Vec<Value> {
    json(&[&["retainers", DEMO], args].concat())["rows"].as_array().unwrap().clone()
}

#[test]
fn deeper_retainers_follow_the_one_they_hold() {
    let id = first_of("ServerEnvironment");
    let levels: Vec<u64> =
        rows(&[&id, "--depth", "3"]).iter().map(|row| row["level"].as_u64().unwrap()).collect();
    assert_eq!(levels[..3], [1, 2, 3]);
    assert!(levels.is_sorted_by(|a, b| *b <= a + 1), "a level is never skipped");
    assert_eq!(rows(&[&id]).len(), levels.iter().filter(|&&level| level == 1).count());
}

#[test]
fn weak_retainers_come_when_asked_for() {
    let id = first_of("(object shape)");
    let weak = |rows: &[Value]| rows.iter().filter(|row| row["weak"] == true).count();
    assert_eq!(weak(&rows(&[&id])), 0);
    assert!(weak(&rows(&[&id, "--weak"])) > 0);
}

#[test]
fn an_ignored_holder_goes_to_the_end_and_the_rest_is_measured_around_it() {
    let id = first_of("ServerEnvironment");
    let usual = rows(&[&id]);
    let nearest = format!("@{}", usual[0]["id"]);
    let around = rows(&[&id, "--ignore", &nearest]);
    let distance = |row: &Value| row["distance"].as_u64().unwrap();
    assert_eq!(around.len(), usual.len());
    assert!(around.is_sorted_by(|a, b| distance(a) <= distance(b)));
    let ignored = around.iter().find(|row| row["ignored"] == true).expect("it is listed");
    assert_eq!(distance(ignored), 200_000_000 + distance(&usual[0]));
    assert!(printed(&["retainers", DEMO, &id, "--ignore", &nearest]).contains(" (ignored)\n"));
}

#[test]
fn the_retainers_of_a_class_are_counted_by_kind() {
    let kinds = rows(&["ServerEnvironment"]);
    let number = |row: &Value, name: &str| row[name].as_u64().unwrap();
    let is_named = |row: &&Value| !row["class"].as_str().unwrap().starts_with('(');
    let named: Vec<u64> = kinds.iter().filter(is_named).map(|row| number(row, "objects")).collect();
    assert!(named.is_sorted_by(|a, b| a >= b), "those that hold most come first: {named:?}");
    assert!(is_named(&&kinds[0]), "V8's own come last");
    let by_map = kinds.iter().find(|row| row["class"] == "Map").expect("the cache holds them");
    assert_eq!((&by_map["edge"], number(by_map, "objects")), (&Value::from("element"), 39));
    let text = printed(&["retainers", DEMO, "ServerEnvironment"]);
    assert!(text.contains("element of Map, such as @"), "{text}");
}
