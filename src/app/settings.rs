//! What the user has settled before the program starts: plain data, filled by `config`, read by everybody.

use std::ops::RangeInclusive;

use serde::Deserialize;
use strum::{Display, EnumString, VariantNames};

use crate::app::command::keymap::Keymap;
use crate::app::cost::PriceList;
use crate::app::protection::Protection;
pub use crate::fleet::log::buffer::Limits;

/// The choices of the user that hold for the whole session, or with which a session begins.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "switches that a user turns on and off one by one")]
pub struct Settings {
    /// Nothing is sent that would change the account. No command is hidden by it: the gate refuses at the end.
    pub read_only: bool,
    /// What each key means.
    pub keymap: Keymap,
    /// Which characters signs, frames and bars are drawn with.
    pub glyphs: Glyphs,
    /// Whether the session begins with times in UTC instead of local time.
    pub utc: bool,
    /// Whether the session begins with the mouse captured.
    pub mouse: bool,
    /// Whether lists begin with their wide columns.
    pub wide: bool,
    /// Whether copying may write to the terminal's clipboard (OSC 52).
    pub clipboard: bool,
    /// How a person is called to a deployment that waits.
    pub notify: Notify,
    /// The share of each AWS throttle bucket that the program may use, within [`RATES`].
    pub rate: f64,
    /// Names of clusters for the keys 1 to 9, in their order.
    pub favourites: Vec<String>,
    /// The cluster that the session begins in, by name or ARN; all clusters without it.
    pub cluster: Option<String>,
    /// The service that the session begins with, by name or ARN.
    pub service: Option<String>,
    /// Where changes are held back.
    pub protection: Protection,
    /// How much a log view holds, within [`LINES`] and [`MEGABYTES`].
    pub lines: Limits,
    /// What `/` begins in a log view.
    pub slash: Slash,
    /// How a log view learns new lines until a person chooses otherwise.
    pub source: Tailing,
    /// What estimates of cost stand on.
    pub prices: PriceList,
}

/// The allowed shares of a throttle bucket: from a hundredth to all of it.
pub const RATES: RangeInclusive<f64> = 0.01..=1.0;

/// How many lines a log view may hold.
pub const LINES: RangeInclusive<usize> = 1_000..=10_000_000;

/// How many MiB of text a log view may hold.
pub const MEGABYTES: RangeInclusive<usize> = 1..=4096;

/// The share itself if it is allowed, else a sentence that says what is.
pub fn check_rate(share: f64) -> Result<f64, String> {
    if RATES.contains(&share) {
        return Ok(share);
    }
    Err(format!("{share} is not a share of the request budget; write a number from {} to 1", RATES.start()))
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            read_only: false,
            keymap: Keymap::default(),
            glyphs: Glyphs::Unicode,
            utc: true,
            mouse: false,
            wide: false,
            clipboard: true,
            notify: Notify::Bell,
            rate: 0.25,
            favourites: Vec::new(),
            cluster: None,
            service: None,
            protection: Protection::default(),
            lines: Limits::default(),
            slash: Slash::default(),
            source: Tailing::default(),
            prices: PriceList::default(),
        }
    }
}

/// The characters that the screen is drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Glyphs {
    /// Box drawing, blocks and signs that are one cell wide in most terminals.
    #[default]
    Unicode,
    /// Nothing but ASCII, for terminals that draw the others wrongly or two cells wide.
    Ascii,
}

/// What `/` begins in a log view.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Display, EnumString, VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Slash {
    /// A search: what matches is highlighted, and all lines stay.
    #[default]
    Search,
    /// A filter, as in k9s: only what matches is shown.
    Filter,
}

/// How a log view learns new lines.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Display, EnumString, VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Tailing {
    /// `FilterLogEvents`, again and again.
    #[default]
    Polling,
    /// `StartLiveTail`, which AWS bills by the minute and samples above 500 lines a second.
    Live,
}

/// How a person is called who looks elsewhere.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Display, EnumString, VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Notify {
    /// Not at all; what is to be said stands on the message line.
    Off,
    /// The terminal's bell.
    #[default]
    Bell,
    /// The bell, and a notice of the desktop by OSC 9 (iTerm2, WezTerm, kitty, Windows Terminal, Ghostty).
    Osc9,
    /// The bell, and a notice of the desktop by OSC 777 (urxvt, foot, VTE, Ghostty).
    Osc777,
}
