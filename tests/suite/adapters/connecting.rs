//! What is said when no request could succeed: the environment is a process's own, so each case is one.

use std::process::Command;

const CONFIG: &str = "
[default]
region = eu-west-1
[profile keys]
region = eu-north-1
aws_access_key_id = a
aws_secret_access_key = b
services = local
[services local]
ecs =
  endpoint_url = http://127.0.0.1:9
[profile nowhere]
aws_access_key_id = a
aws_secret_access_key = b
[profile work]
region = eu-west-1
sso_session = work
sso_account_id = 1
sso_role_name = ops
[sso-session work]
sso_region = eu-west-1
sso_start_url = https://example.awsapps.com/start
";

/// Environment, profile, and what is said.
type Case<'c> = (&'c [(&'c str, &'c str)], Option<&'c str>, &'c str);

#[test]
fn what_cannot_work_is_said_before_the_screen_is_taken() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), CONFIG).unwrap();
    let cases: [Case<'_>; 7] = [
        // The profile's endpoint is on this machine, and nobody listens there.
        (&[], Some("keys"), "Not looked at: clusters"),
        (&[("AWS_PROFILE", "keys")], None, "Not looked at: clusters"),
        (
            &[("AWS_PROFILE", "nowhere")],
            None,
            "no Region is set; pass --region, set AWS_REGION, or add `region = …` to the profile",
        ),
        (
            &[("AWS_PROFILE", "ghost")],
            None,
            "there is no profile `ghost`; defined are: default, keys, nowhere, work",
        ),
        (
            &[],
            None,
            "there are no AWS credentials; pass --profile, set AWS_PROFILE, or export AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY",
        ),
        (
            &[],
            Some("work"),
            "the session has ended (an error occurred while loading an access token: failed to load the cached SSO \
             token); run `aws sso login --profile work`",
        ),
        (
            &[("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")],
            Some("ghost"),
            "there is no profile `ghost`; defined are: default, keys, nowhere, work",
        ),
    ];
    for (environment, profile, said) in cases {
        let mut program = Command::new(env!("CARGO_BIN_EXE_fargate-top"));
        program.args(["triage", "--once"]).args(profile.map(|profile| format!("--profile={profile}")));
        program.env_clear().env("HOME", home.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        let output = program.envs(environment.iter().copied()).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(text.contains(said), "{environment:?} {profile:?}: {text}");
        assert_eq!(output.status.code(), Some(2), "{text}");
    }
}
