//! Orders: how rows are sorted, and counting sorts over positions.
//!
//! Names compare by UTF-16 code unit, as JavaScript does. Ties fall to the position in the
//! table, so that every order is total and the same each time.

use std::cmp::Ordering;

use rayon::slice::ParallelSliceMut as _;

use crate::{
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// By what a list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum By {
    /// The name shown: of a class, of an object, of an edge.
    Name,
    /// `@id`.
    Id,
    /// Steps from a root.
    Distance,
    /// How many members, for classes.
    Count,
    /// Shallow size.
    Shallow,
    /// Retained size.
    Retained,
}

/// A column and a direction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sort<B = By> {
    /// The column.
    pub by: B,
    /// Largest first.
    pub descending: bool,
}

impl<B: Copy> Sort<B> {
    /// Smallest first.
    pub const fn ascending(by: B) -> Self {
        Self { by, descending: false }
    }

    /// Largest first.
    pub const fn descending(by: B) -> Self {
        Self { by, descending: true }
    }

    /// A key turned round if the sort is descending.
    pub(super) fn turned(self, key: u64) -> u64 {
        if self.descending { !key } else { key }
    }

    /// The order turned round if the sort is descending.
    pub fn apply(self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }
}

/// Compares text as JavaScript does: by UTF-16 unit, so that U+FF5E comes after U+1F600.
pub fn compare_text(a: &str, b: &str) -> Ordering {
    // Bytes order like units, save where one side has a surrogate pair and the other U+E000 up.
    match a.bytes().zip(b.bytes()).position(|(a, b)| a != b) {
        None => a.len().cmp(&b.len()),
        Some(at) if a.as_bytes()[at].max(b.as_bytes()[at]) < 0xEE => a.as_bytes()[at].cmp(&b.as_bytes()[at]),
        Some(_) => a.encode_utf16().cmp(b.encode_utf16()),
    }
}

/// Rows sorted between two looks at whether to go on.
const PIECE: usize = 1 << 16;

/// Sorts rows, keeping those that compare equal in their order, and stops when asked: in pieces,
/// then neighbours merged. The standard library's sort finds the two runs it is given.
///
/// # Errors
///
/// [`Cancelled`]; the rows are then in some order.
pub fn sort_by<T>(
    rows: &mut [T],
    job: &Job,
    mut compare: impl FnMut(&T, &T) -> Ordering,
) -> Result<(), Cancelled> {
    for piece in rows.chunks_mut(PIECE) {
        job.tick(0)?;
        piece.sort_by(&mut compare);
    }
    let mut sorted = PIECE;
    while sorted < rows.len() {
        for pair in rows.chunks_mut(2 * sorted).filter(|pair| pair.len() > sorted) {
            job.tick(0)?;
            pair.sort_by(&mut compare);
        }
        sorted *= 2;
    }
    Ok(())
}

/// Sorts rows by two numbers each, keeping those that have the same in their order: on all cores,
/// and with each row moved once. Holds 24 bytes a row meanwhile.
///
/// # Errors
///
/// [`Cancelled`]; the rows are then as they were.
pub(super) fn sort_by_keys<T: Copy>(
    rows: &mut [T],
    job: &Job,
    key: impl Fn(&T) -> (u64, u64),
) -> Result<(), Cancelled> {
    let mut keys = keys(rows, job, key)?;
    keys.par_sort_unstable();
    job.tick(0)?;
    let sorted: Vec<T> = keys.iter().map(|&(.., at)| rows[at as usize]).collect();
    rows.copy_from_slice(&sorted);
    Ok(())
}

/// The first `most` rows in that order, one at least. Linear in the rows, and holds twice as many as it answers.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub(super) fn first_by_keys<T: Copy>(
    rows: impl Iterator<Item = T>,
    most: usize,
    job: &Job,
    key: impl Fn(&T) -> (u64, u64),
) -> Result<Vec<T>, Cancelled> {
    let most = most.max(1);
    let mut best: Vec<((u64, u64, u32), T)> = Vec::with_capacity(2 * most);
    let mut worst = (u64::MAX, u64::MAX, u32::MAX);
    for (at, row) in rows.enumerate() {
        if at % PIECE == 0 {
            job.tick(0)?;
        }
        let (first, second) = key(&row);
        let key = (first, second, at as u32);
        if key > worst {
            continue;
        }
        best.push((key, row));
        if best.len() == 2 * most {
            worst = best.select_nth_unstable_by_key(most - 1, |(key, _)| *key).1.0;
            best.truncate(most);
        }
    }
    best.sort_unstable_by_key(|(key, _)| *key);
    best.truncate(most);
    Ok(best.into_iter().map(|(_, row)| row).collect())
}

/// The keys of all rows, each with its row's place.
fn keys<T>(rows: &[T], job: &Job, key: impl Fn(&T) -> (u64, u64)) -> Result<Vec<(u64, u64, u32)>, Cancelled> {
    let mut keys = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        if at % PIECE == 0 {
            job.tick(0)?;
        }
        let (first, second) = key(row);
        keys.push((first, second, at as u32));
    }
    Ok(keys)
}

/// Groups nodes by a key below `keys`, each group in the order given: where each group starts
/// (one more entry than keys), and the groups one after the other.
pub(super) fn group_by(
    keys: usize,
    nodes: impl Iterator<Item = (usize, NodeIx)> + Clone,
) -> (Vec<u32>, Vec<NodeIx>) {
    let mut first = vec![0u32; keys + 1];
    nodes.clone().for_each(|(key, _)| first[key + 1] += 1);
    for key in 0..keys {
        first[key + 1] += first[key];
    }
    let mut grouped = vec![NodeIx(0); first[keys] as usize];
    // `first[key]` runs to the group's end while filling, and is moved back by one afterwards.
    for (key, node) in nodes {
        grouped[first[key] as usize] = node;
        first[key] += 1;
    }
    first.rotate_right(1);
    first[0] = 0;
    (first, grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_compares_by_utf16_unit() {
        let mut texts = ["b", "\u{1F600}", "a", "\u{FF5E}", "", "é", "ab"];
        texts.sort_by(|a, b| compare_text(a, b));
        assert_eq!(texts, ["", "a", "ab", "b", "é", "\u{1F600}", "\u{FF5E}"]);
    }

    #[test]
    fn many_rows_are_sorted_as_few_are_and_equal_ones_stay() {
        let mut rows: Vec<(u32, u32)> =
            (0..5 * PIECE as u32 / 2).map(|at| (at.wrapping_mul(2_654_435_761) % 1000, at)).collect();
        let mut expected = rows.clone();
        expected.sort_by_key(|row| row.0);
        sort_by(&mut rows, &Job::default(), |a, b| a.0.cmp(&b.0)).expect("nobody cancels");
        assert!(rows == expected);
        let job = Job::default();
        job.cancel();
        assert_eq!(sort_by(&mut rows, &job, Ord::cmp), Err(Cancelled));
    }

    #[test]
    fn the_first_by_two_numbers_are_those_that_sorting_puts_first() {
        let mut rows: Vec<(u64, u64, usize)> =
            (0..100).map(|at| (at * 7 % 5, at * 3 % 4, at as usize)).collect();
        let (job, key) = (Job::default(), |row: &(u64, u64, usize)| (row.0, row.1));
        let first = |most| first_by_keys(rows.iter().copied(), most, &job, key).expect("nobody cancels");
        let found = [first(1), first(17), first(100), first(1000)];
        sort_by_keys(&mut rows, &job, key).expect("nobody cancels");
        for (found, most) in found.iter().zip([1, 17, 100, 100]) {
            assert_eq!(found, &rows[..most]);
        }
        assert!(rows.is_sorted(), "equal ones stay in order");
    }

    #[test]
    fn groups_keep_their_order() {
        let nodes = [(2, NodeIx(5)), (0, NodeIx(1)), (2, NodeIx(3))];
        let (first, grouped) = group_by(3, nodes.into_iter());
        assert_eq!(first, [0, 1, 1, 3]);
        assert_eq!(grouped, [NodeIx(1), NodeIx(5), NodeIx(3)]);
    }
}
