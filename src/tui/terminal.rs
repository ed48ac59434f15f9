//! The terminal, taken and given back.
//!
//! Whatever happens (return, panic, signal, suspension), [`leave`] runs and the terminal is as
//! it was: main screen, cursor shown, line mode, no mouse reports, no bracketed paste. Frames
//! are written in one piece between synchronised-update marks, so that a slow link never shows
//! half of one.

use std::{
    io::{self, BufWriter, Stdout, Write},
    panic,
    sync::{
        Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        mpsc::Sender,
    },
    thread,
    time::Duration,
};

use crossterm::{
    clipboard::CopyToClipboard,
    cursor::Show,
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute, queue,
    style::Print,
    terminal::{
        BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    },
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend};
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP},
    iterator::Signals,
    low_level::emulate_default_handler,
};

/// Clicks and wheel, in the encoding that knows wide screens. crossterm's own command would
/// also ask for every movement, which floods a slow link.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// How long a signal waits for the main loop, in milliseconds, before it gives the terminal back itself.
static GRACE: AtomicU64 = AtomicU64::new(500);

/// Whether the terminal is ours.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours; dropping it gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    ///
    /// Where there is no terminal, or it is gone.
    pub(super) fn take() -> io::Result<Self> {
        enter()?;
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        Ok(Self { terminal: Terminal::new(CrosstermBackend::new(out))? })
    }

    /// Draws what changed since the last frame.
    ///
    /// # Errors
    ///
    /// Where the terminal is gone.
    pub(super) fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(paint)?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    ///
    /// # Errors
    ///
    /// Where the terminal is gone.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        // ratatui's own `clear` first asks the terminal where the cursor is, and would take the
        // answer, and keys with it, from the thread that reads them.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Gives the terminal back, stops the process as Ctrl-Z does, and takes it again.
    ///
    /// # Errors
    ///
    /// Where the terminal is gone.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        leave();
        emulate_default_handler(SIGTSTP)?;
        self.resume()
    }

    /// Takes the terminal again after a stop; does little if it is ours already.
    ///
    /// # Errors
    ///
    /// Where the terminal is gone.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        enter()?;
        self.clear()
    }

    /// Puts text into the clipboard of the terminal's own machine (OSC 52), also over SSH.
    ///
    /// # Errors
    ///
    /// Where the terminal is gone. Whether the terminal obeys it does not tell.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A panic inside a frame leaves the frame's first mark in the buffer, which would be
        // written after everything else.
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate).ok();
        leave();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, SeqCst);
    // Not every terminal clears an alternate screen that it shows already, as when one screen of ours follows
    // another.
    let clear = Clear(ClearType::All);
    execute!(io::stdout(), EnterAlternateScreen, clear, EnableBracketedPaste, Print(MOUSE_ON))
}

/// Gives the terminal back, if it is ours. Errors have nobody to tell.
pub(super) fn leave() {
    if TAKEN.swap(false, SeqCst) {
        let mut out = io::stdout();
        let given = execute!(
            out,
            EndSynchronizedUpdate,
            Print(MOUSE_OFF),
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
        given.and(out.flush()).and(disable_raw_mode()).ok();
    }
}

/// Where the last panic of another thread came from.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Where the last panic of another thread came from, for the message about it.
pub(super) fn last_panic() -> String {
    LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// From now on a panic of this thread gives the terminal back before it is printed. Panics of
/// other threads become messages on the screen and are not printed over it.
pub(super) fn guard_panics() {
    static ONCE: Once = Once::new();
    let main = thread::current().id();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == main {
                leave();
            } else {
                let place = info.location().map_or_else(String::new, ToString::to_string);
                *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = place;
            }
            if !TAKEN.load(SeqCst) {
                print(info);
            }
        }));
    });
}

/// What the terminal and the system tell.
pub(super) enum Heard {
    /// A key, a click, a paste, a new size.
    Input(crossterm::event::Event),
    /// The process is asked to end, suspend or go on.
    Signal(i32),
    /// The terminal is gone.
    HangUp,
}

type Sink = Box<dyn Fn(Heard) -> bool + Send>;

/// Who is told, the last of them. One screen may visit another, and the threads that listen cannot be stopped.
static SINKS: Mutex<Vec<(u64, Sink)>> = Mutex::new(Vec::new());

fn sinks() -> MutexGuard<'static, Vec<(u64, Sink)>> {
    SINKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells whoever listens now; answers whether anybody does.
pub(super) fn tell(heard: Heard) -> bool {
    sinks().last().is_some_and(|(_, sink)| sink(heard))
}

/// A listener. Once it is dropped, whoever listened before is told again, and misses nothing in between.
pub(super) struct Ears(u64);

impl Drop for Ears {
    fn drop(&mut self) {
        sinks().retain(|(id, _)| *id != self.0);
    }
}

/// Tells of keys, clicks and new sizes whoever listens to signals.
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        thread::spawn(|| {
            while let Ok(input) = crossterm::event::read() {
                tell(Heard::Input(input));
            }
            tell(Heard::HangUp);
        });
    });
}

/// From now on tells this listener instead of the one before, of signals at once and of keys once those are listened to. A signal
/// that ends the process does so even if nobody listens in time.
///
/// # Errors
///
/// Where the system refuses the handlers.
pub(super) fn listen_to_signals<M: From<Heard> + Send + 'static>(listener: Sender<M>) -> io::Result<Ears> {
    static STARTED: AtomicBool = AtomicBool::new(false);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let sink: Sink = Box::new(move |heard| listener.send(heard.into()).is_ok());
    let ears = Ears(COUNT.fetch_add(1, SeqCst));
    sinks().push((ears.0, sink));
    if STARTED.swap(true, SeqCst) {
        return Ok(ears);
    }
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let heard = tell(Heard::Signal(signal));
            if matches!(signal, SIGTERM | SIGHUP | SIGINT) {
                if heard {
                    thread::sleep(Duration::from_millis(GRACE.load(SeqCst)));
                }
                end_by(signal);
            }
        }
    });
    Ok(ears)
}

/// From now on a signal waits that long for the main loop, which has to tidy up elsewhere.
pub(super) fn wait_for_the_end(time: Duration) {
    GRACE.store(time.as_millis() as u64, SeqCst);
}

/// Gives the terminal back and ends the process as the signal would have.
pub(super) fn end_by(signal: i32) {
    leave();
    emulate_default_handler(signal).ok();
}
