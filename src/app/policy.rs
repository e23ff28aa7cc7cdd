//! `policy`: what the program must be allowed to do for the lab of an environment. Needs no cluster.

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::rendering;
use super::session::Project;
use crate::config::{Auto, Environment};
use crate::k8s::kind_of;
use crate::lang::text;
use crate::model::Object;
use crate::permissions::{self, Extent, OwnKind, Place, ProfileUse};
use crate::render;
use crate::report::Format;

/// `policy iam`: a policy document of IAM.
pub(super) async fn iam(context: &mut Context, extent: Extent) -> Result<Exit, AppError> {
    let project = context.project()?;
    let place = place(project.environment(), &objects(context, &project).await?);
    // JSON for people, too: it is the form in which IAM takes it.
    context.reporter.document(&permissions::policy(extent, &place));
    Ok(Exit::Done)
}

/// `policy rbac`: the lab's namespace, and roles with bindings, as `kubectl apply -f -` reads them.
pub(super) async fn rbac(context: &mut Context, extent: Extent) -> Result<Exit, AppError> {
    let project = context.project()?;
    let rendered = objects(context, &project).await?;
    let place = place(project.environment(), &rendered);
    // A Role needs its namespace; in that of a lab that is there nothing changes.
    let namespace = rendered.iter().filter(|object| object.kind() == "Namespace");
    let mut objects: Vec<Object> = namespace
        .filter(|_| !matches!(extent, Extent::WithoutController | Extent::Sweep))
        .cloned()
        .collect();
    objects.extend(permissions::roles(extent, &place));
    if context.reporter.settings().format == Format::Json {
        context.reporter.document(&render::to_list(&objects));
        return Ok(Exit::Done);
    }
    let text = render::to_yaml(&objects).map_err(|error| AppError::Io {
        what: "write the roles as YAML",
        source: std::io::Error::other(error),
    })?;
    context.reporter.data(&text);
    let group = permissions::group(extent, &place);
    let bound = text!("policy-bound", group = &group);
    let bound = context.reporter.settings().err.say(&bound);
    context.reporter.info(&format!(
        "{bound}\n`aws eks create-access-entry … --kubernetes-groups {group}`\n"
    ));
    Ok(Exit::Done)
}

/// The lab's objects, as they are rendered.
pub(super) async fn objects(context: &Context, project: &Project) -> Result<Vec<Object>, AppError> {
    let rendered = context.unless_interrupted(rendering::objects(project, None)).await?;
    Ok(rendered.checked()?.objects)
}

/// Where the lab of the environment goes.
pub(super) fn place(environment: &Environment, objects: &[Object]) -> Place {
    let fargate = &environment.fargate;
    let kinds = objects
        .iter()
        .filter(|object| object.kind() != "Namespace")
        .filter_map(|object| {
            let key = object.key();
            // No lab can have objects of another kind.
            let kind = kind_of(&key.api_version, &key.kind).ok()?;
            let group = kind.api_version.split_once('/').map_or("", |(group, _)| group);
            Some(OwnKind {
                group: group.to_owned(),
                plural: kind.plural.to_owned(),
                namespaced: kind.namespaced,
            })
        });
    Place {
        cluster: match &environment.cluster.name {
            Auto::Given(name) => Some(name.clone()),
            Auto::Auto => None,
        },
        region: environment.cluster.region.clone(),
        namespace: environment.app.namespace.clone(),
        profile: match &fargate.role {
            _ if !fargate.own => ProfileUse::OfOthers,
            Auto::Given(arn) => ProfileUse::WithRole(arn.clone()),
            Auto::Auto => ProfileUse::Own {
                boundary: fargate.permissions_boundary.clone(),
            },
        },
        shares_profile: fargate
            .selectors
            .iter()
            .any(|selector| selector.namespace != environment.app.namespace),
        kinds: kinds.collect(),
        only: None,
    }
}
