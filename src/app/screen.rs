//! The screens, what each shows, and how they hang together.

use crate::fleet::Fleet;
use crate::fleet::id::{ClusterId, ContextId, ServiceId, TaskId};
use crate::fleet::log::origin::Origin;
use crate::fleet::topic::{Subject, Target};

use super::command::Scope;

/// One screen: what it shows, not how far it is scrolled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Screen {
    /// Every service of every cluster, worst first.
    Fleet,
    Clusters,
    Services(ClusterId),
    Service(ClusterId, ServiceId),
    /// All tasks of all clusters that are known.
    AllTasks,
    ClusterTasks(ClusterId),
    ServiceTasks(ClusterId, ServiceId),
    Task(ClusterId, TaskId),
    Events(ClusterId, ServiceId),
    /// The deployments of a service with what each changed.
    Deployments(ClusterId, ServiceId),
    /// Every blue/green deployment in flight, those that wait for a person first.
    Approvals,
    /// The blue/green deployment of a service: the evidence beside the button.
    Shift(ClusterId, ServiceId),
    /// The log lines of a service or a task.
    Logs(Origin),
    /// One line of a log view with all of its fields, or its whole trace.
    LogLine(Origin),
    Describe(Target),
    Json(Target),
    Aliases,
    Messages,
    Requests,
    Contexts,
    Operations,
}

impl Screen {
    /// The word for it in the breadcrumbs.
    pub fn title(&self) -> String {
        match self {
            Self::Fleet => "Fleet".to_owned(),
            Self::Clusters => "Clusters".to_owned(),
            Self::Services(id) => id.name().to_owned(),
            Self::Service(_, id) => id.name().to_owned(),
            Self::AllTasks => "Tasks".to_owned(),
            Self::ClusterTasks(_) | Self::ServiceTasks(..) => "tasks".to_owned(),
            Self::Task(_, id) => format!("task {}", id.short()),
            Self::Events(..) => "events".to_owned(),
            Self::Deployments(..) => "deployments".to_owned(),
            Self::Approvals => "Approvals".to_owned(),
            Self::Shift(..) => "blue/green".to_owned(),
            Self::Logs(Origin::Stopped(..)) => "logs of stopped tasks".to_owned(),
            Self::Logs(_) => "logs".to_owned(),
            Self::LogLine(_) => "line".to_owned(),
            Self::Describe(Target::Task(_, id)) => format!("describe {}", id.short()),
            Self::Describe(_) => "describe".to_owned(),
            Self::Json(_) => "json".to_owned(),
            Self::Aliases => "Aliases".to_owned(),
            Self::Messages => "Messages".to_owned(),
            Self::Requests => "Requests".to_owned(),
            Self::Contexts => "Contexts".to_owned(),
            Self::Operations => "Operations".to_owned(),
        }
    }

    /// The screens above it, outermost first, itself last.
    pub fn path(&self, fleet: &Fleet) -> Vec<Self> {
        let mut path = match self {
            Self::Services(_) => vec![Self::Fleet],
            Self::Service(cluster, _) | Self::ClusterTasks(cluster) => {
                Self::Services(cluster.clone()).path(fleet)
            }
            Self::ServiceTasks(cluster, service)
            | Self::Events(cluster, service)
            | Self::Deployments(cluster, service)
            | Self::Shift(cluster, service) => Self::Service(cluster.clone(), service.clone()).path(fleet),
            Self::Task(cluster, task) => task_owner(fleet, cluster, task).path(fleet),
            Self::Logs(Origin::Service(cluster, service) | Origin::Stopped(cluster, service)) => {
                Self::Service(cluster.clone(), service.clone()).path(fleet)
            }
            Self::Logs(Origin::Task(cluster, task)) => Self::Task(cluster.clone(), task.clone()).path(fleet),
            Self::LogLine(of) => Self::Logs(of.clone()).path(fleet),
            Self::Describe(target) | Self::Json(target) => {
                Self::of(target).map_or_else(Vec::new, |s| s.path(fleet))
            }
            _ => Vec::new(),
        };
        path.push(self.clone());
        path
    }

    /// The screen of a thing.
    pub fn of(target: &Target) -> Option<Self> {
        match target {
            Target::Cluster(id) => Some(Self::Services(id.clone())),
            Target::Service(cluster, id) => Some(Self::Service(cluster.clone(), id.clone())),
            Target::Task(cluster, id) => Some(Self::Task(cluster.clone(), id.clone())),
            Target::Definition(_) => None,
        }
    }

    /// Where keys are looked up, the most specific first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Fleet | Self::Services(_) | Self::Deployments(..) | Self::Approvals => {
                &[Scope::Services, Scope::List, Scope::Everywhere]
            }
            Self::Service(..) | Self::AllTasks | Self::ClusterTasks(_) | Self::ServiceTasks(..) => {
                &[Scope::Tasks, Scope::List, Scope::Everywhere]
            }
            Self::Clusters => &[Scope::Clusters, Scope::List, Scope::Everywhere],
            Self::Events(..) => &[Scope::Timeline, Scope::List, Scope::Everywhere],
            Self::Shift(..) => &[Scope::Text, Scope::Services, Scope::List, Scope::Everywhere],
            // A text first: long lines have to be reached.
            Self::Task(..) | Self::Describe(Target::Task(..) | Target::Definition(_)) => {
                &[Scope::Text, Scope::Tasks, Scope::List, Scope::Everywhere]
            }
            Self::Logs(_) => &[Scope::Logs, Scope::Everywhere],
            Self::LogLine(_) => &[Scope::LogLine, Scope::Text, Scope::List, Scope::Everywhere],
            Self::Describe(_)
            | Self::Json(_)
            | Self::Aliases
            | Self::Messages
            | Self::Requests
            | Self::Contexts
            | Self::Operations => &[Scope::Text, Scope::List, Scope::Everywhere],
        }
    }

    /// The cluster that it is about.
    pub fn cluster(&self) -> Option<&ClusterId> {
        match self {
            Self::Services(cluster)
            | Self::Service(cluster, _)
            | Self::ClusterTasks(cluster)
            | Self::ServiceTasks(cluster, _)
            | Self::Task(cluster, _)
            | Self::Events(cluster, _)
            | Self::Deployments(cluster, _)
            | Self::Shift(cluster, _) => Some(cluster),
            Self::Logs(of) | Self::LogLine(of) => Some(of.cluster()),
            Self::Describe(target) | Self::Json(target) => match target {
                Target::Cluster(cluster) | Target::Service(cluster, _) | Target::Task(cluster, _) => {
                    Some(cluster)
                }
                Target::Definition(_) => None,
            },
            _ => None,
        }
    }

    /// The service that it is about.
    pub fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Service(_, service)
            | Self::ServiceTasks(_, service)
            | Self::Events(_, service)
            | Self::Deployments(_, service)
            | Self::Shift(_, service)
            | Self::Describe(Target::Service(_, service))
            | Self::Json(Target::Service(_, service)) => Some(service),
            Self::Logs(of) | Self::LogLine(of) => of.service(),
            _ => None,
        }
    }

    /// Names of variables and secrets can be shown on it.
    pub fn has_names(&self) -> bool {
        matches!(self, Self::Task(..) | Self::Describe(Target::Task(..) | Target::Definition(_)))
    }

    /// Whether a subject is what it shows, and not only what verdicts rest on.
    pub fn shows(&self, subject: &Subject) -> bool {
        match (self, subject) {
            (Self::Fleet | Self::Services(_), Subject::Services)
            | (Self::Clusters | Self::Describe(Target::Cluster(_)), Subject::Clusters)
            | (Self::AllTasks, Subject::ClusterTasks(_) | Subject::StoppedTasks(_))
            | (Self::Approvals, Subject::InFlight) => true,
            (Self::ClusterTasks(shown), Subject::ClusterTasks(id) | Subject::StoppedTasks(id)) => shown == id,
            (Self::Service(_, shown) | Self::ServiceTasks(_, shown), Subject::ServiceTasks(_, id)) => {
                shown == id
            }
            (
                Self::Service(_, shown)
                | Self::Events(_, shown)
                | Self::Deployments(_, shown)
                | Self::Shift(_, shown)
                | Self::Describe(Target::Service(_, shown)),
                Subject::Service(_, id),
            )
            | (Self::Deployments(_, shown), Subject::Deployments(_, id)) => shown == id,
            (Self::Task(_, shown) | Self::Describe(Target::Task(_, shown)), Subject::Task(_, id)) => {
                shown == id
            }
            (Self::Logs(shown), Subject::ServiceTasks(_, id)) => shown.service() == Some(id),
            _ => false,
        }
    }

    /// The context that it is about, where it is about one.
    pub fn context(&self, fleet: &Fleet) -> Option<ContextId> {
        Some(fleet.cluster(self.cluster()?)?.context)
    }
}

/// The screen of the service that runs a task, or of its cluster for a standalone one.
pub fn task_owner(fleet: &Fleet, cluster: &ClusterId, task: &TaskId) -> Screen {
    match fleet.task(task).and_then(|task| task.service()) {
        Some(name) => Screen::Service(cluster.clone(), fleet.service_named(cluster, name)),
        None => Screen::Services(cluster.clone()),
    }
}
