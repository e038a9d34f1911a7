//! What stands where a list would be that has no rows: why, and what to do next.

use ratatui::layout::Rect;

use crate::app::absence;
use crate::app::command::Command;
use crate::app::document::Line;
use crate::app::earlier as history;
use crate::app::format;
use crate::app::model::{ContextInfo, Model};
use crate::app::screen::Screen;
use crate::app::table::Tone;
use crate::app::views::Content;
use crate::fleet::service::Controller;
use crate::fleet::topic::FailureKind;
use crate::view::canvas::Canvas;
use crate::view::footer::key;
use crate::view::widget::lines;

pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let inner = Rect {
        x: area.x + 2,
        y: area.y + u16::from(area.height > 2),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(u16::from(area.height > 2)),
    };
    let room = usize::from(inner.width);
    let text: Vec<Line> =
        sentences(model).into_iter().flat_map(|text| lines::wrap(&Line::plain(text), room)).collect();
    lines::draw(canvas, inner, &text, 0, "");
}

fn sentences(model: &Model) -> Vec<String> {
    let view = model.view();
    if !view.filter.is_empty() {
        let filter = view.filter.text();
        return vec![
            format!("Nothing matches `{filter}`; {} clears the filter.", key(model, Command::Back)),
            "Also: `!text` without it, `-f text` fuzzy, `column:text` in one column.".to_owned(),
        ]
        .into_iter()
        .chain(absence::line(model).map(|lacking| format!("Not all is listed: {lacking}.")))
        .collect();
    }
    if let Some(elsewhere) = elsewhere(model) {
        return elsewhere;
    }
    if let Some((_, trouble)) = absence::of_screen(model).first() {
        if trouble.failure.kind == FailureKind::Unsupported {
            return vec![format!("{}.", trouble.failure)];
        }
        let clock = format::clock(trouble.since, model.utc);
        return vec![
            format!("{} (since {clock}).", trouble.failure),
            format!("{} tries now.", key(model, Command::Refresh)),
        ];
    }
    match &view.content {
        Content::Services(_) => services(model),
        Content::Tasks(_) => tasks(model),
        Content::Clusters(_) => clusters(model),
        Content::Deployments(_) => vec![deployments(model)],
        Content::Approvals(_) if model.loaded => vec![
            "No blue/green deployment is in flight, and none waits for you.".to_owned(),
            "Those of ECS and of CodeDeploy stand here, over all clusters in scope.".to_owned(),
        ],
        Content::Approvals(_) => vec!["Loading: services are still being described ...".to_owned()],
        Content::Entries(..) | Content::Lines(_) | Content::Text => vec![timeline(model)],
    }
}

fn services(model: &Model) -> Vec<String> {
    if let Screen::Services(id) = model.screen() {
        return match model.fleet.roster(id) {
            None => vec![format!("Loading the services of cluster {} ...", id.name())],
            Some(0) => vec![
                format!("No services in cluster {}.", id.name()),
                format!(
                    "`:tasks {}` lists its standalone tasks; {} goes back.",
                    id.name(),
                    key(model, Command::Back)
                ),
            ],
            Some(_) if model.view().problems_only => all_well(model),
            Some(listed) => vec![format!("Loading {} ...", format::count(listed, "service"))],
        };
    }
    let none_listed = model.fleet.clusters().count() == 0;
    if none_listed {
        return clusters(model);
    }
    match model.fleet.services_listed() {
        Some(0) => {
            let count = format::count(model.fleet.clusters().count(), "cluster");
            vec![
                format!("No services in {count}."),
                format!("{} lists the clusters.", key(model, Command::Clusters)),
            ]
        }
        Some(_) if model.loaded => all_well(model),
        _ => vec!["Loading services; the first are shown as they come ...".to_owned()],
    }
}

fn all_well(model: &Model) -> Vec<String> {
    let all = model
        .screen()
        .cluster()
        .map_or_else(|| model.triage.counts().total(), |cluster| model.triage.counts_in(cluster).total());
    let services = format::count(all, "service");
    vec![
        format!("Nothing needs attention: {services} as asked."),
        format!("{} shows them.", key(model, Command::ProblemsOnly)),
    ]
}

fn clusters(model: &Model) -> Vec<String> {
    let context = model.context_of(model.screen());
    let listed = model.fleet.context(context).is_some_and(|known| known.clusters_listed);
    let region = model.context(context).map_or("this Region", |info| info.region.as_str());
    if !listed {
        return vec![format!("Asking AWS for the clusters in {region} ...")];
    }
    vec![
        format!("No cluster in {region}."),
        "Start with --region or --profile to look elsewhere; `:contexts` shows what is open.".to_owned(),
    ]
}

fn tasks(model: &Model) -> Vec<String> {
    if model.view().problems_only {
        return vec![
            "No task needs attention.".to_owned(),
            format!("{} shows all of them.", key(model, Command::ProblemsOnly)),
        ];
    }
    let unlisted =
        |context: &ContextInfo| model.fleet.context(context.id).is_none_or(|known| !known.clusters_listed);
    if *model.screen() == Screen::AllTasks && model.contexts.iter().any(unlisted) {
        return clusters(model);
    }
    let of = match model.screen() {
        Screen::Service(_, id) | Screen::ServiceTasks(_, id) => {
            let service = model.fleet.service(id);
            if service.is_some_and(|service| service.desired == 0) {
                return vec![
                    format!("{} is scaled to 0, and no task of it stopped within the last hour.", id.name()),
                    format!("{} shows its events.", key(model, Command::Events)),
                ];
            }
            format!("of {}", id.name())
        }
        Screen::ClusterTasks(id) => format!("in cluster {}", id.name()),
        _ => "in any cluster".to_owned(),
    };
    if crate::app::freshness::of_screen(model) == crate::app::freshness::Freshness::Loading {
        return vec![format!("Loading the tasks {of} ...")];
    }
    vec![
        format!("No task {of} runs, and none stopped within the last hour."),
        format!("{} shows the events of a service.", key(model, Command::Events)),
    ]
}

/// Deployments that ECS neither carries out nor keeps.
fn elsewhere(model: &Model) -> Option<Vec<String>> {
    let Screen::Deployments(_, id) = model.screen() else { return None };
    let service = model.fleet.service(id)?;
    let who = match service.controller {
        Controller::Ecs => return None,
        Controller::CodeDeploy => {
            "CodeDeploy carries out the deployments of this service; these are the newest, as it tells them."
        }
        Controller::External | Controller::Other(_) => {
            "A controller outside ECS carries out the deployments of this service: they are there, not in ECS."
        }
    };
    let sets = match service.task_sets.len() {
        0 => "It has no task set now.".to_owned(),
        1 => "It has 1 task set: no deployment is under way.".to_owned(),
        several => format!("It has {several} task sets: a deployment may be under way."),
    };
    let past = history::lines(model, service).into_iter().map(|line| line.text());
    Some([who.to_owned(), sets, String::new()].into_iter().chain(past).collect())
}

fn deployments(model: &Model) -> String {
    let name = model.screen().service().map_or("this service", |id| id.name());
    match crate::app::freshness::of_screen(model) {
        crate::app::freshness::Freshness::Loading => format!("Loading the deployments of {name} ..."),
        _ => format!("No deployment of {name} within the last 90 days, which is as far as AWS remembers."),
    }
}

fn timeline(model: &Model) -> String {
    if model.view().lane.is_some() || model.view().problems_only {
        let lanes = key(model, Command::Lanes);
        return format!(
            "No such entries. {lanes} chooses other lanes, {} shows all.",
            key(model, Command::ProblemsOnly)
        );
    }
    "Nothing that ECS remembers: no events, no deployments, no task stopped within the last hour.".to_owned()
}

/// A line for a pane whose content is on its way.
pub fn loading(what: &str) -> Line {
    Line::default().with(format!("loading {what} ..."), Tone::Dim)
}
