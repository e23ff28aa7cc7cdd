//! The ALB: followed from nothing to healthy targets, and from there to nothing. The controller makes and removes it; where
//! there is none, it is removed by hand.

mod by_hand;
mod deletion;
mod group_use;
mod provisioning;

pub(super) use by_hand::remove;
pub(super) use deletion::AlbDeletion;
pub(super) use provisioning::AlbProvisioning;
