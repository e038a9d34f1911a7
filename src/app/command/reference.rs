//! The keys as lists for people: lines for the help screen, plain text, and the table of the README.

use std::fmt::Write as _;

use strum::IntoEnumIterator;

use crate::app::command::keymap::Keymap;
use crate::app::command::table::COMMANDS;
use crate::app::command::{Command, Danger, Group, Scope};
use crate::app::key::Chord;

/// One line of a list of keys: a command, or a family of commands with one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Every command of the line; more than one for a family.
    pub commands: Vec<Command>,
    pub chords: Vec<Chord>,
    pub help: &'static str,
    pub danger: Danger,
}

impl Entry {
    /// What to press, separated by blanks; what to type in the palette if no key is bound.
    pub fn keys(&self) -> String {
        joined(self.parts().into_iter())
    }

    fn parts(&self) -> Vec<String> {
        if self.chords.is_empty() {
            return self.commands.first().map(|command| format!(":{command}")).into_iter().collect();
        }
        self.chords.iter().map(Chord::to_string).collect()
    }
}

/// The lines of a group for a screen with these scopes, given from the most specific one.
///
/// Only keys that have this meaning on that screen are listed: a more specific scope may use one for itself.
pub fn entries(keymap: &Keymap, group: Group, scopes: &[Scope]) -> Vec<Entry> {
    let here = |command: Command| command.row().scopes.iter().any(|scope| scopes.contains(scope));
    let mut entries = all_entries(keymap, group);
    entries.retain(|entry| entry.commands.iter().copied().any(here));
    for entry in &mut entries {
        let commands = &entry.commands;
        entry
            .chords
            .retain(|chord| keymap.lookup(scopes, *chord).is_some_and(|command| commands.contains(&command)));
    }
    entries
}

fn all_entries(keymap: &Keymap, group: Group) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in COMMANDS.iter().filter(|row| row.group == Some(group)) {
        let chords = keymap.chords(row.command);
        match entries.last_mut().filter(|entry| entry.help == row.help) {
            Some(entry) => {
                entry.commands.push(row.command);
                entry.chords.extend(chords);
            }
            None => entries.push(Entry {
                commands: vec![row.command],
                chords: chords.to_vec(),
                help: row.help,
                danger: row.danger,
            }),
        }
    }
    entries
}

/// The tables of the README: one for each group of help.
pub fn markdown(keymap: &Keymap) -> String {
    let mut text = String::new();
    for group in Group::iter() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "### {}\n", group.title());
        text.push_str("| Keys | Where | What it does | Name |\n|---|---|---|---|\n");
        for entry in all_entries(keymap, group) {
            let keys = joined(entry.parts().iter().map(|key| code(key)));
            let _ = writeln!(text, "| {keys} | {} | {} | {} |", places(&entry), entry.help, names(&entry));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len() + 1);
    text
}

/// The same as lines for a terminal.
pub fn plain(keymap: &Keymap) -> String {
    let groups: Vec<_> = Group::iter().map(|group| (group, all_entries(keymap, group))).collect();
    let width =
        groups.iter().flat_map(|(_, entries)| entries).map(|entry| entry.keys().chars().count()).max();
    let width = width.unwrap_or_default();
    let mut text = String::new();
    for (group, entries) in groups {
        let _ = writeln!(text, "{}", group.title());
        for entry in entries {
            let _ = writeln!(text, "  {:width$}  {} ({})", entry.keys(), entry.help, places(&entry));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len() + 1);
    text
}

/// The names of an entry's commands and what else may be typed for them.
fn names(entry: &Entry) -> String {
    match entry.commands.as_slice() {
        [first, .., last] => format!("{} … {}", code(first.name()), code(last.name())),
        [command] => {
            let aliases = command.row().aliases.iter().copied();
            joined(std::iter::once(command.name()).chain(aliases).map(code))
        }
        [] => String::new(),
    }
}

fn places(entry: &Entry) -> String {
    let scopes = entry.commands.first().map_or(&[] as &[Scope], |command| command.row().scopes);
    scopes.iter().map(|scope| scope.title()).collect::<Vec<_>>().join(", ")
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" ")
}

/// Text as code in a cell of a Markdown table, in which a bar and a backtick would end too much.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
