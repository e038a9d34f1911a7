//! A live tail as both doors send it: a body that says something each second, until it ends.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Instant, Sleep};

use super::service::logs::tail::{self, Session};
use super::{Millis, Simulation};

/// As many updates as are kept for a slow reader; older ones are lost.
const KEPT_UPDATES: u64 = 10;

/// An open session of StartLiveTail. It is closed when this is dropped.
#[derive(Debug)]
pub struct LiveTail {
    pub(super) simulation: Simulation,
    pub(super) session: Session,
    /// Counts as one of the open sessions while it lives.
    #[expect(dead_code, reason = "others look whether it is still there")]
    pub(super) open: Arc<()>,
}

/// What a live tail does at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Frames; more follow.
    Goes(Bytes),
    /// The last frames.
    Ends(Bytes),
    /// The connection is lost.
    Cut,
}

impl LiveTail {
    /// The frames that it begins with.
    pub fn opening(&self) -> Bytes {
        self.simulation.with(|state| self.session.opening(&state.world)).into()
    }

    /// What it says a second later. `missed` is how many seconds its reader was too late for.
    pub fn tick(&mut self, now: Millis, missed: u64) -> Tick {
        let session = &mut self.session;
        self.simulation.with(|state| {
            state.advance(now);
            if missed > KEPT_UPDATES {
                // Clocks may be quicker than the seconds that are counted here.
                let span = u64::try_from(now - session.told()).unwrap_or_default();
                let kept = Millis::try_from(span * KEPT_UPDATES / (missed + 1)).unwrap_or_default();
                session.skip(now - kept);
            }
            if let Some(last) = session.timeout(now) {
                return Tick::Ends(last.into());
            }
            match state.faults.of_streams(now) {
                Some(true) => {
                    let text = "An unknown error occurred. The session has ended.";
                    Tick::Ends(tail::ended("SessionStreamingException", text).into())
                }
                Some(false) => Tick::Cut,
                None => Tick::Goes(session.updates(&state.world).into()),
            }
        })
    }
}

/// The body of the answer, which waits by tokio's clock.
pub struct TailBody {
    tail: Option<LiveTail>,
    clock: Arc<dyn Fn() -> Millis + Send + Sync>,
    begun: bool,
    sleep: Pin<Box<Sleep>>,
}

impl TailBody {
    pub fn new(tail: LiveTail, clock: Arc<dyn Fn() -> Millis + Send + Sync>) -> Self {
        Self { tail: Some(tail), clock, begun: false, sleep: Box::pin(tokio::time::sleep(SECOND)) }
    }
}

const SECOND: Duration = Duration::from_secs(1);

impl fmt::Debug for TailBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TailBody").field("tail", &self.tail).finish_non_exhaustive()
    }
}

impl Body for TailBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = &mut *self;
        // One that has ended may be asked again.
        let Some(tail) = body.tail.as_mut() else { return Poll::Ready(None) };
        if !body.begun {
            body.begun = true;
            return Poll::Ready(Some(Ok(Frame::data(tail.opening()))));
        }
        ready!(body.sleep.as_mut().poll(context));
        let due = body.sleep.deadline();
        let missed = Instant::now().duration_since(due).as_secs();
        let next = due + SECOND * u32::try_from(missed + 1).unwrap_or(u32::MAX);
        body.sleep.as_mut().reset(next);
        let tick = tail.tick((body.clock)(), missed);
        Poll::Ready(Some(match tick {
            Tick::Goes(frames) => Ok(Frame::data(frames)),
            Tick::Ends(frames) => {
                body.tail = None;
                Ok(Frame::data(frames))
            }
            Tick::Cut => {
                body.tail = None;
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            }
        }))
    }
}
