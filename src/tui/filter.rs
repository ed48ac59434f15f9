//! What the user typed after `/`, and which rows it lets through.
//!
//! A row whose text holds the query as it stands (whatever the case) fits exactly; a row that
//! has its letters in order fits loosely (`fuzzy-matcher`, as in skim and fzf). Long texts,
//! which have every letter somewhere, fit exactly or not at all.

use fuzzy_matcher::{FuzzyMatcher as _, skim::SkimMatcherV2};

/// Loose fits are looked for in texts of at most this many bytes.
const FUZZY_BYTES: usize = 128;

/// How well a row fits; the better the smaller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// The query stands in the text.
    Exact,
    /// Its letters do, in order.
    Loose,
}

/// A query made ready for many texts.
pub struct Filter {
    query: String,
    matcher: SkimMatcherV2,
}

impl Filter {
    /// The filter of a query; an empty query lets everything through.
    pub fn new(query: &str) -> Self {
        Self { query: query.to_lowercase(), matcher: SkimMatcherV2::default().ignore_case() }
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.query.is_empty()
    }

    /// How the text fits, if it does.
    pub fn fit(&self, text: &str) -> Option<Fit> {
        if self.is_empty() || contains(text, &self.query) {
            Some(Fit::Exact)
        } else if text.len() <= FUZZY_BYTES && self.matcher.fuzzy_match(text, &self.query).is_some() {
            Some(Fit::Loose)
        } else {
            None
        }
    }

    /// The positions, in characters, of what fits in a text that is shown.
    pub fn positions(&self, shown: &str) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let fold = |c: char| c.to_lowercase().next().unwrap_or(c);
        let text: Vec<char> = shown.chars().map(fold).collect();
        let query: Vec<char> = self.query.chars().collect();
        match text.windows(query.len()).position(|window| window == query) {
            Some(at) => (at..at + query.len()).collect(),
            None if shown.len() <= FUZZY_BYTES => {
                self.matcher.fuzzy_indices(shown, &self.query).map_or_else(Vec::new, |(_, found)| found)
            }
            None => Vec::new(),
        }
    }
}

/// Whether `text` holds `lower`, whatever the case of `text`.
fn contains(text: &str, lower: &str) -> bool {
    memchr::memmem::find(text.to_lowercase().as_bytes(), lower.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_text_fits_exactly() {
        let filter = Filter::new("envi");
        assert_eq!(filter.fit("ServerEnvironment"), Some(Fit::Exact));
        assert_eq!(filter.fit("EncodedViewInfo"), Some(Fit::Loose));
        assert_eq!(filter.fit("Server"), None);
        assert_eq!(Filter::new("").fit("anything"), Some(Fit::Exact));
    }

    #[test]
    fn a_long_text_fits_exactly_or_not() {
        let long = "all the letters of every word occur somewhere ".repeat(10);
        assert_eq!(Filter::new("wordoccur").fit(&long), None);
        assert_eq!(Filter::new("WORD OCCUR").fit(&long), Some(Fit::Exact));
    }

    #[test]
    fn positions_are_those_of_the_shown_characters() {
        assert_eq!(Filter::new("é x").positions("ÀÉ X"), [1, 2, 3]);
        assert_eq!(Filter::new("se").positions("SharedEnv"), [0, 6], "capitals begin words");
        assert!(Filter::new("").positions("x").is_empty());
    }
}
