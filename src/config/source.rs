//! The files that preferences are read from: the configuration file and a theme of the user's own.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use super::{Environment, Flags};
use crate::app::mistake::{Mistake, Mistakes, unknown};
use crate::view::theme::{Theme, ThemeChoice};

/// The configuration file that counts, with its text; empty if the usual one is missing.
pub(super) struct Source {
    pub path: Option<PathBuf>,
    /// Its name in mistakes.
    pub name: String,
    pub text: String,
    pub found: bool,
}

impl Source {
    pub fn find(flags: &Flags, environment: &Environment) -> Result<Self, Mistake> {
        let named = flags.config.clone().or_else(|| environment.config.clone().map(PathBuf::from));
        let explicit = named.is_some();
        let Some(path) = named.or_else(|| Some(environment.config_folder.as_ref()?.join("config.toml")))
        else {
            return Ok(Self { path: None, name: String::new(), text: String::new(), found: false });
        };
        let name = path.display().to_string();
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path: Some(path), name, text, found: true }),
            Err(error) if !explicit && error.kind() == ErrorKind::NotFound => {
                Ok(Self { path: Some(path), name, text: String::new(), found: false })
            }
            Err(error) => Err(unreadable(name, &error)),
        }
    }

    /// The theme of this name: a built-in one, a file in our folder of themes, or the file at a path.
    ///
    /// `written_at` is the place of the name in this file, if it stands here and not in a flag.
    pub fn theme(
        &self,
        name: &str,
        written_at: Option<usize>,
        environment: &Environment,
    ) -> Result<ThemeChoice, Mistakes> {
        if let Some(choice) = ThemeChoice::named(name) {
            return Ok(choice);
        }
        let is_path =
            name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|kind| kind == "toml");
        let path = match written_at {
            _ if !is_path => {
                let folder = environment.config_folder.clone().unwrap_or_default();
                folder.join("themes").join(format!("{name}.toml"))
            }
            Some(_) => self.beside(Path::new(name)),
            None => PathBuf::from(name),
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let theme = Theme::parse(&path.display().to_string(), &text)?;
                Ok(ThemeChoice::Own(Box::new(theme)))
            }
            Err(error) if !is_path && error.kind() == ErrorKind::NotFound => {
                let mut sentence = unknown("theme", name, ThemeChoice::names());
                if !sentence.ends_with('?') {
                    sentence = format!("{sentence}; one of your own would be the file {}", path.display());
                }
                Err(match written_at {
                    Some(offset) => Mistake::at(&self.name, &self.text, offset, sentence),
                    None => Mistake { file: "--theme".to_owned(), line: None, sentence },
                }
                .into())
            }
            Err(error) => Err(unreadable(path.display().to_string(), &error).into()),
        }
    }

    /// A path in this file, which counts from the folder that the file is in.
    fn beside(&self, path: &Path) -> PathBuf {
        self.path
            .as_deref()
            .and_then(Path::parent)
            .map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

fn unreadable(file: String, error: &Error) -> Mistake {
    let sentence = format!("the file cannot be read: {error}; check its path and that you may read it");
    Mistake { file, line: None, sentence }
}
