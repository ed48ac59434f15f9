//! Memory outside V8's heap as parts: what it is, who keeps it, and the pages of the process.

use std::sync::Arc;

use super::{Inside, Members, Part, Parts};
use crate::{
    analysis::{
        Analysis,
        native::{self, Holder, Kind, Native, Sum},
    },
    heap::{ClassIx, NodeIx},
    job::{Cancelled, Job},
    live::{Pages, Record},
    words,
};

/// Array buffers, external strings, other native objects, what belongs to no object; then native
/// objects by class, and the pages of the process where somebody counted them.
pub(super) fn first(known: &Analysis, process: Option<&Record>, job: &Job) -> Result<Parts, Cancelled> {
    job.phase("adding up native memory", "nodes", known.heap.node_count());
    let native = Native::of(known);
    job.tick(known.heap.node_count())?;
    let whole = native.size();
    let mut parts: Vec<Part> = native.parts().into_iter().map(|part| kind(part, whole)).collect();
    parts.push(Part {
        count: native.classes.len() as u64,
        ..Part::section("native objects by class", 1, Inside::NativeClasses)
    });
    let mut said = vec![format!("{}.", words::native(&native, known))];
    if let Some((record, pages)) = process.and_then(|it| Some((it, Pages::of(it, known, whole)?))) {
        said.push(words::pages(pages));
        parts.push(Part {
            bytes: pages.rss,
            whole: pages.rss,
            ..Part::section(
                "the process when the snapshot was taken",
                2,
                Inside::Pages(Box::new(record.clone())),
            )
        });
    }
    Ok(Parts { said, parts: parts.into() })
}

fn kind((kind, sum, name): (Option<Kind>, Sum, &str), whole: u64) -> Part {
    let opens = kind == Some(Kind::ArrayBuffer) && sum.count > 0;
    Part {
        count: sum.count,
        bytes: sum.size,
        whole,
        members: kind.map_or_else(|| Members::List(Arc::new([])), Members::Native),
        ..Part::section(name, 0, if opens { Inside::Holders } else { Inside::Nothing })
    }
}

/// Who keeps the array buffers. Where several share them, the buffers themselves are its objects.
pub(super) fn holders(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let native = Native::of(known);
    job.tick(known.heap.node_count())?;
    let part = |holder: &Holder| Part {
        count: holder.buffers.count,
        bytes: holder.buffers.size,
        whole: native.size(),
        members: if holder.example() == known.heap.root() {
            Members::SharedBuffers(holder.objects.len())
        } else {
            Members::List(holder.objects.as_slice().into())
        },
        ..Part::section(&words::holder(known, holder), 0, Inside::Nothing)
    };
    Ok(native.holders.iter().map(part).collect())
}

/// Array buffers that no object alone keeps.
pub(super) fn shared(known: &Analysis, job: &Job) -> Result<Arc<[NodeIx]>, Cancelled> {
    let root = Some(known.heap.root());
    let buffers = of_kind(known, Kind::ArrayBuffer, job)?;
    Ok(buffers.iter().copied().filter(|&buffer| native::holder(known, buffer) == root).collect())
}

/// Native objects by class.
pub(super) fn classes(known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    let native = Native::of(known);
    job.tick(known.heap.node_count())?;
    let part = |&(class, sum): &(ClassIx, Sum)| Part {
        count: sum.count,
        bytes: sum.size,
        whole: native.size(),
        members: Members::NativeClass(class),
        ..Part::section(known.classes.name(class), 0, Inside::Nothing)
    };
    Ok(native.classes.iter().map(part).collect())
}

/// What the pages of the process are.
pub(super) fn pages(known: &Analysis, process: &Record) -> Arc<[Part]> {
    let Some(pages) = Pages::of(process, known, Native::of(known).size()) else { return Arc::new([]) };
    let part = |(bytes, name): (u64, &str)| Part {
        bytes,
        whole: pages.rss,
        ..Part::section(name, 0, Inside::Nothing)
    };
    pages.parts().into_iter().map(part).collect()
}

/// The native nodes of a kind.
pub(super) fn of_kind(known: &Analysis, kind: Kind, job: &Job) -> Result<Arc<[NodeIx]>, Cancelled> {
    job.tick(known.heap.node_count())?;
    Ok(known.heap.nodes().filter(|&node| native::kind(known, node) == Some(kind)).collect())
}

/// The native nodes of a class.
pub(super) fn of_class(known: &Analysis, class: ClassIx) -> Arc<[NodeIx]> {
    let is_of = |&node: &NodeIx| native::kind(known, node).is_some() && known.classes.of(node) == class;
    known.heap.nodes().filter(is_of).collect()
}
