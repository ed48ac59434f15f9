//! What is a file called that is captured now?

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use super::Attached;

/// `heap-4711-20261121T064533Z.heapsnapshot`: whose heap, and when. The process's id, or the inspector's port.
pub fn file_name(attached: &Attached, ending: &str, time: SystemTime) -> PathBuf {
    let who = attached.pid().map_or_else(|| attached.at().port().to_string(), |pid| pid.to_string());
    PathBuf::from(format!("heap-{who}-{}.{ending}", stamp(time)))
}

/// `20261121T064533Z`: sorts by time, and every file system takes it.
fn stamp(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(day);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let first = (153 * month + 2) / 5;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, of_year - first + 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_stamp_is_the_time_in_greenwich() {
        let at = |seconds| stamp(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "19700101T000000Z");
        assert_eq!(at(951_782_399), "20000228T235959Z");
        assert_eq!(at(951_782_400), "20000229T000000Z");
        assert_eq!(at(1_795_243_533), "20261121T064533Z");
    }
}
