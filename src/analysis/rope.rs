//! The text of concatenated strings.
//!
//! A program that appends in a loop builds a rope as deep as the loop is long, and DevTools shows
//! of it the first 1,024 UTF-16 units. Walking down to them from every rope would cost the square
//! of the depth. So each rope is measured once, from the leaves up: where its first half alone
//! fills the limit, or one half is empty, the rope reads as that half does. What is left of any
//! text is then at most 1,024 pieces deep. One look at each rope, 32 bytes or so each; cycles,
//! which only a damaged file has, count as empty.

use rustc_hash::FxHashMap;

use super::{names::utf16_len, strings::length::Length};
use crate::heap::{EdgeKind, Heap, NodeIx, NodeKind, StrIx};

/// Where V8 and DevTools stop flattening a rope, in UTF-16 units.
const FULL: u64 = 1024;

/// What is known of each rope.
#[derive(Debug, Default)]
pub(super) struct Ropes(FxHashMap<NodeIx, Rope>);

#[derive(Clone, Copy, Debug)]
struct Rope {
    /// Units of its text: all of it, not only what is shown.
    length: Length,
    /// A node that reads the same, itself if there is no simpler one.
    alias: NodeIx,
}

impl Ropes {
    /// Measures all ropes of the heap.
    pub(super) fn measure(heap: &Heap) -> Self {
        let mut ropes = Self::default();
        let mut open = Vec::new();
        for node in heap.nodes().filter(|&node| heap.kind(node) == NodeKind::CONCATENATED) {
            open.push(node);
            while let Some(&rope) = open.last() {
                ropes.step(heap, rope, &mut open);
            }
        }
        ropes
    }

    /// Measures a rope whose halves are, or opens its halves.
    fn step(&mut self, heap: &Heap, rope: NodeIx, open: &mut Vec<NodeIx>) {
        let halves = halves(heap, rope);
        let is_new = self.0.insert(rope, Rope { length: Length::default(), alias: rope }).is_none();
        if is_new {
            let unknown =
                |half: &NodeIx| heap.kind(*half) == NodeKind::CONCATENATED && !self.0.contains_key(half);
            let before = open.len();
            open.extend([halves.0, halves.1].into_iter().flatten().filter(unknown));
            if open.len() > before {
                return;
            }
        }
        open.pop();
        let length = |half: Option<NodeIx>| half.map_or_else(Length::default, |half| self.length(heap, half));
        let (first, second) = (length(halves.0), length(halves.1));
        let simpler = match (halves.0, halves.1) {
            (Some(half), _) if first.units >= FULL || second.units == 0 => self.alias(half),
            (_, Some(half)) if first.units == 0 => self.alias(half),
            _ => rope,
        };
        self.0.insert(rope, Rope { length: first.and(second), alias: simpler });
    }

    /// How long a string is, ropes flattened.
    pub(super) fn length(&self, heap: &Heap, node: NodeIx) -> Length {
        match heap.kind(node) {
            NodeKind::CONCATENATED => self.0.get(&node).map_or_else(Length::default, |rope| rope.length),
            _ => Length::of_flat(heap, node),
        }
    }

    fn alias(&self, node: NodeIx) -> NodeIx {
        self.0.get(&node).map_or(node, |rope| rope.alias)
    }

    /// The rope's text: its pieces from the left until 1,024 units are together; a piece is never cut.
    pub(super) fn text(&self, heap: &Heap, rope: NodeIx) -> String {
        let mut text = String::new();
        let mut units = 0;
        let mut open = vec![rope];
        while let Some(piece) = open.pop()
            && units < FULL as usize
        {
            let piece = self.alias(piece);
            if heap.kind(piece) == NodeKind::CONCATENATED {
                let (first, second) = halves(heap, piece);
                let filled = |half: &NodeIx| *half != piece && self.length(heap, *half).units > 0;
                open.extend([second, first].into_iter().flatten().filter(filled));
            } else {
                let found = heap.strings().text(heap.name(piece));
                units += utf16_len(&found);
                text.push_str(&found);
            }
        }
        text
    }
}

/// The two halves of a rope, where the file has them.
pub(super) fn halves(heap: &Heap, node: NodeIx) -> (Option<NodeIx>, Option<NodeIx>) {
    let mut halves = (None, None);
    for edge in heap.edges(node).filter(|edge| edge.kind == EdgeKind::INTERNAL) {
        let name = StrIx(edge.name_or_index);
        if halves.0.is_some() && halves.1.is_some() {
            break;
        }
        if heap.strings().is(name, "first") {
            halves.0 = Some(edge.to);
        } else if heap.strings().is(name, "second") {
            halves.1 = Some(edge.to);
        }
    }
    halves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn text(text: &str) -> String {
        let heap = heap(text);
        Ropes::measure(&heap).text(&heap, NodeIx(0))
    }

    #[test]
    fn a_rope_is_flattened_and_a_cyclic_one_ends() {
        let rope = "0!concatenated~string>internal.first.1,internal.second.2 1!string=ab 2!string=cd";
        assert_eq!(text(rope), "abcd");
        assert_eq!(text("0!concatenated~string>internal.first.0,internal.second.0"), "");
    }

    /// A rope made by appending one letter `times` times: node 0 is the whole.
    fn appended(times: usize, letter: &str) -> String {
        let leaf = times + 1;
        let ropes = (0..times)
            .map(|at| format!("{at}!concatenated~string>internal.first.{},internal.second.{leaf}", at + 1));
        let leaves = [format!("{times}!string=START"), format!("{leaf}!string={letter}")];
        ropes.chain(leaves).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_rope_of_any_depth_keeps_its_beginning() {
        let found = text(&appended(200_000, "x"));
        assert!(found.starts_with("STARTxxx") && found.len() == 1024, "{} units", found.len());
        assert_eq!(text(&appended(200_000, "")), "START", "empty pieces cost nothing");
    }

    #[test]
    fn a_short_rope_is_read_whole_and_a_piece_is_never_cut() {
        assert_eq!(text(&appended(3, "ab")), "STARTababab");
        assert_eq!(text(&appended(600, "ab")).len(), 1025);
    }

    #[test]
    fn a_doubled_rope_is_no_explosion() {
        let ropes = (0..60).map(|at| {
            let half = at + 1;
            format!("{at}!concatenated~string>internal.first.{half},internal.second.{half}")
        });
        let whole = ropes.chain(["60!string=ab".to_owned()]).collect::<Vec<_>>().join(" ");
        assert_eq!(text(&whole).len(), 1024);
    }
}
