//! How the bytes of a file become a [`Heap`](crate::heap::Heap).
//!
//! | file | step |
//! | --- | --- |
//! | `source`, `unpack`, `sniff` | path, pipe, `.gz` or `.zst` → mapped bytes that may be a snapshot |
//! | `sections`, `json` | where each section lies, in any order, with any white space |
//! | `meta` | the header: which field stands where, what the types are called |
//! | `numbers`, `vector`, `scan` | digits → numbers → rows, on all cores, with the processor's vectors |
//! | `tables`, `places`, `strings` | rows → columns; where each string begins |
//! | `trace` | what was recorded of allocations: functions, call stacks, points in time |
//! | `budget`, `memory` | what it will take of memory, and what is free |
//! | `load` | all of it in order, and errors with byte offsets |
//!
//! Cost: one pass over the bytes to find the sections, one to read them. Memory: the columns
//! of the heap; the text of strings stays in the file, and read pages go back to the kernel.
//! The input is not trusted: no length it announces is allocated, no nesting is recursed into.

pub mod budget;
mod json;
mod load;
mod memory;
mod meta;
mod numbers;
mod places;
mod scan;
mod sections;
mod sniff;
mod source;
mod strings;
mod tables;
#[cfg(test)]
mod tests;
mod trace;
mod unpack;
mod vector;

pub use load::{About, Loaded, load, load_within, unpacked};
pub use memory::{free as free_memory, free_of as free_memory_of};
pub use meta::HeaderFault;
pub use sections::{Section, Sections};
pub use source::Input;
