//! Every kind of node in every state it can be in, by the one entry that plans, diagnoses and `status` use.

use serde_json::json;

use super::super::{Verdict, access_entry, node};
use super::show;
use crate::model::{
    AlbState, Goal, HealthIssue, LoadBalancer, NodeKind, Observed, ProfileStatus, Readiness, TargetState,
};
use crate::stack::fixtures::{Lab, known};

/// A change to a lab that works.
type Change = fn(&mut Lab);

fn verdict(kind: &NodeKind, change: Change) -> Observed<Verdict> {
    let mut lab = Lab::running();
    change(&mut lab);
    let stack = lab.stack(Goal::Ready);
    let wanted = stack.nodes.iter().find(|node| node.id.kind == *kind).unwrap();
    node(wanted, &lab.aws, &lab.kube)
}

/// One line for each change: the verdict, and what it means for somebody who waits for the node.
fn walk(kind: &NodeKind, changes: &[(&str, Change)]) -> String {
    let line = |(name, change): &(&str, Change)| match verdict(kind, *change) {
        Observed::Known(verdict) => {
            let wait = match verdict.towards(Goal::Ready) {
                Readiness::Ready => "ends",
                Readiness::Pending(_) => "goes on",
                Readiness::Failed(_) => "fails",
            };
            format!("{name}: {} (a wait {wait})", show(&verdict))
        }
        unread => format!("{name}: {unread:?}"),
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn profile_in(lab: &mut Lab, status: ProfileStatus) {
    known(&mut lab.aws.profiles)[0].status = status;
}

fn with_issue(lab: &mut Lab) {
    known(&mut lab.aws.profiles)[0].health = vec![HealthIssue {
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
        resources: vec!["arn:r".to_owned()],
    }];
}

fn alb(lab: &mut Lab) -> &mut LoadBalancer {
    known(&mut lab.aws.balancer).as_mut().unwrap()
}

#[test]
fn profiles() {
    insta::assert_snapshot!(walk(&NodeKind::Profile, &[
        ("active", |_| {}),
        ("active with a problem", with_issue),
        ("creating", |lab| profile_in(lab, ProfileStatus::Creating)),
        ("creating with a problem", |lab| {
            profile_in(lab, ProfileStatus::Creating);
            with_issue(lab);
        }),
        ("failed", |lab| profile_in(lab, ProfileStatus::CreateFailed)),
        ("deleting", |lab| profile_in(lab, ProfileStatus::Deleting)),
        ("not deleted", |lab| profile_in(lab, ProfileStatus::DeleteFailed)),
        ("a new word", |lab| profile_in(lab, "PAUSED".into())),
        ("absent", |lab| known(&mut lab.aws.profiles).clear()),
        ("unreadable", |lab| lab.aws.profiles = Observed::Unknown("denied".into())),
        ("not asked", |lab| lab.aws.profiles = Observed::NotAsked),
    ]), @r#"
active: [ACTIVE] ready (a wait ends)
active with a problem: [ACTIVE] degraded: AccessDenied: no (arn:r) (a wait ends)
creating: [CREATING] pending: EKS sets it up, which takes up to six minutes (a wait goes on)
creating with a problem: [CREATING] pending: AccessDenied: no (arn:r) (a wait goes on)
failed: [CREATE_FAILED] FAILED: EKS gives no reason (a wait fails)
deleting: [DELETING] deleting: somebody is deleting it (a wait goes on)
not deleted: [DELETE_FAILED] FAILED: EKS gives no reason (a wait fails)
a new word: [PAUSED] pending: EKS sets it up, which takes up to six minutes (a wait goes on)
absent: [no profile] absent (a wait goes on)
unreadable: Unknown("denied")
not asked: NotAsked
"#);
}

#[test]
fn roles_and_their_entries() {
    insta::assert_snapshot!(walk(&NodeKind::Role, &[
        ("there", |_| {}),
        ("without its policy", |lab| known(&mut lab.aws.role).as_mut().unwrap().attached.clear()),
        ("absent", |lab| lab.aws.role = Observed::Known(None)),
    ]), @r"
there: [ready] ready (a wait ends)
without its policy: [waiting for the role's policy] pending: arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy is not attached yet (a wait goes on)
absent: [no role] absent (a wait goes on)
");
    let lab = Lab::running();
    let (entry, role) = (
        lab.aws.access_entry.known().unwrap().as_ref(),
        lab.aws.role.known().unwrap().as_ref(),
    );
    let mut older = entry.cloned().unwrap();
    older.created_at = Some("2020-01-01T00:00:00Z".parse().unwrap());
    let lines = [
        access_entry(entry, role),
        access_entry(Some(&older), role),
        access_entry(entry, None),
        access_entry(None, role),
    ];
    insta::assert_snapshot!(lines.iter().map(show).collect::<Vec<_>>().join("\n"), @r"
[access entry there] ready
[access entry of an earlier role] FAILED: it is bound to the role that was deleted
[access entry of an earlier role] FAILED: it is bound to the role that was deleted
[no access entry] absent
");
}

#[test]
fn load_balancers() {
    insta::assert_snapshot!(walk(&NodeKind::LoadBalancer, &[
        ("active", |_| {}),
        ("impaired", |lab| alb(lab).state = AlbState::Impaired),
        ("impaired, with a reason", |lab| {
            alb(lab).state = AlbState::Impaired;
            alb(lab).reason = Some("no free addresses".to_owned());
        }),
        ("provisioning", |lab| alb(lab).state = AlbState::Provisioning),
        ("failed", |lab| alb(lab).state = AlbState::Failed),
        ("a new word", |lab| alb(lab).state = "paused".into()),
        ("no listener", |lab| alb(lab).listeners.clear()),
        ("impaired, no listener", |lab| {
            alb(lab).state = AlbState::Impaired;
            alb(lab).listeners.clear();
        }),
        ("another port", |lab| alb(lab).listeners[0].port = 8080),
        ("no rule", |lab| alb(lab).listeners[0].forwarding_rules = 0),
        ("absent", |lab| lab.aws.balancer = Observed::Known(None)),
        ("unreadable", |lab| lab.aws.balancer = Observed::Unknown("denied".into())),
    ]), @r#"
active: [ALB active] ready (a wait ends)
impaired: [ALB active] degraded: the ALB is impaired: AWS gives no reason (a wait ends)
impaired, with a reason: [ALB active] degraded: the ALB is impaired: no free addresses (a wait ends)
provisioning: [ALB provisioning] pending: AWS sets it up, which takes two to three minutes (a wait goes on)
failed: [ALB failed] FAILED: AWS gives no reason (a wait fails)
a new word: [ALB provisioning] pending: AWS sets it up, which takes two to three minutes (a wait goes on)
no listener: [ALB active, waiting for a listener on port 80] pending: the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours (a wait goes on)
impaired, no listener: [ALB active, waiting for a listener on port 80] pending: the ALB is impaired: AWS gives no reason; the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours (a wait goes on)
another port: [ALB active, waiting for a listener on port 80] pending: the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours (a wait goes on)
no rule: [waiting for a rule of port 80 that leads to the pods] pending: the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours (a wait goes on)
absent: [no ALB yet] absent (a wait goes on)
unreadable: Unknown("denied")
"#);
}

#[test]
fn targets() {
    fn all(lab: &mut Lab, state: &TargetState) {
        for target in &mut alb(lab).target_groups[0].targets {
            target.state = state.clone();
        }
    }
    insta::assert_snapshot!(walk(&NodeKind::Targets, &[
        ("healthy", |_| {}),
        ("one unhealthy", |lab| {
            let target = &mut alb(lab).target_groups[0].targets[0];
            target.state = TargetState::Unhealthy;
            target.reason = Some("Target.ResponseCodeMismatch".to_owned());
            target.description = Some("Health checks failed with these codes: [503]".to_owned());
        }),
        ("initial", |lab| all(lab, &TargetState::Initial)),
        ("unused", |lab| all(lab, &TargetState::Unused)),
        ("unavailable", |lab| all(lab, &TargetState::Unavailable)),
        ("a new word", |lab| all(lab, &"resting".into())),
        ("draining beside enough healthy ones", |lab| {
            let mut old = alb(lab).target_groups[0].targets[0].clone();
            old.state = TargetState::Draining;
            alb(lab).target_groups[0].targets.push(old);
        }),
        ("too few", |lab| alb(lab).target_groups[0].targets.truncate(3)),
        ("fewer pods wanted by an autoscaler", |lab| {
            lab.live("Deployment")["spec"]["replicas"] = json!(3);
            alb(lab).target_groups[0].targets.truncate(3);
        }),
        ("absent", |lab| lab.aws.balancer = Observed::Known(None)),
    ]), @r"
healthy: [5/5 targets healthy] ready (a wait ends)
one unhealthy: [4/5 targets healthy] BLOCKED: 1 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503]) | make the game answer with 200 where it is asked: ingress.path, or the annotation healthcheck-path (a wait goes on)
initial: [0/5 targets healthy] pending: 5 initial (a wait goes on)
unused: [0/5 targets healthy] pending: 5 unused (a wait goes on)
unavailable: [0/5 targets healthy] pending: 5 unavailable (a wait goes on)
a new word: [0/5 targets healthy] pending: 5 resting (a wait goes on)
draining beside enough healthy ones: [5/5 targets healthy] ready (a wait ends)
too few: [3/5 targets healthy] pending: 2 not registered yet (a wait goes on)
fewer pods wanted by an autoscaler: [3/3 targets healthy] ready (a wait ends)
absent: [no ALB yet] absent (a wait goes on)
");
}

#[test]
fn objects() {
    fn delete(lab: &mut Lab, kind: &str) {
        lab.live(kind)["metadata"]["deletionTimestamp"] = json!("2026-11-23T12:00:00Z");
    }
    insta::assert_snapshot!(walk(&NodeKind::Deployment, &[
        ("complete", |_| {}),
        ("changed", |lab| lab.live("Deployment")["metadata"]["generation"] = json!(2)),
        ("some missing", |lab| lab.live("Deployment")["status"]["availableReplicas"] = json!(3)),
        ("deleted", |lab| delete(lab, "Deployment")),
        ("absent", |lab| lab.remove("Deployment")),
        ("unreadable", |lab| lab.state("Deployment").live = Observed::Unknown("forbidden".into())),
        ("not asked", |lab| lab.state("Deployment").live = Observed::NotAsked),
    ]), @r#"
complete: [5/5 pods available] ready (a wait ends)
changed: [0/5 pods available] pending: the deployment controller has not seen the change yet (a wait goes on)
some missing: [3/5 pods available] pending (a wait goes on)
deleted: [pods left: 5] deleting: its pods are still stopping: 5 left (a wait goes on)
absent: [missing] absent (a wait goes on)
unreadable: Unknown("forbidden")
not asked: NotAsked
"#);
    insta::assert_snapshot!(walk(&NodeKind::Service, &[
        ("there", |_| {}),
        ("no address", |lab| lab.live("Service")["spec"]["clusterIP"] = json!("")),
        ("deleted", |lab| delete(lab, "Service")),
        ("absent", |lab| lab.remove("Service")),
    ]), @r"
there: [present] ready (a wait ends)
no address: [no address] pending: the Service has no cluster address yet (a wait goes on)
deleted: [being deleted] deleting: the deletion has not taken effect yet (a wait goes on)
absent: [missing] absent (a wait goes on)
");
    insta::assert_snapshot!(walk(&NodeKind::Ingress, &[
        ("there", |_| {}),
        ("no host name", |lab| lab.live("Ingress")["status"] = json!({})),
        ("deleted", |lab| delete(lab, "Ingress")),
        ("deleted without a controller", |lab| {
            delete(lab, "Ingress");
            lab.live("Ingress")["metadata"]["finalizers"] = json!(["ingress.k8s.aws/resources"]);
            known(&mut lab.kube.controller).as_mut().unwrap().ready = 0;
        }),
        ("absent", |lab| lab.remove("Ingress")),
    ]), @r"
    there: [host name k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com] ready (a wait ends)
    no host name: [controller at work] pending: the controller has taken it up and is making the load balancer (a wait goes on)
    deleted: [being deleted] deleting: the controller is removing the load balancer (it reports nothing while it does) (a wait goes on)
    deleted without a controller: [being deleted] deleting: the load balancer controller has no ready pod, and only it can remove the load balancer and its finalizer | restore it with the same --cluster-name, and the deletion goes on by itself; or do without it: `lab2048 destroy --without-controller` (a wait goes on)
    absent: [missing] absent (a wait goes on)
    ");
    insta::assert_snapshot!(walk(&NodeKind::Namespace, &[
        ("there", |_| {}),
        ("no phase", |lab| lab.live("Namespace")["status"] = json!({})),
        ("deleted", |lab| delete(lab, "Namespace")),
        ("absent", |lab| lab.remove("Namespace")),
    ]), @r"
there: [Active] ready (a wait ends)
no phase: [no phase yet] pending: the API server has not marked the namespace Active yet (a wait goes on)
deleted: [Terminating] deleting: its objects are being deleted (a wait goes on)
absent: [missing] absent (a wait goes on)
");
}

#[test]
fn what_only_a_run_asks_is_not_judged() {
    assert_eq!(verdict(&NodeKind::Proof, |_| {}), Observed::NotAsked);
}
