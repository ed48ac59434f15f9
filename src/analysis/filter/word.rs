//! The words filters are written in: one table for parsing, help, README and errors.

use std::fmt;

use strsim::osa_distance;

use super::{Holder, Pattern, Range, Realm, Test, Wanted, range::Unit};
use crate::heap::{NodeId, NodeKind};

/// A word, or a family of words.
pub struct Word {
    /// What it begins with.
    key: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What passes.
    pub help: &'static str,
    make: Make,
}

/// What follows a key.
enum Make {
    /// Nothing.
    Flag(fn() -> Test),
    /// `<`, `<=`, `=`, `>=` or `>`, and a number, or `=` and two.
    Range(Unit, fn(Range) -> Test),
    /// `:` and a text.
    Text(fn(&str) -> Result<Test, String>),
    /// `~` and letters.
    Letters(fn(Pattern) -> Test),
    /// A regular expression, and `/` or `/i`.
    Regex(fn(Pattern) -> Test),
}

/// All words, in the order help lists them. Whatever is none of them is a text that a name contains.
pub const WORDS: &[Word] = &[
    word(
        "class",
        "class:TEXT",
        "the constructor's name contains TEXT",
        Make::Text(|text| Ok(Test::Class(Pattern::text(text)))),
    ),
    word(
        "class",
        "class~LETTERS",
        "the constructor's name has these letters in order",
        Make::Letters(Test::Class),
    ),
    word(
        "/",
        "/REGEX/ /REGEX/i",
        "the constructor's name matches; with `i` in upper or lower case",
        Make::Regex(Test::Class),
    ),
    word(
        "name",
        "name:TEXT",
        "the object's own name, or a string's text, contains TEXT",
        Make::Text(|text| Ok(Test::Name(Pattern::text(text)))),
    ),
    word("type", "type:TYPE", "V8's type: object, closure, string, array, native …", Make::Text(node_type)),
    word(
        "size",
        "size>BYTES",
        "its own bytes; `size<=1.5MB` and `size=100..200` work alike, here and below",
        Make::Range(Unit::Bytes, Test::Shallow),
    ),
    word("retained", "retained>BYTES", "the bytes it keeps", Make::Range(Unit::Bytes, Test::Retained)),
    word(
        "distance",
        "distance<STEPS",
        "steps from a root of the program",
        Make::Range(Unit::Count, Test::Distance),
    ),
    word(
        "id",
        "id>@ID",
        "V8's number, which grows with time: allocated after that object",
        Make::Range(Unit::Id, Test::Id),
    ),
    word(
        "has",
        "has:FIELD",
        "refers to something as FIELD: a property, variable or internal slot",
        Make::Text(|text| Ok(Test::Has(text.to_owned()))),
    ),
    word(
        "user-land",
        "user-land",
        "made by the program, not by V8 for itself",
        Make::Flag(|| Test::UserLand),
    ),
    word(
        "detached",
        "detached",
        "DOM nodes that script keeps though they left the document",
        Make::Flag(|| Test::Detached),
    ),
    word("unreachable", "unreachable", "no way from any root leads there", Make::Flag(|| Test::Unreachable)),
    word(
        "duplicate-strings",
        "duplicate-strings",
        "strings of which there are copies",
        Make::Flag(|| Test::DuplicateStrings),
    ),
    word(
        "retained-by",
        "retained-by:HOLDER",
        "would go with all holders of a kind: detached, contexts, console or event-handlers",
        Make::Text(holder),
    ),
    word(
        "native-context",
        "native-context:REALM",
        "belongs to the realm of the native context @ID, to several (shared) or to none",
        Make::Text(realm),
    ),
];

const fn word(key: &'static str, form: &'static str, help: &'static str, make: Make) -> Word {
    Word { key, form, help, make }
}

/// A word that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadWord {
    /// As written.
    pub word: String,
    /// What is wrong with it.
    pub why: String,
    /// What may have been meant.
    pub hint: String,
}

impl std::error::Error for BadWord {}

impl fmt::Display for BadWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "filter `{}`: {}", self.word, self.why)
    }
}

/// What a word asks. A leading `!` asks the opposite; what begins with no key is a text.
///
/// # Errors
///
/// [`BadWord`] where a key is followed by nonsense, or nearly a key.
pub fn parse(word: &str) -> Result<Wanted, BadWord> {
    let (negated, asked) = match word.trim().strip_prefix('!') {
        Some(rest) if !rest.is_empty() => (true, rest.trim_start()),
        _ => (false, word.trim()),
    };
    let bad = |why: String, hint: String| BadWord { word: word.to_owned(), why, hint };
    let (key, rest) = split(asked);
    let key = key.trim_end();
    let named = || WORDS.iter().filter(|word| word.key == key);
    let test = match named().find_map(|word| word.make.read(rest)) {
        Some(made) => made.map_err(|why| bad(why, forms(named())))?,
        None if named().next().is_some() => {
            return Err(bad("that cannot be read".to_owned(), forms(named())));
        }
        None => match nearly(key, rest) {
            Some(meant) => {
                let hint = format!("did you mean `{}`? for that text write `name:{asked}`", meant.form);
                return Err(bad("no filter is called so".to_owned(), hint));
            }
            None => Test::Text(Pattern::text(asked)),
        },
    };
    Ok(Wanted { word: word.to_owned(), negated, test })
}

/// The key of a word and what follows it.
fn split(word: &str) -> (&str, &str) {
    match word.strip_prefix('/') {
        // A path is a text.
        Some(rest) => word.split_at(usize::from(expression(rest).is_some())),
        None => word.split_at(word.find([':', '~', '<', '>', '=']).unwrap_or(word.len())),
    }
}

impl Make {
    /// The test; `None` where what follows the key is not of this form.
    fn read(&self, rest: &str) -> Option<Result<Test, String>> {
        match self {
            Self::Flag(test) => rest.is_empty().then(|| Ok(test())),
            Self::Range(unit, test) => Range::parse(rest, *unit).map(|range| Ok(test(range))),
            Self::Letters(test) => rest
                .strip_prefix('~')
                .filter(|rest| !rest.is_empty())
                .map(|rest| Ok(test(Pattern::letters(rest)))),
            Self::Text(test) => {
                rest.strip_prefix(':').map(str::trim).filter(|rest| !rest.is_empty()).map(test)
            }
            Self::Regex(test) => {
                expression(rest).map(|(text, ignore_case)| Pattern::regex(text, ignore_case).map(test))
            }
        }
    }
}

/// What stands before the closing `/` or `/i`.
fn expression(rest: &str) -> Option<(&str, bool)> {
    let found = match rest.strip_suffix("/i") {
        Some(text) => (text, true),
        None => (rest.strip_suffix('/')?, false),
    };
    (!found.0.is_empty()).then_some(found)
}

fn node_type(text: &str) -> Result<Test, String> {
    // Types nobody knows occur too, in files of other engines.
    let known = NodeKind::KNOWN.iter().any(|(_, name)| *name == text);
    match NodeKind::KNOWN.iter().find(|(_, name)| !known && osa_distance(name, text) <= 2) {
        Some((_, name)) => Err(format!("no type is called so; did you mean `{name}`?")),
        None => Ok(Test::Type(text.to_owned())),
    }
}

fn holder(text: &str) -> Result<Test, String> {
    let holder = match text {
        "detached" => Holder::Detached,
        "contexts" => Holder::Contexts,
        "console" => Holder::Console,
        "event-handlers" => Holder::EventHandlers,
        _ => return Err("holders are detached, contexts, console and event-handlers".to_owned()),
    };
    Ok(Test::RetainedBy(holder))
}

fn realm(text: &str) -> Result<Test, String> {
    let realm = match text {
        "shared" => Realm::Shared,
        "none" => Realm::Unattributed,
        _ => {
            let id = text.strip_prefix('@').unwrap_or(text).parse();
            Realm::Of(NodeId(
                id.map_err(|_| "realms are @ID, shared and none; `leaktui stats` lists them".to_owned())?,
            ))
        }
    };
    Ok(Test::NativeContext(realm))
}

fn forms<'a>(words: impl Iterator<Item = &'a Word>) -> String {
    let forms: Vec<_> = words.map(|word| format!("`{}` ({})", word.form, word.help)).collect();
    format!("write {}", forms.join(" or "))
}

/// The word that was meant, where one letter is wrong, or what follows fits a key that is unknown.
fn nearly(key: &str, rest: &str) -> Option<&'static Word> {
    let is_like_a_key = key.len() > 1 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let reads = |word: &Word| matches!(word.make.read(rest), Some(Ok(_)));
    let most = if key.len() >= 10 { 2 } else { 1 };
    let mut near = WORDS.iter().filter(|word| osa_distance(word.key, key) <= most);
    let compares = WORDS.iter().filter(|word| matches!(word.make, Make::Range(..)) && reads(word));
    let closest =
        |words: &mut dyn Iterator<Item = &'static Word>| words.min_by_key(|word| osa_distance(word.key, key));
    match near.find(|word| reads(word)) {
        _ if !is_like_a_key => None,
        Some(word) => Some(word),
        None => closest(&mut compares.into_iter()),
    }
}

/// The table as help shows it, a word a line.
pub fn help() -> String {
    let wide = WORDS.iter().map(|word| word.form.len()).max().unwrap_or_default();
    let lines = WORDS.iter().map(|word| format!("{:wide$}  {}", word.form, word.help));
    let first = "Keep only objects that pass; may be given several times, and all must be passed.\n\
                 A plain TEXT keeps rows whose name contains it; ! before a word asks the opposite.\n";
    std::iter::once(first.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(word: &str) -> String {
        parse(word).expect_err("a bad word").hint
    }

    #[test]
    fn every_word_of_the_table_can_be_read() {
        for word in WORDS {
            for form in word.form.split(' ') {
                let example = form
                    .replace("BYTES", "1MB")
                    .replace("STEPS", "3")
                    .replace("@ID", "@41")
                    .replace("TYPE", "closure")
                    .replace("HOLDER", "console")
                    .replace("REALM", "shared");
                let found = parse(&example).unwrap_or_else(|bad| panic!("{bad}"));
                assert!(!found.test.is_text(), "{example}");
            }
        }
    }

    #[test]
    fn what_is_no_word_is_a_text() {
        for text in [
            "relay",
            "<div>",
            "{a: 1}",
            "blink::Foo",
            "system / Context",
            "a=b",
            "!",
            "User",
            "/",
            "/usr/lib",
        ] {
            assert!(parse(text).is_ok_and(|wanted| wanted.test.is_text()), "{text}");
        }
    }

    #[test]
    fn a_slip_is_told_with_what_was_meant() {
        assert_eq!(hint("detatched"), "did you mean `detached`? for that text write `name:detatched`");
        assert!(hint("retaned>1MB").starts_with("did you mean `retained>BYTES`?"));
        assert!(hint("weight>1MB").starts_with("did you mean `"), "what else has a size?");
        assert_eq!(hint("retained>lots"), "write `retained>BYTES` (the bytes it keeps)");
        assert!(parse("/(/").expect_err("unclosed").to_string().starts_with("filter `/(/`: "));
        assert_eq!(
            parse("type:clojure").expect_err("a slip").why,
            "no type is called so; did you mean `closure`?"
        );
        assert!(parse("type:jl_datatype_t").is_ok(), "other engines have types of their own");
    }

    #[test]
    fn an_exclamation_mark_asks_the_opposite() {
        let found = parse("!detached").expect("a word");
        assert!(found.negated && matches!(found.test, Test::Detached));
    }
}
