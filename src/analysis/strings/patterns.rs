//! Strings that differ only in numbers and ids.
//!
//! A text's *pattern* is the text with `*` for what counts or names one of many: numbers, hex,
//! words of letters and digits mixed. Where even that is unique, addresses and paths are known by
//! host and ending: `https://res.cloudinary.com/…/*.jpg`. Only the beginning of a text counts.
//! Patterns are told apart by a 64-bit hash, so that none is kept but those asked for: two passes
//! over the text on all cores, 16 bytes a string.

use std::{borrow::Cow, cmp::Reverse, hash::Hasher as _};

use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use rustc_hash::FxHasher;

use crate::{
    analysis::Analysis,
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// How much of a text makes its pattern, in bytes.
const BEGINNING: usize = 160;

/// Words of letters and digits of this length are ids.
const ID: usize = 8;

/// Words of hex digits, one of them no letter, of this length are numbers.
const HEX: usize = 6;

/// Strings of one pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// The pattern; foreign text.
    pub text: String,
    /// The strings, in file order; at least two.
    pub nodes: Vec<NodeIx>,
    /// Their own bytes together.
    pub shallow: u64,
}

/// All patterns that two or more strings have, most bytes first.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn find(known: &Analysis, job: &Job) -> Result<Vec<Pattern>, Cancelled> {
    let strings = super::all(known);
    let mut found = grouped(known, keys(known, &strings, fine, job)?, fine);
    let mut taken = FixedBitSet::with_capacity(known.heap.node_count());
    taken.extend(found.iter().flat_map(|pattern| &pattern.nodes).map(|node| node.ix()));
    let lone: Vec<NodeIx> = strings.into_iter().filter(|node| !taken.contains(node.ix())).collect();
    found.extend(grouped(known, keys(known, &lone, coarse, job)?, coarse));
    found.sort_by_key(|pattern| (Reverse(pattern.shallow), pattern.nodes[0]));
    Ok(found)
}

/// Makes a pattern of a text, if it has one.
type Make = fn(&str) -> Option<String>;

/// A hash of each string's pattern; strings that have none are left out.
fn keys(
    known: &Analysis,
    strings: &[NodeIx],
    pattern: Make,
    job: &Job,
) -> Result<Vec<(u64, NodeIx)>, Cancelled> {
    job.phase("finding patterns", "strings", strings.len());
    let key = |&node: &NodeIx| {
        let mut hasher = FxHasher::default();
        hasher.write(pattern(&super::text(known, node))?.as_bytes());
        Some((hasher.finish(), node))
    };
    let chunks: Vec<Vec<_>> = strings
        .par_chunks(1 << 12)
        .map(|nodes| {
            job.tick(nodes.len())?;
            Ok(nodes.iter().filter_map(key).collect())
        })
        .collect::<Result<_, Cancelled>>()?;
    Ok(chunks.concat())
}

/// The groups of two and more; their text is made from their first member.
fn grouped(known: &Analysis, mut keyed: Vec<(u64, NodeIx)>, make: Make) -> Vec<Pattern> {
    keyed.par_sort_unstable();
    let groups = keyed.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    let pattern = |group: &[(u64, NodeIx)]| Pattern {
        text: make(&super::text(known, group[0].1)).unwrap_or_default(),
        nodes: group.iter().map(|&(_, node)| node).collect(),
        shallow: group.iter().map(|&(_, node)| known.shallow(node)).sum(),
    };
    groups.map(pattern).collect()
}

/// The beginning of a text, and whether there is more.
fn beginning(text: &str) -> (&str, bool) {
    let last = BEGINNING.min(text.len());
    let end = (0..=last).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    (&text[..end], end < text.len())
}

/// The text with `*` for numbers and ids; `None` where there are none and nothing is cut.
fn fine(text: &str) -> Option<String> {
    let (shown, cut) = beginning(text);
    let mut out = String::with_capacity(shown.len());
    for word in words(shown) {
        let goes_on = out.ends_with("*-");
        let word = if goes_on && is_group(word) { Cow::Borrowed("*") } else { generalised(word) };
        // `*-*-*` is one id.
        if word == "*" && goes_on {
            out.pop();
        } else {
            out.push_str(&word);
        }
    }
    if cut {
        out.push('…');
    }
    (out != text).then_some(out)
}

/// Whether the word is a group of a UUID, which may be of letters only.
fn is_group(word: &str) -> bool {
    matches!(word.len(), 4 | 12) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Words of ASCII letters and digits, and what lies between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// A word with `*` for what in it counts.
fn generalised(word: &str) -> Cow<'_, str> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return Cow::Borrowed(word);
    }
    let is_hex = word.len() >= HEX && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = word.len() >= ID && digits < word.len() && changes(word) >= 3;
    if digits == word.len() || is_hex || is_id {
        return Cow::Borrowed("*");
    }
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('*') => {}
            true => out.push('*'),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// How often letters and digits change places.
fn changes(word: &str) -> usize {
    word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count()
}

/// An address or path by what it begins and ends with: `https://host/…/*.jpg`, `/srv/…/*.js`.
fn coarse(text: &str) -> Option<String> {
    let (text, cut) = beginning(text);
    if cut || text.contains(char::is_whitespace) {
        return None;
    }
    let from = text.find("://").map_or(0, |at| at + 3);
    let is_path = from > 0 || text.starts_with('/');
    let path = text[from..].split(['?', '#']).next().unwrap_or_default();
    let (first, rest) = path.strip_prefix('/').unwrap_or(path).split_once('/')?;
    if !is_path || first.is_empty() {
        return None;
    }
    let (folders, file) = rest.rsplit_once('/').map_or(("", rest), |(folders, file)| (folders, file));
    let ending = file.rfind('.').map_or("", |at| &file[at..]);
    let slash = if path.starts_with('/') { "/" } else { "" };
    let middle = if folders.is_empty() { "" } else { "…/" };
    Some(format!("{}{slash}{first}/{middle}*{ending}", &text[..from]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn numbers_hex_and_ids_are_generalised() {
        let told = |text: &str| fine(text).unwrap_or_default();
        assert_eq!(told("user:1234:name"), "user:*:name");
        assert_eq!(told("6f1c2d9e-0a1b-4c2d-beef-a0b1c2d3e4f5"), "*");
        assert_eq!(told("item12 of 40"), "item* of *");
        assert_eq!(told("key_a1b2c3d4e5"), "key_*");
        assert_eq!(told("sha256"), "sha*");
        assert_eq!(told("utf8 façade"), "utf* façade");
        assert!(told(&"ab ".repeat(100)).ends_with('…'));
        assert_eq!(fine("nothing counts"), None, "equal texts are duplicates, not a pattern");
    }

    #[test]
    fn addresses_are_known_by_host_and_ending() {
        let told = |text| coarse(text).unwrap_or_default();
        assert_eq!(
            told("https://res.cloudinary.com/demo/image/cat.jpg?x=/1"),
            "https://res.cloudinary.com/…/*.jpg"
        );
        assert_eq!(told("https://example.com/cat.jpg"), "https://example.com/*.jpg");
        assert_eq!(told("/srv/app/node_modules/x/index.js"), "/srv/…/*.js");
        assert_eq!(["a/b/c", "https://example.com", "// a comment /x", "no"].map(told), ["", "", "", ""]);
    }

    #[test]
    fn strings_of_one_pattern_are_a_group() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,3,4,5,6 1:10!string=id-1 2:20!string=id-22 3:5!string=https://h/a/cat.jpg \
             4:6!string=https://h/b/dog.jpg 5:90!string=alone 6:1!string=id-x",
        ));
        let found = find(&known, &Job::default()).expect("nobody cancels");
        let told: Vec<_> =
            found.iter().map(|group| (group.text.as_str(), group.nodes.len(), group.shallow)).collect();
        assert_eq!(told, [("id-*", 2, 30), ("https://h/…/*.jpg", 2, 11)]);
    }
}
