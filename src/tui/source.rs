//! What the tree views of one snapshot list: parts of the heap, each of which may open into others.
//!
//! A part has a name, a count, bytes, and the objects it is made of, which the pane below lists.
//! Every function here is pure and linear in what it lists; workers run them.

use std::sync::Arc;

use crate::{
    analysis::{
        Analysis,
        dominated::{self, Group},
    },
    heap::NodeIx,
    job::{Cancelled, Job},
};

/// Which parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// What the root dominates, then what that dominates; objects of one class together.
    Dominators,
}

/// A part of the heap.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called (not yet safe for a terminal).
    pub name: String,
    /// What else is said of it.
    pub note: String,
    /// How many there are.
    pub count: u64,
    /// Their own bytes.
    pub bytes: u64,
    /// What the source is about beside them: the bytes they retain.
    pub weight: u64,
    /// The objects.
    pub nodes: Arc<[NodeIx]>,
    /// Whether it may open.
    pub opens: bool,
}

impl Source {
    /// The heads of the columns of counts, bytes and weights.
    pub fn heads(self) -> [&'static str; 3] {
        match self {
            Self::Dominators => ["Count", "Shallow", "Retained"],
        }
    }

    /// What is known before it can be listed.
    pub fn is_ready(self, known: &Analysis) -> bool {
        match self {
            Self::Dominators => known.dominators.is_some() && known.retained.is_some(),
        }
    }

    /// The first rows.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for them.
    pub fn first(self, known: &Analysis, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
        match self {
            Self::Dominators => dominated(known, &[known.heap.root()], job),
        }
    }

    /// What a part opens into.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] once nobody waits for it.
    pub fn inside(self, known: &Analysis, part: &Part, job: &Job) -> Result<Arc<[Part]>, Cancelled> {
        match self {
            Self::Dominators => dominated(known, &part.nodes, job),
        }
    }
}

fn dominated(known: &Analysis, owners: &[NodeIx], job: &Job) -> Result<Arc<[Part]>, Cancelled> {
    job.tick(owners.len())?;
    let groups = dominated::groups(known, owners);
    job.tick(groups.len())?;
    Ok(groups.into_iter().map(|group| group_part(known, group)).collect())
}

fn group_part(known: &Analysis, group: Group) -> Part {
    let class = known.classes.name(group.class);
    let heaviest = group.heaviest(known);
    let name = match group.nodes.len() {
        1 => known.names.label(&known.heap, heaviest),
        _ => class.to_owned(),
    };
    Part {
        name: if name.is_empty() { class.to_owned() } else { name },
        note: String::new(),
        count: group.nodes.len() as u64,
        bytes: group.shallow,
        weight: group.retained,
        opens: group.retained > group.shallow,
        nodes: group.nodes.into(),
    }
}
