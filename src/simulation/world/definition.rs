//! Task definitions: kept as short recipes, from which the full container definitions are written.

use std::fmt::{self, Display};
use std::sync::Arc;

use serde_json::Value;

use super::super::Millis;
use super::super::name::Place;
use super::logs::setup::Setup;
use super::quality::Quality;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionKey(pub u32);

/// One revision of a family.
#[derive(Clone, Debug)]
pub struct Definition {
    pub family: Arc<str>,
    pub revision: u32,
    pub registered: Millis,
    pub active: bool,
    /// `assumed-role/<role>/<session>`; the pipeline's usual one if it is not told.
    pub registered_by: Option<Arc<str>>,
    pub body: Body,
}

/// What a revision says.
#[derive(Clone, Debug)]
pub enum Body {
    Recipe(Recipe),
    /// Registered through the API: kept as it was given.
    Given(Arc<Value>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    X86,
    Arm,
}

/// What differs between the containers of our pretended applications.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// CPU units, 1024 to the vCPU.
    pub cpu: u32,
    /// MiB.
    pub memory: u32,
    pub architecture: Architecture,
    pub port: Option<u16>,
    pub envoy: bool,
    pub log_router: bool,
    pub health_check: bool,
    /// The tag of the application's image; its repository is the family.
    pub tag: Arc<str>,
    pub variables: Arc<[(Arc<str>, Arc<str>)]>,
    /// Names of environment variables that come from Secrets Manager.
    pub secrets: Arc<[Arc<str>]>,
    pub quality: Quality,
    pub logs: Arc<Setup>,
}

/// A container of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The application itself, called `app`, which is essential.
    App,
    Envoy,
    LogRouter,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Envoy => "envoy",
            Self::LogRouter => "log_router",
        }
    }
}

impl Recipe {
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        let envoy = self.envoy.then_some(Role::Envoy);
        let log_router = self.log_router.then_some(Role::LogRouter);
        [Some(Role::App), envoy, log_router].into_iter().flatten()
    }
}

/// A container as both a task and its definition see it.
#[derive(Clone, Debug)]
pub struct ContainerOutline<'a> {
    pub role: Option<Role>,
    pub name: &'a str,
    pub essential: bool,
    pub health_check: bool,
    pub cpu: u64,
    pub memory: Option<u64>,
    pub memory_reservation: Option<u64>,
    given_image: Option<&'a str>,
    family: &'a str,
    tag: &'a str,
}

impl<'a> ContainerOutline<'a> {
    /// The image as the definition names it.
    pub fn image(&self, place: &'a Place) -> impl Display {
        fmt::from_fn(move |f| match (self.given_image, self.role) {
            (Some(image), _) => f.write_str(image),
            (_, Some(Role::Envoy)) => f.write_str("public.ecr.aws/appmesh/aws-appmesh-envoy:v1.31.4.0-prod"),
            (_, Some(Role::LogRouter)) => {
                f.write_str("public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32.5")
            }
            _ => write!(f, "{}", place.image(self.family, self.tag)),
        })
    }
}

impl Definition {
    pub fn recipe(&self) -> Option<&Recipe> {
        match &self.body {
            Body::Recipe(recipe) => Some(recipe),
            Body::Given(_) => None,
        }
    }

    /// `task-definition/<family>:<revision>`.
    pub fn resource(&self) -> impl Display {
        fmt::from_fn(|f| write!(f, "task-definition/{}:{}", self.family, self.revision))
    }

    /// CPU units and MiB of a whole task, as text because AWS sends them so.
    pub fn size(&self) -> (String, String) {
        match &self.body {
            Body::Recipe(recipe) => (recipe.cpu.to_string(), recipe.memory.to_string()),
            Body::Given(body) => {
                let text = |key| body.get(key).and_then(Value::as_str).unwrap_or("256").to_owned();
                (text("cpu"), text("memory"))
            }
        }
    }

    pub fn arm(&self) -> bool {
        match &self.body {
            Body::Recipe(recipe) => recipe.architecture == Architecture::Arm,
            Body::Given(body) => {
                body.pointer("/runtimePlatform/cpuArchitecture") == Some(&Value::from("ARM64"))
            }
        }
    }

    /// The port of the first container that has one, at which a load balancer reaches a task.
    pub fn port(&self) -> Option<u16> {
        match &self.body {
            Body::Recipe(recipe) => recipe.port,
            Body::Given(body) => {
                let containers = body.get("containerDefinitions").and_then(Value::as_array);
                let first = |container: &Value| container.pointer("/portMappings/0/containerPort")?.as_u64();
                containers.into_iter().flatten().find_map(first).and_then(|port| u16::try_from(port).ok())
            }
        }
    }

    pub fn has_health_check(&self) -> bool {
        self.containers().iter().any(|container| container.essential && container.health_check)
    }

    pub fn containers(&self) -> Vec<ContainerOutline<'_>> {
        let plain = ContainerOutline {
            role: None,
            name: "",
            essential: true,
            health_check: false,
            cpu: 0,
            memory: None,
            memory_reservation: None,
            given_image: None,
            family: &self.family,
            tag: "",
        };
        match &self.body {
            Body::Recipe(recipe) => recipe
                .roles()
                .map(|role| ContainerOutline {
                    role: Some(role),
                    name: role.name(),
                    essential: role == Role::App,
                    health_check: role == Role::Envoy || (role == Role::App && recipe.health_check),
                    tag: &recipe.tag,
                    // Sidecars have reservations, so the application may use the rest of the task.
                    memory_reservation: match role {
                        Role::App => None,
                        Role::Envoy => Some(128),
                        Role::LogRouter => Some(64),
                    },
                    ..plain.clone()
                })
                .collect(),
            Body::Given(body) => {
                let list = body.get("containerDefinitions").and_then(Value::as_array);
                list.into_iter()
                    .flatten()
                    .map(|given| ContainerOutline {
                        name: given.get("name").and_then(Value::as_str).unwrap_or("app"),
                        essential: given.get("essential").and_then(Value::as_bool).unwrap_or(true),
                        health_check: given.get("healthCheck").is_some(),
                        cpu: given.get("cpu").and_then(Value::as_u64).unwrap_or(0),
                        memory: given.get("memory").and_then(Value::as_u64),
                        memory_reservation: given.get("memoryReservation").and_then(Value::as_u64),
                        given_image: given.get("image").and_then(Value::as_str),
                        ..plain.clone()
                    })
                    .collect()
            }
        }
    }
}
