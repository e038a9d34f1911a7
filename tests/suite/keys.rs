//! The command table and the keymap made from it.

use std::collections::{BTreeMap, BTreeSet};

use fargate_top::app::command::keymap::Keymap;
use fargate_top::app::command::reference::{Entry, entries, markdown, plain};
use fargate_top::app::command::table::COMMANDS;
use fargate_top::app::command::{Command, FAVOURITES, Group, Scope};
use fargate_top::app::key::Chord;
use pretty_assertions::assert_eq;
use rstest::rstest;
use strum::IntoEnumIterator;

const SERVICES: &[Scope] = &[Scope::Services, Scope::List, Scope::Everywhere];
const TASKS: &[Scope] = &[Scope::Tasks, Scope::List, Scope::Everywhere];
const CLUSTERS: &[Scope] = &[Scope::Clusters, Scope::List, Scope::Everywhere];
const TIMELINE: &[Scope] = &[Scope::Timeline, Scope::Everywhere];
const TEXT: &[Scope] = &[Scope::Text, Scope::Everywhere];

#[expect(clippy::unwrap_used, reason = "the keys that a test writes are keys")]
fn chord(text: &str) -> Chord {
    text.parse().unwrap()
}

#[test]
fn the_default_keys_are_keys_without_conflicts() {
    let keymap = Keymap::with_changes(&BTreeMap::new()).unwrap();
    for row in &COMMANDS {
        let chords: Vec<Chord> = row.keys.iter().map(|key| chord(key)).collect();
        assert_eq!(keymap.chords(row.command), chords);
        let written: Vec<String> = chords.iter().map(Chord::to_string).collect();
        assert_eq!(written, row.keys, "the table writes keys in their one form");
    }
}

#[test]
fn movement_keys_of_vim_and_tmux_stay_free() {
    let keymap = Keymap::default();
    for free in ["ctrl-k", "ctrl-j", "ctrl-h", "delete", "backspace"] {
        for scope in Scope::iter() {
            assert_eq!(keymap.lookup(&[scope], chord(free)), None, "{free} in {scope:?}");
        }
    }
}

#[test]
fn each_name_in_the_palette_means_one_command() {
    let mut seen = BTreeSet::new();
    for row in &COMMANDS {
        assert!(seen.insert(row.command.name()), "{}", row.command);
        for alias in row.aliases {
            assert!(seen.insert(alias), "{alias} of {}", row.command);
            assert_eq!(Command::named(alias), Some(row.command));
        }
        assert_eq!(Command::named(row.command.name()), Some(row.command));
    }
    assert_eq!(Command::named("page-down"), Some(Command::PageDown));
    assert_eq!(Command::named("svc"), Some(Command::Services));
    assert_eq!(Command::named("nothing"), None);
}

#[test]
fn each_row_explains_itself() {
    for row in &COMMANDS {
        assert!(!row.title.is_empty() && row.title.len() <= 14, "{}", row.command);
        assert!(row.help.ends_with('.') && row.help.len() <= 80, "{}: {}", row.command, row.help);
        assert!(row.help.starts_with(char::is_uppercase), "{}", row.command);
        assert!(!row.scopes.is_empty(), "{}", row.command);
    }
}

#[test]
fn favourites_count_from_zero() {
    let places: Vec<usize> = Command::iter().filter_map(Command::favourite).collect();
    assert_eq!(places, (0..FAVOURITES).collect::<Vec<_>>());
    assert_eq!(Command::FavouriteCluster9.name(), "favourite-cluster-9");
    assert_eq!(Command::AllClusters.favourite(), None);
}

#[rstest]
#[case(SERVICES, "w", Some(Command::WarpToCluster))]
#[case(TEXT, "w", Some(Command::Wrap))]
#[case(CLUSTERS, "w", None)]
#[case(CLUSTERS, "u", Some(Command::UseAsScope))]
#[case(TASKS, "x", Some(Command::Names))]
#[case(SERVICES, "x", None)]
#[case(SERVICES, "left", Some(Command::Back))]
#[case(TEXT, "left", Some(Command::ScrollLeft))]
#[case(SERVICES, "ctrl-u", Some(Command::ClearFilter))]
#[case(TEXT, "ctrl-u", Some(Command::HalfPageUp))]
#[case(SERVICES, "d", Some(Command::Describe))]
#[case(TIMELINE, "d", Some(Command::Fold))]
#[case(TIMELINE, "tab", Some(Command::Lanes))]
#[case(SERVICES, "N", Some(Command::SortName))]
#[case(TEXT, "N", Some(Command::PreviousMatch))]
#[case(TEXT, "j", Some(Command::Down))]
#[case(SERVICES, "ctrl-space", Some(Command::MarkRange))]
#[case(TEXT, "ctrl-c", Some(Command::Quit))]
#[case(TEXT, "space", None)]
fn a_key_means_what_the_nearest_scope_says(
    #[case] scopes: &[Scope],
    #[case] key: &str,
    #[case] expected: Option<Command>,
) {
    assert_eq!(Keymap::default().lookup(scopes, chord(key)), expected);
}

#[test]
fn a_change_replaces_all_keys_of_a_command() {
    let changes = BTreeMap::from([
        (Command::Refresh, vec![chord("f5"), chord("R")]),
        (Command::Quit, Vec::new()),
        (Command::Help, vec![chord("f1"), chord("f1")]),
    ]);
    let keymap = Keymap::with_changes(&changes).unwrap();
    assert_eq!(keymap.chords(Command::Refresh), [chord("f5"), chord("R")]);
    assert_eq!(keymap.lookup(SERVICES, chord("f5")), Some(Command::Refresh));
    assert_eq!(keymap.lookup(SERVICES, chord("ctrl-r")), None);
    assert_eq!(keymap.lookup(SERVICES, chord("ctrl-c")), None);
    assert_eq!(keymap.chords(Command::Quit), []);
}

#[test]
fn a_key_cannot_mean_two_commands_in_one_scope() {
    let changes = BTreeMap::from([(Command::Wide, vec![chord("j")]), (Command::Refresh, vec![chord("?")])]);
    let sentences: Vec<String> =
        Keymap::with_changes(&changes).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        sentences,
        [
            "`?` would mean both `help` and `refresh` everywhere; give one of them another key",
            "`j` would mean both `wide` and `down` in lists; give one of them another key",
        ]
    );
}

#[test]
fn a_more_specific_scope_may_use_a_key_for_itself() {
    let changes = BTreeMap::from([(Command::Names, vec![chord("ctrl-r")])]);
    let keymap = Keymap::with_changes(&changes).unwrap();
    assert_eq!(keymap.lookup(TASKS, chord("ctrl-r")), Some(Command::Names));
    assert_eq!(keymap.lookup(SERVICES, chord("ctrl-r")), Some(Command::Refresh));
}

#[test]
fn help_lists_the_keys_that_count_on_the_screen() {
    let keymap = Keymap::default();
    let keys = |group, scopes: &[Scope], command| {
        let found = entries(&keymap, group, scopes);
        found.iter().find(|entry| entry.commands.contains(&command)).map(Entry::keys)
    };
    assert_eq!(keys(Group::Everywhere, SERVICES, Command::Back).as_deref(), Some("esc q left"));
    assert_eq!(keys(Group::Everywhere, TEXT, Command::Back).as_deref(), Some("esc q"));
    assert_eq!(keys(Group::Everywhere, TEXT, Command::Clusters).as_deref(), Some(":clusters"));
    assert_eq!(keys(Group::ThisView, TEXT, Command::Mark), None);
    let family = keys(Group::MoveAndFind, SERVICES, Command::FavouriteCluster5);
    assert_eq!(family.as_deref(), Some("1 2 3 4 5 6 7 8 9"));
}

#[test]
fn every_command_with_a_group_is_listed() {
    let keymap = Keymap::default();
    let text = markdown(&keymap);
    for row in COMMANDS.iter().filter(|row| row.group.is_some()) {
        assert!(text.contains(row.help), "{}", row.command);
    }
    assert!(!text.contains("panic"));
    assert!(text.contains("| `esc` `q` `left` | everywhere | Go back one level; it never quits. | `back` |"));
    assert!(plain(&keymap).contains("Ask AWS again now for what is shown. (everywhere)"));
}

#[test]
fn a_table_cell_survives_any_key() {
    let changes = BTreeMap::from([(Command::Wide, vec![chord("|"), chord("`")])]);
    let text = markdown(&Keymap::with_changes(&changes).unwrap());
    assert!(text.contains("| `\\|` `` ` `` | lists |"), "{text}");
}
