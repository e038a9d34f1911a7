//! Where everything stands: from the size of the terminal and the screen to rectangles, for drawing and for paging.
//!
//! ```text
//! header   scope, lock, freshness, clock            always one line (ctrl-e hides it)
//! status   the verdict for this screen              always one line
//! ┌ body ─────────────────────────────────┐
//! │ top    what a screen puts above its list        service: the Now pane; events: the lanes
//! ├ banner ───────────────────────────────┤         only while nothing can be asked of AWS
//! ├ table ────────────────────────────────┤         headings, then rows; or text
//! ├ side ─────────────────────────────────┤         preview, events, details; right of the table when wide
//! └───────────────────────────────────────┘
//! message  notices and what is in the way
//! hints    keys; two lines where there is room
//! ```

use ratatui::layout::{Rect, Size};

use super::document::Line;
use super::screen::Screen;
use super::wrap;

/// The smallest terminal that the dashboard is drawn on: columns and rows.
pub const SMALLEST: Size = Size { width: 60, height: 15 };

/// How much room there is across.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// Below 100 columns: no frames, the telling columns only.
    Small,
    Medium,
    /// 160 columns and more: list and details side by side.
    Large,
}

/// The rectangles of one picture. Those with no area are left out by the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Regions {
    pub header: Rect,
    pub status: Rect,
    /// Everything between status and message; with a frame around it if `framed`.
    pub body: Rect,
    pub framed: bool,
    pub top: Rect,
    /// The line between top and table.
    pub top_rule: Rect,
    /// What is said above the rows, and the line between the two. Where no line is above it, one of its own is.
    pub banner: Rect,
    pub banner_rule: Rect,
    pub table: Rect,
    /// The line between table and side, below the table or right of it.
    pub side_rule: Rect,
    pub side: Rect,
    /// The side stands right of the table.
    pub beside: bool,
    pub message: Rect,
    pub hints: Rect,
}

/// Whether the dashboard can be drawn at all.
pub fn is_too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

pub fn width(size: Size) -> Width {
    match size.width {
        0..100 => Width::Small,
        100..160 => Width::Medium,
        _ => Width::Large,
    }
}

/// Rows of deployments beside their headings; the newest are what people look for, and the rest is scrolled to.
const DEPLOYMENTS: u16 = 8;

/// Rows that a banner leaves to its list at least, with their headings and the line above them.
const UNDER_BANNER: u16 = 6;

/// What log lines leave to the bands above and to the panel below them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shares {
    pub top: u16,
    pub side: u16,
    /// Nothing but the lines, the status and the message.
    pub full: bool,
}

/// Parts a screen of this size, with a banner over the rows of a list where it has lines.
pub fn regions(size: Size, screen: &Screen, header: bool, banner: &[Line], shares: Shares) -> Regions {
    if is_too_small(size) {
        return Regions::default();
    }
    let framed = size.height >= 30 && size.width >= 100 && !shares.full;
    let mut rest = Rect::new(0, 0, size.width, size.height);
    let mut regions = Regions { framed, ..Regions::default() };
    regions.header = take_top(&mut rest, u16::from(header && !shares.full));
    regions.status = take_top(&mut rest, 1);
    regions.hints = take_bottom(&mut rest, if size.height >= 30 { 2 } else { 1 } * u16::from(!shares.full));
    regions.message = take_bottom(&mut rest, 1);
    regions.body = rest;
    let inner =
        if framed { Rect::new(rest.x + 1, rest.y + 1, rest.width - 2, rest.height - 2) } else { rest };
    part_body(&mut regions, inner, size, screen, shares);
    if !is_text(screen) {
        part_banner(&mut regions, banner);
    }
    regions
}

/// Rows of the table that fit under its headings.
pub fn page(regions: &Regions, screen: &Screen) -> usize {
    let headings = u16::from(has_headings(regions, screen));
    usize::from(regions.table.height.saturating_sub(headings))
}

/// Lists have a line of headings; texts and timelines have none, and log lines only where there is room for a frame.
pub fn has_headings(regions: &Regions, screen: &Screen) -> bool {
    match screen {
        Screen::Events(..) => false,
        Screen::Logs(_) => regions.framed,
        screen => !is_text(screen),
    }
}

fn is_text(screen: &Screen) -> bool {
    matches!(
        screen,
        Screen::Task(..)
            | Screen::Describe(_)
            | Screen::Json(_)
            | Screen::Aliases
            | Screen::Messages
            | Screen::Requests
            | Screen::Contexts
            | Screen::Operations
            | Screen::Shift(..)
            | Screen::LogLine(_)
    )
}

fn part_body(regions: &mut Regions, inner: Rect, size: Size, screen: &Screen, shares: Shares) {
    let mut rest = inner;
    let short = size.height < 30;
    let top = match screen {
        Screen::Service(..) if size.height < 20 => 3,
        Screen::Service(..) if short => 4,
        Screen::Service(..) => 7,
        // All of the entry under the cursor tells more than how many there are of each kind.
        Screen::Events(..) if size.height >= 20 => 3,
        Screen::Logs(_) => shares.top,
        _ => 0,
    };
    if top > 0 {
        regions.top = take_top(&mut rest, top);
        regions.top_rule = take_top(&mut rest, 1);
    }
    if matches!(screen, Screen::Logs(_)) && shares.side > 0 {
        regions.side = take_bottom(&mut rest, shares.side);
        regions.side_rule = take_bottom(&mut rest, 1);
    }
    let parted = matches!(
        screen,
        Screen::Fleet
            | Screen::Services(_)
            | Screen::AllTasks
            | Screen::ClusterTasks(_)
            | Screen::ServiceTasks(..)
            | Screen::Service(..)
            | Screen::Events(..)
            | Screen::Deployments(..)
    );
    if !parted || rest.height < 9 {
        regions.table = rest;
        return;
    }
    if width(size) == Width::Large && !matches!(screen, Screen::Service(..)) {
        let table = rest.width * 3 / 5;
        regions.table = Rect { width: table, ..rest };
        regions.side_rule = Rect { x: rest.x + table, width: 1, ..rest };
        regions.side = Rect { x: rest.x + table + 1, width: rest.width - table - 1, ..rest };
        regions.beside = true;
        return;
    }
    let height = match screen {
        // What a deployment is about stands below the list: that is most of the screen.
        Screen::Deployments(..) => (rest.height * 3 / 5).max(rest.height.saturating_sub(DEPLOYMENTS + 2)),
        _ => (rest.height * 2 / 5).min(if short { 5 } else { 12 }),
    };
    regions.side = take_bottom(&mut rest, height);
    regions.side_rule = take_bottom(&mut rest, 1);
    regions.table = rest;
}

/// The rows come first: a banner that leaves no room for them stays on the message line.
fn part_banner(regions: &mut Regions, banner: &[Line]) {
    let mut rest = regions.table;
    let room = usize::from(rest.width.saturating_sub(2));
    let height: usize = banner.iter().map(|line| wrap::height(line, room)).sum();
    let height = u16::try_from(height).unwrap_or(u16::MAX);
    if height == 0 || rest.height < height.saturating_add(UNDER_BANNER) {
        return;
    }
    let has_line_above = regions.framed || !regions.top_rule.is_empty();
    take_top(&mut rest, u16::from(!has_line_above));
    regions.banner = take_top(&mut rest, height);
    regions.banner_rule = take_top(&mut rest, 1);
    regions.table = rest;
}

fn take_top(rest: &mut Rect, height: u16) -> Rect {
    let height = height.min(rest.height);
    let part = Rect { height, ..*rest };
    rest.y += height;
    rest.height -= height;
    part
}

fn take_bottom(rest: &mut Rect, height: u16) -> Rect {
    let height = height.min(rest.height);
    rest.height -= height;
    Rect { y: rest.y + rest.height, height, ..*rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps_and_all_lines_are_used() {
        for (columns, rows) in
            [(60, 15), (80, 24), (100, 30), (120, 36), (160, 40), (250, 70), (61, 60), (300, 16)]
        {
            let size = Size::new(columns, rows);
            let regions = regions(size, &Screen::Fleet, true, &[], Shares::default());
            let lines = regions.header.height
                + regions.status.height
                + regions.body.height
                + regions.message.height
                + regions.hints.height;
            assert_eq!(lines, rows, "{columns}x{rows}");
            assert!(regions.table.height >= 4, "{columns}x{rows}: {regions:?}");
            assert!(!regions.table.intersects(regions.side), "{columns}x{rows}");
            assert!(regions.body.union(regions.side) == regions.body);
        }
    }

    #[test]
    fn a_banner_takes_its_lines_from_the_rows_as_long_as_they_have_some() {
        let banner = [Line::plain("x".repeat(100)), Line::plain("y")];
        let rows = |columns, rows, screen: &Screen| {
            let of =
                |banner: &[Line]| regions(Size::new(columns, rows), screen, true, banner, Shares::default());
            let (with, without) = (of(&banner), of(&[]));
            assert_eq!(Regions { banner: Rect::default(), ..with }.side, without.side);
            (without.table.height - with.table.height, with.banner.height)
        };
        assert_eq!(rows(120, 36, &Screen::Fleet), (3, 2));
        // Broken into one line more, and with a line above it.
        assert_eq!(rows(80, 24, &Screen::Fleet), (5, 3));
        assert_eq!(rows(60, 15, &Screen::Fleet), (0, 0));
        assert_eq!(rows(80, 24, &Screen::Messages), (0, 0));
    }

    #[test]
    fn below_the_smallest_size_there_is_nothing() {
        assert_eq!(
            regions(Size::new(59, 40), &Screen::Fleet, true, &[], Shares::default()),
            Regions::default()
        );
        assert_eq!(
            regions(Size::new(0, 0), &Screen::Fleet, true, &[], Shares::default()),
            Regions::default()
        );
    }
}
