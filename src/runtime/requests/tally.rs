//! What was sent and refused within the last minute, in slots of a second.

use tokio::time::Instant;

const SLOTS: u8 = 60;

/// Counts over the last 60 seconds and over all time.
#[derive(Debug)]
pub(super) struct Tally {
    start: Instant,
    slots: Vec<u32>,
    /// The second that the newest slot stands for.
    newest: u64,
    pub(super) total: u64,
}

impl Tally {
    pub(super) fn new(start: Instant) -> Self {
        Self { start, slots: vec![0; usize::from(SLOTS)], newest: 0, total: 0 }
    }

    pub(super) fn add(&mut self, now: Instant) {
        self.total += 1;
        if let Some(slot) = self.slot(now) {
            *slot += 1;
        }
    }

    /// Takes back the newest one.
    pub(super) fn undo(&mut self, now: Instant) {
        self.total = self.total.saturating_sub(1);
        if let Some(slot) = self.slot(now) {
            *slot = slot.saturating_sub(1);
        }
    }

    pub(super) fn last_minute(&mut self, now: Instant) -> u32 {
        let _ = self.slot(now);
        self.slots.iter().sum()
    }

    /// The slot of this second, after emptying those that time went over.
    fn slot(&mut self, now: Instant) -> Option<&mut u32> {
        let second = now.saturating_duration_since(self.start).as_secs();
        let passed = second.saturating_sub(self.newest).min(u64::from(SLOTS));
        self.newest = self.newest.max(second);
        for gone in (self.newest - passed + 1)..=self.newest {
            if let Some(slot) = self.slots.get_mut(slot_of(gone)) {
                *slot = 0;
            }
        }
        self.slots.get_mut(slot_of(self.newest))
    }
}

fn slot_of(second: u64) -> usize {
    usize::try_from(second % u64::from(SLOTS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_count_leaves_after_a_minute() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut tally = Tally::new(start);
        for second in [0, 0, 30, 59] {
            tally.add(at(second));
        }
        assert_eq!(tally.last_minute(at(59)), 4);
        assert_eq!(tally.last_minute(at(60)), 2);
        assert_eq!(tally.last_minute(at(118)), 1);
        assert_eq!(tally.last_minute(at(500)), 0);
        assert_eq!(tally.total, 4);
    }
}
