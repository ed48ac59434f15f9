//! What the strings of the heap say: searched, counted twice, grouped by pattern, measured.
//!
//! A string's text lies in the mapped file and is read when somebody asks. V8 writes at most 1,024
//! UTF-16 units of it; [`cut`] tells where the rest is missing.

pub mod cut;
pub mod duplicates;
pub mod length;
pub mod longest;
pub mod patterns;
pub mod search;

use std::borrow::Cow;

use super::Analysis;
use crate::heap::NodeIx;

/// The strings that take memory, in file order: flat, concatenated and sliced ones with a size.
/// Those without stand for the values of numbers and the like.
pub fn all(known: &Analysis) -> Vec<NodeIx> {
    let is_string = |&node: &NodeIx| known.heap.kind(node).is_string() && known.shallow(node) != 0;
    known.heap.nodes().filter(is_string).collect()
}

/// A string's text, ropes flattened, as far as the file holds it. Foreign text.
pub fn text(known: &Analysis, node: NodeIx) -> Cow<'_, str> {
    known.names.text(&known.heap, node)
}
