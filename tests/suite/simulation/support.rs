//! A caller with a clock of its own that asks the simulation over its wire protocol.

use std::time::Duration;

use fargate_top::simulation::{Answer, Disturbance, Millis, Outcome, Request, Simulation};
use serde_json::{Value, json};

/// When every test begins.
pub const START: Millis = 1_790_000_000_000;

/// The same in seconds, as answers give times.
pub const START_SECONDS: f64 = 1_790_000_000.0;

pub struct Caller {
    pub simulation: Simulation,
    pub now: Millis,
}

pub fn story(name: &str) -> Caller {
    Caller { simulation: Simulation::story(name, START).unwrap(), now: START }
}

pub fn told(text: &str) -> Caller {
    Caller { simulation: Simulation::from_toml(text, START).unwrap(), now: START }
}

/// Members of a request with the cluster `c` and the service `s`.
pub fn of_s(members: &Value) -> Value {
    let mut body = json!({"cluster": "c", "service": "s"});
    for (key, value) in members.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// One cluster `c` with one service `s`, described by more members of a story.
pub fn one_service(members: &str) -> Caller {
    told(&format!("title = \"one\"\n[[cluster]]\nname = \"c\"\nservices = [{{ name = \"s\", {members} }}]\n"))
}

pub fn request(operation: &str, body: &Value) -> Request {
    request_to("AmazonEC2ContainerServiceV20141113", operation, body)
}

pub fn request_to(service: &str, operation: &str, body: &Value) -> Request {
    http::Request::post("/")
        .header("x-amz-target", format!("{service}.{operation}"))
        .header("content-type", "application/x-amz-json-1.1")
        .body(body.to_string().into())
        .unwrap()
}

impl Caller {
    pub fn pass(&mut self, seconds: i64) {
        self.now += seconds * 1000;
    }

    pub fn answer(&self, operation: &str, body: &Value) -> Answer {
        self.simulation.answer(self.now, &request(operation, body))
    }

    /// Status and body of an answer that comes at once.
    pub fn try_ask(&self, operation: &str, body: &Value) -> (u16, Value) {
        opened(self.answer(operation, body))
    }

    /// The same of Application Auto Scaling; the body is told the namespace.
    pub fn try_scaling(&self, operation: &str, body: &Value) -> (u16, Value) {
        let mut body = body.clone();
        body["ServiceNamespace"] = json!("ecs");
        opened(self.simulation.answer(self.now, &request_to("AnyScaleFrontendService", operation, &body)))
    }

    pub fn scaling(&self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.try_scaling(operation, body);
        assert_eq!(status, 200, "{operation} {body}: {answer}");
        answer
    }

    pub fn ask(&self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.try_ask(operation, body);
        assert_eq!(status, 200, "{operation} {body}: {answer}");
        answer
    }

    /// The short name of the error that an operation is refused with.
    pub fn refused(&self, operation: &str, body: &Value) -> String {
        let (status, answer) = self.try_ask(operation, body);
        assert_eq!(status, 400, "{operation} {body}: {answer}");
        answer["__type"].as_str().unwrap().to_owned()
    }

    pub fn service(&self, cluster: &str, name: &str) -> Value {
        self.ask("DescribeServices", &json!({"cluster": cluster, "services": [name]}))["services"][0].clone()
    }

    /// The tasks of a service with a desired status, oldest first.
    pub fn tasks(&self, cluster: &str, service: &str, desired: &str) -> Vec<Value> {
        let mut tasks = Vec::new();
        let mut body = json!({"cluster": cluster, "serviceName": service, "desiredStatus": desired});
        loop {
            let page = self.ask("ListTasks", &body);
            if !list(&page["taskArns"]).is_empty() {
                let page = self.ask("DescribeTasks", &json!({"cluster": cluster, "tasks": page["taskArns"]}));
                tasks.extend(list(&page["tasks"]).iter().cloned());
            }
            match page.get("nextToken") {
                Some(token) => body["nextToken"] = token.clone(),
                None => return tasks,
            }
        }
    }

    /// The sentences of a service's events, newest first.
    pub fn events(&self, cluster: &str, service: &str) -> Vec<String> {
        let service = self.service(cluster, service);
        list(&service["events"]).iter().map(|event| text(&event["message"]).to_owned()).collect()
    }

    /// The code and the message that an operation is refused with.
    pub fn refusal(&self, operation: &str, body: &Value) -> (String, String) {
        let (status, answer) = self.try_ask(operation, body);
        assert_eq!(status, 400, "{operation} {body}: {answer}");
        (text(&answer["__type"]).to_owned(), text(&answer["message"]).to_owned())
    }

    /// The newest service deployments of a service, newest first, described.
    pub fn deployments(&self, cluster: &str, service: &str) -> Vec<Value> {
        let briefs = self.ask("ListServiceDeployments", &json!({"cluster": cluster, "service": service}));
        let arns = list(&briefs["serviceDeployments"]).iter().map(|brief| &brief["serviceDeploymentArn"]);
        let arns: Vec<_> = arns.take(20).collect();
        if arns.is_empty() {
            return Vec::new();
        }
        let answer = self.ask("DescribeServiceDeployments", &json!({"serviceDeploymentArns": arns}));
        assert_eq!(answer["failures"], json!([]));
        list(&answer["serviceDeployments"]).to_vec()
    }

    /// UpdateService of the service `s` in `c` with more members.
    pub fn update(&self, members: &Value) -> Value {
        self.ask("UpdateService", &of_s(members))["service"].clone()
    }

    pub fn disturb(&self, disturbance: Disturbance) {
        self.simulation.disturb(self.now, disturbance).unwrap();
    }

    /// Lets time pass second by second until something holds.
    pub fn until(&mut self, what: &str, seconds: i64, holds: impl Fn(&Self) -> bool) {
        for _ in 0..seconds {
            if holds(self) {
                return;
            }
            self.pass(1);
        }
        panic!("not within {seconds} s: {what}");
    }
}

pub fn opened(answer: Answer) -> (u16, Value) {
    assert_eq!(answer.delay, Duration::ZERO);
    match answer.outcome {
        Outcome::Respond(response) => {
            (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap())
        }
        Outcome::Stream(_) => panic!("a stream"),
        Outcome::Drop => (0, Value::Null),
    }
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
