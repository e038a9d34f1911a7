//! Where a person is and has been: the stack that `esc` walks up and the trail that `[` and `]` walk along.

use super::screen::Screen;

/// Screens remembered in the trail.
const KEPT: usize = 100;

/// The way to the shown screen and the way there was before.
#[derive(Debug, Clone)]
pub struct History {
    stack: Vec<Screen>,
    trail: Vec<Vec<Screen>>,
    at: usize,
    before: Option<Vec<Screen>>,
}

impl History {
    pub fn new(home: Screen) -> Self {
        Self { stack: vec![home.clone()], trail: vec![vec![home]], at: 0, before: None }
    }

    /// The shown screen.
    pub fn current(&self) -> &Screen {
        // The stack is never empty: `new` fills it and nothing takes its last screen away.
        self.stack.last().unwrap_or(&Screen::Fleet)
    }

    /// The screens that `esc` walks up, the shown one last.
    pub fn stack(&self) -> &[Screen] {
        &self.stack
    }

    /// Goes into a screen from the shown one.
    pub fn open(&mut self, screen: Screen) {
        if *self.current() == screen {
            return;
        }
        let mut stack = self.stack.clone();
        // A screen that is already on the way is gone back to, so that esc never walks in circles.
        match stack.iter().position(|known| *known == screen) {
            Some(at) => stack.truncate(at + 1),
            None => stack.push(screen),
        }
        self.step(stack);
    }

    /// Jumps to a screen by the whole way to it.
    pub fn jump(&mut self, path: Vec<Screen>) {
        if !path.is_empty() && path != self.stack {
            self.step(path);
        }
    }

    /// Goes up one level; tells whether there was one.
    pub fn up(&mut self) -> bool {
        if self.stack.len() < 2 {
            return false;
        }
        let mut stack = self.stack.clone();
        stack.pop();
        self.step(stack);
        true
    }

    /// Walks along the trail, back with a negative number; tells whether there was anywhere to go.
    pub fn walk(&mut self, by: isize) -> bool {
        let Some(at) = self.at.checked_add_signed(by) else { return false };
        let Some(stack) = self.trail.get(at) else { return false };
        self.before = Some(std::mem::replace(&mut self.stack, stack.clone()));
        self.at = at;
        true
    }

    /// Goes to the screen that was shown before this one, and the next time back again.
    pub fn swap(&mut self) -> bool {
        match self.before.take() {
            Some(before) => {
                self.step(before);
                true
            }
            None => false,
        }
    }

    fn step(&mut self, stack: Vec<Screen>) {
        self.before = Some(std::mem::replace(&mut self.stack, stack.clone()));
        self.trail.truncate(self.at + 1);
        if self.trail.len() >= KEPT {
            self.trail.remove(0);
        }
        self.trail.push(stack);
        self.at = self.trail.len() - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn esc_goes_up_and_the_trail_goes_back() {
        let mut history = History::new(Screen::Fleet);
        assert!(!history.up());
        history.open(Screen::Clusters);
        history.open(Screen::AllTasks);
        assert!(history.up());
        assert_eq!(history.current(), &Screen::Clusters);
        assert!(history.walk(-1));
        assert_eq!(history.current(), &Screen::AllTasks);
        assert!(history.walk(-1) && history.walk(-1) && !history.walk(-1));
        assert_eq!(history.current(), &Screen::Fleet);
        assert!(history.walk(1));
        assert_eq!(history.current(), &Screen::Clusters);
    }

    #[test]
    fn the_last_view_is_swapped_like_a_folder() {
        let mut history = History::new(Screen::Fleet);
        assert!(!history.swap());
        history.open(Screen::Clusters);
        assert!(history.swap());
        assert_eq!(history.current(), &Screen::Fleet);
        assert!(history.swap());
        assert_eq!(history.current(), &Screen::Clusters);
    }

    #[test]
    fn a_screen_on_the_way_is_gone_back_to() {
        let mut history = History::new(Screen::Fleet);
        history.open(Screen::Clusters);
        history.open(Screen::Fleet);
        assert_eq!(history.stack(), [Screen::Fleet]);
    }
}
