//! Files that exports go to: written under another name beside their own, renamed when whole.
//!
//! Each is written by a thread of its own. Whoever leaves stops what is still being written and
//! waits until nothing is left of it; that takes as long as one piece of 256 kB.

use std::{
    env,
    fs::{self, File, Metadata, Permissions},
    io::{self, BufWriter, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, mpsc::Sender},
    thread::JoinHandle,
};

use tempfile::NamedTempFile;

use super::{
    behind,
    event::Event,
    export::{self, Export, Format, Saved},
    worker::{Message, panic_text},
};
use crate::job::{Job, Progress};

/// So many bytes are written at once.
const PIECE: usize = 1 << 18;

/// What is being written.
#[derive(Default)]
pub(super) struct Saving(Vec<(Job, JoinHandle<()>)>);

impl Saving {
    /// Writes a list, and tells what became of it.
    pub(super) fn begin(
        &mut self,
        export: Arc<Export>,
        format: Format,
        name: String,
        replace: bool,
        tell: Sender<Message>,
    ) {
        self.0.retain(|(_, thread)| !thread.is_finished());
        let job = Job::default();
        let stop = job.clone();
        let thread = behind::spawn(move || {
            let saved = guarded(&name, || save(&export, format, &path(&name), replace, &stop));
            // Nobody listens any more: we are quitting.
            tell.send(Event::Saved { name, export, saved }.into()).ok();
        });
        self.0.push((job, thread));
    }

    /// How far the last one is that is being written.
    pub(super) fn progress(&self) -> Option<Progress> {
        self.0.iter().rev().find(|(_, thread)| !thread.is_finished())?.0.progress()
    }

    /// Gives up what is not yet whole, and waits until nothing is left of it.
    pub(super) fn stop(&mut self) {
        self.0.iter().for_each(|(job, _)| job.cancel());
        for (_, thread) in self.0.drain(..) {
            // A panic in it has been told already.
            thread.join().ok();
        }
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What became of a file, whatever goes wrong.
fn guarded(name: &str, save: impl FnOnce() -> io::Result<Saved>) -> Saved {
    match catch_unwind(AssertUnwindSafe(save)) {
        Ok(Ok(saved)) => saved,
        Ok(Err(error)) if error.kind() == io::ErrorKind::AlreadyExists => Saved::Exists,
        Ok(Err(error)) => Saved::Failed(format!("{name}: {}", why(&error))),
        Err(panic) => {
            let what = panic_text(panic.as_ref());
            Saved::Failed(format!("{name}: a bug in leaktui, please report it: {what}"))
        }
    }
}

/// Says what went wrong without the name that the file had meanwhile: nobody has asked for that.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        kind if error.raw_os_error().is_none() && kind != io::ErrorKind::Other => kind.to_string(),
        _ => error.to_string(),
    }
}

/// `~/` is the home of the user, as in a shell.
fn path(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => name.into(),
    }
}

fn save(export: &Export, format: Format, path: &Path, replace: bool, job: &Job) -> io::Result<Saved> {
    let there = file_at(path)?;
    if there.is_some() && !replace {
        return Ok(Saved::Exists);
    }
    // A link stays one: the file that it leads to is replaced.
    let path = if there.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    let file = beside(&path, there.map(|there| there.permissions()))?;
    let bytes = write(export, format, file.as_file(), job)?;
    let named = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    named.map_err(|error| error.error)?;
    Ok(Saved::Done(bytes))
}

/// The file of that name, if there is one; an error where there is something that no list replaces.
fn file_at(path: &Path) -> io::Result<Option<Metadata>> {
    match path.metadata() {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(found) if found.is_dir() => Err(io::Error::other("there is a folder of that name")),
        Ok(_) => Err(io::Error::other("there is something of that name that is no file")),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Err(_) if path.is_symlink() => Err(io::Error::other("that is a link which leads nowhere")),
        Err(_) => Ok(None),
    }
}

/// Writes the list and answers how many bytes it takes, once the disk has them.
fn write(export: &Export, format: Format, file: &File, job: &Job) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(PIECE, Stoppable { file, job });
    export::write(export, format, job, &mut out)?;
    out.flush()?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

/// A file that takes no more once its job is cancelled.
struct Stoppable<'a> {
    file: &'a File,
    job: &'a Job,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.job.tick(0).map_err(io::Error::other)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file without its name yet. Others may read it as they may the one it replaces, or any new file of
/// this user.
fn beside(path: &Path, like: Option<Permissions>) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leaktui-").suffix(".part");
    #[cfg(unix)]
    if like.is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        // The user's mask takes away from it what it takes away from all.
        builder.permissions(Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    if let Some(like) = like {
        file.as_file().set_permissions(like)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::export::Rows;

    fn export(line: &str) -> Export {
        let rows = Rows::Lines { table: "path", lines: Arc::new([line.to_owned()]), left_out: 0 };
        Export { title: "What holds it".to_owned(), about: String::new(), files: Vec::new(), rows }
    }

    fn saved(line: &str, path: &Path, replace: bool) -> Saved {
        let name = path.to_string_lossy();
        guarded(&name, || save(&export(line), Format::Markdown, path, replace, &Job::default()))
    }

    fn names(folder: &Path) -> usize {
        folder.read_dir().expect("a folder").count()
    }

    #[track_caller]
    fn assert_failed(saved: &Saved, why: &str) {
        assert!(matches!(saved, Saved::Failed(said) if said.ends_with(why)), "{saved:?}");
    }

    #[test]
    fn a_file_is_replaced_only_when_that_is_asked_for_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("chain.md");
        assert!(matches!(saved("first", &path, false), Saved::Done(bytes) if bytes > 5));
        assert_eq!(saved("second", &path, false), Saved::Exists);
        assert!(fs::read_to_string(&path).expect("text").contains("first"));
        assert!(matches!(saved("second", &path, true), Saved::Done(_)));
        assert!(fs::read_to_string(&path).expect("text").contains("second"));
        assert_eq!(names(folder.path()), 1);
    }

    #[test]
    fn what_is_no_file_is_never_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.md");
        fs::create_dir(&path).expect("room");
        for replace in [false, true] {
            assert_failed(&saved("x", &path, replace), "list.md: there is a folder of that name");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_with_the_name_that_was_typed() {
        let folder = tempfile::tempdir().expect("a folder");
        let saved = saved("x", &folder.path().join("no/such.csv"), false);
        assert_failed(&saved, "no/such.csv: there is no such folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_is_replaced_keeps_its_mode_and_a_link_to_it_stays_one() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link, nowhere] = ["list.md", "link.md", "nowhere.md"].map(|name| folder.path().join(name));
        fs::write(&file, "old").expect("room");
        fs::set_permissions(&file, Permissions::from_mode(0o640)).expect("ours");
        symlink("list.md", &link).expect("room");
        assert_eq!(saved("new", &link, false), Saved::Exists);
        assert!(matches!(saved("new", &link, true), Saved::Done(_)));
        assert!(link.is_symlink() && fs::read_to_string(&file).expect("text").contains("new"));
        assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o640);
        symlink("gone.md", &nowhere).expect("room");
        assert_failed(&saved("new", &nowhere, true), "that is a link which leads nowhere");
    }

    #[test]
    fn nothing_is_left_of_what_is_given_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let job = Job::default();
        job.cancel();
        let path = folder.path().join("chain.md");
        let error = save(&export("x"), Format::Json, &path, false, &job).expect_err("given up");
        assert_eq!(error.to_string(), "cancelled");
        assert_eq!(names(folder.path()), 0);
    }

    #[test]
    fn whoever_leaves_waits_for_what_is_being_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("chain.json").to_string_lossy().into_owned();
        let (tell, hear) = std::sync::mpsc::channel();
        let mut saving = Saving::default();
        saving.begin(Arc::new(export("x")), Format::Json, name, false, tell);
        saving.stop();
        let Ok(Message::Event(event)) = hear.try_recv() else { panic!("it has ended") };
        let Event::Saved { saved, .. } = *event else { panic!("it tells what became of it") };
        assert_eq!(names(folder.path()), usize::from(matches!(saved, Saved::Done(_))), "{saved:?}");
    }

    #[test]
    fn a_bug_while_writing_is_said() {
        let saved = guarded("a.md", || panic!("no such row"));
        assert!(
            matches!(&saved, Saved::Failed(why) if why.starts_with("a.md: a bug in leaktui")),
            "{saved:?}"
        );
    }
}
