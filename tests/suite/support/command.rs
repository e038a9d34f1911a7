//! A machine on which commands without a screen run, and what they said.

use std::sync::Arc;
use std::time::Duration;

use fargate_top::app::protection::{Protection, Rules};
use fargate_top::app::settings::Settings;
use fargate_top::headless::change::{Terms, Wish, change};
use fargate_top::headless::voice::{Exit, Voice};
use fargate_top::journal::{Kind, read};
use fargate_top::simulation::Simulation;
use tempfile::TempDir;

use super::fixture::now;
use super::story::Story;

/// Everything that was said.
#[derive(Debug, Default)]
pub struct Heard {
    pub said: Vec<String>,
    pub complaints: Vec<String>,
}

impl Voice for Heard {
    fn say(&mut self, line: &str) {
        self.said.push(line.to_owned());
    }

    fn complain(&mut self, sentence: &str) {
        self.complaints.push(sentence.to_owned());
    }
}

/// One machine on one simulated AWS.
pub struct Desk {
    pub simulation: Simulation,
    pub folder: Arc<TempDir>,
    pub settings: Settings,
}

impl Desk {
    /// Nothing is guarded, whatever the profile is called.
    pub fn open(story: &str) -> Self {
        Self::on(Simulation::story(story, now().timestamp_millis()).unwrap())
    }

    pub fn on(simulation: Simulation) -> Self {
        let protection = Protection { guarded: Rules::default(), locked: Rules::default() };
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self { simulation, folder, settings: Settings { protection, ..Settings::default() } }
    }

    pub fn guarded(story: &str) -> Self {
        Self { settings: Settings::default(), ..Self::open(story) }
    }

    pub async fn story(&self) -> Story {
        let (simulation, folder) = (self.simulation.clone(), Arc::clone(&self.folder));
        Story::in_folder(simulation, self.settings.clone(), folder).await
    }

    pub async fn run(&self, wish: Wish, terms: Terms) -> (Exit, Heard) {
        self.run_until(wish, terms, std::future::pending()).await
    }

    pub async fn run_until(
        &self,
        wish: Wish,
        terms: Terms,
        leave: impl Future<Output = ()>,
    ) -> (Exit, Heard) {
        let Story { session, ask, .. } = self.story().await;
        let mut heard = Heard::default();
        let exit = change(session, &ask, &wish, &terms, &mut heard, leave).await;
        (exit, heard)
    }

    /// The requests since the last look that change something.
    pub fn sent(&self) -> Vec<String> {
        let changing = ["Update", "Stop", "Register", "Create", "Delete", "Put", "Continue"];
        let calls = self.simulation.calls();
        self.simulation.forget_calls();
        let calls = calls.into_iter();
        let calls = calls.filter(|call| changing.iter().any(|verb| call.operation.starts_with(verb)));
        calls.map(|call| format!("{} {}", call.operation, call.body)).collect()
    }

    pub fn kinds(&self) -> Vec<Kind> {
        read(self.folder.path(), None).entries().map(|entry| entry.kind.clone()).collect()
    }
}

/// Confirmed by this word.
pub fn yes(word: &str) -> Terms {
    Terms { yes: Some(word.to_owned()), typed: vec!["typed".to_owned()], ..Terms::default() }
}

/// The same, watched to its end.
pub fn wait(word: &str) -> Terms {
    Terms { wait: Some(Duration::from_hours(1)), ..yes(word) }
}
