//! Our numbers beside the engine's, field by field.

use std::fmt::{Debug, Write as _};

use leaktui::{
    analysis::{
        Analysis, Distance,
        filter::{Filter, Selection, Wanted},
        matching::last_object,
        native_context,
        objects::compare_classes,
        order::{By, Sort},
        statistics,
    },
    heap::NodeIx,
    job::Job,
};

use crate::golden::{Node, Nodes, Range, Realms, Row, Summary, cut};

/// How many differences of one field of one file are told in full.
const TOLD: usize = 3;

/// Everything that differs, over all files.
#[derive(Default)]
pub(crate) struct Differences {
    told: String,
    count: usize,
}

/// One file under comparison.
pub(crate) struct Comparison<'a> {
    all: &'a mut Differences,
    file: &'a str,
    known: &'a Analysis,
    per_field: Vec<(&'static str, usize)>,
}

impl Differences {
    pub(crate) fn of<'a>(&'a mut self, file: &'a str, known: &'a Analysis) -> Comparison<'a> {
        Comparison { all: self, file, known, per_field: Vec::new() }
    }

    pub(crate) fn report(&self) {
        assert!(self.count == 0, "{} values differ from the engine's:\n{}", self.count, self.told);
    }
}

impl Comparison<'_> {
    #[allow(clippy::needless_pass_by_value, reason = "one line a field at the calls")]
    fn check<T: PartialEq + Debug>(
        &mut self,
        field: &'static str,
        of: impl Fn() -> String,
        ours: T,
        theirs: T,
    ) {
        if ours == theirs {
            return;
        }
        self.all.count += 1;
        let at = self.per_field.iter().position(|(name, _)| *name == field).unwrap_or_else(|| {
            self.per_field.push((field, 0));
            self.per_field.len() - 1
        });
        let seen = &mut self.per_field[at].1;
        *seen += 1;
        if *seen <= TOLD {
            writeln!(
                self.all.told,
                "{} {}: {field} is {ours:?}, the engine says {theirs:?}",
                self.file,
                of()
            )
            .expect("text");
        }
    }

    /// Totals, statistics, and the constructor rows in order.
    pub(crate) fn summary(&mut self, golden: &Summary) {
        let known = self.known;
        let whole = || "as a whole".to_owned();
        self.check("nodes", whole, known.heap.node_count(), golden.totals.node_count);
        self.check("edges", whole, known.heap.edge_count(), golden.totals.edge_count);
        self.check("total size", whole, known.total_size(), golden.totals.total_size);
        let (ours, theirs) = (statistics::of(known), &golden.statistics);
        self.check("statistics: total", whole, ours.total, theirs.total);
        self.check("statistics: native", whole, ours.native_total, theirs.native.total);
        self.check("statistics: typed arrays", whole, ours.typed_arrays, theirs.native.typed_arrays);
        self.check("statistics: v8 heap", whole, ours.v8_total, theirs.v8heap.total);
        self.check("statistics: code", whole, ours.code, theirs.v8heap.code);
        self.check("statistics: JS arrays", whole, ours.js_arrays, theirs.v8heap.js_arrays);
        self.check("statistics: strings", whole, ours.strings, theirs.v8heap.strings);
        self.check("statistics: system", whole, ours.system, theirs.v8heap.system);
        self.rows("", known, &golden.aggregates);
        self.native_contexts(&golden.native_contexts);
        for (name, rows) in &golden.filters {
            let filter = Filter::of([word(name)]).expect("a word");
            let found = Selection::of(known, &filter, &Job::default()).expect("nobody cancels");
            self.rows(&format!("{name}: "), &found.known, rows);
        }
    }

    /// The rows of what `older` does not reach.
    pub(crate) fn allocated_since(&mut self, older: &Analysis, golden: &Range) {
        let known = self.known;
        let mut filter = Filter::default();
        filter.add(Wanted::allocated_between(last_object(&older.heap), last_object(&known.heap)));
        let found = Selection::of(known, &filter, &Job::default()).expect("nobody cancels");
        self.rows("allocated: ", &found.known, &golden.rows);
    }

    fn native_contexts(&mut self, golden: &Realms) {
        let known = self.known;
        let found =
            native_context::NativeContexts::find(&known.heap, &Job::default()).expect("nobody cancels");
        let sizes = found.sizes(known);
        let ours: Vec<_> =
            sizes.contexts.iter().map(|&(node, bytes)| (known.heap.id(node).0, bytes)).collect();
        let theirs: Vec<_> =
            golden.native_contexts.iter().map(|context| (context.node_id, context.attributed_size)).collect();
        let whole = || "as a whole".to_owned();
        self.check("native contexts", whole, ours, theirs);
        self.check("shared bytes", whole, sizes.shared, golden.shared_size);
        self.check("unattributed bytes", whole, sizes.unattributed, golden.no_attribution_size);
    }

    fn rows(&mut self, under: &str, known: &Analysis, golden: &[Row]) {
        let classes = &known.classes;
        let mut rows: Vec<_> = classes.with_members().collect();
        rows.sort_by(|&a, &b| compare_classes(known, a, b, Sort::descending(By::Retained)));
        self.check("constructors", || format!("{under}as a whole"), rows.len(), golden.len());
        for (at, (&class, theirs)) in rows.iter().zip(golden).enumerate() {
            let of = || format!("{under}constructor row {at} ({})", theirs.key);
            self.check("row key", of, classes.key(class), theirs.key.clone());
            self.check("row name", of, classes.name(class), theirs.name.as_str());
            self.check("row count", of, classes.count(class), theirs.count);
            self.check("row shallow", of, classes.shallow(class), theirs.shallow);
            self.check("row retained", of, known.retained.as_ref().unwrap().class(class), theirs.max_ret);
            self.check(
                "row distance",
                of,
                raw(known.distances.as_ref().unwrap().class(class)),
                theirs.distance,
            );
        }
    }

    /// Every node in file order.
    pub(crate) fn nodes(&mut self, golden: &Nodes) {
        self.check("nodes", || "golden of nodes".to_owned(), self.known.heap.node_count(), golden.0.len());
        for (node, theirs) in self.known.heap.nodes().zip(&golden.0) {
            self.node(node, theirs);
        }
    }

    fn node(&mut self, node: NodeIx, theirs: &Node) {
        let known = self.known;
        let (heap, class) = (&known.heap, known.classes.of(node));
        let of = || format!("node @{}", theirs.id);
        self.check("id", of, heap.id(node).0, theirs.id);
        self.check("shallow", of, known.shallow(node), theirs.shallow);
        self.check("retained", of, known.retained(node).unwrap(), theirs.retained);
        self.check("distance", of, raw(known.distance(node).unwrap()), theirs.distance);
        self.check("detachedness", of, known.names.detachedness(node).code(), theirs.detachedness);
        let dominator = known.dominators.as_ref().unwrap().of(node);
        self.check("dominator", of, heap.id(dominator).0, theirs.dominator);
        self.check("class name", of, known.classes.name(class), theirs.class_name.as_str());
        self.check("class key", of, known.classes.key(class), theirs.class_key.clone());
        self.check("name", of, cut(&known.names.text(heap, node)), theirs.name.clone());
    }
}

/// Our word for a filter of DevTools.
fn word(name: &str) -> &'static str {
    match name {
        "duplicatedStrings" => "duplicate-strings",
        "objectsRetainedByDetachedDomNodes" => "retained-by:detached",
        "objectsRetainedByContexts" => "retained-by:contexts",
        "objectsRetainedByConsole" => "retained-by:console",
        "objectsRetainedByEventHandlers" => "retained-by:event-handlers",
        "sharedNativeContext" => "native-context:shared",
        "noNativeContext" => "native-context:none",
        other => panic!("no word for {other}"),
    }
}

/// The number DevTools writes: −5 where no way leads.
fn raw(distance: Distance) -> i64 {
    distance.raw().map_or(-5, i64::from)
}
