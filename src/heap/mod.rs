//! The graph as the file says it: nodes, edges and strings in columns.
//!
//! Nothing here is derived. A [`Heap`] answers what the producer wrote (type, name, id, own
//! size, edges, source locations); everything worked out from that is a value of its own in
//! [`crate::analysis`]. Columns hold 17 to 22 bytes a node and 9 bytes an edge; the text of
//! strings stays where it was read and is decoded when somebody looks at it.
//!
//! This folder does no I/O and imports nothing else of this crate.

mod builder;
mod column;
mod fetch;
pub mod fixture;
mod graph;
mod ids;
mod in_edges;
mod kind;
mod locations;
mod strings;
mod trace;

pub use builder::{BuildError, HeapBuilder};
pub use column::WideColumn;
pub use fetch::{AHEAD, fetch};
pub use graph::{Edge, EdgeName, Heap};
pub use ids::{ClassIx, EdgeIx, NodeId, NodeIx, StrIx};
pub use in_edges::{InEdge, InEdges};
pub use kind::{Detachedness, EdgeKind, KindNames, NodeKind};
pub use locations::{Location, Locations};
pub use strings::{Bytes, Strings, decode_json_text};
pub use trace::{Trace, TraceFunction, TraceNode, TraceSample};
