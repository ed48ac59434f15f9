//! What is ignored as retainers: in each snapshot of its own, for a node of one means nothing in the other.

use std::sync::Arc;

use super::Compare;
use crate::{
    analysis::ignoring::Ignoring,
    heap::NodeIx,
    tui::{
        event::{Context, Desk},
        pair::Age,
        pane::{outline::Ignored, retainers},
    },
};

impl Compare {
    /// Ignores what is ignored in that snapshot: nodes of the other one mean nothing in it.
    pub(super) fn turn_to(&mut self, age: Age) {
        if age != self.ignoring {
            std::mem::swap(&mut self.retainers.spec.ignored, &mut self.aside);
            self.ignoring = age;
        }
    }

    /// Which retainers are ignored in the snapshot the lower panes are about.
    pub fn ignored(&self) -> &Ignored {
        &self.retainers.spec.ignored
    }

    /// Ignores these nodes of it as retainers, and no others.
    pub fn ignore(&mut self, nodes: Vec<NodeIx>, desk: &mut Desk) {
        let Some(pair) = self.pair().cloned() else { return };
        let mut cx = Context { known: pair.known(self.age()), desk };
        retainers::ignore(&mut self.retainers, nodes, &mut cx);
    }

    /// Takes a snapshot measured around what is ignored.
    pub(super) fn measured(&mut self, request: u64, around: Arc<Ignoring>, desk: &mut Desk) {
        let Some(pair) = self.pair().cloned() else { return };
        let mut cx = Context { known: pair.known(self.age()), desk };
        retainers::measured(&mut self.retainers, request, around, &mut cx);
    }
}
