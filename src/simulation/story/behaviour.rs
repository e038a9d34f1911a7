//! The behaviours of services by their names, and the troubles that they are.

use serde::{Deserialize, de};

use super::super::world::trouble::Kind;

/// What a service does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    #[default]
    Steady,
    /// Rolls out a healthy new revision, and again after `every`.
    Rolling,
    CrashLoop,
    ImageMissing,
    SecretMissing,
    EntryPointMissing,
    OutOfMemory,
    NoCapacity,
    FailingHealthChecks,
    SpotInterruptions,
    SidecarStopped,
    UnhealthyContainer,
}

impl Behaviour {
    /// The behaviour with a name as stories write it.
    pub fn named(name: &str) -> Result<Self, String> {
        let reader: de::value::StrDeserializer<'_, de::value::Error> =
            de::IntoDeserializer::into_deserializer(name);
        Self::deserialize(reader).map_err(|error| error.to_string())
    }

    /// The trouble of a behaviour with its usual figures.
    pub fn trouble(self) -> Option<Kind> {
        Some(match self {
            Self::Steady | Self::Rolling => return None,
            Self::CrashLoop => Kind::CrashLoop { missing: "DB_URL".into(), exit: 1, after: 11_000 },
            Self::ImageMissing => Kind::ImageMissing { lost: 2 },
            Self::SecretMissing => Kind::SecretMissing { name: "REPORT_SIGNING_KEY".into() },
            Self::EntryPointMissing => Kind::EntryPointMissing,
            Self::OutOfMemory => Kind::OutOfMemory { after: 32 * 60_000 },
            Self::NoCapacity => Kind::NoCapacity { placed: 4, hanging: 1 },
            Self::FailingHealthChecks => Kind::FailingHealthChecks { tasks: 3, after: 45_000 },
            Self::SpotInterruptions => Kind::SpotInterruptions { every: 8 * 60_000 },
            Self::SidecarStopped => Kind::SidecarStopped,
            Self::UnhealthyContainer => Kind::UnhealthyContainer,
        })
    }
}
