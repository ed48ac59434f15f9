//! Where a text occurs in a heap: as an id, in names of constructors, in names of fields, in strings.
//!
//! Constructors are few and come first. Fields are counted in one pass over the kinds and names of
//! all edges on all cores, 4 bytes a string of the file a core; only names that some edge has are
//! read. Strings are searched batch by batch ([`strings::search`]) and grouped by text. What was
//! found is told again each time there is twice as much, so that the first hits come at once and
//! telling costs no more than finding.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    Analysis,
    filter::is_field,
    objects::compare_classes,
    order::{By, Sort},
    strings::{
        self,
        search::{self, Query},
    },
};
use crate::{
    heap::{ClassIx, EdgeKind, Heap, NodeId, NodeIx, StrIx},
    job::{Cancelled, Job},
};

/// Edges counted between two looks at whether to go on.
const TICK: usize = 1 << 20;

/// Something that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// What.
    pub thing: Thing,
    /// How many: objects of a constructor, edges of a name, strings of a text.
    pub count: u64,
}

/// What can be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// The object whose id was typed.
    Object(NodeIx),
    /// A constructor that has objects.
    Class(ClassIx),
    /// A property, variable or internal slot: what the filter `has:` asks for.
    Field(StrIx),
    /// A text; the first of the strings that have it.
    Text(NodeIx),
}

impl Thing {
    /// What kind of thing it is, in a word.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Object(_) => "object",
            Self::Class(_) => "constructor",
            Self::Field(_) => "field",
            Self::Text(_) => "string",
        }
    }
}

/// Everything that fits: the object, then constructors that retain most, fields that most edges
/// have, strings in file order. `tell` hears of what was found so far.
///
/// # Errors
///
/// [`Cancelled`] once the user gives up.
pub fn search(
    known: &Analysis,
    query: &Query,
    id: Option<NodeId>,
    job: &Job,
    mut tell: impl FnMut(&[Hit]),
) -> Result<Vec<Hit>, Cancelled> {
    let object = id.and_then(|id| known.heap.find(id));
    let mut hits: Vec<Hit> =
        object.map(|node| Hit { thing: Thing::Object(node), count: 1 }).into_iter().collect();
    hits.extend(classes(known, query));
    let mut told = 0;
    tell_more(&hits, &mut told, &mut tell);
    hits.extend(fields(&known.heap, query, job)?);
    tell_more(&hits, &mut told, &mut tell);
    let mut texts = Texts { known, rows: FxHashMap::default() };
    search::search(known, query, job, |found| {
        for hit in found {
            texts.count(hit.node, &mut hits);
        }
        tell_more(&hits, &mut told, &mut tell);
    })?;
    Ok(hits)
}

/// Tells of the hits if there are twice as many as were told.
fn tell_more(hits: &[Hit], told: &mut usize, tell: &mut impl FnMut(&[Hit])) {
    if !hits.is_empty() && hits.len() >= *told * 2 {
        *told = hits.len();
        tell(hits);
    }
}

fn classes(known: &Analysis, query: &Query) -> Vec<Hit> {
    let classes = &known.classes;
    let fits = |class: &ClassIx| query.find(classes.name(*class)).is_some();
    let mut found: Vec<ClassIx> = classes.with_members().filter(fits).collect();
    found.sort_by(|&a, &b| compare_classes(known, a, b, Sort::descending(By::Retained)));
    let hit = |class| Hit { thing: Thing::Class(class), count: classes.count(class) as u64 };
    found.into_iter().map(hit).collect()
}

/// The fields that fit and how many edges have each, the most first.
fn fields(heap: &Heap, query: &Query, job: &Job) -> Result<Vec<Hit>, Cancelled> {
    let counts = field_counts(heap, job)?;
    let hit = |(at, &count): (usize, &u32)| {
        let name = StrIx(at as u32);
        let fits = count > 0 && query.find(&heap.strings().text(name)).is_some();
        fits.then_some(Hit { thing: Thing::Field(name), count: u64::from(count) })
    };
    let mut found: Vec<Hit> = counts.par_iter().enumerate().filter_map(hit).collect();
    found.sort_by_key(|hit| std::cmp::Reverse(hit.count));
    job.tick(0)?;
    Ok(found)
}

/// How many fields each string of the file names.
fn field_counts(heap: &Heap, job: &Job) -> Result<Vec<u32>, Cancelled> {
    job.phase("counting fields", "edges", heap.edge_count());
    let (kinds, names) = (heap.edge_kinds(), heap.edge_names());
    let share = kinds.len().div_ceil(rayon::current_num_threads()).max(TICK);
    let parts = kinds.par_chunks(share).zip(names.par_chunks(share));
    let count = |(kinds, names): (&[EdgeKind], &[u32])| -> Result<Vec<u32>, Cancelled> {
        let mut counts = vec![0u32; heap.strings().len()];
        for (kinds, names) in kinds.chunks(TICK).zip(names.chunks(TICK)) {
            for (&kind, &name) in kinds.iter().zip(names) {
                if is_field(kind) {
                    counts[name as usize] += 1;
                }
            }
            job.tick(kinds.len())?;
        }
        Ok(counts)
    };
    let sum = |mut sums: Vec<u32>, counts: Vec<u32>| {
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        Ok(sums)
    };
    let counts = parts.map(count).try_reduce_with(sum);
    counts.unwrap_or_else(|| Ok(vec![0; heap.strings().len()]))
}

/// Strings by text. Equal ones are counted in the row of the first.
struct Texts<'a> {
    known: &'a Analysis,
    /// Rows by a hash of their text.
    rows: FxHashMap<u64, u32>,
}

impl Texts<'_> {
    fn count(&mut self, node: NodeIx, hits: &mut Vec<Hit>) {
        let text = strings::text(self.known, node);
        let mut hash = std::hash::BuildHasher::hash_one(&rustc_hash::FxBuildHasher, &text);
        // Texts of one hash, should there ever be two, stand one after the other.
        while let Some(&row) = self.rows.get(&hash) {
            let hit = &mut hits[row as usize];
            if matches!(hit.thing, Thing::Text(first) if strings::text(self.known, first) == text) {
                hit.count += 1;
                return;
            }
            hash = hash.wrapping_add(1);
        }
        self.rows.insert(hash, hits.len() as u32);
        hits.push(Hit { thing: Thing::Text(node), count: 1 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    const HEAP: &str = "0!synthetic>1,2 1:8=Cache>cacheKey.3,context.cache.4,element.1.5,weak.cache.6 \
        2:8=Cache>cacheKey.3 3:8!string=a~cache 4:8!string=a~cache 5:8!string=Cached 6:8=Other";

    fn found(text: &str, id: Option<u64>) -> (Vec<(String, u64)>, usize) {
        let known = Analysis::complete(heap(HEAP));
        let query = Query::text(text, true).expect("a text");
        let mut told = 0;
        let hits = search(&known, &query, id.map(NodeId), &Job::default(), |_| told += 1);
        let name = |hit: &Hit| match hit.thing {
            Thing::Object(node) => format!("object {}", known.heap.id(node)),
            Thing::Class(class) => format!("class {}", known.classes.name(class)),
            Thing::Field(name) => format!("field {}", known.heap.strings().text(name)),
            Thing::Text(node) => format!("text {}", strings::text(&known, node)),
        };
        (hits.expect("nobody cancels").iter().map(|hit| (name(hit), hit.count)).collect(), told)
    }

    #[test]
    fn a_text_is_found_in_constructors_fields_and_strings_with_counts() {
        let (hits, told) = found("CACHE", None);
        let expected = [
            ("class Cache", 2),
            ("field cacheKey", 2),
            ("field cache", 1),
            ("text a cache", 2),
            ("text Cached", 1),
        ];
        assert_eq!(hits, expected.map(|(name, count)| (name.to_owned(), count)), "weak ones are no fields");
        assert_eq!(told, 2, "the first at once, then not before there are twice as many");
    }

    #[test]
    fn an_id_is_found_though_no_name_has_it() {
        assert_eq!(found("@7", Some(7)).0, [("object @7".to_owned(), 1)]);
        assert_eq!(found("@8", Some(8)).0, []);
    }
}
