//! A small region with known ids, and ways to call it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use jiff::Timestamp;

use crate::state::*;
use crate::world::World;
use crate::{Sandbox, WallClock};

/// When everything happens.
pub(super) const NOW: &str = "2026-11-24T00:00:00Z";

struct StoppedClock;

impl WallClock for StoppedClock {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

pub(super) const BALANCER: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app/k8s-a-b/0011223344556677";
pub(super) const LISTENER: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:listener/app/k8s-a-b/0011223344556677/8899aabbccddeeff";
pub(super) const GROUP: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-2:410691154611:targetgroup/k8s-a-svc/0123456789abcdef";

/// A region with two public and two private subnets, a load balancer and a role that EKS knows.
pub(super) fn region() -> Sandbox {
    let sandbox = Sandbox::in_memory(2048, 60.0, Arc::new(StoppedClock));
    sandbox.with(|world| {
        world.facts.created = NOW.parse().unwrap();
        *world.aws = AwsState::default();
        world.kube = crate::state::Store::default();
        world.agenda = crate::state::Agenda::default();
        network(world);
        groups(world);
        balancer(world);
        role(world);
    });
    sandbox
}

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn network(world: &mut World) {
    let aws = &mut world.aws;
    aws.vpc = Vpc {
        id: world.facts.vpc.clone(),
        cidr: "192.168.0.0/16".to_owned(),
        dns_support: true,
        dns_hostnames: false,
    };
    for (id, cidr, zone, public) in [
        ("subnet-0a", "192.168.0.0/24", "a", true),
        ("subnet-0b", "192.168.1.0/24", "b", true),
        ("subnet-1a", "192.168.2.0/24", "a", false),
        ("subnet-1b", "192.168.3.0/24", "b", false),
    ] {
        let role = if public { "elb" } else { "internal-elb" };
        aws.subnets.insert(
            id.to_owned(),
            Subnet {
                id: id.to_owned(),
                cidr: cidr.to_owned(),
                zone: format!("ap-northeast-2{zone}"),
                zone_id: format!("apne2-az{}", if zone == "a" { 1 } else { 2 }),
                reserved: 10,
                map_public_ip: public,
                tags: tags(&[(&format!("kubernetes.io/role/{role}"), "1")]),
            },
        );
    }
    let route = |destination: &str, via: &str| Route {
        destination: destination.to_owned(),
        via: via.to_owned(),
        state: "active".to_owned(),
    };
    for (id, main, subnets, via) in [
        ("rtb-0", true, vec![], "igw-0"),
        ("rtb-1", false, vec!["subnet-1a", "subnet-1b"], "nat-0"),
    ] {
        let table = RouteTable {
            id: id.to_owned(),
            main,
            subnets: subnets.into_iter().map(str::to_owned).collect(),
            routes: vec![route("192.168.0.0/16", "local"), route("0.0.0.0/0", via)],
            tags: tags(&[]),
        };
        aws.route_tables.insert(id.to_owned(), table);
    }
    let nat = NatGateway {
        id: "nat-0".to_owned(),
        subnet: "subnet-0a".to_owned(),
        state: "available".to_owned(),
        public_ip: "3.34.0.1".to_owned(),
    };
    aws.nat_gateways.insert(nat.id.clone(), nat);
}

fn groups(world: &mut World) {
    let rule = |source: &str, text: &str| ("tcp".to_owned(), 80, 80, source.to_owned(), text.to_owned());
    for (id, name, group_tags, rules) in [
        (
            "sg-cluster",
            "eks-cluster-sg-eksworkshop-1",
            tags(&[("kubernetes.io/cluster/eksworkshop", "owned")]),
            vec![rule("sg-back", "elbv2.k8s.aws/targetGroupBinding=shared")],
        ),
        ("sg-front", "k8s-a-b", tags(&[]), vec![rule("0.0.0.0/0", "")]),
        (
            "sg-back",
            "k8s-traffic-eksworkshop",
            tags(&[("elbv2.k8s.aws/resource", "backend-sg")]),
            vec![],
        ),
        ("sg-free", "free", tags(&[]), vec![]),
    ] {
        let group = SecurityGroup {
            id: id.to_owned(),
            name: name.to_owned(),
            description: format!("about {name}"),
            tags: group_tags,
            rules,
        };
        world.aws.security_groups.insert(id.to_owned(), group);
    }
    for (id, address, subnet, description, groups) in [
        (
            "eni-lb",
            "192.168.0.7",
            "subnet-0a",
            "ELB app/k8s-a-b/0011223344556677",
            vec!["sg-front", "sg-back"],
        ),
        (
            "eni-nat",
            "192.168.0.8",
            "subnet-0a",
            "Interface for NAT Gateway nat-0",
            vec![],
        ),
        ("eni-pod", "192.168.2.9", "subnet-1a", "", vec!["sg-cluster"]),
    ] {
        let interface = Interface {
            id: id.to_owned(),
            address: address.to_owned(),
            subnet: subnet.to_owned(),
            description: description.to_owned(),
            groups: groups.into_iter().map(str::to_owned).collect(),
        };
        world.aws.interfaces.insert(address.to_owned(), interface);
    }
}

fn balancer(world: &mut World) {
    let tracking = tags(&[
        ("elbv2.k8s.aws/cluster", "eksworkshop"),
        ("ingress.k8s.aws/stack", "a/b"),
    ]);
    let rule = Rule {
        arn: format!("{}/1", LISTENER.replace(":listener/", ":listener-rule/")),
        priority: 1,
        conditions: vec![RuleCondition::Path(vec!["/*".to_owned()])],
        action: RuleAction::Forward(vec![(GROUP.to_owned(), 1)]),
        tags: tracking.clone(),
    };
    let balancer = LoadBalancer {
        arn: BALANCER.to_owned(),
        name: "k8s-a-b".to_owned(),
        dns_name: "k8s-a-b-1.ap-northeast-2.elb.amazonaws.com".to_owned(),
        scheme: "internet-facing".to_owned(),
        state: "active".to_owned(),
        subnets: vec!["subnet-0a".to_owned(), "subnet-0b".to_owned()],
        security_groups: vec!["sg-front".to_owned(), "sg-back".to_owned()],
        tags: tracking.clone(),
        created: world.now(),
        deletion_protection: false,
        listeners: vec![Listener {
            arn: LISTENER.to_owned(),
            port: 80,
            protocol: "HTTP".to_owned(),
            certificates: Vec::new(),
            rules: vec![rule],
            default: RuleAction::not_found(),
            tags: tracking.clone(),
        }],
    };
    let target = |id: &str, state: &str, reason: Option<(&str, &str)>| Target {
        id: id.to_owned(),
        port: 80,
        zone: "ap-northeast-2a".to_owned(),
        state: state.to_owned(),
        reason: reason.map(|(code, text)| (code.to_owned(), text.to_owned())),
    };
    let group = TargetGroup {
        arn: GROUP.to_owned(),
        name: "k8s-a-svc".to_owned(),
        port: 80,
        target_type: "ip".to_owned(),
        load_balancers: vec![BALANCER.to_owned()],
        tags: tracking,
        health: Default::default(),
        targets: vec![
            target("192.168.2.9", "healthy", None),
            target(
                "192.168.2.10",
                "draining",
                Some((
                    "Target.DeregistrationInProgress",
                    "Target deregistration is in progress",
                )),
            ),
        ],
    };
    world.aws.load_balancers.insert(BALANCER.to_owned(), balancer);
    world.aws.target_groups.insert(GROUP.to_owned(), group);
}

/// A trust policy as the lab writes it.
pub(super) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn role(world: &mut World) {
    let role = Role {
        name: "pods".to_owned(),
        arn: "arn:aws:iam::410691154611:role/pods".to_owned(),
        id: "AROA00000000000000001".to_owned(),
        path: "/".to_owned(),
        description: None,
        trust: TRUST.to_owned(),
        boundary: None,
        attached: vec![],
        inline: BTreeMap::new(),
        tags: tags(&[("lab2048/lab", "x")]),
        created: world.now(),
        propagated: world.now(),
    };
    world.aws.roles.insert(role.name.clone(), role);
}

/// A request signed for `service`, in form.
pub(super) fn signed(service: &str, region: &str) -> http::request::Builder {
    let credential = format!("AKID/20261124/{region}/{service}/aws4_request");
    Request::builder()
        .uri(format!("https://{service}.{region}.amazonaws.com/"))
        .header("x-amz-date", "20261124T000000Z")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=00"),
        )
}

/// Status, error type header and body of an answer; ids drawn from the seed are masked, since what is drawn before them
/// is the simulation's business.
pub(super) async fn send(sandbox: &Sandbox, request: Request<Bytes>) -> String {
    let response = sandbox.call(request).await;
    let status = response.status().as_u16();
    let kind = response
        .headers()
        .get("x-amzn-errortype")
        .map_or(String::new(), |kind| format!(" {}", kind.to_str().unwrap()));
    let id = response.headers()["x-amzn-requestid"].to_str().unwrap().to_owned();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap().replace(&id, "ID");
    format!("{status}{kind} {}", masked(sandbox, body))
}

fn masked(sandbox: &Sandbox, body: String) -> String {
    sandbox.with(|world| {
        let profiles = world.aws.profiles.values();
        let uuids = profiles.filter_map(|profile| Some((profile.arn.rsplit('/').next()?.to_owned(), "UUID")));
        let roles = world.aws.roles.values().map(|role| (role.id.clone(), "ROLE-ID"));
        uuids
            .chain(roles)
            .fold(body, |body, (drawn, mask)| body.replace(&drawn, mask))
    })
}

/// A call of a query service.
pub(super) async fn query(sandbox: &Sandbox, service: &str, action: &str, params: &[(&str, &str)]) -> String {
    let region = if service == "iam" {
        "us-east-1"
    } else {
        "ap-northeast-2"
    };
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).extend_pairs(params);
    let request = signed(service, region)
        .method("POST")
        .body(Bytes::from(form.finish()))
        .unwrap();
    send(sandbox, request).await
}

/// The members of a query answer's result, without the wrapping; errors as code and message.
pub(super) async fn result(sandbox: &Sandbox, service: &str, action: &str, params: &[(&str, &str)]) -> String {
    let text = query(sandbox, service, action, params).await;
    let between = |text: &str, start: &str, end: &str| {
        let from = text.find(start).map(|at| at + start.len())?;
        let to = text[from..].find(end)? + from;
        Some(text[from..to].to_owned())
    };
    let status = &text[..3];
    if let Some(code) = between(&text, "<Code>", "</Code>") {
        return format!(
            "{status} {code}: {}",
            between(&text, "<Message>", "</Message>").unwrap()
        );
    }
    let ec2 = between(&text, "<requestId>ID</requestId>", &format!("</{action}Response>"));
    ec2.or_else(|| between(&text, &format!("<{action}Result>"), &format!("</{action}Result>")))
        .unwrap_or(text)
}

/// A call of EKS.
pub(super) async fn eks(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> String {
    let request = signed("eks", "ap-northeast-2")
        .method(method)
        .uri(format!("https://eks.ap-northeast-2.amazonaws.com{path}"))
        .body(Bytes::from(body.to_owned()))
        .unwrap();
    send(sandbox, request).await
}
