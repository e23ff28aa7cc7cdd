//! Golden plans as text: what each situation makes of the workshop's lab.

use std::fmt::Write;

use serde_json::{Value, json};

use super::*;
use crate::config::Auto;
use crate::event::Place;
use crate::model::{
    Controller, ControllerResources, DryRun, FieldConflict, Goal, HANDED_OUT_LABEL, LAB_LABEL, NodeKind, Object,
    Observed, Op, Wait,
};
use crate::stack::fixtures::{Lab, known, other_profile, pod, rolled_out};
use crate::stack::scale_intent;

const NONE: Approvals = Approvals {
    adopt: false,
    force_conflicts: false,
    force_shared: false,
    without_controller: false,
    replace: false,
    reset_scale: false,
    take_back: false,
};

/// The plan for a lab of the fixtures.
pub(crate) fn make(lab: &Lab, goal: Goal, approvals: Approvals) -> Plan {
    let stack = lab.stack(goal);
    let origins = lab.objects.iter();
    let origins = origins.map(|object| {
        (
            object.key().to_string(),
            format!("{}.yaml", object.kind().to_lowercase()),
        )
    });
    plan(PlanInput {
        scope: PlanScope::Lab,
        lab: &lab.environment.lab.name,
        place: Place::default(),
        site: &lab.site,
        goal,
        stack: &stack,
        former: &[],
        aws: &lab.aws,
        kube: &lab.kube,
        exposure: lab.exposure().as_ref(),
        approvals,
        replicas: &lab.replicas(),
        origins: &origins.collect(),
        findings: Vec::new(),
        cost: cost::of_stack(
            &stack,
            &lab.site.region,
            cost::Amounts {
                pods: lab.replicas().count,
                addresses: 3,
            },
            jiff::civil::date(2025, 1, 1),
        ),
    })
}

/// The order of the changes: each node with what it needs first.
fn graph(plan: &Plan) -> Graph {
    let tasks = plan.changes.iter().map(|change| &change.task);
    let goals: Vec<_> = tasks.map(|task| (task.node.id.clone(), task.goal())).collect();
    Graph::new(&plan.edges, &goals).unwrap()
}

fn value(value: Option<&Value>) -> String {
    value.map_or("-".to_owned(), Value::to_string)
}

/// A plan, one line a row, with its notes below.
fn text(plan: &Plan) -> String {
    let mut out = String::new();
    // The lock has a place in the order, and no row.
    for change in plan.changes.iter().filter(|change| change.task.wait != Wait::Held) {
        let mark = match change.task.op {
            Op::Create => "+",
            Op::Update => "~",
            Op::Replace => "-/+",
            Op::Delete => "-",
            Op::None => ".",
        };
        let validation = match &change.validation {
            Validation::NotApplicable => "",
            Validation::Server => "validated",
            Validation::Elsewhere => "validated elsewhere",
            Validation::NotYet(_) => "not yet validated",
            Validation::Refused(_) => "dry run refused",
        };
        let parts = [
            mark.to_owned(),
            change.task.node.id.to_string(),
            change.wait_words.to_string(),
            validation.to_owned(),
        ];
        let filled: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        writeln!(out, "{}", filled.join(" | ")).unwrap();
        below(&mut out, change);
    }
    out
}

fn below(out: &mut String, change: &Change) {
    for approach in &change.approaches {
        writeln!(out, "    approach {approach:?}, force {}", change.task.force).unwrap();
    }
    for diff in &change.diffs {
        let (before, after) = (value(diff.before.as_ref()), value(diff.after.as_ref()));
        writeln!(out, "    {}: {before} -> {after}", diff.path).unwrap();
    }
    if change.hidden > 0 {
        writeln!(out, "    {} hidden", change.hidden).unwrap();
    }
    for drift in &change.drift {
        let (found, wanted) = (value(drift.found.as_ref()), value(drift.wanted.as_ref()));
        let by = drift.manager.as_deref().unwrap_or("somebody");
        let kept = if drift.kept { ", kept" } else { "" };
        writeln!(
            out,
            "    drift `{}`: found {found}, wanted {wanted}, by {by}{kept}",
            drift.path
        )
        .unwrap();
    }
    for note in &change.notes {
        writeln!(out, "    note: {note}").unwrap();
    }
    for refusal in &change.refusals {
        writeln!(out, "    REFUSED {refusal:?}").unwrap();
    }
}

/// Only the rows with a change or a note.
fn busy(plan: &Plan) -> String {
    let mut plan = plan.clone();
    plan.changes.retain(|change| {
        let idle = change.task.op == Op::None && change.wait_words.is_empty();
        !(idle && change.notes.is_empty() && change.drift.is_empty() && change.refusals.is_empty())
    });
    text(&plan)
}

#[test]
fn first_apply() {
    let plan = make(&Lab::fresh(), Goal::Ready, NONE);
    insta::assert_snapshot!(text(&plan), @r#"
    + | role/lab2048-eksworkshop-fargate-game-2048
    + | profile/fargate-game-2048 | wait ACTIVE
    + | namespace/fargate-game-2048 | validated
    + | service/service-2048 | validated elsewhere
    + | ingress/ingress-2048 | wait for the ALB | validated elsewhere
    + | deployment/deployment-2048 | wait 5/5 | validated elsewhere
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
    insta::assert_snapshot!(graph(&plan), @r"
    namespace/fargate-game-2048
    lock/lab2048 <- namespace/fargate-game-2048 applied
    role/lab2048-eksworkshop-fargate-game-2048 <- lock/lab2048 applied
    profile/fargate-game-2048 <- role/lab2048-eksworkshop-fargate-game-2048 ready, lock/lab2048 applied
    service/service-2048 <- namespace/fargate-game-2048 applied, lock/lab2048 applied
    ingress/ingress-2048 <- namespace/fargate-game-2048 applied, service/service-2048 applied, lock/lab2048 applied
    deployment/deployment-2048 <- profile/fargate-game-2048 ready, namespace/fargate-game-2048 applied, lock/lab2048 applied
    balancer/k8s-fargateg-ingress2-b252ad69ce <- ingress/ingress-2048 applied, lock/lab2048 applied
    targets/k8s-fargateg-ingress2-b252ad69ce <- deployment/deployment-2048 ready, balancer/k8s-fargateg-ingress2-b252ad69ce ready, lock/lab2048 applied
    proof/fargate-game-2048 <- targets/k8s-fargateg-ingress2-b252ad69ce ready, lock/lab2048 applied
    ");
    assert_eq!(plan.counts().create, 6);
    assert_eq!(format!("{:.2}", plan.cost.hourly().unwrap()), "0.11");
}

#[test]
fn unchanged() {
    let plan = make(&Lab::running(), Goal::Ready, NONE);
    insta::assert_snapshot!(text(&plan), @r#"
    . | role/lab2048-eksworkshop-fargate-game-2048
    . | profile/fargate-game-2048
    . | namespace/fargate-game-2048 | validated
    . | service/service-2048 | validated
    . | ingress/ingress-2048 | validated
    . | deployment/deployment-2048 | validated
    . | balancer/k8s-fargateg-ingress2-b252ad69ce
    . | targets/k8s-fargateg-ingress2-b252ad69ce
    . | proof/fargate-game-2048
    "#);
    assert!(plan.is_idle() && !plan.changes_something());
}

#[test]
fn image_change() {
    let mut lab = Lab::running();
    lab.environment.app.image = "public.ecr.aws/x/2048:2".to_owned();
    lab.render(None);
    let mut planned = Object(lab.live("Deployment").clone());
    planned.0["spec"]["template"]["spec"]["containers"][0]["image"] = json!("public.ecr.aws/x/2048:2");
    planned.0["metadata"]["generation"] = json!(2);
    lab.state("Deployment").dry_run = DryRun::Validated(planned);
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, NONE)), @r#"
    ~ | deployment/deployment-2048 | wait 5/5 | validated
        spec.template.spec.containers[app-2048].image: "public.ecr.aws/l6m2t8p7/docker-2048:latest" -> "public.ecr.aws/x/2048:2"
        1 hidden
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
}

/// A lab that `lab2048 scale --replicas 3` has scaled.
fn scaled_by_us() -> Lab {
    let mut lab = Lab::running();
    let deployment = lab.live("Deployment");
    deployment["spec"]["replicas"] = json!(3);
    deployment["metadata"]["annotations"] = json!({"lab2048.dev/replicas": "3"});
    deployment["status"] = rolled_out(3);
    lab
}

#[test]
fn a_scale_intent_is_kept() {
    let mut lab = scaled_by_us();
    let live = Object(lab.live("Deployment").clone());
    assert_eq!(scale_intent(&live), Some(3));
    lab.render(scale_intent(&live));
    lab.state("Deployment").dry_run = DryRun::Validated(live);
    let plan = make(&lab, Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    . | deployment/deployment-2048 | validated
        note: keeps 3 replicas as asked with `scale`; --reset-scale returns to 5
    "#);
    assert!(plan.is_idle());
}

#[test]
fn a_scale_intent_is_dropped_on_demand() {
    let mut lab = scaled_by_us();
    let mut planned = Object(lab.live("Deployment").clone());
    planned.0["spec"]["replicas"] = json!(5);
    planned.0["metadata"]["annotations"] = json!({});
    lab.state("Deployment").dry_run = DryRun::Validated(planned);
    let approvals = Approvals {
        reset_scale: true,
        ..NONE
    };
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, approvals)), @r#"
    ~ | deployment/deployment-2048 | wait 5/5 | validated
        metadata.annotations[lab2048.dev/replicas]: "3" -> -
        spec.replicas: 3 -> 5
        note: drops the 3 replicas asked for with `scale`
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
}

/// A lab that somebody has scaled to 3 with kubectl.
fn scaled_by_hand() -> Lab {
    let mut lab = Lab::running();
    let planned = Object(lab.live("Deployment").clone());
    let deployment = lab.live("Deployment");
    deployment["spec"]["replicas"] = json!(3);
    deployment["status"] = rolled_out(3);
    let managers = deployment["metadata"]["managedFields"].as_array_mut().unwrap();
    managers[0]["fieldsV1"]["f:spec"]
        .as_object_mut()
        .unwrap()
        .remove("f:replicas");
    managers.push(
        json!({"manager": "kubectl", "operation": "Update", "subresource": "scale",
        "time": "2026-11-23T11:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}}),
    );
    lab.state("Deployment").dry_run = DryRun::Conflict {
        conflicts: vec![FieldConflict {
            field: ".spec.replicas".to_owned(),
            manager: "kubectl".to_owned(),
        }],
        forced: planned,
    };
    lab
}

#[test]
fn kubectl_scale_is_drift_and_a_conflict() {
    let plan = make(&scaled_by_hand(), Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    ~ | deployment/deployment-2048 | wait 5/5 | validated
        spec.replicas: 3 -> 5
        2 hidden
        drift `spec.replicas`: found 3, wanted 5, by kubectl (scale)
        REFUSED Conflict([ForeignField { path: "spec.replicas", manager: "kubectl", at: Some(2026-11-23T11:00:00Z), found: Some(Number(3)), wanted: Some(Number(5)) }])
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
    let drift = &plan.changes.iter().find(|c| !c.drift.is_empty()).unwrap().drift[0];
    assert_eq!(drift.at, Some("2026-11-23T11:00:00Z".parse().unwrap()));
}

#[test]
fn a_conflict_is_forced_on_demand() {
    let approvals = Approvals {
        force_conflicts: true,
        ..NONE
    };
    insta::assert_snapshot!(busy(&make(&scaled_by_hand(), Goal::Ready, approvals)), @r#"
    ~ | deployment/deployment-2048 | wait 5/5 | validated
        approach Forced, force true
        spec.replicas: 3 -> 5
        2 hidden
        drift `spec.replicas`: found 3, wanted 5, by kubectl (scale)
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
}

#[test]
fn an_autoscaler_keeps_its_number() {
    let mut lab = scaled_by_hand();
    known(&mut lab.kube.autoscalers).push(Object(json!({
        "kind": "HorizontalPodAutoscaler", "metadata": {"name": "game"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "deployment-2048"}},
    })));
    let plan = make(&lab, Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    . | deployment/deployment-2048 | validated
        2 hidden
        drift `spec.replicas`: found 3, wanted -, by kubectl (scale), kept
        note: horizontal autoscaler game sets the number of pods; replicas is left to it
    "#);
    let deployment = plan
        .changes
        .iter()
        .find(|c| c.task.node.id.to_string().starts_with("deployment"));
    let crate::model::Desired::Object(object) = &deployment.unwrap().task.node.desired else {
        panic!("an object")
    };
    assert_eq!(object.number("/spec/replicas"), None, "ours is not written");
}

#[test]
fn a_deleted_service_is_made_again() {
    let mut lab = Lab::running();
    lab.remove("Service");
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, NONE)), @r#"
    + | service/service-2048 | validated
        drift ``: found -, wanted -, by somebody
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
}

#[test]
fn an_interrupted_apply_is_no_drift() {
    let mut lab = Lab::running();
    lab.remove("Deployment");
    lab.kube.pods = Observed::Known(Vec::new());
    let plan = make(&lab, Goal::Ready, NONE);
    assert!(
        plan.changes.iter().all(|change| change.drift.is_empty()),
        "{}",
        text(&plan)
    );
}

/// A lab whose Deployment and profile somebody else has made.
fn foreign() -> Lab {
    let mut lab = Lab::running();
    lab.live("Deployment")["metadata"]["labels"] = json!({"app.kubernetes.io/managed-by": "Helm"});
    lab.state("Deployment").dry_run = DryRun::Validated(lab.objects[3].clone());
    known(&mut lab.aws.profiles)[0].tags.clear();
    lab
}

#[test]
fn what_is_not_ours_is_refused() {
    let plan = make(&foreign(), Goal::Ready, NONE);
    let refusals: Vec<String> = plan
        .refusals()
        .map(|(id, refusal)| format!("{id}: {refusal:?}"))
        .collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    profile/fargate-game-2048: NotOurs("it has no tags of this lab")
    deployment/deployment-2048: NotOurs("it is managed by Helm")
    "#);
}

#[test]
fn what_is_not_ours_is_adopted_on_demand() {
    let approvals = Approvals { adopt: true, ..NONE };
    let plan = make(&foreign(), Goal::Ready, approvals);
    assert_eq!(plan.refusals().count(), 0);
    let adopted: Vec<String> = plan
        .changes
        .iter()
        .filter(|change| change.approaches == [Approach::Adopted] && change.task.adopt)
        .map(|change| format!("{:?} {}", change.task.op, change.task.node.id))
        .collect();
    assert_eq!(
        adopted,
        ["Update profile/fargate-game-2048", "Update deployment/deployment-2048"]
    );
}

#[test]
fn a_namespace_that_was_handed_out_stays_until_it_is_taken_back() {
    let mut lab = Lab::running();
    lab.live("Namespace")["metadata"]["labels"][HANDED_OUT_LABEL] = json!("true");
    let row = |lab: &Lab, approvals| {
        let plan = make(lab, Goal::Gone, approvals);
        let mut changes = plan.changes.into_iter();
        changes
            .find(|change| change.task.node.id.kind == NodeKind::Namespace)
            .unwrap()
    };
    let plan = make(&lab, Goal::Gone, NONE);
    let goals: Vec<_> = plan
        .changes
        .iter()
        .map(|change| (change.task.node.id.clone(), Goal::Gone))
        .collect();
    assert!(
        Graph::new(&plan.edges, &goals).is_ok(),
        "nothing waits for what stays, and the lock is in it"
    );
    let kept = row(&lab, NONE);
    assert_eq!((kept.kept, kept.task.op, kept.task.wait), (true, Op::None, Wait::None));
    let take_back = Approvals {
        take_back: true,
        ..NONE
    };
    let taken = row(&lab, take_back);
    assert_eq!(
        (taken.task.op, taken.approaches.as_slice()),
        (Op::Delete, &[Approach::TakenBack][..])
    );
    // Of another lab it is another's, whatever the mark says.
    lab.live("Namespace")["metadata"]["labels"][LAB_LABEL] = json!("other");
    let others = row(&lab, take_back);
    assert_eq!((others.kept, others.task.op), (true, Op::None));
    assert!(
        others.notes[0].to_string().contains("it belongs to lab other"),
        "{:?}",
        others.notes
    );
}

#[test]
fn a_profile_that_differs_must_be_replaced() {
    let mut lab = Lab::running();
    lab.environment.fargate.subnets = Auto::Given(lab.site.private_subnets.items().to_vec());
    known(&mut lab.aws.profiles)[0].subnets.remove(0);
    known(&mut lab.aws.profiles).push({
        let mut other = other_profile("other", "other");
        other.status = "CREATING".into();
        other
    });
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, NONE)), @r#"
    -/+ | profile/fargate-game-2048 | wait ACTIVE
        subnets: ["subnet-0d2","subnet-0d3"] -> ["subnet-0d1","subnet-0d2","subnet-0d3"]
        note: a profile cannot be changed: its pods stop when it is deleted and start again once the new one is ACTIVE; under a new name (fargate.profile) both run side by side
        note: waits its turn: other is CREATING, and a cluster changes one profile at a time
        REFUSED NeedsReplace(["subnets"])
    . | deployment/deployment-2048 | wait for all pods | validated
        note: its pods go with the old profile and are recreated on the new one
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
    let approvals = Approvals { replace: true, ..NONE };
    let plan = make(&lab, Goal::Ready, approvals);
    assert_eq!((plan.refusals().count(), plan.counts().replace), (0, 1));
}

#[test]
fn pods_that_come_too_early_for_a_profile_are_healed_whoever_made_it() {
    let heals = |lab: &Lab| {
        let plan = make(lab, Goal::Ready, NONE);
        let mut changes = plan.changes.iter();
        let deployment = changes.find(|change| change.task.node.id.kind == NodeKind::Deployment);
        deployment.unwrap().task.heals
    };
    assert!(heals(&Lab::fresh()), "it is made by this run");
    let mut lab = Lab::running();
    lab.remove("Deployment");
    assert!(heals(&lab), "it was made by a run that was killed");
    lab.environment.fargate.own = false;
    assert!(heals(&lab), "it is somebody else's");
    known(&mut lab.aws.profiles)[0].selectors.clear();
    assert!(!heals(&lab), "there is none for them: new pods are no better");
}

#[test]
fn a_failed_profile_is_recreated_without_asking() {
    let mut lab = Lab::running();
    known(&mut lab.aws.profiles)[0].status = "CREATE_FAILED".into();
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, NONE)), @r#"
    -/+ | profile/fargate-game-2048 | wait ACTIVE
        note: recreated: it is CREATE_FAILED (EKS gives no reason)
    . | deployment/deployment-2048 | wait for all pods | validated
        note: its pods go with the old profile and are recreated on the new one
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
}

#[test]
fn tags_and_policies_are_changed_in_place() {
    let mut lab = Lab::running();
    lab.environment.lab.tags.insert("team".to_owned(), "blue".to_owned());
    if let Some(role) = known(&mut lab.aws.role) {
        role.attached = vec!["arn:aws:iam::aws:policy/Logging".to_owned()];
    }
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, NONE)), @r#"
    ~ | role/lab2048-eksworkshop-fargate-game-2048
        policies[arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy]: - -> "attached"
        tags[team]: - -> "blue"
        note: also has arn:aws:iam::aws:policy/Logging, kept
    ~ | profile/fargate-game-2048
        tags[team]: - -> "blue"
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
}

#[test]
fn what_is_no_longer_wanted_is_pruned_after_the_rest_works() {
    let mut lab = Lab::running();
    let mut old = lab.live("Service").clone();
    old["metadata"]["name"] = json!("old-service");
    let mut moved = lab.live("Namespace").clone();
    moved["metadata"]["name"] = json!("old-namespace");
    let mut owned = old.clone();
    owned["metadata"]["name"] = json!("of-another-object");
    owned["metadata"]["ownerReferences"] = json!([{"kind": "Service", "name": "x", "uid": "u"}]);
    let mut lock = old.clone();
    lock["kind"] = json!("Lease");
    known(&mut lab.kube.labelled).extend([Object(moved), Object(old), Object(owned), Object(lock)]);
    let mut profile = known(&mut lab.aws.profiles)[0].clone();
    profile.name = "old-profile".to_owned();
    known(&mut lab.aws.profiles).push(profile);
    let plan = make(&lab, Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    - | namespace/old-namespace | wait until it is gone
        note: no longer part of the lab
    - | service/old-service | wait until it is gone
        note: no longer part of the lab
    - | profile/old-profile | wait until it is gone
        note: no longer part of the lab
    "#);
    let graph = graph(&plan).to_string();
    let pruned: Vec<_> = graph
        .lines()
        .filter(|line| line.contains("/old-") && line.contains("<-"))
        .collect();
    insta::assert_snapshot!(pruned.join("\n"), @r"
    service/old-service <- ingress/ingress-2048 ready, deployment/deployment-2048 ready, lock/lab2048 applied
    profile/old-profile <- ingress/ingress-2048 ready, deployment/deployment-2048 ready, lock/lab2048 applied
    namespace/old-namespace <- profile/old-profile gone, service/old-service gone, ingress/ingress-2048 ready, deployment/deployment-2048 ready, lock/lab2048 applied
    ");
}

#[test]
fn pods_made_too_early_are_recreated() {
    let mut lab = Lab::running();
    lab.kube.pods = Observed::Known((1..=5).map(|n| pod(n, n > 2)).collect());
    let mut status = rolled_out(5);
    status["availableReplicas"] = json!(3);
    status["readyReplicas"] = json!(3);
    lab.live("Deployment")["status"] = status;
    let live = Object(lab.live("Deployment").clone());
    lab.state("Deployment").dry_run = DryRun::Validated(live);
    let plan = make(&lab, Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    . | deployment/deployment-2048 | wait 5/5 | validated
        note: recreate 2 pods: they were made before the profile could take them
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
    assert!(plan.changes_something() && plan.counts().is_empty());
}

#[test]
fn pods_that_could_not_pull_their_image_are_recreated_unless_a_new_template_brings_others() {
    let mut lab = Lab::running();
    let mut pods: Vec<Object> = (1..=5).map(|n| pod(n, true)).collect();
    pods[0].0["status"] = json!({"phase": "Pending", "containerStatuses": [
        {"image": "x", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}}},
    ]});
    lab.kube.pods = Observed::Known(pods);
    let mut status = rolled_out(5);
    status["availableReplicas"] = json!(4);
    lab.live("Deployment")["status"] = status;
    let live = Object(lab.live("Deployment").clone());
    lab.state("Deployment").dry_run = DryRun::Validated(live.clone());
    let plan = make(&lab, Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    . | deployment/deployment-2048 | wait 5/5 | validated
        note: recreate 1 pod: it could not pull its image, and waits before it tries again
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
    assert!(plan.changes_something());

    let mut corrected = live;
    corrected.0["spec"]["template"]["spec"]["containers"][0]["image"] = json!("corrected");
    lab.state("Deployment").dry_run = DryRun::Validated(corrected);
    let plan = make(&lab, Goal::Ready, NONE);
    let busy = busy(&plan);
    assert!(busy.contains("corrected") && !busy.contains("recreate"), "{busy}");
}

#[test]
fn what_is_unchanged_and_not_ready_is_waited_for() {
    let mut lab = Lab::running();
    known(&mut lab.aws.profiles)[0].status = "CREATING".into();
    if let Some(balancer) = known(&mut lab.aws.balancer) {
        balancer.state = "provisioning".into();
    }
    let plan = make(&lab, Goal::Ready, NONE);
    insta::assert_snapshot!(busy(&plan), @r#"
    . | profile/fargate-game-2048 | wait ACTIVE
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
    . | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
    . | proof/fargate-game-2048 | wait HTTP 200
    "#);
    assert!(!plan.changes_something() && !plan.is_idle());
}

#[test]
fn a_dry_run_without_an_answer_is_not_no_change() {
    let mut lab = Lab::running();
    lab.state("Service").dry_run = DryRun::NotYet("the webhook does not answer".into());
    lab.state("Ingress").dry_run = DryRun::Refused("spec.rules: Required value".into());
    lab.state("Deployment").dry_run = DryRun::Refused("spec.selector: field is immutable".into());
    insta::assert_snapshot!(busy(&make(&lab, Goal::Ready, NONE)), @r#"
~ | service/service-2048 | not yet validated
~ | ingress/ingress-2048 | wait for the ALB | dry run refused
    REFUSED Invalid("spec.rules: Required value (ingress.yaml)")
~ | deployment/deployment-2048 | wait 5/5 | dry run refused
    REFUSED Invalid("spec.selector: field is immutable (deployment.yaml)")
. | balancer/k8s-fargateg-ingress2-b252ad69ce | wait active
. | targets/k8s-fargateg-ingress2-b252ad69ce | wait 5 healthy targets
. | proof/fargate-game-2048 | wait HTTP 200
"#);
}

#[test]
fn what_is_being_deleted_or_unreadable_is_refused() {
    let mut lab = Lab::running();
    lab.live("Namespace")["metadata"]["deletionTimestamp"] = json!("2026-11-23T12:00:00Z");
    lab.state("Service").live = Observed::Unknown("403 Forbidden".into());
    lab.aws.role = Observed::Unknown("AccessDenied: iam:GetRole".into());
    let plan = make(&lab, Goal::Ready, NONE);
    let refusals: Vec<String> = plan.refusals().map(|(_, refusal)| format!("{refusal:?}")).collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    Invalid("role/lab2048-eksworkshop-fargate-game-2048 could not be read: AccessDenied: iam:GetRole")
    Invalid("namespace/fargate-game-2048 is being deleted; apply again once it is gone")
    Invalid("service/service-2048 could not be read: 403 Forbidden")
    "#);
}

#[test]
fn destroy_everything() {
    let mut lab = Lab::running();
    known(&mut lab.kube.pods).push({
        let mut stranger = pod(9, true);
        stranger.0["metadata"]["labels"] = json!({"app": "other"});
        stranger
    });
    let plan = make(&lab, Goal::Gone, NONE);
    insta::assert_snapshot!(text(&plan), @r"
    - | ingress/ingress-2048 | wait until it is gone
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait until ALB and security groups are gone
    - | deployment/deployment-2048 | wait until it is gone
    - | service/service-2048 | wait until it is gone
    - | profile/fargate-game-2048 | wait until it is gone
    - | access-entry/lab2048-eksworkshop-fargate-game-2048
        note: it is bound to the role, and EKS does not remove it
    - | role/lab2048-eksworkshop-fargate-game-2048
    - | namespace/fargate-game-2048 | wait until it is gone
        note: also takes what is not ours: pod/deployment-2048-9
    ");
    insta::assert_snapshot!(graph(&plan), @r"
    lock/lab2048
    ingress/ingress-2048 <- lock/lab2048 applied
    balancer/k8s-fargateg-ingress2-b252ad69ce <- ingress/ingress-2048 applied, lock/lab2048 applied
    deployment/deployment-2048 <- ingress/ingress-2048 gone, balancer/k8s-fargateg-ingress2-b252ad69ce gone, lock/lab2048 applied
    service/service-2048 <- ingress/ingress-2048 gone, balancer/k8s-fargateg-ingress2-b252ad69ce gone, lock/lab2048 applied
    profile/fargate-game-2048 <- ingress/ingress-2048 gone, deployment/deployment-2048 gone, balancer/k8s-fargateg-ingress2-b252ad69ce gone, lock/lab2048 applied
    access-entry/lab2048-eksworkshop-fargate-game-2048 <- profile/fargate-game-2048 gone, lock/lab2048 applied
    role/lab2048-eksworkshop-fargate-game-2048 <- profile/fargate-game-2048 gone, access-entry/lab2048-eksworkshop-fargate-game-2048 gone, lock/lab2048 applied
    namespace/fargate-game-2048 <- role/lab2048-eksworkshop-fargate-game-2048 gone, profile/fargate-game-2048 gone, access-entry/lab2048-eksworkshop-fargate-game-2048 gone, service/service-2048 gone, ingress/ingress-2048 gone, deployment/deployment-2048 gone, balancer/k8s-fargateg-ingress2-b252ad69ce gone, lock/lab2048 ready
    ");
}

#[test]
fn pods_of_other_workloads_of_the_lab_are_not_strangers() {
    let mut lab = Lab::running();
    let mut set = lab.wanted("Deployment").clone();
    set["kind"] = json!("StatefulSet");
    set["metadata"]["name"] = json!("scores");
    set["spec"]["selector"]["matchLabels"] = json!({"app": "scores"});
    lab.objects.push(Object(set));
    let pods = known(&mut lab.kube.pods);
    pods.push({
        let mut score = pod(8, true);
        score.0["metadata"]["labels"] = json!({"app": "scores"});
        score
    });
    pods.push({
        let mut bare = pod(9, true);
        bare.0["metadata"]["labels"] =
            json!({"app.kubernetes.io/managed-by": "lab2048", "lab2048.dev/lab": "fargate-game-2048"});
        bare
    });
    let plan = text(&make(&lab, Goal::Gone, NONE));
    assert!(!plan.contains("what is not ours"), "{plan}");
}

#[test]
fn destroy_what_shares_its_alb() {
    let mut lab = Lab::running();
    lab.wanted("Ingress")["metadata"]["annotations"]["alb.ingress.kubernetes.io/group.name"] = json!("class");
    lab.aws.other_backends = (1..=6)
        .map(|number| (format!("lab-{number}/game-web:80"), Vec::new()))
        .collect();
    let balancer_row = |lab: &Lab| {
        let plan = text(&make(lab, Goal::Gone, NONE));
        let rows = plan.lines().skip_while(|line| !line.contains("balancer/")).take(2);
        rows.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(balancer_row(&lab), @r"
    . | balancer/k8s-class-d554065942 | wait until the lab's target groups are gone
        note: stays: IngressGroup class shares it with lab-1/game-web:80, lab-2/game-web:80, lab-3/game-web:80, lab-4/game-web:80, lab-5/game-web:80 and 1 more
    ");
    lab.remove("Ingress");
    insta::assert_snapshot!(balancer_row(&lab), @r"
    . | balancer/k8s-class-d554065942
        note: stays: IngressGroup class shares it with lab-1/game-web:80, lab-2/game-web:80, lab-3/game-web:80, lab-4/game-web:80, lab-5/game-web:80 and 1 more
    ");
}

#[test]
fn destroy_nothing() {
    let plan = make(&Lab::fresh(), Goal::Gone, NONE);
    assert!(plan.is_idle(), "{}", text(&plan));
    insta::assert_snapshot!(text(&plan), @r"
    . | ingress/ingress-2048
    . | balancer/k8s-fargateg-ingress2-b252ad69ce
    . | deployment/deployment-2048
    . | service/service-2048
    . | profile/fargate-game-2048
    . | access-entry/lab2048-eksworkshop-fargate-game-2048
    . | role/lab2048-eksworkshop-fargate-game-2048
    . | namespace/fargate-game-2048
    ");
}

#[test]
fn destroy_what_is_left() {
    let mut lab = Lab::running();
    for kind in ["Ingress", "Deployment"] {
        lab.remove(kind);
    }
    lab.live("Namespace")["metadata"]["deletionTimestamp"] = json!("2026-11-23T12:00:00Z");
    known(&mut lab.aws.profiles)[0].status = "DELETING".into();
    insta::assert_snapshot!(busy(&make(&lab, Goal::Gone, NONE)), @r"
    . | balancer/k8s-fargateg-ingress2-b252ad69ce
        note: left over: its Ingress is gone. `lab2048 destroy --without-controller` removes it, or: `aws elbv2 delete-load-balancer --load-balancer-arn arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-x/1`
    - | service/service-2048 | wait until it is gone
    . | profile/fargate-game-2048 | wait until it is gone
        note: is already being deleted
    - | access-entry/lab2048-eksworkshop-fargate-game-2048
        note: it is bound to the role, and EKS does not remove it
    - | role/lab2048-eksworkshop-fargate-game-2048
    . | namespace/fargate-game-2048 | wait until it is gone
        note: is already being deleted
    ");
}

#[test]
fn destroy_keeps_what_is_not_ours() {
    let mut lab = foreign();
    lab.live("Namespace")["metadata"]["labels"] = json!({});
    known(&mut lab.aws.profiles).push({
        let mut other = other_profile("other", "other");
        other.role_arn = "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048".to_owned();
        other
    });
    insta::assert_snapshot!(busy(&make(&lab, Goal::Gone, NONE)), @r"
    - | ingress/ingress-2048 | wait until it is gone
    . | balancer/k8s-fargateg-ingress2-b252ad69ce | wait until ALB and security groups are gone
    . | deployment/deployment-2048
        note: kept: it is managed by Helm
    - | service/service-2048 | wait until it is gone
    . | profile/fargate-game-2048
        note: kept: it has no tags of this lab
    . | access-entry/lab2048-eksworkshop-fargate-game-2048
        note: kept: profile fargate-game-2048 still uses its role
    . | role/lab2048-eksworkshop-fargate-game-2048
        note: kept: profile fargate-game-2048 still uses it
    . | namespace/fargate-game-2048
        note: kept: it has no labels of this lab
    ");
}

#[test]
fn destroy_is_refused_where_the_controller_will_not_clean_up() {
    let why = |change: &dyn Fn(&mut Lab)| {
        let mut lab = Lab::running();
        change(&mut lab);
        let plan = make(&lab, Goal::Gone, NONE);
        let mut refusals = plan.refusals().map(|(_, refusal)| match refusal {
            Refusal::NoController { why, .. } => why.clone(),
            other => format!("{other:?}").into(),
        });
        refusals.next()
    };
    let controller = |lab: &mut Lab, change: &dyn Fn(&mut Controller)| {
        change(known(&mut lab.kube.controller).as_mut().unwrap());
    };
    let with_args = |args: Value| {
        move |found: &mut Controller| {
            found.deployment.0["spec"]["template"]["spec"]["containers"][0]["args"] = args.clone();
        }
    };
    assert_eq!(why(&|_| {}), None);
    let unread = |lab: &mut Lab| lab.kube.controller = Observed::Unknown("forbidden".into());
    assert_eq!(why(&unread), None, "what could not be read speaks for it");
    assert_eq!(
        why(&|lab| {
            lab.kube.controller = Observed::Known(None);
            lab.live("Ingress")["metadata"]["finalizers"] = json!(["example.com/keep"]);
        }),
        None,
        "it is not needed"
    );
    let coming = |found: &mut Controller| {
        (found.ready, found.unready_for) = (0, Observed::Known(60));
    };
    assert_eq!(why(&|lab| controller(lab, &coming)), None, "it is coming up");
    let told = [
        why(&|lab| lab.kube.controller = Observed::Known(None)),
        why(&|lab| controller(lab, &|found| found.ready = 0)),
        why(&|lab| controller(lab, &with_args(json!(["--cluster-name=other"])))),
        why(&|lab| {
            controller(
                lab,
                &with_args(json!(["--cluster-name=eksworkshop", "--watch-namespace", "x"])),
            );
        }),
        why(&|lab| controller(lab, &|found| found.lease_age = Observed::Known(300))),
        why(&|lab| {
            controller(lab, &|found| {
                found.webhook = Observed::Known(crate::model::Webhook::NoEndpoint);
                found.webhook_registered = Observed::Known(true);
            });
        }),
        why(&|lab| lab.kube.ingress_class = Observed::Known(None)),
        why(&|lab| {
            let uid = lab.live("Ingress")["metadata"]["uid"].clone();
            known(&mut lab.kube.events).push(Object(json!({
                "kind": "Event", "type": "Warning", "reason": "FailedDeployModel",
                "involvedObject": {"kind": "Ingress", "name": "ingress-2048", "uid": uid},
                "lastTimestamp": "2026-12-01T00:00:00Z",
                "message": "api error AccessDenied: u is not authorized to perform: elasticloadbalancing:DeleteLoadBalancer on r",
            })));
        }),
    ];
    let told: Vec<String> = told.into_iter().map(|told| told.unwrap().to_string()).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    the load balancer controller is not installed
    the load balancer controller has no ready pod
    the load balancer controller runs with --cluster-name other: it does not find what is tagged for this cluster, and would leave it all behind
    the load balancer controller watches namespace x alone (--watch-namespace)
    the load balancer controller has no leader at work: its lease was renewed 5m ago
    the load balancer controller's webhook has no endpoint, and without it the Ingress's finalizer cannot be taken off
    IngressClass alb is gone, and without it the load balancer controller's webhook refuses that the Ingress's finalizer is taken off
    the controller's IAM role may not call elasticloadbalancing:DeleteLoadBalancer
    ");
}

#[test]
fn destroy_by_hand_names_everything() {
    let mut lab = Lab::running();
    lab.kube.controller = Observed::Known(None);
    lab.kube.bindings = Observed::Known(vec![Object(json!({
        "kind": "TargetGroupBinding",
        "metadata": {"name": "k8s-b", "namespace": "fargate-game-2048", "labels": {
            "ingress.k8s.aws/stack-namespace": "fargate-game-2048", "ingress.k8s.aws/stack-name": "ingress-2048"}},
    }))]);
    let made = ControllerResources {
        balancers: lab.aws.load_balancer().cloned().into_iter().collect(),
        security_groups: lab
            .aws
            .security_groups
            .items()
            .iter()
            .filter(|group| !group.shared)
            .cloned()
            .collect(),
        ..ControllerResources::default()
    };
    let stack = "fargate-game-2048/ingress-2048".to_owned();
    lab.aws.made.insert(stack.clone(), Observed::Known(made));
    let by_hand = Approvals {
        without_controller: true,
        ..NONE
    };
    insta::assert_snapshot!(busy(&make(&lab, Goal::Gone, by_hand)), @r"
    - | balancer/k8s-fargateg-ingress2-b252ad69ce | wait until ALB and security groups are gone
        approach ByHand, force false
        note: deletes load balancer k8s-fargateg-ingress2-b252ad69ce (arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-x/1)
    - | ingress/ingress-2048 | wait until it is gone
        approach ByHand, force false
        note: takes its finalizer off: ingress.k8s.aws/resources
        note: also deletes TargetGroupBinding k8s-b
        note: webhooks of the controller that are in the way leave namespace fargate-game-2048 out for that moment
    - | deployment/deployment-2048 | wait until it is gone
    - | service/service-2048 | wait until it is gone
    - | profile/fargate-game-2048 | wait until it is gone
    - | access-entry/lab2048-eksworkshop-fargate-game-2048
        note: it is bound to the role, and EKS does not remove it
    - | role/lab2048-eksworkshop-fargate-game-2048
    - | namespace/fargate-game-2048 | wait until it is gone
    ");
    let refused = |lab: &Lab| {
        let plan = make(lab, Goal::Gone, by_hand);
        plan.refusals()
            .map(|(node, refusal)| format!("{node}: {refusal:?}"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let mut unread = lab.clone();
    unread.aws.made.insert(stack, Observed::Unknown("AccessDenied".into()));
    unread.kube.bindings = Observed::Unknown("forbidden".into());
    let mut shared = lab;
    shared
        .aws
        .other_backends
        .insert("other/game-web:80".to_owned(), Vec::new());
    insta::assert_snapshot!(format!("{}\n{}", refused(&unread), refused(&shared)), @r#"
    balancer/k8s-fargateg-ingress2-b252ad69ce: Invalid("what the controller made could not be read: AccessDenied")
    ingress/ingress-2048: Invalid("its TargetGroupBindings could not be read: forbidden")
    balancer/k8s-fargateg-ingress2-b252ad69ce: Invalid("IngressGroup fargate-game-2048/ingress-2048 shares the ALB with other/game-web:80: only the controller can take the lab's part out of it")
    "#);
}

#[test]
fn an_object_without_labels_is_told_with_its_maker() {
    let made_by = |managers: &[&str]| {
        let entries = managers.iter().map(|manager| {
            json!({"manager": manager, "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {}}})
        });
        let entries: Vec<_> = entries.collect();
        super::object_rows::owner_by_labels(&Object(json!({"metadata": {"managedFields": entries}})))
    };
    assert_eq!(
        made_by(&["kube-controller-manager", "kubectl-create"]),
        "it has no labels of this lab; made with kubectl-create"
    );
    assert_eq!(
        made_by(&["lab2048", "kube-controller-manager"]),
        "it has no labels of this lab"
    );
}
