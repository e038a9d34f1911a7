//! ACTS: the loop, and the only place with tasks, time and the terminal.

pub mod alarms;
mod backend;
pub mod clock;
pub mod gate;
pub mod inflight;
mod keyboard;
mod lines;
pub mod logging;
pub mod outbox;
mod performer;
pub mod poll;
pub mod pollers;
pub mod requests;
pub mod screen;
pub mod session;
pub mod sweep;
pub mod tail;
pub mod terminal;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use self::keyboard::{Background, Heard};
use self::screen::Screen;
use self::session::Session;
use crate::app::effect::Effect;
use crate::app::message::Message;
use crate::app::update;
use crate::view::theme::{self, Depth, Theme, ThemeChoice};

/// Facts taken in before keys are looked at again.
const BATCH: usize = 32;
/// The shortest time between two pictures that no key asked for.
const FRAME: Duration = Duration::from_millis(33);
/// The same while the first rows arrive.
const LOADING_FRAME: Duration = Duration::from_millis(10);
/// The same while there is no row to show: counters may wait, and the first row does not.
const ROWLESS_FRAME: Duration = Duration::from_millis(100);

/// How the terminal is used.
#[derive(Debug)]
pub struct Terminal {
    pub theme: ThemeChoice,
    pub depth: Depth,
    /// The background, where it is known without asking.
    pub background: Option<theme::Background>,
    /// Where saved views go.
    pub state_folder: Option<PathBuf>,
}

impl Terminal {
    fn theme(&self, background: Option<theme::Background>) -> Theme {
        Theme::load(&self.theme, self.depth, background.unwrap_or_default())
    }
}

/// Runs the dashboard on this terminal until somebody leaves. The terminal is given back in every case.
pub async fn run(session: &mut Session, terminal: Terminal) -> io::Result<()> {
    terminal::take(session.model.mouse)?;
    let done = drive(session, &terminal).await;
    terminal::give_back();
    done
}

async fn drive(session: &mut Session, terminal: &Terminal) -> io::Result<()> {
    let out = io::stdout();
    let mut screen = Screen::new(out, session.model.size, terminal.theme(terminal.background))?;
    let ask = terminal.background.is_none() && terminal.theme.follows_background();
    screen.draw(&session.model)?;
    session.follow();
    let keys = keyboard::listen(ask);
    Circle { session, screen, terminal, keys, next_picture: Instant::now() + ROWLESS_FRAME }.turn().await
}

/// The loop and what it holds.
struct Circle<'a, W: Write> {
    session: &'a mut Session,
    screen: Screen<W>,
    terminal: &'a Terminal,
    keys: mpsc::UnboundedReceiver<Heard>,
    /// When the next picture may be drawn that no key asked for.
    next_picture: Instant,
}

impl<W: Write> Circle<'_, W> {
    /// Waits for something to happen, takes in all that waits, draws once; keys first.
    async fn turn(mut self) -> io::Result<()> {
        let mut ended = std::pin::pin!(ended());
        loop {
            let tick = self.tick_at();
            let behind = self.is_behind();
            let mut effects = Vec::new();
            let mut pressed = false;
            tokio::select! {
                biased;
                () = &mut ended => return Ok(()),
                heard = self.keys.recv() => match heard {
                    Some(heard) => pressed = self.hear(heard, &mut effects),
                    None => return Ok(()),
                },
                () = sleep_until(self.next_picture), if behind => {}
                fact = self.session.facts.recv() => {
                    if let Some((at, message)) = fact {
                        let rowless = self.is_rowless();
                        effects.extend(self.session.take(at, message));
                        effects.extend(self.session.take_waiting(BATCH));
                        if rowless && !self.is_rowless() {
                            self.next_picture = Instant::now();
                        }
                    }
                }
                // Long work goes on while nothing else happens.
                () = std::future::ready(()), if self.session.has_work() => {
                    let now = self.session.clock.now();
                    effects.extend(self.session.take(now, Message::Idle));
                }
                () = sleep_until(tick), if !behind => {
                    let now = self.session.clock.now();
                    effects.extend(self.session.take(now, Message::Tick));
                }
            }
            while let Ok(heard) = self.keys.try_recv() {
                pressed |= self.hear(heard, &mut effects);
            }
            if self.carry_out(effects)? {
                return Ok(());
            }
            self.draw(pressed)?;
        }
    }

    /// Takes what the keyboard thread told; tells whether it was a key.
    fn hear(&mut self, heard: Heard, effects: &mut Vec<Effect>) -> bool {
        match heard {
            Heard::Input(message) => {
                let now = self.session.clock.now();
                effects.extend(self.session.take(now, message));
                true
            }
            Heard::Background(answer) => {
                let background = answer.map(|answer| match answer {
                    Background::Dark => theme::Background::Dark,
                    Background::Light => theme::Background::Light,
                });
                if background.is_some() {
                    self.screen.set_theme(self.terminal.theme(background));
                }
                false
            }
            Heard::Closed => {
                effects.push(Effect::Quit);
                false
            }
        }
    }

    /// Tells whether somebody wants to leave.
    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<bool> {
        for effect in effects {
            if effect == Effect::Quit {
                return Ok(true);
            }
            let now = self.session.clock.now();
            let folder = self.terminal.state_folder.as_deref();
            if let Some(message) = performer::carry_out(effect, &mut self.screen, folder, now)? {
                self.session.take(now, message);
            }
        }
        Ok(false)
    }

    /// No service is described yet.
    fn is_rowless(&self) -> bool {
        self.session.model.fleet.service_count() == 0
    }

    /// Facts arrived that rows do not show yet, or the model changed since the last picture.
    fn is_behind(&self) -> bool {
        let model = &self.session.model;
        model.fleet.version() != model.settled || self.screen.is_behind(model)
    }

    /// Draws at once after a key; what facts changed waits for the next picture's time, so that a flood of them
    /// costs no more than a trickle.
    fn draw(&mut self, pressed: bool) -> io::Result<()> {
        let due = Instant::now() >= self.next_picture;
        if !(pressed || due) || !self.is_behind() {
            return Ok(());
        }
        let begun = Instant::now();
        if due {
            let effects = self.session.settle();
            // Nothing that follows from facts alone leaves the program.
            self.carry_out(effects)?;
        }
        if self.screen.is_behind(&self.session.model) {
            self.screen.draw(&self.session.model)?;
            let now = self.session.clock.now();
            self.session.take(now, Message::Painted);
        }
        if due {
            // A picture of a very large fleet takes its time: at least three quarters are left for keys.
            let least = match (self.is_rowless(), self.session.model.loaded) {
                (true, _) => ROWLESS_FRAME,
                (false, false) => LOADING_FRAME,
                (false, true) => FRAME,
            };
            // A terminal that is slow to take it is another matter, and must not hold the next one back for long.
            self.next_picture = Instant::now() + least.max((begun.elapsed() * 3).min(FRAME * 3));
        }
        self.session.follow();
        Ok(())
    }

    fn tick_at(&self) -> Instant {
        let wait = update::next_tick(&self.session.model) - self.session.clock.now();
        Instant::now() + wait.to_std().unwrap_or_default()
    }
}

/// Somebody ends the program from outside: SIGTERM, SIGHUP or SIGINT.
#[cfg(unix)]
pub async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
    let mut signals: Vec<_> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    std::future::poll_fn(|context| {
        let came = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if came { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

/// Somebody ends the program from outside.
#[cfg(not(unix))]
pub async fn ended() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
