//! How traffic is split: what was asked for, as a bar, beside what the load balancer does.

use super::Page;
use crate::app::document::Line;
use crate::app::hold;
use crate::app::layout::{Width, width};
use crate::app::settings::Glyphs;
use crate::app::table::Tone;
use crate::fleet::percent::Percent;
use crate::fleet::shift::{Shift, Side};

/// One kind of traffic: what it is called, and each side's share of it.
struct Kind {
    name: &'static str,
    asked: fn(&Side) -> Option<Percent>,
    live: fn(&Side) -> Option<Percent>,
}

const KINDS: [Kind; 2] = [
    Kind { name: "production", asked: |side| side.production_asked, live: |side| side.production_live },
    Kind { name: "test", asked: |side| side.test_asked, live: |side| side.test_live },
];

pub(super) fn traffic(page: &mut Page<'_>, shift: &Shift) {
    super::section(page, "Traffic");
    let (blue_name, green_name) = hold::sides(shift);
    let mut none = true;
    for kind in KINDS {
        let of = |side: Option<&Side>, get: fn(&Side) -> Option<Percent>| side.and_then(get);
        let (blue, green) = (shift.blue.as_ref(), shift.green.as_ref());
        let asked = (of(blue, kind.asked), of(green, kind.asked));
        let live = (of(blue, kind.live), of(green, kind.live));
        let Some(share) = asked.1.or(live.1).or(asked.0.or(live.0).map(Percent::rest)) else { continue };
        none = false;
        let before = asked.0.or(live.0).unwrap_or(share.rest());
        let line = Line::default()
            .with(format!("{:<11}", kind.name), Tone::Label)
            .with(format!("BLUE {blue_name} {:>4} ", before.to_string()), Tone::Plain)
            .with(bar(page, before, share), Tone::Plain)
            .with(format!(" {:<4} GREEN {green_name}", share.to_string()), Tone::Good);
        page.text.push(with_live(line, asked, live));
    }
    if none {
        page.say("no traffic is moved: there is no load balancer, so green works as soon as its tasks run");
    }
}

/// What the load balancer does beside what was asked; where both agree, one word is enough.
fn with_live(
    line: Line,
    asked: (Option<Percent>, Option<Percent>),
    live: (Option<Percent>, Option<Percent>),
) -> Line {
    match (asked.1, live.1) {
        (Some(asked), Some(live)) if asked == live => line.with("  live the same", Tone::Dim),
        (Some(_), Some(live)) => line.with(format!("  LIVE {live} on green, not as asked"), Tone::Warning),
        (None, Some(_)) => line.with("  live", Tone::Dim),
        (_, None) => line.with("  live weights not checked", Tone::Dim),
    }
}

/// Both shares as one bar: blue is full, green is shaded. A share that is there always shows.
fn bar(page: &Page<'_>, blue: Percent, green: Percent) -> String {
    let cells: u16 = if width(page.model.size) == Width::Small { 20 } else { 40 };
    let (full, shaded) = match page.model.settings.glyphs {
        Glyphs::Unicode => ("█", "░"),
        Glyphs::Ascii => ("#", "."),
    };
    let exact = u32::from(green.tenths()) * u32::from(cells) / 1_000;
    let exact = u16::try_from(exact).unwrap_or(cells);
    let least = u16::from(green > Percent::NONE);
    let most = cells - u16::from(blue > Percent::NONE);
    let green = exact.max(least).min(most.max(least));
    format!("{}{}", full.repeat(usize::from(cells - green)), shaded.repeat(usize::from(green)))
}
