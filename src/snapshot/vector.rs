//! Reading numbers with the vectors of the processor this runs on.
//!
//! With AVX2 a mask of 64 bytes takes two comparisons, and four numbers are spelled at once:
//! pairs, fours and eights of digits by three multiplications for all of them. Chosen while
//! running, once a window. Measured on an AMD EPYC against the portable way in
//! [`super::numbers`]: half the time. Elsewhere the portable way is taken. The one unsafe call
//! is that into the code which needs what was asked for just before.

use super::numbers::{self, Ends, MOST, Window};

/// See [`numbers::window_numbers`].
#[inline]
pub(super) fn window_numbers(
    window: &Window,
    ends: &mut Ends,
    out: &mut [u64; MOST],
) -> Option<(usize, usize)> {
    #[cfg(target_arch = "x86_64")]
    if avx2::is_here() {
        #[allow(unsafe_code)]
        // SAFETY: the processor has what the function is compiled for.
        return unsafe { avx2::window_numbers(window, ends, out) };
    }
    portable(window, ends, out)
}

fn portable(window: &Window, ends: &mut Ends, out: &mut [u64; MOST]) -> Option<(usize, usize)> {
    numbers::window_numbers(window, ends, out, numbers::marks, numbers::spell)
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi64, _mm256_cmpeq_epi8, _mm256_extract_epi64, _mm256_madd_epi16,
        _mm256_maddubs_epi16, _mm256_max_epu8, _mm256_movemask_epi8, _mm256_mul_epu32, _mm256_set_epi64x,
        _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_sllv_epi64,
        _mm256_srli_epi64, _mm256_xor_si256,
    };

    use super::super::numbers::{self, Ends, LANES, MOST, Marks, Window};

    pub(super) fn is_here() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt")
    }

    #[target_feature(enable = "avx2,bmi1,popcnt")]
    pub(super) fn window_numbers(
        window: &Window,
        ends: &mut Ends,
        out: &mut [u64; MOST],
    ) -> Option<(usize, usize)> {
        numbers::window_numbers(
            window,
            ends,
            out,
            |block| marks(block),
            |digits, shifts| spell(digits, shifts),
        )
    }

    /// See [`numbers::marks`].
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn marks(block: &[u8; 64]) -> Marks {
        let (words, _) = block.as_chunks::<8>();
        // Written out: what is generic would not be compiled for these instructions.
        let word = |at: usize| u64::from_le_bytes(words[at]);
        let low = four([word(0), word(1), word(2), word(3)]);
        let high = four([word(4), word(5), word(6), word(7)]);
        Marks {
            others: both(others(low), others(high)),
            commas: both(equal(low, b','), equal(high, b',')),
            breaks: both(equal(low, b'\n'), equal(high, b'\n')),
            zeros: both(equal(low, b'0'), equal(high, b'0')),
        }
    }

    fn both(low: u32, high: u32) -> u64 {
        u64::from(low) | u64::from(high) << 32
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal(bytes: __m256i, byte: u8) -> u32 {
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte as i8))) as u32
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn others(bytes: __m256i) -> u32 {
        let digits = _mm256_xor_si256(bytes, _mm256_set1_epi8(0x30));
        let is_other = _mm256_cmpeq_epi8(_mm256_max_epu8(digits, _mm256_set1_epi8(10)), digits);
        _mm256_movemask_epi8(is_other) as u32
    }

    /// See [`numbers::spell`].
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn spell(digits: [u64; LANES], shifts: [u64; LANES]) -> [u64; LANES] {
        let digits = _mm256_sllv_epi64(four(digits), four(shifts));
        // In each pair of bytes, of halves, of words the lower one stands first.
        let pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(0x010A));
        let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x0001_0064));
        let high = _mm256_mul_epu32(fours, _mm256_set1_epi64x(10_000));
        let all = _mm256_add_epi64(high, _mm256_srli_epi64::<32>(fours));
        [
            _mm256_extract_epi64::<0>(all) as u64,
            _mm256_extract_epi64::<1>(all) as u64,
            _mm256_extract_epi64::<2>(all) as u64,
            _mm256_extract_epi64::<3>(all) as u64,
        ]
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn four(words: [u64; LANES]) -> __m256i {
        let [a, b, c, d] = words;
        _mm256_set_epi64x(d as i64, c as i64, b as i64, a as i64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEN: usize = size_of::<Window>();

    proptest! {
        #[test]
        fn vectors_read_what_the_portable_way_reads(
            bytes in prop::collection::vec(prop::sample::select(&b"00112233445566778899,,,,"[..]), LEN),
            odd in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..2),
            breaks in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
        ) {
            let mut text = String::from_utf8(bytes).expect("ASCII");
            while text.contains(",,") || text.contains(",0") {
                text = text.replace(",,", ",7").replace(",0", ",7");
            }
            let mut bytes = text.into_bytes();
            for at in breaks {
                let at = at.index(bytes.len() - 2);
                bytes[at..at + 2].copy_from_slice(b"\n,");
            }
            for (at, byte) in odd {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let window = bytes.first_chunk().expect("long enough");
            let (mut ends, mut out) = ([0; _], [0; MOST]);
            let (mut other_ends, mut other_out) = ([0; _], [0; MOST]);
            let found = window_numbers(window, &mut ends, &mut out);
            prop_assert_eq!(found, portable(window, &mut other_ends, &mut other_out));
            let count = found.map_or(0, |(count, _)| count);
            prop_assert_eq!(&out[..count], &other_out[..count]);
        }
    }
}
