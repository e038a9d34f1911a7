//! What is shown of a buffer: several rules that keep or hide lines, and lines around what is kept.

use super::bits::Bits;
use super::buffer::LogBuffer;
use super::marks::{Condition, Marks};

/// The most lines of context on each side.
pub const MOST_CONTEXT: usize = 20;

/// What a rule does with the lines that meet its condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Shows them; lines that no such rule keeps are hidden.
    Keep,
    /// Hides them, whatever else keeps them.
    Hide,
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub kind: Kind,
    pub is_on: bool,
    marks: Marks,
}

impl Rule {
    pub fn condition(&self) -> &Condition {
        self.marks.condition()
    }
}

/// The rules of a view, in the order in which they were made.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    context: usize,
}

/// What is shown, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub lines: Bits,
    /// Lines that are not shown.
    pub hidden: usize,
    /// Lines that each rule alone hides, in the order of the rules; 0 for one that is off.
    pub by_rule: Vec<usize>,
    /// Every line was asked. Before that, lines that nobody asked yet count as meeting no condition.
    pub complete: bool,
}

impl Rules {
    pub fn add(&mut self, kind: Kind, condition: Condition) {
        self.rules.push(Rule { kind, is_on: true, marks: Marks::new(condition) });
    }

    pub fn remove(&mut self, rule: usize) {
        if rule < self.rules.len() {
            self.rules.remove(rule);
        }
    }

    pub fn turn(&mut self, rule: usize, on: bool) {
        if let Some(rule) = self.rules.get_mut(rule) {
            rule.is_on = on;
        }
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Lines on each side of what is kept, 0 to 20.
    pub fn context(&self) -> usize {
        self.context
    }

    pub fn set_context(&mut self, lines: usize) {
        self.context = lines.min(MOST_CONTEXT);
    }

    /// Asks lines that were not asked yet; see [`Marks::advance`]. The budget is shared by all rules that are on.
    pub fn advance(&mut self, buffer: &LogBuffer, near: usize, budget: usize) -> bool {
        let on = self.rules.iter().filter(|rule| rule.is_on).count().max(1);
        let share = (budget / on).max(1);
        let mut done = true;
        for rule in self.rules.iter_mut().filter(|rule| rule.is_on) {
            done &= rule.marks.advance(buffer, near, share);
        }
        done
    }

    /// Every rule that is on has asked every line.
    pub fn is_complete(&self, buffer: &LogBuffer) -> bool {
        self.rules.iter().all(|rule| !rule.is_on || rule.marks.is_complete(buffer))
    }

    /// What is shown as far as it is known.
    pub fn shown(&self, buffer: &LogBuffer) -> Shown {
        let length = buffer.len();
        let mut kept: Option<Bits> = None;
        let mut hidden = Bits::new(length);
        let mut by_rule = Vec::with_capacity(self.rules.len());
        let mut complete = true;
        for rule in &self.rules {
            if !rule.is_on {
                by_rule.push(0);
                continue;
            }
            let lines = rule.marks.lines(buffer);
            complete &= rule.marks.is_complete(buffer);
            match rule.kind {
                Kind::Keep => {
                    by_rule.push(length - lines.count());
                    match &mut kept {
                        Some(kept) => kept.union(&lines),
                        None => kept = Some(lines),
                    }
                }
                Kind::Hide => {
                    by_rule.push(lines.count());
                    hidden.union(&lines);
                }
            }
        }
        let lines = if let Some(mut kept) = kept {
            // A line that is hidden has no context of its own.
            kept.subtract(&hidden);
            kept.widen(self.context);
            kept.subtract(&hidden);
            kept
        } else {
            let mut all = Bits::full(length);
            all.subtract(&hidden);
            all
        };
        Shown { hidden: length - lines.count(), lines, by_rule, complete }
    }
}
