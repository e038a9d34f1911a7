//! A small pretended AWS: a world of ECS services that lives by a given clock and speaks the real wire protocols.
//!
//! It is the demo, the tutorial and the test bed. There are two doors: [`Connector`] for the unmodified SDK in this
//! process, and [`serve`] for anything that speaks HTTP on loopback, such as the `aws` command line. Both lead to
//! [`Simulation::answer`]. The module imports nothing else of the crate: a simulation that shared our reading of
//! AWS would confirm our errors.

mod actor;
mod calendar;
mod calls;
mod connector;
mod denial;
mod disturbance;
mod fault;
mod generate;
mod live_tail;
mod name;
mod server;
mod service;
mod story;
mod throttle;
mod wire;
mod world;
mod written;

use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

pub use self::calls::Call;
pub use self::connector::Connector;
pub use self::disturbance::Disturbance;
pub use self::fault::{Fault, FaultEffect, FaultId, Matches};
pub use self::generate::Shape;
pub use self::live_tail::{LiveTail, TailBody, Tick};
pub use self::server::serve;
pub use self::story::StoryError;
pub use self::written::Written;

use self::actor::Actors;
use self::calls::Calls;
use self::fault::{Faults, Verdict};
use self::name::Purpose;
use self::service::Asked;
use self::service::logs::tail;
use self::throttle::Buckets;
use self::wire::Refusal;
use self::world::World;

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// A request as both doors hand it in.
pub type Request = http::Request<Bytes>;

/// What a door has to do: wait, then answer or break off.
#[derive(Debug)]
pub struct Answer {
    pub delay: Duration,
    pub outcome: Outcome,
}

#[derive(Debug)]
pub enum Outcome {
    Respond(http::Response<Bytes>),
    /// The answer goes on: [`TailBody`] is its body.
    Stream(http::Response<Box<LiveTail>>),
    /// The connection is closed without an answer.
    Drop,
}

#[expect(clippy::disallowed_types, reason = "it plays a server that many clients ask at once: the one lock")]
type Lock<T> = std::sync::Mutex<T>;

/// The pretended AWS. Clones are handles of the same one.
#[derive(Clone, Debug)]
pub struct Simulation {
    state: Arc<Lock<State>>,
}

#[derive(Debug)]
struct State {
    title: String,
    world: World,
    faults: Faults,
    /// The documented throttling, if the story wants it.
    buckets: Option<Buckets>,
    actors: Actors,
    calls: Calls,
    answered: u64,
    /// Live tails that were opened.
    tails: Vec<Weak<()>>,
}

impl Simulation {
    /// The embedded stories by name.
    pub fn story_names() -> Vec<&'static str> {
        story::EMBEDDED.iter().map(|(name, _)| *name).collect()
    }

    /// An embedded story that has its past behind it at `start`.
    pub fn story(name: &str, start: Millis) -> Result<Self, StoryError> {
        let found = story::EMBEDDED.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| StoryError::unknown(name, &Self::story_names()))?;
        Self::from_toml(text, start)
    }

    /// A story given as text.
    pub fn from_toml(text: &str, start: Millis) -> Result<Self, StoryError> {
        let story = story::Story::read(text)?;
        let faults = story.faults(start)?;
        // What others did before the start is played with the past.
        let mut actors = story.actors(start)?;
        while actors.take(start).is_some() {}
        let buckets = story.throttle.then(Buckets::default);
        let world = story.play(start)?;
        Ok(Self::of(State { faults, buckets, actors, ..State::new(world, story.title) }))
    }

    /// A steady fleet of any size.
    pub fn generate(shape: &Shape, start: Millis) -> Self {
        let title = format!("A steady fleet of {} services", shape.services);
        Self::of(State::new(generate::fleet(shape, start), title))
    }

    fn of(state: State) -> Self {
        Self { state: Arc::new(Lock::new(state)) }
    }

    /// What the story calls itself.
    pub fn title(&self) -> String {
        self.with(|state| state.title.clone())
    }

    /// Answers a request at a time. The world is played up to `now` first.
    pub fn answer(&self, now: Millis, request: &Request) -> Answer {
        // Reading the request needs no lock.
        let asked = service::understand(request);
        self.with(|state| state.answer(self, now, asked))
    }

    /// Adds a fault that stays until it is cleared or its time is over.
    pub fn inject(&self, fault: Fault) -> FaultId {
        self.with(|state| state.faults.add(fault))
    }

    pub fn clear(&self, id: FaultId) {
        self.with(|state| state.faults.remove(id));
    }

    pub fn clear_all(&self) {
        self.with(|state| state.faults = Faults::default());
    }

    /// The faults that stand, with their ids.
    pub fn faults(&self) -> Vec<(FaultId, Fault)> {
        self.with(|state| state.faults.all())
    }

    /// The newest 20,000 requests, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.with(|state| state.calls.all())
    }

    pub fn forget_calls(&self) {
        self.with(|state| state.calls = Calls::default());
    }

    /// Lets another principal send a request: `act(now, "ecs", "UpdateService", json!({…}))`. Faults do not hit it,
    /// and [`Self::calls`] does not tell of it. A refusal is `code: message`.
    pub fn act(&self, now: Millis, service: &str, operation: &str, body: Value) -> Result<Value, String> {
        let Value::Object(body) = body else { return Err("a request is an object".to_owned()) };
        let answer = self.with(|state| {
            state.advance(now);
            actor::ask(&mut state.world, service, operation, body)
        });
        let answer = answer.map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))?;
        serde_json::from_str(&answer).map_err(|error| error.to_string())
    }

    /// Does something to the world that no request could do.
    pub fn disturb(&self, now: Millis, disturbance: Disturbance) -> Result<(), String> {
        self.with(|state| {
            state.advance(now);
            disturbance::apply(&mut state.world, disturbance)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        // A panic elsewhere while the lock was held leaves a world that can still be asked.
        act(&mut self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl State {
    fn new(world: World, title: String) -> Self {
        Self {
            title,
            world,
            faults: Faults::default(),
            buckets: None,
            actors: Actors::default(),
            calls: Calls::default(),
            answered: 0,
            tails: Vec::new(),
        }
    }

    /// Plays the world up to `now`, with what others do meanwhile.
    fn advance(&mut self, now: Millis) {
        actor::play(&mut self.world, &mut self.actors, now);
    }

    fn answer(&mut self, simulation: &Simulation, now: Millis, asked: Asked) -> Answer {
        self.advance(now);
        self.answered += 1;
        let verdict = self.faults.judge(now, &asked, &self.world);
        let outcome = match verdict.refusal {
            _ if verdict.dropped => Outcome::Drop,
            Some(refusal) => self.respond(&asked, Err(refusal), &Verdict::default()),
            None if tail::is_asked(&asked) => self.open_tail(simulation, now, &asked),
            None => {
                let result = self.throttled(now, &asked);
                let id = self.request_id();
                let result = result.and_then(|()| service::perform(&mut self.world, &asked, &id));
                self.respond(&asked, result, &verdict)
            }
        };
        let status = match &outcome {
            Outcome::Respond(response) => response.status().as_u16(),
            Outcome::Stream(response) => response.status().as_u16(),
            Outcome::Drop => 0,
        };
        self.calls.add(Call {
            at: now,
            service: asked.service,
            operation: asked.operation,
            outcome: status,
            body: Value::Object(asked.body),
        });
        Answer { delay: verdict.delay, outcome }
    }

    fn open_tail(&mut self, simulation: &Simulation, now: Millis, asked: &Asked) -> Outcome {
        self.tails.retain(|tail| tail.strong_count() > 0);
        let session = self
            .throttled(now, asked)
            .and_then(|()| tail::open(&self.world, asked, self.tails.len(), self.answered));
        let session = match session {
            Ok(session) => session,
            Err(refusal) => return self.respond(asked, Err(refusal), &Verdict::default()),
        };
        let open = Arc::new(());
        self.tails.push(Arc::downgrade(&open));
        let tail = LiveTail { simulation: simulation.clone(), session, open };
        Outcome::Stream(wire::stream(Box::new(tail), &self.request_id()))
    }

    fn throttled(&mut self, now: Millis, asked: &Asked) -> Result<(), Refusal> {
        let taken = self.buckets.as_mut().is_none_or(|buckets| {
            let region = asked.region.as_deref().unwrap_or(&self.world.place.region);
            buckets.take(now, region, &asked.service, &asked.operation)
        });
        if taken { Ok(()) } else { Err(fault::throttled(asked.protocol)) }
    }

    fn respond(&self, asked: &Asked, result: Result<String, Refusal>, verdict: &Verdict) -> Outcome {
        let result = match result {
            Ok(body) if !verdict.omitted.is_empty() => Ok(fault::without(&body, &verdict.omitted)),
            other => other,
        };
        Outcome::Respond(wire::respond(asked.protocol, service::namespace(asked), result, &self.request_id()))
    }

    fn request_id(&self) -> String {
        name::uuid(self.world.seed, Purpose::Request, self.answered).to_string()
    }
}
