//! The realistic shape: records of sixteen nodes, as a server keeps them.
//!
//! Each record is a session with its user, a set, an array of further records, a closure with
//! its context and some of V8's own nodes; together they make a tree of records, with cycles
//! inside and references to what lies close by, as real heaps have.

use super::shape::{Edge, FIRST, Heap, Kind, Name, Node, Way, element, internal, new, property, text_name};

/// Nodes of a record.
pub(crate) const NODES: u32 = 16;
/// Records that one record's array holds.
const HELD: u32 = 8;

/// What the records are called.
const CLASSES: [Name; 8] = [
    Name::SESSION,
    Name::REQUEST,
    Name::ENTRY,
    Name::MODULE,
    Name::TOKEN,
    Name::SYMBOL,
    Name::SCOPE,
    Name::JOB,
];

/// One node of one record.
pub(crate) struct Record<'a> {
    heap: &'a Heap,
    node: u32,
    number: u32,
}

impl<'a> Record<'a> {
    pub(crate) fn of(heap: &'a Heap, node: u32) -> Self {
        Self { heap, node, number: (node - FIRST) / NODES }
    }

    pub(crate) fn node(&self, edges: &mut Vec<Edge>) -> Node {
        match self.node - self.at(0) {
            0 => self.session(edges),
            1 => self.object(Name::USER, &[(Name::LABEL, 5), (Name::MAIL, 6), (Name::TAGS, 3)], edges),
            2 => self.collection(Name::ARRAY, Name::ELEMENTS, 4, edges),
            3 => self.collection(Name::SET, Name::TABLE, 7, edges),
            4 => self.held(edges),
            5 => self.text(0),
            6 => self.text(1),
            7 => self.table(edges),
            8 => new(Kind::Number, Name::NUMBER, 12),
            9 => self.meta(edges),
            10 => self.object(Name::DATE, &[], edges),
            11 => new(Kind::Hidden, Name::SYSTEM_MAP, 80),
            12 => self.closure(edges),
            13 => self.context(edges),
            14 => self.code(edges),
            _ => self.cell(edges),
        }
    }

    fn at(&self, place: u32) -> u32 {
        FIRST + self.number * NODES + place
    }

    fn near(&self, way: u32) -> u32 {
        self.heap.near(self.node, way)
    }

    fn object(&self, class: Name, fields: &[(Name, u32)], edges: &mut Vec<Edge>) -> Node {
        edges.extend(fields.iter().map(|&(name, place)| property(name, self.at(place))));
        edges.push(internal(Name::MAP, self.at(11)));
        new(Kind::Object, class, 24 + 8 * fields.len() as u32)
    }

    fn session(&self, edges: &mut Vec<Edge>) -> Node {
        let fields = [(Name::USER, 1), (Name::ITEMS, 2), (Name::META, 9), (Name::HANDLER, 12)];
        self.object(CLASSES[(self.number % 8) as usize], &fields, edges)
    }

    fn collection(&self, class: Name, slot: Name, place: u32, edges: &mut Vec<Edge>) -> Node {
        edges.push(internal(slot, self.at(place)));
        self.object(class, &[], edges)
    }

    /// The array of further records, which makes records a tree.
    fn held(&self, edges: &mut Vec<Edge>) -> Node {
        let first = u64::from(self.number) * u64::from(HELD) + 1;
        let node = |record: u64| u64::from(FIRST) + record * u64::from(NODES);
        let held = (first..first + u64::from(HELD)).zip(0..);
        edges
            .extend(held.filter_map(|(record, slot)| Some(element(slot, u32::try_from(node(record)).ok()?))));
        new(Kind::Array, Name::NONE, 16 + 8 * HELD)
    }

    fn text(&self, which: u32) -> Node {
        let text = self.number * 2 + which;
        Node { kind: Kind::String, name: text_name(text), size: 16 + self.heap.text_len(text) }
    }

    fn table(&self, edges: &mut Vec<Edge>) -> Node {
        edges.extend((0..12).map(|slot| element(slot, self.near(slot))));
        edges.extend([5, 6].map(|place| element(12 + place, self.at(place))));
        new(Kind::Array, Name::NONE, 144)
    }

    fn meta(&self, edges: &mut Vec<Edge>) -> Node {
        edges.push(property(Name::VALUE, self.near(0)));
        self.object(Name::OBJECT, &[(Name::ID, 8), (Name::AT, 10), (Name::OWNER, 0)], edges)
    }

    fn closure(&self, edges: &mut Vec<Edge>) -> Node {
        edges.extend([internal(Name::HERE, self.at(13)), internal(Name::SHARED, self.at(14))]);
        new(Kind::Closure, Name::HANDLER, 64)
    }

    fn context(&self, edges: &mut Vec<Edge>) -> Node {
        let captured = [
            (Name::SELF, self.at(0)),
            (Name::A, self.near(0)),
            (Name::B, self.near(1)),
            (Name::C, self.near(2)),
        ];
        edges.extend(captured.map(|(name, to)| Edge { kind: Way::Context, name: name as u32, to }));
        edges.push(Edge { kind: Way::Hidden, name: 4, to: self.near(3) });
        new(Kind::Object, Name::CONTEXT, 64)
    }

    fn code(&self, edges: &mut Vec<Edge>) -> Node {
        edges.push(Edge { kind: Way::Weak, name: Name::D as u32, to: self.at(15) });
        edges.extend((0..10).map(|slot| internal(Name::MAP, self.near(slot))));
        new(Kind::Code, Name::CODE, 72)
    }

    fn cell(&self, edges: &mut Vec<Edge>) -> Node {
        edges.push(Edge { kind: Way::Weak, name: Name::VALUE as u32, to: self.near(0) });
        new(Kind::ObjectShape, Name::CELL, 24)
    }
}
