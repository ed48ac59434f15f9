//! How does a walk avoid waiting for memory?
//!
//! A walk over a large heap mostly waits: what it reads next lies anywhere. Where it knows early
//! what that is, it asks the processor to [`fetch`] it and goes on meanwhile. On x86-64 that is
//! one instruction, which never waits and may name any address; elsewhere the place is read,
//! which lets the processor overlap the reads at least.
//!
//! The one unsafe call is that instruction's.

/// Walks ask for what they need so many nodes later.
pub const AHEAD: usize = 16;

/// Asks for what stands at this place of the column, if it has it.
#[inline]
pub fn fetch<T: Copy>(column: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[allow(unsafe_code)]
        // SAFETY: a prefetch reads nothing, and does nothing where there is no memory; every
        // processor of this architecture has it.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(column.as_ptr().wrapping_add(at).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    std::hint::black_box(column.get(at).copied());
}
