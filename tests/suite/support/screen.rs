//! What a person sees of a model: its picture as text, and how the text is styled.

use std::fmt::Write as _;

use fargate_top::app::model::Model;
use fargate_top::app::rows::{self, Reason};
use fargate_top::app::screen::Screen;
use fargate_top::app::settings::{Glyphs, Settings};
use fargate_top::fleet::Fleet;
use fargate_top::view;
use fargate_top::view::theme::Theme;
use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Size;
use ratatui::style::Color;
use unicode_width::UnicodeWidthStr;

use super::desk::Desk;
use super::incident;

/// A dashboard in the middle of the incident.
pub fn desk(width: u16, height: u16) -> Desk {
    Desk::with(incident::fleet(), Settings::default(), Size::new(width, height))
}

/// The same, drawn with nothing but ASCII.
pub fn ascii_desk(width: u16, height: u16) -> Desk {
    let settings = Settings { glyphs: Glyphs::Ascii, ..Settings::default() };
    Desk::with(incident::fleet(), settings, Size::new(width, height))
}

/// A dashboard that has just been started.
pub fn new_desk(width: u16, height: u16) -> Desk {
    Desk::with(Fleet::default(), Settings::default(), Size::new(width, height))
}

impl Desk {
    /// Goes to a screen as if its name had been typed.
    pub fn open(mut self, screen: &Screen) -> Self {
        self.at(screen);
        self
    }

    /// The same, for a desk that is needed again.
    pub fn at(&mut self, screen: &Screen) -> &mut Self {
        let mut path = screen.path(&self.model.fleet);
        if path.first() != Some(&Screen::Fleet) {
            path.insert(0, Screen::Fleet);
        }
        self.model.history.jump(path);
        rows::renew(&mut self.model, Reason::Choice);
        self
    }
}

pub fn picture(model: &Model, theme: &Theme) -> Buffer {
    picture_on(model, theme, model.size)
}

/// The same on a terminal whose new size the model does not know yet.
pub fn picture_on(model: &Model, theme: &Theme, size: Size) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    terminal.draw(|frame| view::draw(model, theme, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// Compares the picture with the one that is kept under this name and its size.
pub fn assert_picture(name: &str, model: &Model) {
    let lines = lines(&picture(model, &Theme::default()));
    let text = lines.iter().fold(String::new(), |text, line| text + line.trim_end() + "\n");
    let Size { width, height } = model.size;
    kept(&format!("{name}-{width}x{height}"), &text);
}

/// Compares how the picture is styled with what is kept under this name.
pub fn assert_styles(name: &str, model: &Model, theme: &Theme) {
    kept(&format!("{name}-styles"), &runs(&picture(model, theme)));
}

fn kept(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!(name, text));
}

fn rows_of(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
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
                hidden = cell.symbol().width().saturating_sub(1);
            } else {
                hidden -= 1;
            }
        }
        line
    };
    rows_of(buffer).map(line).collect()
}

/// The runs of cells that do not look like plain text, as `row: from..to look  text`.
#[expect(clippy::unwrap_used, reason = "writing to a String does not fail")]
fn runs(buffer: &Buffer) -> String {
    let mut text = String::new();
    for (y, row) in rows_of(buffer).enumerate() {
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

fn look(cell: &Cell) -> Option<String> {
    let mut parts = Vec::new();
    if cell.fg != Color::Reset {
        parts.push(cell.fg.to_string());
    }
    if cell.bg != Color::Reset {
        parts.push(format!("on {}", cell.bg));
    }
    if !cell.modifier.is_empty() {
        parts.push(format!("{:?}", cell.modifier).to_lowercase());
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}
