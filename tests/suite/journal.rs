//! `journal`: the table and the lines of what was changed.

use std::path::Path;

use fargate_top::headless::journal::{Wanted, damage, json, text};
use fargate_top::journal::{Change, Contents, Entry, Fact, Journal, Kind, read};
use insta::assert_snapshot;
use pretty_assertions::assert_eq;

const CART: &str = "arn:aws:ecs:eu-west-1:123456789012:service/payments/cart-api";
const MAIL: &str = "arn:aws:ecs:eu-west-1:123456789012:service/core/mail-worker";
const TASK: &str = "arn:aws:ecs:eu-west-1:123456789012:task/core/4f2a1b3c9d8e7f6a5b4c3d2e1f0a9b8c";

fn at(clock: &str) -> chrono::DateTime<chrono::Utc> {
    format!("2026-11-21T{clock}Z").parse().unwrap()
}

fn attempt(number: u32, clock: &str, action: &str, target: &str) -> Entry {
    let caller = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Operator_0123abcd/alice@example.com";
    Entry {
        at: at(clock),
        operation: format!("20261121140000000-4d-{number}"),
        action: action.to_owned(),
        targets: vec![target.to_owned()],
        user: Some("alice".to_owned()),
        host: Some("laptop".to_owned()),
        caller: Some(caller.to_owned()),
        account: Some("123456789012".to_owned()),
        region: Some("eu-west-1".to_owned()),
        profile: Some("acme-prod".to_owned()),
        checked: true,
        ..Entry::default()
    }
}

fn facts(facts: &[(&str, Fact)]) -> std::collections::BTreeMap<String, Fact> {
    facts.iter().map(|(name, fact)| ((*name).to_owned(), fact.clone())).collect()
}

/// One operation of every kind that people meet.
fn entries() -> Vec<Entry> {
    let scale = Entry {
        parameters: facts(&[("desired", 14_u32.into())]),
        before: facts(&[("desired", 10_u32.into()), ("running", 10_u32.into())]),
        reason: Some("INC-2231 checkout slow".to_owned()),
        command: Some(
            "aws ecs update-service --cluster payments --service cart-api --desired-count 14".to_owned(),
        ),
        ..attempt(1, "14:03:22.250", "scale", CART)
    };
    let accepted = Entry {
        request_id: Some("5f3c6a1e-0001".to_owned()),
        duration_ms: Some(210),
        ..scale.follow(at("14:03:22.460"), Kind::Accepted)
    };
    let stop =
        Entry { service: Some(MAIL.to_owned()), checked: false, ..attempt(2, "14:05:00", "stop-task", TASK) };
    let denied = Entry {
        result: Some("AccessDeniedException: not authorized to perform ecs:StopTask".to_owned()),
        request_id: Some("5f3c6a1e-0002".to_owned()),
        ..stop.follow(at("14:05:01"), Kind::Rejected)
    };
    let locked = Entry {
        kind: Kind::Refused,
        result: Some("locked by account 123456789012".to_owned()),
        ..attempt(3, "14:06:00", "redeploy", MAIL)
    };
    let drift = Change { seen: Some(10_u32.into()), now: Some(12_u32.into()) };
    let drifted = Entry {
        kind: Kind::Drifted,
        drift: [("desired".to_owned(), drift)].into(),
        parameters: facts(&[("desired", 0_u32.into())]),
        before: facts(&[("desired", 10_u32.into())]),
        ..attempt(4, "14:07:00", "scale", CART)
    };
    let killed = attempt(5, "14:08:00", "redeploy", CART);
    let done = Entry {
        result: Some("14 of 14 tasks run".to_owned()),
        ..scale.follow(at("14:04:08.250"), Kind::Done)
    };
    let open = scale.follow(at("14:09:01"), Kind::Accepted);
    let open = Entry { operation: "other".to_owned(), profile: Some("test".to_owned()), ..open };
    vec![scale, accepted, done, stop, denied, locked, drifted, killed, open]
}

fn written(folder: &Path, entries: &[Entry]) -> Contents {
    let journal = Journal::open(folder);
    for entry in entries {
        journal.append(entry).unwrap();
    }
    read(folder, None)
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let contents = written(folder.path(), &entries());
    assert_eq!(contents.entries().cloned().collect::<Vec<_>>(), entries());
}

#[test]
fn each_change_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let contents = written(folder.path(), &entries());
    assert_snapshot!(text(&contents, &Wanted::default(), true), @"
    All by alice@laptop as Operator/alice@example.com.
    TIME                     WHERE                WHAT                   TARGET                          RESULT
    2026-11-21 14:03:22 UTC  acme-prod eu-west-1  scale desired 10 > 14  payments/cart-api               done after 46s: 14 of 14 tasks run; reason: INC-2231 checkout slow; request 5f3c6a1e-0001
    2026-11-21 14:05:00 UTC  acme-prod eu-west-1  stop-task              core/mail-worker task 4f2a1b3c  AWS refused: AccessDeniedException: not authorized to perform ecs:StopTask (not rechecked); request 5f3c6a1e-0002
    2026-11-21 14:06:00 UTC  acme-prod eu-west-1  redeploy               core/mail-worker                not sent: locked by account 123456789012
    2026-11-21 14:07:00 UTC  acme-prod eu-west-1  scale desired 10 > 0   payments/cart-api               not sent: desired was 10 and is 12
    2026-11-21 14:08:00 UTC  acme-prod eu-west-1  redeploy               payments/cart-api               no answer recorded, may have been sent
    2026-11-21 14:09:01 UTC  test eu-west-1       scale                  payments/cart-api               accepted, no end recorded
    ");
    let wanted = Wanted { profile: Some("acme-prod".to_owned()), ..Wanted::default() };
    assert_snapshot!(text(&contents, &wanted, true), @"
    All by alice@laptop as Operator/alice@example.com, in acme-prod eu-west-1.
    TIME                     WHAT                   TARGET                          RESULT
    2026-11-21 14:03:22 UTC  scale desired 10 > 14  payments/cart-api               done after 46s: 14 of 14 tasks run; reason: INC-2231 checkout slow; request 5f3c6a1e-0001
    2026-11-21 14:05:00 UTC  stop-task              core/mail-worker task 4f2a1b3c  AWS refused: AccessDeniedException: not authorized to perform ecs:StopTask (not rechecked); request 5f3c6a1e-0002
    2026-11-21 14:06:00 UTC  redeploy               core/mail-worker                not sent: locked by account 123456789012
    2026-11-21 14:07:00 UTC  scale desired 10 > 0   payments/cart-api               not sent: desired was 10 and is 12
    2026-11-21 14:08:00 UTC  redeploy               payments/cart-api               no answer recorded, may have been sent
    ");
}

#[test]
fn a_part_of_it_can_be_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let contents = written(folder.path(), &entries());
    let lines = |wanted: &Wanted| {
        (text(&contents, wanted, true).matches("2026-").count(), json(&contents, wanted).lines().count())
    };
    let named = |name: &str| Some(name.to_owned());
    for (wanted, expected) in [
        (Wanted::default(), (6, 9)),
        // The scaling began before and ended after.
        (Wanted { since: Some(at("14:04:00")), ..Wanted::default() }, (6, 7)),
        (Wanted { since: Some(at("14:07:30")), ..Wanted::default() }, (2, 2)),
        (Wanted { cluster: named("payments"), ..Wanted::default() }, (4, 6)),
        (Wanted { service: named("mail-worker"), ..Wanted::default() }, (2, 3)),
        (Wanted { service: named(CART), ..Wanted::default() }, (4, 6)),
        (Wanted { profile: named("test"), ..Wanted::default() }, (1, 1)),
    ] {
        assert_eq!(lines(&wanted), expected, "{wanted:?}");
    }
    let wanted = Wanted { service: named("nobody"), ..Wanted::default() };
    assert_eq!(text(&contents, &wanted, true), "No changes of this kind are recorded on this machine.\n");
    assert_eq!(json(&contents, &wanted), "");
}

#[test]
fn nothing_recorded_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let contents = read(folder.path(), None);
    assert_eq!(text(&contents, &Wanted::default(), true), "No changes are recorded on this machine.\n");
    let wanted = Wanted { since: Some(at("14:00:00")), ..Wanted::default() };
    let expected = "No changes are recorded on this machine since 2026-11-21 14:00:00 UTC.\n";
    assert_eq!(text(&contents, &wanted, true), expected);
    assert_eq!(damage(&contents), [""; 0]);
}

#[test]
fn lines_of_a_newer_version_are_shown_and_damaged_ones_counted() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path());
    journal.append(&attempt(1, "14:00:00", "redeploy", MAIL)).unwrap();
    let newer = "{\"form\":7,\"at\":\"2026-11-21T14:00:01Z\",\"deed\":\"\u{1b}[31mboom\"}";
    let newer = newer.replace('\u{1b}', "\\u001b");
    let whole = std::fs::read_to_string(journal.path()).unwrap();
    std::fs::write(journal.path(), format!("{whole}{newer}\n{{\"form\":1,\"at\n")).unwrap();
    let contents = read(folder.path(), None);
    let shown = text(&contents, &Wanted::default(), true);
    assert!(shown.ends_with(&format!("written by a newer version: {newer}\n")), "{shown}");
    assert!(json(&contents, &Wanted::default()).ends_with(&format!("{newer}\n")));
    assert_eq!(damage(&contents), ["1 damaged line was skipped"]);
}

#[test]
fn nothing_that_steers_a_terminal_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let entry = Entry { reason: Some("\u{1b}[2J\nx".to_owned()), ..attempt(1, "14:00:00", "redeploy", MAIL) };
    let contents = written(folder.path(), &[entry]);
    let shown = text(&contents, &Wanted::default(), true);
    assert_eq!((shown.lines().count(), shown.contains('\u{1b}')), (3, false), "{shown}");
}
