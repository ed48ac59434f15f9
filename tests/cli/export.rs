//! What the explorer exports as JSON is what the commands print, field by field.

use std::{path::Path, sync::Arc};

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use leaktui::{
    analysis::Analysis,
    job::Job,
    snapshot::{self, Input as Source},
    tui::{
        event::{Effect, Event},
        export::{Format, export, write},
        recording::Recording,
        state::State,
        theme::Theme,
        update::update,
    },
};
use serde_json::Value;

use crate::{BEFORE, DEMO, json};

/// An explorer of the demo, driven without a terminal.
struct Explorer(State);

impl Explorer {
    fn of(files: &[&str]) -> Self {
        let labels = files.iter().map(|&file| file.to_owned()).collect();
        let mut explorer = Self(State::series(120, 40, Theme::default(), labels));
        for (at, file) in files.iter().enumerate() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            let loaded = snapshot::load(&Source::Path(path), &Job::default()).expect("a sound file");
            let recording = Recording { trace: Arc::new(loaded.trace), ..Recording::default() };
            explorer.event(Event::Recorded(at, Box::new(recording)));
            let heap = Arc::new(loaded.heap);
            let known = Analysis::run(heap, &Job::default(), |_| ()).expect("nobody cancels");
            let total = known.total_size();
            explorer.event(Event::Known { at, known: Box::new(known), total, complete: true });
        }
        explorer
    }

    fn event(&mut self, event: Event) {
        for effect in update(&mut self.0, event) {
            if let Effect::Run { slot, request, task, known } = effect {
                let outcome = task.run(&known, &Job::default()).expect("nobody cancels");
                self.event(Event::Done { slot, request, outcome });
            }
        }
    }

    /// Types letters; `↵` is Enter, `⇥` Tab, `⎋` Escape, `→` an arrow.
    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            let code = match c {
                '↵' => KeyCode::Enter,
                '⇥' => KeyCode::Tab,
                '→' => KeyCode::Right,
                '⎋' => KeyCode::Esc,
                c => KeyCode::Char(c),
            };
            self.event(Event::Input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE))));
        }
        self
    }

    fn rows(&self) -> Vec<Value> {
        let mut text = Vec::new();
        let export = export(&self.0).expect("rows");
        write(&export, Format::Json, &Job::default(), &mut text).expect("a Vec takes everything");
        let document: Value = serde_json::from_slice(&text).expect("JSON");
        document["rows"].as_array().expect("rows").clone()
    }
}

fn printed(args: &[&str]) -> Vec<Value> {
    json(args)["rows"].as_array().expect("rows").clone()
}

/// That the exported rows are those printed, field by field; only these fields may be on one side alone.
#[track_caller]
fn assert_twins_but(alone: &[&str], exported: &[Value], printed: &[Value]) {
    let plain = |row: &Value| -> Value {
        let fields = row.as_object().expect("a row").clone();
        fields.into_iter().filter(|(name, _)| !alone.contains(&name.as_str())).collect()
    };
    assert_eq!(exported.len(), printed.len());
    for (exported, printed) in exported.iter().zip(printed) {
        assert_eq!(plain(exported), plain(printed));
    }
}

#[track_caller]
fn assert_twins(exported: &[Value], printed: &[Value]) {
    assert_twins_but(&[], exported, printed);
}

/// The rows that stand so deep.
fn at_level(rows: &[Value], level: u64) -> Vec<Value> {
    rows.iter().filter(|row| row["level"] == level).cloned().collect()
}

#[test]
fn exported_rows_are_those_that_the_commands_print() {
    let mut one = Explorer::of(&[DEMO]);
    assert_twins(&one.rows(), &printed(&["classes", DEMO]));
    one.keys("/ServerEnvironment↵↵");
    let objects = one.rows();
    assert_twins(&objects, &printed(&["objects", DEMO, "ServerEnvironment"]));
    let id = format!("@{}", objects[0]["id"]);
    one.keys("⇥⇥");
    assert_twins(&one.rows(), &printed(&["object", DEMO, &id]));
    one.keys("3");
    assert_twins(&one.rows(), &printed(&["containment", DEMO]));
}

#[test]
fn exported_comparisons_are_those_that_the_commands_print() {
    let mut both = Explorer::of(&[BEFORE, DEMO]);
    let by = |rows: &[Value], name: &str| -> Vec<Value> {
        let mut rows = rows.to_vec();
        rows.sort_by_key(|row| row[name].to_string());
        rows
    };
    let grown = printed(&["growth", BEFORE, DEMO]);
    assert_twins(&by(&both.rows(), "text"), &by(&grown, "text"));
    both.keys("2");
    let changed = printed(&["diff", BEFORE, DEMO]);
    let keys: Vec<&Value> = changed.iter().map(|row| &row["class_key"]).collect();
    let (exported, unchanged): (Vec<Value>, Vec<Value>) =
        both.rows().into_iter().partition(|row| keys.contains(&&row["class_key"]));
    assert_twins(&by(&exported, "class_key"), &by(&changed, "class_key"));
    // The explorer lists what has not changed in number too, with the same figures as in its own snapshot.
    let classes = printed(&["classes", DEMO]);
    assert!(!unchanged.is_empty());
    for row in &unchanged {
        for change in ["new", "deleted", "delta", "size_delta"] {
            assert_eq!(row[change], 0, "{change} of {row}");
        }
        let class = classes.iter().find(|class| class["class_key"] == row["class_key"]).expect("its class");
        for figure in ["count", "shallow", "retained"] {
            assert_eq!(row["after"][figure], class[figure], "{figure} of {row}");
        }
    }
}

#[test]
fn exported_retainers_are_those_that_the_command_prints_ignored_ones_too() {
    let mut one = Explorer::of(&[DEMO]);
    one.keys("/ServerEnvironment↵↵");
    let id = format!("@{}", one.rows()[0]["id"]);
    one.keys("⇥");
    assert_twins(&at_level(&one.rows(), 1), &printed(&["retainers", DEMO, &id]));
    let holder = format!("@{}", one.rows()[0]["id"]);
    one.keys("i");
    let rows = at_level(&one.rows(), 1);
    assert_eq!(rows.iter().filter(|row| row["ignored"] == true).count(), 1);
    assert_twins(&rows, &printed(&["retainers", DEMO, &id, "--ignore", &holder]));
}

#[test]
fn exported_texts_are_those_that_the_command_prints() {
    let mut one = Explorer::of(&[DEMO]);
    one.keys("5j→");
    let by_id = |mut rows: Vec<Value>| {
        rows.sort_by_key(|row| row["id"].as_u64());
        rows
    };
    let texts = by_id(at_level(&one.rows(), 2));
    assert_twins_but(&["level"], &texts, &by_id(printed(&["strings", DEMO, "--duplicates"])));
    let mut one = Explorer::of(&[DEMO]);
    one.keys("5jj→");
    let patterns = by_id(at_level(&one.rows(), 2));
    assert_twins_but(&["level", "wasted"], &patterns, &by_id(printed(&["strings", DEMO, "--patterns"])));
}

#[test]
fn exported_statistics_are_those_that_the_command_prints() {
    let mut one = Explorer::of(&[DEMO]);
    let document = json(&["stats", DEMO]);
    let list = |name: &str| document[name].as_array().expect("a list").clone();
    one.keys("4");
    let categories = list("categories");
    let by_name = |mut rows: Vec<Value>| {
        rows.sort_by_key(|row| row["name"].to_string());
        rows
    };
    let exported = by_name(one.rows()[..categories.len()].to_vec());
    let others = ["largest", "level", "count", "type", "id", "shallow"];
    assert_twins_but(&others, &exported, &by_name(categories));
    let opened = |one: &mut Explorer, section: &str| {
        one.keys(&format!("g/{section}↵")).keys("→⎋");
        at_level(&one.rows(), 2)
    };
    let types = opened(&mut one, "Node types");
    assert_twins_but(&["level", "name", "bytes", "id"], &types, &list("types"));
    let mut one = Explorer::of(&[DEMO]);
    let realms = opened(one.keys("4"), "Realms");
    let realms: Vec<Value> = realms.into_iter().filter(|row| !row["id"].is_null()).collect();
    assert_twins_but(&["level", "count", "bytes", "type"], &realms, &list("native_contexts"));
}

#[test]
fn exported_native_memory_is_that_which_the_command_prints() {
    const KITCHEN: &str = "tests/data/kitchen-sink.heapsnapshot.zst";
    let mut one = Explorer::of(&[KITCHEN]);
    let document = json(&["native", KITCHEN]);
    one.keys("6");
    let exported = at_level(&one.rows(), 2);
    let holders = document["holders"].as_array().expect("a list");
    assert!(!holders.is_empty());
    assert_twins_but(&["level"], &exported, holders);
}

#[test]
fn exported_allocations_are_those_that_the_command_prints() {
    const TIMELINE: &str = "tests/data/timeline.heaptimeline.zst";
    let mut one = Explorer::of(&[TIMELINE]);
    one.keys(":allocation↵");
    assert_twins_but(&["level"], &one.rows(), &printed(&["allocations", TIMELINE]));
    let mut both = Explorer::of(&[TIMELINE, TIMELINE]);
    both.keys(":allocation↵");
    let by_place = |mut rows: Vec<Value>| {
        rows.sort_by_key(|row| {
            format!("{}{}{}{}", row["function"], row["script"], row["line"], row["column"])
        });
        rows
    };
    let printed = printed(&["allocations", TIMELINE, "--against", TIMELINE]);
    assert_twins_but(&["level"], &by_place(both.rows()), &by_place(printed));
}
