//! Where was memory allocated, as a sampling profile (`.heapprofile`) tells?
//!
//! | file | question it answers |
//! | --- | --- |
//! | `read` | bytes → profile |
//! | `tree` | the calls, with self and total sizes; who stands under whom |
//! | `group` | what is a function, a script, an npm package? |
//! | `table` | sums by one of these, and how two profiles differ |
//! | `heavy` | who called what allocates most, bottom up |
//! | `shape` | focused on a function, or without one; by package; two side by side |
//! | `siblings` | which calls did a call make, most bytes first? |
//! | `flame` | which call is drawn where |
//!
//! V8 samples: sizes are estimates of what was allocated while the profile was taken and still
//! lived at its end, good to a few samples of 32 kB. A profile has some thousand calls; all here is linear in
//! them, and nothing recurses, however deep the program did.

pub mod flame;
mod group;
mod heavy;
mod read;
mod shape;
mod siblings;
mod table;
mod tree;

pub use group::{By, Group, Origin};
pub use heavy::Heavy;
pub use read::{ProfileError, read};
pub use siblings::Siblings;
pub use table::{Change, Row, by_frame, compare, rows};
pub use tree::{Builder, CallIx, Frame, FrameIx, Profile};
