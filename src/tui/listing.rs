//! The rows of windows: who dominates an object, what refers to the objects of a constructor.
//!
//! A listing is data; making its rows is a pure function that workers run. Nobody reads more than
//! some thousand rows, so the middle of longer lists is left out and counted.

use std::sync::Arc;

use super::{
    dialog::Goal,
    widget::choices::{Choice, Choices},
};
use crate::{
    analysis::{
        Analysis, dominated,
        holders::{self, Kind},
        path,
    },
    format,
    heap::{ClassIx, NodeIx},
    job::{Cancelled, Job},
    text,
};

/// So many rows at either end are listed.
const ENDS: usize = 500;

/// What can be listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Listing {
    /// Who dominates a node, up to the root.
    Owners(NodeIx),
    /// What refers to the objects of a class, counted by kind; weak references too if wanted.
    Kinds(ClassIx, bool),
    /// Retainers, each with how many objects it holds.
    Holders(Arc<[(NodeIx, u32)]>),
}

impl Listing {
    /// What programs call its rows.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Owners(_) => "owners",
            Self::Kinds(..) => "kinds",
            Self::Holders(_) => "holders",
        }
    }

    /// Its rows.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for them.
    pub fn rows(&self, known: &Analysis, job: &Job) -> Result<Choices<Goal>, Cancelled> {
        match self {
            Self::Owners(node) => owners(known, *node, job),
            Self::Kinds(class, weak) => kinds(known, *class, *weak, job),
            Self::Holders(holders) => Ok(held(known, holders)),
        }
    }
}

/// The object, its immediate dominator, that one's, and so on. The cursor stands on the first
/// that is not the object itself.
fn owners(known: &Analysis, node: NodeIx, job: &Job) -> Result<Choices<Goal>, Cancelled> {
    job.phase("who dominates it", "nodes", known.heap.node_count());
    let mut nodes = dominated::owners(known, node);
    job.tick(nodes.len())?;
    nodes.insert(0, node);
    let total = known.total_size();
    let left_out = nodes.len().saturating_sub(2 * ENDS);
    let shown = |at: &usize| *at < ENDS || *at >= ENDS + left_out;
    let mut rows: Vec<_> =
        (0..nodes.len()).filter(shown).map(|at| owner(known, nodes[at], at, total)).collect();
    if left_out > 0 {
        let last = &mut rows[ENDS - 1].words;
        *last = format!("{last} … {} more above it …", format::count(left_out as u64));
    }
    let mut choices = Choices::new(&["Retained", "Share", "Shallow"], rows);
    choices.left_out = left_out;
    choices.cursor.at = 1.min(choices.rows.len() - 1);
    Ok(choices)
}

fn owner(known: &Analysis, node: NodeIx, at: usize, total: u64) -> Choice<Goal> {
    let retained = known.retained(node).unwrap_or_default();
    let is_root = node == known.heap.root();
    let name =
        if is_root { "the root".to_owned() } else { text::clean(&path::mention(known, node)).into_owned() };
    let (kept, share) = (format::bytes(retained), format::percent(retained, total));
    Choice {
        told: format!("{name} keeps {kept}, {share} of the heap"),
        words: match at {
            0 => format!("{name} itself"),
            1 if is_root => format!("{name}: no single object keeps it alive"),
            _ => name,
        },
        figures: vec![kept, share, format::bytes(known.shallow(node))],
        goal: Goal::Visit(node),
    }
}

/// `39 by element of Map`
fn kinds(known: &Analysis, class: ClassIx, weak: bool, job: &Job) -> Result<Choices<Goal>, Cancelled> {
    let kinds = holders::by_kind(known, known.classes.members(class), weak, job)?;
    let row = |kind: &Kind| {
        let count = format::count(kind.count as u64);
        let words = format!("by {} of {}", kind.name, known.classes.name(kind.class));
        let words = text::clean(&words).into_owned();
        let [held, by] = [kind.held, kind.holders.len()].map(|count| format::count(count as u64));
        Choice {
            told: format!("{count} {words}"),
            words,
            figures: vec![held, by, count],
            goal: Goal::Holders(Arc::clone(&kind.holders)),
        }
    };
    let rows = kinds.iter().take(2 * ENDS).map(row).collect();
    let choices = Choices::new(&["Objects", "Holders", "References"], tell_rest(rows, kinds.len()));
    Ok(first_of(kinds.len(), choices))
}

fn held(known: &Analysis, holders: &[(NodeIx, u32)]) -> Choices<Goal> {
    let row = |&(node, count): &(NodeIx, u32)| {
        let name = text::clean(&path::mention(known, node)).into_owned();
        let kept = known.retained(node).map_or_else(|| "…".to_owned(), format::bytes);
        let count = format::count(u64::from(count));
        Choice {
            told: format!("{name} holds {count} of them"),
            words: name,
            figures: vec![count, kept],
            goal: Goal::Visit(node),
        }
    };
    let rows = holders.iter().take(2 * ENDS).map(row).collect();
    first_of(holders.len(), Choices::new(&["Holds", "Retained"], tell_rest(rows, holders.len())))
}

/// Counts what is left out of so many.
fn first_of(all: usize, mut rows: Choices<Goal>) -> Choices<Goal> {
    rows.left_out = all - rows.len();
    rows
}

/// Says in the last row how many more there are.
fn tell_rest(mut rows: Vec<Choice<Goal>>, all: usize) -> Vec<Choice<Goal>> {
    let rest = all - rows.len();
    if let Some(last) = rows.last_mut().filter(|_| rest > 0) {
        last.words = format!("{} … and {} more", last.words, format::count(rest as u64));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::fixture::heap;

    #[test]
    fn owners_go_from_the_object_to_the_root() {
        let known =
            Analysis::complete(heap("0!synthetic>1 1:1=App>2,3 2:2=Pool>4 3:9=Log>4 4:10=Item>5 5:20=Leaf"));
        let rows = Listing::Owners(NodeIx(5)).rows(&known, &Job::default()).expect("nobody cancels");
        let told: Vec<_> = rows.rows.iter().map(|row| (row.words.as_str(), row.figures.join(" "))).collect();
        let expected = [
            ("Leaf @11 itself", "20 B 48% 20 B"),
            ("Item @9", "30 B 71% 10 B"),
            ("App @3", "42 B 100% 1 B"),
            ("the root", "42 B 100% 0 B"),
        ];
        assert_eq!(told, expected.map(|(words, figures)| (words, figures.to_owned())));
        assert_eq!(rows.cursor.at, 1, "nobody asks for the object itself");
        let rows = Listing::Owners(NodeIx(1)).rows(&known, &Job::default()).expect("nobody cancels");
        assert_eq!(rows.rows[1].words, "the root: no single object keeps it alive");
        assert_eq!(rows.rows[1].told, "the root keeps 42 B, 100% of the heap");
    }

    #[test]
    fn what_refers_to_a_class_is_counted_and_leads_to_who_does() {
        let known = Analysis::complete(heap(
            "0!synthetic>1,2,6 1=Map>internal.table.3 2=Router>current.4 3!array=>internal.3.4,internal.4.5 \
             4:8=Item 5:8=Item 6=Map>internal.table.7 7!array=>internal.9.5 8!code=run>property.a.4,property.b.5",
        ));
        let class = known.classes.of(NodeIx(4));
        let run = |listing: Listing| listing.rows(&known, &Job::default()).expect("nobody cancels");
        let rows = run(Listing::Kinds(class, false));
        let told = ["3 by element of Map", "1 by \"current\" of Router"];
        let own = ["1 by \"a\" of (compiled code)", "1 by \"b\" of (compiled code)"];
        assert_eq!(rows.plain(), [told, own].concat().join("\n"), "V8's own come last");
        assert_eq!(rows.rows[0].figures, ["2", "2", "3"]);
        let Goal::Holders(holders) = rows.rows[0].goal.clone() else { panic!("holders") };
        assert_eq!(run(Listing::Holders(holders)).plain(), "Map @3 holds 2 of them\nMap @13 holds 1 of them");
    }

    #[test]
    fn the_middle_of_a_long_chain_is_left_out_and_counted() {
        let links = (1..=3000).map(|at| format!("{at}=Link>next.{}", at + 1)).collect::<Vec<_>>().join(" ");
        let known = Analysis::complete(heap(&format!("0!synthetic>1 {links} 3001=Tail")));
        let rows = Listing::Owners(NodeIx(3001)).rows(&known, &Job::default()).expect("nobody cancels");
        assert_eq!((rows.rows.len(), rows.left_out), (1000, 2002));
        assert!(rows.copied().ends_with("\nand 2,002 more, which are left out"), "what is copied says so");
        assert!(rows.rows[499].words.ends_with("… 2,002 more above it …"), "{}", rows.rows[499].words);
    }
}
