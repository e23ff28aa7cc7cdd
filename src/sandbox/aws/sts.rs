//! STS: who is calling.

use super::wire::{Failure, Xml, leaf};
use crate::world::World;

/// Answers one call.
pub(super) fn answer(world: &World, operation: &str) -> Result<Vec<Xml>, Failure> {
    if operation != "GetCallerIdentity" {
        return Err(Failure::not_offered("sts", operation));
    }
    let account = &world.facts.account;
    Ok(vec![
        leaf("Arn", world.facts.caller_arn()),
        leaf("UserId", "AROASANDBOX2048PARTIC:sandbox"),
        leaf("Account", account),
    ])
}
