//! Made-up snapshots of any size, for benches and tests.

pub(crate) mod record;
#[allow(dead_code, reason = "not everybody asks for every shape")]
pub(crate) mod shape;
pub(crate) mod write;
