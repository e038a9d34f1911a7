//! STS: who the caller is.

use super::super::wire::{Refusal, query};
use super::super::world::World;
use super::Asked;

/// The version that names the service in query requests.
pub const VERSION: &str = "2011-06-15";

/// Of its XML.
pub const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The role and session that every caller is taken for.
pub const CALLER: &str = "assumed-role/operator/demo";

pub fn perform(world: &World, asked: &Asked, request_id: &str) -> Result<String, Refusal> {
    if asked.operation != "GetCallerIdentity" {
        return Err(super::unknown(asked));
    }
    let account = &world.place.account;
    let arn = format!("arn:aws:sts::{account}:{CALLER}");
    Ok(query::answer(
        "GetCallerIdentity",
        NAMESPACE,
        &[("Arn", &arn), ("UserId", &"AROA3XFRBF535EXAMPLE7:demo"), ("Account", account)],
        request_id,
    ))
}
