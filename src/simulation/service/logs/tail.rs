//! StartLiveTail: a session that tells each second what came in it (AWS.md §4.3).

use super::super::super::Millis;
use super::super::super::name::{self, Purpose};
use super::super::super::wire::input::Input;
use super::super::super::wire::json::{self, Object};
use super::super::super::wire::{Refusal, frames};
use super::super::super::world::World;
use super::super::super::world::logs::walk::{self, Key, Question};
use super::super::super::world::logs::{self, Group};
use super::super::Asked;
use super::filter::MOST_STREAMS;
use super::pattern::Pattern;
use super::{NAME, invalid, missing_group};

/// As many sessions as an account may have at a time.
pub const MOST_SESSIONS: usize = 15;
/// As many events as one update shows.
const MOST_SHOWN: usize = 500;
const MOST_GROUPS: usize = 10;
/// How long a session lasts.
const LASTS: Millis = 3 * 60 * 60_000;

/// One session.
#[derive(Debug)]
pub struct Session {
    groups: Vec<Group>,
    names: Vec<String>,
    prefixes: Vec<String>,
    filter: String,
    pattern: Pattern,
    number: u64,
    begun: Millis,
    /// Events that came up to then have been told.
    told: Millis,
}

/// Whether a request is answered with a stream.
pub fn is_asked(asked: &Asked) -> bool {
    asked.service == NAME && asked.operation == "StartLiveTail"
}

pub fn open(world: &World, asked: &Asked, sessions: usize, number: u64) -> Result<Session, Refusal> {
    if let Some(garbled) = &asked.garbled {
        return Err(Refusal::serialization(garbled.clone()));
    }
    let input = Input::new(&asked.body);
    let identifiers = input.texts("logGroupIdentifiers")?;
    let names = input.texts("logStreamNames")?;
    let prefixes = input.texts("logStreamNamePrefixes")?;
    if identifiers.is_empty() || identifiers.len() > MOST_GROUPS {
        return Err(invalid(format!("logGroupIdentifiers has from 1 to {MOST_GROUPS} members.")));
    }
    if names.len() > MOST_STREAMS || prefixes.len() > MOST_STREAMS {
        return Err(invalid(format!("At most {MOST_STREAMS} log streams or prefixes can be given.")));
    }
    if !names.is_empty() && !prefixes.is_empty() {
        return Err(invalid("logStreamNames and logStreamNamePrefixes cannot be given together."));
    }
    if identifiers.len() > 1 && !(names.is_empty() && prefixes.is_empty()) {
        return Err(invalid("Log streams can be given for exactly one log group."));
    }
    let region = super::region(world, asked);
    let mut groups = Vec::new();
    for identifier in identifiers {
        if !identifier.starts_with("arn:") || identifier.ends_with(":*") {
            return Err(invalid("A log group is given by its ARN, without :* at the end."));
        }
        let group = logs::group(world, &region, super::group_name(identifier));
        let group = group.filter(|group| group.arn(world) == identifier).ok_or_else(missing_group)?;
        if group.infrequent {
            let text = "Live Tail is for log groups of the class Standard.";
            return Err(Refusal::new("InvalidOperationException", text));
        }
        groups.push(group);
    }
    let filter = input.text("logEventFilterPattern")?.unwrap_or_default();
    let pattern = Pattern::read(filter)?;
    if sessions >= MOST_SESSIONS {
        let text = format!("At most {MOST_SESSIONS} Live Tail sessions can be open at a time.");
        return Err(Refusal::new("LimitExceededException", text));
    }
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    Ok(Session {
        groups,
        names: owned(names),
        prefixes: owned(prefixes),
        filter: filter.to_owned(),
        pattern,
        number,
        begun: world.now,
        told: world.now,
    })
}

impl Session {
    /// What a session begins with: the answer to the request, which is empty, and what it is about.
    pub fn opening(&self, world: &World) -> Vec<u8> {
        let mut out = Vec::new();
        frames::event(&mut out, "initial-response", "{}".to_owned());
        let start = json::document(|o| {
            o.text("requestId", name::uuid(world.seed, Purpose::Request, self.number))
                .text("sessionId", name::uuid(world.seed, Purpose::Log, self.number))
                .texts("logGroupIdentifiers", self.groups.iter().map(|group| group.arn(world)))
                .texts("logStreamNames", &self.names)
                .texts("logStreamNamePrefixes", &self.prefixes)
                .text("logEventFilterPattern", &self.filter);
        });
        frames::event(&mut out, "sessionStart", start);
        out
    }

    /// The exception that ends the session, once it has lasted as long as it may.
    pub fn timeout(&self, now: Millis) -> Option<Vec<u8>> {
        (now >= self.begun + LASTS)
            .then(|| ended("SessionTimeoutException", "Your session has reached its limit of three hours."))
    }

    /// Forgets what came before a moment: its reader was too slow.
    pub fn skip(&mut self, until: Millis) {
        self.told = self.told.max(until);
    }

    /// Since when nothing was told.
    pub fn told(&self) -> Millis {
        self.told
    }

    /// Updates of what came up to now: one, or one for each second if more than that have passed.
    pub fn updates(&mut self, world: &World) -> Vec<u8> {
        let now = world.now;
        let mut out = Vec::new();
        while now - self.told >= 2_000 {
            let until = self.told + 1_000;
            self.update(world, until, &mut out);
        }
        self.update(world, now.max(self.told), &mut out);
        out
    }

    fn update(&mut self, world: &World, until: Millis, out: &mut Vec<u8>) {
        let mut came: Vec<(Key, String, String)> = Vec::new();
        for group in &self.groups {
            let arn = group.arn(world);
            let mut writers = walk::writers(world, group);
            let named = |name: &str| self.names.iter().any(|wanted| wanted == name);
            let prefixed = |name: &str| self.prefixes.iter().any(|prefix| name.starts_with(prefix));
            let all = self.names.is_empty() && self.prefixes.is_empty();
            writers.retain(|writer| all || named(&writer.name) || prefixed(&writer.name));
            let slowest = writers.iter().map(walk::Writer::slowest).max().unwrap_or_default();
            let question = Question {
                // Events that are put may be of any time within two weeks; those are not looked for.
                from: self.told - slowest.max(60_000),
                to: Millis::MAX,
                forward: true,
                after: None,
                ingested: (self.told, until),
                tireless: true,
            };
            walk::walk(&writers, question, |event| {
                if self.pattern.matches(event.message) {
                    let entry = event_json(event, &arn);
                    came.push((event.key, arn.clone(), entry));
                }
                true
            });
        }
        came.sort_by_key(|(key, ..)| *key);
        let count = came.len();
        let sampled = count > MOST_SHOWN;
        // Evenly over all of them.
        let shown = |place: usize| !sampled || place * MOST_SHOWN / count != (place + 1) * MOST_SHOWN / count;
        let mut json = String::from("{\"sessionMetadata\":{\"sampled\":");
        json.push_str(if sampled { "true" } else { "false" });
        json.push_str("},\"sessionResults\":[");
        let mut first = true;
        for (_, (.., entry)) in came.iter().enumerate().filter(|(place, _)| shown(*place)) {
            if !first {
                json.push(',');
            }
            first = false;
            json.push_str(entry);
        }
        json.push_str("]}");
        frames::event(out, "sessionUpdate", json);
        self.told = until;
    }
}

fn event_json(event: &walk::Event<'_>, arn: &str) -> String {
    let mut out = String::with_capacity(256);
    json::append(&mut out, |o: &mut Object<'_>| {
        o.text("logStreamName", event.stream)
            .text("logGroupIdentifier", arn)
            .text("message", event.message)
            .number("timestamp", event.key.at)
            .number("ingestionTime", event.key.ingested);
    });
    out
}

/// The frame of an exception.
pub fn ended(kind: &'static str, message: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let json = json::document(|o| {
        o.text("message", message);
    });
    frames::exception(&mut out, kind, json);
    out
}
