//! One connection of the DevTools protocol.
//!
//! A call is a JSON text with a number, its answer carries that number, and events arrive in
//! between. Node's worker threads are reached through their main thread, which carries the same
//! texts inside its own. The socket wakes five times a second, so that every wait can be
//! cancelled. Texts are looked at in place; a chunk of a snapshot is copied once, where it has
//! escapes.

use std::{
    io,
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tungstenite::{
    HandshakeError, Message, Utf8Bytes, WebSocket, client::client_with_config, protocol::WebSocketConfig,
};

use super::LiveError;
use crate::job::Job;

/// How long a target may take to answer what it can answer at once.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How often a wait looks whether it is still wanted.
const TURN: Duration = Duration::from_millis(200);
/// The longest text taken; a sampling profile comes in one.
const LONGEST: usize = 1 << 30;

/// A conversation with a target. Closed when dropped.
pub struct Session {
    socket: WebSocket<TcpStream>,
    numbers: u64,
    /// Node's name for the conversation with a worker thread.
    worker: Option<String>,
}

/// Something the target tells without being asked.
pub(super) struct Event<'a> {
    /// `HeapProfiler.addHeapSnapshotChunk`.
    pub(super) name: &'a str,
    params: Option<&'a RawValue>,
}

impl<'a> Event<'a> {
    /// What comes with it, if it has that form.
    pub(super) fn params<P: Deserialize<'a>>(&self) -> Option<P> {
        serde_json::from_str(self.params?.get()).ok()
    }
}

/// Takes events while an answer is waited for.
pub(super) type OnEvent<'a> = &'a mut dyn FnMut(&Event<'_>) -> Result<(), LiveError>;

#[derive(Serialize)]
struct Call<'a, P> {
    id: u64,
    method: &'a str,
    params: P,
}

#[derive(Deserialize)]
struct Told<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    method: Option<&'a str>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Carried {
    session_id: String,
    message: String,
}

/// A worker thread as Node tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    session_id: String,
    worker_info: WorkerInfo,
}

/// What a worker thread is called.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkerInfo {
    /// Node's number of it.
    pub(super) worker_id: String,
    /// `worker`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// `Worker 1`.
    pub(super) title: String,
    /// The file it runs.
    pub(super) url: String,
}

impl Session {
    /// Connects to the target at a path.
    ///
    /// # Errors
    ///
    /// Where nothing listens, or no such target is there.
    pub(super) fn open(at: SocketAddr, path: &str) -> Result<Self, LiveError> {
        Self::open_within(at, path, PATIENCE)
    }

    /// The same, where a target may take that long at each step.
    ///
    /// # Errors
    ///
    /// As [`Session::open`].
    pub(super) fn open_within(at: SocketAddr, path: &str, patience: Duration) -> Result<Self, LiveError> {
        let connect = |source| LiveError::Connect { at: at.to_string(), source };
        let stream = TcpStream::connect_timeout(&at, patience).map_err(connect)?;
        stream.set_nodelay(true).map_err(connect)?;
        stream.set_read_timeout(Some(patience)).map_err(connect)?;
        let limits = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        let (socket, _) = client_with_config(format!("ws://{at}{path}"), stream, Some(limits)).map_err(
            |error| match error {
                HandshakeError::Interrupted(_) => LiveError::Mute { at: at.to_string(), waited: patience },
                HandshakeError::Failure(_) => LiveError::NoInspector { at: format!("{at}{path}") },
            },
        )?;
        socket.get_ref().set_read_timeout(Some(TURN)).map_err(connect)?;
        Ok(Self { socket, numbers: 0, worker: None })
    }

    /// The worker threads of this target. Other runtimes than Node have none.
    ///
    /// # Errors
    ///
    /// Where the target does not answer.
    pub(super) fn workers(&mut self, job: &Job) -> Result<Vec<WorkerInfo>, LiveError> {
        Ok(self.attach_to_workers(job)?.into_iter().map(|found| found.worker_info).collect())
    }

    /// Leaves the worker threads alone again.
    pub(super) fn forget_workers(&mut self, job: &Job) -> Result<(), LiveError> {
        match self.ask::<serde_json::Value>("NodeWorker.disable", serde_json::json!({}), job) {
            // What knows no worker threads has none to forget.
            Ok(_) | Err(LiveError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// From here on the conversation is with that worker thread.
    pub(super) fn enter_worker(&mut self, id: &str, job: &Job) -> Result<(), LiveError> {
        let found = self.attach_to_workers(job)?.into_iter().find(|found| found.worker_info.worker_id == id);
        let found = found.ok_or_else(|| LiveError::NoSuchTarget { wanted: id.to_owned() })?;
        self.worker = Some(found.session_id);
        Ok(())
    }

    fn attach_to_workers(&mut self, job: &Job) -> Result<Vec<Attachment>, LiveError> {
        let mut found = Vec::new();
        let params = serde_json::json!({ "waitForDebuggerOnStart": false });
        let answer = self.call::<serde_json::Value>(
            "NodeWorker.enable",
            params,
            Some(PATIENCE),
            &mut |event| {
                if event.name == "NodeWorker.attachedToWorker" {
                    found.extend(event.params::<Attachment>());
                }
                Ok(())
            },
            job,
        );
        match answer {
            Ok(_) => Ok(found),
            Err(LiveError::Refused { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Calls a method that answers at once.
    ///
    /// # Errors
    ///
    /// [`LiveError`] where there is no such answer.
    pub(super) fn ask<R: DeserializeOwned>(
        &mut self,
        method: &str,
        params: impl Serialize,
        job: &Job,
    ) -> Result<R, LiveError> {
        self.call(method, params, Some(PATIENCE), &mut |_| Ok(()), job)
    }

    /// Calls a method, telling `on_event` what comes before its answer. Waits as long as it takes
    /// where there is no `patience`; else as long since the last word.
    ///
    /// # Errors
    ///
    /// [`LiveError`] where there is no such answer, and what `on_event` says.
    pub(super) fn call<R: DeserializeOwned>(
        &mut self,
        method: &str,
        params: impl Serialize,
        patience: Option<Duration>,
        on_event: OnEvent<'_>,
        job: &Job,
    ) -> Result<R, LiveError> {
        // What was given up before it began is not begun.
        job.tick(0)?;
        let id = self.post(method, params)?;
        self.answer(id, method, patience, on_event, job)
    }

    /// The answer to such a call that was posted, as [`Session::call`] waits for it.
    ///
    /// # Errors
    ///
    /// As there.
    pub(super) fn answer<R: DeserializeOwned>(
        &mut self,
        id: u64,
        method: &str,
        patience: Option<Duration>,
        on_event: OnEvent<'_>,
        job: &Job,
    ) -> Result<R, LiveError> {
        loop {
            let text = self.receive(method, patience, job)?;
            let told: Told<'_> = serde_json::from_str(&text).map_err(|_| garbled(method))?;
            match told {
                Told { method: Some(name), params, .. } => on_event(&Event { name, params })?,
                Told { id: Some(answered), error: Some(Refusal { message }), .. } if answered == id => {
                    return Err(LiveError::Refused { method: method.to_owned(), message });
                }
                Told { id: Some(answered), result, .. } if answered == id => {
                    let result = result.map_or("null", RawValue::get);
                    return serde_json::from_str(result).map_err(|_| garbled(method));
                }
                Told { .. } => {}
            }
        }
    }

    /// Calls a method whose answer nobody waits for: a target that is busy does it once it is free, whoever is
    /// still connected then. Answers the number of the call.
    ///
    /// # Errors
    ///
    /// Where the target is gone.
    pub(super) fn post(&mut self, method: &str, params: impl Serialize) -> Result<u64, LiveError> {
        self.numbers += 1;
        let id = self.numbers;
        let call = serde_json::to_string(&Call { id, method, params }).map_err(|_| garbled(method))?;
        self.send(call, method)?;
        Ok(id)
    }

    /// The same to the program itself, also where the conversation is with a worker thread of it.
    pub(super) fn post_to_program(&mut self, method: &str, params: impl Serialize) -> Result<u64, LiveError> {
        let worker = self.worker.take();
        let posted = self.post(method, params);
        self.worker = worker;
        posted
    }

    /// Waits until such a call is done, till then at most; answers whether nothing is left to be done. What
    /// the target says meanwhile is taken off its hands.
    pub(super) fn settles(&mut self, id: u64, until: Instant) -> bool {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.receive("leaving", Some(left), &Job::default()) {
                Ok(text) => {
                    let told = serde_json::from_str::<Told<'_>>(&text);
                    if told.is_ok_and(|told| told.method.is_none() && told.id == Some(id)) {
                        return true;
                    }
                }
                Err(LiveError::Silent { .. }) => return false,
                // A target that is gone does nothing more.
                Err(_) => return true,
            }
            if left.is_zero() {
                return false;
            }
        }
    }

    /// Lets the target run for a while, telling `job` of the milliseconds. What it says meanwhile is dropped.
    ///
    /// # Errors
    ///
    /// Where it goes away, or nobody waits any more.
    pub(super) fn pass(&mut self, time: Duration, job: &Job) -> Result<(), LiveError> {
        let until = Instant::now() + time;
        loop {
            let turn = until.saturating_duration_since(Instant::now()).min(TURN);
            if turn.is_zero() {
                return Ok(());
            }
            let since = Instant::now();
            match self.receive("waiting", Some(turn), job) {
                Ok(_) | Err(LiveError::Silent { .. }) => job.tick(since.elapsed().as_millis() as usize)?,
                Err(error) => return Err(error),
            }
        }
    }

    fn send(&mut self, call: String, method: &str) -> Result<(), LiveError> {
        let call = match &self.worker {
            None => call,
            Some(worker) => {
                self.numbers += 1;
                let params = Carried { session_id: worker.clone(), message: call };
                let outer = Call { id: self.numbers, method: "NodeWorker.sendMessageToWorker", params };
                serde_json::to_string(&outer).map_err(|_| garbled(method))?
            }
        };
        self.socket.send(Message::text(call)).map_err(|_| gone(method))
    }

    /// The next text of whoever the conversation is with.
    fn receive(
        &mut self,
        method: &str,
        patience: Option<Duration>,
        job: &Job,
    ) -> Result<Utf8Bytes, LiveError> {
        let since = Instant::now();
        loop {
            job.tick(0)?;
            match self.socket.read() {
                Ok(Message::Text(text)) => match self.unwrapped(text, method)? {
                    Some(text) => return Ok(text),
                    None => continue,
                },
                Ok(Message::Close(_)) => return Err(gone(method)),
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if is_a_turn(&error) => {}
                Err(_) => return Err(gone(method)),
            }
            if let Some(waited) = patience.filter(|patience| since.elapsed() >= *patience) {
                return Err(LiveError::Silent { method: method.to_owned(), waited });
            }
        }
    }

    /// The text itself, or the one it carries from the worker; `None` where it is about others.
    fn unwrapped(&self, text: Utf8Bytes, method: &str) -> Result<Option<Utf8Bytes>, LiveError> {
        let Some(worker) = &self.worker else { return Ok(Some(text)) };
        let told: Told<'_> = serde_json::from_str(&text).map_err(|_| garbled(method))?;
        let event = Event { name: told.method.unwrap_or_default(), params: told.params };
        let is_ours = |session: &str| session == worker;
        match event.name {
            "NodeWorker.receivedMessageFromWorker" => {
                let carried = event.params::<Carried>().filter(|carried| is_ours(&carried.session_id));
                Ok(carried.map(|carried| carried.message.into()))
            }
            "NodeWorker.detachedFromWorker" => {
                #[derive(Deserialize)]
                #[serde(rename_all = "camelCase")]
                struct Detached {
                    session_id: String,
                }
                match event.params::<Detached>() {
                    Some(detached) if is_ours(&detached.session_id) => Err(gone(method)),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Whether the target hears of it or not, the connection ends here.
        let _ = self.socket.close(None);
        let _ = self.socket.flush();
    }
}

fn garbled(method: &str) -> LiveError {
    LiveError::Garbled { method: method.to_owned() }
}

fn gone(method: &str) -> LiveError {
    LiveError::Gone { method: method.to_owned() }
}

/// Whether the wait merely came to a point where it is looked whether it is still wanted.
fn is_a_turn(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
