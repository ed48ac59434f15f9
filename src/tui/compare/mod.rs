//! The Compare view: two snapshots, class by class, and what became of each object.
//!
//! Four linked panes as in Explore. The lower ones are about one snapshot: a new object lives in
//! the newer, a deleted one in the older. A kept object shows its fields before and after side by
//! side. Following a reference leads to Explore, in the snapshot the object lives in.

mod ignoring;
mod mouse;
mod offer;

use std::sync::Arc;

use super::{
    event::{Asked, Context, Desk, Reply, Slot},
    keymap::Action,
    pair::{Age, Fate, Pair},
    pane::{
        Kind, both, changes, fates, inside,
        outline::{self, Ignored},
        retainers,
    },
    state::Pointed,
    task::Outcome,
    work::Work,
};
use crate::{analysis::Analysis, words};

/// The view.
#[derive(Debug)]
pub struct Compare {
    /// The pane that has the keys.
    pub focus: Kind,
    /// Whether it has the screen for itself.
    pub zoomed: bool,
    /// Which two of the files are compared.
    pub between: (usize, usize),
    /// The comparison.
    pub work: Work<Arc<Pair>>,
    /// The classes.
    pub changes: changes::State,
    /// The objects of the selected class.
    pub fates: fates::State,
    /// What holds the selected object.
    pub retainers: outline::State,
    /// What is ignored as retainers in the snapshot the lower panes are not about.
    aside: Ignored,
    /// Which one the others are ignored in.
    ignoring: Age,
    /// What a new or deleted object refers to.
    pub inside: outline::State,
    /// What a kept object referred to then and refers to now.
    pub both: both::State,
    /// How often a place was left that can be gone back to.
    pub left: u64,
    warning: Option<String>,
    back: Vec<Kind>,
    forward: Vec<Kind>,
}

impl Compare {
    /// A view of the two files at these places, before anything is known.
    pub fn new(between: (usize, usize)) -> Self {
        Self {
            focus: Kind::Classes,
            zoomed: false,
            between,
            work: Work::Waiting,
            changes: changes::State::default(),
            fates: fates::State::default(),
            retainers: retainers::state(),
            aside: Ignored::default(),
            ignoring: Age::Newer,
            inside: inside::state(),
            both: both::State::default(),
            left: 0,
            warning: None,
            back: Vec::new(),
            forward: Vec::new(),
        }
    }

    /// Begins anew with other snapshots, in the orders that the user chose.
    pub fn restart(&mut self, between: (usize, usize)) {
        let changes = self.changes.emptied();
        let (focus, zoomed, left) = (self.focus, self.zoomed, self.left);
        *self = Self { focus, zoomed, changes, left, ..Self::new(between) };
    }

    /// What is doubtful in comparing the two.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// The comparison, once there is one.
    pub fn pair(&self) -> Option<&Arc<Pair>> {
        self.work.done()
    }

    /// The object the lower panes are about.
    pub fn object(&self) -> Option<Fate> {
        self.fates.sheet.selected()
    }

    /// The snapshot the lower panes are about.
    pub fn age(&self) -> Age {
        self.object().map_or(Age::Newer, |fate| fate.home().0)
    }

    /// Which file that is.
    pub fn at(&self, age: Age) -> usize {
        match age {
            Age::Older => self.between.0,
            Age::Newer => self.between.1,
        }
    }

    /// Whether the fields of a kept object are what has the keys.
    pub fn is_side_by_side(&self) -> bool {
        self.focus == Kind::Inside && matches!(self.object(), Some(Fate::Kept(..)))
    }

    /// Takes the comparison.
    pub fn accept(&mut self, pair: Arc<Pair>, desk: &mut Desk) {
        self.warning = words::kinship(pair.found.matching().kinship());
        self.work = Work::Done(pair);
        self.refresh(desk);
    }

    /// Lists everything again.
    pub fn refresh(&mut self, desk: &mut Desk) {
        let Some(pair) = self.pair().cloned() else { return };
        self.changes.list(&pair, desk);
        self.fates.list(&pair, desk);
        self.follow(desk);
        let mut cx = Context { known: pair.known(self.age()), desk };
        self.retainers.spec.ignored.measure_again(&mut cx);
        self.retainers.list(&mut cx);
        self.inside.list(&mut cx);
        self.both.list(&pair, cx.desk);
    }

    /// Has each pane follow the one it is the detail of.
    fn follow(&mut self, desk: &mut Desk) {
        let Some(pair) = self.pair().cloned() else { return };
        let row = self.changes.sheet.selected();
        if row != self.fates.row {
            self.fates.show(row, &pair, desk);
        }
        self.show(&pair, desk);
    }

    /// Has the lower panes show the selected object, in the snapshot it lives in.
    fn show(&mut self, pair: &Arc<Pair>, desk: &mut Desk) {
        let fate = self.object();
        if fate == self.both.subject {
            return;
        }
        self.both.show(fate, pair, desk);
        self.turn_to(self.age());
        let home = fate.map(Fate::home);
        let mut cx = Context { known: pair.known(self.age()), desk };
        let node = home.map(|(_, node)| node);
        self.retainers.spec.ignored.measure_again(&mut cx);
        self.retainers.show(node, &mut cx);
        let is_kept = matches!(fate, Some(Fate::Kept(..)));
        self.inside.show(node.filter(|_| !is_kept), &mut cx);
    }

    /// Does what a key asks for.
    pub fn act(&mut self, action: Action, desk: &mut Desk) -> Reply {
        match action {
            Action::NextPane | Action::PaneRight => self.focus = self.focus.step(1),
            Action::PreviousPane => self.focus = self.focus.step(3),
            Action::PaneLeft => {
                self.focus = if self.focus == Kind::Inside { Kind::Objects } else { Kind::Classes }
            }
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Clear => self.clear(desk),
            Action::Quiet | Action::Every | Action::Figure => self.relist(action, desk),
            Action::Group(group) => {
                self.focus = Kind::Objects;
                self.fates.go_to_group(group);
                self.follow(desk);
            }
            Action::Drill if self.focus == Kind::Classes || self.focus == Kind::Objects => self.deeper(),
            _ => {
                let reply = self.act_in_pane(action, desk);
                return self.reply(reply, desk);
            }
        }
        Reply::Quiet
    }

    fn act_in_pane(&mut self, action: Action, desk: &mut Desk) -> Reply {
        let Some(pair) = self.pair().cloned() else { return Reply::Quiet };
        let side_by_side = self.is_side_by_side();
        let mut cx = Context { known: pair.known(self.age()), desk };
        match self.focus {
            Kind::Classes => self.changes.update(action, &pair, desk),
            Kind::Objects => self.fates.update(action, &pair, desk),
            Kind::Retainers => retainers::update(&mut self.retainers, action, &mut cx),
            Kind::Inside if side_by_side => self.both.update(action, &pair, desk),
            Kind::Inside => inside::update(&mut self.inside, action, &mut cx),
        }
    }

    fn reply(&mut self, reply: Reply, desk: &mut Desk) -> Reply {
        match reply {
            Reply::Moved => self.follow(desk),
            Reply::Deeper => self.deeper(),
            Reply::Visit(_) => return reply,
            Reply::Quiet | Reply::Narrow(..) => {}
        }
        Reply::Quiet
    }

    fn deeper(&mut self) {
        self.left += 1;
        self.back.push(self.focus);
        self.forward.clear();
        self.focus = self.focus.step(1);
    }

    /// Back to the pane from which one went deeper.
    pub fn go_back(&mut self) {
        if let Some(focus) = self.back.pop() {
            self.forward.push(std::mem::replace(&mut self.focus, focus));
        }
    }

    /// Deeper again.
    pub fn go_forward(&mut self) {
        if let Some(focus) = self.forward.pop() {
            self.back.push(std::mem::replace(&mut self.focus, focus));
        }
    }

    /// Lists other classes, or other figures of them.
    fn relist(&mut self, action: Action, desk: &mut Desk) {
        match action {
            Action::Quiet => self.changes.quiet = !self.changes.quiet,
            Action::Every => self.changes.every = !self.changes.every,
            _ => self.changes.next_figure(),
        }
        if let Some(pair) = self.pair().cloned() {
            self.changes.list(&pair, desk);
            self.follow(desk);
        }
    }

    fn clear(&mut self, desk: &mut Desk) {
        if self.filter_text().is_empty() {
            self.zoomed = false;
        } else {
            self.filter("", desk);
        }
    }

    /// Filters the pane that has the keys.
    pub fn filter(&mut self, query: &str, desk: &mut Desk) {
        let Some(pair) = self.pair().cloned().filter(|_| self.filter_text() != query) else { return };
        let query = query.to_owned();
        let side_by_side = self.is_side_by_side();
        let mut cx = Context { known: pair.known(self.age()), desk };
        match self.focus {
            Kind::Classes => {
                self.changes.sheet.filter = query;
                self.changes.list(&pair, cx.desk);
            }
            Kind::Objects => {
                self.fates.sheet.filter = query;
                self.fates.list(&pair, cx.desk);
            }
            Kind::Retainers => {
                self.retainers.spec.filter = query;
                self.retainers.list(&mut cx);
            }
            Kind::Inside if side_by_side => {
                self.both.sheet.filter = query;
                self.both.list(&pair, cx.desk);
            }
            Kind::Inside => {
                self.inside.spec.filter = query;
                self.inside.list(&mut cx);
            }
        }
        self.follow(desk);
    }

    /// What the pane that has the keys is filtered by.
    pub fn filter_text(&self) -> &str {
        match self.focus {
            Kind::Classes => &self.changes.sheet.filter,
            Kind::Objects => &self.fates.sheet.filter,
            Kind::Retainers => &self.retainers.spec.filter,
            Kind::Inside if self.is_side_by_side() => &self.both.sheet.filter,
            Kind::Inside => &self.inside.spec.filter,
        }
    }

    /// How many rows a pane shows.
    pub fn rows(&self, pane: Kind) -> usize {
        match pane {
            Kind::Classes => self.changes.sheet.rows.len(),
            Kind::Objects => self.fates.sheet.rows.len(),
            Kind::Retainers => self.retainers.len(),
            Kind::Inside if matches!(self.object(), Some(Fate::Kept(..))) => self.both.sheet.rows.len(),
            Kind::Inside => self.inside.len(),
        }
    }

    /// How many rows the pane with the keys shows.
    pub fn len(&self) -> usize {
        self.rows(self.focus)
    }

    /// Whether it shows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether any pane waits for an answer.
    pub fn is_waiting(&self) -> bool {
        let sheets = [self.changes.sheet.pending, self.fates.sheet.pending, self.both.sheet.pending];
        sheets.iter().chain(&[self.retainers.pending, self.inside.pending]).any(Option::is_some)
    }

    fn known<'a>(&self, pair: &'a Pair) -> &'a Analysis {
        pair.known(self.age())
    }

    /// The object under the cursor.
    pub fn pointed(&self) -> Option<Pointed> {
        let pair = self.pair()?;
        let (age, subject) = self.object()?.home();
        let (known, at) = (pair.known(age), self.at(age));
        let direct = |at, node| Pointed { at, node, start: node, trail: Vec::new() };
        match self.focus {
            Kind::Classes | Kind::Objects => Some(direct(at, subject)),
            Kind::Retainers => Some(Pointed {
                at,
                node: self.retainers.object(known)?,
                start: subject,
                trail: self.retainers.trail().unwrap_or_default(),
            }),
            Kind::Inside if self.is_side_by_side() => {
                let (age, node) = self.both.pointed(pair).unwrap_or((age, subject));
                Some(direct(self.at(age), node))
            }
            Kind::Inside => self.inside.object(known).map(|node| direct(at, node)),
        }
    }

    /// Takes an answer, unless the pane waits for a later one.
    pub fn answer(&mut self, slot: Slot, request: u64, outcome: Outcome, desk: &mut Desk) {
        if let Outcome::Around(around) = outcome {
            return self.measured(request, around, desk);
        }
        let awaited = match slot {
            Slot::Classes => self.changes.sheet.pending,
            Slot::Objects => self.fates.sheet.pending,
            Slot::Retainers => self.retainers.pending,
            Slot::RetainersPage => return self.retainers.accept_page(request, outcome),
            Slot::InsidePage => return self.inside.accept_page(request, outcome),
            Slot::Inside => self.inside.pending.or(self.both.sheet.pending),
            _ => return,
        };
        if awaited != Some(request) {
            return;
        }
        match outcome {
            Outcome::Rows(rows) => self.changes.sheet.accept(rows),
            Outcome::Fates(rows) => self.fates.accept(rows),
            Outcome::Fields(rows) => return self.both.sheet.accept(rows),
            tree if slot == Slot::Retainers => return self.retainers.accept(tree),
            tree => return self.inside.accept(tree),
        }
        self.follow(desk);
    }
}

/// Takes what was asked for if it was little.
pub(super) fn later(asked: Asked, pending: &mut Option<u64>) -> Option<Outcome> {
    match asked {
        Asked::Now(outcome) => Some(outcome),
        Asked::Later(request) => {
            *pending = Some(request);
            None
        }
    }
}
