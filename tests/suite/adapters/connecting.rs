//! What is said when no request could succeed: the environment is a process's own, so each case is one.

use std::path::Path;
use std::process::Command;

use fargate_top::aws::{Aws, Options};
use fargate_top::fleet::id::ContextId;
use pretty_assertions::assert_eq;

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

/// The other side: connects by its environment, and says how it went.
#[tokio::test]
#[ignore = "started by the other tests, in an environment of their making"]
async fn probe() {
    let profile = std::env::args().find_map(|arg| arg.strip_prefix("--skip=profile:").map(str::to_owned));
    let said = match Aws::connect(ContextId(0), Options { profile, ..Options::default() }).await {
        Ok(aws) => format!("{} {:?} {:?} {}", aws.region(), aws.profile(), aws.endpoint(), aws.is_loopback()),
        Err(error) => error.to_string(),
    };
    println!("said: {said}");
}

/// What connecting says in this environment; a profile that is asked for travels as a filter that matches no test.
fn connect(home: &Path, environment: &[(&str, &str)], profile: Option<&str>) -> String {
    let mut probe = Command::new(std::env::current_exe().unwrap());
    probe.args(["--ignored", "--exact", "adapters::connecting::probe", "--nocapture"]);
    probe.args(profile.map(|profile| format!("--skip=profile:{profile}")));
    probe.env_clear().env("HOME", home).env("AWS_EC2_METADATA_DISABLED", "true");
    let output = probe.envs(environment.iter().copied()).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    output.lines().find_map(|line| line.split_once("said: ")).expect("an answer").1.to_owned()
}

#[test]
fn what_cannot_work_is_said_before_the_screen_is_taken() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), CONFIG).unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let region = ("AWS_REGION", "us-east-1");
    let cases: [Case<'_>; 7] = [
        (&[keys[0], keys[1], region], None, "us-east-1 None None false"),
        (
            &[keys[0], keys[1], region],
            Some("keys"),
            r#"us-east-1 Some("keys") Some("http://127.0.0.1:9") true"#,
        ),
        (&[("AWS_PROFILE", "keys")], None, r#"eu-north-1 Some("keys") Some("http://127.0.0.1:9") true"#),
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
    ];
    for (environment, profile, said) in cases {
        assert_eq!(connect(home.path(), environment, profile), said, "{environment:?} {profile:?}");
    }
}
