//! The first line: whose account, which Region, where in it, and how old what is shown is.

use chrono::TimeDelta;

use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::format;
use crate::app::freshness::{self, Freshness};
use crate::app::layout::{Regions, Width, width};
use crate::app::lock;
use crate::app::model::{ContextInfo, Model};
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::theme::Role;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions) {
    let area = regions.header;
    if area.is_empty() {
        return;
    }
    let right = right(canvas, model);
    let right_width = u16::try_from(fit::width(&right.text())).unwrap_or(area.width);
    let room = area.width.saturating_sub(right_width + 3);
    let left = left(canvas, model, usize::from(room));
    let style = canvas.style(Role::Scope);
    let used = canvas.line(area.x + 1, area.y, room, &left);
    canvas
        .restyle(ratatui::layout::Rect { x: area.x + 1, width: used.min(scope_width(model)), ..area }, style);
    let x = area.right().saturating_sub(right_width + 1);
    canvas.line(x, area.y, right_width, &right);
    if let Some(label) = lock_label(model) {
        let style = canvas.style(Role::Lock);
        canvas.write(x, area.y, right_width, &label, style);
    }
}

/// `[RO]`, `[LOCKED]`, `[GUARDED ctrl-x]`, `[OPEN 12m]`; nothing where all is open.
fn lock_label(model: &Model) -> Option<String> {
    let key = super::footer::key(model, Command::Unlock);
    lock::shown(model).label(Some(&key), model.now)
}

/// The profile's part of the line, which stands out.
fn scope_width(model: &Model) -> u16 {
    u16::try_from(fit::width(&format::plain(&profile(model)))).unwrap_or(u16::MAX)
}

/// The context that is shown; the first one on screens of all of them.
fn context(model: &Model) -> Option<&ContextInfo> {
    model.context(model.context_of(model.screen()))
}

fn profile(model: &Model) -> String {
    let Some(context) = context(model) else { return "no profile".to_owned() };
    let name = match &context.profile {
        _ if context.demo => "demo",
        Some(name) => name,
        None => "default",
    };
    let others = model.contexts.len().saturating_sub(1);
    if others > 0 && model.screen().context(&model.fleet).is_none() {
        return format!("{name} +{others}");
    }
    name.to_owned()
}

/// As much as there is room for: the account, the endpoint and the outer screens of the path give way first.
fn left(canvas: &Canvas<'_>, model: &Model, room: usize) -> Line {
    let crumbs = crumbs(model);
    let account = context(model)
        .and_then(|context| model.fleet.context(context.id)?.identity.as_ref())
        .map(|identity| identity.account.to_string());
    let region = context(model).map(|context| context.region.clone());
    let endpoint = context(model).and_then(|context| context.endpoint.clone());
    let wide = width(model.size) > Width::Small;
    let mut fewer = Vec::new();
    for with_account in [wide, false] {
        for with_endpoint in [true, false] {
            for dropped in 0..crumbs.len().max(1) {
                fewer.push((dropped, with_account, with_endpoint));
            }
        }
    }
    // The path stays whole as long as anything else can go.
    fewer.sort_by_key(|(dropped, ..)| *dropped);
    let mut line = Line::default();
    for (dropped, with_account, with_endpoint) in fewer {
        let mut name = profile(model);
        if let Some(account) = account.as_ref().filter(|_| with_account) {
            name = format!("{name} {account}");
        }
        let path = path(canvas, &crumbs, dropped);
        let endpoint = endpoint.clone().filter(|_| with_endpoint);
        let parts = [Some(name), region.clone(), endpoint, Some(path).filter(|path| !path.is_empty())];
        line = joined(canvas, parts.into_iter().flatten());
        if fit::width(&line.text()) <= room {
            break;
        }
    }
    line
}

fn joined(canvas: &Canvas<'_>, parts: impl Iterator<Item = String>) -> Line {
    let mut line = Line::default();
    for (place, part) in parts.enumerate() {
        if place > 0 {
            line = line.with(format!(" {} ", canvas.signs.vertical), Tone::Dim);
        }
        line = line.with(part, Tone::Plain);
    }
    line
}

/// The screens that lead here; on the top screens the clusters that are in scope.
fn crumbs(model: &Model) -> Vec<String> {
    let screen = model.screen();
    if screen.cluster().is_none() {
        let scope = match &model.scope {
            Some(cluster) => format!("only {}", cluster.name()),
            None => match model.fleet.clusters().count() {
                0 => String::new(),
                1 => "1 cluster".to_owned(),
                count if model.size.width < 80 => format!("{count} clusters"),
                count => format!("all {count} clusters"),
            },
        };
        return vec![scope];
    }
    let path = screen.path(&model.fleet);
    let path = path.iter().map(Screen::title);
    if model.crumbs { path.collect() } else { Vec::new() }
}

fn path(canvas: &Canvas<'_>, crumbs: &[String], dropped: usize) -> String {
    let rest = crumbs.get(dropped..).unwrap_or_default().join(" > ");
    if dropped > 0 { format!("{} > {rest}", canvas.signs.ellipsis) } else { rest }
}

/// Lock, age and clock.
fn right(canvas: &Canvas<'_>, model: &Model) -> Line {
    let small = width(model.size) == Width::Small;
    let between = if small { " ".to_owned() } else { format!(" {} ", canvas.signs.vertical) };
    let mut parts = Vec::new();
    if let Some(label) = lock_label(model) {
        parts.push((label, Tone::Strong));
    }
    match freshness::of_screen(model) {
        Freshness::Live => {}
        Freshness::Loading => parts.push(("loading".to_owned(), Tone::Strong)),
        Freshness::Refused(operation) => parts.push((format!("{operation} denied"), Tone::Warning)),
        Freshness::Old(at) => {
            let age = model.now - at;
            let tone = if age > TimeDelta::minutes(1) { Tone::Warning } else { Tone::Plain };
            parts.push((format!("{} ago", format::age(age)), tone));
        }
        Freshness::Frozen(since) => {
            let words = if model.size.width < 80 {
                format!("frozen {}", format::minute(since, model.utc))
            } else if small {
                format!("frozen {}", format::clock(since, model.utc))
            } else {
                format!("data frozen {}", format::clock(since, model.utc))
            };
            parts.push((words, Tone::Warning));
        }
    }
    if model.mouse {
        parts.push(("MOUSE".to_owned(), Tone::Strong));
    }
    parts.push((format::minutes(model.now, model.utc), Tone::Plain));
    let mut line = Line::default();
    for (place, (text, tone)) in parts.into_iter().enumerate() {
        if place > 0 {
            line = line.with(between.as_str(), Tone::Dim);
        }
        line = line.with(text, tone);
    }
    line
}
