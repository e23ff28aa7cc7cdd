//! Builds in moto what the sandbox has.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_ec2::types::{AttributeBooleanValue, IpPermission, IpRange, Tag, UserIdGroupPair};
use aws_sdk_eks::types::VpcConfigRequest;
use aws_sdk_elasticloadbalancingv2::types as elb;
use lab2048_sandbox::Sandbox;
use lab2048_sandbox::testing::{
    self, AwsState, LoadBalancer, RouteTable, RuleAction, RuleCondition, SecurityGroup, Subnet, TargetGroup,
};
use serde_json::json;

use lab2048_testing::workshop::moto::{Aws, CLUSTER, filter};

/// Stable name -> what a side calls it.
type Names = BTreeMap<String, String>;

/// The VPC with all that is in it, and the cluster.
pub(super) async fn network(sandbox: &Sandbox, aws: &Aws, ours: &mut Names, theirs: &mut Names) {
    testing::keep_only_what_clients_make(sandbox);
    let state = testing::aws(sandbox);
    let mut made = Made::default();
    let vpc = aws.ec2.create_vpc().cidr_block(&state.vpc.cidr).send().await.unwrap();
    let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_owned();
    let yes = AttributeBooleanValue::builder().value(true).build();
    let attribute = aws.ec2.modify_vpc_attribute().vpc_id(&vpc).enable_dns_hostnames(yes);
    attribute.send().await.unwrap();
    made.add("vpc", &state.vpc.id, &vpc);
    for subnet in state.subnets.values() {
        let id = make_subnet(aws, &vpc, subnet).await;
        made.add(&subnet.tags["Name"], &subnet.id, &id);
    }
    make_gateways(aws, &vpc, &state, &mut made).await;
    for table in state.route_tables.values() {
        let id = make_table(aws, &vpc, table, &made).await;
        made.add(&table.tags["Name"], &table.id, &id);
    }
    for group in state.security_groups.values() {
        make_group(aws, &vpc, group, &mut made).await;
    }
    make_cluster(aws, state.subnets.keys().map(|id| made.id(id))).await;
    made.record(ours, theirs);
}

/// What has been made: stable name, id in the sandbox, id in moto.
#[derive(Default)]
struct Made(Vec<(String, String, String)>);

impl Made {
    fn add(&mut self, name: &str, ours: &str, theirs: &str) {
        self.0.push((name.to_owned(), ours.to_owned(), theirs.to_owned()));
    }

    /// What moto calls the thing that the sandbox calls `ours`.
    fn id(&self, ours: &str) -> String {
        let found = self.0.iter().find(|(_, id, _)| id == ours);
        found.unwrap_or_else(|| panic!("{ours} is not there yet")).2.clone()
    }

    fn record(self, ours: &mut Names, theirs: &mut Names) {
        for (name, left, right) in self.0 {
            ours.insert(name.clone(), left);
            theirs.insert(name, right);
        }
    }
}

async fn make_subnet(aws: &Aws, vpc: &str, subnet: &Subnet) -> String {
    let made = aws.ec2.create_subnet().vpc_id(vpc).cidr_block(&subnet.cidr);
    let made = made.availability_zone(&subnet.zone).send().await.unwrap();
    let id = made.subnet().unwrap().subnet_id().unwrap().to_owned();
    tag(aws, &id, &subnet.tags).await;
    let public = AttributeBooleanValue::builder().value(subnet.map_public_ip).build();
    let attribute = aws.ec2.modify_subnet_attribute().subnet_id(&id);
    attribute.map_public_ip_on_launch(public).send().await.unwrap();
    id
}

async fn tag(aws: &Aws, id: &str, tags: &BTreeMap<String, String>) {
    // What begins with `aws:` is AWS's own to set.
    let tags = tags.iter().filter(|(key, _)| !key.starts_with("aws:"));
    let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
    let call = aws.ec2.create_tags().resources(id).set_tags(Some(tags.collect()));
    call.send().await.unwrap();
}

async fn make_gateways(aws: &Aws, vpc: &str, state: &AwsState, made: &mut Made) {
    let internet = aws.ec2.create_internet_gateway().send().await.unwrap();
    let internet = internet.internet_gateway().unwrap();
    let id = internet.internet_gateway_id().unwrap();
    let attach = aws.ec2.attach_internet_gateway().vpc_id(vpc).internet_gateway_id(id);
    attach.send().await.unwrap();
    let mut routes = state.route_tables.values().flat_map(|table| &table.routes);
    let ours = routes.find(|route| route.via.starts_with("igw-")).unwrap();
    made.add("internet", &ours.via, id);
    let ours = state.nat_gateways.values().next().unwrap();
    let address = aws.ec2.allocate_address().domain("vpc".into()).send().await.unwrap();
    let nat = aws.ec2.create_nat_gateway().subnet_id(made.id(&ours.subnet));
    let nat = nat
        .allocation_id(address.allocation_id().unwrap())
        .send()
        .await
        .unwrap();
    made.add("nat", &ours.id, nat.nat_gateway().unwrap().nat_gateway_id().unwrap());
    made.add("nat_address", &ours.public_ip, address.public_ip().unwrap());
}

async fn make_table(aws: &Aws, vpc: &str, table: &RouteTable, made: &Made) -> String {
    let ec2 = &aws.ec2;
    let id = if table.main {
        let main = ec2.describe_route_tables().filters(filter("vpc-id", vpc));
        let main = main.filters(filter("association.main", "true")).send().await.unwrap();
        main.route_tables()[0].route_table_id().unwrap().to_owned()
    } else {
        let table = ec2.create_route_table().vpc_id(vpc).send().await.unwrap();
        table.route_table().unwrap().route_table_id().unwrap().to_owned()
    };
    tag(aws, &id, &table.tags).await;
    for route in table.routes.iter().filter(|route| route.via != "local") {
        let call = ec2
            .create_route()
            .route_table_id(&id)
            .destination_cidr_block(&route.destination);
        let via = made.id(&route.via);
        let call = if via.starts_with("nat-") {
            call.nat_gateway_id(via)
        } else {
            call.gateway_id(via)
        };
        call.send().await.unwrap();
    }
    for subnet in &table.subnets {
        let call = ec2
            .associate_route_table()
            .route_table_id(&id)
            .subnet_id(made.id(subnet));
        call.send().await.unwrap();
    }
    id
}

async fn make_group(aws: &Aws, vpc: &str, group: &SecurityGroup, made: &mut Made) {
    let call = aws.ec2.create_security_group().vpc_id(vpc).group_name(&group.name);
    let call = call.description(group.description.chars().take(255).collect::<String>());
    let call = call.send().await.unwrap();
    let id = call.group_id().unwrap().to_owned();
    if !group.tags.is_empty() {
        tag(aws, &id, &group.tags).await;
    }
    made.add(&group.name, &group.id, &id);
    for (protocol, from, to, source, text) in &group.rules {
        let text = Some(text.clone()).filter(|text| !text.is_empty());
        let rule = IpPermission::builder().ip_protocol(protocol);
        let rule = if protocol == "-1" {
            rule
        } else {
            rule.from_port((*from).into()).to_port((*to).into())
        };
        let rule = if source.starts_with("sg-") {
            let pair = UserIdGroupPair::builder().group_id(made.id(source));
            rule.user_id_group_pairs(pair.set_description(text).build())
        } else {
            let range = IpRange::builder().cidr_ip(source);
            rule.ip_ranges(range.set_description(text).build())
        };
        let call = aws.ec2.authorize_security_group_ingress().group_id(&id);
        call.ip_permissions(rule.build()).send().await.unwrap();
    }
}

async fn make_cluster(aws: &Aws, subnets: impl Iterator<Item = String>) {
    let vpc = VpcConfigRequest::builder()
        .set_subnet_ids(Some(subnets.collect()))
        .endpoint_public_access(true)
        .endpoint_private_access(true)
        .public_access_cidrs("0.0.0.0/0");
    let cluster = aws.eks.create_cluster().name(CLUSTER).version("1.36");
    let cluster = cluster.role_arn(format!(
        "arn:aws:iam::123456789012:role/eksctl-{CLUSTER}-cluster-ServiceRole"
    ));
    cluster.resources_vpc_config(vpc.build()).send().await.unwrap();
}

/// Puts the workshop's objects into the sandbox's cluster, and lets `while_` pass.
pub(super) async fn lab(sandbox: &Sandbox, while_: Duration) {
    let labels = json!({"app.kubernetes.io/name": "app-2048"});
    let namespace = "/api/v1/namespaces";
    let inside = "namespaces/fargate-game-2048";
    let objects = [
        (namespace.to_owned(), json!({"metadata": {"name": "fargate-game-2048"}})),
        (
            format!("/apis/apps/v1/{inside}/deployments"),
            json!({"metadata": {"name": "deployment-2048"}, "spec": {
                "replicas": 2, "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [
                    {"name": "app-2048", "image": "alexwhen/docker-2048", "ports": [{"containerPort": 80}]},
                ]}},
            }}),
        ),
        (
            format!("/api/v1/{inside}/services"),
            json!({"metadata": {"name": "service-2048"}, "spec": {
                "type": "NodePort", "selector": labels, "ports": [{"port": 80, "targetPort": 80}],
            }}),
        ),
        (
            format!("/apis/networking.k8s.io/v1/{inside}/ingresses"),
            json!({"metadata": {"name": "ingress-2048", "annotations": {
                "alb.ingress.kubernetes.io/scheme": "internet-facing", "alb.ingress.kubernetes.io/target-type": "ip",
            }}, "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": [{
                "path": "/", "pathType": "Prefix",
                "backend": {"service": {"name": "service-2048", "port": {"number": 80}}},
            }]}}]}}),
        ),
    ];
    for (path, object) in objects {
        let body = object.to_string().into();
        let request = testing::kubernetes_request(sandbox, "POST", &path, "application/json", body).unwrap();
        let status = sandbox.call(request).await.status();
        assert_eq!(status, 201, "{path}");
    }
    sandbox.advance(while_);
}

/// The load balancer that the controller has made in the sandbox, with all that belongs to it.
pub(super) async fn balancer(sandbox: &Sandbox, aws: &Aws, ours: &mut Names, theirs: &mut Names) {
    let state = testing::aws(sandbox);
    let mut made = Made::default();
    for (name, left) in &*ours {
        made.add(name, left, &theirs[name]);
    }
    let vpc = made.id(&state.vpc.id);
    let missing = |group: &&SecurityGroup| !ours.values().any(|id| *id == group.id);
    // Those that others' rules name come first.
    let mut groups: Vec<&SecurityGroup> = state.security_groups.values().filter(missing).collect();
    groups.sort_by_key(|group| !group.name.starts_with("k8s-traffic"));
    for group in groups {
        make_group(aws, &vpc, group, &mut made).await;
    }
    let balancer = state.load_balancers.values().next().unwrap();
    let group = state.target_groups.values().next().unwrap();
    let arn = make_balancer(aws, balancer, &made).await;
    made.add("balancer", &balancer.arn, &arn.0);
    made.add("dns_name", &balancer.dns_name, &arn.1);
    let targets = make_targets(aws, &vpc, group).await;
    made.add("group", &group.arn, &targets);
    make_listener(aws, balancer, &mut made).await;
    made.record(ours, theirs);
    for names in [ours, theirs] {
        names.insert("balancer_name".to_owned(), balancer.name.clone());
        names.insert("group_name".to_owned(), group.name.clone());
    }
}

fn elb_tags(tags: &BTreeMap<String, String>) -> Vec<elb::Tag> {
    let tags = tags.iter();
    tags.map(|(key, value)| elb::Tag::builder().key(key).value(value).build())
        .collect()
}

async fn make_balancer(aws: &Aws, balancer: &LoadBalancer, made: &Made) -> (String, String) {
    let subnets = balancer.subnets.iter().map(|id| made.id(id)).collect();
    let groups = balancer.security_groups.iter().map(|id| made.id(id)).collect();
    let call = aws.elb.create_load_balancer().name(&balancer.name);
    let call = call
        .scheme(balancer.scheme.as_str().into())
        .r#type(elb::LoadBalancerTypeEnum::Application);
    let call = call.set_subnets(Some(subnets)).set_security_groups(Some(groups));
    let call = call.set_tags(Some(elb_tags(&balancer.tags))).send().await.unwrap();
    let made = &call.load_balancers()[0];
    (
        made.load_balancer_arn().unwrap().to_owned(),
        made.dns_name().unwrap().to_owned(),
    )
}

async fn make_targets(aws: &Aws, vpc: &str, group: &TargetGroup) -> String {
    let call = aws
        .elb
        .create_target_group()
        .name(&group.name)
        .port(group.port.into())
        .vpc_id(vpc);
    let call = call
        .protocol(elb::ProtocolEnum::Http)
        .target_type(elb::TargetTypeEnum::Ip);
    let call = call.health_check_interval_seconds(15).health_check_timeout_seconds(5);
    let call = call.healthy_threshold_count(2).unhealthy_threshold_count(2);
    let call = call.matcher(elb::Matcher::builder().http_code("200").build());
    let call = call
        .health_check_path("/")
        .set_tags(Some(elb_tags(&group.tags)))
        .send()
        .await
        .unwrap();
    let arn = call.target_groups()[0].target_group_arn().unwrap().to_owned();
    assert!(!group.targets.is_empty(), "no targets in the sandbox");
    for target in &group.targets {
        let target = elb::TargetDescription::builder()
            .id(&target.id)
            .port(target.port.into());
        let call = aws
            .elb
            .register_targets()
            .target_group_arn(&arn)
            .targets(target.build());
        call.send().await.unwrap();
    }
    arn
}

async fn make_listener(aws: &Aws, balancer: &LoadBalancer, made: &mut Made) {
    let listener = &balancer.listeners[0];
    let fixed = elb::FixedResponseActionConfig::builder()
        .status_code("404")
        .content_type("text/plain")
        .build();
    let fixed = elb::Action::builder()
        .r#type(elb::ActionTypeEnum::FixedResponse)
        .order(1)
        .fixed_response_config(fixed)
        .build();
    let call = aws.elb.create_listener().load_balancer_arn(made.id(&balancer.arn));
    let call = call
        .port(listener.port.into())
        .protocol(elb::ProtocolEnum::Http)
        .default_actions(fixed);
    let call = call.set_tags(Some(elb_tags(&listener.tags))).send().await.unwrap();
    let arn = call.listeners()[0].listener_arn().unwrap().to_owned();
    made.add("listener", &listener.arn, &arn);
    let rule = &listener.rules[0];
    let RuleAction::Forward(groups) = &rule.action else {
        panic!("{rule:?} does not forward");
    };
    let [RuleCondition::Path(patterns)] = &rule.conditions[..] else {
        panic!("{rule:?} asks for more than a path");
    };
    let (group, weight) = &groups[0];
    let target = elb::TargetGroupTuple::builder()
        .target_group_arn(made.id(group))
        .weight(i32::try_from(*weight).unwrap())
        .build();
    let forward = elb::Action::builder()
        .r#type(elb::ActionTypeEnum::Forward)
        .order(1)
        .forward_config(elb::ForwardActionConfig::builder().target_groups(target).build())
        .build();
    let paths = elb::PathPatternConditionConfig::builder()
        .set_values(Some(patterns.clone()))
        .build();
    let paths = elb::RuleCondition::builder()
        .field("path-pattern")
        .path_pattern_config(paths)
        .build();
    let call = aws
        .elb
        .create_rule()
        .listener_arn(&arn)
        .priority(i32::try_from(rule.priority).unwrap());
    let call = call
        .conditions(paths)
        .actions(forward)
        .set_tags(Some(elb_tags(&rule.tags)))
        .send()
        .await
        .unwrap();
    made.add("rule", &rule.arn, call.rules()[0].rule_arn().unwrap());
}
