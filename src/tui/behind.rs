//! Threads for work behind the screen: what they do waits for a key, never a key for them.
//!
//! The thread that draws sleeps between keys. Beside as many busy threads as there are cores it would be
//! let in when the slice of one of them is over, 4 ms and more after the key; a thread of lower priority
//! gives way sooner. This is for the screen only: a command that prints is waited for, and what measures a
//! process (a watch) must not be late.
//!
//! What is little enough to be done on the spot may be written for all cores nevertheless. Shared with threads
//! that are sorting millions it would wait for them, so the thread that draws shares with nobody.

use std::thread::{self, JoinHandle};

use rayon::ThreadPoolBuilder;

/// How much lower the priority is: on a core shared with a thread of the usual one, a quarter of the time is left.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// Runs `work` on a thread of its own that steps back for the screen.
pub fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    thread::spawn(move || {
        step_back();
        work()
    })
}

/// To be called before any work: the threads that share it step back too, and what they free holds nobody up.
pub fn prepare() {
    #[cfg(target_os = "linux")]
    crate::pages::map_apart();
    // Refused where they run already: they serve as well as they are.
    ThreadPoolBuilder::new().start_handler(|_| step_back()).build_global().ok();
}

/// Has this thread do by itself what it would share from now on.
pub fn keep_to_oneself() {
    // Refused where it does already.
    ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
}

/// Lowers the priority of this thread. Only on Linux does each thread have one: elsewhere the screen's would sink too.
fn step_back() {
    // Where it is forbidden the work is done as it is.
    #[cfg(target_os = "linux")]
    rustix::process::nice(NICE).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn only_the_thread_behind_steps_back() {
        let nice = || rustix::process::getpriority_process(None).expect("a priority");
        let before = nice();
        let behind = spawn(nice).join().expect("it does not panic");
        assert_eq!(behind, (before + NICE).min(19));
        assert_eq!(nice(), before);
    }

    #[test]
    fn what_keeps_to_itself_shares_with_nobody() {
        let alone = thread::spawn(|| {
            keep_to_oneself();
            let here = || thread::current().id();
            (rayon::join(here, here), here(), rayon::current_num_threads())
        });
        let ((left, right), own, threads) = alone.join().expect("it does not panic");
        assert_eq!((left, right, threads), (own, own, 1));
    }
}
