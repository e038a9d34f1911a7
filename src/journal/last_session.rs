//! The services that the last session knew, so that the next one can ask for them at once.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file;
use crate::fleet::id::ServiceId;

/// The form of the file; another number is another form and is not read.
const FORM: u32 = 1;

#[derive(Serialize, Deserialize)]
struct File {
    form: u32,
    /// The profile, Region and endpoint that the services belong to.
    place: String,
    services: Vec<String>,
}

/// The memory of one place: one profile in one Region at one endpoint.
#[derive(Debug, Clone)]
pub struct LastSession {
    path: PathBuf,
    place: String,
}

impl LastSession {
    /// Where the services of this place are kept in the state folder.
    pub fn of(folder: &Path, profile: Option<&str>, region: &str, endpoint: Option<&str>) -> Self {
        let place = format!("{} {region} {}", profile.unwrap_or("-"), endpoint.unwrap_or("-"));
        let name: String =
            place.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        Self { path: folder.join("last-session").join(format!("{name}.json")), place }
    }

    /// What the last session knew; nothing when there is no such file or it is not ours.
    pub fn recall(&self) -> Vec<ServiceId> {
        let Ok(text) = std::fs::read(&self.path) else { return Vec::new() };
        match serde_json::from_slice::<File>(&text) {
            Ok(file) if file.form == FORM && file.place == self.place => {
                file.services.into_iter().map(ServiceId::new).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Keeps the services for the next session.
    pub fn remember(&self, services: &[ServiceId]) -> io::Result<()> {
        let services = services.iter().map(|id| id.as_str().to_owned()).collect();
        let content = serde_json::to_vec(&File { form: FORM, place: self.place.clone(), services })?;
        file::write(&self.path, &content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_recalls_what_the_last_one_of_the_same_place_knew() {
        let folder = tempfile::tempdir().unwrap();
        let session = LastSession::of(folder.path(), Some("prod"), "eu-west-1", None);
        assert_eq!(session.recall(), []);
        let services = vec![ServiceId::new("arn:aws:ecs:eu-west-1:1:service/a/b")];
        session.remember(&services).unwrap();
        assert_eq!(session.recall(), services);
        assert_eq!(LastSession::of(folder.path(), Some("test"), "eu-west-1", None).recall(), []);
    }

    #[test]
    fn a_broken_file_is_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        let session = LastSession::of(folder.path(), None, "eu-west-1", Some("http://127.0.0.1:1"));
        session.remember(&[]).unwrap();
        std::fs::write(&session.path, b"{\"form\":1,").unwrap();
        assert_eq!(session.recall(), []);
    }
}
