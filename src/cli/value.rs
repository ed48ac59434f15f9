//! Values as people type them: times, windows of time, ids; what is none is told by an example of one.

use std::time::Duration;

use super::Subject;
use crate::heap::NodeId;

/// A time that something takes: not none.
pub(super) fn parse_time(text: &str) -> Result<Duration, String> {
    parse_moment(text).and_then(|time| if time.is_zero() { Err(NO_TIME.to_owned()) } else { Ok(time) })
}

/// What a time is, for those who wrote something else.
const NO_TIME: &str = "a time is like 30s, 500ms or 2min";

/// `30s`, `500ms`, `2min`; a bare number is seconds.
fn parse_moment(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let unit = match text[end..].trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(NO_TIME.to_owned()),
    };
    let seconds = text[..end].parse::<f64>().ok().map(|number| number * unit);
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| NO_TIME.to_owned())
}

/// `2s..5s`; an end that is left out is the recording's.
pub(super) fn parse_window(text: &str) -> Result<(Duration, Duration), String> {
    let (from, to) = text.split_once("..").ok_or("a window is like 2s..5s")?;
    let end = |text: &str, default| if text.is_empty() { Ok(default) } else { parse_moment(text) };
    Ok((end(from, Duration::ZERO)?, end(to, Duration::MAX)?))
}

pub(super) fn parse_id(text: &str) -> Result<NodeId, String> {
    let digits = text.strip_prefix('@').unwrap_or(text);
    digits.parse().map(NodeId).map_err(|_| "an id is a number such as @123".to_owned())
}

/// What begins with a digit or `@` is an id; no constructor's name does.
pub(super) fn parse_subject(text: &str) -> Result<Subject, String> {
    if text.starts_with(|c: char| c == '@' || c.is_ascii_digit()) {
        return parse_id(text).map(Subject::Object);
    }
    Ok(Subject::Class(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_carry_its_sign() {
        assert_eq!(parse_id("@81237"), Ok(NodeId(81237)));
        assert_eq!(parse_id("81237"), Ok(NodeId(81237)));
        assert!(parse_id("@").is_err() && parse_id("-1").is_err());
        assert_eq!(parse_subject("@7"), Ok(Subject::Object(NodeId(7))));
        assert_eq!(parse_subject("Map"), Ok(Subject::Class("Map".to_owned())));
        assert!(parse_subject("@x").is_err());
    }
}
