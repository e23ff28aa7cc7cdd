//! What the services have in common on the wire: signature scopes, form parameters, XML, error shapes, pages.

mod failure;
mod page;
mod params;
mod reply;
mod signature;
mod xml;

pub(in crate::aws) use failure::Failure;
pub(in crate::aws) use page::{Page, page};
pub(in crate::aws) use params::Params;
pub(in crate::aws) use reply::{Protocol, Reply};
pub(in crate::aws) use signature::{Scope, Unsigned};
pub(in crate::aws) use xml::{Xml, branch, leaf, list, strings};

/// A time as EC2 and ELB write it: to the millisecond.
pub(in crate::aws) fn millis(time: jiff::Timestamp) -> String {
    format!("{time:.3}")
}
