//! On what pages does the memory of long columns lie?
//!
//! Graph walks jump all over columns of many megabytes. On pages of 4 KiB each jump also
//! misses the processor's table of pages, and filling a column enters the kernel once a page;
//! where the kernel offers pages of 2 MiB on request, both nearly vanish. This allocator is the
//! system's own and asks for them wherever an allocation holds whole large pages, so that
//! nothing takes more memory than before; of 32 MiB and more it asks for the last page as well, be
//! it full or not, for the kernel moves in one piece only what is advised as one, and else each
//! growth were a copy. What is long is asked for in whole large pages of addresses, which are
//! not memory until touched: Linux then begins it at one. The kernel may ignore all this; other
//! systems than Linux are not asked.
//!
//! Nor, for less than 96 MiB, are virtual machines that give free memory back to their host (a
//! balloon with free page reporting): what is free in large pages there has just been given back,
//! and the host fetches it anew when it is touched; small pages are mostly still there. For a heap
//! of 474 MB, read after another program had used 2.5 GB, the kernel took 1.1 to 1.4 s with large
//! pages and 0.4 s with small ones.
//!
//! This file is one of four with `unsafe` in them: an allocator cannot be written without.

#![allow(unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fs,
    sync::OnceLock,
};

/// Bytes of a large page.
const LARGE: usize = 2 << 20;
/// Bytes of a column that small pages at hand cannot hold: it is fetched from the host in any case.
const VAST: usize = 96 << 20;
/// Bytes beside which the rest of a large page is little.
const LONG: usize = 16 * LARGE;
/// Bytes that an allocation may have.
const LONGEST: usize = isize::MAX as usize;
/// More than what the system's allocator puts around an allocation that it maps.
const HEAD: usize = 32;

/// The system's allocator, with large pages for what is long.
pub(crate) struct LargePages;

// SAFETY: every call is handed to the system's allocator, asking for no less than the caller
// does, and what that answers is handed back unchanged; the advice in between touches no byte of
// it. The system's allocator knows by itself how long what it frees or moves is.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the system allocator's.
        advised(unsafe { System.alloc(whole(layout)) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        advised(unsafe { System.alloc_zeroed(whole(layout)) }, layout.size())
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        advised(unsafe { System.realloc(start, layout, whole_size(size)) }, size)
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(start, layout) }
    }
}

/// Has what is long mapped apart from now on, so that whoever frees it holds nobody up. glibc, once something
/// long has been freed, places up to 32 MiB among the short pieces; what is free there at the end it gives back
/// under a lock for which every thread waits that allocates there, 0.2 s for the columns of a sort.
pub(crate) fn map_apart() {
    #[cfg(target_env = "gnu")]
    // SAFETY: both may be set at any time, and are but numbers. Where they are refused all stays as it was.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 4 << 20);
    }
}

/// No less than `size`: of what is long, so much that with its head it fills large pages.
#[inline]
fn whole_size(size: usize) -> usize {
    match size.checked_add(HEAD + LARGE) {
        Some(..=LONGEST) if size >= LARGE => (size + HEAD).next_multiple_of(LARGE) - HEAD,
        _ => size,
    }
}

#[inline]
fn whole(layout: Layout) -> Layout {
    // What cannot be a layout is left to fail as it is.
    Layout::from_size_align(whole_size(layout.size()), layout.align()).unwrap_or(layout)
}

/// Asks for large pages where `size` bytes from `start`, if any, and their head cover them whole; of
/// what is longer, to the end of what the system was asked for.
#[inline]
fn advised(start: *mut u8, size: usize) -> *mut u8 {
    if size >= LARGE && !start.is_null() {
        let end = match size {
            LONG.. => start.addr() + whole_size(size),
            _ => (start.addr() + size) / LARGE * LARGE,
        };
        let begin = (start.addr() - HEAD).next_multiple_of(LARGE);
        if begin < end {
            advise(start.with_addr(begin), end - begin);
        }
    }
    start
}

#[cold]
fn advise(begin: *mut u8, size: usize) {
    static GIVEN_BACK: OnceLock<bool> = OnceLock::new();
    // What this asks for itself is short, so that it does not come here again.
    if size < VAST && *GIVEN_BACK.get_or_init(gives_free_memory_back) {
        return;
    }
    // SAFETY: the range lies inside one live allocation and the few bytes before it. The advice
    // changes how the kernel backs these addresses, neither what they hold nor who may use them.
    unsafe { libc::madvise(begin.cast(), size, libc::MADV_HUGEPAGE) };
}

/// Whether a memory balloon reports free pages to the host: bit 5 of what it agreed to (virtio 1.2,
/// section 5.5.3, `VIRTIO_BALLOON_F_PAGE_REPORTING`).
fn gives_free_memory_back() -> bool {
    let Ok(devices) = fs::read_dir("/sys/bus/virtio/drivers/virtio_balloon") else { return false };
    let mut agreed = devices.flatten().filter_map(|device| fs::read(device.path().join("features")).ok());
    agreed.any(|bits| bits.get(5) == Some(&b'1'))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_long_column_holds_what_it_is_given_while_it_grows() {
        let mut column = vec![0u32; 3 << 20];
        assert!(column.iter().all(|&number| number == 0));
        column.extend(0..3 << 20);
        column.shrink_to(3 << 20);
        assert_eq!(
            column.iter().map(|&number| u64::from(number)).sum::<u64>(),
            (3 << 20) * ((3 << 20) - 1) / 2
        );
    }
}
