//! Names as AWS writes them: ARNs, ids and addresses, derived from numbers so that no task has to carry them.

use std::fmt::{self, Display};
use std::sync::Arc;

/// The account and Region that a world lies in.
#[derive(Clone, Debug)]
pub struct Place {
    pub account: Arc<str>,
    pub region: Arc<str>,
}

impl Place {
    /// `arn:aws:ecs:<region>:<account>:<resource>`.
    pub fn ecs(&self, resource: impl Display) -> impl Display {
        self.arn("ecs", resource)
    }

    /// The ARN of anything regional.
    pub fn arn(&self, service: &'static str, resource: impl Display) -> impl Display {
        fmt::from_fn(move |f| write!(f, "arn:aws:{service}:{}:{}:{resource}", self.region, self.account))
    }

    /// The ARN of an IAM resource, which has no Region.
    pub fn iam(&self, resource: impl Display) -> impl Display {
        fmt::from_fn(move |f| write!(f, "arn:aws:iam::{}:{resource}", self.account))
    }

    /// An image in the account's own registry.
    pub fn image(&self, repository: impl Display, tag: impl Display) -> impl Display {
        fmt::from_fn(move |f| {
            write!(f, "{}.dkr.ecr.{}.amazonaws.com/{repository}:{tag}", self.account, self.region)
        })
    }

    /// The name of the Availability Zone with this index.
    pub fn zone(&self, index: u8) -> impl Display {
        fmt::from_fn(move |f| write!(f, "{}{}", self.region, char::from(b'a' + index % ZONES)))
    }
}

/// How many Availability Zones the pretended Region has.
pub const ZONES: u8 = 3;

/// What a derived number is for; each purpose gives an independent number from the same seed.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Purpose {
    TaskHigh = 1,
    TaskLow,
    Container,
    Attachment,
    Interface,
    Address,
    Hardware,
    Digest,
    Subnet,
    SecurityGroup,
    TargetGroup,
    Event,
    ServiceDeployment,
    Deployment,
    Revision,
    Secret,
    Template,
    Request,
    Alarm,
    Policy,
    Target,
    Activity,
    History,
    Balancer,
    Rule,
    Metric,
    Hook,
    Log,
    LogDelay,
    LogBurst,
}

/// A well spread number from a seed, a purpose and an index (the finalizer of SplitMix64).
pub fn derive(seed: u64, purpose: Purpose, index: u64) -> u64 {
    let mut z = seed ^ (purpose as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ index.rotate_left(17);
    for _ in 0..2 {
        z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
    }
    z
}

/// The number behind a text (FNV-1a), for what is derived from a name.
pub fn number_of(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// A task id: 32 hexadecimal digits.
pub fn hex32(id: u128) -> impl Display {
    fmt::from_fn(move |f| write!(f, "{id:032x}"))
}

/// A version 4 UUID made from two derived numbers.
pub fn uuid(seed: u64, purpose: Purpose, index: u64) -> impl Display {
    let high = derive(seed, purpose, index);
    let low = derive(seed.rotate_left(7), purpose, index);
    fmt::from_fn(move |f| {
        write!(
            f,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            0x8000 | ((low >> 48) & 0x3FFF),
            low & 0xFFFF_FFFF_FFFF
        )
    })
}

/// `<prefix>-<17 hexadecimal digits>`, the shape of VPC ids.
pub fn vpc_id(prefix: &'static str, seed: u64, purpose: Purpose, index: u64) -> impl Display {
    let number = derive(seed, purpose, index);
    let digit = derive(seed, purpose, index ^ u64::MAX) & 0xF;
    fmt::from_fn(move |f| write!(f, "{prefix}-0{number:015x}{digit:x}", number = number >> 4))
}

/// 19 digits, the shape of deployment and service revision numbers.
pub fn nineteen_digits(seed: u64, purpose: Purpose, index: u64) -> u64 {
    1_000_000_000_000_000_000 + derive(seed, purpose, index) % 8_000_000_000_000_000_000
}

/// 21 letters of the URL-safe alphabet, the shape of service deployment ids.
pub fn letters21(seed: u64, index: u64) -> impl Display {
    const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    let first = derive(seed, Purpose::ServiceDeployment, index);
    let second = derive(seed.rotate_left(9), Purpose::ServiceDeployment, index);
    fmt::from_fn(move |f| {
        for place in 0..21_u32 {
            let bits = if place < 10 { first >> (6 * place) } else { second >> (5 * (place - 10)) };
            let letter = usize::try_from(bits & 63).ok().and_then(|at| ALPHABET.get(at));
            write!(f, "{}", char::from(letter.copied().unwrap_or(b'0')))?;
        }
        Ok(())
    })
}

/// 43 letters of the URL-safe alphabet, as much as 32 bytes take: the end of a hook's id.
pub fn letters43(seed: u64, index: u64) -> impl Display {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    fmt::from_fn(move |f| {
        for place in 0..43_u32 {
            let bits = derive(seed.rotate_left(place / 8), Purpose::Hook, index) >> (8 * (place % 8));
            let letter = usize::try_from(bits & 63).ok().and_then(|at| ALPHABET.get(at));
            write!(f, "{}", char::from(letter.copied().unwrap_or(b'A')))?;
        }
        Ok(())
    })
}

/// A container image digest.
pub fn digest(seed: u64, image: u64) -> impl Display {
    fmt::from_fn(move |f| {
        f.write_str("sha256:")?;
        (0..4).try_for_each(|part| write!(f, "{:016x}", derive(seed, Purpose::Digest, image ^ (part << 56))))
    })
}
