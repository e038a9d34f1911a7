//! A model with keys to press and facts to tell, without AWS and without a terminal.

use std::sync::Arc;

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fargate_top::app::effect::Effect;
use fargate_top::app::message::{Input, Message};
use fargate_top::app::model::{ContextInfo, Model};
use fargate_top::app::settings::Settings;
use fargate_top::app::update;
use fargate_top::fleet::Fleet;
use fargate_top::fleet::id::ContextId;
use fargate_top::fleet::observation::Observation;
use ratatui::layout::Size;

use super::fixture::now;

/// A model, and what it wanted of the outside so far.
pub struct Desk {
    pub model: Model,
    pub effects: Vec<Effect>,
}

impl Desk {
    /// A dashboard of 120x36 that knows this fleet.
    pub fn new(fleet: Fleet) -> Self {
        Self::with(fleet, Settings::default(), Size::new(120, 36))
    }

    pub fn with(fleet: Fleet, settings: Settings, size: Size) -> Self {
        let context = ContextInfo {
            id: ContextId(0),
            profile: Some("acme-prod".to_owned()),
            region: "eu-west-1".to_owned(),
            endpoint: None,
            demo: false,
        };
        let mut model = Model::new(settings, vec![context], size, now());
        model.fleet = Arc::new(fleet);
        let mut desk = Self { model, effects: Vec::new() };
        desk.settle();
        desk
    }

    /// Presses keys, parted by spaces: `enter`, `esc`, `j`, `ctrl-z`; other words are typed letter by letter.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for word in keys.split(' ') {
            match named(word) {
                Some(key) => self.key(key),
                None => word
                    .chars()
                    .for_each(|letter| self.key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE))),
            }
        }
        self
    }

    /// Types text as it is, with its spaces.
    pub fn write(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|letter| self.key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)));
        self
    }

    pub fn key(&mut self, key: KeyEvent) {
        self.take(Message::Input(Input::Key(key)));
    }

    /// Tells a fact.
    pub fn learn(&mut self, observation: Observation) -> &mut Self {
        self.take(Message::Observed(observation));
        self.settle();
        self
    }

    pub fn take(&mut self, message: Message) {
        let at = self.model.now;
        self.effects.extend(update::update(&mut self.model, at, message));
    }

    /// Lets time go by.
    pub fn pass(&mut self, seconds: i64) -> &mut Self {
        let at = self.model.now + TimeDelta::seconds(seconds);
        self.effects.extend(update::update(&mut self.model, at, Message::Tick));
        self.settle();
        self
    }

    pub fn settle(&mut self) {
        self.effects.extend(update::settle(&mut self.model));
        while update::has_work(&self.model) {
            self.take(Message::Idle);
        }
    }

    /// The names of the services that the shown list has, in order.
    pub fn services(&self) -> Vec<String> {
        match &self.model.view().content {
            fargate_top::app::views::Content::Services(rows) => {
                rows.listing.rows().iter().map(|id| id.name().to_owned()).collect()
            }
            other => panic!("not a list of services: {other:?}"),
        }
    }

    /// The name of the selected service.
    pub fn selected(&self) -> String {
        self.model.view().selected_service().map_or_else(String::new, |id| id.name().to_owned())
    }

    /// The newest notice.
    pub fn notice(&self) -> String {
        self.model.notices.all().next().map_or_else(String::new, |notice| notice.text.clone())
    }
}

/// A key by its name in the configuration.
pub fn named(word: &str) -> Option<KeyEvent> {
    let (modifiers, name) = match word.split_once('-') {
        Some(("ctrl", name)) => (KeyModifiers::CONTROL, name),
        Some(("shift", name)) => (KeyModifiers::SHIFT, name),
        _ => (KeyModifiers::NONE, word),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" if modifiers == KeyModifiers::SHIFT => KeyCode::BackTab,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "backspace" => KeyCode::Backspace,
        "pagedown" => KeyCode::PageDown,
        letter if modifiers == KeyModifiers::CONTROL && letter.chars().count() == 1 => {
            KeyCode::Char(letter.chars().next()?)
        }
        _ => return None,
    };
    Some(KeyEvent::new(code, modifiers))
}
