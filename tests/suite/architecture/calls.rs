//! Which requests the adapters can make, read from their code, and that no change is sent without a permit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Report, Source, read, sources, words};

/// Every request that changes something in AWS. A row that is new here is a decision that is seen in review.
const CHANGES: &[&str] = &[
    "ContinueDeployment",
    "ContinueServiceDeployment",
    "CreateDeployment",
    "RegisterScalableTarget",
    "StopDeployment",
    "StopServiceDeployment",
    "StopTask",
    "UpdateService",
];

/// What operations begin with that only read.
const READING: &[&str] = &["list", "describe", "get", "batch", "filter"];

/// Operations that only read, whatever they begin with.
const READING_ANYHOW: &[&str] = &["start_live_tail"];

/// What IAM calls the service that a file of `aws` is about.
const SERVICES: &[(&str, &str)] = &[
    ("aws/ecs", "ecs"),
    ("aws/autoscaling", "application-autoscaling"),
    ("aws/codedeploy", "codedeploy"),
    ("aws/balancing", "elasticloadbalancing"),
    ("aws/cloudwatch", "cloudwatch"),
    ("aws/logs", "logs"),
    ("aws/sts", "sts"),
];

/// The only constructor of permits.
const CONSTRUCTOR: &str = "from_the_gate";

/// One request in the code of an adapter.
struct Call {
    /// `stop_task`
    name: String,
    line: usize,
    /// The head of the function that it stands in.
    head: String,
}

impl Call {
    fn changes(&self) -> bool {
        let reads = READING.iter().any(|verb| self.name.split('_').next() == Some(verb));
        !reads && !READING_ANYHOW.contains(&self.name.as_str())
    }

    /// `StopTask`
    fn operation(&self) -> String {
        let capital = |word: &str| word.get(..1).unwrap_or("").to_uppercase() + word.get(1..).unwrap_or("");
        self.name.split('_').map(capital).collect()
    }
}

#[test]
fn only_the_gate_makes_permits() {
    let mut wrong = Report::new("only the gate makes permits, in one place");
    let mut made = 0;
    for source in &sources() {
        let gate = source.path == "runtime/gate.rs" || source.path.starts_with("runtime/gate/");
        for (number, line) in source.code.lines().enumerate() {
            let here = words(line).filter(|word| *word == CONSTRUCTOR).count();
            made += if gate { here } else { 0 };
            if here > 0 && !gate && source.path != "aws/permit.rs" || made > 1 {
                wrong.add(source, number + 1, line.trim());
                made = made.min(1);
            }
        }
    }
    wrong.done();
}

#[test]
fn every_change_takes_a_permit() {
    let mut wrong = Report::new("an adapter's method that changes something takes a `Permit`");
    let mut found = BTreeSet::new();
    for source in sources().iter().filter(|source| source.folder() == "aws") {
        for call in calls(source).iter().filter(|call| call.changes()) {
            found.insert(call.operation());
            if !words(&call.head).any(|word| word == "Permit") {
                wrong.add(source, call.line, &format!("`{}` without a permit", call.name));
            }
        }
        // A client that is handed on could be asked for anything, out of sight of this test.
        for (number, line) in source.code.lines().enumerate() {
            let handed_on =
                line.split("self.client").skip(1).any(|rest| !rest.is_empty() && !rest.starts_with('.'));
            if handed_on {
                wrong.add(source, number + 1, line.trim());
            }
        }
    }
    wrong.done();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), CHANGES, "the list of changes in this file");
}

/// The IAM actions of everything that the adapters can ask for, with whether they change something.
pub fn actions() -> BTreeMap<String, bool> {
    let mut actions = BTreeMap::new();
    for source in sources().iter().filter(|source| source.folder() == "aws") {
        let service = SERVICES.iter().find(|(path, _)| source.path.starts_with(path)).map(|(_, iam)| *iam);
        for call in calls(source) {
            let service = service.unwrap_or("of a service that this file does not know");
            actions.insert(format!("{service}:{}", call.operation()), call.changes());
        }
    }
    actions
}

/// What is called on a client: `self.client.stop_task()`.
fn calls(source: &Source) -> Vec<Call> {
    let mut found = Vec::new();
    for (at, _) in source.code.match_indices("client") {
        let (before, after) = source.code.split_at(at);
        // `http_client` is no client of a service.
        if before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let Some(call) = after.strip_prefix("client").and_then(|rest| rest.trim_start().strip_prefix('.'))
        else {
            continue;
        };
        let call = call.trim_start();
        // A client that is made when it is first needed: `self.client.get().stop_task()`.
        let call = call.strip_prefix("get()").map_or(call, |rest| rest.trim_start().trim_start_matches('.'));
        let end = call.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let Some((name, rest)) = end.map(|end| call.split_at(end)) else { continue };
        if !rest.starts_with('(') {
            continue;
        }
        let head = before.rfind("fn ").map_or("", |start| before.split_at(start).1);
        let head = head.split('{').next().unwrap_or_default().to_owned();
        found.push(Call { name: name.to_owned(), line: before.matches('\n').count() + 1, head });
    }
    found
}

#[test]
fn a_change_is_found_in_code() {
    let text = "//! X.\nimpl Ecs {\n    fn look(&self) { self.client\n        .list_tasks(); }\n    fn harm(&self, permit: &Permit) { self.client.delete_service().send() }\n    fn sneak(&self) { let request = self.client.stop_task(); }\n}\n";
    let found = calls(&read("aws/x.rs".to_owned(), text));
    let found: Vec<_> = found
        .iter()
        .map(|call| (call.operation(), call.line, call.changes(), call.head.contains("Permit")))
        .collect();
    let expected =
        [("ListTasks", 3, false, false), ("DeleteService", 5, true, true), ("StopTask", 6, true, false)];
    assert_eq!(found, expected.map(|(name, line, changes, permit)| (name.to_owned(), line, changes, permit)));
}
