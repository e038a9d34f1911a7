//! The screens that are text: what is known of one thing, its answer as AWS gave it, and the session itself.

mod cluster;
mod definition;
mod grid;
mod json;
mod line;
mod operations;
mod service;
mod session;
mod shift;
mod task;

use chrono::{DateTime, Utc};

pub(super) use self::line::picked_line;

use super::absence;
use super::command::Command;
use super::document::{Document, Line};
use super::format;
use super::model::Model;
use super::screen::Screen;
use super::table::Tone;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{FailureKind, Subject, Target, Topic, Trouble};

/// The text of a screen; `None` for screens that are lists.
pub fn document(model: &Model, screen: &Screen) -> Option<Document> {
    let mut page = Page::new(model, screen);
    match screen {
        Screen::Task(cluster, id) | Screen::Describe(Target::Task(cluster, id)) => {
            task::describe(&mut page, cluster, id);
        }
        Screen::Describe(Target::Service(cluster, id)) => service::describe(&mut page, cluster, id),
        Screen::Describe(Target::Cluster(id)) => cluster::describe(&mut page, id),
        Screen::Describe(Target::Definition(id)) => definition::describe(&mut page, id),
        Screen::Shift(cluster, id) => shift::cockpit(&mut page, cluster, id),
        Screen::LogLine(of) => line::show(&mut page, of),
        Screen::Json(target) => json::show(&mut page, target),
        Screen::Aliases => session::aliases(&mut page),
        Screen::Messages => session::messages(&mut page),
        Screen::Requests => session::requests(&mut page),
        Screen::Contexts => session::contexts(&mut page),
        Screen::Operations => operations::operations(&mut page),
        Screen::Fleet
        | Screen::Clusters
        | Screen::Services(_)
        | Screen::Service(..)
        | Screen::AllTasks
        | Screen::ClusterTasks(_)
        | Screen::ServiceTasks(..)
        | Screen::Events(..)
        | Screen::Deployments(..)
        | Screen::Logs(_)
        | Screen::Approvals => return None,
    }
    Some(page.text)
}

/// The text that is being written, with what every description needs besides its subject.
struct Page<'a> {
    model: &'a Model,
    context: ContextId,
    /// The names of variables and secrets are shown, or can be.
    names: bool,
    offers_names: bool,
    text: Document,
}

impl<'a> Page<'a> {
    fn new(model: &'a Model, screen: &Screen) -> Self {
        let names = model.views.get(screen).is_some_and(|view| view.names);
        let offers_names = screen.has_names();
        Self { model, context: model.context_of(screen), names, offers_names, text: Document::default() }
    }

    fn section(&mut self, title: &str) {
        self.text.section(title);
    }

    fn say(&mut self, sentence: impl Into<String>) {
        self.text.push(Line::plain(sentence));
    }

    fn say_in(&mut self, sentence: impl Into<String>, tone: Tone) {
        self.text.push(Line::default().with(sentence, tone));
    }

    fn field(&mut self, label: &str, value: Option<impl Into<String>>) {
        self.text.field(label, value);
    }

    /// A labelled value that a reader looks for: it says so when it is not known.
    fn asked_field(&mut self, label: &str, value: Option<impl Into<String>>) {
        let line = match value {
            Some(value) => Line::field(label, value),
            None => Line::default().with(format!("{label:<16} "), Tone::Label).with("not known", Tone::Dim),
        };
        self.text.push(line);
    }

    /// Values of one label, one line each.
    fn fields(&mut self, label: &str, values: impl IntoIterator<Item = String>) {
        for (place, value) in values.into_iter().enumerate() {
            self.text.push(Line::field(if place == 0 { label } else { "" }, value));
        }
    }

    /// The time of day, or the date of what is older.
    fn time(&self, at: DateTime<Utc>) -> String {
        format::moment(at, self.model.now, self.model.utc)
    }

    fn age(&self, since: DateTime<Utc>) -> String {
        format::age(self.model.now - since)
    }

    /// `2026-11-20 14:03:22 UTC, 9m ago`.
    fn dated(&self, at: DateTime<Utc>) -> String {
        format!("{}, {} ago", format::full(at, self.model.utc), self.age(at))
    }

    /// What to press for a command, or to type where it has no key.
    fn key(&self, command: Command) -> String {
        let chords = self.model.settings.keymap.chords(command);
        chords.first().map_or_else(|| format!(":{command}"), ToString::to_string)
    }

    /// Why there is nothing to show of a subject.
    fn absence(&self, subject: Subject) -> String {
        let what = subject.to_string();
        let freshness = self.model.fleet.freshness(&Topic::new(self.context, subject));
        match freshness.map(|freshness| (&freshness.trouble, freshness.answered)) {
            Some((Some(Trouble { failure, .. }), _)) if failure.kind == FailureKind::Unsupported => {
                format!("{failure}.")
            }
            Some((Some(trouble), _)) => {
                format!("{what}: {}. {}", trouble.failure, self.next_try(trouble.retry_at))
            }
            Some((None, Some(_))) => format!("AWS does not know {what} any more."),
            Some((None, None)) | None => format!("Asking AWS for {what} ..."),
        }
    }

    /// What keeps a subject from being shown, where something does.
    fn say_absence(&mut self, subject: Subject) {
        if absence::trouble(self.model, self.context, subject.clone()).is_some() {
            self.say_in(self.absence(subject), Tone::Warning);
        }
    }

    /// When a request that failed is made again.
    fn next_try(&self, retry_at: Option<DateTime<Utc>>) -> String {
        match retry_at {
            Some(at) if at > self.model.now => format!("Next try in {}.", format::age(at - self.model.now)),
            Some(_) => "Trying now.".to_owned(),
            None => format!("{} tries now.", self.key(Command::Refresh)),
        }
    }
}
