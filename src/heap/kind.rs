//! Node and edge types, named as the format names them.
//!
//! Files number their types differently (V8 adds and drops some, Julia has its own), so each
//! file's numbers are translated once, by name, into the codes below. Names nobody has seen
//! get the next free code and keep their text in [`KindNames`].

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($konst:ident = $code:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(transparent)]
        pub struct $name(pub u8);

        impl $name {
            $(
                #[doc = concat!("`", $text, "` in the format.")]
                pub const $konst: Self = Self($code);
            )*

            /// Every type this program knows, with the format's name for it.
            pub const KNOWN: &'static [(Self, &'static str)] = &[$((Self::$konst, $text),)*];

            /// The type of that name, if it is one of the known ones.
            pub fn named(name: &str) -> Option<Self> {
                Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
            }
        }
    };
}

kinds! {
    /// What a node is to V8.
    NodeKind {
        HIDDEN = 0, "hidden";
        ARRAY = 1, "array";
        STRING = 2, "string";
        OBJECT = 3, "object";
        CODE = 4, "code";
        CLOSURE = 5, "closure";
        REGEXP = 6, "regexp";
        NUMBER = 7, "number";
        NATIVE = 8, "native";
        SYNTHETIC = 9, "synthetic";
        CONCATENATED = 10, "concatenated string";
        SLICED = 11, "sliced string";
        SYMBOL = 12, "symbol";
        BIGINT = 13, "bigint";
        OBJECT_SHAPE = 14, "object shape";
        WASM_OBJECT = 15, "wasm object";
    }
}

kinds! {
    /// How one node refers to another.
    EdgeKind {
        CONTEXT = 0, "context";
        ELEMENT = 1, "element";
        PROPERTY = 2, "property";
        INTERNAL = 3, "internal";
        HIDDEN = 4, "hidden";
        SHORTCUT = 5, "shortcut";
        WEAK = 6, "weak";
        INVISIBLE = 7, "invisible";
    }
}

impl NodeKind {
    /// Whether nodes of this type hold text: flat, concatenated or sliced.
    pub fn is_string(self) -> bool {
        matches!(self, Self::STRING | Self::CONCATENATED | Self::SLICED)
    }
}

impl EdgeKind {
    /// Whether edges of this type are named by a number rather than by a string.
    #[inline]
    pub fn is_indexed(self) -> bool {
        matches!(self, Self::ELEMENT | Self::HIDDEN)
    }
}

/// The names of a file's node and edge types, the unknown ones included.
#[derive(Clone, Debug, Default)]
pub struct KindNames {
    extra_nodes: Vec<String>,
    extra_edges: Vec<String>,
}

impl KindNames {
    /// The code of the node type `name`, made new if nobody has seen it; `None` past 256 types.
    pub fn node_kind(&mut self, name: &str) -> Option<NodeKind> {
        NodeKind::named(name)
            .or_else(|| code_of(&mut self.extra_nodes, NodeKind::KNOWN.len(), name).map(NodeKind))
    }

    /// The code of the edge type `name`, made new if nobody has seen it; `None` past 256 types.
    pub fn edge_kind(&mut self, name: &str) -> Option<EdgeKind> {
        EdgeKind::named(name)
            .or_else(|| code_of(&mut self.extra_edges, EdgeKind::KNOWN.len(), name).map(EdgeKind))
    }

    /// The format's name of a node type.
    pub fn node(&self, kind: NodeKind) -> &str {
        name_of(
            NodeKind::KNOWN.get(kind.0 as usize).map(|(_, name)| *name),
            &self.extra_nodes,
            kind.0,
            NodeKind::KNOWN.len(),
        )
    }

    /// The format's name of an edge type.
    pub fn edge(&self, kind: EdgeKind) -> &str {
        name_of(
            EdgeKind::KNOWN.get(kind.0 as usize).map(|(_, name)| *name),
            &self.extra_edges,
            kind.0,
            EdgeKind::KNOWN.len(),
        )
    }
}

fn code_of(extra: &mut Vec<String>, known: usize, name: &str) -> Option<u8> {
    let position = extra.iter().position(|seen| seen == name).unwrap_or_else(|| {
        extra.push(name.to_owned());
        extra.len() - 1
    });
    u8::try_from(known + position).ok()
}

fn name_of<'a>(known: Option<&'static str>, extra: &'a [String], code: u8, first_extra: usize) -> &'a str {
    known
        .or_else(|| extra.get((code as usize).wrapping_sub(first_extra)).map(String::as_str))
        .unwrap_or("unknown")
}

/// Whether the page can still reach a native (DOM) node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Detachedness {
    /// The producer does not know.
    #[default]
    Unknown,
    /// Part of a document.
    Attached,
    /// Out of every document, kept alive by script.
    Detached,
}

impl Detachedness {
    /// The state written as `code`; anything but 1 and 2 is unknown (the engine looks at two bits).
    pub fn from_code(code: u8) -> Self {
        match code & 3 {
            1 => Self::Attached,
            2 => Self::Detached,
            _ => Self::Unknown,
        }
    }

    /// The format's number for this state.
    pub fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Attached => 1,
            Self::Detached => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_types_sit_at_their_own_code() {
        for (position, (kind, _)) in NodeKind::KNOWN.iter().enumerate() {
            assert_eq!(kind.0 as usize, position);
        }
        for (position, (kind, _)) in EdgeKind::KNOWN.iter().enumerate() {
            assert_eq!(kind.0 as usize, position);
        }
    }

    #[test]
    fn an_unknown_type_keeps_its_name() {
        let mut names = KindNames::default();
        let genus = names.node_kind("jl_datatype_t").expect("room");
        assert_eq!(names.node_kind("jl_datatype_t"), Some(genus), "one code a name");
        assert_eq!(names.node(genus), "jl_datatype_t");
        assert_eq!(names.node(NodeKind::CONCATENATED), "concatenated string");
        assert_eq!(names.edge(EdgeKind::WEAK), "weak");
    }
}
