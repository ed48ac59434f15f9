//! What lies outside V8's heap, of what the snapshot knows, and who holds it?
//!
//! Native nodes carry their bytes as the producer wrote them: array buffers, the text of external
//! strings, Node's and the browser's own objects. A buffer's holder is found by going up the
//! dominators, past the views and elements that merely lead to it, to the first object that alone
//! keeps it. Cost: one pass over the nodes, and the depth of the dominator tree for each buffer.

use std::{cmp::Reverse, collections::VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Analysis, holders, retainers};
use crate::heap::{ClassIx, NodeIx, NodeKind};

/// Objects and their bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// Their own bytes.
    pub size: u64,
}

impl Sum {
    fn add(&mut self, size: u64) {
        self.count += 1;
        self.size = self.size.saturating_add(size);
    }
}

/// Objects of one class, and the array buffers that each of them alone keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Those objects, the one that keeps most first; the root where several objects share buffers.
    pub objects: Vec<NodeIx>,
    /// Their buffers.
    pub buffers: Sum,
    /// The largest of these.
    pub largest: NodeIx,
}

impl Holder {
    /// The one that keeps most.
    pub fn example(&self) -> NodeIx {
        self.objects[0]
    }
}

/// What native memory is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The bytes of array buffers, WebAssembly's memories among them.
    ArrayBuffer,
    /// The text of strings that lies outside the heap.
    ExternalString,
    /// Anything else.
    Other,
}

/// What kind of native memory a node is, if any.
pub fn kind(known: &Analysis, node: NodeIx) -> Option<Kind> {
    let heap = &*known.heap;
    (heap.kind(node) == NodeKind::NATIVE).then(|| {
        if known.names.raw_is(heap, node, "system / JSArrayBufferData") {
            Kind::ArrayBuffer
        } else if known.names.raw_is(heap, node, "system / ExternalStringData") {
            Kind::ExternalString
        } else {
            Kind::Other
        }
    })
}

/// Native memory by what it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Native {
    /// The bytes of array buffers, WebAssembly's memories among them.
    pub array_buffers: Sum,
    /// The text of strings that lies outside the heap.
    pub external_strings: Sum,
    /// All other native nodes.
    pub others: Sum,
    /// Bytes that the producer says belong to no node.
    pub extra: u64,
    /// All native nodes by class, most bytes first.
    pub classes: Vec<(ClassIx, Sum)>,
    /// Who keeps the array buffers, most bytes first; empty until dominators are known.
    pub holders: Vec<Holder>,
}

impl Native {
    /// The native memory of a heap.
    pub fn of(known: &Analysis) -> Self {
        let heap = &*known.heap;
        let mut native = Self { extra: heap.extra_native_bytes(), ..Self::default() };
        let mut classes: FxHashMap<ClassIx, Sum> = FxHashMap::default();
        let mut holders: FxHashMap<NodeIx, (Sum, NodeIx)> = FxHashMap::default();
        for (node, kind) in heap.nodes().filter_map(|node| Some((node, kind(known, node)?))) {
            let size = heap.self_size(node);
            classes.entry(known.classes.of(node)).or_default().add(size);
            match kind {
                Kind::ArrayBuffer => native.array_buffers.add(size),
                Kind::ExternalString => native.external_strings.add(size),
                Kind::Other => native.others.add(size),
            }
            if let Some(holder) = holder(known, node).filter(|_| kind == Kind::ArrayBuffer) {
                let (buffers, largest) = holders.entry(holder).or_insert((Sum::default(), node));
                buffers.add(size);
                *largest = if size > heap.self_size(*largest) { node } else { *largest };
            }
        }
        native.classes = classes.into_iter().collect();
        native.classes.sort_by_key(|&(class, sum)| (Reverse(sum.size), Reverse(sum.count), class.0));
        native.holders = by_class(known, holders.into_iter().collect());
        native
    }

    /// What it is, in words: each kind, and what belongs to no object.
    pub fn parts(&self) -> [(Option<Kind>, Sum, &'static str); 4] {
        [
            (Some(Kind::ArrayBuffer), self.array_buffers, "array buffers"),
            (Some(Kind::ExternalString), self.external_strings, "text of external strings"),
            (Some(Kind::Other), self.others, "other native objects"),
            (None, Sum { count: 0, size: self.extra }, "of no object"),
        ]
    }

    /// All bytes.
    pub fn size(&self) -> u64 {
        [self.array_buffers.size, self.external_strings.size, self.others.size, self.extra]
            .into_iter()
            .fold(0, u64::saturating_add)
    }
}

/// Holders of one class together, most bytes first.
fn by_class(known: &Analysis, mut holders: Vec<(NodeIx, (Sum, NodeIx))>) -> Vec<Holder> {
    holders.sort_by_key(|&(node, (buffers, _))| (Reverse(buffers.size), node));
    let mut found: Vec<Holder> = Vec::new();
    let mut places = FxHashMap::default();
    for (example, (buffers, largest)) in holders {
        let place = *places.entry(known.classes.of(example)).or_insert_with(|| {
            found.push(Holder { objects: Vec::new(), buffers: Sum::default(), largest });
            found.len() - 1
        });
        let holder = &mut found[place];
        holder.objects.push(example);
        holder.buffers.count += buffers.count;
        holder.buffers.size = holder.buffers.size.saturating_add(buffers.size);
    }
    found.sort_by_key(|holder| (Reverse(holder.buffers.size), holder.example()));
    found
}

/// The first object above a buffer that is more than a way to it; `None` until dominators are known.
pub fn holder(known: &Analysis, buffer: NodeIx) -> Option<NodeIx> {
    let dominators = known.dominators.as_ref()?;
    let mut node = dominators.of(buffer);
    while node != known.heap.root() && is_way(known, node) {
        node = dominators.of(node);
    }
    Some(node)
}

/// Who shares a buffer: by each way up the first object that is more than a way to it, the nearest
/// first; V8's own left out. Cost: some hundred retainers at most.
pub fn sharers(known: &Analysis, buffer: NodeIx) -> Vec<NodeIx> {
    /// Farther away than behind so many nodes nobody is looked for.
    const MOST_SEEN: usize = 64;
    const FEW_EDGES: usize = 4_096;
    let mut seen = FxHashSet::from_iter([buffer]);
    let mut open = VecDeque::from([buffer]);
    let mut found = Vec::new();
    while let Some(node) = open.pop_front() {
        if !retainers::is_cheap(known, node, FEW_EDGES) {
            continue;
        }
        for way in retainers::list(known, node, false) {
            if seen.len() >= MOST_SEEN || !seen.insert(way.from) {
                continue;
            }
            match known.heap.kind(way.from) {
                _ if is_way(known, way.from) => open.push_back(way.from),
                NodeKind::NATIVE => open.push_back(way.from),
                _ if holders::noise(known, &way).is_none() => found.push(way.from),
                _ => {}
            }
        }
    }
    found
}

/// Whether a node merely leads to a buffer: the buffer object, a view of it, elements of an array.
fn is_way(known: &Analysis, node: NodeIx) -> bool {
    match known.heap.kind(node) {
        NodeKind::ARRAY | NodeKind::HIDDEN => true,
        NodeKind::OBJECT => {
            let name = known.names.raw(&known.heap, node);
            let is_view = || name.ends_with("Array") && name != "Array" && !name.contains([' ', '/']);
            matches!(&*name, "ArrayBuffer" | "SharedArrayBuffer" | "DataView" | "Buffer" | "FastBuffer")
                || is_view()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn a_buffer_is_held_by_the_first_object_that_is_no_way_to_it() {
        let known = Analysis::complete(heap(
            "0!synthetic>1 1:8=Cache>elements.2 2:16!array>element.0.3 3:8=Uint8Array>buffer.4 \
             4:8=ArrayBuffer>internal.backing_store.5 5:1000!native=system~/~JSArrayBufferData",
        ));
        let native = Native::of(&known);
        assert_eq!(native.array_buffers, Sum { count: 1, size: 1000 });
        let [holder] = native.holders.as_slice() else { panic!("one holder") };
        assert_eq!((holder.objects.as_slice(), holder.buffers.size), (&[NodeIx(1)][..], 1000));
        assert_eq!(native.size(), 1000);
    }

    #[test]
    fn what_two_objects_share_is_held_by_what_holds_both() {
        let known = Analysis::complete(heap(
            "0!synthetic>1 1=Server>a.2,b.3 2=Request>4 3=Cache>4 4=ArrayBuffer>internal.backing_store.5 \
             5:64!native=system~/~JSArrayBufferData",
        ));
        let native = Native::of(&known);
        assert_eq!((native.holders[0].example(), native.holders[0].largest), (NodeIx(1), NodeIx(5)));
        assert_eq!(sharers(&known, NodeIx(5)), [NodeIx(3), NodeIx(2)]);
    }

    #[test]
    fn views_and_v8s_own_do_not_share_a_buffer() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,6 1=Memory>buffer.4 2!synthetic=(Global~handles)>4 3=Float32Array>buffer.4 \
             4=ArrayBuffer>internal.backing_store.5 5:64!native=system~/~JSArrayBufferData 6=Module>HEAPF32.3",
        ));
        assert_eq!(sharers(&known, NodeIx(5)), [NodeIx(1), NodeIx(6)]);
    }

    #[test]
    fn native_nodes_are_told_apart_and_grouped() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3 1:10!native=Node~/~Zlib 2:20!native=Node~/~Zlib 3:7!native=system~/~ExternalStringData",
        ));
        let native = Native::of(&known);
        assert_eq!((native.others, native.external_strings.size), (Sum { count: 2, size: 30 }, 7));
        assert_eq!(native.classes[0].1, Sum { count: 2, size: 30 });
        assert!(native.holders.is_empty());
    }
}
