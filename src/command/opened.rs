//! A snapshot read and analysed whole, and the records made of its parts.

use std::{
    borrow::Cow,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{CommandError, json, progress::Meter};
use crate::{
    analysis::{Analysis, Distance, edge_name, scope},
    format,
    heap::{Edge, EdgeKind, NodeId, NodeIx, Trace},
    job::Job,
    snapshot::{
        self, About, Input,
        budget::{Fit, Funds},
    },
    text,
};

/// The bundled pair, the older first.
static DEMO: [(&str, &[u8]); 2] = [
    ("demo-before.heapsnapshot", include_bytes!("../../assets/demo-before.heapsnapshot.zst")),
    ("demo-after.heapsnapshot", include_bytes!("../../assets/demo-after.heapsnapshot.zst")),
];

/// Where the bundled snapshots are read from.
pub fn demo() -> [Input; 2] {
    DEMO.map(|(label, bytes)| Input::Bytes { label: label.to_owned(), bytes: Arc::new(bytes) })
}

/// Where a snapshot of that name is read from: `-` is standard input.
pub fn input(file: &Path) -> Input {
    if file == Path::new("-") { Input::Stdin } else { Input::Path(file.to_owned()) }
}

/// A snapshot of which everything is known. It is never freed: a command ends with it, the system is
/// faster, and the answer does not wait for it.
pub struct Opened {
    /// What is known.
    pub known: Analysis,
    /// What was recorded while it grew.
    pub trace: Arc<Trace>,
    /// Where it comes from.
    pub about: About,
}

impl Opened {
    /// Reads a file and derives everything, showing progress to whoever waits.
    ///
    /// # Errors
    ///
    /// What the loader says.
    pub fn file(file: &Path) -> Result<Self, CommandError> {
        Self::load(&input(file), &Funds::measured())
    }

    /// The same of any input, with what memory there is for it.
    fn load(input: &Input, funds: &Funds) -> Result<Self, CommandError> {
        let job = Job::default();
        let _meter = Meter::show(&job);
        let loaded = snapshot::load_within(input, funds, Fit::Everything, &job)?;
        let known = Analysis::run(Arc::new(loaded.heap), &job, |_| ())?;
        let trace = Arc::new(loaded.trace);
        std::mem::forget((known.clone(), Arc::clone(&trace)));
        Ok(Self { known, trace, about: loaded.about })
    }

    /// Reads several files at the same time. They share the memory that is free.
    ///
    /// # Errors
    ///
    /// What the loader says of the first file that fails.
    pub fn all(files: &[PathBuf]) -> Result<Vec<Self>, CommandError> {
        Self::inputs(&files.iter().map(|file| input(file)).collect::<Vec<_>>())
    }

    /// The same of any inputs.
    ///
    /// # Errors
    ///
    /// What the loader says of the first that fails.
    ///
    /// # Panics
    ///
    /// Where a loader panics, which it never should.
    pub fn inputs(inputs: &[Input]) -> Result<Vec<Self>, CommandError> {
        if inputs.iter().filter(|input| matches!(input, Input::Stdin)).count() > 1 {
            return Err(CommandError::TwoPipes);
        }
        // Of several files the message must say which; the name of the only one is known.
        let funds = Funds::measured();
        let load = |input: &Input| match inputs {
            [_] => Self::load(input, &funds),
            _ => Self::load(input, &funds).map_err(|error| error.of(&input.label())),
        };
        std::thread::scope(|scope| {
            let loads: Vec<_> = inputs.iter().map(|input| scope.spawn(move || load(input))).collect();
            loads.into_iter().map(|load| load.join().expect("a loader that does not panic")).collect()
        })
    }

    /// Tells on stderr what is missing or doubtful, where stdout has no room for it.
    pub(super) fn warn(&self) {
        for warning in &self.about.warnings {
            // A warning that cannot be written must not fail a command that works.
            let _ = writeln!(io::stderr(), "leaktui: warning: {}", text::clean(warning));
        }
    }

    /// The node of that id.
    pub(super) fn node(&self, id: NodeId) -> Result<NodeIx, CommandError> {
        self.known.heap.find(id).ok_or(CommandError::NoNode(id))
    }

    /// The bytes the node keeps.
    pub(super) fn retained(&self, node: NodeIx) -> u64 {
        self.known.retained(node).unwrap_or_default()
    }

    /// Its steps from a root.
    pub(super) fn distance(&self, node: NodeIx) -> Distance {
        self.known.distance(node).unwrap_or(Distance::NEVER)
    }

    /// The name of its class.
    pub(super) fn class(&self, node: NodeIx) -> &str {
        self.known.classes.name(self.known.classes.of(node))
    }

    /// The name DevTools shows.
    pub(super) fn name(&self, node: NodeIx) -> Cow<'_, str> {
        self.known.names.text(&self.known.heap, node)
    }

    /// The node as a table shows it: `Map @5`.
    pub(super) fn mention(&self, node: NodeIx) -> String {
        format!("{} {}", self.known.names.label(&self.known.heap, node), self.known.heap.id(node))
    }

    /// Sums over nodes.
    pub(super) fn total(&self, nodes: impl ExactSizeIterator<Item = NodeIx>) -> json::Total {
        let rows = nodes.len();
        json::Total { rows, count: rows, shallow: nodes.map(|node| self.known.shallow(node)).sum() }
    }

    /// The JSON document of a command.
    pub(super) fn document<B>(&self, command: &str, total: json::Total, body: B) -> json::Document<'_, B> {
        let schema = format!("leaktui/{command}/1");
        let warnings = Cow::Borrowed(self.about.warnings.as_slice());
        json::Document { schema, files: vec![self.json_file()], warnings, total, body }
    }

    /// The snapshot as a document names it.
    pub(super) fn json_file(&self) -> json::File<'_> {
        json::File {
            name: &self.about.label,
            bytes: self.about.file_bytes,
            producer: &self.about.producer,
            nodes: self.known.heap.node_count(),
            edges: self.known.heap.edge_count(),
            size: self.known.total_size(),
        }
    }

    /// The JSON record of a node. `class_key` is its class's key, which many nodes share.
    pub(super) fn record<'a>(&'a self, node: NodeIx, class_key: &'a str) -> json::Node<'a> {
        let heap = &self.known.heap;
        let dominator = self.known.dominators.as_ref().map(|dominators| dominators.of(node));
        json::Node {
            id: heap.id(node).0,
            r#type: heap.kind_names().node(heap.kind(node)),
            class: self.class(node),
            class_key,
            name: self.name(node),
            shallow: self.known.shallow(node),
            retained: self.retained(node),
            distance: self.distance(node).raw(),
            detachedness: self.known.names.detachedness(node).code(),
            dominator: dominator.filter(|&dominator| dominator != node).map(|dominator| heap.id(dominator).0),
            edges: heap.edge_range(node).len(),
            retainers: self.known.retainers.as_ref().map_or(0, |in_edges| in_edges.count(node)),
        }
    }

    /// The JSON record of a reference that starts at `from`, and the node of interest at an end of it.
    pub(super) fn reference(
        &self,
        edge: &Edge,
        from: NodeIx,
        node: NodeIx,
        level: usize,
        repeats: bool,
    ) -> json::Reference<'_> {
        let heap = &self.known.heap;
        json::Reference {
            edge_type: heap.kind_names().edge(edge.kind),
            edge_name: edge_name(heap, edge),
            variable: scope::variable(heap, from, edge).map(|name| heap.strings().text(name)),
            id: heap.id(node).0,
            class: self.class(node),
            name: self.name(node),
            distance: self.distance(node).raw(),
            shallow: self.known.shallow(node),
            retained: self.retained(node),
            weak: edge.kind == EdgeKind::WEAK,
            level,
            repeats,
        }
    }

    /// The first line of a text: file, sizes, producer.
    pub(super) fn headline(&self) -> [String; 5] {
        [
            self.about.label.clone(),
            format::bytes(self.about.file_bytes),
            format::objects(self.known.classes.member_count() as u64),
            format!("{} heap", format::bytes(self.known.total_size())),
            self.about.producer.clone(),
        ]
    }
}
