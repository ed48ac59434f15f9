//! A sparkline: how a figure went from snapshot to snapshot, a cell each.

/// Of longer series some values between the ends are left out.
pub const MOST: usize = 12;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A bar for each value, eight steps from the least to the greatest.
pub fn bars(values: &[u64]) -> String {
    let least = values.iter().min().copied().unwrap_or(0);
    let span = u128::from((values.iter().max().copied().unwrap_or(0) - least).max(1));
    let bar = |value: u64| BARS[(u128::from(value - least) * 7 / span) as usize];
    let shown = values.len().min(MOST);
    let at = |place: usize| if shown < 2 { 0 } else { place * (values.len() - 1) / (shown - 1) };
    (0..shown).map(|place| bar(values[at(place)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_lowest_and_the_greatest_highest() {
        assert_eq!(bars(&[10, 20, 30]), "▁▄█");
        assert_eq!(bars(&[7, 7]), "▁▁", "nothing changed");
        assert_eq!(bars(&[0, u64::MAX]), "▁█");
        assert_eq!(bars(&[]), "");
    }

    #[test]
    fn of_long_series_the_ends_are_kept() {
        let values: Vec<u64> = (0..100).collect();
        let bars = bars(&values);
        assert_eq!(bars.chars().count(), MOST);
        assert!(bars.starts_with('▁') && bars.ends_with('█'));
    }
}
