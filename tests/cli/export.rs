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
            let heap = snapshot::load(&Source::Path(path), &Job::default()).expect("a sound file").heap;
            let known = Analysis::run(Arc::new(heap), &Job::default(), |_| ()).expect("nobody cancels");
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

    /// Types letters; `↵` is Enter, `⇥` Tab.
    fn keys(&mut self, keys: &str) -> &mut Self {
        for c in keys.chars() {
            let code = match c {
                '↵' => KeyCode::Enter,
                '⇥' => KeyCode::Tab,
                c => KeyCode::Char(c),
            };
            self.event(Event::Input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE))));
        }
        self
    }

    fn rows(&self) -> Vec<Value> {
        let mut text = Vec::new();
        let export = export(&self.0).expect("rows");
        write(&export, Format::Json, &mut text).expect("a Vec takes everything");
        let document: Value = serde_json::from_slice(&text).expect("JSON");
        document["rows"].as_array().expect("rows").clone()
    }
}

fn printed(args: &[&str]) -> Vec<Value> {
    json(args)["rows"].as_array().expect("rows").clone()
}

/// That the exported rows are those printed, as far as they have the same fields: all that are exported.
fn assert_twins(exported: &[Value], printed: &[Value]) {
    assert_eq!(exported.len(), printed.len());
    for (exported, printed) in exported.iter().zip(printed) {
        for (name, value) in exported.as_object().expect("a row") {
            assert_eq!(Some(value), printed.get(name), "{name} of {printed}");
        }
    }
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
    let changed: Vec<Value> = printed(&["diff", BEFORE, DEMO]);
    let keys: Vec<&Value> = changed.iter().map(|row| &row["class_key"]).collect();
    let (exported, surplus): (Vec<Value>, Vec<Value>) =
        both.rows().into_iter().partition(|row| keys.contains(&&row["class_key"]));
    for row in surplus {
        // The explorer lists what has not changed too.
        for change in ["new", "deleted", "delta", "size_delta"] {
            assert_eq!(row[change], 0, "{change} of {row}");
        }
    }
    assert_twins(&by(&exported, "class_key"), &by(&changed, "class_key"));
}
