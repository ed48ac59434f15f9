//! The fields of each list: as the command that prints such rows names them, where there is one.

use super::value::Field;

const fn shown(name: &'static str, head: &'static str) -> Field {
    Field { name, head: Some(head) }
}

const fn silent(name: &'static str) -> Field {
    Field { name, head: None }
}

pub(super) const CLASS: &[Field] = &[
    shown("class", "Constructor"),
    silent("class_key"),
    shown("count", "Count"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("distance", "Distance"),
];

pub(super) const OBJECT: &[Field] = &[
    shown("id", "Id"),
    silent("type"),
    shown("class", "Constructor"),
    silent("class_key"),
    shown("name", "Object"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("distance", "Distance"),
    silent("detachedness"),
    silent("dominator"),
    silent("edges"),
    silent("retainers"),
];

pub(super) const RETAINER: &[Field] = &[
    shown("level", "Level"),
    silent("edge_type"),
    shown("edge_name", "Reference"),
    silent("variable"),
    shown("id", "Id"),
    silent("class"),
    shown("name", "Object"),
    shown("distance", "Distance"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    silent("weak"),
    silent("repeats"),
    silent("ignored"),
    silent("noise"),
    silent("key"),
    silent("table"),
];

/// What has no more to it than references have.
pub(super) const REFERENCE: &[Field] = RETAINER.split_at(12).0;

/// The field that says what a row of several references stands for.
pub(super) const FOLD: usize = 2;

pub(super) const CHANGE: &[Field] = &[
    shown("class", "Constructor"),
    silent("class_key"),
    shown("new", "New"),
    shown("deleted", "Deleted"),
    shown("delta", "Delta"),
    silent("allocated"),
    silent("freed"),
    shown("size_delta", "Size delta"),
    silent("noise"),
    shown("before.count", "Before"),
    silent("before.shallow"),
    shown("before.retained", "Retained before"),
    shown("after.count", "After"),
    silent("after.shallow"),
    shown("after.retained", "Retained after"),
];

pub(super) const FATE: &[Field] = &[
    shown("fate", "Fate"),
    shown("id", "Id"),
    shown("class", "Constructor"),
    shown("name", "Object"),
    silent("before.shallow"),
    shown("before.retained", "Retained before"),
    silent("after.shallow"),
    shown("after.retained", "Retained after"),
];

pub(super) const BOTH: &[Field] = &[
    shown("edge_name", "Field"),
    shown("change", "Change"),
    shown("before.id", "Id before"),
    shown("before.name", "Object before"),
    shown("before.retained", "Retained before"),
    shown("after.id", "Id after"),
    shown("after.name", "Object after"),
    shown("after.retained", "Retained after"),
];

pub(super) const GROWN: &[Field] = &[
    shown("what", "What grew"),
    shown("kind", "Kind"),
    shown("counts", "Entries"),
    shown("retained_growth", "Retained growth"),
    shown("shallow_growth", "Charged"),
    shown("chain", "Held by"),
    shown("example", "Example"),
    shown("verdict", "Verdict"),
    silent("fit"),
    silent("class"),
    silent("module"),
    silent("new"),
    silent("deleted"),
    silent("holders"),
    silent("text"),
];

pub(super) const DOMINATED: &[Field] = &[
    shown("level", "Level"),
    shown("class", "Constructor"),
    silent("class_key"),
    shown("count", "Count"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("id", "The largest"),
    silent("name"),
];

/// Categories have a name and bytes; node types a type, a count and a size; realms an id, a name and a size.
pub(super) const MADE: &[Field] = &[
    shown("level", "Level"),
    shown("name", "Part"),
    shown("count", "Count"),
    shown("bytes", "Bytes"),
    silent("type"),
    silent("id"),
    silent("shallow"),
];

pub(super) const NATIVE: &[Field] = &[
    shown("level", "Level"),
    shown("text", "What and who keeps it"),
    shown("count", "Count"),
    shown("size", "Bytes"),
    silent("class"),
    silent("id"),
    silent("objects"),
];

pub(super) const ALLOCATED: &[Field] = &[
    shown("level", "Level"),
    shown("function", "Function"),
    shown("script", "Script"),
    shown("line", "Line"),
    silent("column"),
    shown("live_count", "Live"),
    shown("count", "Allocated"),
    shown("live_size", "Live bytes"),
    shown("size", "Allocated bytes"),
    silent("inclusive_live_count"),
    silent("inclusive_count"),
    shown("inclusive_live_size", "Live bytes with calls"),
    silent("inclusive_size"),
];

pub(super) const REALLOCATED: &[Field] = &[
    shown("level", "Level"),
    shown("function", "Function"),
    shown("script", "Script"),
    shown("line", "Line"),
    silent("column"),
    shown("live_count", "Live"),
    shown("count", "Allocated"),
    shown("live_size", "Live bytes"),
    shown("size", "Allocated bytes"),
    silent("before.live_count"),
    silent("before.count"),
    shown("before.live_size", "Live bytes before"),
    shown("before.size", "Allocated bytes before"),
];

pub(super) const TEXT: &[Field] = &[
    shown("level", "Level"),
    shown("text", "Text"),
    shown("count", "Count"),
    shown("shallow", "Bytes"),
    shown("retained", "Retained"),
    shown("wasted", "Wasted"),
    shown("truncated", "Cut"),
    silent("length"),
    silent("id"),
];

pub(super) const MARK: &[Field] = &[
    shown("id", "Id"),
    shown("class", "Constructor"),
    shown("name", "Object"),
    shown("shallow", "Shallow"),
    shown("retained", "Retained"),
    shown("snapshot", "Snapshot"),
];

pub(super) const HIT: &[Field] =
    &[shown("kind", "What"), shown("name", "Found"), shown("count", "How many"), shown("id", "Id")];

pub(super) const LINE: &[Field] = &[shown("text", "Chain")];
