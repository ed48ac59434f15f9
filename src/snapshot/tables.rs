//! How do rows of numbers become the columns of a heap?
//!
//! A batch of rows is stored column by column, in loops without branches that only gather
//! whether anything was out of range; if so, the batch is looked at again, number by number.

use super::{
    meta::{EdgeFields, Header, LocationFields, NodeFields},
    places::NodePlaces,
    scan::{OutOfRange, Rows},
};
use crate::{
    error::Limit,
    heap::{EdgeKind, Location, NodeIx, NodeKind},
};

/// The numbers of one field.
fn column(values: &[u64], fields: usize, field: usize) -> impl Iterator<Item = u64> + '_ {
    values.chunks_exact(fields).map(move |row| row[field])
}

/// Stores a field of 32 bits; answers whether every number fits.
fn store_u32(to: &mut [u32], values: impl Iterator<Item = u64>) -> bool {
    let mut all = 0;
    for (to, value) in to.iter_mut().zip(values) {
        *to = value as u32;
        all |= value;
    }
    u32::try_from(all).is_ok()
}

/// Stores a field of 32 bits that is nearly always 0: pages of zeros are never touched.
fn store_rare(to: &mut [u32], values: impl Iterator<Item = u64>) -> bool {
    let mut all = 0;
    for (to, value) in to.iter_mut().zip(values).filter(|(_, value)| *value != 0) {
        *to = value as u32;
        all |= value;
    }
    u32::try_from(all).is_ok()
}

/// Stores codes of types; answers whether every number is one of `codes`.
fn store_codes(to: &mut [u8], codes: &Codes, values: impl Iterator<Item = u64>) -> bool {
    let mut most = 0;
    for (to, value) in to.iter_mut().zip(values) {
        *to = codes.table[value as usize & 0xFF];
        most = most.max(value);
    }
    most < codes.len as u64 || to.is_empty()
}

/// The codes of a file's types, by the file's number.
#[derive(Clone)]
pub(super) struct Codes {
    table: [u8; 256],
    len: usize,
}

impl Codes {
    fn new(codes: impl ExactSizeIterator<Item = u8>) -> Self {
        let mut table = [0; 256];
        let len = codes.len();
        table.iter_mut().zip(codes).for_each(|(to, code)| *to = code);
        Self { table, len }
    }
}

/// A column of numbers that may pass 32 bits, as [`crate::heap::WideColumn`] wants it.
pub(super) struct Wide<'a> {
    narrow: &'a mut [u32],
    first: usize,
    /// Rows and values of what does not fit.
    pub(super) beyond: Vec<(u32, u64)>,
}

impl<'a> Wide<'a> {
    fn new(narrow: &'a mut [u32]) -> Self {
        Self { narrow, first: 0, beyond: Vec::new() }
    }

    fn split_off(&mut self, rows: usize) -> Self {
        let part = Self { narrow: split(&mut self.narrow, rows), first: self.first, beyond: Vec::new() };
        self.first += rows;
        part
    }

    fn store(&mut self, row: usize, values: impl Iterator<Item = u64>) {
        for (at, (to, value)) in self.narrow[row..].iter_mut().zip(values).enumerate() {
            *to = value as u32;
            if value >= u64::from(u32::MAX) {
                self.beyond.push(((self.first + row + at) as u32, value));
            }
        }
    }
}

/// Takes the first `rows` off.
#[allow(clippy::mut_mut, reason = "a slice shrinks where it stands")]
fn split<'a, T>(all: &mut &'a mut [T], rows: usize) -> &'a mut [T] {
    let (part, rest) = std::mem::take(all).split_at_mut(rows);
    *all = rest;
    part
}

/// The columns of nodes as plain numbers, before they get their types.
pub(super) struct NodeTable {
    pub(super) kind: Vec<u8>,
    pub(super) name: Vec<u32>,
    pub(super) id: Vec<u32>,
    pub(super) self_size: Vec<u32>,
    pub(super) edge_count: Vec<u32>,
    pub(super) trace_node: Option<Vec<u32>>,
    pub(super) detachedness: Option<Vec<u8>>,
}

impl NodeTable {
    pub(super) fn zeros(rows: usize, fields: &NodeFields) -> Self {
        // They become running sums, one more than there are nodes.
        let mut counts = vec![0; rows + 1];
        counts.truncate(rows);
        Self {
            kind: vec![0; rows],
            name: vec![0; rows],
            id: vec![0; rows],
            self_size: vec![0; rows],
            edge_count: counts,
            trace_node: fields.trace_node.map(|_| vec![0; rows]),
            detachedness: fields.detachedness.map(|_| vec![0; rows]),
        }
    }

    pub(super) fn rows(&mut self, header: &Header) -> NodeRows<'_> {
        NodeRows {
            fields: header.nodes,
            codes: Codes::new(header.node_kinds.iter().map(|kind: &NodeKind| kind.0)),
            kind: &mut self.kind,
            name: &mut self.name,
            id: Wide::new(&mut self.id),
            self_size: Wide::new(&mut self.self_size),
            edge_count: &mut self.edge_count,
            trace_node: self.trace_node.as_deref_mut(),
            detachedness: self.detachedness.as_deref_mut(),
            traced: false,
        }
    }
}

/// Some rows of the nodes.
pub(super) struct NodeRows<'a> {
    fields: NodeFields,
    codes: Codes,
    kind: &'a mut [u8],
    name: &'a mut [u32],
    pub(super) id: Wide<'a>,
    pub(super) self_size: Wide<'a>,
    edge_count: &'a mut [u32],
    trace_node: Option<&'a mut [u32]>,
    detachedness: Option<&'a mut [u8]>,
    /// Whether any node has a place in the allocation tree.
    pub(super) traced: bool,
}

impl Rows for NodeRows<'_> {
    fn split_off(&mut self, rows: usize) -> Self {
        Self {
            fields: self.fields,
            codes: self.codes.clone(),
            kind: split(&mut self.kind, rows),
            name: split(&mut self.name, rows),
            id: self.id.split_off(rows),
            self_size: self.self_size.split_off(rows),
            edge_count: split(&mut self.edge_count, rows),
            trace_node: self.trace_node.as_mut().map(|all| split(all, rows)),
            detachedness: self.detachedness.as_mut().map(|all| split(all, rows)),
            traced: false,
        }
    }

    fn store(&mut self, row: usize, values: &[u64]) -> Result<(), OutOfRange> {
        let fields = self.fields;
        let of = |field| column(values, fields.count, field);
        self.id.store(row, of(fields.id));
        self.self_size.store(row, of(fields.self_size));
        let mut fits = store_codes(&mut self.kind[row..], &self.codes, of(fields.kind));
        fits &= store_u32(&mut self.name[row..], of(fields.name));
        fits &= store_u32(&mut self.edge_count[row..], of(fields.edge_count));
        if let (Some(to), Some(field)) = (&mut self.trace_node, fields.trace_node) {
            fits &= store_rare(&mut to[row..], of(field));
            self.traced |= of(field).any(|trace| trace != 0);
        }
        if let (Some(to), Some(field)) = (&mut self.detachedness, fields.detachedness) {
            let states = to[row..].iter_mut().zip(of(field));
            states.filter(|(_, state)| *state != 0).for_each(|(to, state)| *to = state as u8);
        }
        if fits { Ok(()) } else { Err(self.out_of_range(values)) }
    }
}

impl NodeRows<'_> {
    #[cold]
    fn out_of_range(&self, values: &[u64]) -> OutOfRange {
        let fields = &self.fields;
        let mut limits = vec![
            (fields.kind, "type", Limit::Types(self.codes.len)),
            (fields.name, "name", Limit::Bits32),
            (fields.edge_count, "edge_count", Limit::Bits32),
        ];
        limits.extend(fields.trace_node.map(|field| (field, "trace_node_id", Limit::Bits32)));
        first_outside(values, fields.count, &limits)
    }
}

/// The first number above its field's limit; there is one.
fn first_outside(values: &[u64], fields: usize, limits: &[(usize, &'static str, Limit)]) -> OutOfRange {
    let outside = |value: usize| {
        let &(_, field, limit) = limits.iter().find(|(field, _, _)| *field == value % fields)?;
        is_outside(values[value], limit).then_some(OutOfRange { value, field, limit })
    };
    let (_, field, limit) = limits[0];
    (0..values.len()).find_map(outside).unwrap_or(OutOfRange { value: 0, field, limit })
}

fn is_outside(value: u64, limit: Limit) -> bool {
    match limit {
        Limit::Bits32 => value > u64::from(u32::MAX),
        Limit::Types(most) | Limit::Strings(most) => value >= most as u64,
        Limit::Nodes { nodes, fields } => NodePlaces { nodes, fields }.row(value).is_none(),
    }
}

/// The columns of edges as plain numbers.
pub(super) struct EdgeTable {
    pub(super) kind: Vec<u8>,
    pub(super) name: Vec<u32>,
    pub(super) to: Vec<u32>,
}

impl EdgeTable {
    pub(super) fn zeros(rows: usize) -> Self {
        Self { kind: vec![0; rows], name: vec![0; rows], to: vec![0; rows] }
    }

    pub(super) fn rows(&mut self, header: &Header, nodes: NodePlaces) -> EdgeRows<'_> {
        EdgeRows {
            fields: header.edges,
            codes: Codes::new(header.edge_kinds.iter().map(|kind: &EdgeKind| kind.0)),
            nodes,
            kind: &mut self.kind,
            name: &mut self.name,
            to: &mut self.to,
        }
    }
}

/// Some rows of the edges.
pub(super) struct EdgeRows<'a> {
    fields: EdgeFields,
    codes: Codes,
    nodes: NodePlaces,
    kind: &'a mut [u8],
    name: &'a mut [u32],
    to: &'a mut [u32],
}

impl Rows for EdgeRows<'_> {
    fn split_off(&mut self, rows: usize) -> Self {
        Self {
            fields: self.fields,
            codes: self.codes.clone(),
            nodes: self.nodes,
            kind: split(&mut self.kind, rows),
            name: split(&mut self.name, rows),
            to: split(&mut self.to, rows),
        }
    }

    fn store(&mut self, row: usize, values: &[u64]) -> Result<(), OutOfRange> {
        let fields = self.fields;
        let of = |field| column(values, fields.count, field);
        let mut fits = store_codes(&mut self.kind[row..], &self.codes, of(fields.kind));
        fits &= store_u32(&mut self.name[row..], of(fields.name));
        fits &= self.nodes.store(&mut self.to[row..], of(fields.to));
        if fits { Ok(()) } else { Err(self.out_of_range(values)) }
    }
}

impl EdgeRows<'_> {
    #[cold]
    fn out_of_range(&self, values: &[u64]) -> OutOfRange {
        let limits = [
            (self.fields.kind, "type", Limit::Types(self.codes.len)),
            (self.fields.name, "name_or_index", Limit::Bits32),
            (self.fields.to, "to_node", self.nodes.limit()),
        ];
        first_outside(values, self.fields.count, &limits)
    }
}

/// Some rows of the locations.
pub(super) struct LocationRows<'a> {
    pub(super) fields: LocationFields,
    pub(super) nodes: NodePlaces,
    pub(super) rows: &'a mut [Location],
}

impl LocationRows<'_> {
    /// What stands in the table before anything is stored.
    pub(super) const BLANK: Location = Location { node: NodeIx(0), script_id: 0, line: 0, column: 0 };
}

impl Rows for LocationRows<'_> {
    fn split_off(&mut self, rows: usize) -> Self {
        Self { rows: split(&mut self.rows, rows), ..*self }
    }

    fn store(&mut self, row: usize, values: &[u64]) -> Result<(), OutOfRange> {
        let fields = self.fields;
        let mut all = 0;
        for (to, row) in self.rows[row..].iter_mut().zip(values.chunks_exact(fields.count)) {
            // A place between nodes, or beyond them all, is the place of none: the heap drops it.
            to.node = NodeIx(self.nodes.row(row[fields.node]).unwrap_or(u32::MAX));
            to.script_id = row[fields.script_id] as u32;
            to.line = row[fields.line] as u32;
            to.column = row[fields.column] as u32;
            all |= row[fields.script_id] | row[fields.line] | row[fields.column];
        }
        if u32::try_from(all).is_ok() { Ok(()) } else { Err(self.out_of_range(values)) }
    }
}

impl LocationRows<'_> {
    #[cold]
    fn out_of_range(&self, values: &[u64]) -> OutOfRange {
        let limits = [
            (self.fields.script_id, "script_id", Limit::Bits32),
            (self.fields.line, "line", Limit::Bits32),
            (self.fields.column, "column", Limit::Bits32),
        ];
        first_outside(values, self.fields.count, &limits)
    }
}
