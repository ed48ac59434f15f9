//! Parts that panes are made of. None knows what a heap is.

pub mod choices;
pub mod flat;
pub mod list;
pub mod piece;
pub mod spark;
pub mod table;
pub mod tree;
