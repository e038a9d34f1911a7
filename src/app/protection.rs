//! Protection: where changes are held back, by which rule, and for how long a person unlocked it.
//!
//! Rules are about accounts, profiles, roles and tags. The strictest counts, and nothing weakens another: a tag can
//! guard what the configuration leaves open, and cannot open what it guards.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

/// The tag of a cluster or service that protects it.
pub const TAG: &str = "fargate-top:protect";
/// How long an unlock lasts.
pub const UNLOCKED_FOR: TimeDelta = TimeDelta::minutes(15);

/// The rules of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    pub guarded: Rules,
    pub locked: Rules,
}

impl Default for Protection {
    /// What is called after production is guarded.
    fn default() -> Self {
        let profiles = ["*prod*", "*prd*", "*live*"].map(|pattern| Pattern(pattern.to_owned())).to_vec();
        Self { guarded: Rules { profiles, ..Rules::default() }, locked: Rules::default() }
    }
}

/// Whom one level is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Account ids.
    pub accounts: Vec<String>,
    pub profiles: Vec<Pattern>,
    pub roles: Vec<Pattern>,
}

/// A name in which `*` stands for any letters, or none. Capitals do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// A pattern, or a sentence that says why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("an empty pattern matches nothing; write a name such as \"*prod*\"".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn matches(&self, name: &str) -> bool {
        let (pattern, name) = (self.0.to_lowercase(), name.to_lowercase());
        let Some((beginning, rest)) = pattern.split_once('*') else { return pattern == name };
        let Some(mut name) = name.strip_prefix(beginning) else { return false };
        let mut parts: Vec<&str> = rest.split('*').collect();
        let end = parts.pop().unwrap_or_default();
        for part in parts {
            let Some((_, after)) = name.split_once(part) else { return false };
            name = after;
        }
        name.ends_with(end)
    }
}

/// An account id, or a sentence that says why it is none.
pub fn check_account(text: &str) -> Result<(), String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(format!("`{text}` is not an account; write the 12 digits of its id in quotes"))
}

/// How a scope is protected, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Level {
    /// Changes are sent after their dialogs.
    #[default]
    Open,
    /// Changes need an unlock.
    Guarded { rule: String },
    /// Nothing is sent, whoever asks.
    Locked { rule: String },
}

impl Level {
    fn rank(&self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Guarded { .. } => 1,
            Self::Locked { .. } => 2,
        }
    }

    /// The strictest of several; of equally strict ones the first.
    pub fn strictest(levels: impl IntoIterator<Item = Self>) -> Self {
        let stricter = |a: Self, b: Self| if b.rank() > a.rank() { b } else { a };
        levels.into_iter().fold(Self::Open, stricter)
    }

    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::Open => None,
            Self::Guarded { rule } | Self::Locked { rule } => Some(rule),
        }
    }

    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }

    pub fn is_guarded(&self) -> bool {
        matches!(self, Self::Guarded { .. })
    }
}

/// What rules look at. What is not known yet is `None`, and counts as what a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'a> {
    /// The account that the target is in.
    pub account: Option<&'a str>,
    /// The name in the header: `default` without a profile.
    pub profile: &'a str,
    /// The ARN that AWS knows the person by.
    pub caller: Option<&'a str>,
    /// The value of [`TAG`] on the cluster.
    pub cluster_tag: Option<&'a str>,
    /// The value of [`TAG`] on the service.
    pub service_tag: Option<&'a str>,
}

impl Protection {
    /// The level of a scope by all rules.
    pub fn level(&self, subject: &Subject<'_>) -> Level {
        let locked = self.locked.apply(subject).map(|rule| Level::Locked { rule });
        let guarded = self.guarded.apply(subject).map(|rule| Level::Guarded { rule });
        let tags = [("cluster", subject.cluster_tag), ("service", subject.service_tag)];
        let tags = tags.map(|(thing, value)| value.map_or(Level::Open, |value| of_tag(thing, value)));
        Level::strictest(locked.into_iter().chain(guarded).chain(tags))
    }
}

impl Rules {
    /// The first rule that is about the subject, in words.
    fn apply(&self, subject: &Subject<'_>) -> Option<String> {
        self.of_account(subject.account)
            .or_else(|| {
                let pattern = self.profiles.iter().find(|pattern| pattern.matches(subject.profile))?;
                Some(format!("profile {} matches {}", subject.profile, pattern.as_str()))
            })
            .or_else(|| self.of_caller(subject.caller))
    }

    fn of_account(&self, account: Option<&str>) -> Option<String> {
        match account {
            Some(account) => self
                .accounts
                .iter()
                .any(|listed| listed == account)
                .then(|| format!("account {account} is listed")),
            None => (!self.accounts.is_empty())
                .then(|| "accounts are listed, and it is not known yet whose this is".to_owned()),
        }
    }

    fn of_caller(&self, caller: Option<&str>) -> Option<String> {
        match caller {
            Some(caller) => {
                let role = role(caller)?;
                let pattern = self.roles.iter().find(|pattern| pattern.matches(role))?;
                Some(format!("role {role} matches {}", pattern.as_str()))
            }
            None => (!self.roles.is_empty())
                .then(|| "roles are listed, and it is not known yet who you are".to_owned()),
        }
    }
}

/// The level that a tag gives. A word that is not known is taken as a wish for protection.
fn of_tag(thing: &str, value: &str) -> Level {
    let rule = format!("tag {TAG} = {value} on the {thing}");
    match value.trim().to_ascii_lowercase().as_str() {
        "" | "no" | "off" | "false" | "open" => Level::Open,
        "locked" => Level::Locked { rule },
        _ => Level::Guarded { rule },
    }
}

/// The name of the role in a caller's ARN: of `sts::1:assumed-role/NAME/SESSION` or `iam::1:role/PATH/NAME`.
pub fn role(caller: &str) -> Option<&str> {
    let resource = caller.splitn(6, ':').nth(5)?;
    match resource.split_once('/')? {
        ("assumed-role", rest) => Some(rest.split_once('/').map_or(rest, |(role, _)| role)),
        ("role", path) => path.rsplit('/').next(),
        _ => None,
    }
}

/// What a person types to unlock a guarded scope: the profile's name, or the last four digits of the account where
/// no profile is named.
pub fn unlock_word(profile: Option<&str>, account: &str) -> String {
    profile.map_or_else(|| last_digits(account).to_owned(), str::to_owned)
}

/// Whether the typed text unlocks: either word does, written exactly.
pub fn unlocks(typed: &str, profile: Option<&str>, account: &str) -> bool {
    let typed = typed.trim();
    !typed.is_empty() && (profile == Some(typed) || (account.len() >= 4 && typed == last_digits(account)))
}

fn last_digits(account: &str) -> &str {
    account.get(account.len().saturating_sub(4)..).unwrap_or(account)
}

/// What one unlock is good for: an account in one Region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub account: String,
    pub region: String,
}

/// The places that are unlocked. They end by time, with ctrl-x, and when the person goes to another context.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unlocks(BTreeMap<Place, DateTime<Utc>>);

impl Unlocks {
    pub fn unlock(&mut self, place: Place, now: DateTime<Utc>) {
        self.0.insert(place, now);
    }

    /// Until when a place is unlocked, if it is.
    pub fn until(&self, place: &Place, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let since = self.0.get(place)?;
        // A clock that was set back unlocks nothing for longer.
        (TimeDelta::zero()..UNLOCKED_FOR).contains(&(now - since)).then(|| *since + UNLOCKED_FOR)
    }

    pub fn lock(&mut self, place: &Place) {
        self.0.remove(place);
    }

    pub fn lock_all(&mut self) {
        self.0.clear();
    }
}

/// What stands between a person and a change, as the header shows it and the gate keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockState {
    /// Nothing but the dialog.
    Free,
    /// A guarded scope that is unlocked.
    Opened {
        until: DateTime<Utc>,
    },
    /// It can be unlocked.
    Guarded {
        rule: String,
    },
    Locked {
        rule: String,
    },
    /// The whole session is read-only.
    ReadOnly,
}

/// Puts level, unlock and the read-only switch together: the switch wins over all, and no unlock opens what is locked.
pub fn lock_state(read_only: bool, level: &Level, unlocked_until: Option<DateTime<Utc>>) -> LockState {
    if read_only {
        return LockState::ReadOnly;
    }
    match (level, unlocked_until) {
        (Level::Open, _) => LockState::Free,
        (Level::Guarded { .. }, Some(until)) => LockState::Opened { until },
        (Level::Guarded { rule }, None) => LockState::Guarded { rule: rule.clone() },
        (Level::Locked { rule }, _) => LockState::Locked { rule: rule.clone() },
    }
}

impl LockState {
    /// Changes may be sent.
    pub fn may_send(&self) -> bool {
        matches!(self, Self::Free | Self::Opened { .. })
    }

    /// `[GUARDED ctrl-x]`, with the key that unlocks, if it has one; nothing where all is open.
    pub fn label(&self, key: Option<&str>, now: DateTime<Utc>) -> Option<String> {
        Some(match self {
            Self::Free => return None,
            Self::ReadOnly => "[RO]".to_owned(),
            Self::Locked { .. } => "[LOCKED]".to_owned(),
            Self::Guarded { .. } => match key {
                Some(key) => format!("[GUARDED {key}]"),
                None => "[GUARDED]".to_owned(),
            },
            Self::Opened { until } => format!("[OPEN {}m]", minutes_left(*until, now)),
        })
    }

    /// Why nothing is sent, as a sentence without a stop; `None` where it is.
    pub fn refusal(&self) -> Option<String> {
        match self {
            Self::Free | Self::Opened { .. } => None,
            Self::ReadOnly => Some("read-only: nothing is sent that changes the account".to_owned()),
            Self::Locked { rule } => Some(format!("locked: {rule}; nothing unlocks it")),
            Self::Guarded { rule } => Some(format!("guarded: {rule}; unlock it first")),
        }
    }

    /// When the label says something else next.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Self::Opened { until } = self else { return None };
        let left = minutes_left(*until, now);
        Some(*until - TimeDelta::minutes(left - 1))
    }
}

/// Whole minutes, the one that has begun among them, so that an unlock of 15 minutes begins with 15.
fn minutes_left(until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let seconds = (until - now).num_milliseconds().max(1);
    (seconds + 59_999) / 60_000
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "123456789012";
    const ADMIN: &str = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0a1b/alice";

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    fn at(minute: i64, second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minute) + TimeDelta::seconds(second)
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (text, name, matches) in [
            ("*prod*", "acme-prod", true),
            ("*prod*", "prod", true),
            ("*prod*", "PRODUCTION-eu", true),
            ("*prod*", "acme-test", false),
            ("prod", "prod", true),
            ("prod", "acme-prod", false),
            ("acme-*", "acme-", true),
            ("acme-*", "an-acme-x", false),
            ("*-live", "acme-live", true),
            ("*-live", "acme-live-2", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("ab*ba", "aba", false),
            ("a**b", "ab", true),
            ("*", "anything", true),
            ("*", "", true),
        ] {
            assert_eq!(pattern(text).matches(name), matches, "{text} {name}");
        }
        assert!(Pattern::parse(" ").is_err());
    }

    #[test]
    fn the_role_is_read_from_the_callers_arn() {
        for (arn, expected) in [
            (ADMIN, Some("AWSReservedSSO_Admin_0a1b")),
            ("arn:aws-cn:sts::1:assumed-role/deploy/x/y", Some("deploy")),
            ("arn:aws:iam::1:role/team/live-operator", Some("live-operator")),
            ("arn:aws:iam::1:user/alice", None),
            ("arn:aws:iam::1:root", None),
            ("nonsense", None),
        ] {
            assert_eq!(role(arn), expected, "{arn}");
        }
    }

    /// A level as one letter and its rule.
    fn told(level: &Level) -> String {
        match level {
            Level::Open => "open".to_owned(),
            Level::Guarded { rule } => format!("guarded: {rule}"),
            Level::Locked { rule } => format!("locked: {rule}"),
        }
    }

    #[test]
    fn the_strictest_rule_counts() {
        let subject =
            Subject { account: Some(ACCOUNT), profile: "test", caller: Some(ADMIN), ..Subject::default() };
        let rules = |accounts: &[&str], profiles: &[&str], roles: &[&str]| Rules {
            accounts: accounts.iter().map(|account| (*account).to_owned()).collect(),
            profiles: profiles.iter().map(|text| pattern(text)).collect(),
            roles: roles.iter().map(|text| pattern(text)).collect(),
        };
        let usual = Protection::default();
        let none = Protection { guarded: Rules::default(), locked: Rules::default() };
        let guarded = |guarded| Protection { guarded, locked: Rules::default() };
        let locked = |locked| Protection { locked, ..Protection::default() };
        for (protection, subject, expected) in [
            (&usual, subject, "open"),
            (
                &usual,
                Subject { profile: "acme-prod", ..subject },
                "guarded: profile acme-prod matches *prod*",
            ),
            (&usual, Subject { profile: "LIVE", ..subject }, "guarded: profile LIVE matches *live*"),
            (&usual, Subject { profile: "eu-prd-2", ..subject }, "guarded: profile eu-prd-2 matches *prd*"),
            // Without rules that need them, account and caller may be unknown.
            (&usual, Subject { profile: "test", ..Subject::default() }, "open"),
            (&none, Subject { profile: "acme-prod", ..subject }, "open"),
            (&guarded(rules(&[ACCOUNT], &[], &[])), subject, "guarded: account 123456789012 is listed"),
            (&guarded(rules(&["999999999999"], &[], &[])), subject, "open"),
            (
                &guarded(rules(&["999999999999"], &[], &[])),
                Subject { account: None, ..subject },
                "guarded: accounts are listed, and it is not known yet whose this is",
            ),
            (
                &guarded(rules(&[], &[], &["*admin*"])),
                subject,
                "guarded: role AWSReservedSSO_Admin_0a1b matches *admin*",
            ),
            (
                &locked(rules(&[], &[], &["*admin*"])),
                Subject { caller: None, ..subject },
                "locked: roles are listed, and it is not known yet who you are",
            ),
            (
                &locked(rules(&[ACCOUNT], &[], &[])),
                Subject { profile: "acme-prod", ..subject },
                "locked: account 123456789012 is listed",
            ),
            (&locked(rules(&[], &["test"], &[])), subject, "locked: profile test matches test"),
            (
                &usual,
                Subject { service_tag: Some("yes"), ..subject },
                "guarded: tag fargate-top:protect = yes on the service",
            ),
            (
                &usual,
                Subject { cluster_tag: Some("Locked"), service_tag: Some("guarded"), ..subject },
                "locked: tag fargate-top:protect = Locked on the cluster",
            ),
            (
                &usual,
                Subject { service_tag: Some("maybe"), ..subject },
                "guarded: tag fargate-top:protect = maybe on the service",
            ),
            (&usual, Subject { service_tag: Some("no"), ..subject }, "open"),
            // A tag opens nothing.
            (
                &usual,
                Subject { profile: "acme-prod", service_tag: Some("no"), ..subject },
                "guarded: profile acme-prod matches *prod*",
            ),
        ] {
            assert_eq!(told(&protection.level(&subject)), expected, "{subject:?}");
        }
    }

    #[test]
    fn several_targets_have_the_level_of_the_strictest() {
        let guarded = Level::Guarded { rule: "first".to_owned() };
        let other = Level::Guarded { rule: "second".to_owned() };
        let locked = Level::Locked { rule: "third".to_owned() };
        assert_eq!(Level::strictest([]), Level::Open);
        assert_eq!(Level::strictest([Level::Open, guarded.clone(), other.clone()]), guarded);
        assert_eq!(Level::strictest([other, locked.clone(), guarded]), locked);
    }

    #[test]
    fn only_the_exact_words_unlock() {
        assert_eq!(unlock_word(Some("acme-prod"), ACCOUNT), "acme-prod");
        assert_eq!(unlock_word(None, ACCOUNT), "9012");
        for (typed, profile, expected) in [
            ("acme-prod", Some("acme-prod"), true),
            (" acme-prod ", Some("acme-prod"), true),
            ("9012", Some("acme-prod"), true),
            ("9012", None, true),
            ("ACME-PROD", Some("acme-prod"), false),
            ("acme", Some("acme-prod"), false),
            ("12", None, false),
            ("", None, false),
            ("", Some(""), false),
        ] {
            assert_eq!(unlocks(typed, profile, ACCOUNT), expected, "{typed:?}");
        }
        assert!(!unlocks("", None, ""));
    }

    #[test]
    fn an_unlock_is_for_one_place_and_ends() {
        let place =
            |account: &str, region: &str| Place { account: account.to_owned(), region: region.to_owned() };
        let here = place(ACCOUNT, "eu-west-1");
        let mut unlocks = Unlocks::default();
        assert_eq!(unlocks.until(&here, at(0, 0)), None);
        unlocks.unlock(here.clone(), at(10, 0));
        assert_eq!(unlocks.until(&here, at(10, 0)), Some(at(25, 0)));
        assert_eq!(unlocks.until(&here, at(24, 59)), Some(at(25, 0)));
        assert_eq!(unlocks.until(&here, at(25, 0)), None);
        assert_eq!(unlocks.until(&here, at(9, 59)), None, "the clock was set back");
        assert_eq!(unlocks.until(&place(ACCOUNT, "eu-west-2"), at(11, 0)), None);
        assert_eq!(unlocks.until(&place("999999999999", "eu-west-1"), at(11, 0)), None);
        unlocks.lock(&here);
        assert_eq!(unlocks.until(&here, at(11, 0)), None);
        unlocks.unlock(here.clone(), at(12, 0));
        unlocks.lock_all();
        assert_eq!(unlocks, Unlocks::default());
    }

    #[test]
    fn the_header_says_which_lock_it_is() {
        let rule = || "profile prod matches *prod*".to_owned();
        let (guarded, locked) = (Level::Guarded { rule: rule() }, Level::Locked { rule: rule() });
        let until = Some(at(15, 0));
        for (read_only, level, until, now, label, may_send) in [
            (false, &Level::Open, None, at(0, 0), None, true),
            (false, &Level::Open, until, at(0, 0), None, true),
            (false, &guarded, None, at(0, 0), Some("[GUARDED ctrl-x]"), false),
            (false, &guarded, until, at(0, 0), Some("[OPEN 15m]"), true),
            (false, &guarded, until, at(2, 30), Some("[OPEN 13m]"), true),
            (false, &guarded, until, at(3, 0), Some("[OPEN 12m]"), true),
            (false, &guarded, until, at(14, 59), Some("[OPEN 1m]"), true),
            (false, &locked, None, at(0, 0), Some("[LOCKED]"), false),
            (false, &locked, until, at(0, 0), Some("[LOCKED]"), false),
            (true, &Level::Open, None, at(0, 0), Some("[RO]"), false),
            (true, &guarded, until, at(0, 0), Some("[RO]"), false),
            (true, &locked, None, at(0, 0), Some("[RO]"), false),
        ] {
            let state = lock_state(read_only, level, until);
            assert_eq!(state.label(Some("ctrl-x"), now).as_deref(), label, "{state:?}");
            assert_eq!(state.may_send(), may_send, "{state:?}");
            assert_eq!(state.refusal().is_none(), may_send, "{state:?}");
        }
        let open = lock_state(false, &guarded, until);
        assert_eq!(open.next_change(at(0, 0)), Some(at(1, 0)));
        assert_eq!(open.next_change(at(2, 30)), Some(at(3, 0)));
        assert_eq!(open.next_change(at(14, 59)), Some(at(15, 0)));
        assert_eq!(lock_state(false, &guarded, None).label(None, at(0, 0)).as_deref(), Some("[GUARDED]"));
    }
}
