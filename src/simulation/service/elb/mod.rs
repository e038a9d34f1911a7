//! Elastic Load Balancing, version 2: its operations by name, and what they refuse.

mod balancers;
mod groups;
mod listeners;
mod targets;

use super::super::wire::Refusal;
use super::super::wire::input::Input;
use super::super::wire::page::{Page, Style};
use super::super::wire::xml::{self, Element};
use super::super::world::World;
use super::Asked;

/// The name of the service in IAM actions and ARNs.
pub const NAME: &str = "elasticloadbalancing";

/// The version that names the service in query requests.
pub const VERSION: &str = "2015-12-01";

/// Of its XML.
pub const NAMESPACE: &str = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

/// A question that is being answered.
#[derive(Clone, Copy, Debug)]
struct Question<'a> {
    world: &'a World,
    input: Input<'a>,
    operation: &'a str,
    request_id: &'a str,
}

pub fn perform(world: &World, asked: &Asked, request_id: &str) -> Result<String, Refusal> {
    let (input, operation) = (Input::new(&asked.body), asked.operation.as_str());
    let question = Question { world, input, operation, request_id };
    match operation {
        "DescribeLoadBalancers" => balancers::describe(question),
        "DescribeTargetGroups" => groups::describe(question),
        "DescribeTargetGroupAttributes" => groups::attributes(question),
        "DescribeTargetHealth" => targets::describe(question),
        "DescribeListeners" => listeners::describe(question),
        "DescribeRules" => listeners::describe_rules(question),
        _ => Err(super::unknown(asked)),
    }
}

impl Question<'_> {
    fn answer(self, fill: impl FnOnce(&mut Element<'_>)) -> String {
        xml::answer(self.operation, NAMESPACE, self.request_id, fill)
    }

    /// A page of a list of structures under its name.
    fn page<T>(
        self,
        member: &str,
        items: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut Element<'_>, T),
    ) -> Result<String, Refusal> {
        let filters = ["LoadBalancerArn", "ListenerArn", "LoadBalancerArns", "TargetGroupArns", "Names"];
        let filters: Vec<_> = filters
            .iter()
            .map(|name| self.input.get(name).map(ToString::to_string).unwrap_or_default())
            .collect();
        let page = Page::styled(self.input, Style::LoadBalancing, &[self.operation, &filters.join(" ")])?;
        let mut cut = page.cut((0..).zip(items));
        let items = std::mem::take(&mut cut.items);
        Ok(self.answer(|e| {
            e.list(member, items, write).text_if("NextMarker", cut.next());
        }))
    }

    /// A list of the request, of which there may be so many.
    fn few(self, member: &str, most: usize) -> Result<Vec<String>, Refusal> {
        let list = self.input.texts(member)?;
        if list.len() > most {
            // Guess: the words.
            return Err(invalid(format!("At most {most} values are allowed for {member}.")));
        }
        Ok(list.into_iter().map(str::to_owned).collect())
    }
}

/// Every one of these, or the refusal of the first that is not there.
fn all<T>(
    references: &[String],
    find: impl Fn(&str) -> Option<T>,
    missing: impl Fn(&str) -> Refusal,
) -> Result<Vec<T>, Refusal> {
    references.iter().map(|reference| find(reference).ok_or_else(|| missing(reference))).collect()
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationError", message)
}

// The words of these four are AWS's; the codes on the wire are the modelled names without `Exception`.

fn no_balancer(reference: &str) -> Refusal {
    Refusal::new("LoadBalancerNotFound", format!("Load balancer '{reference}' not found"))
}

fn no_group() -> Refusal {
    Refusal::new("TargetGroupNotFound", "One or more target groups not found")
}

fn no_listener() -> Refusal {
    Refusal::new("ListenerNotFound", "One or more listeners not found")
}

fn no_rule() -> Refusal {
    Refusal::new("RuleNotFound", "One or more rules not found")
}
