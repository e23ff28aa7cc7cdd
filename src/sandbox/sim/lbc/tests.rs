//! The events of the controller for what it, or AWS, refuses: one table, in the real one's words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::k8s::objects;
use crate::sim::api::{self, CLASS_PARAMS, EVENT};
use crate::sim::{Beginning, advance, genesis, settle};
use crate::world::World;

const HOME: &str = "fargate-game-2048";

fn put(world: &mut World, object: Value) {
    objects::create(world, "kubectl", object).unwrap();
    settle(world);
}

/// A world with the lab's Service; its type is as given.
fn with_service(kind: &str) -> World {
    let mut world = genesis(&Beginning::of(2048, 60.0), "2026-01-05T09:00:00Z".parse().unwrap());
    put(
        &mut world,
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": HOME}}),
    );
    put(
        &mut world,
        json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": HOME, "name": "service-2048"},
            "spec": {"type": kind, "selector": {"app": "x"}, "ports": [{"name": "web", "port": 80, "targetPort": "http"}]},
        }),
    );
    world
}

fn ingress(name: &str, annotations: &Map<String, Value>, host: Option<&str>) -> Value {
    let annotations: Map<String, Value> = annotations
        .iter()
        .map(|(key, value)| (format!("alb.ingress.kubernetes.io/{key}"), value.clone()))
        .collect();
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"namespace": HOME, "name": name, "annotations": annotations},
        "spec": {"ingressClassName": "alb", "rules": [{"host": host, "http": {"paths": [{
            "path": "/", "pathType": "Prefix",
            "backend": {"service": {"name": "service-2048", "port": {"number": 80}}},
        }]}}]},
    })
}

/// The lab's annotations and others, which win.
fn annotated(others: &Value) -> Map<String, Value> {
    let mut all = json!({"scheme": "internet-facing", "target-type": "ip"});
    let map = all.as_object_mut().unwrap();
    map.extend(others.as_object().unwrap().clone());
    map.clone()
}

/// The one warning about an Ingress after a while, or what became of it; ids of requests are masked.
fn outcome(world: &mut World, name: &str) -> String {
    let later = world.now() + Duration::from_secs(30);
    advance(world, later);
    let about = |event: &Value| event["involvedObject"]["name"] == name;
    let events = EVENT.list(world, Some(HOME)).filter(|(_, event)| about(event));
    let lines: BTreeSet<String> = events
        .map(|(_, event)| masked(api::text(event, "/reason"), api::text(event, "/message")))
        .collect();
    lines.into_iter().collect::<Vec<_>>().join("\n")
}

fn masked(reason: &str, message: &str) -> String {
    let message = match message.split_once("RequestID: ") {
        Some((before, after)) => format!("{before}RequestID: ID{}", &after[36..]),
        None => message.to_owned(),
    };
    format!("{reason}: {message}")
}

fn refused(others: &Value) -> String {
    static WORLD: LazyLock<World> = LazyLock::new(|| with_service("NodePort"));
    let mut world = WORLD.clone();
    put(&mut world, ingress("ingress-2048", &annotated(others), None));
    outcome(&mut world, "ingress-2048")
}

const BUILD: &str = "FailedBuildModel: Failed build model due to ";
const ELB: &str = "FailedDeployModel: Failed deploy model due to operation error Elastic Load Balancing v2: ";
const INVALID: &str = ", https response error StatusCode: 400, RequestID: ID, api error ValidationError: ";
const WHO: &str = "ingress: fargate-game-2048/ingress-2048: ";
const KEY: &str = "alb.ingress.kubernetes.io/";

fn holds(table: &[(Value, String)]) {
    for (annotations, wanted) in table {
        assert_eq!(refused(annotations), *wanted, "{annotations}");
    }
}

/// A table's row: annotation, value, what the controller says when it builds its model.
fn build(rows: &[(&str, &str, String)]) {
    let rows = rows.iter();
    let rows: Vec<(Value, String)> = rows
        .map(|(name, value, why)| (json!({ *name: value }), format!("{BUILD}{why}")))
        .collect();
    holds(&rows);
}

#[test]
fn what_the_controller_cannot_read_or_find() {
    let service = "fargate-game-2048/service-2048";
    build(&[
        ("scheme", "public", "unknown scheme: public".to_owned()),
        ("ip-address-type", "ipv6", "unknown IPAddressType: ipv6".to_owned()),
        ("target-type", "pod", format!("{WHO}unknown targetType: pod")),
        ("load-balancer-name", "a-name-of-thirty-three-characters", "load balancer name cannot be longer than 32 characters".to_owned()),
        ("tags", "Environment", format!("failed to parse stringMap annotation, {KEY}tags: Environment")),
        ("load-balancer-attributes", "idle_timeout", format!("failed to parse stringMap annotation, {KEY}load-balancer-attributes: idle_timeout")),
        ("target-group-attributes", "stickiness", format!("{WHO}failed to parse stringMap annotation, {KEY}target-group-attributes: stickiness")),
        ("minimum-load-balancer-capacity", "Units=3", "invalid key to set the capacity: Units, Expected key: CapacityUnits".to_owned()),
        ("ssl-redirect", "443", "listener does not exist for SSLRedirect port: 443".to_owned()),
        ("ssl-redirect", "80", "listener protocol non-SSL for SSLRedirect port: 80".to_owned()),
        ("ssl-redirect", "true", format!("{WHO}failed to parse int32 annotation, {KEY}ssl-redirect: true: strconv.ParseInt: parsing \"true\": invalid syntax")),
        ("healthcheck-interval-seconds", "15s", format!("{WHO}failed to parse int32 annotation, {KEY}healthcheck-interval-seconds: 15s: strconv.ParseInt: parsing \"15s\": invalid syntax")),
        ("healthcheck-protocol", "TCP", format!("{WHO}healthCheckProtocol must be within [HTTP, HTTPS]")),
        ("healthcheck-port", "admin", format!("{WHO}failed to resolve healthCheckPort: unable to find port admin on service {service}")),
        ("healthcheck-port", "web", format!("{WHO}cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port")),
        ("backend-protocol", "TCP", format!("{WHO}backend protocol must be within [HTTP, HTTPS]: TCP")),
        ("backend-protocol-version", "HTTP3", format!("{WHO}backend protocol version must be within [HTTP1, HTTP2, GRPC]: HTTP3")),
        ("security-groups", "sg-0123456789abcdef0", "couldn't find all security groups: operation error EC2: DescribeSecurityGroups, https response error StatusCode: 400, RequestID: ID, api error InvalidGroup.NotFound: The security group 'sg-0123456789abcdef0' does not exist".to_owned()),
        ("security-groups", "sg-mine", "couldn't find all security groups: operation error EC2: DescribeSecurityGroups, https response error StatusCode: 400, RequestID: ID, api error InvalidGroupId.Malformed: Invalid id: \"sg-mine\"".to_owned()),
        ("security-groups", "web,db", "couldn't find all security groups: requested names [db, web] but found []".to_owned()),
        ("subnets", "subnet-0123456789abcdef0,subnet-1", "failed to list subnets by names or IDs: couldn't find all subnets, want: [subnet-0123456789abcdef0 subnet-1], found: []".to_owned()),
        ("subnets", "left,right", "failed to list subnets by names or IDs: couldn't find all subnets, missing names: [left right]".to_owned()),
        ("inbound-cidrs", "10.0.0.0/33", format!("{WHO}invalid inbound-cidrs settings on Ingress: fargate-game-2048/ingress-2048: invalid CIDR address: 10.0.0.0/33")),
        ("inbound-cidrs", "192.0.2.1", format!("{WHO}invalid inbound-cidrs settings on Ingress: fargate-game-2048/ingress-2048: invalid CIDR address: 192.0.2.1")),
        ("shield-advanced-protection", "yes", format!("failed to parse bool annotation, {KEY}shield-advanced-protection: yes: strconv.ParseBool: parsing \"yes\": invalid syntax")),
        ("auth-type", "ldap", format!("{WHO}unknown authType: ldap")),
        ("auth-idp-oidc", "{", format!("{WHO}failed to parse json annotation, {KEY}auth-idp-oidc: {{: unexpected end of JSON input")),
        ("auth-session-timeout", "1h", format!("{WHO}failed to parse int64 annotation, {KEY}auth-session-timeout: 1h: strconv.ParseInt: parsing \"1h\": invalid syntax")),
        ("multi-cluster-target-group", "maybe", format!("{WHO}failed to parse bool annotation, {KEY}multi-cluster-target-group: maybe: strconv.ParseBool: parsing \"maybe\": invalid syntax")),
        ("customer-owned-ipv4-pool", "", "cannot use empty value for customer-owned-ipv4-pool annotation, ingress: fargate-game-2048/ingress-2048".to_owned()),
        ("listener-attributes.HTTP-80", "x", format!("failed to parse stringMap annotation, {KEY}listener-attributes.HTTP-80: x")),
        ("use-regex-path-match", "on", format!("failed to parse bool annotation, {KEY}use-regex-path-match: on: strconv.ParseBool: parsing \"on\": invalid syntax")),
    ]);
}

#[test]
fn listen_ports_and_what_goes_with_them() {
    let bad = |value: &str, why: &str| format!("{WHO}failed to parse listen-ports configuration: `{value}`: {why}");
    let ports = |value: &'static str, why: &str| ("listen-ports", value, bad(value, why));
    let mutual = "mutual-authentication";
    build(&[
        ports("HTTP:80", "invalid character 'H' looking for beginning of value"),
        ports(r#"[{"HTTP": 80}"#, "unexpected end of JSON input"),
        ports(
            r#"{"HTTP": 80}"#,
            "json: cannot unmarshal object into Go value of type []map[string]int32",
        ),
        ports(
            r#"[{"HTTP": "80"}]"#,
            "json: cannot unmarshal string into Go value of type int32",
        ),
        ports(
            "[80]",
            "json: cannot unmarshal number into Go value of type map[string]int32",
        ),
        (
            "listen-ports",
            "[]",
            format!("{WHO}empty listen-ports configuration: `[]`"),
        ),
        (
            "listen-ports",
            r#"[{"HTTP": 70000}]"#,
            format!("{WHO}listen port must be within [1, 65535]: 70000"),
        ),
        (
            "listen-ports",
            r#"[{"TCP": 80}]"#,
            format!("{WHO}listen protocol must be within [HTTP, HTTPS]: TCP"),
        ),
        (
            mutual,
            "verify",
            format!(
                "{WHO}failed to parse mutualAuthentication configuration from ingress annotation: `verify`: invalid character 'v' looking for beginning of value"
            ),
        ),
        (
            mutual,
            "[]",
            format!("{WHO}empty mutualAuthentication configuration from ingress annotation: `[]`"),
        ),
        (
            mutual,
            r#"[{"port": 443, "mode": "strict"}]"#,
            format!(
                "{WHO}mutualAuthentication mode value must be among [off, passthrough, verify] for port 443 : strict"
            ),
        ),
        (
            mutual,
            r#"[{"port": 443, "mode": "verify"}]"#,
            format!("{WHO}trustStore is required when mutualAuthentication mode is verify for port 443"),
        ),
    ]);
    let mut world = with_service("NodePort");
    let annotations = annotated(&json!({"listen-ports": r#"[{"HTTPS": 443}]"#}));
    put(
        &mut world,
        ingress("ingress-2048", &annotations, Some("game.example.com")),
    );
    let wanted = format!("{BUILD}{WHO}no certificate found for host: game.example.com");
    assert_eq!(outcome(&mut world, "ingress-2048"), wanted);
}

#[test]
fn what_aws_refuses() {
    let elb = |operation: &str, why: &str| format!("{ELB}{operation}{INVALID}{why}");
    let health = |name: &str, value: &str, why: &str| (json!({ name: value }), elb("CreateTargetGroup", why));
    let constraint = "failed to satisfy constraint: Member must have value";
    let https = |more: Value| {
        let mut annotations = json!({"listen-ports": r#"[{"HTTPS": 443}]"#});
        annotations
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        annotations
    };
    let arn = |account: &str, id: &str| format!("arn:aws:acm:ap-northeast-2:{account}:certificate/{id}");
    let (ours, theirs) = ("410691154611", "111122223333");
    let missing = |arn: &str| {
        format!(
            "{ELB}CreateListener, https response error StatusCode: 400, RequestID: ID, CertificateNotFound: Certificate '{arn}' not found"
        )
    };
    let (other, zero) = (
        arn(theirs, "12345678-1234-1234-1234-123456789012"),
        arn(ours, "00000000-0000-0000-0000-000000000000"),
    );
    let good = arn(ours, "12345678-1234-1234-1234-123456789012");
    holds(&[
        (json!({"ip-address-type": "dualstack"}), elb("CreateLoadBalancer", "You must specify subnets with an associated IPv6 CIDR block.")),
        (json!({"load-balancer-name": "my_alb"}), elb("CreateLoadBalancer", "The load balancer name 'my_alb' can only contain characters that are alphanumeric characters and hyphens(-)")),
        (json!({"load-balancer-attributes": "idle_timeout=600"}), elb("ModifyLoadBalancerAttributes", "Load balancer attribute key 'idle_timeout' is not recognized")),
        (json!({"target-group-attributes": "stickyness.enabled=true"}), elb("ModifyTargetGroupAttributes", "Target group attribute key 'stickyness.enabled' is not recognized")),
        health("healthcheck-interval-seconds", "600", &format!("1 validation error detected: Value '600' at 'healthCheckIntervalSeconds' {constraint} less than or equal to 300")),
        health("healthcheck-timeout-seconds", "1", &format!("1 validation error detected: Value '1' at 'healthCheckTimeoutSeconds' {constraint} greater than or equal to 2")),
        health("healthy-threshold-count", "11", &format!("1 validation error detected: Value '11' at 'healthyThresholdCount' {constraint} less than or equal to 10")),
        health("healthcheck-interval-seconds", "5", "Health check interval must be greater than the timeout."),
        health("healthcheck-path", "health", "Health check path 'health' must begin with a '/' character"),
        health("success-codes", "200,600", "Health check matcher HTTP code '600' must be within '200-499' inclusive"),
        (https(json!({})), elb("CreateListener", "A certificate must be specified for HTTPS listeners")),
        (https(json!({"certificate-arn": other})), missing(&other)),
        (https(json!({"certificate-arn": zero})), missing(&zero)),
        (https(json!({"certificate-arn": "mine"})), elb("CreateListener", "Certificate ARN 'mine' is not valid")),
        (https(json!({"certificate-arn": good, "ssl-policy": "TLS13"})), format!("{ELB}CreateListener, https response error StatusCode: 400, RequestID: ID, SSLPolicyNotFound: SSL policy 'TLS13' not found")),
        (json!({"wafv2-acl-arn": "arn:aws:wafv2:us-east-1:410691154611:global/webacl/x/1"}), "FailedDeployModel: Failed deploy model due to failed to create WAFv2 webACL association on LoadBalancer: operation error WAFV2: AssociateWebACL, https response error StatusCode: 400, RequestID: ID, WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: WEB_ACL, parameter: arn:aws:wafv2:us-east-1:410691154611:global/webacl/x/1".to_owned()),
        (json!({"tags": "aws:owner=me"}), "FailedDeployModel: Failed deploy model due to operation error EC2: CreateSecurityGroup, https response error StatusCode: 400, RequestID: ID, api error InvalidParameterValue: Tag keys starting with 'aws:' are reserved for internal use".to_owned()),
        (https(json!({"certificate-arn": good})), "SuccessfullyReconciled: Successfully reconciled".to_owned()),
    ]);
}

#[test]
fn instances_need_node_ports() {
    let mut world = with_service("ClusterIP");
    put(
        &mut world,
        ingress("ingress-2048", &annotated(&json!({"target-type": "instance"})), None),
    );
    let why = "TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'";
    assert_eq!(outcome(&mut world, "ingress-2048"), format!("{BUILD}{WHO}{why}"));
}

#[test]
fn subnets_have_to_be_in_two_zones() {
    let world = with_service("NodePort");
    let mut of_zone: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for subnet in world.aws.subnets.values() {
        of_zone.entry(subnet.zone.clone()).or_default().push(subnet.id.clone());
    }
    let (zone, pair) = of_zone.iter().find(|(_, ids)| ids.len() > 1).unwrap();
    let pair = format!("{}, {}", pair[0], pair[1]);
    let one = &of_zone[zone][0];
    let same = format!(
        "multiple subnets in same Availability Zone {zone}: [{}]",
        pair.replace(',', "")
    );
    holds(&[
        (
            json!({"subnets": one}),
            format!("{BUILD}subnets count less than minimal required count: 1 < 2"),
        ),
        (json!({"subnets": pair}), format!("{BUILD}{same}")),
    ]);
}

#[test]
fn a_group_has_a_name_and_an_order() {
    let refused = |annotations: Value| refused(&annotations);
    let name = "groupName must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    let wanted = format!("FailedLoadGroupID: failed load groupID due to invalid ingress group: {name}");
    assert_eq!(refused(json!({"group.name": "My_Group"})), wanted);
    // Of these the controller only writes into its log: no event, and no load balancer.
    for order in ["first", "1001", "-1001"] {
        assert_eq!(
            refused(json!({"group.name": "shared", "group.order": order})),
            "",
            "{order}"
        );
    }
    let done = "SuccessfullyReconciled: Successfully reconciled";
    assert_eq!(refused(json!({"group.name": "shared", "group.order": "-1000"})), done);
}

#[test]
fn what_two_ingresses_of_a_group_contradict_each_other_in() {
    let conflict = |one: Value, two: Value| {
        let mut world = with_service("NodePort");
        for (name, mut annotations) in [("one", annotated(&one)), ("two", annotated(&two))] {
            annotations.insert("group.name".to_owned(), "shared".into());
            put(&mut world, ingress(name, &annotations, None));
        }
        outcome(&mut world, "two")
    };
    let home = "fargate-game-2048";
    for (one, two, why) in [
        (
            json!({"scheme": "internal"}),
            json!({}),
            "conflicting scheme: map[internal:{} internet-facing:{}]".to_owned(),
        ),
        (
            json!({"ip-address-type": "ipv4"}),
            json!({"ip-address-type": "dualstack"}),
            "conflicting IPAddressType: [dualstack ipv4]".to_owned(),
        ),
        (
            json!({"tags": "a=1"}),
            json!({"tags": "a=2"}),
            "conflicting tag a: 1 | 2".to_owned(),
        ),
        (
            json!({"load-balancer-attributes": "routing.http2.enabled=true"}),
            json!({"load-balancer-attributes": "routing.http2.enabled=false"}),
            "conflicting loadBalancerAttribute routing.http2.enabled: true | false".to_owned(),
        ),
        (
            json!({"inbound-cidrs": "10.0.0.0/8"}),
            json!({"inbound-cidrs": "10.1.0.0/16"}),
            format!(
                "failed to merge listenPort config for port: 80: conflicting inbound-cidrs, {home}/one: [10.0.0.0/8], [] | {home}/two: [10.1.0.0/16], []"
            ),
        ),
        (
            json!({"listen-ports": r#"[{"HTTPS": 80}]"#}),
            json!({}),
            format!(
                "failed to merge listenPort config for port: 80: conflicting protocol, {home}/one: HTTPS | {home}/two: HTTP"
            ),
        ),
    ] {
        assert_eq!(conflict(one, two), format!("{BUILD}{why}"));
    }
}

#[test]
fn annotations_of_the_service_count_before_those_of_the_ingress() {
    let mut world = with_service("NodePort");
    let key = crate::sim::api::SERVICE.key(HOME, "service-2048");
    api::update(&mut world, &key, api::By("kubectl", ""), |service| {
        service["metadata"]["annotations"] = json!({"alb.ingress.kubernetes.io/healthcheck-interval-seconds": "x"});
    });
    let annotations = annotated(&json!({"healthcheck-interval-seconds": "20"}));
    put(&mut world, ingress("ingress-2048", &annotations, None));
    let why = format!(
        "{WHO}failed to parse int32 annotation, {KEY}healthcheck-interval-seconds: x: strconv.ParseInt: parsing \"x\": invalid syntax"
    );
    assert_eq!(outcome(&mut world, "ingress-2048"), format!("{BUILD}{why}"));
}

#[test]
fn parameters_of_the_class_win_and_are_checked_by_a_webhook() {
    let apply = |spec: Value| {
        let mut world = with_service("NodePort");
        let key = CLASS_PARAMS.key("", "alb");
        let changed = api::try_update(&mut world, &key, api::By("kubectl", ""), |params| {
            params["spec"] = spec.clone();
        });
        changed.map(|()| {
            settle(&mut world);
            put(&mut world, ingress("ingress-2048", &annotated(&json!({})), None));
            outcome(&mut world, "ingress-2048")
        })
    };
    let denied = "admission webhook \"vingressclassparams.elbv2.k8s.aws\" denied the request: ";
    for (spec, wanted) in [
        (
            json!({"ipAddressType": "dualstack"}),
            Ok(format!(
                "{ELB}CreateLoadBalancer{INVALID}You must specify subnets with an associated IPv6 CIDR block."
            )),
        ),
        (
            json!({"subnets": {"ids": ["subnet-0"]}}),
            Ok(format!(
                "{BUILD}failed to list subnets by IDs: couldn't find all subnets, want: [subnet-0], found: []"
            )),
        ),
        (
            json!({"inboundCIDRs": ["10.0.0.1"]}),
            Err(format!(
                "{denied}spec.inboundCIDRs[0]: Invalid value: \"10.0.0.1\": Could not be parsed as a CIDR (did you mean \"10.0.0.1/32\")"
            )),
        ),
        (
            json!({"inboundCIDRs": ["10.0.0.1/8"]}),
            Err(format!(
                "{denied}spec.inboundCIDRs[0]: Invalid value: \"10.0.0.1/8\": Network contains bits outside prefix (did you mean \"10.0.0.0/8\")"
            )),
        ),
        (
            json!({"subnets": {}}),
            Err(format!(
                "{denied}spec.subnets: Required value: must have either `ids` or `tags`"
            )),
        ),
        (
            json!({"subnets": {"ids": ["subnet-1", "subnet-1"]}}),
            Err(format!("{denied}spec.subnets.ids[1]: Duplicate value: \"subnet-1\"")),
        ),
    ] {
        assert_eq!(apply(spec.clone()), wanted, "{spec}");
    }
}
