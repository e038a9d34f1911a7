//! Names of things: ids that wrap an ARN, and what can be read from an ARN.

use std::fmt;
use std::sync::Arc;

/// Text that several values share: ids, image names, zones.
pub type Text = Arc<str>;

/// One profile in one Region, in the order in which they were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ContextId(pub u16);

/// Makes a type of its own for the ARN of one kind of thing, so that a task can never be asked for as a service.
macro_rules! arn_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text);

        impl $name {
            pub fn new(arn: impl Into<Text>) -> Self {
                Self(arn.into())
            }

            /// The whole ARN, as AWS wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The ARN as shared text.
            pub fn text(&self) -> Text {
                Text::clone(&self.0)
            }

            /// What stands behind the last slash: a name, or the id of a task.
            pub fn name(&self) -> &str {
                tail(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

arn_id! {
    /// `arn:aws:ecs:REGION:ACCOUNT:cluster/NAME`.
    ClusterId
}
arn_id! {
    /// `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`; ARNs from before 2018 lack the cluster.
    ServiceId
}
arn_id! {
    /// `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`.
    TaskId
}
arn_id! {
    /// `arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION`; what it names never changes.
    DefinitionId
}
arn_id! {
    /// `arn:aws:ecs:REGION:ACCOUNT:service-deployment/CLUSTER/SERVICE/ID`.
    DeploymentId
}

arn_id! {
    /// `arn:aws:ecs:REGION:ACCOUNT:service-revision/CLUSTER/SERVICE/ID`; what it names never changes.
    RevisionId
}

impl RevisionId {
    /// The last four characters of the revision's id, which is long: what people can tell two revisions apart by.
    pub fn short(&self) -> &str {
        let name = self.name();
        name.char_indices().rev().nth(3).and_then(|(at, _)| name.get(at..)).unwrap_or(name)
    }
}

impl TaskId {
    /// The first four characters of the task's id: what people call a task by.
    pub fn short(&self) -> &str {
        let name = self.name();
        name.get(..4).unwrap_or(name)
    }
}

impl DefinitionId {
    /// `FAMILY`, without its revision.
    pub fn family(&self) -> &str {
        self.name().rsplit_once(':').map_or(self.name(), |(family, _)| family)
    }

    /// The revision, where the ARN ends with a number.
    pub fn revision(&self) -> Option<u32> {
        self.name().rsplit_once(':')?.1.parse().ok()
    }

    /// The revision after this one, of the same family; it may not exist.
    pub fn after(&self) -> Option<Self> {
        let (stem, revision) = self.0.rsplit_once(':')?;
        Some(Self::new(format!("{stem}:{}", revision.parse::<u32>().ok()?.checked_add(1)?)))
    }

    /// The revision before this one, of the same family; it may not exist.
    pub fn before(&self) -> Option<Self> {
        let (stem, revision) = self.0.rsplit_once(':')?;
        let revision: u32 = revision.parse().ok()?;
        (revision > 1).then(|| Self::new(format!("{stem}:{}", revision - 1)))
    }
}

impl ServiceId {
    /// The name of the service's cluster, which ARNs of the old form do not tell.
    pub fn cluster_name(&self) -> Option<&str> {
        let mut parts = self.0.rsplit('/');
        let (_, cluster, kind) = (parts.next()?, parts.next()?, parts.next());
        kind.is_some().then_some(cluster)
    }
}

impl ClusterId {
    /// The ARN that AWS gives a service of this name in this cluster.
    pub fn service(&self, name: &str) -> ServiceId {
        match self.0.split_once(":cluster/") {
            Some((stem, cluster)) => ServiceId::new([stem, ":service/", cluster, "/", name].concat()),
            None => ServiceId::new(name),
        }
    }
}

/// What stands behind the last slash of an ARN; the whole text where there is none.
pub fn tail(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, tail)| tail)
}

/// The Region of an ARN.
pub fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}

/// The account of an ARN, twelve digits.
pub fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_its_parts() {
        let service = ServiceId::new("arn:aws:ecs:eu-west-1:123456789012:service/payments/checkout");
        assert_eq!(service.name(), "checkout");
        assert_eq!(service.cluster_name(), Some("payments"));
        assert_eq!(region(service.as_str()), Some("eu-west-1"));
        assert_eq!(account(service.as_str()), Some("123456789012"));
        let old = ServiceId::new("arn:aws:ecs:eu-west-1:123456789012:service/checkout");
        assert_eq!(old.cluster_name(), None);
    }

    #[test]
    fn a_revision_is_told_by_its_end() {
        let revision =
            RevisionId::new("arn:aws:ecs:eu-west-1:1:service-revision/payments/checkout/8801234567c01e");
        assert_eq!((revision.short(), RevisionId::new("x/77").short()), ("c01e", "77"));
    }

    #[test]
    fn a_cluster_names_its_services() {
        let cluster = ClusterId::new("arn:aws:ecs:eu-west-1:123456789012:cluster/payments");
        assert_eq!(
            cluster.service("checkout").as_str(),
            "arn:aws:ecs:eu-west-1:123456789012:service/payments/checkout"
        );
    }

    #[test]
    fn a_definition_knows_the_one_before() {
        let definition = DefinitionId::new("arn:aws:ecs:eu-west-1:1:task-definition/app:419");
        assert_eq!((definition.family(), definition.revision()), ("app", Some(419)));
        assert_eq!(definition.before().map(|id| id.name().to_owned()), Some("app:418".to_owned()));
        assert_eq!(DefinitionId::new("arn:aws:ecs:eu-west-1:1:task-definition/app:1").before(), None);
    }
}
