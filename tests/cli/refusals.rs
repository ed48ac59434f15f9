//! What is refused: two lines on stderr, nothing on stdout, exit code 2.

use std::{fs, process::Output};

use leaktui::snapshot::{
    Input,
    budget::{self, Fit, Need},
};

use crate::{DEMO, leaktui, unpacked};

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn refused(args: &[&str]) -> String {
    complaint(&leaktui(args).output().unwrap())
}

#[test]
fn what_is_no_snapshot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("empty"), "").unwrap();
    fs::write(path("page"), "<!DOCTYPE html><html>").unwrap();
    let missing = path("missing");
    assert_eq!(
        refused(&["classes", &missing]),
        format!(
            "leaktui: cannot open {missing}: no such file or directory\n  check the name and who may read it\n"
        )
    );
    let directory = folder.path().to_str().unwrap();
    assert_eq!(
        refused(&[directory]),
        format!(
            "leaktui: cannot read {directory}: it is a directory\n  name a .heapsnapshot file, or - to read a pipe\n"
        )
    );
    assert_eq!(
        refused(&["stats", &path("empty")]),
        "leaktui: the file is empty\n  was the process killed, or the disk full, before anything was written? \
         take it again\n"
    );
    assert!(refused(&["stats", &path("page")]).starts_with("leaktui: not a heap snapshot: it is an HTML"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_does_not_fit_into_memory_is_refused_before_it_is_read() {
    // A header that counts four hundred thousand million nodes, in a sparse file large enough for them.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge.heapsnapshot");
    let header = r#"{"snapshot":{"node_count":400000000000,"edge_count":2000000000000,"meta":{}}"#;
    fs::write(&path, header).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_len(1 << 43).unwrap();
    let said = refused(&["classes", path.to_str().unwrap()]);
    assert!(
        said.starts_with("leaktui: huge.heapsnapshot does not fit into memory: it needs about "),
        "{said}"
    );
    assert!(said.contains(" GB are free\n"), "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn what_fits_without_retained_sizes_only_is_refused_at_once_by_who_prints_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.heapsnapshot");
    let file = Input::Path(path.clone());
    let sparse = |nodes: u64| {
        fs::write(&path, format!(r#"{{"snapshot":{{"node_count":{nodes},"edge_count":0,"meta":{{}}"#))
            .unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_len(1 << 43).unwrap();
        budget::check(&file).expect("a plain file")
    };
    let free = sparse(1).free.expect("Linux tells what is free");
    // A quarter more than is free for everything, three quarters of it for classes.
    let one = Need::of(1_000_000, 0).everything;
    assert_eq!(sparse(free / one * 1_250_000).fit(), Fit::WithoutRetained);
    let said = refused(&["classes", path.to_str().unwrap()]);
    assert!(
        said.contains("does not fit into memory") && said.contains("opens without retained sizes"),
        "{said}"
    );
}

#[test]
fn a_cut_file_is_refused_with_the_place_where_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut");
    let bytes = unpacked(DEMO);
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let said = refused(&["classes", path.to_str().unwrap()]);
    assert!(said.starts_with("leaktui: the file ends in \"edges\" at byte 3,907,467"), "{said}");
    assert_eq!(said.lines().count(), 2);
}

#[test]
fn what_the_snapshot_lacks_is_refused_with_what_is_alike() {
    assert_eq!(
        refused(&["objects", DEMO, "ServerEnvironmen"]),
        "leaktui: no class `ServerEnvironmen`\n  did you mean `ServerEnvironment`?\n"
    );
    assert_eq!(
        refused(&["objects", DEMO, "\u{1b}[2J"]),
        "leaktui: no class `\\x1b[2J`\n  `leaktui classes FILE` lists them all\n"
    );
    assert_eq!(
        refused(&["path", DEMO, "@4"]),
        "leaktui: no object @4 in this snapshot\n  `leaktui objects FILE CLASS` lists objects with their ids\n"
    );
}

#[test]
fn a_plain_snapshot_has_no_allocations() {
    let hint = "record one with `leaktui capture --timeline 30s`, or DevTools' \"Allocations on timeline\"";
    for (command, what) in [("allocations", "allocation stacks"), ("timeline", "points in time")] {
        let said = refused(&[command, DEMO]);
        assert_eq!(said, format!("leaktui: demo-after.heapsnapshot.zst holds no {what}\n  {hint}\n"));
    }
}

#[test]
fn what_is_the_programs_own_is_not_explained() {
    assert_eq!(
        refused(&["explain", "Server"]),
        "leaktui: nothing is known of `Server`\n  it is no name of V8's, but the program's, a package's or Node's; `leaktui \
         explain` lists what is explained\n"
    );
}

#[test]
fn bad_usage_is_refused() {
    assert_eq!(
        refused(&["classes", DEMO, "--jsn"]),
        "leaktui: unexpected argument '--jsn' found\n  a similar argument exists: '--json'\n"
    );
    assert_eq!(
        refused(&["path", DEMO, "x"]),
        "leaktui: invalid value 'x' for '<@ID>': an id is a number such as @123\n  `leaktui --help` lists what \
         there is\n"
    );
    assert_eq!(
        refused(&[]),
        "leaktui: no snapshot given\n  `leaktui FILE` explores one, `leaktui demo` a bundled one\n"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = leaktui(&["stats", DEMO]).stdout(full).output().unwrap();
    assert_eq!(
        complaint(&output),
        "leaktui: cannot write the result: no storage space\n  is the disk full? write somewhere else\n"
    );
}
