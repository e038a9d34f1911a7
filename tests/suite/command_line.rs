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
