//! CloudWatch: alarms and metrics, over CBOR for the SDK and over JSON for the `aws` command line (AWS.md §3).

mod alarms;
mod data;
mod list;
mod series;
mod write_alarm;

use super::super::wire::Refusal;
use super::super::wire::input::Input;
use super::super::world::World;
use super::Asked;

/// The name of the service in IAM actions and ARNs.
pub const NAME: &str = "cloudwatch";

/// Its name in `x-amz-target` and in paths.
pub const TARGET: &str = "GraniteServiceVersion20100801";

pub fn perform(world: &World, asked: &Asked) -> Result<String, Refusal> {
    let input = Input::new(&asked.body);
    match asked.operation.as_str() {
        "DescribeAlarms" => alarms::describe(world, input),
        "GetMetricData" => data::get(world, input),
        "ListMetrics" => list::metrics(world, input),
        _ => Err(super::unknown(asked)),
    }
}

/// Guess: the words of all of them; the code is CloudWatch's.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterValueException", message)
}

/// A member that has to be given.
fn missing(member: &str) -> Refusal {
    // Guess: the code and the words.
    Refusal::new("MissingParameterException", format!("The parameter {member} is required."))
}
