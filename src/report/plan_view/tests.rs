//! Plans as they are shown.

use serde_json::json;

use super::*;
use crate::plan::tests::make;
use crate::plan::{Approvals, Cost, Refusal};
use crate::report::fixtures::{
    at, change, colored, diff, drift, findings, first_rows, place, plain, plan, pruned, shown, stuck,
};
use crate::stack::fixtures::Lab;

fn view(plan: &Plan) -> String {
    shown(&text(plan, at(600), 0, &Commands::default(), &plain()))
}

#[test]
fn a_first_apply() {
    insta::assert_snapshot!(view(&plan(first_rows())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create
      + role        lab2048-eksworkshop-fargate-game-2048  create
      + profile     fargate-game-2048  create, wait ACTIVE
      + namespace   fargate-game-2048  create                    validated
      + service     service-2048       create                    not yet validated
          not yet validated: the namespace is not there yet
      + ingress     ingress-2048       create, wait for the ALB  not yet validated
          not yet validated: the namespace is not there yet
      + deployment  deployment-2048    create, wait 5/5          validated
    Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.
    Cost: about $0.11 an hour, $2.60 a day.
    ");
}

#[test]
fn a_first_apply_in_colour_with_findings() {
    let mut plan = plan(first_rows());
    plan.findings = findings();
    insta::assert_snapshot!(shown(&text(&plan, at(600), 0, &Commands::default(), &colored())), @r"
    <esc>[1mfargate-game-2048 <esc>[0mon eksworkshop, ap-northeast-2, account 410691154611
    checks    2 ok, <esc>[31m1 error<esc>[0m, <esc>[33m1 warning<esc>[0m, 3 not checked
    <esc>[31m  x lbc-installed  <esc>[0mthe AWS Load Balancer Controller is not installed: the
                       Ingress would never get an ALB
    <esc>[32m                   help: <esc>[0mhelm install aws-load-balancer-controller
                             eks/aws-load-balancer-controller -n kube-system
    <esc>[2m                   more: <esc>[0m<esc>[2mlab2048 explain lbc-installed<esc>[0m
    <esc>[33m  ! C12            <esc>[0m6 free addresses for 5 pods: subnet-0d3c2d117533c431d: 6
                       free; a rollout of 5 pods can need 7
    <esc>[32m                   help: <esc>[0madd a subnet of a secondary address range to
                             fargate.subnets
    <esc>[2m                   more: <esc>[0m<esc>[2mlab2048 explain C12<esc>[0m
    <esc>[2m  ? <esc>[0m<esc>[2mnot checked: C3, lbc-lease (not asked for a plan)<esc>[0m
    <esc>[2m  ? <esc>[0m<esc>[2mnot checked: quota (AccessDenied: servicequotas:GetServiceQuota)<esc>[0m
    changes   <esc>[32m+<esc>[0m create
    <esc>[32m  +<esc>[0m role        lab2048-eksworkshop-fargate-game-2048  create
    <esc>[32m  +<esc>[0m profile     fargate-game-2048  create, wait ACTIVE
    <esc>[32m  +<esc>[0m namespace   fargate-game-2048  create                    <esc>[2mvalidated<esc>[0m
    <esc>[32m  +<esc>[0m service     service-2048       create                    <esc>[2mnot yet validated<esc>[0m
    <esc>[2m      <esc>[0m<esc>[2mnot yet validated: the namespace is not there yet<esc>[0m
    <esc>[32m  +<esc>[0m ingress     ingress-2048       create, wait for the ALB  <esc>[2mnot yet validated<esc>[0m
    <esc>[2m      <esc>[0m<esc>[2mnot yet validated: the namespace is not there yet<esc>[0m
    <esc>[32m  +<esc>[0m deployment  deployment-2048    create, wait 5/5          <esc>[2mvalidated<esc>[0m
    <esc>[1mPlan: 6 to create, 0 to change, 0 to replace, 0 to delete.<esc>[0m
    Cost: about $0.11 an hour, $2.60 a day.
    ");
}

#[test]
fn more_detail() {
    let mut plan = plan(first_rows());
    plan.place = place(TargetKind::Sandbox);
    plan.findings = findings();
    if let Some(change) = plan.changes.get_mut(4) {
        change.validation = Validation::Elsewhere;
    }
    insta::assert_snapshot!(shown(&text(&plan, at(600), 1, &Commands::default(), &plain())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611 (sandbox)
    checks    2 ok, 1 error, 1 warning, 3 not checked
      x lbc-installed  the AWS Load Balancer Controller is not installed: the
                       Ingress would never get an ALB
                       help: helm install aws-load-balancer-controller
                             eks/aws-load-balancer-controller -n kube-system
                       more: lab2048 explain lbc-installed
      ! C12            6 free addresses for 5 pods: subnet-0d3c2d117533c431d: 6
                       free; a rollout of 5 pods can need 7
                       help: add a subnet of a secondary address range to
                             fargate.subnets
                       more: lab2048 explain C12
      ? C3             DaemonSets could not be looked at: not asked for a plan
      ? lbc-lease      the controller's leader lease could not be looked at: not
                       asked for a plan
      ? quota          quotas could not be looked at: AccessDenied:
                       servicequotas:GetServiceQuota
    changes   + create
      + role        lab2048-eksworkshop-fargate-game-2048  create
            kind: ConfigMap
            metadata:
              name: lab2048-eksworkshop-fargate-game-2048
      + profile     fargate-game-2048  create, wait ACTIVE
            kind: ConfigMap
            metadata:
              name: fargate-game-2048
      + namespace   fargate-game-2048  create                    validated
            kind: ConfigMap
            metadata:
              name: fargate-game-2048
      + service     service-2048       create                    not yet validated
          not yet validated: the namespace is not there yet
            kind: ConfigMap
            metadata:
              name: service-2048
      + ingress     ingress-2048       create, wait for the ALB  validated
          validated in another namespace, as its own is not there yet
            kind: ConfigMap
            metadata:
              name: ingress-2048
      + deployment  deployment-2048    create, wait 5/5          validated
            kind: ConfigMap
            metadata:
              name: deployment-2048
    Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.
    Cost: nothing in the sandbox; on AWS about $0.11 an hour, $2.60 a day.
            $0.0710 an hour for 5 pods of 0.25 vCPU, 0.5 GB each
            $0.0225 an hour for the load balancer, traffic not included
            $0.0150 an hour for its 3 public IPv4 addresses
            by the prices of 2025-01-01 in ap-northeast-2
    ");
}

#[test]
fn no_changes() {
    let idle = plan(vec![
        change("namespace/fargate-game-2048", Op::None),
        change("balancer/k8s-x", Op::None),
    ]);
    insta::assert_snapshot!(view(&idle), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    No changes. The lab is as wanted and ready.
    ");
}

#[test]
fn waiting_only() {
    let waiting = plan(vec![
        change("namespace/fargate-game-2048", Op::None),
        change("deployment/deployment-2048", Op::None).waiting(Wait::Ready, "wait 5/5"),
        change("balancer/k8s-x", Op::None).waiting(Wait::Ready, "wait 5 healthy targets"),
    ]);
    insta::assert_snapshot!(view(&waiting), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
        deployment  deployment-2048  wait 5/5
    No changes, but not everything is ready yet. Why: lab2048 doctor
    ");
}

#[test]
fn a_new_image_while_somebody_scaled() {
    let mut deployment = change("deployment/deployment-2048", Op::Update).waiting(Wait::Ready, "wait 5/5");
    let image = "spec.template.spec.containers[app-2048].image";
    deployment.diffs = vec![
        diff(
            image,
            Some(json!("alexwhen/docker-2048")),
            Some(json!("public.ecr.aws/l6m2t8p7/docker-2048:latest")),
        ),
        diff("spec.replicas", Some(json!(2)), Some(json!(5))),
        diff("metadata.labels.old", Some(json!("x")), None),
        diff("metadata.annotations[note]", None, Some(json!("two words"))),
    ];
    deployment.drift = vec![drift("spec.replicas", Some(json!(5)), Some(json!(2)))];
    deployment.hidden = 2;
    let mut service = change("service/service-2048", Op::Create);
    service.drift = vec![crate::plan::Drift {
        manager: None,
        at: None,
        ..drift("", None, None)
    }];
    let mut ingress = change("ingress/ingress-2048", Op::None);
    ingress.drift = vec![crate::plan::Drift {
        kept: true,
        ..drift("metadata.annotations[team]", None, Some(json!("blue")))
    }];
    ingress.drift.push(drift("spec.rules", Some(json!([])), None));
    insta::assert_snapshot!(view(&plan(vec![service, ingress, deployment])), @r#"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create  ~ change
      + service     service-2048     create            validated
          drift: it was deleted; it is recreated
        ingress     ingress-2048     keep
          drift: metadata.annotations[team] is blue: added by kubectl 2 minutes ago;
                 it is kept
          drift: spec.rules is not there: removed by kubectl 2 minutes ago; it is
                 put back
      ~ deployment  deployment-2048  change, wait 5/5  validated
          spec.template.spec.containers[app-2048].image: alexwhen/docker-2048 ->
          public.ecr.aws/l6m2t8p7/docker-2048:latest
          metadata.labels.old: x -> (removed)
          metadata.annotations[note]: (absent) -> "two words"
          drift: spec.replicas is 2, not 5: changed by kubectl 2 minutes ago; it is
                 put back
    Plan: 1 to create, 1 to change, 0 to replace, 0 to delete.
    Cost: about $0.11 an hour, $2.60 a day.
    "#);
}

#[test]
fn a_scale_intent_is_kept() {
    let deployment = change("deployment/deployment-2048", Op::None)
        .noted("keeps 3 replicas as asked with `scale`; --reset-scale returns to 5");
    insta::assert_snapshot!(view(&plan(vec![deployment])), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
        deployment  deployment-2048  keep
          keeps 3 replicas as asked with `scale`; --reset-scale returns to 5
    No changes. The lab is as wanted and ready.
    ");
}

#[test]
fn refusals_of_each_kind() {
    let refused = |id: &str, refusal| change(id, Op::Update).refused(refusal);
    let mut invalid = refused(
        "deployment/deployment-2048",
        Refusal::Invalid("spec.selector: field is immutable".into()),
    );
    invalid.validation = Validation::Refused("spec.selector: field is immutable".into());
    let unread = Refusal::Invalid("role/r could not be read: AccessDenied: iam:GetRole".into());
    let rows = vec![
        change("role/r", Op::None).refused(unread),
        change("profile/fargate-game-2048", Op::Replace).refused(Refusal::NeedsReplace(vec![
            "subnets".to_owned(),
            "selectors".to_owned(),
        ])),
        refused(
            "namespace/fargate-game-2048",
            Refusal::NotOurs("it is managed by Helm".into()),
        ),
        refused(
            "service/service-2048",
            Refusal::Conflict(vec![crate::plan::ForeignField {
                path: "spec.sessionAffinity".to_owned(),
                manager: "kubectl-edit".to_owned(),
                at: Some(at(480)),
                found: Some(json!("ClientIP")),
                wanted: None,
            }]),
        ),
        invalid,
    ];
    insta::assert_snapshot!(view(&plan(rows)), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   ~ change  -/+ replace
        role        r
          refused: role/r could not be read: AccessDenied: iam:GetRole
    -/+ profile     fargate-game-2048  replace
          refused: cannot be changed in place (subnets, selectors); --replace
                   deletes it and recreates it
      ~ namespace   fargate-game-2048  change  validated
          refused: not ours (it is managed by Helm); --adopt takes it over
      ~ service     service-2048       change  validated
          conflict: kubectl-edit changed spec.sessionAffinity to ClientIP 2 minutes
                    ago. Remove it: --force-conflicts
      ~ deployment  deployment-2048    change  refused
          refused: spec.selector: field is immutable
    Plan: 0 to create, 3 to change, 1 to replace, 0 to delete.
    Cost: about $0.11 an hour, $2.60 a day.
    ");
}

#[test]
fn nothing_but_a_refusal() {
    let unread = Refusal::Invalid("role/r could not be read: AccessDenied: iam:GetRole".into());
    insta::assert_snapshot!(view(&plan(vec![change("role/r", Op::None).refused(unread)])), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
        role  r
          refused: role/r could not be read: AccessDenied: iam:GetRole
    No plan: something is in the way.
    ");
}

#[test]
fn replacing_pruning_adopting_and_recreating() {
    let mut replaced = change("profile/fargate-game-2048", Op::Replace).waiting(Wait::Ready, "wait ACTIVE");
    replaced.approaches = vec![crate::plan::Approach::Replaced];
    replaced.diffs = vec![diff(
        "subnets",
        Some(json!(["subnet-0a"])),
        Some(json!(["subnet-0a", "subnet-0b"])),
    )];
    let mut adopted = change("service/service-2048", Op::Update);
    adopted.approaches = vec![crate::plan::Approach::Adopted];
    adopted.validation = Validation::NotYet("failed calling webhook: no endpoints available".into());
    let mut forced = change("ingress/ingress-2048", Op::Update);
    forced.approaches = vec![crate::plan::Approach::Forced];
    let mut recreated = change("deployment/deployment-2048", Op::None)
        .noted("recreate 2 pods: they were made before the profile could take them")
        .waiting(Wait::Ready, "wait 5/5");
    recreated.task.recreate = vec![stuck("a"), stuck("b")];
    insta::assert_snapshot!(view(&plan(vec![replaced, adopted, forced, recreated, pruned()])), @r#"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   ~ change  -/+ replace  - delete
    -/+ profile     fargate-game-2048  replace, wait ACTIVE
          subnets: ["subnet-0a"] -> ["subnet-0a","subnet-0b"]
          deleted and recreated (--replace)
      ~ service     service-2048       change  not yet validated
          taken over from its owner (--adopt)
          not yet validated: failed calling webhook: no endpoints available
      ~ ingress     ingress-2048       change  validated
          fields are taken over from other managers (--force-conflicts)
        deployment  deployment-2048    wait 5/5
          recreate 2 pods: they were made before the profile could take them
      - configmap   rules-2048         delete
          no longer wanted
    Plan: 0 to create, 2 to change, 1 to replace, 1 to delete. 2 pods to recreate.
    Cost: about $0.11 an hour, $2.60 a day.
    "#);
}

fn removal() -> Plan {
    let gone = "wait until it is gone";
    let rows = vec![
        change("ingress/ingress-2048", Op::Delete).waiting(Wait::Gone, gone),
        change("balancer/k8s-fargateg-ingress2-b252ad69ce", Op::None)
            .waiting(Wait::Gone, "wait until ALB and security groups are gone"),
        change("namespace/fargate-game-2048", Op::Delete).waiting(Wait::Gone, gone),
        change("profile/fargate-game-2048", Op::None)
            .waiting(Wait::Gone, gone)
            .noted("is already being deleted"),
        change("access-entry/lab2048-eksworkshop-fargate-game-2048", Op::Delete)
            .waiting(Wait::Gone, "")
            .noted("it is bound to the role, and EKS does not remove it"),
        change("role/shared", Op::None).noted("kept: profile other still uses it"),
    ];
    Plan {
        goal: Goal::Gone,
        ..plan(rows)
    }
}

#[test]
fn a_removal() {
    insta::assert_snapshot!(view(&removal()), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   - delete
      - ingress       ingress-2048       delete, wait until it is gone
        balancer      k8s-fargateg-ingress2-b252ad69ce
                      wait until ALB and security groups are gone
      - namespace     fargate-game-2048  delete, wait until it is gone
        profile       fargate-game-2048  wait until it is gone
          is already being deleted
      - access-entry  lab2048-eksworkshop-fargate-game-2048  delete
          it is bound to the role, and EKS does not remove it
        role          shared             keep
          kept: profile other still uses it
    Plan: 0 to create, 0 to change, 0 to replace, 3 to delete.
    ");
}

#[test]
fn a_removal_under_way_and_one_of_nothing() {
    let mut under_way = removal();
    under_way.changes.retain(|change| change.task.op == Op::None);
    let nothing = Plan {
        changes: Vec::new(),
        ..removal()
    };
    insta::assert_snapshot!(view(&under_way) + &view(&nothing), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
        balancer  k8s-fargateg-ingress2-b252ad69ce
                  wait until ALB and security groups are gone
        profile   fargate-game-2048  wait until it is gone
          is already being deleted
        role      shared             keep
          kept: profile other still uses it
    Nothing more to remove, but not everything is gone yet.
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    Nothing to remove. There is nothing of the lab.
    ");
}

#[test]
fn long_names_push_their_own_row_only() {
    let name = format!("namespace/{}", "n".repeat(60));
    let rows = vec![
        change(&name, Op::Create).waiting(Wait::Ready, "wait for something of some length"),
        change("service/service-2048", Op::Create),
    ];
    insta::assert_snapshot!(view(&plan(rows)), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create
      + namespace  nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn
                   create, wait for something of some length  validated
      + service    service-2048
                   create                                     validated
    Plan: 2 to create, 0 to change, 0 to replace, 0 to delete.
    Cost: about $0.11 an hour, $2.60 a day.
    ");
}

#[test]
fn a_region_without_prices() {
    let mut plan = plan(vec![change("namespace/n", Op::Create)]);
    plan.cost = Cost::Unknown {
        region: "xx-nowhere-1".to_owned(),
    };
    insta::assert_snapshot!(view(&plan), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create
      + namespace  n  create  validated
    Plan: 1 to create, 0 to change, 0 to replace, 0 to delete.
    ");
    insta::assert_snapshot!(shown(&text(&plan, at(600), 1, &Commands::default(), &plain())), @r#"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create
      + namespace  n  create  validated
            kind: ConfigMap
            metadata:
              name: "n"
    Plan: 1 to create, 0 to change, 0 to replace, 0 to delete.
    Cost:   unknown: there are no prices for xx-nowhere-1
    "#);
}

/// The plan for the workshop's lab, from its own templates.
fn of_the_workshop(lab: &Lab, goal: Goal) -> Plan {
    let plan = make(lab, goal, Approvals::default());
    Plan {
        place: place(TargetKind::Aws),
        ..plan
    }
}

#[test]
fn what_a_first_apply_makes() {
    insta::assert_snapshot!(view(&of_the_workshop(&Lab::fresh(), Goal::Ready)), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create
      + role        lab2048-eksworkshop-fargate-game-2048  create
          trust    eks-fargate-pods.amazonaws.com for fargateprofile/eksworkshop/*
          policy   AmazonEKSFargatePodExecutionRolePolicy
      + profile     fargate-game-2048  create, wait ACTIVE
          subnets  subnet-0d1 (ap-northeast-2a), subnet-0d2 (ap-northeast-2b),
                   subnet-0d3 (ap-northeast-2c)
          pods     namespace fargate-game-2048
          role     lab2048-eksworkshop-fargate-game-2048
          entry    EKS adds an access entry for the role
      + namespace   fargate-game-2048  create                    validated
      + service     service-2048       create                    validated
          ports    80/TCP -> 80 (NodePort)
          pods     with app.kubernetes.io/name=app-2048
      + ingress     ingress-2048       create, wait for the ALB  validated
          ALB      k8s-fargateg-ingress2-b252ad69ce, internet-facing
          open to  everybody (0.0.0.0/0) on HTTP 80
          rules    /* to service-2048:80, targets by the pods' addresses (ip)
      + deployment  deployment-2048    create, wait 5/5          validated
          image    public.ecr.aws/l6m2t8p7/docker-2048:latest
          pods     5 pods, each billed as 0.25 vCPU, 0.5 GB
    Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.
    Cost: about $0.11 an hour, $2.60 a day.
    ");
}

#[test]
fn the_whole_of_what_a_first_apply_makes() {
    let plan = of_the_workshop(&Lab::fresh(), Goal::Ready);
    insta::assert_snapshot!(shown(&text(&plan, at(600), 1, &Commands::default(), &plain())), @r#"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   + create
      + role        lab2048-eksworkshop-fargate-game-2048  create
          trust    eks-fargate-pods.amazonaws.com for fargateprofile/eksworkshop/*
          policy   AmazonEKSFargatePodExecutionRolePolicy
            arn: arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048
            name: lab2048-eksworkshop-fargate-game-2048
            permissionsBoundary: null
            policyArn: arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy
            tags:
              app.kubernetes.io/managed-by: lab2048
              "lab2048:cluster": arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop
              "lab2048:lab": fargate-game-2048
              "lab2048:profile": fargate-game-2048
            trust:
              Statement:
              - Action: sts:AssumeRole
                Condition:
                  ArnLike:
                    "aws:SourceArn": arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/*
                Effect: Allow
                Principal:
                  Service: eks-fargate-pods.amazonaws.com
              Version: "2012-10-17"
      + profile     fargate-game-2048  create, wait ACTIVE
          subnets  subnet-0d1 (ap-northeast-2a), subnet-0d2 (ap-northeast-2b),
                   subnet-0d3 (ap-northeast-2c)
          pods     namespace fargate-game-2048
          role     lab2048-eksworkshop-fargate-game-2048
          entry    EKS adds an access entry for the role
            cluster: eksworkshop
            name: fargate-game-2048
            roleArn: arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048
            selectors:
            - namespace: fargate-game-2048
            subnets:
            - subnet-0d1
            - subnet-0d2
            - subnet-0d3
            tags:
              app.kubernetes.io/managed-by: lab2048
              "lab2048:cluster": arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop
              "lab2048:lab": fargate-game-2048
      + namespace   fargate-game-2048  create                    validated
            apiVersion: v1
            kind: Namespace
            metadata:
              labels:
                app.kubernetes.io/managed-by: lab2048
                app.kubernetes.io/name: app-2048
                lab2048.dev/lab: fargate-game-2048
              name: fargate-game-2048
      + service     service-2048       create                    validated
          ports    80/TCP -> 80 (NodePort)
          pods     with app.kubernetes.io/name=app-2048
          validated in another namespace, as its own is not there yet
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                app.kubernetes.io/managed-by: lab2048
                app.kubernetes.io/name: app-2048
                lab2048.dev/lab: fargate-game-2048
              name: service-2048
              namespace: fargate-game-2048
            spec:
              ports:
              - port: 80
                protocol: TCP
                targetPort: 80
              selector:
                app.kubernetes.io/name: app-2048
              type: NodePort
      + ingress     ingress-2048       create, wait for the ALB  validated
          ALB      k8s-fargateg-ingress2-b252ad69ce, internet-facing
          open to  everybody (0.0.0.0/0) on HTTP 80
          rules    /* to service-2048:80, targets by the pods' addresses (ip)
          validated in another namespace, as its own is not there yet
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              annotations:
                alb.ingress.kubernetes.io/scheme: internet-facing
                alb.ingress.kubernetes.io/tags: app.kubernetes.io/managed-by=lab2048,lab2048:lab=fargate-game-2048
                alb.ingress.kubernetes.io/target-type: ip
              labels:
                app.kubernetes.io/managed-by: lab2048
                app.kubernetes.io/name: app-2048
                lab2048.dev/lab: fargate-game-2048
              name: ingress-2048
              namespace: fargate-game-2048
            spec:
              ingressClassName: alb
              rules:
              - http:
                  paths:
                  - backend:
                      service:
                        name: service-2048
                        port:
                          number: 80
                    path: /
                    pathType: Prefix
      + deployment  deployment-2048    create, wait 5/5          validated
          image    public.ecr.aws/l6m2t8p7/docker-2048:latest
          pods     5 pods, each billed as 0.25 vCPU, 0.5 GB
          validated in another namespace, as its own is not there yet
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              labels:
                app.kubernetes.io/managed-by: lab2048
                app.kubernetes.io/name: app-2048
                lab2048.dev/lab: fargate-game-2048
              name: deployment-2048
              namespace: fargate-game-2048
            spec:
              replicas: 5
              selector:
                matchLabels:
                  app.kubernetes.io/name: app-2048
              template:
                metadata:
                  labels:
                    app.kubernetes.io/name: app-2048
                spec:
                  containers:
                  - image: public.ecr.aws/l6m2t8p7/docker-2048:latest
                    imagePullPolicy: Always
                    name: app-2048
                    ports:
                    - containerPort: 80
    Plan: 6 to create, 0 to change, 0 to replace, 0 to delete.
    Cost: about $0.11 an hour, $2.60 a day.
            $0.0710 an hour for 5 pods of 0.25 vCPU, 0.5 GB each
            $0.0225 an hour for the load balancer, traffic not included
            $0.0150 an hour for its 3 public IPv4 addresses
            by the prices of 2025-01-01 in ap-northeast-2
    "#);
}

#[test]
fn what_a_removal_takes() {
    insta::assert_snapshot!(view(&of_the_workshop(&Lab::running(), Goal::Gone)), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
    changes   - delete
      - ingress       ingress-2048       delete, wait until it is gone
        balancer      k8s-fargateg-ingress2-b252ad69ce
                      wait until ALB and security groups are gone
      - deployment    deployment-2048    delete, wait until it is gone
      - service       service-2048       delete, wait until it is gone
      - profile       fargate-game-2048  delete, wait until it is gone
      - access-entry  lab2048-eksworkshop-fargate-game-2048  delete
          role     arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048
          it is bound to the role, and EKS does not remove it
      - role          lab2048-eksworkshop-fargate-game-2048  delete
      - namespace     fargate-game-2048  delete, wait until it is gone
    Plan: 0 to create, 0 to change, 0 to replace, 7 to delete.
    ");
}

#[test]
fn what_is_waited_for_is_said_with_the_way_to_the_cause() {
    let staged = |id: &str, wait: &str, stage: &str| Change {
        stage: Some(stage.to_owned().into()),
        ..change(id, Op::None).waiting(Wait::Ready, wait.to_owned())
    };
    let waiting = plan(vec![
        staged("deployment/deployment-2048", "wait 5/5", "0/5 pods available"),
        staged("profile/fargate-game-2048", "wait ACTIVE", "CREATING"),
    ]);
    let commands = Commands::new(&["-e".to_owned(), "workshop".to_owned()]);
    insta::assert_snapshot!(shown(&text(&waiting, at(600), 0, &commands, &plain())), @r"
    fargate-game-2048 on eksworkshop, ap-northeast-2, account 410691154611
        deployment  deployment-2048    wait 5/5
        profile     fargate-game-2048  wait ACTIVE
    No changes, but not everything is ready yet: deployment 0/5 pods available,
    profile CREATING. Why: lab2048 doctor -e workshop
    ");
}
