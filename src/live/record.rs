//! What was known of the process when its snapshot was taken.
//!
//! A small file beside the snapshot, `NAME.process.json`: with it, the part of the process's
//! pages that no snapshot explains can be told later, elsewhere.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::{Attached, Figures, LiveError, Resident, file::NewFile, runtime::Runtime};

/// A record is no longer: anything else beside a snapshot is none of ours.
const LONGEST: u64 = 64 << 10;

/// The process at the time of its snapshot. Its JSON names are stable.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Record {
    /// `leaktui/process/1`.
    pub schema: String,
    /// Seconds since 1970.
    pub taken: u64,
    /// What the target calls itself: foreign text.
    pub title: String,
    /// What it runs: foreign text.
    pub url: String,
    /// `v20.20.2`; empty where it does not tell.
    pub version: String,
    /// Its id.
    pub pid: Option<u64>,
    /// What it said of its memory, garbage collected.
    pub figures: Figures,
    /// What the system said of its pages.
    pub resident: Option<Resident>,
}

impl Record {
    /// What is known of an attached target now.
    pub(super) fn of(attached: &Attached, runtime: Runtime) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            schema: "leaktui/process/1".to_owned(),
            taken: since.as_secs(),
            title: attached.target.title.clone(),
            url: attached.target.url.clone(),
            version: runtime.version,
            pid: attached.pid().map(u64::from).or(runtime.pid),
            figures: runtime.figures,
            resident: attached.resident(),
        }
    }

    /// The record beside a snapshot, if there is a sound one.
    pub fn beside(snapshot: &Path) -> Option<Self> {
        let path = path_beside(snapshot);
        // Whoever wrote the snapshot may have put a pipe there, whose opening never ends.
        path.metadata().ok().filter(fs::Metadata::is_file)?;
        let mut text = String::new();
        fs::File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Begins the file for a record beside a snapshot, before the process is disturbed for either.
    ///
    /// # Errors
    ///
    /// Where there is one already, which would speak of another snapshot.
    pub(super) fn begin_beside(snapshot: &Path) -> Result<NewFile, LiveError> {
        NewFile::create(&path_beside(snapshot))
    }

    /// Writes all of it into a file that was begun.
    pub(super) fn write(&self, file: &mut NewFile) -> Result<(), LiveError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| file.error(error.into()))?;
        file.append(&text)?;
        file.append("\n")
    }
}

/// Where the record of a snapshot lies; that of a packed snapshot has its plain name too.
fn path_beside(snapshot: &Path) -> PathBuf {
    let packed = snapshot.extension().is_some_and(|kind| kind == "gz" || kind == "zst");
    let plain = if packed { snapshot.with_extension("") } else { snapshot.to_owned() };
    let mut name = plain.into_os_string();
    name.push(".process.json");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(record: &Record, snapshot: &Path) {
        let mut file = Record::begin_beside(snapshot).expect("a folder that takes files");
        record.write(&mut file).expect("room");
        file.finish().expect("it is whole");
    }

    #[test]
    fn a_record_is_found_again_beside_its_snapshot_packed_or_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let record = Record {
            taken: 7,
            title: "a.js".to_owned(),
            pid: Some(4),
            figures: Figures { rss: Some(5), ..Figures::default() },
            ..Record::default()
        };
        keep(&record, &folder.path().join("a.heapsnapshot"));
        for name in ["a.heapsnapshot", "a.heapsnapshot.gz", "a.heapsnapshot.zst"] {
            assert_eq!(Record::beside(&folder.path().join(name)).as_ref(), Some(&record), "{name}");
        }
        assert_eq!(Record::beside(&folder.path().join("b.heapsnapshot")), None);
    }

    #[test]
    fn a_record_left_over_from_another_snapshot_is_found_before_anything_is_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let snapshot = folder.path().join("a.heapsnapshot");
        keep(&Record::default(), &snapshot);
        assert!(matches!(Record::begin_beside(&snapshot), Err(LiveError::Exists(_))));
    }

    #[test]
    fn what_is_longer_than_any_record_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let snapshot = folder.path().join("a.heapsnapshot");
        keep(&Record { title: "a".repeat(LONGEST as usize), ..Record::default() }, &snapshot);
        assert_eq!(Record::beside(&snapshot), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_beside_a_snapshot_is_no_record_and_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("a.heapsnapshot.process.json");
        let made = std::process::Command::new("mkfifo").arg(pipe).status().expect("mkfifo");
        assert!(made.success());
        assert_eq!(Record::beside(&folder.path().join("a.heapsnapshot")), None);
    }
}
