//! Inspectors that are none: what browsers, Deno and broken forwardings answer.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tungstenite::Message;

use crate::{complaint, printed, run};

/// Lists these targets, `PORT` in them replaced, and answers calls; what it answers `None` to it refuses.
fn inspector(list: &'static str, answer: fn(&str, &Value) -> Option<Value>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let list = list.replace("PORT", &at.port().to_string());
            thread::spawn(move || serve(stream.unwrap(), &list, answer));
        }
    });
    at.to_string()
}

fn serve(mut stream: TcpStream, list: &str, answer: fn(&str, &Value) -> Option<Value>) {
    let mut begin = [0; 14];
    while stream.peek(&mut begin).is_ok_and(|read| read < begin.len()) {}
    if begin.starts_with(b"GET /json/list") {
        let _ = stream.read(&mut [0; 1024]);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", list.len());
        let _ = stream.write_all([head.as_bytes(), list.as_bytes()].concat().as_slice());
        return;
    }
    let Ok(mut socket) = tungstenite::accept(stream) else { return };
    while let Ok(message) = socket.read() {
        let Ok(text) = message.into_text() else { return };
        let Ok(call) = serde_json::from_str::<Value>(&text) else { return };
        let told = match answer(call["method"].as_str().unwrap_or_default(), &call["params"]) {
            Some(result) => json!({ "id": call["id"], "result": result }),
            None => json!({ "id": call["id"], "error": { "code": -32601, "message": "it wasn't found" } }),
        };
        if socket.send(Message::text(told.to_string())).is_err() {
            return;
        }
    }
}

/// As Chrome 120 lists a browser with `--remote-debugging-port`.
const CHROME: &str = r#"[
    {"description":"","devtoolsFrontendUrl":"/devtools/inspector.html?ws=localhost:PORT/devtools/page/A1","id":"A1",
     "title":"Shop","type":"page","url":"https://shop.example/","webSocketDebuggerUrl":"ws://localhost:PORT/devtools/page/A1"},
    {"description":"","id":"B2","parentId":"A1","title":"https://ads.example/","type":"iframe","url":"https://ads.example/",
     "webSocketDebuggerUrl":"ws://localhost:PORT/devtools/page/B2"},
    {"description":"","id":"C3","title":"Service Worker https://shop.example/sw.js","type":"service_worker",
     "url":"https://shop.example/sw.js","webSocketDebuggerUrl":"ws://localhost:PORT/devtools/page/C3"}]"#;

/// A page knows its heap, and has neither `process` nor `require`.
fn page(method: &str, params: &Value) -> Option<Value> {
    match method {
        "Runtime.evaluate" if params["expression"].as_str().is_some_and(|text| text.contains("require")) => {
            Some(json!({ "result": { "type": "object" }, "exceptionDetails": { "text": "Uncaught" } }))
        }
        "Runtime.evaluate" => Some(json!({ "result": { "type": "string", "value": "{}" } })),
        "Runtime.getHeapUsage" => {
            Some(json!({ "usedSize": 5_000_000, "totalSize": 8_000_000, "backingStorageSize": 1000 }))
        }
        _ => None,
    }
}

#[test]
fn a_browser_lists_pages_and_workers_and_a_page_is_watched() {
    let at = inspector(CHROME, page);
    let said = complaint(&run(&["capture", &at, "--yes"]));
    assert!(said.contains("target 1: page Shop https://shop.example/ (A1)"), "{said}");
    assert!(said.contains("target 2: service_worker") && !said.contains("ads.example"), "{said}");
    let told = printed(&["watch", &at, "--target", "A1", "--json", "--every", "10ms", "--samples", "2"]);
    let last: Value = serde_json::from_str(told.lines().last().expect("two lines")).expect("JSON");
    assert_eq!((&last["heap_used"], &last["array_buffers"]), (&5_000_000.into(), &1000.into()));
    assert_eq!((&last["rss"], &last["gc_count"]), (&Value::Null, &Value::Null), "a page does not tell");
}

/// As Deno 2 lists itself with `--inspect`.
const DENO: &str = r#"[{"description":"deno","devtoolsFrontendUrl":"devtools://devtools/bundled/js_app.html?ws=127.0.0.1:PORT/ws/d",
    "faviconUrl":"https://deno.land/favicon.ico","id":"d","title":"deno - main [pid: 77]","type":"node",
    "url":"file:///main.ts","webSocketDebuggerUrl":"ws://127.0.0.1:PORT/ws/d"}]"#;

/// Deno knows Node's `process`, but has no worker threads of Node's and no `require` on the command line.
fn deno(method: &str, params: &Value) -> Option<Value> {
    let says = r#"{"rss":90000000,"heapTotal":9000000,"heapUsed":6000000,"external":2000000,"pid":77,"version":"v22.4.0"}"#;
    match method {
        "Runtime.evaluate"
            if params["expression"].as_str().is_some_and(|text| text.contains("memoryUsage")) =>
        {
            Some(json!({ "result": { "type": "string", "value": says } }))
        }
        "Runtime.evaluate" => page(method, params),
        _ => None,
    }
}

#[test]
fn deno_is_watched_without_what_only_node_has() {
    let at = inspector(DENO, deno);
    let told = printed(&["watch", &at, "--json", "--every", "10ms", "--samples", "2"]);
    let last: Value = serde_json::from_str(told.lines().last().expect("two lines")).expect("JSON");
    assert_eq!((&last["heap_used"], &last["rss"]), (&6_000_000.into(), &90_000_000.into()));
    assert_eq!((&last["array_buffers"], &last["loop_delay_ms"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_port_that_takes_connections_and_never_answers_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap().to_string();
    for command in [vec!["capture", &at, "--yes"], vec!["watch", &at]] {
        let since = Instant::now();
        let said = complaint(&run(&command));
        assert_eq!(
            said,
            format!(
                "leaktui: {at} takes connections, but did not answer within 5 s\n  is that the inspector's port, and \
                 does a forwarded port still lead to the program?\n"
            )
        );
        assert!(since.elapsed() < Duration::from_secs(30));
    }
}
