//! The AWS half of the world: EKS, EC2, ELBv2, IAM and STS on their own wire.

mod authorization;
mod ec2;
mod eks;
mod elbv2;
mod iam;
mod rates;
mod sts;
mod trust;
mod wire;

pub(crate) use eks::{CLUSTERS, ServedCluster};

use bytes::Bytes;
use http::{Request, Response};

use self::sts::RoleSession;
use self::wire::{Failure, Params, Protocol, Reply, Scope, Unsigned};
use crate::body::Body;
use crate::state::Breakage;
use crate::world::{World, mix};

/// Region of the scope of calls to IAM, a global service.
const GLOBAL: &str = "us-east-1";

/// A service of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Eks,
    Ec2,
    ElbV2,
    Iam,
    Sts,
}

impl Service {
    /// By the signing name in the scope.
    fn named(name: &str) -> Option<Self> {
        match name {
            "eks" => Some(Self::Eks),
            "ec2" => Some(Self::Ec2),
            "elasticloadbalancing" => Some(Self::ElbV2),
            "iam" => Some(Self::Iam),
            "sts" => Some(Self::Sts),
            _ => None,
        }
    }

    fn protocol(self) -> Protocol {
        match self {
            Self::Eks => Protocol::RestJson,
            Self::Ec2 => Protocol::Ec2("http://ec2.amazonaws.com/doc/2016-11-15/"),
            Self::ElbV2 => Protocol::Query("http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"),
            Self::Iam => Protocol::Query("https://iam.amazonaws.com/doc/2010-05-08/"),
            Self::Sts => Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/"),
        }
    }

    /// The region that the scope of a call must name.
    fn home(self, world: &World) -> &str {
        match self {
            Self::Iam => GLOBAL,
            Self::Eks | Self::Ec2 | Self::ElbV2 | Self::Sts => &world.facts.region,
        }
    }

    /// Besides its own region, STS has a global endpoint. A client that was given an endpoint URL (`served`) signs for
    /// its configured region, whatever the service.
    fn is_at_home_in(self, region: &str, world: &World, served: bool) -> bool {
        region == self.home(world)
            || (self == Self::Sts && region == GLOBAL)
            || (served && region == world.facts.region)
    }

    /// The throttling error of the service.
    fn throttled(self) -> Failure {
        match self {
            Self::Eks => Failure::new(429, "TooManyRequestsException", "Rate exceeded"),
            Self::Ec2 => Failure::new(503, "RequestLimitExceeded", "Request limit exceeded."),
            Self::ElbV2 | Self::Iam | Self::Sts => Failure::bad("Throttling", "Rate exceeded"),
        }
    }

    /// The error of a session that is over.
    fn expired(self) -> Failure {
        let code = match self {
            Self::Eks => "ExpiredTokenException",
            Self::Ec2 => "RequestExpired",
            Self::ElbV2 | Self::Iam | Self::Sts => "ExpiredToken",
        };
        Failure::new(403, code, "The security token included in the request is expired")
    }

    /// The error of a signature that does not hold.
    fn bad_signature(self, message: String) -> Failure {
        let code = match self {
            Self::Eks => "InvalidSignatureException",
            Self::Ec2 => "AuthFailure",
            Self::ElbV2 | Self::Iam | Self::Sts => "SignatureDoesNotMatch",
        };
        Failure::new(403, code, message)
    }
}

/// Answers one AWS request; the scope of its signature names the service.
pub(crate) fn answer(world: &mut World, request: &Request<Bytes>) -> Response<Body> {
    let id = world.next_call_id();
    let (protocol, outcome) = respond(world, request);
    protocol.shape(outcome, &id)
}

/// Answers a request while the world cannot be kept, with the reason.
pub(crate) fn out_of_order(request: &Request<Bytes>, fault: String) -> Response<Body> {
    protocol_of_unsigned(request).shape(Err(Failure::new(500, "InternalFailure", fault)), "")
}

fn respond(world: &mut World, request: &Request<Bytes>) -> (Protocol, Result<Reply, Failure>) {
    let scope = match Scope::of(request) {
        Ok(scope) => scope,
        Err(unsigned) => return (protocol_of_unsigned(request), Err(refuse(unsigned))),
    };
    let Some(service) = Service::named(&scope.service) else {
        let refusal = Failure::not_offered(&scope.service, &operation_of(request));
        return (protocol_of_stranger(&scope.service, request), Err(refusal));
    };
    (service.protocol(), serve(world, service, &scope, request))
}

fn serve(world: &mut World, service: Service, scope: &Scope, request: &Request<Bytes>) -> Result<Reply, Failure> {
    let served = request.extensions().get::<ServedCluster>().is_some();
    if !service.is_at_home_in(&scope.region, world, served) {
        return Err(service.bad_signature(format!(
            "Credential should be scoped to a valid region, not '{}': the sandbox has this service in '{}' only",
            scope.region,
            service.home(world)
        )));
    }
    if !scope.is_current([world.clock.virtual_now, world.clock.wall]) {
        return Err(service.bad_signature(format!(
            "Signature expired: {} is more than 15 minutes away from {}",
            scope.date, world.clock.wall
        )));
    }
    let session = RoleSession::of(request);
    if session.as_ref().is_some_and(|session| session.is_over(world)) {
        return Err(service.expired());
    }
    if world.is_broken(Breakage::Throttling) {
        // By question, not by call: of questions that come together each gets its answer at the second asking.
        let question = question(request);
        if world.aws.throttled.insert(question) {
            return Err(service.throttled());
        }
        world.aws.throttled.remove(&question);
    }
    let params = form(request);
    let named = match service {
        Service::Eks => eks::name_of(request),
        _ => params.get("Action").map(str::to_owned),
    };
    world
        .rates
        .count(format!("{}:{}", scope.service, named.unwrap_or_default()));
    let allowed = rates::of(service, params.get("Action").unwrap_or_default());
    let now = world.now();
    if allowed.is_some_and(|rate| !world.rates.take(rate, now)) {
        return Err(service.throttled());
    }
    authorization::check(world, service, request, &params)?;
    let operation = params.get("Action").unwrap_or_default().to_owned();
    let members = match service {
        Service::Eks => return eks::answer(world, request).map(Reply::Json),
        Service::Ec2 => ec2::answer(world, &operation, &params),
        Service::ElbV2 => elbv2::answer(world, &operation, &params),
        Service::Iam => iam::answer(world, &operation, &params),
        Service::Sts => sts::answer(world, session.as_ref(), &operation, &params),
    }?;
    // IAM's operations that have nothing to say have no element for it; those of the others have an empty one.
    Ok(if service == Service::Iam && members.is_empty() {
        Reply::Done(operation)
    } else {
        Reply::Xml(operation, members)
    })
}

/// The parameters of a query call, from the body or, for a GET, from the URL.
fn form(request: &Request<Bytes>) -> Params {
    if request.body().is_empty() {
        Params::parse(request.uri().query().unwrap_or_default().as_bytes())
    } else {
        Params::parse(request.body())
    }
}

fn operation_of(request: &Request<Bytes>) -> String {
    let target = request
        .headers()
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    match (form(request).get("Action"), target) {
        (Some(action), _) => action.to_owned(),
        (None, Some(target)) => target.to_owned(),
        (None, None) => format!("{} {}", request.method(), request.uri().path()),
    }
}

/// Without a known service the shape can only be guessed: calls of the query protocols name an action.
fn protocol_of_unsigned(request: &Request<Bytes>) -> Protocol {
    match form(request).get("Version") {
        Some("2016-11-15") => Service::Ec2.protocol(),
        Some("2010-05-08") => Service::Iam.protocol(),
        Some("2011-06-15") => Service::Sts.protocol(),
        Some(_) => Service::ElbV2.protocol(),
        None => Protocol::RestJson,
    }
}

/// The protocol of a service that the sandbox does not have: its client must be able to read the error.
fn protocol_of_stranger(service: &str, request: &Request<Bytes>) -> Protocol {
    match service {
        // They use XML and paths.
        "s3" | "route53" | "cloudfront" => Protocol::Query(""),
        _ => protocol_of_unsigned(request),
    }
}

fn refuse(unsigned: Unsigned) -> Failure {
    match unsigned {
        Unsigned::Missing => Failure::new(
            403,
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        ),
        Unsigned::Malformed => Failure::new(
            403,
            "IncompleteSignature",
            "Authorization header requires 'Credential' parameter, 'Signature' parameter, 'SignedHeaders' parameter and a date",
        ),
    }
}

/// What distinguishes one request from another.
fn question(request: &Request<Bytes>) -> u64 {
    let words = [
        request.method().as_str().as_bytes(),
        request.uri().to_string().as_bytes(),
        request.body(),
    ]
    .concat();
    words.iter().fold(0, |hash, byte| mix(hash ^ u64::from(*byte)))
}

#[cfg(test)]
mod tests;
