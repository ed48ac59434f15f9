//! A thousand keys over an explorer, and how long each took to its frame.

use std::{
    thread,
    time::{Duration, Instant},
};

use crossterm::event::KeyCode;
use leaktui::{
    analysis::Analysis,
    job::Job,
    tui::{behind, task::Task},
};

use crate::explorer::Explorer;

/// How many keys are pressed.
const KEYS: usize = 1000;
/// The time between two keys: faster than a keyboard repeats.
const PACE: Duration = Duration::from_millis(5);
/// What 99 of 100 frames may take.
const LIMIT: Duration = Duration::from_millis(5);

/// Every way of moving, sorting, filtering, opening and going elsewhere; `↵` is Enter, `⇥` Tab,
/// `⌫` Backspace, `⎋` Escape, `→` `←` the arrows, `▼` `▲` a page.
const SCRIPT: &str = "jjjjjjjj▼▼▲jjkk⇥jjjjGkkk▼gjjsjjSjj⇥jjjj→jjkj←jj↵jj⌫⇥jjjj→jjj←jGkkg↵jjp⎋jj⌫⌫⇥jj/user⎋jj";

fn key(c: char) -> KeyCode {
    match c {
        '↵' => KeyCode::Enter,
        '⇥' => KeyCode::Tab,
        '⌫' => KeyCode::Backspace,
        '⎋' => KeyCode::Esc,
        '→' => KeyCode::Right,
        '←' => KeyCode::Left,
        '▼' => KeyCode::PageDown,
        '▲' => KeyCode::PageUp,
        c => KeyCode::Char(c),
    }
}

/// How long each key took, the fastest first, and which of the script it was.
pub(crate) type Times = Vec<(Duration, usize)>;

/// The time of each key.
pub(crate) fn replay(known: &Analysis) -> Times {
    let mut explorer = Explorer::of(known);
    let press = |(at, c): (usize, char)| {
        thread::sleep(PACE);
        let since = Instant::now();
        explorer.press(key(c));
        (since.elapsed(), at)
    };
    let mut times: Times = SCRIPT.chars().enumerate().cycle().take(KEYS).map(press).collect();
    times.sort();
    times
}

/// The same while another thread does this task over and over.
pub(crate) fn replay_beside(task: &Task, known: &Analysis) -> Times {
    let job = Job::default();
    let beside = {
        let (task, known, job) = (task.clone(), known.clone(), job.clone());
        behind::spawn(move || while task.run(&known, &job).is_ok() {})
    };
    let times = replay(known);
    job.cancel();
    beside.join().expect("no task panics");
    times
}

/// Prints what the keys took; answers whether it was little enough.
pub(crate) fn tell(what: &str, times: &Times) -> bool {
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].0;
    let (middle, nearly_all, worst) = (at(50), at(99), at(100));
    let slowest: Vec<_> = times.iter().rev().take(3).map(|(_, at)| told(*at)).collect();
    let slowest = slowest.join(", ");
    println!(
        "{what}: median {middle:.1?}, 99 % within {nearly_all:.1?}, worst {worst:.1?}; slowest {slowest}"
    );
    nearly_all <= LIMIT
}

/// A key of the script after what comes before it: `jj⇥jjj|G`.
fn told(at: usize) -> String {
    let before: String = SCRIPT.chars().skip(at.saturating_sub(6)).take(at.min(6)).collect();
    let key = SCRIPT.chars().nth(at).unwrap_or_default();
    format!("`{before}|{key}`")
}
