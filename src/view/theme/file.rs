//! A theme file: the shape of its TOML, what it inherits, and the mistakes that people make in one.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use strum::{EnumCount, IntoEnumIterator, VariantNames};
use toml::{Spanned, Value};

use super::{BUILT_IN, Role};
use crate::app::mistake::{Mistake, Mistakes, explained, line_at, unknown};

/// The theme that all others inherit from in the end; it has a look for every role, and no colour.
const BASE: &str = "mono";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The built-in theme that gives what this one does not name; `mono` if it says nothing.
    inherits: Option<Spanned<String>>,
    /// Names for colours, so that a theme that inherits can change one everywhere.
    #[serde(default)]
    palette: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    roles: BTreeMap<Spanned<String>, Spanned<Value>>,
}

/// The look of one role, as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { fg = \"light-red\", modifiers = [\"bold\"] }")]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    modifiers: Vec<Weight>,
}

/// The ways to set text apart without colour. Blinking is left out on purpose.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Weight {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
    CrossedOut,
}

impl Weight {
    fn modifier(self) -> Modifier {
        match self {
            Self::Bold => Modifier::BOLD,
            Self::Dim => Modifier::DIM,
            Self::Italic => Modifier::ITALIC,
            Self::Underlined => Modifier::UNDERLINED,
            Self::Reversed => Modifier::REVERSED,
            Self::CrossedOut => Modifier::CROSSED_OUT,
        }
    }
}

/// A theme with all that it inherits; colours are still names, because a palette may be replaced later.
#[derive(Default)]
struct Sheet {
    palette: BTreeMap<String, Color>,
    roles: BTreeMap<String, (Look, Origin)>,
}

/// Where a look was written.
struct Origin {
    file: String,
    line: usize,
}

/// The styles of a theme file, in the order of [`Role`].
pub(super) fn read(file: &str, text: &str) -> Result<[Style; Role::COUNT], Mistakes> {
    let mut mistakes = Vec::new();
    let sheet = sheet(file, text, &mut mistakes);
    let mut styles = BTreeMap::new();
    for (name, (look, origin)) in &sheet.roles {
        let mut colour = |name: &Option<String>| {
            let name = name.as_ref()?;
            let found = sheet.palette.get(name).copied().or_else(|| name.parse().ok());
            if found.is_none() {
                let sentence = unknown("colour", name, sheet.palette.keys().map(String::as_str));
                mistakes.push(Mistake { file: origin.file.clone(), line: Some(origin.line), sentence });
            }
            found
        };
        let (fg, bg) = (colour(&look.fg), colour(&look.bg));
        let modifiers = look.modifiers.iter().fold(Modifier::empty(), |all, weight| all | weight.modifier());
        styles.insert(name.as_str(), Style { fg, bg, ..Style::new() }.add_modifier(modifiers));
    }
    if !mistakes.is_empty() {
        mistakes.sort();
        return Err(Mistakes(mistakes));
    }
    let mut all = [Style::new(); Role::COUNT];
    for (style, role) in all.iter_mut().zip(Role::iter()) {
        *style = ancestry(role.into()).find_map(|name| styles.get(name).copied()).unwrap_or_default();
    }
    Ok(all)
}

/// A name and those it falls back to: `status.fail`, `status`.
fn ancestry(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| name.rsplit_once('.').map(|(parent, _)| parent))
}

fn sheet(file: &str, text: &str, mistakes: &mut Vec<Mistake>) -> Sheet {
    let at = |offset: usize, sentence: String| Mistake::at(file, text, offset, sentence);
    let shape: File = match toml::from_str(text) {
        Ok(shape) => shape,
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            mistakes.push(at(offset, explained(error.message())));
            return Sheet::default();
        }
    };
    let mut sheet = match shape.inherits {
        None if file == BASE => Sheet::default(),
        None => inherited(BASE, mistakes).unwrap_or_default(),
        Some(name) => inherited(name.get_ref(), mistakes).unwrap_or_else(|| {
            let sentence = unknown("built-in theme", name.get_ref(), BUILT_IN.iter().map(|(name, _)| *name));
            mistakes.push(at(name.span().start, sentence));
            Sheet::default()
        }),
    };
    for (name, value) in shape.palette {
        if let Some(colour) = colour(value.get_ref()) {
            sheet.palette.insert(name, colour);
        } else {
            mistakes.push(at(value.span().start, format!("`{name}` is not a colour; {COLOURS}")));
        }
    }
    for (name, value) in shape.roles {
        let (start, name) = (name.span().start, name.into_inner());
        if !known_role(&name) {
            mistakes.push(at(start, unknown("role", &name, Role::VARIANTS.iter().copied())));
            continue;
        }
        match value.get_ref().clone().try_into() {
            Ok(look) => {
                let origin = Origin { file: file.to_owned(), line: line_at(text, start) };
                sheet.roles.insert(name, (look, origin));
            }
            Err(error) => mistakes.push(at(start, wrong_look(&name, value.get_ref(), &error))),
        }
    }
    sheet
}

/// A built-in theme; they inherit each other without a circle, which a test proves by reading them all.
fn inherited(name: &str, mistakes: &mut Vec<Mistake>) -> Option<Sheet> {
    let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
    Some(sheet(name, text, mistakes))
}

fn known_role(name: &str) -> bool {
    Role::VARIANTS.iter().any(|role| ancestry(role).any(|part| part == name))
}

/// What is wrong with a role: most often an unquoted dot, which TOML reads as a table in a table.
fn wrong_look(role: &str, value: &Value, error: &toml::de::Error) -> String {
    let inner = value.as_table().and_then(|table| table.keys().next());
    match inner.map(|inner| format!("{role}.{inner}")) {
        Some(name) if known_role(&name) => format!("write the role in quotes: \"{name}\""),
        _ => format!("`{role}`: {}", explained(error.message())),
    }
}

const COLOURS: &str = "write a name such as light-red, an xterm index from 0 to 255, or \"#rrggbb\"";

fn colour(value: &Value) -> Option<Color> {
    match value {
        Value::Integer(index) => u8::try_from(*index).ok().map(Color::Indexed),
        Value::String(name) => name.parse().ok(),
        _ => None,
    }
}
