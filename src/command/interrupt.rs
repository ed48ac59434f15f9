//! Ctrl-C and its like, turned into a request that work can answer by tidying up.

use std::{
    io,
    sync::{Arc, atomic::AtomicBool},
    thread::{self, JoinHandle},
};

use signal_hook::{
    SigId,
    consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    flag,
    iterator::{Handle, Signals},
    low_level,
};

use crate::job::Job;

/// While it lives, signals that end a program cancel a job instead.
pub(super) struct Interrupt {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
    too_long: SigId,
}

impl Interrupt {
    /// Lets the signals cancel that job.
    pub(super) fn cancels(job: &Job) -> io::Result<Self> {
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        // A file beyond the limit on file sizes is an error like a full disk, once the signal is caught.
        let too_long = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
        let (handle, job) = (signals.handle(), job.clone());
        let thread = thread::spawn(move || signals.forever().for_each(|_| job.cancel()));
        Ok(Self { handle, thread: Some(thread), too_long })
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.handle.close();
        low_level::unregister(self.too_long);
        if let Some(thread) = self.thread.take() {
            // It does nothing that can fail.
            let _ = thread.join();
        }
    }
}
