//! How does a file appear whole or not at all?
//!
//! It is written under another name beside its final one, readable by its owner only (a heap
//! holds secrets), and renamed when it is complete. Dropped before that, it is removed.

use std::{
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::LiveError;

/// A file that is being written.
pub(super) struct NewFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    bytes: u64,
    last: Option<u8>,
}

impl NewFile {
    /// Begins a file of that name.
    ///
    /// # Errors
    ///
    /// Where it exists, or its folder takes no files.
    pub(super) fn create(path: &Path) -> Result<Self, LiveError> {
        if path.symlink_metadata().is_ok() {
            return Err(LiveError::Exists(path.to_owned()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new().prefix(".leaktui-").suffix(".part").tempfile_in(folder);
        let file = file.map_err(|source| LiveError::Write { path: path.to_owned(), source })?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 18, file),
            bytes: 0,
            last: None,
        })
    }

    /// Appends a text.
    pub(super) fn append(&mut self, text: &str) -> Result<(), LiveError> {
        self.bytes += text.len() as u64;
        self.last = text.bytes().rfind(|byte| !byte.is_ascii_whitespace()).or(self.last);
        self.file.write_all(text.as_bytes()).map_err(|source| self.error(source))
    }

    /// Gives the file its name, if it ends as JSON does. Answers how long it is.
    pub(super) fn finish(self) -> Result<u64, LiveError> {
        if self.last != Some(b'}') {
            return Err(LiveError::Incomplete(self.bytes));
        }
        let Self { path, file, bytes, .. } = self;
        let write = |source| LiveError::Write { path: path.clone(), source };
        let file = file.into_inner().map_err(|error| write(error.into_error()))?;
        file.as_file().sync_all().map_err(write)?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok(bytes),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(LiveError::Exists(path))
            }
            Err(error) => Err(write(error.error)),
        }
    }

    /// What went wrong with it.
    pub(super) fn error(&self, source: std::io::Error) -> LiveError {
        LiveError::Write { path: self.path.clone(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = folder.read_dir().expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_has_its_name_once_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.heapsnapshot");
        let mut file = NewFile::create(&path).expect("a folder that takes files");
        file.append("{\"a\":").expect("room");
        file.append("1}\n").expect("room");
        assert!(!path.exists());
        assert_eq!(file.finish().expect("whole"), 8);
        assert_eq!(names(folder.path()), ["a.heapsnapshot"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = path.metadata().expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "a heap holds secrets");
        }
        assert!(matches!(NewFile::create(&path), Err(LiveError::Exists(_))));
    }

    #[test]
    fn nothing_is_left_of_a_file_that_is_not_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.heapsnapshot");
        let mut file = NewFile::create(&path).expect("a folder that takes files");
        file.append("{\"a\":[1,").expect("room");
        assert!(matches!(file.finish(), Err(LiveError::Incomplete(8))));
        drop(NewFile::create(&path));
        assert!(names(folder.path()).is_empty());
        let nowhere = NewFile::create(&folder.path().join("no/such/a.heapsnapshot"));
        assert!(matches!(nowhere, Err(LiveError::Write { .. })));
    }
}
