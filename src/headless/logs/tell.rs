//! What a tail tells beside lines, as sentences for standard error.

use crate::runtime::tail::news::News;

/// A sentence, and how often it is said.
#[derive(Debug, PartialEq, Eq)]
pub enum Told {
    Once(String),
    Always(String),
}

/// What there is to say of this, if anything.
pub fn sentence(news: &News, follow: bool) -> Option<Told> {
    Some(match news {
        News::Trouble(trouble) if follow => Told::Once(format!("{trouble}; it is tried again")),
        News::Trouble(trouble) => Told::Once(trouble.to_string()),
        News::Remark(remark) => Told::Once(remark.to_string()),
        News::FellBack(sentence) => Told::Once(sentence.clone()),
        News::Sampled { since: Some(_) } => Told::Always(
            "SAMPLED: more than 500 lines came in a second, and live tail leaves out the rest".to_owned(),
        ),
        News::Sampled { since: None } => {
            Told::Always("not sampled any more: every line is here again".to_owned())
        }
        News::Dropped(count) => {
            let lines = if *count == 1 { "1 line was".to_owned() } else { format!("{count} lines were") };
            Told::Always(format!("{lines} dropped: whoever reads them here was slower than the live tail"))
        }
        News::Live { .. } | News::Events { .. } | News::Done { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::topic::{Failure, FailureKind};
    use crate::runtime::tail::plan::Trouble;

    #[test]
    fn what_stands_in_the_way_is_named() {
        let of = |kind, follow| {
            let failure = Failure {
                kind,
                operation: "FilterLogEvents".into(),
                code: Some("InvalidParameterException".into()),
                message: "no".into(),
                request_id: None,
            };
            let trouble = Trouble { region: "eu-west-1".into(), group: "/ecs/cart".into(), failure };
            match sentence(&News::Trouble(trouble), follow) {
                Some(Told::Once(sentence)) => sentence,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            of(FailureKind::Missing, true),
            "there is no log group /ecs/cart in eu-west-1; it is tried again"
        );
        assert_eq!(
            of(FailureKind::Denied { action: Some("logs:FilterLogEvents".into()) }, false),
            "no permission logs:FilterLogEvents on log group /ecs/cart in eu-west-1: its lines cannot be read"
        );
        assert_eq!(
            of(FailureKind::Refused, false),
            "log group /ecs/cart in eu-west-1 cannot be read: FilterLogEvents: InvalidParameterException: no"
        );
        assert_eq!(
            sentence(&News::Dropped(1), true),
            Some(Told::Always(
                "1 line was dropped: whoever reads them here was slower than the live tail".to_owned()
            ))
        );
    }
}
