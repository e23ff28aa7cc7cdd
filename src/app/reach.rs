//! Under which name the game is found, where only the ALB's certificate tells.

use super::session::Session;
use super::snapshot::Snapshot;
use crate::model::{Endpoint, LoadBalancer, Scheme};
use crate::readiness;

/// How a client reaches the game that the snapshot saw, if the lab has an Ingress.
pub(super) async fn endpoint(session: &Session, snapshot: &Snapshot) -> Option<Endpoint> {
    let endpoint = snapshot.exposure.as_ref()?.endpoint();
    let balancer = snapshot.aws.balancer.known().and_then(Option::as_ref);
    Some(match balancer {
        Some(balancer) => named(session, endpoint, balancer).await,
        None => endpoint,
    })
}

/// The endpoint under a name of the ALB's certificate, where neither the environment nor a rule has one. It is what the ALB
/// shows; where it cannot be asked the endpoint stays as it is.
pub(super) async fn named(session: &Session, endpoint: Endpoint, balancer: &LoadBalancer) -> Endpoint {
    let endpoint = balancer.led_to(&endpoint);
    let can_ask = balancer.scheme == Scheme::InternetFacing && readiness::alb_in_service(balancer).works();
    if !endpoint.https || endpoint.host.is_some() || !can_ask {
        return endpoint;
    }
    let host = session.web().name_of_certificate(&endpoint, &balancer.dns_name).await;
    Endpoint { host, ..endpoint }
}
