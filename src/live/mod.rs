//! How does one ask a running process about its memory?
//!
//! | file | question it answers |
//! | --- | --- |
//! | `address` | which process, port or URL did the user name? |
//! | `process`, `sockets` | what does `/proc` say of a local process: is it Node, where does it listen, how much memory has it? |
//! | `endpoint`, `http` | which targets does an inspector offer? |
//! | `attach` | address → open inspector → chosen target → session, and everything closed again |
//! | `session` | one connection of the DevTools protocol |
//! | `figures`, `cost` | what the process says of its memory; what a snapshot would cost it |
//! | `capture`, `condition` | a snapshot, timeline or sampling profile into a file; when to take the next |
//! | `watch`, `trend`, `verdict` | memory over time: how fast it grows, and where |
//! | `runtime`, `record` | what the runtime says; what is kept beside a snapshot |
//! | `file`, `name` | files whole or not at all, and what they are called |
//!
//! A target is foreign: every text it sends is data, every wait has an end or can be cancelled, and nothing
//! partial is ever left under a final name. Needs nothing but a TCP connection; `/proc` where there is one.

mod address;
mod attach;
pub mod capture;
mod condition;
mod cost;
mod endpoint;
mod error;
mod figures;
mod file;
mod http;
mod name;
mod pages;
mod process;
mod record;
mod runtime;
mod session;
mod sockets;
mod trend;
mod verdict;
mod watch;

pub use address::Address;
pub use attach::{Attached, Inspector, Rest};
pub use condition::{Condition, Gauge};
pub use cost::Cost;
pub use endpoint::Target;
pub use error::LiveError;
pub use figures::{Figures, Resident};
pub use pages::Pages;
pub use record::Record;
pub use runtime::Runtime;
pub use session::Session;
pub use trend::Trend;
pub use verdict::{External, Part, Point, Trends, Verdict};
pub use watch::{Sample, Watch};
