//! AWS's refusals as the controller writes them, and which errors the SDK has types for.

use crate::world::World;

/// A call that AWS refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    service: &'static str,
    operation: &'static str,
    status: u16,
    code: &'static str,
    why: String,
}

impl Refused {
    /// By EC2.
    pub(super) fn ec2(operation: &'static str, code: &'static str, why: String) -> Self {
        Self {
            service: "EC2",
            operation,
            status: 400,
            code,
            why,
        }
    }

    /// By Elastic Load Balancing.
    pub(super) fn elb(operation: &'static str, code: &'static str, why: impl Into<String>) -> Self {
        Self {
            service: "Elastic Load Balancing v2",
            operation,
            status: 400,
            code,
            why: why.into(),
        }
    }

    /// By Elastic Load Balancing, for a reason that begins with its code.
    pub(super) fn elb_in(operation: &'static str, reason: &'static str) -> Self {
        let (code, why) = reason.split_once(": ").unwrap_or((reason, ""));
        Self::elb(operation, code, why)
    }

    /// By the web application firewall.
    pub(super) fn waf(operation: &'static str, code: &'static str, why: String) -> Self {
        Self {
            service: "WAFV2",
            operation,
            status: 400,
            code,
            why,
        }
    }

    /// For want of a right.
    pub(super) fn denied(self) -> Self {
        Self { status: 403, ..self }
    }

    /// The error's text in an event.
    pub(super) fn text(&self, world: &World) -> String {
        let Self {
            service,
            operation,
            status,
            code,
            why,
        } = self;
        let request = world.request_id(operation);
        // An error that the SDK has no type for is an "api error".
        let untyped = *service == "EC2" || matches!(*code, "ValidationError" | "AccessDenied" | "ValidationException");
        let api = if untyped { "api error " } else { "" };
        format!(
            "operation error {service}: {operation}, https response error StatusCode: {status}, RequestID: {request}, {api}{code}: {why}"
        )
    }
}
