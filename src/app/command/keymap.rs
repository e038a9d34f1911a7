//! Which key means which command: the defaults of the table with the user's changes.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use strum::IntoEnumIterator;

use crate::app::command::{Command, Scope};
use crate::app::key::Chord;

/// The keys of every command, and the command of every key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    /// By the place of the command in the table.
    chords: Vec<Vec<Chord>>,
    commands: HashMap<(Scope, Chord), Command>,
}

impl Default for Keymap {
    /// The keys of the table, in which a test finds no conflict.
    fn default() -> Self {
        Self::build(&BTreeMap::new()).0
    }
}

impl Keymap {
    /// The default keys, with those of some commands replaced. An empty list takes a command's keys away.
    ///
    /// A key that would mean two commands in one scope is a conflict; all of them are returned.
    pub fn with_changes(changes: &BTreeMap<Command, Vec<Chord>>) -> Result<Self, Vec<Conflict>> {
        let (keymap, conflicts) = Self::build(changes);
        if conflicts.is_empty() { Ok(keymap) } else { Err(conflicts) }
    }

    fn build(changes: &BTreeMap<Command, Vec<Chord>>) -> (Self, Vec<Conflict>) {
        let chords = Command::iter().map(|command| match changes.get(&command) {
            Some(chords) => chords.clone(),
            None => command.row().keys.iter().filter_map(|key| key.parse().ok()).collect(),
        });
        let keymap = Self { chords: chords.collect(), commands: HashMap::new() };
        let mut commands = HashMap::new();
        let mut conflicts = Vec::new();
        for second in Command::iter() {
            for &scope in second.row().scopes {
                for &chord in keymap.chords(second) {
                    if let Some(first) = commands.insert((scope, chord), second)
                        && first != second
                    {
                        conflicts.push(Conflict { chord, scope, first, second });
                    }
                }
            }
        }
        (Self { commands, ..keymap }, conflicts)
    }

    /// What a key means in the first of these scopes that knows it; they are given from the most specific one.
    pub fn lookup(&self, scopes: &[Scope], chord: Chord) -> Option<Command> {
        scopes.iter().find_map(|scope| self.commands.get(&(*scope, chord)).copied())
    }

    /// The keys of a command, the one to show in a hint first.
    pub fn chords(&self, command: Command) -> &[Chord] {
        self.chords.get(command as usize).map_or(&[], Vec::as_slice)
    }
}

/// A key that would mean two commands in one scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub chord: Chord,
    pub scope: Scope,
    pub first: Command,
    pub second: Command,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chord, scope, first, second } = self;
        let place = match scope {
            Scope::Everywhere => "everywhere".to_owned(),
            _ => format!("in {}", scope.title()),
        };
        write!(f, "`{chord}` would mean both `{first}` and `{second}` {place}; give one of them another key")
    }
}

impl std::error::Error for Conflict {}
