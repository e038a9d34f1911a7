//! The one scheduler of requests: every call to AWS waits here for its turn, so that one place knows what is spent.

mod owner;
mod tally;
mod tokens;

use std::future::Future;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time;

use self::owner::{Event, Owner};
pub use self::tokens::{Rate, USUAL_SHARE};
use super::outbox::Outbox;
use crate::fleet::bucket::Bucket;
use crate::fleet::id::ContextId;
use crate::fleet::topic::{Failure, FailureKind};

/// How long one attempt may take.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// How often a read that failed for a passing reason is sent again.
const REPEATS: u32 = 2;
/// What the pause before a repeat starts from; it doubles, and chance takes up to half of it away.
const PAUSE_THROTTLED: Duration = Duration::from_millis(500);
const PAUSE_BROKEN: Duration = Duration::from_millis(100);

/// Whose request goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Priority {
    /// Somebody waits for it: a key was pressed, a view was opened.
    User,
    /// Rows on the screen.
    Visible,
    /// What changes quickly.
    Deploying,
    /// Everything else, with what the others leave.
    Sweep,
}

/// The handle of a context's scheduler; cheap to clone. The scheduler ends with its last handle.
#[derive(Debug, Clone)]
pub struct Requests {
    events: mpsc::UnboundedSender<Event>,
    is_lifted: bool,
}

impl Requests {
    /// Starts the scheduler of a context; it tells `Message::Budget` at most once a second.
    pub fn start(context: ContextId, rate: Rate, outbox: Outbox) -> Self {
        let (events, inbox) = mpsc::unbounded_channel();
        tokio::spawn(Owner::new(context, rate, outbox).run(inbox));
        Self { events, is_lifted: rate == Rate::Lifted }
    }

    /// Nobody shares the buckets: nothing needs to be spared.
    pub fn is_lifted(&self) -> bool {
        self.is_lifted
    }

    /// Sends a read when it is its turn, and again when it failed for a reason that passes.
    ///
    /// Each attempt costs a token. Whoever drops the future gives up the turn: what nobody waits for is not sent.
    pub async fn send<T, F, A>(
        &self,
        bucket: Bucket,
        priority: Priority,
        operation: &'static str,
        attempt: F,
    ) -> Result<T, Failure>
    where
        F: Fn() -> A,
        A: Future<Output = Result<T, Failure>>,
    {
        let mut repeats = 0;
        loop {
            // A request is a large future, and each hand that it goes through would make room for it.
            match self.once(bucket, priority, operation, Box::pin(attempt())).await {
                Err(failure) if repeats < REPEATS && passes(&failure) => {
                    time::sleep(pause(&failure.kind, repeats)).await;
                    repeats += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Sends a change when it is its turn, one time only: whether a second one is right, a look at AWS has to tell.
    pub async fn once<T, A>(
        &self,
        bucket: Bucket,
        priority: Priority,
        operation: &'static str,
        attempt: A,
    ) -> Result<T, Failure>
    where
        A: Future<Output = Result<T, Failure>>,
    {
        self.turn(bucket, priority, operation).await?.take(attempt).await
    }

    /// Waits for the turn of one request. A turn that is dropped costs nothing.
    pub async fn turn(
        &self,
        bucket: Bucket,
        priority: Priority,
        operation: &'static str,
    ) -> Result<Turn, Failure> {
        match self.place(bucket, priority).await {
            Some(place) => Ok(Turn { place, operation }),
            None => Err(failure(operation, FailureKind::Refused, "the scheduler of requests ended")),
        }
    }

    /// The first load is over: from here on few requests at a time are enough.
    pub fn settle(&self) {
        let _ = self.events.send(Event::Settled);
    }

    /// Waits until a request of this kind may be sent.
    async fn place(&self, bucket: Bucket, priority: Priority) -> Option<Place> {
        let (grant, granted) = oneshot::channel();
        let place = Place { bucket, priority, outcome: Outcome::Waiting, events: self.events.clone() };
        self.events.send(Event::Wished(Wish { grant, place })).ok()?;
        granted.await.ok()
    }
}

/// The turn of one request: it may be sent at once.
#[derive(Debug)]
pub struct Turn {
    place: Place,
    operation: &'static str,
}

impl Turn {
    /// Sends the request, one time only.
    pub async fn take<T>(self, attempt: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let Self { mut place, operation } = self;
        place.outcome = Outcome::Abandoned;
        let answer = time::timeout(DEADLINE, attempt).await;
        let answer =
            answer.unwrap_or_else(|_| Err(failure(operation, FailureKind::Timeout, "no answer within 10 s")));
        place.outcome = match &answer {
            Err(failure) if failure.kind == FailureKind::Throttled => Outcome::Refused,
            _ => Outcome::Answered,
        };
        answer
    }
}

/// A wish for a request, with whom to tell that it is granted.
#[derive(Debug)]
struct Wish {
    grant: oneshot::Sender<Place>,
    place: Place,
}

/// The right to one request. Dropping it tells the scheduler how it was used, so no path can forget to.
#[derive(Debug)]
struct Place {
    bucket: Bucket,
    priority: Priority,
    outcome: Outcome,
    events: mpsc::UnboundedSender<Event>,
}

/// What became of a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It was never granted.
    Waiting,
    /// It was granted and nothing was sent.
    Unused,
    /// It was sent, and nobody waited for the answer.
    Abandoned,
    Answered,
    /// AWS refused it for the rate.
    Refused,
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.outcome != Outcome::Waiting {
            let _ = self.events.send(Event::Left {
                bucket: self.bucket,
                priority: self.priority,
                outcome: self.outcome,
            });
        }
    }
}

/// Whether the same request may well succeed a moment later.
fn passes(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Throttled | FailureKind::Network => true,
        FailureKind::Other => matches!(
            failure.code.as_deref(),
            Some(
                "ServerException"
                    | "InternalFailure"
                    | "InternalServerError"
                    | "ServiceUnavailable"
                    | "HTTP 500"
            )
        ),
        _ => false,
    }
}

fn pause(kind: &FailureKind, repeats: u32) -> Duration {
    let base = if *kind == FailureKind::Throttled { PAUSE_THROTTLED } else { PAUSE_BROKEN };
    (base * 2u32.pow(repeats)).mul_f64(0.5 + fastrand::f64() / 2.0)
}

fn failure(operation: &str, kind: FailureKind, message: &str) -> Failure {
    Failure { kind, operation: operation.into(), code: None, message: message.into(), request_id: None }
}
