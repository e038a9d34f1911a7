//! An even pace of requests with a little room to run ahead.

use super::lane::Moment;

/// One request per interval; `slack` is how far requests may run ahead of that.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    every: Moment,
    slack: Moment,
    /// When the request after the last one would go at the even pace.
    next: Moment,
}

impl Pace {
    /// `at_once` requests may follow each other without a pause.
    pub fn new(every: Moment, at_once: u32) -> Self {
        Self { every, slack: every * at_once.saturating_sub(1), next: Moment::ZERO }
    }

    /// When a request may go.
    pub fn ready_at(&self) -> Moment {
        self.next.saturating_sub(self.slack)
    }

    /// A request goes.
    pub fn take(&mut self, now: Moment) {
        self.next = self.next.max(now) + self.every;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_lets_a_few_run_ahead_and_then_holds_its_interval() {
        let second = Moment::from_secs(1);
        let mut pace = Pace::new(second, 3);
        let mut sent = Vec::new();
        let mut now = 10 * second;
        for _ in 0..5 {
            now = now.max(pace.ready_at());
            pace.take(now);
            sent.push(now.as_secs());
        }
        assert_eq!(sent, [10, 10, 10, 11, 12]);
    }
}
