//! What is wanted of a lab, before and after its place is known.

use super::Purpose;
use crate::app::error::AppError;
use crate::app::rendering;
use crate::app::session::Session;
use crate::aws::{Arn, WantedNames, usable_private_subnets};
use crate::config::{Auto, Environment};
use crate::lbc::{self, AlbNaming, Exposure};
use crate::model::{AwsView, Expires, Expiry, Goal, KubeView, Object, Scope, role_name_of};
use crate::render::Rendered;
use crate::stack::{self, ClusterContext, Kept, Stack, StackInput};

/// The objects, with this number of replicas instead of the environment's if one is given, and with the end of the lab's time
/// if it has one.
pub(super) async fn objects(
    session: &Session,
    replicas: Option<u32>,
    expires: Option<Expires>,
) -> Result<Rendered, AppError> {
    let mut rendered = rendering::objects(&session.project, replicas).await?.checked()?;
    if let Some(expires) = expires {
        stack::expire(&mut rendered.objects, session.environment(), expires);
    }
    Ok(rendered)
}

/// The objects before anything is known of what is there: nothing is on record.
pub(super) async fn first_objects(session: &Session, purpose: Purpose) -> Result<Rendered, AppError> {
    objects(session, purpose.replicas, expires(session, purpose, None)).await
}

/// When the lab's time is to be over, with what is on record of that.
fn expires(session: &Session, purpose: Purpose, recorded: Option<Expires>) -> Option<Expires> {
    let expiry = session
        .environment()
        .lab
        .expires
        .filter(|_| purpose.goal == Goal::Ready)?;
    let begun = purpose.begun.unwrap_or_else(|| session.clock.now());
    Some(expiry.settle(begun, recorded))
}

/// Refuses to make a lab whose time is over, or to change it as if it were not.
pub(super) fn check_expiry(session: &Session, purpose: Purpose) -> Result<(), AppError> {
    let makes = purpose.goal == Goal::Ready && purpose.scope == Scope::Plan && !purpose.replicas_only;
    match session.environment().lab.expires {
        Some(Expiry::At(at)) if makes && at <= session.clock.now() => {
            let origin = session.project.resolved.origins.get("lab.expires");
            let origin = origin.map_or_else(|| "the environment".to_owned(), ToString::to_string);
            Err(AppError::Expired { origin, at })
        }
        _ => Ok(()),
    }
}

/// Brings the Ingress in line with the parameters of its class.
pub(super) fn settle_ingress(environment: &Environment, objects: &mut [Object], kube: &KubeView) {
    let params = kube.class_params.known().and_then(Option::as_ref);
    for ingress in objects.iter_mut().filter(|object| object.kind() == "Ingress") {
        if let Some(member) = stack::as_group_member(environment, ingress, params) {
            *ingress = member;
        }
    }
}

/// The objects as they are wanted once the live ones are known, if that makes a difference: with the number of pods that
/// `scale` asked for earlier, with the end of the lab's time that is on record, or with nothing but the number of pods changed.
pub(super) async fn amended<'o>(
    session: &Session,
    purpose: Purpose,
    objects: &[Object],
    live: impl IntoIterator<Item = &'o Object>,
) -> Result<Option<Vec<Object>>, AppError> {
    let Environment { lab, app, .. } = session.environment();
    let live: Vec<&Object> = live.into_iter().collect();
    let is_game = |object: &Object| object.kind() == "Deployment" && object.name() == app.deployment;
    let deployment = live.iter().copied().find(|object| is_game(object));
    if purpose.replicas_only
        && let Some(count) = purpose.replicas
    {
        let rescaled = deployment.and_then(|deployment| stack::rescaled(deployment, &lab.name, count));
        let with_it = |object: &Object, rescaled: &Object| if is_game(object) { rescaled } else { object }.clone();
        return Ok(rescaled.map(|rescaled| objects.iter().map(|object| with_it(object, &rescaled)).collect()));
    }
    if purpose.goal != Goal::Ready {
        return Ok(None);
    }
    let is_free = purpose.replicas.is_none() && !purpose.reset_scale;
    let kept = deployment.filter(|_| is_free).and_then(stack::scale_intent);
    let recorded = stack::recorded(live, session.environment());
    let expires = expires(session, purpose, recorded);
    if kept.is_none() && expires == stack::expires(objects) {
        return Ok(None);
    }
    let replicas = kept.or(purpose.replicas);
    Ok(Some(self::objects(session, replicas, expires).await?.objects))
}

/// The nodes and edges of the lab at its place.
pub(super) async fn stack(
    session: &Session,
    kept: &Kept,
    site: &ClusterContext,
    objects: &[Object],
    exposure: Option<&Exposure>,
    replicas: u32,
    goal: Goal,
) -> Result<Stack, AppError> {
    let trust = rendering::trust(&session.project, site).await?;
    let input = StackInput {
        kept,
        site,
        objects,
        replicas,
        exposure,
        trust: &trust,
    };
    Ok(match goal {
        Goal::Ready => stack::build(&input),
        Goal::Gone => stack::build_absent(&input),
    })
}

/// What to look for in AWS, by name. Templates without an Ingress have no load balancer; one of an earlier Ingress of
/// that name is looked for all the same.
pub(super) fn names(environment: &Environment, cluster: &str, exposure: Option<&Exposure>) -> WantedNames {
    let given = match &environment.fargate.role {
        Auto::Given(arn) => Some(arn.clone()),
        Auto::Auto => None,
    };
    let role_name = match &given {
        Some(arn) => role_name_of(arn).to_owned(),
        None => stack::role_name(cluster, &environment.lab.name),
    };
    let naming = AlbNaming {
        cluster,
        namespace: &environment.app.namespace,
        ingress: &environment.app.ingress,
        group: None,
        given: None,
        scheme: environment.ingress.scheme,
    };
    let (balancer_name, stack_id) = exposure.map_or_else(
        || (lbc::balancer_name(&naming), naming.stack_id()),
        |exposure| (exposure.load_balancer.clone(), exposure.owner().stack.to_owned()),
    );
    WantedNames {
        role_name,
        role_arn: given,
        of_others: !environment.fargate.own,
        balancer_name,
        stack_id,
        ingress_id: naming.ingress_id(),
    }
}

/// The place, as the cluster that was read has it.
pub(super) fn site(aws: &AwsView) -> Result<ClusterContext, AppError> {
    let cluster = &aws.cluster;
    let arn: Arn = cluster.arn.parse().map_err(|error| AppError::Io {
        what: "read the cluster's ARN",
        source: std::io::Error::other(error),
    })?;
    Ok(ClusterContext {
        partition: arn.partition,
        region: arn.region,
        account: arn.account,
        cluster: cluster.name.clone(),
        private_subnets: usable_private_subnets(&aws.subnets, cluster),
    })
}
