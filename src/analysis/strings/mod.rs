//! What the strings of the heap say: searched, counted twice, grouped by pattern, measured.
//!
//! A string's text lies in the mapped file and is read when somebody asks. V8 writes at most 1,024
//! UTF-16 units of it; [`cut`] tells where the rest is missing.

pub mod cut;
pub mod duplicates;
