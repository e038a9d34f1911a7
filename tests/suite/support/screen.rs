//! A model as a person would have it on the screen, and its picture as text.

use std::fmt::Write as _;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fargate_top::app::message::{Input, Message};
use fargate_top::app::model::{ContextInfo, Model};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::app::update::{settle, update};
use fargate_top::fleet::observation::Observation;
use fargate_top::view;
use fargate_top::view::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Size;
use unicode_width::UnicodeWidthStr;

use super::fleet::{CONTEXT, incident, now};

/// A dashboard under test.
pub struct Scene {
    pub model: Model,
    pub theme: Theme,
}

impl Scene {
    /// Nothing known yet.
    pub fn empty(width: u16, height: u16) -> Self {
        Self::with(width, height, Settings::default())
    }

    pub fn with(width: u16, height: u16, settings: Settings) -> Self {
        let context = ContextInfo {
            id: CONTEXT,
            profile: Some("acme-prod".to_owned()),
            region: "eu-west-1".to_owned(),
            endpoint: None,
            demo: false,
        };
        let model = Model::new(settings, vec![context], Size::new(width, height), now());
        Self { model, theme: Theme::default() }
    }

    /// The incident, all of it loaded.
    pub fn incident(width: u16, height: u16) -> Self {
        Self::empty(width, height).told(incident())
    }

    pub fn ascii(width: u16, height: u16) -> Self {
        let settings = Settings { glyphs: Glyphs::Ascii, ..Settings::default() };
        Self::with(width, height, settings).told(incident())
    }

    /// Takes in facts.
    pub fn told(mut self, facts: impl IntoIterator<Item = Observation>) -> Self {
        for fact in facts {
            update(&mut self.model, now(), Message::Observed(fact));
        }
        settle(&mut self.model);
        self
    }

    /// Opens a screen as a jump would.
    pub fn at(mut self, screen: &Screen) -> Self {
        let path = screen.path(&self.model.fleet);
        self.model.history.jump(path);
        fargate_top::app::rows::renew(&mut self.model, fargate_top::app::rows::Reason::Choice);
        self
    }

    /// Presses keys: characters as they are, others by name in `<>`, such as `<down>` and `<ctrl-z>`.
    pub fn keys(mut self, keys: &str) -> Self {
        for key in parse(keys) {
            update(&mut self.model, now(), Message::Input(Input::Key(key)));
        }
        settle(&mut self.model);
        self
    }

    pub fn buffer(&self) -> Buffer {
        let size = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        terminal.draw(|frame| view::draw(&self.model, &self.theme, frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The picture as text, one line each, without blanks at the ends.
    pub fn text(&self) -> String {
        lines(&self.buffer()).iter().fold(String::new(), |text, line| text + line.trim_end() + "\n")
    }

    /// The picture's runs of styled cells: `row: from..to style  text`.
    pub fn styles(&self) -> String {
        runs(&self.buffer())
    }
}

fn parse(keys: &str) -> Vec<KeyEvent> {
    let mut events = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        let (event, length) = match rest.strip_prefix('<').and_then(|name| name.split_once('>')) {
            Some((name, _)) => (named(name), name.len() + 2),
            None => (KeyEvent::new(KeyCode::Char(first), KeyModifiers::NONE), first.len_utf8()),
        };
        events.push(event);
        rest = rest.get(length..).unwrap_or_default();
    }
    events
}

fn named(name: &str) -> KeyEvent {
    if let Some(letter) = name.strip_prefix("ctrl-") {
        return KeyEvent::new(KeyCode::Char(letter.chars().next().unwrap()), KeyModifiers::CONTROL);
    }
    let (code, modifiers) = match name {
        "down" => (KeyCode::Down, KeyModifiers::NONE),
        "up" => (KeyCode::Up, KeyModifiers::NONE),
        "enter" => (KeyCode::Enter, KeyModifiers::NONE),
        "esc" => (KeyCode::Esc, KeyModifiers::NONE),
        "tab" => (KeyCode::Tab, KeyModifiers::NONE),
        "shift-right" => (KeyCode::Right, KeyModifiers::SHIFT),
        other => panic!("no key {other}"),
    };
    KeyEvent::new(code, modifiers)
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width.max(1)))
}

/// The lines of a buffer; the second cell of a wide character says nothing.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let line = |row: &[Cell]| {
        let mut line = String::new();
        let mut hidden = 0;
        for cell in row {
            if hidden == 0 {
                line.push_str(cell.symbol());
            }
            hidden = if hidden > 0 { hidden - 1 } else { cell.symbol().width().saturating_sub(1) };
        }
        line
    };
    rows(buffer).map(line).collect()
}

fn runs(buffer: &Buffer) -> String {
    let mut text = String::new();
    for (y, row) in rows(buffer).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| look(a) == look(b)) {
            let end = x + run.len();
            let shown: String = run.iter().map(Cell::symbol).collect();
            if let (Some(look), false) = (run.first().and_then(look), shown.trim().is_empty()) {
                writeln!(text, "{y}: {x}..{end} {look}  {}", shown.trim()).unwrap();
            }
            x = end;
        }
    }
    text
}

/// How a cell differs from the terminal's own look.
fn look(cell: &Cell) -> Option<String> {
    let mut parts = Vec::new();
    if cell.fg != ratatui::style::Color::Reset {
        parts.push(format!("{}", cell.fg));
    }
    if cell.bg != ratatui::style::Color::Reset {
        parts.push(format!("on {}", cell.bg));
    }
    if !cell.modifier.is_empty() {
        parts.push(format!("{:?}", cell.modifier).to_lowercase());
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}
