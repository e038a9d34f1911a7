//! The frame around the body, the lines that part it, and the titles on them.

use ratatui::layout::Rect;

use crate::app::layout::Regions;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

/// Draws the frame and the lines between the parts of the body.
pub fn draw(canvas: &mut Canvas<'_>, regions: &Regions) {
    let style = canvas.style(Role::Frame);
    if regions.framed {
        boxed(canvas, regions.body);
    }
    for rule in [regions.top_rule, regions.side_rule] {
        if rule.is_empty() {
            continue;
        }
        if regions.beside && rule == regions.side_rule {
            upright(canvas, regions, rule);
            continue;
        }
        canvas.rule(rule, canvas.signs.horizontal, style);
        if regions.framed {
            tees(canvas, regions.body, rule.y);
        }
    }
}

/// A frame along the border of an area.
pub fn boxed(canvas: &mut Canvas<'_>, area: Rect) {
    let style = canvas.style(Role::Frame);
    let signs = canvas.signs;
    if area.width < 2 || area.height < 2 {
        return;
    }
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for y in [area.y, bottom] {
        canvas.rule(Rect { y, height: 1, ..area }, signs.horizontal, style);
    }
    for y in area.y + 1..bottom {
        canvas.put(area.x, y, signs.vertical, style);
        canvas.put(right, y, signs.vertical, style);
    }
    canvas.put(area.x, area.y, signs.top_left, style);
    canvas.put(right, area.y, signs.top_right, style);
    canvas.put(area.x, bottom, signs.bottom_left, style);
    canvas.put(right, bottom, signs.bottom_right, style);
}

/// Ties a line across a frame to its sides.
pub fn tees(canvas: &mut Canvas<'_>, area: Rect, y: u16) {
    let style = canvas.style(Role::Frame);
    canvas.put(area.x, y, canvas.signs.left_tee, style);
    canvas.put(area.right().saturating_sub(1), y, canvas.signs.right_tee, style);
}

fn upright(canvas: &mut Canvas<'_>, regions: &Regions, rule: Rect) {
    let style = canvas.style(Role::Frame);
    for y in rule.top()..rule.bottom() {
        canvas.put(rule.x, y, canvas.signs.vertical, style);
    }
    if regions.framed {
        let above = if regions.top_rule.is_empty() { regions.body.y } else { regions.top_rule.y };
        canvas.put(rule.x, above, canvas.signs.top_tee, style);
        canvas.put(rule.x, regions.body.bottom().saturating_sub(1), canvas.signs.bottom_tee, style);
    }
}

/// Cells of a line without which the right part of a title leaves too little of the left one.
const SHORTEST: u16 = 24;

/// What stands on a line: at its left what is below it, at its right how it stands.
#[derive(Debug, Clone, Default)]
pub struct Title {
    pub left: String,
    pub right: String,
    /// The pane below has the keys.
    pub focused: bool,
}

impl Title {
    pub fn new(left: impl Into<String>) -> Self {
        Self { left: left.into(), ..Self::default() }
    }

    #[must_use]
    pub fn right(mut self, right: impl Into<String>) -> Self {
        self.right = right.into();
        self
    }

    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }

    /// Writes it on a line that is already drawn.
    pub fn draw(&self, canvas: &mut Canvas<'_>, line: Rect) {
        if line.is_empty() {
            return;
        }
        if self.focused {
            let style = canvas.style(Role::FrameFocused);
            canvas.redress(line, style);
        }
        let right = u16::try_from(fit::width(&self.right)).unwrap_or(u16::MAX);
        // The right part is short; of the left one the beginning tells most.
        let with_right = right > 0 && right.saturating_add(SHORTEST) <= line.width;
        let room = if with_right { line.width - right - 5 } else { line.width.saturating_sub(2) };
        self.left(canvas, Rect { x: line.x + 1, width: room, ..line });
        if with_right {
            let style = canvas.style(Role::Hint);
            canvas.write(line.right() - right - 3, line.y, right + 2, &format!(" {} ", self.right), style);
        }
    }

    fn left(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.left.is_empty() || area.width < 4 {
            return;
        }
        let style = canvas.style(Role::Title);
        canvas.write(area.x, area.y, 1, " ", style);
        let room = usize::from(area.width - 2);
        let text =
            fit::end(fit::facts(&self.left, room, &canvas.signs.between()), room, canvas.signs.ellipsis);
        let taken = canvas.write(area.x + 1, area.y, area.width - 2, &text, style);
        canvas.write(area.x + 1 + taken, area.y, 1, " ", style);
    }
}

/// The line on which the title of the table stands; empty where no line is above it.
pub fn table_line(regions: &Regions) -> Rect {
    if !regions.top_rule.is_empty() {
        return Rect { width: regions.table.width, ..regions.top_rule };
    }
    if regions.framed {
        return Rect { x: regions.table.x, y: regions.body.y, width: regions.table.width, height: 1 };
    }
    Rect::default()
}

/// The line on which the title of the side part stands.
pub fn side_line(regions: &Regions) -> Rect {
    match (regions.beside, regions.framed, regions.top_rule.is_empty()) {
        (false, ..) => regions.side_rule,
        (true, _, false) => Rect { x: regions.side.x, width: regions.side.width, ..regions.top_rule },
        (true, true, true) => Rect { y: regions.body.y, height: 1, ..regions.side },
        (true, false, true) => Rect::default(),
    }
}
