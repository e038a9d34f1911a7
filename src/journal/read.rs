//! Reading the journal of our own changes, as far as it can be read.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::changes::{FILES, FORM, folder, path};
use super::entry::Entry;

/// One line that is whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// As it stands in the file.
    pub text: String,
    pub at: Option<DateTime<Utc>>,
    /// `None` where a newer version wrote it in a form that is not known here.
    pub entry: Option<Entry>,
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Damage {
    /// Lines that are cut or garbled.
    pub lines: usize,
    /// Files that could not be opened, and why.
    pub files: Vec<(PathBuf, String)>,
}

/// What the files hold, in the order in which it was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    pub lines: Vec<Line>,
    pub damage: Damage,
}

impl Contents {
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter_map(|line| line.entry.as_ref())
    }
}

/// Reads the journal of a state folder, from a time on. A missing file is an empty one; a line without a time that
/// can be read counts as new.
pub fn read(state_folder: &Path, since: Option<DateTime<Utc>>) -> Contents {
    let folder = folder(state_folder);
    let mut contents = Contents::default();
    let mut files = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    // The newest file first: one that is set aside meanwhile is then met twice, and not missed.
    for number in 0..FILES {
        let path = path(&folder, number);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                contents.damage.files.push((path, error.to_string()));
                continue;
            }
        };
        let (mut lines, damaged) = lines(&bytes);
        contents.damage.lines += damaged;
        lines.retain(|line| known.insert(line.text.clone()));
        files.push(lines);
    }
    let is_new = |line: &Line| line.at.zip(since).is_none_or(|(at, since)| at >= since);
    contents.lines = files.into_iter().rev().flatten().filter(is_new).collect();
    contents
}

/// The lines that are whole, and how many are not.
fn lines(bytes: &[u8]) -> (Vec<Line>, usize) {
    /// How our lines begin. Inside of a string the quotes would have backslashes.
    const BEGINNING: &str = "{\"form\":";
    let (mut found, mut damaged) = (Vec::new(), 0);
    for bytes in bytes.split(|byte| *byte == b'\n').filter(|bytes| !bytes.trim_ascii().is_empty()) {
        let text = String::from_utf8_lossy(bytes);
        if let Some(line) = line(text.trim()) {
            found.push(line);
            continue;
        }
        damaged += 1;
        // Where two sessions met on a full disk, a whole line may stand behind the half one.
        let rest = text.rfind(BEGINNING).and_then(|at| text.get(at..));
        found.extend(rest.and_then(|rest| line(rest.trim())));
    }
    (found, damaged)
}

/// A line, if it is a JSON object.
fn line(text: &str) -> Option<Line> {
    /// What can be read of a line of any form.
    #[derive(Deserialize)]
    struct Stamp {
        form: Option<serde_json::Value>,
        at: Option<serde_json::Value>,
    }
    if !text.starts_with('{') {
        return None;
    }
    let stamp: Stamp = serde_json::from_str(text).ok()?;
    let is_ours = stamp.form.and_then(|form| form.as_u64()).is_some_and(|form| form <= u64::from(FORM));
    let entry = is_ours.then(|| serde_json::from_str(text).ok()).flatten();
    let at = stamp.at.and_then(|at| at.as_str()?.parse().ok());
    Some(Line { text: text.to_owned(), at, entry })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::journal::entry::Kind;

    /// Reads a folder with these files, the newest first.
    fn journal(files: &[&[u8]], since: Option<&str>) -> Contents {
        let state = tempfile::tempdir().unwrap();
        fs::create_dir(folder(state.path())).unwrap();
        for (number, content) in files.iter().enumerate() {
            fs::write(path(&folder(state.path()), number), content).unwrap();
        }
        read(state.path(), since.map(|since| since.parse().unwrap()))
    }

    fn texts(contents: &Contents) -> Vec<&str> {
        contents.lines.iter().map(|line| &*line.text).collect()
    }

    const OURS: &str =
        r#"{"form":1,"at":"2026-11-21T16:00:00Z","operation":"a","kind":"attempt","action":"scale"}"#;

    #[test]
    fn nothing_was_ever_written() {
        let state = tempfile::tempdir().unwrap();
        assert_eq!(read(state.path(), None), Contents::default());
        assert_eq!(read(&state.path().join("none"), None), Contents::default());
    }

    #[test]
    fn what_a_newer_version_wrote_is_kept_as_it_is() {
        let kind = r#"{"form":1,"at":"2026-11-21T16:00:01Z","operation":"b","kind":"paused","mood":3}"#;
        let form = r#"{"form":2,"at":"2026-11-21T16:00:02Z","operation":{"id":7}}"#;
        let shape = r#"{"form":1,"at":[2026],"what":"else"}"#;
        let contents = journal(&[[OURS, kind, form, shape, ""].join("\n").as_bytes()], None);
        assert_eq!(texts(&contents), [OURS, kind, form, shape]);
        assert_eq!(contents.damage, Damage::default());
        let kinds: Vec<_> = contents.entries().map(|entry| entry.kind.clone()).collect();
        assert_eq!(kinds, [Kind::Attempt, Kind::Other("paused".to_owned())]);
        assert_eq!(contents.lines[2].at, Some("2026-11-21T16:00:02Z".parse().unwrap()));
    }

    #[test]
    fn damaged_lines_are_counted_and_skipped() {
        let bytes =
            [OURS.as_bytes(), b"\n\xff\xfe{\n{\"form\":1,\"at\"\nnull\n\n 12 \n", OURS.as_bytes()].concat();
        let contents = journal(&[&bytes], None);
        // The same line twice is one line that was met twice.
        assert_eq!((texts(&contents), contents.damage.lines), (vec![OURS], 4));
    }

    #[test]
    fn a_line_behind_a_half_one_is_found() {
        let glued = format!("{{\"form\":1,\"at\":\"2026{OURS}\n");
        let contents = journal(&[glued.as_bytes()], None);
        assert_eq!((texts(&contents), contents.damage.lines), (vec![OURS], 1));
    }

    #[test]
    fn older_files_come_first_and_a_file_met_twice_counts_once() {
        let line = |second: u32| OURS.replace("16:00:00", &format!("16:00:{second:02}"));
        let (old, new) = (format!("{}\n{}\n", line(1), line(2)), format!("{}\n", line(3)));
        let contents = journal(&[new.as_bytes(), old.as_bytes(), old.as_bytes()], None);
        assert_eq!(texts(&contents), [line(1), line(2), line(3)]);
        let contents = journal(&[new.as_bytes(), old.as_bytes()], Some("2026-11-21T16:00:02Z"));
        assert_eq!(texts(&contents), [line(2), line(3)]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named() {
        let state = tempfile::tempdir().unwrap();
        fs::create_dir_all(path(&folder(state.path()), 1)).unwrap();
        fs::write(path(&folder(state.path()), 0), OURS).unwrap();
        let contents = read(state.path(), None);
        assert_eq!(texts(&contents), [OURS]);
        let (path, why) = &contents.damage.files[0];
        assert!(path.ends_with("changes.1.jsonl") && !why.is_empty(), "{why}");
    }
}
