//! The Explore view: four panes, each the detail of the one before it, and the way back.
//!
//! Moving in Constructors changes Objects; moving in Objects changes Retainers and Inside.
//! Drilling and jumping leave a stop behind, as a browser does: all four panes as they
//! were, which share their rows, so that a stop costs a few hundred bytes.

use super::{
    event::{Context, Reply, Slot},
    keymap::Action,
    layout::Layout,
    pane::{Kind, Panes, Pointing, classes, inside, objects, retainers},
    task::Outcome,
    widget::table,
};
use crate::{
    analysis::{Analysis, order::By},
    heap::{ClassIx, NodeIx},
};

/// So many places can be gone back to.
const STOPS: usize = 50;

/// A place somebody left.
#[derive(Clone, Debug)]
struct Stop {
    focus: Kind,
    panes: Panes,
    /// How many facts were known when it was left, see [`facts`], and under which filters.
    facts: (usize, usize),
}

/// The view.
#[derive(Debug, Default)]
pub struct Explore {
    /// The pane that has the keys.
    pub focus: Kind,
    /// Whether it has the screen for itself.
    pub zoomed: bool,
    /// The panes.
    pub panes: Panes,
    /// How often a place was left that can be gone back to.
    pub left: u64,
    /// How often the filters have changed what is shown.
    pub generation: usize,
    back: Vec<Stop>,
    forward: Vec<Stop>,
}

/// How many kinds of facts are known: what was listed with fewer must be listed again.
fn facts(known: &Analysis) -> usize {
    usize::from(known.distances.is_some())
        + usize::from(known.retainers.is_some())
        + usize::from(known.retained.is_some())
}

impl Explore {
    /// Does what a key asks for.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::NextPane => self.focus = self.focus.step(1),
            Action::PreviousPane => self.focus = self.focus.step(3),
            // Only flat tables, which stand side by side, bind these two.
            Action::PaneLeft => self.focus = Kind::Classes,
            Action::PaneRight => self.focus = Kind::Objects,
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Clear => self.clear(cx),
            Action::Back => self.go_back(cx),
            Action::Forward => self.go_forward(cx),
            _ => {
                let reply = self.panes.update(self.focus, action, cx);
                self.reply(reply, cx);
            }
        }
    }

    fn reply(&mut self, reply: Reply, cx: &mut Context<'_>) {
        match reply {
            Reply::Quiet | Reply::Narrow(..) => {}
            Reply::Moved => self.follow(cx),
            Reply::Deeper => {
                self.leave(cx.known);
                self.focus = self.focus.step(1);
            }
            Reply::Visit(node) => self.jump(node, cx),
        }
    }

    /// The constructor under the cursor, or that of the object the other panes are about.
    pub fn class(&self) -> Option<ClassIx> {
        match self.focus {
            Kind::Classes => self.panes.classes.sheet.selected(),
            _ => self.panes.objects.class,
        }
    }

    /// Has each pane follow the one it is the detail of.
    fn follow(&mut self, cx: &mut Context<'_>) {
        let class = self.panes.classes.sheet.selected();
        let is_led = self.focus == Kind::Classes || self.panes.objects.class.is_none();
        if is_led && class != self.panes.objects.class {
            self.panes.objects.show(class, cx);
        }
        let object = self.panes.objects.selected();
        if object != self.panes.retainers.subject {
            self.panes.retainers.show(object, cx);
            self.panes.inside.show(object, cx);
        }
    }

    /// Goes to an object: its class, itself, what holds it. The focus stays, save that who looks
    /// at constructors is taken to the object.
    pub fn jump(&mut self, node: NodeIx, cx: &mut Context<'_>) {
        self.leave(cx.known);
        let class = cx.known.classes.of(node);
        let panes = &mut self.panes;
        if !std::mem::take(&mut panes.classes.sheet.filter).is_empty() {
            panes.classes.list(cx);
        }
        panes.classes.sheet.select(class);
        if panes.objects.class != Some(class) || !panes.objects.sheet.filter.is_empty() {
            panes.objects.show(Some(class), cx);
        }
        panes.objects.select(node, cx.known);
        panes.retainers.show(Some(node), cx);
        panes.inside.show(Some(node), cx);
        if self.focus == Kind::Classes {
            self.focus = Kind::Objects;
        }
    }

    /// Goes to a constructor, or to the list of all.
    pub fn go_to_class(&mut self, class: Option<ClassIx>, cx: &mut Context<'_>) {
        self.leave(cx.known);
        self.focus = Kind::Classes;
        let sheet = &mut self.panes.classes.sheet;
        let was_filtered = !std::mem::take(&mut sheet.filter).is_empty();
        if let Some(class) = class {
            sheet.select(class);
        }
        if was_filtered {
            self.panes.classes.list(cx);
        }
        self.follow(cx);
    }

    /// Goes to the objects of a class.
    pub fn show(&mut self, class: ClassIx, cx: &mut Context<'_>) {
        self.panes.classes.sheet.select(class);
        self.panes.objects.show(Some(class), cx);
        self.focus = Kind::Objects;
        self.follow(cx);
    }

    /// Filters the pane that has the keys.
    pub fn filter(&mut self, query: &str, cx: &mut Context<'_>) {
        if self.panes.filter(self.focus) == query {
            return;
        }
        let query = query.to_owned();
        let panes = &mut self.panes;
        match self.focus {
            Kind::Classes => panes.classes.sheet.filter = query,
            Kind::Objects => panes.objects.sheet.filter = query,
            Kind::Retainers => panes.retainers.spec.filter = query,
            Kind::Inside => panes.inside.spec.filter = query,
        }
        self.list(self.focus, cx);
        self.follow(cx);
    }

    fn list(&mut self, pane: Kind, cx: &mut Context<'_>) {
        match pane {
            Kind::Classes => self.panes.classes.list(cx),
            Kind::Objects => self.panes.objects.list(cx),
            Kind::Retainers => self.panes.retainers.list(cx),
            Kind::Inside => self.panes.inside.list(cx),
        }
    }

    /// Clears the filter, or else leaves the zoom.
    fn clear(&mut self, cx: &mut Context<'_>) {
        if self.panes.filter(self.focus).is_empty() {
            self.zoomed = false;
        } else {
            self.filter("", cx);
        }
    }

    /// Lists everything again with the facts that are new.
    pub fn refresh(&mut self, cx: &mut Context<'_>) {
        let objects = &mut self.panes.objects;
        objects.receive_guest(cx.known);
        // What filters have emptied gives way to what they let through.
        if objects.class.is_some_and(|class| cx.known.classes.count(class) == 0) && objects.guest.is_none() {
            objects.class = None;
        }
        self.panes.classes.list(cx);
        if self.panes.objects.class.is_none() {
            let class = self.panes.classes.sheet.selected();
            self.panes.objects.show(class, cx);
        } else {
            self.panes.objects.list(cx);
        }
        self.panes.retainers.spec.ignored.measure_again(cx);
        self.panes.retainers.list(cx);
        self.panes.inside.list(cx);
        self.follow(cx);
    }

    /// Takes an answer, unless the pane waits for a later one.
    pub fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, cx: &mut Context<'_>) {
        let panes = &mut self.panes;
        let (awaited, is_tree) = match slot {
            Slot::Classes => (panes.classes.sheet.pending, false),
            Slot::Objects => (panes.objects.sheet.pending, false),
            Slot::Retainers => (panes.retainers.pending, true),
            Slot::Inside => (panes.inside.pending, true),
            Slot::RetainersPage => return panes.retainers.accept_page(request, outcome),
            Slot::InsidePage => return panes.inside.accept_page(request, outcome),
            Slot::Around => (None, true),
            _ => return,
        };
        if let Outcome::Around(around) = outcome {
            return retainers::measured(&mut panes.retainers, request, around, cx);
        }
        if awaited != Some(request) {
            return;
        }
        match outcome {
            Outcome::Classes(rows) => panes.classes.sheet.accept(rows),
            Outcome::Objects(rows) => panes.objects.sheet.accept(rows),
            tree if slot == Slot::Retainers => panes.retainers.accept(tree),
            tree => panes.inside.accept(tree),
        }
        if !is_tree {
            self.follow(cx);
        }
    }

    /// Remembers this place as one to come back to.
    fn leave(&mut self, known: &Analysis) {
        self.left += 1;
        self.forward.clear();
        self.back.push(self.stop(known));
        if self.back.len() > STOPS {
            self.back.remove(0);
        }
    }

    fn stop(&self, known: &Analysis) -> Stop {
        Stop { focus: self.focus, panes: self.panes.clone(), facts: (facts(known), self.generation) }
    }

    fn go_back(&mut self, cx: &mut Context<'_>) {
        if let Some(stop) = self.back.pop() {
            self.forward.push(self.stop(cx.known));
            self.restore(stop, cx);
        }
    }

    fn go_forward(&mut self, cx: &mut Context<'_>) {
        if let Some(stop) = self.forward.pop() {
            self.back.push(self.stop(cx.known));
            self.restore(stop, cx);
        }
    }

    fn restore(&mut self, stop: Stop, cx: &mut Context<'_>) {
        self.focus = stop.focus;
        // What is ignored stays so wherever one goes.
        let ignored = self.panes.retainers.spec.ignored.clone();
        self.panes = stop.panes;
        if retainers::adopt(&mut self.panes.retainers, ignored) {
            self.panes.retainers.replant(cx);
        }
        let waited = self.panes.is_waiting();
        if waited || stop.facts != (facts(cx.known), self.generation) {
            self.refresh(cx);
        }
    }

    /// Tells the panes how much of them is seen.
    pub fn resize(&mut self, layout: &Layout) {
        for (kind, place) in &layout.panes {
            self.panes.resize(*kind, place.rows());
        }
    }

    /// Follows the mouse: a click gives its pane the keys, selects rows and orders by columns.
    pub fn click(&mut self, layout: &Layout, x: u16, y: u16, cx: &mut Context<'_>) {
        let Some((pane, place)) = layout.pane_at(x, y) else { return };
        self.focus = pane;
        let (inner, rows) = (place.inner(), place.rows());
        if rows.contains((x, y).into()) {
            let reply = self.panes.point(pane, Pointing::Row((y - rows.y) as usize), cx);
            self.reply(reply, cx);
        } else if place.head && y == inner.y && x >= inner.x {
            let columns = columns(pane);
            if let Some(by) = table::column_at(columns, inner.width as usize, (x - inner.x) as usize) {
                self.order(pane, by, cx);
            }
        }
    }

    fn order(&mut self, pane: Kind, by: By, cx: &mut Context<'_>) {
        match pane {
            Kind::Classes => self.panes.classes.sheet.click_head(by),
            Kind::Objects => self.panes.objects.sheet.click_head(by),
            Kind::Retainers => return self.panes.retainers.click_head(by, cx),
            Kind::Inside => return self.panes.inside.click_head(by, cx),
        }
        self.list(pane, cx);
    }

    /// Scrolls the pane under the pointer.
    pub fn scroll(&mut self, layout: &Layout, (x, y): (u16, u16), rows: isize, cx: &mut Context<'_>) {
        let Some((pane, _)) = layout.pane_at(x, y) else { return };
        let reply = self.panes.point(pane, Pointing::Scroll(rows), cx);
        let focus = std::mem::replace(&mut self.focus, pane);
        self.reply(reply, cx);
        self.focus = focus;
    }
}

fn columns(pane: Kind) -> &'static [table::Column] {
    match pane {
        Kind::Classes => &classes::COLUMNS,
        Kind::Objects => &objects::COLUMNS,
        Kind::Retainers => &retainers::COLUMNS,
        Kind::Inside => &inside::COLUMNS,
    }
}
