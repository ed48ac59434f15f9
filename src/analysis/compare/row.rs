//! A row of a comparison: what one class was, is, and what came and went of it. Sums only; nothing here
//! costs more than the snapshots of a series.

use crate::{analysis::order::By, heap::ClassIx};

/// One class in both snapshots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// DevTools' key of the class.
    pub key: String,
    /// The class among [`Comparison::older_classes`](super::Comparison::older_classes).
    pub older: Option<ClassIx>,
    /// The class among the newer snapshot's.
    pub newer: Option<ClassIx>,
    /// Members then.
    pub before: Figures,
    /// Members in the snapshots between the two, in their order.
    pub between: Vec<Figures>,
    /// Members now.
    pub after: Figures,
    /// Objects only the newer snapshot has.
    pub new: usize,
    /// Objects only the older snapshot has.
    pub deleted: usize,
    /// Shallow bytes of the new objects.
    pub allocated: u64,
    /// Shallow bytes of the deleted objects.
    pub freed: u64,
    /// Whether all that came and went has even ids: those of native objects are addresses, and
    /// differ in every snapshot though nothing may have happened. Never where no object can be
    /// matched: there, all of them come and go.
    pub is_noise: bool,
}

/// A class in one snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Figures {
    /// Members.
    pub count: usize,
    /// Their shallow bytes.
    pub shallow: u64,
    /// The bytes freed with all of them.
    pub retained: u64,
}

impl Figures {
    /// One of the figures; whatever is none of them means the retained size.
    pub fn of(&self, by: By) -> u64 {
        match by {
            By::Count => self.count as u64,
            By::Shallow => self.shallow,
            _ => self.retained,
        }
    }
}

impl Row {
    pub(super) fn empty(key: String) -> Self {
        Self {
            key,
            older: None,
            newer: None,
            before: Figures::default(),
            between: Vec::new(),
            after: Figures::default(),
            new: 0,
            deleted: 0,
            allocated: 0,
            freed: 0,
            is_noise: false,
        }
    }

    /// How many more members there are now.
    pub fn count_delta(&self) -> i64 {
        difference(self.new as u64, self.deleted as u64)
    }

    /// How much larger new objects are than deleted ones: DevTools' size delta.
    pub fn size_delta(&self) -> i64 {
        difference(self.allocated, self.freed)
    }

    /// How much more the class's members take now, growth of kept objects included.
    pub fn shallow_delta(&self) -> i64 {
        difference(self.after.shallow, self.before.shallow)
    }

    /// How much more the class's members retain now.
    pub fn retained_delta(&self) -> i64 {
        difference(self.after.retained, self.before.retained)
    }

    /// The class in each snapshot, in order of time.
    pub fn series(&self) -> impl Iterator<Item = &Figures> {
        std::iter::once(&self.before).chain(&self.between).chain(std::iter::once(&self.after))
    }

    /// Whether each snapshot has more members than the one before, or larger ones.
    pub fn grew_in_every_step(&self) -> bool {
        let grew = |figure: fn(&Figures) -> u64| {
            self.series().zip(self.series().skip(1)).all(|(then, now)| figure(then) < figure(now))
        };
        grew(|figures| figures.shallow) || grew(|figures| figures.count as u64)
    }

    /// Whether any object of the class came or went; DevTools shows no other rows.
    pub fn is_changed(&self) -> bool {
        self.new > 0 || self.deleted > 0
    }
}

/// `a` less `b`, as far as 64 bits can tell.
pub(in crate::analysis) fn difference(a: u64, b: u64) -> i64 {
    clamped(i128::from(a) - i128::from(b))
}

/// A sum of sizes as far as 64 bits can tell: a hostile file's may be larger.
pub fn clamped(sum: i128) -> i64 {
    sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}
