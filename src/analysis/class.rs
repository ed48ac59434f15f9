//! Classes: which nodes a row of the Constructors pane stands for.
//!
//! A class is a name and, for objects whose constructor's place is known, that place. Names are
//! interned once a distinct string, so grouping costs a table look-up a node: 4 bytes a node for
//! its class and 4 more in the class's member list; 4 bytes a string while it runs. Nodes whose size went to an owner are in no
//! list, as in DevTools.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    Names,
    interface::{Definitions, Matcher},
    memo::NameTest,
    order::group_by,
};
use crate::{
    heap::{ClassIx, Heap, Location, NodeIx, NodeKind, StrIx, WideColumn},
    job::{Cancelled, Job},
};

/// The classes of a heap.
#[derive(Debug)]
pub struct Classes {
    of: Arc<Vec<ClassIx>>,
    rows: Vec<Row>,
    names: Arc<Vec<String>>,
    first_member: Vec<u32>,
    members: Vec<NodeIx>,
}

#[derive(Clone, Debug)]
struct Row {
    name: u32,
    place: Option<Place>,
    shallow: u64,
}

/// Script, line and column, as DevTools puts them in a class key.
type Place = (u32, u32, u32);

impl Classes {
    pub(super) fn group(
        heap: &Heap,
        names: &Names,
        shallow: &WideColumn,
        definitions: &Definitions,
        job: &Job,
    ) -> Result<Self, Cancelled> {
        let mut grouping = Grouping::new(heap, names, definitions);
        let mut of = Vec::with_capacity(heap.node_count());
        for node in heap.nodes() {
            if node.0 & 0xFFFF == 0 {
                job.tick(1 << 16)?;
            }
            let class = grouping.class(node);
            of.push(class);
            let row = &mut grouping.rows[class.ix()];
            row.shallow = row.shallow.saturating_add(shallow.get(node.ix()));
        }
        let rows = grouping.rows;
        let (first_member, members) = members(&of, rows.len(), shallow);
        Ok(Self { of: Arc::new(of), rows, names: Arc::new(grouping.interned.texts), first_member, members })
    }

    /// The same classes with only those members that pass, and their bytes; what the classes of
    /// nodes are is shared. 4 bytes a member that passes.
    pub(super) fn narrowed(&self, shallow: &WideColumn, passes: impl Fn(NodeIx) -> bool) -> Self {
        let members = self.members.iter().copied().filter(|&node| passes(node));
        let (first_member, members) =
            group_by(self.rows.len(), members.map(|node| (self.of(node).ix(), node)));
        let mut rows = self.rows.clone();
        for row in &mut rows {
            row.shallow = 0;
        }
        for &node in &members {
            let row = &mut rows[self.of(node).ix()];
            row.shallow = row.shallow.saturating_add(shallow.get(node.ix()));
        }
        Self { of: Arc::clone(&self.of), rows, names: Arc::clone(&self.names), first_member, members }
    }

    /// Whether the node counts among the members of its class: it has a size, and passes what they
    /// are narrowed to. Cost: a binary search.
    pub fn is_member(&self, node: NodeIx) -> bool {
        self.members(self.of(node)).binary_search(&node).is_ok()
    }

    /// How many classes there are, those without members included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The node's class.
    #[inline]
    pub fn of(&self, node: NodeIx) -> ClassIx {
        self.of[node.ix()]
    }

    /// The class's name, as the Constructor column shows it (not yet safe for a terminal).
    pub fn name(&self, class: ClassIx) -> &str {
        &self.names[self.rows[class.ix()].name as usize]
    }

    /// DevTools' key of the class: `script,line,column,name`, or `,name` where no place is known.
    pub fn key(&self, class: ClassIx) -> String {
        let name = self.name(class);
        match self.rows[class.ix()].place {
            Some((script, line, column)) => format!("{script},{line},{column},{name}"),
            None => format!(",{name}"),
        }
    }

    /// Where the class's objects are made, counted from 0: script id, line, column.
    pub fn place(&self, class: ClassIx) -> Option<(u32, u32, u32)> {
        self.rows[class.ix()].place
    }

    /// The class's nodes of non-zero size, in file order.
    pub fn members(&self, class: ClassIx) -> &[NodeIx] {
        &self.members[self.first_member[class.ix()] as usize..self.first_member[class.ix() + 1] as usize]
    }

    /// How many members the class has.
    pub fn count(&self, class: ClassIx) -> usize {
        self.members(class).len()
    }

    /// The members' shallow sizes together.
    pub fn shallow(&self, class: ClassIx) -> u64 {
        self.rows[class.ix()].shallow
    }

    /// The classes that have members, in no order that means anything.
    pub fn with_members(&self) -> impl Iterator<Item = ClassIx> + '_ {
        (0..self.len() as u32).map(ClassIx).filter(|&class| self.count(class) > 0)
    }

    /// How many nodes are members of any class.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }
}

/// Member lists by class, of the nodes that have a size.
fn members(of: &[ClassIx], classes: usize, shallow: &WideColumn) -> (Vec<u32>, Vec<NodeIx>) {
    let nodes = of.iter().zip(0u32..).map(|(class, node)| (class.ix(), NodeIx(node)));
    group_by(classes, nodes.filter(|(_, node)| shallow.get(node.ix()) != 0))
}

/// Finds each node's class, making classes as they come.
struct Grouping<'a> {
    heap: &'a Heap,
    names: &'a Names,
    interned: Interned,
    by_kind: [Option<u32>; 256],
    /// One past the name made of each string; 0 where none is yet.
    by_string: Vec<u32>,
    by_renamed: FxHashMap<StrIx, u32>,
    interfaces: Vec<u32>,
    matcher: Matcher<'a>,
    plain: NameTest<'a, fn(&Heap, StrIx) -> bool>,
    by_name: Vec<Option<ClassIx>>,
    by_place: FxHashMap<(Place, u32), ClassIx>,
    /// The places of nodes still to come.
    places: &'a [Location],
    rows: Vec<Row>,
}

impl<'a> Grouping<'a> {
    fn new(heap: &'a Heap, names: &'a Names, definitions: &'a Definitions) -> Self {
        let mut interned = Interned::default();
        let interfaces = definitions.iter().map(|definition| interned.intern(&definition.name)).collect();
        Self {
            heap,
            names,
            interned,
            by_kind: [None; 256],
            by_string: vec![0; heap.strings().len()],
            by_renamed: FxHashMap::default(),
            interfaces,
            matcher: Matcher::new(definitions),
            plain: NameTest::new(heap, |heap, name| heap.strings().is(name, "Object")),
            by_name: Vec::new(),
            by_place: FxHashMap::default(),
            places: heap.locations().rows(),
            rows: Vec::new(),
        }
    }

    /// The class of `node`; nodes must come in order.
    fn class(&mut self, node: NodeIx) -> ClassIx {
        let name = self.name(node);
        let place = self.place(node);
        let next = ClassIx(self.rows.len() as u32);
        let class = match place {
            Some(place) => *self.by_place.entry((place, name)).or_insert(next),
            None => *slot(&mut self.by_name, name).get_or_insert(next),
        };
        if class == next {
            self.rows.push(Row { name, place, shallow: 0 });
        }
        class
    }

    /// Where the object was made; closures and everything else are not split by place.
    fn place(&mut self, node: NodeIx) -> Option<Place> {
        while let Some((_, rest)) = self.places.split_first().filter(|(at, _)| at.node < node) {
            self.places = rest;
        }
        let at = self.places.first().filter(|at| at.node == node)?;
        (self.heap.kind(node) == NodeKind::OBJECT).then_some((at.script_id, at.line, at.column))
    }

    fn name(&mut self, node: NodeIx) -> u32 {
        match self.heap.kind(node) {
            NodeKind::OBJECT if self.plain.holds(self.heap.name(node)) => {
                match self.matcher.best(self.heap, node) {
                    Some(definition) => self.interfaces[definition as usize],
                    None => self.by_string(node),
                }
            }
            NodeKind::OBJECT | NodeKind::NATIVE => self.by_string(node),
            kind => self.by_kind(kind),
        }
    }

    fn by_kind(&mut self, kind: NodeKind) -> u32 {
        if let Some(known) = self.by_kind[kind.0 as usize] {
            return known;
        }
        let name = match kind {
            NodeKind::HIDDEN => self.interned.intern("(system)"),
            NodeKind::CODE => self.interned.intern("(compiled code)"),
            NodeKind::CLOSURE => self.interned.intern("Function"),
            NodeKind::REGEXP => self.interned.intern("RegExp"),
            other => self.interned.intern(&format!("({})", self.heap.kind_names().node(other))),
        };
        *self.by_kind[kind.0 as usize].insert(name)
    }

    fn by_string(&mut self, node: NodeIx) -> u32 {
        let string = self.heap.name(node);
        let is_renamed = self.names.is_renamed(node);
        let known = match self.by_string[string.ix()].checked_sub(1) {
            _ if is_renamed => self.by_renamed.get(&string).copied(),
            known => known,
        };
        known.unwrap_or_else(|| self.intern(node, string, is_renamed))
    }

    fn intern(&mut self, node: NodeIx, string: StrIx, is_renamed: bool) -> u32 {
        let name = self.interned.intern(without_attributes(&self.names.raw(self.heap, node)).as_ref());
        if is_renamed {
            self.by_renamed.insert(string, name);
        } else {
            self.by_string[string.ix()] = name + 1;
        }
        name
    }
}

fn slot(slots: &mut Vec<Option<ClassIx>>, at: u32) -> &mut Option<ClassIx> {
    let at = at as usize;
    if slots.len() <= at {
        slots.resize(at + 1, None);
    }
    &mut slots[at]
}

/// `<div class="row">` and `Detached <div …>` are called by their tag alone.
fn without_attributes(name: &str) -> std::borrow::Cow<'_, str> {
    let from = if name.starts_with('<') {
        0
    } else if name.starts_with("Detached <") {
        "Detached <".len()
    } else {
        return name.into();
    };
    match name[from..].find(' ') {
        Some(blank) => format!("{}>", &name[..from + blank]).into(),
        None => name.into(),
    }
}

/// Distinct class names.
#[derive(Default)]
struct Interned {
    by_text: FxHashMap<String, u32>,
    texts: Vec<String>,
}

impl Interned {
    fn intern(&mut self, text: &str) -> u32 {
        if let Some(&known) = self.by_text.get(text) {
            return known;
        }
        let name = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.by_text.insert(text.to_owned(), name);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::Analysis, heap::fixture::heap};

    #[test]
    fn classes_are_named_by_type_and_name() {
        let known = Analysis::complete(heap(
            "0!synthetic>1 1:1=Foo 2:1!closure=f 3:1!string=text 4:1!code 5:1!hidden 6:1!regexp=x 7:1!native=<div~id=x> 8:1!object~shape",
        ));
        let names: Vec<_> =
            known.heap.nodes().map(|node| known.classes.name(known.classes.of(node))).collect();
        assert_eq!(
            names,
            [
                "(synthetic)",
                "Foo",
                "Function",
                "(string)",
                "(compiled code)",
                "(system)",
                "RegExp",
                "<div>",
                "(object shape)"
            ]
        );
    }

    #[test]
    fn a_node_without_a_size_is_no_member() {
        let known = Analysis::complete(heap("0!synthetic>1,2,3 1:16=Foo 2=Foo 3:8=Foo"));
        let foo = known.classes.of(NodeIx(1));
        assert_eq!(known.classes.members(foo), [NodeIx(1), NodeIx(3)]);
        assert_eq!(known.classes.shallow(foo), 24);
        assert_eq!(known.classes.key(foo), ",Foo");
    }

    #[test]
    fn a_tag_loses_its_attributes() {
        assert_eq!(without_attributes("<td class=\"a b\">"), "<td>");
        assert_eq!(without_attributes("Detached <td class=\"a\">"), "Detached <td>");
        assert_eq!(without_attributes("<td>"), "<td>");
        assert_eq!(without_attributes("Detached HTMLElement x"), "Detached HTMLElement x");
    }
}
