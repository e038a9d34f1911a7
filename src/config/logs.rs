//! The part of the configuration file about log views.

use std::ops::RangeInclusive;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{Origins, in_file};
use crate::app::settings::{LINES, Limits, MEGABYTES, Slash, Tailing};

/// The table `[logs]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct LogTable {
    #[serde(deserialize_with = "lines")]
    pub lines: Option<usize>,
    #[serde(deserialize_with = "megabytes")]
    pub megabytes: Option<usize>,
    pub slash: Option<Slash>,
    pub source: Option<Tailing>,
}

impl LogTable {
    /// How much a view holds.
    pub fn limits(&self, origins: &mut Origins, defaults: Limits) -> Limits {
        Limits {
            lines: origins.pick("lines", [in_file(self.lines)]).unwrap_or(defaults.lines),
            bytes: origins
                .pick("megabytes", [in_file(self.megabytes)])
                .map_or(defaults.bytes, |megabytes| megabytes << 20),
        }
    }
}

fn lines<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    within(deserializer, &LINES, "lines")
}

fn megabytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    within(deserializer, &MEGABYTES, "MiB")
}

fn within<'de, D: Deserializer<'de>>(
    deserializer: D,
    range: &RangeInclusive<usize>,
    unit: &str,
) -> Result<Option<usize>, D::Error> {
    let number = i64::deserialize(deserializer)?;
    let allowed = usize::try_from(number).ok().filter(|number| range.contains(number));
    allowed.map(Some).ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        D::Error::custom(format!(
            "a log view cannot hold {number} {unit}; write a number from {least} to {most}"
        ))
    })
}
