//! Interfaces: names such as `{id, next}` for plain objects of the same shape.
//!
//! DevTools' inference in two passes over the objects called `Object`. First the property lists
//! are counted; those frequent enough become definitions. Then each object gets the definition
//! with the most properties among those it has all of. Both work on distinct property lists: a
//! million objects of one shape cost one match. Memory: the distinct lists.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::names::{quoted, utf16_len};
use crate::{
    heap::{EdgeKind, Heap, NodeIx, NodeKind, StrIx},
    job::{Cancelled, Job},
};

/// Where an interface's name stops growing, in UTF-16 units.
const NAME_UNITS: usize = 120;

/// One inferred interface.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// As DevTools shows it: `{a, b}`.
    pub name: String,
    /// Its properties, in the order first seen.
    pub properties: Vec<String>,
}

/// The interfaces of a heap, most frequent first.
#[derive(Clone, Default, Debug)]
pub struct Definitions(Vec<Definition>);

impl Definitions {
    pub(super) fn infer(heap: &Heap, job: &Job) -> Result<Self, Cancelled> {
        let mut properties = Properties::default();
        let mut candidates = Candidates::default();
        let mut objects = 0u32;
        for node in plain_objects(heap) {
            objects += 1;
            if objects & 0xFFFF == 0 {
                job.tick(0)?;
            }
            candidates.count(&properties.leading(heap, node));
        }
        Ok(Self(candidates.frequent(objects, &properties)))
    }

    /// The definitions, most frequent first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Definition> {
        self.0.iter()
    }
}

/// The nodes whose class is to be inferred.
pub(super) fn plain_objects(heap: &Heap) -> impl Iterator<Item = NodeIx> + '_ {
    let mut plain = super::memo::NameTest::new(heap, |heap, name| heap.strings().is(name, "Object"));
    heap.nodes().filter(move |&node| heap.kind(node) == NodeKind::OBJECT && plain.holds(heap.name(node)))
}

/// A property name among the distinct ones.
type Property = u32;

/// The distinct property names of plain objects, with what the length rule wants to know.
#[derive(Default)]
struct Properties {
    by_string: FxHashMap<StrIx, Property>,
    by_text: FxHashMap<Rc<str>, Property>,
    texts: Vec<Rc<str>>,
    units: Vec<usize>,
    /// `__proto__`, which is no part of an interface.
    proto: Option<Property>,
}

impl Properties {
    fn of(&mut self, heap: &Heap, string: StrIx) -> Property {
        if let Some(&known) = self.by_string.get(&string) {
            return known;
        }
        let text = heap.strings().text(string);
        let property = self.by_text.get(text.as_ref()).copied().unwrap_or_else(|| self.add(&text));
        self.by_string.insert(string, property);
        property
    }

    fn add(&mut self, text: &str) -> Property {
        let property = self.texts.len() as Property;
        let shared: Rc<str> = text.into();
        if text == "__proto__" {
            self.proto = Some(property);
        }
        self.by_text.insert(Rc::clone(&shared), property);
        self.texts.push(shared);
        self.units.push(utf16_len(&quoted(text)));
        property
    }

    /// The properties that fit an interface's name, in file order.
    fn leading(&mut self, heap: &Heap, node: NodeIx) -> Vec<Property> {
        let mut list = Vec::new();
        let mut units = 1;
        for name in property_names(heap, node) {
            let property = self.of(heap, name);
            if self.proto == Some(property) {
                continue;
            }
            let more = self.units[property as usize];
            if units > 1 && units + more > NAME_UNITS {
                break;
            }
            units += more + if units > 1 { 2 } else { 0 };
            list.push(property);
        }
        list
    }

    fn name(&self, list: &[Property]) -> String {
        let mut name = String::from("{");
        for &property in list {
            if name.len() > 1 {
                name.push_str(", ");
            }
            name.push_str(&quoted(&self.texts[property as usize]));
        }
        name.push('}');
        name
    }
}

fn property_names(heap: &Heap, node: NodeIx) -> impl Iterator<Item = StrIx> + '_ {
    heap.edges(node).filter(|edge| edge.kind == EdgeKind::PROPERTY).map(|edge| StrIx(edge.name_or_index))
}

/// How often each property list occurs, in the order first seen.
#[derive(Default)]
struct Candidates {
    by_list: FxHashMap<Rc<[Property]>, usize>,
    seen: Vec<(Rc<[Property]>, u32)>,
}

impl Candidates {
    fn count(&mut self, list: &[Property]) {
        if list.is_empty() {
            return;
        }
        if let Some(&at) = self.by_list.get(list) {
            self.seen[at].1 += 1;
        } else {
            let list: Rc<[Property]> = list.into();
            self.by_list.insert(Rc::clone(&list), self.seen.len());
            self.seen.push((list, 1));
        }
    }

    /// The lists that at least one object in a thousand has, and at least two objects.
    fn frequent(mut self, objects: u32, properties: &Properties) -> Vec<Definition> {
        self.seen.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let enough = |count: u32| count >= 2 && u64::from(count) * 1000 >= u64::from(objects);
        let definition = |list: &[Property]| Definition {
            name: properties.name(list),
            properties: list
                .iter()
                .map(|&property| properties.texts[property as usize].to_string())
                .collect(),
        };
        self.seen.iter().take_while(|(_, count)| enough(*count)).map(|(list, _)| definition(list)).collect()
    }
}

/// Finds the best definition for objects.
pub(super) struct Matcher<'a> {
    definitions: &'a Definitions,
    by_text: FxHashMap<&'a str, Property>,
    by_string: FxHashMap<StrIx, Option<Property>>,
    trie: Vec<Branch>,
    /// The answer for each list of properties that matter, as they stand in the file.
    cache: FxHashMap<Box<[Property]>, Option<u32>>,
    list: Vec<Property>,
}

/// A prefix of some definitions' sorted properties.
#[derive(Default)]
struct Branch {
    next: FxHashMap<Property, usize>,
    /// The first definition that ends here.
    definition: Option<u32>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(definitions: &'a Definitions) -> Self {
        let mut by_text = FxHashMap::default();
        let mut trie = vec![Branch::default()];
        for (at, definition) in definitions.iter().enumerate() {
            let mut sorted: Vec<Property> = Vec::new();
            for text in &definition.properties {
                let next = by_text.len() as Property;
                sorted.push(*by_text.entry(text.as_str()).or_insert(next));
            }
            sorted.sort_unstable();
            insert(&mut trie, &sorted, at as u32);
        }
        Self {
            definitions,
            by_text,
            by_string: FxHashMap::default(),
            trie,
            cache: FxHashMap::default(),
            list: Vec::new(),
        }
    }

    /// The definition of the object, as a position among the definitions.
    pub(super) fn best(&mut self, heap: &Heap, node: NodeIx) -> Option<u32> {
        let mut list = std::mem::take(&mut self.list);
        list.clear();
        list.extend(property_names(heap, node).filter_map(|name| self.relevant(heap, name)));
        let found = if let Some(&known) = self.cache.get(list.as_slice()) {
            known
        } else {
            let found = self.search(&list);
            self.cache.insert(list.as_slice().into(), found);
            found
        };
        self.list = list;
        found
    }

    /// The property's number, if any definition has it.
    fn relevant(&mut self, heap: &Heap, name: StrIx) -> Option<Property> {
        let by_text = &self.by_text;
        *self
            .by_string
            .entry(name)
            .or_insert_with(|| by_text.get(heap.strings().text(name).as_ref()).copied())
    }

    /// Walks all prefixes at once that the sorted list has.
    fn search(&self, list: &[Property]) -> Option<u32> {
        let mut sorted = list.to_vec();
        sorted.sort_unstable();
        let mut reached = vec![0];
        let mut is_reached = vec![false; self.trie.len()];
        for property in sorted {
            for at in 0..reached.len() {
                if let Some(&next) = self.trie[reached[at]].next.get(&property)
                    && !std::mem::replace(&mut is_reached[next], true)
                {
                    reached.push(next);
                }
            }
        }
        reached
            .iter()
            .filter_map(|&at| self.trie[at].definition)
            .max_by_key(|&definition| self.rank(definition))
    }

    /// Most properties first, then the more frequent.
    fn rank(&self, definition: u32) -> (usize, std::cmp::Reverse<u32>) {
        (self.definitions.0[definition as usize].properties.len(), std::cmp::Reverse(definition))
    }
}

fn insert(trie: &mut Vec<Branch>, sorted: &[Property], definition: u32) {
    let mut at = 0;
    for &property in sorted {
        let fresh = trie.len();
        at = *trie[at].next.entry(property).or_insert(fresh);
        if at == fresh {
            trie.push(Branch::default());
        }
    }
    trie[at].definition.get_or_insert(definition);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    fn names(text: &str) -> Vec<String> {
        let heap = heap(text);
        let definitions = Definitions::infer(&heap, &Job::default()).expect("nobody cancels");
        let mut matcher = Matcher::new(&definitions);
        plain_objects(&heap)
            .map(|node| {
                matcher
                    .best(&heap, node)
                    .map_or("Object".to_owned(), |at| definitions.0[at as usize].name.clone())
            })
            .collect()
    }

    #[test]
    fn two_objects_of_one_shape_make_an_interface() {
        assert_eq!(names("0>a.3,b.3 1>a.3,b.3 2>a.3 3=X"), ["{a, b}", "{a, b}", "Object"]);
    }

    #[test]
    fn the_interface_with_the_most_properties_wins() {
        assert_eq!(
            names("0>a.5 1>a.5 2>a.5,b.5 3>a.5,b.5 4>a.5,b.5,c.5 5=X"),
            ["{a}", "{a}", "{a, b}", "{a, b}", "{a, b}"],
        );
    }

    #[test]
    fn property_order_makes_a_candidate_but_not_a_class() {
        let found = names("0>a.5,b.5 1>a.5,b.5 2>b.5,a.5 3>b.5,a.5 4>a.5,b.5 5=X");
        assert_eq!(found, ["{a, b}"; 5], "the more frequent order names both");
    }

    #[test]
    fn proto_is_no_part_of_the_name() {
        assert_eq!(names("0>__proto__.2,a.2 1>__proto__.2,a.2 2=X"), ["{a}", "{a}"]);
        assert_eq!(names("0>__proto__.2 1>__proto__.2 2=X"), ["Object", "Object"]);
    }

    #[test]
    fn a_name_stops_at_120_units() {
        let wide = (0..30).map(|at| format!("property{at:02}.2")).collect::<Vec<_>>().join(",");
        let found = names(&format!("0>{wide} 1>{wide} 2=X"));
        assert!(found[0].starts_with("{property00, property01") && found[0].len() <= 122, "{}", found[0]);
    }
}
