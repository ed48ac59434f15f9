//! What can be asked of a node.

use std::borrow::Cow;

use fixedbitset::FixedBitSet;

use super::{Holder, Pattern, Range};
use crate::{
    analysis::{
        Analysis, Distance,
        memo::NameTest,
        native_context::{NativeContexts, Owner},
        strings::duplicates,
    },
    heap::{ClassIx, Detachedness, EdgeKind, Heap, NodeId, NodeIx, NodeKind, StrIx},
    job::{Cancelled, Job},
};

/// A question about a node.
#[derive(Clone, Debug)]
pub enum Test {
    /// Its class is called so.
    Class(Pattern),
    /// The row it stands in is called so; where nobody took that out, as [`Test::Name`].
    Text(Pattern),
    /// It is shown under such a name.
    Name(Pattern),
    /// The file gives it this type.
    Type(String),
    /// Its own bytes.
    Shallow(Range),
    /// The bytes it keeps.
    Retained(Range),
    /// Its steps from a root of the program.
    Distance(Range),
    /// Its id: what was allocated between two snapshots.
    Id(Range),
    /// It refers to something by that name, as property, variable or internal slot.
    Has(String),
    /// The program made it, not V8 for itself.
    UserLand,
    /// It is a DOM node out of every document.
    Detached,
    /// No way from a root leads to it.
    Unreachable,
    /// It lives by these holders alone.
    RetainedBy(Holder),
    /// It is a string of which there are copies.
    DuplicateStrings,
    /// It belongs to that realm.
    NativeContext(Realm),
}

/// A realm, or none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Realm {
    /// That of the native context with this id.
    Of(NodeId),
    /// Several.
    Shared,
    /// None.
    Unattributed,
}

/// A test whose graph-wide part is done: asks a node at a time.
pub(super) enum Ready<'a> {
    Node(Box<dyn Fn(NodeIx) -> bool + Sync + 'a>),
    Classes(FixedBitSet),
    Nodes(FixedBitSet),
}

impl Ready<'_> {
    #[inline]
    pub(super) fn passes(&self, known: &Analysis, node: NodeIx) -> bool {
        match self {
            Self::Node(asks) => asks(node),
            Self::Classes(classes) => classes.contains(known.classes.of(node).ix()),
            Self::Nodes(nodes) => nodes.contains(node.ix()),
        }
    }
}

impl Test {
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Does what can be done once for all nodes.
    pub(super) fn ready<'a>(&'a self, known: &'a Analysis, job: &Job) -> Result<Ready<'a>, Cancelled> {
        let heap = &*known.heap;
        Ok(match self {
            Self::Class(pattern) => Ready::Classes(classes(known, pattern)),
            Self::Text(pattern) | Self::Name(pattern) => {
                by_node(|node| pattern.fits(&known.names.text(heap, node)))
            }
            Self::Type(name) => by_node(move |node| heap.kind_names().node(heap.kind(node)) == name),
            Self::Shallow(range) => by_node(|node| range.contains(known.shallow(node))),
            Self::Retained(range) => {
                by_node(|node| known.retained(node).is_some_and(|bytes| range.contains(bytes)))
            }
            Self::Distance(range) => by_node(|node| {
                let steps = known.distance(node).and_then(Distance::steps);
                steps.is_some_and(|steps| range.contains(u64::from(steps)))
            }),
            Self::Id(range) => by_node(|node| range.contains(heap.id(node).0)),
            Self::Has(name) => Ready::Nodes(having(heap, name, job)?),
            Self::UserLand => by_node(|node| is_user_land(heap, node)),
            Self::Detached => by_node(|node| known.names.detachedness(node) == Detachedness::Detached),
            Self::Unreachable => by_node(|node| known.distance(node) == Some(Distance::NEVER)),
            Self::RetainedBy(holder) => {
                let without = holder.without(known, job)?;
                by_node(move |node| {
                    !without.contains(node.ix()) && known.distance(node) != Some(Distance::NEVER)
                })
            }
            Self::DuplicateStrings => {
                let mut nodes = FixedBitSet::with_capacity(heap.node_count());
                let groups = duplicates::find(known, job)?;
                nodes.extend(groups.iter().flat_map(|group| &group.nodes).map(|node| node.ix()));
                Ready::Nodes(nodes)
            }
            Self::NativeContext(realm) => {
                let found = NativeContexts::find(heap, job)?;
                let realm = *realm;
                by_node(move |node| realm.owns(heap, found.of(node)))
            }
        })
    }
}

impl Realm {
    fn owns(self, heap: &Heap, owner: Owner) -> bool {
        match (self, owner) {
            (Self::Of(id), Owner::One(context)) => heap.id(context) == id,
            (Self::Shared, Owner::Several) | (Self::Unattributed, Owner::Nobody) => true,
            _ => false,
        }
    }
}

fn by_node<'a>(asks: impl Fn(NodeIx) -> bool + Sync + 'a) -> Ready<'a> {
    Ready::Node(Box::new(asks))
}

fn classes(known: &Analysis, pattern: &Pattern) -> FixedBitSet {
    let classes = &known.classes;
    let all = (0..classes.len() as u32).map(ClassIx);
    let mut fitting = FixedBitSet::with_capacity(classes.len());
    fitting.extend(all.filter(|&class| pattern.fits(classes.name(class))).map(ClassIx::ix));
    fitting
}

/// The nodes with a field of that name.
fn having(heap: &Heap, name: &str, job: &Job) -> Result<FixedBitSet, Cancelled> {
    job.phase("looking at fields", "nodes", heap.node_count());
    let mut is_named =
        NameTest::new(heap, |heap: &Heap, text: StrIx| heap.strings().text(text) == Cow::Borrowed(name));
    let mut found = FixedBitSet::with_capacity(heap.node_count());
    for node in heap.nodes() {
        if node.0 & 0xFFFF == 0 {
            job.tick(0x1_0000)?;
        }
        let mut fields = heap.edges(node).filter(|edge| is_field(edge.kind));
        if fields.any(|edge| is_named.holds(StrIx(edge.name_or_index))) {
            found.insert(node.ix());
        }
    }
    Ok(found)
}

/// Whether such an edge is a field: a property, variable or internal slot.
pub(in crate::analysis) fn is_field(kind: EdgeKind) -> bool {
    matches!(kind, EdgeKind::PROPERTY | EdgeKind::CONTEXT | EdgeKind::INTERNAL)
}

/// Whether the program made the node: an object, function, string or DOM node rather than code,
/// shapes, backing stores and what V8 or Node keep for themselves.
fn is_user_land(heap: &Heap, node: NodeIx) -> bool {
    let is_internal_kind = matches!(
        heap.kind(node),
        NodeKind::HIDDEN | NodeKind::ARRAY | NodeKind::CODE | NodeKind::SYNTHETIC | NodeKind::OBJECT_SHAPE
    );
    let raw = heap.strings().raw(heap.name(node));
    let is_internal_name = || raw.starts_with(b"system / ") || raw.starts_with(b"Node / ");
    !is_internal_kind && (heap.kind(node).is_string() || !is_internal_name())
}
