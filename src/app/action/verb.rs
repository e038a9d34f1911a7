//! The kinds of change: the words that the journal has for them, and the letters that confirm them.

use serde::{Deserialize, Serialize};

/// The kinds of change, by the word that the journal and the command line have for them.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    Scale,
    Redeploy,
    Deploy,
    StopTask,
    RollBack,
    Range,
    Suspend,
    /// Answers a deployment that waits: its traffic moves on.
    Continue,
    /// Answers a deployment that waits: it goes back.
    Refuse,
    StopShift,
    StopOnly,
    RemoveBlue,
    Release,
}

impl Verb {
    /// The letter that confirms it, always with shift, and never the key that opens its dialog.
    pub fn letter(self) -> char {
        match self {
            Self::Scale => 'S',
            Self::Redeploy => 'R',
            Self::Deploy | Self::Continue => 'C',
            Self::StopTask => 'D',
            Self::RollBack | Self::Refuse | Self::StopShift => 'B',
            Self::Range => 'L',
            Self::Suspend => 'P',
            Self::StopOnly => 'H',
            Self::RemoveBlue => 'T',
            Self::Release => 'N',
        }
    }

    /// The newer of two such changes of one service leaves nothing of the older.
    pub fn is_of_one_kind_with(self, other: Self) -> bool {
        let deploys = |verb| matches!(verb, Self::Redeploy | Self::Deploy);
        match self {
            Self::Scale | Self::Range | Self::Suspend => self == other,
            Self::Redeploy | Self::Deploy => deploys(other),
            // CodeDeploy has one deployment at a time, and each answer is about one that has an id of its own.
            Self::StopTask
            | Self::RollBack
            | Self::Continue
            | Self::Refuse
            | Self::StopShift
            | Self::StopOnly
            | Self::RemoveBlue
            | Self::Release => false,
        }
    }
}
