//! `logs`: the lines of all tasks of a service as a stream of text or JSON, for pipes.

mod order;
mod print;
mod tell;

use std::collections::BTreeSet;
use std::future::Future;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time;

use self::order::{Hold, Line};
use self::print::Writers;
use self::tell::Told;
use super::find::{self, Named, Place};
use super::voice::{Exit, Voice, safe};
use super::watch::Watch;
use crate::app::subscription::Cadence;
use crate::fleet::log::source::{self, Source, Sources};
use crate::fleet::topic::{Subject, Topic};
use crate::runtime::poll::ask::Ask;
use crate::runtime::session::Session;
use crate::runtime::tail::drive;
use crate::runtime::tail::live;
use crate::runtime::tail::news::News;
use crate::runtime::tail::plan::Terms;

/// Seconds between two looks at which tasks there are.
const TASKS: u32 = 3;
/// News that may wait to be written; the tail waits for room.
const ROOM: usize = 16;
/// The last words of a task may come so long after it stopped, milliseconds.
const LAST_WORDS: i64 = 60_000;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub service: String,
    /// Look for the name only in this cluster.
    pub cluster: Option<String>,
    pub since: Duration,
    pub follow: bool,
    /// Follow by sessions of StartLiveTail, which AWS bills by the minute.
    pub live: bool,
    pub json: bool,
    /// Only messages that this regular expression matches.
    pub grep: Option<String>,
}

/// Where lines go, and where complaints do.
#[expect(missing_debug_implementations, reason = "neither of the two can say what it is")]
pub struct To<'a> {
    pub out: &'a mut dyn Write,
    pub voice: &'a mut dyn Voice,
}

/// Prints the lines, and ends when all are printed, when nobody reads them any more, or when `leave` does.
pub async fn logs(
    session: Session,
    ask: &Ask,
    wanted: &Wanted,
    to: &mut To<'_>,
    leave: impl Future<Output = ()>,
) -> Exit {
    let begun = begin(session, ask, wanted).await;
    let mut tail = match begun {
        Ok(tail) => tail,
        Err(sentence) => {
            to.voice.complain(&safe(&sentence));
            return Exit::NotStarted;
        }
    };
    tokio::select! {
        biased;
        ended = tail.run(ask, wanted, to) => match ended {
            Ok(exit) => exit,
            // Whoever read the lines has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Err(error) => {
                to.voice.complain(&format!("standard output cannot be written: {error}"));
                Exit::Failed
            }
        },
        () = leave => Exit::Done,
    }
}

/// Polls, or follows by live tail.
async fn tail(
    ask: Ask,
    terms: Terms,
    is_live: bool,
    known: watch::Receiver<Arc<Vec<Source>>>,
    out: mpsc::Sender<News>,
) {
    if is_live && terms.until.is_none() {
        live::drive::run(ask, terms.since, known, out).await;
    } else {
        drive::run(ask, terms, known, out).await;
    }
}

/// A service whose lines are read.
struct Tail {
    watch: Watch,
    named: Named,
    filter: Option<Regex>,
    /// Milliseconds since 1970.
    since: i64,
    /// Sentences that were said.
    said: BTreeSet<String>,
    writers: Writers,
}

async fn begin(session: Session, ask: &Ask, wanted: &Wanted) -> Result<Tail, String> {
    let filter = wanted.grep.as_deref().map(Regex::new).transpose();
    let filter = filter.map_err(|error| format!("--grep takes a regular expression: {error}"))?;
    let mut watch = Watch::new(session);
    let region = watch.model().contexts.first().map_or_else(String::new, |info| info.region.clone());
    let place = Place { ask, region: &region, cluster: wanted.cluster.as_deref() };
    let named = find::service(place, &wanted.service).await?;
    let tasks = Subject::ServiceTasks(named.cluster.clone(), named.service.clone());
    watch.keep_asking(Topic::new(ask.context(), tasks.clone()), Cadence::Seconds(TASKS));
    watch.look().await;
    if !watch.is_answered(&tasks) {
        let why = watch.trouble(&tasks).unwrap_or_else(|| "AWS did not answer in time".to_owned());
        return Err(format!("could not look at the tasks of {}: {why}", name(&named)));
    }
    let since = ask.now().timestamp_millis() - i64::try_from(wanted.since.as_millis()).unwrap_or(0);
    let mut tail = Tail { watch, named, filter, since, said: BTreeSet::new(), writers: Writers::new() };
    tail.ask_for_definitions();
    tail.watch.look().await;
    Ok(tail)
}

fn name(named: &Named) -> String {
    format!("{}/{}", named.cluster.name(), named.service.name())
}

impl Tail {
    async fn run(&mut self, ask: &Ask, wanted: &Wanted, to: &mut To<'_>) -> io::Result<Exit> {
        let now = || ask.now().timestamp_millis();
        let terms = Terms {
            since: self.since,
            until: (!wanted.follow).then(now),
            lifted: ask.requests().is_lifted(),
        };
        let first = self.sources(to.voice);
        if first.readable.is_empty() && !wanted.follow {
            return Ok(self.nothing(&first, to.voice));
        }
        let (streams, known) = watch::channel(Arc::new(first.readable));
        let (sender, mut news) = mpsc::channel(ROOM);
        // It ends with this function.
        let mut hands = JoinSet::new();
        hands.spawn(tail(ask.clone(), terms, wanted.live, known, sender));
        let mut hold = Hold::default();
        let mut settled = i64::MIN;
        loop {
            let ripe = if settled == i64::MAX && wanted.follow { hold.next() } else { None };
            let sleep = async {
                match ripe {
                    Some(at) => {
                        let rest = u64::try_from(at - now()).unwrap_or(0);
                        time::sleep(Duration::from_millis(rest.max(1))).await;
                    }
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                told = news.recv() => match told {
                    Some(News::Events { events, settled: before, .. }) => {
                        let late = hold.take(now(), events);
                        self.write(&late, wanted.json, to.out)?;
                        settled = before;
                        if settled < i64::MAX {
                            self.write(&hold.before(settled), wanted.json, to.out)?;
                        }
                    }
                    Some(News::Done { given_up }) => {
                        self.write(&hold.before(i64::MAX), wanted.json, to.out)?;
                        return Ok(if given_up == 0 { Exit::Done } else { Exit::NotStarted });
                    }
                    Some(news) => match tell::sentence(&news, wanted.follow) {
                        Some(Told::Once(sentence)) => self.say(&sentence, to.voice),
                        Some(Told::Always(sentence)) => to.voice.complain(&safe(&sentence)),
                        None => {}
                    },
                    None => return Ok(Exit::Done),
                },
                is_more = self.watch.next(None), if wanted.follow => {
                    if !is_more {
                        return Ok(Exit::Done);
                    }
                    self.ask_for_definitions();
                    let sources = self.sources(to.voice);
                    streams.send_if_modified(|known| {
                        let is_other = **known != sources.readable;
                        if is_other {
                            *known = Arc::new(sources.readable);
                        }
                        is_other
                    });
                }
                () = sleep => {
                    let ripe = hold.ripe(now());
                    self.write(&ripe, wanted.json, to.out)?;
                }
            }
        }
    }

    /// Where the tasks write that ran since then; what stands in the way is said once.
    fn sources(&mut self, voice: &mut dyn Voice) -> Sources {
        let fleet = &self.watch.model().fleet;
        let since = self.since - LAST_WORDS;
        let tasks = fleet.tasks_of(&self.named.cluster, self.named.service.name());
        let tasks = tasks.map(|known| &*known.task).filter(|task| {
            let has_ended = task.times.stopped.is_some_and(|at| at.timestamp_millis() < since);
            // A definition that is on its way is no reason for a sentence.
            let known = task.definition.as_ref().is_none_or(|id| fleet.is_definition_known(id));
            !has_ended && known
        });
        let with = tasks.map(|task| {
            let definition = task.definition.as_ref().and_then(|id| fleet.definition(id));
            (task, definition.map(|definition| &**definition))
        });
        let sources = source::of(with);
        for source in &sources.readable {
            let key = (source.group.clone(), source.stream.clone());
            self.writers.entry(key).or_insert_with(|| source.clone());
        }
        for remark in &sources.remarks {
            self.say(&remark.to_string(), voice);
        }
        sources
    }

    fn ask_for_definitions(&mut self) {
        let since = self.since - LAST_WORDS;
        let fleet = &self.watch.model().fleet;
        let tasks = fleet.tasks_of(&self.named.cluster, self.named.service.name());
        let tasks = tasks
            .filter(|known| known.task.times.stopped.is_none_or(|at| at.timestamp_millis() >= since))
            .filter_map(|known| known.task.definition.clone())
            .filter(|id| !fleet.is_definition_known(id));
        let wanted: BTreeSet<_> = tasks.collect();
        let context = self.watch.model().contexts.first().map(|info| info.id).unwrap_or_default();
        for id in wanted {
            self.watch.ask_for(Topic::new(context, Subject::Definition(id)));
        }
    }

    fn say(&mut self, sentence: &str, voice: &mut dyn Voice) {
        if self.said.insert(sentence.to_owned()) {
            voice.complain(&safe(sentence));
        }
    }

    /// There is no stream to read: what that means.
    fn nothing(&mut self, sources: &Sources, voice: &mut dyn Voice) -> Exit {
        if sources.remarks.is_empty() {
            let name = name(&self.named);
            self.say(&format!("{name} had no tasks in this time that ECS still knows of"), voice);
            return Exit::Done;
        }
        Exit::NotStarted
    }

    fn write(&self, lines: &[Line], json: bool, out: &mut dyn Write) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(lines.len() * 160);
        for line in lines {
            if self.filter.as_ref().is_some_and(|filter| !filter.is_match(&line.event.message)) {
                continue;
            }
            let text = if json { print::json(line, &self.writers) } else { print::text(line, &self.writers) };
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
        }
        out.write_all(&bytes)?;
        out.flush()
    }
}
