//! The views, and the one way back through all of them.
//!
//! Each view knows how to go back inside itself. The history only remembers, for each step, from
//! where to where it led and whether the view it led to has kept a place of its own to return to.

use super::{aspect::Aspect, keymap::Scope};

/// So many steps can be gone back.
const STEPS: usize = 50;

/// One of the views that the header lists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum View {
    /// What grew, and who owns it.
    Growth,
    /// Two snapshots, class by class.
    Compare,
    /// One snapshot.
    #[default]
    Explore,
    /// What one snapshot is made of, in one way or another.
    Aspect(Aspect),
}

impl View {
    /// The views there are of one snapshot, or of several; and where any has stacks or times of allocations,
    /// those of these.
    pub fn all(files: usize, has_stacks: bool, has_times: bool) -> Vec<Self> {
        let several = [Self::Growth, Self::Compare].into_iter().filter(|_| files > 1);
        let always =
            [Aspect::Dominators, Aspect::Containment, Aspect::Statistics, Aspect::Strings, Aspect::Native];
        let stacks = has_stacks.then_some(Aspect::Allocation);
        let times = has_times.then_some(Aspect::Timeline);
        let aspects = always.into_iter().chain(stacks).chain(times).map(Self::Aspect);
        several.chain([Self::Explore]).chain(aspects).collect()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Growth => "Growth",
            Self::Compare => "Compare",
            Self::Explore => "Explore",
            Self::Aspect(aspect) => aspect.name(),
        }
    }

    /// What it shows, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Growth => "what grew from snapshot to snapshot, and what holds it",
            Self::Compare => "two snapshots, constructor by constructor",
            Self::Explore => "constructors, their objects, what holds each and what is in it",
            Self::Aspect(aspect) => aspect.about(),
        }
    }

    /// The scope of the keys that only it has.
    pub fn scope(self) -> Option<Scope> {
        match self {
            Self::Growth => Some(Scope::Growth),
            Self::Compare => Some(Scope::Compare),
            Self::Explore => Some(Scope::Explore),
            Self::Aspect(Aspect::Strings) => Some(Scope::Strings),
            Self::Aspect(_) => None,
        }
    }
}

/// Where one is: in a view, and which snapshot Explore shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    /// The view.
    pub view: View,
    /// The snapshot.
    pub at: usize,
}

/// A step somebody took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// Where it began.
    pub from: Spot,
    /// Where it led.
    pub to: Spot,
    /// Whether the view it led to has kept the place it showed before.
    pub inside: bool,
}

/// The steps that can be taken back, and those that have been.
#[derive(Clone, Debug, Default)]
pub struct History {
    back: Vec<Step>,
    forward: Vec<Step>,
}

impl History {
    /// Remembers a step, if it was one.
    pub fn record(&mut self, step: Step) {
        if step.from == step.to && !step.inside {
            return;
        }
        self.forward.clear();
        self.back.push(step);
        if self.back.len() > STEPS {
            self.back.remove(0);
        }
    }

    /// The step to be undone.
    pub fn back(&mut self) -> Option<Step> {
        let step = self.back.pop()?;
        self.forward.push(step);
        Some(step)
    }

    /// The step to be taken again.
    pub fn forward(&mut self) -> Option<Step> {
        let step = self.forward.pop()?;
        self.back.push(step);
        Some(step)
    }

    /// Whether there is a place to go back to.
    pub fn can_go_back(&self) -> bool {
        !self.back.is_empty()
    }

    /// Whether there is a place to go forward to.
    pub fn can_go_forward(&self) -> bool {
        !self.forward.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROWTH: Spot = Spot { view: View::Growth, at: 1 };
    const EXPLORE: Spot = Spot { view: View::Explore, at: 1 };

    #[test]
    fn a_step_nowhere_is_none() {
        let mut history = History::default();
        history.record(Step { from: GROWTH, to: GROWTH, inside: false });
        assert!(!history.can_go_back());
        history.record(Step { from: EXPLORE, to: EXPLORE, inside: true });
        assert!(history.can_go_back());
    }

    #[test]
    fn a_new_step_ends_the_way_forward() {
        let mut history = History::default();
        let step = Step { from: GROWTH, to: EXPLORE, inside: true };
        history.record(step);
        assert_eq!(history.back(), Some(step));
        assert_eq!((history.can_go_back(), history.can_go_forward()), (false, true));
        assert_eq!(history.forward(), Some(step));
        assert_eq!(history.back(), Some(step));
        history.record(Step { inside: false, ..step });
        assert!(!history.can_go_forward());
    }
}
