//! The command line as people meet it: sentences and exit codes before any screen is taken.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use assert_cmd::Command;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fargate-top"));
    // No file and no variable of the machine may decide how a test ends.
    command.env_clear().env("HOME", "/nonexistent").env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Runs it with these arguments and variables: the exit code, what it printed and what it complained.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let output = program().args(arguments).envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")];

/// The simulated AWS on loopback; ended when it is dropped.
struct Simulated {
    child: Child,
    address: String,
}

impl Simulated {
    fn start(arguments: &[&str]) -> Self {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_fargate-top"))
            .args(["simulate", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn wrong_flags_are_explained() {
    let (code, _, complaint) = run(&["--regoin", "eu-west-1"], &[]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--region"), "{complaint}");
}

#[test]
fn what_is_missing_is_said_before_the_screen_is_taken() {
    for (arguments, variables, expected) in [
        (vec!["triage", "--once"], KEYS.to_vec(), "no Region is set; pass --region"),
        (vec!["triage", "--once", "--region", "eu-west-1"], vec![], "there are no AWS credentials"),
        (vec!["triage", "--once", "--profile", "nobody"], vec![], "there is no profile `nobody`"),
        (vec![], vec![("TERM", "dumb")], "fargate-top triage --once"),
        (vec!["--demo"], vec![("TERM", "xterm")], "this is not a terminal"),
        (vec!["--demo", "tragedy", "triage", "--once"], vec![], "tragedy"),
        (vec!["--config", "/nowhere.toml", "keys"], vec![], "/nowhere.toml"),
    ] {
        let (code, printed, complaint) = run(&arguments, &variables);
        assert_eq!(code, 2, "{arguments:?}: {printed}{complaint}");
        assert!(complaint.contains(expected), "{arguments:?}: {complaint}");
    }
}

#[test]
fn an_endpoint_that_nobody_answers_at_is_named() {
    let arguments = ["triage", "--once", "--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:9"];
    let (code, printed, complaint) = run(&arguments, &KEYS);
    assert_eq!(code, 2, "{printed}{complaint}");
    assert!(printed.contains("Not looked at: clusters"), "{printed}{complaint}");
}

#[test]
fn triage_of_the_demo_names_what_is_broken_and_fails() {
    let (code, text, _) = run(&["--demo", "triage", "--once"], &[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("checkout-api") && text.contains("mail-worker"), "{text}");
    let (code, _, _) = run(&["--demo", "calm", "triage", "--once"], &[]);
    assert_eq!(code, 0);
}

#[test]
fn triage_over_loopback_has_every_service_and_task() {
    let simulated = Simulated::start(&["--clusters", "5", "--services", "200", "--tasks", "1000"]);
    let arguments =
        ["triage", "--once", "--json", "--region", "eu-west-1", "--endpoint-url", &simulated.address];
    let (code, json, complaint) = run(&arguments, &KEYS);
    assert_eq!(code, 0, "{complaint}");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["complete"], true);
    let services = report["services"].as_array().unwrap();
    assert_eq!(services.len(), 200);
    for member in ["arn", "name", "cluster", "desired", "running", "pending", "verdict", "why"] {
        assert!(services.iter().all(|service| service.get(member).is_some()), "{member}");
    }
    let tasks: usize = services.iter().map(|service| service["tasks"].as_array().unwrap().len()).sum();
    assert_eq!(tasks, 1_000);
}

#[test]
fn keys_and_config_print_what_is_in_force() {
    let (code, keys, _) = run(&["keys"], &[]);
    assert!(code == 0 && keys.contains("ctrl-r"), "{keys}");
    let (code, config, _) = run(&["config"], &[]);
    assert!(code == 0 && config.contains("rate"), "{config}");
    let (code, script, _) = run(&["completions", "bash"], &[]);
    assert!(code == 0 && script.contains("fargate-top"), "{code}");
}

#[test]
fn the_journal_is_read_from_the_state_folder() {
    let folder = tempfile::tempdir().unwrap();
    let state = [("XDG_STATE_HOME", folder.path().to_str().unwrap())];
    let (code, text, _) = run(&["journal", "--since", "7d"], &state);
    assert!(code == 0 && text.starts_with("No changes are recorded on this machine since "), "{text}");

    let journal = folder.path().join("fargate-top/journal");
    std::fs::create_dir_all(&journal).unwrap();
    let line =
        r#"{"form":1,"at":"2026-11-21T14:00:00Z","operation":"a","kind":"attempt","action":"redeploy"}"#;
    std::fs::write(journal.join("changes.jsonl"), format!("{line}\n{{\"form\":1,\n")).unwrap();
    let (code, text, complaint) = run(&["journal"], &state);
    assert!(
        code == 0 && text.contains("redeploy") && complaint.contains("1 damaged line"),
        "{text}{complaint}"
    );
    assert_eq!(run(&["journal", "--json"], &state).1, format!("{line}\n"));
    // What was only played stands apart.
    assert!(run(&["--demo", "journal"], &state).1.starts_with("No changes are recorded"));

    // A folder where a file should be can be read by nobody.
    std::fs::create_dir(journal.join("changes.1.jsonl")).unwrap();
    let (code, text, complaint) = run(&["journal"], &state);
    assert!(
        code == 2 && text.contains("redeploy") && complaint.contains("changes.1.jsonl"),
        "{text}{complaint}"
    );
}

/// Runs a command against a simulated AWS, with this folder for the journal.
fn at(simulated: &Simulated, folder: &std::path::Path, line: &str) -> (i32, String, String) {
    let state = folder.to_str().unwrap();
    let variables = [
        KEYS[0],
        KEYS[1],
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &simulated.address),
        ("XDG_STATE_HOME", state),
        ("USER", "ana"),
    ];
    run(&line.split(' ').collect::<Vec<_>>(), &variables)
}

#[test]
fn a_change_is_previewed_confirmed_and_found_again() {
    let simulated = Simulated::start(&["--story", "incident"]);
    let folder = tempfile::tempdir().unwrap();
    let (code, shown, _) = at(&simulated, folder.path(), "scale tax-api +2 --dry-run");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("aws ecs update-service --cluster payments --service tax-api --desired-count 5"));
    assert!(shown.ends_with("to send it: fargate-top scale tax-api +2 --yes tax-api\n"), "{shown}");

    let (code, shown, complaint) = at(&simulated, folder.path(), "scale payments/tax-api 5");
    assert!(code == 3 && shown.starts_with("Scale tax-api\n"), "{shown}{complaint}");
    assert!(complaint.ends_with("fargate-top scale payments/tax-api 5 --yes tax-api\n"), "{complaint}");
    assert!(at(&simulated, folder.path(), "ops").1.starts_with("No changes were made"));

    let (code, said, complaint) = at(&simulated, folder.path(), "scale tax-api 5 --yes tax-api");
    assert!(code == 0 && said.starts_with("requested: scale tax-api to 5 (operation "), "{said}{complaint}");
    let (code, said, _) = at(&simulated, folder.path(), "scale tax-api 5 --yes tax-api");
    assert!(code == 0 && said.starts_with("nothing to do: tax-api has desired 5 already"), "{said}");
    let (code, list, _) = at(&simulated, folder.path(), "ops --json");
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!((code, list[0]["action"].as_str()), (0, Some("scale")), "{list}");

    let (code, list, _) = at(&simulated, folder.path(), "deployments core/auth-api");
    assert!(code == 0 && list.contains("auth-api:89@"), "{list}");
}

#[test]
fn what_is_guarded_is_unlocked_and_what_is_read_only_is_not() {
    let simulated = Simulated::start(&["--story", "incident"]);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[protection]\nguarded-accounts = [\"123456789012\"]\n").unwrap();
    let line = |rest: &str| format!("--config {} scale tax-api 4 --yes tax-api{rest}", config.display());
    let (code, _, complaint) = at(&simulated, folder.path(), &line(""));
    assert!(code == 3 && complaint.contains("guarded: account 123456789012 is listed"), "{complaint}");
    let (code, _, complaint) = at(&simulated, folder.path(), &line(" --unlock 9999"));
    assert!(code == 3 && complaint.contains("`9999` does not unlock"), "{complaint}");
    let (code, _, complaint) = at(&simulated, folder.path(), &line(" --unlock 9012 --read-only"));
    assert!(code == 3 && complaint.contains("read-only"), "{complaint}");
    let (code, said, complaint) = at(&simulated, folder.path(), &line(" --unlock 9012"));
    assert!(code == 0 && said.starts_with("requested: "), "{said}{complaint}");
}

#[test]
fn mistakes_in_commands_are_sentences() {
    let simulated = Simulated::start(&["--story", "incident", "--latency", "5"]);
    let folder = tempfile::tempdir().unwrap();
    for (line, expected) in [
        ("scale tax-apy 4", "there is no service `tax-apy`; did you mean `payments/tax-api`?"),
        ("scale tax-api 4 --unchecked", "--unchecked"),
        ("stop zzzz --yes zzzz", "there is no running task `zzzz`"),
        ("rollback tax-api --to 3", "there is no way back to `3`"),
        ("deployments nothing/at-all", "there is no cluster `nothing`"),
    ] {
        let (code, printed, complaint) = at(&simulated, folder.path(), line);
        assert_eq!(code, 2, "{line}: {printed}{complaint}");
        assert!(complaint.contains(expected), "{line}: {complaint}");
    }
}

#[test]
fn logs_end_with_the_reader_of_the_pipe() {
    let simulated = Simulated::start(&["--story", "flood"]);
    let logs = ["logs", "edge/beacon-api", "--json", "--region", "eu-west-1"];
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_fargate-top"))
        .args(logs)
        .args(["--follow", "--endpoint-url", &simulated.address])
        .envs(KEYS)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["container"], "app", "{line}");
    }
    drop(reader);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let (code, shown, complaint) = run(&[&logs[..], &["--endpoint-url", &simulated.address]].concat(), &KEYS);
    assert_eq!(code, 0, "{complaint}");
    assert!(shown.lines().count() > 100 && shown.lines().all(|line| line.starts_with("{\"timestamp\":\"20")));
    let (code, shown, complaint) =
        run(&["logs", "edge/nothing", "--region", "eu-west-1", "--endpoint-url", &simulated.address], &KEYS);
    assert_eq!((code, shown.as_str()), (2, ""));
    assert!(complaint.contains("there is no service `nothing`"), "{complaint}");
}
