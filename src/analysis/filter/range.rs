//! Ranges of numbers as people write them: `>1MB`, `<=3`, `=100..200`, `=@41`.

/// Numbers from `min` to `max`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    /// The least.
    pub min: u64,
    /// The greatest.
    pub max: u64,
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    /// Bytes, with a unit behind it or not.
    Bytes,
    /// Steps.
    Count,
    /// V8's ids, `@` before them or not.
    Id,
}

impl Range {
    /// Whether the number lies in it.
    #[inline]
    pub fn contains(self, number: u64) -> bool {
        (self.min..=self.max).contains(&number)
    }

    /// The range that an operator and what follows it mean; `None` where nothing can be meant.
    pub(super) fn parse(text: &str, unit: Unit) -> Option<Self> {
        let (min, max) = (u64::MIN, u64::MAX);
        let number = |text: &str| unit.parse(text);
        if let Some(rest) = text.strip_prefix(">=") {
            return Some(Self { min: number(rest)?, max });
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return Some(Self { min, max: number(rest)? });
        }
        match text.split_at_checked(1)? {
            (">", rest) => Some(Self { min: number(rest)?.checked_add(1)?, max }),
            ("<", rest) => Some(Self { min, max: number(rest)?.checked_sub(1)? }),
            ("=", rest) => match rest.split_once("..") {
                Some((from, to)) => Some(Self { min: number(from)?, max: number(to)? }),
                None => Some(Self { min: number(rest)?, max: number(rest)? }),
            },
            _ => None,
        }
    }
}

impl Unit {
    fn parse(self, text: &str) -> Option<u64> {
        let text = text.trim();
        match self {
            Self::Bytes => bytes(text),
            Self::Count => text.parse().ok(),
            Self::Id => text.strip_prefix('@').unwrap_or(text).parse().ok(),
        }
    }
}

/// `1.5MB`, `300 kB`, `64`: decimal units, as everywhere.
fn bytes(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let scale = match text[end..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        _ => return None,
    };
    if let Ok(whole) = text[..end].parse::<u64>() {
        return whole.checked_mul(scale);
    }
    let scaled = text[..end].parse::<f64>().ok()? * scale as f64;
    (scaled < 1e18).then_some(scaled.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_mean_what_they_say() {
        let range = |text| Range::parse(text, Unit::Count).map(|range| (range.min, range.max));
        assert_eq!(range(">3"), Some((4, u64::MAX)));
        assert_eq!(range(">=3"), Some((3, u64::MAX)));
        assert_eq!(range("<3"), Some((0, 2)));
        assert_eq!(range("<=3"), Some((0, 3)));
        assert_eq!(range("=3"), Some((3, 3)));
        assert_eq!(range("=3..5"), Some((3, 5)));
        assert_eq!(
            (range("=x"), range("3"), range(""), range("<0"), range(">é")),
            (None, None, None, None, None)
        );
    }

    #[test]
    fn bytes_have_decimal_units() {
        let found = ["64", "64 B", "1.5MB", "300kB", "2g", ".5k"].map(bytes);
        assert_eq!(found, [64, 64, 1_500_000, 300_000, 2_000_000_000, 500].map(Some));
        assert_eq!(["", "MB", "1KiB", "1..2", "99999999999999999999"].map(bytes), [None; 5]);
    }
}
