//! Typed positions, so that a node can never be used where an edge is meant.
//!
//! An `…Ix` is a position in one file and means nothing in another. [`NodeId`] is V8's `@id`,
//! which stays with an object across the snapshots of one process. [`super::Heap::id`] and
//! [`super::Heap::find`] convert between the two.

use std::fmt;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as an index into a column.
            #[inline]
            pub const fn ix(self) -> usize {
                self.0 as usize
            }

            /// The position at `index`, or `None` where it does not fit 32 bits.
            pub fn new(index: usize) -> Option<Self> {
                u32::try_from(index).ok().map(Self)
            }
        }
    };
}

index! {
    /// Position of a node in one file's node table (DevTools: "ordinal").
    NodeIx
}
index! {
    /// Position of an edge in one file's edge table.
    EdgeIx
}
index! {
    /// Position in one file's string table.
    StrIx
}
index! {
    /// Position of a class among the classes of one heap.
    ClassIx
}

/// V8's own number of an object, the `@12345` of the screen: odd for JavaScript objects, even
/// for native ones, kept for the life of the object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct NodeId(pub u64);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0)
    }
}
