//! What does the header say: which field stands where, and what are the types called?
//!
//! Producers differ in fields, their order, and the numbering of types (V8 by version, Chromium,
//! Deno, Bun, Hermes, Julia), so nothing is assumed: every position is looked up by name. The
//! header is a few kilobytes; it is copied once, because its parser writes into its input.

use std::ops::Range;

use simd_json::{BorrowedValue, prelude::*};
use thiserror::Error;

use crate::{
    error::LoadError,
    heap::{EdgeKind, KindNames, NodeKind},
};

/// The longest header read; real ones have 1 to 5 kB.
const LONGEST: usize = 1 << 20;
/// The most numbers a row may have; real ones have 3 to 8.
const MOST_FIELDS: usize = 64;

/// What is wrong with a header.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum HeaderFault {
    /// Longer than any header.
    #[error("it is {0} bytes long, more than any header")]
    TooLong(usize),
    /// No JSON, in a way that only its parser notices.
    #[error("it is no JSON near byte {0}")]
    Json(usize),
    /// A member is missing.
    #[error("it has no `{0}`")]
    Absent(&'static str),
    /// A member that should be a list of names.
    #[error("its `{0}` is no list of names")]
    NotNames(&'static str),
    /// A member that should be a whole number.
    #[error("its `{0}` is no whole number")]
    NotWhole(&'static str),
    /// A field without which there is no graph.
    #[error("its `{list}` lack `{field}`")]
    NoField {
        /// The list of fields.
        list: &'static str,
        /// What it lacks.
        field: &'static str,
    },
    /// More fields than any producer writes.
    #[error("its `{0}` are more than 64")]
    TooManyFields(&'static str),
    /// More types than a byte can tell apart.
    #[error("its `{0}` are more than 200")]
    TooManyTypes(&'static str),
    /// The root is no multiple of the fields.
    #[error("its `root_index` {0} is the place of no node")]
    Root(u64),
}

/// The header, with every position looked up.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) nodes: NodeFields,
    pub(super) edges: EdgeFields,
    pub(super) locations: Option<LocationFields>,
    pub(super) traces: Option<TraceFields>,
    pub(super) samples: Option<SampleFields>,
    pub(super) node_kinds: Vec<NodeKind>,
    pub(super) edge_kinds: Vec<EdgeKind>,
    pub(super) kind_names: KindNames,
    /// Nodes announced; 0 where the producer does not count.
    pub(super) node_count: u64,
    /// Edges announced; 0 where the producer does not count.
    pub(super) edge_count: u64,
    pub(super) root: u32,
    pub(super) extra_native_bytes: u64,
}

/// Where the fields of a node stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeFields {
    pub(super) count: usize,
    pub(super) kind: usize,
    pub(super) name: usize,
    pub(super) id: usize,
    pub(super) self_size: usize,
    pub(super) edge_count: usize,
    pub(super) trace_node: Option<usize>,
    pub(super) detachedness: Option<usize>,
}

/// Where the fields of an edge stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgeFields {
    pub(super) count: usize,
    pub(super) kind: usize,
    pub(super) name: usize,
    pub(super) to: usize,
}

/// Where the fields of a location stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct LocationFields {
    pub(super) count: usize,
    pub(super) node: usize,
    pub(super) script_id: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Where the fields of a function and of a call stack stand. A stack's last field is the list of
/// those it called.
#[derive(Clone, Copy, Debug)]
pub(super) struct TraceFields {
    pub(super) count: usize,
    pub(super) name: usize,
    pub(super) script: usize,
    pub(super) script_id: usize,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) node_count: usize,
    pub(super) node_id: usize,
    pub(super) node_function: usize,
    pub(super) node_allocations: usize,
    pub(super) node_size: usize,
}

/// Where the fields of a point in time stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct SampleFields {
    pub(super) count: usize,
    pub(super) time: usize,
    pub(super) last_id: usize,
}

impl Header {
    /// Reads the header that lies in `range`.
    pub(super) fn read(bytes: &[u8], range: Range<usize>) -> Result<Self, LoadError> {
        let begin = range.start;
        Self::parse(&bytes[range]).map_err(|fault| LoadError::Header { at: begin.into(), fault })
    }

    fn parse(text: &[u8]) -> Result<Self, HeaderFault> {
        if text.len() > LONGEST {
            return Err(HeaderFault::TooLong(text.len()));
        }
        let mut text = text.to_vec();
        let header =
            simd_json::to_borrowed_value(&mut text).map_err(|error| HeaderFault::Json(error.index()))?;
        let meta = header.get("meta").ok_or(HeaderFault::Absent("meta"))?;
        let (nodes, edges) = (NodeFields::read(meta)?, EdgeFields::read(meta)?);
        let mut kind_names = KindNames::default();
        let node_kinds = kinds(meta, "node_types", nodes.kind, |name| kind_names.node_kind(name))?;
        let edge_kinds = kinds(meta, "edge_types", edges.kind, |name| kind_names.edge_kind(name))?;
        Ok(Self {
            nodes,
            edges,
            locations: LocationFields::read(meta)?,
            traces: TraceFields::read(meta)?,
            samples: SampleFields::read(meta)?,
            node_kinds,
            edge_kinds,
            kind_names,
            node_count: whole(&header, "node_count")?,
            edge_count: whole(&header, "edge_count")?,
            root: root(whole(&header, "root_index")?, nodes.count)?,
            extra_native_bytes: whole(&header, "extra_native_bytes")?,
        })
    }
}

/// A number that is 0 where the header lacks it.
fn whole(header: &BorrowedValue<'_>, name: &'static str) -> Result<u64, HeaderFault> {
    header.get(name).map_or(Ok(0), |value| value.as_u64().ok_or(HeaderFault::NotWhole(name)))
}

fn root(index: u64, fields: usize) -> Result<u32, HeaderFault> {
    let row = index.is_multiple_of(fields as u64).then_some(index / fields as u64);
    row.and_then(|row| u32::try_from(row).ok()).ok_or(HeaderFault::Root(index))
}

/// The types named at `position` of the list `list`, or in the first list within it.
fn kinds<K>(
    meta: &BorrowedValue<'_>,
    list: &'static str,
    position: usize,
    mut kind: impl FnMut(&str) -> Option<K>,
) -> Result<Vec<K>, HeaderFault> {
    let types = meta.get(list).ok_or(HeaderFault::Absent(list))?;
    let types = types.as_array().ok_or(HeaderFault::NotNames(list))?;
    let names = types
        .get(position)
        .and_then(|names| names.as_array())
        .or_else(|| types.iter().find_map(|names| names.as_array()))
        .ok_or(HeaderFault::NotNames(list))?;
    if names.len() > 200 {
        return Err(HeaderFault::TooManyTypes(list));
    }
    names
        .iter()
        .map(|name| {
            let name = name.as_str().ok_or(HeaderFault::NotNames(list))?;
            kind(name).ok_or(HeaderFault::TooManyTypes(list))
        })
        .collect()
}

/// A list of field names.
struct Fields<'a> {
    list: &'static str,
    names: Vec<&'a str>,
}

impl<'a> Fields<'a> {
    /// The list of that name, if the header has it.
    fn find(meta: &'a BorrowedValue<'_>, list: &'static str) -> Result<Option<Self>, HeaderFault> {
        let Some(names) = meta.get(list) else { return Ok(None) };
        let names = names.as_array().ok_or(HeaderFault::NotNames(list))?;
        if names.len() > MOST_FIELDS {
            return Err(HeaderFault::TooManyFields(list));
        }
        let names: Option<Vec<_>> = names.iter().map(|name| name.as_str()).collect();
        Ok(Some(Self { list, names: names.ok_or(HeaderFault::NotNames(list))? }))
    }

    fn needed(meta: &'a BorrowedValue<'_>, list: &'static str) -> Result<Self, HeaderFault> {
        Self::find(meta, list)?.ok_or(HeaderFault::Absent(list))
    }

    fn count(&self) -> usize {
        self.names.len()
    }

    fn find_field(&self, field: &str) -> Option<usize> {
        self.names.iter().position(|name| *name == field)
    }

    fn field(&self, field: &'static str) -> Result<usize, HeaderFault> {
        self.find_field(field).ok_or(HeaderFault::NoField { list: self.list, field })
    }
}

impl NodeFields {
    fn read(meta: &BorrowedValue<'_>) -> Result<Self, HeaderFault> {
        let fields = Fields::needed(meta, "node_fields")?;
        Ok(Self {
            count: fields.count(),
            kind: fields.field("type")?,
            name: fields.field("name")?,
            id: fields.field("id")?,
            self_size: fields.field("self_size")?,
            edge_count: fields.field("edge_count")?,
            trace_node: fields.find_field("trace_node_id"),
            detachedness: fields.find_field("detachedness"),
        })
    }
}

impl EdgeFields {
    fn read(meta: &BorrowedValue<'_>) -> Result<Self, HeaderFault> {
        let fields = Fields::needed(meta, "edge_fields")?;
        Ok(Self {
            count: fields.count(),
            kind: fields.field("type")?,
            name: fields.field("name_or_index")?,
            to: fields.field("to_node")?,
        })
    }
}

impl TraceFields {
    /// `None` where a producer writes no stacks, or in another form.
    fn read(meta: &BorrowedValue<'_>) -> Result<Option<Self>, HeaderFault> {
        let functions = Fields::find(meta, "trace_function_info_fields")?;
        let Some((functions, nodes)) = functions.zip(Fields::find(meta, "trace_node_fields")?) else {
            return Ok(None);
        };
        let (of, node) = (|name| functions.find_field(name), |name| nodes.find_field(name));
        let is_nested_last = node("children").is_some_and(|at| at + 1 == nodes.count());
        let read = || {
            Some(Self {
                count: functions.count(),
                name: of("name")?,
                script: of("script_name")?,
                script_id: of("script_id")?,
                line: of("line")?,
                column: of("column")?,
                node_count: nodes.count(),
                node_id: node("id")?,
                node_function: node("function_info_index")?,
                node_allocations: node("count")?,
                node_size: node("size")?,
            })
        };
        Ok(read().filter(|_| is_nested_last))
    }
}

impl SampleFields {
    fn read(meta: &BorrowedValue<'_>) -> Result<Option<Self>, HeaderFault> {
        let Some(fields) = Fields::find(meta, "sample_fields")? else { return Ok(None) };
        let places = fields.find_field("timestamp_us").zip(fields.find_field("last_assigned_id"));
        Ok(places.map(|(time, last_id)| Self { count: fields.count(), time, last_id }))
    }
}

impl LocationFields {
    fn read(meta: &BorrowedValue<'_>) -> Result<Option<Self>, HeaderFault> {
        let Some(fields) = Fields::find(meta, "location_fields")? else { return Ok(None) };
        if fields.count() == 0 {
            return Ok(None);
        }
        Ok(Some(Self {
            count: fields.count(),
            node: fields.field("object_index")?,
            script_id: fields.field("script_id")?,
            line: fields.field("line")?,
            column: fields.field("column")?,
        }))
    }
}
