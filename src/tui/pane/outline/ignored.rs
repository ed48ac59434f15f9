//! Retainers that somebody wants left out, and the heap measured around them.

use std::sync::Arc;

use crate::{
    analysis::ignoring::Ignoring,
    heap::NodeIx,
    tui::{
        event::{Asked, Context, Slot},
        task::{Outcome, Task},
    },
};

/// The number that no request has.
const NOBODYS: u64 = 0;

/// What is ignored. A copy costs a few reference counts.
#[derive(Clone, Debug)]
pub struct Ignored {
    nodes: Arc<[NodeIx]>,
    around: Option<Arc<Ignoring>>,
    /// The request whose answer is awaited.
    pending: Option<u64>,
}

impl Default for Ignored {
    fn default() -> Self {
        Self { nodes: Arc::new([]), around: None, pending: None }
    }
}

impl Ignored {
    /// The nodes, in the order in which they came to be ignored.
    pub fn nodes(&self) -> &[NodeIx] {
        &self.nodes
    }

    /// Whether the node is among them.
    pub fn has(&self, node: NodeIx) -> bool {
        self.nodes.contains(&node)
    }

    /// The nodes with this one added, or without it if it was among them.
    pub fn toggled(&self, node: NodeIx) -> Vec<NodeIx> {
        let mut nodes: Vec<NodeIx> = self.nodes.iter().copied().filter(|&other| other != node).collect();
        if nodes.len() == self.nodes.len() {
            nodes.push(node);
        }
        nodes
    }

    /// The heap around them, once measured; what was measured before holds until then.
    pub fn around(&self) -> Option<&Ignoring> {
        self.around.as_deref()
    }

    /// Whether distances are being measured.
    pub fn is_measuring(&self) -> bool {
        self.pending.is_some()
    }

    /// Ignores these nodes and no others; answers whether the heap around them is known already.
    pub fn set(&mut self, nodes: Vec<NodeIx>, cx: &mut Context<'_>) -> bool {
        self.nodes = nodes.into();
        self.pending = None;
        if self.nodes.is_empty() {
            self.around = None;
            return true;
        }
        match cx.desk.ask(cx.known, Slot::Around, Task::Around(Arc::clone(&self.nodes))) {
            Asked::Now(Outcome::Around(around)) => self.around = Some(around),
            Asked::Now(_) => {}
            Asked::Later(request) => self.pending = Some(request),
        }
        self.pending.is_none()
    }

    /// Says that more is known of the heap than when it was measured.
    pub fn expire(&mut self) {
        if !self.nodes.is_empty() {
            self.pending = Some(NOBODYS);
        }
    }

    /// Measures again what an answer is awaited for, which may have come while another view was shown.
    pub fn measure_again(&mut self, cx: &mut Context<'_>) {
        if self.is_measuring() {
            self.set(self.nodes.to_vec(), cx);
        }
    }

    /// Takes what was measured; answers whether it was waited for.
    pub fn accept(&mut self, request: u64, around: Arc<Ignoring>) -> bool {
        let is_awaited = self.pending.take_if(|pending| *pending == request).is_some();
        if is_awaited {
            self.around = Some(around);
        }
        is_awaited
    }

    /// Whether both leave out the same, measured alike.
    pub fn is_same(&self, other: &Self) -> bool {
        let measured = match (&self.around, &other.around) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        measured && self.nodes == other.nodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::Analysis, heap::fixture::heap, tui::event::Desk};

    #[test]
    fn what_was_measured_of_a_heap_less_known_is_measured_again() {
        let known = Analysis::complete(heap("0!synthetic>1,2 1:100=Big>3 2:5=Small>3 3:7=Held"));
        let mut desk = Desk::default();
        let mut cx = Context { known: &known, desk: &mut desk };
        let mut ignored = Ignored::default();
        ignored.expire();
        assert!(!ignored.is_measuring(), "nothing is ignored");
        assert!(ignored.set(vec![NodeIx(1)], &mut cx), "little is done at once");
        let before = ignored.clone();
        ignored.measure_again(&mut cx);
        assert!(ignored.is_same(&before), "it holds");
        ignored.expire();
        assert!(ignored.is_measuring());
        ignored.measure_again(&mut cx);
        assert!(!ignored.is_measuring() && !ignored.is_same(&before));
        assert_eq!(ignored.nodes(), [NodeIx(1)]);
    }
}
