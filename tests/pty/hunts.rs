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

fn quit(mut session: Session) {
    session.type_keys("q");
    assert!(session.end().success());
}

#[test]
#[ignore = "needs LEAKTUI_CORPUS, a folder of snapshots"]
fn the_wasm_memory_of_shiki_is_two_keys_from_the_start() {
    let mut session = open(&["a03-shiki/bloated"]);
    session.wait_for("objects");
    session.type_keys("4");
    session.wait_for("Typed arrays");
    session.wait_for("125 MB");
    session.type_keys("\r\r");
    session.wait_for("Retainers of system / JSArrayBufferData");
    session.wait_for("wasmMemory");
    session.type_keys("p");
    session.wait_for("What holds");
    session.type_keys("q");
    quit(session);
}

#[test]
#[ignore = "needs LEAKTUI_CORPUS, a folder of snapshots"]
fn the_sockets_of_the_proxy_are_found_by_class_and_by_the_text_of_their_requests() {
    let mut session = open(&["a03-http-proxy/s3-leaked"]);
    session.wait_for("TLSSocket");
    session.type_keys("/TLSS\r\r\r");
    session.wait_for("Retainers of TLSSocket");
    session.type_keys("p");
    session.wait_for("What holds TLSSocket");
    session.wait_for("sockets");
    session.type_keys("q");
    session.type_keys("5fcloudinary\r");
    session.wait_for("Found: cloudinary");
    session.type_keys("\r\r");
    session.wait_for("Retainers of \"");
    quit(session);
}
