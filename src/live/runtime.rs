//! What does the runtime say of itself and of its memory?
//!
//! Node, and what is like it, answers `process.memoryUsage()`; a page knows its heap only.
//! Nothing is left behind in the program.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Attached, Figures, LiveError};
use crate::job::Job;

/// Asks Node for everything in one call. Its `rss` is the process's, all else is the thread's.
const ASK: &str = "typeof process === 'object' && process.memoryUsage \
    ? JSON.stringify({ ...process.memoryUsage(), pid: process.pid, version: process.version }) : '{}'";

/// What a runtime tells.
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    /// `v20.20.2`; empty where it does not tell.
    pub version: String,
    /// The process's own view of its id, which a container changes.
    pub pid: Option<u64>,
    /// Its memory; pages as the system counts them where it is asked too.
    pub figures: Figures,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct NodeSays {
    heap_used: Option<u64>,
    heap_total: Option<u64>,
    external: Option<u64>,
    array_buffers: Option<u64>,
    rss: Option<u64>,
    pid: Option<u64>,
    version: String,
}

/// Bytes as the protocol has them: numbers with a point.
#[derive(Deserialize)]
struct HeapUsage {
    #[serde(rename = "usedSize")]
    used: f64,
    #[serde(rename = "totalSize")]
    total: f64,
    #[serde(rename = "backingStorageSize")]
    buffers: Option<f64>,
}

impl Attached {
    /// Asks the target for its memory. Costs it less than a millisecond.
    ///
    /// # Errors
    ///
    /// Where it does not answer.
    pub fn runtime(&mut self, job: &Job) -> Result<Runtime, LiveError> {
        let said = self.evaluate(ASK, job)?;
        let node: NodeSays =
            said.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let mut figures = Figures {
            heap_used: node.heap_used,
            heap_total: node.heap_total,
            external: node.external,
            array_buffers: node.array_buffers,
            rss: self.resident().map(|resident| resident.rss).or(node.rss),
        };
        if figures.heap_used.is_none() {
            let usage: HeapUsage = self.session.ask("Runtime.getHeapUsage", json!({}), job)?;
            figures.heap_used = Some(usage.used as u64);
            figures.heap_total = Some(usage.total as u64);
            figures.array_buffers = usage.buffers.map(|bytes| bytes as u64);
        }
        Ok(Runtime { version: node.version, pid: node.pid, figures })
    }

    /// The value of an expression in the target, with Node's `require` at hand.
    pub(super) fn evaluate(&mut self, expression: &str, job: &Job) -> Result<Value, LiveError> {
        let params = json!({
            "expression": expression,
            "includeCommandLineAPI": true,
            "returnByValue": true,
            "silent": true,
        });
        let answer: Value = self.session.ask("Runtime.evaluate", params, job)?;
        Ok(answer["result"]["value"].clone())
    }
}
