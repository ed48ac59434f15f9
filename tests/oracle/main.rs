//! Every number against what the DevTools engine says of the same file.
//!
//! `tests/data` holds the goldens (its README tells their form); they were written by the
//! engine itself and are never bent. The second test does the same over a whole corpus:
//!
//! ```text
//! LEAKTUI_CORPUS=FOLDER cargo test --release --test oracle -- --ignored
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod allocation;
mod compare;
mod diff;
mod golden;
mod views;

use std::{
    env,
    path::{Path, PathBuf},
};

use leaktui::{
    analysis::Analysis,
    job::Job,
    snapshot::{self, Input, Loaded},
};

use compare::Differences;
use golden::{Nodes, Summary};

/// The goldens kept here, and where the snapshot of each lies.
const KEPT: [(&str, &str); 7] = [
    ("kitchen-sink", "tests/data/kitchen-sink.heapsnapshot.zst"),
    ("kitchen-sink-internals", "tests/data/kitchen-sink-internals.heapsnapshot.zst"),
    ("cyclic-weak", "tests/data/cyclic-weak.heapsnapshot.zst"),
    ("strings-weird", "tests/data/strings-weird.heapsnapshot.zst"),
    ("chromium", "tests/data/chromium.heapsnapshot.zst"),
    ("node12", "tests/data/node12.heapsnapshot.zst"),
    ("demo-after", "assets/demo-after.heapsnapshot.zst"),
];

#[test]
fn every_number_of_the_kept_goldens_is_the_engines() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut differences = Differences::default();
    for (name, snapshot) in KEPT {
        let known = analysed(&here.join(snapshot));
        let golden = |what: &str| here.join(format!("tests/data/{name}.{what}.json.zst"));
        let mut found = differences.of(name, &known);
        found.summary(&Summary::read(&golden("golden")));
        found.nodes(&Nodes::columns(&golden("nodes"), &known.heap));
        if golden("views").exists() {
            views::check(&known, &golden("views"));
        }
    }
    differences.report();
}

#[test]
fn the_comparison_of_the_demo_pair_is_the_engines() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let half = |name: &str| analysed(&here.join(format!("assets/demo-{name}.heapsnapshot.zst")));
    diff::check(half("before"), half("after"), &here.join("tests/data/demo.diff.json.zst"));
}

#[test]
fn what_was_allocated_between_the_demo_pair_is_the_engines() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let half = |name: &str| analysed(&here.join(format!("assets/demo-{name}.heapsnapshot.zst")));
    let mut differences = Differences::default();
    let golden = golden::Range::read(&here.join("tests/data/demo.range.json.zst"));
    differences.of("demo pair", &half("after")).allocated_since(&half("before"), &golden);
    differences.report();
}

#[test]
fn allocations_of_a_timeline_are_the_engines() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let loaded = loaded(&here.join("timeline.heaptimeline.zst"));
    let known = Analysis::complete(loaded.heap);
    assert!(allocation::check(&known, loaded.trace, &here.join("timeline.allocations.json.zst")));
}

#[test]
#[ignore = "needs a corpus: LEAKTUI_CORPUS=FOLDER"]
fn allocations_of_every_timeline_of_a_corpus_are_the_engines() {
    let corpus = env::var_os("LEAKTUI_CORPUS").expect("LEAKTUI_CORPUS names a folder");
    let is_timeline = |path: &Path| plain_name(path).extension().is_some_and(|kind| kind == "heaptimeline");
    let timelines = snapshots_under(Path::new(&corpus)).into_iter().filter(|path| is_timeline(path));
    let mut compared = 0;
    for path in timelines {
        println!("{}", path.display());
        let loaded = loaded(&path);
        let known = Analysis::complete(loaded.heap);
        let golden = beside(&plain_name(&path), "golden.json").expect("listed for its golden");
        compared += usize::from(allocation::check(&known, loaded.trace, &golden));
    }
    assert!(compared > 0, "no timeline with a golden under {}", corpus.display());
}

#[test]
#[ignore = "needs a corpus: LEAKTUI_CORPUS=FOLDER"]
fn the_function_that_fills_a_map_is_first_though_its_stacks_were_lost() {
    let corpus = env::var_os("LEAKTUI_CORPUS").expect("LEAKTUI_CORPUS names a folder");
    let is_it = |path: &Path| plain_name(path).ends_with("a04-handlemap/full.heaptimeline");
    let found = files_under(Path::new(&corpus), &is_it);
    let loaded = loaded(found.first().expect("the recording of the map of handles"));
    allocation::check_lost(&Analysis::complete(loaded.heap), loaded.trace);
}

#[test]
#[ignore = "needs a corpus: LEAKTUI_CORPUS=FOLDER"]
fn every_comparison_of_a_corpus_is_the_engines() {
    let corpus = env::var_os("LEAKTUI_CORPUS").expect("LEAKTUI_CORPUS names a folder");
    let goldens = files_under(Path::new(&corpus), &|path| golden_pair(path).is_some());
    assert!(!goldens.is_empty(), "no golden of a comparison under {}", corpus.display());
    for golden in goldens {
        let (newer, older) = golden_pair(&golden).expect("listed for its name");
        println!("{}", golden.display());
        diff::check(analysed(&older), analysed(&newer), &golden);
    }
}

#[test]
#[ignore = "needs a corpus: LEAKTUI_CORPUS=FOLDER"]
fn every_number_of_a_corpus_is_the_engines() {
    let corpus = env::var_os("LEAKTUI_CORPUS").expect("LEAKTUI_CORPUS names a folder");
    let snapshots = snapshots_under(Path::new(&corpus));
    assert!(!snapshots.is_empty(), "no snapshot with a golden under {}", corpus.display());
    let mut differences = Differences::default();
    for path in snapshots {
        let name = plain_name(&path);
        let known = analysed(&path);
        let label = name.display().to_string();
        let mut found = differences.of(&label, &known);
        found.summary(&Summary::read(&beside(&name, "golden.json").expect("listed for its golden")));
        let lines = beside(&name, "nodes.ndjson");
        println!("{label}{}", if lines.is_none() { " (no golden of nodes)" } else { "" });
        if let Some(lines) = lines {
            found.nodes(&Nodes::lines(&lines));
        }
    }
    differences.report();
}

fn analysed(path: &Path) -> Analysis {
    Analysis::complete(loaded(path).heap)
}

fn loaded(path: &Path) -> Loaded {
    let loaded = snapshot::load(&Input::Path(path.to_owned()), &Job::default());
    loaded.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Snapshots below a folder that have a golden beside them.
fn snapshots_under(folder: &Path) -> Vec<PathBuf> {
    files_under(folder, &|path| is_snapshot(path) && beside(&plain_name(path), "golden.json").is_some())
}

fn files_under(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in folder.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_under(&path, wanted));
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The newer and the older snapshot that `NEWER.diff-against-OLDER.json` compares.
fn golden_pair(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let plain = plain_name(path);
    let (newer, older) = plain.file_name()?.to_str()?.strip_suffix(".json")?.split_once(".diff-against-")?;
    let snapshot = |name: &str| {
        let named = |kind: &str| plain.with_file_name(format!("{name}.{kind}"));
        ["heapsnapshot", "heapsnapshot.zst"].map(named).into_iter().find(|path| path.exists())
    };
    Some((snapshot(newer)?, snapshot(older)?))
}

fn is_snapshot(path: &Path) -> bool {
    plain_name(path).extension().is_some_and(|kind| kind == "heapsnapshot" || kind == "heaptimeline")
}

/// The path without its `.zst`.
fn plain_name(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|kind| kind == "zst") { path.with_extension("") } else { path.to_owned() }
}

/// The golden of that kind, compressed or not.
fn beside(snapshot: &Path, kind: &str) -> Option<PathBuf> {
    [kind.to_owned(), format!("{kind}.zst")]
        .map(|kind| PathBuf::from(format!("{}.{kind}", snapshot.display())))
        .into_iter()
        .find(|path| path.exists())
}
