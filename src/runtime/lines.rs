//! The lines of a log view: tails run beside the screen, and what they tell goes into the circle in small pieces.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

use super::poll::{Shared, wait_for_access};
use super::tail::news::News;
use super::tail::plan::Terms;
use super::tail::{drive, live};
use crate::app::logs::told::Told;
use crate::app::message::Message;
use crate::fleet::id::Text;
use crate::fleet::log::Event;
use crate::fleet::log::origin::Origin;
use crate::fleet::log::source::Source;
use crate::fleet::topic::Means;

/// Lines in one message, so that keys are looked at between them. A live tail tells no more at once, and its lines
/// must stay together: they have no ids.
const PIECE: usize = 500;

/// The streams that are read; they come and go with the tasks.
type Sources = watch::Receiver<Arc<Vec<Source>>>;

/// Tells the lines of these streams from a time on, milliseconds since 1970, and all that come.
pub async fn follow(of: Origin, since: i64, by: Means, shared: Shared, sources: Sources) {
    wait_for_access(&shared.access, &Notify::new()).await;
    let (sender, news) = mpsc::channel(1);
    // It ends with this function.
    let mut hands = JoinSet::new();
    let ask = shared.ask.clone();
    match by {
        Means::Polling => {
            let terms = Terms { since, until: None, lifted: ask.requests().is_lifted() };
            hands.spawn(drive::run(ask, terms, sources, sender));
        }
        Means::LiveTail => {
            hands.spawn(live::drive::run(ask, since, sources, sender));
        }
    }
    tell(&shared, &of, news, |events, settled, stuck| Told::Lines { events, settled, stuck }).await;
}

/// Tells the lines of a stretch of time once.
pub async fn go_back(of: Origin, (from, to): (i64, i64), shared: Shared, sources: Sources) {
    wait_for_access(&shared.access, &Notify::new()).await;
    let (sender, news) = mpsc::channel(1);
    let mut hands = JoinSet::new();
    let terms = Terms { since: from, until: Some(to), lifted: shared.ask.requests().is_lifted() };
    hands.spawn(drive::run(shared.ask.clone(), terms, sources, sender));
    let given_up = tell(&shared, &of, news, |events, _, _| Told::Older { events }).await;
    shared.ask.tell(Message::Lines { of, told: Told::OlderDone { from, given_up } }).await;
}

/// Hands on what a tail tells until it ends; how many groups could not be read to the end.
async fn tell(
    shared: &Shared,
    of: &Origin,
    mut news: mpsc::Receiver<News>,
    lines: impl Fn(Vec<Event>, i64, Vec<Text>) -> Told,
) -> usize {
    let time = |at: i64| DateTime::<Utc>::from_timestamp_millis(at);
    while let Some(news) = news.recv().await {
        let told = match news {
            News::Events { events, settled, stuck } => {
                for (piece, settled) in pieces(events, settled) {
                    let told = lines(piece, settled, stuck.clone());
                    shared.ask.tell(Message::Lines { of: of.clone(), told }).await;
                }
                continue;
            }
            News::Trouble(trouble) => {
                Told::Trouble { group: trouble.group.clone(), sentence: trouble.to_string() }
            }
            News::Remark(remark) => Told::Remark(remark.to_string()),
            News::Live { since, sessions } => Told::Session(time(since).filter(|_| sessions > 0)),
            News::Sampled { since } => Told::Sampled(since.and_then(time)),
            News::FellBack(sentence) => Told::FellBack(sentence),
            News::Dropped(lines) => Told::Missed(lines),
            News::Done { given_up } => return given_up,
        };
        shared.ask.tell(Message::Lines { of: of.clone(), told }).await;
    }
    0
}

/// The events in pieces; only the last one tells up to when everything is there.
fn pieces(mut events: Vec<Event>, settled: i64) -> Vec<(Vec<Event>, i64)> {
    let mut pieces = Vec::with_capacity(events.len() / PIECE + 1);
    while events.len() > PIECE {
        let rest = events.split_off(PIECE);
        pieces.push((std::mem::replace(&mut events, rest), i64::MIN));
    }
    pieces.push((events, settled));
    pieces
}
