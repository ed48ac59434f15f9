//! How does a stream become a file?
//!
//! The stream (a pipe, or packed bytes) is unpacked as its first bytes say and copied, 64 kB
//! at a time, to an unlinked temporary file. Before the first byte is written the beginning
//! must look like a snapshot, so no bomb of blanks and no endless device fills the disk.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Cursor, Read, Write},
    ops::Range,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use super::{
    sniff::{self, Kind},
    source::Input,
};
use crate::{
    error::{Grouped, LoadError},
    job::{Cancelled, Job},
};

/// How long a pipe may have no writer before it is given up.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to sleep between two looks at a pipe: twice as long each time nothing has come.
const NAPS: Range<Duration> = Duration::from_micros(50)..Duration::from_millis(10);
/// The most memory a zstd file may ask for; the zstd program allows no more either.
const MOST_WINDOW: u64 = 128 << 20;
const BLOCK: usize = 64 << 10;

/// Copies `stream`, of `len` bytes if that is known, to a temporary file.
pub(super) fn spool(
    stream: impl Read,
    len: Option<usize>,
    input: &Input,
    job: &Job,
) -> Result<File, LoadError> {
    let mut counted = Counted { inner: stream, job, bytes: 0 };
    let head = read_head(&mut counted).map_err(|error| broken(error, input, job))?;
    let kind = sniff::kind(&head);
    let format = match kind {
        _ if head.is_empty() => return Err(LoadError::Empty),
        Kind::Other(what) => return Err(LoadError::NotSnapshot(what)),
        Kind::Json => None,
        Kind::Gzip => Some("gzip"),
        Kind::Zstd => Some("zstd"),
    };
    job.phase(if format.is_some() { "unpacking" } else { "receiving" }, "bytes", len.unwrap_or(0));
    let mut whole = BufReader::with_capacity(BLOCK, Cursor::new(head).chain(&mut counted));
    let mut copy = Copy::default();
    let done = match kind {
        Kind::Gzip => copy.run(MultiGzDecoder::new(&mut whole)),
        Kind::Zstd => copy.run(Zstd::new(&mut whole)),
        _ => copy.run(&mut whole),
    };
    drop(whole);
    match done {
        Ok(file) => Ok(file),
        Err(CopyError::Load(error)) => Err(error),
        Err(CopyError::Read(source)) => Err(match format {
            Some(format) if !job.is_cancelled() => LoadError::Unpack {
                format,
                packed: Grouped(counted.bytes),
                unpacked: Grouped(copy.bytes),
                source,
            },
            _ => broken(source, input, job),
        }),
    }
}

/// As much as it takes to judge, or all there is.
fn read_head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(sniff::ENOUGH as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn broken(error: io::Error, input: &Input, job: &Job) -> LoadError {
    if job.is_cancelled() {
        return Cancelled.into();
    }
    match (error.kind(), input) {
        (io::ErrorKind::TimedOut, Input::Path(path)) => {
            LoadError::NoWriter { path: path.clone(), seconds: PATIENCE.as_secs() }
        }
        _ => LoadError::Read { label: input.label(), source: error },
    }
}

enum CopyError {
    Read(io::Error),
    Load(LoadError),
}

#[derive(Default)]
struct Copy {
    bytes: u64,
}

impl Copy {
    fn run(&mut self, mut from: impl Read) -> Result<File, CopyError> {
        let head = read_head(&mut from).map_err(CopyError::Read)?;
        match sniff::kind(&head) {
            _ if head.is_empty() => return Err(CopyError::Load(LoadError::Empty)),
            Kind::Json => {}
            Kind::Other(what) => return Err(CopyError::Load(LoadError::NotSnapshot(what))),
            Kind::Gzip | Kind::Zstd => {
                let twice = crate::error::Resemblance::Packed("gzip or zstd twice");
                return Err(CopyError::Load(LoadError::NotSnapshot(twice)));
            }
        }
        let spool = |source| CopyError::Load(LoadError::Spool { dir: std::env::temp_dir(), source });
        let mut file = tempfile::tempfile().map_err(spool)?;
        file.write_all(&head).map_err(spool)?;
        self.bytes = head.len() as u64;
        let mut block = vec![0; BLOCK];
        loop {
            match from.read(&mut block) {
                Ok(0) => return Ok(file),
                Ok(len) => {
                    file.write_all(&block[..len]).map_err(spool)?;
                    self.bytes += len as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(CopyError::Read(error)),
            }
        }
    }
}

/// Counts what is read, tells the job, and fails once the job is cancelled.
struct Counted<'a, R> {
    inner: R,
    job: &'a Job,
    bytes: u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(BLOCK);
        let len = self.inner.read(&mut out[..len])?;
        self.bytes += len as u64;
        self.job.tick(len).map_err(io::Error::other)?;
        Ok(len)
    }
}

/// All frames of a zstd stream, one after the other.
struct Zstd<R> {
    from: R,
    decoder: FrameDecoder,
    open: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(from: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MOST_WINDOW);
        Self { from, decoder, open: false }
    }

    /// Reads the next frame's header; `false` at the end of the stream.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.from.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.from) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    io::copy(&mut self.from.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBlocks;
        loop {
            if !self.open && !self.next_frame()? {
                return Ok(0);
            }
            self.open = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.from, UptoBlocks(1)).map_err(io::Error::other)?;
            }
            let len = Read::read(&mut self.decoder, out)?;
            if len > 0 {
                return Ok(len);
            }
            self.open = false;
        }
    }
}

/// A named pipe or device, read without ever blocking for good.
pub(super) struct Pipe<'a> {
    file: File,
    job: &'a Job,
    /// Since when nobody has been writing; `None` once somebody has.
    idle: Option<Instant>,
    nap: Duration,
}

impl<'a> Pipe<'a> {
    pub(super) fn open(path: &Path, job: &'a Job) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
        let file = options.open(path)?;
        let fifo = is_fifo(&file)?;
        Ok(Self { file, job, idle: fifo.then(Instant::now), nap: NAPS.start })
    }

    fn nap(&mut self) -> io::Result<()> {
        self.job.tick(0).map_err(io::Error::other)?;
        sleep(self.nap);
        self.nap = (self.nap * 2).min(NAPS.end);
        Ok(())
    }
}

#[cfg(unix)]
fn is_fifo(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::FileTypeExt;
    Ok(file.metadata()?.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_fifo(_: &File) -> io::Result<bool> {
    Ok(false)
}

impl Read for Pipe<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read(out) {
                // A pipe nobody has opened for writing yet reads as ended.
                Ok(0) if self.idle.is_some_and(|since| since.elapsed() < PATIENCE) => {}
                Ok(0) if self.idle.is_some() => return Err(io::ErrorKind::TimedOut.into()),
                Ok(len) => {
                    (self.idle, self.nap) = (None, NAPS.start);
                    return Ok(len);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.idle = None,
                Err(error) => return Err(error),
            }
            self.nap()?;
        }
    }
}
