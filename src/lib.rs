//! leaktui explores V8 heap snapshots in the terminal.
//!
//! The folders are layers and imports go down only:
//!
//! | folder | question it answers |
//! | --- | --- |
//! | [`heap`] | what does the file say? columns of nodes, edges, strings |
//! | [`snapshot`] | how do the bytes of a file become a heap? |
//! | [`analysis`] | what follows from a heap? sizes, distances, classes, chains |
//! | [`profile`] | what does a sampling profile say? calls, sums, flames |
//! | [`live`] | how does one ask a running process? inspector, `/proc`, captures |
//! | [`command`] | the same answers as text or JSON |
//! | [`tui`] | the same answers on a screen, by keyboard |
//!
//! [`error`] says in one line why a file is no heap.
//! [`job`] is the handle by which long work reports progress and is cancelled. [`cli`] holds the
//! command line's types; [`mod@format`] writes numbers, [`text`] makes foreign text safe to show, [`words`]
//! says answers in sentences, and [`explain`] what the rows are that V8 made.

pub mod analysis;
pub mod cli;
pub mod command;
pub mod error;
pub mod explain;
pub mod format;
pub mod heap;
pub mod job;
pub mod json;
pub mod live;
#[cfg(target_os = "linux")]
mod pages;
pub mod profile;
pub mod snapshot;
pub mod text;
pub mod tui;
pub mod words;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: pages::LargePages = pages::LargePages;
