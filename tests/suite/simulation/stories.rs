//! Stories: the same each time, and refused with a reason when they are wrong.

use fargate_top::simulation::Simulation;
use serde_json::{Value, json};

use super::support::{START, list, story};

/// Everything that can be read of a story after some time, asked in steps of some seconds.
fn everything(name: &str, step: i64) -> Vec<Value> {
    let mut caller = story(name);
    while caller.now < START + 20 * 60_000 {
        caller.pass(step);
        caller.ask("ListClusters", &json!({}));
    }
    let mut all = Vec::new();
    for cluster in list(&caller.ask("ListClusters", &json!({}))["clusterArns"]) {
        let names = caller.ask("ListServices", &json!({"cluster": cluster, "maxResults": 100}));
        for some in list(&names["serviceArns"]).chunks(10) {
            all.push(caller.ask("DescribeServices", &json!({"cluster": cluster, "services": some})));
        }
        for desired in ["RUNNING", "STOPPED"] {
            let tasks = caller.ask("ListTasks", &json!({"cluster": cluster, "desiredStatus": desired}));
            if !list(&tasks["taskArns"]).is_empty() {
                all.push(
                    caller.ask("DescribeTasks", &json!({"cluster": cluster, "tasks": tasks["taskArns"]})),
                );
            }
        }
    }
    all
}

#[test]
fn a_story_is_the_same_each_time_however_often_it_is_asked() {
    assert_eq!(
        Simulation::story_names(),
        ["alarm", "blue-green", "calm", "canary", "flood", "incident", "silence", "stuck"]
    );
    let once = everything("incident", 1200);
    assert_eq!(once, everything("incident", 1200));
    assert_eq!(once, everything("incident", 1));
}

#[test]
fn the_calm_story_is_calm() {
    assert_eq!(everything("calm", 1200), everything("calm", 1));
    let caller = story("calm");
    assert_eq!(caller.service("shop", "web-front")["runningCount"], 6);
}

#[test]
fn a_wrong_story_says_where_and_what_is_allowed() {
    let error = |text: &str| Simulation::from_toml(text, START).unwrap_err().to_string();
    let wrong = error(
        "title = \"t\"\n[[cluster]]\nname = \"c\"\nservices = [{ name = \"s\", tasks = 1, behaviour = \"sad\" }]",
    );
    assert!(wrong.contains("line 4") && wrong.contains("`crash-loop`"), "{wrong}");
    let wrong = error("title = \"t\"\ncolour = 3");
    assert!(wrong.contains("line 2") && wrong.contains("unknown field `colour`"), "{wrong}");
    let wrong = error("title = \"t\"\npast = \"soon\"");
    assert!(wrong.contains("line 2") && wrong.contains("write a whole number with"), "{wrong}");
    let wrong = error("title = \"t\"\n[[task]]\ncluster = \"c\"\nname = \"n\"\nsince = \"1m\"");
    assert!(wrong.contains("there is no cluster \"c\""), "{wrong}");
    let unknown = Simulation::story("sad", START).unwrap_err().to_string();
    let names = "alarm, blue-green, calm, canary, flood, incident, silence, stuck";
    assert_eq!(unknown, format!("there is no story \"sad\"; there are {names}"));
}
