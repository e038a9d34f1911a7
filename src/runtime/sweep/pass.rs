//! A pass over all services: complete when each of them was described since the last one.

/// The number of the pass in which a service was described last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

/// The pass that is under way.
#[derive(Debug)]
pub struct Pass {
    number: u64,
    /// Services that it did not reach yet.
    missed: usize,
    /// Something arrived since it began: an account without services is complete only once for each answer.
    moved: bool,
}

impl Pass {
    pub fn new() -> Self {
        Self { number: 1, missed: 0, moved: false }
    }

    /// A service was learnt of.
    pub fn enter(&mut self) -> Stamp {
        self.missed += 1;
        Stamp(0)
    }

    /// A service was described.
    pub fn reach(&mut self, stamp: &mut Stamp) {
        self.leave(*stamp);
        *stamp = Stamp(self.number);
    }

    /// A service is gone.
    pub fn leave(&mut self, stamp: Stamp) {
        self.missed -= usize::from(stamp.0 != self.number);
    }

    /// An answer arrived.
    pub fn moved(&mut self) {
        self.moved = true;
    }

    pub fn is_complete(&self) -> bool {
        self.moved && self.missed == 0
    }

    /// Begins the next pass over so many services.
    pub fn begin(&mut self, services: usize) {
        *self = Self { number: self.number + 1, missed: services, moved: false };
    }
}
