//! The command palette: typed text against views, commands and resources, fuzzily, with reasons where one can't.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use strum::IntoEnumIterator;

use super::command::Command;
use super::model::Model;
use super::screen::Screen;
use super::text_input::TextInput;
use super::update::availability::{Availability, availability};
use crate::fleet::topic::Target;

/// Suggestions that are shown; the best ones.
const SHOWN: usize = 12;

/// The open palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub input: TextInput,
    pub items: Vec<Item>,
    pub selected: usize,
    /// Suggestions in all, of which the best are in `items`.
    pub found: usize,
}

/// What running a suggestion does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Run(Command),
    Go(Screen),
}

/// One suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What would have to be typed.
    pub text: String,
    /// `view`, `command`, `service`, `cluster`.
    pub kind: &'static str,
    pub about: String,
    pub choice: Choice,
    /// Why it can't be done now.
    pub not_now: Option<String>,
}

impl Palette {
    /// An empty palette with its first suggestions.
    pub fn open(model: &Model) -> Self {
        let mut palette = Self::default();
        palette.search(model);
        palette
    }

    /// Finds what the typed text may mean.
    pub fn search(&mut self, model: &Model) {
        let typed = self.input.text().trim().to_owned();
        self.selected = 0;
        if let Some(exact) = exact(model, &typed) {
            let (mut items, found) = ranked(model, &typed);
            items.retain(|item| item.choice != exact.choice);
            items.insert(0, exact);
            items.truncate(SHOWN);
            self.found = found.max(items.len());
            self.items = items;
            return;
        }
        (self.items, self.found) = ranked(model, &typed);
    }

    pub fn step(&mut self, by: isize) {
        let last = self.items.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    pub fn chosen(&self) -> Option<&Item> {
        self.items.get(self.selected)
    }

    /// Completes to the chosen suggestion.
    pub fn complete(&mut self, model: &Model) {
        if let Some(text) = self.chosen().map(|item| item.text.clone()) {
            self.input.set(&text);
            self.search(model);
        }
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
        command.row().group.is_some() && availability(model, *command) == Availability::Ready
    });
    let mut commands: Vec<Command> = ready.collect();
    commands.sort_by_key(|command| !command.row().keys.is_empty());
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
