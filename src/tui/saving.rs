//! Files that exports go to: written under another name beside their own, renamed when whole.

use std::{
    env, fs,
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, mpsc::Sender},
    thread,
};

use tempfile::NamedTempFile;

use super::{
    event::Event,
    export::{self, Export, Format, Saved},
    worker::Message,
};

/// Writes on a thread of its own, and tells what became of it.
pub(super) fn begin(export: Arc<Export>, format: Format, name: String, replace: bool, tell: Sender<Message>) {
    thread::spawn(move || {
        let saved = save(&export, format, &path(&name), replace).unwrap_or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Saved::Exists,
            _ => Saved::Failed(format!("{name}: {error}")),
        });
        // Nobody listens any more: we are quitting.
        tell.send(Event::Saved { name, export, saved }.into()).ok();
    });
}

/// `~/` is the home of the user, as in a shell.
fn path(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => name.into(),
    }
}

fn save(export: &Export, format: Format, path: &Path, replace: bool) -> io::Result<Saved> {
    if !replace && path.symlink_metadata().is_ok() {
        return Ok(Saved::Exists);
    }
    let mut out = BufWriter::with_capacity(1 << 18, beside(path)?);
    export::write(export, format, &mut out)?;
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    let bytes = file.as_file().metadata()?.len();
    file.as_file().sync_all()?;
    let named = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    named.map_err(|error| error.error)?;
    Ok(Saved::Done(bytes))
}

/// A file without its name yet, which others may read as they may any file of this user.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leaktui-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The user's mask takes away from it what it takes away from all.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::export::Rows;

    fn export(line: &str) -> Export {
        let rows = Rows::Lines(Arc::new([line.to_owned()]));
        Export { title: "What holds it".to_owned(), about: String::new(), files: Vec::new(), rows }
    }

    #[test]
    fn a_file_is_replaced_only_when_that_is_asked_for_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("chain.md");
        let save = |line: &str, replace| save(&export(line), Format::Markdown, &path, replace).expect("room");
        assert!(matches!(save("first", false), Saved::Done(bytes) if bytes > 5));
        assert_eq!(save("second", false), Saved::Exists);
        assert!(fs::read_to_string(&path).expect("text").contains("first"));
        assert!(matches!(save("second", true), Saved::Done(_)));
        assert!(fs::read_to_string(&path).expect("text").contains("second"));
        assert_eq!(folder.path().read_dir().expect("a folder").count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = save(&export("x"), Format::Csv, &folder.path().join("no/such.csv"), false);
        assert_eq!(error.expect_err("no folder").kind(), io::ErrorKind::NotFound);
    }
}
