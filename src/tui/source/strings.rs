//! Strings as parts: what was looked for, texts of several strings, patterns, the longest.

use std::{iter, sync::Arc};

use super::{Inside, Members, Part};
use crate::{
    analysis::{
        Analysis,
        strings::{
            self,
            duplicates::{self, Extent},
            longest, patterns,
            search::{self, Query},
        },
    },
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// So many of the longest strings, texts and patterns are listed.
const MOST: usize = 1000;

/// What is looked for: `/…/` is a regular expression, all else a text in upper or lower case.
///
/// # Errors
///
/// What is wrong with the expression.
pub fn query(text: &str) -> Result<Query, String> {
    match text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        Some(expression) if !expression.is_empty() => Query::regex(expression, false),
        _ => Query::text(text, true),
    }
}

/// What was found, then all strings and what they open into. What is found is told of each time
/// there is twice as much: the first at once, and all telling together costs no more than finding.
pub(super) fn first(
    known: &Analysis,
    looked_for: Option<&str>,
    job: &Job,
    tell: &mut dyn FnMut(Arc<[Part]>),
) -> Result<Arc<[Part]>, Cancelled> {
    let rest = sections(known);
    let mut parts = Vec::new();
    if let Some((text, query)) = looked_for.and_then(|text| Some((text, query(text).ok()?))) {
        let (mut hits, mut told) = (Vec::new(), 0);
        search::search(known, &query, job, |found| {
            hits.extend(found.into_iter().map(|hit| hit.node));
            if hits.len() >= told * 2 {
                told = hits.len();
                tell(iter::once(found_part(known, text, &hits)).chain(rest.clone()).collect());
            }
        })?;
        parts.push(found_part(known, text, &hits));
    }
    parts.extend(rest);
    Ok(parts.into())
}

fn found_part(known: &Analysis, text: &str, hits: &[NodeIx]) -> Part {
    Part {
        count: hits.len() as u64,
        bytes: bytes(known, hits),
        members: Members::List(hits.into()),
        ..Part::section(&format!("Found: {text}"), 0, Inside::Nothing)
    }
}

fn sections(known: &Analysis) -> Vec<Part> {
    let mut parts = Vec::new();
    let all = strings::all(known);
    parts.push(Part {
        count: all.len() as u64,
        bytes: bytes(known, &all),
        members: Members::Strings,
        ..Part::section("All strings", 1, Inside::Nothing)
    });
    parts.push(Part::section("Texts that several strings have", 2, Inside::Duplicates));
    parts.push(Part::section("Patterns: digits, hex and ids generalised", 3, Inside::Patterns));
    parts.push(Part { members: Members::Longest, ..Part::section("The longest", 4, Inside::Nothing) });
    parts
}

/// All strings that have a size.
pub(super) fn all(known: &Analysis) -> Arc<[NodeIx]> {
    strings::all(known).into()
}

/// The longest strings, ropes flattened.
pub(super) fn longest(known: &Analysis, job: &Job) -> Result<Arc<[NodeIx]>, Cancelled> {
    Ok(longest::find(known, MOST, job)?.into_iter().map(|(node, _)| node).collect())
}

pub(super) fn duplicated(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let mut found = duplicates::find(known, job)?;
    found.sort_by_key(|copies| std::cmp::Reverse(copies.shallow));
    found.truncate(MOST);
    let part = |copies: duplicates::Duplicate| Part {
        note: if copies.known == Extent::Beginning { "(equal up to where V8 cuts)" } else { "" }.into(),
        count: copies.nodes.len() as u64,
        bytes: copies.shallow,
        weight: copies.wasted,
        name: strings::text(known, copies.nodes[0]).into_owned(),
        members: Members::List(copies.nodes.into()),
        ..Part::section("", 0, Inside::Nothing)
    };
    Ok(found.into_iter().map(part).collect())
}

pub(super) fn patterns(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let mut found = patterns::find(known, job)?;
    found.truncate(MOST);
    let part = |pattern: patterns::Pattern| Part {
        name: pattern.text,
        count: pattern.nodes.len() as u64,
        bytes: pattern.shallow,
        members: Members::Alike(pattern.nodes.into()),
        ..Part::section("", 0, Inside::Nothing)
    };
    Ok(found.into_iter().map(part).collect())
}

fn bytes(known: &Analysis, nodes: &[NodeIx]) -> u64 {
    nodes.iter().fold(0, |sum: u64, &node| sum.saturating_add(known.shallow(node)))
}
