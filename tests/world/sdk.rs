//! The AWS SDK's own clients read what the world writes: types of errors, tags, what a deletion is refused for.

use aws_sdk_eks::config::http::HttpResponse;
use aws_sdk_eks::error::ProvideErrorMetadata;
use aws_sdk_eks::types::{FargateProfileSelector, FargateProfileStatus};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use bytes::Bytes;
use http_body_util::BodyExt;
use lab2048_sandbox::Sandbox;
use lab2048_testing::Lab;

const CLUSTER: &str = "eksworkshop";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Carries the SDK's requests into a world, and has the time of that world.
#[derive(Clone)]
struct InWorld(Sandbox);

impl std::fmt::Debug for InWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InWorld")
    }
}

impl HttpConnector for InWorld {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let world = self.0.clone();
        HttpConnectorFuture::new(async move {
            let failed = |error| ConnectorError::other(Box::new(error), None);
            let (parts, body) = request.try_into_http1x().map_err(failed)?.into_parts();
            let body = Bytes::copy_from_slice(body.bytes().unwrap_or_default());
            let response = world.call(http::Request::from_parts(parts, body)).await;
            let (parts, body) = response.into_parts();
            let Ok(body) = body.collect().await;
            let body = SdkBody::from(body.to_bytes());
            HttpResponse::try_from(http::Response::from_parts(parts, body)).map_err(failed)
        })
    }
}

impl HttpClient for InWorld {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl aws_smithy_async::time::TimeSource for InWorld {
    fn now(&self) -> std::time::SystemTime {
        self.0.now().into()
    }
}

pub(super) fn config(world: &Sandbox) -> SdkConfig {
    let credentials = aws_credential_types::Credentials::new("AKIDEXAMPLE", "secret", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new("ap-northeast-2"))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            credentials,
        ))
        .http_client(InWorld(world.clone()))
        .time_source(InWorld(world.clone()))
        .retry_config(RetryConfig::disabled())
        .build()
}

#[tokio::test(start_paused = true)]
async fn profiles_and_their_tags() {
    let lab = Lab::new(2048);
    let config = config(&lab.world);
    let (eks, iam) = (aws_sdk_eks::Client::new(&config), aws_sdk_iam::Client::new(&config));
    let role = iam.create_role().role_name("pods").assume_role_policy_document(TRUST);
    let role = role.send().await.unwrap().role.unwrap().arn;
    lab.world.sleep(std::time::Duration::from_secs(60)).await;
    let cluster = eks.describe_cluster().name(CLUSTER).send().await.unwrap();
    assert_eq!(cluster.cluster.unwrap().status.unwrap().as_str(), "ACTIVE");

    let selector = FargateProfileSelector::builder().namespace("game").labels("a", "b");
    let created = eks
        .create_fargate_profile()
        .cluster_name(CLUSTER)
        .fargate_profile_name("game")
        .pod_execution_role_arn(role)
        .selectors(selector.build())
        .tags("k", "v");
    let created = created.send().await.unwrap().fargate_profile.unwrap();
    assert_eq!(created.status, Some(FargateProfileStatus::Creating));
    assert!(!created.subnets.unwrap().is_empty());
    assert_eq!(created.created_at.unwrap().secs(), lab.world.now().as_second());
    let arn = created.fargate_profile_arn.unwrap();

    let tag = eks.tag_resource().resource_arn(&arn).tags("more", "x");
    tag.send().await.unwrap();
    let untag = eks.untag_resource().resource_arn(&arn).tag_keys("k");
    untag.send().await.unwrap();
    let tags = eks.list_tags_for_resource().resource_arn(&arn).send().await.unwrap();
    assert_eq!(tags.tags.unwrap().into_keys().collect::<Vec<_>>(), ["more"]);

    let busy = eks.delete_fargate_profile().cluster_name(CLUSTER);
    let busy = busy.fargate_profile_name("game").send().await.unwrap_err();
    let busy = busy.into_service_error();
    assert_eq!(busy.code(), Some("ResourceInUseException"));
    let why = "Cannot delete Fargate Profile game because cluster eksworkshop currently has Fargate profile game in status CREATING";
    assert_eq!(busy.message(), Some(why));
    let missing = eks.describe_fargate_profile().cluster_name(CLUSTER);
    let missing = missing.fargate_profile_name("no").send().await.unwrap_err();
    let missing = missing.into_service_error();
    assert!(missing.is_resource_not_found_exception());
    assert_eq!(missing.message(), Some("No Fargate Profile found with name: no."));
}

#[tokio::test(start_paused = true)]
async fn access_entries() {
    let lab = Lab::new(2048);
    let config = config(&lab.world);
    let (eks, iam) = (aws_sdk_eks::Client::new(&config), aws_sdk_iam::Client::new(&config));
    let role = iam.create_role().role_name("pods").assume_role_policy_document(TRUST);
    let role = role.send().await.unwrap().role.unwrap().arn;
    let create = eks.create_access_entry().cluster_name(CLUSTER).principal_arn(&role);
    create.r#type("FARGATE_LINUX").send().await.unwrap();
    let listed = eks.list_access_entries().cluster_name(CLUSTER).send().await.unwrap();
    assert!(listed.access_entries.unwrap().contains(&role));
    let entry = eks.describe_access_entry().cluster_name(CLUSTER).principal_arn(&role);
    let entry = entry.send().await.unwrap().access_entry.unwrap();
    assert_eq!(entry.r#type.as_deref(), Some("FARGATE_LINUX"));
    let delete = || {
        let delete = eks.delete_access_entry().cluster_name(CLUSTER);
        delete.principal_arn(&role).send()
    };
    delete().await.unwrap();
    let again = delete().await.unwrap_err().into_service_error();
    assert!(again.is_resource_not_found_exception());
}

#[tokio::test(start_paused = true)]
async fn the_network_and_its_security_groups() {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(0);
    let ec2 = aws_sdk_ec2::Client::new(&config(&lab.world));
    let subnets = ec2.describe_subnets().send().await.unwrap().subnets.unwrap();
    let public = |subnet: &&aws_sdk_ec2::types::Subnet| {
        let mut tags = subnet.tags().iter();
        tags.any(|tag| tag.key() == Some("kubernetes.io/role/elb"))
    };
    assert!(subnets.iter().filter(public).count() >= 2);
    assert!(subnets.iter().all(|subnet| subnet.available_ip_address_count > Some(0)));
    let tables = ec2.describe_route_tables().send().await.unwrap().route_tables.unwrap();
    let routes = tables.iter().flat_map(aws_sdk_ec2::types::RouteTable::routes);
    assert!(routes.filter_map(|route| route.nat_gateway_id()).count() > 0);
    let gateways = ec2.describe_nat_gateways().send().await.unwrap().nat_gateways.unwrap();
    assert_eq!(gateways[0].state.as_ref().unwrap().as_str(), "available");
    let zones = ec2.describe_availability_zones().zone_ids("apne2-az1").send().await;
    let zones = zones.unwrap().availability_zones.unwrap();
    assert_eq!(zones[0].zone_type(), Some("availability-zone"));
    let attribute = ec2.describe_vpc_attribute().vpc_id(subnets[0].vpc_id().unwrap());
    let attribute = attribute.attribute(aws_sdk_ec2::types::VpcAttributeName::EnableDnsHostnames);
    let attribute = attribute.send().await.unwrap();
    assert_eq!(attribute.enable_dns_hostnames.unwrap().value, Some(true));
    let interfaces = ec2.describe_network_interfaces().send().await.unwrap();
    let mut interfaces = interfaces.network_interfaces.unwrap().into_iter();
    assert!(interfaces.any(|interface| interface.requester_managed == Some(true)));

    let groups = ec2
        .describe_security_groups()
        .send()
        .await
        .unwrap()
        .security_groups
        .unwrap();
    let pairs = groups
        .iter()
        .flat_map(aws_sdk_ec2::types::SecurityGroup::ip_permissions);
    let mut pairs = pairs.flat_map(aws_sdk_ec2::types::IpPermission::user_id_group_pairs);
    let shared = |pair: &&aws_sdk_ec2::types::UserIdGroupPair| {
        pair.description() == Some("elbv2.k8s.aws/targetGroupBinding=shared")
    };
    let backend = pairs.find(shared).unwrap().group_id().unwrap();
    let refused = ec2.delete_security_group().group_id(backend).send().await.unwrap_err();
    assert_eq!(refused.into_service_error().code(), Some("DependencyViolation"));
}

#[tokio::test(start_paused = true)]
async fn load_balancers_and_targets() {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(0);
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&config(&lab.world));
    let name = &lab.inventory().load_balancers[0].name;
    let balancers = elb.describe_load_balancers().names(name).send().await.unwrap();
    let balancer = &balancers.load_balancers()[0];
    assert_eq!(balancer.state().unwrap().code().unwrap().as_str(), "active");
    assert!(balancer.created_time().unwrap().secs() < lab.world.now().as_second());
    let arn = balancer.load_balancer_arn().unwrap();
    let listeners = elb.describe_listeners().load_balancer_arn(arn).send().await.unwrap();
    let listener = &listeners.listeners()[0];
    assert_eq!(listener.port(), Some(80));
    let listener = listener.listener_arn().unwrap();
    let groups = elb
        .describe_target_groups()
        .load_balancer_arn(arn)
        .send()
        .await
        .unwrap();
    let group = &groups.target_groups()[0];
    assert_eq!(group.target_type().unwrap().as_str(), "ip");
    let group = group.target_group_arn().unwrap();
    let rules = elb.describe_rules().listener_arn(listener).send().await.unwrap();
    assert_eq!(rules.rules()[0].actions()[0].target_group_arn(), Some(group));
    let health = elb
        .describe_target_health()
        .target_group_arn(group)
        .send()
        .await
        .unwrap();
    let mut health = health.target_health_descriptions().iter();
    assert!(health.all(|target| target.target_health().unwrap().state().unwrap().as_str() == "healthy"));
    let tags = elb.describe_tags().resource_arns(arn).resource_arns(listener);
    let tags = tags.send().await.unwrap();
    for tagged in tags.tag_descriptions() {
        let stack = tagged
            .tags()
            .iter()
            .find(|tag| tag.key() == Some("ingress.k8s.aws/stack"));
        assert_eq!(stack.unwrap().value(), Some("fargate-game-2048/ingress-2048"));
    }
    assert_eq!(tags.tag_descriptions().len(), 2);
    let missing = elb.describe_load_balancers().names("no").send().await.unwrap_err();
    assert!(missing.into_service_error().is_load_balancer_not_found_exception());
    let delete = || elb.delete_target_group().target_group_arn(group).send();
    let used = delete().await.unwrap_err().into_service_error();
    assert!(used.is_resource_in_use_exception());
    elb.delete_load_balancer().load_balancer_arn(arn).send().await.unwrap();
    delete().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn roles_and_the_caller() {
    let lab = Lab::new(2048);
    let config = config(&lab.world);
    let iam = aws_sdk_iam::Client::new(&config);
    let created = iam.create_role().role_name("lab").assume_role_policy_document(TRUST);
    let tag = aws_sdk_iam::types::Tag::builder().key("k").value("v").build().unwrap();
    created.tags(tag).send().await.unwrap();
    let policy = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy";
    let attach = iam.attach_role_policy().role_name("lab").policy_arn(policy);
    attach.send().await.unwrap();
    let role = iam.get_role().role_name("lab").send().await.unwrap().role.unwrap();
    let trust = percent_encoding::percent_decode_str(role.assume_role_policy_document().unwrap());
    assert_eq!(trust.decode_utf8().unwrap(), TRUST);
    assert_eq!(role.tags()[0].key(), "k");
    let attached = iam.list_attached_role_policies().role_name("lab").send().await.unwrap();
    assert_eq!(attached.attached_policies()[0].policy_arn(), Some(policy));
    let conflict = iam.delete_role().role_name("lab").send().await.unwrap_err();
    assert!(conflict.into_service_error().is_delete_conflict_exception());
    let missing = iam.get_role().role_name("no").send().await.unwrap_err();
    assert!(missing.into_service_error().is_no_such_entity_exception());
    let sts = aws_sdk_sts::Client::new(&config);
    let caller = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some(lab.world.facts().account.as_str()));
}
