//! Growth of real programs: every leak has its row, with its name and its count.

use std::{path::Path, process::Command};

use leaktui::{
    analysis::{
        Analysis,
        growth::{self, Growth, GrowthRow, Verdict},
    },
    job::Job,
    snapshot::{self, Input},
};

fn load(path: &Path) -> Analysis {
    let loaded = snapshot::load(&Input::Path(path.to_owned()), &Job::default()).expect("a snapshot");
    Analysis::complete(loaded.heap)
}

fn growth(series: &[Analysis]) -> Growth {
    let found = growth::find(&series.iter().collect::<Vec<_>>(), &Job::default()).expect("nobody cancels");
    let sum: i64 = found.rows.iter().map(|row| row.exclusive).sum();
    assert_eq!(sum, found.total, "rows sum to the growth of the heap");
    found
}

fn row<'a>(found: &'a Growth, what: &str) -> &'a GrowthRow {
    found
        .rows
        .iter()
        .find(|row| row.what == what)
        .unwrap_or_else(|| panic!("no row `{what}`: {:#?}", names(found)))
}

fn names(found: &Growth) -> Vec<&str> {
    found.rows.iter().map(|row| row.what.as_str()).collect()
}

#[test]
fn each_of_seven_leaks_has_its_row_and_true_count() {
    let dir = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/many-leaks.js");
    match Command::new("node").arg(program).arg(dir.path()).status() {
        Ok(status) => assert!(status.success(), "node failed: {status}"),
        Err(error) => return eprintln!("skipped: node does not start ({error})"),
    }
    let series =
        ["before", "middle", "after"].map(|name| load(&dir.path().join(format!("{name}.heapsnapshot"))));
    let found = growth(&series);
    for what in ["callbacks", "sessions", "byUrl", "timers", "seenTokens", "queue.head", "bus._events.data"] {
        let row = row(&found, what);
        assert_eq!(row.counts, [Some(100), Some(600), Some(1100)], "{what}");
        assert!(matches!(row.verdict, Verdict::Linear { fit } if fit > 0.999), "{what}: {:?}", row.verdict);
    }
    assert_eq!(row(&found, "sessions").class.as_deref(), Some("Session"));
    assert!(!names(&found).contains(&"stable"), "what does not grow has no row");
    let first_seven = found.rows.iter().take(7).filter(|row| row.counts[2] == Some(1100)).count();
    assert_eq!(first_seven, 7, "the leaks come first: {:#?}", names(&found));

    let two = growth(&[
        load(&dir.path().join("before.heapsnapshot")),
        load(&dir.path().join("after.heapsnapshot")),
    ]);
    assert_eq!(row(&two, "sessions").verdict, Verdict::Grew, "two snapshots show no trend");
}

/// What the first rows of the corpus pairs are, see `LEAKTUI_CORPUS` in tests/oracle.rs.
#[test]
#[ignore = "needs LEAKTUI_CORPUS, a folder of snapshots"]
fn the_corpus_leaks_come_first_and_fixed_programs_have_none() {
    let corpus = std::env::var("LEAKTUI_CORPUS").expect("LEAKTUI_CORPUS names a folder");
    let find = |names: &[&str]| {
        let path = |name: &str| {
            let plain = Path::new(&corpus).join(format!("{name}.heapsnapshot"));
            if plain.exists() { plain } else { plain.with_extension("heapsnapshot.zst") }
        };
        growth(&names.iter().map(|name| load(&path(name))).collect::<Vec<_>>())
    };
    let leaking: [(&[&str], &str, usize); 6] = [
        (&["a02-express-leaks/heapDumpAtServerStart", "a02-express-leaks/heapDump-bloated"], "leaks", 1),
        (&["a01-relay/before", "a01-relay/after-39"], "requestCachesByEnvironment", 3),
        (&["a01-relay/before", "a01-relay/after-39"], "requestCache", 3),
        (&["a04-handlemap/full-before", "a04-handlemap/full-after"], "handleMap", 1),
        (&["a03-http-proxy/s1-fresh", "a03-http-proxy/s2-half", "a03-http-proxy/s3-leaked"], "sockets", 3),
        (&["a03-shiki/fresh", "a03-shiki/half", "a03-shiki/bloated"], "wasmMemory", 3),
    ];
    for (files, what, within) in leaking {
        let found = find(files);
        let first = &found.rows[..within];
        assert!(first.iter().any(|row| row.what.contains(what)), "{what}: {:?}", names(&found));
    }
    let leaks = find(leaking[0].0);
    assert!(leaks.rows[0].exclusive * 100 >= leaks.total * 95, "{:?}", leaks.rows[0]);
    let offheap = find(&["a05-offheap/s1", "a05-offheap/s2", "a05-offheap/s3"]);
    assert_eq!(offheap.rows[0].what, "pendingBatches");
    let fixed: [&[&str]; 3] = [
        &["a01-relay/fixed-before", "a01-relay/fixed-after-39"],
        &[
            "a02-express-leaks/fixed-heapDumpAtServerStart",
            "a02-express-leaks/fixed-heapDump-after-101-requests",
        ],
        &["a04-handlemap/truncated-before", "a04-handlemap/truncated-after"],
    ];
    for files in fixed {
        let found = find(files);
        let claims: Vec<_> = found.rows.iter().filter(|row| row.verdict.is_suspicious()).collect();
        assert!(claims.is_empty(), "{files:?} claims {claims:#?}");
        for leak in ["requestCache", "leaks", "handleMap"] {
            assert!(
                !found.rows.iter().any(|row| row.what.contains(leak)),
                "{leak} in {files:?}: {:?}",
                names(&found)
            );
        }
    }
}
