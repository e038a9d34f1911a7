//! The shape of the configuration file; what it does not know it refuses, with the place and the nearest name.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use strum::IntoEnumIterator;
use toml::Spanned;

use crate::app::command::keymap::{Conflict, Keymap};
use crate::app::command::{Command, FAVOURITES};
use crate::app::key::Chord;
use crate::app::mistake::{Mistake, Mistakes, explained, line_at, unknown};
use crate::app::settings::{Notify, check_rate};
use crate::config::ColorMode;
use crate::config::logs::LogTable;
use crate::config::prices::PriceTable;
use crate::config::protection::ProtectionTable;

/// A configuration file as it was written; what is missing keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub theme: Option<Spanned<String>>,
    pub color: Option<ColorMode>,
    pub glyphs: Option<GlyphChoice>,
    pub utc: Option<bool>,
    pub wide: Option<bool>,
    pub mouse: Option<bool>,
    pub clipboard: Option<bool>,
    pub notify: Option<Notify>,
    pub read_only: Option<bool>,
    #[serde(deserialize_with = "rate")]
    pub rate: Option<f64>,
    pub profile: Option<String>,
    pub region: Option<String>,
    pub cluster: Option<String>,
    pub service: Option<String>,
    #[serde(deserialize_with = "favourites")]
    pub favourites: Option<Vec<String>>,
    pub logs: LogTable,
    pub protection: ProtectionTable,
    pub prices: PriceTable,
    pub keys: BTreeMap<CommandName, Spanned<Chords>>,
}

/// The glyphs as the file names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum GlyphChoice {
    Auto,
    Unicode,
    Ascii,
}

impl File {
    /// Reads the text of the file called `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, Mistake> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            let offset = error.span().map_or(0, |span| span.start);
            Mistake::at(name, text, offset, explained(error.message()))
        })
    }

    /// The default keymap with the changes of this file, whose name and text say where a conflict stands.
    pub fn keymap(&self, name: &str, text: &str) -> Result<Keymap, Mistakes> {
        let changes =
            self.keys.iter().map(|(command, chords)| (command.0, chords.get_ref().0.clone())).collect();
        Keymap::with_changes(&changes).map_err(|conflicts| {
            let place = |command| self.keys.get(&CommandName(command)).map(|chords| chords.span().start);
            let mistake = |conflict: &Conflict| Mistake {
                file: name.to_owned(),
                line: place(conflict.second)
                    .or_else(|| place(conflict.first))
                    .map(|offset| line_at(text, offset)),
                sentence: conflict.to_string(),
            };
            Mistakes(conflicts.iter().map(mistake).collect())
        })
    }
}

/// A command by its name in the table `[keys]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CommandName(pub Command);

impl<'de> Deserialize<'de> for CommandName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let error = |_| D::Error::custom(unknown("command", &name, Command::iter().map(Command::name)));
        name.parse().map(CommandName).map_err(error)
    }
}

/// The keys of a command: one, several or none.
#[derive(Debug)]
pub(super) struct Chords(pub Vec<Chord>);

impl<'de> Deserialize<'de> for Chords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "write a key such as \"ctrl-r\", or several: [\"j\", \"down\"]")]
        enum OneOrMany {
            One(String),
            Many(Vec<String>),
        }
        let texts = match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        };
        let chords: Result<_, _> = texts.iter().map(|text| text.parse()).collect();
        chords.map(Chords).map_err(D::Error::custom)
    }
}

fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    check_rate(f64::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
}

fn favourites<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    if names.len() > FAVOURITES {
        let sentence = format!("{} favourites are too many: there are keys for {FAVOURITES}", names.len());
        return Err(D::Error::custom(sentence));
    }
    Ok(Some(names))
}
