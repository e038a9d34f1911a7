//! The second line: the verdict for what is on the screen.

mod logs;
mod shift;

use chrono::TimeDelta;
use strum::IntoEnumIterator;

use crate::app::absence;
use crate::app::document::Line;
use crate::app::format;
use crate::app::layout::{Regions, Width, width};
use crate::app::model::Model;
use crate::app::progress;
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::app::table::services::{capacity, strategy};
use crate::app::triage::Counts;
use crate::app::views::Content;
use crate::fleet::id::{ClusterId, ServiceId, TaskId};
use crate::fleet::topic::{Subject, Target};
use crate::fleet::verdict::Severity;
use crate::view::canvas::Canvas;
use crate::view::fit;
use crate::view::glyphs::Signs;
use crate::view::task_state;
use crate::view::words::short_guard;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, regions: &Regions, position: &str) {
    let area = regions.status;
    let room = area.width.saturating_sub(2);
    let (left, right) = line(canvas.signs, model);
    let mut right = right;
    if !position.is_empty() {
        let between = if right.pieces.is_empty() { "" } else { "   " };
        right = right.with(format!("{between}{position}"), Tone::Plain);
    }
    let left_width = fit::width(&left.text());
    let right_width = fit::width(&right.text());
    canvas.line(area.x + 1, area.y, room, &left);
    // What is at the right is a convenience: it never cuts the verdict.
    if right_width > 0 && left_width + right_width + 2 <= usize::from(room) {
        let right_width = u16::try_from(right_width).unwrap_or(room);
        canvas.line(area.right() - 1 - right_width, area.y, right_width, &right);
    }
}

fn line(signs: &Signs, model: &Model) -> (Line, Line) {
    let small = width(model.size) == Width::Small;
    let titled = |text: &str| Line::default().with(text, Tone::Strong).with("  ", Tone::Plain);
    match model.screen() {
        Screen::Fleet => {
            let counts =
                model.scope.as_ref().map_or_else(|| model.triage.counts(), |c| model.triage.counts_in(c));
            (counted(titled("Fleet"), signs, model, counts), totals(signs, model, model.scope.as_ref()))
        }
        Screen::Clusters => {
            (counted(titled("Clusters"), signs, model, model.triage.counts()), totals(signs, model, None))
        }
        Screen::Services(id) => {
            let counts = model.triage.counts_in(id);
            (counted(titled(id.name()), signs, model, counts), totals(signs, model, Some(id)))
        }
        Screen::Service(_, id) => service(signs, model, id),
        Screen::AllTasks | Screen::ClusterTasks(_) | Screen::ServiceTasks(..) => tasks(signs, model),
        Screen::Task(cluster, id) => (task(signs, model, cluster, id), Line::default()),
        Screen::Approvals => shift::inbox(titled("Approvals"), signs, model),
        Screen::Shift(_, id) => shift::cockpit(named(model, id), signs, model, id),
        Screen::Deployments(_, id) => (service(signs, model, id).0, deployments(signs, model, id)),
        Screen::Events(..) => (timeline(signs, model), Line::default()),
        Screen::Logs(of) => logs::line(signs, model, of),
        Screen::LogLine(_) => (titled("Log line"), Line::default()),
        Screen::Describe(target) => (of_target("Description of", target), Line::default()),
        Screen::Json(target) => {
            let masked = Line::plain("as AWS returned it, values of variables masked");
            (of_target("JSON of", target), if small { Line::default() } else { masked })
        }
        Screen::Aliases => {
            (titled("Aliases").with("every name that the palette knows", Tone::Plain), Line::default())
        }
        Screen::Messages => {
            (titled("Messages").with("what was said in this session", Tone::Plain), Line::default())
        }
        Screen::Requests => (
            titled("Requests").with("sent, refused and left, by AWS throttle bucket", Tone::Plain),
            Line::default(),
        ),
        Screen::Operations => (
            titled("Operations")
                .with("changes of this session, watched until AWS shows their end", Tone::Plain),
            Line::default(),
        ),
        Screen::Contexts => {
            (titled("Contexts").with("AWS profiles and Regions", Tone::Plain), Line::default())
        }
    }
}

/// `✗ 2 failing   ! 3 degraded …`: only what there is, the healthy ones last, in shorter words where there is no room.
fn counted(title: Line, signs: &Signs, model: &Model, counts: Counts) -> Line {
    let room = usize::from(model.size.width.saturating_sub(2));
    let line = counted_in(title.clone(), signs, model, counts, |severity| match severity {
        Severity::Unknown => "not checked".to_owned(),
        severity => severity.name().to_lowercase(),
    });
    if fit::width(&line.text()) <= room {
        return line;
    }
    counted_in(title, signs, model, counts, |severity| severity.word().to_owned())
}

fn counted_in(
    mut line: Line,
    signs: &Signs,
    model: &Model,
    counts: Counts,
    word: impl Fn(Severity) -> String,
) -> Line {
    let gap = if width(model.size) == Width::Small { "  " } else { "   " };
    let mut first = true;
    for severity in Severity::iter().filter(|severity| counts.of(*severity) > 0) {
        let word = word(severity);
        let sign = signs.severity(severity);
        let sign = if sign.eq_ignore_ascii_case(&word) { String::new() } else { format!("{sign} ") };
        if !std::mem::take(&mut first) {
            line = line.with(gap, Tone::Plain);
        }
        line = line.with(
            format!("{sign}{} {word}", format::thousands(counts.of(severity))),
            Tone::Severity(severity),
        );
    }
    line
}

/// `61 services · 214 tasks`, or how many of them have arrived.
fn totals(signs: &Signs, model: &Model, cluster: Option<&ClusterId>) -> Line {
    let fleet = &model.fleet;
    if fleet.clusters().next().is_none() && !model.loaded {
        return Line::default();
    }
    let clusters = || fleet.clusters().filter(|known| cluster.is_none_or(|cluster| *cluster == known.id));
    let running: usize = clusters().map(|cluster| cluster.running as usize).sum();
    let (described, listed) = match cluster {
        Some(cluster) => (model.triage.counts_in(cluster).total(), fleet.roster(cluster)),
        None => (fleet.service_count(), fleet.services_listed()),
    };
    let services = match listed {
        Some(listed) if described < listed => format!("services {described} of {listed}"),
        Some(listed) => format::count(listed, "service"),
        None if cluster.is_some() => "services not listed".to_owned(),
        None => {
            format!("service lists {} of {}", fleet.rosters_known(), fleet.clusters().count())
        }
    };
    Line::plain(format!("{services}{}{}", signs.between(), format::count(running, "task")))
}

fn service(signs: &Signs, model: &Model, id: &ServiceId) -> (Line, Line) {
    let name = named(model, id);
    let Some(service) = model.fleet.service(id) else {
        let subject = model.screen().cluster().map(|cluster| Subject::Service(cluster.clone(), id.clone()));
        return (arriving(name, model, subject), Line::default());
    };
    if model.fleet.is_departed(id) {
        let line = name.with("gone: deleted or no longer listed; this is what was last seen", Tone::Warning);
        return (line, Line::default());
    }
    let mut facts = vec![strategy(service), capacity(service)];
    facts.extend(service.revision().map(|revision| format!("rev {revision}")));
    facts.push(if service.exec { "exec on" } else { "exec off" }.to_owned());
    let mut line = service_verdict(signs, model, id);
    if is_told_below(signs, model, id)
        && let Some(verdict) = model.triage.verdict(id)
    {
        line = named(model, id).with(state(signs, verdict.severity), Tone::Severity(verdict.severity));
        let since = verdict.since.map(|since| format!("for {}", format::age(model.now - since)));
        let more = [since, short_guard(service).map(ToOwned::to_owned)];
        let more: Vec<String> = more.into_iter().flatten().collect();
        line = line.with(format!("  {}", more.join(&signs.between())), Tone::Plain);
    }
    (line, Line::plain(facts.join(&signs.between())))
}

/// The name, unless the path above ends with it and there is little room for what is said of it.
fn named(model: &Model, id: &ServiceId) -> Line {
    let above = model.header && model.crumbs;
    if above && width(model.size) == Width::Small {
        return Line::default();
    }
    Line::default().with(id.name(), Tone::Strong).with("  ", Tone::Plain)
}

/// `cart-api  ! DEGRADED  2 out-of-memory kills in 15m, for 9m`.
fn service_verdict(signs: &Signs, model: &Model, id: &ServiceId) -> Line {
    let mut left = named(model, id);
    if let Some(verdict) = model.triage.verdict(id) {
        let severity = verdict.severity;
        left = left.with(state(signs, severity), Tone::Severity(severity));
        if !verdict.why.is_empty() {
            left = left.with(format!("  {}", verdict.why), Tone::Plain);
        }
        if let Some(since) = verdict.since.filter(|_| severity != Severity::Ok) {
            left = left.with(format!(", for {}", format::age(model.now - since)), Tone::Plain);
        }
    }
    left
}

/// The status line has no room for all of the verdict.
pub fn cuts_verdict(signs: &Signs, model: &Model, id: &ServiceId) -> bool {
    fit::width(&service_verdict(signs, model, id).text()) > usize::from(model.size.width.saturating_sub(2))
}

/// The pane of the service has the verdict, because this line would cut it and nothing stands below the tasks.
pub fn is_told_below(signs: &Signs, model: &Model, id: &ServiceId) -> bool {
    model.regions().side.is_empty() && cuts_verdict(signs, model, id)
}

/// The sign and the whole word.
fn state(signs: &Signs, severity: Severity) -> String {
    let (sign, word) = (signs.severity(severity), severity.name());
    if sign.eq_ignore_ascii_case(word) { word.to_owned() } else { format!("{sign} {word}") }
}

/// Counts as AWS keeps them: the rows are those that were looked at, which may be fewer.
fn tasks(signs: &Signs, model: &Model) -> (Line, Line) {
    let title = |text: String| Line::default().with(text, Tone::Strong).with("  ", Tone::Plain);
    let listed = match &model.view().content {
        Content::Tasks(rows) => rows.total,
        _ => 0,
    };
    let right = Line::plain(format!("{} known, stopped ones included", format::thousands(listed)));
    let dot = signs.between();
    let line = match model.screen() {
        Screen::ServiceTasks(cluster, id) => {
            let line = title(format!("Tasks of {}", id.name()));
            match model.fleet.service(id) {
                Some(s) => line.with(
                    format!("{} running{dot}{} pending{dot}{} desired", s.running, s.pending, s.desired),
                    Tone::Plain,
                ),
                None => arriving(line, model, Some(Subject::ServiceTasks(cluster.clone(), id.clone()))),
            }
        }
        screen => {
            let cluster = screen.cluster().or(model.scope.as_ref());
            let clusters = model.fleet.clusters().filter(|known| cluster.is_none_or(|id| *id == known.id));
            let (running, pending) =
                clusters.fold((0, 0), |(r, p), cluster| (r + cluster.running, p + cluster.pending));
            let name = cluster.map_or_else(String::new, |cluster| format!(" of {}", cluster.name()));
            let (running, pending) =
                (format::thousands(running as usize), format::thousands(pending as usize));
            title(format!("Tasks{name}"))
                .with(format!("{running} running{dot}{pending} pending"), Tone::Plain)
        }
    };
    (line, right)
}

/// What is not there yet, or why it does not come.
fn arriving(line: Line, model: &Model, subject: Option<Subject>) -> Line {
    let context = model.context_of(model.screen());
    match subject.and_then(|subject| absence::trouble(model, context, subject)) {
        Some(trouble) => line.with(trouble.failure.to_string(), Tone::Warning),
        None => line.with("loading", Tone::Plain),
    }
}

fn task(signs: &Signs, model: &Model, cluster: &ClusterId, id: &TaskId) -> Line {
    let Some(task) = model.fleet.known_task(id) else {
        let line = Line::default().with(format!("task {}  ", id.short()), Tone::Strong);
        let subject = Subject::Task(cluster.clone(), id.clone());
        if absence::trouble(model, model.context_of(model.screen()), subject.clone()).is_some() {
            return arriving(line, model, Some(subject));
        }
        return line.with("not known (yet); ECS forgets stopped tasks after about an hour", Tone::Plain);
    };
    task_state::line(signs, model, task)
}

/// `rolling · 7 deployments · typical 3m40s (last three 3m12s to 4m05s)`.
fn deployments(signs: &Signs, model: &Model, id: &ServiceId) -> Line {
    let mut facts: Vec<String> =
        model.fleet.service(id).map(|service| strategy(service)).into_iter().collect();
    if let Some(known) = model.fleet.deployments(id).filter(|known| !known.is_empty()) {
        facts.push(format::count(known.len(), "deployment"));
        facts.extend(progress::typical(known).map(|typical| typical.to_string()));
    }
    Line::plain(facts.join(&signs.between()))
}

fn timeline(signs: &Signs, model: &Model) -> Line {
    let Content::Entries(_, entries) = &model.view().content else { return Line::plain("Timeline") };
    let view = model.view();
    let all: usize = entries.iter().map(|entry| entry.count).sum();
    let oldest = entries.last().map_or(TimeDelta::zero(), |entry| model.now - entry.first);
    let count = if view.fold && entries.len() < all {
        format!("{all} entries folded into {}", format::thousands(entries.len()))
    } else {
        format!("{} {}", format::thousands(all), if all == 1 { "entry" } else { "entries" })
    };
    let mut facts = vec![format!("last {}", format::age(oldest)), count];
    if view.problems_only {
        facts.push("problems only".to_owned());
    }
    facts.push(view.lane.map_or_else(|| "all lanes".to_owned(), |lane| format!("only {}", lane.word())));
    facts.push("newest first".to_owned());
    let facts = format!("Timeline  {}", facts.join(&signs.between()));
    let room = usize::from(model.size.width.saturating_sub(2));
    let facts = fit::facts(&facts, room, &signs.between());
    Line::default()
        .with("Timeline", Tone::Strong)
        .with(facts.trim_start_matches("Timeline").to_owned(), Tone::Plain)
}

fn of_target(what: &str, target: &Target) -> Line {
    let of = format!("{what} {} ", target.kind());
    Line::plain(of).with(target.name(), Tone::Strong)
}
