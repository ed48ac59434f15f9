//! Broken, unusual and hostile files: each opens, or gets one clear line, and none panics.
//!
//! All are made from one sound snapshot of twelve nodes by changing one thing.

use std::{
    fs,
    io::Write as _,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use leaktui::{
    error::LoadError,
    job::Job,
    snapshot::{Input, Loaded, load},
};
use serde_json::{Value, json};

/// A snapshot in parts, each number and string as its JSON text.
#[derive(Clone)]
struct Base {
    header: Value,
    nodes: Vec<String>,
    edges: Vec<String>,
    strings: Vec<String>,
    locations: Vec<String>,
}

fn numbers(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn base() -> Base {
    let node_types = "hidden array string object code closure regexp number native synthetic \
        concatenated_string sliced_string symbol bigint object_shape";
    let node_types: Vec<_> = node_types.split(' ').map(|name| name.replace('_', " ")).collect();
    let edge_types = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];
    let strings = [
        "<dummy>",
        "",
        "(GC roots)",
        "Window",
        "Leaky",
        "cache",
        "name",
        "a \"quoted\" \\ string\n\u{0}😀",
        "(Global handles)",
        "self",
        "array",
        "Detached <div>",
        "key / part of key -> value",
        "closure",
        "context",
        "map",
        "é中",
    ];
    Base {
        header: json!({"meta": {
            "node_fields": ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"],
            "node_types": [node_types, "string", "number", "number", "number", "number", "number"],
            "edge_fields": ["type", "name_or_index", "to_node"],
            "edge_types": [edge_types, "string_or_number", "node"],
            "location_fields": ["object_index", "script_id", "line", "column"],
        }, "node_count": 12, "edge_count": 16, "trace_function_count": 0}),
        nodes: numbers(
            "9 1 1 0 2 0 0  9 2 3 0 1 0 0  3 3 5 40 3 0 0  3 4 7 56 3 0 0  1 10 9 800 2 0 0  2 7 11 32 0 0 0 \
             3 4 13 56 1 0 0  5 13 15 64 2 0 0  3 14 17 24 1 0 0  8 11 19 120 1 0 2  7 16 21 12 0 0 0 \
             12 9 23 16 0 0 0",
        ),
        edges: numbers(
            "1 1 7  5 3 14  1 1 63  2 5 21  2 6 35  3 15 28  2 9 21  2 6 35  3 10 28  1 0 42  1 1 49  2 6 35 \
             0 5 56  3 14 56  0 9 70  6 0 77",
        ),
        strings: strings.iter().map(|text| json!(text).to_string()).collect(),
        locations: numbers("49 5 10 3"),
    }
}

impl Base {
    fn members(&self) -> Vec<(&'static str, String)> {
        let list = |items: &[String]| format!("[{}]", items.join(","));
        vec![
            ("snapshot", self.header.to_string()),
            ("nodes", list(&self.nodes)),
            ("edges", list(&self.edges)),
            ("trace_function_infos", "[]".to_owned()),
            ("trace_tree", "[]".to_owned()),
            ("samples", "[]".to_owned()),
            ("locations", list(&self.locations)),
            ("strings", list(&self.strings)),
        ]
    }

    fn text(&self) -> String {
        join(&self.members())
    }

    fn node(mut self, at: usize, number: &str) -> String {
        number.clone_into(&mut self.nodes[at]);
        self.text()
    }

    fn edge(mut self, at: usize, number: &str) -> String {
        number.clone_into(&mut self.edges[at]);
        self.text()
    }

    fn string(mut self, at: usize, text: &str) -> Vec<u8> {
        text.clone_into(&mut self.strings[at]);
        self.text().into_bytes()
    }

    fn header(mut self, pointer: &str, value: Value) -> String {
        *self.header.pointer_mut(pointer).expect("a member of the header") = value;
        self.text()
    }

    fn without(self, section: &str) -> String {
        join(&self.members().into_iter().filter(|(name, _)| *name != section).collect::<Vec<_>>())
    }

    fn with(self, section: &str, value: &str) -> String {
        let value = |(name, text)| (name, if name == section { value.to_owned() } else { text });
        join(&self.members().into_iter().map(value).collect::<Vec<_>>())
    }

    /// The nodes and node types with the fields in another order, of another number.
    fn fields(mut self, order: &[usize], names: &[&str]) -> String {
        let width = order.len();
        let types = self.header["meta"]["node_types"].clone();
        self.header["meta"]["node_fields"] = json!(names);
        self.header["meta"]["node_types"] =
            order.iter().map(|&field| types.get(field).unwrap_or(&types[1]).clone()).collect();
        let row = |row: &[String]| -> Vec<String> {
            order.iter().map(|&field| row.get(field).map_or("7".to_owned(), Clone::clone)).collect()
        };
        self.nodes = self.nodes.chunks(7).flat_map(row).collect();
        let rescale = |place: &mut String| {
            *place = (place.parse::<usize>().expect("a place") / 7 * width).to_string();
        };
        self.edges.iter_mut().skip(2).step_by(3).for_each(rescale);
        self.locations.iter_mut().step_by(4).for_each(rescale);
        self.text()
    }
}

fn join(members: &[(&str, String)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn load_bytes(bytes: impl Into<Vec<u8>>) -> Result<Loaded, LoadError> {
    let input = Input::Bytes { label: "test".to_owned(), bytes: Arc::new(bytes.into()) };
    load(&input, &Job::default())
}

/// Everything a file says of its graph, independent of its layout.
fn content(loaded: &Loaded) -> Vec<String> {
    let heap = &loaded.heap;
    let text = |string| heap.strings().text(string).into_owned();
    heap.nodes()
        .map(|node| {
            let edges: Vec<_> = heap
                .edges(node)
                .map(|edge| (heap.kind_names().edge(edge.kind), edge.text_name().map(text), edge.to))
                .collect();
            let kind = heap.kind_names().node(heap.kind(node));
            let place = heap.locations().of(node).map(|place| (place.script_id, place.line, place.column));
            format!(
                "{kind} {} {} {} {edges:?} {place:?}",
                text(heap.name(node)),
                heap.id(node),
                heap.self_size(node)
            )
        })
        .collect()
}

#[track_caller]
fn opens(what: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    load_bytes(bytes).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// The file opens and says what the sound one says.
#[track_caller]
fn opens_equal(what: &str, bytes: impl Into<Vec<u8>>) {
    let sound = opens("base", base().text());
    assert_eq!(content(&opens(what, bytes)), content(&sound), "{what}");
}

/// The error is one line that says `part`.
#[track_caller]
fn fails(bytes: impl Into<Vec<u8>>, part: &str) {
    let Err(error) = load_bytes(bytes) else { panic!("opened, expected: {part}") };
    check_line(&error, part);
}

#[track_caller]
fn check_line(error: &LoadError, part: &str) {
    let line = error.to_string();
    assert!(line.contains(part), "expected: {part}\n   found: {line}");
    let printable = line.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic());
    assert!(printable && !line.starts_with(|first: char| first.is_ascii_uppercase()), "{line:?}");
    let hint = error.hint().unwrap_or_default();
    assert!(!hint.contains('\n') && line.len() < 200, "{line:?} {hint:?}");
}

#[test]
fn the_base_itself_opens() {
    let loaded = opens("base", base().text());
    assert_eq!(
        (loaded.heap.node_count(), loaded.heap.edge_count(), loaded.heap.strings().len()),
        (12, 16, 17)
    );
    assert_eq!(loaded.about.warnings, Vec::<String>::new());
}

#[test]
fn a_file_may_end_nowhere_but_at_its_end() {
    let text = base().text();
    for end in 1..text.len() {
        let error = load_bytes(&text.as_bytes()[..end]).expect_err("it is cut");
        check_line(&error, "the file ends ");
        assert!(error.hint().is_some_and(|hint| hint.contains("disk full")));
    }
    let at = |part: &str| text.find(part).expect("a part of the text");
    fails(&text.as_bytes()[..at("\"nodes\":[") + 40], "in \"nodes\" at byte ");
    fails(&text.as_bytes()[..at("\"edges\":[") + 60], "rows announced (");
    fails(&text.as_bytes()[..at("\"locations\":[") + 15], "in \"locations\"");
    fails(&text.as_bytes()[..at("(GC roots)")], "in \"strings\"");
    fails(&text.as_bytes()[..at("\"strings\"")], "between the sections");
}

#[test]
fn what_is_no_snapshot_is_named() {
    fails("", "the file is empty");
    fails("\n", "nothing but blanks");
    fails(" ".repeat(1 << 20), "nothing but blanks");
    fails("hello, this is not JSON\n", "no JSON and begins with `hello, this `");
    fails("<!doctype html><title>404</title>", "HTML or XML page");
    fails("\x7fELF\x02\x01\x01\0", "a program");
    fails([0x9e, 0x37, 0x79, 0xb1, 0x3c].repeat(99), "binary data");
    fails(vec![0; 4096], "zero bytes");
    for json in ["[1,2,3]", "null", "\"snapshot\"", "42", "{}", "{\"a\":1}"] {
        fails(json, "JSON without a snapshot");
    }
    fails("{\"name\":\"x\",\"version\":\"1.0.0\"}", "package.json");
    fails("{\"head\":{\"callFrame\":{},\"children\":[]},\"samples\":[]}", ".heapprofile");
    fails("{\"nodes\":[{\"id\":1}],\"startTime\":0,\"endTime\":1,\"samples\":[1]}", ".cpuprofile");
    fails("{\"traceEvents\":[]}", "trace");
    fails(&b"BZh91AY&SY"[..], "bzip2");
    fails(&b"\xfd7zXZ\0"[..], "xz");
    fails(&b"PK\x03\x04"[..], "zip");
    let units: Vec<u16> = base().text().encode_utf16().collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [[b"\xff\xfe", &little[..]].concat(), [b"\xfe\xff", &big[..]].concat(), little, big] {
        fails(bytes, "UTF-16");
    }
    let mut tar = vec![0; 512];
    tar[..5].copy_from_slice(b"a.txt");
    tar[257..262].copy_from_slice(b"ustar");
    fails(tar, "tar archive");
}

#[test]
fn nesting_is_bounded_without_recursion() {
    fails("[".repeat(200_000), "JSON without a snapshot");
    let deep = format!("{{\"meta\":{}1{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    fails(base().with("snapshot", &deep), "in \"snapshot\", byte 175: expected fewer brackets");
    let extra = format!(",\"extra\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    opens_equal("deep unknown section", base().text().trim_end_matches('}').to_owned() + &extra);
    fails(format!("{{\"x\":{}", "[".repeat(2_000_000)), "fewer brackets");
}

#[test]
fn counts_that_disagree_are_told() {
    let count = |name: &str, value: Value| base().header(&format!("/{name}_count"), value);
    fails(count("node", json!(13)), "counts disagree: the header announces 13 \"nodes\", the file holds 12");
    fails(count("node", json!(3)), "announces 3");
    fails(count("edge", json!(17)), "announces 17 \"edges\", the file holds 16");
    fails(count("edge", json!(15)), "announces 15");
    fails(count("edge", json!(1_000_000_000_000_000_u64)), "announces 1,000,000,000,000,000");
    fails(count("node", json!(-1)), "`node_count` is no whole number");
    fails(count("node", json!("12")), "`node_count` is no whole number");
    fails(count("node", json!(12.5)), "`node_count` is no whole number");
    fails(
        count("node", json!(0)).replace("\"node_count\":0", "\"node_count\":18446744073709551616"),
        "header",
    );
    fails(base().node(4, "3"), "announce 17 edges");
    fails(base().node(4, "1"), "announce 15 edges");
    fails(base().node(4, "4294967295"), "announce 4294967309 edges");
    fails(base().node(4, "4294967296"), "edge_count of row 0 is 4294967296, but 4294967295 is the most");
    let mut ragged = base();
    ragged.nodes.pop();
    fails(ragged.text(), "\"nodes\" holds 83 numbers, which is no multiple of its 7 fields");
    let mut ragged = base();
    ragged.edges.pop();
    fails(ragged.text(), "\"edges\" holds 47 numbers");
    let mut ragged = base();
    ragged.locations.pop();
    fails(ragged.text(), "\"locations\" holds 3 numbers");
}

#[test]
fn producers_that_do_not_count_are_believed_by_their_arrays() {
    let mut uncounted = base();
    for count in ["node_count", "edge_count"] {
        uncounted.header[count] = json!(0);
    }
    opens_equal("counts of 0", uncounted.text());
    let mut uncounted = base();
    for count in ["node_count", "edge_count"] {
        uncounted.header.as_object_mut().expect("an object").remove(count);
    }
    opens_equal("no counts", uncounted.text());
    opens_equal("trace count that lies", base().header("/trace_function_count", json!(9)));
}

#[test]
fn references_must_lead_somewhere() {
    let limit = "but only multiples of 7 below 84 are nodes";
    for to in ["84", "700000000", "8", "4294967296", "4294967303", "18446744073709551615"] {
        fails(base().edge(2, to), &format!("to_node of row 0 is {to}, {limit}"));
    }
    fails(base().node(8, "999"), "name of row 1 is 999, but there are only 17 strings");
    fails(base().node(8, "4294967296"), "name of row 1 is 4294967296, but 4294967295");
    fails(base().edge(10, "12345"), "name_or_index of row 3 is 12345, but there are only 17 strings");
    fails(base().node(7, "99"), "type of row 1 is 99, but the header lists 15 types");
    fails(base().edge(0, "42"), "type of row 0 is 42, but the header lists 7 types");
    let text = base().edge(10, "12345");
    let at = format!("\"edges\", byte {}:", text.find("12345").expect("it was put there"));
    fails(text, &at);
}

#[test]
fn locations_of_no_node_are_left_out_with_a_warning() {
    for place in ["7000", "8", "18446744073709551615"] {
        let mut stray = base();
        place.clone_into(&mut stray.locations[0]);
        let loaded = opens("location of no node", stray.text());
        assert_eq!(loaded.heap.locations().rows().len(), 0);
        assert_eq!(loaded.about.warnings, ["1 source location belongs to no node and is left out"]);
    }
}

#[test]
fn large_ids_and_sizes_keep_their_value() {
    for number in [0, 7, 1 << 32, (1 << 53) - 1, u64::MAX] {
        let loaded = opens("id", base().node(16, &number.to_string()));
        assert_eq!(loaded.heap.id(leaktui::heap::NodeIx(2)).0, number);
        let loaded = opens("size", base().node(17, &number.to_string()));
        assert_eq!(loaded.heap.self_size(leaktui::heap::NodeIx(2)), number);
    }
    opens("detachedness", base().node(6, "9"));
}

#[test]
fn only_whole_numbers_are_numbers() {
    for wrong in
        ["-40", "7.5", "1e3", "0e0", "NaN", "Infinity", "09", "+9", "\"9\"", "null", "[9]", "-0", "", "x"]
    {
        fails(base().node(3, wrong), "in \"nodes\", byte ");
        fails(base().edge(2, wrong), "in \"edges\", byte ");
    }
    fails(base().node(0, "-1"), "expected a whole number, found `-1,1,1,0,2,0`");
    fails(base().node(3, &"9".repeat(400)), "expected a number below 18446744073709551616");
    fails(base().node(3, "18446744073709551616"), "expected a number below 18446744073709551616");
    fails(base().node(0, "0x9"), "expected a comma or ], found `x9,1,1,0,2,0`");
    fails(base().node(0, "9 1"), "expected a comma or ], found `1,1,1,0,2,0,`");
    fails(base().node(83, "0,"), "expected a whole number, found `],");
    fails(base().node(3, "\0"), "found a zero byte");
}

#[test]
fn only_strings_are_strings() {
    fails(base().string(0, "7"), "in \"strings\", byte 1,");
    fails(base().string(0, "null"), "expected a string, found `null,");
    fails(base().string(16, "\"a\" \"b\""), "expected a comma or ]");
    fails(base().string(16, "\"a\","), "expected a string");
    for text in ["\"a\nb\"", "\"a\0b\"", r#""a\xb""#, r#""a\uZZZZ""#, r#""\ud800 \udc00 \ude00\ud83d""#] {
        opens(text, base().string(0, text));
    }
    let mut bytes = base().string(0, "\"????????\"");
    let at = bytes.windows(8).position(|part| part == b"????????").expect("it was put there");
    bytes[at..at + 8].copy_from_slice(&[0xff, 0xfe, 0x80, 0xc0, 0xaf, 0xed, 0xa0, 0x80]);
    opens("no UTF-8", bytes);
}

#[test]
fn four_sections_are_needed_and_no_other() {
    for section in ["snapshot", "nodes", "edges", "strings"] {
        fails(base().without(section), &format!("there is no \"{section}\" section"));
    }
    for section in ["samples", "trace_tree", "trace_function_infos"] {
        opens_equal(section, base().without(section));
    }
    opens("no locations", base().without("locations"));
    fails(base().with("nodes", "{\"0\":1}"), "in \"nodes\", byte ");
    fails(base().with("strings", "\"abc\""), "in \"strings\", byte ");
    fails(base().with("snapshot", "[]"), "in \"snapshot\", byte 12: expected an object");
    fails(base().with("trace_tree", "[1,]"), "in \"trace_tree\"");
    fails(base().with("trace_tree", "[1}"), "expected a comma or ], found `},");
    opens_equal("negative numbers in a skipped section", base().with("samples", "[-2, 1.5e3, [{}]]"));
}

#[test]
fn the_header_must_describe_the_rows() {
    let mut headless = base();
    headless.header.as_object_mut().expect("an object").remove("meta");
    fails(headless.text(), "it has no `meta`");
    for list in ["node_fields", "node_types", "edge_fields", "edge_types"] {
        let mut lacking = base();
        lacking.header["meta"].as_object_mut().expect("an object").remove(list);
        fails(lacking.text(), &format!("it has no `{list}`"));
        fails(base().header(&format!("/meta/{list}"), json!([])), &format!("`{list}`"));
        fails(base().header(&format!("/meta/{list}"), json!(7)), &format!("`{list}` is no list of names"));
    }
    fails(base().header("/meta/node_fields/4", json!("xx")), "`node_fields` lack `edge_count`");
    fails(base().header("/meta/location_fields/2", json!("xx")), "`location_fields` lack `line`");
    let many: Vec<_> = (0..300).map(|n| n.to_string()).collect();
    fails(base().header("/meta/node_types/0", json!(many)), "`node_types` are more than 200");
    fails(base().header("/meta/node_fields", json!(many)), "`node_fields` are more than 64");
    fails(base().header("/meta", json!("x".repeat(2 << 20))), "bytes long, more than any header");
    let mut rooted = base();
    rooted.header["root_index"] = json!(8);
    fails(rooted.text(), "`root_index` 8 is the place of no node");
    rooted.header["root_index"] = json!(700);
    fails(rooted.text(), "the root is node 100, but there are only 12 nodes");
    rooted.header["root_index"] = json!(14);
    assert_eq!(opens("root", rooted.text()).heap.root().0, 2);
}

#[test]
fn fields_are_found_by_name() {
    const NAMES: [&str; 8] =
        ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness", "later"];
    for order in
        [&[4, 2, 0, 6, 1, 3, 5][..], &[0, 1, 2, 3, 4], &[0, 1, 2, 3, 4, 5, 6, 7], &[7, 3, 4, 1, 0, 2]]
    {
        let names: Vec<_> = order.iter().map(|&field| NAMES[field]).collect();
        opens_equal("other fields", base().fields(order, &names));
    }
}

#[test]
fn sections_come_in_any_order_with_any_blanks() {
    let members = base().members();
    let order = |order: &[usize]| join(&order.iter().map(|&at| members[at].clone()).collect::<Vec<_>>());
    opens_equal("strings first, snapshot last", order(&[7, 6, 2, 1, 0, 5, 4, 3]));
    opens_equal("edges before nodes", order(&[0, 2, 7, 1, 6]));
    opens_equal("locations behind the strings", order(&[0, 1, 2, 7, 6]));
    let value: Value = serde_json::from_str(&base().text()).expect("it is JSON");
    let pretty = serde_json::to_string_pretty(&value).expect("it is JSON");
    opens_equal("pretty", pretty.clone());
    opens_equal("tabs and CRLF", pretty.replace('\n', "\r\n").replace("  ", "\t"));
    opens_equal("blanks around", format!(" \n\t\r\n{}\n\n  \n", base().text()));
    opens_equal("zeros behind", base().text() + &"\0".repeat(4096));
    opens_equal("byte order mark", format!("\u{feff}{}", base().text()));
    opens_equal("escaped name", base().text().replace("\"nodes\":", r#""\u006eodes":"#));
    let extra = r#"{"$schema":{"a":[1,{"b":null}]},"zzz":[true,false,null,-1.5e-3,"]",{}],"#;
    opens_equal("unknown sections", base().text().replacen('{', extra, 1));
}

#[test]
fn nothing_may_follow_and_nothing_be_said_twice() {
    let text = base().text();
    fails(text.clone() + "garbage", "`garbage` follows the end of the snapshot at byte ");
    fails(format!("{text}\n{text}"), "follows the end");
    fails(text.replace("\"edges\":", "\"nodes\":[1,2,3],\"edges\":"), "a second \"nodes\" section");
    let again = base().members().pop().expect("the strings").1;
    fails(format!("{},\"strings\":{again}}}", &text[..text.len() - 1]), "a second \"strings\" section");
    fails(text.replace("\"nodes\"", "/* c */\"nodes\""), "expected a name in double quotes");
    fails(text.replace("\"nodes\"", "'nodes'"), "expected a name in double quotes");
    fails(text.replace("\"nodes\":", "\"nodes\""), "expected a colon");
    fails(text.replace(",\"edges\"", "\"edges\""), "expected a comma or }");
}

#[test]
fn the_smallest_heaps_open_and_empty_ones_do_not() {
    let mut root = base();
    (root.nodes, root.edges, root.locations) = (numbers("9 0 1 0 0 0 0"), Vec::new(), Vec::new());
    (root.header["node_count"], root.header["edge_count"]) = (json!(1), json!(0));
    opens("only a root", root.text());
    (root.nodes, root.header["node_count"]) = (Vec::new(), json!(0));
    fails(root.text(), "it has no nodes");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("memory");
    packed.finish().expect("memory")
}

#[test]
fn packed_files_are_told_by_content_and_unpacked() {
    let text = base().text();
    let (first, second) = text.as_bytes().split_at(700);
    opens_equal("gzip", gzip(text.as_bytes()));
    opens_equal("gzip in two members", [gzip(first), gzip(second)].concat());
    let zstd =
        |bytes: &[u8]| ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest);
    opens_equal("zstd", zstd(text.as_bytes()));
    let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
    opens_equal("zstd in two frames", [zstd(first), skipped.to_vec(), zstd(second)].concat());
    for packed in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
        fails(&packed[..packed.len() / 2], "data is damaged after ");
        fails(gzip(&packed), "compressed with gzip or zstd twice");
    }
    fails(gzip(b"hello"), "no JSON and begins with `hello`");
    fails(gzip(b""), "the file is empty");
    fails(gzip(&vec![b' '; 50 << 20]), "nothing but blanks");
}

fn load_path(path: &Path) -> Result<Loaded, LoadError> {
    load(&Input::Path(path.to_owned()), &Job::default())
}

#[test]
fn paths_that_are_no_files_are_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let error = |name: &str| load_path(&dir.path().join(name)).expect_err("it is no file").to_string();
    assert!(load_path(dir.path()).expect_err("a folder").to_string().ends_with("it is a directory"));
    assert!(error("missing").contains("missing: no such file"), "{}", error("missing"));
    fs::write(dir.path().join("empty"), "").expect("room");
    assert_eq!(error("empty"), "the file is empty");
    fs::write(dir.path().join("sound"), base().text()).expect("room");
    let loaded = load_path(&dir.path().join("sound")).expect("it is sound");
    assert_eq!((loaded.about.label.as_str(), loaded.about.file_bytes), ("sound", base().text().len() as u64));
}

#[cfg(unix)]
#[test]
fn special_files_are_told_or_read() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    symlink("/nonexistent/x", path("dangling")).expect("a link");
    symlink(path("loop"), path("loop")).expect("a link");
    let _socket = UnixListener::bind(path("socket")).expect("a socket");
    fs::File::create(path("sparse")).and_then(|file| file.set_len(4 << 30)).expect("a hole");
    let error = |path: &Path| load_path(path).expect_err("it is no snapshot").to_string();
    assert!(error(&path("dangling")).contains("no such file"));
    assert!(error(&path("loop")).contains("symbolic link"));
    assert!(error(&path("socket")).ends_with("it is a socket"));
    assert!(error(&path("sparse")).contains("zero bytes"));
    assert!(error(Path::new("/dev/zero")).contains("zero bytes"));
    assert_eq!(error(Path::new("/dev/null")), "the file is empty");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_waited_for_read_and_given_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let pipe = dir.path().join("pipe");
    if !std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        return;
    }
    let writer = thread::spawn({
        let pipe = pipe.clone();
        move || {
            thread::sleep(Duration::from_millis(100));
            let mut pipe = fs::File::options().write(true).open(pipe).expect("a reader waits");
            for part in base().text().as_bytes().chunks(100) {
                pipe.write_all(part).expect("the reader reads");
                thread::sleep(Duration::from_millis(1));
            }
        }
    });
    assert_eq!(load_path(&pipe).expect("it is sound").heap.node_count(), 12);
    writer.join().expect("all was written");

    let job = Job::default();
    let waiting = thread::spawn({
        let job = job.clone();
        move || load(&Input::Path(pipe), &job)
    });
    thread::sleep(Duration::from_millis(100));
    assert_eq!(job.progress().expect("a phase").phase, "waiting for data");
    let asked = Instant::now();
    job.cancel();
    let gone = waiting.join().expect("no panic");
    assert!(matches!(gone, Err(LoadError::Cancelled(_))));
    assert!(asked.elapsed() < Duration::from_secs(1));
}
