//! The table `[protection]` of the configuration file.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{Origins, in_file};
use crate::app::protection::{Pattern, Protection, Rules, check_account};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ProtectionTable {
    guarded_accounts: Option<Vec<Account>>,
    guarded_profiles: Option<Vec<Name>>,
    guarded_roles: Option<Vec<Name>>,
    locked_accounts: Option<Vec<Account>>,
    locked_profiles: Option<Vec<Name>>,
    locked_roles: Option<Vec<Name>>,
}

impl ProtectionTable {
    /// The rules in force: a list of the file replaces that of the default.
    pub fn settle(self, origins: &mut Origins) -> Protection {
        let defaults = Protection::default();
        let mut accounts = |key, list: Option<Vec<Account>>, default| {
            let list = list.map(|list| list.into_iter().map(|account| account.0).collect());
            origins.pick(key, [in_file(list)]).unwrap_or(default)
        };
        let guarded_accounts = accounts("guarded-accounts", self.guarded_accounts, defaults.guarded.accounts);
        let locked_accounts = accounts("locked-accounts", self.locked_accounts, defaults.locked.accounts);
        let mut names = |key, list: Option<Vec<Name>>, default| {
            let list = list.map(|list| list.into_iter().map(|name| name.0).collect());
            origins.pick(key, [in_file(list)]).unwrap_or(default)
        };
        Protection {
            guarded: Rules {
                accounts: guarded_accounts,
                profiles: names("guarded-profiles", self.guarded_profiles, defaults.guarded.profiles),
                roles: names("guarded-roles", self.guarded_roles, defaults.guarded.roles),
            },
            locked: Rules {
                accounts: locked_accounts,
                profiles: names("locked-profiles", self.locked_profiles, defaults.locked.profiles),
                roles: names("locked-roles", self.locked_roles, defaults.locked.roles),
            },
        }
    }
}

#[derive(Debug)]
struct Account(String);

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        check_account(&id).map_err(D::Error::custom)?;
        Ok(Self(id))
    }
}

#[derive(Debug)]
struct Name(Pattern);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Pattern::parse(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}
