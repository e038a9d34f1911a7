//! Stories: the whole program but its terminal, through the real SDK, on the simulated AWS, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use fargate_top::app::effect::Effect;
use fargate_top::app::message::{Input, Message};
use fargate_top::app::model::{ContextInfo, Model};
use fargate_top::app::settings::Settings;
use fargate_top::app::views::Content;
use fargate_top::aws::{self, Aws, Credentials, SharedHttpClient};
use fargate_top::fleet::id::{ContextId, ServiceId};
use fargate_top::fleet::verdict::Verdict;
use fargate_top::journal::Journal;
use fargate_top::runtime::clock::Clock;
use fargate_top::runtime::gate::{Door, Gate, Person, Rules, resume};
use fargate_top::runtime::outbox::Outbox;
use fargate_top::runtime::poll::ask::Ask;
use fargate_top::runtime::pollers::{Pollers, Source};
use fargate_top::runtime::requests::{Priority, Rate, Requests};
use fargate_top::runtime::session::{ROOM, Session};
use fargate_top::simulation::{Call, Connector, Simulation};
use ratatui::layout::Size;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::desk::named;
use super::fixture::now;

/// A session on the simulated AWS. Tests that use it run on tokio's paused clock.
pub struct Story {
    pub session: Session,
    pub simulation: Simulation,
    pub effects: Vec<Effect>,
    /// Looks at the same AWS beside the session.
    pub ask: Ask,
    clock: Clock,
    /// Where the journal lies.
    pub folder: Arc<TempDir>,
}

impl Story {
    /// The dashboard at 14:03:22 on an embedded story.
    pub async fn begin(name: &str) -> Self {
        Self::of(Simulation::story(name, now().timestamp_millis()).unwrap(), Settings::default()).await
    }

    pub async fn of(simulation: Simulation, settings: Settings) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::in_folder(simulation, settings, folder).await
    }

    /// The same with this state folder: a session after another.
    pub async fn in_folder(simulation: Simulation, settings: Settings, folder: Arc<TempDir>) -> Self {
        Self::through(SharedHttpClient::new, simulation, settings, folder).await
    }

    /// The same with something between the session and the simulation.
    pub async fn through(
        client: impl FnOnce(Connector) -> SharedHttpClient,
        simulation: Simulation,
        settings: Settings,
        folder: Arc<TempDir>,
    ) -> Self {
        let clock = Clock::starting_at(now());
        let connector = Connector::new(simulation.clone(), move || clock.millis());
        let options = aws::Options {
            region: Some("eu-west-1".to_owned()),
            http_client: Some(client(connector)),
            time_source: Some(aws::time_source(move || clock.system_time())),
            credentials: Some(Credentials::new("x", "x", None, None, "story")),
            ..aws::Options::default()
        };
        let context = ContextId(0);
        let aws = Aws::connect(context, options).await.unwrap();
        let (sender, facts) = mpsc::channel(ROOM);
        let outbox = Outbox::new(sender, clock);
        let requests = Requests::start(context, Rate::Share(0.25), outbox.clone());
        let rules = Rules { read_only: settings.read_only, protection: settings.protection.clone() };
        let person = Person { user: Some("ana".to_owned()), host: Some("desk".to_owned()) };
        let ask = Ask::new(aws.clone(), requests.clone(), outbox.clone()).at(Priority::User);
        let door = Door {
            aws: aws.clone(),
            requests: requests.clone(),
            ask: ask.clone(),
            profile: Some("acme-prod".to_owned()),
            region: "eu-west-1".to_owned(),
            endpoint: None,
        };
        let journal = Some(Journal::open(folder.path()));
        let gate = Gate::new(rules, [(context, door)].into(), journal, person, clock);
        let source = Source { aws, requests, remembered: Vec::new() };
        let pollers = Pollers::new([(context, source)].into(), &outbox);
        let info = ContextInfo {
            id: context,
            profile: Some("acme-prod".to_owned()),
            region: "eu-west-1".to_owned(),
            endpoint: None,
            demo: false,
        };
        let model = Model::new(settings, vec![info], Size::new(120, 36), clock.now());
        let mut model = model;
        let place =
            resume::Place { profile: Some("acme-prod"), region: "eu-west-1", ..resume::Place::default() };
        for operation in resume::unfinished(folder.path(), context, &place, clock.now()) {
            model.operations.resume(operation);
        }
        let mut session = Session::new(model, clock, pollers, gate, outbox, facts);
        session.follow();
        Self { session, simulation, effects: Vec::new(), ask, clock, folder }
    }

    /// Lets time go by; facts are taken in as they come.
    pub async fn pass(&mut self, seconds: f64) -> &mut Self {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        loop {
            tokio::select! {
                biased;
                fact = self.session.facts.recv() => {
                    let (at, message) = fact.expect("pollers never end");
                    self.effects.extend(self.session.take(at, message));
                    self.effects.extend(self.session.take_waiting(64));
                }
                () = sleep_until(end) => break,
            }
            self.session.settle();
            self.idle();
            self.session.follow();
            self.paint();
        }
        self.tell(Message::Tick);
        self.paint();
        self
    }

    /// A picture is on the terminal.
    fn paint(&mut self) {
        let at = self.clock.now();
        self.effects.extend(self.session.take(at, Message::Painted));
    }

    /// One key at a time, each after a pause in which a person could have read the screen.
    pub async fn slowly(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.pass(0.5).await;
            self.press(key);
        }
        self.pass(0.5).await;
        self
    }

    /// Puts the cursor on a service of the fleet.
    pub async fn go_to(&mut self, service: &str) -> &mut Self {
        self.press(&format!("/ {service} enter")).pass(0.5).await;
        assert_eq!(self.selected(), service);
        self
    }

    /// Presses keys, parted by spaces.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for word in keys.split(' ') {
            let events = match named(word) {
                Some(key) => vec![key],
                None => word.chars().map(|c| crossterm::event::KeyCode::Char(c).into()).collect(),
            };
            for key in events {
                self.tell(Message::Input(Input::Key(key)));
            }
        }
        self.paint();
        self
    }

    fn tell(&mut self, message: Message) {
        let at = self.clock.now();
        self.effects.extend(self.session.take(at, message));
        self.session.settle();
        self.idle();
        self.session.follow();
    }

    /// There is time for long work.
    fn idle(&mut self) {
        while self.session.has_work() {
            let at = self.clock.now();
            self.effects.extend(self.session.take(at, Message::Idle));
        }
    }

    pub fn model(&self) -> &Model {
        &self.session.model
    }

    /// The moment this long after the start, in the simulation's milliseconds.
    pub fn millis(&self) -> i64 {
        self.clock.millis()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn verdict(&self, name: &str) -> Option<&Verdict> {
        let known = self.model().fleet.services().find(|known| &*known.service.name == name)?;
        self.model().triage.verdict(&known.service.id)
    }

    /// The shown services, in order.
    pub fn rows(&self) -> Vec<ServiceId> {
        match &self.model().view().content {
            Content::Services(rows) => rows.listing.rows().to_vec(),
            other => panic!("not a list of services: {other:?}"),
        }
    }

    pub fn selected(&self) -> String {
        self.model().view().selected_service().map_or_else(String::new, |id| id.name().to_owned())
    }

    /// Calls since the last time, by operation.
    pub fn calls(&mut self) -> Vec<Call> {
        let calls = self.simulation.calls();
        self.simulation.forget_calls();
        calls
    }

    /// The oldest described service.
    pub fn oldest(&self) -> TimeDelta {
        let seen = self.model().fleet.services().map(|known| known.seen).min();
        seen.map_or(TimeDelta::MAX, |seen| self.now() - seen)
    }

    /// What stands in the way, as the message line says it.
    pub fn conditions(&self) -> Vec<String> {
        let all = fargate_top::app::condition::conditions(self.model());
        all.into_iter().map(|condition| condition.sentence).collect()
    }
}
