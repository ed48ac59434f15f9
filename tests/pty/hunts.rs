//! Hunts through real snapshots, by keys that can be counted. See `LEAKTUI_CORPUS` in
//! tests/oracle.

use std::path::Path;

use super::session::Session;

fn open(names: &[&str]) -> Session {
    let corpus = std::env::var("LEAKTUI_CORPUS").expect("LEAKTUI_CORPUS names a folder");
    let path = |name: &&str| {
        let plain = Path::new(&corpus).join(format!("{name}.heapsnapshot"));
        let path = if plain.exists() { plain } else { plain.with_extension("heapsnapshot.zst") };
        path.to_string_lossy().into_owned()
    };
    let paths: Vec<String> = names.iter().map(path).collect();
    Session::start(&paths.iter().map(String::as_str).collect::<Vec<_>>(), &[])
}

/// Presses keys of a hunt that may take eight, and waits for what they show.
fn hunt(session: &mut Session, steps: &[(&str, &str)]) {
    let keys: usize = steps.iter().map(|(keys, _)| keys.chars().count()).sum();
    assert!(keys <= 8, "{keys} keys");
    for (keys, shown) in steps {
        session.type_keys(keys);
        session.wait_for(shown);
    }
}

fn quit(mut session: Session) {
    session.type_keys("q");
    assert!(session.end().success());
}

#[test]
#[ignore = "needs LEAKTUI_CORPUS, a folder of snapshots"]
fn the_wasm_memory_of_shiki_is_two_keys_from_the_start() {
    let mut session = open(&["a03-shiki/bloated"]);
    session.wait_for("objects");
    let steps = [("4", "Typed arrays"), ("", "125 MB"), ("\r\r", "wasmMemory"), ("p", "What holds")];
    hunt(&mut session, &steps);
    session.type_keys("q");
    quit(session);
}

#[test]
#[ignore = "needs LEAKTUI_CORPUS, a folder of snapshots"]
fn the_sockets_of_the_proxy_are_found_by_class_and_by_the_text_of_their_requests() {
    let mut session = open(&["a03-http-proxy/s3-leaked"]);
    session.wait_for("TLSSocket");
    let by_class = [
        ("/TLS", "5.8 MB"),
        ("\r\r\r", "Retainers of TLSSocket"),
        ("p", "What holds TLSSocket"),
        ("", "sockets"),
    ];
    hunt(&mut session, &by_class);
    session.type_keys("q");
    // The pattern with most bytes is that of the requests which the proxy sent there.
    let by_text = [
        ("5", "All strings"),
        ("jj\r", "GET /kentcdodds-com/image/upload/"),
        ("j\r", "Objects of GET /kentcdodds-com"),
        ("\r", "Retainers of \""),
        ("", "host: res.cloudinary.com"),
    ];
    hunt(&mut session, &by_text);
    quit(session);
}

#[test]
#[ignore = "needs LEAKTUI_CORPUS, a folder of snapshots"]
fn who_keeps_the_buffers_outside_the_heap_is_the_first_row_of_native_memory() {
    let mut session = open(&["a05-offheap/s3"]);
    session.wait_for("6 Native");
    session.wait_for("heap");
    session.type_keys("6");
    session.wait_for("137 MB outside V8's heap, 97%");
    session.wait_for("305 LogBatch, such as LogBatch");
    session.type_keys("j\r\r");
    session.wait_for("Retainers of LogBatch");
    quit(session);
}
