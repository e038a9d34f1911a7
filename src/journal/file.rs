//! Writing a file of the state folder: whole or not at all, and for its owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file by way of a temporary one beside it, so that no reader and no crash ever sees half of it.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    let written = create(&temporary).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_data()
    });
    let moved = written.and_then(|()| fs::rename(&temporary, path));
    if moved.is_err() {
        // What is left over would only be in the way; the first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    moved
}

fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
