//! Long columns on large pages.
//!
//! Graph walks jump all over columns of many megabytes. On pages of 4 KiB each jump also
//! misses the processor's table of pages, and filling a column enters the kernel once a page;
//! where the kernel offers pages of 2 MiB on request, both nearly vanish. Only whole large pages
//! inside a column are asked for, so no column takes more memory than before. The one unsafe
//! call is advice that the kernel may ignore; other systems than Linux are not asked.

/// `len` zeros.
pub fn zeros(len: usize) -> Vec<u32> {
    let column = vec![0; len];
    advise(column.as_ptr(), len);
    column
}

/// `len` times the same.
pub fn filled<T: Copy>(value: T, len: usize) -> Vec<T> {
    let mut column = with_capacity(len);
    column.resize(len, value);
    column
}

/// Nothing yet, with room for `len`.
pub fn with_capacity<T>(len: usize) -> Vec<T> {
    let column = Vec::with_capacity(len);
    advise(column.as_ptr(), len);
    column
}

/// Asks for large pages where `len` items from `start` cover them whole.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn advise<T>(start: *const T, len: usize) {
    const LARGE: usize = 2 << 20;
    let end = (start.addr() + len * size_of::<T>()) / LARGE * LARGE;
    let begin = start.addr().next_multiple_of(LARGE);
    if begin < end {
        // SAFETY: the range lies inside one live allocation. The advice changes how the kernel
        // backs these addresses, neither what they hold nor who may use them.
        unsafe { libc::madvise(start.with_addr(begin).cast_mut().cast(), end - begin, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise<T>(_: *const T, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_on_large_pages_holds_what_any_vector_does() {
        let len = (5 << 20) / 4;
        assert!(zeros(len).iter().all(|&number| number == 0));
        assert_eq!(filled(7u64, len), vec![7; len]);
        assert!(with_capacity::<u8>(len).capacity() >= len);
    }
}
