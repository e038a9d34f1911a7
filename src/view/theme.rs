//! What each thing on the screen looks like: roles, and the themes that give them a style.
//!
//! This file and its `theme/file.rs` are the only ones that name colours. Healthy is not coloured; the terminal's
//! own foreground and background are kept; nothing blinks.

mod file;

use ratatui::style::{Color, Modifier, Style};
use strum::{Display, EnumCount, EnumIter, EnumString, IntoStaticStr, VariantNames};

use crate::app::mistake::Mistakes;
use crate::fleet::log::ansi;

/// The meaning of something on the screen; a theme decides its look.
///
/// A theme file may also name the part before a dot: `status` is the look of every `status.…` it does not name.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumCount,
    EnumIter,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Role {
    #[strum(serialize = "status.fail")]
    StatusFail,
    #[strum(serialize = "status.degraded")]
    StatusDegraded,
    /// A person must decide.
    #[strum(serialize = "status.waiting")]
    StatusWaiting,
    #[strum(serialize = "status.deploying")]
    StatusDeploying,
    #[strum(serialize = "status.ok")]
    StatusOk,
    #[strum(serialize = "status.unknown")]
    StatusUnknown,
    /// The name of a view or pane, on its frame.
    Title,
    /// The head of a column or of a part of a text.
    Heading,
    /// The head of the column that the list is sorted by.
    Sorted,
    Label,
    Value,
    /// Separators and what repeats; never anything that must be read.
    Dim,
    Frame,
    /// The frame of the pane that has the keys.
    #[strum(serialize = "frame.focused")]
    FrameFocused,
    /// The row under the cursor.
    Selection,
    /// The row under the cursor, when AWS no longer has it.
    #[strum(serialize = "selection.gone")]
    SelectionGone,
    /// The sign of a marked row.
    Mark,
    /// What a filter or search has found.
    Match,
    /// A key in a hint or in help.
    Key,
    /// What a key does, in a hint.
    Hint,
    Crumb,
    /// Account, Region and clusters at the top of the screen.
    Scope,
    /// The same when it is protected, such as production.
    #[strum(serialize = "scope.protected")]
    ScopeProtected,
    /// The sign that changes are locked or open.
    Lock,
    /// The title and age of data that could not be renewed.
    Stale,
    Error,
    Warning,
    Notice,
    /// Where text is typed.
    Prompt,
    #[strum(serialize = "json.key")]
    JsonKey,
    #[strum(serialize = "json.string")]
    JsonString,
    #[strum(serialize = "json.number")]
    JsonNumber,
    /// `true`, `false` and `null`.
    #[strum(serialize = "json.literal")]
    JsonLiteral,
    /// When a log line was written, and by which container.
    #[strum(serialize = "log.time")]
    LogTime,
    /// The sign of a log line that came late.
    #[strum(serialize = "log.late")]
    LogLate,
    /// What is no part of a log line: `(+14 lines)`, or how many lines are not shown.
    #[strum(serialize = "log.note")]
    LogNote,
    /// The streams of a log view share eight colours.
    #[strum(serialize = "log.stream-1")]
    LogStream1,
    #[strum(serialize = "log.stream-2")]
    LogStream2,
    #[strum(serialize = "log.stream-3")]
    LogStream3,
    #[strum(serialize = "log.stream-4")]
    LogStream4,
    #[strum(serialize = "log.stream-5")]
    LogStream5,
    #[strum(serialize = "log.stream-6")]
    LogStream6,
    #[strum(serialize = "log.stream-7")]
    LogStream7,
    #[strum(serialize = "log.stream-8")]
    LogStream8,
}

impl Role {
    /// The colour of a stream by its number, which begins anew after the last one.
    pub fn stream(colour: u8) -> Self {
        const STREAMS: [Role; 8] = [
            Role::LogStream1,
            Role::LogStream2,
            Role::LogStream3,
            Role::LogStream4,
            Role::LogStream5,
            Role::LogStream6,
            Role::LogStream7,
            Role::LogStream8,
        ];
        STREAMS.get(usize::from(colour) % STREAMS.len()).copied().unwrap_or(Self::LogStream1)
    }
}

/// A style for every role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; Role::COUNT],
    paints: Paints,
}

/// Which colours of containers are shown: no more than the theme itself has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paints {
    None,
    Sixteen,
    All,
}

impl Default for Theme {
    /// The dark theme for 256 colours.
    fn default() -> Self {
        Self::load(&ThemeChoice::DARK, Depth::Indexed, Background::Dark)
    }
}

impl Theme {
    /// The theme for a terminal of this depth and background.
    ///
    /// Without colours it is always `mono`; a theme that needs more than 16 colours becomes `ansi16` where there
    /// are no more.
    pub fn load(choice: &ThemeChoice, depth: Depth, background: Background) -> Self {
        if depth == Depth::Mono {
            return Self::built_in("mono");
        }
        let theme = match choice {
            ThemeChoice::Auto if background == Background::Light => Self::built_in("light"),
            ThemeChoice::Auto => Self::built_in("default"),
            ThemeChoice::BuiltIn("contrast") if background == Background::Light => {
                Self::built_in("contrast-light")
            }
            ThemeChoice::BuiltIn(name) => Self::built_in(name),
            ThemeChoice::Own(theme) => theme.as_ref().clone(),
        };
        match depth {
            Depth::Sixteen if !theme.is_ansi() => Self::built_in("ansi16"),
            Depth::TrueColor => theme,
            _ => theme.map(nearest_indexed),
        }
    }

    /// Reads a theme file; `file` is its name in mistakes.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        file::read(file, text).map(|styles| Self::of(&styles))
    }

    /// An embedded theme. A test reads each of them, so the unstyled one never shows.
    fn built_in(name: &str) -> Self {
        let text = BUILT_IN.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
        Self::parse(name, text).unwrap_or_else(|_| Self::of(&[Style::new(); Role::COUNT]))
    }

    fn of(styles: &[Style; Role::COUNT]) -> Self {
        let mut theme = Self { styles: *styles, paints: Paints::All };
        if theme.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()) {
            theme.paints = Paints::None;
        } else if theme.is_ansi() {
            theme.paints = Paints::Sixteen;
        }
        theme
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// What a container asked for, in as many colours as this theme has.
    pub fn paint(&self, wanted: &ansi::Style) -> Style {
        let all: [(bool, Modifier); 6] = [
            (wanted.bold, Modifier::BOLD),
            (wanted.dim, Modifier::DIM),
            (wanted.italic, Modifier::ITALIC),
            (wanted.underlined, Modifier::UNDERLINED),
            (wanted.reversed, Modifier::REVERSED),
            (wanted.crossed_out, Modifier::CROSSED_OUT),
        ];
        let modifiers = all.iter().filter(|(on, _)| *on).fold(Modifier::empty(), |all, (_, one)| all | *one);
        let style = Style {
            fg: self.painted(wanted.foreground),
            bg: self.painted(wanted.background),
            ..Style::new()
        };
        style.add_modifier(modifiers)
    }

    fn painted(&self, wanted: Option<ansi::Paint>) -> Option<Color> {
        let colour = match wanted? {
            ansi::Paint::Indexed(index) => Color::Indexed(index),
            ansi::Paint::True(red, green, blue) => nearest_indexed(Color::Rgb(red, green, blue)),
        };
        match (self.paints, colour) {
            (Paints::All, colour) => Some(colour),
            (Paints::Sixteen, Color::Indexed(0..16)) => Some(colour),
            _ => None,
        }
    }

    /// Whether the terminal's own 16 colours are enough.
    fn is_ansi(&self) -> bool {
        let mut colours = self.styles.iter().flat_map(|style| [style.fg, style.bg]).flatten();
        colours.all(|colour| !matches!(colour, Color::Indexed(16..) | Color::Rgb(..)))
    }

    fn map(mut self, change: impl Fn(Color) -> Color) -> Self {
        for style in &mut self.styles {
            style.fg = style.fg.map(&change);
            style.bg = style.bg.map(&change);
        }
        self
    }
}

/// The themes that come with the program, by name.
pub const BUILT_IN: [(&str, &str); 7] = [
    ("default", include_str!("../../themes/default.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("contrast", include_str!("../../themes/contrast.toml")),
    ("contrast-light", include_str!("../../themes/contrast-light.toml")),
    ("ansi16", include_str!("../../themes/ansi16.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("nord", include_str!("../../themes/nord.toml")),
];

/// Which theme the user wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// `default` or `light`, by the terminal's background.
    #[default]
    Auto,
    /// One of [`BUILT_IN`]; `contrast` has a light and a dark form.
    BuiltIn(&'static str),
    /// A theme file of the user, already read.
    Own(Box<Theme>),
}

impl ThemeChoice {
    pub const DARK: Self = Self::BuiltIn("default");

    /// The built-in theme of this name, `dark` being another name of `default`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "dark" => Some(Self::DARK),
            _ => BUILT_IN.iter().find(|(known, _)| *known == name).map(|(known, _)| Self::BuiltIn(known)),
        }
    }

    /// Every name that [`Self::named`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["auto", "dark"].into_iter().chain(BUILT_IN.iter().map(|(name, _)| *name))
    }

    /// Whether the look depends on the terminal's background, so that it is worth asking for.
    pub fn follows_background(&self) -> bool {
        matches!(self, Self::Auto | Self::BuiltIn("contrast"))
    }
}

/// How many colours the terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Depth {
    /// None, or none wanted.
    Mono,
    /// The sixteen that the user's terminal settings define.
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    TrueColor,
}

/// Whether the terminal's background is dark or light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Background {
    #[default]
    Dark,
    Light,
}

/// The xterm colour nearest to a true colour; other colours as they are.
fn nearest_indexed(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else { return colour };
    let distance = |index: u8| {
        let (r, g, b) = xterm(index);
        [(r, red), (g, green), (b, blue)].map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).iter().sum::<u32>()
    };
    // The first 16 are the user's and may be any colour.
    (16..=u8::MAX).min_by_key(|index| distance(*index)).map_or(colour, Color::Indexed)
}

/// The colour of an xterm index from 16: a cube of six levels, then 24 greys.
fn xterm(index: u8) -> (u8, u8, u8) {
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return (grey, grey, grey);
    }
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    let place = index.saturating_sub(16);
    (level(place / 36), level(place / 6 % 6), level(place % 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_true_colour_finds_its_neighbour() {
        for index in 16..=231 {
            let (r, g, b) = xterm(index);
            let Color::Indexed(found) = nearest_indexed(Color::Rgb(r, g, b)) else { panic!("not indexed") };
            assert_eq!(xterm(found), (r, g, b));
        }
        assert_eq!(nearest_indexed(Color::Rgb(254, 96, 95)), Color::Indexed(203));
        assert_eq!(nearest_indexed(Color::Red), Color::Red);
    }
}
