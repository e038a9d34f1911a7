//! What the user prefers: defaults, then the file, then the environment, then flags, the later winning.

mod effective;
mod environment;
mod file;
mod logs;
mod prices;
mod protection;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use strum::{Display, EnumString, VariantNames};

pub use self::environment::Environment;
use self::file::{File, GlyphChoice};
use self::source::Source;
use crate::app::command::Command;
use crate::app::mistake::Mistakes;
pub use crate::app::settings::check_rate;
use crate::app::settings::{Glyphs, Settings};
use crate::view::theme::{Background, Depth, ThemeChoice};

/// The commented default configuration file.
pub const SAMPLE: &str = include_str!("../../assets/config.toml");

/// Everything that was decided before the program starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub settings: Settings,
    pub theme: ThemeChoice,
    /// How many colours to use.
    pub depth: Depth,
    /// The terminal's background as far as the environment tells it.
    pub background: Option<Background>,
    /// The AWS profile; without it the SDK decides.
    pub profile: Option<String>,
    /// Only the environment names the profile: keys in the environment win over it, as in the AWS CLI.
    pub profile_of_environment: bool,
    /// The AWS Region; without it the SDK decides.
    pub region: Option<String>,
    /// Where to send all requests instead of AWS. Only the flag is here: the SDK reads the variables itself,
    /// because one for a single service wins over the one for all.
    pub endpoint_url: Option<String>,
    /// Where to write the log.
    pub log_file: Option<PathBuf>,
    /// Where to keep what outlives a session; `None` if there is no home folder.
    pub state_folder: Option<PathBuf>,
    /// Whether the session comes over SSH, so that no browser can be opened.
    pub remote: bool,
    /// The configuration file, whether it exists or not.
    pub file: Option<PathBuf>,
    /// Whether it exists.
    pub file_found: bool,
    color: ColorMode,
    theme_name: String,
    origins: Origins,
}

/// What the command line says about preferences; the empty value says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    pub config: Option<PathBuf>,
    pub theme: Option<String>,
    pub color: Option<ColorMode>,
    pub ascii: bool,
    pub read_only: bool,
    /// A share within [`crate::app::settings::RATES`].
    pub rate: Option<f64>,
    pub profile: Option<String>,
    pub region: Option<String>,
    pub endpoint_url: Option<String>,
    pub cluster: Option<String>,
    pub service: Option<String>,
    pub log_file: Option<PathBuf>,
}

/// Whether colours may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Display, EnumString, VariantNames)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ColorMode {
    /// As many as the terminal has, and none if `NO_COLOR` is set.
    #[default]
    Auto,
    Never,
}

impl Config {
    /// Puts the layers together, reading the configuration file and a theme file if one is named.
    ///
    /// A file that was named and cannot be read is a mistake; the usual file may be missing.
    pub fn load(flags: &Flags, environment: &Environment) -> Result<Self, Mistakes> {
        let source = Source::find(flags, environment)?;
        let file = File::parse(&source.name, &source.text)?;
        let keymap = file.keymap(&source.name, &source.text)?;
        let mut origins =
            Origins { keys: file.keys.keys().map(|name| name.0).collect(), ..Origins::default() };
        let defaults = Settings::default();

        let settings = Settings {
            keymap,
            read_only: origins
                .pick("read-only", [flag(flags.read_only.then_some(true)), in_file(file.read_only)])
                .unwrap_or(defaults.read_only),
            glyphs: pick_glyphs(&mut origins, flags, environment, &file).unwrap_or(defaults.glyphs),
            utc: origins.pick("utc", [in_file(file.utc)]).unwrap_or(defaults.utc),
            mouse: origins.pick("mouse", [in_file(file.mouse)]).unwrap_or(defaults.mouse),
            wide: origins.pick("wide", [in_file(file.wide)]).unwrap_or(defaults.wide),
            clipboard: origins.pick("clipboard", [in_file(file.clipboard)]).unwrap_or(defaults.clipboard),
            lines: file.logs.limits(&mut origins, defaults.lines),
            slash: origins.pick("slash", [in_file(file.logs.slash)]).unwrap_or(defaults.slash),
            source: origins.pick("source", [in_file(file.logs.source)]).unwrap_or(defaults.source),
            notify: origins.pick("notify", [in_file(file.notify)]).unwrap_or(defaults.notify),
            rate: origins.pick("rate", [flag(flags.rate), in_file(file.rate)]).unwrap_or(defaults.rate),
            favourites: origins.pick("favourites", [in_file(file.favourites)]).unwrap_or(defaults.favourites),
            cluster: origins.pick("cluster", [flag(flags.cluster.clone()), in_file(named(file.cluster))]),
            service: origins.pick("service", [flag(flags.service.clone()), in_file(named(file.service))]),
            protection: file.protection.settle(&mut origins),
            prices: file.prices.settle(&mut origins),
        };
        let color = pick_color(&mut origins, flags, environment, file.color);
        let written = file.theme.as_ref().map(|theme| theme.get_ref().clone());
        let theme_name = origins.pick("theme", [flag(flags.theme.clone()), in_file(written)]);
        let theme_name = theme_name.unwrap_or_else(|| "auto".to_owned());
        let in_file_at =
            file.theme.as_ref().filter(|_| flags.theme.is_none()).map(|theme| theme.span().start);
        let theme = source.theme(&theme_name, in_file_at, environment)?;
        let (region_variable, region) = environment.aws_region.clone().unzip();
        let region_origin = Origin::Environment(region_variable.unwrap_or("AWS_REGION"));
        let profile_origin = Origin::Environment("AWS_PROFILE");

        Ok(Self {
            settings,
            theme,
            theme_name,
            color,
            depth: if color == ColorMode::Never { Depth::Mono } else { environment.depth() },
            background: environment.background(),
            profile_of_environment: flags.profile.is_none() && environment.aws_profile.is_some(),
            profile: origins.pick(
                "profile",
                [
                    flag(flags.profile.clone()),
                    (profile_origin, environment.aws_profile.clone()),
                    in_file(named(file.profile)),
                ],
            ),
            region: origins.pick(
                "region",
                [flag(flags.region.clone()), (region_origin, region), in_file(named(file.region))],
            ),
            endpoint_url: flags.endpoint_url.clone(),
            log_file: flags.log_file.clone(),
            state_folder: environment.state_folder.clone(),
            remote: environment.ssh_connection.is_some(),
            file_found: source.found,
            file: source.path,
            origins,
        })
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Origin {
    #[default]
    Default,
    File,
    Environment(&'static str),
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File => f.write_str("file"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// Where every value that is not a default comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Origins {
    values: BTreeMap<&'static str, Origin>,
    keys: BTreeSet<Command>,
}

impl Origins {
    /// The first candidate that has a value; its origin is noted under `key`.
    fn pick<T, const N: usize>(
        &mut self,
        key: &'static str,
        candidates: [(Origin, Option<T>); N],
    ) -> Option<T> {
        let (origin, value) = candidates.into_iter().find_map(|(origin, value)| Some((origin, value?)))?;
        self.values.insert(key, origin);
        Some(value)
    }
}

fn flag<T>(value: Option<T>) -> (Origin, Option<T>) {
    (Origin::Flag, value)
}

fn in_file<T>(value: Option<T>) -> (Origin, Option<T>) {
    (Origin::File, value)
}

/// A name of the file, in which an empty one means none.
fn named(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.is_empty())
}

fn pick_glyphs(
    origins: &mut Origins,
    flags: &Flags,
    environment: &Environment,
    file: &File,
) -> Option<Glyphs> {
    let chosen = match file.glyphs {
        Some(GlyphChoice::Unicode) => Some(Glyphs::Unicode),
        Some(GlyphChoice::Ascii) => Some(Glyphs::Ascii),
        Some(GlyphChoice::Auto) | None => None,
    };
    // `auto` asks the environment; a choice of the file does not.
    let because = environment.ascii_because();
    let detected = (Origin::Environment(because.unwrap_or_default()), because.map(|_| Glyphs::Ascii));
    origins.pick("glyphs", [flag(flags.ascii.then_some(Glyphs::Ascii)), in_file(chosen), detected])
}

fn pick_color(
    origins: &mut Origins,
    flags: &Flags,
    environment: &Environment,
    file: Option<ColorMode>,
) -> ColorMode {
    let refused = environment.no_color.is_some().then_some(ColorMode::Never);
    let never = flags.color.filter(|color| *color == ColorMode::Never);
    // The flag `auto` means to ask the environment, so it wins over the file but not over NO_COLOR.
    let candidates =
        [flag(never), (Origin::Environment("NO_COLOR"), refused), flag(flags.color), in_file(file)];
    origins.pick("color", candidates).unwrap_or_default()
}
