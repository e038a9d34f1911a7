//! Suggestions of the palette: typed text against views, commands and resources, fuzzily, with reasons where one can't.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use strum::IntoEnumIterator;

use super::command::Command;
use super::model::Model;
use super::palette::{Choice, Item, Palette};
use super::screen::Screen;
use super::update::availability::{Availability, availability};
use crate::fleet::topic::Target;

/// Suggestions that are shown; the best ones.
const SHOWN: usize = 12;

/// An empty palette with its first suggestions.
pub fn open(model: &Model) -> Palette {
    let mut palette = Palette::default();
    search(&mut palette, model);
    palette
}

/// Finds what the typed text may mean.
pub fn search(palette: &mut Palette, model: &Model) {
    let typed = palette.input.text().trim().to_owned();
    palette.selected = 0;
    (palette.items, palette.found) = ranked(model, &typed);
    if let Some(exact) = exact(model, &typed) {
        palette.items.retain(|item| item.choice != exact.choice);
        palette.items.insert(0, exact);
        palette.items.truncate(SHOWN);
        palette.found = palette.found.max(palette.items.len());
    }
}

/// Completes to the chosen suggestion.
pub fn complete(palette: &mut Palette, model: &Model) {
    if let Some(text) = palette.chosen().map(|item| item.text.clone()) {
        palette.input.set(&text);
        search(palette, model);
    }
}

/// A word that names a command by itself or by an alias, or a view with its target: `svc payments/checkout`.
fn exact(model: &Model, typed: &str) -> Option<Item> {
    let (word, rest) = typed.split_once(' ').map_or((typed, ""), |(word, rest)| (word, rest.trim()));
    let command = Command::named(word)?;
    if rest.is_empty() {
        return Some(of_command(model, command));
    }
    let screen = targeted(model, command, rest)?;
    let about = screen.path(&model.fleet).iter().map(Screen::title).collect::<Vec<_>>().join(" > ");
    Some(Item { text: typed.to_owned(), kind: "view", about, choice: Choice::Go(screen), not_now: None })
}

/// The screen that `VIEW cluster[/service]` names.
fn targeted(model: &Model, command: Command, target: &str) -> Option<Screen> {
    let (cluster, service) = target.split_once('/').map_or((target, None), |(c, s)| (c, Some(s)));
    let found = model.fleet.cluster_named(cluster);
    let by_service = || {
        let mut services = model.fleet.services();
        services.find(|known| *known.service.name == *target).map(|known| &known.service)
    };
    match (found, service, command) {
        (Some(cluster), None, Command::Services) => Some(Screen::Services(cluster.id.clone())),
        (Some(cluster), None, Command::Tasks) => Some(Screen::ClusterTasks(cluster.id.clone())),
        (Some(cluster), Some(name), _) => {
            let id = model.fleet.service_named(&cluster.id, name);
            model.fleet.service(&id)?;
            service_screen(command, cluster.id.clone(), id)
        }
        (None, None, _) => {
            let service = by_service()?;
            service_screen(command, service.cluster.clone(), service.id.clone())
        }
        _ => None,
    }
}

fn service_screen(
    command: Command,
    cluster: crate::fleet::id::ClusterId,
    service: crate::fleet::id::ServiceId,
) -> Option<Screen> {
    match command {
        Command::Services => Some(Screen::Service(cluster, service)),
        Command::Tasks => Some(Screen::ServiceTasks(cluster, service)),
        Command::Events => Some(Screen::Events(cluster, service)),
        Command::Deployments => Some(Screen::Deployments(cluster, service)),
        Command::BlueGreen => Some(Screen::Shift(cluster, service)),
        Command::Describe => Some(Screen::Describe(Target::Service(cluster, service))),
        Command::Json => Some(Screen::Json(Target::Service(cluster, service))),
        _ => None,
    }
}

fn of_command(model: &Model, command: Command) -> Item {
    let not_now = match availability(model, command) {
        Availability::Ready => None,
        Availability::Not(reason) => Some(reason),
    };
    Item {
        text: command.name().to_owned(),
        kind: "command",
        about: command.row().help.to_owned(),
        choice: Choice::Run(command),
        not_now,
    }
}

/// The suggestions that match, best first, and how many there are in all.
fn ranked(model: &Model, typed: &str) -> (Vec<Item>, usize) {
    if typed.is_empty() {
        return offered(model);
    }
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
    let mut found: Vec<(u32, u8, Found<'_>)> = Vec::new();
    for command in Command::iter().filter(|command| command.row().group.is_some()) {
        let names = std::iter::once(command.name()).chain(command.row().aliases.iter().copied());
        if let Some(best) = names.filter_map(&mut score).max() {
            found.push((best, 0, Found::Command(command)));
        }
    }
    for cluster in model.fleet.clusters() {
        if let Some(score) = score(&cluster.name) {
            found.push((score, 1, Found::Cluster(cluster)));
        }
    }
    for known in model.fleet.services() {
        if let Some(score) = score(&known.service.name) {
            found.push((score, 2, Found::Service(&known.service)));
        }
    }
    let count = found.len();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| a.2.text().cmp(b.2.text())));
    found.truncate(SHOWN);
    (found.into_iter().map(|(_, _, found)| found.item(model)).collect(), count)
}

/// What is offered before anything is typed: what can be done now, views that have no key first.
fn offered(model: &Model) -> (Vec<Item>, usize) {
    let ready = Command::iter().filter(|command| {
        let offered = command.row().group.is_some() && *command != Command::Palette;
        offered && availability(model, *command) == Availability::Ready
    });
    let mut commands: Vec<Command> = ready.collect();
    // What the account has comes before what the session knows of itself.
    commands.sort_by_key(|command| (!command.row().keys.is_empty(), *command == Command::Requests));
    let count = commands.len();
    (commands.into_iter().take(SHOWN).map(|command| of_command(model, command)).collect(), count)
}

enum Found<'a> {
    Command(Command),
    Cluster(&'a crate::fleet::cluster::Cluster),
    Service(&'a crate::fleet::service::Service),
}

impl Found<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Command(command) => command.name(),
            Self::Cluster(cluster) => &cluster.name,
            Self::Service(service) => &service.name,
        }
    }

    fn item(&self, model: &Model) -> Item {
        match self {
            Self::Command(command) => of_command(model, *command),
            Self::Cluster(cluster) => Item {
                text: format!("services {}", cluster.name),
                kind: "cluster",
                about: format!("{} services, {} running tasks", cluster.services, cluster.running),
                choice: Choice::Go(Screen::Services(cluster.id.clone())),
                not_now: None,
            },
            Self::Service(service) => {
                let verdict = model.triage.verdict(&service.id);
                let state = verdict.map_or("", |verdict| verdict.severity.word());
                let why = verdict.map_or("", |verdict| &verdict.why);
                Item {
                    text: format!("services {}/{}", service.cluster.name(), service.name),
                    kind: "service",
                    about: format!("{state} {}/{} {why}", service.running, service.desired).trim().to_owned(),
                    choice: Choice::Go(Screen::Service(service.cluster.clone(), service.id.clone())),
                    not_now: None,
                }
            }
        }
    }
}
