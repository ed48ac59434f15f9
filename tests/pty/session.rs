//! A session in a pseudo-terminal: the program, what is typed, and the screen a terminal would show.

use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What is switched on, and what restores it: mouse, bracketed paste, alternate screen, hidden cursor.
const RESTORED: [(&str, &str); 4] = [
    ("\x1b[?1000h", "\x1b[?1000l"),
    ("\x1b[?2004h", "\x1b[?2004l"),
    ("\x1b[?1049h", "\x1b[?1049l"),
    ("\x1b[?25l", "\x1b[?25h"),
];

pub(crate) struct Session {
    master: Box<dyn MasterPty + Send>,
    pub(crate) child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    pub(crate) raw: Arc<Mutex<Vec<u8>>>,
    size: (u16, u16),
}

impl Session {
    pub(crate) fn start(args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::start_in(Path::new(env!("CARGO_MANIFEST_DIR")), args, env)
    }

    /// The same in a folder.
    pub(crate) fn start_in(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let size = (120, 40);
        let pty = native_pty_system().openpty(pty_size(size)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_leaktui"));
        command.args(args);
        command.cwd(folder);
        command.env("TERM", "xterm-256color");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).expect("the program starts");
        drop(pty.slave);
        let mut out = pty.master.try_clone_reader().expect("a reader");
        let keys = pty.master.take_writer().expect("a writer");
        let raw = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&raw);
        thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(read @ 1..) = out.read(&mut buffer) {
                sink.lock().expect("no panic").extend_from_slice(&buffer[..read]);
            }
        });
        Self { master: pty.master, child, keys, raw, size }
    }

    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&self.raw.lock().expect("no panic")).into_owned()
    }

    /// The screen as a terminal of the size set last shows it.
    pub(crate) fn screen(&self) -> String {
        let cells = |count| NonZero::new(count).expect("no terminal is empty");
        let mut parser = vt100::Parser::new(cells(self.size.1), cells(self.size.0), 0);
        parser.process(&self.raw.lock().expect("no panic"));
        parser.screen().contents()
    }

    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and(self.keys.flush()).expect("the program listens");
    }

    pub(crate) fn wait_for(&self, what: &str) {
        self.wait_until(what, |screen| screen.contains(what));
    }

    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(&self.screen()) {
            assert!(Instant::now() < end, "no {what} on\n{}", self.screen());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        self.raw.lock().expect("no panic").clear();
        self.master.resize(pty_size(size)).expect("a terminal has a size");
    }

    pub(crate) fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("our child") {
                // The last bytes may still be on their way to the reader.
                thread::sleep(Duration::from_millis(100));
                return status;
            }
            assert!(Instant::now() < end, "it goes on and on\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn assert_restored(&self) {
        // What was written last may still be on its way to the reader.
        let end = Instant::now() + Duration::from_secs(5);
        while !RESTORED.iter().all(|(on, off)| self.ends_with(on, off)) {
            assert!(Instant::now() < end, "not restored: {:?}", self.output());
            thread::sleep(Duration::from_millis(20));
        }
        assert!(!self.is_raw(), "the terminal is still raw");
        let output = self.output();
        let entered = output.split("\x1b[?1049h").skip(1);
        assert!(
            entered.into_iter().all(|then| then.starts_with("\x1b[2J")),
            "not every terminal clears by itself"
        );
    }

    /// Whether the terminal hands over each key at once instead of lines.
    pub(crate) fn is_raw(&self) -> bool {
        let name = self.master.tty_name().expect("a terminal has a name");
        let said = Command::new("stty").arg("-a").arg("-F").arg(name).output().expect("stty runs");
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(text.contains("icanon"), "stty says {text}");
        text.contains("-icanon")
    }

    /// Whether the last of the two was the one that switches off.
    fn ends_with(&self, on: &str, off: &str) -> bool {
        let output = self.output();
        output.rfind(off).is_some_and(|off| Some(off) > output.rfind(on))
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.process_id().expect("a process").to_string();
        let sent = Command::new("kill").args([name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
