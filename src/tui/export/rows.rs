//! What can be exported: lists of rows, each with its fields. Where a command prints the same rows
//! with `--json`, names and values are the same; a test compares them.

use std::sync::Arc;

use super::{
    fields, heap, parts, several,
    value::{Field, Value},
};
use crate::{
    analysis::{Analysis, everywhere::Hit, growth::Growth},
    heap::{ClassIx, NodeIx},
    tui::{
        pair::{Fate, Field as Both, Pair},
        pane::outline::{Side, Spec},
        source::{Part, Source},
        widget::tree::Branch,
    },
};

/// Rows of one kind.
#[derive(Clone, Debug)]
pub enum Rows {
    /// Constructors.
    Classes(Analysis, Arc<[ClassIx]>),
    /// Objects.
    Objects(Analysis, Arc<[NodeIx]>),
    /// References that are shown, open ones followed by what they open into.
    References {
        /// Of which heap.
        known: Analysis,
        /// Which way they lead, and around what.
        spec: Spec,
        /// What they are about.
        subject: NodeIx,
        /// The open rows.
        tree: Branch,
    },
    /// Constructors of a comparison.
    Changes(Arc<Pair>, Arc<[u32]>),
    /// Objects of a comparison.
    Fates(Arc<Pair>, Arc<[Fate]>),
    /// Fields before and after.
    Fields(Arc<Pair>, Arc<[Both]>),
    /// What grew.
    Grown(Analysis, Arc<Growth>, Arc<[u32]>),
    /// Parts of the heap with their levels, from 1.
    Parts(Analysis, Source, Arc<[(usize, Part)]>),
    /// Marked objects, each with what is known of its snapshot and the snapshot's name.
    Marks(Arc<[(Analysis, NodeIx, String)]>),
    /// What was found everywhere.
    Hits(Analysis, Arc<[Hit]>),
    /// Lines of a window.
    Lines {
        /// What programs call them.
        table: &'static str,
        /// The lines.
        lines: Arc<[String]>,
        /// How many more there are, which the window leaves out.
        left_out: usize,
    },
}

impl Rows {
    /// What programs call the list: as the command that prints it, where there is one.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Classes(..) => "classes",
            Self::Objects(..) => "objects",
            Self::References { spec: Spec { side: Side::Retainers, .. }, .. } => "retainers",
            Self::References { spec: Spec { side: Side::Fields, .. }, .. } => "object",
            Self::References { spec: Spec { side: Side::Contents, .. }, .. } => "containment",
            Self::Changes(..) => "diff",
            Self::Fates(..) => "fates",
            Self::Fields(..) => "fields",
            Self::Grown(..) => "growth",
            Self::Parts(_, Source::Dominators, _) => "dominators",
            Self::Parts(_, Source::Statistics, _) => "stats",
            Self::Parts(_, Source::Strings(_), _) => "strings",
            Self::Parts(_, Source::Native(_), _) => "native",
            Self::Parts(_, Source::Allocation(..), _) => "allocations",
            Self::Marks(_) => "marks",
            Self::Hits(..) => "found",
            Self::Lines { table, .. } => table,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(_, rows) => rows.len(),
            Self::Objects(_, rows) => rows.len(),
            Self::References { tree, .. } => tree.rows(),
            Self::Changes(_, rows) | Self::Grown(_, _, rows) => rows.len(),
            Self::Fates(_, rows) => rows.len(),
            Self::Fields(_, rows) => rows.len(),
            Self::Parts(_, _, rows) => rows.len(),
            Self::Marks(rows) => rows.len(),
            Self::Hits(_, rows) => rows.len(),
            Self::Lines { lines, .. } => lines.len(),
        }
    }

    /// How many there are with those that a window leaves out.
    pub fn total(&self) -> usize {
        let left_out = if let Self::Lines { left_out, .. } = self { *left_out } else { 0 };
        self.len() + left_out
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields of each.
    pub fn fields(&self) -> &'static [Field] {
        match self {
            Self::Classes(..) => fields::CLASS,
            Self::Objects(..) => fields::OBJECT,
            Self::References { spec: Spec { side: Side::Retainers, .. }, .. } => fields::RETAINER,
            Self::References { .. } => fields::REFERENCE,
            Self::Changes(..) => fields::CHANGE,
            Self::Fates(..) => fields::FATE,
            Self::Fields(..) => fields::BOTH,
            Self::Grown(..) => fields::GROWN,
            Self::Parts(_, Source::Dominators, _) => fields::DOMINATED,
            Self::Parts(_, Source::Statistics, _) => fields::MADE,
            Self::Parts(_, Source::Native(_), _) => fields::NATIVE,
            Self::Parts(_, Source::Allocation(_, None), _) => fields::ALLOCATED,
            Self::Parts(_, Source::Allocation(_, Some(_)), _) => fields::REALLOCATED,
            Self::Parts(_, Source::Strings(_), _) => fields::TEXT,
            Self::Marks(_) => fields::MARK,
            Self::Hits(..) => fields::HIT,
            Self::Lines { .. } => fields::LINE,
        }
    }

    /// What stands in the fields of a row.
    pub fn values(&self, at: usize) -> Vec<Value<'_>> {
        match self {
            Self::Classes(known, rows) => heap::class(known, rows[at]),
            Self::Objects(known, rows) => heap::object(known, rows[at]),
            Self::References { known, spec, subject, tree } => {
                heap::reference(known, spec, *subject, tree, at)
            }
            Self::Changes(pair, rows) => several::change(pair, pair.row(rows[at])),
            Self::Fates(pair, rows) => several::fate(pair, rows[at]),
            Self::Fields(pair, rows) => several::both(pair, &rows[at]),
            Self::Grown(known, growth, rows) => several::grown(known, &growth.rows[rows[at] as usize]),
            Self::Parts(known, source, rows) => parts::part(known, source, &rows[at]),
            Self::Marks(rows) => heap::mark(&rows[at]),
            Self::Hits(known, rows) => heap::hit(known, &rows[at]),
            Self::Lines { lines, .. } => vec![Value::text(lines[at].as_str())],
        }
    }
}
