//! What the rows are that V8, Node or a browser made, why they grow, and what to do.
//!
//! One table by the name of a node or class; see [`of_node`] for how a node finds its entry.

use crate::{analysis::Analysis, heap::NodeIx};

/// What is known of a kind of row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The node's or class's name, or what it begins with.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// Why it grows and what to do, in a sentence.
    pub advice: &'static str,
}

/// Everything that is explained, the most frequent questions first.
pub const TABLE: &[Explanation] = &[
    row(
        "(compiled code)",
        "Bytecode, machine code, and what V8 notes of functions while they run: feedback, scopes, source positions.",
        "It grows while code runs for the first times and then stops; if it does not, look for code made at run time (`new Function`, \
         `eval`, templates compiled per request, new `vm` contexts) and for modules loaded again and again.",
    ),
    row(
        "(object shape)",
        "V8's hidden classes, which describe the layout that objects made alike share.",
        "Each new field, order of fields or deleted field adds one: give objects all their fields in one order when they are made, and keep \
         keys that come and go in a Map.",
    ),
    row(
        "(array)",
        "Stores that V8 makes behind other objects: elements of arrays, hash tables of Maps and Sets, fields of objects used as dictionaries.",
        "Stores of a single owner are counted with that owner, so what is listed here is shared or the engine's own: see who retains the \
         largest, and remember that tables seldom shrink.",
    ),
    row(
        "(system)",
        "V8's own structures for scripts, functions, weak references and realms.",
        "They come with code and contexts and cannot be freed by themselves: if they grow, find what loads code or makes contexts anew.",
    ),
    row(
        "(string)",
        "Text in one piece: the source of scripts, names of fields, and what the program read or made.",
        "Look for copies and for texts that differ only in an id (`leaktui strings`), then at the cache or list that retains them.",
    ),
    row(
        "(concatenated string)",
        "A text made by `+` that V8 keeps as two halves until somebody reads it.",
        "Appending in a loop makes a chain as long as the loop, each link 20 to 32 bytes beside the text: collect pieces in an array and `join` \
         them.",
    ),
    row(
        "(sliced string)",
        "A part of a longer text, made by `slice`, `substring`, `split` or a regular expression, that points into the whole.",
        "It keeps the whole text alive, however short it is itself: copy the part before keeping it, for example through a `Buffer` or \
         `JSON.parse(JSON.stringify(part))`.",
    ),
    row(
        "(number)",
        "Numbers with a fraction or beyond 31 bits, which V8 keeps in boxes of their own.",
        "Many of them hang from fields or arrays of mixed content: keep large series in a typed array such as `Float64Array`.",
    ),
    row(
        "(symbol)",
        "Symbols, which name private and well-known fields.",
        "They grow where `Symbol()` runs per object: make each once, at module level.",
    ),
    row(
        "(bigint)",
        "Integers of any size.",
        "They are made anew by every operation: look for a list or cache that keeps results.",
    ),
    row(
        "(regexp)",
        "Regular expressions with their compiled form.",
        "An expression written inside a function is made each time it runs: move it to module level.",
    ),
    row(
        "Function",
        "Functions; each keeps the scope it was made in, with all variables that any function made there uses.",
        "Many of one name mean that something registers a new one each time, such as listeners, timers or promise callbacks: remove them, or \
         make the function once.",
    ),
    row(
        "system / Context",
        "The variables of a scope that functions made there use, kept as long as one of these functions lives.",
        "A single long-lived callback keeps every variable its neighbours use: look inside for the variable that is large, set it to null, or \
         move the callback to a scope without it.",
    ),
    row(
        "system / NativeContext",
        "A realm: one set of globals such as `Object` and `Array`, for a page, frame, worker or `vm` context.",
        "One per realm is normal; if they grow, `vm.createContext` or frames are made and something of theirs is kept.",
    ),
    row(
        "system / JSArrayBufferData",
        "The bytes behind ArrayBuffers, typed arrays, Buffers and WebAssembly memories, which lie outside V8's heap.",
        "They go when the last view goes, so see who retains the buffer; a WebAssembly memory (`HEAPF32`, `HEAPU8`) never shrinks until its \
         instance is dropped.",
    ),
    row(
        "system / ExternalStringData",
        "The text of a string that lies outside V8's heap, as Node and browsers keep sources and large inputs.",
        "It goes with the string: see who retains that.",
    ),
    row(
        "system / WeakArrayList",
        "Lists V8 keeps to find scripts, shapes or finalizers without keeping them alive.",
        "They hold nothing and shrink at some later collection: look elsewhere.",
    ),
    row(
        "system / EphemeronHashTable",
        "The table of a WeakMap or WeakSet.",
        "It keeps a value only while its key lives, so ask what keeps the keys.",
    ),
    row(
        "(object elements)",
        "What lies at the numbered places of an array or object.",
        "It grows with the array's length, in steps of half as much again: look at the array that owns it.",
    ),
    row(
        "(object properties)",
        "Fields of an object that found no room in it; a hash table where the object is used as a dictionary.",
        "Objects with many or deleted fields need it: use a Map for keys that come and go.",
    ),
    row(
        "(map descriptors)",
        "The list of fields of a hidden class.",
        "It comes with object shapes: see there.",
    ),
    row(
        "(GC roots)",
        "Where the collector starts: stack, handles, and what V8 always keeps.",
        "What only this retains is held by running or native code, not by a global of yours: open it to see which root it is.",
    ),
    row(
        "(Global handles)",
        "References that native code keeps: Node itself, addons, a browser's bindings, an inspector.",
        "Open sockets, timers, workers and addon objects live by it: close or unref them, or look for an addon that forgets to reset its \
         handles.",
    ),
    row(
        "(Stack roots)",
        "Variables of functions that ran when the snapshot was taken, an awaited function's caller included.",
        "They go when these functions return: take the snapshot while the program is idle.",
    ),
    row(
        "Detached ",
        "A DOM node that is in no document any more, kept by script.",
        "Find the variable, list or listener that still refers to it or to one of its relatives, and let go of that.",
    ),
    row(
        "Node / ",
        "An object of Node's native part: a socket, stream, timer, worker, or its environment.",
        "Each stands for something open: if their number grows, something is not closed.",
    ),
    row("system / ", "A structure of V8's own.", "It serves the objects that retain it: look at those."),
];

const fn row(name: &'static str, what: &'static str, advice: &'static str) -> Explanation {
    Explanation { name, what, advice }
}

/// What is known of rows of that name: of a node, as the file has it, or of a class.
pub fn of_name(name: &str) -> Option<&'static Explanation> {
    // `system / Context / scope @7` is a context; entries that end in a blank are beginnings.
    let fits = |row: &&Explanation| {
        name.strip_prefix(row.name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(" / ") || row.name.ends_with(' '))
    };
    TABLE.iter().find(fits)
}

/// What is known of a node: by its own name, else by its class. Objects, functions and strings go
/// by their class alone, as their names are the program's.
pub fn of_node(known: &Analysis, node: NodeIx) -> Option<&'static Explanation> {
    let own = known.names.raw(&known.heap, node);
    let class = known.classes.name(known.classes.of(node));
    let is_own = own == class || class.starts_with('(') && !known.heap.kind(node).is_string();
    is_own.then(|| of_name(&own)).flatten().or_else(|| of_name(class))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn names_find_their_explanation() {
        let told = |name| of_name(name).map(|row| row.name);
        assert_eq!(told("(sliced string)"), Some("(sliced string)"));
        assert_eq!(told("system / Context / scope @7"), Some("system / Context"));
        assert_eq!(told("system / Foreign"), Some("system / "));
        assert_eq!(told("Detached HTMLDivElement"), Some("Detached "));
        assert_eq!((told("Server"), told("Functional"), told("")), (None, None, None));
    }

    #[test]
    fn a_string_that_says_system_is_a_string() {
        let known = Analysis::complete(heap(
            "0!string=system~/~Context 1!code=(code~for~f) 2!hidden=system~/~Map 3!native=system~/~JSArrayBufferData",
        ));
        let told: Vec<_> = known.heap.nodes().map(|node| of_node(&known, node).map(|row| row.name)).collect();
        let expected = ["(string)", "(compiled code)", "system / ", "system / JSArrayBufferData"];
        assert_eq!(told, expected.map(Some));
    }

    #[test]
    fn an_explanation_is_two_whole_sentences() {
        for (at, row) in TABLE.iter().enumerate() {
            assert!(row.what.ends_with('.') && row.advice.ends_with('.'), "{}", row.name);
            assert!(!row.what.contains("  ") && !row.advice.contains("  "), "{}", row.name);
            assert_eq!(of_name(row.name), Some(&TABLE[at]), "no entry hides another");
        }
    }
}
