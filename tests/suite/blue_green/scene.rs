//! A scene: a session on a simulated AWS, what a person reads of it, and what it sent that changes anything.

use std::ops::{Deref, DerefMut};

use fargate_top::app::protection::{Protection, Rules};
use fargate_top::app::settings::Settings;
use fargate_top::simulation::{Disturbance, Millis, Outcome, Simulation};
use fargate_top::view::theme::Theme;
use serde_json::{Value, json};

use crate::support::fixture::now;
use crate::support::screen::{lines, picture};
use crate::support::story::Story;

/// The operations that change something in an account.
const CHANGING: [&str; 7] = ["Update", "Stop", "Register", "Create", "Delete", "Put", "Continue"];

/// A canary of ECS whose production traffic waits for a person at each of its two steps.
pub const CANARY: &str = "strategy = \"canary\", step = 10, step-bake = \"1m\", bake = \"2m\", \
     hooks = [{ stages = [\"PRE_PRODUCTION_TRAFFIC_SHIFT\"], timeout = \"30m\" }]";

/// A canary of CodeDeploy that waits for a person and keeps blue for two minutes.
pub const SHIFT: &str = "config = \"Team.ECSCanary10Percent1Minutes\", ready = \"20m\", termination = \"2m\", \
     deployments = [{ since = \"8m\" }]";

pub fn start() -> Millis {
    now().timestamp_millis()
}

/// Settings in which nothing is guarded, whatever the profile is called.
pub fn open() -> Settings {
    let protection = Protection { guarded: Rules::default(), locked: Rules::default() };
    Settings { protection, ..Settings::default() }
}

/// The cluster `shop` with the service `api`, described by more members of a story.
pub fn one(members: &str) -> Simulation {
    let text = format!(
        "title = \"one\"\n[[cluster]]\nname = \"shop\"\nservices = [{{ name = \"api\", tasks = 2, revision = 7, \
         load-balancer = true, health-check = false, sidecars = [], pull = \"2s\", requests = 600, tests = 60, \
         {members} }}]\n"
    );
    Simulation::from_toml(&text, start()).unwrap()
}

/// The same, deployed by ECS for eight minutes.
pub fn native(members: &str) -> Simulation {
    one(&format!("behaviour = \"rolling\", since = \"8m\", {members}"))
}

/// The same, deployed by CodeDeploy.
pub fn codedeploy(members: &str) -> Simulation {
    one(&format!("code-deploy = {{ {members} }}"))
}

/// What another principal asks, and what AWS answers; nobody counts it.
pub fn act(simulation: &Simulation, at: Millis, operation: &str, body: Value) -> Value {
    let of_ecs = ["ServiceDeployment", "ServiceRevision", "DescribeServices", "UpdateService"];
    let service = if of_ecs.iter().any(|part| operation.contains(part)) { "ecs" } else { "codedeploy" };
    simulation.act(at, service, operation, body).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
}

/// The requests since the last look that change something.
pub fn changes(simulation: &Simulation) -> Vec<(String, Value)> {
    let calls = simulation.calls();
    simulation.forget_calls();
    let calls = calls.into_iter();
    let changing = calls.filter(|call| CHANGING.iter().any(|verb| call.operation.starts_with(verb)));
    changing.map(|call| (call.operation, call.body)).collect()
}

/// A request of ECS that answers a hook.
pub fn answer(deployment: &Value, hook: &str, action: &str) -> (String, Value) {
    let body = json!({"serviceDeploymentArn": deployment, "hookId": hook, "action": action});
    ("ContinueServiceDeployment".to_owned(), body)
}

/// A request of CodeDeploy that goes on.
pub fn go_on(id: &str) -> (String, Value) {
    ("ContinueDeployment".to_owned(), json!({"deploymentId": id, "deploymentWaitType": "READY_WAIT"}))
}

pub struct Scene {
    story: Story,
}

impl Deref for Scene {
    type Target = Story;

    fn deref(&self) -> &Story {
        &self.story
    }
}

impl DerefMut for Scene {
    fn deref_mut(&mut self) -> &mut Story {
        &mut self.story
    }
}

impl Scene {
    /// An embedded story, after its first looks.
    pub async fn of(name: &str) -> Self {
        Self::on(Simulation::story(name, start()).unwrap()).await
    }

    pub async fn on(simulation: Simulation) -> Self {
        Self::with(simulation, open()).await
    }

    pub async fn with(simulation: Simulation, settings: Settings) -> Self {
        Self::in_story(Story::of(simulation, settings).await).await
    }

    pub async fn in_story(mut story: Story) -> Self {
        story.pass(5.0).await;
        story.simulation.forget_calls();
        Self { story }
    }

    /// Opens the inbox, and its first row.
    pub async fn at_cockpit(mut self) -> Self {
        self.press(": approvals enter").pass(6.0).await;
        self.press("enter").pass(4.0).await;
        self
    }

    /// What is on the screen.
    pub fn screen(&self) -> String {
        let lines = lines(&picture(self.model(), &Theme::default()));
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// The screen shows each of these, however its lines are broken.
    #[track_caller]
    pub fn shows(&mut self, texts: &[&str]) -> &mut Self {
        let screen = self.screen();
        let words = |text: &str| {
            let text = text.replace(['│', '┌', '└', '┐', '┘', '─'], " ");
            text.split_whitespace().map(|word| word.to_owned() + " ").collect::<String>()
        };
        let flat = words(&screen);
        for text in texts {
            assert!(flat.contains(words(text).trim_end()), "`{text}` is not on the screen:\n{screen}");
        }
        self
    }

    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "`{text}` is on the screen:\n{screen}");
        self
    }

    /// What left since the last look and changes something.
    pub fn sent(&mut self) -> Vec<(String, Value)> {
        changes(&self.simulation)
    }

    /// Nothing left since the last look that changes anything.
    #[track_caller]
    pub fn sent_nothing(&mut self) {
        assert_eq!(self.sent(), [], "{}", self.screen());
    }

    /// Somebody else asks this.
    pub fn act(&self, operation: &str, body: Value) -> Value {
        act(&self.simulation, self.millis(), operation, body)
    }

    pub fn disturb(&self, disturbance: Disturbance) {
        self.simulation.disturb(self.millis(), disturbance).unwrap();
    }

    /// Sets an alarm.
    pub fn turn(&self, alarm: &str, state: &str) {
        self.disturb(Disturbance::TurnAlarm { alarm: alarm.into(), state: state.into() });
    }

    /// The newest deployment of a service as ECS describes it.
    pub fn of_ecs(&self, cluster: &str, service: &str) -> Value {
        let all = self.act("ListServiceDeployments", json!({"cluster": cluster, "service": service}));
        let arn = all["serviceDeployments"][0]["serviceDeploymentArn"].clone();
        let described = self.act("DescribeServiceDeployments", json!({"serviceDeploymentArns": [arn]}));
        described["serviceDeployments"][0].clone()
    }

    /// The hooks that wait for a person: deployment and hook ids.
    pub fn waiting(&self, cluster: &str, service: &str) -> (Value, Vec<String>) {
        let deployment = self.of_ecs(cluster, service);
        let hooks = deployment["lifecycleHookDetails"].as_array().cloned().unwrap_or_default();
        let waiting = hooks.iter().filter(|hook| hook["status"] == "AWAITING_ACTION");
        let ids = waiting.map(|hook| hook["hookId"].as_str().unwrap().to_owned()).collect();
        (deployment["serviceDeploymentArn"].clone(), ids)
    }

    /// The newest deployment of a service as CodeDeploy describes it.
    pub fn of_codedeploy(&self, cluster: &str, service: &str) -> Value {
        let group = json!({
            "applicationName": format!("AppECS-{cluster}-{service}"),
            "deploymentGroupName": format!("DgpECS-{cluster}-{service}"),
        });
        let id = self.act("ListDeployments", group)["deployments"][0].clone();
        self.deployment(id.as_str().unwrap())
    }

    /// `GetDeployment`.
    pub fn deployment(&self, id: &str) -> Value {
        self.act("GetDeployment", json!({"deploymentId": id}))["deploymentInfo"].clone()
    }

    /// The id of the newest deployment of CodeDeploy.
    pub fn id(&self) -> String {
        self.of_codedeploy("shop", "api")["deploymentId"].as_str().unwrap().to_owned()
    }

    /// The weights of the production rule of the only load balancer, by the number of the target group: what
    /// `aws elbv2 describe-rules` tells.
    pub fn rules(&self) -> Vec<(String, String)> {
        let balancer = each(&self.elb("DescribeLoadBalancers", &[]), "LoadBalancerArn").remove(0);
        let listeners = self.elb("DescribeListeners", &[("LoadBalancerArn", &balancer)]);
        let listener = each(&listeners, "ListenerArn").remove(0);
        let rules = self.elb("DescribeRules", &[("ListenerArn", &listener)]);
        let forward = each(&rules, "ForwardConfig").remove(0);
        let groups = each(&forward, "TargetGroupArn");
        let name = |arn: String| arn.split('/').nth(1).unwrap_or_default().to_owned();
        groups.into_iter().map(name).zip(each(&forward, "Weight")).collect()
    }

    /// Beside the count: the calls of the session stay as they are.
    fn elb(&self, operation: &str, fields: &[(&str, &str)]) -> String {
        let escape = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("&{name}={}", escape(value))).collect();
        let request = http::Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .body(format!("Action={operation}&Version=2015-12-01{}", fields.concat()).into())
            .unwrap();
        match self.simulation.answer(self.millis(), &request).outcome {
            Outcome::Respond(response) => String::from_utf8(response.body().to_vec()).unwrap(),
            Outcome::Stream(_) => panic!("{operation} is answered by a stream"),
            Outcome::Drop => panic!("{operation} was dropped"),
        }
    }
}

/// The texts of all elements with a name.
fn each(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts.filter_map(|part| part.split_once(&close)).map(|(inner, _)| inner.to_owned()).collect()
}
