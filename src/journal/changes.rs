//! Writing the journal of our own changes: one line at a time, on disk before anything is sent.
//!
//! Several sessions may write the same file. Each line is one write at its end, and no session keeps the file open, so
//! that a file which another session set aside, or a person removed, is made anew.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::entry::Entry;
use super::file;

/// The form of the lines; a line with a higher number is shown as it is.
pub(super) const FORM: u32 = 1;
/// Files that are kept, the one that grows among them.
pub(super) const FILES: usize = 4;
/// Bytes after which a file is set aside.
const FULL: u64 = 1024 * 1024;

/// The journal of one state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    folder: PathBuf,
    full: u64,
}

#[derive(Serialize)]
struct Written<'a> {
    form: u32,
    #[serde(flatten)]
    entry: &'a Entry,
}

impl Journal {
    /// The journal of this state folder. Nothing is touched before the first line.
    pub fn open(state_folder: &Path) -> Self {
        Self { folder: folder(state_folder), full: FULL }
    }

    /// The state folder of the simulated AWS: what is only played stands in no journal of real changes.
    pub fn demo(state_folder: &Path) -> PathBuf {
        state_folder.join("demo")
    }

    /// The file that grows.
    pub fn path(&self) -> PathBuf {
        path(&self.folder, 0)
    }

    /// Puts a line on disk. When this returns, the line outlives a crash of the machine; when it fails, the error
    /// is a sentence and the lines before and after it are whole.
    pub fn append(&self, entry: &Entry) -> io::Result<()> {
        let explained = |error: io::Error| {
            let sentence = format!("the journal {} cannot be written: {error}", self.path().display());
            io::Error::new(error.kind(), sentence)
        };
        let mut line = serde_json::to_vec(&Written { form: FORM, entry: &entry.rounded() })?;
        line.push(b'\n');
        self.write(line).map_err(explained)
    }

    fn write(&self, mut line: Vec<u8>) -> io::Result<()> {
        file::folder(&self.folder)?;
        self.set_aside();
        let path = self.path();
        let is_new = !path.exists();
        let mut file = file::private().read(true).append(true).open(&path)?;
        if !is_whole(&mut file)? {
            // A line that found no room left its beginning; this one does not become its end.
            line.insert(0, b'\n');
        }
        let written = loop {
            match file.write(&line) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        if written < line.len() {
            // The rest would be a second write, and another session's line may stand between.
            return Err(io::Error::new(ErrorKind::StorageFull, "there was room for a part of the line only"));
        }
        file.sync_data()?;
        if is_new { sync_folder(&self.folder) } else { Ok(()) }
    }

    /// Gives a full file the next number and drops the oldest. A file that cannot be moved goes on growing: that is
    /// better than a change without its line.
    fn set_aside(&self) {
        let is_full = || fs::metadata(self.path()).is_ok_and(|file| file.len() >= self.full);
        if !is_full() {
            return;
        }
        let lock = file::private().append(true).open(self.folder.join("changes.lock"));
        if lock.as_ref().is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock))) {
            return;
        }
        // Another session may have done it between the first look and the lock.
        if !is_full() {
            return;
        }
        for number in (1..FILES).rev() {
            match fs::rename(path(&self.folder, number - 1), path(&self.folder, number)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return,
                _ => {}
            }
        }
    }
}

/// Where the journal lies in a state folder.
pub(super) fn folder(state_folder: &Path) -> PathBuf {
    state_folder.join("journal")
}

/// The file that grows is number 0; the higher the number, the older.
pub(super) fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(if number == 0 { "changes.jsonl".to_owned() } else { format!("changes.{number}.jsonl") })
}

/// Nothing stands after the last newline.
fn is_whole(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The name of a new file is a matter of its folder.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::journal::entry::Kind;
    use crate::journal::read::read;

    fn entry(number: u32) -> Entry {
        Entry {
            at: DateTime::from_timestamp_millis(1_795_276_800_123 + i64::from(number)).unwrap(),
            operation: format!("op-{number}"),
            kind: Kind::Attempt,
            action: "scale".to_owned(),
            ..Entry::default()
        }
    }

    fn operations(folder: &Path) -> Vec<String> {
        let contents = read(folder, None);
        contents.entries().map(|entry| entry.operation.clone()).collect()
    }

    #[test]
    fn a_line_is_one_json_object_with_its_form() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path());
        journal.append(&entry(1)).unwrap();
        let text = fs::read_to_string(journal.path()).unwrap();
        let expected = "{\"form\":1,\"at\":\"2026-11-21T16:00:00.124Z\",\"operation\":\"op-1\",\
             \"kind\":\"attempt\",\"action\":\"scale\",\"checked\":false}\n";
        assert_eq!(text, expected);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        let journal = Journal { full: 1, ..Journal::open(&state) };
        for number in 0..3 {
            journal.append(&entry(number)).unwrap();
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!([mode(&state), mode(&journal.folder)], [0o700, 0o700]);
        let files: Vec<_> = fs::read_dir(&journal.folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 4, "{files:?}");
        for file in files {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }

    #[test]
    fn a_half_line_spoils_neither_the_next_nor_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path());
        journal.append(&entry(1)).unwrap();
        let mut file = fs::OpenOptions::new().append(true).open(journal.path()).unwrap();
        file.write_all(b"{\"form\":1,\"at\":\"2026-11-2").unwrap();
        journal.append(&entry(2)).unwrap();
        journal.append(&entry(3)).unwrap();
        assert_eq!(operations(folder.path()), ["op-1", "op-2", "op-3"]);
        assert_eq!(read(folder.path(), None).damage.lines, 1);
    }

    #[test]
    fn full_files_are_set_aside_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal { full: 250, ..Journal::open(folder.path()) };
        for number in 0..40 {
            journal.append(&entry(number)).unwrap();
        }
        let kept = operations(folder.path());
        assert!((8..20).contains(&kept.len()), "{kept:?}");
        let newest: Vec<String> = (40 - kept.len()..40).map(|number| format!("op-{number}")).collect();
        assert_eq!(kept, newest);
        let names = fs::read_dir(&journal.folder).unwrap().count();
        assert_eq!(names, FILES + 1, "four files and the lock");
        for number in 0..FILES {
            assert!(fs::metadata(path(&journal.folder, number)).unwrap().len() < 500);
        }
    }

    #[test]
    fn two_sessions_at_once_lose_and_spoil_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for session in 0..2 {
                let journal = Journal { full: 10_000, ..Journal::open(folder.path()) };
                scope.spawn(move || {
                    for number in 0..100 {
                        journal.append(&entry(session * 100 + number)).unwrap();
                    }
                });
            }
        });
        let contents = read(folder.path(), None);
        assert_eq!(contents.damage, crate::journal::read::Damage::default());
        let mut found: Vec<_> = contents.entries().map(|entry| entry.operation.clone()).collect();
        found.sort();
        let mut expected: Vec<_> = (0..200).map(|number| format!("op-{number}")).collect();
        expected.sort();
        assert_eq!(found, expected);
        assert!(path(&folder.path().join("journal"), 1).exists(), "nothing was set aside");
    }

    #[test]
    fn where_nothing_can_be_written_the_error_is_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        fs::write(&state, "a file where the folder should be").unwrap();
        let error = Journal::open(&state).append(&entry(1)).unwrap_err().to_string();
        assert!(error.starts_with("the journal ") && error.contains("cannot be written: "), "{error}");
    }

    /// `/dev/full` answers every write as a full disk does.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path());
        fs::create_dir(&journal.folder).unwrap();
        std::os::unix::fs::symlink("/dev/full", journal.path()).unwrap();
        assert_eq!(journal.append(&entry(1)).unwrap_err().kind(), ErrorKind::StorageFull);
    }
}
