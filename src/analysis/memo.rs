//! A question about names, asked once a distinct string.

use fixedbitset::FixedBitSet;

use crate::heap::{Heap, StrIx};

/// Remembers the yes or no of each string: two bits a string.
pub(super) struct NameTest<'a, F> {
    heap: &'a Heap,
    test: F,
    asked: FixedBitSet,
    yes: FixedBitSet,
}

impl<'a, F: Fn(&Heap, StrIx) -> bool> NameTest<'a, F> {
    pub(super) fn new(heap: &'a Heap, test: F) -> Self {
        let strings = heap.strings().len();
        Self {
            heap,
            test,
            asked: FixedBitSet::with_capacity(strings),
            yes: FixedBitSet::with_capacity(strings),
        }
    }

    /// Whether the string passes.
    #[inline]
    pub(super) fn holds(&mut self, name: StrIx) -> bool {
        if !self.asked.put(name.ix()) {
            self.yes.set(name.ix(), (self.test)(self.heap, name));
        }
        self.yes.contains(name.ix())
    }
}
