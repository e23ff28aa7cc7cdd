//! The account's limits.

use super::super::wire::{Failure, Params, Xml, leaf};
use super::paged;
use crate::sim;
use crate::world::World;

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let limit = |(name, most): (&'static str, usize)| vec![leaf("Name", name), leaf("Max", most)];
    paged("Limits", sim::quotas(world).into_iter().map(limit).collect(), params)
}
