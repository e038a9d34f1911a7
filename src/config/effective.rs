//! The configuration in force, as a file that says of every value where it comes from.

use std::fmt::Write as _;

use super::{Config, Origin, SAMPLE, prices};
use crate::app::command::Command;
use crate::app::protection::Pattern;

impl Config {
    /// The commented default file with the values in force; it can be used as a configuration file.
    pub fn effective(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        if let Some(file) = &self.file {
            let found = if self.file_found { "" } else { " (does not exist)" };
            let _ = writeln!(text, "# configuration file: {}{found}", file.display());
        }
        for (name, path) in [("state", &self.state_folder), ("log", &self.log_file)] {
            if let Some(path) = path {
                let _ = writeln!(text, "# {name}: {}", path.display());
            }
        }
        if let Some(url) = &self.endpoint_url {
            let _ = writeln!(text, "# requests go to {url} (flag)");
        }
        text.push('\n');
        let mut in_keys = false;
        for line in SAMPLE.lines() {
            in_keys |= line == "[keys]";
            let key = line.split_once(" = ").map(|(key, _)| key);
            match key.filter(|key| !key.starts_with('#')).and_then(|key| self.value(key, in_keys)) {
                Some(value) => {
                    let assignment = format!("{} = {value}", key.unwrap_or_default());
                    let _ = writeln!(
                        text,
                        "{assignment:<34} # {}",
                        self.origin(key.unwrap_or_default(), in_keys)
                    );
                }
                None => {
                    let _ = writeln!(text, "{line}");
                }
            }
        }
        text.push_str(&self.own_prices());
        text
    }

    /// The prices of Regions, which the sample only shows in a comment.
    fn own_prices(&self) -> String {
        let mut text = String::new();
        for (region, prices) in &self.settings.prices.own {
            let _ = writeln!(text, "\n[prices.{region}]");
            for (key, price) in prices::written(prices) {
                let assignment = format!("{key} = {price:?}");
                let _ = writeln!(text, "{assignment:<34} # {}", Origin::File);
            }
        }
        text
    }

    /// The value in force of a key of the sample, as TOML.
    fn value(&self, key: &str, in_keys: bool) -> Option<String> {
        let settings = &self.settings;
        if in_keys {
            let chords = settings.keymap.chords(key.parse().ok()?);
            return Some(list(chords.iter().map(ToString::to_string)));
        }
        Some(match key {
            "theme" => quoted(&self.theme_name),
            "color" => quoted(&self.color.to_string()),
            "glyphs" => quoted(&settings.glyphs.to_string()),
            "utc" => settings.utc.to_string(),
            "wide" => settings.wide.to_string(),
            "mouse" => settings.mouse.to_string(),
            "clipboard" => settings.clipboard.to_string(),
            "notify" => quoted(&settings.notify.to_string()),
            "read-only" => settings.read_only.to_string(),
            "rate" => format!("{:?}", settings.rate),
            "profile" => quoted(self.profile.as_deref().unwrap_or_default()),
            "region" => quoted(self.region.as_deref().unwrap_or_default()),
            "cluster" => quoted(settings.cluster.as_deref().unwrap_or_default()),
            "service" => quoted(settings.service.as_deref().unwrap_or_default()),
            "favourites" => list(settings.favourites.iter().cloned()),
            "lines" => settings.lines.lines.to_string(),
            "megabytes" => (settings.lines.bytes >> 20).to_string(),
            "slash" => quoted(&settings.slash.to_string()),
            "source" => quoted(&settings.source.to_string()),
            "guarded-accounts" => list(settings.protection.guarded.accounts.iter().cloned()),
            "guarded-profiles" => patterns(&settings.protection.guarded.profiles),
            "guarded-roles" => patterns(&settings.protection.guarded.roles),
            "locked-accounts" => list(settings.protection.locked.accounts.iter().cloned()),
            "locked-profiles" => patterns(&settings.protection.locked.profiles),
            "locked-roles" => patterns(&settings.protection.locked.roles),
            "spot-factor" => format!("{:?}", settings.prices.spot_factor),
            _ => return None,
        })
    }

    fn origin(&self, key: &str, in_keys: bool) -> Origin {
        match key.parse::<Command>() {
            Ok(command) if in_keys && self.origins.keys.contains(&command) => Origin::File,
            _ if in_keys => Origin::Default,
            _ => self.origins.values.get(key).copied().unwrap_or_default(),
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn patterns(patterns: &[Pattern]) -> String {
    list(patterns.iter().map(|pattern| pattern.as_str().to_owned()))
}

fn list(texts: impl Iterator<Item = String>) -> String {
    format!("[{}]", texts.map(|text| quoted(&text)).collect::<Vec<_>>().join(", "))
}
