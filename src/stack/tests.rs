//! Whole labs: which nodes, in which order, with which edges, for environments of every sort.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::*;
use crate::config::{Environment, Loader, Setting};
use crate::model::{AwsView, Desired, NodeKind, Object, Observed, Scheme};
use crate::render::{self, Templates};

fn environment(name: &str, sets: &[&str]) -> Environment {
    let sets: Vec<Setting> = sets.iter().map(|text| Setting::parse(text)).collect();
    let loader = Loader::new("/nonexistent", BTreeMap::new());
    loader
        .load(name, &sets)
        .unwrap_or_else(|problems| panic!("{problems}"))
        .environment
}

fn site() -> ClusterContext {
    ClusterContext {
        partition: "aws".to_owned(),
        region: "ap-northeast-2".to_owned(),
        account: "410691154611".to_owned(),
        cluster: "eksworkshop".to_owned(),
        private_subnets: Observed::Known(
            ["subnet-0d3c2d117533c431d", "subnet-044fd202626076e79"]
                .map(str::to_owned)
                .to_vec(),
        ),
    }
}

fn rendered(environment: &Environment, recorded: Option<u32>) -> Vec<Object> {
    render::objects(&Templates::built_in(), &context(environment, recorded), recorded)
        .unwrap()
        .objects
}

type Build = fn(&StackInput<'_>) -> Stack;

fn stack_of(build: Build, sets: &[&str], recorded: Option<u32>, site: &ClusterContext) -> Stack {
    let environment = environment("workshop", sets);
    let objects = rendered(&environment, recorded);
    let trust = render::trust(&Templates::built_in(), &trust_context(site)).unwrap();
    build(&StackInput {
        kept: &keep(&environment, site, &objects, &AwsView::default()),
        site,
        objects: &objects,
        replicas: ReplicaChoice::of(&environment.app, &objects, None).count,
        exposure: exposure(&environment.app, &site.cluster, &objects, None).as_ref(),
        trust: &trust,
    })
}

fn names(stack: &Stack) -> Vec<String> {
    stack.nodes.iter().map(|node| node.id.to_string()).collect()
}

fn edges(stack: &Stack) -> String {
    let lines: Vec<String> = stack
        .edges
        .iter()
        .map(|edge| format!("{} -> {} {:?}", edge.before, edge.after, edge.kind))
        .collect();
    lines.join("\n")
}

fn find<'a>(stack: &'a Stack, kind: &NodeKind) -> &'a Desired {
    &stack.nodes.iter().find(|node| &node.id.kind == kind).unwrap().desired
}

#[test]
fn the_workshops_lab_has_its_nodes_in_reading_order() {
    let stack = stack_of(build, &[], None, &site());
    assert_eq!(
        names(&stack),
        [
            "role/lab2048-eksworkshop-fargate-game-2048",
            "profile/fargate-game-2048",
            "namespace/fargate-game-2048",
            "service/service-2048",
            "ingress/ingress-2048",
            "deployment/deployment-2048",
            "balancer/k8s-fargateg-ingress2-b252ad69ce",
            "targets/k8s-fargateg-ingress2-b252ad69ce",
            "proof/fargate-game-2048",
        ]
    );
    insta::assert_snapshot!(edges(&stack), @r#"
role/lab2048-eksworkshop-fargate-game-2048 -> profile/fargate-game-2048 Ready
namespace/fargate-game-2048 -> service/service-2048 Applied
namespace/fargate-game-2048 -> ingress/ingress-2048 Applied
namespace/fargate-game-2048 -> deployment/deployment-2048 Applied
profile/fargate-game-2048 -> deployment/deployment-2048 Ready
service/service-2048 -> ingress/ingress-2048 Applied
ingress/ingress-2048 -> balancer/k8s-fargateg-ingress2-b252ad69ce Yields
balancer/k8s-fargateg-ingress2-b252ad69ce -> targets/k8s-fargateg-ingress2-b252ad69ce Ready
deployment/deployment-2048 -> targets/k8s-fargateg-ingress2-b252ad69ce Ready
targets/k8s-fargateg-ingress2-b252ad69ce -> proof/fargate-game-2048 Ready
"#);
}

#[test]
fn aws_resources_are_fully_specified() {
    let sets = [
        "lab.tags={team: blue}",
        "fargate.permissionsBoundary=arn:aws:iam::410691154611:policy/boundary",
    ];
    let stack = stack_of(build, &sets, None, &site());
    let wanted = [NodeKind::Role, NodeKind::Profile, NodeKind::Targets, NodeKind::Proof];
    let specs: Vec<_> = wanted.iter().map(|kind| find(&stack, kind)).collect();
    insta::assert_yaml_snapshot!(specs, @r#"
- role:
    name: lab2048-eksworkshop-fargate-game-2048
    arn: "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048"
    trust:
      Statement:
        - Action: "sts:AssumeRole"
          Condition:
            ArnLike:
              "aws:SourceArn": "arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/*"
          Effect: Allow
          Principal:
            Service: eks-fargate-pods.amazonaws.com
      Version: 2012-10-17
    policyArn: "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy"
    permissionsBoundary: "arn:aws:iam::410691154611:policy/boundary"
    tags:
      app.kubernetes.io/managed-by: lab2048
      "lab2048:cluster": "arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop"
      "lab2048:lab": fargate-game-2048
      "lab2048:profile": fargate-game-2048
      team: blue
- profile:
    cluster: eksworkshop
    name: fargate-game-2048
    roleArn: "arn:aws:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048"
    subnets:
      - subnet-044fd202626076e79
      - subnet-0d3c2d117533c431d
    selectors:
      - namespace: fargate-game-2048
    tags:
      app.kubernetes.io/managed-by: lab2048
      "lab2048:cluster": "arn:aws:eks:ap-northeast-2:410691154611:cluster/eksworkshop"
      "lab2048:lab": fargate-game-2048
      team: blue
- loadBalancer:
    name: k8s-fargateg-ingress2-b252ad69ce
    cluster: eksworkshop
    stack: fargate-game-2048/ingress-2048
    ingress: fargate-game-2048/ingress-2048
    scheme: internet-facing
    port: 80
    targets: 5
- proof:
    scheme: internet-facing
    https: false
    port: 80
    path: /
    expect: "2048"
"#);
}

#[test]
fn a_lab_that_goes_has_the_access_entry_and_no_proof() {
    let stack = stack_of(build_absent, &["app.disruptionBudget=1"], None, &site());
    assert_eq!(
        names(&stack),
        [
            "role/lab2048-eksworkshop-fargate-game-2048",
            "profile/fargate-game-2048",
            "access-entry/lab2048-eksworkshop-fargate-game-2048",
            "namespace/fargate-game-2048",
            "service/service-2048",
            "ingress/ingress-2048",
            "deployment/deployment-2048",
            "poddisruptionbudget/deployment-2048",
            "balancer/k8s-fargateg-ingress2-b252ad69ce",
        ]
    );
}

#[test]
fn nothing_is_made_that_is_somebody_elses() {
    let without = |sets: &[&str], build: Build| -> BTreeSet<&'static str> {
        let stack = stack_of(build, sets, None, &site());
        ["role", "profile", "access-entry"]
            .into_iter()
            .filter(|word| !stack.nodes.iter().any(|node| node.id.kind.word() == *word))
            .collect()
    };
    let shared = ["fargate.own=false", "fargate.profile=shared"];
    let given = ["fargate.role=arn:aws:iam::410691154611:role/pods"];
    assert_eq!(without(&[], build), BTreeSet::from(["access-entry"]));
    assert_eq!(without(&[], build_absent), BTreeSet::new());
    for build in [build as Build, build_absent] {
        assert_eq!(
            without(&shared, build),
            BTreeSet::from(["role", "profile", "access-entry"])
        );
        assert_eq!(without(&given, build), BTreeSet::from(["role", "access-entry"]));
    }
    let stack = stack_of(build, &given, None, &site());
    let Desired::Profile(profile) = find(&stack, &NodeKind::Profile) else {
        panic!()
    };
    assert_eq!(profile.role_arn, "arn:aws:iam::410691154611:role/pods");
}

#[test]
fn every_edge_joins_two_nodes() {
    let variants: [&[&str]; 4] = [
        &[],
        &["fargate.own=false", "fargate.profile=shared"],
        &["app.replicas=0"],
        &[
            "app.disruptionBudget=1",
            "fargate.role=arn:aws:iam::410691154611:role/pods",
        ],
    ];
    for sets in variants {
        for build in [build as Build, build_absent] {
            let stack = stack_of(build, sets, None, &site());
            for edge in &stack.edges {
                assert!(stack.node(&edge.before).is_some(), "{sets:?}: {}", edge.before);
                assert!(stack.node(&edge.after).is_some(), "{sets:?}: {}", edge.after);
            }
        }
    }
}

#[test]
fn partitions_have_their_own_arns() {
    for (partition, region) in [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")] {
        let place = ClusterContext {
            partition: partition.to_owned(),
            region: region.to_owned(),
            ..site()
        };
        let absent = stack_of(build_absent, &[], None, &place);
        let stack = stack_of(build, &[], None, &place);
        let Desired::Role(role) = find(&stack, &NodeKind::Role) else {
            panic!()
        };
        let arn = format!("arn:{partition}:iam::410691154611:role/lab2048-eksworkshop-fargate-game-2048");
        assert_eq!(role.arn, arn);
        assert_eq!(
            role.policy_arn,
            format!("arn:{partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy")
        );
        assert_eq!(
            role.trust.pointer("/Statement/0/Condition/ArnLike/aws:SourceArn"),
            Some(&json!(format!(
                "arn:{partition}:eks:{region}:410691154611:fargateprofile/eksworkshop/*"
            )))
        );
        // The same in every partition, China included.
        assert_eq!(
            role.trust.pointer("/Statement/0/Principal/Service"),
            Some(&json!("eks-fargate-pods.amazonaws.com"))
        );
        let Desired::Profile(profile) = find(&stack, &NodeKind::Profile) else {
            panic!()
        };
        assert_eq!(profile.role_arn, arn);
        let Desired::AccessEntry(entry) = find(&absent, &NodeKind::AccessEntry) else {
            panic!()
        };
        assert_eq!(entry.principal_arn, arn);
    }
}

#[test]
fn a_recorded_scale_wins_and_is_kept() {
    let stack = stack_of(build, &[], Some(3), &site());
    let Desired::Object(deployment) = find(&stack, &NodeKind::Deployment) else {
        panic!()
    };
    assert_eq!(deployment.number("/spec/replicas"), Some(3));
    assert_eq!(deployment.annotation("lab2048.dev/replicas"), Some("3"));
    let Desired::LoadBalancer(targets) = find(&stack, &NodeKind::Targets) else {
        panic!()
    };
    assert_eq!(targets.targets, 3);
}

#[test]
fn a_lab_without_pods_proves_nothing() {
    let stack = stack_of(build, &["app.replicas=0"], None, &site());
    assert!(
        !stack
            .nodes
            .iter()
            .any(|node| matches!(node.id.kind, NodeKind::Targets | NodeKind::Proof))
    );
    let Desired::LoadBalancer(balancer) = find(&stack, &NodeKind::LoadBalancer) else {
        panic!()
    };
    assert_eq!(balancer.targets, 0);
}

#[test]
fn given_subnets_are_sorted_and_taken() {
    let sets = ["fargate.subnets=[subnet-0000000b, subnet-0000000a]"];
    let stack = stack_of(build, &sets, None, &site());
    let Desired::Profile(profile) = find(&stack, &NodeKind::Profile) else {
        panic!()
    };
    assert_eq!(profile.subnets, ["subnet-0000000a", "subnet-0000000b"]);
}

#[test]
fn the_expected_balancer_follows_the_ingress() {
    let balancer = |sets: &[&str]| match find(&stack_of(build, sets, None, &site()), &NodeKind::LoadBalancer) {
        Desired::LoadBalancer(spec) => spec.clone(),
        other => panic!("{other:?}"),
    };
    let group = balancer(&["ingress.group=workshop", "ingress.scheme=internal"]);
    assert_eq!((group.stack.as_str(), group.scheme), ("workshop", Scheme::Internal));
    assert!(group.name.starts_with("k8s-workshop-"), "{}", group.name);
    assert_eq!(balancer(&["ingress.loadBalancerName=game"]).name, "game");
    let arn = "ingress.certificateArn=arn:aws:acm:ap-northeast-2:410691154611:certificate/1";
    assert_eq!(balancer(&[arn]).port, 443);
}

#[test]
fn the_workshop_environment_renders_to_the_golden_manifest() {
    let objects = rendered(&environment("workshop", &[]), None);
    assert_eq!(
        render::to_yaml(&objects).unwrap(),
        include_str!("../../tests/golden/workshop.yaml")
    );
    assert_eq!(rendered(&environment("sandbox", &[]), None), objects);
}

#[test]
fn all_amounts_of_an_environment_reach_the_manifests() {
    let sets = [
        "app.resources.cpu=250m",
        "app.resources.memory=256Mi",
        "app.labels={team: blue}",
        "app.disruptionBudget=20%",
        "ingress.scheme=internal",
        "ingress.allowedCidrs=[10.0.0.0/8, \"2001:db8::/32\"]",
        "ingress.certificateArn=arn:aws:acm:ap-northeast-2:410691154611:certificate/1",
        "ingress.group=workshop",
        "ingress.loadBalancerName=game",
        "ingress.annotations.alb.ingress.kubernetes.io/healthcheck-path=/index.html",
    ];
    let objects = rendered(&environment("workshop", &sets), Some(3));
    assert_eq!(
        render::to_yaml(&objects).unwrap(),
        include_str!("../../tests/golden/everything.yaml")
    );
    let counted = rendered(&environment("workshop", &["app.disruptionBudget=1"]), None);
    assert_eq!(counted[4].number("/spec/maxUnavailable"), Some(1));
}
