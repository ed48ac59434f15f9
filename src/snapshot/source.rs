//! From where do the bytes come, and how are they held?
//!
//! A plain file is mapped. Pipes and packed files are first copied to a temporary file that
//! has no name and that nobody else may read (mode 0600), then mapped like any other. Nothing
//! is held in memory but what the kernel caches. A file must not be cut short while it is
//! mapped: no reader of maps survives that.

use std::{
    fs::{File, Metadata},
    io::{self, IsTerminal, Read, Seek},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use memmap2::Mmap;

use super::{
    sniff::{self, Kind},
    unpack,
};
use crate::{error::LoadError, heap::Bytes, job::Job};

/// What to load.
#[derive(Clone)]
pub enum Input {
    /// A file or a named pipe; plain, gzip or zstd.
    Path(PathBuf),
    /// Standard input; plain, gzip or zstd.
    Stdin,
    /// Bytes that the program carries; plain, gzip or zstd.
    Bytes {
        /// What to call them.
        label: String,
        /// The bytes.
        bytes: Bytes,
    },
}

impl Input {
    /// What to call the input: the file's name, not sanitised.
    pub fn label(&self) -> String {
        match self {
            Self::Path(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Self::Stdin => "(standard input)".to_owned(),
            Self::Bytes { label, .. } => label.clone(),
        }
    }
}

/// Bytes that begin like a snapshot.
pub(super) struct Source {
    bytes: Bytes,
    map: Option<Arc<Mmap>>,
}

impl Source {
    /// Opens, unpacks if need be, and maps.
    pub(super) fn open(input: &Input, job: &Job) -> Result<Self, LoadError> {
        match input {
            Input::Path(path) => Self::from_path(path, job),
            Input::Stdin => Self::from_stdin(job),
            Input::Bytes { bytes, .. } => Self { bytes: bytes.clone(), map: None }.unpacked(input, job),
        }
    }

    fn from_path(path: &Path, job: &Job) -> Result<Self, LoadError> {
        let open = |source| LoadError::Open { path: path.to_owned(), source };
        let kind = std::fs::metadata(path).map_err(open)?;
        if let Some(kind) = unreadable_kind(&kind) {
            return Err(LoadError::NotAFile { path: path.to_owned(), kind });
        }
        let input = Input::Path(path.to_owned());
        if kind.is_file() {
            let file = File::open(path).map_err(open)?;
            return Self::map(&file).map_err(open)?.unpacked(&input, job);
        }
        let pipe = unpack::Pipe::open(path, job).map_err(open)?;
        Self::from_stream(pipe, &input, job)
    }

    fn from_stdin(job: &Job) -> Result<Self, LoadError> {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Err(LoadError::Terminal);
        }
        match whole_file(&stdin).and_then(|file| Self::map(&file).ok()) {
            Some(source) => source.unpacked(&Input::Stdin, job),
            None => Self::from_stream(stdin.lock(), &Input::Stdin, job),
        }
    }

    /// Copies a stream, unpacking it if need be.
    fn from_stream(stream: impl Read, input: &Input, job: &Job) -> Result<Self, LoadError> {
        job.phase("waiting for data", "bytes", 0);
        let file = unpack::spool(stream, None, input, job)?;
        Self::map(&file).map_err(|source| LoadError::Read { label: input.label(), source })
    }

    /// These bytes, or what is packed in them.
    fn unpacked(self, input: &Input, job: &Job) -> Result<Self, LoadError> {
        let bytes = self.bytes();
        match sniff::kind(&bytes[..bytes.len().min(sniff::ENOUGH)]) {
            _ if bytes.is_empty() => Err(LoadError::Empty),
            Kind::Json => Ok(self),
            Kind::Other(what) => Err(LoadError::NotSnapshot(what)),
            Kind::Gzip | Kind::Zstd => {
                let file = unpack::spool(bytes, Some(bytes.len()), input, job)?;
                Self::map(&file).map_err(|source| LoadError::Read { label: input.label(), source })
            }
        }
    }

    #[allow(unsafe_code)]
    fn map(file: &File) -> io::Result<Self> {
        // SAFETY: the map is only read, as bytes of any value. Somebody who writes into the file
        // meanwhile changes what is read, which no code here relies on: every offset is checked
        // where it is used. Somebody who cuts the file ends the program by a signal, as they would
        // that of any program that maps; a copy would cost the memory that mapping saves.
        let map = Arc::new(unsafe { Mmap::map(file)? });
        Ok(Self { bytes: map.clone(), map: Some(map) })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// The same bytes for somebody who outlives this.
    pub(super) fn share(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Tells the kernel that these bytes will hardly be read again, so that they stop counting
    /// as this program's memory.
    #[cfg(unix)]
    #[allow(unsafe_code)]
    pub(super) fn release(&self, range: Range<usize>) {
        use memmap2::UncheckedAdvice::DontNeed;
        const PAGE: usize = 16 << 10;
        let (start, end) = (range.start.next_multiple_of(PAGE), range.end / PAGE * PAGE);
        if let Some(map) = &self.map
            && start < end
        {
            // SAFETY: the pages of a shared file map come back from the file when touched again,
            // and nobody has written to them: the map is read-only. It is advice, so that it may
            // fail is of no consequence.
            let _ = unsafe { map.unchecked_advise_range(DontNeed, start, end - start) };
        }
    }

    /// Other systems judge for themselves which pages are needed.
    #[cfg(not(unix))]
    pub(super) fn release(&self, _: Range<usize>) {}

    #[cfg(test)]
    pub(super) fn of(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: Arc::new(bytes.into()), map: None }
    }
}

/// What it is, if it is nothing that can be read.
fn unreadable_kind(kind: &Metadata) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.file_type().is_socket() {
            return Some("a socket");
        }
    }
    kind.is_dir().then_some("a directory")
}

/// Standard input as a file, where it is one that has not been read from yet.
#[cfg(unix)]
fn whole_file(stdin: &io::Stdin) -> Option<File> {
    use std::os::fd::AsFd;
    let mut file = File::from(stdin.as_fd().try_clone_to_owned().ok()?);
    let unread = file.metadata().ok()?.is_file() && file.stream_position().ok()? == 0;
    unread.then_some(file)
}

#[cfg(not(unix))]
fn whole_file(_: &io::Stdin) -> Option<File> {
    None
}
