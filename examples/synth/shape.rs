//! What each node of a made-up heap is, told from its number alone.
//!
//! Nodes 0, 1 and 2 are the root, `(GC roots)` and the global object. All others come from the
//! shape. Chance is a hash of the seed and the node's number, so that any node can be asked for
//! at any time, in no memory.

use std::io::{self, Write};

use super::record::{self, Record};

/// How the nodes of a heap hang together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    Realistic,
    List,
    Fan,
    Retainers,
    Dense,
    Strings,
}

impl Shape {
    pub(crate) const ALL: [Self; 6] =
        [Self::Realistic, Self::List, Self::Fan, Self::Retainers, Self::Dense, Self::Strings];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Realistic => "realistic",
            Self::List => "list",
            Self::Fan => "fan",
            Self::Retainers => "retainers",
            Self::Dense => "dense",
            Self::Strings => "strings",
        }
    }
}

/// Types of nodes, numbered as the header numbers them.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Hidden = 0,
    Array = 1,
    String = 2,
    Object = 3,
    Code = 4,
    Closure = 5,
    Number = 7,
    Synthetic = 9,
    ObjectShape = 14,
}

/// Types of edges, numbered as the header numbers them.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    Context = 0,
    Element = 1,
    Property = 2,
    Internal = 3,
    Hidden = 4,
    Shortcut = 5,
    Weak = 6,
}

pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) name: u32,
    pub(crate) size: u32,
}

pub(crate) struct Edge {
    pub(crate) kind: Way,
    pub(crate) name: u32,
    pub(crate) to: u32,
}

macro_rules! names {
    ($($name:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        pub(crate) enum Name { $($name,)* }
        /// The strings every heap begins with.
        pub(crate) const NAMES: &[&str] = &[$($text,)*];
    };
}

names! {
    NONE = "", GC_ROOTS = "(GC roots)", GLOBAL = "global", ITEMS = "items", NEXT = "next", VALUE = "value",
    NODE = "ListNode", ARRAY = "Array", ELEMENTS = "elements", SHARED = "shared", HOLDER = "Holder",
    VERTEX = "Vertex", OBJECT = "Object", USER = "User", SET = "Set", TABLE = "table", DATE = "Date",
    MAIL = "mail", LABEL = "name", TAGS = "tags", META = "meta", HANDLER = "handler", ID = "id", AT = "at",
    OWNER = "owner", MAP = "map", SYSTEM_MAP = "system / Map", CONTEXT = "system / Context", HERE = "context",
    SELF = "self", CODE = "(shared function info)", CELL = "system / WeakCell", NUMBER = "heap number",
    A = "a", B = "b", C = "c", D = "d", SESSION = "Session", REQUEST = "Request", ENTRY = "CacheEntry",
    MODULE = "Module", TOKEN = "Token", SYMBOL = "TypeSymbol", SCOPE = "Scope", JOB = "Job",
}

/// Nodes that every shape begins with.
pub(crate) const FIRST: u32 = 3;

/// A heap that is made up as it is asked for.
pub(crate) struct Heap {
    pub(crate) shape: Shape,
    pub(crate) nodes: u32,
    pub(crate) seed: u64,
}

impl Heap {
    /// The node's own fields; its edges replace what is in `edges`.
    pub(crate) fn node(&self, node: u32, edges: &mut Vec<Edge>) -> Node {
        edges.clear();
        let made = match node {
            0 => root(edges),
            1 => gc_roots(edges),
            2 => global(edges),
            _ => self.shaped(node, edges),
        };
        edges.retain(|edge| edge.to < self.nodes);
        made
    }

    fn shaped(&self, node: u32, edges: &mut Vec<Edge>) -> Node {
        match self.shape {
            Shape::Realistic => Record::of(self, node).node(edges),
            Shape::List => list(node, edges),
            Shape::Fan | Shape::Strings => self.wide(node, edges),
            Shape::Retainers => self.retainers(node, edges),
            Shape::Dense => self.dense(node, edges),
        }
    }

    /// One array that holds everything else.
    fn wide(&self, node: u32, edges: &mut Vec<Edge>) -> Node {
        if node == FIRST {
            edges.extend((FIRST + 1..self.nodes).zip(0..).map(|(to, name)| Edge {
                kind: Way::Element,
                name,
                to,
            }));
            return new(Kind::Array, Name::NONE, 16 + 8 * self.nodes);
        }
        if self.shape == Shape::Strings {
            let text = node - FIRST - 1;
            return Node { kind: Kind::String, name: text_name(text), size: 16 + self.text_len(text) };
        }
        new(Kind::Object, Name::OBJECT, 24)
    }

    /// All others hold the second shaped node.
    fn retainers(&self, node: u32, edges: &mut Vec<Edge>) -> Node {
        match node {
            FIRST => self.wide(node, edges),
            4 => new(Kind::Object, Name::SHARED, 64),
            _ => {
                edges.push(property(Name::VALUE, 4));
                new(Kind::Object, Name::HOLDER, 24)
            }
        }
    }

    /// Twelve ways from everywhere to anywhere.
    fn dense(&self, node: u32, edges: &mut Vec<Edge>) -> Node {
        edges.extend([NEXT_IN_CYCLE, 7919].map(|step| {
            let to = FIRST + (node - FIRST + step) % (self.nodes - FIRST);
            property(Name::NEXT, to)
        }));
        for way in 0..10 {
            let kind = if way % 2 == 0 { Way::Hidden } else { Way::Element };
            edges.push(Edge { kind, name: way, to: self.anywhere(node, way) });
        }
        new(Kind::Object, Name::VERTEX, 32)
    }

    /// A node of a record close by, one time in eight of the whole heap.
    pub(crate) fn near(&self, node: u32, way: u32) -> u32 {
        let chance = self.chance(node, way);
        if chance.is_multiple_of(8) {
            return self.anywhere(node, way + 100);
        }
        let first = node.saturating_sub(2048).max(FIRST);
        first + (chance >> 8) as u32 % (node + 2048 - first)
    }

    pub(crate) fn anywhere(&self, node: u32, way: u32) -> u32 {
        FIRST + (self.chance(node, way) % u64::from(self.nodes - FIRST)) as u32
    }

    /// A number that looks random (splitmix64).
    fn chance(&self, node: u32, way: u32) -> u64 {
        let mut mixed = (self.seed << 40) ^ (u64::from(node) << 8) ^ u64::from(way);
        mixed = mixed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// How many texts follow the names.
    pub(crate) fn texts(&self) -> u32 {
        match self.shape {
            Shape::Realistic => (self.nodes - FIRST).div_ceil(record::NODES) * 2,
            Shape::Strings => self.nodes.saturating_sub(FIRST + 1),
            _ => 0,
        }
    }

    /// Short in records; else about a thousand bytes, and a million for one in a thousand.
    pub(crate) fn text_len(&self, text: u32) -> u32 {
        let chance = self.chance(text, 200);
        match self.shape {
            Shape::Strings if chance.is_multiple_of(1000) => 1_000_000,
            Shape::Strings => 500 + (chance >> 16) as u32 % 1000,
            _ => 12 + (chance >> 16) as u32 % 40,
        }
    }

    /// Writes the inside of a JSON string of `text_len` bytes that no other text equals.
    pub(crate) fn write_text(&self, text: u32, out: &mut impl Write) -> io::Result<()> {
        const FILL: &[u8] = br#"user\"profile\n{key: value} /srv/app/node_modules/index.js \\ "#;
        let number = format!("{text:010}");
        out.write_all(number.as_bytes())?;
        let mut left = self.text_len(text) as usize - number.len();
        while left >= FILL.len() {
            out.write_all(FILL)?;
            left -= FILL.len();
        }
        write!(out, "{:.<left$}", "")
    }
}

/// The step by which one edge of each node makes one great cycle.
const NEXT_IN_CYCLE: u32 = 1;

fn root(edges: &mut Vec<Edge>) -> Node {
    edges.extend([element(1, 1), Edge { kind: Way::Shortcut, name: Name::GLOBAL as u32, to: 2 }]);
    new(Kind::Synthetic, Name::NONE, 0)
}

fn gc_roots(edges: &mut Vec<Edge>) -> Node {
    edges.push(element(0, 2));
    new(Kind::Synthetic, Name::GC_ROOTS, 0)
}

/// The global holds the first shaped node.
fn global(edges: &mut Vec<Edge>) -> Node {
    edges.push(property(Name::ITEMS, FIRST));
    new(Kind::Object, Name::GLOBAL, 40)
}

/// A chain of as many links as there are nodes.
fn list(node: u32, edges: &mut Vec<Edge>) -> Node {
    edges.push(property(Name::NEXT, node + 1));
    new(Kind::Object, Name::NODE, 32)
}

/// The string that a text is.
pub(crate) fn text_name(text: u32) -> u32 {
    NAMES.len() as u32 + text
}

pub(crate) fn new(kind: Kind, name: Name, size: u32) -> Node {
    Node { kind, name: name as u32, size }
}

pub(crate) fn property(name: Name, to: u32) -> Edge {
    Edge { kind: Way::Property, name: name as u32, to }
}

pub(crate) fn internal(name: Name, to: u32) -> Edge {
    Edge { kind: Way::Internal, name: name as u32, to }
}

pub(crate) fn element(name: u32, to: u32) -> Edge {
    Edge { kind: Way::Element, name, to }
}
