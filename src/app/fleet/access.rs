//! `fleet access`: what lets each participant at their own lab and at no other: an access entry of EKS, and the lab's
//! namespace with a Role in it. It prints; whoever runs the cluster makes it.
//!
//! The namespace is handed out with the rights, since Kubernetes has no right to make one of a certain name: a participant
//! works in it, and their `destroy` leaves it, with the rights, so that they can begin again.

use serde_json::Value;

use super::class::{Class, ClassLab};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::policy;
use crate::app::request::FleetChoice;
use crate::aws::Reader;
use crate::config::Auto;
use crate::lang::text;
use crate::model::{HANDED_OUT_LABEL, Object, ObjectKey};
use crate::permissions::{self, Extent, OwnNames, Place};
use crate::render;
use crate::report::Format;
use crate::report::class_view::{self, AccessEntry, AwsRights, ClassAccess, ClusterManifests, LabAccess};
use crate::stack::role_name;

/// Prints it for the labs of a roster.
pub(super) async fn run(context: &mut Context, choice: &FleetChoice) -> Result<Exit, AppError> {
    let class = Class::open(context, choice).await?;
    let mut access = Access::of(context, &class);
    for lab in &class.labs {
        access.take(context, lab).await?;
    }
    show(context, &access.document)?;
    Ok(Exit::Done)
}

/// What is put together, lab by lab.
struct Access {
    document: ClassAccess,
    /// The AWS CLI's profile, if the call names one.
    profile: Option<String>,
}

/// A lab with what its rights follow from.
struct Handed<'a> {
    lab: &'a ClassLab,
    cluster: String,
    place: Place,
    namespace: Vec<Object>,
}

impl Access {
    fn of(context: &Context, class: &Class) -> Self {
        Self {
            document: ClassAccess {
                roster: class.label.clone(),
                labs: Vec::new(),
                entries: Vec::new(),
                policies: Vec::new(),
                manifests: Vec::new(),
            },
            profile: context.call.selection.profile.clone(),
        }
    }

    async fn take(&mut self, context: &Context, lab: &ClassLab) -> Result<(), AppError> {
        let handed = handed(context, lab).await?;
        let groups = permissions::groups(Extent::Participant, &handed.place);
        self.enter(&handed, &groups);
        self.allow_in_aws(&handed);
        self.make(&handed);
        self.document.labs.push(LabAccess {
            lab: lab.row.name().to_owned(),
            cluster: lab.cluster(),
            namespace: handed.place.namespace,
            principal: lab.row.principal.clone(),
            groups,
        });
        Ok(())
    }

    /// A cluster has one entry for a principal, whose groups are those of all their labs.
    fn enter(&mut self, handed: &Handed<'_>, groups: &[String]) {
        let Some(principal) = &handed.lab.row.principal else {
            return;
        };
        let region = handed.lab.session.aws.region();
        let entries = &mut self.document.entries;
        let is_it = |entry: &AccessEntry| {
            (&entry.cluster_name, entry.region.as_str()) == (&handed.cluster, region)
                && entry.principal_arn == *principal
        };
        let known = entries.iter().position(is_it).unwrap_or_else(|| {
            entries.push(AccessEntry::new(
                &handed.cluster,
                region,
                principal,
                self.profile.as_deref(),
            ));
            entries.len() - 1
        });
        if let Some(entry) = entries.get_mut(known) {
            entry.add(handed.lab.row.name(), groups);
        }
    }

    fn allow_in_aws(&mut self, handed: &Handed<'_>) {
        let document = permissions::policy(Extent::Participant, &handed.place);
        let document = serde_json::to_value(document).unwrap_or(Value::Null);
        let lab = handed.lab.row.name().to_owned();
        let policies = &mut self.document.policies;
        match policies.iter_mut().find(|rights| rights.document == document) {
            Some(rights) => rights.labs.push(lab),
            None => policies.push(AwsRights {
                labs: vec![lab],
                document,
            }),
        }
    }

    /// What labs have in common is made once.
    fn make(&mut self, handed: &Handed<'_>) {
        let cluster = handed.lab.cluster();
        let manifests = &mut self.document.manifests;
        let known = manifests.iter().position(|one| one.cluster == cluster);
        let known = known.unwrap_or_else(|| {
            manifests.push(ClusterManifests {
                cluster,
                objects: Vec::new(),
            });
            manifests.len() - 1
        });
        let Some(ClusterManifests { objects, .. }) = manifests.get_mut(known) else {
            return;
        };
        let roles = permissions::roles(Extent::Participant, &handed.place);
        for object in handed.namespace.iter().cloned().chain(roles) {
            let key: ObjectKey = object.key();
            if objects.iter().all(|other| other.key() != key) {
                objects.push(object);
            }
        }
    }
}

async fn handed<'a>(context: &Context, lab: &'a ClassLab) -> Result<Handed<'a>, AppError> {
    let environment = lab.session.environment();
    let objects = policy::objects(context, &lab.session.project).await?;
    let cluster = match &environment.cluster.name {
        Auto::Given(name) => name.clone(),
        Auto::Auto => {
            let reader = Reader::new(lab.session.aws_to_look.clone());
            let asking = async { Ok(reader.only_cluster().await?) };
            context.unless_interrupted(asking).await?
        }
    };
    let place = Place {
        cluster: Some(cluster.clone()),
        only: Some(OwnNames {
            profile: environment.fargate.profile.clone(),
            role: role_name(&cluster, &environment.lab.name),
        }),
        ..policy::place(environment, &objects)
    };
    let namespace = objects.into_iter().filter(|object| object.kind() == "Namespace");
    Ok(Handed {
        lab,
        cluster,
        place,
        namespace: namespace.map(handed_out).collect(),
    })
}

/// The namespace with the mark that it is not the lab's to change or to remove.
fn handed_out(mut namespace: Object) -> Object {
    namespace.0["metadata"]["labels"][HANDED_OUT_LABEL] = "true".into();
    namespace
}

fn show(context: &mut Context, access: &ClassAccess) -> Result<(), AppError> {
    let settings = context.reporter.settings();
    match settings.format {
        Format::Json => {
            context.reporter.document(access);
            return Ok(());
        }
        Format::Yaml => return manifests(context, access),
        // Others are refused for this verb.
        _ => context.reporter.data(&class_view::access(access, &settings.out)),
    }
    let notes = class_view::access_notes(access, &settings.err);
    context.reporter.info(&notes);
    let commands = context.commands();
    let of = |verb: &str, more: &str| commands.of(verb, &format!("{} {more}", access.roster));
    context.offer(&[
        (
            of("fleet access", "-o yaml | kubectl apply -f -"),
            text!("next-access-yaml"),
        ),
        (of("fleet access", "-o json"), text!("next-access-json")),
    ]);
    Ok(())
}

/// The manifests, as `kubectl apply -f -` reads them: it takes all to one cluster.
fn manifests(context: &mut Context, access: &ClassAccess) -> Result<(), AppError> {
    let [ClusterManifests { objects, .. }] = access.manifests.as_slice() else {
        let clusters = access.manifests.iter().map(|one| one.cluster.clone());
        return Err(AppError::SeveralClusters(clusters.collect()));
    };
    let text = render::to_yaml(objects).map_err(|error| AppError::Io {
        what: "write the roles as YAML",
        source: std::io::Error::other(error),
    })?;
    context.reporter.data(&text);
    Ok(())
}
