use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::*;
use crate::aws::script::{self, Script, ScriptedResponse, ec2_error, eks_error, query_error, xml};
use crate::aws::{LabMarks, Search};
use crate::model::ControllerResources;
use crate::model::{
    AccessEntryKind, AlbState, CLUSTER_TAG, Egress, LAB_TAG, Listener, MANAGED_BY_TAG, Route, Scheme, Scope,
    TargetCounts,
};
use crate::ports::{Clock, RequestMeter, TestClock};

const CLUSTER: &str = "eks:GET /clusters/eksworkshop";
const PROFILES: &str = "eks:GET /clusters/eksworkshop/fargate-profiles";
const NAME: &str = "k8s-fargateg-ingress2-b252ad69ce";
const VPC: &str = "vpc-096640e13220e636e";

/// What the SDK gets for the workshop's cluster with the lab on it.
fn world() -> Arc<Script> {
    Script::new()
        .on(
            CLUSTER,
            [script::json(&json!({"cluster": {
                "name": "eksworkshop",
                "arn": "arn:aws:eks:ap-northeast-2:123456789012:cluster/eksworkshop",
                "createdAt": 1_795_476_000.123,
                "version": "1.33",
                "endpoint": "https://ABC.gr7.ap-northeast-2.eks.amazonaws.com/",
                "status": "ACTIVE",
                "certificateAuthority": {"data": "LS0tLS1CRUdJTgo="},
                "resourcesVpcConfig": {
                    "vpcId": VPC, "subnetIds": ["subnet-176f7c488b3d906ce"],
                    "clusterSecurityGroupId": "sg-1", "endpointPublicAccess": true,
                    "endpointPrivateAccess": false, "publicAccessCidrs": ["0.0.0.0/0"]},
                "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
                "computeConfig": {"enabled": false},
                "health": {"issues": [{"code": "Other", "message": "m", "resourceIds": ["r"]}]}
            }}))],
        )
        .on(PROFILES, [script::json(&json!({"fargateProfileNames": ["fargate-game-2048", "gone"]}))])
        .on(
            "eks:GET /clusters/eksworkshop/fargate-profiles/fargate-game-2048",
            [script::json(&json!({"fargateProfile": {
                "fargateProfileName": "fargate-game-2048",
                "fargateProfileArn": "arn:aws:eks:ap-northeast-2:123456789012:fargateprofile/eksworkshop/fargate-game-2048/90e0710f",
                "clusterName": "eksworkshop", "createdAt": 1_795_476_038.85,
                "podExecutionRoleArn": "arn:aws:iam::123456789012:role/pods",
                "subnets": ["subnet-b", "subnet-a"],
                "selectors": [{"namespace": "fargate-game-2048", "labels": {"app": "x"}}],
                "status": "ACTIVE", "tags": {"lab2048:lab": "x"},
                "health": {"issues": [{"code": "PodExecutionRoleAlreadyInUse", "message": "used", "resourceIds": []}]}
            }}))],
        )
        .on(
            "eks:GET /clusters/eksworkshop/fargate-profiles/gone",
            [eks_error(404, "ResourceNotFoundException", "No Fargate Profile found with name: gone.")],
        )
        .on(
            "eks:GET /clusters/eksworkshop/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpods",
            [script::json(&json!({"accessEntry": {
                "principalArn": "arn:aws:iam::123456789012:role/pods", "type": "FARGATE_LINUX",
                "createdAt": 1_795_476_038.0
            }}))],
        )
        .on("sts:GetCallerIdentity", [xml(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/Admin/me</Arn>\
             <UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
        )])
        .on("iam:GetRole", [role()])
        .on("iam:ListAttachedRolePolicies", [xml(
            "<ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult><AttachedPolicies><member>\
             <PolicyName>P</PolicyName><PolicyArn>arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy</PolicyArn>\
             </member></AttachedPolicies><IsTruncated>false</IsTruncated></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>",
        )])
        .on("iam:ListRolePolicies", [xml(
            "<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames><member>logging</member></PolicyNames>\
             <IsTruncated>false</IsTruncated></ListRolePoliciesResult></ListRolePoliciesResponse>",
        )])
        .on("ec2:DescribeSubnets", [xml(include_str!("../fixtures/describe-subnets.xml"))])
        .on("ec2:DescribeRouteTables", [xml(include_str!("../fixtures/describe-route-tables.xml"))])
        .on("ec2:DescribeNatGateways", [xml(
            "<DescribeNatGatewaysResponse><natGatewaySet/></DescribeNatGatewaysResponse>",
        )])
        .on("ec2:DescribeAvailabilityZones", [xml(include_str!("../fixtures/describe-availability-zones.xml"))])
        .on_holding("ec2:DescribeVpcAttribute", "enableDnsSupport", [xml(
            "<DescribeVpcAttributeResponse><vpcId>v</vpcId><enableDnsSupport><value>true</value></enableDnsSupport></DescribeVpcAttributeResponse>",
        )])
        .on_holding("ec2:DescribeVpcAttribute", "enableDnsHostnames", [xml(
            "<DescribeVpcAttributeResponse><vpcId>v</vpcId><enableDnsHostnames><value>false</value></enableDnsHostnames></DescribeVpcAttributeResponse>",
        )])
        .on("ec2:DescribeSecurityGroups", [xml(include_str!("../fixtures/describe-security-groups.xml"))])
        .on("elasticloadbalancing:DescribeLoadBalancers", [xml(include_str!("../fixtures/describe-load-balancers.xml"))])
        .on("elasticloadbalancing:DescribeTags", [xml(include_str!("../fixtures/describe-tags-balancer.xml"))])
        .on("elasticloadbalancing:DescribeListeners", [xml(include_str!("../fixtures/describe-listeners.xml"))])
        .on("elasticloadbalancing:DescribeRules", [xml(include_str!("../fixtures/describe-rules.xml"))])
        .on("elasticloadbalancing:DescribeTargetGroups", [xml(include_str!("../fixtures/describe-target-groups.xml"))])
        .on("elasticloadbalancing:DescribeTargetHealth", [xml(include_str!("../fixtures/describe-target-health.xml"))])
}

fn role() -> ScriptedResponse {
    let trust = "%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%5D%7D";
    xml(&format!(
        "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>pods</RoleName><RoleId>AROAEXAMPLE</RoleId>\
         <Arn>arn:aws:iam::123456789012:role/pods</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>\
         <Tags><member><Key>team</Key><Value>blue</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>"
    ))
}

fn wanted() -> WantedNames {
    WantedNames {
        role_name: "pods".to_owned(),
        role_arn: None,
        of_others: false,
        balancer_name: NAME.to_owned(),
        stack_id: "fargate-game-2048/ingress-2048".to_owned(),
        ingress_id: "fargate-game-2048/ingress-2048".to_owned(),
    }
}

/// By what the lab's things on a cluster are known.
fn marks(cluster: &str) -> LabMarks {
    let tags = [
        (LAB_TAG, "fargate-game-2048"),
        (
            CLUSTER_TAG,
            "arn:aws:eks:ap-northeast-2:123456789012:cluster/eksworkshop",
        ),
        (MANAGED_BY_TAG, "lab2048"),
    ];
    LabMarks {
        cluster: cluster.to_owned(),
        tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        role_arn: "arn:aws:iam::123456789012:role/pods".to_owned(),
    }
}

/// What is read of the workshop's cluster.
async fn view(reader: &Reader, wanted: &WantedNames) -> AwsView {
    reader.read("eksworkshop", wanted, Scope::Plan, |_| ()).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn everything_is_read() {
    let clock = TestClock::start();
    let reader = Reader::new(world().clients(clock));
    let view = view(&reader, &wanted()).await;
    let cluster = &view.cluster;
    assert_eq!(
        cluster.endpoint.as_deref(),
        Some("https://ABC.gr7.ap-northeast-2.eks.amazonaws.com")
    );
    assert_eq!(cluster.certificate_authority.as_deref(), Some("-----BEGIN\n"));
    assert_eq!(cluster.health[0].resources, ["r"]);
    assert!(cluster.public_access && !cluster.private_access && !cluster.auto_mode && !cluster.is_connected);

    let caller = view.caller.known().unwrap();
    assert_eq!(caller.account, "123456789012");
    let profiles = view.profiles.known().unwrap();
    assert_eq!(profiles.len(), 1, "the one that is gone is left out");
    assert_eq!(profiles[0].subnets, ["subnet-a", "subnet-b"]);
    assert_eq!(profiles[0].health[0].code, "PodExecutionRoleAlreadyInUse");
    assert_eq!(profiles[0].pin().version, "2026-11-23T23:20:38.85Z");
    let role = view.role.known().unwrap().as_ref().unwrap();
    assert_eq!(role.trust, json!({"Version": "2012-10-17", "Statement": []}));
    assert_eq!(
        (role.attached.len(), &*role.inline),
        (1, ["logging".to_owned()].as_slice())
    );
    assert_eq!(role.tags["team"], "blue");
    assert_eq!(
        view.access_entry.known().unwrap().as_ref().unwrap().kind,
        AccessEntryKind::FargateLinux
    );
    let vpc = view.vpc.known().unwrap();
    assert_eq!(
        (vpc.dns_support.clone(), vpc.dns_hostnames.clone()),
        (Observed::Known(true), Observed::Known(false))
    );
    let subnets = view.subnets.known().unwrap();
    let public: BTreeSet<&str> = subnets
        .iter()
        .filter(|s| !s.is_private())
        .map(|s| s.id.as_str())
        .collect();
    assert!(public.contains("subnet-424ad125d8503add0"), "{public:?}");
    let private = subnets.iter().find(|s| s.id == "subnet-176f7c488b3d906ce").unwrap();
    assert!(
        matches!(private.egress.known(), Some(Egress::BrokenNat(id, _)) if id.starts_with("nat-")),
        "{private:?}"
    );
    assert_eq!(private.free_addresses, 4089);

    let balancer = view.balancer.known().unwrap().as_ref().unwrap();
    assert_eq!(
        (balancer.scheme, &balancer.state),
        (Scheme::InternetFacing, &AlbState::Active)
    );
    assert_eq!(balancer.tags["ingress.k8s.aws/resource"], "LoadBalancer");
    assert_eq!(
        balancer.listeners,
        [Listener {
            port: 80,
            protocol: "HTTP".into(),
            forwarding_rules: 1
        }]
    );
    assert_eq!(
        balancer.targets(),
        TargetCounts {
            healthy: 5,
            registered: 5
        }
    );
    assert_eq!(
        view.security_groups.known().unwrap()[0].name,
        "k8s-fargateg-ingress2-a507fa3b12"
    );
}

/// The recorded answer `fixture` with what has `mark` in it twice, the second time as `made`.
fn doubled(fixture: &str, member: &str, made: impl Fn(&str) -> String) -> String {
    let start = fixture.find(member).unwrap();
    let end = start + fixture[start..].find("</member>").unwrap() + "</member>".len();
    // Members may hold members: the first that closes as many as it opens.
    let closed = |end: &usize| {
        let part = &fixture[start..*end];
        part.matches("<member>").count() == part.matches("</member>").count()
    };
    let end = (end..=fixture.len())
        .filter(|end| fixture.is_char_boundary(*end))
        .find(closed)
        .unwrap();
    let one = &fixture[start..end];
    format!("{}{one}{}{}", &fixture[..start], made(one), &fixture[end..])
}

/// The workshop's ALB, shared in the group `class` with an Ingress that answers `/other`.
fn shared() -> Arc<Script> {
    let group = include_str!("../fixtures/describe-target-groups.xml");
    let group = doubled(group, "<member><TargetGroupArn>", |one| {
        one.replace(OWN_GROUP, OTHER_GROUP)
    });
    let rules = include_str!("../fixtures/describe-rules.xml");
    let rules = doubled(rules, "<member><RuleArn>", |one| {
        one.replace(OWN_GROUP, OTHER_GROUP).replace("/*", "/other")
    });
    let tags = include_str!("../fixtures/describe-tags-target-group.xml");
    let tags = doubled(tags, "<member><ResourceArn>", |one| {
        one.replace(OWN_GROUP, OTHER_GROUP).replace(
            "fargate-game-2048/ingress-2048-service-2048:80",
            "other/ingress-2048-web:80",
        )
    });
    let of_class =
        |tags: &str| xml(&tags.replace("<Value>fargate-game-2048/ingress-2048</Value>", "<Value>class</Value>"));
    world()
        .off("elasticloadbalancing:DescribeTags")
        .off("elasticloadbalancing:DescribeTargetGroups")
        .off("elasticloadbalancing:DescribeRules")
        .on("elasticloadbalancing:DescribeTargetGroups", [xml(&group)])
        .on("elasticloadbalancing:DescribeRules", [xml(&rules)])
        .on_holding("elasticloadbalancing:DescribeTags", "targetgroup", [of_class(&tags)])
        .on(
            "elasticloadbalancing:DescribeTags",
            [of_class(include_str!("../fixtures/describe-tags-balancer.xml"))],
        )
}

const OWN_GROUP: &str = "k8s-fargateg-service2-f846ee635b/ce13fe9c086a99a6";
const OTHER_GROUP: &str = "k8s-other-web-0000000000/1111111111111111";

#[tokio::test(start_paused = true)]
async fn in_a_group_the_lab_has_its_own_targets_and_the_others_are_listed() {
    let clients = shared().clients(TestClock::start());
    let in_class = WantedNames {
        stack_id: "class".to_owned(),
        ..wanted()
    };
    let view = view(&Reader::new(clients.clone()), &in_class).await;
    let balancer = view.balancer.known().unwrap().as_ref().unwrap();
    assert_eq!(balancer.target_groups.len(), 1);
    assert!(balancer.target_groups[0].arn.ends_with(OWN_GROUP));
    assert_eq!(
        balancer.listeners[0].forwarding_rules, 1,
        "the other's rule does not count"
    );
    let other = Route {
        port: 80,
        hosts: Vec::new(),
        paths: vec!["/other".to_owned()],
        narrowed: false,
    };
    assert_eq!(
        view.other_backends,
        [("other/ingress-2048-web:80".to_owned(), vec![other])].into()
    );

    let (names, marks) = (std::slice::from_ref(&in_class), marks("eksworkshop"));
    let left = super::super::leftovers(&clients, names, &marks, Search::OfController).await;
    assert!(!left.profiles.is_asked() && !left.role.is_asked() && !left.access_entry.is_asked());
    let left = left.by_controller.known().unwrap();
    assert!(left.balancers.is_empty() && left.security_groups.is_empty(), "{left:?}");
    assert_eq!(left.target_groups.len(), 1, "its own is left over: {left:?}");
    assert!(left.target_groups[0].arn.ends_with(OWN_GROUP));

    let stranger = WantedNames {
        ingress_id: "third/ingress-2048".to_owned(),
        ..in_class
    };
    let view = self::view(&Reader::new(clients), &stranger).await;
    assert_eq!(view.balancer, Observed::Known(None), "it does nothing for this lab yet");
    assert_eq!(view.other_backends.len(), 2);
}

/// A target group or a listener that is deleted between the list and the question about it is not there.
#[tokio::test(start_paused = true)]
async fn what_goes_while_it_is_read_is_not_there() {
    let health = "elasticloadbalancing:DescribeTargetHealth";
    let rules = "elasticloadbalancing:DescribeRules";
    let script = world()
        .off(health)
        .off(rules)
        .on(health, [query_error(400, "TargetGroupNotFound", "gone")])
        .on(rules, [query_error(400, "ListenerNotFound", "gone")]);
    let reader = Reader::new(script.clients(TestClock::start()));
    let found = view(&reader, &wanted()).await.balancer;
    let balancer = found.known().cloned().flatten().unwrap();
    assert_eq!(balancer.target_groups, []);
    assert!(balancer.listeners.iter().all(|listener| listener.forwarding_rules == 0));
}

#[tokio::test(start_paused = true)]
async fn three_round_trips_and_few_requests() {
    let clock = TestClock::start();
    let meter = RequestMeter::default();
    let world = world();
    let reader = Reader::new(world.metered(clock, meter.clone()));
    world.slow(clock);
    let start = clock.now();
    let mut known_after = None;
    let known = |cluster: &Cluster| known_after = Some((cluster.name.clone(), clock.elapsed(start)));
    reader.read("eksworkshop", &wanted(), Scope::Plan, known).await.unwrap();
    assert_eq!(clock.elapsed(start), Duration::from_millis(300));
    assert_eq!(
        known_after,
        Some(("eksworkshop".to_owned(), Duration::from_millis(100)))
    );
    let asked: u64 = meter.snapshot().values().sum();
    assert!(asked <= 25, "{:?}", meter.snapshot());
}

#[tokio::test(start_paused = true)]
async fn a_removal_asks_nothing_of_what_it_does_not_follow_from() {
    let script = world();
    let reader = Reader::new(script.clients(TestClock::start()));
    let found = reader
        .read("eksworkshop", &wanted(), Scope::Removal, |_| ())
        .await
        .unwrap();
    let balancer = found.balancer.known().cloned().flatten().unwrap();
    assert_eq!(balancer.target_groups.len(), 1);
    assert!(found.role.is_asked() && found.security_groups.is_asked() && found.subnets.is_asked());
    let asked = script.calls();
    for call in [
        "DescribeTargetHealth",
        "DescribeAccountLimits",
        "DescribeAvailabilityZones",
        "DescribeVpcAttribute",
    ] {
        assert!(!asked.iter().any(|asked| asked.ends_with(call)), "{call}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_unknown_and_stops_nothing() {
    let script = world()
        .off("iam:GetRole")
        .on(
            "iam:GetRole",
            [query_error(
                403,
                "AccessDenied",
                "User: u is not authorized to perform: iam:GetRole on resource: r",
            )],
        )
        .off("ec2:DescribeRouteTables")
        .on(
            "ec2:DescribeRouteTables",
            [ec2_error(403, "UnauthorizedOperation", "no")],
        )
        .off("elasticloadbalancing:DescribeLoadBalancers")
        .on(
            "elasticloadbalancing:DescribeLoadBalancers",
            [query_error(400, "LoadBalancerNotFound", "none")],
        );
    let reader = Reader::new(script.clients(TestClock::start()));
    let view = view(&reader, &wanted()).await;
    let Observed::Unknown(reason) = &view.role else {
        panic!()
    };
    assert!(
        reason.to_string().contains("lacks the permission iam:GetRole"),
        "{reason}"
    );
    let subnets = view.subnets.known().unwrap();
    assert!(subnets.iter().all(
        |subnet| matches!(&subnet.egress, Observed::Unknown(why) if why.to_string().contains("ec2:DescribeRouteTables"))
    ));
    assert!(
        matches!(view.balancer, Observed::Unknown(_)),
        "the list of all was refused, too"
    );
    assert!(view.profiles.known().is_some());
}

#[tokio::test(start_paused = true)]
async fn nothing_there_is_known_to_be_nothing() {
    let nothing = xml(
        "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>",
    );
    let script = world();
    for call in ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"] {
        script.off(call).on(call, [query_error(404, "NoSuchEntity", "none")]);
    }
    script
        .off("elasticloadbalancing:DescribeLoadBalancers")
        .on_holding(
            "elasticloadbalancing:DescribeLoadBalancers",
            NAME,
            [query_error(400, "LoadBalancerNotFound", "none")],
        )
        .on("elasticloadbalancing:DescribeLoadBalancers", [nothing]);
    let entry = "eks:GET /clusters/eksworkshop/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpods";
    script.off(entry).on(entry, [eks_error(
        400,
        "InvalidRequestException",
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    )]);
    let reader = Reader::new(script.clients(TestClock::start()));
    // The role's ARN is put together from the caller's.
    let found = view(&reader, &wanted()).await;
    assert_eq!(found.role, Observed::Known(None));
    assert_eq!(found.access_entry, Observed::Known(None));
    assert_eq!(found.balancer, Observed::Known(None));
    // One that is given is not looked at.
    let given = WantedNames {
        role_arn: Some("arn:aws:iam::123456789012:role/pods".to_owned()),
        of_others: false,
        ..wanted()
    };
    let found = view(&reader, &given).await;
    assert_eq!(
        (found.role, found.access_entry),
        (Observed::NotAsked, Observed::NotAsked)
    );
}

#[tokio::test(start_paused = true)]
async fn a_balancer_of_another_name_is_found_by_its_tags() {
    let all = include_str!("../fixtures/describe-load-balancers.xml");
    let script = world()
        .off("elasticloadbalancing:DescribeLoadBalancers")
        .on_holding(
            "elasticloadbalancing:DescribeLoadBalancers",
            "predicted",
            [query_error(400, "LoadBalancerNotFound", "none")],
        )
        .on("elasticloadbalancing:DescribeLoadBalancers", [xml(all)]);
    let reader = Reader::new(script.clients(TestClock::start()));
    let other = WantedNames {
        balancer_name: "predicted".into(),
        ..wanted()
    };
    let found = view(&reader, &other).await.balancer;
    assert_eq!(found.known().unwrap().as_ref().unwrap().name, NAME);
    // The right name with another Ingress's tags is not ours.
    let foreign = WantedNames {
        stack_id: "other/ingress".into(),
        ..wanted()
    };
    let view = view(&reader, &foreign).await;
    assert_eq!(view.balancer, Observed::Known(None));
    assert_eq!(view.security_groups, Observed::Known(vec![]));
}

#[tokio::test(start_paused = true)]
async fn the_vpc_of_the_subnets_replaces_a_missing_one() {
    let script = world().off(CLUSTER).on(
        CLUSTER,
        [script::json(&json!({"cluster": {
            "name": "eksworkshop", "arn": "arn:aws:eks:r:1:cluster/eksworkshop", "status": "ACTIVE",
            "resourcesVpcConfig": {"subnetIds": ["subnet-176f7c488b3d906ce"]}
        }}))],
    );
    let reader = Reader::new(script.clients(TestClock::start()));
    let view = view(&reader, &wanted()).await;
    assert_eq!(view.cluster.vpc_id, None);
    assert_eq!(view.vpc.known().unwrap().id, VPC);
}

#[tokio::test(start_paused = true)]
async fn which_cluster() {
    let names = |names: &[&str]| script::json(&json!({"clusters": names}));
    let missing = eks_error(404, "ResourceNotFoundException", "No cluster found for name: nope.");
    let script = world().on("eks:GET /clusters/nope", [missing]).on(
        "eks:GET /clusters",
        [
            names(&["eksworkshop"]),
            names(&["b", "a"]),
            names(&[]),
            names(&["a", "b"]),
        ],
    );
    let reader = Reader::new(script.clients(TestClock::start()));
    assert_eq!(reader.only_cluster().await.unwrap(), "eksworkshop");
    let mut errors = Vec::new();
    for _ in 0..2 {
        errors.push(reader.only_cluster().await.unwrap_err().to_string());
    }
    let missing = reader.read("nope", &wanted(), Scope::Plan, |_| ()).await.unwrap_err();
    errors.push(missing.to_string());
    insta::assert_snapshot!(errors.join("\n"), @r"
    there are 2 EKS clusters in ap-northeast-2, say which with `--cluster`: a, b
    there is no EKS cluster in ap-northeast-2: is the region right, and the account?
    there is no EKS cluster `nope` in ap-northeast-2; there are: a, b
    ");
}

#[tokio::test(start_paused = true)]
async fn leftovers_are_found_by_tags() {
    let script = world().off("elasticloadbalancing:DescribeTags");
    script
        .on_holding(
            "elasticloadbalancing:DescribeTags",
            "targetgroup",
            [xml(include_str!("../fixtures/describe-tags-target-group.xml"))],
        )
        .on(
            "elasticloadbalancing:DescribeTags",
            [
                // The first chunk holds one that was deleted meanwhile: then they are asked singly.
                query_error(400, "LoadBalancerNotFound", "gone"),
                xml(include_str!("../fixtures/describe-tags-balancer.xml")),
            ],
        );
    let clients = script.clients(TestClock::start());
    let left = super::super::leftovers(&clients, &[wanted()], &marks("eksworkshop"), Search::Whole).await;
    let made = left.by_controller.known().unwrap();
    assert_eq!(
        (
            made.balancers.len(),
            made.target_groups.len(),
            made.security_groups.len()
        ),
        (1, 1, 1)
    );
    let entry = left.access_entry.known().unwrap().as_ref();
    assert_eq!(entry.unwrap().principal_arn, marks("eksworkshop").role_arn);
    assert_eq!(left.profiles.items(), [], "another lab's tags");
    assert_eq!(left.role.known(), Some(&None), "it has no tags of ours");
    let other = super::super::leftovers(&clients, &[wanted()], &marks("other"), Search::Whole).await;
    assert_eq!(other.by_controller, Observed::Known(ControllerResources::default()));
    assert!(other.profiles.why_not().is_some(), "what cannot be read fails nothing");
}

/// The labs of a class have one role in common, and hundreds have no access entry of their own.
#[tokio::test(start_paused = true)]
async fn a_class_looks_for_access_entries_in_the_list_of_all() {
    const LIST: &str = "eks:GET /clusters/eksworkshop/access-entries";
    let own = marks("eksworkshop");
    let listed = script::json(&json!({"accessEntries": [own.role_arn]}));
    let script = world().on(LIST, [listed]);
    let class = script.clients(TestClock::start()).for_class();
    let entry = async |marks: &LabMarks| {
        let left = super::super::leftovers(&class, &[], marks, Search::Whole).await;
        left.access_entry
    };
    for lab in 0..3 {
        let role_arn = format!("arn:aws:iam::123456789012:role/lab{lab}");
        assert_eq!(
            entry(&LabMarks {
                role_arn,
                ..own.clone()
            })
            .await,
            Observed::Known(None)
        );
    }
    let found = entry(&own).await;
    assert_eq!(found.known().unwrap().as_ref().unwrap().principal_arn, own.role_arn);
    let calls = script.calls();
    let asked: Vec<&String> = calls.iter().filter(|call| call.contains("access-entries")).collect();
    assert_eq!(asked.len(), 2, "the list, and the one that is in it: {asked:?}");

    // Who may not see the list asks as one lab does.
    let refused = eks_error(403, "AccessDeniedException", "no");
    let script = world().on(LIST, [refused]);
    let class = script.clients(TestClock::start()).for_class();
    let left = super::super::leftovers(&class, &[], &own, Search::Whole).await;
    assert!(left.access_entry.known().unwrap().is_some());
}
