//! Writing a file of the state folder: whole or not at all, and for its owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file by way of a temporary one beside it, so that no reader and no crash ever sees half of it.
pub fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        folder(parent)?;
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

/// Makes a folder that only its owner may look into, and those above it; one that is there stays as it is.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Options that make a file for its owner only.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

fn create(path: &Path) -> io::Result<fs::File> {
    private().write(true).truncate(true).open(path)
}
