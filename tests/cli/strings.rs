//! `leaktui strings`: what is searched, counted and grouped is right.

use serde_json::Value;

use crate::{DEMO, WEIRD, assert_harmless, json, leaktui, printed};

fn rows(args: &[&str]) -> Vec<Value> {
    json(&[&["strings", DEMO], args].concat())["rows"].as_array().unwrap().clone()
}

fn text(row: &Value) -> String {
    row["text"].as_str().unwrap().to_owned()
}

#[test]
fn a_search_finds_what_contains_the_text() {
    let found = rows(&["RELAY-runtime"]);
    assert!(found.len() > 3 && found.iter().all(|row| text(row).to_lowercase().contains("relay-runtime")));
    assert!(found.is_sorted_by(|a, b| a["retained"].as_u64() >= b["retained"].as_u64()));
    assert!(rows(&["RELAY-runtime", "--case"]).is_empty());
    assert!(rows(&["^relay.*untime$", "--regex"]).iter().all(|row| text(row).starts_with("relay")));
}

#[test]
fn of_duplicates_all_but_one_are_wasted_unless_v8_cut_them() {
    let found = rows(&["--duplicates"]);
    let number = |row: &Value, name: &str| row[name].as_u64().unwrap();
    assert!(
        found.iter().all(|row| number(row, "count") > 1 && number(row, "wasted") < number(row, "shallow"))
    );
    assert!(found.iter().filter(|row| row["truncated"] == true).all(|row| number(row, "wasted") == 0));
    assert_eq!(found, rows(&[]), "that is what is told of all strings");
}

#[test]
fn patterns_stand_for_several_strings_and_the_longest_comes_first() {
    assert!(rows(&["--patterns"]).iter().all(|row| row["count"].as_u64().unwrap() > 1));
    let longest = rows(&["--longest", "--limit", "5"]);
    assert_eq!(longest.len(), 5);
    assert!(longest.is_sorted_by(|a, b| a["length"].as_u64() >= b["length"].as_u64()));
}

#[test]
fn a_bad_expression_is_refused_before_anything_is_read() {
    let output = leaktui(&["strings", "no such file", "(", "--regex"]).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "leaktui: `(` is no regular expression: unclosed group\n  leave out --regex to look for the text as it stands\n"
    );
}

#[test]
fn texts_are_safe_to_print() {
    for mode in ["--duplicates", "--patterns", "--longest"] {
        assert_harmless(&printed(&["strings", WEIRD, mode]));
    }
}
