//! What single values must look like; each rule is a function from a text to a typed value or a [`Flaw`].

mod arns;
mod names;
mod network;
mod quantities;
mod selectors;

use crate::lang::{Text, text};
use crate::model::visible::is_unseen;

pub(super) use arns::{assumed_role_arn, boundary_arn, certificate_arn, principal_arn, region, role_arn, subnet_id};
pub use names::check_cluster_name;
pub(super) use names::{
    annotation_key, cluster_name, dns_label, dns_subdomain, group_name, image, label_key, label_value,
    load_balancer_name, namespace, namespace_pattern, pattern, profile_name, service_name, tag_key, tag_value,
};
pub(super) use network::{cidr, host, path};
pub(super) use quantities::{cpu, expiry, memory, unavailable, wait_limit};
pub(super) use selectors::takes_cluster_pods;

/// Why a value will not do. Reads after the key: "must be …, but …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) message: Text,
    pub(super) help: Option<Text>,
    /// Whether nothing is wrong but that there is no value.
    pub(super) is_missing: bool,
}

impl Flaw {
    pub(super) fn new(message: impl Into<Text>) -> Self {
        Self {
            message: message.into(),
            help: None,
            is_missing: false,
        }
    }

    /// There is no value where one has to be.
    pub(super) fn missing() -> Self {
        Self {
            is_missing: true,
            ..Self::new(text!("config-missing"))
        }
    }

    pub(super) fn help(mut self, help: impl Into<Text>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A rule for a text.
pub(super) type Rule<T> = fn(&str) -> Result<T, Flaw>;

/// A text that a page may have, or none.
pub(super) fn page_text(text: &str) -> Result<String, Flaw> {
    if text.contains(is_unseen) {
        return Err(Flaw::new(text!("config-page-text")));
    }
    Ok(text.trim().to_owned())
}

/// Any text that is not empty.
pub(super) fn context(text: &str) -> Result<String, Flaw> {
    if text.is_empty() {
        return Err(Flaw::new(text!("config-empty")).help(text!("config-leave-out-or-null")));
    }
    Ok(text.to_owned())
}
