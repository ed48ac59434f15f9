//! All steps from an input to a heap, in order.

use super::{
    Input, Section, Sections,
    budget::{Budget, Fit, Funds},
    json::Fault,
    meta::Header,
    places::NodePlaces,
    scan::{Numbers, Table, syntax},
    sections::{Locator, Pause},
    source::Source,
    strings::{self, NoIndex},
    tables::{EdgeTable, LocationRows, NodeTable},
    trace,
};
use crate::{
    error::{Expected, Limit, LoadError},
    heap::{
        BuildError, Bytes, EdgeKind, Heap, HeapBuilder, Location, NodeIx, NodeKind, StrIx, Strings, Trace,
        WideColumn,
    },
    job::{Cancelled, Job},
};

/// A heap and what is known of the file it came from.
#[derive(Debug)]
pub struct Loaded {
    /// The graph.
    pub heap: Heap,
    /// What was recorded while it grew; empty in a plain snapshot.
    pub trace: Trace,
    /// The file.
    pub about: About,
}

/// What is known of a file besides its graph.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What to call it: the file's name, not sanitised.
    pub label: String,
    /// Its size, unpacked.
    pub file_bytes: u64,
    /// Who wrote it; empty where the file does not tell.
    pub producer: String,
    /// What the reader should know, a sentence each.
    pub warnings: Vec<String>,
    /// Where each section lies.
    pub sections: Sections,
    /// What it takes to analyse, against what was free before it was read.
    pub budget: Option<Budget>,
}

/// The bytes of an input, unpacked: for files of other forms that lie beside snapshots.
///
/// # Errors
///
/// [`LoadError`] where the input cannot be read, or is nothing like JSON.
pub fn unpacked(input: &Input, job: &Job) -> Result<Bytes, LoadError> {
    Ok(Source::open(input, job)?.share())
}

/// Reads an input on all cores.
///
/// Costs about 2 ns of CPU a byte and 20 bytes a node, 9 an edge, 16 a location, 4 a string.
/// Tells `job` of its phases, in bytes.
///
/// # Errors
///
/// [`LoadError`] where the input cannot be read or is no sound snapshot.
pub fn load(input: &Input, job: &Job) -> Result<Loaded, LoadError> {
    load_within(input, &Funds::measured(), Fit::WithoutRetained, job)
}

/// The same for one of several that are read at the same time and share the memory that is free,
/// where less than `least` is of no use. What does not fit is refused before it is read.
///
/// # Errors
///
/// As [`load`].
pub fn load_within(input: &Input, funds: &Funds, least: Fit, job: &Job) -> Result<Loaded, LoadError> {
    job.phase("opening", "bytes", 0);
    let source = Source::open(input, job)?;
    let budget = funds.claim(source.bytes());
    if let Some(budget) = budget.filter(|budget| budget.fit() < least) {
        return Err(LoadError::TooLarge { label: input.label(), budget });
    }
    let (heap, trace, sections, warnings) = read(&source, job)?;
    let about = About {
        label: input.label(),
        file_bytes: source.bytes().len() as u64,
        producer: String::new(),
        warnings,
        sections,
        budget,
    };
    Ok(Loaded { heap, trace, about })
}

fn read(source: &Source, job: &Job) -> Result<(Heap, Trace, Sections, Vec<String>), LoadError> {
    job.phase("finding sections", "bytes", source.bytes().len());
    let mut locator = Locator::new(source, job);
    let pause = locator.run().map_err(|error| with_rows_seen(error, source, &locator))?;
    let reading = Reading::begin(source, job, &locator)?;
    let nodes = reading.nodes()?;
    let edges = reading.edges()?;
    let strings = reading.strings(&mut locator, pause)?;
    let locations = match locator.numbers(Section::Locations) {
        Some(numbers) => reading.locations(numbers)?,
        None => Vec::new(),
    };
    let mut warnings = reading.warnings(&locations);
    let (trace, damage) = reading.trace(&locator.sections, strings.len());
    warnings.extend(damage);
    let builder = reading.builder(nodes, edges, strings, locations);
    let heap = builder.build().map_err(|error| reading.build_error(error))?;
    Ok((heap, trace, locator.sections, warnings))
}

/// Adds to the error of a cut file how many rows are there and how many were announced.
fn with_rows_seen(error: LoadError, source: &Source, locator: &Locator<'_>) -> LoadError {
    let (LoadError::Truncated { place, at, .. }, Some((section, values))) = (&error, locator.cut) else {
        return error;
    };
    let header = locator.sections.get(Section::Snapshot);
    let Some(header) = header.and_then(|range| Header::read(source.bytes(), range).ok()) else {
        return error;
    };
    let (announced, fields) = match section {
        Section::Nodes => (header.node_count, header.nodes.count),
        Section::Edges => (header.edge_count, header.edges.count),
        _ => return error,
    };
    let seen = (announced > 0).then_some(((values / fields) as u64, announced));
    LoadError::Truncated { place: *place, at: *at, seen }
}

/// Everything known before the numbers are read.
struct Reading<'a> {
    source: &'a Source,
    job: &'a Job,
    header: Header,
    node_numbers: Numbers,
    edge_numbers: Numbers,
    places: NodePlaces,
    edges: usize,
}

/// The columns of nodes.
struct Nodes {
    table: NodeTable,
    id: Vec<(u32, u64)>,
    self_size: Vec<(u32, u64)>,
}

impl<'a> Reading<'a> {
    fn begin(source: &'a Source, job: &'a Job, locator: &Locator<'_>) -> Result<Self, LoadError> {
        let bytes = source.bytes();
        let range = locator.sections.get(Section::Snapshot).ok_or(LoadError::Missing(Section::Snapshot))?;
        let header = Header::read(bytes, range)?;
        let numbers = |section| locator.numbers(section).cloned().ok_or(LoadError::Missing(section));
        let (node_numbers, edge_numbers) = (numbers(Section::Nodes)?, numbers(Section::Edges)?);
        let nodes = node_numbers.rows(bytes, Section::Nodes, header.nodes.count)?;
        let edges = edge_numbers.rows(bytes, Section::Edges, header.edges.count)?;
        check_count(Section::Nodes, header.node_count, nodes)?;
        check_count(Section::Edges, header.edge_count, edges)?;
        if nodes >= 1 << 31 || edges >= u32::MAX as usize {
            return Err(BuildError::TooLarge { nodes, edges }.into());
        }
        let places = NodePlaces { nodes, fields: header.nodes.count };
        Ok(Self { source, job, header, node_numbers, edge_numbers, places, edges })
    }

    fn table<'t>(&'t self, numbers: &'t Numbers, section: Section, fields: usize) -> Table<'t> {
        Table { source: self.source, numbers, section, fields }
    }

    fn node_rows(&self) -> Table<'_> {
        self.table(&self.node_numbers, Section::Nodes, self.header.nodes.count)
    }

    fn edge_rows(&self) -> Table<'_> {
        self.table(&self.edge_numbers, Section::Edges, self.header.edges.count)
    }

    fn nodes(&self) -> Result<Nodes, LoadError> {
        self.job.phase("reading nodes", "bytes", self.node_numbers.range.len());
        let mut table = NodeTable::zeros(self.places.nodes, &self.header.nodes);
        let parts = self.node_rows().read(table.rows(&self.header), self.job)?;
        let traced = parts.iter().any(|part| part.traced);
        let (mut id, mut self_size) = (Vec::new(), Vec::new());
        for part in parts {
            id.extend(part.id.beyond);
            self_size.extend(part.self_size.beyond);
        }
        table.trace_node = table.trace_node.filter(|_| traced);
        Ok(Nodes { table, id, self_size })
    }

    fn edges(&self) -> Result<EdgeTable, LoadError> {
        self.job.phase("reading edges", "bytes", self.edge_numbers.range.len());
        let mut table = EdgeTable::zeros(self.edges);
        self.edge_rows().read(table.rows(&self.header, self.places), self.job)?;
        Ok(table)
    }

    /// Indexes the strings and passes what lies behind them.
    fn strings(&self, locator: &mut Locator<'_>, pause: Pause) -> Result<Strings, LoadError> {
        let bytes = self.source.bytes();
        let (base, paused) = match (pause, locator.sections.get(Section::Strings)) {
            (Pause::Strings(base), _) => (base, true),
            (Pause::End, Some(range)) => (range.start + 1, false),
            (Pause::End, None) => return Err(LoadError::Missing(Section::Strings)),
        };
        self.job.phase("indexing strings", "bytes", bytes.len() - base);
        let (strings, close) = strings::index(self.source, base, self.job).map_err(|why| match why {
            NoIndex::Cancelled => Cancelled.into(),
            NoIndex::Fault(fault) => syntax(bytes, Section::Strings, fault),
            NoIndex::TooMany => {
                syntax(bytes, Section::Strings, Fault { at: base, expected: Expected::FewerStrings })
            }
        })?;
        if paused {
            locator.resume(close)?;
        }
        Ok(strings)
    }

    fn locations(&self, numbers: &Numbers) -> Result<Vec<Location>, LoadError> {
        let Some(fields) = self.header.locations else { return Ok(Vec::new()) };
        let count = numbers.rows(self.source.bytes(), Section::Locations, fields.count)?;
        self.job.phase("reading locations", "bytes", numbers.range.len());
        let mut all = vec![LocationRows::BLANK; count];
        let rows = LocationRows { fields, nodes: self.places, rows: &mut all };
        self.table(numbers, Section::Locations, fields.count).read(rows, self.job)?;
        Ok(all)
    }

    fn trace(&self, sections: &Sections, strings: usize) -> (Trace, Vec<String>) {
        let Header { traces, samples, .. } = &self.header;
        trace::read(self.source.bytes(), sections, traces.as_ref(), *samples, strings)
    }

    fn warnings(&self, locations: &[Location]) -> Vec<String> {
        let lost = locations.iter().filter(|location| location.node.ix() >= self.places.nodes).count();
        match lost {
            0 => Vec::new(),
            1 => vec!["1 source location belongs to no node and is left out".to_owned()],
            _ => vec![format!("{lost} source locations belong to no node and are left out")],
        }
    }

    fn builder(
        &self,
        nodes: Nodes,
        edges: EdgeTable,
        strings: Strings,
        locations: Vec<Location>,
    ) -> HeapBuilder {
        let Nodes { table, id, self_size } = nodes;
        // Wrapping a number in its type moves nothing: these collect in place.
        HeapBuilder {
            node_kind: table.kind.into_iter().map(NodeKind).collect(),
            node_name: table.name.into_iter().map(StrIx).collect(),
            node_id: WideColumn::from_parts(table.id, id),
            self_size: WideColumn::from_parts(table.self_size, self_size),
            edge_counts: table.edge_count,
            detachedness: table.detachedness,
            trace_node: table.trace_node,
            edge_kind: edges.kind.into_iter().map(EdgeKind).collect(),
            edge_name: edges.name,
            edge_to: edges.to.into_iter().map(NodeIx).collect(),
            root: NodeIx(self.header.root),
            strings,
            locations,
            kind_names: self.header.kind_names.clone(),
            extra_native_bytes: self.header.extra_native_bytes,
        }
    }

    /// The same error, with the byte offset where it has one.
    fn build_error(&self, error: BuildError) -> LoadError {
        let (nodes, edges) = (&self.header.nodes, &self.header.edges);
        match error {
            BuildError::NodeName { row, name, strings } => self.node_rows().out_of_range(
                row * nodes.count + nodes.name,
                name.into(),
                "name",
                Limit::Strings(strings),
            ),
            BuildError::EdgeName { row, name, strings } => self.edge_rows().out_of_range(
                row * edges.count + edges.name,
                name.into(),
                "name_or_index",
                Limit::Strings(strings),
            ),
            other => other.into(),
        }
    }
}

/// A header that counts must count right; some producers write 0 for "not counted".
fn check_count(section: Section, announced: u64, held: usize) -> Result<(), LoadError> {
    if announced == 0 || announced == held as u64 {
        return Ok(());
    }
    Err(LoadError::Count { section, announced: announced.into(), held: held.into() })
}
