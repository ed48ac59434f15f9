//! How a name is described: by text in it, by letters of it, or by a regular expression.

use std::fmt;

use fuzzy_matcher::{FuzzyMatcher as _, skim::SkimMatcherV2};
use regex::{Regex, RegexBuilder};

/// A description of names.
#[derive(Clone)]
pub struct Pattern(Kind);

#[derive(Clone)]
enum Kind {
    /// In lower case.
    Text(String),
    Letters(String),
    Regex(Regex),
}

impl Pattern {
    /// Names that contain the text, in upper or lower case.
    pub fn text(text: &str) -> Self {
        Self(Kind::Text(text.to_lowercase()))
    }

    /// Names that have the letters in order, in upper or lower case.
    pub fn letters(text: &str) -> Self {
        Self(Kind::Letters(text.to_owned()))
    }

    /// Names in which the regular expression matches.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in a line.
    pub fn regex(text: &str, ignore_case: bool) -> Result<Self, String> {
        let built = RegexBuilder::new(text).case_insensitive(ignore_case).build();
        built.map(|regex| Self(Kind::Regex(regex))).map_err(|error| in_a_line(&error))
    }

    /// Whether the name is as described. Cost: its length.
    pub fn fits(&self, name: &str) -> bool {
        match &self.0 {
            Kind::Text(lower) => has(name, lower),
            Kind::Letters(letters) => {
                SkimMatcherV2::default().ignore_case().fuzzy_match(name, letters).is_some()
            }
            Kind::Regex(regex) => regex.is_match(name),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Text(text) | Kind::Letters(text) => f.debug_tuple("Pattern").field(text).finish(),
            Kind::Regex(regex) => f.debug_tuple("Pattern").field(&regex.as_str()).finish(),
        }
    }
}

/// What is wrong with a regular expression, without the picture of it.
pub(in crate::analysis) fn in_a_line(error: &regex::Error) -> String {
    let told = error.to_string();
    told.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}

/// Whether the text occurs in the name, in upper or lower case.
pub fn contains(name: &str, wanted: &str) -> bool {
    has(name, &wanted.to_lowercase())
}

fn has(name: &str, lower: &str) -> bool {
    memchr::memmem::find(name.to_lowercase().as_bytes(), lower.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ignores_case() {
        assert!(contains("ServerEnvironment", "serverENV") && contains("É", "é"));
        assert!(!contains("Map", "Set") && contains("Map", ""));
    }

    #[test]
    fn a_bad_expression_is_told_in_a_line() {
        assert_eq!(Pattern::regex("(a", false).map(|_| ()), Err("unclosed group".to_owned()));
        assert!(Pattern::regex("^a", true).is_ok_and(|pattern| pattern.fits("Ab")));
    }
}
