//! The real program in a real pseudo-terminal: what a person's terminal goes through.
#![cfg(unix)]

use std::{
    io::{Read, Write},
    num::NonZero,
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is switched on, and what restores it: mouse, bracketed paste, alternate screen, hidden cursor.
const RESTORED: [(&str, &str); 4] = [
    ("\x1b[?1000h", "\x1b[?1000l"),
    ("\x1b[?2004h", "\x1b[?2004l"),
    ("\x1b[?1049h", "\x1b[?1049l"),
    ("\x1b[?25l", "\x1b[?25h"),
];

struct Session {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    raw: Arc<Mutex<Vec<u8>>>,
    size: (u16, u16),
}

impl Session {
    fn start(args: &[&str], env: &[(&str, &str)]) -> Self {
        let size = (120, 40);
        let pty = native_pty_system().openpty(pty_size(size)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_leaktui"));
        command.args(args);
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

    fn output(&self) -> String {
        String::from_utf8_lossy(&self.raw.lock().expect("no panic")).into_owned()
    }

    /// The screen as a terminal of the size set last shows it.
    fn screen(&self) -> String {
        let cells = |count| NonZero::new(count).expect("no terminal is empty");
        let mut parser = vt100::Parser::new(cells(self.size.1), cells(self.size.0), 0);
        parser.process(&self.raw.lock().expect("no panic"));
        parser.screen().contents()
    }

    fn type_keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and(self.keys.flush()).expect("the program listens");
    }

    fn wait_for(&self, what: &str) {
        self.wait_until(what, |screen| screen.contains(what));
    }

    fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(&self.screen()) {
            assert!(Instant::now() < end, "no {what} on\n{}", self.screen());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        self.raw.lock().expect("no panic").clear();
        self.master.resize(pty_size(size)).expect("a terminal has a size");
    }

    fn end(&mut self) -> ExitStatus {
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

    fn assert_restored(&self) {
        // What was written last may still be on its way to the reader.
        let end = Instant::now() + Duration::from_secs(5);
        while !RESTORED.iter().all(|(on, off)| self.ends_with(on, off)) {
            assert!(Instant::now() < end, "not restored: {:?}", self.output());
            thread::sleep(Duration::from_millis(20));
        }
        assert!(!self.is_raw(), "the terminal is still raw");
    }

    /// Whether the terminal hands over each key at once instead of lines.
    fn is_raw(&self) -> bool {
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

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().expect("a process").to_string();
        let sent = Command::new("kill").args([name, &pid]).status();
        assert!(sent.is_ok_and(|status| status.success()));
    }
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

#[test]
fn open_filter_drill_copy_resize_quit() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("2 rows below may be leaks");
    session.wait_for("requestCachesByEnvironment");
    session.type_keys("2");
    session.wait_for("[2 Compare]");
    session.type_keys("3");
    session.wait_for("[3 Explore]");
    session.wait_until("retained sizes", |screen| {
        screen.contains("Retained▾") && !screen.contains('…'.to_string().repeat(2).as_str())
    });
    session.type_keys("/ServerEnv");
    session.wait_for("/ServerEnv");
    session.wait_for("Objects of ServerEnvironment");
    session.type_keys("\r\r\r");
    session.wait_for("Retainers of ServerEnvironment");
    session.wait_for("Backspace back");
    // Three retainers up, each becoming what the panes are about.
    for _ in 0..3 {
        let before = session.screen();
        session.type_keys("\r");
        session.wait_until("another object", |screen| screen != before);
    }
    session.type_keys("y");
    session.wait_for("copied");
    assert!(session.output().contains("\x1b]52;c;"), "OSC 52 carries the copy");
    session.type_keys("p");
    session.wait_for("What holds");
    session.type_keys("y");
    session.wait_for("copied the chain");
    session.type_keys("q");
    session.resize((80, 24));
    session.wait_for("─ Constructors");
    session.resize((40, 12));
    session.wait_for("Explore 3/4");
    session.type_keys("q");
    assert!(session.end().success());
}

#[test]
fn the_terminal_is_as_it_was_after_quitting() {
    for key in ["q", "\x03"] {
        let mut session = Session::start(&["demo"], &[]);
        session.wait_for("What grew");
        assert!(session.is_raw());
        session.type_keys(key);
        assert!(session.end().success());
        session.assert_restored();
    }
}

#[test]
fn the_terminal_is_as_it_was_after_a_panic() {
    let mut session = Session::start(&["demo"], &[("LEAKTUI_TEST_PANIC", "1")]);
    assert!(!session.end().success());
    session.assert_restored();
    let output = session.output();
    let left = output.rfind("\x1b[?1049l").expect("it left the alternate screen");
    assert!(output[left..].contains("LEAKTUI_TEST_PANIC asks for it"), "the reason comes after");
}

#[test]
fn the_terminal_is_as_it_was_after_being_killed_politely() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("What grew");
    session.signal("-TERM");
    assert!(!session.end().success(), "as a process killed by SIGTERM ends");
    session.assert_restored();
}

#[test]
fn the_terminal_is_given_back_while_suspended() {
    let mut session = Session::start(&["demo"], &[]);
    session.wait_for("Retained▾");
    session.type_keys("\x1a");
    let end = Instant::now() + PATIENCE;
    while session.is_raw() {
        assert!(Instant::now() < end, "Ctrl-Z does nothing");
        thread::sleep(Duration::from_millis(20));
    }
    session.assert_restored();
    session.raw.lock().expect("no panic").clear();
    session.signal("-CONT");
    session.wait_for("Retained▾");
    assert!(session.is_raw());
    session.type_keys("q");
    assert!(session.end().success());
    session.assert_restored();
}

#[test]
fn a_file_that_is_no_snapshot_leaves_one_line_and_no_mess() {
    let mut session = Session::start(&["Cargo.toml"], &[]);
    assert_eq!(session.end().exit_code(), 2);
    session.assert_restored();
    let output = session.output();
    let left = output.rfind("\x1b[?1049l").expect("it left the alternate screen");
    assert!(output[left..].contains("leaktui: "), "{output}");
}
