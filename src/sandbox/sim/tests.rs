//! Whole histories in virtual time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::api::{self, By, DEPLOYMENT, ENDPOINT_SLICE, EVENT, INGRESS, LEASE, NAMESPACE, NODE, POD};
use super::*;
use crate::k8s::objects;
use crate::state::Breakage;
use crate::state::{Profile, Role, Selector};

const HOME: &str = "fargate-game-2048";
const USER: By = By("kubectl", "");

fn start() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn new_world(seed: u64) -> World {
    genesis(&Beginning::of(seed, 60.0), start())
}

/// Lets seconds pass in steps of `step`.
fn pass(world: &mut World, seconds: u64, step: u64) {
    let mut left = seconds;
    while left > 0 {
        let now = world.now() + Duration::from_secs(step.min(left));
        advance(world, now);
        left -= step.min(left);
    }
}

fn role_arn(world: &World) -> String {
    format!("arn:aws:iam::{}:role/lab", world.facts.account)
}

fn add_role(world: &mut World) {
    let id = format!("AROA{}", world.draw_hex("role lab", 17).to_uppercase());
    let role = Role {
        name: "lab".to_owned(),
        arn: role_arn(world),
        id,
        path: "/".to_owned(),
        description: None,
        trust: "{\"Service\":\"eks-fargate-pods.amazonaws.com\"}".to_owned(),
        boundary: None,
        attached: Vec::new(),
        inline: BTreeMap::new(),
        tags: BTreeMap::new(),
        created: world.now(),
        propagated: world.now(),
    };
    world.aws.roles.insert("lab".to_owned(), role);
    role_created(world, "lab");
}

fn add_profile(world: &mut World) {
    let subnets = genesis::private_ids().map(str::to_owned).collect();
    let profile = Profile {
        name: HOME.to_owned(),
        arn: format!("arn:aws:eks:ap-northeast-2:410691154611:fargateprofile/eksworkshop/{HOME}/1"),
        status: "CREATING".to_owned(),
        role_arn: role_arn(world),
        subnets,
        selectors: vec![Selector {
            namespace: HOME.to_owned(),
            labels: BTreeMap::new(),
        }],
        tags: BTreeMap::new(),
        created: world.now(),
        active_since: None,
        token: None,
        health: Vec::new(),
    };
    world.aws.profiles.insert(HOME.to_owned(), profile);
    profile_created(world, HOME);
}

fn put(world: &mut World, object: Value) {
    objects::create(world, USER.0, object).unwrap();
    settle(world);
}

fn add_namespace(world: &mut World) {
    put(
        world,
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}}),
    );
}

fn add_service(world: &mut World) {
    put(
        world,
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": HOME, "name": "service-2048"},
            "spec": {
                "type": "NodePort", "selector": {"app.kubernetes.io/name": "app-2048"},
                "ports": [{"port": 80, "targetPort": 80, "protocol": "TCP"}],
            },
        }),
    );
}

fn add_deployment(world: &mut World) {
    put(
        world,
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": HOME, "name": "deployment-2048"},
            "spec": {
                "replicas": 5,
                "selector": {"matchLabels": {"app.kubernetes.io/name": "app-2048"}},
                "template": {
                    "metadata": {"labels": {"app.kubernetes.io/name": "app-2048"}},
                    "spec": {"containers": [{
                        "name": "app-2048", "image": "alexwhen/docker-2048", "imagePullPolicy": "Always",
                        "ports": [{"containerPort": 80}],
                    }]},
                },
            },
        }),
    );
}

fn ingress(annotations: &Value, port: u16) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"namespace": HOME, "name": "ingress-2048", "annotations": annotations},
        "spec": {
            "ingressClassName": "alb",
            "rules": [{"http": {"paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": {"service": {"name": "service-2048", "port": {"number": port}}},
            }]}}],
        },
    })
}

fn plain_ingress() -> Value {
    ingress(
        &json!({
            "alb.ingress.kubernetes.io/scheme": "internet-facing",
            "alb.ingress.kubernetes.io/target-type": "ip",
        }),
        80,
    )
}

/// The lab as the program puts it up: everything at once, the Deployment once the profile is ACTIVE.
fn lab(seed: u64, broken: &[Breakage], step: u64) -> World {
    let mut world = new_world(seed);
    for what in broken {
        set_broken(&mut world, *what, true);
        settle(&mut world);
    }
    add_role(&mut world);
    pass(&mut world, 15, step);
    add_profile(&mut world);
    add_namespace(&mut world);
    if !broken.contains(&Breakage::WebhookDown) && !broken.contains(&Breakage::LbcAbsent) {
        add_service(&mut world);
        put(&mut world, plain_ingress());
    }
    pass(&mut world, 300, step);
    add_deployment(&mut world);
    pass(&mut world, 600, step);
    world
}

fn lab_pods(world: &World) -> Vec<&Value> {
    POD.list(world, Some(HOME)).map(|(_, pod)| pod).collect()
}

fn fargate_nodes(world: &World) -> Vec<String> {
    let nodes = NODE.list(world, None);
    nodes
        .filter(|(key, _)| key.name.starts_with("fargate-"))
        .map(|(key, _)| key.name.clone())
        .collect()
}

fn states(world: &World) -> Vec<&str> {
    let groups = world.aws.target_groups.values();
    groups
        .flat_map(|group| &group.targets)
        .map(|target| target.state.as_str())
        .collect()
}

/// Reasons and messages of the events of a namespace, without what differs from seed to seed.
fn event_lines(world: &World, namespace: &str) -> BTreeSet<String> {
    EVENT
        .list(world, Some(namespace))
        .map(|(_, event)| format!("{}: {}", api::text(event, "/reason"), api::text(event, "/message")))
        .collect()
}

fn has_event(world: &World, what: &str) -> bool {
    event_lines(world, HOME).iter().any(|line| line.contains(what))
}

fn host(world: &World) -> String {
    let ingress = world.kube.get(&INGRESS.key(HOME, "ingress-2048"));
    ingress
        .map(|i| api::text(i, "/status/loadBalancer/ingress/0/hostname").to_owned())
        .unwrap_or_default()
}

#[test]
fn a_world_begins_at_rest_with_a_working_cluster() {
    let world = new_world(2048);
    assert_eq!(world.now(), start());
    let not_ready: Vec<String> = POD
        .list(&world, None)
        .filter(|(_, pod)| !api::is_true(pod, "Ready"))
        .map(|(key, _)| key.name.clone())
        .collect();
    assert_eq!(not_ready, Vec::<String>::new());
    assert_eq!(POD.list(&world, None).count(), 4 + 4 + 2 + 2);
    let names: Vec<&str> = NODE.list(&world, None).map(|(key, _)| key.name.as_str()).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    ip-10-11-1-156.ap-northeast-2.compute.internal
    ip-10-11-11-192.ap-northeast-2.compute.internal
    ip-10-11-22-97.ap-northeast-2.compute.internal
    ip-10-11-27-37.ap-northeast-2.compute.internal
    ");
    let slice = ENDPOINT_SLICE
        .list(&world, Some("kube-system"))
        .find(|(key, _)| key.name.starts_with("aws-load-balancer-webhook-service"))
        .unwrap();
    assert_eq!(api::list(slice.1, "/endpoints").len(), 2);
    assert_eq!(slice.1["ports"][0]["port"], 9443);
    let lease = world
        .kube
        .get(&LEASE.key("kube-system", "aws-load-balancer-controller-leader"))
        .unwrap();
    assert_eq!(lease["spec"]["renewTime"], "2026-01-05T09:00:00.000000Z");
    assert_eq!(next_due(&world), None, "nothing happens in an idle cluster");
}

#[test]
fn a_lab_comes_up_with_one_node_per_pod_and_goes_again_without_a_trace() {
    for seed in 0..12 {
        let mut world = lab(seed, &[], 20);
        let fresh = new_world(seed);
        let pods = lab_pods(&world);
        assert_eq!(pods.len(), 5, "seed {seed}");
        let nodes: BTreeSet<&str> = pods.iter().map(|pod| api::text(pod, "/spec/nodeName")).collect();
        assert_eq!(nodes.len(), 5, "one node per pod, seed {seed}");
        for pod in &pods {
            assert!(api::is_true(pod, "Ready"), "seed {seed}: {pod}");
            let address = api::text(pod, "/status/podIP");
            let interface = &world.aws.interfaces[address];
            assert!(!world.aws.is_public(&interface.subnet), "seed {seed}: {address}");
            assert_eq!(api::label(pod, "eks.amazonaws.com/fargate-profile"), Some(HOME));
            assert_eq!(api::annotation(pod, "CapacityProvisioned"), Some("0.25vCPU 0.5GB"));
        }
        assert_eq!(states(&world), ["healthy"; 5], "seed {seed}");
        let balancer = world.aws.load_balancers.values().next().unwrap();
        assert_eq!(balancer.name, "k8s-fargateg-ingress2-b252ad69ce");
        assert_eq!((balancer.state.as_str(), balancer.subnets.len()), ("active", 3));
        assert_eq!(resolve(&world, &host(&world)).len(), 3);

        objects::delete(&mut world, &INGRESS.key(HOME, "ingress-2048"), None).unwrap();
        settle(&mut world);
        pass(&mut world, 300, 20);
        assert!(
            world.kube.get(&INGRESS.key(HOME, "ingress-2048")).is_none(),
            "seed {seed}"
        );
        objects::delete(&mut world, &NAMESPACE.key("", HOME), None).unwrap();
        settle(&mut world);
        pass(&mut world, 120, 20);
        assert!(world.kube.get(&NAMESPACE.key("", HOME)).is_none(), "seed {seed}");
        assert_eq!(world.kube.all().filter(|(key, _)| key.namespace == HOME).count(), 0);
        assert_eq!(fargate_nodes(&world), Vec::<String>::new());
        let groups = |world: &World| world.aws.security_groups.keys().cloned().collect::<Vec<_>>();
        assert_eq!(groups(&world), groups(&fresh), "seed {seed}");
        let interfaces = |world: &World| world.aws.interfaces.keys().cloned().collect::<Vec<_>>();
        assert_eq!(interfaces(&world), interfaces(&fresh), "seed {seed}");
        assert!(world.aws.load_balancers.is_empty() && world.aws.target_groups.is_empty());

        world.aws.profiles.get_mut(HOME).unwrap().status = "DELETING".to_owned();
        profile_deleted(&mut world, HOME);
        pass(&mut world, 300, 20);
        assert!(world.aws.profiles.is_empty());
        assert_eq!(world.aws.access_entries.len(), 1, "the access entry stays, as in AWS");
    }
}

#[test]
fn controllers_at_rest_borrow_nothing_to_change_it() {
    for mut world in [new_world(5), lab(5, &[], 60), lab(5, &[Breakage::LbcDenied], 60)] {
        let version = world.version();
        run_controllers(&mut world);
        assert_eq!(world.version(), version);
    }
}

#[test]
fn one_long_wait_is_the_same_as_many_short_ones() {
    let whole = |world: &World| serde_json::to_value(world).unwrap();
    let one = whole(&lab(7, &[], 3_600));
    assert_eq!(one, whole(&lab(7, &[], 3_600)), "same seed, same history");
    assert_eq!(one, whole(&lab(7, &[], 1)));
    assert_ne!(one, whole(&lab(8, &[], 3_600)));
}

/// What of a story has a name or an address.
fn cast(world: &World) -> Vec<String> {
    let balancers = world
        .aws
        .load_balancers
        .values()
        .map(|balancer| balancer.dns_name.clone());
    let groups = world.aws.target_groups.keys().cloned();
    let pods = POD
        .list(world, Some(HOME))
        .map(|(key, pod)| format!("{} {}", key.name, api::uid(pod)));
    let interfaces = world.aws.interfaces.values().map(|interface| interface.id.clone());
    let mut cast: Vec<String> = balancers.chain(groups).chain(pods).chain(interfaces).collect();
    cast.extend(fargate_nodes(world));
    cast.sort();
    cast
}

#[test]
fn the_same_seed_tells_the_same_story_at_whatever_pace_and_whatever_else_happens() {
    let quick = lab(2048, &[], 3_000);
    let mut slow = new_world(2048);
    add_role(&mut slow);
    pass(&mut slow, 21, 1);
    add_profile(&mut slow);
    pass(&mut slow, 7, 2);
    // Somebody else's things in between.
    let other = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}});
    put(&mut slow, other);
    add_namespace(&mut slow);
    pass(&mut slow, 3, 1);
    add_service(&mut slow);
    let other = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "other", "name": "x"}});
    put(&mut slow, other);
    pass(&mut slow, 5, 1);
    put(&mut slow, plain_ingress());
    pass(&mut slow, 411, 3);
    add_deployment(&mut slow);
    pass(&mut slow, 600, 1);
    assert_eq!(cast(&slow), cast(&quick));
    assert_ne!(cast(&lab(2049, &[], 3_000)), cast(&quick));
}

#[test]
fn the_world_survives_being_written_down_in_the_middle() {
    let mut world = lab(3, &[], 100);
    world.settle_version();
    let text = serde_json::to_string(&world).unwrap();
    let mut copy: World = serde_json::from_str(&text).unwrap();
    for world in [&mut world, &mut copy] {
        objects::delete(world, &NAMESPACE.key("", HOME), None).unwrap();
        settle(world);
        pass(world, 30, 30);
        world.settle_version();
    }
    assert_eq!(
        serde_json::to_value(&world).unwrap(),
        serde_json::to_value(&copy).unwrap()
    );
}

fn broken_lab(what: Breakage) -> World {
    lab(11, &[what], 60)
}

/// What a mended world has after a quarter of an hour: everything healthy.
fn assert_recovers(mut world: World, what: Breakage) {
    set_broken(&mut world, what, false);
    settle(&mut world);
    pass(&mut world, 900, 60);
    assert_eq!(
        states(&world),
        ["healthy"; 5],
        "{what:?}: {:#?}",
        event_lines(&world, HOME)
    );
}

#[test]
fn a_controller_scaled_to_zero_lets_its_lease_lapse_and_refuses_services_and_ingresses() {
    let mut world = broken_lab(Breakage::LbcAbsent);
    let refused = objects::create(&mut world, USER.0, plain_ingress()).unwrap_err();
    assert!(
        refused.message.contains("no endpoints available for service"),
        "{}",
        refused.message
    );
    let lease = LEASE.key("kube-system", "aws-load-balancer-controller-leader");
    let renewed = api::text(world.kube.get(&lease).unwrap(), "/spec/renewTime");
    let renewed: Timestamp = renewed.parse().unwrap();
    assert!(world.now().duration_since(renewed).as_secs() > 600);
    set_broken(&mut world, Breakage::LbcAbsent, false);
    settle(&mut world);
    pass(&mut world, 30, 30);
    add_service(&mut world);
    put(&mut world, plain_ingress());
    pass(&mut world, 300, 60);
    assert_eq!(states(&world), ["healthy"; 5]);
}

#[test]
fn breakages_that_the_controller_reports() {
    for (what, line) in [
        (
            Breakage::LbcDenied,
            "FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: CreateLoadBalancer, https response error StatusCode: 403",
        ),
        (
            Breakage::Quota,
            "TooManyLoadBalancers: The maximum number of load balancers has been reached",
        ),
        (
            Breakage::OneZone,
            "FailedBuildModel: Failed build model due to couldn't auto-discover subnets: subnets count less than minimal required count: 1 < 2",
        ),
    ] {
        let world = broken_lab(what);
        assert!(has_event(&world, line), "{what:?}: {:#?}", event_lines(&world, HOME));
        assert_eq!(host(&world), "", "{what:?}");
        assert_recovers(world, what);
    }
}

#[test]
fn breakages_that_the_pods_report() {
    for (what, line) in [
        (Breakage::NoNat, "dial tcp 44.208.254.194:443: i/o timeout"),
        (Breakage::ImageMissing, "Failed: Error: ImagePullBackOff"),
        (Breakage::NoFreeIps, "FailedScheduling: Pod provisioning failed"),
        (
            Breakage::StaleAccessEntry,
            "FailedScheduling: Misconfigured Fargate Profile: fargate profile fargate-game-2048 blocked",
        ),
        (
            Breakage::DnsOff,
            "FailedScheduling: Pod provisioning timed out (will retry) for pod: fargate-game-2048/",
        ),
    ] {
        let world = broken_lab(what);
        assert!(has_event(&world, line), "{what:?}: {:#?}", event_lines(&world, HOME));
        assert!(
            lab_pods(&world).iter().all(|pod| !api::is_true(pod, "Ready")),
            "{what:?}"
        );
        assert_recovers(world, what);
    }
}

#[test]
fn breakages_that_change_facts_and_are_no_failure_of_the_controller() {
    for what in [Breakage::UntaggedSubnets, Breakage::Throttling] {
        let world = broken_lab(what);
        assert_eq!(
            states(&world),
            ["healthy"; 5],
            "{what:?}: untagged subnets are found by reachability"
        );
    }
    let world = broken_lab(Breakage::PublicSubnets);
    assert!(world.aws.private_subnets().next().is_none());
    let mut world = broken_lab(Breakage::ProfileFailed);
    assert_eq!(world.aws.profiles[HOME].status, "CREATE_FAILED");
    assert_eq!(world.aws.profiles[HOME].health.len(), 1);
    set_broken(&mut world, Breakage::ProfileFailed, false);
}

#[test]
fn a_webhook_without_endpoints_refuses_the_ingress() {
    let mut world = broken_lab(Breakage::WebhookDown);
    let refused = objects::create(&mut world, USER.0, plain_ingress()).unwrap_err();
    assert!(
        refused.message.contains("no endpoints available for service"),
        "{}",
        refused.message
    );
}

#[test]
fn pods_made_before_the_profile_is_active_wait_for_ever() {
    let mut world = new_world(5);
    add_role(&mut world);
    add_profile(&mut world);
    add_namespace(&mut world);
    add_deployment(&mut world);
    pass(&mut world, 1_200, 60);
    assert_eq!(world.aws.profiles[HOME].status, "ACTIVE");
    assert!(lab_pods(&world).iter().all(|pod| pod["status"]["phase"] == "Pending"));
    assert!(has_event(
        &world,
        "FailedScheduling: 0/4 nodes are available: 4 node(s) had untolerated taint {dedicated: workshop-system}."
    ));
    let deployment = world.kube.get(&DEPLOYMENT.key(HOME, "deployment-2048")).unwrap();
    assert_eq!(
        api::condition(deployment, "Progressing").unwrap()["reason"],
        "ProgressDeadlineExceeded"
    );
}

#[test]
fn scaling_down_takes_pods_nodes_and_targets_along() {
    let mut world = lab(21, &[], 60);
    objects::update(&mut world, USER.0, &DEPLOYMENT.key(HOME, "deployment-2048"), |d| {
        d["spec"]["replicas"] = 3.into();
    })
    .unwrap();
    settle(&mut world);
    pass(&mut world, 30, 1);
    assert_eq!((lab_pods(&world).len(), fargate_nodes(&world).len()), (3, 3));
    let mut states = states(&world);
    states.sort_unstable();
    assert_eq!(states, ["draining", "draining", "healthy", "healthy", "healthy"]);
    pass(&mut world, 300, 60);
    assert_eq!(self::states(&world).len(), 3);
}

#[test]
fn a_new_image_rolls_through_without_falling_below_its_minimum() {
    let mut world = lab(22, &[], 60);
    objects::update(&mut world, USER.0, &DEPLOYMENT.key(HOME, "deployment-2048"), |d| {
        d["spec"]["template"]["spec"]["containers"][0]["image"] = "alexwhen/docker-2048:2".into();
    })
    .unwrap();
    settle(&mut world);
    for _ in 0..300 {
        pass(&mut world, 1, 1);
        let ready = lab_pods(&world)
            .iter()
            .filter(|pod| api::is_true(pod, "Ready") && !api::deleting(pod))
            .count();
        assert!((4..=7).contains(&ready), "{ready}");
    }
    assert_eq!(lab_pods(&world).len(), 5);
    assert!(
        lab_pods(&world)
            .iter()
            .all(|pod| pod["spec"]["containers"][0]["image"] == "alexwhen/docker-2048:2")
    );
}

#[test]
fn an_ingress_shows_its_host_name_before_the_load_balancer_is_active() {
    let mut world = new_world(31);
    add_namespace(&mut world);
    add_service(&mut world);
    put(&mut world, plain_ingress());
    pass(&mut world, 10, 1);
    let name = host(&world);
    assert!(name.starts_with("k8s-fargateg-ingress2-b252ad69ce-"), "{name}");
    assert_eq!(world.aws.load_balancers.values().next().unwrap().state, "provisioning");
    assert!(resolve(&world, &name).is_empty());
    pass(&mut world, 180, 1);
    assert_eq!(resolve(&world, &name).len(), 3);
}

#[test]
fn an_impossible_ingress_gets_the_controllers_message() {
    let scheme = |scheme: &str| json!({"alb.ingress.kubernetes.io/scheme": scheme, "alb.ingress.kubernetes.io/target-type": "ip"});
    for (ingress, line) in [
        (
            ingress(&scheme("public"), 80),
            "FailedBuildModel: Failed build model due to unknown scheme: public",
        ),
        (
            ingress(&scheme("internet-facing"), 81),
            "FailedBuildModel: Failed build model due to ingress: fargate-game-2048/ingress-2048: unable to find port 81 on service fargate-game-2048/service-2048",
        ),
    ] {
        let mut world = new_world(41);
        add_namespace(&mut world);
        add_service(&mut world);
        put(&mut world, ingress);
        pass(&mut world, 30, 5);
        assert!(has_event(&world, line), "{:#?}", event_lines(&world, HOME));
        let object = world.kube.get(&INGRESS.key(HOME, "ingress-2048")).unwrap();
        assert_eq!(object["metadata"]["finalizers"], json!(["ingress.k8s.aws/resources"]));
    }
}

/// Puts an Ingress of this name with rules for paths and their backends, and annotations without their prefix.
fn put_rules(world: &mut World, name: &str, annotations: &[(&str, &str)], paths: &Value) {
    let mut object = plain_ingress();
    object["metadata"]["name"] = name.into();
    for (key, value) in annotations {
        object["metadata"]["annotations"][format!("alb.ingress.kubernetes.io/{key}")] = (*value).into();
    }
    object["spec"]["rules"] = json!([{"http": {"paths": paths}}]);
    put(world, object);
}

fn to_game(path: &str, kind: &str) -> Value {
    json!({"path": path, "pathType": kind, "backend": {"service": {"name": "service-2048", "port": {"number": 80}}}})
}

/// The paths of the only listener's rules in the order in which they are tried.
fn paths_in_order(world: &World) -> Vec<String> {
    let balancer = world.aws.load_balancers.values().next().unwrap();
    let rules = balancer.listeners[0].rules.iter();
    rules
        .map(|rule| match rule.conditions.last() {
            Some(crate::state::RuleCondition::Path(paths)) => paths.join(","),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn rules_are_tried_in_the_order_of_the_group_and_of_their_kinds() {
    let mut world = new_world(43);
    add_namespace(&mut world);
    add_service(&mut world);
    let late = [("group.name", "class"), ("group.order", "10")];
    put_rules(&mut world, "a-late", &late, &json!([to_game("/", "Prefix")]));
    let paths = json!([
        to_game("/z*", "ImplementationSpecific"),
        to_game("/a", "Prefix"),
        to_game("/abc/", "Prefix"),
        to_game("/x", "Exact"),
        to_game("/b*", "ImplementationSpecific"),
    ]);
    put_rules(
        &mut world,
        "z-early",
        &[("group.name", "class"), ("group.order", "-5")],
        &paths,
    );
    pass(&mut world, 60, 1);
    let order = ["/x", "/abc,/abc/*", "/a,/a/*", "/z*", "/b*", "/*"];
    assert_eq!(paths_in_order(&world), order);
}

#[test]
fn an_action_that_the_controller_cannot_read_gets_its_message() {
    let of = |text: &str| ("actions.mine", text.to_owned());
    let conditions = |text: &str| ("conditions.mine", text.to_owned());
    let key = "alb.ingress.kubernetes.io/actions.mine";
    let about = "Failed build model due to ingress: fargate-game-2048/ingress-2048:";
    for ((name, text), message) in [
        (
            of("{"),
            format!("{about} failed to parse json annotation, {key}: {{: unexpected end of JSON input"),
        ),
        (of(r#"{"type": "sing"}"#), format!("{about} unknown action type: sing")),
        (
            of(r#"{"type": "redirect", "redirectConfig": {"host": "x"}}"#),
            format!("{about} invalid RedirectConfig: statusCode is required"),
        ),
        (
            of(
                r#"{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "nobody", "servicePort": 80,
                "weight": 1}, {"serviceName": "service-2048", "servicePort": 80, "weight": 1}]}}"#,
            ),
            format!("{about} Service \"nobody\" not found"),
        ),
        (
            conditions(r#"[{"field": "host-header"}]"#),
            format!("{about} missing hostHeaderConfig"),
        ),
    ] {
        let mut world = new_world(47);
        add_namespace(&mut world);
        add_service(&mut world);
        let backend = json!({"service": {"name": "mine", "port": {"name": "use-annotation"}}});
        let paths = json!([{"path": "/", "pathType": "Prefix", "backend": backend}]);
        put_rules(&mut world, "ingress-2048", &[(name, &text)], &paths);
        pass(&mut world, 30, 5);
        let line = format!("FailedBuildModel: {message}");
        assert!(has_event(&world, &line), "{text}: {:#?}", event_lines(&world, HOME));
    }
}

#[test]
fn a_namespace_with_an_ingress_and_no_controller_reports_what_holds_it() {
    let mut world = lab(51, &[], 60);
    set_broken(&mut world, Breakage::LbcAbsent, true);
    settle(&mut world);
    pass(&mut world, 10, 10);
    objects::delete(&mut world, &NAMESPACE.key("", HOME), None).unwrap();
    settle(&mut world);
    pass(&mut world, 60, 5);
    let namespace = world.kube.get(&NAMESPACE.key("", HOME)).unwrap();
    let message = |kind: &str| api::text(api::condition(namespace, kind).unwrap(), "/message").to_owned();
    insta::assert_snapshot!(message("NamespaceContentRemaining"), @"Some resources are remaining: ingresses.networking.k8s.io has 1 resource instances, targetgroupbindings.elbv2.k8s.aws has 1 resource instances");
    insta::assert_snapshot!(message("NamespaceFinalizersRemaining"), @"Some content in the namespace has finalizers remaining: elbv2.k8s.aws/resources in 1 resource instances, ingress.k8s.aws/resources in 1 resource instances");
    set_broken(&mut world, Breakage::LbcAbsent, false);
    settle(&mut world);
    pass(&mut world, 200, 10);
    assert!(world.kube.get(&NAMESPACE.key("", HOME)).is_none());
}

#[test]
fn the_load_balancer_answers_with_the_game_once_a_target_is_healthy() {
    let answer = |world: &mut World, host: &str, path: &str| {
        let request = http::Request::get(format!("http://{host}{path}"));
        let response = crate::alb::answer(world, host, &request.body(bytes::Bytes::new()).unwrap());
        let server = response.headers()["server"].to_str().unwrap().to_owned();
        let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
        (response.status().as_u16(), server, length > 5_000)
    };
    let mut up = lab(61, &[], 60);
    let name = host(&up);
    assert_eq!(answer(&mut up, &name, "/"), (200, "nginx".to_owned(), true));
    assert_eq!(answer(&mut up, &name, "/none"), (404, "nginx".to_owned(), false));
    assert_eq!(
        answer(&mut up, "nobody.elb.amazonaws.com", "/"),
        (503, "awselb/2.0".to_owned(), false)
    );
    let mut empty = up;
    objects::update(
        &mut empty,
        USER.0,
        &DEPLOYMENT.key(HOME, "deployment-2048"),
        |deployment| {
            deployment["spec"]["replicas"] = 0.into();
        },
    )
    .unwrap();
    settle(&mut empty);
    pass(&mut empty, 60, 60);
    assert_eq!(answer(&mut empty, &name, "/"), (503, "awselb/2.0".to_owned(), false));
}

/// What the page says of who has answered a request to a load balancer: pod, node and zone.
fn answering(world: &mut World, host: &str) -> [String; 3] {
    let request = http::Request::get(format!("http://{host}/"));
    let response = crate::alb::answer(world, host, &request.body(bytes::Bytes::new()).unwrap());
    assert_eq!(response.status(), 200);
    let body = http_body_util::BodyExt::collect(response.into_body());
    let body = futures::FutureExt::now_or_never(body).unwrap().unwrap().to_bytes();
    let page = std::str::from_utf8(&body).unwrap();
    ["pod", "node", "zone"].map(|part| {
        let (_, rest) = page.split_once(&format!("<dd id=\"{part}\">")).unwrap();
        rest.split('<').next().unwrap().to_owned()
    })
}

/// The same as the cluster says it of all pods of the lab.
fn running(world: &World) -> BTreeSet<[String; 3]> {
    let pods = lab_pods(world);
    let lines = pods.iter().map(|pod| {
        let node = api::text(pod, "/spec/nodeName");
        let zone = api::label(
            world.kube.get(&NODE.key("", node)).unwrap(),
            "topology.kubernetes.io/zone",
        )
        .unwrap();
        [api::name(pod), node, zone].map(str::to_owned)
    });
    lines.collect()
}

#[test]
fn the_pods_of_a_lab_answer_in_turn_and_say_who_they_are() {
    let mut world = lab(61, &[], 60);
    let name = host(&world);
    let version = world.version();
    let first: Vec<_> = (0..5).map(|_| answering(&mut world, &name)).collect();
    let again: Vec<_> = (0..5).map(|_| answering(&mut world, &name)).collect();
    assert_eq!(first, again, "the turns go round");
    assert_eq!(BTreeSet::from_iter(first), running(&world));
    assert_eq!(world.version(), version, "who only looks changes nothing");

    let group = world.aws.target_groups.keys().next().unwrap().clone();
    let sick = world
        .aws
        .target_groups
        .get_mut(&group)
        .unwrap()
        .targets
        .first_mut()
        .unwrap();
    "unhealthy".clone_into(&mut sick.state);
    let healthy: BTreeSet<_> = (0..5).map(|_| answering(&mut world, &name)).collect();
    assert_eq!(healthy.len(), 4, "who is not healthy gets no request");

    // Behind an instance any ready pod may answer.
    world.aws.target_groups.get_mut(&group).unwrap().target_type = "instance".to_owned();
    let any: BTreeSet<_> = (0..60).map(|_| answering(&mut world, &name)).collect();
    assert_eq!(any, running(&world));

    // A group of another cluster has none of this one's pods behind it.
    world.add_cluster("second");
    let tags = &mut world.aws.target_groups.get_mut(&group).unwrap().tags;
    tags.insert(super::lbc::CLUSTER_TAG.to_owned(), "second".to_owned());
    assert_eq!(answering(&mut world, &name), [const { String::new() }; 3]);
}

#[test]
fn controllers_that_look_only_where_something_has_changed_miss_nothing() {
    fn rests(world: &mut World, seconds: u64) {
        for _ in 0..seconds {
            pass(world, 1, 1);
            settle(world);
            let version = world.version();
            world.forget_seen();
            run_controllers(world);
            assert_eq!(
                world.version(),
                version,
                "{}: somebody had something to do",
                world.now()
            );
        }
    }
    let mut world = new_world(11);
    add_role(&mut world);
    add_namespace(&mut world);
    add_profile(&mut world);
    add_service(&mut world);
    rests(&mut world, 400);
    set_broken(&mut world, Breakage::WebhookDown, true);
    add_deployment(&mut world);
    rests(&mut world, 10);
    set_broken(&mut world, Breakage::WebhookDown, false);
    rests(&mut world, 400);
    let deployment = DEPLOYMENT.key(HOME, "deployment-2048");
    api::update(&mut world, &deployment, USER, |object| {
        object["spec"]["replicas"] = 2.into();
    });
    let pod = POD.keys(&world, Some(HOME)).remove(0);
    api::delete(&mut world, &pod);
    rests(&mut world, 200);
    let node = NODE
        .keys(&world, None)
        .into_iter()
        .find(|key| key.name.starts_with("fargate-"));
    objects::remove(&mut world, &node.unwrap());
    rests(&mut world, 30);
    api::delete(&mut world, &deployment);
    rests(&mut world, 60);
    api::delete(&mut world, &NAMESPACE.key("", HOME));
    rests(&mut world, 60);
    assert!(NAMESPACE.list(&world, None).all(|(key, _)| key.name != HOME));
}

#[test]
fn a_world_that_follows_anothers_steps_is_the_same() {
    /// Time passes in one world, and the other follows; how often all of it had to be told.
    fn followed(world: &mut World, other: &mut World, seconds: u64) -> usize {
        let mut wholes = 0;
        for _ in 0..seconds {
            pass(world, 1, 1);
            settle(world);
            if let Some(step) = world.unkept() {
                let text = serde_json::to_string(&step).unwrap();
                other.follow_step(serde_json::from_str(&text).unwrap()).unwrap();
            } else {
                wholes += 1;
                world.settle_version();
                *other = serde_json::from_str(&serde_json::to_string(&*world).unwrap()).unwrap();
            }
            world.note_kept();
            assert_eq!(other.version(), world.version());
        }
        let mut told = [
            serde_json::to_value(&*world).unwrap(),
            serde_json::to_value(&*other).unwrap(),
        ];
        // The heartbeat of the controller is written when somebody looks, and what was seen here is not what is there.
        for world in &mut told {
            for agenda in ["/agenda", "/others/0/agenda"] {
                world
                    .pointer_mut(agenda)
                    .and_then(Value::as_object_mut)
                    .unwrap()
                    .remove("seen");
            }
            for clusters in ["/kube/objects", "/others/0/kube/objects"] {
                let objects = world.pointer_mut(clusters).and_then(Value::as_array_mut).unwrap();
                objects.retain(|object| object[0]["resource"] != "leases");
            }
        }
        let [mine, theirs] = told;
        assert_eq!(mine, theirs);
        wholes
    }
    let beginning = Beginning {
        clusters: vec!["eksworkshop".to_owned(), "second".to_owned()],
        ..Beginning::of(11, 60.0)
    };
    let mut world = genesis(&beginning, start());
    world.note_kept();
    let mut other = world.clone();
    add_role(&mut world);
    for cluster in ["eksworkshop", "second"] {
        world.within(cluster, |world| {
            add_namespace(world);
            add_profile(world);
            add_service(world);
            put(
                world,
                ingress(&json!({"alb.ingress.kubernetes.io/target-type": "ip"}), 80),
            );
        });
    }
    let mut wholes = followed(&mut world, &mut other, 200);
    for cluster in ["second", "eksworkshop"] {
        world.within(cluster, add_deployment);
    }
    wholes += followed(&mut world, &mut other, 300);
    assert_eq!(wholes, 0, "it was never too much to tell");
    // The other one goes on by itself from there.
    for world in [&mut world, &mut other] {
        world.within("second", |world| api::delete(world, &NAMESPACE.key("", HOME)));
        pass(world, 400, 1);
        let gone = world.within("second", |world| world.kube.get(&NAMESPACE.key("", HOME)).is_none());
        assert_eq!(gone, Some(true));
        assert!(world.kube.get(&NAMESPACE.key("", HOME)).is_some(), "another cluster's");
    }
    assert_eq!(world.aws.load_balancers.len(), 1);
}

#[test]
fn clusters_of_one_account_have_what_each_needs() {
    let clusters: Vec<String> = ["eksworkshop", "c1", "c10"].map(str::to_owned).into();
    let beginning = Beginning {
        clusters: clusters.clone(),
        ..Beginning::of(3, 60.0)
    };
    let mut world = genesis(&beginning, start());
    assert!(world.clusters().eq(clusters.iter().map(String::as_str)));
    let mut addresses = BTreeSet::new();
    world.within_each(|world| {
        assert!(lbc::is_alive(world), "{}", world.facts.cluster);
        for (_, node) in NODE.list(world, None) {
            let address = api::text(node, "/status/addresses/0/address").to_owned();
            assert!(world.aws.interfaces.contains_key(&address));
            assert!(addresses.insert(address), "an address twice");
            assert_eq!(
                api::label(node, "alpha.eksctl.io/cluster-name"),
                Some(world.facts.cluster.as_str())
            );
        }
    });
    assert_eq!(addresses.len(), 12);
    assert_eq!(world.aws.security_groups.len(), 3);
    assert!(world.within("nobody", |_| ()).is_none());
}

#[test]
fn a_rule_that_was_taken_out_concerns_the_targets_of_its_own_cluster() {
    let mut world = lab(5, &[], 60);
    let healthy = |world: &World| {
        let targets = world.aws.target_groups.values().flat_map(|group| &group.targets);
        targets.filter(|target| target.state == "healthy").count()
    };
    let all = healthy(&world);
    assert!(all > 0);
    let mut other = world.aws.target_groups.values().next().unwrap().clone();
    other.arn.push_str("-other");
    other
        .tags
        .insert(super::lbc::CLUSTER_TAG.to_owned(), "second".to_owned());
    world.aws.target_groups.insert(other.arn.clone(), other);
    assert_eq!(set_broken(&mut world, Breakage::Firewall, true), Attempt::Done);
    pass(&mut world, 120, 1);
    assert_eq!(healthy(&world), all, "those of the other cluster");
    set_broken(&mut world, Breakage::Firewall, false);
    pass(&mut world, 120, 1);
    assert_eq!(healthy(&world), 2 * all);
}
