//! What has to be so: of a lab that is said to be there, of one that is said to be gone, of what is others', and of any
//! world at any time.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use lab2048_sandbox::{Sandbox, testing};
use lab2048_testing::faults::BadNetwork;
use lab2048_testing::hand::CHAPTER;
use lab2048_testing::{Lab, Run};
use serde_json::{Value, json};

/// What the names of the lab's roles begin with.
const ROLE: &str = "lab2048-eksworkshop-fargate-game-2048";
/// The name of everything that is somebody else's.
const FOREIGN: &str = "billing";
/// What a step may take beyond its limit: a call that is under way.
const SLACK: Duration = Duration::from_secs(5);
/// The most requests to one service within ten seconds: the first look asks for much at once.
const BURST: usize = 80;
/// ... and within a minute: five a second.
const SUSTAINED: usize = 300;

/// Why the lab is not as wanted; nothing if it is.
pub(super) async fn missing(lab: &Lab, pods: usize) -> Vec<String> {
    let aws = testing::aws(&lab.world);
    let mut wrong = Vec::new();
    let ours = aws
        .profiles
        .values()
        .filter(|profile| profile.selectors[0].namespace == CHAPTER);
    let profiles: Vec<_> = ours.map(|profile| profile.status.as_str()).collect();
    if profiles != ["ACTIVE"] {
        wrong.push(format!("profiles {profiles:?}"));
    }
    let ours = aws.load_balancers.values().filter(|balancer| is_of_lab(&balancer.tags));
    let balancers: Vec<_> = ours
        .map(|balancer| (balancer.state.as_str(), &balancer.dns_name))
        .collect();
    if !matches!(balancers[..], [("active", _)]) {
        wrong.push(format!("balancers {balancers:?}"));
    }
    let groups = aws.target_groups.values().filter(|group| is_of_lab(&group.tags));
    let healthy =
        |group: &testing::TargetGroup| group.targets.iter().filter(|target| target.state == "healthy").count();
    let healthy: Vec<_> = groups.map(healthy).collect();
    if healthy != [pods] {
        wrong.push(format!("targets {healthy:?}"));
    }
    let here = testing::objects(&lab.world, "", "pods", Some(CHAPTER));
    let nodes = here.iter().filter(|pod| {
        pod["spec"]["nodeName"]
            .as_str()
            .is_some_and(|name| name.starts_with("fargate-"))
    });
    let nodes = nodes.count();
    if nodes != pods {
        wrong.push(format!("{nodes} pods on Fargate"));
    }
    for (_, host) in balancers {
        let request = http::Request::get(format!("http://{host}/"))
            .body(Bytes::new())
            .unwrap();
        let status = lab.world.call(request).await.status();
        if status != 200 {
            wrong.push(format!("the game answers {status}"));
        }
    }
    wrong
}

/// Whether the controller has made it for the lab's Ingress.
fn is_of_lab(tags: &BTreeMap<String, String>) -> bool {
    tags.get("ingress.k8s.aws/stack")
        .is_some_and(|stack| stack.starts_with(CHAPTER))
}

/// Of what the lab has two, if of anything.
pub(super) fn doubled(world: &Sandbox) -> Option<String> {
    testing::look_at_aws(world, doubled_in)
}

fn doubled_in(aws: &testing::AwsState) -> Option<String> {
    let profiles = aws
        .profiles
        .values()
        .filter(|profile| profile.selectors[0].namespace == CHAPTER);
    let profiles: Vec<_> = profiles.map(|profile| &profile.name).collect();
    let roles: Vec<_> = aws.roles.keys().filter(|name| name.starts_with(ROLE)).collect();
    let balancers = aws.load_balancers.values().filter(|balancer| is_of_lab(&balancer.tags));
    let balancers: Vec<_> = balancers.map(|balancer| &balancer.name).collect();
    let all = [profiles, roles, balancers];
    all.iter()
        .any(|names| names.len() > 1)
        .then(|| format!("there are two: {all:?}"))
}

/// Puts things of somebody else's into the world, beside the lab and under the same sorts.
pub(super) async fn put_foreign(lab: &Lab) {
    let manager = "kubectl-create";
    let within = |kind: &str, version: &str, rest: Value| {
        let mut object =
            json!({"apiVersion": version, "kind": kind, "metadata": {"namespace": FOREIGN, "name": FOREIGN}});
        object
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        object
    };
    let labels = json!({"app.kubernetes.io/name": "app-2048"});
    let spec = json!({"replicas": 0, "selector": {"matchLabels": labels}, "template": {
        "metadata": {"labels": labels}, "spec": {"containers": [{"name": "app-2048", "image": "nginx"}]}}});
    for object in [
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": FOREIGN}}),
        within("Deployment", "apps/v1", json!({"spec": spec})),
        within(
            "Service",
            "v1",
            json!({"spec": {"selector": labels, "ports": [{"port": 80}]}}),
        ),
        within("ConfigMap", "v1", json!({"data": {"a": "b"}})),
    ] {
        lab.create(&object, manager).await;
    }
    let now = lab.world.now();
    testing::change_aws(&lab.world, |aws| put_foreign_aws(aws, now));
}

fn put_foreign_aws(aws: &mut testing::AwsState, now: Timestamp) {
    let arn = |what: &str| format!("arn:aws:{what}/{FOREIGN}/1");
    let subnets: Vec<String> = aws.subnets.keys().take(2).cloned().collect();
    let role = testing::Role {
        name: FOREIGN.to_owned(),
        arn: format!("arn:aws:iam::410691154611:role/{FOREIGN}"),
        id: "AROABILLING".to_owned(),
        path: "/".to_owned(),
        description: None,
        trust: "{}".to_owned(),
        boundary: None,
        attached: Vec::new(),
        inline: BTreeMap::new(),
        tags: BTreeMap::new(),
        created: now,
        propagated: now,
    };
    let profile = testing::Profile {
        name: FOREIGN.to_owned(),
        arn: arn("eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop"),
        status: "ACTIVE".to_owned(),
        role_arn: role.arn.clone(),
        subnets: subnets.clone(),
        selectors: vec![testing::Selector {
            namespace: FOREIGN.to_owned(),
            labels: BTreeMap::new(),
        }],
        tags: BTreeMap::new(),
        created: now,
        active_since: Some(now),
        token: None,
        health: Vec::new(),
    };
    let balancer = testing::LoadBalancer {
        arn: arn("elasticloadbalancing:ap-northeast-2:410691154611:loadbalancer/app"),
        name: FOREIGN.to_owned(),
        dns_name: format!("{FOREIGN}-1.ap-northeast-2.elb.amazonaws.com"),
        scheme: "internal".to_owned(),
        state: "active".to_owned(),
        subnets,
        security_groups: Vec::new(),
        tags: BTreeMap::new(),
        created: now,
        deletion_protection: false,
        listeners: Vec::new(),
    };
    let group = testing::TargetGroup {
        arn: arn("elasticloadbalancing:ap-northeast-2:410691154611:targetgroup"),
        name: FOREIGN.to_owned(),
        port: 80,
        target_type: "ip".to_owned(),
        load_balancers: vec![balancer.arn.clone()],
        tags: BTreeMap::new(),
        health: Default::default(),
        targets: Vec::new(),
    };
    aws.roles.insert(FOREIGN.to_owned(), role);
    aws.profiles.insert(FOREIGN.to_owned(), profile);
    aws.load_balancers.insert(balancer.arn.clone(), balancer);
    aws.target_groups.insert(group.arn.clone(), group);
}

/// Everything of the world that is not the lab's, nor follows from the lab.
pub(super) fn foreign(lab: &Lab) -> BTreeMap<String, String> {
    let aws = testing::aws(&lab.world);
    let mut all = BTreeMap::new();
    let mut put = |what: &str, name: &str, thing: String| all.insert(format!("{what} {name}"), thing);
    put("role", FOREIGN, format!("{:?}", aws.roles.get(FOREIGN)));
    put("profile", FOREIGN, format!("{:?}", aws.profiles.get(FOREIGN)));
    for balancer in aws.load_balancers.values().filter(|balancer| balancer.name == FOREIGN) {
        put("balancer", FOREIGN, format!("{balancer:?}"));
    }
    for group in aws.target_groups.values().filter(|group| group.name == FOREIGN) {
        put("target group", FOREIGN, format!("{group:?}"));
    }
    for (id, subnet) in &aws.subnets {
        put("subnet", id, format!("{:?}", subnet.tags));
    }
    for (id, table) in &aws.route_tables {
        put("routes", id, format!("{table:?}"));
    }
    let kinds = [
        ("", "namespaces"),
        ("apps", "deployments"),
        ("", "services"),
        ("", "configmaps"),
    ];
    for (group, resource) in kinds {
        for object in testing::objects(&lab.world, group, resource, None) {
            let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
            let (namespace, name) = (text("namespace"), text("name"));
            if namespace == FOREIGN || (namespace == "default" && name != "kubernetes") || name == FOREIGN {
                put(resource, &format!("{namespace}/{name}"), object.to_string());
            }
        }
    }
    all
}

/// What has changed of what is others'.
pub(super) fn touched(lab: &Lab, before: &BTreeMap<String, String>) -> Vec<String> {
    let now = foreign(lab);
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let differ = keys.into_iter().filter(|key| before.get(*key) != now.get(*key));
    differ
        .map(|key| format!("{key}: {:?} -> {:?}", before.get(key), now.get(key)))
        .collect()
}

/// Where a service was sent more requests than it may be.
pub(super) fn storms(network: &BadNetwork) -> Vec<String> {
    let mut storms = Vec::new();
    for (window, most) in [(10, BURST), (60, SUSTAINED)] {
        let busiest = network.busiest(Duration::from_secs(window));
        if busiest > most {
            storms.push(format!("{busiest} requests to one service within {window} seconds"));
        }
    }
    storms
}

/// The steps of a run that took longer than they may, or never ended.
pub(super) fn overdue(events: &[Value]) -> Vec<String> {
    let mut begun: BTreeMap<&str, (Timestamp, &str)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for event in events {
        let (Some(node), Some(at)) = (event["node"].as_str(), event["at"].as_str()) else {
            continue;
        };
        let at: Timestamp = at.parse().unwrap();
        match event["type"].as_str().unwrap_or_default() {
            "step-started" => {
                begun.insert(node, (at, event["op"].as_str().unwrap_or_default()));
            }
            "step-done" | "step-failed" | "step-skipped" => {
                let Some((since, op)) = begun.remove(node) else {
                    continue;
                };
                let took = Duration::try_from(at.duration_since(since)).unwrap();
                if took > limit(node, op) + SLACK {
                    wrong.push(format!("{node} ({op}) took {took:?}"));
                }
            }
            _ => {}
        }
    }
    let endless = begun.iter().map(|(node, (_, op))| format!("{node} ({op}) never ended"));
    wrong.extend(endless);
    wrong
}

/// How long a step may take, as the defaults of environments have it.
fn limit(node: &str, op: &str) -> Duration {
    let minutes = match node.split('/').next().unwrap_or_default() {
        "role" | "profile" | "access-entry" => 15,
        _ => 10,
    };
    Duration::from_mins(match op {
        "delete" | "none" => 30,
        "replace" => 30 + minutes,
        _ => minutes,
    })
}

/// Exits that a run may have; nothing else is one.
pub(super) fn is_exit(run: &Run) -> bool {
    matches!(run.code, 0 | 1 | 3 | 4 | 5 | 6)
}
