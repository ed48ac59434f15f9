//! Which classes a person means by a name.

use fuzzy_matcher::{FuzzyMatcher as _, skim::SkimMatcherV2};

use super::{CommandError, rows::quoted};
use crate::{
    analysis::{Analysis, filter::contains},
    heap::ClassIx,
};

/// How many names an error message offers.
const OFFERED: usize = 4;

/// The classes of exactly that name, of which there may be several, or the one of that key.
///
/// # Errors
///
/// [`CommandError::NoClass`] with the names most like it.
pub(super) fn classes(known: &Analysis, wanted: &str) -> Result<Vec<ClassIx>, CommandError> {
    let classes = &known.classes;
    let named: Vec<_> = classes.with_members().filter(|&class| classes.name(class) == wanted).collect();
    if !named.is_empty() {
        return Ok(named);
    }
    match classes.with_members().find(|&class| classes.key(class) == wanted) {
        Some(class) => Ok(vec![class]),
        None => Err(CommandError::NoClass { wanted: quoted(wanted), alike: alike(known, wanted) }),
    }
}

/// Names that contain the text, else names that have its letters in order; the closest first.
fn alike(known: &Analysis, wanted: &str) -> Vec<String> {
    let names: Vec<&str> = known.classes.with_members().map(|class| known.classes.name(class)).collect();
    let mut found: Vec<&str> = names.iter().copied().filter(|name| contains(name, wanted)).collect();
    found.sort_by_key(|name| name.len());
    if found.is_empty() {
        found = fuzzy(&names, wanted);
    }
    found.dedup();
    found.into_iter().take(OFFERED).map(quoted).collect()
}

fn fuzzy<'a>(names: &[&'a str], wanted: &str) -> Vec<&'a str> {
    let matcher = SkimMatcherV2::default();
    let scored = names.iter().filter_map(|name| Some((matcher.fuzzy_match(name, wanted)?, *name)));
    let mut scored: Vec<_> = scored.collect();
    scored.sort_by_key(|(score, name)| (-score, name.len()));
    scored.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn find(wanted: &str) -> Result<usize, Vec<String>> {
        let known = Analysis::complete(heap("0!synthetic>1,2,3 1:8=Map 2:8=MapIterator 3:8=Server"));
        match classes(&known, wanted) {
            Ok(classes) => Ok(classes.len()),
            Err(CommandError::NoClass { alike, .. }) => Err(alike),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_class_is_found_by_name_or_key() {
        assert_eq!((find("Map"), find(",Map")), (Ok(1), Ok(1)));
    }

    #[test]
    fn a_near_miss_offers_what_is_alike() {
        assert_eq!(find("map"), Err(vec!["Map".to_owned(), "MapIterator".to_owned()]));
        assert_eq!(find("Srvr"), Err(vec!["Server".to_owned()]));
        assert_eq!(find("Zebra"), Err(vec![]));
    }
}
