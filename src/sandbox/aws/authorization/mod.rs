//! What the caller may do, where that is not everything.

mod needs;
mod policy;

use bytes::Bytes;
use http::Request;

use self::policy::{Need, Ruling, ruling};
use super::Service;
use super::eks::Operation;
use super::wire::{Failure, Params};
use crate::world::World;

/// Refuses a call that the caller's policy does not allow, before anything else is looked at. What the sandbox does not
/// offer needs no permission.
pub(super) fn check(world: &World, service: Service, request: &Request<Bytes>, params: &Params) -> Result<(), Failure> {
    let Some(caller) = world.caller() else {
        return Ok(());
    };
    let operation = params.get("Action").unwrap_or_default();
    let needs = match service {
        Service::Eks => Operation::of(request)
            .map(|operation| needs::of_eks(world, &operation, request))
            .unwrap_or_default(),
        Service::Ec2 => needs::of_ec2(world, operation, params),
        Service::ElbV2 => needs::of_elb(world, operation, params),
        Service::Iam => needs::of_iam(world, operation, params),
        // GetCallerIdentity is for everybody, whatever policies say.
        Service::Sts => Vec::new(),
    };
    let refused = needs
        .into_iter()
        .map(|need| (ruling(&caller.policy, &need), need))
        .find(|(ruling, _)| *ruling != Ruling::Allowed);
    match refused {
        None => Ok(()),
        Some((ruling, need)) => Err(refusal(world, service, &need, ruling)),
    }
}

/// A refusal in the words of AWS.
fn refusal(world: &World, service: Service, need: &Need, ruling: Ruling) -> Failure {
    if service == Service::Eks && need.action == "iam:GetRole" {
        return Failure::bad(
            "InvalidRequestException",
            "Failed to validate if SLR: AWSServiceRoleForAmazonEKSForFargate already exists due to missing permissions for \
             'iam:GetRole'",
        );
    }
    let action = &need.action;
    let why = match ruling {
        Ruling::Denied => "with an explicit deny in an identity-based policy".to_owned(),
        Ruling::Allowed | Ruling::NotAllowed => format!("because no identity-based policy allows the {action} action"),
    };
    let on = match need.resource.as_str() {
        "*" => String::new(),
        resource => format!(" on resource: {resource}"),
    };
    let caller = world.facts.caller_arn();
    let message = format!("User: {caller} is not authorized to perform: {action}{on} {why}");
    match service {
        Service::Eks => Failure::new(403, "AccessDeniedException", message),
        Service::Ec2 => Failure::new(
            403,
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {message}"),
        ),
        Service::ElbV2 | Service::Iam | Service::Sts => Failure::new(403, "AccessDenied", message),
    }
}
