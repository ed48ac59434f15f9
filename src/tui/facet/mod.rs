//! What every view of one snapshot beside Explore can do.
//!
//! Each has at most two panes: what it is about above, what belongs to the row under the cursor
//! below. [`super::aspect::Aspects`] holds one of each and hands everything on.

pub mod contents;
pub mod timeline;
pub mod tree;

use std::fmt::Debug;

use super::{
    event::{Context, Reply, Slot},
    export::Rows,
    keymap::{Action, Scope},
    layout::Layout,
    pane::{Canvas, Kind},
    task::Outcome,
};
use crate::{analysis::Analysis, heap::NodeIx};

/// A view of one snapshot.
pub trait Facet: Debug {
    /// The pane that has the keys, and whether it has the screen for itself.
    fn focus(&self) -> (Kind, bool);

    /// The keys that only the pane that has them knows.
    fn scope(&self) -> Scope;

    /// Has the view listed if it can be and is not, or asks again for what it waits for.
    fn wake(&mut self, cx: &mut Context<'_>);

    /// Does what a key asks for.
    fn act(&mut self, action: Action, cx: &mut Context<'_>) -> Reply;

    /// Whether an action would do anything now.
    fn applies(&self, action: Action) -> bool;

    /// Filters the pane that has the keys.
    fn filter(&mut self, query: &str, cx: &mut Context<'_>);

    /// What the pane that has the keys is filtered by.
    fn filter_text(&self) -> &str;

    /// How many rows the pane that has the keys shows.
    fn rows(&self) -> usize;

    /// The object under the cursor; of a part the one that is listed first.
    fn object(&self, known: &Analysis) -> Option<NodeIx>;

    /// What the pane that has the keys lists, and its title; `title` is that of the upper pane.
    fn export(&self, title: &str, known: &Analysis) -> Option<(String, Rows)>;

    /// The name of the part under the cursor.
    fn part(&self) -> Option<&str> {
        None
    }

    /// Whether Enter led to where one is, so that there is a way back.
    fn is_entered(&self) -> bool {
        false
    }

    /// Goes back to the part whose objects Enter led to; answers whether there was one.
    fn leave_members(&mut self) -> bool {
        false
    }

    /// Takes an answer, unless it waits for a later one.
    fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, cx: &mut Context<'_>);

    /// Tells the panes how much of them is seen.
    fn resize(&mut self, layout: &Layout);

    /// Follows the mouse.
    fn click(&mut self, layout: &Layout, at: (u16, u16), cx: &mut Context<'_>);

    /// Scrolls the pane under the pointer.
    fn scroll(&mut self, layout: &Layout, at: (u16, u16), rows: isize, cx: &mut Context<'_>);

    /// Draws one of the panes.
    fn draw(&self, title: &str, kind: Kind, canvas: &mut Canvas<'_>);
}
