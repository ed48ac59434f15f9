//! When is the next snapshot due? `heap > +50MB`, `rss > 1.5GB`.

use std::str::FromStr;

use super::Figures;

/// A figure to look at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gauge {
    /// The JavaScript heap in use.
    Heap,
    /// Memory of C++ objects, array buffers included.
    External,
    /// Array buffers.
    ArrayBuffers,
    /// Pages in memory.
    Rss,
}

impl Gauge {
    const ALL: [(&'static str, Self); 4] = [
        ("heap", Self::Heap),
        ("external", Self::External),
        ("arrayBuffers", Self::ArrayBuffers),
        ("rss", Self::Rss),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, gauge)| *gauge == self).map_or("", |(name, _)| name)
    }

    fn of(self, figures: &Figures) -> Option<u64> {
        match self {
            Self::Heap => figures.heap_used,
            Self::External => figures.external,
            Self::ArrayBuffers => figures.array_buffers,
            Self::Rss => figures.rss,
        }
    }
}

/// A figure beyond a limit: absolute, or so much more than at the snapshot before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Condition {
    /// What is looked at.
    pub gauge: Gauge,
    /// Bytes.
    pub limit: u64,
    /// Whether the limit counts from the snapshot before.
    pub is_growth: bool,
}

impl Condition {
    /// Whether the time has come; `None` where the target does not tell the figure.
    pub fn is_met(&self, before: &Figures, now: &Figures) -> Option<bool> {
        let now = self.gauge.of(now)?;
        let from = if self.is_growth { self.gauge.of(before)? } else { 0 };
        Some(now > from.saturating_add(self.limit))
    }
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a condition is like `heap > +50MB` or `rss > 1.5GB`".to_owned();
        let (name, limit) = text.split_once('>').ok_or_else(wrong)?;
        let named = |(known, _): &&(&str, Gauge)| known.eq_ignore_ascii_case(name.trim());
        let (_, gauge) = Gauge::ALL.iter().find(named).ok_or_else(|| {
            let names = Gauge::ALL.map(|(name, _)| name).join(", ");
            format!("what can be looked at is {names}")
        })?;
        let limit = limit.trim();
        let growth = limit.strip_prefix('+');
        let bytes = size(growth.unwrap_or(limit).trim()).ok_or_else(wrong)?;
        Ok(Self { gauge: *gauge, limit: bytes, is_growth: growth.is_some() })
    }
}

/// `50MB`, `1.5 GB`, `4096`: decimal units, as everywhere.
fn size(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let unit = match text[end..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        _ => return None,
    };
    Some((number * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_read() {
        let growth = Condition { gauge: Gauge::Heap, limit: 50_000_000, is_growth: true };
        assert_eq!("heap > +50MB".parse(), Ok(growth));
        assert_eq!("arraybuffers>1.5 GB".parse::<Condition>().map(|read| read.limit), Ok(1_500_000_000));
        for text in ["heap", "heap > ", "heap > many", "cpu > 1", "heap > 5 apples"] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }

    #[test]
    fn growth_counts_from_the_snapshot_before() {
        let heap = |bytes| Figures { heap_used: Some(bytes), ..Figures::default() };
        let grown = Condition { gauge: Gauge::Heap, limit: 50, is_growth: true };
        assert_eq!(grown.is_met(&heap(100), &heap(150)), Some(false));
        assert_eq!(grown.is_met(&heap(100), &heap(151)), Some(true));
        let absolute = Condition { is_growth: false, ..grown };
        assert_eq!(absolute.is_met(&heap(100), &heap(60)), Some(true));
        let rss = Condition { gauge: Gauge::Rss, ..grown };
        assert_eq!(rss.is_met(&heap(1), &heap(2)), None, "nobody tells");
    }
}
