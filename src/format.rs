//! Numbers as people read them: bytes, counts, shares, durations, rates.
//!
//! Units are decimal as in Chrome DevTools (1 kB = 1,000 bytes, never KiB): one decimal below
//! 100 of a unit, none above, the next unit from 1,000. Thousands are grouped by commas. Every
//! function costs a small allocation or two; none depends on the locale, so tests and pipes agree.

use std::time::Duration;

/// Digits in groups of three: `402,113`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many of something: `39 rows`, `1 row`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `402,113 objects`, `1 object`.
pub fn objects(number: u64) -> String {
    counted(number, "object", "objects")
}

/// A change in a count, always with its sign: `+39`, `−1,204`, `0`.
pub fn signed_count(change: i64) -> String {
    signed(change, count)
}

/// Bytes in the largest unit that leaves at least 1: `96 B`, `1.4 kB`, `119 MB`, `5.2 GB`.
pub fn bytes(bytes: u64) -> String {
    if bytes < 1000 { format!("{bytes} B") } else { scaled(bytes as f64, &[" kB", " MB", " GB", " TB"]) }
}

/// A change in bytes, always with its sign: `+1.4 kB`, `−96 B`, `0 B`.
pub fn signed_bytes(change: i64) -> String {
    signed(change, bytes)
}

/// A share of a whole without decimals, `<1%` where rounding would hide it.
pub fn percent(part: u64, whole: u64) -> String {
    let share = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    if share > 0.0 && share < 0.5 { "<1%".to_owned() } else { format!("{share:.0}%") }
}

/// A time as somebody waiting reads it: `85 ms`, `1.6 s`, `42 s`, `2 min 5 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..0.9995 => format!("{:.0} ms", seconds * 1000.0),
        ..9.95 => format!("{seconds:.1} s"),
        ..59.5 => format!("{seconds:.0} s"),
        _ => {
            let whole = seconds.round() as u64;
            format!("{} min {} s", count(whole / 60), whole % 60)
        }
    }
}

/// How fast work goes, in what it counts: `812 MB/s`, `4.2 M nodes/s`.
pub fn rate(per_second: f64, unit: &str) -> String {
    let per_second = per_second.max(0.0);
    match (unit, per_second < 1000.0) {
        ("bytes", _) => format!("{}/s", bytes(per_second as u64)),
        (_, true) => format!("{per_second:.0} {unit}/s"),
        (_, false) => format!("{} {unit}/s", scaled(per_second, &[" k", " M", " G"])),
    }
}

/// A number of at least 1,000 in thousands, millions … with the unit's name behind it.
fn scaled(number: f64, units: &[&str]) -> String {
    let mut scaled = number / 1000.0;
    let mut units = units.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    // 999.5 would be printed as 1000: it belongs to the next unit.
    while scaled >= 999.5
        && let Some(next) = units.next()
    {
        scaled /= 1000.0;
        unit = next;
    }
    let decimals = usize::from(scaled < 99.95);
    format!("{scaled:.decimals$}{unit}")
}

fn signed(change: i64, format: impl Fn(u64) -> String) -> String {
    let sign = match change {
        0 => "",
        1.. => "+",
        _ => "\u{2212}",
    };
    format!("{sign}{}", format(change.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 7, 999, 1000, 402_113, 12_345_678].map(count);
        assert_eq!(texts, ["0", "7", "999", "1,000", "402,113", "12,345,678"]);
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn one_is_no_many() {
        assert_eq!([0, 1, 2000].map(objects), ["0 objects", "1 object", "2,000 objects"]);
    }

    #[test]
    fn bytes_are_decimal_with_one_digit_below_a_hundred() {
        let texts = [0, 999, 1000, 1449, 99_949, 99_950, 999_499, 999_500, 51_600_000].map(bytes);
        assert_eq!(
            texts,
            ["0 B", "999 B", "1.0 kB", "1.4 kB", "99.9 kB", "100 kB", "999 kB", "1.0 MB", "51.6 MB"]
        );
        assert_eq!(bytes(5_200_000_000), "5.2 GB");
        assert_eq!(bytes(u64::MAX), "18446744 TB");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!([39, -1204, 0].map(signed_count), ["+39", "\u{2212}1,204", "0"]);
        assert_eq!([1400, -96, 0].map(signed_bytes), ["+1.4 kB", "\u{2212}96 B", "0 B"]);
        assert_eq!(signed_count(i64::MIN), "\u{2212}9,223,372,036,854,775,808");
    }

    #[test]
    fn a_small_share_is_not_called_nothing() {
        assert_eq!(percent(1, 1000), "<1%");
        assert_eq!(percent(0, 1000), "0%");
        assert_eq!(percent(474, 1000), "47%");
        assert_eq!(percent(3, 0), "0%", "a share of nothing");
    }

    #[test]
    fn durations_lose_digits_as_they_grow() {
        let texts = [0.085, 1.6, 42.4, 125.0, 0.9996].map(|s| duration(Duration::from_secs_f64(s)));
        assert_eq!(texts, ["85 ms", "1.6 s", "42 s", "2 min 5 s", "1.0 s"]);
    }

    #[test]
    fn rates_name_what_they_count() {
        assert_eq!(rate(812e6, "bytes"), "812 MB/s");
        assert_eq!(rate(4.2e6, "nodes"), "4.2 M nodes/s");
        assert_eq!(rate(12.0, "edges"), "12 edges/s");
    }
}
