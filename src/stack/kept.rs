//! What of a profile that is there already is kept: all that the environment leaves to `auto` and that will do.
//!
//! Everything of a profile but its tags is immutable, so a value that differs means a deletion and an outage. Only a value
//! that somebody has written is worth that.

use std::collections::BTreeMap;

use super::graph::ClusterContext;
use super::names::role_name;
use crate::config::{Auto, Environment};
use crate::lang::{Text, text};
use crate::model::{AwsView, EXPIRES_TAG, LAB_TAG, Object, Observed, Profile, ProfileStatus, Role};
use crate::readiness;

/// An environment with what the profile that is there decides of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// With the values of the profile in place of `auto`.
    pub environment: Environment,
    /// Whether the role was left to `auto` and is the profile's: the lab makes none.
    pub role: bool,
    /// Whether profile or role have on record when the lab's time is over.
    pub had_end: bool,
    /// What is kept, and what is not, with the reason.
    pub notes: Vec<Text>,
}

/// The role of the profile that is there, if it takes a look at that role to decide whether it is kept.
pub fn role_to_read<'a>(
    environment: &Environment,
    site: &ClusterContext,
    objects: &[Object],
    aws: &'a AwsView,
) -> Option<&'a str> {
    let profile = profile_there(environment, objects, aws)?;
    let is_open = environment.fargate.role == Auto::Auto && !is_own_role(environment, site, &profile.role_arn);
    is_open.then_some(profile.role_arn.as_str())
}

/// Decides what is kept. `objects` are the rendered ones; of `aws`, the role that [`role_to_read`] names is to be read.
pub fn keep(environment: &Environment, site: &ClusterContext, objects: &[Object], aws: &AwsView) -> Kept {
    let mut kept = Kept {
        environment: environment.clone(),
        role: false,
        had_end: has_end(environment, aws),
        notes: Vec::new(),
    };
    let Some(profile) = profile_there(environment, objects, aws) else {
        return kept;
    };
    kept.environment.fargate.profile.clone_from(&profile.name);
    if role_to_read(environment, site, objects, aws).is_some() {
        let judged = role_will_do(environment, profile, &aws.profile_role);
        kept.role = judged.is_ok();
        if kept.role {
            kept.environment.fargate.role = Auto::Given(profile.role_arn.clone());
        }
        kept.note("role", &profile.role_arn, judged);
    }
    if environment.fargate.subnets == Auto::Auto {
        let judged = subnets_will_do(profile, aws);
        let subnets = profile.subnets.join(", ");
        if judged.is_ok() {
            kept.environment.fargate.subnets = Auto::Given(profile.subnets.clone());
        }
        if profile.subnets != site.private_subnets.items() {
            kept.note("subnets", &subnets, judged);
        }
    }
    if environment.fargate.left_to_auto.selectors && profile.selectors != environment.fargate.selectors {
        let (namespace, labels) = game_pods(environment, objects);
        let covers = profile.takes(namespace, &labels);
        if covers {
            kept.environment.fargate.selectors.clone_from(&profile.selectors);
        }
        let judged = covers.then_some(()).ok_or_else(|| text!("plan-unkept-no-match"));
        kept.note("selectors", &profile.selectors.len().to_string(), judged);
    }
    kept
}

/// Whether what the lab has in AWS has on record when its time is over.
fn has_end(environment: &Environment, aws: &AwsView) -> bool {
    let profile = aws.profile(&environment.fargate.profile).map(|profile| &profile.tags);
    let role = aws.role.known().and_then(Option::as_ref).map(|role| &role.tags);
    profile
        .into_iter()
        .chain(role)
        .any(|tags| tags.contains_key(EXPIRES_TAG))
}

impl Kept {
    fn note(&mut self, what: &str, value: &str, judged: Result<(), Text>) {
        self.notes.push(match judged {
            Ok(()) => Text::new(format!("plan-keeps-{what}")).with("value", value),
            Err(why) => Text::new(format!("plan-drops-{what}"))
                .with("value", value)
                .with("why", why),
        });
    }
}

/// The profile that is there for the lab: of the name that is wanted, or, where the name was left to `auto`, the only one
/// that takes the game's pods and those of no other namespace.
fn profile_there<'a>(environment: &Environment, objects: &[Object], aws: &'a AwsView) -> Option<&'a Profile> {
    let fargate = &environment.fargate;
    if !fargate.own {
        return None;
    }
    let lives = |profile: &&Profile| matches!(profile.status, ProfileStatus::Active | ProfileStatus::Creating);
    if let Some(named) = aws.profile(&fargate.profile) {
        return Some(named).filter(lives);
    }
    if !fargate.left_to_auto.profile {
        return None;
    }
    let (namespace, labels) = game_pods(environment, objects);
    let is_for_us = |profile: &&Profile| {
        let of_another_lab = profile
            .tags
            .get(LAB_TAG)
            .is_some_and(|lab| *lab != environment.lab.name);
        let only_here = profile.selectors.iter().all(|selector| selector.namespace == namespace);
        let takes = profile
            .selectors
            .iter()
            .any(|selector| selector.covers(namespace, &labels));
        !of_another_lab && only_here && takes
    };
    let mut found = aws.profiles.items().iter().filter(lives).filter(is_for_us);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Namespace and labels of the game's pods.
fn game_pods<'a>(environment: &'a Environment, objects: &[Object]) -> (&'a str, BTreeMap<String, String>) {
    let app = &environment.app;
    let deployment = objects
        .iter()
        .find(|object| object.kind() == "Deployment" && object.name() == app.deployment);
    let labels = deployment.map(|deployment| deployment.text_map("/spec/template/metadata/labels"));
    (&app.namespace, labels.unwrap_or_default())
}

fn is_own_role(environment: &Environment, site: &ClusterContext, arn: &str) -> bool {
    arn.ends_with(&format!(":role/{}", role_name(&site.cluster, &environment.lab.name)))
}

/// Whether the role can start the game's pods, as far as it could be read; else why not.
fn role_will_do(environment: &Environment, profile: &Profile, role: &Observed<Option<Role>>) -> Result<(), Text> {
    let Observed::Known(role) = role else {
        return Ok(());
    };
    let verdict = readiness::role_of_profile(role.as_ref(), profile);
    if !verdict.works() {
        return Err(verdict.why().cloned().unwrap_or_else(|| text!("plan-unkept-no-role")));
    }
    let boundary = &environment.fargate.permissions_boundary;
    let has = role.as_ref().and_then(|role| role.permissions_boundary.as_ref());
    match boundary {
        Some(wanted) if has != Some(wanted) => Err(text!("plan-unkept-boundary", wanted = wanted)),
        _ => Ok(()),
    }
}

/// Whether Fargate takes all subnets, as far as they could be read; else why not.
fn subnets_will_do(profile: &Profile, aws: &AwsView) -> Result<(), Text> {
    if profile.subnets.is_empty() {
        return Err(text!("plan-unkept-no-subnets"));
    }
    if aws.subnets.known().is_none() {
        return Ok(());
    }
    for id in &profile.subnets {
        match aws.subnet(id) {
            None => return Err(text!("plan-unkept-foreign-subnet", id = id)),
            Some(subnet) if subnet.is_public() => return Err(text!("plan-unkept-public-subnet", id = id)),
            Some(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stack::fixtures::{Lab, known};

    const FOREIGN: &str = "arn:aws:iam::410691154611:role/eksctl-pods";

    type Change = fn(&mut Lab);

    /// A lab whose profile somebody else has made, with a role that will do.
    fn by_hand() -> Lab {
        let mut lab = Lab::running();
        let profile = &mut known(&mut lab.aws.profiles)[0];
        profile.role_arn = FOREIGN.to_owned();
        profile.subnets.pop();
        profile.tags.clear();
        let mut role = known(&mut lab.aws.role).clone().unwrap();
        role.arn = FOREIGN.to_owned();
        lab.aws.profile_role = Observed::Known(Some(role));
        lab
    }

    fn kept(lab: &Lab) -> Kept {
        keep(&lab.environment, &lab.site, &lab.objects, &lab.aws)
    }

    fn role_of(lab: &mut Lab) -> &mut Role {
        known(&mut lab.aws.profile_role).as_mut().unwrap()
    }

    #[test]
    fn what_will_do_is_kept() {
        let lab = by_hand();
        let kept = kept(&lab);
        let fargate = &kept.environment.fargate;
        assert_eq!(fargate.role, Auto::Given(FOREIGN.to_owned()));
        assert_eq!(
            fargate.subnets,
            Auto::Given(vec!["subnet-0d1".to_owned(), "subnet-0d2".to_owned()])
        );
        assert!(kept.role);
        assert_eq!(
            kept.notes,
            [
                format!("keeps its role ({FOREIGN}), as fargate.role is auto"),
                "keeps its subnets (subnet-0d1, subnet-0d2), as fargate.subnets is auto".to_owned(),
            ]
        );
        let own = Lab::running();
        let kept = keep(&own.environment, &own.site, &own.objects, &own.aws);
        assert!(
            !kept.role && kept.notes.is_empty(),
            "the lab's own profile is as it is made"
        );
    }

    #[test]
    fn what_was_written_is_not_asked_about() {
        let mut lab = by_hand();
        lab.environment.fargate.role = Auto::Given("arn:aws:iam::410691154611:role/written".to_owned());
        lab.environment.fargate.subnets = Auto::Given(vec!["subnet-0d3".to_owned()]);
        assert_eq!(role_to_read(&lab.environment, &lab.site, &lab.objects, &lab.aws), None);
        assert_eq!(kept(&lab).environment, lab.environment);
    }

    #[test]
    fn what_will_not_do_is_named_with_the_reason() {
        let why = |change: Change| {
            let mut lab = by_hand();
            change(&mut lab);
            let notes = kept(&lab).notes;
            let refused = notes.iter().find_map(|note| {
                let note = note.to_string();
                note.split_once(" cannot be kept: ").map(|(_, why)| why.to_owned())
            });
            refused.unwrap_or_default()
        };
        let cases: [(Change, &str); 9] = [
            (
                |lab| role_of(lab).attached.clear(),
                "AmazonEKSFargatePodExecutionRolePolicy is not attached",
            ),
            (
                |lab| role_of(lab).trust["Statement"][0]["Principal"]["Service"] = json!("ec2.amazonaws.com"),
                "eks-fargate-pods.amazonaws.com may not assume it for this profile",
            ),
            (
                |lab| {
                    let other = json!({"ArnLike": {"aws:SourceArn": "arn:aws:eks:*:*:fargateprofile/other/*"}});
                    role_of(lab).trust["Statement"][0]["Condition"] = other;
                },
                "eks-fargate-pods.amazonaws.com may not assume it for this profile",
            ),
            (
                |lab| lab.aws.profile_role = Observed::Known(None),
                "there is no such role",
            ),
            (
                |lab| lab.environment.fargate.permissions_boundary = Some("arn:b".to_owned()),
                "its permissions boundary is not arn:b",
            ),
            (
                |lab| known(&mut lab.aws.profiles)[0].subnets.push("subnet-0e1".to_owned()),
                "subnet-0e1 is public",
            ),
            (
                |lab| known(&mut lab.aws.profiles)[0].subnets.push("subnet-0".to_owned()),
                "subnet-0 is not in the cluster's VPC",
            ),
            (
                |lab| known(&mut lab.aws.profiles)[0].selectors[0].namespace = "other".to_owned(),
                "none takes the game's pods",
            ),
            (
                |lab| lab.aws.profile_role = Observed::Unknown("AccessDenied".into()),
                "",
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(why(change), expected);
        }
    }

    #[test]
    fn a_trust_is_read_as_iam_writes_it() {
        let mut lab = by_hand();
        role_of(&mut lab).trust = json!({"Statement": {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Principal": {"Service": ["eks.amazonaws.com", "eks-fargate-pods.amazonaws.com"]},
            "Condition": {"StringEquals": {"aws:SourceAccount": "410691154611"}, "Bool": {"aws:SecureTransport": "true"}}}});
        assert!(kept(&lab).role);
    }

    #[test]
    fn a_name_left_to_auto_is_that_of_the_only_profile_for_the_namespace() {
        let name = |change: Change| {
            let mut lab = by_hand();
            known(&mut lab.aws.profiles)[0].name = "games".to_owned();
            change(&mut lab);
            kept(&lab).environment.fargate.profile
        };
        assert_eq!(name(|_| {}), "games");
        let others: [Change; 6] = [
            |lab| lab.environment.fargate.left_to_auto.profile = false,
            |lab| known(&mut lab.aws.profiles)[0].selectors[0].namespace = "fargate-*".to_owned(),
            |lab| {
                let labels = &mut known(&mut lab.aws.profiles)[0].selectors[0].labels;
                labels.insert("app".to_owned(), "other".to_owned());
            },
            |lab| {
                let tags = &mut known(&mut lab.aws.profiles)[0].tags;
                tags.insert(LAB_TAG.to_owned(), "another".to_owned());
            },
            |lab| known(&mut lab.aws.profiles)[0].status = ProfileStatus::Deleting,
            |lab| {
                let twin = known(&mut lab.aws.profiles)[0].clone();
                known(&mut lab.aws.profiles).push(twin);
            },
        ];
        for (case, change) in others.into_iter().enumerate() {
            assert_eq!(name(change), "fargate-game-2048", "case {case}");
        }
    }
}
