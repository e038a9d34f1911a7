//! What a profile needs that this program cannot give, found in the configuration files before anything is asked.

use aws_config::profile::{Profile, ProfileSet};

use super::connect::ConnectError;

/// How deep `source_profile` may lead before it is taken for a circle; the SDK says so later.
const DEPTH: usize = 16;

/// Checks that the selected profile exists and uses nothing that the SDK leaves out.
///
/// `named` tells whether somebody asked for this profile: only then must it exist.
pub(super) fn check(profiles: &ProfileSet, named: bool) -> Result<(), ConnectError> {
    let selected = profiles.selected_profile();
    if profiles.get_profile(selected).is_none() {
        if !named {
            return Ok(());
        }
        let mut known: Vec<String> = profiles.profiles().map(str::to_owned).collect();
        known.sort();
        return Err(ConnectError::UnknownProfile { profile: selected.to_owned(), known: listed(&known) });
    }
    for profile in chain(profiles) {
        let name = profile.name().to_owned();
        if profile.get("role_arn").is_some() && profile.get("mfa_serial").is_some() {
            return Err(ConnectError::Mfa { profile: name });
        }
        if profile.get("login_session").is_some() {
            return Err(ConnectError::LoginSession { profile: name });
        }
    }
    Ok(())
}

/// The command that renews the session of the selected profile, where it uses IAM Identity Center.
pub(super) fn login(profiles: &ProfileSet) -> Option<String> {
    let profile = chain(profiles)
        .find(|profile| profile.get("sso_session").is_some() || profile.get("sso_start_url").is_some())?;
    Some(match profile.name() {
        "default" => "aws sso login".to_owned(),
        name => format!("aws sso login --profile {name}"),
    })
}

/// The selected profile holds keys itself, so that whoever renews them writes them there.
pub(super) fn has_keys(profiles: &ProfileSet) -> bool {
    let Some(profile) = profiles.get_profile(profiles.selected_profile()) else { return false };
    let elsewhere =
        ["role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file"];
    profile.get("aws_access_key_id").is_some() && elsewhere.iter().all(|key| profile.get(key).is_none())
}

/// The selected profile and those that it takes its credentials from.
fn chain(profiles: &ProfileSet) -> impl Iterator<Item = &Profile> {
    let first = profiles.get_profile(profiles.selected_profile());
    let next = |profile: &&Profile| {
        let source = profile.get("source_profile").filter(|source| *source != profile.name())?;
        profiles.get_profile(source)
    };
    std::iter::successors(first, next).take(DEPTH)
}

/// The names as part of a sentence.
fn listed(known: &[String]) -> String {
    match known {
        [] => "no profile is defined in ~/.aws/config or ~/.aws/credentials".to_owned(),
        known if known.len() > 12 => {
            format!("defined are {} profiles, see `aws configure list-profiles`", known.len())
        }
        known => format!("defined are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use aws_types::os_shim_internal::{Env, Fs};

    use super::*;

    const CONFIG: &str = "
[default]
region = eu-west-1
[profile mfa]
role_arn = arn:aws:iam::1:role/ops
source_profile = default
mfa_serial = arn:aws:iam::1:mfa/me
[profile through]
role_arn = arn:aws:iam::1:role/more
source_profile = mfa
[profile console]
login_session = arn:aws:iam::1:user/me
[profile sso]
sso_session = work
sso_account_id = 1
sso_role_name = ops
[sso-session work]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
[profile over-sso]
role_arn = arn:aws:iam::1:role/ops
source_profile = sso
";

    async fn profiles(selected: &'static str) -> ProfileSet {
        let fs = Fs::from_slice(&[("config", CONFIG)]);
        let env = Env::from_slice(&[("AWS_CONFIG_FILE", "config"), ("HOME", "/")]);
        #[expect(clippy::default_trait_access, reason = "the SDK deprecated the name of this type")]
        let files = Default::default();
        aws_config::profile::load(&fs, &env, &files, Some(selected.into())).await.unwrap()
    }

    #[tokio::test]
    async fn profiles_that_cannot_work_are_found_and_explained() {
        let complaint = async |name| check(&profiles(name).await, true).unwrap_err().to_string();
        assert_eq!(
            complaint("prod").await,
            "there is no profile `prod`; defined are: console, default, mfa, over-sso, sso, through"
        );
        assert!(complaint("mfa").await.contains("asks for an MFA code (`mfa_serial`)"));
        assert!(complaint("through").await.starts_with("profile `mfa`"), "the source is named");
        assert!(complaint("console").await.contains("`aws login`"));
        assert!(check(&profiles("over-sso").await, true).is_ok());
        assert!(check(&profiles("prod").await, false).is_ok(), "nobody asked for it");
    }

    #[tokio::test]
    async fn the_login_command_names_the_profile_with_the_session() {
        assert_eq!(login(&profiles("over-sso").await).unwrap(), "aws sso login --profile sso");
        assert_eq!(login(&profiles("default").await), None);
    }
}
