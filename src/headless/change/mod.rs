//! `scale`, `redeploy`, `stop`, `rollback`: the same preview, gate, journal and watch as on the screen, without one.

mod question;
mod send;
mod shown;

use std::future::Future;
use std::time::Duration;

use self::question::{Question, Subject};
use self::shown::{Shown, again};
use super::find::Place;
use super::voice::{Exit, Stop, Voice, safe};
use super::watch::Watch;
use crate::app::action::Change;
use crate::app::action::ask::Ask as Asked;
use crate::app::action::dialog::Dialog;
use crate::app::action::gate::Approval;
use crate::app::action::preview::{context, impossible, lock_of};
use crate::app::lock;
use crate::app::protection::LockState;
use crate::app::text_input::TextInput;
use crate::app::update;
use crate::runtime::poll::ask::Ask;
use crate::runtime::session::Session;

/// What is to be changed, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Scale {
        service: String,
        count: String,
    },
    Redeploy {
        service: String,
    },
    /// Lets go on what waits for a person.
    Approve {
        service: String,
    },
    Stop {
        tasks: Vec<String>,
    },
    RollBack {
        service: String,
        to: Option<String>,
    },
}

/// What was typed besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "flags that a person types one by one")]
pub struct Terms {
    /// Look for names only in this cluster.
    pub cluster: Option<String>,
    pub dry_run: bool,
    pub yes: Option<String>,
    pub unlock: Option<String>,
    pub reason: Option<String>,
    /// Watch it to its end, for so long.
    pub wait: Option<Duration>,
    pub json: bool,
    pub unchecked: bool,
    pub unjournalled: bool,
    /// The words of the command, for repeating it.
    pub typed: Vec<String>,
}

/// Changes something, or says why not. `leave` ends when the person wants no more waiting.
pub async fn change(
    session: Session,
    ask: &Ask,
    wish: &Wish,
    terms: &Terms,
    voice: &mut dyn Voice,
    leave: impl Future<Output = ()>,
) -> Exit {
    let mut errand = Errand { watch: Watch::new(session), terms, voice };
    let exit = match errand.run(ask, wish, leave).await {
        Ok(exit) => exit,
        Err(Stop { exit, sentence }) => {
            errand.voice.complain(&safe(&sentence));
            exit
        }
    };
    // A change that was sent gets its line in the journal.
    errand.watch.session.finish().await;
    exit
}

/// One command on its way.
struct Errand<'a> {
    watch: Watch,
    terms: &'a Terms,
    voice: &'a mut dyn Voice,
}

impl Errand<'_> {
    async fn run(&mut self, ask: &Ask, wish: &Wish, leave: impl Future<Output = ()>) -> Result<Exit, Stop> {
        let region = self.watch.model().contexts.first().map_or_else(String::new, |info| info.region.clone());
        let place = Place { ask, region: &region, cluster: self.terms.cluster.as_deref() };
        let subject = Subject::find(place, wish).await.map_err(Stop::not_started)?;
        subject.look(&mut self.watch).await;
        match subject.question(&self.watch, wish, self.terms)? {
            Question::Ask(asked) => self.put(asked, leave).await,
            Question::Nothing { sentence, exit } => {
                self.say(&sentence);
                Ok(exit)
            }
            Question::UnderWay { deployment, sentence } => {
                self.say(&sentence);
                if self.terms.wait.is_some() {
                    self.see_out(&deployment, leave).await
                } else {
                    Ok(Exit::Done)
                }
            }
        }
    }

    /// Puts the question as a dialog would, and takes `--yes` for the answer.
    async fn put(&mut self, asked: Asked, leave: impl Future<Output = ()>) -> Result<Exit, Stop> {
        let changes = asked.changes(&self.watch.model().fleet).map_err(Stop::not_started)?;
        question::allows(self.terms, &changes)?;
        question::definitions(&mut self.watch, &changes).await;
        let model = self.watch.model();
        let mut dialog = Dialog::new(asked, model.now);
        dialog.reason = TextInput::new(self.terms.reason.as_deref().unwrap_or_default());
        update::look(model, &mut dialog, true);
        if self.terms.dry_run {
            let shown = Shown::new(model, &dialog, &changes);
            self.show(&shown);
            self.hint("dry run: nothing was sent; to send it", &shown, None);
            return Ok(Exit::Done);
        }
        self.unlock(&dialog.ask, &changes)?;
        let model = self.watch.model();
        let shown = Shown::new(model, &dialog, &changes);
        if let Some(why) = changes.iter().find_map(|change| impossible(model, change)) {
            return Err(Stop::not_sent(format!("nothing was sent: {why}")));
        }
        if let Some(refusal) = lock_of(model, &dialog.ask, &changes).refusal() {
            return Err(self.protected(&dialog.ask, &changes, &shown, &refusal));
        }
        if self.terms.yes.as_deref().map(str::trim) != Some(&shown.word) {
            self.show(&shown);
            let again = again(&self.terms.typed, &shown.word, None);
            let wrong = match &self.terms.yes {
                Some(yes) => format!("`{yes}` is not {}", shown.what),
                None => "it was not confirmed".to_owned(),
            };
            return Err(Stop::not_sent(format!("nothing was sent: {wrong}; to send it: {again}")));
        }
        dialog.word.set(&shown.word);
        let passed = self.send(&dialog).await?;
        self.follow(&passed, leave).await
    }

    /// `--unlock` opens a guarded scope as the dialog of ctrl-x does.
    fn unlock(&mut self, asked: &Asked, changes: &[Change]) -> Result<(), Stop> {
        let model = self.watch.model();
        let (Some(name), LockState::Guarded { .. }) = (&self.terms.unlock, lock_of(model, asked, changes))
        else {
            return Ok(());
        };
        let context = context(model, asked);
        if lock::place(model, context).is_none() {
            return Err(Stop::not_sent("nothing was sent: it is not known yet whose account this is"));
        }
        let mut dialog = Dialog::new(Asked::Unlock { context }, model.now);
        dialog.word.set(name);
        let place = lock::place_name(model, context);
        match self.watch.session.answer(Box::new(dialog), Approval::default()) {
            Ok(_) => Ok(()),
            Err(_) => Err(Stop::not_sent(format!("nothing was sent: `{name}` does not unlock {place}"))),
        }
    }

    fn protected(&mut self, asked: &Asked, changes: &[Change], shown: &Shown, refusal: &str) -> Stop {
        self.show(shown);
        let model = self.watch.model();
        match lock_of(model, asked, changes) {
            LockState::Guarded { .. } => {
                let word = lock::word(model, context(model, asked));
                let again = again(&self.terms.typed, &shown.word, Some(&word));
                Stop::not_sent(format!("nothing was sent: {refusal}; to send it: {again}"))
            }
            _ => Stop::not_sent(format!("nothing was sent: {refusal}")),
        }
    }

    fn show(&mut self, shown: &Shown) {
        if self.terms.json {
            self.voice.say(&shown.json().to_string());
        } else {
            self.voice.say(&safe(&shown.text()));
        }
    }

    fn hint(&mut self, what: &str, shown: &Shown, unlock: Option<&str>) {
        if !self.terms.json {
            let again = again(&self.terms.typed, &shown.word, unlock);
            self.voice.say(&safe(&format!("{what}: {again}")));
        }
    }

    /// A sentence of the result.
    fn say(&mut self, sentence: &str) {
        if self.terms.json {
            self.voice.say(&serde_json::json!({"event": "result", "sentence": sentence}).to_string());
        } else {
            self.voice.say(&safe(sentence));
        }
    }
}
