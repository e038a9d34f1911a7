//! The work that comes to a service, of which its CPU utilization follows.

use super::super::Millis;

/// A curve of load: percent of one task's CPU, so that 600 keeps ten tasks at 60 %.
#[derive(Clone, Debug)]
pub struct Load {
    /// When the curve begins; before, the load is the first figure.
    pub from: Millis,
    /// How long each figure lasts.
    pub step: Millis,
    /// The last one stays.
    pub values: Vec<u32>,
}

impl Load {
    pub fn at(&self, now: Millis) -> u32 {
        let steps = (now - self.from).max(0) / self.step.max(1);
        let place = usize::try_from(steps).unwrap_or(usize::MAX);
        self.values.get(place).or(self.values.last()).copied().unwrap_or(0)
    }

    /// The average CPU utilization of the tasks, in tenths of a percent. Without tasks there is none; a task on
    /// Fargate cannot use more than it has.
    pub fn cpu(&self, now: Millis, running: u32) -> Option<u32> {
        (self.at(now) * 10).checked_div(running).map(|cpu| cpu.min(1_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_spread_over_the_tasks_that_run() {
        let load = Load { from: 1_000, step: 100, values: vec![300, 500] };
        assert_eq!([0, 1_000, 1_099, 1_100, 9_000].map(|now| load.at(now)), [300, 300, 300, 500, 500]);
        assert_eq!(load.cpu(0, 5), Some(600));
        assert_eq!(load.cpu(0, 1), Some(1_000));
        assert_eq!(load.cpu(0, 0), None);
    }
}
